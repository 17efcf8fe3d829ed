package mission

import (
	"encoding/json"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
)

const sectorColumns = `id, incident, name, place, outline, hazards, contact, open, created_at, version`

func scanSector(sc db.Scanner) (s Sector, err error) {
	var path, outline string
	var created int64
	if err = sc.Scan(&s.ID, &s.Incident, &s.Name, &path, &outline, &s.Hazards, &s.Contact, &s.Open, &created, &s.Version); err != nil {
		return s, err
	}
	s.Place, s.CreatedAt = place.Path(path), clock.FromMicro(created)
	if outline == "" {
		return s, nil
	}
	var points [][2]float64
	err = json.Unmarshal([]byte(outline), &points)
	for _, p := range points {
		s.Outline = append(s.Outline, geo.Point{Lon: p[0], Lat: p[1]})
	}
	return s, err
}

// drawn is an outline as the rows keep it.
func drawn(r geo.Ring) (string, error) {
	if len(r) == 0 {
		return "", nil
	}
	points := make([][2]float64, len(r))
	for i, p := range r {
		points[i] = [2]float64{p.Lon, p.Lat}
	}
	text, err := json.Marshal(points)
	return string(text), err
}

// errTwice is for a name that an open sector of the incident has already.
func errTwice() error {
	return fault.InvalidField("body.name", "taken", "已有同名作业区", "an open sector has this name")
}

func insertSector(tx *db.Tx, s Sector) error {
	outline, err := drawn(s.Outline)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO sector (`+sectorColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		s.ID, s.Incident, s.Name, string(s.Place), outline, s.Hazards, s.Contact, s.Open, clock.Micro(s.CreatedAt), s.Version)
	if err == nil && n == 0 {
		return errTwice()
	}
	return err
}

func saveSector(tx *db.Tx, s Sector) error {
	outline, err := drawn(s.Outline)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE sector SET name = $1, place = $2, outline = $3, hazards = $4, contact = $5, open = $6, version = $7 WHERE id = $8 AND version = $9`,
		s.Name, string(s.Place), outline, s.Hazards, s.Contact, s.Open, s.Version, s.ID, s.Version-1)
	switch {
	case db.IsUnique(err):
		return errTwice()
	case err == nil && n == 0:
		return tx.Stale("sector", "id", s.ID)
	}
	return err
}

// holdSector makes others who would write the sector, or give a mission in it, wait until this transaction ends.
func holdSector(tx *db.Tx, sector string) error {
	_, err := tx.Exec(`UPDATE sector SET version = version WHERE id = $1`, sector)
	return err
}

func sectorByID(tx *db.Tx, sector string) (s Sector, err error) {
	err = tx.One(func(sc db.Scanner) error {
		s, err = scanSector(sc)
		return err
	}, `SELECT `+sectorColumns+` FROM sector WHERE id = $1`, sector)
	return s, err
}

// sectorsOf are the sectors of an incident with what runs in them, the open ones first, then by name.
func sectorsOf(tx *db.Tx, incident string) (list []Sector, err error) {
	sums := map[string][2]int{}
	if err := tx.Each(func(sc db.Scanner) error {
		var id string
		var n [2]int
		err := sc.Scan(&id, &n[0], &n[1])
		sums[id] = n
		return err
	}, `SELECT sector, count(*), sum(people) FROM mission WHERE incident = $1 AND ended_at = 0 AND sector <> '' GROUP BY sector`, incident); err != nil {
		return nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		s, err := scanSector(sc)
		s.Missions, s.People = sums[s.ID][0], sums[s.ID][1]
		list = append(list, s)
		return err
	}, `SELECT `+sectorColumns+` FROM sector WHERE incident = $1 ORDER BY open DESC, created_at, id LIMIT 200`, incident)
	return list, err
}

const columns = `id, number, incident, party, team, team_name, need, sector, place, location, goal, hazards, contact, priority, until, state, why, before, people, vehicles,
	rescued, moved, treated, given_by, given_at, accepted_at, started_at, on_scene_at, done_at, ended_at, heard_at, silent_at, version, confirmed_by`

