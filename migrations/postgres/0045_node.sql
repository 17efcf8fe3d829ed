-- +goose Up
-- Which node has authority over the records of an incident: over a kind of them, as the journal names it, or ('') over all
-- kinds that have no row of their own. On one server always itself.
CREATE TABLE incident_node (
  incident  TEXT COLLATE "C" NOT NULL REFERENCES incident (id),
  kind      TEXT COLLATE "C" NOT NULL,
  node      TEXT COLLATE "C" NOT NULL,         -- as in instance
  PRIMARY KEY (incident, kind)
);
INSERT INTO incident_node (incident, kind, node) SELECT incident.id, '', instance.node FROM incident, instance;
-- A row that is written here has its own number at its origin, too. The identity is given before the trigger runs.
-- +goose StatementBegin
CREATE FUNCTION journal_origin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.origin_seq := NEW.seq;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER journal_origin BEFORE INSERT ON journal FOR EACH ROW WHEN (NEW.origin_seq IS NULL) EXECUTE FUNCTION journal_origin();
