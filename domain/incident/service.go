package incident

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of incidents.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	places    *place.Service
	params    *parameter.Service
	keeper    *seal.Keeper
	once      once.Log
	letter    string
	guards    []Guard
	reopening []Guard
	records   map[string]Owner // by kind of ItemKinds
	begun     []func(*db.Tx, Incident, string) error
	ending    []func(*db.Tx, Incident, string) error
}

// OnActivation has fn do its part in the transaction that activates an incident, by is the account that does it. For
// contexts above; call it before the first activation.
func (s *Service) OnActivation(fn func(tx *db.Tx, i Incident, by string) error) {
	s.begun = append(s.begun, fn)
}

// Deps are what the service works with. Letter is the node's letter in human numbers.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Keeper     *seal.Keeper
	Letter     string
}

// New is the service.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	d.Parameters.Check(groupsFormed, func(value string) error {
		_, err := groupsOf(value)
		return err
	})
	d.Parameters.Check(teamsToEscalate, func(value string) error {
		if n, err := strconv.Atoi(value); value != "" && (err != nil || n < 1) {
			return fault.InvalidField("body.value", "number_expected", "应填写不小于 1 的整数，或留空", "a whole number of 1 or more is expected, or nothing")
		}
		return nil
	})
	d.Parameters.Check(scanSize, parameter.Between(1, ScanMost>>10))
	d.Parameters.Check(scansMost, parameter.Between(0, 50))
	return &Service{db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, keeper: d.Keeper, once: once.NewLog(lookup), letter: d.Letter}, nil
}

// ErrNotOpen says that the mechanism of the incident does not run, so nothing of the work on site may be written.
var ErrNotOpen = fault.New(fault.Conflict, "incident.not_open", "现场协调机制未在运行，不能办理", "the mechanism of this incident does not run")

// may says whether the actor may do v in the incident: at the place that commands it, or by a grant for this incident.
func (i Incident) may(a access.Actor, v access.Verb) bool {
	return a.May(v, i.Place) || slices.Contains(a.Incidents(v), i.ID)
}

// Seen says whether the actor may see the incident: whoever may act in it, and the desks of every place it touches.
func (i Incident) Seen(a access.Actor) bool {
	return i.may(a, access.IncidentSee) || slices.ContainsFunc(i.Places, func(p place.Path) bool {
		return a.May(access.IncidentSee, p) || slices.ContainsFunc(a.Spans(access.IncidentSee), func(s place.Span) bool { return p.Contains(place.Path(s.From)) })
	})
}

// Record writes down an incident that the mechanism may be activated for.
func (s *Service) Record(ctx context.Context, i Incident) error {
	actor, err := access.Require(ctx, access.IncidentNote, i.Place)
	if err != nil {
		return err
	}
	said := i
	i.Places = slices.Clone(i.Places) // they are put into an order that changes when one of them moves; what was said is not
	if err := i.check(s.clock.Now(), s.places.Tree().Desks(i.Place, s.clock.Now())); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i := i
		if again, err := s.once.Again(tx, i.ID, actor.Account, "incident_record", i.ID, said); again || err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(i.Place, tx.Now, "body.place"); err != nil {
			return err
		}
		if err := s.stand(i.Places, nil, tx.Now); err != nil {
			return err
		}
		i.State, i.CreatedAt, i.CreatedBy, i.Version = "recorded", tx.Now, actor.Account, 1
		if i.Number, err = number.Next(tx, "SJ", s.letter); err != nil {
			return err
		}
		if err := insertIncident(tx, i); err != nil {
			return err
		}
		return journal.Append(tx, entry(i, "recorded", actor.Account, ""))
	})
}

// Changes are what may be put right about an incident.
type Changes struct {
	ID        string // of the command
	Version   int64
	Reason    string
	Name      string
	Severity  int
	Places    []place.Path
	HQ        string
	Commander string
}

// Change puts right what is said of an incident, with a reason: it grows, its grade rises, a commander takes over.
func (s *Service) Change(ctx context.Context, incident string, x Changes) error {
	var c input.Check
	c.Text(&x.Reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentEdit, x.ID, "incident_change", x, func(tx *db.Tx, i *Incident, _ access.Actor) (string, error) {
		if err := stale(*i, x.Version); err != nil {
			return "", err
		}
		if err := i.Frozen(); err != nil {
			return "", err
		}
		if err := s.stand(x.Places, i.Places, tx.Now); err != nil {
			return "", err
		}
		i.Name, i.Severity, i.HQ, i.Commander = x.Name, x.Severity, x.HQ, x.Commander
		if len(x.Places) > 0 {
			i.Places = slices.Clone(x.Places) // they are put into an order that changes when one of them moves; what was said is not
		}
		if err := i.check(tx.Now, s.places.Tree().Desks(i.Place, tx.Now)); err != nil {
			return "", err
		}
		return "changed", savePlaces(tx, *i)
	}, x.Reason)
}