func scan(sc db.Scanner) (m Mission, err error) {
	var path string
	var until, given, accepted, started, scene, done, ended, heard, silent int64
	err = sc.Scan(&m.ID, &m.Number, &m.Incident, &m.Party, &m.Team, &m.TeamName, &m.Need, &m.Sector, &path, &m.Location, &m.Goal, &m.Hazards, &m.Contact,
		&m.Priority, &until, &m.State, &m.Why, &m.Before, &m.People, &m.Vehicles, &m.Rescued, &m.Moved, &m.Treated, &m.GivenBy, &given, &accepted, &started,
		&scene, &done, &ended, &heard, &silent, &m.Version, &m.Settled)
	m.Place = place.Path(path)
	for at, us := range map[*time.Time]int64{
		&m.Until: until, &m.GivenAt: given, &m.Accepted: accepted, &m.Started: started, &m.OnScene: scene, &m.Done: done, &m.Ended: ended, &m.Heard: heard, &m.SilentAt: silent,
	} {
		*at = clock.FromMicro(us)
	}
	return m, err
}

func insertMission(tx *db.Tx, m Mission) error {
	n, err := tx.Exec(`INSERT INTO mission (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', $17, $18, $19, 0, 0, 0,
			$20, $21, 0, 0, 0, 0, 0, $22, $23, 1, '') ON CONFLICT (id) DO NOTHING`,
		m.ID, m.Number, m.Incident, m.Party, m.Team, m.TeamName, m.Need, m.Sector, string(m.Place), m.Location, m.Goal, m.Hazards, m.Contact, m.Priority,
		clock.Micro(m.Until), m.State, m.Before, m.People, m.Vehicles, m.GivenBy, clock.Micro(m.GivenAt), clock.Micro(m.Heard), clock.Micro(m.SilentAt))
	if err == nil && n == 0 {
		err = fault.ErrIDReused
	}
	return err
}

func saveMission(tx *db.Tx, m Mission) error {
	n, err := tx.Exec(`UPDATE mission SET state = $1, why = $2, rescued = $3, moved = $4, treated = $5, accepted_at = $6, started_at = $7, on_scene_at = $8, done_at = $9,
			ended_at = $10, heard_at = $11, silent_at = $12, version = $13, people = $16, confirmed_by = $17 WHERE id = $14 AND version = $15`,
		m.State, m.Why, m.Rescued, m.Moved, m.Treated, clock.Micro(m.Accepted), clock.Micro(m.Started), clock.Micro(m.OnScene), clock.Micro(m.Done),
		clock.Micro(m.Ended), clock.Micro(m.Heard), clock.Micro(m.SilentAt), m.Version, m.ID, m.Version-1, m.People, m.Settled)
	if err == nil && n == 0 {
		return tx.Stale("mission", "id", m.ID, "state")
	}
	return err
}

// hold makes others who would write the mission wait until this transaction ends.
func hold(tx *db.Tx, mission string) error {
	_, err := tx.Exec(`UPDATE mission SET version = version WHERE id = $1`, mission)
	return err
}

func byID(tx *db.Tx, mission string) (m Mission, err error) {
	err = tx.One(func(sc db.Scanner) error {
		m, err = scan(sc)
		return err
	}, `SELECT `+columns+` FROM mission WHERE id = $1`, mission)
	return m, err
}

func missionsWhere(tx *db.Tx, where string, args ...any) (list []Mission, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		m, err := scan(sc)
		list = append(list, m)
		return err
	}, `SELECT `+columns+` FROM mission WHERE `+where, args...)
	return list, err
}

