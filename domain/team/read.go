package team

import (
	"context"
	"encoding/json"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Whole is a team with everything around it.
type Whole struct {
	Team
	History []journal.Row // newest last
	Allowed []string      // verbs of the legal status that are possible for the actor now
	Edits   bool          // the actor may change people, vehicles, equipment and insurance
	Keeps   bool          // the actor may change what the record says of the team
	Reveals bool          // the actor may see a number
}

// maxHistory bounds the history shown with a team.
const maxHistory = 200

// Get is one team; not found when the actor may not see it.
func (s *Service) Get(ctx context.Context, team string) (Whole, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Whole{}, err
	}
	var w Whole
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if w.Team, err = See(tx, actor, access.TeamSee, team); err != nil {
			return err
		}
		w.History, err = journal.Of(tx, "team", team, maxHistory)
		return err
	})
	if err != nil {
		return Whole{}, err
	}
	w.Edits, w.Reveals = may(actor, access.TeamEdit, w.Team) == nil, may(actor, access.TeamReveal, w.Team) == nil
	w.Keeps = may(actor, access.TeamRegister, w.Team) == nil
	for _, m := range Legals.Possible(w.Legal) {
		if may(actor, access.Verb(m.May), w.Team) == nil {
			w.Allowed = append(w.Allowed, m.Verb)
		}
	}
	w.Contact, err = s.contactOf(ctx, w.Team)
	return w, err
}

func (s *Service) contactOf(ctx context.Context, t Team) (c Contact, err error) {
	if len(t.contact) == 0 {
		return c, nil
	}
	plain, err := s.keeper.Open(ctx, t.contact, "team:"+t.ID+":contact")
	if err != nil {
		return c, fault.Wrap(err, "contact of a team")
	}
	return c, json.Unmarshal(plain, &c)
}

// Led is the team that the actor leads; forbidden when there is none.
func (s *Service) Led(ctx context.Context) (t Team, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Team{}, err
	}
	led := actor.Teams(access.TeamOwn)
	if len(led) == 0 {
		return Team{}, fault.ErrForbidden
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		t, err = ByID(tx, led[0])
		return err
	})
	return t, err
}

// Reveal shows the phone of a team's contact for a purpose that is journalled.
func (s *Service) Reveal(ctx context.Context, team, purpose string) (Contact, error) {
	if f := line(&purpose, "body.purpose", maxReason, true); f != nil {
		return Contact{}, fault.Invalids(*f)
	}
	actor, err := access.From(ctx)
	if err != nil {
		return Contact{}, err
	}
	var t Team
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if t, err = See(tx, actor, access.TeamReveal, team); err != nil {
			return err
		}
		return journal.Append(tx, said(t, "contact_revealed", "", actor, purpose))
	})
	if err != nil {
		return Contact{}, err
	}
	return s.contactOf(ctx, t)
}

// Names finds teams by name for those who name one without seeing it: the security administrator who grants a leader
// the own team. With ids it is these teams. Name and home are all that is told.
func (s *Service) Names(ctx context.Context, query string, ids []string) (list []Team, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	spans := actor.Spans(access.TeamSee)
	if all := actor.Spans(access.AccountSee); len(all) > 0 {
		spans = all
	}
	led := actor.Teams(access.TeamOwn)
	if len(spans) == 0 && len(led) == 0 {
		return nil, fault.ErrForbidden
	}
	const limit = 20
	err = s.db.View(ctx, func(tx *db.Tx) error {
		q := newQuery()
		q.spans("t.place", spans)
		if len(spans) == 0 { // who leads a team knows its name
			q.conds = []string{"t.id IN (" + q.list(led) + ")"}
		}
		page := Page{}
		if len(ids) > 0 {
			q.and("t.id IN (" + q.list(ids[:min(len(ids), maxPage)]) + ")")
		} else {
			q.named(query)
			if err := q.narrow(tx); err != nil {
				return err
			}
		}
		if err := ordered(tx, q, Filter{Limit: max(limit, len(ids))}, &page); err != nil {
			return err
		}
		list = list[:0]
		for _, f := range page.Items {
			list = append(list, Team{ID: f.ID, Name: f.Name, Home: f.Home})
		}
		return nil
	})
	return list, err
}

// NamesOf are the names of teams by id. For contexts above, which decide who may know of them.
func NamesOf(tx *db.Tx, ids []string) (map[string]string, error) {
	names := map[string]string{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 {
		return names, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	err := tx.Each(func(sc db.Scanner) error {
		var id, name string
		err := sc.Scan(&id, &name)
		names[id] = name
		return err
	}, `SELECT id, name FROM team WHERE id IN (`+db.List(1, len(args))+`)`, args...)
	return names, err
}