// stand refuses a place that has ended, unless the incident touches it already.
func (s *Service) stand(places, touched []place.Path, at time.Time) error {
	for _, p := range places {
		if slices.Contains(touched, p) {
			continue
		}
		if err := s.places.Tree().RefuseEnded(p, at, "body.places"); err != nil {
			return err
		}
	}
	return nil
}

func stale(i Incident, version int64) error {
	if version != 0 && version != i.Version {
		return fault.ErrVersionStale.WithCurrent(map[string]any{"state": i.State, "version": i.Version})
	}
	return nil
}

// Activation is the decision to run the mechanism for an incident (S004-48).
type Activation struct {
	ID      string // of the command
	Version int64
	Reason  string
	Basis   string // plan, instruction or law it stands on
}

// ErrNoMechanism says that no standing mechanism is responsible for the place.
var ErrNoMechanism = fault.New(fault.Conflict, "mechanism.none", "本地区及上级均未建立现场协调机制，请先建立", "neither this place nor one above has a standing mechanism; found one first")

// Activate runs the mechanism: a decision of a person, recorded with its reason. It makes the three groups from the
// template of the standing mechanism and publishes the office's number.
func (s *Service) Activate(ctx context.Context, incident string, a Activation) error {
	var c input.Check
	c.Text(&a.Reason, "reason", 500, true)
	c.Line(&a.Basis, "basis", 100, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.move(ctx, incident, "activate", a.ID, a.Version, a.Reason, a, func(tx *db.Tx, i *Incident, actor access.Actor) error {
		m, err := org.Nearest(tx, s.places.Tree().Seats(i.Place, tx.Now)[0]) // that of a place which ended ended with it
		if err != nil {
			if fault.KindOf(err) == fault.NotFound {
				return ErrNoMechanism
			}
			return err
		}
		hint, err := s.suggestion(*i)
		if err != nil {
			return err
		}
		if err := parameter.Keep(tx, i.ID, "", hint.used); err != nil {
			return err
		}
		i.Mechanism, i.Lead, i.ActivatedAt, i.ActivatedBy, i.Reason, i.Basis = m.ID, m.Lead, tx.Now, actor.Account, a.Reason, a.Basis
		if hint.On {
			i.SuggestedBy = "coord.trigger_severity_min=" + hint.Threshold
		}
		formed, used, err := s.formed(*i)
		if err != nil {
			return err
		}
		if err := parameter.Keep(tx, i.ID, "", used); err != nil {
			return err
		}
		if err := insertSeats(tx, i.ID, m, formed); err != nil {
			return err
		}
		if m.Phone != "" {
			if err := saveContacts(tx, i.ID, []Contact{{Name: m.Name, Number: m.Phone, Public: true}}); err != nil {
				return err
			}
		}
		for _, fn := range s.begun {
			if err := fn(tx, *i, actor.Account); err != nil {
				return err
			}
		}
		return nil
	})
}

// suggestion is what the parameter says of activating this incident.
func (s *Service) suggestion(i Incident) (Suggestion, error) {
	u, err := s.params.For(i.Place, "coord.trigger_severity_min", s.clock.Now())
	return Suggestion{On: suggest(i.Severity, u.Value), Threshold: u.Value, Source: u.Source, Place: u.Place, used: u}, err
}

// Move takes an incident along its life cycle by a verb that asks no more than a reason: drop, withdraw, resume, close.
func (s *Service) Move(ctx context.Context, incident, verb, command string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 500, true)
	c.One(verb, "verb", "drop", "withdraw", "resume", "close")
	if err := c.Err(); err != nil {
		return err
	}
	return s.move(ctx, incident, verb, command, version, reason, []any{verb, version, reason}, func(tx *db.Tx, i *Incident, actor access.Actor) error {
		if verb != "close" {
			return nil
		}
		if err := s.clear(tx, i.ID); err != nil {
			return err
		}
		i.ClosedAt = tx.Now
		for _, fn := range s.ending {
			if err := fn(tx, *i, actor.Account); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reopen runs a closed incident again. Headquarters decides that, with a reason; d is its decision.
func (s *Service) Reopen(ctx context.Context, incident string, version int64, reason string, d Decision) error {
	d.About = "reopen"
	var c input.Check
	c.Text(&reason, "reason", 500, true)
	d.check(&c, "decision.", s.clock.Now())
	if err := c.Err(); err != nil {
		return err
	}
	return s.move(ctx, incident, "reopen", d.ID, version, reason, []any{version, reason, d}, func(tx *db.Tx, i *Incident, actor access.Actor) error {
		for _, guard := range s.reopening {
			if err := guard(tx, i.ID); err != nil {
				return err
			}
		}
		i.ClosedAt = time.Time{}
		return s.record(tx, *i, &d, actor.Account)
	})
}

// move is the walk of every use case that changes the state of an incident.
func (s *Service) move(ctx context.Context, incident, verb, command string, version int64, reason string, said any, change func(*db.Tx, *Incident, access.Actor) error) error {
	return s.within(ctx, incident, access.IncidentLead, command, "incident_"+verb, said, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		to, err := Incidents.To(i.State, verb)
		if err != nil {
			return "", err
		}
		if err := stale(*i, version); err != nil {
			return "", err
		}
		i.State = to
		past := map[string]string{"activate": "activated", "drop": "dropped", "withdraw": "withdrawing", "resume": "resumed", "close": "closed", "reopen": "reopened"}[verb]
		return past, change(tx, i, actor)
	}, reason)
}

// within is the walk of every use case in an incident: hold it, may the actor, was it done before, change, write, say
// so. change returns the journal's word for what happened to the incident itself, or "" when it has told by itself.
func (s *Service) within(ctx context.Context, incident string, v access.Verb, command, verb string, said any, change func(tx *db.Tx, i *Incident, actor access.Actor) (string, error), reason ...string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, incident); err != nil {
			return err
		}
		i, err := ByID(tx, incident)
		switch {
		case err != nil:
			return err
		case !i.Seen(actor):
			return fault.ErrNotFound
		case !i.may(actor, v):
			return fault.ErrForbidden
		}
		if again, err := s.once.Again(tx, command, actor.Account, verb, incident, said); again || err != nil {
			return err
		}
		i.was = entry(i, "", "", "").Fields()
		past, err := change(tx, &i, actor)
		if err != nil || past == "" {
			return err
		}
		i.Version++
		if err := updateIncident(tx, i); err != nil {
			return err
		}
		why := ""
		if len(reason) > 0 {
			why = reason[0]
		}
		return journal.Append(tx, entry(i, past, actor.Account, why).Since(i.was))
	})
}

