package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/incident"
	"lianyuan/domain/org"
)

// DirectiveOut is an order of headquarters with what each group does about it.
type DirectiveOut struct {
	ID       string       `json:"id"`
	Number   string       `json:"number"`
	Decision DecisionOut  `json:"decision"`
	Due      time.Time    `json:"due,omitzero"`
	Halts    []string     `json:"halts" nullable:"false" doc:"what groups may not do while it is in force: publish, dispatch, mission"`
	InForce  bool         `json:"inForce"`
	Late     bool         `json:"late"`
	Lifted   time.Time    `json:"lifted,omitzero"`
	LiftedBy *DecisionOut `json:"liftedBy,omitempty"`
	Groups   []ErrandOut  `json:"groups" nullable:"false"`
	Version  int64        `json:"version"`
}

// ErrandOut is what one group does about a directive.
type ErrandOut struct {
	Group   org.Group `json:"group"`
	State   string    `json:"state"`
	TakenBy string    `json:"takenBy,omitempty"`
	TakenAt time.Time `json:"takenAt,omitzero"`
	DoneBy  string    `json:"doneBy,omitempty"`
	DoneAt  time.Time `json:"doneAt,omitzero"`
	Words   string    `json:"words,omitempty"`
	Version int64     `json:"version"`
}

// directiveList answers with the directives of an incident after a command on one of them.
func (a *API) directiveList(ctx context.Context, in string, err error) (*body[PageOf[DirectiveOut]], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.s.Incidents.DirectivesOf(ctx, in)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, d := range list {
		who = append(who, d.Decision.By, d.Decision.ConfirmedBy)
		if d.LiftedBy != nil {
			who = append(who, d.LiftedBy.By, d.LiftedBy.ConfirmedBy)
		}
		for _, e := range d.Errands {
			who = append(who, e.TakenBy, e.DoneBy)
		}
	}
	names, err := a.names(ctx, who...)
	out := PageOf[DirectiveOut]{Items: []DirectiveOut{}}
	for _, d := range list {
		one := DirectiveOut{
			ID: d.ID, Number: d.Number, Decision: decisionOut(d.Decision, names), Due: d.Due, Halts: orEmpty(d.Halts), InForce: d.InForce(),
			Late: d.Late(a.s.Clock.Now()), Lifted: d.Lifted, Groups: []ErrandOut{}, Version: d.Version,
		}
		if d.LiftedBy != nil {
			by := decisionOut(*d.LiftedBy, names)
			one.LiftedBy = &by
		}
		for _, e := range d.Errands {
			x := ErrandOut{Group: e.Group, State: e.State, TakenAt: e.TakenAt, DoneAt: e.DoneAt, Words: e.Words, Version: e.Version}
			if e.TakenBy != "" {
				x.TakenBy = named(names, e.TakenBy)
			}
			if e.DoneBy != "" {
				x.DoneBy = named(names, e.DoneBy)
			}
			one.Groups = append(one.Groups, x)
		}
		out.Items = append(out.Items, one)
	}
	return answer(ctx, out, err)
}

// directives are the operations of what headquarters orders.
func (a *API) directives(h huma.API) {
	huma.Register(h, op("directive-list", http.MethodGet, "/incidents/{id}/directives", "Orders of headquarters, those in force first", 200),
		func(ctx context.Context, in *RecordID) (*body[PageOf[DirectiveOut]], error) {
			return a.directiveList(ctx, in.ID, nil)
		})
	huma.Register(h, op("directive-record", http.MethodPost, "/incidents/{id}/directives", "Record an order of headquarters to groups of the mechanism", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string      `json:"id" format:"uuid"`
				Decision DecisionIn  `json:"decision"`
				Groups   []org.Group `json:"groups" nullable:"false" maxItems:"3"`
				Due      time.Time   `json:"due,omitzero"`
				Halts    []string    `json:"halts,omitempty" maxItems:"3" doc:"publish, dispatch, mission"`
			}
		},
		) (*body[PageOf[DirectiveOut]], error) {
			b := in.Body
			d := incident.Directive{ID: b.ID, Decision: b.Decision.domain(), Due: b.Due, Halts: b.Halts}
			for _, g := range b.Groups {
				d.Errands = append(d.Errands, incident.Errand{Group: g, State: "sent", Version: 1})
			}
			return a.directiveList(ctx, in.ID, a.s.Incidents.Direct(ctx, in.ID, d))
		})
	huma.Register(h, op("directive-lift", http.MethodPost, "/incidents/{id}/directives/{directive}/lift", "Record that headquarters has lifted an order", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Directive string `path:"directive" format:"uuid"`
			Body      struct {
				DecisionIn
				Version int64 `json:"version" minimum:"1"`
			}
		},
		) (*body[PageOf[DirectiveOut]], error) {
			return a.directiveList(ctx, in.ID, a.s.Incidents.Lift(ctx, in.ID, in.Directive, in.Body.Version, in.Body.domain()))
		})
	for _, m := range []struct{ verb, summary string }{
		{"take", "Acknowledge an order of headquarters for a group"},
		{"report", "Report what a group did about an order of headquarters"},
	} {
		huma.Register(h, op("directive-"+m.verb, http.MethodPost, "/incidents/{id}/directives/{directive}/{group}/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Directive string    `path:"directive" format:"uuid"`
				Group     org.Group `path:"group" enum:"general,coordination,support"`
				Body      struct {
					ID      string `json:"id" format:"uuid"`
					Version int64  `json:"version" minimum:"1"`
					Words   string `json:"words,omitempty"`
				}
			},
			) (*body[PageOf[DirectiveOut]], error) {
				b := in.Body
				return a.directiveList(ctx, in.ID, a.s.Incidents.Report(ctx, b.ID, in.ID, in.Directive, in.Group, m.verb, b.Version, b.Words))
			})
	}
}
