-- +goose Up
-- The nodes that a restored installation is of, each until its backup was made. told: the journal has said so.
CREATE TABLE node_before (
  node  TEXT COLLATE "C" PRIMARY KEY,
  until BIGINT NOT NULL,
  told  BOOLEAN NOT NULL
);
