package api

import (
	"context"
	"net/http"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/deployment"
	"lianyuan/domain/destruction"
	"lianyuan/domain/enquiry"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/notice"
	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
	"lianyuan/domain/situation"
	"lianyuan/domain/support"
	"lianyuan/domain/team"
	"lianyuan/platform/lifecycle"
)

// Lifecycle is a state table: the pages draw their buttons and marks from it.
type Lifecycle struct {
	States []StateOut `json:"states" nullable:"false"`
	Moves  []MoveOut  `json:"moves" nullable:"false"`
}

// StateOut is one state with its words and the kind of its mark.
type StateOut struct {
	Key     string `json:"key"`
	Label   string `json:"label"`
	LabelEn string `json:"labelEn"`
	Kind    string `json:"kind"`
}

// MoveOut is one way out of some states.
type MoveOut struct {
	Verb    string   `json:"verb"`
	From    []string `json:"from" nullable:"false"`
	To      string   `json:"to"`
	Label   string   `json:"label"`
	LabelEn string   `json:"labelEn"`
	Needs   []string `json:"needs" nullable:"false"`
}

// LifecyclesOut are all state tables, and the outcomes of a report.
type LifecyclesOut struct {
	Report      Lifecycle  `json:"report"`
	Need        Lifecycle  `json:"need"`
	Incident    Lifecycle  `json:"incident"`
	Roster      Lifecycle  `json:"roster"`
	Handover    Lifecycle  `json:"handover"`
	Directive   Lifecycle  `json:"directive" doc:"in one of the groups that it is given to"`
	Offer       Lifecycle  `json:"offer"`
	Pass        Lifecycle  `json:"pass" doc:"the right to enter"`
	Toll        Lifecycle  `json:"toll" doc:"the exemption from toll"`
	Escort      Lifecycle  `json:"escort" doc:"vehicles that the police lead"`
	Legal       Lifecycle  `json:"legal" doc:"the legal status of a team"`
	Member      Lifecycle  `json:"member"`
	Vehicle     Lifecycle  `json:"vehicle"`
	Enquiry     Lifecycle  `json:"enquiry"`
	Support     Lifecycle  `json:"support"`
	Delivery    Lifecycle  `json:"delivery" doc:"a notice to one addressee by one channel"`
	Party       Lifecycle  `json:"party" doc:"a team on site"`
	Mission     Lifecycle  `json:"mission"`
	Withdrawal  Lifecycle  `json:"withdrawal" doc:"a wave of withdrawal"`
	Summary     Lifecycle  `json:"summary" doc:"the summary of an incident"`
	Destruction Lifecycle  `json:"destruction" doc:"of personal data"`
	Hold        Lifecycle  `json:"hold" doc:"what keeps personal data longer"`
	Outcomes    []StateOut `json:"outcomes" nullable:"false"`
}

// The words of a table stand inside sentences too; on a button or a mark they stand alone and begin with a capital.
func label(en string) string {
	first, size := utf8.DecodeRuneInString(en)
	return string(unicode.ToUpper(first)) + en[size:]
}

func lifecycleOut(m *lifecycle.Machine) Lifecycle {
	out := Lifecycle{}
	for _, s := range m.States {
		out.States = append(out.States, StateOut{s.Key, s.Zh, label(s.En), s.Chip})
	}
	for _, v := range m.Moves {
		out.Moves = append(out.Moves, MoveOut{v.Verb, v.From, v.To, v.Zh, label(v.En), orEmpty(v.Needs)})
	}
	return out
}

func (a *API) lifecycles(h huma.API) {
	huma.Register(h, op("lifecycles", http.MethodGet, "/lifecycles", "The state tables", 200),
		func(context.Context, *struct{}) (*body[LifecyclesOut], error) {
			out := LifecyclesOut{
				Report:      lifecycleOut(need.Reports),
				Need:        lifecycleOut(need.Needs),
				Incident:    lifecycleOut(incident.Incidents),
				Roster:      lifecycleOut(incident.Rosters),
				Handover:    lifecycleOut(incident.Handovers),
				Directive:   lifecycleOut(incident.Errands),
				Offer:       lifecycleOut(deployment.Offers),
				Pass:        lifecycleOut(pass.Passes),
				Toll:        lifecycleOut(pass.Tolls),
				Escort:      lifecycleOut(pass.Escorts),
				Legal:       lifecycleOut(team.Legals),
				Member:      lifecycleOut(team.Memberships),
				Delivery:    lifecycleOut(notice.Deliveries),
				Vehicle:     lifecycleOut(equipment.Fleet),
				Enquiry:     lifecycleOut(enquiry.Enquiries),
				Support:     lifecycleOut(support.Requests),
				Party:       lifecycleOut(reception.Parties),
				Mission:     lifecycleOut(mission.Missions),
				Withdrawal:  lifecycleOut(reception.Withdrawals),
				Summary:     lifecycleOut(situation.Summaries),
				Destruction: lifecycleOut(destruction.Destructions), Hold: lifecycleOut(destruction.Holds),
			}
			for _, o := range need.Outcomes {
				out.Outcomes = append(out.Outcomes, StateOut{o.Key, o.Zh, label(o.En), o.Chip})
			}
			return &body[LifecyclesOut]{out}, nil
		})
}
