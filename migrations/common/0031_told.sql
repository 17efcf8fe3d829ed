-- +goose Up
-- When a need was first corrected while teams saw it, and first withdrawn; 0: not. first_amended is the earlier of both.
ALTER TABLE need ADD COLUMN first_corrected BIGINT NOT NULL DEFAULT 0;
ALTER TABLE need ADD COLUMN first_withdrawn BIGINT NOT NULL DEFAULT 0;
UPDATE need SET first_corrected = (SELECT coalesce(min(at), 0) FROM journal WHERE kind = 'need' AND subject = need.id AND verb = 'need.corrected'
  AND (body LIKE '%"state":"published"%' OR body LIKE '%"state":"matched"%' OR body LIKE '%"state":"in_progress"%'))
  WHERE corrections > 0;
UPDATE need SET first_withdrawn = (SELECT coalesce(min(at), 0) FROM journal WHERE kind = 'need' AND subject = need.id AND verb = 'need.withdrawn')
  WHERE corrections > 0;

-- When a person left a mission that goes on: hurt, and out of the site. 0: has not.
ALTER TABLE mission_person ADD COLUMN left_at BIGINT NOT NULL DEFAULT 0;
