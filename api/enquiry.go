package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/enquiry"
)

// EnquiryOut is a question of a team with what was said about it.
type EnquiryOut struct {
	ID        string           `json:"id"`
	Number    string           `json:"number"`
	Incident  string           `json:"incident"`
	Team      *TeamRef         `json:"team,omitempty" doc:"absent in what was shared by another team"`
	Situation string           `json:"situation" doc:"applying, on_site"`
	Topic     string           `json:"topic"`
	State     string           `json:"state"`
	Shared    bool             `json:"shared"`
	Late      bool             `json:"late"`
	Due       time.Time        `json:"due"`
	Lines     []EnquiryLineOut `json:"lines" nullable:"false" doc:"oldest first; the first is the question"`
	At        time.Time        `json:"at"`
	Version   int64            `json:"version"`
	Used      []UsedOut        `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// EnquiryLineOut is something that was asked or answered.
type EnquiryLineOut struct {
	Answer bool      `json:"answer"`
	Words  string    `json:"words"`
	Gone   bool      `json:"gone,omitempty" doc:"the words were destroyed with the personal data of the incident"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// EnquiryDetail is an enquiry with what may be done about it.
type EnquiryDetail struct {
	EnquiryOut
	Actions []string `json:"actions" nullable:"false"`
}

// EnquiryQueue is what the desks of an incident see.
type EnquiryQueue struct {
	Items  []EnquiryOut   `json:"items" nullable:"false"`
	Counts map[string]int `json:"counts"`
	Topics []string       `json:"topics" nullable:"false" doc:"that I may answer about now; for buttons"`
}

// EnquiryDesk is what a leader sees.
type EnquiryDesk struct {
	Own       []EnquiryOut  `json:"own" nullable:"false"`
	Shared    []EnquiryOut  `json:"shared" nullable:"false" doc:"what every team may know, without the name of the one that asked"`
	Incidents []IncidentRef `json:"incidents" nullable:"false" doc:"that run and may be asked about"`
}

// IncidentRef names an incident.
type IncidentRef struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Drill bool   `json:"drill"`
}

// enquiryOuts are enquiries as a page shows them; who answered is named to desks alone, where names is set.
func (a *API) enquiryOuts(ctx context.Context, list []enquiry.Enquiry, named bool) ([]EnquiryOut, error) {
	var who, ids []string
	for _, e := range list {
		ids = append(ids, e.ID)
		for _, l := range e.Lines {
			who = append(who, l.By)
		}
	}
	names := map[string]string{}
	if named {
		var err error
		if names, err = a.names(ctx, who...); err != nil {
			return nil, err
		}
	}
	used, err := a.usedOf(ctx, nil, ids...)
	outs := []EnquiryOut{}
	for _, e := range list {
		one := EnquiryOut{
			ID: e.ID, Number: e.Number, Incident: e.Incident, Situation: e.Situation, Topic: e.Topic, State: e.State, Shared: e.Shared,
			Late: e.Late(a.s.Clock.Now()), Due: e.Due, Lines: []EnquiryLineOut{}, At: e.At, Version: e.Version,
			Used: orEmpty(used[e.ID]),
		}
		if e.TeamName != "" {
			one.Team = &TeamRef{e.Team, e.TeamName}
		}
		for _, l := range e.Lines {
			one.Lines = append(one.Lines, EnquiryLineOut{l.Answer, l.Words.Plain, l.Words.Gone, names[l.By], l.At})
		}
		outs = append(outs, one)
	}
	return outs, err
}

func (a *API) enquiryDetail(ctx context.Context, id string, err error) (*body[EnquiryDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Enquiries.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	outs, err := a.enquiryOuts(ctx, []enquiry.Enquiry{w.Enquiry}, true)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return answer(ctx, EnquiryDetail{outs[0], orEmpty(w.Allowed)}, nil)
}

func (a *API) enquiries(h huma.API) {
	huma.Register(h, op("enquiry-list", http.MethodGet, "/incidents/{id}/enquiries", "What teams ask in an incident, those that wait longest first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			State string `query:"state" enum:"asked,answered,settled,all" default:"asked"`
			Limit int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
		},
		) (*body[EnquiryQueue], error) {
			q, err := a.s.Enquiries.Of(ctx, in.ID, in.State, in.Limit)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			outs, err := a.enquiryOuts(ctx, q.Items, true)
			return answer(ctx, EnquiryQueue{Items: outs, Counts: q.Counts, Topics: orEmpty(q.Topics)}, err)
		})
	huma.Register(h, op("enquiry-own", http.MethodGet, "/team/enquiries", "What the team I lead asked, and what every team may know", 200),
		func(ctx context.Context, _ *struct{}) (*body[EnquiryDesk], error) {
			d, err := a.s.Enquiries.Own(ctx)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			out := EnquiryDesk{Incidents: []IncidentRef{}}
			if out.Own, err = a.enquiryOuts(ctx, d.Own, false); err != nil {
				return nil, toHTTP(ctx, err)
			}
			out.Shared, err = a.enquiryOuts(ctx, d.Shared, false)
			for _, i := range d.Incidents {
				out.Incidents = append(out.Incidents, IncidentRef{i.ID, i.Name, i.Drill})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("enquiry-ask", http.MethodPost, "/incidents/{id}/enquiries", "Ask for the own team, or write down who called and what was answered", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID        string `json:"id" format:"uuid"`
				Team      string `json:"team,omitempty"`
				TeamName  string `json:"teamName,omitempty" doc:"of a group that the register does not know"`
				Situation string `json:"situation" doc:"applying, on_site"`
				Topic     string `json:"topic" doc:"need, approval, passage, check_in, mission, support, other"`
				Words     string `json:"words"`
				Answer    string `json:"answer,omitempty" doc:"of a call: what was answered at once"`
			}
		},
		) (*body[EnquiryDetail], error) {
			b := in.Body
			return a.enquiryDetail(ctx, b.ID, a.s.Enquiries.Ask(ctx, in.ID, enquiry.Question{
				ID: b.ID, Team: b.Team, TeamName: b.TeamName, Situation: b.Situation, Topic: b.Topic, Words: b.Words, Answer: b.Answer,
			}))
		})
	huma.Register(h, op("enquiry-read", http.MethodGet, "/enquiries/{id}", "One question with what was said about it", 200),
		func(ctx context.Context, in *RecordID) (*body[EnquiryDetail], error) {
			return a.enquiryDetail(ctx, in.ID, nil)
		})
	a.enquirySteps(h)
}

// enquirySteps are the verbs on an enquiry.
func (a *API) enquirySteps(h huma.API) {
	for _, m := range []struct{ path, verb, summary string }{
		{"answer", "answer", "Answer a team"},
		{"ask-again", "ask_again", "Ask again about an answer"},
		{"settle", "settle", "Settle a question that was answered"},
	} {
		huma.Register(h, op("enquiry-"+m.path, http.MethodPost, "/enquiries/{id}/"+m.path, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body struct {
					ID      string `json:"id" format:"uuid"`
					Version int64  `json:"version" minimum:"1"`
					Words   string `json:"words,omitempty"`
					Share   bool   `json:"share,omitempty" doc:"answer: show question and answer to every team"`
				}
			},
			) (*body[EnquiryDetail], error) {
				b := in.Body
				return a.enquiryDetail(ctx, in.ID, a.s.Enquiries.Take(ctx, in.ID, enquiry.Step{ID: b.ID, Verb: m.verb, Version: b.Version, Words: b.Words, Share: b.Share}))
			})
	}
}
