package team

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

const columns = `t.id, t.name, t.aliases, t.place, t.home, t.lon, t.lat, t.people, t.members, t.core, t.skills, t.equipment, t.kind, t.legal,
	t.uscc, t.uscc_reason, t.level, t.authority, t.supervisor, t.contact, t.created_at, t.version`

func scan(s db.Scanner) (t Team, err error) {
	var path, home, aliases, skills, equipment string
	var lon, lat, created int64
	err = s.Scan(&t.ID, &t.Name, &aliases, &path, &home, &lon, &lat, &t.People, &t.Members, &t.Core, &skills, &equipment, &t.Kind, &t.Legal,
		&t.USCC, &t.USCCReason, &t.Level, &t.Authority, &t.Supervisor, &t.contact, &created, &t.Version)
	if err != nil {
		return t, err
	}
	t.Place, t.Home, t.Lon, t.Lat, t.CreatedAt = place.Path(path), place.Path(home), float64(lon)/1e7, float64(lat)/1e7, clock.FromMicro(created)
	return t, errors.Join(json.Unmarshal([]byte(aliases), &t.Aliases), json.Unmarshal([]byte(skills), &t.Skills), json.Unmarshal([]byte(equipment), &t.Equipment))
}

// ByID is a team. For contexts above; the caller has decided who asks.
func ByID(tx *db.Tx, id string) (Team, error) { return read(tx, id, "") }

func read(tx *db.Tx, id, lock string) (t Team, err error) {
	err = tx.One(func(s db.Scanner) error {
		t, err = scan(s)
		return err
	}, `SELECT `+columns+` FROM team t WHERE t.id = $1`+lock, id)
	return t, err
}

// own is what team.own stands for in the team that one leads.
var own = []access.Verb{access.TeamSee, access.TeamEdit, access.TeamReveal}

// may is the one judgement of desks and leaders: nil, forbidden when the actor sees the team, not found when it does
// not. A desk may by the place whose register holds the team, a leader in the own team.
func may(a access.Actor, v access.Verb, t Team) error {
	leads := slices.Contains(a.Teams(access.TeamOwn), t.ID)
	switch {
	case a.May(v, t.Place), leads && slices.Contains(own, v):
		return nil
	case a.May(access.TeamSee, t.Place), leads:
		return fault.ErrForbidden
	default:
		return fault.ErrNotFound
	}
}

// See is a team that the actor may do v to, for reading in the caller's transaction.
func See(tx *db.Tx, a access.Actor, v access.Verb, id string) (Team, error) {
	t, err := ByID(tx, id)
	if err != nil {
		return t, err
	}
	return t, may(a, v, t)
}

// Hold is See for a change. On PostgreSQL the row is held until the commit, so that the changes of two people to what
// belongs to one team follow each other as they do with SQLite's one writer.
func Hold(tx *db.Tx, a access.Actor, v access.Verb, id string) (Team, error) {
	lock := ""
	if tx.Engine() == db.Postgres {
		lock = " FOR NO KEY UPDATE" // a member who refers to the team may be read meanwhile
	}
	t, err := read(tx, id, lock)
	if err != nil {
		return t, err
	}
	t.was = said(t, "", "", a, "").Fields()
	return t, may(a, v, t)
}

// Equip keeps what the list of teams must find of a team's equipment: how many of a kind work. t comes from Hold and is
// saved by Say. For the context of equipment.
func Equip(tx *db.Tx, t *Team, key string, usable int) error {
	t.Equipment = slices.DeleteFunc(t.Equipment, func(i Item) bool { return i.Key == key })
	if usable > 0 {
		t.Equipment = append(t.Equipment, Item{Key: key, Count: usable})
	}
	slices.SortFunc(t.Equipment, func(a, b Item) int { return slices.Index(EquipmentKeys, a.Key) - slices.Index(EquipmentKeys, b.Key) })
	return able(tx, *t, "equipment", []Item{{Key: key, Count: usable}}, false)
}

