package mission

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// ListFilter says which missions a list shows.
type ListFilter struct {
	State  string // a state; "running", "late", "silent", "ended", "all"; "" is what has not ended
	Party  string
	Sector string
	Need   string
	Figure string // what this figure counts, in any state
	Limit  int
}

// Page is a list of missions.
type Page struct {
	Items    []Mission
	Counts   map[string]int // by state
	Tally    Tally
	Closable []need.Need // all missions of them are confirmed; a person may close them
	Gives    bool        // the actor gives missions
}

// Of is the missions of an incident: the highest priority first, then the oldest.
func (s *Service) Of(ctx context.Context, in string, f ListFilter) (p Page, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return p, err
	}
	now := s.clock.Now()
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := seen(tx, actor, in)
		if err != nil {
			return err
		}
		p = Page{Gives: gives(tx, actor, i) == nil}
		if p.Counts, err = countStates(tx, in); err != nil {
			return err
		}
		if p.Tally, err = TallyOf(tx, in, now); err != nil {
			return err
		}
		if p.Closable, err = closables(tx, in); err != nil {
			return err
		}
		at := now
		if f.Figure == "unaccepted" {
			limit, _, err := s.params.Minutes(i.Place, "mission.accept_within", now)
			if err != nil {
				return err
			}
			at = now.Add(-limit)
		}
		where, args, err := f.where(in, at)
		if err != nil {
			return err
		}
		p.Items, err = missionsWhere(tx, fmt.Sprintf(`%s ORDER BY priority, given_at, id LIMIT %d`, where, max(1, min(f.Limit, 500))), args...)
		return err
	})
	return p, err
}

func (f ListFilter) where(in string, now time.Time) (where string, args []any, err error) {
	counted, err := missionParts.And(f.Figure, now)
	if err != nil {
		return "", nil, err
	}
	where, args = `incident = $1`+counted, []any{in}
	with := func(text string, value any) {
		args = append(args, value)
		where += fmt.Sprintf(text, len(args))
	}
	state := f.State
	if f.Figure != "" {
		state = "all"
	}
	switch state {
	case "":
		where += ` AND ended_at = 0`
	case "running":
		where += ` AND silent_at <> 0`
	case "late", "silent":
		said, err := missionParts.And(state, now)
		if err != nil {
			return "", nil, err
		}
		where += said
	case "ended":
		where += ` AND ended_at <> 0`
	case "all":
	default:
		with(` AND state = $%d`, state)
	}
	for _, x := range []struct{ column, value string }{{"party", f.Party}, {"sector", f.Sector}, {"need", f.Need}} {
		if x.value != "" {
			with(` AND `+x.column+` = $%d`, x.value)
		}
	}
	return where, args, nil
}

