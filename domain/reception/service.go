package reception

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of teams on site.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	places *place.Service
	params *parameter.Service
	teams  *team.Service
	offers *deployment.Service
	keeper *seal.Keeper
	lookup *seal.Lookup // keyed hashes of people, the register's
	once   once.Log
	letter string
	hurt   func(tx *db.Tx, mission, presence, actor string) error // see OnHurt
	leaves func(tx *db.Tx, party string) error                    // see GuardLeaving
}

// GuardLeaving has fn say why a party must not be counted out, in the same transaction. Missions are a context above.
func (s *Service) GuardLeaving(fn func(tx *db.Tx, party string) error) { s.leaves = fn }

// OnHurt has fn take somebody off a mission who leaves it hurt, in the same transaction. Missions are a context above.
func (s *Service) OnHurt(fn func(tx *db.Tx, mission, presence, actor string) error) { s.hurt = fn }

// Deps are what the service works with. Letter is the node's letter in human numbers.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Teams      *team.Service
	Offers     *deployment.Service
	Keeper     *seal.Keeper
	Letter     string
}

// New is the service.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	return &Service{
		db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, teams: d.Teams, offers: d.Offers, keeper: d.Keeper,
		lookup: lookup, once: once.NewLog(lookup), letter: d.Letter,
	}, nil
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

// sees says whether the actor sees all parties of the incident.
func sees(a access.Actor, i incident.Incident) bool { return here(a, access.ReceptionSee, i) }

// owns says whether the actor leads the team.
func owns(a access.Actor, team string) bool {
	return team != "" && slices.Contains(a.Teams(access.ReceptionOwn), team)
}

// works says whether the actor receives teams in the incident: the desk of a reception point in a place of it, or
// whoever works the queue of the coordination group (S004-74). nil, or why not.
func works(tx *db.Tx, a access.Actor, i incident.Incident) error {
	if here(a, access.ReceptionDesk, i) {
		return nil
	}
	return leads(tx, a, i)
}

// leads says whether the actor decides about teams on site: whoever works the queue of the coordination group.
func leads(tx *db.Tx, a access.Actor, i incident.Incident) error {
	if !a.May(access.ReceptionWork, i.Place) && !slices.Contains(a.Incidents(access.ReceptionWork), i.ID) {
		return fault.ErrForbidden
	}
	return incident.Works(tx, i, a, org.Coordination)
}

// find is a party with its incident; not found when the actor may not see it.
func find(tx *db.Tx, actor access.Actor, party string) (p Party, i incident.Incident, err error) {
	if p, err = ByID(tx, party); err != nil {
		return p, i, err
	}
	if i, err = incident.ByID(tx, p.Incident); err != nil {
		return p, i, err
	}
	if !owns(actor, p.Team) && !sees(actor, i) {
		return p, i, fault.ErrNotFound
	}
	return p, i, nil
}

// keyOf is the key under which stands what is written about a party; not found for whoever may not see the party.
func (s *Service) keyOf(ctx context.Context, party string) (*seal.Key, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		_, _, err := find(tx, actor, party)
		return err
	}); err != nil {
		return nil, err
	}
	return s.keeper.For(ctx, "party:"+party)
}

// step is what a use case on one party knows and changes.
type step struct {
	*Party
	tx       *db.Tx
	actor    access.Actor
	incident incident.Incident
	from     string         // the state it was in
	past     string         // the journal's word; a use case may say it otherwise
	about    map[string]any // what the journal is told besides; nobody's name
}

// command is what every use case on one party carries. version 0 does not compare.
type command struct {
	id      string // of the command
	verb    string // of Parties, when moves; otherwise a name for what is done
	past    string // the journal's word
	version int64
	reason  string
	said    any
	moves   bool // the verb is one of the life cycle
	// may says whether the actor may, and may see that there is a party at all; nil: works.
	may func(tx *db.Tx, a access.Actor, i incident.Incident, p Party) error
	// first, when not nil, holds what must be held before the party.
	first func(tx *db.Tx, party string) error
	// after says that it may be done when the mechanism of the incident does not run any more.
	after bool
}

// on is the walk of every use case on one party: hold it, may the actor, was it done before, is it possible, change,
// write, count, say so.
func (s *Service) on(ctx context.Context, party string, c command, change func(x *step) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if c.first != nil {
			if err := c.first(tx, party); err != nil {
				return err
			}
		}
		if err := hold(tx, party); err != nil {
			return err
		}
		p, i, err := find(tx, actor, party)
		if err != nil {
			return err
		}
		may := func(tx *db.Tx, a access.Actor, i incident.Incident, _ Party) error { return works(tx, a, i) }
		if c.may != nil {
			may = c.may
		}
		if err := may(tx, actor, i, p); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, c.id, actor.Account, "party_"+c.verb, party, c.said); again || err != nil {
			return err
		}
		if !c.after {
			if err := incident.Writing(tx, i.ID); err != nil {
				return err
			}
		}
		was := entry(p, i, "", "", "", nil).Fields()
		x := step{Party: &p, tx: tx, actor: actor, incident: i, from: p.State, past: c.past, about: map[string]any{}}
		if c.moves {
			if p.State, err = Parties.To(x.from, c.verb); err != nil {
				return err
			}
			if p.Host != "" {
				return ErrHosted
			}
		}
		if c.version != 0 && c.version != p.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": x.from, "version": p.Version})
		}
		if p.State != x.from {
			p.Why = c.reason
		}
		if err := change(&x); err != nil {
			return err
		}
		p.Version++
		if err := saveParty(tx, p); err != nil {
			return err
		}
		return tell(tx, p, i, was, x.past, actor.Account, c.reason, x.about)
	})
}

// tell counts the party again and writes the journal's row of what happened to it; was is what it was before.
func tell(tx *db.Tx, p Party, i incident.Incident, was journal.Was, past, actor, reason string, about map[string]any) error {
	if err := recount(tx, p.ID); err != nil {
		return err
	}
	now, err := ByID(tx, p.ID)
	if err != nil {
		return err
	}
	return journal.Append(tx, entry(now, i, past, actor, reason, about).Since(was))
}

// entry is what the journal may know of a party: nobody's name. Its team learns of it too.
func entry(p Party, i incident.Incident, verb, actor, reason string, about map[string]any) journal.Entry {
	body := map[string]any{
		"number": p.Number, "team": p.Team, "teamName": p.TeamName, "offer": p.Offer, "state": p.State, "point": p.Point, "unapproved": p.Unapproved,
		"people": p.People, "vehicles": p.Vehicles, "missing": p.Missing, "extra": p.Extra, "places": i.Places,
	}
	for k, v := range about {
		body[k] = v
	}
	return journal.Entry{
		Verb: "party." + verb, Kind: "party", Subject: p.ID, Version: p.Version, Place: string(i.Place), Scope: journal.Teams, Incident: p.Incident,
		Actor: actor, Reason: reason, Body: body,
	}
}
