-- +goose Up
CREATE TABLE team (
  id          TEXT COLLATE "C" PRIMARY KEY,
  name        TEXT NOT NULL,
  aliases     TEXT NOT NULL,                 -- JSON, read in Go
  place       TEXT COLLATE "C" NOT NULL,
  lon         BIGINT NOT NULL,               -- WGS-84, 1e-7 degree
  lat         BIGINT NOT NULL,
  people      BIGINT NOT NULL,
  skills      TEXT NOT NULL,                 -- JSON, read in Go
  equipment   TEXT NOT NULL,                 -- JSON, read in Go
  created_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX team_place ON team (place);
