package reception

import (
	"context"
	"errors"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Overview is how the teams of an incident leave.
type Overview struct {
	Waves       []Withdrawal // the latest first
	Points      []Point
	Free        []Party // checked in and in no wave
	Back        []Party // to be counted out under no order: turned back, or their order was taken back
	Away        []Party // on the way home, the first that is due first
	Home        int     // parties that are safely home
	Unaccounted int     // people whom nobody found when their party was counted out
	Plans       bool    // the actor may plan and order
	Counts      bool    // the actor may count out
}

// Leaving is how the teams of an incident leave, with the waves that a figure counts, or all; not found for whoever may
// not see it.
func (s *Service) Leaving(ctx context.Context, in, figure string) (o Overview, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return o, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		o = Overview{Plans: i.Open() && leads(tx, actor, i) == nil, Counts: i.Open() && works(tx, actor, i) == nil}
		if o.Waves, err = withdrawalsOf(tx, in, figure); err != nil {
			return err
		}
		if o.Points, err = pointsOf(tx, in); err != nil {
			return err
		}
		if o.Free, err = partiesWhere(tx, `incident = $1 AND state = 'checked_in'
			AND NOT EXISTS (SELECT 1 FROM withdrawal_party x WHERE x.party = p.id AND x.live) ORDER BY arrived_at, id LIMIT 500`, in); err != nil {
			return err
		}
		if o.Back, err = partiesWhere(tx, `incident = $1 AND (state = 'turned_back' OR state = 'leaving' AND withdrawal = '') ORDER BY arrived_at, id LIMIT 200`, in); err != nil {
			return err
		}
		if o.Away, err = partiesWhere(tx, `incident = $1 AND state = 'checked_out' ORDER BY home_due, id LIMIT 500`, in); err != nil {
			return err
		}
		if o.Unaccounted, err = Unaccounted(tx, in); err != nil {
			return err
		}
		return tx.Get(`SELECT count(*) FROM party WHERE incident = $1 AND state = 'home_safe'`, []any{in}, &o.Home)
	})
	return o, err
}

// WholeWave is a wave with everything around it.
type WholeWave struct {
	Withdrawal
	Incident incident.Incident
	At       Point
	History  []journal.Row
	Allowed  []string // verbs of Withdrawals that the actor may say now
}

// Wave is one wave; not found for whoever may not see it.
func (s *Service) Wave(ctx context.Context, id string) (w WholeWave, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		w = WholeWave{}
		if w.Withdrawal, err = withdrawalByID(tx, id); err != nil {
			return err
		}
		if w.Incident, err = incident.ByID(tx, w.Withdrawal.Incident); err != nil {
			return err
		}
		if !sees(actor, w.Incident) {
			return fault.ErrNotFound
		}
		if w.At, err = PointByID(tx, w.Point); err != nil {
			return err
		}
		if w.Incident.Open() && leads(tx, actor, w.Incident) == nil {
			for _, m := range Withdrawals.Possible(w.State) {
				if m.Verb != "finish" && m.Verb != "resume" {
					w.Allowed = append(w.Allowed, m.Verb)
				}
			}
		}
		w.History, err = journal.Of(tx, "withdrawal", id, 200)
		return err
	})
	return w, err
}

// Sheet is a party as it leaves: the order, who and what is inside, what it hands back.
type Sheet struct {
	Party
	Drill    bool
	Wave     *Withdrawal // the order it leaves under; nil none
	At       Point       // where it is counted out
	Taken    bool        // its leader has the order
	People   []Presence
	Vehicles []Ride
	// Left and Drove are whom and what the last count let out, of a party that is not home yet.
	Left    []Presence
	Drove   []Ride
	Items   []Item
	Lines   []Handback
	Listed  map[string]int // by request of logistics, on the lists of all parties of its team
	Behind  []Behind
	Masked  bool // the actor may not read the names of the people
	Allowed []string
}

// Sheet is a party as it leaves; not found for whoever may not see it.
func (s *Service) Sheet(ctx context.Context, party string) (sh Sheet, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return sh, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, i, err := find(tx, actor, party)
		if err != nil {
			return err
		}
		sh, err = sheet(tx, actor, p, i)
		return err
	})
	if err != nil {
		return sh, err
	}
	if err := s.openNames(ctx, sh.Left, sh.Masked); err != nil {
		return sh, err
	}
	return sh, s.openSheet(ctx, &sh)
}

// Leavers are the parties of an incident that are to be counted out, as a desk keeps them for when it is without network;
// for whoever counts. The order is theirs alone: pages put them in that of their waves.
func (s *Service) Leavers(ctx context.Context, in string) (list []Sheet, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		parties, err := partiesWhere(tx, `incident = $1 AND state IN ('leaving', 'turned_back') ORDER BY arrived_at, id LIMIT 200`, in)
		if err != nil {
			return err
		}
		for _, p := range parties {
			sh, err := sheet(tx, actor, p, i)
			if err != nil {
				return err
			}
			list = append(list, sh)
		}
		return nil
	})
	for n := range list {
		if err == nil {
			err = s.openNames(ctx, list[n].People, list[n].Masked)
		}
	}
	return list, err
}

