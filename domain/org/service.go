package org

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of mechanisms and their units.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	places *place.Service
	keeper *seal.Keeper
	once   once.Log
}

// New is the service.
func New(ctx context.Context, d *db.DB, c clock.Clock, p *place.Service, k *seal.Keeper) (*Service, error) {
	lookup, err := k.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, clock: c, places: p, keeper: k, once: once.NewLog(lookup)}, nil
}

// ErrExists says that the place has its mechanism already.
var ErrExists = fault.New(fault.Conflict, "mechanism.exists", "本地区已建立现场协调机制", "this place has its mechanism already")

// Found records the mechanism of a place with its units and how they sit. ErrExists when the place has one.
func (s *Service) Found(ctx context.Context, command string, m Mechanism) error {
	actor, err := access.Require(ctx, access.MechanismEdit, m.Place)
	if err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	m.Version = 1
	said := m
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		m := said.copied()
		if again, err := s.once.Again(tx, command, actor.Account, "found", m.ID, m); again || err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(m.Place, tx.Now, "body.place"); err != nil {
			return err
		}
		if err := insertMechanism(tx, m); err != nil {
			return err
		}
		if err := saveMembers(tx, &m); err != nil {
			return err
		}
		return journal.Append(tx, entry(m, "mechanism.founded", actor.Account, ""))
	})
	if db.IsUnique(err) {
		return ErrExists
	}
	return err
}

// Change writes a mechanism anew, with a reason. A unit that is left out keeps its row and its officers as history.
func (s *Service) Change(ctx context.Context, command, reason string, m Mechanism) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	said := m
	return s.db.Update(ctx, func(tx *db.Tx) error {
		m := said.copied()
		before, err := toChange(tx, actor, m.ID)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, command, actor.Account, "change", m.ID, []any{m, reason}); again || err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(before.Place, tx.Now, "path.id"); err != nil {
			return err
		}
		if m.Version != before.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"version": before.Version})
		}
		m.Place, m.Version = before.Place, before.Version+1
		if err := updateMechanism(tx, m); err != nil {
			return err
		}
		if err := saveMembers(tx, &m); err != nil {
			return err
		}
		return journal.Append(tx, entry(m, "mechanism.changed", actor.Account, reason).Since(entry(before, "", "", "").Fields()))
	})
}

// toChange is the mechanism with its row held, if the actor may change it.
func toChange(tx *db.Tx, actor access.Actor, mechanism string) (Mechanism, error) {
	if err := hold(tx, mechanism); err != nil {
		return Mechanism{}, err
	}
	m, err := byID(tx, mechanism)
	switch {
	case err != nil:
		return m, err
	case actor.May(access.MechanismEdit, m.Place):
		return m, nil
	case sees(actor, m.Place):
		return m, fault.ErrForbidden
	}
	return m, fault.ErrNotFound
}

// sees says whether the actor may see the mechanism of p: their own and those below, and those above, which support
// them and which they must be able to call.
func sees(actor access.Actor, p place.Path) bool {
	return actor.May(access.MechanismSee, p) ||
		slices.ContainsFunc(actor.Spans(access.MechanismSee), func(s place.Span) bool { return p.Contains(place.Path(s.From)) })
}

// ErrNotMember says that the unit is not in the mechanism.
var ErrNotMember = fault.New(fault.Conflict, "mechanism.not_member", "该单位不在本机制成员单位之内", "this unit is not in the mechanism")

// Name records who a unit has named as its liaison officer; whoever was in office before becomes history. There is
// never more than one (S004-19).
func (s *Service) Name(ctx context.Context, mechanism string, l Liaison) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var c input.Check
	c.Line(&l.Name, "name", 30, true)
	c.Line(&l.Post, "post", 60, false)
	c.Number(&l.Phone, "phone", 40, true)
	if err := c.Err(); err != nil {
		return err
	}
	key, err := s.keeper.For(ctx, "liaison:"+mechanism)
	if err != nil {
		return err
	}
	sealed, err := key.Seal([]byte(l.Phone), "liaison:"+l.ID)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		m, err := toChange(tx, actor, mechanism)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, l.ID, actor.Account, "name", mechanism+" "+l.Unit, l); again || err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(m.Place, tx.Now, "path.id"); err != nil {
			return err
		}
		of := slices.IndexFunc(m.Members, func(x Member) bool { return x.Unit.ID == l.Unit })
		if of < 0 {
			return ErrNotMember
		}
		m.Version++
		if err := updateMechanism(tx, m); err != nil {
			return err
		}
		l.Since, l.By = tx.Now, actor.Account
		if err := replaceLiaison(tx, mechanism, l, sealed); err != nil {
			return err
		}
		e := entry(m, "mechanism.liaison_named", actor.Account, "")
		e.Body = map[string]any{"unit": l.Unit, "name": m.Members[of].Unit.Name, "replaced": m.Members[of].Liaison != nil}
		return journal.Append(tx, e)
	})
}

