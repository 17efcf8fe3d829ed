-- +goose Up
-- One key signs for a purpose, also when two nodes make it in the same moment.
CREATE UNIQUE INDEX signing_key_purpose ON signing_key (purpose) WHERE retired_at IS NULL;
