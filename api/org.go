package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
)

// MechanismEdit is what a person writes of a standing mechanism.
type MechanismEdit struct {
	Name      string     `json:"name"`
	Basis     string     `json:"basis,omitempty" doc:"the document that founded it"`
	Authority string     `json:"authority,omitempty" doc:"who approved it"`
	Founded   time.Time  `json:"founded,omitzero"`
	Lead      string     `json:"lead" doc:"division that leads the three groups"`
	Head      string     `json:"head,omitempty" doc:"post of the head of the leading group"`
	Phone     string     `json:"phone,omitempty" doc:"of the office on duty; it is published"`
	Members   []UnitEdit `json:"members" nullable:"false"`
}

// UnitEdit is a unit and how it takes part.
type UnitEdit struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind" doc:"party, government, military, mass, enterprise, other"`
	Role   string   `json:"role" doc:"lead, member, support_team"`
	Duty   string   `json:"duty,omitempty"`
	Groups []string `json:"groups,omitempty" doc:"general, coordination, support: a unit may sit in several"`
}

// MechanismOut is the standing mechanism of a place.
type MechanismOut struct {
	ID        string    `json:"id"`
	Place     Place     `json:"place"`
	Name      string    `json:"name"`
	Basis     string    `json:"basis"`
	Authority string    `json:"authority"`
	Founded   time.Time `json:"founded,omitzero"`
	Lead      string    `json:"lead"`
	Head      string    `json:"head"`
	Phone     string    `json:"phone"`
	Version   int64     `json:"version"`
	Ended     time.Time `json:"ended,omitzero" doc:"since when its place has ended: it stays as it is"`
	Heirs     []Place   `json:"heirs,omitempty" doc:"who took over the place"`
}

// UnitOut is a unit in a mechanism.
type UnitOut struct {
	Unit    string      `json:"unit" doc:"id"`
	Name    string      `json:"name"`
	Kind    string      `json:"kind"`
	Role    string      `json:"role"`
	Duty    string      `json:"duty"`
	Groups  []org.Group `json:"groups" nullable:"false"`
	Liaison *LiaisonOut `json:"liaison,omitempty" doc:"absent: the unit has named nobody"`
}

// LiaisonOut is a liaison officer, now or formerly.
type LiaisonOut struct {
	ID          string    `json:"id"`
	Unit        string    `json:"unit"`
	Name        string    `json:"name"`
	Post        string    `json:"post"`
	PhoneMasked string    `json:"phoneMasked,omitempty"`
	Since       time.Time `json:"since"`
	Until       time.Time `json:"until,omitzero"`
	By          string    `json:"by"`
	Tried       time.Time `json:"tried,omitzero" doc:"when somebody last tried to reach the officer; absent: never"`
	Reached     bool      `json:"reached"`
}

// MechanismDetail is a mechanism with everything around it.
type MechanismDetail struct {
	MechanismOut
	Members []UnitOut    `json:"members" nullable:"false"`
	Without int          `json:"without" doc:"units that have named no liaison officer"`
	Former  []LiaisonOut `json:"former" nullable:"false"`
	History []History    `json:"history" nullable:"false"`
	MayEdit bool         `json:"mayEdit"`
}

func (e MechanismEdit) domain(mechanism string, p place.Path, version int64) org.Mechanism {
	m := org.Mechanism{
		ID: mechanism, Place: p, Name: e.Name, Basis: e.Basis, Authority: e.Authority, Founded: e.Founded, Lead: e.Lead, Head: e.Head, Phone: e.Phone, Version: version,
	}
	for _, x := range e.Members {
		one := org.Member{Unit: org.Unit{Name: x.Name, Kind: x.Kind}, Role: x.Role, Duty: x.Duty}
		for _, g := range x.Groups {
			one.Groups = append(one.Groups, org.Group(g))
		}
		m.Members = append(m.Members, one)
	}
	return m
}

func (a *API) mechanismOut(m org.Mechanism) MechanismOut {
	out := MechanismOut{
		ID: m.ID, Place: a.placeOf(m.Place), Name: m.Name, Basis: m.Basis, Authority: m.Authority, Founded: m.Founded, Lead: m.Lead, Head: m.Head,
		Phone: m.Phone, Version: m.Version,
	}
	out.Ended, out.Heirs = a.ended(m.Place)
	return out
}

func liaisonOut(l org.Liaison, names map[string]string) LiaisonOut {
	return LiaisonOut{ID: l.ID, Unit: l.Unit, Name: l.Name, Post: l.Post, PhoneMasked: maskPhone(l.Phone), Since: l.Since, Until: l.Until, By: named(names, l.By), Tried: l.Tried, Reached: l.Reached}
}

