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

-- The mark of an incident among the words of a need is one piece for both engines: letters and digits.
UPDATE need_words SET words = (
  SELECT replace(need_words.words, '·a#' || n.incident, '·ai' || replace(n.incident, '-', '')) FROM need n WHERE n.moment = need_words.pos & 1152921504606846975
) WHERE words LIKE '%·a#%';
