-- +goose Up
-- Who holds a role at a place, and which grants stand at places that have ended.
CREATE INDEX role_grant_place ON role_grant (place) WHERE revoked_at IS NULL AND place <> '';
