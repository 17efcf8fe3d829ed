-- +goose Up
-- The gapless order of settled journal rows and the chain over them. Written by the sequencer alone.
CREATE TABLE settled (
  position   BIGINT PRIMARY KEY,
  seq        BIGINT NOT NULL,
  link       BYTEA NOT NULL,      -- algorithm byte, then the hash over the link before and this row
  signature  BYTEA,               -- algorithm byte and signature over the link, on the last row of a batch
  key_id     TEXT COLLATE "C"     -- signing_key of the signature
);

-- Where the sequencer of PostgreSQL stands: everything before txid in this epoch is settled.
CREATE TABLE sequencer (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  epoch  BIGINT NOT NULL,
  txid   BIGINT NOT NULL,
  system TEXT NOT NULL            -- the cluster's own identifier; another one begins a new epoch
);

-- What this installation is; written once, when it is made.
CREATE TABLE instance (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  node        TEXT COLLATE "C" NOT NULL,
  letter      TEXT COLLATE "C" NOT NULL,
  demo        BOOLEAN NOT NULL,
  created_at  BIGINT NOT NULL
);

-- Human numbers (BG-…, XQ-…) come from here, never from MAX+1.
CREATE TABLE counter (
  name  TEXT COLLATE "C" PRIMARY KEY,
  n     BIGINT NOT NULL
);

-- Keys that seal personal data, each wrapped by a master key that is never in the database.
CREATE TABLE data_key (
  id          TEXT COLLATE "C" PRIMARY KEY,
  scope       TEXT COLLATE "C" NOT NULL UNIQUE,  -- e.g. report:/50/500110/:2026-11
  algorithm   TEXT NOT NULL,
  master      TEXT NOT NULL,                      -- id of the master key that wraps it
  wrapped     BYTEA NOT NULL,
  created_at  BIGINT NOT NULL
);

-- Keys that sign the chain, and later passes: the public half is open, the private half sealed by the master key.
CREATE TABLE signing_key (
  id          TEXT COLLATE "C" PRIMARY KEY,
  purpose     TEXT NOT NULL,
  algorithm   TEXT NOT NULL,
  public      BYTEA NOT NULL,
  master      TEXT NOT NULL,
  wrapped     BYTEA NOT NULL,
  created_at  BIGINT NOT NULL,
  retired_at  BIGINT
);

-- What a client id was used for, so that a command sent twice is one command.
CREATE TABLE command (
  id          TEXT COLLATE "C" PRIMARY KEY,
  actor       TEXT COLLATE "C" NOT NULL,
  verb        TEXT NOT NULL,
  digest      TEXT NOT NULL,
  subject     TEXT COLLATE "C" NOT NULL,
  at          BIGINT NOT NULL
);
