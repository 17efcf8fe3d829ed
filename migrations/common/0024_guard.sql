-- +goose Up
-- What belongs to a drill stands apart from everything in earnest: lists, counts, maps and what the public sees. It
-- follows from the incident and is kept beside it, so that no list has to look it up.
ALTER TABLE report ADD COLUMN drill BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE need ADD COLUMN drill BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX need_drill ON need (id) WHERE drill = TRUE;
