-- +goose Up
-- The figures of an incident as they were when it was closed: later changes of code or data never alter them.
CREATE TABLE frozen_figures (
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  closing   BIGINT NOT NULL,                 -- 1 the first; more when it was reopened and closed again
  at        BIGINT NOT NULL,
  by        TEXT COLLATE "C" NOT NULL,
  figures   TEXT NOT NULL,                   -- JSON, read in Go
  PRIMARY KEY (incident, closing)
);

-- The summary of an incident (统计总结): one paper, in editions.
CREATE TABLE summary (
  incident      TEXT COLLATE "C" PRIMARY KEY REFERENCES incident (id),
  state         TEXT NOT NULL CHECK (state IN ('draft','submitted','returned','approved','issued')),
  edition       BIGINT NOT NULL,
  closing       BIGINT NOT NULL,             -- whose figures were submitted; 0: not yet
  paper         TEXT NOT NULL,               -- number under which it was issued; ''
  decision      TEXT COLLATE "C" NOT NULL,   -- of headquarters; ''
  submitted_at  BIGINT NOT NULL,
  issued_at     BIGINT NOT NULL,
  version       BIGINT NOT NULL
);

-- What the groups write in it. Each change adds a version and changes none.
CREATE TABLE summary_section (
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  section   TEXT COLLATE "C" NOT NULL CHECK (section IN ('situation','practice','problems','next')),
  version   BIGINT NOT NULL,
  edition   BIGINT NOT NULL,
  words     TEXT NOT NULL,
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (incident, section, version)
);

-- Late facts (补记): they stand beside what is frozen and change none of it.
CREATE TABLE addendum (
  id        TEXT COLLATE "C" PRIMARY KEY,
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  about     TEXT NOT NULL CHECK (about IN ('figure','need','offer','party','mission','support','pass','other')),
  item      TEXT COLLATE "C" NOT NULL,       -- key of the figure, or number of the record; '' the incident as a whole
  happened  BIGINT NOT NULL,                 -- when the fact was; 0: not said
  words     TEXT NOT NULL,
  value     BIGINT,                          -- what the figure should have been
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL
);
CREATE INDEX addendum_incident ON addendum (incident, at, id);
