package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/deployment"
)

// ManifestIn is what a team signs up with.
type ManifestIn struct {
	Needs    []string `json:"needs,omitempty" doc:"ids of published needs, the most important first"`
	Persons  []string `json:"persons" doc:"ids of members"`
	Vehicles []struct {
		ID   string `json:"id" doc:"in the register"`
		Crew int    `json:"crew"`
		Load string `json:"load,omitempty"`
	} `json:"vehicles,omitempty"`
	Equipment []ItemOut `json:"equipment,omitempty"`
	Days      int       `json:"days" doc:"self-sufficient for"`
	ETA       time.Time `json:"eta"`
	Origin    string    `json:"origin"`
	Note      string    `json:"note,omitempty"`
}

func (m ManifestIn) domain() deployment.Manifest {
	out := deployment.Manifest{Needs: m.Needs, Persons: m.Persons, Days: m.Days, ETA: m.ETA, Origin: m.Origin, Note: m.Note}
	for _, v := range m.Vehicles {
		out.Vehicles = append(out.Vehicles, deployment.Ride{Vehicle: v.ID, Crew: v.Crew, Load: v.Load})
	}
	for _, i := range m.Equipment {
		out.Equipment = append(out.Equipment, deployment.Item(i))
	}
	return out
}

// VerdictIn is what a station decides.
type VerdictIn struct {
	ID      string `json:"id" format:"uuid" doc:"of the command"`
	Version int64  `json:"version" minimum:"1"`
	Station int    `json:"station" doc:"number in the path"`
	Result  string `json:"result" doc:"agree, return, refuse"`
	Reason  string `json:"reason,omitempty"`
	Waiver  string `json:"waiver,omitempty" doc:"why people without insurance may go"`
}

func (v VerdictIn) domain() deployment.Verdict {
	return deployment.Verdict{ID: v.ID, Version: v.Version, Station: v.Station, Result: v.Result, Reason: v.Reason, Waiver: v.Waiver}
}

func (a *API) offers(h huma.API) {
	a.offerReading(h)
	a.offerSending(h)
	a.offerDeciding(h)
}

func (a *API) offerReading(h huma.API) {
	huma.Register(h, op("offer-list", http.MethodGet, "/offers", "Offers that I may see, the newest first; a leader sees the own team's", 200), a.offerList)
	huma.Register(h, op("offer-read", http.MethodGet, "/offers/{id}", "One offer with manifest, checks, path and match", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Edition int `query:"edition" minimum:"0" maximum:"1000" doc:"0: the one in force"`
		},
		) (*body[OfferDetail], error) {
			return a.offerDetail(ctx, in.ID, in.Edition, nil)
		})
	huma.Register(h, op("offer-preview", http.MethodPost, "/offer-preview", "The chain of authorities that an offer will take", 200),
		func(ctx context.Context, in *struct {
			Body struct {
				Team     string   `json:"team"`
				Incident string   `json:"incident,omitempty"`
				Needs    []string `json:"needs,omitempty"`
			}
		},
		) (*body[PlanOut], error) {
			p, err := a.s.Deployments.Preview(ctx, in.Body.Team, in.Body.Incident, in.Body.Needs)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			var who []string
			for _, s := range p.Stops {
				who = append(who, s.Desk.Officer, s.Desk.Deputy)
			}
			names, err := a.names(ctx, who...)
			out := PlanOut{Case: p.Case, Rule: a.ruleOut(p.Rule), Home: a.placeOf(p.Home), Destination: a.placeOf(p.Destination), Path: []StationOut{}, Registered: p.Registered, Saturated: p.Saturated}
			for _, s := range p.Stops {
				out.Path = append(out.Path, a.stationOut(s, names))
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("signing-desk-read", http.MethodGet, "/signing-desks/{place}", "Who signs for the authority of a place", 200),
		func(ctx context.Context, in *struct {
			Place string `path:"place" maxLength:"13" doc:"division code"`
		},
		) (*body[DeskOut], error) {
			return a.desk(ctx, in.Place, nil)
		})
	huma.Register(h, op("signing-desk-set", http.MethodPost, "/signing-desks/{place}", "Name who signs for the authority of a place, and the deputy", 200),
		func(ctx context.Context, in *struct {
			Place string `path:"place" maxLength:"13" doc:"division code"`
			Body  struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" doc:"0: nobody is named yet"`
				Officer string `json:"officer,omitempty" doc:"account; nobody: whoever holds the office"`
				Deputy  string `json:"deputy,omitempty" doc:"account"`
			}
		},
		) (*body[DeskOut], error) {
			path, err := a.placeAskedIn(in.Place, "path.place")
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			b := in.Body
			return a.desk(ctx, in.Place, a.s.Deployments.SetDesk(ctx, b.ID, deployment.Desk{Place: path, Officer: b.Officer, Deputy: b.Deputy, Version: b.Version}))
		})
}

