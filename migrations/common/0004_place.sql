-- +goose Up
-- What differs from the national base packed in the binary: dated changes and functional zones, as JSON read in Go.
CREATE TABLE place_overlay (
  id    TEXT COLLATE "C" PRIMARY KEY,
  body  TEXT NOT NULL
);
