-- +goose Up
-- Counts kept in the transaction that changes them; a count is the sum over its slots. On SQLite there is one slot, on
-- PostgreSQL several, so that writers do not wait for each other at the row of the nation.
CREATE TABLE tally (
  kind      TEXT NOT NULL,
  place     TEXT COLLATE "C" NOT NULL,          -- a path, and everything below it
  incident  TEXT COLLATE "C" NOT NULL,          -- id; '' for what belongs to none
  key       TEXT COLLATE "C" NOT NULL,
  slot      BIGINT NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (kind, place, incident, key, slot)
);

-- When the need was made, no two alike: microseconds since 2020 in the upper bits, told apart by the lower nine. NULL
-- until the need stands in its lists, which the program sees to when it starts.
ALTER TABLE need ADD COLUMN moment BIGINT;
CREATE UNIQUE INDEX need_moment ON need (moment);
DROP INDEX need_list;
-- What the public is shown, newest first.
CREATE INDEX need_published ON need (published_at, id) WHERE state = 'published';
