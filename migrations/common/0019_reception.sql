-- +goose Up
-- Where teams are received, wait and stay: points of an incident.
CREATE TABLE site_point (
  id        TEXT COLLATE "C" PRIMARY KEY,
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  kind      TEXT NOT NULL CHECK (kind IN ('reception','staging','base')),
  name      TEXT NOT NULL,
  place     TEXT COLLATE "C" NOT NULL,
  lon       BIGINT,                          -- 1e-7 degree, WGS-84
  lat       BIGINT,
  contact   TEXT NOT NULL,                   -- of the desk, no person's
  open      BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version   BIGINT NOT NULL
);
CREATE INDEX site_point_incident ON site_point (incident, created_at, id);

-- A team on site (到场报备): from arrival to home.
CREATE TABLE party (
  id             TEXT COLLATE "C" PRIMARY KEY,
  number         TEXT COLLATE "C" NOT NULL UNIQUE,
  incident       TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  offer          TEXT COLLATE "C" NOT NULL,  -- '' came without one
  team           TEXT COLLATE "C" NOT NULL,  -- '' a group that the register does not know
  team_name      TEXT NOT NULL,
  point          TEXT COLLATE "C" NOT NULL REFERENCES site_point (id),
  place          TEXT COLLATE "C" NOT NULL,  -- of the point where it was received
  state          TEXT NOT NULL CHECK (state IN ('self_deployed','checked_in','leaving','turned_back','checked_out','home_safe')),
  unapproved     BOOLEAN NOT NULL,           -- it came without approval; stays true when it was regularised
  why            TEXT NOT NULL,              -- reason of the present state, where it has one
  people         BIGINT NOT NULL,            -- inside now, counted in the writing transaction
  vehicles       BIGINT NOT NULL,            -- inside now
  busy           BIGINT NOT NULL,            -- people with a mission now
  came           BIGINT NOT NULL,            -- people who were received in all
  missing        BIGINT NOT NULL,            -- on the manifest and not there on arrival
  extra          BIGINT NOT NULL,            -- there and not on the manifest
  note           TEXT NOT NULL,              -- what the desk wrote about differences
  days           BIGINT NOT NULL,            -- self-sufficient for
  arrived_at     BIGINT NOT NULL,            -- by the clock of the desk
  received_at    BIGINT NOT NULL,            -- when it reached the server
  idle_since     BIGINT NOT NULL,            -- 0: somebody of it has a mission
  left_at        BIGINT NOT NULL,            -- checked out
  home_at        BIGINT NOT NULL,            -- safely home
  home_due       BIGINT NOT NULL,            -- when the word of it is overdue; 0: not on the way
  withdrawal     TEXT COLLATE "C" NOT NULL,  -- the order that it leaves under; ''
  contact        BYTEA,                      -- sealed: who leads it on site, with phone
  created_by     TEXT COLLATE "C" NOT NULL,
  version        BIGINT NOT NULL
);
-- An offer arrives once; a second echelon joins its party.
CREATE UNIQUE INDEX party_offer ON party (offer) WHERE offer <> '';
CREATE INDEX party_list ON party (incident, state, arrived_at, id);
CREATE INDEX party_team ON party (team, arrived_at);

-- A person on site. The keyed hash is the register's, so that a member of two teams is one person here.
CREATE TABLE presence (
  id        TEXT COLLATE "C" PRIMARY KEY,
  party     TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  incident  TEXT COLLATE "C" NOT NULL,
  person    TEXT COLLATE "C" NOT NULL,       -- keyed hash
  member    TEXT COLLATE "C" NOT NULL,       -- in the register; '' a walk-in or a person of an unknown group
  kind      TEXT NOT NULL CHECK (kind IN ('member','walk_in')),
  sealed    BYTEA NOT NULL,                  -- name, phone
  post      TEXT NOT NULL,
  listed    BOOLEAN NOT NULL,                -- was on the manifest
  in_at     BIGINT NOT NULL,
  out_at    BIGINT NOT NULL,                 -- 0: inside
  out_why   TEXT NOT NULL CHECK (out_why IN ('','checked_out','turned_back','rotated','injured','hospital','transferred','left_unseen','missing','mistaken')),
  out_note  TEXT NOT NULL,
  mission   TEXT COLLATE "C" NOT NULL,       -- the one mission of the person; '' none
  location  TEXT NOT NULL,                   -- where: the point, or the place of the mission
  since     BIGINT NOT NULL,                 -- when the person went there
  version   BIGINT NOT NULL
);
-- A person is in one place.
CREATE UNIQUE INDEX presence_inside ON presence (person) WHERE out_at = 0;
CREATE INDEX presence_party ON presence (party, in_at, id);
CREATE INDEX presence_incident ON presence (incident, out_at, since);
CREATE INDEX presence_mission ON presence (mission) WHERE mission <> '';

