-- +goose Up
-- What teams ask the mechanism (咨询), and what it answered: on the way and on site.
CREATE TABLE enquiry (
  id         TEXT COLLATE "C" PRIMARY KEY,
  number     TEXT COLLATE "C" NOT NULL UNIQUE,
  incident   TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  team       TEXT COLLATE "C" NOT NULL,      -- '' a group that the register does not know
  team_name  TEXT NOT NULL,
  situation  TEXT NOT NULL CHECK (situation IN ('applying','on_site')),
  topic      TEXT NOT NULL CHECK (topic IN ('need','approval','passage','check_in','mission','support','other')),
  state      TEXT NOT NULL CHECK (state IN ('asked','answered','settled')),
  shared     BOOLEAN NOT NULL,               -- question and answer are shown to every team
  due_at     BIGINT NOT NULL,                -- an answer is late after this
  by         TEXT COLLATE "C" NOT NULL,
  at         BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX enquiry_list ON enquiry (incident, state, at, id);
CREATE INDEX enquiry_team ON enquiry (team, at) WHERE team <> '';

CREATE TABLE enquiry_line (
  enquiry  TEXT COLLATE "C" NOT NULL REFERENCES enquiry (id),
  no       BIGINT NOT NULL,
  answer   BOOLEAN NOT NULL,
  words    TEXT NOT NULL,
  by       TEXT COLLATE "C" NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (enquiry, no)
);
