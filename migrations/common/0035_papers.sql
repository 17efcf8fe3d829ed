-- +goose Up
-- The papers of an instruction: what was given by mouth gets its document later. The last one counts, the others stay.
CREATE TABLE instruction_paper (
  id           TEXT COLLATE "C" PRIMARY KEY,
  instruction  TEXT COLLATE "C" NOT NULL REFERENCES instruction (id),
  number       TEXT NOT NULL,
  dated        BIGINT NOT NULL,    -- as the document says
  by           TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL
);
CREATE INDEX instruction_paper_of ON instruction_paper (instruction, at);
CREATE INDEX instruction_awaits ON instruction (place) WHERE number = '';
