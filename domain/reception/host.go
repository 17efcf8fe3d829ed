package reception

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// ErrHosted says that the people of a group were taken in by a host team.
var ErrHosted = fault.New(fault.Conflict, "reception.hosted", "该队人员已编入其他队伍，随其离场和返回", "the people of this group joined a host team, and leave and go home with it")

// JoinHost moves everybody of a group that came without approval into a team that is checked in, with their vehicles and
// equipment (S000-13): the way in for people whose group cannot be approved. They stay inside all the time, as walk-ins of
// the host; the group is there no more and nothing is awaited of it.
func (s *Service) JoinHost(ctx context.Context, id, party string, version int64, host string) error {
	if host == party {
		return fault.InvalidField("body.host", "same", "请选择另一支队伍", "choose another team")
	}
	rows, from, err := s.moving(ctx, party, host)
	if err != nil {
		return err
	}
	cmd := command{
		id: id, verb: "join_host", past: "joined_host", version: version, said: []any{version, host}, moves: true, may: decides,
		first: func(tx *db.Tx, party string) error { return holdAll(tx, party, host) },
	}
	return s.on(ctx, party, cmd, func(x *step) error {
		h, err := ByID(x.tx, host)
		switch {
		case errors.Is(err, sql.ErrNoRows) || (err == nil && h.Incident != x.Incident):
			return fault.InvalidField("body.host", "unknown", "没有这支到场队伍", "there is no such team on site")
		case err != nil:
			return err
		case h.State != "checked_in":
			return ErrNoHost
		case x.actor.Belongs(h.side(), h.Incident):
			return decides(x.tx, x.actor, x.incident, h)
		}
		was := entry(h, x.incident, "", "", "", nil).Fields()
		if err := from.leave(x); err != nil {
			return err
		}
		at, err := PointByID(x.tx, h.Point)
		if err != nil {
			return err
		}
		if err := rows.settle(x.tx, h.ID, h.Incident, at, x.tx.Now); err != nil {
			return err
		}
		x.Host, x.LeftAt = h.ID, x.tx.Now
		x.about["host"], x.about["persons"], x.about["rides"] = h.ID, len(rows.people), len(rows.rides)
		h.Version++
		if err := saveParty(x.tx, h); err != nil {
			return err
		}
		return tell(x.tx, h, x.incident, was, "took_in", x.actor.Account, "", map[string]any{"group": x.ID, "persons": len(rows.people), "rides": len(rows.rides)})
	})
}

// holdAll holds parties, in the order in which everybody does.
func holdAll(tx *db.Tx, parties ...string) error {
	slices.Sort(parties)
	for _, p := range parties {
		if err := hold(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// gone is who and what leaves a party for another, as it was read before the transaction.
type gone struct {
	people []Presence
	rides  []Ride
	items  []Item
}

func inside(tx *db.Tx, party string) (g gone, err error) {
	if g.people, err = presencesWhere(tx, `party = $1 AND out_at = 0 ORDER BY person`, party); err != nil {
		return g, err
	}
	if g.rides, err = ridesWhere(tx, `party = $1 AND out_at = 0 ORDER BY plate, colour`, party); err != nil {
		return g, err
	}
	g.items, err = itemsOf(tx, party)
	return g, err
}

// moving makes the rows in the host of everybody inside of a party. Not inside a transaction: names are sealed anew.
func (s *Service) moving(ctx context.Context, party, host string) (r ready, from gone, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return r, from, err
	}
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		p, i, err := find(tx, actor, party)
		if err != nil {
			return err
		}
		if err := decides(tx, actor, i, p); err != nil {
			return err
		}
		from, err = inside(tx, party)
		return err
	}); err != nil {
		return r, from, err
	}
	key, err := s.keyOf(ctx, host)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.InvalidField("body.host", "unknown", "没有这支到场队伍", "there is no such team on site")
	}
	if err != nil {
		return r, from, err
	}
	for _, x := range from.people {
		who, err := s.open(ctx, x.sealed, "presence:"+x.ID)
		if err != nil {
			return r, from, err
		}
		x.ID, x.Party, x.Kind, x.Listed, x.Who = id.New(), host, "walk_in", false, who
		if err := r.add(key, x, "host"); err != nil {
			return r, from, err
		}
	}
	for _, v := range from.rides {
		v.ID, v.Party, v.Listed = id.New(), host, false
		r.rides, r.spots = append(r.rides, v), append(r.spots, "host")
	}
	for _, t := range from.items {
		if t.Came > 0 {
			r.items = append(r.items, Item{Kind: t.Kind, Came: t.Came})
		}
	}
	return r, from, nil
}

// leave takes everybody out of the group; who came or left since it was read makes the command stale.
func (g gone) leave(x *step) error {
	now, err := inside(x.tx, x.ID)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(now.people, g.people, func(a, b Presence) bool { return a.ID == b.ID }) &&
		slices.EqualFunc(now.rides, g.rides, func(a, b Ride) bool { return a.ID == b.ID }) && slices.Equal(now.items, g.items)
	if !same {
		return fault.ErrVersionStale.WithCurrent(map[string]any{"state": x.from, "version": x.Version})
	}
	for _, p := range g.people {
		if _, err := out(x.tx, Presence{ID: p.ID, Party: x.ID, OutAt: x.tx.Now, OutWhy: "transferred"}); err != nil {
			return err
		}
	}
	for _, v := range g.rides {
		if _, err := rideOut(x.tx, x.ID, v.ID, x.tx.Now); err != nil {
			return err
		}
	}
	for _, t := range g.items {
		if err := countItem(x.tx, x.ID, t.Kind, t.Came); err != nil {
			return err
		}
	}
	return nil
}
