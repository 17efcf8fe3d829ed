-- +goose Up
-- What logistics lent by one request stands on the hand-back lists of all parties of a team together, in parts where it
-- came in parts: the parties of a team are held while one of these lists changes.
DROP INDEX handback_request;
CREATE INDEX handback_request ON handback (request) WHERE request <> '';
