-- +goose Up
-- Controlled zones of an incident: what they cover, who set them, and until when.
CREATE TABLE zone (
  id          TEXT COLLATE "C" PRIMARY KEY,
  incident    TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  name        TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('cordon','control')),
  area        TEXT NOT NULL,                 -- JSON: a ring, a centre with its radius, or places
  rule        TEXT NOT NULL,                 -- who may enter
  set_by      TEXT NOT NULL,                 -- the authority that set it
  begins      BIGINT NOT NULL,
  ends        BIGINT NOT NULL,               -- 0: until it is lifted
  lifted_at   BIGINT NOT NULL,               -- 0: not lifted
  lifted_by   TEXT COLLATE "C" NOT NULL,
  why         TEXT NOT NULL,                 -- it was lifted
  created_at  BIGINT NOT NULL,
  created_by  TEXT COLLATE "C" NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX zone_incident ON zone (incident, created_at, id);
CREATE UNIQUE INDEX zone_name ON zone (incident, name) WHERE lifted_at = 0;

-- Access points: where vehicles and people are checked on their way in and out.
CREATE TABLE access_point (
  id          TEXT COLLATE "C" PRIMARY KEY,
  incident    TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  place       TEXT COLLATE "C" NOT NULL,     -- where it stands
  name        TEXT NOT NULL,
  zone        TEXT COLLATE "C" NOT NULL,     -- that it guards; '' none
  lon         BIGINT NOT NULL,               -- WGS-84, 1e-7 degree
  lat         BIGINT NOT NULL,
  closed_at   BIGINT NOT NULL,               -- 0: open
  closed_by   TEXT COLLATE "C" NOT NULL,
  why         TEXT NOT NULL,                 -- it was closed
  created_at  BIGINT NOT NULL,
  created_by  TEXT COLLATE "C" NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX access_point_incident ON access_point (incident, created_at, id);
CREATE UNIQUE INDEX access_point_name ON access_point (incident, name) WHERE closed_at = 0;

-- A passage belongs to an access point; '' where a gate was set up without one.
ALTER TABLE passage ADD COLUMN point TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX passage_point ON passage (incident, point, at, id);
