package reception

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// ErrPeopleThere says that a point cannot close while teams with people inside were received there.
var ErrPeopleThere = fault.New(fault.Conflict, "point.people_there", "该点还有在场队伍，不能停用", "teams with people inside belong to this point")

func (p *Point) check() error {
	var c input.Check
	c.One(p.Kind, "kind", PointKinds...)
	c.Line(&p.Name, "name", 40, true)
	c.Line(&p.Contact, "contact", 60, false)
	c.Bad(p.Where != nil && !p.Where.Valid(), "where", "range", "坐标有误", "this position is not right")
	return c.Err()
}

// FirstPoint makes the reception point that every incident begins with, at the place that commands it (S004-48). It is
// done in the transaction of the activation; the group changes it afterwards.
func (s *Service) FirstPoint(tx *db.Tx, i incident.Incident, by string) error {
	p := Point{ID: id.New(), Incident: i.ID, Kind: "reception", Name: "接待报备点", Place: i.Place, Open: true, CreatedAt: tx.Now, Version: 1}
	if err := insertPoint(tx, p); err != nil {
		return err
	}
	return journal.Append(tx, pointEntry(p, i, "added", by, ""))
}

// AddPoint opens a point of an incident. For the coordination group.
func (s *Service) AddPoint(ctx context.Context, p Point) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	said := p
	return s.db.Update(ctx, func(tx *db.Tx) error {
		p := p
		i, err := incident.ByID(tx, p.Incident)
		switch {
		case err != nil:
			return err
		case !sees(actor, i):
			return fault.ErrNotFound
		}
		if err := leads(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, p.ID, actor.Account, "point_add", p.ID, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(p.Place, tx.Now, "body.place"); err != nil {
			return err
		}
		if !i.Covers(s.places.Tree(), p.Place, tx.Now) {
			return fault.InvalidField("body.place", "outside", "不在本次事件涉及地区内", "this lies outside the incident")
		}
		p.Open, p.CreatedAt, p.Version = true, tx.Now, 1
		if err := insertPoint(tx, p); err != nil {
			return err
		}
		return journal.Append(tx, pointEntry(p, i, "added", actor.Account, ""))
	})
}

// ChangePoint puts right what is said of a point; p has its id and the version that was read. It returns the incident.
func (s *Service) ChangePoint(ctx context.Context, id string, p Point) (incidentID string, err error) {
	if err := p.check(); err != nil {
		return "", err
	}
	return s.onPoint(ctx, id, p.ID, "change", "changed", p.Version, "", p, func(tx *db.Tx, i incident.Incident, now *Point) error {
		if p.Place != now.Place {
			if err := s.places.Tree().RefuseEnded(p.Place, tx.Now, "body.place"); err != nil {
				return err
			}
		}
		if !i.Covers(s.places.Tree(), p.Place, tx.Now) {
			return fault.InvalidField("body.place", "outside", "不在本次事件涉及地区内", "this lies outside the incident")
		}
		now.Kind, now.Name, now.Place, now.Where, now.Contact = p.Kind, p.Name, p.Place, p.Where, p.Contact
		return nil
	})
}

// ClosePoint closes a point, with a reason; not while people are inside that were received there. It returns the incident.
func (s *Service) ClosePoint(ctx context.Context, id, point string, version int64, reason string) (incidentID string, err error) {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return "", err
	}
	return s.onPoint(ctx, id, point, "close", "closed", version, reason, []any{version, reason}, func(tx *db.Tx, _ incident.Incident, p *Point) error {
		var n int
		if err := tx.Get(`SELECT count(*) FROM party WHERE incident = $1 AND point = $2 AND people > 0`, []any{p.Incident, point}, &n); err != nil {
			return err
		}
		if n > 0 {
			return ErrPeopleThere
		}
		p.Open = false
		return nil
	})
}

// onPoint is the walk of every use case on one point.
func (s *Service) onPoint(ctx context.Context, id, point, verb, past string, version int64, reason string, said any, change func(*db.Tx, incident.Incident, *Point) error) (incidentID string, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE site_point SET version = version WHERE id = $1`, point); err != nil {
			return err
		}
		p, err := PointByID(tx, point)
		if err != nil {
			return err
		}
		incidentID = p.Incident
		i, err := incident.ByID(tx, p.Incident)
		switch {
		case err != nil:
			return err
		case !sees(actor, i):
			return fault.ErrNotFound
		}
		if err := leads(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "point_"+verb, point, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		switch {
		case version != 0 && version != p.Version:
			return fault.ErrVersionStale.WithCurrent(map[string]any{"version": p.Version})
		case !p.Open:
			return fault.Transition().WithCurrent(map[string]any{"open": false, "version": p.Version})
		}
		was := pointEntry(p, i, "", "", "").Fields().Without("contact")
		if err := change(tx, i, &p); err != nil {
			return err
		}
		p.Version++
		if err := savePoint(tx, p); err != nil {
			return err
		}
		return journal.Append(tx, pointEntry(p, i, past, actor.Account, reason).Since(was))
	})
	return incidentID, err
}

func pointEntry(p Point, i incident.Incident, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "point." + verb, Kind: "point", Subject: p.ID, Version: p.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID, Actor: actor, Reason: reason,
		Body: map[string]any{"kind": p.Kind, "name": p.Name, "place": p.Place, "contact": p.Contact, "open": p.Open, "places": i.Places},
	}
}
