-- +goose Up
-- Notes that tell of people stand sealed (ADR 20). What stood plain in these columns is not kept: a migration has no key
-- to seal it with, and nothing has been released.
ALTER TABLE party DROP COLUMN note;
ALTER TABLE party ADD COLUMN note BYTEA;                 -- sealed: what the desk wrote about differences
ALTER TABLE party ADD COLUMN home_note BYTEA;            -- sealed: what was said when it was home
ALTER TABLE presence DROP COLUMN out_note;
ALTER TABLE presence ADD COLUMN out_note BYTEA;          -- sealed
ALTER TABLE handback DROP COLUMN note;
ALTER TABLE handback ADD COLUMN note BYTEA;              -- sealed
ALTER TABLE left_behind DROP COLUMN note;
ALTER TABLE left_behind ADD COLUMN note BYTEA;           -- sealed
ALTER TABLE mission_progress DROP COLUMN words;
ALTER TABLE mission_progress ADD COLUMN words BYTEA;     -- sealed
ALTER TABLE support_supply DROP COLUMN note;
ALTER TABLE support_supply ADD COLUMN note BYTEA;        -- sealed
ALTER TABLE enquiry_line DROP COLUMN words;
ALTER TABLE enquiry_line ADD COLUMN words BYTEA;         -- sealed
