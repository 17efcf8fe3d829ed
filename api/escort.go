package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/equipment"
	"lianyuan/domain/pass"
)

// EscortOut is vehicles that the police are asked to lead.
type EscortOut struct {
	ID          string         `json:"id"`
	Number      string         `json:"number"`
	Incident    string         `json:"incident"`
	State       string         `json:"state"`
	Assembly    string         `json:"assembly" doc:"where the vehicles gather"`
	AssembleAt  time.Time      `json:"assembleAt"`
	Origin      string         `json:"origin"`
	Destination string         `json:"destination"`
	Route       string         `json:"route"`
	Reason      string         `json:"reason" doc:"road_damaged, night, wide_load, traffic, other"`
	Note        string         `json:"note,omitempty"`
	Unit        string         `json:"unit" doc:"name of the unit that is asked"`
	Contact     string         `json:"contact" doc:"the desk that asks"`
	Leads       string         `json:"leads,omitempty" doc:"the police unit that leads"`
	PolicePlate string         `json:"policePlate,omitempty"`
	Duty        string         `json:"duty,omitempty" doc:"number of its duty desk"`
	LeadsAt     time.Time      `json:"leadsAt,omitzero" doc:"when it sets out"`
	Why         string         `json:"why,omitempty" doc:"refused or cancelled"`
	Near        bool           `json:"near" doc:"it gathers soon, or should have, and nothing is arranged"`
	Vehicles    []EscortedPass `json:"vehicles" nullable:"false" doc:"a leader sees the own ones"`
	Here        int            `json:"here" doc:"vehicles in the escort, also those of other teams"`
	Answer      *EscortAnswer  `json:"answer,omitempty"`
	At          time.Time      `json:"at"`
	Actions     []string       `json:"actions" nullable:"false"`
	Version     int64          `json:"version"`
}

// EscortedPass is a vehicle in an escort.
type EscortedPass struct {
	Pass     string    `json:"pass" doc:"id"`
	Number   string    `json:"number"`
	Plate    string    `json:"plate"`
	Colour   string    `json:"colour"`
	Kind     string    `json:"kind"`
	TeamName string    `json:"teamName"`
	LeftAt   time.Time `json:"leftAt,omitzero"`
	LeftWhy  string    `json:"leftWhy,omitempty" doc:"revoked, replaced"`
	Vouched  bool      `json:"vouched" doc:"its offer vouches for the vehicle; otherwise gates refuse it"`
}

// EscortAnswer is what the unit that was asked answered, recorded on its behalf.
type EscortAnswer struct {
	DecidedBy string    `json:"decidedBy"`
	How       string    `json:"how"`
	DecidedAt time.Time `json:"decidedAt"`
	Reference string    `json:"reference,omitempty"`
	Words     string    `json:"words,omitempty"`
	By        string    `json:"by" doc:"who recorded it"`
}

// EscortDetail is an escort with what happened to it.
type EscortDetail struct {
	EscortOut
	By      string    `json:"by"`
	History []History `json:"history" nullable:"false" doc:"for who sees all of it"`
}

// EscortsOut is what the support group works with.
type EscortsOut struct {
	Items []EscortOut  `json:"items" nullable:"false"`
	Free  []PassOut    `json:"free" nullable:"false" doc:"passes in force that are in no escort, for who may ask"`
	Units []EscortUnit `json:"units" nullable:"false" doc:"that may be asked"`
	Asks  bool         `json:"asks" doc:"the actor may ask"`
	At    time.Time    `json:"at" doc:"as of"`
}

// EscortUnit is a unit of the mechanism.
type EscortUnit struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func escortOut(w pass.WholeEscort, names map[string]string) EscortOut {
	e := w.Escort
	out := EscortOut{
		ID: e.ID, Number: e.Number, Incident: e.Incident, State: e.State, Assembly: e.Assembly, AssembleAt: e.AssembleAt, Origin: e.Origin, Destination: e.Destination,
		Route: e.Route, Reason: e.Reason, Note: e.Note, Unit: e.UnitName, Contact: e.Contact, Leads: e.Leads, PolicePlate: e.PolicePlate, Duty: e.Duty, LeadsAt: e.LeadsAt,
		Why: e.Why, Near: w.Near, Vehicles: []EscortedPass{}, Here: w.Going, At: e.At, Actions: orEmpty(w.Actions), Version: e.Version,
	}
	for _, v := range e.Vehicles {
		out.Vehicles = append(out.Vehicles, EscortedPass{v.ID, v.Number, equipment.Shown(v.Plate), v.Colour, v.Kind, v.TeamName, v.LeftAt, v.LeftWhy, v.Vouched})
	}
	if d := w.Answer; d.ID != "" {
		out.Answer = &EscortAnswer{d.DecidedBy, d.How, d.DecidedAt, d.Reference, d.Words, named(names, d.By)}
	}
	return out
}

