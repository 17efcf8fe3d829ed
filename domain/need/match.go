package need

import (
	"cmp"
	"context"
	"slices"

	"lianyuan/domain/incident"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/geo"
)

// TeamNeed is a published need as a team sees it: how far, what of it the team can do, and what it lacks.
type TeamNeed struct {
	Need
	Metres  float64  // from where the team is now; -1 when either place is not known
	Fits    []string // keys of specialities and equipment that the team has
	Missing []string // keys that it lacks
	Address string   // in the words of a report, without numbers
}

// Matches says whether the team can do something of what is asked; where nothing is asked, every team can.
func (m TeamNeed) Matches() bool { return len(m.Fits) > 0 || len(m.Missing) == 0 }

// maxForTeam bounds how many published needs are looked at for one team; the most urgent count.
const maxForTeam = 5000

// ForTeam lists the published needs for the team that the actor leads, nearest first; needs that the team can do
// nothing for come last, and after everything in earnest what belongs to a drill; those of closed incidents not at all. here is where the team is; nil counts from its base.
func (s *Service) ForTeam(ctx context.Context, t team.Team, here *Point, limit int) ([]TeamNeed, error) {
	var needs []Need
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if needs, err = Published(tx, maxForTeam); err != nil {
			return err
		}
		drills, err := exercised(tx, maxForTeam)
		if err != nil {
			return err
		}
		needs, err = wanted(tx, append(needs, drills...))
		return err
	})
	if err != nil {
		return nil, err
	}
	from := geo.Point{Lon: t.Lon, Lat: t.Lat}
	if here != nil {
		from = geo.Point{Lon: here.Lon, Lat: here.Lat}
	}
	list := make([]TeamNeed, len(needs))
	for i, n := range needs {
		list[i] = match(n, t)
		list[i].Metres = -1
		if n.Point != nil && from != (geo.Point{}) {
			list[i].Metres = geo.Distance(from, geo.Point{Lon: n.Point.Lon, Lat: n.Point.Lat})
		}
	}
	slices.SortStableFunc(list, func(a, b TeamNeed) int {
		return cmp.Or(cmpBool(a.Drill, b.Drill), cmpBool(!a.Matches(), !b.Matches()), cmpBool(a.Metres < 0, b.Metres < 0), cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.Severity, b.Severity))
	})
	list = list[:min(len(list), pageSize(limit))]
	ids := make([]string, len(list))
	for i, n := range list {
		ids[i] = n.ID
	}
	found, err := s.addresses(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Address = found[list[i].ID]
	}
	return list, s.saw(ctx, t.ID, list)
}

// wanted leaves out the needs of incidents that are closed: no team can sign up for them any more. They stay as they are until
// a person closes or withdraws them.
func wanted(tx *db.Tx, needs []Need) ([]Need, error) {
	over := map[string]bool{"": false}
	for _, n := range needs {
		if _, known := over[n.Incident]; known {
			continue
		}
		i, err := incident.ByID(tx, n.Incident)
		if err != nil {
			return nil, err
		}
		over[n.Incident] = i.State == "closed"
	}
	return slices.DeleteFunc(needs, func(n Need) bool { return over[n.Incident] }), nil
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// match tells what of a need a team can do. A grade that is asked for is met by an equal or better one (1 is best).
func match(n Need, t team.Team) TeamNeed {
	m := TeamNeed{Need: n}
	for _, want := range n.Skills {
		has := slices.ContainsFunc(t.Skills, func(h team.Skill) bool {
			return h.Key == want.Key && (want.Grade == 0 || (h.Grade > 0 && h.Grade <= want.Grade))
		})
		m.add(has, want.Key)
	}
	for _, want := range n.Equipment {
		m.add(slices.ContainsFunc(t.Equipment, func(h team.Item) bool { return h.Key == want.Key && h.Count > 0 }), want.Key)
	}
	return m
}

func (m *TeamNeed) add(has bool, key string) {
	if has {
		m.Fits = append(m.Fits, key)
	} else {
		m.Missing = append(m.Missing, key)
	}
}
