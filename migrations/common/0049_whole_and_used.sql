-- +goose Up
-- A notice to many is addressed in slices; it counts as told when it is whole.
ALTER TABLE notice ADD COLUMN whole BOOLEAN NOT NULL DEFAULT TRUE;
-- What was issued and used up on site: with what is back, damaged and lost it adds up to what was lent.
ALTER TABLE handback ADD COLUMN used BIGINT NOT NULL DEFAULT 0;
