-- +goose Up
-- What a report is found by, filled behind intake: keyed hashes of the pairs of neighbouring characters in what stands
-- sealed, and of the areas where it stands. In the order of the hashes, which says nothing of the order of the text.
CREATE TABLE report_pair (
  pos        BIGINT PRIMARY KEY,              -- position in the journal at which it came in: newest is highest
  report     TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES report (id),
  algorithm  BIGINT NOT NULL,
  key        TEXT COLLATE "C" NOT NULL,    -- id of the data key of the hashes
  hashes     TEXT NOT NULL
);
-- The hashes are lexemes as they stand.
CREATE INDEX report_pair_gin ON report_pair USING gin (array_to_tsvector(string_to_array(hashes, ' ')));

-- Not at intake: a report has its number from the first look on.
CREATE INDEX report_number ON report (number) WHERE number <> '';

-- Nor is this: the few that are being verified are counted without reading all that wait.
CREATE INDEX report_verifying ON report (place) WHERE waiting <> 0 AND stage = 'verifying';

-- The work of the follower goes on under a name of its own, from the beginning of the journal: the reports of before are found too.
DELETE FROM follower WHERE name = 'need.tokens';
