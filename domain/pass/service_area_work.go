package pass

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// travellers are the teams that are on their way, on site or going home: whose vehicles may set out, or hold a pass in
// force.
func travellers(tx *db.Tx, incidentID string) ([]string, error) {
	teams, err := deployment.VouchedTeams(tx, incidentID)
	if err != nil {
		return nil, err
	}
	with, err := holders(tx, incidentID)
	teams = append(teams, with...)
	slices.Sort(teams)
	return slices.Compact(teams), err
}

// travels is nil for the leader of a team that travels in an incident, and otherwise not found.
func travels(tx *db.Tx, actor access.Actor, incidentID string) error {
	own := actor.Teams(access.PassSee)
	if len(own) == 0 {
		return fault.ErrNotFound
	}
	teams, err := travellers(tx, incidentID)
	if err == nil && !slices.ContainsFunc(own, func(t string) bool { return slices.Contains(teams, t) }) {
		err = fault.ErrNotFound
	}
	return err
}

// onArea changes what is said of a service area, and tells the teams that travel now.
func (s *Service) onArea(ctx context.Context, command, incidentID, verb string, said any, change func(tx *db.Tx, actor access.Actor) (a ServiceArea, reason string, err error)) error {
	return s.do(ctx, act{command, incidentID, "service_area_" + verb, said, passing}, func(tx *db.Tx, i incident.Incident, actor access.Actor) (journal.Entry, error) {
		a, reason, err := change(tx, actor)
		if err != nil {
			return journal.Entry{}, err
		}
		teams, err := travellers(tx, i.ID)
		return journal.Entry{
			Verb: "service_area." + verb, Kind: "service_area", Subject: a.ID, Version: a.Version, Reason: reason,
			Body: map[string]any{"name": a.Name, "road": a.Road, "direction": a.Direction, "state": a.Edition.State, "edition": a.Edition.No, "teams": teams, "places": i.Places},
		}, err
	})
}

// PublishArea tells the teams that travel of a service area. The same id twice is one; a name is on a road in a direction
// once.
func (s *Service) PublishArea(ctx context.Context, a ServiceArea) error {
	said := a
	return s.onArea(ctx, a.ID, a.Incident, "published", said, func(tx *db.Tx, actor access.Actor) (ServiceArea, string, error) {
		a := said
		if err := a.check(tx.Now); err != nil { // asked here: sent again when its end has passed, it is still what was published
			return a, "", err
		}
		a.Edition.No, a.Edition.At, a.Edition.By, a.Version = 1, tx.Now, actor.Account, 1
		n, err := insertArea(tx, a)
		if err == nil && n == 0 {
			err = ErrAreaName
		}
		if err == nil {
			err = insertAreaEdition(tx, a.ID, a.Edition)
		}
		return a, "", err
	})
}

// CorrectArea says something else of a service area. What was said before stays on record; the teams that travel are told.
func (s *Service) CorrectArea(ctx context.Context, command, incidentID, area string, version int64, e AreaEdition) error {
	said := e
	return s.onArea(ctx, command, incidentID, "corrected", []any{area, version, said}, func(tx *db.Tx, actor access.Actor) (a ServiceArea, _ string, err error) {
		e := said
		var c input.Check
		if e.check(&c, tx.Now); c.Err() != nil {
			return a, "", c.Err()
		}
		if a, err = heldArea(tx, incidentID, area, version); err != nil {
			return a, "", err
		}
		e.No, e.At, e.By = a.Edition.No+1, tx.Now, actor.Account
		a.Edition = e
		a.Version++
		if err := insertAreaEdition(tx, a.ID, e); err != nil {
			return a, "", err
		}
		return a, "", saveArea(tx, a)
	})
}

// WithdrawArea takes back what was said of a service area, with a reason.
func (s *Service) WithdrawArea(ctx context.Context, command, incidentID, area string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.onArea(ctx, command, incidentID, "withdrawn", []any{area, version, reason}, func(tx *db.Tx, actor access.Actor) (a ServiceArea, _ string, err error) {
		if a, err = heldArea(tx, incidentID, area, version); err != nil {
			return a, "", err
		}
		a.WithdrawnAt, a.WithdrawnBy, a.Why = tx.Now, actor.Account, reason
		a.Version++
		return a, reason, saveArea(tx, a)
	})
}

// heldArea is an area of the incident that still holds, in the version that the actor saw.
func heldArea(tx *db.Tx, incidentID, area string, version int64) (ServiceArea, error) {
	a, err := holdArea(tx, incidentID, area)
	switch {
	case err != nil:
		return a, err
	case !a.WithdrawnAt.IsZero():
		return a, ErrAreaWithdrawn
	case version != 0 && version != a.Version:
		return a, fault.ErrVersionStale.WithCurrent(map[string]any{"edition": a.Edition.No, "version": a.Version})
	}
	return a, nil
}

// Areas are the service areas of an incident.
type Areas struct {
	Items []ServiceArea // by road, direction and mark
	Edits bool          // the actor may publish
	Wide  bool          // the actor sees what was said before and what is withdrawn
	Now   time.Time
}

// AreasOf is what is said of service areas in an incident: to who works on site all of it, to the leaders of teams that
// travel what holds now. Others do not find it.
func (s *Service) AreasOf(ctx context.Context, incidentID string) (l Areas, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return l, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, incidentID)
		if err != nil {
			return err
		}
		l = Areas{Wide: passing(actor, i), Now: tx.Now}
		if !l.Wide {
			if err := travels(tx, actor, incidentID); err != nil {
				return err
			}
		}
		l.Edits = l.Wide && i.Open() && works(tx, actor, i) == nil
		if l.Items, err = areasWhere(tx, `incident = $1 ORDER BY road, direction, name, id LIMIT 500`, incidentID); err != nil {
			return err
		}
		if !l.Wide {
			l.Items = slices.DeleteFunc(l.Items, func(a ServiceArea) bool { return a.Past(tx.Now) })
			for n := range l.Items {
				l.Items[n].Earlier = nil
			}
		}
		slices.SortStableFunc(l.Items, byRoad)
		return nil
	})
	return l, err
}

// byRoad orders the areas of one road in one direction by their marks.
func byRoad(a, b ServiceArea) int {
	if a.Road != b.Road || a.Direction != b.Direction {
		return 0
	}
	return a.Edition.Mark - b.Edition.Mark
}
