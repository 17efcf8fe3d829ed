-- +goose Up
-- A need stands once in the list of each place that holds it, in the order of the list: pos is severity, then moment.
CREATE TABLE need_at (
  area     TEXT COLLATE "C" NOT NULL,
  shelf    TEXT COLLATE "C" NOT NULL CHECK (shelf IN ('open','teams','public','closed')),
  kind     TEXT COLLATE "C" NOT NULL,
  pos      BIGINT NOT NULL,
  version  BIGINT NOT NULL,                    -- of the need: whoever has read that one need not read it again
  PRIMARY KEY (area, shelf, pos)
);
CREATE INDEX need_at_kind ON need_at (area, kind, shelf, pos, version);

-- What a need is found by: pairs of neighbouring characters, words, and where it stands.
CREATE TABLE need_words (
  pos    BIGINT PRIMARY KEY,
  words  TEXT NOT NULL
);
-- The pieces were made in Go and are lexemes as they stand: no parser, whose letters depend on the locale, comes near.
CREATE INDEX need_words_gin ON need_words USING gin (array_to_tsvector(string_to_array(words, ' ')));
