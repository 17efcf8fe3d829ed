// Package team holds the social rescue teams: who they are, where they are at home and what they can do.
//
// A team is one record whatever it is called: names may hold Latin letters, and aliases are searched like names
// (S004-60).
package team

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Team is a social rescue team.
type Team struct {
	ID        string
	Name      string
	Aliases   []string
	Place     place.Path // of registration
	Lon, Lat  float64    // of its base, WGS-84 degrees
	People    int        // members
	Skills    []Skill
	Equipment []Item
	Version   int64
}

// Skill is a speciality with the grade the team holds (1 highest, 0 not graded).
type Skill struct {
	Key   string `json:"key"`
	Grade int    `json:"grade,omitempty"`
}

// Item is a kind of equipment and how many the team has.
type Item struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// Service holds the use cases of teams.
type Service struct{ db *db.DB }

// New is the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Register makes a team record. For the coordination office of the place where it is registered.
func (s *Service) Register(ctx context.Context, t Team) error {
	actor, err := access.Require(ctx, access.TeamRegister, t.Place)
	if err != nil {
		return err
	}
	t.Name = strings.TrimSpace(t.Name)
	if n := utf8.RuneCountInString(t.Name); n == 0 || n > 60 {
		return fault.InvalidField("body.name", "name_length", "队伍名称为 1 至 60 字", "a team's name has 1 to 60 characters")
	}
	t.Version = 1
	return s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := insert(tx, t)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.ErrIDReused
		}
		return journal.Append(tx, journal.Entry{
			Verb: "team.registered", Kind: "team", Subject: t.ID, Version: 1, Place: string(t.Place), Scope: journal.Desk,
			Actor: actor.Account, Body: map[string]any{"name": t.Name},
		})
	})
}

// Led is the team that the actor leads; forbidden when there is none.
func (s *Service) Led(ctx context.Context) (t Team, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Team{}, err
	}
	led := actor.Teams(access.NeedTeam)
	if len(led) == 0 {
		return Team{}, fault.ErrForbidden
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		t, err = byID(tx, led[0])
		return err
	})
	return t, err
}

func insert(tx *db.Tx, t Team) (int64, error) {
	aliases, err1 := json.Marshal(t.Aliases)
	skills, err2 := json.Marshal(t.Skills)
	equipment, err3 := json.Marshal(t.Equipment)
	if err := errors.Join(err1, err2, err3); err != nil {
		return 0, err
	}
	return tx.Exec(`INSERT INTO team (id, name, aliases, place, lon, lat, people, skills, equipment, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
		t.ID, t.Name, string(aliases), string(t.Place), int64(t.Lon*1e7), int64(t.Lat*1e7), t.People, string(skills), string(equipment),
		clock.Micro(tx.Now), t.Version)
}

func byID(tx *db.Tx, id string) (t Team, err error) {
	var path, aliases, skills, equipment string
	var lon, lat int64
	err = tx.Get(`SELECT id, name, aliases, place, lon, lat, people, skills, equipment, version FROM team WHERE id = $1`, []any{id},
		&t.ID, &t.Name, &aliases, &path, &lon, &lat, &t.People, &skills, &equipment, &t.Version)
	if err != nil {
		return t, err
	}
	t.Place, t.Lon, t.Lat = place.Path(path), float64(lon)/1e7, float64(lat)/1e7
	return t, errors.Join(json.Unmarshal([]byte(aliases), &t.Aliases), json.Unmarshal([]byte(skills), &t.Skills), json.Unmarshal([]byte(equipment), &t.Equipment))
}