-- A vehicle on site.
CREATE TABLE presence_vehicle (
  id        TEXT COLLATE "C" PRIMARY KEY,
  party     TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  incident  TEXT COLLATE "C" NOT NULL,
  vehicle   TEXT COLLATE "C" NOT NULL,       -- in the register; ''
  plate     TEXT COLLATE "C" NOT NULL,
  colour    TEXT NOT NULL,
  kind      TEXT NOT NULL,
  listed    BOOLEAN NOT NULL,
  in_at     BIGINT NOT NULL,
  out_at    BIGINT NOT NULL,                 -- 0: inside
  mission   TEXT COLLATE "C" NOT NULL,
  version   BIGINT NOT NULL
);
CREATE UNIQUE INDEX presence_vehicle_inside ON presence_vehicle (plate, colour) WHERE out_at = 0;
CREATE INDEX presence_vehicle_party ON presence_vehicle (party, in_at, id);
CREATE INDEX presence_vehicle_mission ON presence_vehicle (mission) WHERE mission <> '';

-- Equipment of a party: what the manifest said, what came, what left.
CREATE TABLE party_item (
  party   TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  kind    TEXT COLLATE "C" NOT NULL,
  listed  BIGINT NOT NULL,
  came    BIGINT NOT NULL,
  out     BIGINT NOT NULL,                   -- -1: not counted yet
  PRIMARY KEY (party, kind)
);

-- How a party spent its time on site: with a mission or without. One spell is open while it is inside.
CREATE TABLE party_spell (
  party     TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  incident  TEXT COLLATE "C" NOT NULL,
  began     BIGINT NOT NULL,
  ended     BIGINT NOT NULL,                 -- 0: lasts
  busy      BOOLEAN NOT NULL,
  PRIMARY KEY (party, began)
);
CREATE INDEX party_spell_incident ON party_spell (incident, began);

-- A wave of withdrawal (撤离): who leaves, when, by which way.
CREATE TABLE withdrawal (
  id          TEXT COLLATE "C" PRIMARY KEY,
  number      TEXT COLLATE "C" NOT NULL UNIQUE,
  incident    TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  wave        BIGINT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('planned','ordered','done','cancelled')),
  reason      TEXT NOT NULL,
  point       TEXT COLLATE "C" NOT NULL,     -- where they are counted out
  leave_from  BIGINT NOT NULL,
  leave_to    BIGINT NOT NULL,
  route       TEXT NOT NULL,
  guidance    TEXT NOT NULL,                 -- what the teams heed on the way (S004-37)
  contact     TEXT NOT NULL,
  ordered_by  TEXT COLLATE "C" NOT NULL,
  ordered_at  BIGINT NOT NULL,               -- 0: not yet
  created_by  TEXT COLLATE "C" NOT NULL,
  created_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  UNIQUE (incident, wave)
);

-- Who leaves in a wave; a party is in one that is planned or ordered.
CREATE TABLE withdrawal_party (
  withdrawal  TEXT COLLATE "C" NOT NULL REFERENCES withdrawal (id),
  party       TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  live        BOOLEAN NOT NULL,
  taken_at    BIGINT NOT NULL,               -- the leader acknowledged; 0: not yet
  PRIMARY KEY (withdrawal, party)
);
CREATE UNIQUE INDEX withdrawal_party_live ON withdrawal_party (party) WHERE live;

-- What a party was lent on site and hands back before it leaves.
CREATE TABLE handback (
  id        TEXT COLLATE "C" PRIMARY KEY,
  party     TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  what      TEXT NOT NULL,
  unit      TEXT NOT NULL,
  lent      BIGINT NOT NULL,
  lender    TEXT NOT NULL,
  request   TEXT COLLATE "C" NOT NULL,       -- of logistics, where it came from one; ''
  back      BIGINT NOT NULL,
  damaged   BIGINT NOT NULL,
  lost      BIGINT NOT NULL,
  note      TEXT NOT NULL,
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL,                 -- 0: not handed back yet
  version   BIGINT NOT NULL
);
CREATE INDEX handback_party ON handback (party);
-- What logistics delivered stands on the list once.
CREATE UNIQUE INDEX handback_request ON handback (party, request) WHERE request <> '';

-- Vehicles and equipment that did not leave with their party, with why.
CREATE TABLE left_behind (
  party    TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  what     TEXT NOT NULL CHECK (what IN ('vehicle','item')),
  subject  TEXT COLLATE "C" NOT NULL,        -- id of the vehicle's row, or the kind of equipment
  note     TEXT NOT NULL,
  by       TEXT COLLATE "C" NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (party, what, subject)
);
