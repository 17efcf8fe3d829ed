-- +goose Up
-- A person who has no paper with them is known by the phone, so that the same person is not inside twice, once by the paper
-- and once by the phone. phone is a keyed hash; '' not known by it.
ALTER TABLE presence ADD COLUMN phone TEXT COLLATE "C" NOT NULL DEFAULT '';
-- How the person is known: by a paper, by the phone, by the name alone, or told apart by the desk; '' from before this was kept.
ALTER TABLE presence ADD COLUMN known TEXT NOT NULL DEFAULT '' CHECK (known IN ('','paper','phone','name','apart'));
CREATE UNIQUE INDEX presence_phone ON presence (phone) WHERE out_at = 0 AND phone <> '';
