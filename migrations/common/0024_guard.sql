-- +goose Up
-- What belongs to a drill stands apart from everything in earnest: lists, counts, maps and what the public sees. It
-- follows from the incident and is kept beside it, so that no list has to look it up.
ALTER TABLE report ADD COLUMN drill BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE need ADD COLUMN drill BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX need_drill ON need (id) WHERE drill = TRUE;

-- What each of several nodes counts of one address in a minute, for the limits of all together. Written once a second
-- at most, for hot addresses alone, and deleted when the minute is over. Empty on SQLite, where there is one node.
CREATE TABLE rate_count (
  minute  BIGINT NOT NULL,
  node    TEXT COLLATE "C" NOT NULL,      -- this run of it
  hash    TEXT COLLATE "C" NOT NULL,      -- keyed hash of what was done and the address
  n       BIGINT NOT NULL,
  PRIMARY KEY (minute, node, hash)
);

-- Logins that do not exist lock like those that do, so that the answer tells neither from the other.
CREATE TABLE stranger (
  hash          BYTEA PRIMARY KEY,        -- keyed hash of the login
  wrong         BIGINT NOT NULL,          -- tries in a row
  locked_until  BIGINT NOT NULL,
  at            BIGINT NOT NULL           -- of the last try; the row goes thirty days later
);

-- A demo world that is still being made: one that was killed meanwhile is begun anew.
ALTER TABLE instance ADD COLUMN unfinished BOOLEAN NOT NULL DEFAULT FALSE;
