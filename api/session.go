package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
)

const cookieName = "ly_session"

// Me is who is signed in.
type Me struct {
	Account AccountOut `json:"account"`
	Grants  []GrantOut `json:"grants" nullable:"false"`
	Begins  time.Time  `json:"begins,omitzero" doc:"when the next of the own grants comes into force"`
	Known   bool       `json:"known" doc:"it is on record who is behind the account"`
	Judges  bool       `json:"judges" doc:"the account decides about teams, and never about the own"`
	Verbs   []string   `json:"verbs" nullable:"false" doc:"all that the account may do somewhere, for menus"`
	Place   Place      `json:"place" doc:"the widest place of the grants, else the place of the installation"`
	Demo    bool       `json:"demo"`
	Base    string     `json:"base" doc:"the day of the national divisions inside the program; what changed later is loaded by its date"`
	// Position is read before anything else that a page shows.
	Position int64 `json:"position" doc:"where the journal stands: a stream from here misses nothing that is read later"`
}

// AccountOut is an account.
type AccountOut struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Login string `json:"login"`
}

// GrantOut is a role in force.
type GrantOut struct {
	Role     string    `json:"role"`
	Place    *Place    `json:"place,omitempty"`
	Team     string    `json:"team,omitempty"`
	Incident string    `json:"incident,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Ended    time.Time `json:"ended,omitzero" doc:"since when the place has ended: what stood there may be ended, what is new lies with the heirs"`
	Heirs    []Place   `json:"heirs,omitempty" doc:"who took over"`
}

// SessionOut is an open session.
type SessionOut struct {
	ID       string    `json:"id"`
	Agent    string    `json:"agent"`
	OpenedAt time.Time `json:"openedAt"`
	SeenAt   time.Time `json:"seenAt"`
	Expires  time.Time `json:"expires"`
	Mine     bool      `json:"mine"`
}

func (a *API) me(actor access.Actor) Me {
	me := Me{
		Account: AccountOut{actor.Account, actor.Name, actor.Unit, actor.Login}, Grants: []GrantOut{}, Verbs: []string{}, Known: actor.Identified,
		Place: a.placeOf(a.s.Home), Demo: a.s.Demo, Base: place.BaseDate.Format(time.DateOnly), Position: a.s.Live.Position(),
	}
	widest := place.Path("")
	for _, g := range actor.Grants {
		if !g.InForce(actor.At) {
			if g.NotBefore.After(actor.At) && (me.Begins.IsZero() || g.NotBefore.Before(me.Begins)) {
				me.Begins = g.NotBefore
			}
			continue
		}
		if g.Place != "" && (widest == "" || len(g.Place) < len(widest)) {
			widest = g.Place
		}
		me.Judges = me.Judges || g.Role.Judges()
		me.Grants = append(me.Grants, a.grantOut(g))
	}
	if widest != "" {
		me.Place = a.placeOf(widest)
	}
	for _, v := range actor.Verbs() {
		me.Verbs = append(me.Verbs, string(v))
	}
	return me
}

func (a *API) grantOut(g access.Grant) GrantOut {
	out := GrantOut{Role: string(g.Role), Team: g.Team, Incident: g.Incident, Until: g.NotAfter}
	if g.Place != "" {
		p := a.placeOf(g.Place)
		out.Place = &p
		out.Ended, out.Heirs = a.ended(g.Place)
	}
	return out
}

// ended says since when a place has ended, and who took over; nothing while it stands.
func (a *API) ended(p place.Path) (at time.Time, heirs []Place) {
	tree, now := a.s.Places.Tree(), a.s.Clock.Now()
	if at = tree.Ended(p, now); at.IsZero() {
		return at, nil
	}
	for _, d := range tree.Current(p, now) {
		heirs = append(heirs, a.placeOf(d.Path))
	}
	return at, heirs
}

type withCookie struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (a *API) cookie(token string, maxAge int) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure whenever TLS is spoken
		Name: cookieName, Value: token, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: a.s.SecureCookie, SameSite: http.SameSiteLaxMode,
	}
}

func (a *API) session(h huma.API) {
	huma.Register(h, op("session-open", http.MethodPost, "/session", "Sign in", 200),
		func(ctx context.Context, in *struct {
			Agent string `header:"User-Agent" maxLength:"400"`
			Body  struct {
				Login    string `json:"login" maxLength:"80"`
				Password string `json:"password" maxLength:"200"`
				Code     string `json:"code,omitempty" maxLength:"12"`
			}
		},
		) (*withCookie, error) {
			if err := a.tries(ctx, "login"); err != nil {
				return nil, toHTTP(ctx, err)
			}
			token, actor, err := a.s.Access.SignIn(ctx, in.Body.Login, in.Body.Password, in.Body.Code, in.Agent)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			limits, err := a.s.Access.Limits()
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			return &withCookie{a.cookie(token, int(limits.SessionWhole.Seconds())), a.me(actor)}, nil
		})
	huma.Register(h, op("session-read", http.MethodGet, "/session", "Who is signed in", 200),
		func(ctx context.Context, _ *struct{}) (*body[Me], error) {
			actor, err := access.From(ctx)
			return answer(ctx, a.me(actor), err)
		})
	huma.Register(h, op("session-close", http.MethodDelete, "/session", "Sign out", 200),
		func(ctx context.Context, _ *struct{}) (*struct {
			SetCookie http.Cookie `header:"Set-Cookie"`
		}, error,
		) {
			actor, err := access.From(ctx)
			if err == nil {
				err = a.s.Access.EndSession(ctx, actor.Session)
			}
			if err != nil && !isSignedOut(err) {
				return nil, toHTTP(ctx, err)
			}
			return &struct {
				SetCookie http.Cookie `header:"Set-Cookie"`
			}{a.cookie("", -1)}, nil
		})
	huma.Register(h, op("session-list", http.MethodGet, "/sessions", "My open sessions", 200),
		func(ctx context.Context, _ *struct{}) (*body[PageOf[SessionOut]], error) {
			list, err := a.s.Access.Sessions(ctx)
			out := PageOf[SessionOut]{Items: []SessionOut{}}
			for _, s := range list {
				out.Items = append(out.Items, SessionOut{s.ID, s.Agent, s.Opened, s.Seen, s.Expires, s.Mine})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("session-end", http.MethodDelete, "/sessions/{id}", "End one of my sessions", 204),
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40"`
		},
		) (*struct{}, error) {
			return nil, toHTTP(ctx, a.s.Access.EndSession(ctx, in.ID))
		})
}

// tries refuses an address that tries to sign in, or to use a link, too often in a minute; the account's own lock-out counts
// apart.
func (a *API) tries(ctx context.Context, what string) error {
	return a.sparing(what, addressFrom(ctx), "access.tries_per_minute")
}

// sparing refuses what somebody does more often in a minute than a parameter says.
func (a *API) sparing(what, who, key string) error {
	allowed, err := a.rate(key)
	if err == nil && a.limits.Over(what, who, allowed) {
		err = errTooMany
	}
	return err
}
