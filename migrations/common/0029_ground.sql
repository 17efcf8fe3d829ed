-- +goose Up
-- That a party was turned back stays with it, also when its check-out is undone and it is to be counted out again.
ALTER TABLE party ADD COLUMN turned_back BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE party SET turned_back = TRUE
  WHERE EXISTS (SELECT 1 FROM journal j WHERE j.kind = 'party' AND j.subject = party.id AND j.verb = 'party.turned_back');

-- A team on a mission asks for what the mission needs.
ALTER TABLE support_request ADD COLUMN mission TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX support_request_mission ON support_request (mission) WHERE mission <> '';
