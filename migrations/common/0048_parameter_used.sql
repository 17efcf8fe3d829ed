-- +goose Up
-- The values of parameters that decisions were taken by, as they were found then.
CREATE TABLE parameter_used (
  subject  TEXT COLLATE "C" NOT NULL,   -- id of the record decided about
  part     TEXT COLLATE "C" NOT NULL,   -- of it: a station of a chain; '' for the whole
  key      TEXT COLLATE "C" NOT NULL,
  at       BIGINT NOT NULL,             -- of the decision
  value    TEXT NOT NULL,
  place    TEXT COLLATE "C" NOT NULL,   -- where it was set
  source   TEXT NOT NULL,
  PRIMARY KEY (subject, part, key, at)
);
