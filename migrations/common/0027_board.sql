-- +goose Up
-- What the board of an incident measures of published needs (S004-07): when one was first published, and when it was
-- first corrected or withdrawn after that; 0: not.
ALTER TABLE need ADD COLUMN first_published BIGINT NOT NULL DEFAULT 0;
ALTER TABLE need ADD COLUMN first_amended BIGINT NOT NULL DEFAULT 0;
UPDATE need SET first_published = (SELECT coalesce(min(at), 0) FROM journal WHERE kind = 'need' AND subject = need.id AND verb = 'need.published')
  WHERE published_at > 0 OR corrections > 0;
UPDATE need SET first_amended = (SELECT coalesce(min(at), 0) FROM journal WHERE kind = 'need' AND subject = need.id
  AND verb IN ('need.corrected', 'need.withdrawn') AND at >= need.first_published) WHERE corrections > 0 AND first_published > 0;
CREATE INDEX need_amended ON need (incident, first_amended, first_published) WHERE first_amended > 0;
-- The same by hour of an incident; the hour stands in the key.
INSERT INTO tally (kind, place, incident, key, slot, n)
  SELECT 'need.shown', '#' || incident, '', 'published.' || CAST(first_published / 3600000000 AS TEXT), 0, count(*) FROM need
  WHERE incident <> '' AND moment IS NOT NULL AND first_published > 0 GROUP BY incident, first_published / 3600000000;
INSERT INTO tally (kind, place, incident, key, slot, n)
  SELECT 'need.shown', '#' || incident, '', 'amended.' || CAST(first_amended / 3600000000 AS TEXT), 0, count(*) FROM need
  WHERE incident <> '' AND moment IS NOT NULL AND first_amended > 0 GROUP BY incident, first_amended / 3600000000;

-- Which missions a person was given, for the board's last hours.
CREATE INDEX mission_person_presence ON mission_person (presence);
