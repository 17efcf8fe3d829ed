package reception

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
)

// ErrNoHost says that walk-ins cannot join a team that is not checked in itself.
var ErrNoHost = fault.New(fault.Conflict, "reception.no_host", "只能加入已办理到场报备的队伍", "walk-ins join a team that is checked in")

// WalkIn lets a volunteer who came alone join a host team (S000-13). How a person is known: paper, else phone; who
// has neither, because the desk has made sure that nobody inside is this person.
func (s *Service) WalkIn(ctx context.Context, id, party string, version int64, n Newcomer) error {
	var c input.Check
	n.proper(&c, "person")
	c.Bad(n.Number == "" && n.Phone == "" && !n.Apart, "person.phone", "missing", "请填写电话或证件号码", "give a phone or the number of a paper")
	if err := c.Err(); err != nil {
		return err
	}
	p, _, err := s.before(ctx, party)
	if err != nil {
		return err
	}
	rows, err := s.single(ctx, p, n)
	if err != nil {
		return err
	}
	return s.on(ctx, party, command{id: id, verb: "walk_in", past: "walk_in", version: version, said: []any{version, n}}, func(x *step) error {
		if x.State != "checked_in" {
			return ErrNoHost
		}
		at, err := PointByID(x.tx, x.Point)
		if err != nil {
			return err
		}
		x.about["apart"] = n.Apart
		return rows.settle(x.tx, x.ID, x.Incident, at, x.tx.Now)
	})
}

// single makes the row of one walk-in.
func (s *Service) single(ctx context.Context, p Party, n Newcomer) (r ready, err error) {
	key, err := s.keeper.For(ctx, "party:"+p.ID)
	if err != nil {
		return r, err
	}
	x, err := s.newcomer(ctx, n, p.Incident, nil)
	if err != nil {
		return r, err
	}
	x.Party, x.Kind, x.Post = p.ID, "walk_in", n.Post
	return r, r.add(key, x, "person")
}

// Out records that a person leaves before the party does: rotated, injured, to hospital, to another party; or that the
// row was a mistake. Whoever is hurt leaves a mission as well.
type Out struct {
	ID       string // of the command
	Version  int64
	Presence string
	Why      string // of Outs
	Note     string
}

// noteOf is where the note on a person stands.
func noteOf(presence string) string { return "presence:" + presence + ":note" }

// Leave takes a person out of a party.
func (s *Service) Leave(ctx context.Context, party string, o Out) error {
	var c input.Check
	c.One(o.Why, "why", Outs...)
	c.Text(&o.Note, "note", 200, o.Why == "mistaken")
	if err := c.Err(); err != nil {
		return err
	}
	key, err := s.keyOf(ctx, party)
	if err != nil {
		return err
	}
	note, err := key.Text(o.Note, noteOf(o.Presence))
	if err != nil {
		return err
	}
	return s.on(ctx, party, command{id: o.ID, verb: "person_out", past: "person_out", version: o.Version, said: o}, func(x *step) error {
		list, err := presencesWhere(x.tx, `id = $1 AND party = $2`, o.Presence, x.ID)
		switch {
		case err != nil:
			return err
		case len(list) == 0:
			return fault.ErrNotFound
		}
		if slices.Contains([]string{"injured", "hospital"}, o.Why) {
			if err := s.offMission(x, list[0]); err != nil {
				return err
			}
		}
		gone, err := out(x.tx, Presence{ID: o.Presence, Party: x.ID, OutAt: x.tx.Now, OutWhy: o.Why, OutNote: note})
		if err != nil {
			return err
		}
		if !gone {
			f, err := whyNot(x.tx, "presence", "body.presence", o.Presence, x.ID)
			if err != nil {
				return err
			}
			return fault.Invalids(f)
		}
		x.about["why"], x.about["kind"] = o.Why, list[0].Kind
		return countMissing(x.tx, x.Party)
	})
}

