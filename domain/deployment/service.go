package deployment

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
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

// Service holds the use cases of deployments.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	places *place.Service
	params *parameter.Service
	teams  *team.Service
	needs  *need.Service
	keeper *seal.Keeper
	once   once.Log
	home   place.Path
	letter string

	working func(tx *db.Tx, need string) (bool, error)
}

// OnRelease has fn say whether a need that is in progress and has not enough teams any more stays in progress, because it
// is being worked on. For contexts above; call it before the first offer.
func (s *Service) OnRelease(fn func(tx *db.Tx, need string) (kept bool, err error)) { s.working = fn }

// Deps are what the service works with. Home is the place of the installation, whose authorities sign here; Letter is
// the node's letter in human numbers.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Teams      *team.Service
	Needs      *need.Service
	Keeper     *seal.Keeper
	Home       place.Path
	Letter     string
}

// New is the service.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	return &Service{
		db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, teams: d.Teams, needs: d.Needs, keeper: d.Keeper, once: once.NewLog(lookup),
		home: d.Home, letter: d.Letter,
	}, nil
}

// at says whether the actor may do v in an incident: at the place that commands it, or by a grant for this incident.
func at(a access.Actor, v access.Verb, i incident.Incident) bool {
	return a.May(v, i.Place) || slices.Contains(a.Incidents(v), i.ID)
}

// works says whether the actor does v in an incident as one who works the queue of a group (S004-74).
func works(tx *db.Tx, i incident.Incident, a access.Actor, v access.Verb, g org.Group) error {
	if !at(a, v, i) {
		return fault.ErrForbidden
	}
	return incident.Works(tx, i, a, g)
}

// seen says whether the actor may see an offer: who leads the team, the desks of its home, of its destination and of the
// authorities that decide, and whoever has a grant for the incident.
func seen(a access.Actor, o Offer, places []place.Path) bool {
	return slices.Contains(a.Teams(access.OfferSend), o.Team) || slices.Contains(a.Incidents(access.OfferSee), o.Incident) ||
		slices.ContainsFunc(places, func(p place.Path) bool { return a.May(access.OfferSee, p) })
}

// right is what a verb takes of the actor: the leader of the team, or the general group on its behalf, sends; the rest is
// the coordination group's, also recording what an authority without accounts has signed. Nobody decides about the own team.
func right(tx *db.Tx, i incident.Incident, a access.Actor, o Offer, verb string) error {
	for _, m := range Offers.Moves {
		if m.Verb != verb {
			continue
		}
		switch {
		case m.May == send && slices.Contains(a.Teams(access.OfferSend), o.Team):
			return nil
		case m.May == send:
			return works(tx, i, a, access.OfferSend, org.General)
		}
		takes := access.Verb(m.May)
		if m.May == sign {
			takes = access.DeploymentAccept
		}
		err := works(tx, i, a, takes, org.Coordination)
		if err == nil && a.Belongs(o.Team, o.Incident) {
			err = access.ErrOwnTeam
		}
		return err
	}
	return fault.ErrForbidden
}

// maySign asks whether the actor signs for any authority at all; for which, see signs.
func maySign(_ *db.Tx, _ incident.Incident, a access.Actor, o Offer, _ string) error {
	switch {
	case a.Belongs(o.Team, o.Incident):
		return access.ErrOwnTeam
	case len(a.Spans(access.DeploymentSign)) == 0:
		return fault.ErrForbidden
	}
	return nil
}

// step is what a use case on one offer knows and changes.
type step struct {
	*Offer
	tx       *db.Tx
	actor    access.Actor
	incident incident.Incident
	from     string // the state it was in
	about    map[string]any
}

// command is what every use case on one offer carries. version 0 does not compare.
type command struct {
	id      string
	verb    string
	version int64
	reason  string
	said    any
	may     func(*db.Tx, incident.Incident, access.Actor, Offer, string) error // nil: right
}

// on is the walk of every use case on one offer: hold it, may the actor, was it done before, is it possible, change,
// write, say so.
func (s *Service) on(ctx context.Context, offer string, c command, change func(x *step) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var needs []string
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, offer); err != nil {
			return err
		}
		o, i, err := load(tx, actor, offer)
		if err != nil {
			return err
		}
		may := right
		if c.may != nil {
			may = c.may
		}
		if err := may(tx, i, actor, o, c.verb); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, c.id, actor.Account, "offer_"+c.verb, offer, c.said); again || err != nil {
			return err
		}
		x := step{Offer: &o, tx: tx, actor: actor, incident: i, from: o.State, about: map[string]any{}}
		if !afterwards(x.from, c.verb) {
			if err := incident.Writing(tx, i.ID); err != nil {
				return err
			}
		}
		was := entry(o, nil, "", "", "", nil).Fields().Without("places")
		if o.State, err = Offers.To(x.from, c.verb); err != nil {
			return err
		}
		if c.version != 0 && c.version != o.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": x.from, "version": o.Version})
		}
		if o.State != x.from {
			o.Why = c.reason
		}
		if err := change(&x); err != nil {
			return err
		}
		if ended(o.State) && o.State != x.from {
			if o.State != "stood_down" { // what was deployed first is still to be signed for
				o.Due = clock.FromMicro(0)
			}
			if err := release(tx, o.ID); err != nil {
				return err
			}
		}
		o.Version++
		if err := updateOffer(tx, o); err != nil {
			return err
		}
		places, err := placesOf(tx, o.ID)
		if err != nil {
			return err
		}
		needs = needsOf(o.Edition)
		return journal.Append(tx, entry(o, places, past[c.verb], actor.Account, c.reason, x.about).Since(was))
	})
	if err == nil {
		s.needs.Changed(needs...)
	}
	return err
}

// afterwards says whether a verb makes sense when the mechanism of the incident does not run any more: taking back, and
// signing for what was deployed first.
func afterwards(from, verb string) bool {
	return verb == "withdraw" || verb == "stand_down" || ((verb == "agree" || verb == "refuse") && slices.Contains(deployed, from))
}

// load is an offer with its incident; not found when the actor may not see it.
func load(tx *db.Tx, actor access.Actor, offer string) (o Offer, i incident.Incident, err error) {
	if o, err = offerByID(tx, offer); err != nil {
		return o, i, err
	}
	places, err := placesOf(tx, offer)
	if err != nil {
		return o, i, err
	}
	if !seen(actor, o, places) {
		return o, i, fault.ErrNotFound
	}
	i, err = incident.ByID(tx, o.Incident)
	return o, i, err
}

// entry is what the journal may know of an offer: nobody's name, and no words of the team.
func entry(o Offer, places []place.Path, verb, actor, reason string, about map[string]any) journal.Entry {
	body := map[string]any{
		"number": o.Number, "team": o.Team, "teamName": o.TeamName, "state": o.State, "edition": o.Edition.No, "people": o.People, "vehicles": o.Vehicles,
		"places": places, "urgent": !o.Urgent.At.IsZero(), "due": o.Due,
	}
	for k, v := range about {
		body[k] = v
	}
	return journal.Entry{
		Verb: "offer." + verb, Kind: "offer", Subject: o.ID, Version: o.Version, Place: string(o.Destination), Scope: journal.Desk, Incident: o.Incident,
		Actor: actor, Reason: reason, Body: body,
	}
}
