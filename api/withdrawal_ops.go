package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
)

// WavePlan is what a wave is planned with.
type WavePlan struct {
	ID       string    `json:"id" format:"uuid"`
	Version  int64     `json:"version,omitempty" doc:"change: of the wave as the actor saw it"`
	Parties  []string  `json:"parties" nullable:"false" maxItems:"200"`
	Reason   string    `json:"reason"`
	Point    string    `json:"point" doc:"where they are counted out"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Route    string    `json:"route"`
	Guidance string    `json:"guidance,omitempty" doc:"what the teams heed on the way"`
	Contact  string    `json:"contact" doc:"of a desk, no person's"`
}

func (p WavePlan) domain() reception.Plan {
	return reception.Plan{Parties: p.Parties, Reason: p.Reason, Point: p.Point, From: p.From, To: p.To, Route: p.Route, Guidance: p.Guidance, Contact: p.Contact}
}

// WaveStep is what the verbs on a wave, or on a team that leaves, ask for that have a reason or a word.
type WaveStep struct {
	ID      string `json:"id" format:"uuid"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason,omitempty"`
}

// HandbackLine is a line for the hand-back list.
type HandbackLine struct {
	ID      string `json:"id" format:"uuid"`
	What    string `json:"what"`
	Unit    string `json:"unit"`
	Lent    int    `json:"lent"`
	Lender  string `json:"lender"`
	Request string `json:"request,omitempty" maxLength:"36" doc:"of logistics, where it came from one"`
}

// HeadIn is what was found of one person.
type HeadIn struct {
	ID   string `json:"id" doc:"of the row of the person"`
	Why  string `json:"why" doc:"present, rotated, injured, hospital, transferred, left_unseen, missing"`
	Note string `json:"note,omitempty" doc:"who saw the person, when and where; unless present"`
}

// RideIn is what was found of one vehicle.
type RideIn struct {
	ID   string `json:"id" doc:"of the row of the vehicle"`
	With bool   `json:"with" doc:"it leaves with the team"`
	Note string `json:"note,omitempty" doc:"why not"`
}

// TookIn is how much of a kind of equipment the team takes with it.
type TookIn struct {
	Kind string `json:"kind"`
	Out  int    `json:"out"`
	Note string `json:"note,omitempty" doc:"when it is less than came"`
}

// CheckOutIn is a team as it is counted out.
type CheckOutIn struct {
	ID       string   `json:"id" format:"uuid"`
	Version  int64    `json:"version" minimum:"0" doc:"0: not compared, each row is; for what a desk kept without network"`
	Heads    []HeadIn `json:"heads" nullable:"false" maxItems:"1000"`
	Vehicles []RideIn `json:"vehicles" nullable:"false" maxItems:"300"`
	Items    []TookIn `json:"items" nullable:"false" maxItems:"200"`
	// LeftAt is by the clock of the desk.
	LeftAt time.Time `json:"leftAt,omitzero" doc:"when they left, by the clock of the desk, which may be without network"`
}

func (b CheckOutIn) domain(lent []reception.Lent) reception.Departure {
	d := reception.Departure{ID: b.ID, Version: b.Version, At: b.LeftAt, Lent: lent}
	for _, h := range b.Heads {
		d.Heads = append(d.Heads, reception.Head{Presence: h.ID, Why: h.Why, Note: h.Note})
	}
	for _, v := range b.Vehicles {
		d.Vehicles = append(d.Vehicles, reception.Gone{Ride: v.ID, With: v.With, Note: v.Note})
	}
	for _, t := range b.Items {
		d.Items = append(d.Items, reception.Took{Kind: t.Kind, Out: t.Out, Note: t.Note})
	}
	return d
}

