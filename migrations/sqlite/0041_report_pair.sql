-- +goose Up
-- What a report is found by, filled behind intake: keyed hashes of the pairs of neighbouring characters in what stands
-- sealed, and of the areas where it stands. In the order of the hashes, which says nothing of the order of the text.
CREATE TABLE report_pair (
  pos        INTEGER PRIMARY KEY,              -- position in the journal at which it came in: newest is highest
  report     TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES report (id),
  algorithm  BIGINT NOT NULL,
  key        TEXT COLLATE "C" NOT NULL,    -- id of the data key of the hashes
  hashes     TEXT NOT NULL
);
-- The hashes stay in report_pair; triggers keep the index as it is, also while an installation is carried over. What is
-- deleted leaves the index at once, and not when its parts are merged one day.
CREATE VIRTUAL TABLE report_fts USING fts5(hashes, content='report_pair', content_rowid='pos', tokenize='ascii', detail='none', columnsize=0);
INSERT INTO report_fts (report_fts, rank) VALUES ('secure-delete', 1);
-- +goose StatementBegin
CREATE TRIGGER report_pair_insert AFTER INSERT ON report_pair BEGIN
  INSERT INTO report_fts (rowid, hashes) VALUES (new.pos, new.hashes);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER report_pair_delete AFTER DELETE ON report_pair BEGIN
  INSERT INTO report_fts (report_fts, rowid, hashes) VALUES ('delete', old.pos, old.hashes);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER report_pair_update AFTER UPDATE ON report_pair BEGIN
  INSERT INTO report_fts (report_fts, rowid, hashes) VALUES ('delete', old.pos, old.hashes);
  INSERT INTO report_fts (rowid, hashes) VALUES (new.pos, new.hashes);
END;
-- +goose StatementEnd

-- Not at intake: a report has its number from the first look on.
CREATE INDEX report_number ON report (number) WHERE number <> '';

-- Nor is this: the few that are being verified are counted without reading all that wait.
CREATE INDEX report_verifying ON report (place) WHERE waiting <> 0 AND stage = 'verifying';

-- The work of the follower goes on under a name of its own, from the beginning of the journal: the reports of before are found too.
DELETE FROM follower WHERE name = 'need.tokens';
