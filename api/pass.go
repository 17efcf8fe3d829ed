package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/equipment"
	"lianyuan/domain/pass"
)

// PassOut is the pass of a vehicle: whether it may enter, and apart from that whether it is free of toll.
type PassOut struct {
	ID          string    `json:"id"`
	Number      string    `json:"number"`
	Incident    string    `json:"incident"`
	Offer       string    `json:"offer"`
	Team        string    `json:"team"`
	TeamName    string    `json:"teamName"`
	Destination Place     `json:"destination"`
	Plate       string    `json:"plate" doc:"as people write it"`
	Colour      string    `json:"colour"`
	Kind        string    `json:"kind"`
	Purpose     string    `json:"purpose" doc:"rescue, commercial, own_way"`
	Crew        int       `json:"crew"`
	Load        string    `json:"load"`
	Route       string    `json:"route"`
	OutFrom     time.Time `json:"outFrom"`
	OutTo       time.Time `json:"outTo"`
	BackFrom    time.Time `json:"backFrom"`
	BackTo      time.Time `json:"backTo"`
	State       string    `json:"state"`
	Lapsed      bool      `json:"lapsed" doc:"its last moment has passed"`
	Why         string    `json:"why,omitempty" doc:"it was revoked"`
	Cause       string    `json:"cause,omitempty" doc:"key of why, where the system gave it: replaced"`
	Vouched     bool      `json:"vouched" doc:"its offer vouches for the vehicle; otherwise gates refuse it though nobody has revoked it"`
	Drill       bool      `json:"drill,omitempty" doc:"issued in a drill: no gate in earnest lets it in"`
	Toll        string    `json:"toll"`
	CreatedAt   time.Time `json:"createdAt"`
	Version     int64     `json:"version"`
	Driver      string    `json:"driver,omitempty" doc:"name, for who issues passes; of one pass for the leader of the team too"`
}

// PassageOut is a vehicle at a gate.
type PassageOut struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Gate      string    `json:"gate"`
	Verdict   string    `json:"verdict"`
	Why       string    `json:"why"`
	Direction string    `json:"direction"`
	By        string    `json:"by"`
	Used      []UsedOut `json:"used,omitempty" doc:"the limit past which the gate could not tell"`
}