func (a *API) withdrawals(h huma.API) {
	huma.Register(h, op("withdrawal-list", http.MethodGet, "/incidents/{id}/withdrawals", "How the teams of an incident leave: waves, who is on the way home", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Figure string `query:"figure" maxLength:"40" doc:"the waves behind this figure"`
		},
		) (*body[WithdrawalsOut], error) {
			o, err := a.s.Receptions.Leaving(ctx, in.ID, in.Figure)
			return a.withdrawalsOut(ctx, o, err)
		})
	huma.Register(h, op("withdrawal-own", http.MethodGet, "/team/withdrawal", "How the team I lead leaves", 200),
		func(ctx context.Context, _ *struct{}) (*body[PageOf[DepartureSheet]], error) {
			list, err := a.s.Receptions.OwnLeaving(ctx)
			return a.departureSheets(ctx, list, err)
		})
	huma.Register(h, op("withdrawal-desk", http.MethodGet, "/incidents/{id}/departures", "Teams that are to be counted out, as a desk keeps them for when it is without network", 200),
		func(ctx context.Context, in *RecordID) (*body[PageOf[DepartureSheet]], error) {
			list, err := a.s.Receptions.Leavers(ctx, in.ID)
			return a.departureSheets(ctx, list, err)
		})
	huma.Register(h, op("withdrawal-plan", http.MethodPost, "/incidents/{id}/withdrawals", "Plan a wave of withdrawal", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body WavePlan
		},
		) (*body[WaveDetail], error) {
			return a.waveDetail(ctx, in.Body.ID, a.s.Receptions.PlanWave(ctx, in.Body.ID, in.ID, in.Body.domain()))
		})
	huma.Register(h, op("withdrawal-read", http.MethodGet, "/withdrawals/{id}", "One wave with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[WaveDetail], error) {
			return a.waveDetail(ctx, in.ID, nil)
		})
	huma.Register(h, op("withdrawal-change", http.MethodPost, "/withdrawals/{id}/change", "Change what is planned", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body WavePlan
		},
		) (*body[WaveDetail], error) {
			if err := seen(in.Body.Version); err != nil {
				return nil, toHTTP(ctx, err)
			}
			return a.waveDetail(ctx, in.ID, a.s.Receptions.ChangeWave(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.domain()))
		})
	huma.Register(h, op("withdrawal-order", http.MethodPost, "/withdrawals/{id}/order", "Give the order to every team of a wave", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body CommandIn
		},
		) (*body[WaveDetail], error) {
			return a.waveDetail(ctx, in.ID, a.s.Receptions.OrderWave(ctx, in.Body.ID, in.ID, in.Body.Version))
		})
	huma.Register(h, op("withdrawal-cancel", http.MethodPost, "/withdrawals/{id}/cancel", "Cancel a wave, with a reason; teams that have not left are recalled", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body WaveStep
		},
		) (*body[WaveDetail], error) {
			return a.waveDetail(ctx, in.ID, a.s.Receptions.CancelWave(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	a.departures(h)
	a.handbacks(h)
}

// departures are the operations on one team that leaves.
func (a *API) departures(h huma.API) {
	huma.Register(h, op("departure-read", http.MethodGet, "/parties/{id}/departure", "A team as it leaves: order, head count, hand-back list, passes", 200),
		func(ctx context.Context, in *RecordID) (*body[DepartureSheet], error) {
			return a.sheetOf(ctx, in.ID, nil)
		})
	huma.Register(h, op("departure-take", http.MethodPost, "/parties/{id}/take-order", "Acknowledge the order to leave", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body CommandIn
		},
		) (*body[DepartureSheet], error) {
			return a.sheetOf(ctx, in.ID, a.s.Receptions.TakeOrder(ctx, in.Body.ID, in.ID))
		})
	for _, m := range []struct {
		name, path, summary string
		do                  func(ctx context.Context, id string, b WaveStep) error
	}{
		{"departure-recall", "recall", "Keep a team that was ordered to leave, with a reason", func(ctx context.Context, id string, b WaveStep) error {
			return a.s.Receptions.Recall(ctx, b.ID, id, b.Version, b.Reason)
		}},
		{"departure-undo", "undo-check-out", "Take a check-out back, with a reason: those whom the last count let out are inside again", func(ctx context.Context, id string, b WaveStep) error {
			return a.s.Receptions.UndoCheckOut(ctx, b.ID, id, b.Version, b.Reason)
		}},
		{"departure-home", "home", "Say that a team is safely home", func(ctx context.Context, id string, b WaveStep) error {
			return a.s.Receptions.ArriveHome(ctx, b.ID, id, b.Version, b.Reason)
		}},
	} {
		huma.Register(h, op(m.name, http.MethodPost, "/parties/{id}/"+m.path, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body WaveStep
			},
			) (*body[DepartureSheet], error) {
				return a.sheetOf(ctx, in.ID, m.do(ctx, in.ID, in.Body))
			})
	}
	huma.Register(h, op("departure-check-out", http.MethodPost, "/parties/{id}/check-out", "Count a team out against who is inside", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body CheckOutIn
		},
		) (*body[DepartureSheet], error) {
			lent, err := a.lentTo(ctx, in.ID)
			if err == nil {
				err = a.s.Receptions.CheckOut(ctx, in.ID, in.Body.domain(lent))
			}
			return a.sheetOf(ctx, in.ID, err)
		})
}

