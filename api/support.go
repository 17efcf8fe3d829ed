package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/support"
	"lianyuan/platform/fault"
)

// SupportOut is what a team asks for.
type SupportOut struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Incident string    `json:"incident"`
	Team     TeamRef   `json:"team"`
	Category string    `json:"category"`
	What     string    `json:"what"`
	Quantity int       `json:"quantity"`
	Unit     string    `json:"unit"`
	Priority int       `json:"priority" doc:"1 highest … 4"`
	Where    string    `json:"where"`
	NeedBy   time.Time `json:"needBy,omitzero" doc:"absent: as soon as possible"`
	State    string    `json:"state"`
	Routed   string    `json:"routed,omitempty" doc:"the unit or force that meets it"`
	Supplied int       `json:"supplied" doc:"of quantity"`
	Late     bool      `json:"late"`
	At       time.Time `json:"at"`
	Version  int64     `json:"version"`
}

// TeamRef names a team.
type TeamRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SettledOut is who said what a team received.
type SettledOut struct {
	By       string `json:"by"`
	OnBehalf bool   `json:"onBehalf" doc:"by the coordination group, for a team that phones"`
}

// SupplyOut is one delivery.
type SupplyOut struct {
	Quantity int       `json:"quantity" doc:"negative: a dispute took back what was written down"`
	Source   string    `json:"source,omitempty" doc:"the unit or force that brought it"`
	Note     string    `json:"note,omitempty"`
	Gone     bool      `json:"gone,omitempty" doc:"the note was destroyed with the personal data of the incident"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// SupportDetail is a request with everything around it.
type SupportDetail struct {
	SupportOut
	By       string      `json:"by"`
	Settled  *SettledOut `json:"settled,omitempty" doc:"who last confirmed or disputed what came"`
	Mission  *MissionRef `json:"mission,omitempty" doc:"for which it is asked; absent also for who may not see it"`
	Supplies []SupplyOut `json:"supplies" nullable:"false"`
	History  []History   `json:"history" nullable:"false"`
	Actions  []string    `json:"actions" nullable:"false"`
}

// CategoryOut is a kind of support, with the words of the source document that mean it.
type CategoryOut struct {
	Key     string   `json:"key"`
	Label   string   `json:"label"`
	LabelEn string   `json:"labelEn"`
	Means   []string `json:"means" nullable:"false"`
}

func (a *API) supportOut(r support.Request) SupportOut {
	return SupportOut{
		ID: r.ID, Number: r.Number, Incident: r.Incident, Team: TeamRef{r.Team, r.TeamName}, Category: r.Category, What: r.What, Quantity: r.Quantity,
		Unit: r.Unit, Priority: r.Priority, Where: r.Where, NeedBy: r.NeedBy, State: r.State, Routed: r.Routed, Supplied: r.Supplied,
		Late: r.Late(a.s.Clock.Now()), At: r.At, Version: r.Version,
	}
}

func (a *API) supportList(ctx context.Context, list []support.Request, counts map[string]int, err error) (*body[PageOf[SupportOut]], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	out := PageOf[SupportOut]{Items: []SupportOut{}, Counts: counts}
	for _, r := range list {
		out.Items = append(out.Items, a.supportOut(r))
	}
	return answer(ctx, out, err)
}

func (a *API) supportDetail(ctx context.Context, id string, err error) (*body[SupportDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Support.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	who := []string{w.By, w.Settled}
	for _, x := range w.Supplies {
		who = append(who, x.By)
	}
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	names, err := a.names(ctx, who...)
	out := SupportDetail{
		SupportOut: a.supportOut(w.Request), By: named(names, w.By), Supplies: []SupplyOut{}, History: historyOut(w.History, names), Actions: orEmpty(w.Allowed),
	}
	if err == nil && w.Mission != "" {
		m, hidden := a.s.Missions.Brief(ctx, w.Mission)
		if out.Mission = missionRef(m); fault.KindOf(hidden) != fault.NotFound {
			err = hidden
		}
	}
	if w.Settled != "" {
		out.Settled = &SettledOut{named(names, w.Settled), w.OnBehalf}
	}
	for _, x := range w.Supplies {
		out.Supplies = append(out.Supplies, SupplyOut{x.Quantity, x.Source, x.Note.Plain, x.Note.Gone, named(names, x.By), x.At})
	}
	return answer(ctx, out, err)
}

func (a *API) supports(h huma.API) {
	huma.Register(h, op("support-categories", http.MethodGet, "/support/categories", "The kinds of support", 200),
		func(context.Context, *struct{}) (*body[PageOf[CategoryOut]], error) {
			out := PageOf[CategoryOut]{Items: []CategoryOut{}}
			for _, c := range support.Categories {
				out.Items = append(out.Items, CategoryOut{c.Key, c.Zh, c.En, orEmpty(c.Means)})
			}
			return &body[PageOf[CategoryOut]]{out}, nil
		})
	huma.Register(h, op("support-list", http.MethodGet, "/incidents/{id}/support", "Requests of teams in an incident, the most urgent first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			State  string `query:"state" enum:"open,raised,routed,supplying,delivered,confirmed,cancelled,all" default:"open"`
			Team   string `query:"team" maxLength:"36"`
			Figure string `query:"figure" maxLength:"40" doc:"the requests behind this figure, in any state"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"200"`
		},
		) (*body[PageOf[SupportOut]], error) {
			list, counts, err := a.s.Support.Of(ctx, in.ID, support.ListFilter{State: in.State, Team: in.Team, Figure: in.Figure, Limit: in.Limit})
			return a.supportList(ctx, list, counts, err)
		})
	huma.Register(h, op("support-own", http.MethodGet, "/team/support", "Requests of the team I lead", 200),
		func(ctx context.Context, _ *struct{}) (*body[PageOf[SupportOut]], error) {
			list, err := a.s.Support.Own(ctx)
			return a.supportList(ctx, list, nil, err)
		})
	huma.Register(h, op("support-raise", http.MethodPost, "/incidents/{id}/support", "Ask for support for a team", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string    `json:"id" format:"uuid"`
				Team     string    `json:"team" format:"uuid"`
				Category string    `json:"category"`
				What     string    `json:"what"`
				Quantity int       `json:"quantity"`
				Unit     string    `json:"unit"`
				Priority int       `json:"priority"`
				Where    string    `json:"where"`
				NeedBy   time.Time `json:"needBy,omitzero"`
				Mission  string    `json:"mission,omitempty" maxLength:"36" doc:"of the team, for which it asks"`
			}
		},
		) (*body[SupportDetail], error) {
			b := in.Body
			if b.Mission != "" {
				if err := a.s.Missions.OfTeam(ctx, b.Mission, in.ID, b.Team); err != nil {
					return nil, toHTTP(ctx, err)
				}
			}
			return a.supportDetail(ctx, b.ID, a.s.Support.Raise(ctx, support.Request{
				ID: b.ID, Incident: in.ID, Team: b.Team, Category: b.Category, What: b.What, Quantity: b.Quantity, Unit: b.Unit, Priority: b.Priority,
				Where: b.Where, NeedBy: b.NeedBy, Mission: b.Mission,
			}))
		})
	huma.Register(h, op("support-read", http.MethodGet, "/support/{id}", "One request with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[SupportDetail], error) {
			return a.supportDetail(ctx, in.ID, nil)
		})
	a.supportSteps(h)
}

// supportSteps are the verbs on a request.
func (a *API) supportSteps(h huma.API) {
	for _, m := range []struct{ verb, summary string }{
		{"route", "Route a request to a unit or force"},
		{"return", "Take a routed request back, with a reason"},
		{"supply", "Record that a part has come"},
		{"complete", "Record that the rest has come"},
		{"confirm", "Confirm that the team has received it"},
		{"dispute", "Say that not all of it came"},
		{"miss", "Say that nothing came"},
		{"cancel", "Cancel a request, with a reason"},
	} {
		huma.Register(h, op("support-"+m.verb, http.MethodPost, "/support/{id}/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body SupportStep
			},
			) (*body[SupportDetail], error) {
				b := in.Body
				return a.supportDetail(ctx, in.ID, a.s.Support.Take(ctx, in.ID, support.Step{
					ID: b.ID, Verb: m.verb, Version: b.Version, To: b.To, Quantity: b.Quantity, Reason: b.Reason,
				}))
			})
	}
}

// SupportStep is what the verbs on a request ask for.
type SupportStep struct {
	ID       string `json:"id" format:"uuid"`
	Version  int64  `json:"version" minimum:"1"`
	To       string `json:"to,omitempty" doc:"route: the unit or force"`
	Quantity int    `json:"quantity,omitempty" doc:"supply: what came; dispute: what really came in all"`
	Reason   string `json:"reason,omitempty"`
}
