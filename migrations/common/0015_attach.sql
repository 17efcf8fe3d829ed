-- +goose Up
-- A report and its need join an incident later, singly or by area; '' until then.
ALTER TABLE report ADD COLUMN incident TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE need ADD COLUMN incident TEXT COLLATE "C" NOT NULL DEFAULT '';
-- An instruction may cover one incident.
ALTER TABLE instruction ADD COLUMN incident TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX report_incident ON report (incident, waiting) WHERE incident <> '';
CREATE INDEX need_incident ON need (incident, severity, moment) WHERE incident <> '';