// handbacks are the operations on the hand-back list of a team, and on its passes for the way back.
func (a *API) handbacks(h huma.API) {
	huma.Register(h, op("handback-list", http.MethodPost, "/parties/{id}/handbacks", "Put lines on the hand-back list of a team", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID    string         `json:"id" format:"uuid"`
				Lines []HandbackLine `json:"lines" nullable:"false" maxItems:"500"`
			}
		},
		) (*body[DepartureSheet], error) {
			lines := []reception.Handback{}
			for _, l := range in.Body.Lines {
				lines = append(lines, reception.Handback{ID: l.ID, What: l.What, Unit: l.Unit, Lent: l.Lent, Lender: l.Lender, Request: l.Request})
			}
			lent, err := a.lentTo(ctx, in.ID)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			return a.sheetOf(ctx, in.ID, a.s.Receptions.Lend(ctx, in.Body.ID, in.ID, lines, lent))
		})
	huma.Register(h, op("handback-record", http.MethodPost, "/parties/{id}/handbacks/{line}/record", "Record what came back, damaged or lost", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Line string `path:"line" maxLength:"36"`
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Version int64  `json:"version" minimum:"1"`
				Back    int    `json:"back"`
				Damaged int    `json:"damaged"`
				Lost    int    `json:"lost"`
				Used    int    `json:"used,omitempty" doc:"up, as it was meant to be"`
				Note    string `json:"note,omitempty" doc:"when anything is damaged or lost"`
			}
		},
		) (*body[DepartureSheet], error) {
			b := in.Body
			return a.sheetOf(ctx, in.ID, a.s.Receptions.Settle(ctx, in.ID, in.Line, reception.Settlement{
				ID: b.ID, Version: b.Version, Back: b.Back, Damaged: b.Damaged, Lost: b.Lost, Used: b.Used, Note: b.Note,
			}))
		})
	huma.Register(h, op("handback-remove", http.MethodPost, "/parties/{id}/handbacks/{line}/remove", "Take a line off the list that is not recorded yet", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Line string `path:"line" maxLength:"36"`
			Body CommandIn
		},
		) (*body[DepartureSheet], error) {
			return a.sheetOf(ctx, in.ID, a.s.Receptions.Unlist(ctx, in.Body.ID, in.ID, in.Line, in.Body.Version))
		})
	huma.Register(h, op("pass-return", http.MethodPost, "/passes/{id}/return", "Give a vehicle a new pass for the way back in place of one that ends too early", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string    `json:"id" format:"uuid" doc:"of the new pass"`
				Version int64     `json:"version" minimum:"1" doc:"of the old one"`
				From    time.Time `json:"from"`
				To      time.Time `json:"to"`
			}
		},
		) (*body[PassDetail], error) {
			b := in.Body
			return a.passDetail(ctx, b.ID, a.s.Passes.Return(ctx, in.ID, pass.Back{ID: b.ID, Version: b.Version, From: b.From, To: b.To}))
		})
}