// Try records that somebody tried to reach a liaison officer, and whether they were (S004-19, S004-62).
func (s *Service) Try(ctx context.Context, command, mechanism, liaison string, reached bool) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		m, err := toChange(tx, actor, mechanism)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, command, actor.Account, "try", liaison, reached); again || err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE liaison SET tried_at = $1, reached = $2 WHERE id = $3 AND mechanism = $4 AND until = 0`, clock.Micro(tx.Now), reached, liaison, mechanism)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.ErrNotFound
		}
		m.Version++
		if err := updateMechanism(tx, m); err != nil {
			return err
		}
		verb := "mechanism.liaison_not_reached"
		if reached {
			verb = "mechanism.liaison_reached"
		}
		e := entry(m, verb, actor.Account, "")
		e.Body = map[string]string{"liaison": liaison}
		return journal.Append(tx, e)
	})
}

// Reveal shows the number of a liaison officer. It takes a purpose, and the journal keeps who saw it and what for.
func (s *Service) Reveal(ctx context.Context, mechanism, liaison, purpose string) (phone string, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return "", err
	}
	var c input.Check
	c.Text(&purpose, "purpose", 200, true)
	if err := c.Err(); err != nil {
		return "", err
	}
	var sealed []byte
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		m, err := byID(tx, mechanism)
		if err != nil {
			return err
		}
		if !sees(actor, m.Place) {
			return fault.ErrNotFound
		}
		if len(actor.Spans(access.MechanismCall)) == 0 {
			return fault.ErrForbidden
		}
		if err := tx.Get(`SELECT phone FROM liaison WHERE id = $1 AND mechanism = $2`, []any{liaison, mechanism}, &sealed); err != nil {
			return err
		}
		e := entry(m, "mechanism.revealed", actor.Account, purpose)
		e.Body = map[string]string{"liaison": liaison}
		return journal.Append(tx, e)
	})
	if err != nil {
		return "", err
	}
	open, err := s.keeper.Open(ctx, sealed, "liaison:"+liaison)
	return string(open), err
}

// Mechanisms are those that the actor may see, the highest place first.
func (s *Service) Mechanisms(ctx context.Context) (list []Mechanism, err error) {
	actor, _, err := access.RequireAnywhere(ctx, access.MechanismSee)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, err := mechanisms(tx)
		list = slices.DeleteFunc(all, func(m Mechanism) bool { return !sees(actor, m.Place) })
		return err
	})
	return list, err
}

// Whole is a mechanism with everything around it.
type Whole struct {
	Mechanism
	Former  []Liaison // officers who were replaced, newest first
	History []journal.Row
	MayEdit bool
}

// Get is one mechanism; not found when the actor may not see it.
func (s *Service) Get(ctx context.Context, mechanism string) (w Whole, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	phones := map[string][]byte{}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if w.Mechanism, err = byID(tx, mechanism); err != nil {
			return err
		}
		if !sees(actor, w.Place) {
			return fault.ErrNotFound
		}
		if w.Former, err = former(tx, mechanism); err != nil {
			return err
		}
		if err := phonesOf(tx, mechanism, phones); err != nil {
			return err
		}
		w.History, err = journal.Of(tx, "mechanism", mechanism, 200)
		return err
	})
	if err != nil {
		return w, err
	}
	w.MayEdit = actor.May(access.MechanismEdit, w.Place) && s.places.Tree().Ended(w.Place, s.clock.Now()).IsZero()
	for i := range w.Members {
		if l := w.Members[i].Liaison; l != nil {
			open, err := s.keeper.Open(ctx, phones[l.ID], "liaison:"+l.ID)
			if err != nil {
				return w, err
			}
			l.Phone = string(open)
		}
	}
	return w, nil
}

// Nearest is the mechanism that is responsible for a place: its own or the next above that has one. For contexts above;
// not found when there is none.
func Nearest(tx *db.Tx, p place.Path) (Mechanism, error) {
	for {
		found, err := atPlace(tx, p)
		if err != nil || found != "" {
			if err != nil {
				return Mechanism{}, err
			}
			return byID(tx, found)
		}
		if p == place.Root {
			return Mechanism{}, fault.ErrNotFound
		}
		p = p.Parent()
	}
}

// copied is the mechanism with members of its own: what a command says stays as it was said, however often its transaction is
// run again.
func (m Mechanism) copied() Mechanism {
	m.Members = slices.Clone(m.Members)
	return m
}

func entry(m Mechanism, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: verb, Kind: "mechanism", Subject: m.ID, Version: m.Version, Place: string(m.Place), Scope: journal.Desk, Actor: actor, Reason: reason,
		Body: map[string]any{"name": m.Name, "units": len(m.Members)},
	}
}

// newUnit is a unit under a fresh id.
func newUnit(u Unit, p place.Path) Unit {
	u.ID, u.Place = id.New(), p
	return u
}
