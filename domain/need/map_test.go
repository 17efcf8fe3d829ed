package need_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"lianyuan/domain/need"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
)

var city = need.Box{West: 105, South: 28, East: 111, North: 33}

// enter writes needs with points on a grid of a hundredth of a degree, severities by turns.
func (n *nodes) enter(t *testing.T, many int) {
	t.Helper()
	for first := 0; first < many; first += 100 {
		var slice []need.Need
		for i := first; i < min(first+100, many); i++ {
			slice = append(slice, need.Need{
				ID: id.New(), Kind: need.Kinds[i%len(need.Kinds)], Draft: need.Draft{Title: "老人需转移", Severity: 2 + i%3}, Place: "/50/500110/",
				Point: &need.Point{Lon: 106.6 + float64(i%40)/100, Lat: 28.8 + float64(i/40)/100},
			})
		}
		if err := n.on[0].Enter(n.ctx, slice); err != nil {
			t.Fatal(err)
		}
	}
}

func (n *nodes) mapOf(t *testing.T, on int, f need.MapFilter) need.MapPage {
	t.Helper()
	page, err := n.on[on].Map(n.ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// Up to 500 needs are shown one by one; above that clusters hold every one of them, with the highest severity.
func TestMapShowsPointsThenClusters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		n.enter(t, 500)
		f := need.MapFilter{Box: city, Zoom: 9}
		if page := n.mapOf(t, 0, f); len(page.Points) != 500 || page.Inside != 500 || page.Total != 500 || len(page.Clusters) > 0 {
			t.Fatalf("%d points, %d clusters of %d", len(page.Points), len(page.Clusters), page.Inside)
		}
		n.open(t, 0, need.Draft{Title: "老人需转移", Severity: 1}) // without a point: on no map
		n.enter(t, 100)
		n.on[1].Heard(nil)
		page := n.mapOf(t, 1, f)
		sum := 0
		for _, c := range page.Clusters {
			sum += c.Count
			if c.Severity != 2 && c.Count > 2 {
				t.Errorf("the highest severity of %d needs is %d", c.Count, c.Severity)
			}
			if c.Lon < c.Box.West || c.Lon > c.Box.East || c.Lat < c.Box.South || c.Lat > c.Box.North {
				t.Errorf("the middle of a cluster lies outside of it: %+v", c)
			}
		}
		if sum != 600 || page.Inside != 600 || len(page.Points) > 0 {
			t.Errorf("clusters hold %d of %d", sum, page.Inside)
		}
		small := need.MapFilter{Box: need.Box{West: 106.595, South: 28.795, East: 106.605, North: 28.805}, Zoom: 14}
		if page := n.mapOf(t, 1, small); len(page.Points) != 2 || page.Total != 600 || page.Extent.West > 106.6001 || page.Extent.East < 106.98 {
			t.Errorf("in a small box %d of %d", len(page.Points), page.Total)
		}
		f.Kind, f.Severity = need.Injured, 3
		want := len(n.page(t, need.ListFilter{Selection: f.Selection}))
		if page := n.mapOf(t, 1, f); page.Inside != want || want == 0 {
			t.Errorf("filtered %d, the list has %d", page.Inside, want)
		}
	})
}

// A change is on the map of the node that made it at once, and of another when the journal has told it.
func TestMapFollowsChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		order := n.order(t)
		c := call("一楼进水")
		c.Point = &need.Point{Lon: 106.65, Lat: 29.02, Source: "gps"}
		made := id.New()
		published := need.MapFilter{Selection: need.Selection{State: "published"}, Box: city, Zoom: 9}
		for on := range n.on {
			if page := n.mapOf(t, on, published); page.Total != 0 {
				t.Fatal(page)
			}
		}
		_, err := n.on[0].Report(n.ctx, c)
		for _, step := range []func() error{
			func() error { return n.on[0].Look(n.ctx, c.ID) },
			func() error {
				return n.on[0].Decide(n.ctx, c.ID, need.Decision{ID: id.New(), NewID: made, Outcome: "verified", New: &need.Draft{Title: "老人需转移"}})
			},
			func() error {
				return n.on[0].Publish(n.ctx, made, need.Publication{ID: id.New(), Instruction: order, Audience: []string{"teams"}})
			},
		} {
			if err == nil {
				err = step()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		told := []journal.Row{{Entry: journal.Entry{Kind: "need", Subject: made}}}
		if page := n.mapOf(t, 0, published); len(page.Points) != 1 || page.Points[0].ID != made {
			t.Errorf("here: %+v", page)
		}
		n.on[1].Heard(told)
		if page := n.mapOf(t, 1, published); len(page.Points) != 1 {
			t.Errorf("on the other node: %+v", page)
		}
		if err := n.on[1].Close(n.ctx, id.New(), made, 0, "已转移"); err != nil {
			t.Fatal(err)
		}
		n.on[0].Heard(told)
		for on := range n.on {
			if page := n.mapOf(t, on, need.MapFilter{Selection: need.Selection{State: "all"}, Box: city}); page.Total != 0 {
				t.Errorf("a closed need is on the map: %+v", page)
			}
		}
	})
}

func TestMapHidesWhatOneMayNotSeeAndRefusesOddBoxes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		n.enter(t, 3)
		if page, err := n.on[0].Map(seeing(n.ctx, t, "500119"), need.MapFilter{Box: city}); err != nil || page.Total != 0 || page.Inside != 0 {
			t.Errorf("%+v, %v", page, err)
		}
		for _, b := range []need.Box{{West: 106, East: 105}, {South: 2, North: 1}, {West: -181}, {East: 181}, {North: 91}, {West: math.NaN()}} {
			if _, err := n.on[0].Map(n.ctx, need.MapFilter{Box: b}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", b, err)
			}
		}
		odd := need.Selection{Kind: "earthquake"}
		if _, err := n.on[0].Needs(n.ctx, need.ListFilter{Selection: odd}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a list of no known kind: %v", err)
		}
		if _, err := n.on[0].Map(n.ctx, need.MapFilter{Selection: odd, Box: city}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a map of no known kind: %v", err)
		}
		for _, zoom := range []float64{0, 24} {
			if page := n.mapOf(t, 0, need.MapFilter{Box: need.Box{West: -180, South: -90, East: 180, North: 90}, Zoom: zoom}); page.Inside != 3 {
				t.Errorf("the whole world at scale %v: %+v", zoom, page)
			}
		}
	})
}

// A list of many needs is written slice by slice; too much at once, or without the right, is refused.
func TestEnterIsBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		slice := slices.Repeat([]need.Need{{Kind: need.Other, Draft: need.Draft{Title: "x"}, Place: "/50/"}}, 101)
		if err := n.on[0].Enter(n.ctx, slice); fault.KindOf(err) != fault.Invalid {
			t.Error(err)
		}
		if err := n.on[0].Enter(context.Background(), slice[:1]); err == nil {
			t.Error("nobody may enter needs")
		}
		if err := n.on[0].Enter(seeing(n.ctx, t, "500119"), []need.Need{{Draft: need.Draft{Title: "x"}, Place: "/50/500110/"}}); err == nil {
			t.Error("elsewhere")
		}
		n.fits(t)
	})
}
