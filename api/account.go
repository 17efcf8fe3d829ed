package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/platform/id"
)

// SetupIn names the three administrators, under the code of the server's terminal.
type SetupIn struct {
	Code           string            `json:"code" maxLength:"40"`
	Administrators []AdministratorIn `json:"administrators" minItems:"3" maxItems:"3"`
}

// AdministratorIn is one of the three.
type AdministratorIn struct {
	Role  string `json:"role" enum:"sysadmin,secadmin,auditor"`
	Login string `json:"login" maxLength:"80"`
	Name  string `json:"name" maxLength:"80"`
	Unit  string `json:"unit,omitempty" maxLength:"200"`
}

// LinkOut is a single-use enrolment link: the path with the token in its fragment, which no server logs.
type LinkOut struct {
	Role  string `json:"role,omitempty"`
	Login string `json:"login"`
	Path  string `json:"path" doc:"/app/enrol#TOKEN; shown once"`
}

// EnrolmentOut is what an enrolment link offers.
type EnrolmentOut struct {
	Account AccountOut `json:"account"`
	Roles   []string   `json:"roles" nullable:"false"`
	Secret  string     `json:"secret" doc:"TOTP secret, base32"`
	URI     string     `json:"uri" doc:"otpauth://…"`
	Factor  bool       `json:"factor" doc:"the roles demand a second factor"`
	Known   bool       `json:"known" doc:"it is on record who is behind the account"`
	Judges  bool       `json:"judges" doc:"the roles decide about teams, and never about the own"`
}

// IdentityIn is who is behind an account.
type IdentityIn struct {
	Number string `json:"number" maxLength:"80" doc:"of the resident card or another paper; stands sealed"`
	Reason string `json:"reason,omitempty" maxLength:"400" doc:"why a number with a wrong check character is right"`
}

// IdentityOut says that it is on record who is behind an account.
type IdentityOut struct {
	NumberMasked string    `json:"numberMasked"`
	At           time.Time `json:"at"`
	By           string    `json:"by"`
}

// HolderOut is an account with its grants.
type HolderOut struct {
	AccountOut
	Enrolled bool           `json:"enrolled"`
	Factor   bool           `json:"factor"`
	Locked   bool           `json:"locked"`
	Identity *IdentityOut   `json:"identity,omitempty" doc:"absent: it is not known which teams the person belongs to"`
	Judges   bool           `json:"judges" doc:"a grant decides about teams, and never about the own"`
	Grants   []HeldGrantOut `json:"grants" nullable:"false"`
}

// HeldGrantOut is a grant that is not revoked.
type HeldGrantOut struct {
	GrantOut
	ID        string    `json:"id"`
	From      time.Time `json:"from"`
	GivenBy   string    `json:"givenBy"`
	Confirmed bool      `json:"confirmed" doc:"false: waits for a second person"`
}

// AccountRow is one line of what happened to an account; of a grant it says which.
type AccountRow struct {
	CourseRow
	Grant *GrantOut `json:"grant,omitempty"`
}

// IncidentName is an incident by its name alone.
type IncidentName struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Name   string `json:"name"`
	Drill  bool   `json:"drill"`
}

func linkPath(token string) string { return "/app/enrol#" + token }

