package api

import (
	"context"

	"lianyuan/domain/need"
)

// NeedMap is what a part of the map shows.
type NeedMap struct {
	Points   []NeedPoint   `json:"points" nullable:"false" doc:"up to 500 needs; none when there are clusters"`
	Clusters []NeedCluster `json:"clusters" nullable:"false"`
	Inside   int           `json:"inside" doc:"needs in the part asked for"`
	Total    int           `json:"total" doc:"needs with a point, wherever"`
	Extent   *NeedExtent   `json:"extent,omitempty" doc:"the box that all of these lie in"`
}

// NeedExtent is a box, in degrees.
type NeedExtent struct {
	West  float64 `json:"west"`
	South float64 `json:"south"`
	East  float64 `json:"east"`
	North float64 `json:"north"`
}

// NeedPoint is one need on the map.
type NeedPoint struct {
	ID       string  `json:"id"`
	Number   string  `json:"number"`
	Title    string  `json:"title"`
	State    string  `json:"state"`
	Severity int     `json:"severity"`
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
}

// NeedCluster is needs close to each other.
type NeedCluster struct {
	Lon      float64 `json:"lon" doc:"the middle of the needs"`
	Lat      float64 `json:"lat"`
	Count    int     `json:"count"`
	Severity int     `json:"severity" doc:"the highest"`
	West     float64 `json:"west" doc:"the box that the needs lie in"`
	South    float64 `json:"south"`
	East     float64 `json:"east"`
	North    float64 `json:"north"`
}

func (a *API) needMap(ctx context.Context, in *struct {
	NeedFilter
	West  float64 `query:"west" required:"true" minimum:"-180" maximum:"180" doc:"degrees, WGS-84"`
	South float64 `query:"south" required:"true" minimum:"-90" maximum:"90"`
	East  float64 `query:"east" required:"true" minimum:"-180" maximum:"180"`
	North float64 `query:"north" required:"true" minimum:"-90" maximum:"90"`
	Zoom  float64 `query:"zoom" required:"true" minimum:"0" maximum:"24" doc:"of the view, the world being 512 pixels wide at 0; a cluster takes about 64 pixels"`
},
) (*body[NeedMap], error) {
	sel, err := a.selection(in.NeedFilter)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	page, err := a.s.Needs.Map(ctx, need.MapFilter{Selection: sel, Box: need.Box{West: in.West, South: in.South, East: in.East, North: in.North}, Zoom: in.Zoom})
	return answer(ctx, needMapOut(page), err)
}

func needMapOut(page need.MapPage) NeedMap {
	out := NeedMap{Points: []NeedPoint{}, Clusters: []NeedCluster{}, Inside: page.Inside, Total: page.Total}
	if page.Total > 0 {
		e := NeedExtent(page.Extent)
		out.Extent = &e
	}
	for _, p := range page.Points {
		out.Points = append(out.Points, NeedPoint{p.ID, p.Number, p.Title, p.State, p.Severity, p.Point.Lon, p.Point.Lat})
	}
	for _, c := range page.Clusters {
		out.Clusters = append(out.Clusters, NeedCluster{c.Lon, c.Lat, c.Count, c.Severity, c.Box.West, c.Box.South, c.Box.East, c.Box.North})
	}
	return out
}
