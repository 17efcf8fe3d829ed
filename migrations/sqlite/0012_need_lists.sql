-- +goose Up
-- A need stands once in the list of each place that holds it, in the order of the list: pos is severity, then moment.
CREATE TABLE need_at (
  area     TEXT COLLATE "C" NOT NULL,
  shelf    TEXT COLLATE "C" NOT NULL CHECK (shelf IN ('open','teams','public','closed')),
  kind     TEXT COLLATE "C" NOT NULL,
  pos      BIGINT NOT NULL,
  version  BIGINT NOT NULL,                    -- of the need: whoever has read that one need not read it again
  PRIMARY KEY (area, shelf, pos)
) WITHOUT ROWID;
CREATE INDEX need_at_kind ON need_at (area, kind, shelf, pos, version);

-- What a need is found by: pairs of neighbouring characters, words, and where it stands.
CREATE TABLE need_words (
  pos    INTEGER PRIMARY KEY,
  words  TEXT NOT NULL
);
-- The words stay in need_words; triggers keep the index as it is, also while an installation is carried over.
CREATE VIRTUAL TABLE need_fts USING fts5(words, content='need_words', content_rowid='pos', tokenize='ascii', detail='none', columnsize=0);
-- +goose StatementBegin
CREATE TRIGGER need_words_insert AFTER INSERT ON need_words BEGIN
  INSERT INTO need_fts (rowid, words) VALUES (new.pos, new.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER need_words_delete AFTER DELETE ON need_words BEGIN
  INSERT INTO need_fts (need_fts, rowid, words) VALUES ('delete', old.pos, old.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER need_words_update AFTER UPDATE ON need_words BEGIN
  INSERT INTO need_fts (need_fts, rowid, words) VALUES ('delete', old.pos, old.words);
  INSERT INTO need_fts (rowid, words) VALUES (new.pos, new.words);
END;
-- +goose StatementEnd
