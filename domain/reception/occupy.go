package reception

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Hold is a party that nobody changes until the transaction ends, contact sealed. For contexts above, which decide who
// asks. Who holds several holds them in the order of their ids.
func Hold(tx *db.Tx, party string) (Party, error) {
	if err := hold(tx, party); err != nil {
		return Party{}, err
	}
	return ByID(tx, party)
}

// ByID is one party, contact sealed. For contexts above, which decide who asks.
func ByID(tx *db.Tx, party string) (p Party, err error) {
	err = tx.One(func(sc db.Scanner) error {
		p, err = scanParty(sc)
		return err
	}, `SELECT `+partyColumns+` FROM party WHERE id = $1`, party)
	return p, err
}

// Inside are the people and vehicles of a party that are inside now, the longest first, names sealed. For contexts above.
func Inside(tx *db.Tx, party string) (people []Presence, vehicles []Ride, err error) {
	if people, err = presencesWhere(tx, `party = $1 AND out_at = 0 ORDER BY in_at, id`, party); err != nil {
		return nil, nil, err
	}
	vehicles, err = ridesWhere(tx, `party = $1 AND out_at = 0 ORDER BY in_at, id`, party)
	return people, vehicles, err
}

// Occupy gives people and vehicles of a party, by the ids of their rows, to a mission at a location. Each must be inside
// and have no mission, and nobody may have missed them when their party was counted; the fault names those of whom that is
// not so, with the code not_inside, busy or missing. For contexts above, in the transaction of the mission.
func Occupy(tx *db.Tx, party, mission, location string, persons, vehicles []string) error {
	if err := hold(tx, party); err != nil {
		return err
	}
	var wrong []fault.Field
	for i, id := range persons {
		n, err := tx.Exec(`UPDATE presence SET mission = $1, location = $2, since = $3, version = version + 1
			WHERE id = $4 AND party = $5 AND out_at = 0 AND mission = '' AND out_why <> 'missing'`,
			mission, location, clock.Micro(tx.Now), id, party)
		if err != nil {
			return err
		}
		if n == 0 {
			f, err := whyNot(tx, "presence", fmt.Sprintf("body.persons[%d]", i), id, party)
			if err != nil {
				return err
			}
			wrong = append(wrong, f)
		}
	}
	for i, id := range vehicles {
		n, err := tx.Exec(`UPDATE presence_vehicle SET mission = $1, version = version + 1 WHERE id = $2 AND party = $3 AND out_at = 0 AND mission = ''`, mission, id, party)
		if err != nil {
			return err
		}
		if n == 0 {
			f, err := whyNot(tx, "presence_vehicle", fmt.Sprintf("body.vehicles[%d]", i), id, party)
			if err != nil {
				return err
			}
			wrong = append(wrong, f)
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return recount(tx, party)
}

// whyNot says why a person or vehicle cannot be given to a mission.
func whyNot(tx *db.Tx, table, field, id, party string) (fault.Field, error) {
	var mission string
	err := tx.Get(`SELECT mission FROM `+table+` WHERE id = $1 AND party = $2 AND out_at = 0`, []any{id, party}, &mission)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.Field{Location: field, Code: "not_inside", Zh: "不在现场", En: "not inside"}, nil
	case err != nil:
		return fault.Field{}, err
	}
	if mission == "" {
		return fault.Field{Location: field, Code: "missing", Zh: "清点时下落不明，找到并登记后才能安排任务", En: "not accounted for when the team was counted: must be found and recorded first"}, nil
	}
	return fault.Field{Location: field, Code: "busy", Zh: "正在执行另一项任务", En: "has another mission"}, nil
}

// Free ends what a mission took: its people and vehicles have none any more, and the people are at location, or, when it
// is "", at the point of their party. For contexts above, in the transaction of the mission.
func Free(tx *db.Tx, mission, location string) error {
	if mission == "" {
		return nil
	}
	var parties []string
	if err := tx.Each(func(sc db.Scanner) error {
		var p string
		err := sc.Scan(&p)
		parties = append(parties, p)
		return err
	}, `SELECT party FROM presence WHERE mission = $1 UNION SELECT party FROM presence_vehicle WHERE mission = $1`, mission); err != nil {
		return err
	}
	slices.Sort(parties)
	for _, party := range parties {
		p, err := Hold(tx, party)
		if err != nil {
			return err
		}
		at := location
		if at == "" {
			point, err := PointByID(tx, p.Point)
			if err != nil {
				return err
			}
			at = point.Name
		}
		if _, err := tx.Exec(`UPDATE presence SET mission = '', location = $1, since = $2, version = version + 1 WHERE mission = $3 AND party = $4`,
			at, clock.Micro(tx.Now), mission, party); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE presence_vehicle SET mission = '', version = version + 1 WHERE mission = $1 AND party = $2`, mission, party); err != nil {
			return err
		}
		if err := recount(tx, party); err != nil {
			return err
		}
	}
	return nil
}

// recount writes what a party counts of its people and vehicles, since when nobody of it has a mission, and its spells.
// The caller holds the party.
func recount(tx *db.Tx, party string) error {
	if _, err := tx.Exec(`UPDATE party SET
			people = (SELECT count(*) FROM presence x WHERE x.party = $1 AND x.out_at = 0),
			vehicles = (SELECT count(*) FROM presence_vehicle x WHERE x.party = $1 AND x.out_at = 0),
			busy = (SELECT count(*) FROM presence x WHERE x.party = $1 AND x.out_at = 0 AND x.mission <> ''),
			came = (SELECT count(DISTINCT x.person) FROM presence x WHERE x.party = $1 AND x.out_why <> 'mistaken'),
			extra = CASE WHEN offer = '' THEN 0 ELSE
				(SELECT count(DISTINCT x.person) FROM presence x WHERE x.party = $1 AND x.out_why <> 'mistaken' AND x.kind = 'member' AND NOT x.listed) END
		WHERE id = $1`, party); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE party SET idle_since = CASE WHEN busy > 0 OR people = 0 THEN 0 WHEN idle_since > 0 THEN idle_since ELSE $2 END WHERE id = $1`,
		party, clock.Micro(tx.Now)); err != nil {
		return err
	}
	var incident string
	var people, busy int
	if err := tx.Get(`SELECT incident, people, busy FROM party WHERE id = $1`, []any{party}, &incident, &people, &busy); err != nil {
		return err
	}
	return spell(tx, party, incident, people > 0, busy > 0)
}

// spell keeps how the party spends its time on site: it ends the open spell when that is another one now, and begins the
// next. A spell never ends before it began, whoever of two came first.
func spell(tx *db.Tx, party, incident string, inside, busy bool) error {
	now := clock.Micro(tx.Now)
	var began int64
	var was bool
	err := tx.Get(`SELECT began, busy FROM party_spell WHERE party = $1 AND ended = 0`, []any{party}, &began, &was)
	open := err == nil
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case open == inside && (!open || was == busy):
		return nil
	case open && inside && began >= now:
		_, err := tx.Exec(`UPDATE party_spell SET busy = $1 WHERE party = $2 AND began = $3`, busy, party, began)
		return err
	case open:
		if _, err := tx.Exec(`UPDATE party_spell SET ended = $1 WHERE party = $2 AND began = $3`, max(now, began), party, began); err != nil {
			return err
		}
	}
	if !inside {
		return nil
	}
	var last int64
	if err := tx.Get(`SELECT coalesce(max(ended), 0) FROM party_spell WHERE party = $1`, []any{party}, &last); err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO party_spell (party, incident, began, ended, busy) VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT (party, began) DO UPDATE SET ended = 0, busy = $4`, party, incident, max(now, last), busy)
	if err == nil && n == 0 {
		err = fault.Wrap(sql.ErrNoRows, "a spell of a party")
	}
	return err
}

// endSpell ends the spell of a party that left, at the moment when it did; never before it began.
func endSpell(tx *db.Tx, party string, at time.Time) error {
	_, err := tx.Exec(`UPDATE party_spell SET ended = CASE WHEN began > $2 THEN began ELSE $2 END WHERE party = $1 AND ended = 0`, party, clock.Micro(at))
	return err
}

// Tally is what there is on site in an incident.
type Tally struct {
	Inside     int // people
	Teams      int // parties with people inside
	Unapproved int // parties that came without approval and wait for a decision
	Idle       int // people inside without a mission
	EnRoute    int // teams that are ordered out and have not come
	Leaving    int // parties that are to leave: ordered, or turned back
	Out        int // parties that have left, home or not
	HomeLate   int // parties that should have said that they are home
}

// TallyOf counts what there is on site in an incident. For contexts above.
func TallyOf(tx *db.Tx, incident string, now time.Time) (t Tally, err error) {
	n, err := partyParts.Count(tx, now, []string{"inside", "self_deployed", "leaving", "out", "home_late"}, "party p", "p.incident = $1", incident)
	if err != nil {
		return t, err
	}
	t = Tally{Teams: n["inside"], Unapproved: n["self_deployed"], Leaving: n["leaving"], Out: n["out"], HomeLate: n["home_late"]}
	if err = tx.Get(`SELECT coalesce(sum(people), 0), coalesce(sum(people - busy), 0) FROM party WHERE incident = $1`, []any{incident}, &t.Inside, &t.Idle); err != nil {
		return t, err
	}
	t.EnRoute, err = enRoute(tx, incident)
	return t, err
}

// enRoute counts the teams that are ordered out to an incident and have not come.
func enRoute(tx *db.Tx, incident string) (n int, err error) {
	err = tx.Get(`SELECT count(*) FROM offer o WHERE o.incident = $1 AND o.state IN ('ordered', 'acknowledged') AND NOT EXISTS (SELECT 1 FROM party p WHERE p.offer = o.id)`,
		[]any{incident}, &n)
	return n, err
}
