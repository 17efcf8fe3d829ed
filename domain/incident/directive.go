package incident

import (
	"context"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/number"
)

// Directive is an order of headquarters to the mechanism (指令): headquarters commands, the mechanism carries it to its
// groups, the groups to the teams by dispatch orders and missions (S004-22). It outranks what the groups have going: it
// stands above their queues until each has said what came of it, and it may halt what they do until it is lifted.
type Directive struct {
	ID       string
	Number   string // ZL-…
	Incident string
	Decision Decision  // who gave it, how and in which words
	Due      time.Time // zero: without a time
	Halts    []string  // of Halts: what the groups may not do while it is in force
	Lifted   time.Time // zero: in force
	LiftedBy *Decision
	Errands  []Errand // one for each group that it is given to
	Version  int64
}

// Errand is what one group does about a directive.
type Errand struct {
	Group   org.Group
	State   string
	TakenBy string
	TakenAt time.Time
	DoneBy  string
	DoneAt  time.Time
	Words   string // what came of it
	Version int64
}

// InForce says whether the directive binds the groups now.
func (d Directive) InForce() bool { return d.Lifted.IsZero() }

// Late says whether a group has not done by the time named what it was told.
func (d Directive) Late(now time.Time) bool {
	open := slices.ContainsFunc(d.Errands, func(e Errand) bool { return e.State != "done" })
	return d.InForce() && open && !d.Due.IsZero() && now.After(d.Due)
}

// Halts are what headquarters may halt: publishing needs, giving dispatch orders, giving missions.
var Halts = []string{"publish", "dispatch", "mission"}

// Errands is the life cycle of a directive in one group.
var Errands = &lifecycle.Machine{
	Name: "directive",
	States: []lifecycle.State{
		{Key: "sent", Zh: "待签收", En: "sent", Chip: "todo"},
		{Key: "taken", Zh: "办理中", En: "acknowledged", Chip: "doing"},
		{Key: "done", Zh: "已反馈", En: "reported", Chip: "done"},
	},
	Moves: []lifecycle.Move{
		{Verb: "take", From: []string{"sent"}, To: "taken", Zh: "签收", En: "acknowledge", May: string(access.IncidentHand)},
		{Verb: "report", From: []string{"sent", "taken"}, To: "done", Zh: "反馈落实情况", En: "report what was done", May: string(access.IncidentHand), Needs: []string{"words"}},
	},
}

// The faults of directives.
var (
	ErrHalted = fault.New(fault.Conflict, "directive.halted", "现场指挥部已指令暂停此项，须待指令解除", "headquarters has ordered to halt this; it must lift the order first")
	ErrLifted = fault.New(fault.Conflict, "directive.lifted", "该指令已解除", "this directive was lifted")
)

// Halted is ErrHalted, with the number of the directive, while one in force halts what is asked for. For contexts above.
func Halted(tx *db.Tx, incident, what string) error {
	list, err := directivesOf(tx, incident, true)
	if err != nil {
		return err
	}
	for _, d := range list {
		if slices.Contains(d.Halts, what) {
			return ErrHalted.WithCurrent(map[string]any{"directive": d.Number})
		}
	}
	return nil
}

// Direct records an order of headquarters to groups of the mechanism.
func (s *Service) Direct(ctx context.Context, incident string, d Directive) error {
	d.Decision.About = "directive"
	var c input.Check
	d.Decision.check(&c, "decision.", s.clock.Now())
	c.Text(&d.Decision.Words, "decision.words", 500, true)
	c.Bad(len(d.Errands) == 0 || len(d.Errands) > len(org.Groups), "groups", "missing", "请选择承办组", "say which groups it is given to")
	for _, e := range d.Errands[:min(len(d.Errands), len(org.Groups))] {
		c.One(string(e.Group), "groups", groupKeys()...)
	}
	for _, h := range d.Halts[:min(len(d.Halts), len(Halts))] {
		c.One(h, "halts", Halts...)
	}
	c.Bad(len(d.Halts) > len(Halts), "halts", "too_many", "暂停事项有误", "too many halts")
	c.Bad(!d.Due.IsZero() && d.Due.Before(d.Decision.DecidedAt), "due", "range", "办理时限早于下达时间", "it is due before it was given")
	if err := c.Err(); err != nil {
		return err
	}
	said := d
	return s.within(ctx, incident, access.IncidentDecide, d.ID, "direct", said, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Runs(); err != nil {
			return "", err
		}
		d := said
		if d.Decision.ID == "" {
			d.Decision.ID = id.New()
		}
		if err := s.record(tx, *i, &d.Decision, actor.Account); err != nil {
			return "", err
		}
		no, err := number.Next(tx, "ZL", s.letter)
		if err != nil {
			return "", err
		}
		d.Number, d.Incident, d.Version = no, i.ID, 1
		if err := insertDirective(tx, d); err != nil {
			return "", err
		}
		return "", journal.Append(tx, directiveEntry(*i, d, "given", actor.Account, nil))
	})
}

