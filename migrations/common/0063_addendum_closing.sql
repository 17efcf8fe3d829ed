-- +goose Up
-- A late fact is about the figures of one closing: they stand beside it whatever a later closing freezes.
ALTER TABLE addendum ADD COLUMN closing BIGINT NOT NULL DEFAULT 1;
UPDATE addendum SET closing = coalesce((SELECT max(f.closing) FROM frozen_figures f WHERE f.incident = addendum.incident AND f.at <= addendum.at), 1);
