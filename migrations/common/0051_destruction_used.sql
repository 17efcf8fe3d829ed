-- +goose Up
-- What a destruction was due by stands where the values of all decisions stand. It was kept as
-- destruction.keep_days=30（source）, without the place at which it was set: that is the deepest one above the lot where the
-- same value was set from the same source, and the nation where none was.
INSERT INTO parameter_used (subject, part, key, at, value, place, source)
SELECT d.id, '', 'destruction.keep_days', d.at, d.value, coalesce((SELECT max(p.place) FROM parameter p
  WHERE p.key = 'destruction.keep_days' AND p.value = d.value AND p.source = d.source AND p.valid_from <= d.at AND substr(d.place, 1, length(p.place)) = p.place), '/'), d.source
FROM (
  SELECT id, place, at, substr(said, 1, length(said) - length(tail)) AS value, substr(tail, 2, length(tail) - 2) AS source
  FROM (
    SELECT id, place, at, substr(keep_days, 23) AS said, ltrim(substr(keep_days, 23), '0123456789.eE+-') AS tail
    FROM destruction WHERE keep_days LIKE 'destruction.keep_days=%（%）'
  ) cut
) d WHERE TRUE
ON CONFLICT (subject, part, key, at) DO NOTHING;
ALTER TABLE destruction DROP COLUMN keep_days;
