package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/pass"
)

// ServiceAreaOut is a service area on the way, as teams that come are told of it.
type ServiceAreaOut struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Road      string `json:"road"`
	Direction string `json:"direction"`
	AreaSaidOut
	Past      bool          `json:"past" doc:"it was withdrawn, or its time is over"`
	Withdrawn *MarkOut      `json:"withdrawn,omitempty"`
	Earlier   []AreaSaidOut `json:"earlier" nullable:"false" doc:"what was said before, the newest first; for who works on site"`
	Version   int64         `json:"version"`
}

// AreaSaidOut is one edition of what is said of a service area.
type AreaSaidOut struct {
	Edition int       `json:"edition"`
	Mark    int       `json:"mark" doc:"metres of the road; -1: not said"`
	Offers  []string  `json:"offers" nullable:"false" doc:"fuel, charging, food, water, rest, repair, medical, sanitation, convoy_parking"`
	State   string    `json:"state" doc:"open, limited, closed"`
	Words   string    `json:"words,omitempty"`
	Begins  time.Time `json:"begins"`
	Ends    time.Time `json:"ends,omitzero" doc:"absent: until it is corrected or withdrawn"`
	Contact string    `json:"contact,omitempty"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty" doc:"who said it, for who works on site"`
}

// ServiceAreasOut are the service areas of an incident, by road, direction and mark.
type ServiceAreasOut struct {
	Items []ServiceAreaOut `json:"items" nullable:"false"`
	Edits bool             `json:"edits" doc:"the actor may publish"`
	At    time.Time        `json:"at" doc:"as of"`
}

// AreaSaidIn is what is said of a service area.
type AreaSaidIn struct {
	Mark    *int      `json:"mark,omitempty" doc:"metres of the road; absent: not said"`
	Offers  []string  `json:"offers,omitempty" maxItems:"9"`
	State   string    `json:"state" doc:"open, limited, closed"`
	Words   string    `json:"words,omitempty" doc:"needed for limited and closed"`
	Begins  time.Time `json:"begins"`
	Ends    time.Time `json:"ends,omitzero" doc:"absent: until it is corrected or withdrawn"`
	Contact string    `json:"contact,omitempty" doc:"no number of a person"`
}

func (b AreaSaidIn) domain() pass.AreaEdition {
	e := pass.AreaEdition{Mark: -1, Offers: b.Offers, State: b.State, Words: b.Words, Begins: b.Begins, Ends: b.Ends, Contact: b.Contact}
	if b.Mark != nil {
		e.Mark = *b.Mark
	}
	return e
}

func (a *API) areasOut(ctx context.Context, incident string, err error) (*body[ServiceAreasOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	l, err := a.s.Passes.AreasOf(ctx, incident)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	if l.Wide {
		for _, x := range l.Items {
			who = append(who, x.WithdrawnBy, x.Edition.By)
			for _, e := range x.Earlier {
				who = append(who, e.By)
			}
		}
	}
	names, err := a.names(ctx, who...)
	said := func(e pass.AreaEdition) AreaSaidOut {
		out := AreaSaidOut{e.No, e.Mark, orEmpty(e.Offers), e.State, e.Words, e.Begins, e.Ends, e.Contact, e.At, ""}
		if l.Wide {
			out.By = named(names, e.By)
		}
		return out
	}
	out := ServiceAreasOut{Items: []ServiceAreaOut{}, Edits: l.Edits, At: l.Now}
	for _, x := range l.Items {
		one := ServiceAreaOut{
			ID: x.ID, Name: x.Name, Road: x.Road, Direction: x.Direction, AreaSaidOut: said(x.Edition), Past: x.Past(l.Now),
			Withdrawn: ended(x.WithdrawnAt, names, x.WithdrawnBy, x.Why), Earlier: []AreaSaidOut{}, Version: x.Version,
		}
		for _, e := range x.Earlier {
			one.Earlier = append(one.Earlier, said(e))
		}
		out.Items = append(out.Items, one)
	}
	return answer(ctx, out, err)
}

func (a *API) serviceAreas(h huma.API) {
	huma.Register(h, op("service-area-list", http.MethodGet, "/incidents/{id}/service-areas", "Service areas on the way; a leader of a team that travels sees what holds now", 200),
		func(ctx context.Context, in *RecordID) (*body[ServiceAreasOut], error) {
			return a.areasOut(ctx, in.ID, nil)
		})
	huma.Register(h, op("service-area-publish", http.MethodPost, "/incidents/{id}/service-areas", "Tell the teams that travel of a service area", 201),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID        string `json:"id" format:"uuid" doc:"of the command, and of the area"`
				Name      string `json:"name"`
				Road      string `json:"road"`
				Direction string `json:"direction"`
				AreaSaidIn
			}
		},
		) (*body[ServiceAreasOut], error) {
			b := in.Body
			return a.areasOut(ctx, in.ID, a.s.Passes.PublishArea(ctx, pass.ServiceArea{
				ID: b.ID, Incident: in.ID, Name: b.Name, Road: b.Road, Direction: b.Direction, Edition: b.domain(),
			}))
		})
	huma.Register(h, op("service-area-correct", http.MethodPost, "/incidents/{id}/service-areas/{area}/correct", "Correct what is said of a service area", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Area string `path:"area" maxLength:"36"`
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				AreaSaidIn
			}
		},
		) (*body[ServiceAreasOut], error) {
			b := in.Body
			return a.areasOut(ctx, in.ID, a.s.Passes.CorrectArea(ctx, b.ID, in.ID, in.Area, b.Version, b.domain()))
		})
	huma.Register(h, op("service-area-withdraw", http.MethodPost, "/incidents/{id}/service-areas/{area}/withdraw", "Withdraw what is said of a service area", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Area string `path:"area" maxLength:"36"`
			Body ReasonIn
		},
		) (*body[ServiceAreasOut], error) {
			return a.areasOut(ctx, in.ID, a.s.Passes.WithdrawArea(ctx, in.Body.ID, in.ID, in.Area, in.Body.Version, in.Body.Reason))
		})
}
