-- +goose Up
-- What people asked for. On SQLite the row lives in its primary key: one tree less to write for every cry for help.
CREATE TABLE report (
  id           TEXT COLLATE "C" PRIMARY KEY,
  number       TEXT COLLATE "C" NOT NULL DEFAULT '',
  kind         TEXT NOT NULL,
  severity     BIGINT NOT NULL,
  people       BIGINT,
  vulnerable   TEXT NOT NULL,                -- keys, comma between
  place        TEXT COLLATE "C" NOT NULL,
  lon          BIGINT,                       -- WGS-84, 1e-7 degree
  lat          BIGINT,
  accuracy     BIGINT,                       -- metres
  point_source TEXT NOT NULL DEFAULT '',
  point_at     BIGINT NOT NULL DEFAULT 0,
  channel      TEXT NOT NULL,
  flags        TEXT NOT NULL,                -- keys, comma between
  received_at  BIGINT NOT NULL,
  client_at    BIGINT NOT NULL,
  stage        TEXT NOT NULL CHECK (stage IN ('received','verifying','merged','done')),
  outcome      TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('','verified','unreachable','unverifiable','false','self_rescued','passed_police','passed_medical')),
  decided_at   BIGINT NOT NULL DEFAULT 0,
  looked_at    BIGINT NOT NULL DEFAULT 0,
  looked_by    TEXT COLLATE "C" NOT NULL DEFAULT '',
  waiting      BIGINT NOT NULL,              -- since when nobody looked, 0: nothing to look at; an unread claim is negative, before all
  claims       BIGINT NOT NULL DEFAULT 0,
  safe_claim   BOOLEAN NOT NULL DEFAULT FALSE,
  need         TEXT COLLATE "C" NOT NULL DEFAULT '',
  merged_into  TEXT COLLATE "C" NOT NULL DEFAULT '',
  person       BYTEA NOT NULL,               -- sealed: phone, name, words, address
  message      BYTEA,                        -- sealed: to the caller
  receipt      BYTEA NOT NULL,               -- keyed hash of the receipt code
  digest       BYTEA NOT NULL,               -- keyed hash of what was sent: the same id twice is one report
  sender       TEXT COLLATE "C" NOT NULL,    -- account, or "public"
  version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX report_receipt ON report (receipt);
-- The queue: only what still waits for a person is in it.
CREATE INDEX report_queue ON report (waiting, place) WHERE waiting <> 0;
