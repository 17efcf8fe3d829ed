package destruction

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/number"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of destruction.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	params *parameter.Service
	needs  *need.Service
	keeper *seal.Keeper
	once   once.Log
	letter string
	node   string // names this process among those that share the work
	forgot func(time.Time)
	wake   chan struct{}
}

// Deps are what the service works with.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Parameters *parameter.Service
	Needs      *need.Service
	Keeper     *seal.Keeper
	Letter     string
	// Forgot is told, on every node, when personal data were destroyed: what the node keeps of before holds their key.
	Forgot func(at time.Time)
}

// New is the service. Nothing is destroyed before Run.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	return &Service{
		db: d.DB, clock: d.Clock, params: d.Parameters, needs: d.Needs, keeper: d.Keeper, once: once.NewLog(lookup), letter: d.Letter,
		node: newNode(), forgot: d.Forgot, wake: make(chan struct{}, 1),
	}, nil
}

// Overview is what there is to destroy where the actor sees it, and what was.
type Overview struct {
	Lots []Lot
	Past []Destruction
}

// Overview lists lots and acts of the actor's places.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	_, spans, err := access.RequireAnywhere(ctx, access.DestructionSee)
	if err != nil {
		return o, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if o.Lots, err = s.lotsIn(tx, spans); err != nil {
			return err
		}
		if o.Past, err = pastIn(tx, spans); err != nil {
			return err
		}
		var ids []string
		for _, d := range o.Past {
			ids = append(ids, d.Lot.Incident)
		}
		names, err := incident.NamesOf(tx, ids)
		for n := range o.Past {
			o.Past[n].Name = names[o.Past[n].Lot.Incident]
		}
		return err
	})
	return o, err
}

// Count is a lot with what it holds: a destruction that is only tried. Not found when the actor may not see it.
func (s *Service) Count(ctx context.Context, scope string) (l Lot, h Held, err error) {
	l, h, err = s.counted(ctx, scope)
	if err == nil && l.Key == "" {
		err = ErrNothing
	}
	return l, h, err
}

// counted is Count also of a lot that was destroyed, which holds nothing.
func (s *Service) counted(ctx context.Context, scope string) (l Lot, h Held, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return l, h, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if l, err = s.visible(tx, actor, scope); err != nil || l.Key == "" {
			return err
		}
		h, err = held(tx, l)
		return err
	})
	return l, h, err
}

func (s *Service) visible(tx *db.Tx, actor access.Actor, scope string) (Lot, error) {
	l, err := s.lot(tx, scope)
	if err == nil && !actor.May(access.DestructionSee, l.Place) {
		err = fault.ErrNotFound
	}
	return l, err
}

// allowed is a lot for a step that takes v.
func (s *Service) allowed(tx *db.Tx, actor access.Actor, v access.Verb, scope string) (Lot, error) {
	l, err := s.visible(tx, actor, scope)
	if err == nil && !actor.May(v, l.Place) {
		err = fault.ErrForbidden
	}
	return l, err
}

// still makes closing and reopening of the incident of a lot wait, and refuses one that is not closed any more.
func still(tx *db.Tx, l Lot) error {
	if l.Incident == "" {
		return nil
	}
	closed, err := incident.Closed(tx, l.Incident)
	if err == nil && !closed {
		err = ErrNotDue
	}
	return err
}

// Propose asks that a lot be destroyed. It is due, nothing holds it, and nothing of it is unsettled; another person confirms.
func (s *Service) Propose(ctx context.Context, id, scope, reason string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Text(&reason, "reason", 500, true)
	if err := c.Err(); err != nil {
		return err
	}
	counted, h, err := s.counted(ctx, scope) // a month of a province is more than a writer should wait for
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		l, err := s.allowed(tx, actor, access.DestructionPropose, scope)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "destruction_propose", scope, reason); again || err != nil {
			return err
		}
		switch {
		case l.Key == "" || l.Key != counted.Key:
			return ErrNothing
		case l.Open != nil:
			return ErrUnder
		}
		if err := still(tx, l); err != nil {
			return err
		}
		if err := l.Ready(tx.Now, h); err != nil {
			return err
		}
		d := Destruction{ID: id, Lot: l.Lot, State: "proposed", Reason: reason, By: actor.Account, At: tx.Now, Due: l.Due, Version: 1}
		if d.Number, err = number.Next(tx, "XH", s.letter); err != nil {
			return err
		}
		if err := insert(tx, d); err != nil {
			return err
		}
		if err := parameter.Keep(tx, d.ID, "", l.Keep); err != nil {
			return err
		}
		return journal.Append(tx, entry(d, "proposed", actor.Account, reason))
	})
}