// offMission takes somebody who is hurt off the mission, which goes on without them.
func (s *Service) offMission(x *step, p Presence) error {
	if p.Mission == "" || !p.OutAt.IsZero() {
		return nil
	}
	if _, err := x.tx.Exec(`UPDATE presence SET mission = '' WHERE id = $1 AND out_at = 0`, p.ID); err != nil || s.hurt == nil {
		return err
	}
	return s.hurt(x.tx, p.Mission, p.ID, x.actor.Account)
}

// Return lets a person in again who had left the party: back from hospital, back from rest.
func (s *Service) Return(ctx context.Context, id, party string, version int64, presence string) error {
	if _, _, err := s.before(ctx, party); err != nil {
		return err
	}
	rows, err := s.again(ctx, party, presence)
	if err != nil {
		return err
	}
	return s.on(ctx, party, command{id: id, verb: "person_back", past: "person_back", version: version, said: []any{version, presence}}, func(x *step) error {
		if !x.Inside() {
			return Parties.Refuse(x.State)
		}
		at, err := PointByID(x.tx, x.Point)
		if err != nil {
			return err
		}
		if err := rows.settle(x.tx, x.ID, x.Incident, at, x.tx.Now); err != nil {
			return err
		}
		return countMissing(x.tx, x.Party)
	})
}

// again makes the row of a person who was in the party before.
func (s *Service) again(ctx context.Context, party, presence string) (r ready, err error) {
	var list []Presence
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		list, err = presencesWhere(tx, `id = $1 AND party = $2`, presence, party)
		return err
	}); err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, fault.ErrNotFound
	}
	x := list[0]
	if x.Who, err = s.open(ctx, x.sealed, "presence:"+x.ID); err != nil {
		return r, err
	}
	key, err := s.keeper.For(ctx, "party:"+party)
	if err != nil {
		return r, err
	}
	x.ID = id.New()
	return r, r.add(key, x, "presence")
}

// RideOut records that a vehicle leaves before the party does.
func (s *Service) RideOut(ctx context.Context, id, party string, version int64, ride string) error {
	return s.on(ctx, party, command{id: id, verb: "ride_out", past: "ride_out", version: version, said: []any{version, ride}}, func(x *step) error {
		gone, err := rideOut(x.tx, x.ID, ride, x.tx.Now)
		if err != nil || gone {
			return err
		}
		f, err := whyNot(x.tx, "presence_vehicle", "body.ride", ride, x.ID)
		if err != nil {
			return err
		}
		return fault.Invalids(f)
	})
}

// Reveal shows the number of who leads a party on site, or of one of its people, for a purpose that is journalled.
func (s *Service) Reveal(ctx context.Context, party, presence, purpose string) (w Who, err error) {
	var c input.Check
	c.Line(&purpose, "purpose", 200, true)
	if err := c.Err(); err != nil {
		return w, err
	}
	actor, err := access.From(ctx)
	if err != nil {
		return w, err
	}
	var sealed []byte
	row := "party:" + party + ":contact"
	if err := s.db.Update(ctx, func(tx *db.Tx) error {
		p, i, err := find(tx, actor, party)
		if err != nil {
			return err
		}
		if err := reveals(tx, actor, i, p); err != nil {
			return err
		}
		sealed = p.sealed
		if presence != "" {
			list, err := presencesWhere(tx, `id = $1 AND party = $2`, presence, party)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				return fault.ErrNotFound
			}
			sealed, row = list[0].sealed, "presence:"+presence
		}
		return tell(tx, p, i, nil, "revealed", actor.Account, purpose, map[string]any{"person": presence})
	}); err != nil {
		return w, err
	}
	return s.open(ctx, sealed, row)
}

// reveals says whether the actor may see names and numbers of a party: its leader, and whoever receives teams.
func reveals(tx *db.Tx, a access.Actor, i incident.Incident, p Party) error {
	if owns(a, p.Team) {
		return nil
	}
	return works(tx, a, i)
}
