package situation

import (
	"cmp"
	"slices"
	"time"

	"lianyuan/domain/mission"
	"lianyuan/domain/reception"
	"lianyuan/platform/db"
)

// site is what is known of the teams on site and their people.
type site struct {
	stays  []Stay
	tasks  []Task
	spells []Spell
	points []reception.Point
}

// siteOf reads what the indicators and the list of who is where are made of. Of people it reads those who are inside and
// those who left after begin.
func siteOf(tx *db.Tx, incident string, begin time.Time) (x site, err error) {
	stays, err := reception.StaysIn(tx, incident, begin)
	if err != nil {
		return x, err
	}
	for _, s := range stays {
		x.stays = append(x.stays, Stay(s))
	}
	spells, err := reception.SpellsIn(tx, incident)
	if err != nil {
		return x, err
	}
	for _, s := range spells {
		x.spells = append(x.spells, Spell{Busy: s.Busy, From: s.From, To: s.To})
	}
	turns, err := mission.TurnsIn(tx, incident, begin)
	if err != nil {
		return x, err
	}
	for _, t := range turns {
		x.tasks = append(x.tasks, Task(t))
	}
	x.points, err = reception.PointsIn(tx, incident)
	return x, err
}

// Spot is where people inside are: a sector, when their mission has one, a mission without a sector, or the point where
// their team was received.
type Spot struct {
	Kind   string // sector, mission, point
	ID     string // of the sector or point
	Name   string
	Teams  int
	People int
}

// where counts the people inside by where they are, the sectors first, then who is on a mission without one, then the
// points; a point or sector without anybody is left out.
func (x site) where(now time.Time) []Spot {
	current := map[string]Task{}
	for _, t := range x.tasks {
		if !t.From.After(now) && (t.To.IsZero() || t.To.After(now)) {
			current[t.Stay] = t
		}
	}
	names := map[string]string{}
	for _, p := range x.points {
		names[p.ID] = p.Name
	}
	spots, teams := map[string]*Spot{}, map[string]map[string]bool{}
	for _, s := range x.stays {
		if !s.inside(now) {
			continue
		}
		at := Spot{Kind: "point", ID: s.Point, Name: names[s.Point]}
		if t, ok := current[s.ID]; ok && t.Sector != "" {
			at = Spot{Kind: "sector", ID: t.Sector, Name: t.SectorName}
		} else if ok {
			at = Spot{Kind: "mission"}
		}
		key := at.Kind + at.ID
		if spots[key] == nil {
			spots[key], teams[key] = &at, map[string]bool{}
		}
		spots[key].People++
		teams[key][s.Party] = true
	}
	list := []Spot{}
	for key, s := range spots {
		s.Teams = len(teams[key])
		list = append(list, *s)
	}
	order := []string{"sector", "mission", "point"}
	slices.SortFunc(list, func(a, b Spot) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}
