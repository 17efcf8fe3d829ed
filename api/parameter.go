package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
)

// ParameterOut is a threshold or deadline as it counts at a place now.
type ParameterOut struct {
	Key     string     `json:"key"`
	Value   string     `json:"value"`
	Default string     `json:"default"`
	Unit    string     `json:"unit"`
	Meaning string     `json:"meaning"`
	Source  string     `json:"source" doc:"as it stands in the catalogue, or as it was typed"`
	Named   SourceName `json:"sourceName" doc:"the source as people know it: the document with its number"`
	SetAt   Place      `json:"setAt" doc:"the place whose value counts"`
	// What is to come: a value set for later, or the one that counts again when this one ends.
	Next *ParameterNext `json:"next,omitempty"`
}

// ParameterNext is the value that will count, and from when.
type ParameterNext struct {
	Value string    `json:"value"`
	From  time.Time `json:"from"`
	SetAt Place     `json:"setAt"`
}

func (a *API) parameters(h huma.API) {
	huma.Register(h, op("parameter-list", http.MethodGet, "/parameters", "Every threshold and deadline, as it counts at a place", 200),
		func(ctx context.Context, in *struct {
			Place string `query:"place" maxLength:"12"`
		},
		) (*body[PageOf[ParameterOut]], error) {
			out, err := a.parameterList(ctx, in.Place)
			return answer(ctx, out, err)
		})
	huma.Register(h, op("parameter-set", http.MethodPost, "/parameters", "Set a value for a place, with its source and from when until when it counts", 204),
		func(ctx context.Context, in *struct {
			Body struct {
				ID     string    `json:"id" format:"uuid"`
				Key    string    `json:"key" maxLength:"80"`
				Place  string    `json:"place" maxLength:"12"`
				Value  string    `json:"value"`
				From   time.Time `json:"from,omitempty" doc:"when it begins to count; left out: at once"`
				Until  time.Time `json:"until,omitempty" doc:"when it ends; left out: when another is set"`
				Locked bool      `json:"locked,omitempty" doc:"nothing below counts"`
				Source string    `json:"source"`
			}
		},
		) (*struct{}, error) {
			path, err := a.pathIn(in.Body.Place, "body.place")
			if err == nil {
				b := in.Body
				err = a.s.Parameters.Set(ctx, parameter.Setting{ID: b.ID, Key: b.Key, Place: path, Value: b.Value, From: b.From, Until: b.Until, Locked: b.Locked, Source: b.Source})
			}
			return nil, toHTTP(ctx, err)
		})
}

func (a *API) parameterList(ctx context.Context, code string) (PageOf[ParameterOut], error) {
	out := PageOf[ParameterOut]{Items: []ParameterOut{}}
	path, err := a.pathOf(code)
	if err != nil {
		return out, err
	}
	if path == "" {
		path = a.s.Home
	}
	if _, err := access.Require(ctx, access.ParamSee, path); err != nil {
		return out, err
	}
	now := a.s.Clock.Now()
	for _, k := range parameter.Keys() {
		u, err := a.s.Parameters.For(path, k.Name, now)
		if err != nil {
			return out, err
		}
		one := ParameterOut{k.Name, u.Value, k.Default, k.Unit, k.Meaning, u.Source, sourceName(u.Source), a.placeOf(u.Place), nil}
		next, from, changes, err := a.s.Parameters.Next(path, k.Name, now)
		if err != nil {
			return out, err
		}
		if changes {
			one.Next = &ParameterNext{next.Value, from, a.placeOf(next.Place)}
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}
