package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
)

// PlaceDetail is a division with those directly below it.
type PlaceDetail struct {
	Place
	Level    string  `json:"level"`
	AsOf     string  `json:"asOf" doc:"the day of the national base"`
	Children []Place `json:"children" nullable:"false"`
}

func (a *API) places(h huma.API) {
	huma.Register(h, op("place-search", http.MethodGet, "/places", "Find divisions by name or code", 200),
		func(ctx context.Context, in *struct {
			Query string `query:"q" maxLength:"60" required:"true"`
			Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
		},
		) (*body[PageOf[Place]], error) {
			if _, err := access.From(ctx); err != nil {
				return nil, toHTTP(ctx, err)
			}
			out := PageOf[Place]{Items: []Place{}}
			for _, d := range a.s.Places.Tree().Search(in.Query, a.s.Clock.Now(), in.Limit, place.Root) {
				out.Items = append(out.Items, a.placeOf(d.Path))
			}
			return &body[PageOf[Place]]{out}, nil
		})
	huma.Register(h, op("place-read", http.MethodGet, "/places/{code}", "A division and those directly below it", 200),
		func(ctx context.Context, in *placeCode) (*body[PlaceDetail], error) {
			d, err := a.division(ctx, in.Code)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			out := PlaceDetail{Place: a.placeOf(d.Path), Level: d.Level.String(), AsOf: place.BaseDate.Format("2006-01-02"), Children: []Place{}}
			for _, c := range a.s.Places.Tree().Children(d.Code, a.s.Clock.Now()) {
				out.Children = append(out.Children, Place{string(c.Code), string(c.Path), c.Name, out.Full + c.Name})
			}
			return &body[PlaceDetail]{out}, nil
		})
	huma.Register(h, op("place-outline", http.MethodGet, "/places/{code}/outline", "Outlines of the divisions directly below, as GeoJSON (WGS-84)", 200),
		func(ctx context.Context, in *placeCode) (*outline, error) {
			d, err := a.division(ctx, in.Code)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			return a.outline(ctx, d)
		})
}

type outline struct {
	CacheControl string `header:"Cache-Control"`
	Body         json.RawMessage
}

func (a *API) outline(ctx context.Context, d place.Division) (*outline, error) {
	var b bytes.Buffer
	if err := a.s.Places.Tree().ChildrenGeoJSON(&b, d.Code, a.s.Clock.Now()); err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &outline{"private, max-age=3600", b.Bytes()}, nil
}

type placeCode struct {
	Code string `path:"code" maxLength:"12"`
}

func (a *API) division(ctx context.Context, code string) (place.Division, error) {
	if _, err := access.From(ctx); err != nil {
		return place.Division{}, err
	}
	d, ok := a.s.Places.Tree().Get(place.Code(code), a.s.Clock.Now())
	if !ok {
		return place.Division{}, fault.ErrNotFound
	}
	return d, nil
}
