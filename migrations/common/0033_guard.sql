-- +goose Up
-- Why lives depend on a team that is deployed before it is signed for: of a closed list; '' not deployed first, or from before there was one.
ALTER TABLE offer ADD COLUMN urgent_cause TEXT NOT NULL DEFAULT '' CHECK (urgent_cause IN ('','trapped','missing','injured','imminent','cut_off'));

-- Who answers for people without insurance when a team is regularised on site, and the team that took a group's people in.
ALTER TABLE party ADD COLUMN waiver_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE party ADD COLUMN waiver_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN waiver_why TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN host TEXT COLLATE "C" NOT NULL DEFAULT '';

-- What came to a team is confirmed by it, or for it by somebody who did not deliver it; a mission by its giver, or by who stands in.
ALTER TABLE support_request ADD COLUMN settled_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE support_request ADD COLUMN on_behalf BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE mission ADD COLUMN confirmed_by TEXT COLLATE "C" NOT NULL DEFAULT '';
