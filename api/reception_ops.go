package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/reception"
)

// NewcomerIn is a person as the desk writes them down.
type NewcomerIn struct {
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty"`
	Number string `json:"number,omitempty" doc:"of a paper; only its keyed hash is kept"`
	Post   string `json:"post,omitempty" doc:"of a walk-in: what they can do"`
	Apart  bool   `json:"apart,omitempty" doc:"the desk has made sure that this is nobody who is inside"`
}

// CarIn is a vehicle as the desk writes it down.
type CarIn struct {
	Plate  string `json:"plate"`
	Colour string `json:"colour"`
	Kind   string `json:"kind,omitempty"`
}

// ArrivalsIn is who and what comes in at once.
type ArrivalsIn struct {
	Persons  []string     `json:"persons,omitempty" doc:"members of the team who are there, by id"`
	Apart    []string     `json:"apart,omitempty" doc:"of persons, those whose phone somebody inside gave and who the desk has made sure are others"`
	Extra    []NewcomerIn `json:"extra,omitempty" doc:"people whom the manifest does not name"`
	Vehicles []string     `json:"vehicles,omitempty" doc:"of the manifest, by id in the register"`
	Cars     []CarIn      `json:"cars,omitempty" doc:"others"`
	Items    []KindCount  `json:"items,omitempty" doc:"equipment that is there"`
}

func (in ArrivalsIn) domain() reception.Arrivals {
	a := reception.Arrivals{Persons: in.Persons, Apart: in.Apart, Vehicles: in.Vehicles}
	for _, n := range in.Extra {
		a.Extra = append(a.Extra, reception.Newcomer(n))
	}
	for _, c := range in.Cars {
		a.Cars = append(a.Cars, reception.Car(c))
	}
	for _, x := range in.Items {
		a.Items = append(a.Items, reception.Count{Kind: x.Kind, Came: x.Count})
	}
	return a
}

// SitePointIn is a point as the group writes it.
type SitePointIn struct {
	ID      string `json:"id" format:"uuid" doc:"of the command; of the point too, when it is new"`
	Version int64  `json:"version,omitempty" doc:"change: of the point as the actor saw it"`
	Kind    string `json:"kind" doc:"reception, staging, base"`
	Name    string `json:"name"`
	Place   string `json:"place" doc:"division code"`
	Where   *Point `json:"where,omitempty"`
	Contact string `json:"contact,omitempty" doc:"of the desk, no person's"`
}

func (a *API) receptions(h huma.API) {
	a.sitePoints(h)
	a.parties(h)
	a.partyPeople(h)
	huma.Register(h, op("inside-list", http.MethodGet, "/incidents/{id}/inside", "Who is inside, where and since when, the longest first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Point  string `query:"point" maxLength:"36"`
			Party  string `query:"party" maxLength:"36"`
			Free   bool   `query:"free" doc:"without a mission only"`
			Figure string `query:"figure" maxLength:"40" doc:"the people behind this figure, those among them who have left"`
		},
		) (*body[InsideOut], error) {
			p, err := a.s.Receptions.InsideOf(ctx, in.ID, reception.InsideFilter{Point: in.Point, Party: in.Party, Free: in.Free, Figure: in.Figure})
			return answer(ctx, a.insideOut(p), err)
		})
	huma.Register(h, aFile(op("inside-export", http.MethodPost, "/incidents/{id}/inside/export", "Take who is inside as a CSV file, with a purpose", 200), "text/csv"), a.insideCSV)
	huma.Register(h, op("party-own", http.MethodGet, "/team/site", "The teams I lead, on site and on the way", 200),
		func(ctx context.Context, _ *struct{}) (*body[OwnSiteOut], error) {
			own, err := a.s.Receptions.OwnOf(ctx)
			out := OwnSiteOut{Parties: []PartyDetail{}, Expected: a.expectedOut(own.Expected)}
			var ids []string
			for _, w := range own.Parties {
				ids = append(ids, w.ID)
			}
			used, err := a.usedOf(ctx, err, ids...)
			for _, w := range own.Parties {
				one := a.partyDetailOut(w, nil)
				one.Used = orEmpty(used[w.ID])
				out.Parties = append(out.Parties, one)
			}
			return answer(ctx, out, err)
		})
}

