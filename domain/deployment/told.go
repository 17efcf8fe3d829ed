package deployment

import (
	"slices"
	"strconv"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// live are the states of an offer whose team still counts on it.
const live = `('offered','matched','standby','approving','approved','ordered','acknowledged')`

// TeamsIn are the teams with a live offer to an incident that was made by a moment: waiting, on the way or on site. For
// contexts above.
func TeamsIn(tx *db.Tx, incident string, by time.Time) ([]string, error) {
	return teamsWhere(tx, `SELECT DISTINCT team FROM offer WHERE incident = $1 AND created_at <= $2 AND state IN `+live+` ORDER BY team LIMIT 1000`,
		incident, clock.Micro(by))
}

// TeamsFor are the teams whose live offer, as it stands, names a need and was made by a moment: who came later has seen
// what the need says now. For contexts above.
func TeamsFor(tx *db.Tx, need string, by time.Time) ([]string, error) {
	return teamsWhere(tx, `SELECT DISTINCT o.team FROM offer_need x JOIN offer o ON o.id = x.offer AND o.edition = x.edition
		WHERE x.need = $1 AND o.created_at <= $2 AND o.state IN `+live+` ORDER BY o.team LIMIT 1000`, need, clock.Micro(by))
}

func teamsWhere(tx *db.Tx, query string, args ...any) (list []string, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var one string
		err := sc.Scan(&one)
		list = append(list, one)
		return err
	}, query, args...)
	return list, err
}

// Waits is a station whose turn it is.
type Waits struct {
	Offer, Number, Incident string
	Edition, Station        int
	Authority
	Due, Escalate time.Time // from then on the deputy, and the authority above, may sign
}

// OpenAt is the station at which an offer waits; ok is false when it waits at none. For contexts above.
func OpenAt(tx *db.Tx, offer string) (w Waits, ok bool, err error) {
	list, err := waits(tx, "due_at", 1, `o.id = $1`, offer)
	if err != nil || len(list) == 0 {
		return w, false, err
	}
	return list[0], true, nil
}

// Outside says whether an authority signs by its own means and not here: the ministry, another province. What it decides is
// recorded by the coordination group of the incident.
func (s *Service) Outside(p place.Path) bool { return p == place.Root || !s.home.Contains(p) }

// Above is the authority above a station, which may sign when it is overdue twice; ok is false when there is none here.
func (s *Service) Above(w Waits, now time.Time) (p place.Path, ok bool) {
	up := above(s.places.Tree(), w.Authority, now)
	return up.Place, up != w.Authority && !s.Outside(w.Place) && !s.Outside(up.Place)
}

// Overdue are the stations that should have decided by a moment and have not, at most 50 after another one in the order in
// which they were due: many may have been due at once, and are told of in one transaction. For contexts above.
func Overdue(tx *db.Tx, after Waits, until time.Time) ([]Waits, error) {
	return waits(tx, "due_at", 50, `o.due_at <> 0 AND s.due_at <> 0 AND (s.due_at, o.id) > ($1, $2) AND s.due_at <= $3`, clock.Micro(after.Due), after.Offer, clock.Micro(until))
}

// Escalated are the stations that became overdue twice by a moment and have not decided, as Overdue lists them: the
// authority above may sign. For contexts above.
func Escalated(tx *db.Tx, after Waits, until time.Time) ([]Waits, error) {
	return waits(tx, "escalate_at", 50, `o.due_at <> 0 AND s.escalate_at <> 0 AND (s.escalate_at, o.id) > ($1, $2) AND s.escalate_at <= $3`, clock.Micro(after.Escalate), after.Offer, clock.Micro(until))
}

// ToRecord are the open stations of offers to an incident whose authorities sign by their own means: the coordination group
// records what they decide. For contexts above, which decide who asks.
func (s *Service) ToRecord(tx *db.Tx, incident string) ([]Waits, error) {
	list, err := waits(tx, "due_at", 200, `o.incident = $1`, incident)
	return slices.DeleteFunc(list, func(w Waits) bool { return !s.Outside(w.Place) }), err
}

