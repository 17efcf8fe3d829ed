-- +goose Up
-- Nobody decides about a team that they stood with in the incident: who was in which party, and whom an offer names.
CREATE INDEX presence_person ON presence (person);
CREATE INDEX offer_person_member ON offer_person (member);