// Step is one verb on a destruction.
type Step struct {
	ID      string // of the command
	Verb    string // confirm, refuse
	Version int64
	Reason  string // refuse
}

var past = map[string]string{"confirm": "confirmed", "refuse": "refused"}

// Take confirms or refuses what another person proposed. What is confirmed is looked at once more: a hold that was set
// meanwhile counts.
func (s *Service) Take(ctx context.Context, destruction string, x Step) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Text(&x.Reason, "reason", 500, x.Verb == "refuse")
	if err := c.Err(); err != nil {
		return err
	}
	h, err := s.proposedOf(ctx, actor, destruction)
	if err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		d, err := toChange(tx, destruction)
		switch {
		case err != nil:
			return err
		case !actor.May(access.DestructionSee, d.Lot.Place):
			return fault.ErrNotFound
		case !actor.May(access.DestructionConfirm, d.Lot.Place):
			return fault.ErrForbidden
		}
		if again, err := s.once.Again(tx, x.ID, actor.Account, "destruction_"+x.Verb, destruction, x); again || err != nil {
			return err
		}
		to, err := Destructions.To(d.State, x.Verb)
		switch {
		case err != nil:
			return err
		case x.Version != d.Version:
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": d.State, "version": d.Version})
		case actor.Account == d.By:
			return access.ErrSecond
		}
		if x.Verb == "confirm" {
			l, err := s.confirmable(tx, d, h)
			if err != nil {
				return err
			}
			if err := parameter.Keep(tx, d.ID, "", l.Keep); err != nil {
				return err
			}
		}
		was := entry(d, "", "", "").Fields()
		d.State, d.DecidedBy, d.DecidedAt, d.DecidedWhy = to, actor.Account, tx.Now, x.Reason
		d.Version++
		if err := save(tx, d); err != nil {
			return err
		}
		return journal.Append(tx, entry(d, past[x.Verb], actor.Account, x.Reason).Since(was))
	})
	if err == nil && x.Verb == "confirm" {
		s.nudge()
	}
	return err
}

// proposedOf is what there is to be destroyed by an act that is proposed. What is decided is not counted again: it is never
// proposed any more.
func (s *Service) proposedOf(ctx context.Context, actor access.Actor, destruction string) (h Held, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		d, err := byID(tx, destruction)
		if err != nil || d.State != "proposed" || !actor.May(access.DestructionConfirm, d.Lot.Place) {
			return err
		}
		h, err = held(tx, Lot{Lot: d.Lot})
		return err
	})
	return h, err
}

func (s *Service) confirmable(tx *db.Tx, d Destruction, h Held) (Lot, error) {
	l, err := s.lot(tx, d.Lot.Scope)
	if err != nil {
		return l, err
	}
	if l.Key != d.Lot.Key {
		return l, ErrNothing
	}
	if err := still(tx, l); err != nil {
		return l, err
	}
	return l, l.Ready(tx.Now, h)
}

// Keep holds a lot: it is kept longer, for one of the purposes of the law, after an assessment that is written down.
func (s *Service) Keep(ctx context.Context, scope string, h Hold) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.One(h.Purpose, "purpose", Purposes...)
	c.Text(&h.Lawful, "lawful", 500, true)
	c.Text(&h.Necessary, "necessary", 500, true)
	c.Text(&h.Secure, "secure", 500, true)
	if err := c.Err(); err != nil {
		return err
	}
	said := h
	return s.db.Update(ctx, func(tx *db.Tx) error {
		h := h
		l, err := s.allowed(tx, actor, access.DestructionHold, scope)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, h.ID, actor.Account, "destruction_hold", scope, said); again || err != nil {
			return err
		}
		switch {
		case l.Key == "":
			return ErrNothing
		case l.Open != nil && l.Open.State == "running":
			return ErrUnder
		}
		most, err := s.until(l, h, tx.Now)
		if err != nil {
			return err
		}
		h.Lot, h.By, h.At, h.Version = l.Lot, actor.Account, tx.Now, 1
		if err := insertHold(tx, h); err != nil {
			return err
		}
		if err := parameter.Keep(tx, h.ID, "", most); err != nil {
			return err
		}
		return journal.Append(tx, holdEntry(h, "held", actor.Account, ""))
	})
}