// sitePoints are the operations on the points of an incident, and the desk.
func (a *API) sitePoints(h huma.API) {
	desk := func(ctx context.Context, in string, err error) (*body[ReceptionDesk], error) {
		if err != nil {
			return nil, toHTTP(ctx, err)
		}
		d, err := a.s.Receptions.DeskOf(ctx, in)
		out := ReceptionDesk{At: d.At, Points: []SitePointOut{}, Expected: a.expectedOut(d.Expected), Works: d.Works, Leads: d.Leads}
		for _, p := range d.Points {
			out.Points = append(out.Points, a.sitePointOut(p))
		}
		return answer(ctx, out, err)
	}
	huma.Register(h, op("reception-desk", http.MethodGet, "/incidents/{id}/reception", "What a reception desk works with: points, and who is on the way", 200),
		func(ctx context.Context, in *RecordID) (*body[ReceptionDesk], error) { return desk(ctx, in.ID, nil) })
	huma.Register(h, op("site-point-add", http.MethodPost, "/incidents/{id}/points", "Open a point of an incident", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body SitePointIn
		},
		) (*body[ReceptionDesk], error) {
			b := in.Body
			path, err := a.placeAsked(b.Place)
			if err == nil {
				err = a.s.Receptions.AddPoint(ctx, reception.Point{
					ID: b.ID, Incident: in.ID, Kind: b.Kind, Name: b.Name, Place: path, Where: onSite(b.Where), Contact: b.Contact,
				})
			}
			return desk(ctx, in.ID, err)
		})
	huma.Register(h, op("site-point-change", http.MethodPost, "/points/{id}/change", "Put right what is said of a point", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body SitePointIn
		},
		) (*body[ReceptionDesk], error) {
			b := in.Body
			path, err := a.placeAsked(b.Place)
			err = cmp.Or(seen(b.Version), err)
			var of string
			if err == nil {
				of, err = a.s.Receptions.ChangePoint(ctx, b.ID, reception.Point{
					ID: in.ID, Version: b.Version, Kind: b.Kind, Name: b.Name, Place: path, Where: onSite(b.Where), Contact: b.Contact,
				})
			}
			return desk(ctx, of, err)
		})
	huma.Register(h, op("site-point-close", http.MethodPost, "/points/{id}/close", "Close a point", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[ReceptionDesk], error) {
			of, err := a.s.Receptions.ClosePoint(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason)
			return desk(ctx, of, err)
		})
}

