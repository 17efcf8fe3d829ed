-- +goose Up
-- From when and until when whoever set a value wanted it to count; 0: at once, and until another is set.
ALTER TABLE parameter ADD COLUMN asked_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE parameter ADD COLUMN asked_until BIGINT NOT NULL DEFAULT 0;
