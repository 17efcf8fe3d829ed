-- +goose Up
-- A signing key is replaced by another: it says itself which one it hands on to, or that it counts no more.
ALTER TABLE signing_key ADD COLUMN successor TEXT COLLATE "C" NOT NULL DEFAULT '';  -- signing_key; '': none yet
ALTER TABLE signing_key ADD COLUMN handed BYTEA;  -- its signature over the public half of the successor; NULL: it does not vouch for one
ALTER TABLE signing_key ADD COLUMN ended BYTEA;   -- its signature over its own public half: nothing it has signed counts any more
