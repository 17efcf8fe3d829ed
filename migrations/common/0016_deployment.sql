-- +goose Up
-- What teams put at the disposal of an incident.
CREATE TABLE offer (
  id             TEXT COLLATE "C" PRIMARY KEY,
  number         TEXT COLLATE "C" NOT NULL UNIQUE,
  incident       TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  team           TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  team_name      TEXT NOT NULL,              -- as it was called then
  home           TEXT COLLATE "C" NOT NULL,
  destination    TEXT COLLATE "C" NOT NULL,
  via            TEXT NOT NULL CHECK (via IN ('leader','general')),
  state          TEXT NOT NULL CHECK (state IN ('offered','matched','standby','approving','approved','ordered','acknowledged','on_site','finished','returned','refused','withdrawn','stood_down')),
  why            TEXT NOT NULL,
  taken_up       TEXT NOT NULL,
  kind           TEXT NOT NULL CHECK (kind IN ('','same_county','cross_county','cross_city','cross_province')),
  rule           TEXT NOT NULL,              -- JSON: the parameter as it was found; '' until the approval begins
  due_at         BIGINT NOT NULL,            -- 0: nothing waits for a signature
  people         BIGINT NOT NULL,
  vehicles       BIGINT NOT NULL,
  edition        BIGINT NOT NULL,
  urgent_at      BIGINT NOT NULL,            -- deployed first, to be signed after; 0: not
  urgent_by      TEXT COLLATE "C" NOT NULL,
  urgent_why     TEXT NOT NULL,
  accepted_at    BIGINT NOT NULL,
  accepted_by    TEXT COLLATE "C" NOT NULL,
  accepted_why   TEXT NOT NULL,
  waiver_at      BIGINT NOT NULL,
  waiver_by      TEXT COLLATE "C" NOT NULL,
  waiver_why     TEXT NOT NULL,
  created_at     BIGINT NOT NULL,
  created_by     TEXT COLLATE "C" NOT NULL,
  version        BIGINT NOT NULL
);
CREATE INDEX offer_list ON offer (incident, created_at, id);
CREATE INDEX offer_team ON offer (team, created_at, id);

-- Whose desks see an offer: home, destination, the place that commands the incident, every authority of the chain.
CREATE TABLE offer_place (
  offer  TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  place  TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (offer, place)
);
CREATE INDEX offer_place_place ON offer_place (place);

-- What an offer says; a correction adds an edition and changes none.
CREATE TABLE offer_edition (
  offer    TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition  BIGINT NOT NULL,
  days     BIGINT NOT NULL,
  eta      BIGINT NOT NULL,
  origin   TEXT NOT NULL,
  note     TEXT NOT NULL,
  items    TEXT NOT NULL,                    -- JSON, read in Go
  at       BIGINT NOT NULL,
  by       TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (offer, edition)
);

CREATE TABLE offer_need (
  offer    TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition  BIGINT NOT NULL,
  no       BIGINT NOT NULL,
  need     TEXT COLLATE "C" NOT NULL REFERENCES need (id),
  people   BIGINT NOT NULL,                  -- what the team brings for it
  items    TEXT NOT NULL,                    -- JSON, read in Go
  PRIMARY KEY (offer, edition, no)
);
CREATE INDEX offer_need_need ON offer_need (need);

CREATE TABLE offer_person (
  offer    TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition  BIGINT NOT NULL,
  no       BIGINT NOT NULL,
  member   TEXT COLLATE "C" NOT NULL REFERENCES member (id),
  name     BYTEA NOT NULL,                   -- sealed
  post     TEXT NOT NULL,
  core     BOOLEAN NOT NULL,
  PRIMARY KEY (offer, edition, no)
);

CREATE TABLE offer_vehicle (
  offer     TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition   BIGINT NOT NULL,
  no        BIGINT NOT NULL,
  vehicle   TEXT COLLATE "C" NOT NULL REFERENCES vehicle (id),
  plate     TEXT COLLATE "C" NOT NULL,       -- the vehicle as it was on record then
  colour    TEXT NOT NULL,
  kind      TEXT NOT NULL,
  seats     BIGINT NOT NULL,
  crew      BIGINT NOT NULL,
  cargo     TEXT NOT NULL,
  borrowed  BOOLEAN NOT NULL,
  PRIMARY KEY (offer, edition, no)
);

-- A person and a vehicle stand in one live offer at a time. A person is known by the keyed hash of the register, so that
-- a member of two teams is one person here.
CREATE TABLE offer_claim (
  kind   TEXT NOT NULL CHECK (kind IN ('person','vehicle')),
  item   TEXT COLLATE "C" NOT NULL,
  offer  TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  PRIMARY KEY (kind, item)
);
CREATE INDEX offer_claim_offer ON offer_claim (offer);

-- The chain of authorities of an edition, lowest first.
CREATE TABLE offer_station (
  offer        TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition      BIGINT NOT NULL,
  no           BIGINT NOT NULL,
  place        TEXT COLLATE "C" NOT NULL,
  level        TEXT NOT NULL CHECK (level IN ('county','city','province','nation')),
  opened_at    BIGINT NOT NULL,              -- 0: those before it have not agreed
  due_at       BIGINT NOT NULL,
  escalate_at  BIGINT NOT NULL,
  result       TEXT NOT NULL CHECK (result IN ('','agree','return','refuse')),
  reason       TEXT NOT NULL,
  by           TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  acted        TEXT NOT NULL CHECK (acted IN ('','officer','deputy','above','behalf')),
  late         BIGINT NOT NULL,              -- minutes after the deadline
  decision     TEXT COLLATE "C" NOT NULL,    -- of the incident, when recorded on somebody's behalf
  decider      TEXT NOT NULL,
  number       TEXT NOT NULL,                -- of the other system
  PRIMARY KEY (offer, edition, no)
);

CREATE TABLE dispatch_order (
  id          TEXT COLLATE "C" PRIMARY KEY,
  number      TEXT COLLATE "C" NOT NULL UNIQUE,
  offer       TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition     BIGINT NOT NULL,
  report_to   TEXT NOT NULL,
  report_at   TEXT NOT NULL,
  by_when     BIGINT NOT NULL,
  needs       TEXT NOT NULL,                 -- JSON, read in Go
  hazards     TEXT NOT NULL,
  contact     TEXT NOT NULL,
  given_by    TEXT COLLATE "C" NOT NULL,
  given_at    BIGINT NOT NULL,
  unsigned    BOOLEAN NOT NULL,              -- given before every station had signed
  taken_at    BIGINT NOT NULL,
  taken_by    TEXT COLLATE "C" NOT NULL,
  UNIQUE (offer, edition)
);

-- Who signs for the authority of a place, and who when the deadline has passed.
CREATE TABLE signing_desk (
  place    TEXT COLLATE "C" PRIMARY KEY,
  officer  TEXT COLLATE "C" NOT NULL,
  deputy   TEXT COLLATE "C" NOT NULL,
  version  BIGINT NOT NULL
);

-- A published need that enough have been approved for, or that is being worked on.
ALTER TABLE need ADD COLUMN work TEXT NOT NULL DEFAULT '' CHECK (work IN ('','matched','in_progress'));