// PassDetail is a pass with its code and what happened to it.
type PassDetail struct {
	PassOut
	Code       string       `json:"code" doc:"what the QR holds"`
	OfferState string       `json:"offerState"`
	TollLevel  string       `json:"tollLevel,omitempty"`
	TollBy     string       `json:"tollBy,omitempty" doc:"who organised or agreed"`
	TollAgreed time.Time    `json:"tollAgreed,omitzero"`
	TollPaper  string       `json:"tollPaper,omitempty"`
	Receipt    string       `json:"receipt,omitempty" doc:"number under which it is on the list"`
	ReceiptAt  time.Time    `json:"receiptAt,omitzero"`
	Refund     string       `json:"refund,omitempty" doc:"number under which the refund was asked for"`
	RefundAt   time.Time    `json:"refundAt,omitzero"`
	TollWhy    string       `json:"tollWhy,omitempty"`
	TollCause  string       `json:"tollCause,omitempty" doc:"key of tollWhy, where the system gave it: not_on_list"`
	Passages   []PassageOut `json:"passages" nullable:"false"`
	History    []History    `json:"history" nullable:"false"`
	Actions    []string     `json:"actions" nullable:"false"`
	Used       []UsedOut    `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// PassWaiting is a vehicle of an offer that may set out and has no pass in force.
type PassWaiting struct {
	Offer       string `json:"offer"`
	OfferNumber string `json:"offerNumber"`
	OfferState  string `json:"offerState"`
	Team        string `json:"team"`
	TeamName    string `json:"teamName"`
	Vehicle     string `json:"vehicle"`
	Plate       string `json:"plate"`
	Colour      string `json:"colour"`
	Kind        string `json:"kind"`
	Crew        int    `json:"crew"`
	Load        string `json:"load"`
}

// PassesOut is what the support group works with in an incident.
type PassesOut struct {
	Items   []PassOut     `json:"items" nullable:"false"`
	Waiting []PassWaiting `json:"waiting" nullable:"false"`
	Issues  bool          `json:"issues" doc:"the actor may issue"`
	Part    bool          `json:"part" doc:"there may be more in the incident than the actor may see"`
	Total   int           `json:"total" doc:"passes and vehicles that wait, without the filter"`
}

// GateListOut is what a gate goes by without network.
type GateListOut struct {
	Text      string `json:"text" doc:"JSON: no, at, maxAge and skew in minutes, passes, revoked, used, points, incidents, drills, homeward, keys"`
	Signature string `json:"signature" doc:"base64, Ed25519 over 'lianyuan gate list', a zero byte and the text"`
	Key       string `json:"key" doc:"base64, the public key of passes and lists"`
	Algorithm string `json:"algorithm"`

	Handed []KeyHanded `json:"handed" nullable:"false" doc:"a gate that knows the key by follows it to key"`
	Ended  []KeyEnded  `json:"ended" nullable:"false" doc:"keys whose codes count no more"`
}

// KeyHanded is that a key of before hands on to the next.
type KeyHanded struct {
	By        string `json:"by" doc:"base64, public"`
	Key       string `json:"key" doc:"base64, public"`
	Signature string `json:"signature" doc:"base64, by the key of before over 'lianyuan pass key handed on', a zero byte and the next"`
}

// KeyEnded is that nothing a key has signed counts any more.
type KeyEnded struct {
	Key       string `json:"key" doc:"base64, public"`
	Signature string `json:"signature" doc:"base64, by itself over 'lianyuan pass key ended', a zero byte and itself"`
}

func (a *API) passOut(p pass.Pass) PassOut {
	return PassOut{
		ID: p.ID, Number: p.Number, Incident: p.Incident, Offer: p.Offer, Team: p.Team, TeamName: p.TeamName, Destination: a.placeOf(p.Destination),
		Plate: equipment.Shown(p.Plate), Colour: p.Colour, Kind: p.Kind, Purpose: p.Purpose, Crew: p.Crew, Load: p.Load, Route: p.Route,
		OutFrom: p.OutFrom, OutTo: p.OutTo, BackFrom: p.BackFrom, BackTo: p.BackTo, State: p.State, Lapsed: p.Lapsed(a.s.Clock.Now()), Why: p.Why, Cause: causeOf(p.Why),
		Vouched: p.Vouched, Toll: p.Toll.State, Drill: p.Drill, CreatedAt: p.CreatedAt, Version: p.Version,
	}
}

func (a *API) passDetail(ctx context.Context, id string, err error) (*body[PassDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Passes.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, x := range w.Passages {
		who = append(who, x.By)
	}
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	names, err := a.names(ctx, who...)
	out := PassDetail{
		PassOut: a.passOut(w.Pass), Code: w.Code, OfferState: w.OfferState, TollLevel: w.Toll.Level, TollBy: w.Toll.By,
		TollAgreed: w.Toll.Agreed, TollPaper: w.Toll.Paper, Receipt: w.Toll.Receipt, ReceiptAt: w.Toll.ReceiptAt, TollWhy: w.Toll.Why, TollCause: causeOf(w.Toll.Why),
		Refund: w.Toll.Refund, RefundAt: w.Toll.RefundAt,
		Passages: []PassageOut{}, History: []History{}, Actions: orEmpty(w.Actions),
	}
	out.Driver = w.DriverName
	ids := []string{id}
	for _, x := range w.Passages {
		ids = append(ids, x.ID)
	}
	used, err := a.usedOf(ctx, err, ids...)
	out.Used = orEmpty(used[id])
	for _, x := range w.Passages {
		out.Passages = append(out.Passages, PassageOut{x.ID, x.At, x.Gate, x.Verdict, x.Why, x.Direction, named(names, x.By), used[x.ID]})
	}
	for _, r := range w.History {
		out.History = append(out.History, History{At: r.At, Who: named(names, r.Actor), Verb: r.Verb, Note: r.Reason, Cause: causeOf(r.Reason)})
	}
	return answer(ctx, out, err)
}

// passSheet finds by a part of the plate, of the number, or of the name of the team.
func (a *API) passSheet(ctx context.Context, in *struct {
	RecordID
	Sought
	State string `query:"state" enum:"waiting,valid,lapsed,used,revoked" doc:"how the pass stands by the clock; waiting: vehicles without one"`
	Toll  string `query:"toll" enum:"not_asked,asked,on_list,refused,charged,refund_asked,refunded,ever_asked,ever_listed,unrefunded" doc:"what came of the exemption: a state, or several that are counted together"`
},
) (*body[PassesOut], error) {
	text, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	sh, err := a.s.Passes.Of(ctx, in.ID, pass.Filter{State: in.State, Toll: in.Toll, Text: text})
	out := PassesOut{Items: []PassOut{}, Waiting: []PassWaiting{}, Issues: sh.Issues, Part: sh.Part, Total: sh.Total}
	for _, p := range sh.Passes {
		one := a.passOut(p)
		one.Driver = sh.Drivers[p.ID]
		out.Items = append(out.Items, one)
	}
	for _, v := range sh.Waiting {
		out.Waiting = append(out.Waiting, PassWaiting{
			v.Offer, v.OfferNumber, v.OfferState, v.Team, v.TeamName, v.Vehicle.Vehicle, equipment.Shown(v.Plate), v.Colour, v.Kind, v.Crew, v.Load,
		})
	}
	return answer(ctx, out, err)
}

func (a *API) passes(h huma.API) {
	huma.Register(h, op("pass-list", http.MethodGet, "/incidents/{id}/passes", "Passes of an incident, and the vehicles that wait for one", 200), a.passSheet)
	huma.Register(h, op("pass-toll-list", http.MethodGet, "/incidents/{id}/toll-list", "The vehicles asked or known to be free of toll, as CSV or as a workbook", 200), a.tollList)
	huma.Register(h, op("pass-issue", http.MethodPost, "/passes", "Issue a pass to a vehicle of an approved offer", 201), a.passIssue)
	huma.Register(h, op("pass-read", http.MethodGet, "/passes/{id}", "One pass, with its code", 200),
		func(ctx context.Context, in *RecordID) (*body[PassDetail], error) {
			return a.passDetail(ctx, in.ID, nil)
		})
	huma.Register(h, op("pass-revoke", http.MethodPost, "/passes/{id}/revoke", "Revoke a pass", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[PassDetail], error) {
			return a.passDetail(ctx, in.ID, a.s.Passes.Revoke(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("pass-toll", http.MethodPost, "/passes/{id}/toll", "Take the exemption from toll one step on", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string    `json:"id" format:"uuid" doc:"of the command"`
				Version int64     `json:"version" minimum:"1"`
				Verb    string    `json:"verb" doc:"ask, list, refuse, charge, claim, refund"`
				Level   string    `json:"level,omitempty" doc:"ask: province, ministry"`
				By      string    `json:"by,omitempty" doc:"ask: who organised or agreed"`
				At      time.Time `json:"at,omitempty" doc:"ask: when they did; list: when it came on the list; claim: when the refund was asked for"`
				Paper   string    `json:"paper,omitempty" doc:"ask: number or other reference"`
				Receipt string    `json:"receipt,omitempty" doc:"list: number under which it is there; claim: number of the refund"`
				Reason  string    `json:"reason,omitempty" doc:"refuse, charge"`
			}
		},
		) (*body[PassDetail], error) {
			b := in.Body
			return a.passDetail(ctx, in.ID, a.s.Passes.Toll(ctx, b.ID, in.ID, b.Version, pass.TollStep{
				Verb: b.Verb, Level: b.Level, By: b.By, At: b.At, Paper: b.Paper, Receipt: b.Receipt, Reason: b.Reason,
			}))
		})
	a.passPapers(h)
	a.gates(h)
	a.site(h)
	a.escorts(h)
	a.serviceAreas(h)
}

func (a *API) passIssue(ctx context.Context, in *struct {
	Body struct {
		ID       string    `json:"id" format:"uuid" doc:"of the command, and of the pass"`
		Offer    string    `json:"offer"`
		Vehicle  string    `json:"vehicle" doc:"in the register"`
		Driver   string    `json:"driver,omitempty" doc:"id of a member in the offer"`
		Purpose  string    `json:"purpose" doc:"rescue, commercial, own_way"`
		Crew     int       `json:"crew"`
		Load     string    `json:"load,omitempty"`
		Route    string    `json:"route" doc:"roads, or provinces passed"`
		OutFrom  time.Time `json:"outFrom"`
		OutTo    time.Time `json:"outTo"`
		BackFrom time.Time `json:"backFrom"`
		BackTo   time.Time `json:"backTo"`
	}
},
) (*body[PassDetail], error) {
	b := in.Body
	return a.passDetail(ctx, b.ID, a.s.Passes.Issue(ctx, pass.Pass{
		ID: b.ID, Offer: b.Offer, Vehicle: b.Vehicle, Driver: b.Driver, Purpose: b.Purpose, Crew: b.Crew, Load: b.Load, Route: b.Route,
		OutFrom: b.OutFrom, OutTo: b.OutTo, BackFrom: b.BackFrom, BackTo: b.BackTo,
	}))
}

func (a *API) gates(h huma.API) {
	huma.Register(h, op("gate-list", http.MethodGet, "/gate", "The signed list for the gates of my places", 200),
		func(ctx context.Context, _ *struct{}) (*body[GateListOut], error) {
			g, err := a.s.Passes.Gates(ctx)
			b64 := base64.StdEncoding.EncodeToString
			out := GateListOut{Text: g.Text, Signature: b64(g.Signature), Key: b64(g.Public), Algorithm: "Ed25519", Handed: []KeyHanded{}, Ended: []KeyEnded{}}
			for _, x := range g.Handed {
				out.Handed = append(out.Handed, KeyHanded{b64(x.By), b64(x.Key), b64(x.Signature)})
			}
			for _, x := range g.Ended {
				out.Ended = append(out.Ended, KeyEnded{b64(x.Key), b64(x.Signature)})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("passage-note", http.MethodPost, "/passages", "Note a vehicle at a gate", 200),
		func(ctx context.Context, in *struct {
			Body struct {
				ID        string    `json:"id" format:"uuid" doc:"of the passage; the same twice is one"`
				Point     string    `json:"point,omitempty" doc:"access point: then its place and name are those on record"`
				Place     string    `json:"place,omitempty" doc:"division code of a gate that is no access point"`
				Gate      string    `json:"gate,omitempty" doc:"its name"`
				Incident  string    `json:"incident,omitempty" maxLength:"36" doc:"which of several it concerns, where no access point or pass says so"`
				Number    string    `json:"number,omitempty" doc:"of the pass"`
				Plate     string    `json:"plate,omitempty"`
				Colour    string    `json:"colour,omitempty"`
				Verdict   string    `json:"verdict" doc:"what the page said: go, stop, unknown"`
				Why       string    `json:"why,omitempty"`
				Direction string    `json:"direction" doc:"in, out, refused"`
				ListNo    int64     `json:"listNo,omitempty" doc:"number of the list that the page went by"`
				At        time.Time `json:"at"`
			}
		},
		) (*body[struct {
			Used bool `json:"used" doc:"it was the way back: the pass is used up"`
		}], error,
		) {
			b := in.Body
			path, err := a.passagePlace(b.Point, b.Place)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			plate, _ := equipment.Plate(b.Plate)
			var out struct {
				Used bool `json:"used" doc:"it was the way back: the pass is used up"`
			}
			out.Used, err = a.s.Passes.Pass(ctx, pass.Passage{
				ID: b.ID, Point: b.Point, Incident: b.Incident, Place: path, Gate: b.Gate, Number: b.Number, Plate: plate, Colour: b.Colour, Verdict: b.Verdict, Why: b.Why,
				Direction: b.Direction, ListNo: b.ListNo, At: b.At,
			})
			return answer(ctx, out, err)
		})
}
