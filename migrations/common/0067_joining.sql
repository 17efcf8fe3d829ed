-- +goose Up
-- A command that takes reports into an incident works in slices. That it came to its end, and with what, stays: sent again
-- later it moves nothing that was moved elsewhere meanwhile, and takes along nobody who called after it.
CREATE TABLE report_joining (
  command TEXT COLLATE "C" PRIMARY KEY REFERENCES command (id),
  joined  BIGINT NOT NULL,
  more    BOOLEAN NOT NULL,
  at      BIGINT NOT NULL
);