// parties are the operations on teams on site.
func (a *API) parties(h huma.API) {
	huma.Register(h, op("party-list", http.MethodGet, "/incidents/{id}/parties", "Teams on site, the last to come first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			State  string `query:"state" enum:"here,unapproved,out,all,self_deployed,checked_in,leaving,turned_back,checked_out,home_safe" default:"here"`
			Point  string `query:"point" maxLength:"36"`
			Team   string `query:"team" maxLength:"36"`
			Figure string `query:"figure" maxLength:"40" doc:"the parties behind this figure, in any state"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"300"`
		},
		) (*body[PartiesOut], error) {
			p, err := a.s.Receptions.Of(ctx, in.ID, reception.ListFilter{State: in.State, Point: in.Point, Team: in.Team, Figure: in.Figure, Limit: in.Limit})
			out := PartiesOut{PageOf: PageOf[PartyOut]{Items: []PartyOut{}, Counts: p.Counts}, Tally: tallyOut(p.Tally)}
			for _, x := range p.Items {
				out.Items = append(out.Items, partyOut(x))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("party-find", http.MethodGet, "/incidents/{id}/arrivals", "Find a team at the desk by code, number, plate or name", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Sought
		},
		) (*body[FoundOut], error) {
			q, err := in.upTo(300) // a scanned code is long
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			offers, err := a.s.Passes.Meant(ctx, q)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			f, err := a.s.Receptions.Find(ctx, in.ID, q, offers)
			out := FoundOut{Expected: a.expectedOut(f.Expected), Parties: []PartyOut{}}
			for _, p := range f.Parties {
				out.Parties = append(out.Parties, partyOut(p))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("party-check-in", http.MethodPost, "/incidents/{id}/parties", "Receive a team: with an approved offer it is checked in, otherwise it is self-deployed", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string `json:"id" format:"uuid" doc:"of the party; the same twice is one"`
				Point    string `json:"point"`
				Offer    string `json:"offer,omitempty" doc:"absent: it came without one"`
				Team     string `json:"team,omitempty" doc:"in the register, where there is no offer"`
				TeamName string `json:"teamName,omitempty" doc:"where the register does not know it"`
				ArrivalsIn
				Contact   NewcomerIn `json:"contact,omitempty" doc:"who leads it on site: name and phone"`
				Days      int        `json:"days,omitempty" doc:"self-sufficient for"`
				Note      string     `json:"note,omitempty" doc:"about differences"`
				ArrivedAt time.Time  `json:"arrivedAt,omitzero" doc:"by the clock of the desk"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, b.ID, a.s.Receptions.CheckIn(ctx, reception.CheckIn{
				ID: b.ID, Incident: in.ID, Point: b.Point, Offer: b.Offer, Team: b.Team, TeamName: b.TeamName, Arrivals: b.domain(),
				Contact: reception.Who{Name: b.Contact.Name, Phone: b.Contact.Phone}, Days: b.Days, Note: b.Note, ArrivedAt: b.ArrivedAt,
			}))
		})
	huma.Register(h, op("party-read", http.MethodGet, "/parties/{id}", "One team on site with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[PartyDetail], error) {
			return a.partyDetail(ctx, in.ID, nil)
		})
	a.partyDecisions(h)
}

// partyDecisions are what the coordination group decides about a team that came without approval.
func (a *API) partyDecisions(h huma.API) {
	huma.Register(h, op("party-regularise", http.MethodPost, "/parties/{id}/regularise", "Approve a team that came without approval", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Offer  string `json:"offer,omitempty" doc:"an approved offer of the team; absent: by decision"`
				Reason string `json:"reason,omitempty" doc:"the decision: who decided, how"`
				Waiver string `json:"waiver,omitempty" doc:"why people without insurance may stay"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			r := reception.Regularisation{ID: b.ID, Version: b.Version, Offer: b.Offer, Reason: b.Reason, Waiver: b.Waiver}
			return a.partyDetail(ctx, in.ID, a.s.Receptions.Regularise(ctx, in.ID, r))
		})
	huma.Register(h, op("party-join-host", http.MethodPost, "/parties/{id}/join-host", "Let the people of a group that came without approval join a host team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Host string `json:"host" doc:"a team that is checked in"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, in.ID, a.s.Receptions.JoinHost(ctx, b.ID, in.ID, b.Version, b.Host))
		})
	huma.Register(h, op("party-turn-back", http.MethodPost, "/parties/{id}/turn-back", "Ask a team that came without approval to leave", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[PartyDetail], error) {
			return a.partyDetail(ctx, in.ID, a.s.Receptions.TurnBack(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
}

// partyPeople are the operations on the people and vehicles of a team on site.
func (a *API) partyPeople(h huma.API) {
	huma.Register(h, op("party-join", http.MethodPost, "/parties/{id}/join", "Let those in who come later", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"0" doc:"0: not compared, those who come only add to it; for what a desk kept without network"`
				ArrivalsIn
				ArrivedAt time.Time `json:"arrivedAt,omitzero" doc:"by the clock of the desk"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, in.ID, a.s.Receptions.Join(ctx, b.ID, in.ID, b.Version, b.domain(), b.ArrivedAt))
		})
	huma.Register(h, op("party-walk-in", http.MethodPost, "/parties/{id}/walk-in", "Let a volunteer join a host team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Person NewcomerIn `json:"person"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, in.ID, a.s.Receptions.WalkIn(ctx, b.ID, in.ID, b.Version, reception.Newcomer(b.Person)))
		})
	huma.Register(h, op("party-person-out", http.MethodPost, "/parties/{id}/person-out", "Record that a person leaves before the team, or that the row was a mistake", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Presence string `json:"presence"`
				Why      string `json:"why" doc:"rotated, injured, hospital, transferred, mistaken"`
				Note     string `json:"note,omitempty"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, in.ID, a.s.Receptions.Leave(ctx, in.ID, reception.Out{ID: b.ID, Version: b.Version, Presence: b.Presence, Why: b.Why, Note: b.Note}))
		})
	huma.Register(h, op("party-person-back", http.MethodPost, "/parties/{id}/person-back", "Let a person in again", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Presence string `json:"presence"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, in.ID, a.s.Receptions.Return(ctx, b.ID, in.ID, b.Version, b.Presence))
		})
	a.partyReveal(h)
	huma.Register(h, op("party-ride-out", http.MethodPost, "/parties/{id}/ride-out", "Record that a vehicle leaves before the team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Ride string `json:"ride"`
			}
		},
		) (*body[PartyDetail], error) {
			b := in.Body
			return a.partyDetail(ctx, in.ID, a.s.Receptions.RideOut(ctx, b.ID, in.ID, b.Version, b.Ride))
		})
}

// partyReveal shows a number, for a purpose.
func (a *API) partyReveal(h huma.API) {
	huma.Register(h, op("party-reveal", http.MethodPost, "/parties/{id}/reveal", "See the number of who leads a team on site, or of one of its people, for a purpose", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				Presence string `json:"presence,omitempty" doc:"absent: who leads the team"`
				Purpose  string `json:"purpose"`
			}
		},
		) (*body[struct {
			Name  string `json:"name"`
			Phone string `json:"phone"`
		}], error,
		) {
			who, err := a.s.Receptions.Reveal(ctx, in.ID, in.Body.Presence, in.Body.Purpose)
			return answer(ctx, struct {
				Name  string `json:"name"`
				Phone string `json:"phone"`
			}{who.Name, who.Phone}, err)
		})
}
