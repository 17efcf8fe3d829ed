package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// NewReport is a call for help. Nothing in it is required but the id: what is odd is flagged, not refused.
type NewReport struct {
	_          struct{}  `json:"-" additionalProperties:"true"`
	ID         string    `json:"id" doc:"UUID made by the client: the same id twice is one report"`
	Kind       string    `json:"kind,omitempty" doc:"trapped_water, injured, missing, no_water_food, house_danger, other"`
	Text       string    `json:"text,omitempty"`
	Address    string    `json:"address,omitempty"`
	People     *int      `json:"people,omitempty" doc:"absent when not known"`
	Vulnerable []string  `json:"vulnerable,omitempty" doc:"elder, pregnant, infant, sick, disabled"`
	Phone      string    `json:"phone,omitempty"`
	Name       string    `json:"name,omitempty"`
	Point      *Point    `json:"point,omitempty"`
	Place      string    `json:"place,omitempty" doc:"division code"`
	ClientTime time.Time `json:"clientTime,omitzero"`
	Asked      bool      `json:"asked,omitempty" doc:"true: sent again after ask_once_more"`
	Incident   string    `json:"incident,omitempty" doc:"id of the incident that it joins at once; staff only, elsewhere left aside"`
}

func (n NewReport) call() (need.Call, error) {
	reportID, err := id.Parse(n.ID, "body.id")
	return need.Call{
		ID: reportID, Kind: need.Kind(n.Kind), Text: n.Text, Address: n.Address, People: n.People, Vulnerable: n.Vulnerable, Phone: n.Phone,
		Name: n.Name, Point: n.Point.domain(), Place: place.Code(n.Place), ClientAt: n.ClientTime, Asked: n.Asked, Incident: n.Incident,
	}, err
}

// ReceiptOut is what a caller gets.
type ReceiptOut struct {
	Receipt string    `json:"receipt" doc:"7K3M-92QX-4T8W-5"`
	Stage   string    `json:"stage"`
	At      time.Time `json:"at"`
	Flags   []string  `json:"flags" nullable:"false"`
}

func receiptOut(r need.Receipt) ReceiptOut {
	return ReceiptOut{Receipt: r.Code.String(), Stage: r.Stage, At: r.At, Flags: orEmpty(r.Flags)}
}

// ReceiptIn is a receipt code as typed.
type ReceiptIn struct {
	Receipt string `json:"receipt"`
}

// ProgressOut is what became of a report: the stage only.
type ProgressOut struct {
	Stage     string    `json:"stage" enum:"received,verifying,verified,on_the_way,closed"`
	Outcome   string    `json:"outcome,omitempty"`
	Steps     []StepOut `json:"steps" nullable:"false"`
	UpdatedAt time.Time `json:"updatedAt"`
	Message   string    `json:"message,omitempty" doc:"from the desk to the caller"`
	Contact   []Contact `json:"contact" nullable:"false"`
}

// StepOut is one stage reached.
type StepOut struct {
	Stage string    `json:"stage"`
	At    time.Time `json:"at"`
}

// Contact is a published number.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// NewClaim is what a caller adds.
type NewClaim struct {
	Receipt string `json:"receipt"`
	ID      string `json:"id"`
	Kind    string `json:"kind" enum:"add,safe"`
	Text    string `json:"text,omitempty"`
}

func (a *API) reportPublic(h huma.API) {
	a.reportSend(h)
	a.placesPublic(h)
	huma.Register(h, op("receipt-read", http.MethodPost, "/public/receipts", "What became of a report", 200),
		func(ctx context.Context, in *struct{ Body ReceiptIn }) (*body[ProgressOut], error) {
			p, err := a.progress(ctx, in.Body.Receipt)
			return answer(ctx, p, err)
		})
	huma.Register(h, op("receipt-claim", http.MethodPost, "/public/receipts/claims", "Add to a report, or say that everyone is safe", 204),
		func(ctx context.Context, in *struct{ Body NewClaim }) (*struct{}, error) {
			return nil, toHTTP(ctx, a.claim(ctx, in.Body))
		})
	huma.Register(h, op("place-at", http.MethodGet, "/public/place", "The county of a point; without a point, the place of this installation", 200),
		func(ctx context.Context, in *struct {
			Lon float64 `query:"lon" minimum:"-180" maximum:"180"`
			Lat float64 `query:"lat" minimum:"-90" maximum:"90"`
		},
		) (*body[Place], error) {
			if in.Lon == 0 && in.Lat == 0 {
				return &body[Place]{a.placeOf(a.s.Home)}, nil
			}
			found, ok := a.s.Places.Tree().At(in.Lon, in.Lat, a.s.Clock.Now())
			if !ok {
				return nil, toHTTP(ctx, fault.ErrNotFound)
			}
			return &body[Place]{a.placeOf(found.County.Path)}, nil
		})
	huma.Register(h, op("contact-list", http.MethodGet, "/public/contacts", "Published numbers of the on-site coordination at a place", 200),
		func(ctx context.Context, in *struct {
			Place string `query:"place" maxLength:"12" doc:"division code; left out: of this installation"`
		},
		) (*body[PageOf[Contact]], error) {
			path, err := a.pathOf(in.Place)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			if path == "" {
				path = a.s.Home
			}
			list, err := a.s.Incidents.ContactsAt(ctx, a.s.Places.Tree(), path)
			out := PageOf[Contact]{Items: []Contact{}}
			for _, c := range list {
				out.Items = append(out.Items, Contact{c.Name, c.Number})
			}
			return answer(ctx, out, err)
		})
	huma.Register(h, op("place-outline-public", http.MethodGet, "/public/places/{code}/outline", "Outlines for the map of the public form", 200),
		func(ctx context.Context, in *placeCode) (*outline, error) {
			d, ok := a.s.Places.Tree().Get(place.Code(in.Code), a.s.Clock.Now())
			if !ok {
				return nil, toHTTP(ctx, fault.ErrNotFound)
			}
			return a.outline(ctx, d)
		})
}

