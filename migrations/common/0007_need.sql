-- +goose Up
CREATE TABLE report_claim (
  id      TEXT COLLATE "C" PRIMARY KEY,
  report  TEXT COLLATE "C" NOT NULL REFERENCES report (id),
  kind    TEXT NOT NULL CHECK (kind IN ('add','safe')),
  text    BYTEA NOT NULL,      -- sealed
  digest  BYTEA NOT NULL,
  at      BIGINT NOT NULL
);
CREATE INDEX report_claim_report ON report_claim (report, at);

CREATE TABLE report_attempt (
  id      TEXT COLLATE "C" PRIMARY KEY,
  report  TEXT COLLATE "C" NOT NULL REFERENCES report (id),
  method  TEXT NOT NULL,
  result  TEXT NOT NULL,
  note    BYTEA NOT NULL,      -- sealed
  by      TEXT COLLATE "C" NOT NULL,
  at      BIGINT NOT NULL
);
CREATE INDEX report_attempt_report ON report_attempt (report, at);

-- Filled behind intake: keyed hashes by which reports of one caller find each other.
CREATE TABLE report_token (
  hash    BYTEA NOT NULL,
  report  TEXT COLLATE "C" NOT NULL REFERENCES report (id),
  PRIMARY KEY (hash, report)
);

-- Where the readers of the journal stand that keep something behind it.
CREATE TABLE follower (
  name      TEXT COLLATE "C" PRIMARY KEY,
  position  BIGINT NOT NULL
);

CREATE TABLE instruction (
  id         TEXT COLLATE "C" PRIMARY KEY,
  number     TEXT NOT NULL,
  issuer     TEXT NOT NULL,
  how        TEXT NOT NULL CHECK (how IN ('paper','phone','meeting','system')),
  issued_at  BIGINT NOT NULL,
  place      TEXT COLLATE "C" NOT NULL,
  kind       TEXT NOT NULL,
  note       TEXT NOT NULL,
  by         TEXT COLLATE "C" NOT NULL,
  at         BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX instruction_place ON instruction (place, at);

CREATE TABLE need (
  id            TEXT COLLATE "C" PRIMARY KEY,
  number        TEXT COLLATE "C" NOT NULL UNIQUE,
  kind          TEXT NOT NULL,
  title         TEXT NOT NULL,
  detail        TEXT NOT NULL,
  hazards       TEXT NOT NULL,
  severity      BIGINT NOT NULL,
  priority      TEXT NOT NULL,               -- JSON, read in Go
  people        BIGINT,
  skills        TEXT NOT NULL,               -- JSON, read in Go
  teams         BIGINT NOT NULL,
  equipment     TEXT NOT NULL,               -- JSON, read in Go
  window_from   BIGINT NOT NULL,
  window_to     BIGINT NOT NULL,
  place         TEXT COLLATE "C" NOT NULL,
  lon           BIGINT,
  lat           BIGINT,
  state         TEXT NOT NULL CHECK (state IN ('open','published','closed')),
  instruction   TEXT COLLATE "C" NOT NULL DEFAULT '',
  published_at  BIGINT NOT NULL DEFAULT 0,
  audience      TEXT NOT NULL DEFAULT '',
  corrections   BIGINT NOT NULL DEFAULT 0,
  created_at    BIGINT NOT NULL,
  created_by    TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL
);
CREATE INDEX need_list ON need (state, severity, created_at, id);
CREATE INDEX report_need ON report (need) WHERE need <> '';
CREATE INDEX report_merged ON report (merged_into) WHERE merged_into <> '';
