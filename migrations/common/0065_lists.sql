-- +goose Up
-- Lists of reports are read from indexes that hold all that they are chosen by, so that of the others not even the rows are
-- read: the queue by waiting, everything else newest first, and the same in an incident.
DROP INDEX report_queue;
CREATE INDEX report_queue ON report (waiting, place, drill, stage) WHERE waiting <> 0;
CREATE INDEX report_newest ON report (received_at, place, drill, stage, incident);
DROP INDEX report_incident;
CREATE INDEX report_incident ON report (incident, received_at, place, drill, stage, waiting) WHERE incident <> '';

-- What a report is found by is destroyed by its report: without this each destroyed report reads the hashes of all.
CREATE INDEX report_token_report ON report_token (report);

-- A pass is found by what stands on the car.
CREATE INDEX pass_plate ON pass (plate);

-- The few that decide stand among all who hold a grant, and what older versions left among all teams.
CREATE INDEX role_grant_role ON role_grant (role, account) WHERE revoked_at IS NULL;
CREATE INDEX team_unfolded ON team (id) WHERE folded = '';

-- Who and what came, of an incident, also of those that have left again.
CREATE INDEX presence_vehicle_incident ON presence_vehicle (incident, party, plate, colour);
