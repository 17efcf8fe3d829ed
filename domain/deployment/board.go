package deployment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// What the board of an incident asks of the offers. For contexts above; the caller has decided who asks.

// Gap is a published need and what is missing until it has enough.
type Gap struct {
	need.Need
	Lines []Line // with Missing above zero
}

// looked is how many published needs are looked at for gaps, the most urgent of all. A board shows a handful.
const looked = 60

// Gaps are the published needs of an incident that lack most, the most urgent first and then those that lack most, at
// most limit of them. A need that says no number of teams or things lacks none that could be counted.
func Gaps(tx *db.Tx, incident string, limit int) ([]Gap, error) {
	needs, err := need.PublishedIn(tx, incident, looked)
	if err != nil {
		return nil, err
	}
	comes, err := comingTo(tx, incident, committed)
	if err != nil {
		return nil, err
	}
	var list []Gap
	for _, n := range needs {
		g := Gap{Need: n}
		for _, l := range compare(n, comes[n.ID].forces(), nil) {
			if l.Missing() > 0 {
				g.Lines = append(g.Lines, l)
			}
		}
		if len(g.Lines) > 0 {
			list = append(list, g)
		}
	}
	slices.SortStableFunc(list, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(b.missing(), a.missing()))
	})
	return list[:min(limit, len(list))], nil
}

func (g Gap) missing() (sum int) {
	for _, l := range g.Lines {
		sum += l.Missing()
	}
	return sum
}

// promise is what one offer brings for one need.
type promise struct {
	offer string
	force
}

type promises []promise

func (c promises) forces() []force {
	list := make([]force, len(c))
	for i, x := range c {
		list[i] = x.force
	}
	return list
}

// comingTo is what the offers of an incident in some states bring, by need. It leaves out what the teams are able to do:
// no need sets a number for that.
func comingTo(tx *db.Tx, incident string, states []string) (map[string]promises, error) {
	args := []any{incident}
	for _, s := range states {
		args = append(args, s)
	}
	byNeed := map[string]promises{}
	err := tx.Each(func(sc db.Scanner) error {
		var id, items string
		var c promise
		if err := sc.Scan(&id, &c.offer, &c.people, &items); err != nil {
			return err
		}
		byNeed[id] = append(byNeed[id], c)
		return json.Unmarshal([]byte(items), &byNeed[id][len(byNeed[id])-1].items)
	}, `SELECT n.need, o.id, n.people, n.items FROM offer o JOIN offer_need n ON n.offer = o.id AND n.edition = o.edition
		WHERE o.incident = $1 AND o.state IN (`+db.List(2, len(states))+`) ORDER BY o.created_at, o.id`, args...)
	return byNeed, err
}

// Arrival is a team of an offer that has come.
type Arrival struct {
	Offer string
	At    time.Time
}

// AfterEnough says which of the offers arrived when each of their needs had enough by those that had arrived before
// (S004-07, waste). ratio is what dispatch.saturation says at a place. An offer for no need, or for one that sets no
// number, is never among them.
func AfterEnough(tx *db.Tx, incident string, arrivals []Arrival, ratio func(place.Path) (float64, error)) (late []string, err error) {
	brought, err := comingTo(tx, incident, arrived)
	if err != nil || len(brought) == 0 {
		return nil, err
	}
	ids := make([]string, 0, len(brought))
	for id := range brought {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	needs, err := need.Named(tx, ids)
	if err != nil {
		return nil, err
	}
	arrivals = slices.Clone(arrivals)
	slices.SortStableFunc(arrivals, func(a, b Arrival) int { return a.At.Compare(b.At) })
	here := map[string][]force{}
	for _, a := range arrivals {
		named, needless := 0, 0
		for _, n := range needs {
			i := slices.IndexFunc(brought[n.ID], func(c promise) bool { return c.offer == a.Offer })
			if i < 0 {
				continue
			}
			named++
			share, err := ratio(n.Place)
			if err != nil {
				return nil, err
			}
			if full(n, here[n.ID], share) {
				needless++
			}
			here[n.ID] = append(here[n.ID], brought[n.ID][i].force)
		}
		if named > 0 && named == needless {
			late = append(late, a.Offer)
		}
	}
	return late, nil
}

// arrived are the states of an offer whose team may have come.
var arrived = []string{"ordered", "acknowledged", "on_site", "finished"}

// Orders is how the dispatch orders of an incident were answered.
type Orders struct {
	Given   int
	Taken   int       // acknowledged, or the team has come
	Waiting []Unheard // the longest silent first
}

// Unheard is an order that the leader has not acknowledged.
type Unheard struct {
	Offer, Number string // of the offer; number of the order
	Team          string
	People        int
	GivenAt, By   time.Time
}

// OrdersOf are the orders of an incident, with at most limit of those that nobody has acknowledged.
func OrdersOf(tx *db.Tx, incident string, limit int) (o Orders, err error) {
	n, err := offerParts.Count(tx, tx.Now, []string{"given", "answered"}, "offer o", "o.incident = $1", incident)
	o.Given, o.Taken = n["given"], n["answered"]
	if err != nil || o.Given == o.Taken {
		return o, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var u Unheard
		var given, by int64
		err := sc.Scan(&u.Offer, &u.Number, &u.Team, &u.People, &given, &by)
		u.GivenAt, u.By = clock.FromMicro(given), clock.FromMicro(by)
		o.Waiting = append(o.Waiting, u)
		return err
	}, fmt.Sprintf(`SELECT o.id, d.number, o.team_name, o.people, d.given_at, d.by_when FROM offer o JOIN dispatch_order d ON d.offer = o.id AND d.edition = o.edition
		WHERE o.incident = $1 AND %s ORDER BY d.given_at, d.id LIMIT %d`, offerParts["unanswered"], limit), incident)
	return o, err
}

// Underway is a team that was ordered out and has not come.
type Underway struct {
	Offer, Number string
	Team          string // as it was called then
	State         string
	People        int
	Lon, Lat      float64 // of the team's base; 0, 0: not known
	Home          place.Path
}

// UnderwayTo are the teams of an incident that were ordered out and have not come yet, at most limit of them.
func UnderwayTo(tx *db.Tx, incident string, limit int) (list []Underway, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var u Underway
		var lon, lat int64
		var home string
		err := sc.Scan(&u.Offer, &u.Number, &u.Team, &u.State, &u.People, &home, &lon, &lat)
		u.Home, u.Lon, u.Lat = place.Path(home), float64(lon)/1e7, float64(lat)/1e7
		list = append(list, u)
		return err
	}, fmt.Sprintf(`SELECT o.id, o.number, o.team_name, o.state, o.people, o.home, t.lon, t.lat FROM offer o JOIN team t ON t.id = o.team
		WHERE o.incident = $1 AND o.state IN ('ordered', 'acknowledged') ORDER BY o.created_at, o.id LIMIT %d`, limit), incident)
	return list, err
}
