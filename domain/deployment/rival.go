package deployment

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"lianyuan/domain/need"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Rival is another offer for one of the same needs.
type Rival struct {
	ID, Number, TeamName, State, Why string
	ETA                              time.Time
	People                           int
	Equipment                        []Item
	Needs                            []string // that both are for
	Metres                           int      // from the base of the team to the nearest of them; -1: a point is missing
}

// rivals are the other offers for the same needs, at most 50 for each need, the nearest team first.
func rivals(tx *db.Tx, w *Whole) (list []Rival, err error) {
	known, teams := map[string]int{}, map[string]team.Team{}
	var of []string // the team of each
	for _, m := range w.Matches {
		if err := tx.Each(func(sc db.Scanner) error {
			r := Rival{Metres: -1}
			var eta int64
			var who, items string
			if err := sc.Scan(&r.ID, &r.Number, &who, &r.TeamName, &r.State, &r.Why, &r.People, &eta, &items); err != nil {
				return err
			}
			if _, twice := known[r.ID]; !twice {
				r.ETA = clock.FromMicro(eta)
				if err := json.Unmarshal([]byte(items), &r.Equipment); err != nil {
					return err
				}
				known[r.ID] = len(list)
				list, of = append(list, r), append(of, who)
			}
			same := &list[known[r.ID]]
			same.Needs = append(same.Needs, m.ID)
			return nil
		}, `SELECT o.id, o.number, o.team, o.team_name, o.state, o.why, o.people, e.eta, e.items
			FROM offer_need n JOIN offer o ON o.id = n.offer AND o.edition = n.edition JOIN offer_edition e ON e.offer = o.id AND e.edition = o.edition
			WHERE n.need = $1 AND o.id <> $2 AND o.state NOT IN ('withdrawn') ORDER BY o.created_at, o.id LIMIT 50`, m.ID, w.ID); err != nil {
			return nil, err
		}
	}
	for i := range list {
		t, read := teams[of[i]]
		if !read {
			if t, err = team.ByID(tx, of[i]); err != nil {
				return nil, err
			}
			teams[t.ID] = t
		}
		list[i].Metres = metres(t, both(w.Matches, list[i].Needs)...)
	}
	slices.SortStableFunc(list, nearestFirst)
	return list, nil
}

// both are the needs of ours that are among the ids.
func both(ours []Match, ids []string) (list []need.Need) {
	for _, m := range ours {
		if slices.Contains(ids, m.ID) {
			list = append(list, m.Need)
		}
	}
	return list
}

// nearestFirst sorts candidates by distance, those of whom it is not known last, and by time of arrival.
func nearestFirst(a, b Rival) int {
	if (a.Metres < 0) != (b.Metres < 0) {
		return cmp.Compare(b.Metres, a.Metres)
	}
	return cmp.Or(cmp.Compare(a.Metres, b.Metres), a.ETA.Compare(b.ETA))
}
