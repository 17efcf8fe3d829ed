-- +goose Up
-- The history of a record and the course of an incident are read by these. That a report came in is in neither: it is
-- in the report's own row, and no index stands in the way of a cry for help.
CREATE INDEX journal_subject ON journal (subject, seq) WHERE verb <> 'report.received';
CREATE INDEX journal_incident ON journal (incident, seq) WHERE incident <> '';

CREATE TABLE unit (
  id          TEXT COLLATE "C" PRIMARY KEY,
  name        TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('party','government','military','mass','enterprise','other')),
  place       TEXT COLLATE "C" NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX unit_name ON unit (place, name);

-- The standing mechanism of a place: one each.
CREATE TABLE mechanism (
  id            TEXT COLLATE "C" PRIMARY KEY,
  place         TEXT COLLATE "C" NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  basis         TEXT NOT NULL,               -- the document that founded it
  authority     TEXT NOT NULL,               -- who approved it
  founded_at    BIGINT NOT NULL,
  lead          TEXT NOT NULL,               -- the division that leads all three groups
  head          TEXT NOT NULL,               -- post of the head of the leading group
  phone         TEXT NOT NULL,               -- of the office on duty; published
  version       BIGINT NOT NULL
);

CREATE TABLE mechanism_unit (
  mechanism  TEXT COLLATE "C" NOT NULL REFERENCES mechanism (id),
  unit       TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
  role       TEXT NOT NULL CHECK (role IN ('lead','member','support_team')),
  duty       TEXT NOT NULL,
  sits_in    TEXT NOT NULL,                  -- keys of groups, comma between: a unit may sit in several
  no         BIGINT NOT NULL,                -- order in the document
  left_at    BIGINT NOT NULL,                -- 0: still in it
  PRIMARY KEY (mechanism, unit)
);

-- Who a unit has named as its liaison officer. One at a time.
CREATE TABLE liaison (
  id         TEXT COLLATE "C" PRIMARY KEY,
  mechanism  TEXT COLLATE "C" NOT NULL REFERENCES mechanism (id),
  unit       TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
  name       TEXT NOT NULL,
  post       TEXT NOT NULL,
  phone      BYTEA NOT NULL,                 -- sealed
  since      BIGINT NOT NULL,
  until      BIGINT NOT NULL,                -- 0: in office
  tried_at   BIGINT NOT NULL DEFAULT 0,      -- when somebody last tried to reach the officer; 0: never
  reached    BOOLEAN NOT NULL DEFAULT FALSE, -- and whether they were reached
  by         TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX liaison_active ON liaison (mechanism, unit) WHERE until = 0;
CREATE INDEX liaison_unit ON liaison (mechanism, unit, since);
