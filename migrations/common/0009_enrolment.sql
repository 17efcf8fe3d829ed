-- +goose Up
-- A single-use link by which a person sets the own password and factor. The token is in the link alone.
CREATE TABLE enrolment (
  id          TEXT COLLATE "C" PRIMARY KEY,
  token_hash  BYTEA NOT NULL UNIQUE,
  account     TEXT COLLATE "C" NOT NULL REFERENCES account (id),
  factor      BYTEA NOT NULL,          -- sealed TOTP secret offered to the person
  made_by     TEXT COLLATE "C" NOT NULL,
  made_at     BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  used_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX enrolment_account ON enrolment (account);

-- The first start: open until three administrators have been named, then closed for good.
CREATE TABLE setup (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  closed_at  BIGINT NOT NULL
);