// sent is a call for help as it comes in: read here and not by huma, which would refuse what it cannot decode.
type sent struct {
	Proof string `header:"Lianyuan-Proof" doc:"work done for the challenge that every public answer brings under this name in a flood, with a dot and the number that was found; without it the report is taken and flagged no_proof"`

	raw []byte
	cry cry
}

// bodyWithin is how long a phone may take to send its report.
const bodyWithin = 30 * time.Second

// Resolve reads the body; only a connection that breaks off is an error.
func (s *sent) Resolve(ctx huma.Context) []error {
	_ = ctx.SetReadDeadline(clock.System{}.Now().Add(bodyWithin)) // a connection without deadlines is read without
	raw, cut, err := readBody(ctx.BodyReader())
	if err != nil {
		return []error{huma.Error400BadRequest("the body broke off", err)}
	}
	s.raw, s.cry = raw, readCry(raw, cut, ctx.Header("Content-Type"))
	return nil
}

func (a *API) reportSend(h huma.API) {
	send := op("report-send", http.MethodPost, "/public/reports", "Ask for help, without an account", 201)
	huma.Register(h, send, func(ctx context.Context, in *sent) (*body[ReceiptOut], error) {
		err := a.identify(&in.cry, in.raw, addressFrom(ctx))
		if err != nil {
			return nil, toHTTP(ctx, err)
		}
		r, err := a.take(ctx, in.cry, "web", in.Proof)
		return answer(ctx, receiptOut(r), err)
	})
	api := h.OpenAPI()
	api.Paths[send.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.Components.Schemas.Schema(reflect.TypeFor[NewReport](), true, "NewReport")},
	}}
}

// take passes a call on; an address that sends too many, and in a flood a report without proof of work, lands in a
// visible quarantine, never in an error.
func (a *API) take(ctx context.Context, n cry, channel, work string) (need.Receipt, error) {
	c, err := n.call()
	if err != nil {
		return need.Receipt{}, err
	}
	c.Channel, c.Unread, c.Marks = channel, n.unread, n.marks
	allowed, err := a.rate("need.report_rate_per_address")
	if err != nil {
		return need.Receipt{}, err
	}
	c.Quarantine = a.limits.Over("report", addressFrom(ctx), allowed)
	if c.NoProof, err = a.unproven(c.ID, work); err != nil {
		return need.Receipt{}, err
	}
	return a.s.Needs.Report(ctx, c)
}

func (a *API) rate(key string) (int, error) {
	n, _, err := a.s.Parameters.Number(a.s.Home, key, a.s.Clock.Now())
	return int(n), err
}

// receipt reads a code under the limit of its address: codes must not be tried out.
func (a *API) receipt(ctx context.Context, typed string) (id.Receipt, error) {
	allowed, err := a.rate("need.receipt_tries_per_minute")
	if err != nil {
		return "", err
	}
	if a.limits.Over("receipt", addressFrom(ctx), allowed) {
		return "", errTooMany
	}
	return id.ParseReceipt(typed)
}

func (a *API) progress(ctx context.Context, typed string) (ProgressOut, error) {
	code, err := a.receipt(ctx, typed)
	if err != nil {
		return ProgressOut{}, err
	}
	p, err := a.s.Needs.Progress(ctx, code)
	if err != nil {
		return ProgressOut{}, err
	}
	out := ProgressOut{Stage: p.Stage, Outcome: p.Outcome, UpdatedAt: p.Updated, Message: p.Message, Steps: []StepOut{}, Contact: []Contact{}}
	for _, st := range p.Steps {
		out.Steps = append(out.Steps, StepOut(st))
	}
	for _, c := range p.Contacts {
		out.Contact = append(out.Contact, Contact{c.Name, c.Number})
	}
	return out, nil
}

func (a *API) claim(ctx context.Context, n NewClaim) error {
	claimID, err := id.Parse(n.ID, "body.id")
	if err != nil {
		return err
	}
	code, err := id.ParseReceipt(n.Receipt)
	if err == nil {
		err = a.s.Needs.Add(ctx, code, need.Claim{ID: claimID, Kind: n.Kind, Text: n.Text})
	}
	if err == nil || (fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Invalid) {
		return err // whoever has a receipt may be one of a village behind one address: only codes that are none are counted
	}
	if _, over := a.receipt(ctx, n.Receipt); errors.Is(over, errTooMany) {
		return over
	}
	return err
}
