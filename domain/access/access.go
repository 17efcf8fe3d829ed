// Package access decides who may do what, where.
//
// An account holds grants: a role at a place, for a team, or in an incident, from a moment to a moment. A role is a set
// of verbs (role.go). Without a grant an account may do nothing and sees nothing. The decision is pure: it looks at the
// grants the actor came with and at the clock, never at the database.
//
//	account: active ◀──▶ disabled          session: open ──▶ ended (signed out, revoked, expired)
//	         active ──▶ locked for a while (wrong passwords) ──▶ active
//
// What an actor may not see is answered as not found; lists are filtered in SQL by Actor.Spans.
package access

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/fault"
)

// Verb is one thing that can be done, "report.verify". Its first word is the kind of thing, and KIND.see is the verb of
// seeing it.
type Verb string

// Kind is the kind of thing a verb is about.
func (v Verb) Kind() string {
	kind, _, _ := strings.Cut(string(v), ".")
	return kind
}

// See is the verb of seeing what v is about.
func (v Verb) See() Verb { return Verb(v.Kind() + ".see") }

// Grant is a role in force.
type Grant struct {
	ID        string
	Role      Role
	Place     place.Path   // "" for a grant that is bound to a team
	Sees      []place.Span // the paths that the place stands for now: its own, its zones, what it took over
	Team      string       // id, for leaders
	Incident  string       // id; "" for every incident of the place
	NotBefore time.Time
	NotAfter  time.Time // zero: until revoked
}

// InForce says whether the grant counts at a moment.
func (g Grant) InForce(at time.Time) bool {
	return !at.Before(g.NotBefore) && (g.NotAfter.IsZero() || at.Before(g.NotAfter))
}

// Actor is who acts: an account with its grants, as they were read for this request.
type Actor struct {
	Account string // id
	Name    string
	Unit    string
	Login   string
	Session string // id
	Grants  []Grant
	// Identified: it is known who is behind the account, and Member are the teams that have this person on their roster.
	Identified bool
	Member     []string
	Ties       []Tie     // the teams that the person stood with in an incident, on their roster or not
	At         time.Time // when the grants were judged
}

// Public is the actor of the operations that need no account.
const Public = "public"

type actorKey struct{}

// With is ctx with an actor in it.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From is the actor of ctx; signed out when there is none.
func From(ctx context.Context) (Actor, error) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	if !ok {
		return Actor{}, fault.ErrSignedOut
	}
	return a, nil
}

// May says whether the actor may do v at p.
func (a Actor) May(v Verb, p place.Path) bool {
	return slices.ContainsFunc(a.Spans(v), func(s place.Span) bool { return s.Contains(p) })
}

// Spans are the ranges of paths in which the actor may do v, sorted, none inside another. Empty: nowhere.
func (a Actor) Spans(v Verb) []place.Span {
	var spans []place.Span
	for _, g := range a.Grants {
		if g.Place != "" && g.InForce(a.At) && g.Role.Can(v) {
			spans = append(spans, g.Sees...)
		}
	}
	slices.SortFunc(spans, func(a, b place.Span) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(b.To, a.To))
	})
	widest := spans[:0]
	for _, s := range spans {
		if n := len(widest); n == 0 || s.To > widest[n-1].To {
			widest = append(widest, s)
		}
	}
	return widest
}

// Teams are the teams for which the actor may do v.
func (a Actor) Teams(v Verb) []string {
	var teams []string
	for _, g := range a.Grants {
		if g.Team != "" && g.InForce(a.At) && g.Role.Can(v) {
			teams = append(teams, g.Team)
		}
	}
	slices.Sort(teams)
	return slices.Compact(teams)
}

// Incidents are the incidents in which the actor may do v by a grant that is bound to one.
func (a Actor) Incidents(v Verb) []string {
	var incidents []string
	for _, g := range a.Grants {
		if g.Incident != "" && g.InForce(a.At) && g.Role.Can(v) {
			incidents = append(incidents, g.Incident)
		}
	}
	slices.Sort(incidents)
	return slices.Compact(incidents)
}

// MayIn says whether the actor may do v to a record at p that belongs to an incident ("": to none): by the place, or by a
// grant for the incident.
func (a Actor) MayIn(v Verb, p place.Path, incident string) bool {
	return a.May(v, p) || (incident != "" && slices.Contains(a.Incidents(v), incident))
}

// ErrOwnTeam says that somebody would decide about a team that they belong to.
var ErrOwnTeam = fault.New(fault.Forbidden, "own_team", "本人属于该队，不得代表另一方作此决定，请由他人办理", "you belong to this team: somebody else decides this")

// Belongs says whether the actor is bound to a team: leads it, will lead it, or is a member of it. Of an actor who is not
// Identified the last is not known; the auditor is told of every such account that decides about teams.
//
// In an incident the actor is bound as well to the team whose party the person is or was in, on its roster or not, and to
// the team of an offer that names the person. Of a group that the register does not know, team is the id of its party.
func (a Actor) Belongs(team, incident string) bool {
	return team != "" && (slices.Contains(a.Member, team) || slices.Contains(a.Ties, Tie{team, incident}) ||
		slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Team == team }))
}

// Tie binds a person to a team in one incident.
type Tie struct {
	Team     string // id; of a group that the register does not know, of its party
	Incident string
}

// Verbs are all that the actor may do somewhere; the pages draw their menus from it, nothing is decided by it.
func (a Actor) Verbs() []Verb {
	var verbs []Verb
	for _, g := range a.Grants {
		if g.InForce(a.At) {
			verbs = append(verbs, roles[g.Role]...)
		}
	}
	slices.Sort(verbs)
	return slices.Compact(verbs)
}

// VerbsIn are all that the actor may do, by its grants, to what belongs to an incident at p. Pages draw their buttons from it.
func (a Actor) VerbsIn(p place.Path, incident string) []Verb {
	var verbs []Verb
	for _, g := range a.Grants {
		here := g.Place != "" && slices.ContainsFunc(g.Sees, func(s place.Span) bool { return s.Contains(p) })
		if g.InForce(a.At) && (here || (incident != "" && g.Incident == incident)) {
			verbs = append(verbs, roles[g.Role]...)
		}
	}
	slices.Sort(verbs)
	return slices.Compact(verbs)
}

// Until is the next moment at which one of the grants begins or ends; zero when none will. Live streams are judged
// again then.
func (a Actor) Until() time.Time {
	var next time.Time
	for _, g := range a.Grants {
		for _, t := range []time.Time{g.NotBefore, g.NotAfter} {
			if t.After(a.At) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

// Require is the first line of a use case: the actor, if it may do v at p. Otherwise signed out, forbidden when the
// actor may at least see such things there, and not found when it may not.
func Require(ctx context.Context, v Verb, p place.Path) (Actor, error) {
	a, err := From(ctx)
	switch {
	case err != nil:
		return Actor{}, err
	case a.May(v, p):
		return a, nil
	case a.May(v.See(), p):
		return Actor{}, fault.ErrForbidden
	default:
		return Actor{}, fault.ErrNotFound
	}
}

// RequireAnywhere is the actor and the ranges of places in which it may do v; forbidden when there are none.
func RequireAnywhere(ctx context.Context, v Verb) (Actor, []place.Span, error) {
	a, err := From(ctx)
	if err != nil {
		return Actor{}, nil, err
	}
	spans := a.Spans(v)
	if len(spans) == 0 {
		return Actor{}, nil, fault.ErrForbidden
	}
	return a, spans, nil
}
