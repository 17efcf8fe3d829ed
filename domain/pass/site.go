package pass

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// near says whether the actor may see the order of the site: who sees the incident, and the gates of a place it touches.
func near(a access.Actor, i incident.Incident) bool {
	return i.Seen(a) || at(a, access.PassSee, i.ID, i.Place) || slices.ContainsFunc(i.Places, func(p place.Path) bool {
		return slices.ContainsFunc(a.Spans(access.PassSee), func(s place.Span) bool { return s.Contains(p) || p.Contains(place.Path(s.From)) })
	})
}

// act is a command in an incident: what it is, what it says, and who may know of what it changes.
type act struct {
	command, incident, verb string
	said                    any
	sees                    func(access.Actor, incident.Incident) bool
}

// do is the walk of every such command: may the actor see it and change it, was it done before, does the incident run;
// change, say so. What the change returns is told with place, incident and actor filled in.
func (s *Service) do(ctx context.Context, x act, change func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error)) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, x.incident)
		if err != nil {
			return err
		}
		if !x.sees(actor, i) {
			return fault.ErrNotFound
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, x.command, actor.Account, x.verb, x.incident, x.said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		row, err := change(tx, i, actor)
		if err != nil {
			return err
		}
		row.Place, row.Scope, row.Incident, row.Actor = string(i.Place), journal.Desk, i.ID, actor.Account
		return journal.Append(tx, row)
	})
}

// within is do for the order of the site.
func (s *Service) within(ctx context.Context, id, incidentID, verb string, said any, change func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error)) error {
	return s.do(ctx, act{id, incidentID, "site_" + verb, said, near}, change)
}

func told(verb, subject string, version int64, i incident.Incident, with map[string]any) journal.Entry {
	with["places"] = i.Places
	return journal.Entry{Verb: verb, Kind: "site", Subject: subject, Version: version, Body: with}
}

// touched says whether a place lies in what the incident touches, or that in it: in whoever took it over where it has ended.
func (s *Service) touched(i incident.Incident, p place.Path, at time.Time) bool {
	tree := s.places.Tree()
	return i.Touches(tree, p, at) || slices.ContainsFunc(i.Places, func(x place.Path) bool {
		return p.Contains(x) || slices.ContainsFunc(tree.Seats(x, at), p.Contains)
	})
}

// SetZone records a zone that an authority set. The same id twice is one; a name is in force once in an incident.
func (s *Service) SetZone(ctx context.Context, z Zone) error {
	said := z
	return s.within(ctx, z.ID, z.Incident, "zone_set", said, func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error) {
		z := said
		if err := z.check(tx.Now); err != nil { // asked here: sent again when the zone has ended, it is still the zone that was set
			return journal.Entry{}, err
		}
		for _, p := range z.Area.Places {
			if err := s.places.Tree().RefuseEnded(p, tx.Now, "body.area"); err != nil {
				return journal.Entry{}, err
			}
		}
		if slices.ContainsFunc(z.Area.Places, func(p place.Path) bool { return !s.touched(i, p, tx.Now) }) {
			return journal.Entry{}, fault.InvalidField("body.area", "elsewhere", "所选地区不在事件涉及地区内", "a place is not touched by the incident")
		}
		z.CreatedAt, z.CreatedBy, z.Version = tx.Now, actor.Account, 1
		n, err := insertZone(tx, z)
		if err == nil && n == 0 {
			err = ErrZoneName
		}
		return told("zone.set", z.ID, 1, i, map[string]any{"name": z.Name, "kind": z.Kind, "setBy": z.SetBy, "begins": z.Begins, "ends": z.Ends}), err
	})
}

// LiftZone ends a zone, with a reason.
func (s *Service) LiftZone(ctx context.Context, id, incidentID, zone string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, id, incidentID, "zone_lift", []any{zone, version, reason}, func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error) {
		z, err := holdZone(tx, i.ID, zone)
		switch {
		case err != nil:
			return journal.Entry{}, err
		case !z.LiftedAt.IsZero():
			return journal.Entry{}, ErrLifted
		case version != 0 && version != z.Version:
			return journal.Entry{}, fault.ErrVersionStale.WithCurrent(map[string]any{"version": z.Version})
		}
		z.LiftedAt, z.LiftedBy, z.Why = tx.Now, actor.Account, reason
		z.Version++
		return told("zone.lifted", z.ID, z.Version, i, map[string]any{"name": z.Name, "kind": z.Kind}), liftZone(tx, z)
	})
}

// OpenPoint sets up an access point. The gates have it in their next list.
func (s *Service) OpenPoint(ctx context.Context, p Point) error {
	if err := p.check(); err != nil {
		return err
	}
	said := p
	return s.within(ctx, p.ID, p.Incident, "point_open", said, func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error) {
		p := said
		if err := s.places.Tree().RefuseEnded(p.Place, tx.Now, "body.place"); err != nil {
			return journal.Entry{}, err
		}
		if !s.touched(i, p.Place, tx.Now) {
			return journal.Entry{}, ErrElsewhere
		}
		if p.Zone != "" {
			z, err := holdZone(tx, i.ID, p.Zone)
			switch {
			case errors.Is(err, fault.ErrNotFound) || err == nil && !z.LiftedAt.IsZero():
				return journal.Entry{}, ErrNoZone
			case err != nil:
				return journal.Entry{}, err
			}
		}
		p.CreatedAt, p.CreatedBy, p.Version = tx.Now, actor.Account, 1
		n, err := insertPoint(tx, p)
		if err == nil && n == 0 {
			err = ErrPointName
		}
		if err == nil {
			err = nextList(tx)
		}
		return told("access_point.opened", p.ID, 1, i, map[string]any{"name": p.Name, "zone": p.Zone, "destination": p.Place}), err
	})
}

