package deployment

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// Saturated is the reason of an offer that went to standby by itself: enough have come for all its needs.
const Saturated = "saturated"

// Line compares what a need wants of something with what comes.
type Line struct {
	Kind      string // team, skill, equipment
	Key       string
	Grade     int
	Wanted    int // -1: as much as it takes
	Committed int // by other offers that are approved
	Offered   int // by other offers that nobody has approved yet
	Ours      int // by this offer
}

// Missing is what is still wanted when this offer has come; -1 when the need sets no number.
func (l Line) Missing() int {
	if l.Wanted < 0 {
		return -1
	}
	return max(0, l.Wanted-l.Committed-l.Ours)
}

// force is what an offer brings for one need.
type force struct {
	skills []team.Skill
	people int
	items  []Item
}

func (f force) count(key string) int {
	if i := slices.IndexFunc(f.items, func(x Item) bool { return x.Key == key }); i >= 0 {
		return f.items[i].Count
	}
	return 0
}

// able says whether a team holds a speciality at a grade or better (1 is best).
func able(skills []team.Skill, want need.Skill) bool {
	return slices.ContainsFunc(skills, func(h team.Skill) bool {
		return h.Key == want.Key && (want.Grade == 0 || (h.Grade > 0 && h.Grade <= want.Grade))
	})
}

// compare is what a need wants line by line, what others have committed, and what ours brings; nil: nothing.
func compare(n need.Need, others []force, ours *force) []Line {
	line := func(kind, key string, grade, wanted int, of func(force) int) Line {
		l := Line{Kind: kind, Key: key, Grade: grade, Wanted: wanted}
		for _, f := range others {
			l.Committed += of(f)
		}
		if ours != nil {
			l.Ours = of(*ours)
		}
		return l
	}
	teams := n.Teams
	if teams == 0 {
		teams = -1
	}
	lines := []Line{line("team", "", 0, teams, func(force) int { return 1 })}
	for _, k := range n.Skills {
		lines = append(lines, line("skill", k.Key, k.Grade, -1, func(f force) int {
			if able(f.skills, k) {
				return f.people
			}
			return 0
		}))
	}
	for _, x := range n.Equipment {
		lines = append(lines, line("equipment", x.Key, 0, x.Count, func(f force) int { return f.count(x.Key) }))
	}
	return lines
}

// weigh is compare with what still waits for approval beside it.
func weigh(n need.Need, committed, offered []force, ours *force) []Line {
	lines := compare(n, committed, ours)
	for i, l := range compare(n, offered, nil) {
		lines[i].Offered = l.Committed
	}
	return lines
}

// full says whether others have committed what a need wants, by the ratio of dispatch.saturation. A need that sets no
// number is never full.
func full(n need.Need, others []force, ratio float64) bool {
	counted := false
	for _, l := range compare(n, others, nil) {
		if l.Wanted < 0 {
			continue
		}
		counted = true
		if l.Committed < int(math.Ceil(ratio*float64(l.Wanted)-1e-9)) {
			return false
		}
	}
	return counted
}

// Enough says whether what was approved for a need is enough. For contexts above, in their transaction.
func (s *Service) Enough(tx *db.Tx, n need.Need) (bool, error) {
	approved, err := forces(tx, []string{n.ID}, "")
	if err != nil {
		return false, err
	}
	ratio, _, err := s.params.Number(n.Place, "dispatch.saturation", tx.Now)
	return full(n, approved[n.ID], ratio), err
}

// shares deals out what an offer brings to its needs, the most important first: of each kind of equipment what a need
// still wants, as long as there is some. The people serve all of them.
func shares(e Edition, wanted []need.Need, others map[string][]force) []Share {
	left := map[string]int{}
	for _, x := range e.Equipment {
		left[x.Key] = x.Count
	}
	var list []Share
	for _, n := range wanted {
		x := Share{Need: n.ID, People: len(e.Persons)}
		for _, l := range compare(n, others[n.ID], nil) {
			if l.Kind != "equipment" {
				continue
			}
			if takes := min(l.Missing(), left[l.Key]); takes > 0 {
				x.Equipment = append(x.Equipment, Item{l.Key, takes})
				left[l.Key] -= takes
			}
		}
		list = append(list, x)
	}
	return list
}

