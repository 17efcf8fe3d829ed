-- +goose Up
-- Photos and scans of the papers behind decisions that were recorded on somebody's behalf.
CREATE TABLE decision_scan (
  id        TEXT COLLATE "C" PRIMARY KEY,
  decision  TEXT COLLATE "C" NOT NULL REFERENCES decision (id),
  kind      TEXT NOT NULL CHECK (kind IN ('image/jpeg','image/png','application/pdf')),
  size      BIGINT NOT NULL,                  -- bytes
  content   BYTEA NOT NULL,                   -- sealed
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL
);
CREATE INDEX decision_scan_of ON decision_scan (decision, at, id);
