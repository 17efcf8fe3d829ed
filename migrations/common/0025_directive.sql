-- +goose Up
-- What headquarters ordered the mechanism to do (指令): recorded on its behalf, above whatever the groups have going.
CREATE TABLE directive (
  id             TEXT COLLATE "C" PRIMARY KEY,
  number         TEXT COLLATE "C" NOT NULL UNIQUE,
  incident       TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  decision       TEXT COLLATE "C" NOT NULL REFERENCES decision (id),
  due_at         BIGINT NOT NULL,            -- 0: without a time
  halts          TEXT NOT NULL,              -- comma-separated: publish, dispatch, mission; '' nothing
  lifted_at      BIGINT NOT NULL,            -- 0: in force
  lift_decision  TEXT COLLATE "C" NOT NULL,
  version        BIGINT NOT NULL
);
CREATE INDEX directive_incident ON directive (incident, lifted_at);

-- What each group does about it.
CREATE TABLE directive_group (
  directive  TEXT COLLATE "C" NOT NULL REFERENCES directive (id),
  grp        TEXT NOT NULL CHECK (grp IN ('general','coordination','support')),
  state      TEXT NOT NULL CHECK (state IN ('sent','taken','done')),
  taken_by   TEXT COLLATE "C" NOT NULL,
  taken_at   BIGINT NOT NULL,
  done_by    TEXT COLLATE "C" NOT NULL,
  done_at    BIGINT NOT NULL,
  words      TEXT NOT NULL,                  -- what came of it
  version    BIGINT NOT NULL,
  PRIMARY KEY (directive, grp)
);