// forces are what approved offers bring for needs, but for one offer.
func forces(tx *db.Tx, needs []string, but string) (map[string][]force, error) {
	committed, _, err := promised(tx, needs, but)
	return committed, err
}

// promised are what offers bring for needs, but for one offer: those that are approved, and those that wait for it.
func promised(tx *db.Tx, needs []string, but string) (approved, waiting map[string][]force, err error) {
	approved, waiting = map[string][]force{}, map[string][]force{}
	teams := map[string][]team.Skill{}
	for _, n := range needs {
		var of, states []string
		var list []force
		if err := tx.Each(func(sc db.Scanner) error {
			var f force
			var who, state, items string
			if err := sc.Scan(&who, &state, &f.people, &items); err != nil {
				return err
			}
			err := json.Unmarshal([]byte(items), &f.items)
			of, states, list = append(of, who), append(states, state), append(list, f)
			return err
		}, `SELECT o.team, o.state, n.people, n.items FROM offer_need n JOIN offer o ON o.id = n.offer AND o.edition = n.edition
			WHERE n.need = $1 AND o.id <> $2 AND o.state IN ('approved', 'ordered', 'acknowledged', 'on_site', 'offered', 'matched', 'approving') ORDER BY o.created_at, o.id`, n, but); err != nil {
			return nil, nil, err
		}
		for i, id := range of {
			if _, known := teams[id]; !known {
				t, err := team.ByID(tx, id)
				if err != nil {
					return nil, nil, err
				}
				teams[id] = t.Skills
			}
			list[i].skills = teams[id]
			to := waiting
			if slices.Contains(committed, states[i]) {
				to = approved
			}
			to[n] = append(to[n], list[i])
		}
	}
	return approved, waiting, nil
}

func idsOf(wanted []need.Need) []string {
	ids := make([]string, len(wanted))
	for i, n := range wanted {
		ids[i] = n.ID
	}
	return ids
}

// enough says whether all needs of an offer are full without it.
func (s *Service) enough(tx *db.Tx, o *Offer, wanted []need.Need) (bool, map[string][]force, error) {
	others, err := forces(tx, idsOf(wanted), o.ID)
	if err != nil || len(wanted) == 0 {
		return false, others, err
	}
	for _, n := range wanted {
		ratio, _, err := s.params.Number(n.Place, "dispatch.saturation", tx.Now)
		if err != nil || !full(n, others[n.ID], ratio) {
			return false, others, err
		}
	}
	return true, others, nil
}

// ease puts an offer on standby where enough have come, unless somebody has taken it up; it says what it brings.
func (s *Service) ease(tx *db.Tx, o *Offer, wanted []need.Need) error {
	enough, others, err := s.enough(tx, o, wanted)
	if err != nil {
		return err
	}
	o.Edition.Needs = shares(o.Edition, wanted, others)
	if enough && o.TakenUp == "" {
		o.Why = Saturated
		if o.State, err = Offers.To(o.State, "stand_by"); err != nil {
			return err
		}
		return s.saturated(tx, o.ID, wanted...)
	}
	return nil
}

// saturated keeps by what ratio needs were found to have enough, or not any more: with an offer, or with the need itself.
func (s *Service) saturated(tx *db.Tx, subject string, wanted ...need.Need) error {
	for _, n := range wanted {
		used, err := s.params.For(n.Place, "dispatch.saturation", tx.Now)
		if err != nil {
			return err
		}
		if err := parameter.Keep(tx, subject, "", used); err != nil {
			return err
		}
	}
	return nil
}