// insertTaken writes down who and what a mission takes.
func insertTaken(tx *db.Tx, mission string, persons, vehicles []string, items []Item) error {
	for _, p := range persons {
		if _, err := tx.Exec(`INSERT INTO mission_person (mission, presence) VALUES ($1, $2)`, mission, p); err != nil {
			return err
		}
	}
	for _, v := range vehicles {
		if _, err := tx.Exec(`INSERT INTO mission_vehicle (mission, presence) VALUES ($1, $2)`, mission, v); err != nil {
			return err
		}
	}
	for _, x := range items {
		if _, err := tx.Exec(`INSERT INTO mission_item (mission, kind, count) VALUES ($1, $2, $3)`, mission, x.Kind, x.Count); err != nil {
			return err
		}
	}
	return nil
}

func idsOf(tx *db.Tx, query, mission string) (ids map[string]bool, err error) {
	ids = map[string]bool{}
	err = tx.Each(func(sc db.Scanner) error {
		var id string
		err := sc.Scan(&id)
		ids[id] = true
		return err
	}, query, mission)
	return ids, err
}

func itemsOf(tx *db.Tx, mission string) (list []Item, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var x Item
		err := sc.Scan(&x.Kind, &x.Count)
		list = append(list, x)
		return err
	}, `SELECT kind, count FROM mission_item WHERE mission = $1 ORDER BY kind`, mission)
	return list, err
}

// Stock is equipment of a party: what it brought, and what its missions have of it.
type Stock struct {
	Kind  string
	Came  int
	Taken int
}

// stockOf is the equipment of the parties of an incident, or of one party alone.
func stockOf(tx *db.Tx, incident, party string) (stock map[string][]Stock, err error) {
	stock = map[string][]Stock{}
	err = tx.Each(func(sc db.Scanner) error {
		var id string
		var x Stock
		err := sc.Scan(&id, &x.Kind, &x.Came, &x.Taken)
		stock[id] = append(stock[id], x)
		return err
	}, `SELECT i.party, i.kind, i.came, coalesce((SELECT sum(t.count) FROM mission_item t JOIN mission m ON m.id = t.mission
			WHERE m.party = i.party AND m.ended_at = 0 AND t.kind = i.kind), 0)
		FROM party_item i JOIN party p ON p.id = i.party WHERE p.incident = $1 AND ($2 = '' OR i.party = $2) ORDER BY i.party, i.kind`, incident, party)
	return stock, err
}

// freeVehicles is how many vehicles of each party are inside without a mission.
func freeVehicles(tx *db.Tx, incident string) (n map[string]int, err error) {
	n = map[string]int{}
	err = tx.Each(func(sc db.Scanner) error {
		var party string
		var free int
		err := sc.Scan(&party, &free)
		n[party] = free
		return err
	}, `SELECT party, count(*) FROM presence_vehicle WHERE incident = $1 AND out_at = 0 AND mission = '' GROUP BY party`, incident)
	return n, err
}

func insertProgress(tx *db.Tx, p Progress) error {
	_, err := tx.Exec(`INSERT INTO mission_progress (id, mission, words, rescued, moved, treated, by, at, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Mission, p.Words, p.Rescued, p.Moved, p.Treated, p.By, clock.Micro(p.At), clock.Micro(p.SaidAt))
	return err
}

func progressOf(tx *db.Tx, mission string) (list []Progress, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var p Progress
		var at, said int64
		err := sc.Scan(&p.ID, &p.Mission, &p.Words, &p.Rescued, &p.Moved, &p.Treated, &p.By, &at, &said)
		p.At, p.SaidAt = clock.FromMicro(at), clock.FromMicro(said)
		list = append(list, p)
		return err
	}, `SELECT id, mission, words, rescued, moved, treated, by, at, said_at FROM mission_progress WHERE mission = $1 ORDER BY said_at DESC, id LIMIT 500`, mission)
	return list, err
}

func countStates(tx *db.Tx, incident string) (map[string]int, error) {
	return Missions.Count(tx, `SELECT state, count(*) FROM mission WHERE incident = $1 GROUP BY state`, incident)
}

// IncidentOf is the incident that a mission belongs to. For domain/incident, which asks before it is handed over.
func IncidentOf(tx *db.Tx, mission string) (in string, err error) {
	err = tx.Get(`SELECT incident FROM mission WHERE id = $1`, []any{mission}, &in)
	return in, err
}