// closables are the needs of an incident that are not closed and whose missions are all confirmed, at least one.
func closables(tx *db.Tx, in string) ([]need.Need, error) {
	var ids []string
	if err := tx.Each(func(sc db.Scanner) error {
		var id string
		err := sc.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT need FROM mission WHERE incident = $1 AND need <> '' AND state NOT IN ('declined','cancelled','reassigned')
		GROUP BY need HAVING sum(CASE WHEN state = 'confirmed' THEN 0 ELSE 1 END) = 0 ORDER BY need LIMIT 100`, in); err != nil {
		return nil, err
	}
	list, err := need.Named(tx, ids)
	return slices.DeleteFunc(list, func(n need.Need) bool { return n.State == "closed" }), err
}

// Whole is a mission with everything around it.
type Whole struct {
	Mission
	SectorName string
	Wanted     need.Need // what it was given from; zero: none
	NeedDone   bool      // every mission of the need is confirmed, and it is not closed
	Successor  Mission   // zero: none
	Previous   Mission   // zero: none
	Persons    []Person  // names masked for whoever may not see them
	Rides      []Ride
	Items      []Item
	Named      bool // names are whole
	Progress   []Progress
	History    []journal.Row
	Allowed    []string
}

// Get is one mission with everything around it; not found for whoever may not see it.
func (s *Service) Get(ctx context.Context, mission string) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	var persons, rides map[string]bool
	err = s.db.View(ctx, func(tx *db.Tx) error {
		m, i, err := find(tx, actor, mission)
		if err != nil {
			return err
		}
		w = Whole{Mission: m}
		if err := w.around(tx); err != nil {
			return err
		}
		if persons, err = idsOf(tx, `SELECT presence FROM mission_person WHERE mission = $1 AND left_at = 0`, mission); err != nil {
			return err
		}
		if rides, err = idsOf(tx, `SELECT presence FROM mission_vehicle WHERE mission = $1`, mission); err != nil {
			return err
		}
		for _, mv := range Missions.Possible(m.State) {
			if i.Open() && may(tx, actor, i, m, mv.Verb) == nil {
				w.Allowed = append(w.Allowed, mv.Verb)
			}
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	p, err := s.receptions.Get(ctx, w.Party)
	if err != nil {
		return w, err
	}
	for n := range w.Progress {
		if err := s.keeper.OpenText(ctx, &w.Progress[n].Words, wordsOf(w.Progress[n].ID)); err != nil {
			return w, err
		}
	}
	w.Named = p.Named
	w.Persons = slices.DeleteFunc(p.Persons, func(x Person) bool { return !persons[x.ID] })
	w.Rides = slices.DeleteFunc(p.Rides, func(x Ride) bool { return !rides[x.ID] })
	return w, nil
}

// Corrected is what a correction after the confirmation made of the figures: before and after it, in the row of the journal that
// tells it.
type Corrected struct{ Before, After Told }

// CorrectedIn reads a row of the history of a mission; ok says whether it tells of a correction.
func CorrectedIn(r journal.Row) (c Corrected, ok bool) {
	if r.Verb != "mission.corrected" {
		return c, false
	}
	said := struct {
		Told
		Was Told `json:"was"`
	}{}
	if json.Unmarshal(r.Body, &said) != nil {
		return c, false
	}
	c.After, said.Was = said.Told, said.Told
	if json.Unmarshal(r.Body, &said) != nil { // what was the same before stands once
		return c, false
	}
	c.Before = said.Was
	return c, true
}

// Brief is a mission without what belongs to it; not found for whoever may not see it.
func (s *Service) Brief(ctx context.Context, mission string) (m Mission, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return m, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		m, _, err = find(tx, actor, mission)
		return err
	})
	return m, err
}

// OfTeam says whether a mission is one of a team in an incident, and the actor may see it; the fault names body.mission.
func (s *Service) OfTeam(ctx context.Context, mission, in, team string) error {
	m, err := s.Brief(ctx, mission)
	if fault.KindOf(err) == fault.NotFound || (err == nil && (m.Incident != in || m.Team != team)) {
		return fault.InvalidField("body.mission", "unknown", "没有这项任务，或不是该队伍的任务", "there is no such mission of this team")
	}
	return err
}

// around reads what belongs to a mission.
func (w *Whole) around(tx *db.Tx) (err error) {
	if w.Sector != "" {
		x, err := sectorByID(tx, w.Sector)
		if err != nil {
			return err
		}
		w.SectorName = x.Name
	}
	if w.Need != "" {
		list, err := need.Named(tx, []string{w.Need})
		if err != nil {
			return err
		}
		if len(list) == 1 {
			w.Wanted = list[0]
		}
		if w.State == "confirmed" && w.Wanted.State != "closed" {
			if w.NeedDone, err = closable(tx, w.Need, w.ID); err != nil {
				return err
			}
		}
	}
	for _, x := range []struct {
		where, id string
		to        *Mission
	}{{`before = $1 AND incident = $2`, w.ID, &w.Successor}, {`id = $1 AND incident = $2`, w.Before, &w.Previous}} {
		list, err := missionsWhere(tx, x.where+` ORDER BY given_at LIMIT 1`, x.id, w.Incident)
		if err != nil {
			return err
		}
		if len(list) == 1 {
			*x.to = list[0]
		}
	}
	if w.Items, err = itemsOf(tx, w.ID); err != nil {
		return err
	}
	if w.Progress, err = progressOf(tx, w.ID); err != nil {
		return err
	}
	w.History, err = journal.Of(tx, "mission", w.ID, 200)
	return err
}

// maxOwn bounds what the phone of a leader reads at once.
const maxOwn = 30

// Own is the missions of the teams that the actor leads, in incidents that run: those that have not ended first, then the
// newest.
func (s *Service) Own(ctx context.Context) (list []Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	teams := actor.Teams(access.MissionOwn)
	if len(teams) == 0 {
		return nil, fault.ErrForbidden
	}
	var own []Mission
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		args := make([]any, len(teams))
		for i, t := range teams {
			args[i] = t
		}
		own, err = missionsWhere(tx, fmt.Sprintf(`team IN (%s) AND incident IN (SELECT id FROM incident WHERE state IN ('active','withdrawing'))
			ORDER BY ended_at <> 0, CASE WHEN ended_at = 0 THEN priority ELSE 0 END, given_at DESC, id LIMIT %d`, db.List(1, len(args)), maxOwn), args...)
		return err
	}); err != nil {
		return nil, err
	}
	for _, m := range own {
		w, err := s.Get(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// Row is a party on the task board: who and what of it is free, and what it does.
type Row struct {
	reception.Party
	Free         int // people without a mission
	FreeVehicles int
	Stock        []Stock
	Missions     []Mission // that have not ended
	Ready        bool      // it takes missions
	Near         bool      // it was received in the place that was asked for, or at one around it
}

// BoardOf is the task board of an incident: parties by missions and equipment (S004-36). Those with most free people come
// first, of equals those near the place, when one is given.
func (s *Service) BoardOf(ctx context.Context, in string, near place.Path) (rows []Row, at time.Time, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, at, err
	}
	parties, err := s.receptions.Of(ctx, in, reception.ListFilter{State: "all", Limit: 500})
	if err != nil {
		return nil, at, err
	}
	at = s.clock.Now()
	err = s.db.View(ctx, func(tx *db.Tx) error {
		rows = nil
		var i incident.Incident
		if i, err = seen(tx, actor, in); err != nil {
			return err
		}
		live, err := missionsWhere(tx, `incident = $1 AND ended_at = 0 ORDER BY priority, given_at, id LIMIT 1000`, i.ID)
		if err != nil {
			return err
		}
		vehicles, err := freeVehicles(tx, in)
		if err != nil {
			return err
		}
		stock, err := stockOf(tx, in, "")
		if err != nil {
			return err
		}
		for _, p := range parties.Items {
			if !p.Inside() || p.People == 0 {
				continue
			}
			r := Row{Party: p, Free: p.People - p.Busy, FreeVehicles: vehicles[p.ID], Stock: stock[p.ID], Ready: p.State == "checked_in"}
			r.Near = near != "" && (near.Contains(p.Place) || p.Place.Contains(near))
			for _, m := range live {
				if m.Party == p.ID {
					r.Missions = append(r.Missions, m)
				}
			}
			rows = append(rows, r)
		}
		return nil
	})
	slices.SortStableFunc(rows, byFree)
	return rows, at, err
}

// byFree sorts parties: those that take missions, with most free people, near, by name.
func byFree(a, b Row) int {
	score := func(r Row) int {
		switch {
		case !r.Ready:
			return 2
		case r.Free == 0:
			return 1
		}
		return 0
	}
	if x := score(a) - score(b); x != 0 {
		return x
	}
	if a.Free != b.Free {
		return b.Free - a.Free
	}
	if a.Near != b.Near {
		if a.Near {
			return -1
		}
		return 1
	}
	return strings.Compare(a.TeamName, b.TeamName)
}