// ToSign are the open stations that the actor signs now as an officer, or as a deputy past the deadline: at the places of
// the own grants and at those that they took over.
func (s *Service) ToSign(tx *db.Tx, a access.Actor) (list []Waits, err error) {
	var args []any
	for _, g := range a.Grants {
		if !holds(a, g.Place) {
			continue
		}
		for _, p := range s.places.Tree().Charge(g.Place, tx.Now) {
			args = append(args, string(p))
		}
	}
	if len(args) == 0 {
		return nil, nil
	}
	open, err := waits(tx, "due_at", 200, `s.place IN (`+db.List(1, len(args))+`)`, args...)
	known := map[place.Path][]Desk{}
	for _, w := range open {
		if known[w.Place] == nil && err == nil {
			known[w.Place], err = s.DesksOf(tx, w.Place)
		}
		if _, not := signs(a, Station{Due: w.Due}, known[w.Place], nil, tx.Now); not == nil {
			list = append(list, w)
		}
	}
	return list, err
}

// ToSignAbove are the stations that are overdue twice and that the actor may sign at a desk of the authority above.
func (s *Service) ToSignAbove(tx *db.Tx, a access.Actor) (list []Waits, err error) {
	if !slices.ContainsFunc(a.Grants, func(g access.Grant) bool { return holds(a, g.Place) }) {
		return nil, nil
	}
	known := map[place.Path][]Desk{}
	for last := (Waits{}); ; {
		open, err := Escalated(tx, last, tx.Now)
		if err != nil || len(open) == 0 {
			return list, err
		}
		last = open[len(open)-1]
		for _, w := range open {
			up, ok := s.Above(w, tx.Now)
			if !ok {
				continue
			}
			if known[up] == nil {
				if known[up], err = s.DesksOf(tx, up); err != nil {
					return nil, err
				}
			}
			if _, not := signs(a, Station{}, nil, known[up], tx.Now); not == nil {
				list = append(list, w)
			}
		}
	}
}

// waits reads the open stations of offers in the order of a time, at most limit: the lowest that has been opened and has not decided.
func waits(tx *db.Tx, by string, limit int, where string, args ...any) (list []Waits, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var w Waits
		var at, level string
		var due, escalate int64
		err := sc.Scan(&w.Offer, &w.Number, &w.Incident, &w.Edition, &w.Station, &at, &level, &due, &escalate)
		w.Place, w.Due, w.Escalate = place.Path(at), clock.FromMicro(due), clock.FromMicro(escalate)
		w.Level, _ = place.ParseLevel(level)
		list = append(list, w)
		return err
	}, `SELECT o.id, o.number, o.incident, o.edition, s.no, s.place, s.level, s.due_at, s.escalate_at
		FROM offer o JOIN offer_station s ON s.offer = o.id AND s.edition = o.edition
		WHERE `+where+` AND s.opened_at <> 0 AND s.result = '' AND (o.state = 'approving' OR (o.urgent_at <> 0 AND o.state IN ('ordered','acknowledged','on_site','finished','stood_down')))
		ORDER BY s.`+by+`, o.id LIMIT `+strconv.Itoa(limit), args...)
	return list, err
}

// StatesIn is how many offers to an incident are in each state. For contexts above, which decide who asks.
func StatesIn(tx *db.Tx, incident string) (map[string]int, error) {
	return statesWhere(tx, `incident = $1`, incident)
}

// StatesOf is how many offers of teams, to incidents that run, are in each state. For contexts above, which decide who asks.
func StatesOf(tx *db.Tx, teams []string) (map[string]int, error) {
	if len(teams) == 0 {
		return map[string]int{}, nil
	}
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	return statesWhere(tx, `team IN (`+db.List(1, len(teams))+`) AND incident IN (SELECT id FROM incident WHERE state IN ('active','withdrawing'))`, args...)
}

func statesWhere(tx *db.Tx, where string, args ...any) (map[string]int, error) {
	counts := map[string]int{}
	err := tx.Each(func(sc db.Scanner) error {
		var state string
		var n int
		err := sc.Scan(&state, &n)
		counts[state] = n
		return err
	}, `SELECT state, count(*) FROM offer WHERE `+where+` GROUP BY state`, args...)
	return counts, err
}