// Lift records that headquarters has lifted a directive: what it halted goes on.
func (s *Service) Lift(ctx context.Context, incident, directive string, version int64, by Decision) error {
	by.About = "directive"
	var c input.Check
	by.check(&c, "", s.clock.Now())
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentDecide, by.ID, "lift", []any{directive, version, by}, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Runs(); err != nil {
			return "", err
		}
		d, err := directiveByID(tx, i.ID, directive)
		switch {
		case err != nil:
			return "", err
		case !d.InForce():
			return "", ErrLifted
		case version != 0 && version != d.Version:
			return "", fault.ErrVersionStale.WithCurrent(map[string]any{"version": d.Version})
		}
		if err := s.record(tx, *i, &by, actor.Account); err != nil {
			return "", err
		}
		d.Lifted, d.LiftedBy = tx.Now, &by
		d.Version++
		if err := liftDirective(tx, d); err != nil {
			return "", err
		}
		return "", journal.Append(tx, directiveEntry(*i, d, "lifted", actor.Account, map[string]any{"lifted": true}).Since(journal.Was{}.With("lifted", false)))
	})
}

// Report is what a group says about a directive: that it has it, or what came of it. words is what came of it.
func (s *Service) Report(ctx context.Context, command, incident, directive string, g org.Group, verb string, version int64, words string) error {
	var c input.Check
	c.One(verb, "verb", "take", "report")
	c.One(string(g), "group", groupKeys()...)
	c.Text(&words, "words", 500, verb == "report")
	if err := c.Err(); err != nil {
		return err
	}
	said := []any{directive, g, verb, version, words}
	return s.within(ctx, incident, access.IncidentHand, command, "directive_"+verb, said, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		d, err := directiveByID(tx, i.ID, directive)
		if err != nil {
			return "", err
		}
		at := slices.IndexFunc(d.Errands, func(e Errand) bool { return e.Group == g })
		if at < 0 {
			return "", fault.ErrNotFound
		}
		if err := Works(tx, *i, actor, g); err != nil {
			return "", err
		}
		if err := i.Runs(); err != nil {
			return "", err
		}
		e := &d.Errands[at]
		to, err := Errands.To(e.State, verb)
		if err != nil {
			return "", err
		}
		if version != 0 && version != e.Version {
			return "", fault.ErrVersionStale.WithCurrent(map[string]any{"state": e.State, "version": e.Version})
		}
		was := journal.Was{}.With("state", e.State)
		e.State = to
		e.Version++
		if e.TakenAt.IsZero() {
			e.TakenBy, e.TakenAt = actor.Account, tx.Now
		}
		if verb == "report" {
			e.DoneBy, e.DoneAt, e.Words = actor.Account, tx.Now, words
		}
		if err := saveErrand(tx, d.ID, *e); err != nil {
			return "", err
		}
		past := map[string]string{"take": "acknowledged", "report": "reported"}[verb]
		return "", journal.Append(tx, directiveEntry(*i, d, past, actor.Account, map[string]any{"group": g, "state": e.State}).Since(was))
	})
}

// DirectivesFor counts the directives in force that a group has not reported on, and how many of them are late. For contexts
// above.
func DirectivesFor(tx *db.Tx, incident string, g org.Group, now time.Time) (n, late int, err error) {
	list, err := directivesOf(tx, incident, true)
	for _, d := range list {
		if !slices.ContainsFunc(d.Errands, func(e Errand) bool { return e.Group == g && e.State != "done" }) {
			continue
		}
		n++
		if !d.Due.IsZero() && now.After(d.Due) {
			late++
		}
	}
	return n, late, err
}

// DirectivesOf are the directives of an incident: those in force first, then the newest.
func (s *Service) DirectivesOf(ctx context.Context, incident string) (list []Directive, err error) {
	err = s.seen(ctx, incident, func(tx *db.Tx, i Incident, _ access.Actor) error {
		list, err = directivesOf(tx, i.ID, false)
		return err
	})
	return list, err
}

func directiveEntry(i Incident, d Directive, verb, actor string, about map[string]any) journal.Entry {
	groups := make([]org.Group, len(d.Errands))
	for n, e := range d.Errands {
		groups[n] = e.Group
	}
	body := map[string]any{"number": d.Number, "groups": groups, "halts": d.Halts, "due": d.Due, "places": i.Places}
	for k, v := range about {
		body[k] = v
	}
	return journal.Entry{
		Verb: "directive." + verb, Kind: "directive", Subject: d.ID, Version: d.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID,
		Actor: actor, Body: body,
	}
}

func haltsOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
