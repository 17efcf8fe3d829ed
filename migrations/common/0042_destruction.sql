-- +goose Up
-- Keys that were destroyed, with what stood under them: what remains says that they were, and when. A copy of the data that
-- is read back learns from it what it has to forget again.
CREATE TABLE data_key_gone (
  id     TEXT COLLATE "C" PRIMARY KEY,
  scope  TEXT COLLATE "C" NOT NULL,
  at     BIGINT NOT NULL
);

-- When what a report said of a person was destroyed; 0: it was not.
ALTER TABLE report ADD COLUMN destroyed_at BIGINT NOT NULL DEFAULT 0;

-- The destruction of the personal data of one lot: of an incident, or of the reports of a county and month that joined none.
CREATE TABLE destruction (
  id           TEXT COLLATE "C" PRIMARY KEY,
  number       TEXT COLLATE "C" NOT NULL UNIQUE,
  lot          TEXT COLLATE "C" NOT NULL,              -- the scope of its key
  key          TEXT COLLATE "C" NOT NULL,              -- id of that key
  place        TEXT COLLATE "C" NOT NULL,
  incident     TEXT COLLATE "C" NOT NULL,              -- id; '' for reports that joined none
  state        TEXT NOT NULL CHECK (state IN ('proposed','running','done','refused')),
  reason       TEXT NOT NULL,
  by           TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  decided_by   TEXT COLLATE "C" NOT NULL DEFAULT '',
  decided_at   BIGINT NOT NULL DEFAULT 0,
  decided_why  TEXT NOT NULL DEFAULT '',
  due_at       BIGINT NOT NULL,                        -- from when on it was due when it was proposed
  keep_days    TEXT NOT NULL,                          -- the parameter that was used
  reports      BIGINT NOT NULL DEFAULT 0,              -- destroyed so far
  texts        BIGINT NOT NULL DEFAULT 0,
  tokens       BIGINT NOT NULL DEFAULT 0,
  points       BIGINT NOT NULL DEFAULT 0,
  done_at      BIGINT NOT NULL DEFAULT 0,
  worker       TEXT COLLATE "C" NOT NULL DEFAULT '',   -- the node that works on it, until its lease ends
  lease_until  BIGINT NOT NULL DEFAULT 0,
  version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX destruction_one ON destruction (lot) WHERE state IN ('proposed', 'running');
CREATE INDEX destruction_place ON destruction (place, at);

-- Why personal data are kept longer (突发事件应对法 art. 85), with the assessment that the law asks for.
CREATE TABLE retention_hold (
  id         TEXT COLLATE "C" PRIMARY KEY,
  lot        TEXT COLLATE "C" NOT NULL,
  place      TEXT COLLATE "C" NOT NULL,
  incident   TEXT COLLATE "C" NOT NULL,
  purpose    TEXT NOT NULL CHECK (purpose IN ('evidence','evaluation')),
  lawful     TEXT NOT NULL,
  necessary  TEXT NOT NULL,
  secure     TEXT NOT NULL,
  until_at   BIGINT NOT NULL,
  by         TEXT COLLATE "C" NOT NULL,
  at         BIGINT NOT NULL,
  lifted_by  TEXT COLLATE "C" NOT NULL DEFAULT '',
  lifted_at  BIGINT NOT NULL DEFAULT 0,
  lift_why   TEXT NOT NULL DEFAULT '',
  version    BIGINT NOT NULL
);
CREATE INDEX retention_hold_lot ON retention_hold (lot, at);