func (a *API) mechanismDetail(ctx context.Context, id string, err error) (*body[MechanismDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Orgs.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, x := range w.Members {
		if x.Liaison != nil {
			who = append(who, x.Liaison.By)
		}
	}
	for _, l := range w.Former {
		who = append(who, l.By)
	}
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	perUnit, _, err := a.s.Parameters.Number(w.Place, org.PerUnit, a.s.Clock.Now())
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	names, err := a.names(ctx, who...)
	out := MechanismDetail{
		MechanismOut: a.mechanismOut(w.Mechanism), Members: []UnitOut{}, Without: len(w.Without(int(perUnit))), Former: []LiaisonOut{},
		History: historyOut(w.History, names), MayEdit: w.MayEdit,
	}
	for _, x := range w.Members {
		one := UnitOut{Unit: x.Unit.ID, Name: x.Unit.Name, Kind: x.Unit.Kind, Role: x.Role, Duty: x.Duty, Groups: orEmpty(x.Groups)}
		if x.Liaison != nil {
			l := liaisonOut(*x.Liaison, names)
			one.Liaison = &l
		}
		out.Members = append(out.Members, one)
	}
	for _, l := range w.Former {
		out.Former = append(out.Former, liaisonOut(l, names))
	}
	return answer(ctx, out, err)
}

func (a *API) orgs(h huma.API) {
	huma.Register(h, op("mechanism-list", http.MethodGet, "/mechanisms", "Standing mechanisms: of my places, and of those above that support them", 200),
		func(ctx context.Context, _ *struct{}) (*body[PageOf[MechanismOut]], error) {
			list, err := a.s.Orgs.Mechanisms(ctx)
			out := PageOf[MechanismOut]{Items: []MechanismOut{}}
			for _, m := range list {
				out.Items = append(out.Items, a.mechanismOut(m))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("mechanism-read", http.MethodGet, "/mechanisms/{id}", "One mechanism with its units and officers", 200),
		func(ctx context.Context, in *RecordID) (*body[MechanismDetail], error) {
			return a.mechanismDetail(ctx, in.ID, nil)
		})
	huma.Register(h, op("mechanism-found", http.MethodPost, "/mechanisms", "Found the mechanism of a place", 201),
		func(ctx context.Context, in *struct {
			Body struct {
				ID    string        `json:"id" format:"uuid"`
				Place string        `json:"place" doc:"division code"`
				Says  MechanismEdit `json:"says"`
			}
		},
		) (*body[MechanismDetail], error) {
			path, err := a.placeAsked(in.Body.Place)
			if err == nil {
				err = a.s.Orgs.Found(ctx, in.Body.ID, in.Body.Says.domain(in.Body.ID, path, 0))
			}
			return a.mechanismDetail(ctx, in.Body.ID, err)
		})
	huma.Register(h, op("mechanism-change", http.MethodPost, "/mechanisms/{id}/change", "Write a mechanism anew, with a reason", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ReasonIn
				Says MechanismEdit `json:"says"`
			}
		},
		) (*body[MechanismDetail], error) {
			b := in.Body
			return a.mechanismDetail(ctx, in.ID, a.s.Orgs.Change(ctx, b.ID, b.Reason, b.Says.domain(in.ID, "", b.Version)))
		})
	a.liaisons(h)
}

// liaisons is the operations of liaison officers.
func (a *API) liaisons(h huma.API) {
	huma.Register(h, op("liaison-name", http.MethodPost, "/mechanisms/{id}/liaisons", "Name the liaison officer of a unit; the one before becomes history", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID    string `json:"id" format:"uuid"`
				Unit  string `json:"unit" format:"uuid"`
				Name  string `json:"name"`
				Post  string `json:"post,omitempty"`
				Phone string `json:"phone"`
			}
		},
		) (*body[MechanismDetail], error) {
			b := in.Body
			return a.mechanismDetail(ctx, in.ID, a.s.Orgs.Name(ctx, in.ID, org.Liaison{ID: b.ID, Unit: b.Unit, Name: b.Name, Post: b.Post, Phone: b.Phone}))
		})
	huma.Register(h, op("liaison-try", http.MethodPost, "/mechanisms/{id}/liaisons/{liaison}/try", "Record whether a liaison officer could be reached", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Liaison string `path:"liaison" format:"uuid"`
			Body    struct {
				ID      string `json:"id" format:"uuid"`
				Reached bool   `json:"reached"`
			}
		},
		) (*body[MechanismDetail], error) {
			return a.mechanismDetail(ctx, in.ID, a.s.Orgs.Try(ctx, in.Body.ID, in.ID, in.Liaison, in.Body.Reached))
		})
	huma.Register(h, op("liaison-reveal", http.MethodPost, "/mechanisms/{id}/liaisons/{liaison}/reveal", "See the number of a liaison officer, with a purpose", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Liaison string `path:"liaison" format:"uuid"`
			Body    PurposeIn
		},
		) (*body[PhoneOut], error) {
			phone, err := a.s.Orgs.Reveal(ctx, in.ID, in.Liaison, in.Body.Purpose)
			return answer(ctx, PhoneOut{phone}, err)
		})
}

// PhoneOut is a number that was revealed.
type PhoneOut struct {
	Phone string `json:"phone"`
}

// placeAsked is the path of a division code that must be there.
func (a *API) placeAsked(code string) (place.Path, error) { return a.placeAskedIn(code, "body.place") }

// placeAskedIn is placeAsked for a field of another name.
func (a *API) placeAskedIn(code, field string) (place.Path, error) {
	path, err := a.pathIn(code, field)
	if err == nil && path == "" {
		err = fault.InvalidField(field, "missing", "请选择地区", "choose a place")
	}
	return path, err
}