// sheet reads everything of a party as it leaves, names sealed.
func sheet(tx *db.Tx, actor access.Actor, p Party, i incident.Incident) (sh Sheet, err error) {
	sh = Sheet{Party: p, Drill: i.Drill, Masked: mine(tx, actor, i, p) != nil}
	if sh.People, sh.Vehicles, err = Inside(tx, p.ID); err != nil {
		return sh, err
	}
	if p.State == "checked_out" {
		if sh.Left, sh.Drove, err = lastOut(tx, p); err != nil {
			return sh, err
		}
	}
	if sh.Items, err = itemsOf(tx, p.ID); err != nil {
		return sh, err
	}
	if sh.Lines, err = handbacksOf(tx, p.ID); err != nil {
		return sh, err
	}
	if sh.Listed, err = listedOf(tx, p); err != nil {
		return sh, err
	}
	if sh.Behind, err = behindOf(tx, p.ID); err != nil {
		return sh, err
	}
	at := p.Point
	if p.Withdrawal != "" {
		w, err := withdrawalByID(tx, p.Withdrawal)
		if err != nil {
			return sh, err
		}
		sh.Wave, at = &w, w.Point
		sh.Taken = slices.ContainsFunc(w.Members, func(m Leaver) bool { return m.ID == p.ID && !m.TakenAt.IsZero() })
	}
	if sh.At, err = PointByID(tx, at); err != nil {
		return sh, err
	}
	sh.Allowed = leavingVerbs(tx, actor, p, i, sh.Taken)
	return sh, nil
}

// leavingVerbs are what the actor may do now with a party that leaves.
func leavingVerbs(tx *db.Tx, actor access.Actor, p Party, i incident.Incident, taken bool) (verbs []string) {
	counts, answers := works(tx, actor, i) == nil, mine(tx, actor, i, p) == nil
	if p.State == "checked_out" && answers {
		verbs = append(verbs, "arrive_home")
	}
	if i.Open() && p.State == "checked_out" && counts {
		verbs = append(verbs, "undo_check_out")
	}
	if !i.Open() || !p.Inside() {
		return verbs
	}
	if p.State == "leaving" && p.Withdrawal != "" && !taken && answers {
		verbs = append(verbs, "take")
	}
	if counts {
		verbs = append(verbs, "lend")
		if _, err := Parties.To(p.State, "check_out"); err == nil {
			verbs = append(verbs, "check_out")
		}
	}
	if p.State == "leaving" && !p.TurnedBack && leads(tx, actor, i) == nil {
		verbs = append(verbs, "recall")
	}
	return verbs
}

// OwnLeaving are the parties of the teams that the actor leads that are to leave or on the way home, and those that came
// home last; the newest first.
func (s *Service) OwnLeaving(ctx context.Context) (list []Sheet, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	teams := actor.Teams(access.ReceptionOwn)
	if len(teams) == 0 {
		return nil, fault.ErrForbidden
	}
	args := make([]any, len(teams))
	for n, t := range teams {
		args[n] = t
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		parties, err := partiesWhere(tx, `team IN (`+db.List(1, len(teams))+`) AND state IN ('checked_in', 'leaving', 'turned_back', 'checked_out', 'home_safe')
			ORDER BY CASE state WHEN 'home_safe' THEN 1 ELSE 0 END, arrived_at DESC, id LIMIT 10`, args...)
		if err != nil {
			return err
		}
		for _, p := range parties {
			i, err := incident.ByID(tx, p.Incident)
			if err != nil {
				return err
			}
			sh, err := sheet(tx, actor, p, i)
			if err != nil {
				return err
			}
			list = append(list, sh)
		}
		return nil
	})
	for n := range list {
		if err == nil {
			list[n].Masked = false
			err = s.openSheet(ctx, &list[n])
		}
	}
	return list, err
}

// openSheet opens the names and the notes of a party as it leaves.
func (s *Service) openSheet(ctx context.Context, sh *Sheet) error {
	err := errors.Join(s.openNames(ctx, sh.People, sh.Masked), s.openNotes(ctx, &sh.Party))
	for n := range sh.Lines {
		err = errors.Join(err, s.keeper.OpenText(ctx, &sh.Lines[n].Note, "handback:"+sh.Lines[n].ID+":note"))
	}
	for n := range sh.Behind {
		b := &sh.Behind[n]
		err = errors.Join(err, s.keeper.OpenText(ctx, &b.Note, behindRow(sh.ID, b.What, b.Subject)))
	}
	return err
}

// openNames opens the names of people, or the family name alone where the actor may not read them.
func (s *Service) openNames(ctx context.Context, people []Presence, masked bool) error {
	for n := range people {
		if err := s.show(ctx, &people[n], !masked); err != nil {
			return err
		}
	}
	return nil
}
