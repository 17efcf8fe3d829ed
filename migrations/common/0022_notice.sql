-- +goose Up
-- What people are told: made of the journal and of deadlines that pass, once each.
CREATE TABLE notice (
  id        TEXT COLLATE "C" PRIMARY KEY,
  cause     TEXT COLLATE "C" NOT NULL UNIQUE,  -- position of the journal row, or what has passed its deadline, with the kind
  kind      TEXT COLLATE "C" NOT NULL,
  incident  TEXT COLLATE "C" NOT NULL,         -- '' for none
  place     TEXT COLLATE "C" NOT NULL,
  subject   TEXT COLLATE "C" NOT NULL,         -- id of the record it is about
  body      TEXT NOT NULL,                     -- JSON: the public fields that its words take
  drill     BOOLEAN NOT NULL,
  at        BIGINT NOT NULL
);
CREATE INDEX notice_subject ON notice (subject, kind);

-- Whom a notice is for: a person, or a team with all who lead it.
CREATE TABLE notice_to (
  id           TEXT COLLATE "C" PRIMARY KEY,
  notice       TEXT COLLATE "C" NOT NULL REFERENCES notice (id),
  incident     TEXT COLLATE "C" NOT NULL,
  account      TEXT COLLATE "C" NOT NULL,      -- '' for a team
  team         TEXT COLLATE "C" NOT NULL,      -- '' for a person
  read_by      BIGINT NOT NULL,                -- from then on somebody must phone; 0: nobody need
  read_at      BIGINT NOT NULL,                -- when the first of them read it
  answered_at  BIGINT NOT NULL,                -- when what it asks for was done
  told_at      BIGINT NOT NULL,                -- when a short message was on the phone
  called_at    BIGINT NOT NULL,                -- the last phone call
  called_by    TEXT COLLATE "C" NOT NULL,
  outcome      TEXT NOT NULL CHECK (outcome IN ('','reached','passed_on','no_answer')),
  wanted       BOOLEAN NOT NULL,               -- nobody knows yet whether it was taken notice of
  version      BIGINT NOT NULL,
  UNIQUE (notice, account, team)
);
CREATE INDEX notice_to_wanted ON notice_to (incident, read_by) WHERE wanted;

-- One addressee by one channel.
CREATE TABLE notice_delivery (
  id            TEXT COLLATE "C" PRIMARY KEY,
  notice        TEXT COLLATE "C" NOT NULL REFERENCES notice (id),
  recipient     TEXT COLLATE "C" NOT NULL REFERENCES notice_to (id),
  incident      TEXT COLLATE "C" NOT NULL,
  channel       TEXT NOT NULL CHECK (channel IN ('app','sms')),
  account       TEXT COLLATE "C" NOT NULL,     -- in the application
  team          TEXT COLLATE "C" NOT NULL,     -- by short message: whose number it goes to
  state         TEXT NOT NULL CHECK (state IN ('queued','sent','delivered','read','failed','held')),
  why           TEXT NOT NULL CHECK (why IN ('','no_gateway','drill','demo','no_number','refused','gave_up')),
  tries         BIGINT NOT NULL,
  next_at       BIGINT NOT NULL,               -- not before
  lease         TEXT COLLATE "C" NOT NULL,     -- of the node that sends it
  lease_until   BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  since         BIGINT NOT NULL,               -- in this state
  version       BIGINT NOT NULL
);
CREATE INDEX notice_delivery_mine ON notice_delivery (account, at, id) WHERE account <> '';
CREATE INDEX notice_delivery_unread ON notice_delivery (account) WHERE account <> '' AND state = 'delivered';
CREATE INDEX notice_delivery_outbox ON notice_delivery (incident, state, at, id);
CREATE INDEX notice_delivery_queue ON notice_delivery (next_at) WHERE state = 'queued';
CREATE INDEX notice_delivery_recipient ON notice_delivery (recipient);

CREATE TABLE notice_call (
  id         TEXT COLLATE "C" PRIMARY KEY,
  recipient  TEXT COLLATE "C" NOT NULL REFERENCES notice_to (id),
  outcome    TEXT NOT NULL CHECK (outcome IN ('reached','passed_on','no_answer')),
  by         TEXT COLLATE "C" NOT NULL,
  at         BIGINT NOT NULL
);
CREATE INDEX notice_call_recipient ON notice_call (recipient, at);

-- An installation that has a past begins with what comes: nobody is told what is over.
INSERT INTO follower (name, position) SELECT 'notice', max(position) FROM settled HAVING max(position) IS NOT NULL;

-- Deadlines that pass, and what waits for the signature of a place.
CREATE INDEX offer_due ON offer (due_at) WHERE due_at <> 0;
CREATE INDEX offer_station_open ON offer_station (place, due_at) WHERE result = '' AND opened_at <> 0;
