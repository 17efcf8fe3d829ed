package need

import (
	"context"
	"math"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// MapFilter says which needs a map shows. State all is all that are not closed: a closed need is no longer on the map.
type MapFilter struct {
	Selection
	Box  Box
	Zoom float64 // of the view, the world being 512 pixels wide at 0; a cluster takes about 64 pixels
}

// MapPoint is one need on the map.
type MapPoint struct {
	ID, Number, Title, State string
	Severity                 int
	Point                    Point
}

// MapPage is what a view of the map shows: needs one by one, or clusters when they are too many.
type MapPage struct {
	Points   []MapPoint
	Clusters []Cluster
	Inside   int // needs in the box
	Total    int // needs with a point, wherever
	Extent   Box // of all these, when there are any
}

// maxPoints is up to how many needs are drawn one by one.
const maxPoints = 500

func (b Box) check() error {
	ok := b.West >= -180 && b.East <= 180 && b.South >= -90 && b.North <= 90 && b.West <= b.East && b.South <= b.North
	if !ok || math.IsNaN(b.West+b.South+b.East+b.North) {
		return fault.InvalidField("query.west", "box_invalid", "地图范围有误", "this part of the map is not right")
	}
	return nil
}

// Map is the needs of a part of the map that the actor may see, by the filters of the list.
func (s *Service) Map(ctx context.Context, f MapFilter) (MapPage, error) {
	if err := f.check(); err != nil {
		return MapPage{}, err
	}
	if err := f.Box.check(); err != nil {
		return MapPage{}, err
	}
	x, err := s.sight(ctx, access.NeedSee, f.Incident, f.Place)
	if err != nil {
		return MapPage{}, err
	}
	if s.dots.pending() {
		if err := s.dots.refresh(ctx, s.db); err != nil {
			return MapPage{}, err
		}
	}
	g := s.dots.walk(x, f.Selection, f.Box, f.Zoom, maxPoints)
	page := MapPage{Inside: g.in, Total: g.total, Extent: g.extent}
	switch {
	case g.in > maxPoints:
		page.Clusters = g.filled()
	case g.in > 0:
		page.Points, err = s.pointsAt(ctx, g.moments)
	}
	return page, err
}

func (s *Service) pointsAt(ctx context.Context, moments []int64) (list []MapPoint, err error) {
	args := make([]any, len(moments))
	for i, m := range moments {
		args[i] = m
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = list[:0]
		return tx.Each(func(sc db.Scanner) error {
			var p MapPoint
			var lon, lat int64
			err := sc.Scan(&p.ID, &p.Number, &p.Title, &p.State, &p.Severity, &lon, &lat)
			p.Point = Point{Lon: float64(lon) / 1e7, Lat: float64(lat) / 1e7}
			list = append(list, p)
			return err
		}, `SELECT id, number, title, state, severity, lon, lat FROM need WHERE moment IN (`+db.List(1, len(args))+`) ORDER BY severity, moment`, args...)
	})
	return list, err
}
