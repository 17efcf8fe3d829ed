-- +goose Up
-- A request is met by several units: each delivery says whose it was.
ALTER TABLE support_supply ADD COLUMN source TEXT NOT NULL DEFAULT '';  -- name of the unit or force; '': before this was asked, or taken back