// until refuses a hold that ends in the past, or later than one assessment may say; it answers by which value.
func (s *Service) until(l Lot, h Hold, now time.Time) (parameter.Used, error) {
	most, u, err := s.params.Days(l.Place, HoldDays, now)
	if err != nil {
		return u, err
	}
	var c input.Check
	c.Bad(!h.Until.After(now) || h.Until.After(now.Add(most)), "until", "range", "留存期限应在今后 "+u.Value+" 天内", "it ends within the next "+u.Value+" days")
	return u, c.Err()
}

// Lift ends a hold before its day.
func (s *Service) Lift(ctx context.Context, hold, command string, version int64, reason string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Text(&reason, "reason", 500, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		h, err := holdByID(tx, hold)
		switch {
		case err != nil:
			return err
		case !actor.May(access.DestructionSee, h.Lot.Place):
			return fault.ErrNotFound
		case !actor.May(access.DestructionHold, h.Lot.Place):
			return fault.ErrForbidden
		}
		if again, err := s.once.Again(tx, command, actor.Account, "destruction_lift", hold, []any{version, reason}); again || err != nil {
			return err
		}
		if _, err := Holds.To(h.State(), "lift"); err != nil {
			return err
		}
		if version != h.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": h.State(), "version": h.Version})
		}
		was := holdEntry(h, "", "", "").Fields()
		h.LiftedBy, h.LiftedAt, h.LiftWhy = actor.Account, tx.Now, reason
		h.Version++
		if err := saveHold(tx, h); err != nil {
			return err
		}
		return journal.Append(tx, holdEntry(h, "lifted", actor.Account, reason).Since(was))
	})
}

// Allowed are the verbs that the actor may use on a destruction now; nobody confirms what they proposed.
func (d Destruction) Allowed(actor access.Actor) (verbs []string) {
	var moves []lifecycle.Move
	if actor.Account != d.By {
		moves = Destructions.Possible(d.State)
	}
	for _, m := range moves {
		if actor.May(access.Verb(m.May), d.Lot.Place) {
			verbs = append(verbs, m.Verb)
		}
	}
	return verbs
}

// Due is how many lots are due that nobody has proposed to destroy, where the actor may.
func (s *Service) Due(tx *db.Tx, actor access.Actor) (n int, err error) {
	spans := actor.Spans(access.DestructionPropose)
	if len(spans) == 0 {
		return 0, nil
	}
	lots, err := s.lotsIn(tx, spans)
	for _, l := range lots {
		if l.State(tx.Now) == "due" {
			n++
		}
	}
	return n, err
}

// ToConfirm is how many acts wait for the actor as second person.
func ToConfirm(tx *db.Tx, actor access.Actor) (n int, err error) {
	spans := actor.Spans(access.DestructionConfirm)
	if len(spans) == 0 {
		return 0, nil
	}
	in, args := place.Where("place", 2, spans)
	err = tx.Get(`SELECT count(*) FROM destruction WHERE state = 'proposed' AND by <> $1 AND `+in, append([]any{actor.Account}, args...), &n)
	return n, err
}

// Reopenable refuses to reopen an incident while what its callers said is being destroyed. For domain/incident.
func Reopenable(tx *db.Tx, incident string) error {
	open, err := openOf(tx, need.IncidentScope(incident))
	if err == nil && open != nil && open.State == "running" {
		err = ErrUnder
	}
	return err
}

// entry is what the journal says of a destruction: what was destroyed, never what it held.
func entry(d Destruction, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "destruction." + verb, Kind: "destruction", Subject: d.ID, Version: d.Version, Place: string(d.Lot.Place), Scope: journal.Desk, Incident: d.Lot.Incident,
		Actor: actor, Reason: reason,
		Body: body{d.Number, d.State, d.Lot.Scope, d.Lot.Key, d.Gone.Reports, d.Gone.Texts, d.Gone.Tokens, d.Gone.Points},
	}
}

type body struct {
	Number  string `json:"number"`
	State   string `json:"state"`
	Lot     string `json:"lot"`
	Key     string `json:"key"`
	Reports int    `json:"reports"`
	Texts   int    `json:"texts"`
	Tokens  int    `json:"tokens"`
	Points  int    `json:"points"`
}

func holdEntry(h Hold, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "destruction." + verb, Kind: "destruction", Subject: h.ID, Version: h.Version, Place: string(h.Lot.Place), Scope: journal.Desk, Incident: h.Lot.Incident,
		Actor: actor, Reason: reason, Body: map[string]any{"hold": h.State(), "lot": h.Lot.Scope, "purpose": h.Purpose, "until": h.Until},
	}
}
