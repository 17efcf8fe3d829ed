-- +goose Up
-- One row for every change, in the transaction of the change; never updated. seq is the order of writing.
CREATE TABLE journal (
  seq         INTEGER PRIMARY KEY,
  at          BIGINT NOT NULL,
  actor       TEXT COLLATE "C" NOT NULL,
  verb        TEXT NOT NULL,
  kind        TEXT NOT NULL,
  subject     TEXT COLLATE "C" NOT NULL,
  version     BIGINT NOT NULL,
  place       TEXT COLLATE "C" NOT NULL,
  scope       TEXT COLLATE "C" NOT NULL,
  incident    TEXT COLLATE "C" NOT NULL,
  reason      TEXT NOT NULL,
  body        TEXT NOT NULL,
  origin      TEXT COLLATE "C" NOT NULL,
  origin_seq  BIGINT,
  epoch       BIGINT NOT NULL DEFAULT 0,
  txid        BIGINT NOT NULL DEFAULT 0
);
