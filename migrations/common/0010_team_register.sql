-- +goose Up
-- The register of teams. place is whose register holds the record; home is where the team is at home, which for a team
-- from elsewhere is another jurisdiction.
ALTER TABLE team ADD COLUMN home TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN folded TEXT COLLATE "C" NOT NULL DEFAULT '';     -- name and aliases as they are searched; '' until indexed
ALTER TABLE team ADD COLUMN members BIGINT NOT NULL DEFAULT 0;               -- active rows of member, counted in the writing transaction
ALTER TABLE team ADD COLUMN core BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team ADD COLUMN kind TEXT NOT NULL DEFAULT 'other' CHECK (kind IN ('social_group','non_enterprise','foundation','mass_org','enterprise','volunteer','other'));
ALTER TABLE team ADD COLUMN legal TEXT NOT NULL DEFAULT 'never_registered' CHECK (legal IN ('never_registered','preparing','applied','registered','suspended','deregistered'));
ALTER TABLE team ADD COLUMN uscc TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN uscc_reason TEXT NOT NULL DEFAULT '';            -- why a code with a wrong check character was kept
ALTER TABLE team ADD COLUMN level TEXT NOT NULL DEFAULT '' CHECK (level IN ('','county','city','province','nation'));
ALTER TABLE team ADD COLUMN authority TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN supervisor TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN contact BYTEA;                                   -- sealed: name and phone
UPDATE team SET home = place;

-- One organisation is one team.
CREATE UNIQUE INDEX team_uscc ON team (uscc) WHERE uscc <> '';
-- The list in its order, whole, of one status, and of teams from elsewhere; and the box around a point.
CREATE INDEX team_list ON team (place, folded, id);
CREATE INDEX team_legal ON team (legal, place, folded, id);
CREATE INDEX team_elsewhere ON team (home) WHERE home <> place;
CREATE INDEX team_point ON team (lat, lon);

-- Every single character and every pair of neighbours in a team's names.
CREATE TABLE team_word (
  word  TEXT COLLATE "C" NOT NULL,
  team  TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  PRIMARY KEY (word, team)
);
CREATE INDEX team_word_team ON team_word (team);

-- What a team can do, for searching: a speciality with its grade (0: not graded), a kind of equipment with how many work.
CREATE TABLE team_ability (
  kind   TEXT NOT NULL CHECK (kind IN ('skill','equipment')),
  key    TEXT COLLATE "C" NOT NULL,
  team   TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  value  BIGINT NOT NULL,
  PRIMARY KEY (kind, key, team)
);
CREATE INDEX team_ability_team ON team_ability (team, kind);

-- A person in a team. The same person in another team is another row with the same keyed hash.
CREATE TABLE member (
  id         TEXT COLLATE "C" PRIMARY KEY,
  team       TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  person     BYTEA NOT NULL,            -- keyed hash of paper and number
  sealed     BYTEA NOT NULL,            -- name, phone, paper, number
  core       BOOLEAN NOT NULL,
  post       TEXT NOT NULL CHECK (post IN ('command','search','boat','diving','rope','medical','communication','logistics','driver','other')),
  state      TEXT NOT NULL CHECK (state IN ('active','left')),
  joined_at  BIGINT NOT NULL,
  left_at    BIGINT NOT NULL DEFAULT 0,
  added_by   TEXT COLLATE "C" NOT NULL,
  version    BIGINT NOT NULL
);
-- A person is once in a team.
CREATE UNIQUE INDEX member_person ON member (team, person) WHERE state = 'active';
CREATE INDEX member_list ON member (team, state, joined_at, id);
CREATE INDEX member_also ON member (person);

CREATE TABLE team_policy (
  id          TEXT COLLATE "C" PRIMARY KEY,
  team        TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  insurer     TEXT NOT NULL,
  number      TEXT COLLATE "C" NOT NULL,
  valid_from  BIGINT NOT NULL,
  valid_to    BIGINT NOT NULL,          -- first moment without cover
  everyone    BOOLEAN NOT NULL,         -- else the members of team_policy_member
  version     BIGINT NOT NULL
);
CREATE INDEX team_policy_team ON team_policy (team, valid_to);

CREATE TABLE team_policy_member (
  policy  TEXT COLLATE "C" NOT NULL REFERENCES team_policy (id),
  member  TEXT COLLATE "C" NOT NULL REFERENCES member (id),
  PRIMARY KEY (policy, member)
);

CREATE TABLE vehicle (
  id        TEXT COLLATE "C" PRIMARY KEY,
  team      TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  plate     TEXT COLLATE "C" NOT NULL,  -- upper case, without dots and blanks
  colour    TEXT NOT NULL CHECK (colour IN ('blue','yellow','black','white','gradient_green','yellow_green','blue_white','other')),
  special   BOOLEAN NOT NULL,           -- a plate outside GA 36: kept as it was written
  kind      TEXT NOT NULL CHECK (kind IN ('command','equipment','personnel','ambulance','boat_trailer','supply','other')),
  seats     BIGINT NOT NULL,
  cargo     TEXT NOT NULL,
  borrowed  BOOLEAN NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('active','retired')),
  added_at  BIGINT NOT NULL,
  version   BIGINT NOT NULL
);
-- A plate is on one car.
CREATE UNIQUE INDEX vehicle_plate ON vehicle (plate, colour) WHERE state = 'active';
CREATE INDEX vehicle_team ON vehicle (team, state, plate);

CREATE TABLE equipment_item (
  team     TEXT COLLATE "C" NOT NULL REFERENCES team (id),
  kind     TEXT COLLATE "C" NOT NULL,
  count    BIGINT NOT NULL,
  usable   BIGINT NOT NULL,
  version  BIGINT NOT NULL,
  PRIMARY KEY (team, kind)
);