func (a *API) desk(ctx context.Context, code string, err error) (*body[DeskOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	path, err := a.placeAskedIn(code, "path.place")
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	d, err := a.s.Deployments.DeskAt(ctx, path)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	at, _ := a.s.Places.Tree().ByPath(path)
	names, err := a.names(ctx, append([]string{d.Officer, d.Deputy}, d.Holders...)...)
	out := DeskOut{
		Place: a.placeOf(path), Authority: a.authority(deployment.Authority{Place: path, Level: at.Standing}),
		Officer: d.Officer, OfficerName: names[d.Officer], Deputy: d.Deputy, DeputyName: names[d.Deputy], Version: d.Version, Sets: d.Sets, Holders: []Holder{},
	}
	for _, h := range d.Holders {
		out.Holders = append(out.Holders, Holder{h, named(names, h)})
	}
	return answer(ctx, out, err)
}

func (a *API) offerList(ctx context.Context, in *struct {
	Incident string `query:"incident" maxLength:"36"`
	Team     string `query:"team" maxLength:"36"`
	State    string `query:"state" enum:"all,open,offered,matched,standby,approving,approved,ordered,acknowledged,on_site,finished,returned,refused,withdrawn,stood_down" default:"open"`
	Overdue  bool   `query:"overdue"`
	Figure   string `query:"figure" maxLength:"40" doc:"the offers behind this figure, in any state"`
	Cursor   string `query:"cursor" maxLength:"200"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[PageOf[OfferOut]], error) {
	page, err := a.s.Deployments.List(ctx, deployment.Filter{
		Incident: in.Incident, Team: in.Team, State: in.State, Overdue: in.Overdue, Figure: in.Figure, Cursor: in.Cursor, Limit: in.Limit,
	})
	out := PageOf[OfferOut]{Items: []OfferOut{}, Next: page.Next, Counts: page.Counts}
	for _, r := range page.Items {
		out.Items = append(out.Items, a.offerOut(r.Offer, r.Open))
	}
	return answer(ctx, out, err)
}

func (a *API) offerSending(h huma.API) {
	huma.Register(h, op("offer-send", http.MethodPost, "/offers", "Sign a team up for an incident", 201),
		func(ctx context.Context, in *struct {
			Body struct {
				ID       string `json:"id" format:"uuid" doc:"of the offer"`
				Team     string `json:"team"`
				Incident string `json:"incident,omitempty" doc:"left out: the one of the first need"`
				ManifestIn
			}
		},
		) (*body[OfferDetail], error) {
			b := in.Body
			return a.offerDetail(ctx, b.ID, 0, a.s.Deployments.Send(ctx, b.ID, b.Team, b.Incident, b.domain()))
		})
	huma.Register(h, op("offer-correct", http.MethodPost, "/offers/{id}/correct", "Send an offer again with what was put right", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				ManifestIn
			}
		},
		) (*body[OfferDetail], error) {
			b := in.Body
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Correct(ctx, b.ID, in.ID, b.Version, b.domain()))
		})
	huma.Register(h, op("offer-withdraw", http.MethodPost, "/offers/{id}/withdraw", "Take an offer back", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[OfferDetail], error) {
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Withdraw(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("offer-acknowledge", http.MethodPost, "/offers/{id}/acknowledge", "Acknowledge the dispatch order", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body CommandIn
		},
		) (*body[OfferDetail], error) {
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Acknowledge(ctx, in.Body.ID, in.ID, in.Body.Version))
		})
}

// CommandIn is a command that needs no words.
type CommandIn struct {
	ID      string `json:"id" format:"uuid" doc:"of the command"`
	Version int64  `json:"version" minimum:"1" doc:"of the record as the actor saw it"`
}

func (a *API) offerDeciding(h huma.API) {
	for _, m := range []struct{ id, verb, summary string }{
		{"offer-stand-by", "stand_by", "Put an offer on standby"},
		{"offer-take-up", "take_up", "Take an offer out of standby"},
		{"offer-send-back", "send_back", "Send an offer back for correction"},
		{"offer-decline", "decline", "Decline an offer at the destination"},
		{"offer-accept", "accept", "Accept an offer at the destination"},
		{"offer-stand-down", "stand_down", "Stand a team down"},
	} {
		huma.Register(h, op(m.id, http.MethodPost, "/offers/{id}/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body ReasonIn
			},
			) (*body[OfferDetail], error) {
				return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Move(ctx, m.verb, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
			})
	}
	huma.Register(h, op("offer-deploy-first", http.MethodPost, "/offers/{id}/deploy_first", "Let a team go first, to save lives, and sign after", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ReasonIn
				Cause  string `json:"cause" doc:"why lives depend on it: trapped, missing, injured, imminent, cut_off"`
				Waiver string `json:"waiver,omitempty" doc:"why people without insurance may go"`
			}
		},
		) (*body[OfferDetail], error) {
			b := in.Body
			u := deployment.Urgency{ID: b.ID, Version: b.Version, Cause: b.Cause, Reason: b.Reason, Waiver: b.Waiver}
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.DeployFirst(ctx, in.ID, u))
		})
	huma.Register(h, op("offer-match", http.MethodPost, "/offers/{id}/match", "Match an offer with published needs", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				CommandIn
				Needs []string `json:"needs"`
			}
		},
		) (*body[OfferDetail], error) {
			b := in.Body
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Match(ctx, b.ID, in.ID, b.Version, b.Needs))
		})
	huma.Register(h, op("offer-begin", http.MethodPost, "/offers/{id}/begin", "Send an offer through its chain of authorities", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body CommandIn
		},
		) (*body[OfferDetail], error) {
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Begin(ctx, in.Body.ID, in.ID, in.Body.Version))
		})
	a.offerSigning(h)
}

// offerSigning is the operations of stations and of the order that follows.
func (a *API) offerSigning(h huma.API) {
	huma.Register(h, op("offer-sign", http.MethodPost, "/offers/{id}/sign", "Agree, return or refuse for the authority whose turn it is", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body VerdictIn
		},
		) (*body[OfferDetail], error) {
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Sign(ctx, in.ID, in.Body.domain()))
		})
	huma.Register(h, op("offer-sign-for", http.MethodPost, "/offers/{id}/sign-for", "Record what an authority without accounts here decided", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				VerdictIn
				Decision DecisionIn `json:"decision"`
			}
		},
		) (*body[OfferDetail], error) {
			v, d := in.Body.domain(), in.Body.Decision.domain()
			v.Decision = &d
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.SignFor(ctx, in.ID, v))
		})
	huma.Register(h, op("offer-order", http.MethodPost, "/offers/{id}/order", "Give the dispatch order", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string    `json:"id" format:"uuid" doc:"of the order"`
				Version  int64     `json:"version" minimum:"1"`
				ReportTo string    `json:"reportTo"`
				ReportAt string    `json:"reportAt"`
				By       time.Time `json:"by"`
				Hazards  string    `json:"hazards,omitempty"`
				Contact  string    `json:"contact"`
			}
		},
		) (*body[OfferDetail], error) {
			b := in.Body
			d := deployment.Order{ID: b.ID, ReportTo: b.ReportTo, ReportAt: b.ReportAt, By: b.By, Hazards: b.Hazards, Contact: b.Contact}
			return a.offerDetail(ctx, in.ID, 0, a.s.Deployments.Dispatch(ctx, in.ID, b.Version, d))
		})
}