// ClosePoint takes an access point away, with a reason. What gates noted there before stays, also when it arrives later.
func (s *Service) ClosePoint(ctx context.Context, id, incidentID, point string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, id, incidentID, "point_close", []any{point, version, reason}, func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error) {
		p, err := holdPoint(tx, point)
		switch {
		case err != nil:
			return journal.Entry{}, err
		case p.Incident != i.ID:
			return journal.Entry{}, fault.ErrNotFound
		case !p.ClosedAt.IsZero():
			return journal.Entry{}, ErrClosed
		case version != 0 && version != p.Version:
			return journal.Entry{}, fault.ErrVersionStale.WithCurrent(map[string]any{"version": p.Version})
		}
		p.ClosedAt, p.ClosedBy, p.Why = tx.Now, actor.Account, reason
		p.Version++
		if err := closePoint(tx, p); err != nil {
			return journal.Entry{}, err
		}
		return told("access_point.closed", p.ID, p.Version, i, map[string]any{"name": p.Name, "zone": p.Zone, "destination": p.Place}), nextList(tx)
	})
}

// Went is how many passages were noted at an access point.
type Went struct{ In, Out, Refused int }

// Site is the order of the site of an incident.
type Site struct {
	Zones  []Zone
	Points []Point
	Went   map[string]Went // by point; "" for gates without one
	Edits  bool            // the actor may set zones and open access points
	Now    time.Time
}

// SiteOf are the zones and access points of an incident, those that are over among them, with what was noted there.
func (s *Service) SiteOf(ctx context.Context, incidentID string) (site Site, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return site, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, incidentID)
		if err != nil {
			return err
		}
		if !near(actor, i) {
			return fault.ErrNotFound
		}
		site = Site{Went: map[string]Went{}, Edits: i.Open() && works(tx, actor, i) == nil, Now: tx.Now}
		if site.Zones, err = zonesWhere(tx, `incident = $1 ORDER BY created_at, id`, incidentID); err != nil {
			return err
		}
		for n, z := range site.Zones {
			site.Zones[n].Outside = s.places.Tree().Beyond(z.Area.points(), i.Places, tx.Now)
		}
		if site.Points, err = pointsWhere(tx, `incident = $1 ORDER BY created_at, id`, incidentID); err != nil {
			return err
		}
		return tx.Each(func(sc db.Scanner) error {
			var point, direction string
			var n int
			err := sc.Scan(&point, &direction, &n)
			w := site.Went[point]
			switch direction {
			case "in":
				w.In = n
			case "out":
				w.Out = n
			case "refused":
				w.Refused = n
			}
			site.Went[point] = w
			return err
		}, `SELECT point, direction, count(*) FROM passage WHERE incident = $1 GROUP BY point, direction`, incidentID)
	})
	return site, err
}

// PassageLog is a part of the log of entries and exits, newest first.
type PassageLog struct {
	Items []Passage
	Next  string
}

// LogFilter says which passages a log shows.
type LogFilter struct {
	Point  string // access point; "": all of them
	Figure string // what this figure counts; "": every passage
	Cursor string
	Limit  int
}

// LogOf is who and what passed the gates of an incident. Gates see what was noted at their places.
func (s *Service) LogOf(ctx context.Context, incidentID string, f LogFilter) (l PassageLog, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return l, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, incidentID)
		if err != nil {
			return err
		}
		wide := at(actor, access.PassSee, i.ID, i.Place)
		if !wide && (!near(actor, i) || len(actor.Spans(access.PassSee)) == 0) {
			return fault.ErrNotFound
		}
		where, args, err := f.where(tx, s.places.Tree(), i)
		if err != nil {
			return err
		}
		if !wide {
			inside, more := place.Where("place", len(args)+1, actor.Spans(access.PassSee))
			where, args = where+" AND ("+inside+")", append(args, more...)
		}
		l = PassageLog{}
		l.Items, err = passagesWhere(tx, where+fmt.Sprintf(" ORDER BY at DESC, id DESC LIMIT %d", f.Limit+1), args...)
		if err == nil && len(l.Items) > f.Limit {
			l.Items = l.Items[:f.Limit]
			last := l.Items[f.Limit-1]
			l.Next = fmt.Sprintf("%d.%s", clock.Micro(last.At), last.ID)
		}
		return err
	})
	return l, err
}

func (f LogFilter) where(tx *db.Tx, tree *place.Tree, i incident.Incident) (where string, args []any, err error) {
	where, args, err = counted(tx, tree, i, f.Figure)
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if f.Point != "" {
		where += " AND point = " + arg(f.Point)
	}
	if err == nil && f.Cursor != "" {
		moment, id, found := strings.Cut(f.Cursor, ".")
		n, bad := strconv.ParseInt(moment, 10, 64)
		if !found || bad != nil {
			return "", nil, fault.InvalidField("query.cursor", "cursor_invalid", "翻页参数有误，请回到第一页", "this page cannot be found; go back to the first one")
		}
		m := arg(n)
		where += " AND (at < " + m + " OR (at = " + m + " AND id < " + arg(id) + "))"
	}
	return where, args, err
}
