-- +goose Up
CREATE TABLE incident (
  id            TEXT COLLATE "C" PRIMARY KEY,
  number        TEXT COLLATE "C" NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  class         TEXT NOT NULL CHECK (class IN ('natural','accident','health','security')),
  severity      BIGINT NOT NULL CHECK (severity >= 0 AND severity <= 4),   -- 1 highest; 0 not graded
  place         TEXT COLLATE "C" NOT NULL,   -- whose headquarters command it
  hq            TEXT NOT NULL,
  commander     TEXT NOT NULL,
  began_at      BIGINT NOT NULL,
  drill         BOOLEAN NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('recorded','active','withdrawing','closed','dropped')),
  mechanism     TEXT COLLATE "C" NOT NULL,   -- the standing mechanism that was activated; '' before
  lead          TEXT NOT NULL,               -- the division that leads the three groups
  activated_at  BIGINT NOT NULL,
  activated_by  TEXT COLLATE "C" NOT NULL,
  reason        TEXT NOT NULL,               -- of the activation
  basis         TEXT NOT NULL,
  suggested_by  TEXT NOT NULL,               -- the parameter that suggested it and its value, or ''
  closed_at     BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  created_by    TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL
);
CREATE INDEX incident_list ON incident (state, created_at, id);

-- Every place that the incident touches, the commanding one among them.
CREATE TABLE incident_place (
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  place     TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (incident, place)
);
CREATE INDEX incident_place_place ON incident_place (place);

-- What somebody without an account decided: recorded on their behalf, confirmed later.
CREATE TABLE decision (
  id            TEXT COLLATE "C" PRIMARY KEY,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  about         TEXT NOT NULL,               -- response, roster, reopen, …
  decided_by    TEXT NOT NULL,
  how           TEXT NOT NULL CHECK (how IN ('paper','phone','meeting','system')),
  decided_at    BIGINT NOT NULL,
  reference     TEXT NOT NULL,
  words         TEXT NOT NULL,
  by            TEXT COLLATE "C" NOT NULL,
  at            BIGINT NOT NULL,
  confirmed_at  BIGINT NOT NULL,             -- 0: the paper is still awaited
  confirmed_by  TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL
);
CREATE INDEX decision_incident ON decision (incident, at);

CREATE TABLE response (
  id            TEXT COLLATE "C" PRIMARY KEY,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  decision      TEXT COLLATE "C" NOT NULL REFERENCES decision (id),
  name          TEXT NOT NULL,               -- the matter: 市级防汛应急响应
  level         BIGINT NOT NULL CHECK (level >= 1 AND level <= 4),
  began_at      BIGINT NOT NULL,
  expected      TEXT NOT NULL,               -- how long it is expected to last
  measures      TEXT NOT NULL,
  ended_at      BIGINT NOT NULL,             -- 0: in force
  end_decision  TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL
);
CREATE INDEX response_incident ON response (incident, began_at);

-- The three groups as they were on activation, from the template.
CREATE TABLE incident_group (
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  grp       TEXT NOT NULL CHECK (grp IN ('general','coordination','support')),
  unit      TEXT COLLATE "C" NOT NULL,
  name      TEXT NOT NULL,
  PRIMARY KEY (incident, grp, unit)
);

-- Editions of the roster; one is worked on at a time, the newest approved one is in force.
CREATE TABLE roster (
  id            TEXT COLLATE "C" PRIMARY KEY,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  edition       BIGINT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('draft','submitted','returned','approved')),
  submitted_at  BIGINT NOT NULL,
  decision      TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL,
  UNIQUE (incident, edition)
);
CREATE UNIQUE INDEX roster_open ON roster (incident) WHERE state <> 'approved';

CREATE TABLE roster_person (
  roster   TEXT COLLATE "C" NOT NULL REFERENCES roster (id),
  no       BIGINT NOT NULL,
  grp      TEXT NOT NULL CHECK (grp IN ('general','coordination','support')),
  unit     TEXT NOT NULL,
  name     TEXT NOT NULL,
  post     TEXT NOT NULL,
  duty     TEXT NOT NULL,
  phone    BYTEA NOT NULL,                   -- sealed
  PRIMARY KEY (roster, no)
);

-- Numbers by which the mechanism is reached: of desks, not of persons.
CREATE TABLE incident_contact (
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  no        BIGINT NOT NULL,
  name      TEXT NOT NULL,
  number    TEXT NOT NULL,
  public    BOOLEAN NOT NULL,                -- everyone; otherwise teams and staff
  PRIMARY KEY (incident, no)
);

CREATE TABLE handover (
  id        TEXT COLLATE "C" PRIMARY KEY,
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  from_grp  TEXT NOT NULL,
  to_grp    TEXT NOT NULL,
  item_kind TEXT NOT NULL,                   -- need, report, … or matter
  item      TEXT COLLATE "C" NOT NULL,       -- id of the record, '' for a matter
  matter    TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('sent','taken','returned','done')),
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL,
  taken_by  TEXT COLLATE "C" NOT NULL,
  taken_at  BIGINT NOT NULL,
  version   BIGINT NOT NULL
);
CREATE INDEX handover_incident ON handover (incident, at);

-- What the upper level sends to guide a place.
CREATE TABLE working_group (
  id         TEXT COLLATE "C" PRIMARY KEY,
  incident   TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  place      TEXT COLLATE "C" NOT NULL,      -- whose mechanism sends it
  head       TEXT NOT NULL,
  members    TEXT NOT NULL,                  -- units, a line each
  task       TEXT NOT NULL,
  sent_at    BIGINT NOT NULL,
  back_at    BIGINT NOT NULL,                -- 0: still there
  by         TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX working_group_incident ON working_group (incident, sent_at);
