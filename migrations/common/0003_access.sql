-- +goose Up
CREATE TABLE account (
  id            TEXT COLLATE "C" PRIMARY KEY,
  login         TEXT COLLATE "C" NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  unit          TEXT NOT NULL,
  password      TEXT NOT NULL,
  active        BOOLEAN NOT NULL,
  wrong         BIGINT NOT NULL DEFAULT 0,      -- wrong passwords in a row
  locked_until  BIGINT NOT NULL DEFAULT 0,
  created_at    BIGINT NOT NULL,
  version       BIGINT NOT NULL
);

-- A role at a place, for a team, or in an incident, for a time.
CREATE TABLE role_grant (
  id          TEXT COLLATE "C" PRIMARY KEY,
  account     TEXT COLLATE "C" NOT NULL REFERENCES account (id),
  role        TEXT NOT NULL CHECK (role IN ('duty','office','general','coordination','support','leader','sysadmin','secadmin','auditor')),
  place       TEXT COLLATE "C" NOT NULL,
  team        TEXT COLLATE "C" NOT NULL,
  incident    TEXT COLLATE "C" NOT NULL,
  not_before  BIGINT NOT NULL,
  not_after   BIGINT NOT NULL,
  granted_by  TEXT COLLATE "C" NOT NULL,
  granted_at  BIGINT NOT NULL,
  revoked_at  BIGINT,
  revoked_by  TEXT COLLATE "C",
  CHECK ((place = '') <> (team = ''))
);
CREATE INDEX role_grant_account ON role_grant (account);

CREATE TABLE session (
  id          TEXT COLLATE "C" PRIMARY KEY,
  account     TEXT COLLATE "C" NOT NULL REFERENCES account (id),
  token_hash  BYTEA NOT NULL UNIQUE,
  agent       TEXT NOT NULL,
  opened_at   BIGINT NOT NULL,
  seen_at     BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  ended_at    BIGINT
);
CREATE INDEX session_account ON session (account);
