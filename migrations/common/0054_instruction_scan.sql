-- +goose Up
-- Photos and scans of the papers of instructions, as those of decisions are kept.
CREATE TABLE instruction_scan (
  id           TEXT COLLATE "C" PRIMARY KEY,
  instruction  TEXT COLLATE "C" NOT NULL REFERENCES instruction (id),
  kind         TEXT NOT NULL CHECK (kind IN ('image/jpeg','image/png','application/pdf')),
  size         BIGINT NOT NULL,                  -- bytes
  content      BYTEA NOT NULL,                   -- sealed
  by           TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL
);
CREATE INDEX instruction_scan_of ON instruction_scan (instruction, at, id);