// Match says which needs a team comes for (S004-53). Where enough have come it is refused, unless the offer was taken
// out of standby.
func (s *Service) Match(ctx context.Context, id, offer string, version int64, needs []string) error {
	var c input.Check
	c.Bad(len(needs) == 0, "needs", "missing", "请选择需求", "choose the needs")
	c.Bad(len(needs) > maxNeeds, "needs", "too_many", "不超过 20 条需求", "at most 20 needs")
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: id, verb: "match", version: version, said: []any{version, needs}}, func(x *step) error {
		if err := need.Hold(x.tx, needs); err != nil {
			return err
		}
		wanted, err := s.wantedIn(x.tx, x.incident, needs)
		if err != nil {
			return err
		}
		enough, others, err := s.enough(x.tx, x.Offer, wanted)
		if err != nil {
			return err
		}
		if enough && x.TakenUp == "" {
			return ErrSaturated
		}
		x.Destination = s.destination(x.incident, wanted, x.tx.Now)
		x.about["needs"] = needs
		if err := see(x.tx, x.ID, x.Destination); err != nil {
			return err
		}
		return saveShares(x.tx, x.ID, x.Edition.No, shares(x.Edition, wanted, others))
	})
}

// commit tells the needs of an offer that a team was approved for them: those that have enough are matched, and offers
// that wait for nothing else go to standby.
func (s *Service) commit(x *step) error {
	needs := needsOf(x.Edition)
	if err := need.Hold(x.tx, needs); err != nil {
		return err
	}
	wanted, err := need.Named(x.tx, needs)
	if err != nil {
		return err
	}
	others, err := forces(x.tx, needs, "")
	if err != nil {
		return err
	}
	for _, n := range wanted {
		ratio, _, err := s.params.Number(n.Place, "dispatch.saturation", x.tx.Now)
		if err != nil {
			return err
		}
		enough := full(n, others[n.ID], ratio)
		verb := ""
		switch {
		case enough && n.State == "published":
			verb = "match"
		case !enough && (n.State == "matched" || n.State == "in_progress"):
			verb = "release"
		case n.State == "matched" && x.State == "acknowledged":
			verb = "start"
		}
		if verb == "release" && n.State == "in_progress" && s.working != nil {
			kept, err := s.working(x.tx, n.ID)
			if err != nil {
				return err
			}
			if kept {
				continue
			}
		}
		if verb == "" {
			continue
		}
		if err := s.needs.Advance(x.tx, n, verb, x.actor.Account); err != nil {
			return err
		}
		if verb == "start" {
			continue
		}
		if err := s.saturated(x.tx, n.ID, n); err != nil {
			return err
		}
	}
	return s.easeOthers(x, needs)
}

// easeOthers puts on standby the offers that nobody has begun to approve and whose needs have enough by now.
func (s *Service) easeOthers(x *step, needs []string) error {
	waiting := map[string]bool{}
	for _, n := range needs {
		if err := x.tx.Each(func(sc db.Scanner) error {
			var one string
			err := sc.Scan(&one)
			waiting[one] = true
			return err
		}, `SELECT o.id FROM offer_need n JOIN offer o ON o.id = n.offer AND o.edition = n.edition
			WHERE n.need = $1 AND o.id <> $2 AND o.taken_up = '' AND o.state IN ('offered', 'matched')`, n, x.ID); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(waiting)) {
		if err := hold(x.tx, id); err != nil {
			return err
		}
		o, err := offerByID(x.tx, id)
		if err != nil {
			return err
		}
		wanted, err := need.Named(x.tx, needsOf(o.Edition))
		if err != nil {
			return err
		}
		was, before := o.State, entry(o, nil, "", "", "", nil).Fields().Without("places")
		if err := s.ease(x.tx, &o, wanted); err != nil {
			return err
		}
		if o.State == was {
			continue
		}
		o.Version++
		if err := updateOffer(x.tx, o); err != nil {
			return err
		}
		places, err := placesOf(x.tx, o.ID)
		if err != nil {
			return err
		}
		if err := journal.Append(x.tx, entry(o, places, past["stand_by"], x.actor.Account, "", map[string]any{"saturated": true}).Since(before)); err != nil {
			return err
		}
	}
	return nil
}

func needsOf(e Edition) []string {
	needs := make([]string, len(e.Needs))
	for i, n := range e.Needs {
		needs[i] = n.Need
	}
	return needs
}

// after runs commit once the offer stands in the database as it is now.
func (s *Service) after(x *step) error {
	if err := updateOffer(x.tx, *x.Offer); err != nil {
		return err
	}
	return s.commit(x)
}

// uncommit takes back what an approved offer brought.
func (s *Service) uncommit(x *step) error {
	if slices.Contains(committed, x.from) {
		return s.after(x)
	}
	return nil
}
