-- +goose Up
-- The right of one vehicle to enter, and what came of its exemption from toll.
CREATE TABLE pass (
  id            TEXT COLLATE "C" PRIMARY KEY,
  number        TEXT COLLATE "C" NOT NULL UNIQUE,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  place         TEXT COLLATE "C" NOT NULL,   -- that commands the incident
  destination   TEXT COLLATE "C" NOT NULL,
  offer         TEXT COLLATE "C" NOT NULL REFERENCES offer (id),
  edition       BIGINT NOT NULL,
  team          TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  team_name     TEXT NOT NULL,
  vehicle       TEXT COLLATE "C" NOT NULL REFERENCES vehicle (id),
  plate         TEXT COLLATE "C" NOT NULL,
  colour        TEXT NOT NULL,
  kind          TEXT NOT NULL,
  purpose       TEXT NOT NULL CHECK (purpose IN ('rescue','commercial','own_way')),
  driver        TEXT COLLATE "C" NOT NULL,   -- member; '' not said
  crew          BIGINT NOT NULL,
  cargo         TEXT NOT NULL,
  route         TEXT NOT NULL,
  out_from      BIGINT NOT NULL,
  out_to        BIGINT NOT NULL,
  back_from     BIGINT NOT NULL,
  back_to       BIGINT NOT NULL,
  code          TEXT NOT NULL,               -- what the QR holds, signed
  state         TEXT NOT NULL CHECK (state IN ('valid','used','revoked')),
  why           TEXT NOT NULL,
  revoked_at    BIGINT NOT NULL,
  live          BOOLEAN NOT NULL,            -- stands for its plate in the incident
  toll          TEXT NOT NULL CHECK (toll IN ('not_asked','asked','on_list','refused','charged','refund_asked','refunded')),
  toll_level    TEXT NOT NULL CHECK (toll_level IN ('','province','ministry')),
  toll_by       TEXT NOT NULL,               -- who organised or agreed
  toll_agreed   BIGINT NOT NULL,
  toll_paper    TEXT NOT NULL,
  receipt       TEXT NOT NULL,
  receipt_at    BIGINT NOT NULL,
  toll_why      TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  created_by    TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL
);
CREATE UNIQUE INDEX pass_live ON pass (incident, plate, colour) WHERE live;
CREATE INDEX pass_list ON pass (incident, created_at, id);
CREATE INDEX pass_until ON pass (back_to);
CREATE INDEX pass_offer ON pass (offer);

-- The number of the lists of gates: one more with every pass issued, used or revoked. One row.
CREATE TABLE gate_list (
  id  TEXT COLLATE "C" PRIMARY KEY,
  no  BIGINT NOT NULL
);

-- What happened at gates, as the guards noted it: also vehicles without a pass.
CREATE TABLE passage (
  id           TEXT COLLATE "C" PRIMARY KEY,
  incident     TEXT COLLATE "C" NOT NULL,    -- '' when there was no pass to tell it
  pass         TEXT COLLATE "C" NOT NULL,    -- ''
  place        TEXT COLLATE "C" NOT NULL,    -- of the gate
  gate         TEXT NOT NULL,                -- its name
  number       TEXT COLLATE "C" NOT NULL,    -- as read or typed
  plate        TEXT COLLATE "C" NOT NULL,
  colour       TEXT NOT NULL,
  verdict      TEXT NOT NULL CHECK (verdict IN ('go','stop','unknown')),
  why          TEXT NOT NULL,
  direction    TEXT NOT NULL CHECK (direction IN ('in','out','refused')),
  list_no      BIGINT NOT NULL,              -- what the gate went by
  at           BIGINT NOT NULL,              -- by the gate's clock
  received_at  BIGINT NOT NULL,
  by           TEXT COLLATE "C" NOT NULL
);
CREATE INDEX passage_pass ON passage (pass, at);
CREATE INDEX passage_incident ON passage (incident, at);
CREATE INDEX passage_place ON passage (place, at);
