package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/destruction"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/platform/fault"
)

// LotOut is personal data that are destroyed together.
type LotOut struct {
	Scope    string          `json:"scope" doc:"names the lot"`
	Incident *IncidentRef    `json:"incident,omitempty"`
	Month    string          `json:"month,omitempty" doc:"2026-06: reports of that month that joined no incident"`
	Place    Place           `json:"place" doc:"that commands the incident, or the county of the reports"`
	State    string          `json:"state" enum:"kept,due,held,proposed,running"`
	Ended    time.Time       `json:"ended" doc:"when the response, or the month, was over"`
	Due      time.Time       `json:"due"`
	Keep     UsedOut         `json:"keep" doc:"by which it is due, as it counts now"`
	Holds    []HoldOut       `json:"holds" nullable:"false" doc:"in force"`
	Open     *DestructionOut `json:"open,omitempty" doc:"proposed or running"`
	Actions  []string        `json:"actions" nullable:"false" doc:"propose, hold"`
}

// HoldOut is an assessed decision to keep a lot longer (突发事件应对法 art. 85).
type HoldOut struct {
	ID        string    `json:"id"`
	Purpose   string    `json:"purpose" enum:"evidence,evaluation"`
	Lawful    string    `json:"lawful"`
	Necessary string    `json:"necessary"`
	Secure    string    `json:"secure"`
	Until     time.Time `json:"until"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Version   int64     `json:"version"`
	Used      []UsedOut `json:"used" nullable:"false" doc:"by which it may last so long"`
	Actions   []string  `json:"actions" nullable:"false"`
}

// DestructionOut is the act, from the proposal to its end.
type DestructionOut struct {
	ID         string    `json:"id"`
	Number     string    `json:"number"`
	Scope      string    `json:"scope"`
	Incident   string    `json:"incident,omitempty" doc:"name of the incident"`
	Month      string    `json:"month,omitempty"`
	Place      Place     `json:"place"`
	State      string    `json:"state"`
	Reason     string    `json:"reason"`
	Cause      string    `json:"cause,omitempty" doc:"key of reason, where the system gave it: destroyed_again"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	DecidedBy  string    `json:"decidedBy,omitempty"`
	DecidedAt  time.Time `json:"decidedAt,omitzero"`
	DecidedWhy string    `json:"decidedWhy,omitempty"`
	Due        time.Time `json:"due,omitzero"`
	Used       []UsedOut `json:"used" nullable:"false" doc:"by which it was due when it was proposed and confirmed"`
	Gone       GoneOut   `json:"gone" doc:"destroyed so far"`
	DoneAt     time.Time `json:"doneAt,omitzero"`
	Version    int64     `json:"version"`
	Actions    []string  `json:"actions" nullable:"false"`
}

// GoneOut is what was destroyed.
type GoneOut struct {
	Reports int `json:"reports"`
	Texts   int `json:"texts" doc:"words, notes and messages, of reports and of the work on site"`
	Tokens  int `json:"tokens" doc:"hashes by which reports were found"`
	Points  int `json:"points" doc:"of needs"`
}

// DestructionList is what there is to destroy and what was.
type DestructionList struct {
	Lots []LotOut         `json:"lots" nullable:"false" doc:"the one that is due first before the others"`
	Past []DestructionOut `json:"past" nullable:"false" doc:"every act, the newest first"`
}

// LotHeld is a destruction that is only tried: what would be destroyed, and what stands in the way.
type LotHeld struct {
	Lot       LotOut `json:"lot"`
	Reports   int    `json:"reports"`
	Undecided int    `json:"undecided" doc:"reports without outcome"`
	Open      int    `json:"openNeeds"`
	Claims    int    `json:"claims"`
	Notes     int    `json:"notes"`
	Words     int    `json:"words" doc:"written on site"`
	Points    int    `json:"points" doc:"of needs"`
	Obstacle  string `json:"obstacle,omitempty" doc:"code of what stands in the way"`
}

// lotsShown is what lots and acts need beside themselves to be shown.
type lotsShown struct {
	a      *API
	actor  access.Actor
	people map[string]string
	used   map[string][]UsedOut
}

