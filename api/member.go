package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/team"
)

// MemberEdit is what a person writes of a member.
type MemberEdit struct {
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty" doc:"empty on a change: as it is"`
	Paper  string `json:"paper,omitempty" doc:"resident_id, residence_permit, passport, permanent_residence, other"`
	Number string `json:"number,omitempty" doc:"of the paper; empty on a change: as it is"`
	Reason string `json:"reason,omitempty" doc:"why a number with a wrong check character is kept"`
	Core   bool   `json:"core,omitempty"`
	Post   string `json:"post,omitempty" doc:"command, search, boat, diving, rope, medical, communication, logistics, driver, other"`
}

func (e MemberEdit) domain(id string, version int64) team.Member {
	return team.Member{
		ID: id, Version: version, Core: e.Core, Post: e.Post,
		Person: team.Person{Name: e.Name, Phone: e.Phone, Paper: e.Paper, Number: e.Number, Reason: e.Reason},
	}
}

// MemberOut is a member. Names are shown to whoever may see the team, numbers are masked.
type MemberOut struct {
	ID           string    `json:"id"`
	Team         string    `json:"team"`
	Name         string    `json:"name"`
	PhoneMasked  string    `json:"phoneMasked,omitempty"`
	Paper        string    `json:"paper"`
	NumberMasked string    `json:"numberMasked"`
	Doubtful     string    `json:"doubtful,omitempty" doc:"why a number with a wrong check character is kept"`
	Core         bool      `json:"core"`
	Post         string    `json:"post"`
	State        string    `json:"state"`
	Joined       time.Time `json:"joined"`
	Left         time.Time `json:"left,omitzero"`
	Also         []Ref     `json:"also" nullable:"false" doc:"other teams of the same person that the actor may see"`
	Version      int64     `json:"version"`
}

// Ref names another record.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// RosterOut is a part of a team's members.
type RosterOut struct {
	PageOf[MemberOut]
	Edits bool `json:"edits" doc:"the actor may change them"`
}

// PersonOut is what a reveal shows.
type PersonOut struct {
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty"`
	Number string `json:"number"`
}

func memberOut(e team.Entry) MemberOut {
	p := e.Person
	out := MemberOut{
		ID: e.ID, Team: e.Team, Name: p.Name, PhoneMasked: maskPhone(p.Phone), Paper: p.Paper, NumberMasked: maskNumber(p.Number), Doubtful: p.Reason,
		Core: e.Core, Post: e.Post, State: e.State, Joined: e.Joined, Left: e.Left, Also: []Ref{}, Version: e.Version,
	}
	for _, t := range e.Also {
		out.Also = append(out.Also, Ref(t))
	}
	return out
}

// maskNumber keeps of an identity number what helps to tell two apart: 3405**********001X.
func maskNumber(n string) string {
	r := []rune(n)
	if len(r) < 12 {
		return "****"
	}
	hidden := make([]rune, len(r)-8)
	for i := range hidden {
		hidden[i] = '*'
	}
	return string(r[:4]) + string(hidden) + string(r[len(r)-4:])
}

