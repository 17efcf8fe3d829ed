-- +goose Up
-- What a need said before it was corrected: one row for each correction, with the version that it ended.
CREATE TABLE need_edition (
  need     TEXT COLLATE "C" NOT NULL REFERENCES need (id),
  version  BIGINT NOT NULL,
  draft    TEXT NOT NULL,             -- JSON, read in Go
  PRIMARY KEY (need, version)
);

-- Which teams have read a published need, and when first: whoever saw it learns of a correction.
CREATE TABLE need_seen (
  need  TEXT COLLATE "C" NOT NULL REFERENCES need (id),
  team  TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  at    BIGINT NOT NULL,
  PRIMARY KEY (need, team)
);
