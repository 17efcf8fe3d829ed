-- +goose Up
-- Who is behind an account, so that nobody decides about a team that they are a member of.
ALTER TABLE account ADD COLUMN paper BYTEA;                                            -- sealed: number of the paper; NULL: not on record
ALTER TABLE account ADD COLUMN identified_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN identified_by TEXT COLLATE "C" NOT NULL DEFAULT '';

-- The keyed hashes under which a register of members may hold this person: one for each kind of paper that the number may be
-- of. A person has one account.
CREATE TABLE account_person (
  hash     BYTEA PRIMARY KEY,
  account  TEXT COLLATE "C" NOT NULL REFERENCES account (id)
);
CREATE INDEX account_person_account ON account_person (account);
