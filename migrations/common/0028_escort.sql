-- +goose Up
-- Vehicles that travel together and that the police are asked to lead.
CREATE TABLE escort (
  id            TEXT COLLATE "C" PRIMARY KEY,
  number        TEXT COLLATE "C" NOT NULL UNIQUE,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  state         TEXT NOT NULL CHECK (state IN ('asked','arranged','under_way','done','refused','cancelled')),
  assembly      TEXT NOT NULL,               -- where the vehicles gather
  assemble_at   BIGINT NOT NULL,
  origin        TEXT NOT NULL,
  destination   TEXT NOT NULL,
  route         TEXT NOT NULL,
  reason        TEXT NOT NULL CHECK (reason IN ('road_damaged','night','wide_load','traffic','other')),
  note          TEXT NOT NULL,
  unit          TEXT COLLATE "C" NOT NULL,   -- that is asked, of the mechanism
  unit_name     TEXT NOT NULL,
  contact       TEXT NOT NULL,               -- the desk that asks
  leads         TEXT NOT NULL,               -- the police unit that leads; '' not arranged
  police_plate  TEXT COLLATE "C" NOT NULL,
  duty          TEXT NOT NULL,               -- number of its duty desk
  leads_at      BIGINT NOT NULL,             -- when it sets out; 0
  decision      TEXT COLLATE "C" NOT NULL,   -- the answer of the unit, recorded on its behalf; ''
  why           TEXT NOT NULL,               -- refused or cancelled
  at            BIGINT NOT NULL,
  by            TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL
);
CREATE INDEX escort_list ON escort (incident, assemble_at, id);
CREATE INDEX escort_waiting ON escort (incident, assemble_at) WHERE state = 'asked';

-- Which passes travel together. A pass is in one escort that is not over.
CREATE TABLE escort_pass (
  escort    TEXT COLLATE "C" NOT NULL REFERENCES escort (id),
  pass      TEXT COLLATE "C" NOT NULL REFERENCES pass (id),
  live      BOOLEAN NOT NULL,                -- the escort is not over and the pass is in it
  left_at   BIGINT NOT NULL,                 -- 0: it did not leave
  left_why  TEXT NOT NULL CHECK (left_why IN ('','revoked','replaced')),
  PRIMARY KEY (escort, pass)
);
CREATE UNIQUE INDEX escort_pass_live ON escort_pass (pass) WHERE live;

-- Service areas and rest points on the way, as teams are told of them.
CREATE TABLE service_area (
  id            TEXT COLLATE "C" PRIMARY KEY,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  name          TEXT NOT NULL,
  road          TEXT NOT NULL,
  direction     TEXT NOT NULL,
  edition       BIGINT NOT NULL,             -- that holds
  withdrawn_at  BIGINT NOT NULL,             -- 0: it holds
  withdrawn_by  TEXT COLLATE "C" NOT NULL,
  why           TEXT NOT NULL,               -- it was withdrawn
  version       BIGINT NOT NULL
);
CREATE INDEX service_area_list ON service_area (incident, road, direction, id);
CREATE UNIQUE INDEX service_area_name ON service_area (incident, road, direction, name) WHERE withdrawn_at = 0;

-- What was said of it, the corrections with what they replaced.
CREATE TABLE service_area_edition (
  area     TEXT COLLATE "C" NOT NULL REFERENCES service_area (id),
  no       BIGINT NOT NULL,
  mark     BIGINT NOT NULL,                  -- metres of the road; -1 not said
  offers   TEXT NOT NULL,                    -- keys of what is there, by comma
  state    TEXT NOT NULL CHECK (state IN ('open','limited','closed')),
  words    TEXT NOT NULL,
  begins   BIGINT NOT NULL,
  ends     BIGINT NOT NULL,                  -- 0: until it is corrected or withdrawn
  contact  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  by       TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (area, no)
);
