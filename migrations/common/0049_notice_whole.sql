-- +goose Up
-- A notice to many is addressed in slices; it counts as told when it is whole.
ALTER TABLE notice ADD COLUMN whole BOOLEAN NOT NULL DEFAULT TRUE;
