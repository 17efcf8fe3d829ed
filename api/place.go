package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"

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
			PlaceQuery
			Near string `query:"near" maxLength:"12" doc:"division code to search from; left out: the places of one's grants"`
		},
		) (*body[PageOf[Place]], error) {
			actor, err := access.From(ctx)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			near, err := a.pathIn(in.Near, "query.near")
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			places := []place.Path{near}
			if near == "" {
				places = a.own(actor)
			}
			out, err := a.search(in.PlaceQuery, places, "place.search_counties")
			return answer(ctx, out, err)
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

// PlaceQuery is what is looked for, and inside of what.
type PlaceQuery struct {
	Query  string `query:"q" maxLength:"60" required:"true" doc:"a name or a part of it, several names from those above, or the first digits of a code"`
	Within string `query:"within" maxLength:"12" doc:"division code: only what lies at or below it"`
	Limit  int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

// search finds divisions, villages around the places that are near, as far as a parameter says. Names recur: the answer says each
// with those above it.
func (a *API) search(in PlaceQuery, near []place.Path, far string) (PageOf[Place], error) {
	out := PageOf[Place]{Items: []Place{}}
	within, err := a.pathIn(in.Within, "query.within")
	if err != nil {
		return out, err
	}
	if within == "" {
		within = place.Root
	}
	counties, err := a.rate(far)
	if err != nil {
		return out, err
	}
	found := a.s.Places.Tree().SearchNear(in.Query, a.s.Clock.Now(), in.Limit, within, place.Near{Places: near, Counties: counties})
	for _, d := range found {
		out.Items = append(out.Items, a.placeOf(d.Path))
	}
	return out, nil
}

// own are the places of somebody's grants; of whoever has none but for the whole country or a team, that of this
// installation.
func (a *API) own(actor access.Actor) []place.Path {
	var places []place.Path
	for _, g := range actor.Grants {
		if g.Place != "" && g.Place != place.Root && g.InForce(actor.At) && !slices.Contains(places, g.Place) {
			places = append(places, g.Place)
		}
	}
	if len(places) == 0 {
		return []place.Path{a.s.Home}
	}
	return places
}

// placesPublic is the search of the public form.
func (a *API) placesPublic(h huma.API) {
	huma.Register(h, op("place-search-public", http.MethodGet, "/public/places", "Find divisions by name or code, for the public form", 200),
		func(ctx context.Context, in *struct {
			PlaceQuery
			Near string  `query:"near" maxLength:"12" doc:"division code to search from; left out: the county of the point"`
			Lon  float64 `query:"lon" minimum:"-180" maximum:"180"`
			Lat  float64 `query:"lat" minimum:"-90" maximum:"90" doc:"without a point either, the place of this installation"`
		},
		) (*body[PageOf[Place]], error) {
			near, err := a.pathIn(in.Near, "query.near")
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			allowed, err := a.rate("place.public_searches_per_minute")
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			if a.limits.Over("place", addressFrom(ctx), allowed) {
				return nil, toHTTP(ctx, errTooMany)
			}
			if found, ok := a.s.Places.Tree().At(in.Lon, in.Lat, a.s.Clock.Now()); near == "" && ok {
				near = found.County.Path
			}
			if near == "" {
				near = a.s.Home
			}
			out, err := a.search(in.PlaceQuery, []place.Path{near}, "place.public_search_counties")
			return answer(ctx, out, err)
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