func (a *API) escortDetail(ctx context.Context, id string, err error) (*body[EscortDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Passes.Escort(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	who := []string{w.By, w.Answer.By}
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	names, err := a.names(ctx, who...)
	return answer(ctx, EscortDetail{EscortOut: escortOut(w, names), By: named(names, w.By), History: historyOut(w.History, names)}, err)
}

func (a *API) escortList(ctx context.Context, in *RecordID) (*body[EscortsOut], error) {
	c, err := a.s.Passes.EscortsOf(ctx, in.ID)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, w := range c.Items {
		who = append(who, w.Answer.By)
	}
	names, err := a.names(ctx, who...)
	out := EscortsOut{Items: []EscortOut{}, Free: []PassOut{}, Units: []EscortUnit{}, Asks: c.Asks, At: a.s.Clock.Now()}
	for _, w := range c.Items {
		out.Items = append(out.Items, escortOut(w, names))
	}
	for _, p := range c.Free {
		out.Free = append(out.Free, a.passOut(p))
	}
	for _, u := range c.Units {
		out.Units = append(out.Units, EscortUnit{u.Unit, u.Name})
	}
	return answer(ctx, out, err)
}

func (a *API) escorts(h huma.API) {
	huma.Register(h, op("escort-list", http.MethodGet, "/incidents/{id}/escorts", "Escorts by the police in an incident; a leader sees those with a vehicle of the team", 200), a.escortList)
	huma.Register(h, op("escort-ask", http.MethodPost, "/incidents/{id}/escorts", "Ask a unit of the mechanism to lead vehicles", 201), a.escortAsk)
	huma.Register(h, op("escort-read", http.MethodGet, "/escorts/{id}", "One escort with what happened to it", 200),
		func(ctx context.Context, in *RecordID) (*body[EscortDetail], error) {
			return a.escortDetail(ctx, in.ID, nil)
		})
	huma.Register(h, op("escort-step", http.MethodPost, "/escorts/{id}/step", "Take an escort one step on; the answer of the unit is recorded on its behalf", 200), a.escortStep)
}

func (a *API) escortAsk(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID          string    `json:"id" format:"uuid" doc:"of the command, and of the escort"`
		Passes      []string  `json:"passes" maxItems:"60" doc:"ids of passes that travel together"`
		Assembly    string    `json:"assembly" doc:"where the vehicles gather"`
		AssembleAt  time.Time `json:"assembleAt"`
		Origin      string    `json:"origin"`
		Destination string    `json:"destination"`
		Route       string    `json:"route"`
		Reason      string    `json:"reason" doc:"road_damaged, night, wide_load, traffic, other"`
		Note        string    `json:"note,omitempty" doc:"needed for other"`
		Unit        string    `json:"unit" doc:"id of a unit of the mechanism"`
		Contact     string    `json:"contact" doc:"the desk that asks; no number of a person"`
	}
},
) (*body[EscortDetail], error) {
	b := in.Body
	return a.escortDetail(ctx, b.ID, a.s.Passes.AskEscort(ctx, pass.Escort{
		ID: b.ID, Incident: in.ID, Assembly: b.Assembly, AssembleAt: b.AssembleAt, Origin: b.Origin, Destination: b.Destination, Route: b.Route, Reason: b.Reason,
		Note: b.Note, Unit: b.Unit, Contact: b.Contact,
	}, b.Passes))
}

func (a *API) escortStep(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID       string      `json:"id" format:"uuid" doc:"of the command"`
		Version  int64       `json:"version" minimum:"1"`
		Verb     string      `json:"verb" doc:"arrange, set_out, finish, refuse, cancel"`
		Leads    string      `json:"leads,omitempty" doc:"arrange: the police unit that leads"`
		Plate    string      `json:"plate,omitempty" doc:"arrange: of the police vehicle"`
		Duty     string      `json:"duty,omitempty" doc:"arrange: number of its duty desk; no number of a person"`
		At       time.Time   `json:"at,omitzero" doc:"arrange: when it sets out"`
		Reason   string      `json:"reason,omitempty" doc:"refuse, cancel"`
		Decision *DecisionIn `json:"decision,omitempty" doc:"arrange, refuse: who answered, how and when"`
	}
},
) (*body[EscortDetail], error) {
	b := in.Body
	step := pass.EscortStep{Verb: b.Verb, Leads: b.Leads, Plate: b.Plate, Duty: b.Duty, At: b.At, Reason: b.Reason}
	if b.Decision != nil {
		d := b.Decision.domain()
		step.Decision = &d
	}
	return a.escortDetail(ctx, in.ID, a.s.Passes.StepEscort(ctx, b.ID, in.ID, b.Version, step))
}
