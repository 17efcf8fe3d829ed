-- +goose Up
CREATE TABLE account (
  id            TEXT COLLATE "C" PRIMARY KEY,
  login         TEXT COLLATE "C" NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  unit          TEXT NOT NULL,
  password      TEXT NOT NULL,                  -- argon2id; '' until enrolled
  factor        BYTEA,                          -- sealed TOTP secret
  factor_step   BIGINT NOT NULL DEFAULT 0,      -- last time step used: a code counts once
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
  role        TEXT NOT NULL CHECK (role IN ('duty','office','general','coordination','support','leader','gate','reception','sysadmin','secadmin','auditor')),
  place       TEXT COLLATE "C" NOT NULL,
  team        TEXT COLLATE "C" NOT NULL,
  incident    TEXT COLLATE "C" NOT NULL,
  not_before  BIGINT NOT NULL,
  not_after   BIGINT NOT NULL,
  granted_by  TEXT COLLATE "C" NOT NULL,
  granted_at  BIGINT NOT NULL,
  confirmed_by TEXT COLLATE "C" NOT NULL,      -- second person, where the role takes one; '' until then
  confirmed_at BIGINT NOT NULL,                -- 0: not in force yet
  revoked_at  BIGINT,
  revoked_by  TEXT COLLATE "C",
  CHECK ((place <> '' AND team = '' AND incident = '') OR (place = '' AND team <> '' AND incident = '') OR (place = '' AND team = '' AND incident <> ''))
);
-- Nobody holds two of the three administrators' roles.
CREATE UNIQUE INDEX role_grant_administrator ON role_grant (account) WHERE revoked_at IS NULL AND role IN ('sysadmin','secadmin','auditor');
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