func (a *API) showLots(ctx context.Context, lots []destruction.Lot, past []destruction.Destruction) (v lotsShown, err error) {
	v = lotsShown{a: a}
	if v.actor, err = access.From(ctx); err != nil {
		return v, err
	}
	var who, ids []string
	acts := slices.Clone(past)
	for _, l := range lots {
		for _, h := range l.Holds {
			who, ids = append(who, h.By), append(ids, h.ID)
		}
		if l.Open != nil {
			acts = append(acts, *l.Open)
		}
	}
	for _, d := range acts {
		who, ids = append(who, d.By, d.DecidedBy), append(ids, d.ID)
	}
	v.people, err = a.names(ctx, who...)
	if err == nil {
		v.used, err = a.usedOf(ctx, nil, ids...)
	}
	return v, err
}

func monthOf(scope string) string {
	if _, end, ok := need.LotOf(scope); ok {
		return end.AddDate(0, -1, 0).Format("2006-01")
	}
	return ""
}

func (v lotsShown) act(d destruction.Destruction) DestructionOut {
	return DestructionOut{
		ID: d.ID, Number: d.Number, Scope: d.Lot.Scope, Incident: d.Name, Month: monthOf(d.Lot.Scope), Place: v.a.placeOf(d.Lot.Place), State: d.State,
		Reason: d.Reason, Cause: causeOf(d.Reason), By: named(v.people, d.By), At: d.At, DecidedBy: named(v.people, d.DecidedBy), DecidedAt: d.DecidedAt, DecidedWhy: d.DecidedWhy, Due: d.Due, Used: orEmpty(v.used[d.ID]),
		Gone: GoneOut(d.Gone), DoneAt: d.DoneAt, Version: d.Version, Actions: orEmpty(d.Allowed(v.actor)),
	}
}

func (v lotsShown) lot(l destruction.Lot) LotOut {
	now := v.a.s.Clock.Now()
	out := LotOut{
		Scope: l.Scope, Month: monthOf(l.Scope), Place: v.a.placeOf(l.Place), State: l.State(now), Ended: l.Ended, Due: l.Due, Keep: v.a.usedOut(parameter.Kept{Used: l.Keep, At: now}),
		Holds: []HoldOut{}, Actions: []string{},
	}
	if l.Incident != "" {
		out.Incident = &IncidentRef{l.Incident, l.Name, l.Drill}
	}
	for _, h := range l.Holds {
		one := HoldOut{h.ID, h.Purpose, h.Lawful, h.Necessary, h.Secure, h.Until, named(v.people, h.By), h.At, h.Version, orEmpty(v.used[h.ID]), []string{}}
		if v.actor.May(access.DestructionHold, l.Place) {
			one.Actions = append(one.Actions, "lift")
		}
		out.Holds = append(out.Holds, one)
	}
	if l.Open != nil {
		open := v.act(*l.Open)
		open.Incident = l.Name
		out.Open = &open
	}
	if out.State == "due" && v.actor.May(access.DestructionPropose, l.Place) {
		out.Actions = append(out.Actions, "propose")
	}
	if out.State != "running" && v.actor.May(access.DestructionHold, l.Place) {
		out.Actions = append(out.Actions, "hold")
	}
	return out
}

