-- +goose Up
CREATE TABLE support_request (
  id          TEXT COLLATE "C" PRIMARY KEY,
  number      TEXT COLLATE "C" NOT NULL UNIQUE,
  incident    TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  team        TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  category    TEXT NOT NULL CHECK (category IN ('transport','communication','equipment','supplies','fuel','living','other')),
  what        TEXT NOT NULL,
  quantity    BIGINT NOT NULL,
  unit        TEXT NOT NULL,
  priority    BIGINT NOT NULL CHECK (priority >= 1 AND priority <= 4),
  place_text  TEXT NOT NULL,
  need_by     BIGINT NOT NULL,               -- 0: as soon as possible
  state       TEXT NOT NULL CHECK (state IN ('raised','routed','supplying','delivered','confirmed','cancelled')),
  routed      TEXT NOT NULL,                 -- name of the unit or force that meets it
  supplied    BIGINT NOT NULL,
  by          TEXT COLLATE "C" NOT NULL,
  at          BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX support_request_incident ON support_request (incident, state, priority, at);
CREATE INDEX support_request_team ON support_request (team, at);

CREATE TABLE support_supply (
  id        TEXT COLLATE "C" PRIMARY KEY,
  request   TEXT COLLATE "C" NOT NULL REFERENCES support_request (id),
  quantity  BIGINT NOT NULL,                 -- negative: a dispute took back what was written down
  note      TEXT NOT NULL,
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL
);
CREATE INDEX support_supply_request ON support_supply (request, at);