func (a *API) accounts(h huma.API) {
	a.setup(h)
	huma.Register(h, op("account-list", http.MethodGet, "/accounts", "Accounts and their grants, by login", 200), a.accountList)
	huma.Register(h, op("incident-names", http.MethodGet, "/incident-names", "Incidents that run, by name, for those who grant a role in one without seeing it", 200),
		func(ctx context.Context, _ *struct{}) (*body[PageOf[IncidentName]], error) {
			list, err := a.s.Incidents.Names(ctx)
			out := PageOf[IncidentName]{Items: []IncidentName{}}
			for _, i := range list {
				out.Items = append(out.Items, IncidentName{i.ID, i.Number, i.Name, i.Drill})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("account-invite", http.MethodPost, "/accounts", "Make an account and its enrolment link", 201),
		func(ctx context.Context, in *struct {
			Body struct {
				ID    string `json:"id" format:"uuid"`
				Login string `json:"login" maxLength:"80"`
				Name  string `json:"name" maxLength:"80"`
				Unit  string `json:"unit,omitempty" maxLength:"200"`
			}
		},
		) (*body[LinkOut], error) {
			accountID, err := id.Parse(in.Body.ID, "body.id")
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			token, err := a.s.Access.Invite(ctx, access.Account{ID: accountID, Login: in.Body.Login, Name: in.Body.Name, Unit: in.Body.Unit})
			return answer(ctx, LinkOut{Login: in.Body.Login, Path: linkPath(token)}, err)
		})
	huma.Register(h, op("account-link", http.MethodPost, "/accounts/{id}/link", "Make a new enrolment link for who has not enrolled, or lacks the factor that a role demands", 200),
		func(ctx context.Context, in *RecordID) (*body[LinkOut], error) {
			token, login, err := a.s.Access.Relink(ctx, in.ID)
			return answer(ctx, LinkOut{Login: login, Path: linkPath(token)}, err)
		})
	huma.Register(h, op("account-identify", http.MethodPost, "/accounts/{id}/identity", "Put on record who is behind an account: the own once, that of others as the security administrator", 204),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				IdentityIn
				ID  string `json:"id" format:"uuid" doc:"of the command"`
				Why string `json:"why,omitempty" maxLength:"800" doc:"why what is on record is corrected"`
			}
		},
		) (*struct{}, error) {
			b := in.Body
			return nil, toHTTP(ctx, a.s.Access.Identify(ctx, b.ID, in.ID, access.Identity(b.IdentityIn), b.Why))
		})
	huma.Register(h, op("account-course", http.MethodGet, "/accounts/{id}/course", "What happened to an account and its grants, newest first", 200), a.accountCourse)
	a.grants(h)
}

func (a *API) accountCourse(ctx context.Context, in *struct {
	RecordID
	CoursePage
},
) (*body[PageOf[AccountRow]], error) {
	rows, err := a.s.Access.Course(ctx, in.ID, in.Before, in.Limit)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	names, err := a.actors(ctx, rows)
	out := PageOf[AccountRow]{Items: []AccountRow{}}
	for _, r := range rows {
		one := AccountRow{CourseRow: courseRow(r, names)}
		if g, ok := access.GrantOfRow(r); ok {
			said := a.grantOut(g)
			one.Grant = &said
		}
		out.Items = append(out.Items, one)
	}
	return answer(ctx, out, err)
}

func (a *API) grants(h huma.API) {
	huma.Register(h, op("grant-give", http.MethodPost, "/accounts/{id}/grants", "Grant a role; an administrator's or approver's waits for a second person", 204),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID        string    `json:"id" format:"uuid"`
				Role      string    `json:"role" maxLength:"20"`
				Place     string    `json:"place,omitempty" maxLength:"12" doc:"division code"`
				Team      string    `json:"team,omitempty" maxLength:"40"`
				Incident  string    `json:"incident,omitempty" maxLength:"40"`
				NotBefore time.Time `json:"notBefore,omitzero"`
				NotAfter  time.Time `json:"notAfter,omitzero"`
			}
		},
		) (*struct{}, error) {
			b := in.Body
			path, err := a.pathIn(b.Place, "body.place")
			if err == nil {
				err = a.s.Access.Give(ctx, in.ID, access.Grant{
					ID: b.ID, Role: access.Role(b.Role), Place: path, Team: b.Team, Incident: b.Incident, NotBefore: b.NotBefore, NotAfter: b.NotAfter,
				})
			}
			return nil, toHTTP(ctx, err)
		})
	huma.Register(h, op("grant-confirm", http.MethodPost, "/grants/{id}/confirm", "Confirm a grant as its second person", 204),
		func(ctx context.Context, in *RecordID) (*struct{}, error) {
			return nil, toHTTP(ctx, a.s.Access.Confirm(ctx, in.ID))
		})
	huma.Register(h, op("grant-revoke", http.MethodPost, "/grants/{id}/revoke", "End a grant at once", 204),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				Reason string `json:"reason"`
			}
		},
		) (*struct{}, error) {
			return nil, toHTTP(ctx, a.s.Access.Revoke(ctx, in.ID, in.Body.Reason))
		})
}

