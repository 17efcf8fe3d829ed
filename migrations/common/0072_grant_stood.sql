-- +goose Up
-- Who holds a role at a place, and who held one at a place that has ended: what they have not read goes to who took over.
DROP INDEX role_grant_place;
CREATE INDEX role_grant_place ON role_grant (place) WHERE place <> '';