// SetContacts publishes the numbers by which the mechanism is reached (S004-50).
func (s *Service) SetContacts(ctx context.Context, command, incident string, list []Contact) error {
	var c input.Check
	c.Bad(len(list) > 20, "contacts", "too_many", "联系方式不超过 20 条", "at most 20 contacts")
	for n := range list[:min(len(list), 20)] {
		at := fmt.Sprintf("contacts[%d].", n)
		c.Line(&list[n].Name, at+"name", 30, true)
		c.Number(&list[n].Number, at+"number", 40, true)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentEdit, command, "contacts", list, func(tx *db.Tx, i *Incident, _ access.Actor) (string, error) {
		if err := i.Runs(); err != nil {
			return "", err
		}
		return "contacts_published", saveContacts(tx, i.ID, list)
	})
}

// SendGroup records that an upper level sends a working group to guide a place of the incident (S004-46, S004-47). For
// the office of the level that sends it: it need not command the incident.
func (s *Service) SendGroup(ctx context.Context, incident string, g WorkingGroup) error {
	actor, err := access.Require(ctx, access.IncidentEdit, g.Place)
	if err != nil {
		return err
	}
	var c input.Check
	c.Line(&g.Head, "head", 60, true)
	c.Text(&g.Members, "members", 500, false)
	c.Text(&g.Task, "task", 500, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentSee, g.ID, "working_group", g, func(tx *db.Tx, i *Incident, _ access.Actor) (string, error) {
		if err := i.Runs(); err != nil {
			return "", err
		}
		if err := s.places.Tree().RefuseEnded(g.Place, tx.Now, "body.place"); err != nil {
			return "", err
		}
		g.Sent, g.By, g.Version = tx.Now, actor.Account, 1
		return "working_group_sent", insertWorkingGroup(tx, i.ID, g)
	})
}

// RecallGroup records that a working group is back.
func (s *Service) RecallGroup(ctx context.Context, command, incident, group string) error {
	return s.within(ctx, incident, access.IncidentSee, command, "working_group_back", group, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Frozen(); err != nil {
			return "", err
		}
		p, err := endWorkingGroup(tx, i.ID, group)
		if err != nil {
			return "", err
		}
		if !actor.May(access.IncidentEdit, p) {
			return "", fault.ErrForbidden
		}
		return "working_group_back", nil
	})
}

// entry is what the journal says of an incident. It names the places it touches, so that the pages of all of them learn.
func entry(i Incident, verb, actor, reason string) journal.Entry {
	body := map[string]any{
		"number": i.Number, "name": i.Name, "class": i.Class, "severity": i.Severity, "state": i.State, "drill": i.Drill, "places": i.Places,
	}
	for k, v := range i.about {
		body[k] = v
	}
	return journal.Entry{
		Verb: "incident." + verb, Kind: "incident", Subject: i.ID, Version: i.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID,
		Actor: actor, Reason: reason, Body: body,
	}
}