func (a *API) accountList(ctx context.Context, in *struct {
	Sought
	Unknown bool   `query:"unknown" doc:"only who may decide about teams and of whom it is not on record who they are"`
	Ended   bool   `query:"ended" doc:"only who holds a grant at a place that has ended"`
	Cursor  string `query:"cursor" maxLength:"80"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[PageOf[HolderOut]], error) {
	query, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.s.Access.Holders(ctx, access.HolderFilter{Query: query, Unknown: in.Unknown, Ended: in.Ended, After: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	out := PageOf[HolderOut]{Items: []HolderOut{}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Next = list[in.Limit-1].Login
	}
	var who []string
	for _, h := range list {
		who = append(who, h.Identity.By)
		for _, g := range h.Grants {
			who = append(who, g.GivenBy)
		}
	}
	names, err := a.names(ctx, who...)
	for _, h := range list {
		x := HolderOut{AccountOut: AccountOut{h.ID, h.Name, h.Unit, h.Login}, Enrolled: h.Enrolled, Factor: h.Factor, Locked: h.Locked, Grants: []HeldGrantOut{}}
		if !h.Identity.At.IsZero() {
			x.Identity = &IdentityOut{maskNumber(h.Identity.Number), h.Identity.At, named(names, h.Identity.By)}
		}
		for _, g := range h.Grants {
			x.Judges = x.Judges || g.Role.Judges()
			x.Grants = append(x.Grants, HeldGrantOut{GrantOut: a.grantOut(g.Grant), ID: g.ID, From: g.NotBefore, GivenBy: named(names, g.GivenBy), Confirmed: g.Confirmed})
		}
		out.Items = append(out.Items, x)
	}
	return answer(ctx, out, err)
}

// setup and enrolment need no session: a code of the terminal or the token of a link stands for one.
func (a *API) setup(h huma.API) {
	huma.Register(h, op("setup-read", http.MethodGet, "/setup", "Whether the first start waits for its administrators", 200),
		func(ctx context.Context, _ *struct{}) (*body[struct {
			Open bool `json:"open"`
		}], error,
		) {
			open, err := a.s.Access.SetupOpen(ctx)
			return answer(ctx, struct {
				Open bool `json:"open"`
			}{open}, err)
		})
	huma.Register(h, op("setup", http.MethodPost, "/setup", "Name the three administrators and close the setup", 201),
		func(ctx context.Context, in *struct{ Body SetupIn }) (*body[PageOf[LinkOut]], error) {
			if err := a.tries(ctx, "setup"); err != nil {
				return nil, toHTTP(ctx, err)
			}
			var three []access.Administrator
			for _, x := range in.Body.Administrators {
				three = append(three, access.Administrator{Role: access.Role(x.Role), Login: x.Login, Name: x.Name, Unit: x.Unit})
			}
			tokens, err := a.s.Access.Setup(ctx, in.Body.Code, three)
			out := PageOf[LinkOut]{Items: []LinkOut{}}
			for i, t := range tokens {
				out.Items = append(out.Items, LinkOut{string(three[i].Role), three[i].Login, linkPath(t)})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("enrolment-read", http.MethodPost, "/enrolments/read", "What an enrolment link offers", 200),
		func(ctx context.Context, in *struct {
			Body struct {
				Token string `json:"token" maxLength:"80"`
			}
		},
		) (*body[EnrolmentOut], error) {
			if err := a.tries(ctx, "enrol"); err != nil {
				return nil, toHTTP(ctx, err)
			}
			e, err := a.s.Access.OpenLink(ctx, in.Body.Token)
			out := EnrolmentOut{
				Account: AccountOut{e.Account.ID, e.Account.Name, e.Account.Unit, e.Account.Login}, Roles: []string{}, Secret: e.Secret, URI: e.URI, Factor: e.Factor,
				Known: e.Known, Judges: e.Judges,
			}
			for _, r := range e.Roles {
				out.Roles = append(out.Roles, string(r))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("enrolment-end", http.MethodPost, "/enrolments", "Set the own password and factor", 204),
		func(ctx context.Context, in *struct {
			Body struct {
				Token    string      `json:"token" maxLength:"80"`
				Password string      `json:"password" maxLength:"400"`
				Code     string      `json:"code,omitempty" maxLength:"12"`
				Identity *IdentityIn `json:"identity,omitempty" doc:"who one is, so that nobody decides about the own team"`
			}
		},
		) (*struct{}, error) {
			if err := a.tries(ctx, "enrol"); err != nil {
				return nil, toHTTP(ctx, err)
			}
			return nil, toHTTP(ctx, a.s.Access.Enrol(ctx, in.Body.Token, in.Body.Password, in.Body.Code, (*access.Identity)(in.Body.Identity)))
		})
}
