package pass

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
)

// passing says whether the actor sees everything that travels in an incident: where it is commanded, at a place that it
// touches, or by a grant for it.
func passing(a access.Actor, i incident.Incident) bool {
	return at(a, access.PassSee, i.ID, i.Place) || slices.ContainsFunc(i.Places, func(p place.Path) bool { return a.May(access.PassSee, p) })
}

// led is what the journal may know of an escort: how many vehicles of which teams, and when; no plate and no words.
func led(e Escort, i incident.Incident, verb, actor, reason string) journal.Entry {
	when := e.AssembleAt
	if !e.LeadsAt.IsZero() {
		when = e.LeadsAt
	}
	return journal.Entry{
		Verb: "escort." + verb, Kind: "escort", Subject: e.ID, Version: e.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID, Actor: actor, Reason: reason,
		Body: map[string]any{"number": e.Number, "state": e.State, "teams": e.Teams(), "vehicles": e.Here(), "at": when, "places": i.Places},
	}
}

// AskEscort asks a unit of the mechanism to lead vehicles. passes are ids; the same id twice is one escort.
func (s *Service) AskEscort(ctx context.Context, e Escort, passes []string) error {
	passes = slices.Compact(slices.Sorted(slices.Values(passes))) // one order for all, so that two who ask do not wait for each other
	said := e
	return s.do(ctx, act{e.ID, e.Incident, "escort_ask", []any{said, passes}, passing}, func(tx *db.Tx, i incident.Incident, actor access.Actor) (row journal.Entry, err error) {
		e := said
		if err := e.check(tx.Now, passes); err != nil {
			return row, err
		}
		if e.UnitName, err = unitName(tx, i.ID, e.Unit); err != nil {
			return row, err
		}
		if e.Number, err = number.Next(tx, "HS", s.letter); err != nil {
			return row, err
		}
		e.State, e.At, e.By, e.Version = "asked", tx.Now, actor.Account, 1
		if err := insertEscort(tx, e); err != nil {
			return row, err
		}
		if err := gather(tx, e, passes); err != nil {
			return row, err
		}
		if e.Vehicles, err = convoyOf(tx, e.ID); err != nil {
			return row, err
		}
		return led(e, i, "asked", actor.Account, ""), nil
	})
}

func unitName(tx *db.Tx, incidentID, unit string) (string, error) {
	units, err := incident.Units(tx, incidentID)
	if err != nil {
		return "", err
	}
	n := slices.IndexFunc(units, func(x incident.Seat) bool { return x.Unit == unit })
	if n < 0 {
		return "", ErrNoUnit
	}
	return units[n].Name, nil
}

// gather puts passes into an escort: those in force, each held so that nobody revokes it meanwhile.
func gather(tx *db.Tx, e Escort, passes []string) error {
	for _, one := range passes {
		if err := hold(tx, one); err != nil {
			return err
		}
		list, err := passesWhere(tx, `id = $1`, one)
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].Incident != e.Incident {
			return ErrNotForce
		}
		if p := list[0]; p.State != "valid" || p.Lapsed(tx.Now) || !p.Vouched {
			return refusedCar(p, "not_in_force", "通行证已失效", "its pass is in force no more")
		}
		n, err := joinEscort(tx, e.ID, one)
		if err != nil {
			return err
		}
		if n == 0 {
			return refusedCar(list[0], "in_escort", "已在另一次带道中", "it is in another escort already")
		}
	}
	return nil
}

// StepEscort takes an escort one step on. What the police answered is recorded on their behalf.
func (s *Service) StepEscort(ctx context.Context, command, escort string, version int64, x EscortStep) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := x.check(s.clock.Now()); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		e, err := holdEscort(tx, escort)
		if err != nil {
			return err
		}
		i, err := incident.ByID(tx, e.Incident)
		if err != nil {
			return err
		}
		switch {
		case passing(actor, i):
		case concerns(actor, e):
			return fault.ErrForbidden
		default:
			return fault.ErrNotFound
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, command, actor.Account, "escort_"+x.Verb, escort, []any{version, x}); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		to, err := Escorts.To(e.State, x.Verb)
		if err != nil {
			return err
		}
		if version != 0 && version != e.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": e.State, "version": e.Version})
		}
		was := led(e, i, "", "", "").Fields()
		if err := e.take(tx, x, actor.Account); err != nil {
			return err
		}
		e.State = to
		e.Version++
		if err := saveEscort(tx, e); err != nil {
			return err
		}
		return journal.Append(tx, led(e, i, escorted[x.Verb], actor.Account, x.Reason).Since(was))
	})
}

// take writes what one step says.
func (e *Escort) take(tx *db.Tx, x EscortStep, by string) error {
	if x.Decision != nil && (x.Verb == "arrange" || x.Verb == "refuse") {
		d := *x.Decision
		d.About = "escort"
		if d.ID == "" {
			d.ID = id.New()
		}
		if err := incident.RecordOther(tx, e.Incident, &d, by); err != nil {
			return err
		}
		e.Decision = d.ID
	}
	switch x.Verb {
	case "arrange":
		if e.Here() == 0 {
			return ErrEscortEmpty
		}
		e.Leads, e.Duty, e.LeadsAt = x.Leads, x.Duty, x.At
		e.PolicePlate, _ = equipment.Plate(x.Plate) // police plates have a shape of their own
	case "set_out":
		if e.Here() == 0 {
			return ErrEscortEmpty
		}
	case "finish", "refuse", "cancel":
		e.Why = x.Reason
		return disband(tx, e.ID)
	}
	return nil
}

