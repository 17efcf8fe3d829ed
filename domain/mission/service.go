package mission

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of missions and sectors.
type Service struct {
	db         *db.DB
	clock      clock.Clock
	places     *place.Service
	params     *parameter.Service
	needs      *need.Service
	offers     *deployment.Service
	receptions *reception.Service
	keeper     *seal.Keeper
	once       once.Log
	letter     string
}

// Deps are what the service works with. Letter is the node's letter in human numbers.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Needs      *need.Service
	Offers     *deployment.Service
	Receptions *reception.Service
	Keeper     *seal.Keeper
	Letter     string
}

// New is the service. From then on a need with a mission that runs is not released when offers are taken back, who
// leaves the site hurt leaves the mission, and no party is counted out while a mission of it runs, even one that nobody is
// left in.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	d.Offers.OnRelease(workedOn)
	d.Receptions.OnHurt(leave)
	d.Receptions.GuardLeaving(func(tx *db.Tx, party string) error { return ended(tx, `party = $1`, party) })
	return &Service{
		db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, needs: d.Needs, offers: d.Offers, receptions: d.Receptions, keeper: d.Keeper, once: once.NewLog(lookup),
		letter: d.Letter,
	}, nil
}

// workedOn says whether a mission of the need runs, or is done.
func workedOn(tx *db.Tx, needID string) (bool, error) {
	var n int
	err := tx.Get(`SELECT count(*) FROM mission WHERE need = $1 AND state NOT IN ('declined','cancelled','reassigned')`, []any{needID}, &n)
	return n > 0, err
}

// here says whether the actor may do v in the incident: at the place that commands it, by a grant for it, or at any
// place that it touches.
func here(a access.Actor, v access.Verb, i incident.Incident) bool {
	if a.May(v, i.Place) || slices.Contains(a.Incidents(v), i.ID) {
		return true
	}
	spans := a.Spans(v)
	return slices.ContainsFunc(i.Places, func(p place.Path) bool {
		return a.May(v, p) || slices.ContainsFunc(spans, func(s place.Span) bool { return p.Contains(place.Path(s.From)) })
	})
}

// owns says whether the actor leads the team.
func owns(a access.Actor, team string) bool {
	return team != "" && slices.Contains(a.Teams(access.MissionOwn), team)
}

// gives says whether the actor gives missions in the incident: whoever works the queue of the coordination group
// (S004-74). nil, or why not.
func gives(tx *db.Tx, a access.Actor, i incident.Incident) error {
	if !a.May(access.MissionGive, i.Place) && !slices.Contains(a.Incidents(access.MissionGive), i.ID) {
		return fault.ErrForbidden
	}
	return incident.Works(tx, i, a, org.Coordination)
}

// may says whether the actor may say the verb: the team what is the team's to say, the coordination group everything, but of
// the own team.
func may(tx *db.Tx, a access.Actor, i incident.Incident, m Mission, verb string) error {
	for _, mv := range Missions.Moves {
		if mv.Verb == verb && mv.May == own && owns(a, m.Team) {
			return nil
		}
	}
	if owns(a, m.Team) && !here(a, access.MissionSee, i) {
		return fault.ErrForbidden
	}
	err := gives(tx, a, i)
	if err == nil && a.Belongs(cmp.Or(m.Team, m.Party), m.Incident) {
		err = access.ErrOwnTeam
	}
	return err
}

// seen is an incident, for whoever may see its missions.
func seen(tx *db.Tx, a access.Actor, in string) (i incident.Incident, err error) {
	if i, err = incident.ByID(tx, in); err != nil {
		return i, err
	}
	if !here(a, access.MissionSee, i) {
		return i, fault.ErrNotFound
	}
	return i, nil
}

// find is a mission with its incident; not found when the actor may not see it.
func find(tx *db.Tx, a access.Actor, mission string) (m Mission, i incident.Incident, err error) {
	if m, err = byID(tx, mission); err != nil {
		return m, i, err
	}
	if i, err = incident.ByID(tx, m.Incident); err != nil {
		return m, i, err
	}
	if !owns(a, m.Team) && !here(a, access.MissionSee, i) {
		return m, i, fault.ErrNotFound
	}
	return m, i, nil
}

// heard notes that the team said something, and when its next word is due; nothing is due of a mission that does not run.
func (s *Service) heard(m *Mission, now time.Time) error {
	m.Heard = now
	return s.await(m, now)
}

func (s *Service) await(m *Mission, now time.Time) error {
	if !slices.Contains(running, m.State) {
		m.SilentAt = time.Time{}
		return nil
	}
	limit, _, err := s.params.Minutes(m.Place, "mission.silent_after", now)
	m.SilentAt = now.Add(limit)
	return err
}

// entry is what the journal may know of a mission: numbers and no words. Its team learns of it too.
func entry(m Mission, i incident.Incident, verb, actor, reason string, about map[string]any) journal.Entry {
	body := map[string]any{
		"number": m.Number, "team": m.Team, "teamName": m.TeamName, "party": m.Party, "need": m.Need, "sector": m.Sector, "priority": m.Priority, "until": m.Until,
		"state": m.State, "before": m.Before, "people": m.People, "vehicles": m.Vehicles, "rescued": m.Rescued, "moved": m.Moved, "treated": m.Treated, "places": i.Places,
	}
	for k, v := range about {
		body[k] = v
	}
	return journal.Entry{
		Verb: "mission." + verb, Kind: "mission", Subject: m.ID, Version: m.Version, Place: string(i.Place), Scope: journal.Teams, Incident: m.Incident,
		Actor: actor, Reason: reason, Body: body,
	}
}