func (a *API) destructionList(ctx context.Context, err error) (*body[DestructionList], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	o, err := a.s.Destructions.Overview(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	v, err := a.showLots(ctx, o.Lots, o.Past)
	out := DestructionList{Lots: []LotOut{}, Past: []DestructionOut{}}
	for _, l := range o.Lots {
		out.Lots = append(out.Lots, v.lot(l))
	}
	for _, d := range o.Past {
		out.Past = append(out.Past, v.act(d))
	}
	return answer(ctx, out, err)
}

// lotHeld counts a lot as a page shows it.
func (a *API) lotHeld(ctx context.Context, scope string) (out LotHeld, err error) {
	l, h, err := a.s.Destructions.Count(ctx, scope)
	if err != nil {
		return out, err
	}
	v, err := a.showLots(ctx, []destruction.Lot{l}, nil)
	out = LotHeld{Lot: v.lot(l), Reports: h.Reports, Undecided: h.Undecided, Open: h.Open, Claims: h.Claims, Notes: h.Notes, Words: h.Words, Points: h.Points}
	var why *fault.Error
	if errors.As(l.Ready(a.s.Clock.Now(), h), &why) {
		out.Obstacle = why.Code
	}
	return out, err
}

func (a *API) destructions(h huma.API) {
	huma.Register(h, op("destruction-list", http.MethodGet, "/destructions", "Personal data that are to be destroyed, and what was destroyed", 200),
		func(ctx context.Context, _ *struct{}) (*body[DestructionList], error) {
			return a.destructionList(ctx, nil)
		})
	huma.Register(h, op("destruction-try", http.MethodGet, "/destructions/count", "What a destruction would destroy, and what stands in its way; nothing is changed", 200),
		func(ctx context.Context, in *struct {
			Scope string `query:"scope" required:"true" maxLength:"120"`
		},
		) (*body[LotHeld], error) {
			out, err := a.lotHeld(ctx, in.Scope)
			return answer(ctx, out, err)
		})
	huma.Register(h, op("destruction-propose", http.MethodPost, "/destructions", "Propose that personal data be destroyed; another person confirms", 200),
		func(ctx context.Context, in *struct {
			Body struct {
				ID     string `json:"id" format:"uuid"`
				Scope  string `json:"scope" maxLength:"120"`
				Reason string `json:"reason"`
			}
		},
		) (*body[DestructionList], error) {
			b := in.Body
			return a.destructionList(ctx, a.s.Destructions.Propose(ctx, b.ID, b.Scope, b.Reason))
		})
	for _, m := range []struct{ verb, summary string }{
		{"confirm", "Have personal data destroyed that another person proposed to destroy"},
		{"refuse", "Refuse to have personal data destroyed"},
	} {
		huma.Register(h, op("destruction-"+m.verb, http.MethodPost, "/destructions/{id}/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body struct {
					ID      string `json:"id" format:"uuid"`
					Version int64  `json:"version" minimum:"1"`
					Reason  string `json:"reason,omitempty"`
				}
			},
			) (*body[DestructionList], error) {
				b := in.Body
				return a.destructionList(ctx, a.s.Destructions.Take(ctx, in.ID, destruction.Step{ID: b.ID, Verb: m.verb, Version: b.Version, Reason: b.Reason}))
			})
	}
	a.holds(h)
}

// holds keep personal data longer.
func (a *API) holds(h huma.API) {
	huma.Register(h, op("hold-set", http.MethodPost, "/holds", "Keep personal data longer, after an assessment", 200),
		func(ctx context.Context, in *struct {
			Body struct {
				ID        string    `json:"id" format:"uuid"`
				Scope     string    `json:"scope" maxLength:"120"`
				Purpose   string    `json:"purpose" doc:"evidence, evaluation"`
				Lawful    string    `json:"lawful" doc:"the assessment: on what legal ground"`
				Necessary string    `json:"necessary" doc:"why nothing less will do"`
				Secure    string    `json:"secure" doc:"how they are protected"`
				Until     time.Time `json:"until"`
			}
		},
		) (*body[DestructionList], error) {
			b := in.Body
			return a.destructionList(ctx, a.s.Destructions.Keep(ctx, b.Scope, destruction.Hold{
				ID: b.ID, Purpose: b.Purpose, Lawful: b.Lawful, Necessary: b.Necessary, Secure: b.Secure, Until: b.Until,
			}))
		})
	huma.Register(h, op("hold-lift", http.MethodPost, "/holds/{id}/lift", "End a hold before its day", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Version int64  `json:"version" minimum:"1"`
				Reason  string `json:"reason"`
			}
		},
		) (*body[DestructionList], error) {
			b := in.Body
			return a.destructionList(ctx, a.s.Destructions.Lift(ctx, in.ID, b.ID, b.Version, b.Reason))
		})
}
