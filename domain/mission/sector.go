package mission

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// ErrMissionsThere says that a sector cannot close while missions run in it.
var ErrMissionsThere = fault.New(fault.Conflict, "sector.missions_there", "该作业区还有未结束的任务，不能停用", "missions run in this sector")

const maxCorners = 200

func (s *Sector) check() error {
	var c input.Check
	c.Line(&s.Name, "name", 40, true)
	c.Text(&s.Hazards, "hazards", 300, false)
	c.Line(&s.Contact, "contact", 60, false)
	if n := len(s.Outline); n > 1 && s.Outline[0] == s.Outline[n-1] {
		s.Outline = s.Outline[:n-1]
	}
	n := len(s.Outline)
	c.Bad(n > maxCorners, "outline", "too_long", "范围不超过 200 个点", "at most 200 corners")
	if n > 0 && n <= maxCorners {
		c.Bad(n < 3 || slices.ContainsFunc(s.Outline, func(p geo.Point) bool { return !p.Valid() }) || !s.Outline.Simple(), "outline", "ring",
			"范围应为不少于 3 个点、边线不交叉的区域", "an outline has three corners or more, and its lines do not cross")
	}
	return c.Err()
}

var errOutside = fault.InvalidField("body.place", "outside", "不在本次事件涉及地区内", "this lies outside the incident")

// Sectors are the sectors of an incident, the open ones first, with what runs in them (S004-80).
func (s *Service) Sectors(ctx context.Context, in string) (list []Sector, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := seen(tx, actor, in)
		if err != nil {
			return err
		}
		list, err = sectorsOf(tx, in)
		for n := range list {
			list[n].Outside = s.places.Tree().Beyond(list[n].Outline, i.Places, tx.Now)
		}
		return err
	})
	return list, err
}

// AddSector opens a sector of an incident. For the coordination group.
func (s *Service) AddSector(ctx context.Context, x Sector) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if err := x.check(); err != nil {
		return err
	}
	said := x
	return s.db.Update(ctx, func(tx *db.Tx) error {
		x := x
		i, err := seen(tx, actor, x.Incident)
		if err != nil {
			return err
		}
		if err := gives(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, x.ID, actor.Account, "sector_add", x.ID, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(x.Place, tx.Now, "body.place"); err != nil {
			return err
		}
		if !i.Covers(s.places.Tree(), x.Place, tx.Now) {
			return errOutside
		}
		x.Open, x.CreatedAt, x.Version = true, tx.Now, 1
		if err := insertSector(tx, x); err != nil {
			return err
		}
		return journal.Append(tx, sectorEntry(x, i, "added", actor.Account, ""))
	})
}

// ChangeSector puts right what is said of a sector; x has the id of the command and the version that was read. It returns
// the incident.
func (s *Service) ChangeSector(ctx context.Context, sector string, x Sector) (incidentID string, err error) {
	if err := x.check(); err != nil {
		return "", err
	}
	return s.onSector(ctx, sector, x.ID, "change", "changed", x.Version, "", x, func(tx *db.Tx, i incident.Incident, now *Sector) error {
		if x.Place != now.Place {
			if err := s.places.Tree().RefuseEnded(x.Place, tx.Now, "body.place"); err != nil {
				return err
			}
		}
		if !i.Covers(s.places.Tree(), x.Place, tx.Now) {
			return errOutside
		}
		now.Name, now.Place, now.Outline, now.Hazards, now.Contact = x.Name, x.Place, x.Outline, x.Hazards, x.Contact
		return nil
	})
}

// CloseSector closes a sector, with a reason; not while missions run in it. It returns the incident.
func (s *Service) CloseSector(ctx context.Context, id, sector string, version int64, reason string) (incidentID string, err error) {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return "", err
	}
	return s.onSector(ctx, sector, id, "close", "closed", version, reason, []any{version, reason}, func(tx *db.Tx, _ incident.Incident, x *Sector) error {
		var n int
		if err := tx.Get(`SELECT count(*) FROM mission WHERE incident = $1 AND sector = $2 AND ended_at = 0`, []any{x.Incident, sector}, &n); err != nil {
			return err
		}
		if n > 0 {
			return ErrMissionsThere
		}
		x.Open = false
		return nil
	})
}

// onSector is the walk of every use case on one sector.
func (s *Service) onSector(ctx context.Context, sector, id, verb, past string, version int64, reason string, said any, change func(*db.Tx, incident.Incident, *Sector) error) (incidentID string, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := holdSector(tx, sector); err != nil {
			return err
		}
		x, err := sectorByID(tx, sector)
		if err != nil {
			return err
		}
		incidentID = x.Incident
		i, err := seen(tx, actor, x.Incident)
		if err != nil {
			return err
		}
		if err := gives(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "sector_"+verb, sector, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		switch {
		case version != 0 && version != x.Version:
			return fault.ErrVersionStale.WithCurrent(map[string]any{"version": x.Version})
		case !x.Open:
			return fault.Transition().WithCurrent(map[string]any{"open": false, "version": x.Version})
		}
		was := sectorEntry(x, i, "", "", "").Fields().Without("contact")
		if err := change(tx, i, &x); err != nil {
			return err
		}
		x.Version++
		if err := saveSector(tx, x); err != nil {
			return err
		}
		return journal.Append(tx, sectorEntry(x, i, past, actor.Account, reason).Since(was))
	})
	return incidentID, err
}

func sectorEntry(x Sector, i incident.Incident, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "sector." + verb, Kind: "sector", Subject: x.ID, Version: x.Version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID, Actor: actor, Reason: reason,
		Body: map[string]any{"name": x.Name, "place": x.Place, "contact": x.Contact, "open": x.Open, "places": i.Places},
	}
}