// able writes the abilities of one kind by which the list finds a team; whole replaces all of them.
func able(tx *db.Tx, t Team, kind string, items []Item, whole bool) error {
	where, args := ` AND key IN (`+db.List(3, len(items))+`)`, []any{t.ID, kind}
	for _, i := range items {
		args = append(args, i.Key)
	}
	if whole {
		where, args = "", args[:2]
	}
	if whole || len(items) > 0 {
		if _, err := tx.Exec(`DELETE FROM team_ability WHERE team = $1 AND kind = $2`+where, args...); err != nil {
			return err
		}
	}
	for _, i := range items {
		if kind == "equipment" && i.Count == 0 {
			continue
		}
		if _, err := tx.Exec(`INSERT INTO team_ability (kind, key, team, value) VALUES ($1, $2, $3, $4)`, kind, i.Key, t.ID, i.Count); err != nil {
			return err
		}
	}
	return nil
}

// index makes a team found by its names and specialities.
func index(tx *db.Tx, t Team) error {
	if _, err := tx.Exec(`DELETE FROM team_word WHERE team = $1`, t.ID); err != nil {
		return err
	}
	for chunk := range slices.Chunk(words(append([]string{t.Name}, t.Aliases...)), 64) {
		rows, args := make([]string, len(chunk)), make([]any, 0, 1+len(chunk))
		args = append(args, t.ID)
		for i, w := range chunk {
			rows[i] = fmt.Sprintf("($%d, $1)", i+2)
			args = append(args, w)
		}
		if _, err := tx.Exec(`INSERT INTO team_word (word, team) VALUES `+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
	}
	skills := make([]Item, len(t.Skills))
	for i, k := range t.Skills {
		skills[i] = Item{Key: k.Key, Count: k.Grade}
	}
	return able(tx, t, "skill", skills, true)
}

// words are the single characters and the pairs of neighbours in texts, folded, each once.
func words(texts []string) (list []string) {
	for _, text := range texts {
		rs := []rune(fold(text))
		for i := range rs {
			list = append(list, string(rs[i]))
			if i+1 < len(rs) {
				list = append(list, string(rs[i:i+2]))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// folded is what a search looks through, name first; a line for each name.
func folded(t Team) string {
	all := make([]string, 0, 1+len(t.Aliases))
	for _, n := range append([]string{t.Name}, t.Aliases...) {
		all = append(all, fold(n))
	}
	return strings.Join(all, "\n")
}

func lists(t Team) (aliases, skills, equipment string, err error) {
	a, err1 := json.Marshal(notNil(t.Aliases))
	s, err2 := json.Marshal(notNil(t.Skills))
	e, err3 := json.Marshal(notNil(t.Equipment))
	return string(a), string(s), string(e), errors.Join(err1, err2, err3)
}

// insert writes a new team. No row: its id or its credit code is taken.
func insert(tx *db.Tx, t Team) (int64, error) {
	aliases, skills, equipment, err := lists(t)
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(`INSERT INTO team (id, name, aliases, place, home, lon, lat, people, skills, equipment, kind, legal, uscc, uscc_reason, level,
			authority, supervisor, contact, folded, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING`,
		t.ID, t.Name, aliases, string(t.Place), string(t.Home), fixed(t.Lon), fixed(t.Lat), t.People, skills, equipment, t.Kind, t.Legal, t.USCC,
		t.USCCReason, t.Level, t.Authority, t.Supervisor, t.contact, folded(t), clock.Micro(tx.Now), t.Version)
	if err != nil || n == 0 {
		return n, err
	}
	return n, index(tx, t)
}

// save writes what a step changed, if nobody wrote since t was read: its version is one above the stored one.
func save(tx *db.Tx, t Team) error {
	aliases, skills, equipment, err := lists(t)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE team SET name = $1, aliases = $2, place = $3, home = $4, lon = $5, lat = $6, people = $7, members = $8, core = $9,
			skills = $10, equipment = $11, kind = $12, legal = $13, uscc = $14, uscc_reason = $15, level = $16, authority = $17, supervisor = $18,
			contact = $19, folded = $20, version = $21 WHERE id = $22 AND version = $23`,
		t.Name, aliases, string(t.Place), string(t.Home), fixed(t.Lon), fixed(t.Lat), t.People, t.Members, t.Core,
		skills, equipment, t.Kind, t.Legal, t.USCC, t.USCCReason, t.Level, t.Authority, t.Supervisor,
		t.contact, folded(t), t.Version, t.ID, t.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("team", "id", t.ID, "legal")
	}
	return err
}

// fixed is a coordinate in units of 1e-7 degree, about a centimetre.
func fixed(deg float64) int64 { return int64(math.Round(deg * 1e7)) }