func (a *API) afterMember(ctx context.Context, id string, err error) (*body[MemberOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	e, err := a.s.Teams.Member(ctx, id)
	return answer(ctx, memberOut(e), err)
}

func (a *API) members(h huma.API) {
	huma.Register(h, op("member-list", http.MethodGet, "/teams/{id}/members", "The members of a team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			State  string `query:"state" enum:"active,left,all" default:"active"`
			Core   bool   `query:"core"`
			Cursor string `query:"cursor" maxLength:"200"`
			Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
		},
		) (*body[RosterOut], error) {
			page, err := a.s.Teams.Members(ctx, in.ID, team.Roster{State: in.State, Core: in.Core, Cursor: in.Cursor, Limit: in.Limit})
			out := RosterOut{PageOf: PageOf[MemberOut]{Items: []MemberOut{}, Next: page.Next}, Edits: page.Edits}
			for _, e := range page.Items {
				out.Items = append(out.Items, memberOut(e))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("member-add", http.MethodPost, "/teams/{id}/members", "Put a person on a team's roster", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID string `json:"id" format:"uuid" doc:"of the command, and of the member"`
				MemberEdit
			}
		},
		) (*body[MemberOut], error) {
			b := in.Body
			return a.afterMember(ctx, b.ID, a.s.Teams.Add(ctx, b.ID, in.ID, []team.Member{b.domain(b.ID, 0)}))
		})
	huma.Register(h, op("member-read", http.MethodGet, "/members/{id}", "One member", 200),
		func(ctx context.Context, in *RecordID) (*body[MemberOut], error) {
			return a.afterMember(ctx, in.ID, nil)
		})
	huma.Register(h, op("member-change", http.MethodPost, "/members/{id}/change", "Change what the roster says of a member", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				MemberEdit
			}
		},
		) (*body[MemberOut], error) {
			b := in.Body
			return a.afterMember(ctx, in.ID, a.s.Teams.ChangeMember(ctx, b.ID, b.domain(in.ID, b.Version)))
		})
	huma.Register(h, op("member-leave", http.MethodPost, "/members/{id}/leave", "Take a person off the roster", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[MemberOut], error) {
			return a.afterMember(ctx, in.ID, a.s.Teams.Leave(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("member-reveal", http.MethodPost, "/members/{id}/reveal", "See the numbers of a member, for a purpose that is recorded", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body PurposeIn
		},
		) (*body[PersonOut], error) {
			p, err := a.s.Teams.RevealMember(ctx, in.ID, in.Body.Purpose)
			return answer(ctx, PersonOut{p.Name, p.Phone, p.Number}, err)
		})
	a.policies(h)
}

// PolicyEdit is what a person writes of an insurance.
type PolicyEdit struct {
	Insurer  string    `json:"insurer"`
	Number   string    `json:"number"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to" doc:"the first moment without cover"`
	Everyone bool      `json:"everyone" doc:"all members of the team"`
	Members  []string  `json:"members,omitempty" doc:"ids, when it is not everyone"`
}

func (e PolicyEdit) domain(id, of string, version int64) team.Policy {
	return team.Policy{ID: id, Team: of, Insurer: e.Insurer, Number: e.Number, From: e.From, To: e.To, Everyone: e.Everyone, Members: e.Members, Version: version}
}

// PolicyOut is an insurance of a team's people.
type PolicyOut struct {
	ID string `json:"id"`
	PolicyEdit
	InForce bool  `json:"inForce"`
	Version int64 `json:"version"`
}

// CoverOut are the insurances of a team.
type CoverOut struct {
	Items     []PolicyOut `json:"items" nullable:"false"`
	Uncovered []string    `json:"uncovered" nullable:"false" doc:"ids of active members who are not insured now"`
	Edits     bool        `json:"edits" doc:"the actor may change them"`
}

func (a *API) cover(ctx context.Context, of string, err error) (*body[CoverOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	c, err := a.s.Teams.Insurance(ctx, of)
	out := CoverOut{Items: []PolicyOut{}, Uncovered: orEmpty(c.Uncovered), Edits: c.Edits}
	now := a.s.Clock.Now()
	for _, p := range c.Policies {
		out.Items = append(out.Items, PolicyOut{
			p.ID, PolicyEdit{p.Insurer, p.Number, p.From, p.To, p.Everyone, p.Members}, !now.Before(p.From) && now.Before(p.To), p.Version,
		})
	}
	return answer(ctx, out, err)
}

func (a *API) policies(h huma.API) {
	huma.Register(h, op("policy-list", http.MethodGet, "/teams/{id}/policies", "The insurances of a team", 200),
		func(ctx context.Context, in *RecordID) (*body[CoverOut], error) { return a.cover(ctx, in.ID, nil) })
	huma.Register(h, op("policy-add", http.MethodPost, "/teams/{id}/policies", "Put an insurance on a team's record", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID string `json:"id" format:"uuid" doc:"of the command, and of the policy"`
				PolicyEdit
			}
		},
		) (*body[CoverOut], error) {
			return a.cover(ctx, in.ID, a.s.Teams.Insure(ctx, in.Body.domain(in.Body.ID, in.ID, 0)))
		})
	huma.Register(h, op("policy-change", http.MethodPost, "/teams/{id}/policies/{policy}/change", "Change what the record says of an insurance", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Policy string `path:"policy" format:"uuid"`
			Body   struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				PolicyEdit
			}
		},
		) (*body[CoverOut], error) {
			return a.cover(ctx, in.ID, a.s.Teams.ChangePolicy(ctx, in.Body.ID, in.Body.domain(in.Policy, in.ID, in.Body.Version)))
		})
}