// leave takes a pass out of the escort that it is in, if it is in one: because it was revoked, or replaced by another of
// the same vehicle, which then takes its place.
func leave(tx *db.Tx, of Pass, why, next, actor string) error {
	in, err := escortOf(tx, of.ID)
	if err != nil || in == "" {
		return err
	}
	e, err := holdEscort(tx, in)
	if err != nil {
		return err
	}
	if n, err := leaveEscort(tx, e.ID, of.ID, why); err != nil || n == 0 { // it was disbanded meanwhile
		return err
	}
	if next != "" {
		if _, err := joinEscort(tx, e.ID, next); err != nil {
			return err
		}
	}
	if e.Vehicles, err = convoyOf(tx, e.ID); err != nil {
		return err
	}
	e.Version++
	if err := saveEscort(tx, e); err != nil {
		return err
	}
	i, err := incident.ByID(tx, e.Incident)
	if err != nil {
		return err
	}
	verb := "left"
	if next != "" {
		verb = "swapped"
	}
	return journal.Append(tx, led(e, i, verb, actor, ""))
}

// concerns says whether a vehicle of a team that the actor leads is, or was, in the escort.
func concerns(a access.Actor, e Escort) bool {
	own := a.Teams(access.PassSee)
	return slices.ContainsFunc(e.Vehicles, func(v Convoyed) bool { return slices.Contains(own, v.Team) })
}

// WholeEscort is an escort with the answer that was recorded and what happened to it.
type WholeEscort struct {
	Escort
	Answer  incident.Decision // ID "" when there is none
	History []journal.Row
	Actions []string // verbs of Escorts that the actor may say now
	Near    bool     // it gathers soon, or should have, and nothing is arranged
	Going   int      // vehicles in it, also those of other teams
}

// Escort is one escort; not found for whoever may not see it. A leader sees the own vehicles in it.
func (s *Service) Escort(ctx context.Context, escort string) (w WholeEscort, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		e, err := escortByID(tx, escort)
		if err != nil {
			return err
		}
		i, err := incident.ByID(tx, e.Incident)
		if err != nil {
			return err
		}
		wide := passing(actor, i)
		if !wide && !concerns(actor, e) {
			return fault.ErrNotFound
		}
		if w, err = s.around(tx, actor, i, e, wide); err != nil || !wide {
			return err
		}
		w.History, err = journal.Of(tx, "escort", escort, 100)
		return err
	})
	return w, err
}

// around is an escort with its answer and what the actor may do.
func (s *Service) around(tx *db.Tx, actor access.Actor, i incident.Incident, e Escort, wide bool) (w WholeEscort, err error) {
	w.Escort, w.Going = e, e.Here()
	if !wide {
		own := actor.Teams(access.PassSee)
		w.Vehicles = slices.DeleteFunc(slices.Clone(e.Vehicles), func(v Convoyed) bool { return !slices.Contains(own, v.Team) })
		return w, nil
	}
	if i.Open() && works(tx, actor, i) == nil {
		for _, m := range Escorts.Possible(e.State) {
			w.Actions = append(w.Actions, m.Verb)
		}
	}
	if w.Near, err = s.near(e, i.Place, tx.Now); err != nil || e.Decision == "" {
		return w, err
	}
	w.Answer, err = incident.DecisionByID(tx, e.Incident, e.Decision)
	return w, err
}

// near says whether nothing is arranged though the escort gathers within the limit (parameter pass.escort_ahead).
func (s *Service) near(e Escort, at place.Path, now time.Time) (bool, error) {
	if e.State != "asked" {
		return false, nil
	}
	ahead, _, err := s.params.Minutes(at, "pass.escort_ahead", now)
	return e.AssembleAt.Before(now.Add(ahead)), err
}

// Convoys is what the support group works with, and what a leader sees of the own vehicles.
type Convoys struct {
	Items []WholeEscort   // what is not over first, in the order in which they gather
	Free  []Pass          // passes in force that are in no escort; for who may ask
	Units []incident.Seat // that may be asked
	Asks  bool            // the actor may ask
}

// EscortsOf are the escorts of an incident.
func (s *Service) EscortsOf(ctx context.Context, incidentID string) (c Convoys, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return c, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		c = Convoys{}
		i, err := incident.ByID(tx, incidentID)
		if err != nil {
			return err
		}
		wide := passing(actor, i)
		list, err := escortsOf(tx, incidentID)
		if err != nil {
			return err
		}
		for _, e := range list {
			if !wide && !concerns(actor, e) {
				continue
			}
			w, err := s.around(tx, actor, i, e, wide)
			if err != nil {
				return err
			}
			c.Items = append(c.Items, w)
		}
		if !wide {
			if len(c.Items) > 0 {
				return nil
			}
			return travels(tx, actor, incidentID)
		}
		if c.Asks = i.Open() && works(tx, actor, i) == nil; !c.Asks {
			return nil
		}
		if c.Free, err = passesWhere(tx, `incident = $1 AND state = 'valid' AND NOT EXISTS (SELECT 1 FROM escort_pass x WHERE x.pass = pass.id AND x.live)
			ORDER BY team_name, plate, id LIMIT 500`, incidentID); err != nil {
			return err
		}
		c.Free = slices.DeleteFunc(c.Free, func(p Pass) bool { return p.Lapsed(tx.Now) || !p.Vouched })
		c.Units, err = incident.Units(tx, incidentID)
		return err
	})
	return c, err
}
