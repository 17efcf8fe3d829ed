-- +goose Up
-- Parts of the site that are given to teams.
CREATE TABLE sector (
  id         TEXT COLLATE "C" PRIMARY KEY,
  incident   TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  name       TEXT NOT NULL,
  place      TEXT COLLATE "C" NOT NULL,
  outline    TEXT NOT NULL,                  -- JSON ring of lon, lat; '' not drawn
  hazards    TEXT NOT NULL,
  contact    TEXT NOT NULL,                  -- of a desk, no person's
  open       BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX sector_incident ON sector (incident, created_at, id);
CREATE UNIQUE INDEX sector_name ON sector (incident, name) WHERE open;

-- What a party is told to do (任务).
CREATE TABLE mission (
  id            TEXT COLLATE "C" PRIMARY KEY,
  number        TEXT COLLATE "C" NOT NULL UNIQUE,
  incident      TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  party         TEXT COLLATE "C" NOT NULL REFERENCES party (id),
  team          TEXT COLLATE "C" NOT NULL,   -- '' a group that the register does not know
  team_name     TEXT NOT NULL,
  need          TEXT COLLATE "C" NOT NULL,   -- '' none
  sector        TEXT COLLATE "C" NOT NULL,   -- '' none
  place         TEXT COLLATE "C" NOT NULL,
  location      TEXT NOT NULL,
  goal          TEXT NOT NULL,
  hazards       TEXT NOT NULL,
  contact       TEXT NOT NULL,
  priority      BIGINT NOT NULL,             -- 1 highest … 4
  until         BIGINT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('given','accepted','under_way','on_scene','blocked','done','confirmed','declined','cancelled','reassigned')),
  why           TEXT NOT NULL,
  before        TEXT COLLATE "C" NOT NULL,   -- the mission that this one took over; ''
  people        BIGINT NOT NULL,             -- given to it
  vehicles      BIGINT NOT NULL,
  rescued       BIGINT NOT NULL,             -- sums of the progress
  moved         BIGINT NOT NULL,
  treated       BIGINT NOT NULL,
  given_by      TEXT COLLATE "C" NOT NULL,
  given_at      BIGINT NOT NULL,
  accepted_at   BIGINT NOT NULL,
  started_at    BIGINT NOT NULL,
  on_scene_at   BIGINT NOT NULL,
  done_at       BIGINT NOT NULL,
  ended_at      BIGINT NOT NULL,             -- confirmed, declined, cancelled or reassigned: its people are free
  heard_at      BIGINT NOT NULL,             -- when the team last said something
  silent_at     BIGINT NOT NULL,             -- when its silence is overdue; 0: nothing is awaited of it
  version       BIGINT NOT NULL
);
CREATE INDEX mission_list ON mission (incident, state, priority, given_at, id);
CREATE INDEX mission_party ON mission (party, given_at);
CREATE INDEX mission_need ON mission (need) WHERE need <> '';

-- Who and what was given to a mission, and for how long.
CREATE TABLE mission_person (
  mission   TEXT COLLATE "C" NOT NULL REFERENCES mission (id),
  presence  TEXT COLLATE "C" NOT NULL REFERENCES presence (id),
  PRIMARY KEY (mission, presence)
);
CREATE TABLE mission_vehicle (
  mission   TEXT COLLATE "C" NOT NULL REFERENCES mission (id),
  presence  TEXT COLLATE "C" NOT NULL REFERENCES presence_vehicle (id),
  PRIMARY KEY (mission, presence)
);

-- How much of the equipment of its party a mission takes.
CREATE TABLE mission_item (
  mission   TEXT COLLATE "C" NOT NULL REFERENCES mission (id),
  kind      TEXT COLLATE "C" NOT NULL,
  count     BIGINT NOT NULL,
  PRIMARY KEY (mission, kind)
);

-- What the team reports from the scene.
CREATE TABLE mission_progress (
  id        TEXT COLLATE "C" PRIMARY KEY,
  mission   TEXT COLLATE "C" NOT NULL REFERENCES mission (id),
  words     TEXT NOT NULL,
  rescued   BIGINT NOT NULL,
  moved     BIGINT NOT NULL,
  treated   BIGINT NOT NULL,
  by        TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL,
  said_at   BIGINT NOT NULL                  -- by the clock of the phone
);
CREATE INDEX mission_progress_mission ON mission_progress (mission, at, id);
