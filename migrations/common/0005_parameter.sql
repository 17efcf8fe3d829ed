-- +goose Up
CREATE TABLE parameter (
  id           TEXT COLLATE "C" PRIMARY KEY,
  key          TEXT COLLATE "C" NOT NULL,
  place        TEXT COLLATE "C" NOT NULL,
  value        TEXT NOT NULL,
  valid_from   BIGINT NOT NULL,
  valid_until  BIGINT NOT NULL,
  locked       BOOLEAN NOT NULL,
  source       TEXT NOT NULL,
  set_by       TEXT COLLATE "C" NOT NULL,
  version      BIGINT NOT NULL
);
-- One value at a time for a key and place.
CREATE UNIQUE INDEX parameter_now ON parameter (key, place) WHERE valid_until = 0;
