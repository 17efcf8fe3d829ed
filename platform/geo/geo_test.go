package geo_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"lianyuan/platform/geo"
)

func near(a, b geo.Point, tolerance float64) bool {
	return math.Abs(a.Lon-b.Lon) <= tolerance && math.Abs(a.Lat-b.Lat) <= tolerance
}

func TestShiftVectors(t *testing.T) {
	vectors := []struct {
		name         string
		wgs, gcj, bd geo.Point
		shift        float64 // metres between WGS-84 and GCJ-02
	}{
		{"Beijing", geo.Point{Lon: 116.404, Lat: 39.915}, geo.Point{Lon: 116.410244, Lat: 39.916404}, geo.Point{Lon: 116.416627, Lat: 39.922700}, 555},
		{"Chongqing", geo.Point{Lon: 106.5516, Lat: 29.5630}, geo.Point{Lon: 106.555318, Lat: 29.560151}, geo.Point{Lon: 106.561748, Lat: 29.566466}, 479},
		{"Zhengzhou", geo.Point{Lon: 113.6254, Lat: 34.7466}, geo.Point{Lon: 113.631447, Lat: 34.745417}, geo.Point{Lon: 113.637847, Lat: 34.751723}, 568},
		{"Jishishan", geo.Point{Lon: 102.79, Lat: 35.70}, geo.Point{Lon: 102.791858, Lat: 35.699625}, geo.Point{Lon: 102.798445, Lat: 35.705375}, 173},
		{"Dingri", geo.Point{Lon: 87.45, Lat: 28.50}, geo.Point{Lon: 87.452642, Lat: 28.496520}, geo.Point{Lon: 87.459134, Lat: 28.502557}, 465},
	}
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			if got := geo.ToGCJ(v.wgs); !near(got, v.gcj, 1e-6) {
				t.Errorf("ToGCJ = %v, want %v", got, v.gcj)
			}
			if got := geo.ToBD(v.wgs); !near(got, v.bd, 1e-6) {
				t.Errorf("ToBD = %v, want %v", got, v.bd)
			}
			if got := geo.GCJToBD(v.gcj); !near(got, v.bd, 2e-6) {
				t.Errorf("GCJToBD = %v, want %v", got, v.bd)
			}
			if got := geo.BDToGCJ(v.bd); !near(got, v.gcj, 2e-6) {
				t.Errorf("BDToGCJ = %v, want %v", got, v.gcj)
			}
			if got := geo.Distance(v.wgs, geo.ToGCJ(v.wgs)); math.Abs(got-v.shift) > 2 {
				t.Errorf("shift = %.1f m, want %.0f", got, v.shift)
			}
		})
	}
}

func TestOutsideChinaPassesThrough(t *testing.T) {
	for _, p := range []geo.Point{{Lon: 2.35, Lat: 48.85}, {Lon: 139.69, Lat: 35.68}, {Lon: math.NaN(), Lat: 30}, {Lon: math.Inf(1), Lat: 30}} {
		for _, convert := range []func(geo.Point) geo.Point{geo.ToGCJ, geo.FromGCJ, geo.ToBD, geo.FromBD, geo.GCJToBD, geo.BDToGCJ} {
			got := convert(p)
			same := got == p || math.IsNaN(p.Lon) && math.IsNaN(got.Lon) && got.Lat == p.Lat
			if !same {
				t.Errorf("%v became %v", p, got)
			}
		}
	}
	if (geo.Point{Lon: math.NaN()}).Valid() || !(geo.Point{Lon: 180, Lat: -90}).Valid() {
		t.Error("Valid is wrong at its edges")
	}
}

// Any point of China comes back from both systems within 1e-9 degrees. The box
// is drawn a little smaller than the real one, because a point shifted across
// its edge is, by definition, no longer converted.
func TestShiftRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{
			Lon: rapid.Float64Range(73.7, 135.0).Draw(t, "lon"),
			Lat: rapid.Float64Range(3.9, 53.5).Draw(t, "lat"),
		}
		if got := geo.FromGCJ(geo.ToGCJ(p)); !near(got, p, 1e-9) {
			t.Fatalf("GCJ-02: %v came back as %v", p, got)
		}
		if got := geo.FromBD(geo.ToBD(p)); !near(got, p, 1e-9) {
			t.Fatalf("BD-09: %v came back as %v", p, got)
		}
		if got := geo.BDToGCJ(geo.GCJToBD(p)); !near(got, p, 1e-9) {
			t.Fatalf("GCJ-02 by BD-09: %v came back as %v", p, got)
		}
	})
}

func TestDistance(t *testing.T) {
	if got := geo.Distance(geo.Point{}, geo.Point{Lat: 1}); math.Abs(got-111195.08) > 0.1 {
		t.Errorf("one degree of latitude = %.2f m", got)
	}
	if got := geo.Distance(geo.Point{}, geo.Point{Lon: 180}); math.Abs(got-math.Pi*6371008.8) > 1 {
		t.Errorf("half way round = %.2f m", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) geo.Point {
			return geo.Point{
				Lon: rapid.Float64Range(-180, 180).Draw(t, name+"lon"),
				Lat: rapid.Float64Range(-90, 90).Draw(t, name+"lat"),
			}
		}
		a, b, c := draw("a"), draw("b"), draw("c")
		ab, ba := geo.Distance(a, b), geo.Distance(b, a)
		if ab < 0 || math.Abs(ab-ba) > 1e-6 {
			t.Fatalf("not symmetric: %v %v", ab, ba)
		}
		if ab > geo.Distance(a, c)+geo.Distance(c, b)+1e-3 {
			t.Fatal("the way round is shorter")
		}
	})
}

func square(west, south, side float64) geo.Ring {
	return geo.Ring{
		{Lon: west, Lat: south},
		{Lon: west + side, Lat: south},
		{Lon: west + side, Lat: south + side},
		{Lon: west, Lat: south + side},
		{Lon: west, Lat: south},
	}
}

func TestPolygonWithHoleAndExclave(t *testing.T) {
	figure := geo.MultiPolygon{{square(0, 0, 10), square(4, 4, 2)}, {square(20, 0, 1)}}
	cases := []struct {
		p    geo.Point
		want bool
	}{
		{geo.Point{Lon: 1, Lat: 1}, true},
		{geo.Point{Lon: 5, Lat: 5}, false},
		{geo.Point{Lon: 20.5, Lat: 0.5}, true},
		{geo.Point{Lon: 15, Lat: 0.5}, false},
		{geo.Point{Lon: math.NaN(), Lat: 1}, false},
	}
	for _, c := range cases {
		if got := figure.Contains(c.p); got != c.want {
			t.Errorf("Contains(%v) = %v", c.p, got)
		}
	}
	box, ok := figure.Bounds()
	if !ok || box != (geo.Box{MinLon: 0, MinLat: 0, MaxLon: 21, MaxLat: 10}) {
		t.Errorf("Bounds = %v, %v", box, ok)
	}
}

// Two neighbours and their common border: every point belongs to exactly one.
func TestSharedBorderBelongsToOne(t *testing.T) {
	border := []geo.Point{{Lon: 5, Lat: 0}, {Lon: 6.1, Lat: 3.3}, {Lon: 4.2, Lat: 7.7}, {Lon: 5, Lat: 10}}
	left := geo.Ring{{Lon: 0, Lat: 10}, {Lon: 0, Lat: 0}}
	left = append(left, border...)
	right := geo.Ring{{Lon: 10, Lat: 0}, {Lon: 10, Lat: 10}}
	for i := len(border) - 1; i >= 0; i-- {
		right = append(right, border[i])
	}
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lon: rapid.Float64Range(0.1, 9.9).Draw(t, "lon"), Lat: rapid.Float64Range(0.1, 9.9).Draw(t, "lat")}
		if (geo.Polygon{left}).Contains(p) == (geo.Polygon{right}).Contains(p) {
			t.Fatalf("%v belongs to both or to none", p)
		}
	})
}

func TestSimpleRings(t *testing.T) {
	for name, c := range map[string]struct {
		ring geo.Ring
		want bool
	}{
		"a square":           {square(0, 0, 1)[:4], true},
		"a horseshoe":        {geo.Ring{{Lon: 0}, {Lon: 3}, {Lon: 3, Lat: 3}, {Lon: 2, Lat: 3}, {Lon: 2, Lat: 1}, {Lon: 1, Lat: 1}, {Lon: 1, Lat: 3}, {Lat: 3}}, true},
		"a bow tie":          {geo.Ring{{}, {Lon: 1, Lat: 1}, {Lon: 1}, {Lat: 1}}, false},
		"through a corner":   {geo.Ring{{}, {Lon: 2}, {Lon: 2, Lat: 2}, {Lon: 1, Lat: 0}, {Lat: 2}}, false},
		"back on its side":   {geo.Ring{{}, {Lon: 4}, {Lon: 4, Lat: 1}, {Lon: 3, Lat: 0}, {Lon: 1, Lat: 0}, {Lat: 1}}, false},
		"a corner twice":     {geo.Ring{{}, {Lon: 2}, {Lon: 2}, {Lon: 2, Lat: 2}}, false},
		"a line has no area": {geo.Ring{{}, {Lon: 1, Lat: 1}, {Lon: 2, Lat: 2}}, false},
		"two points":         {geo.Ring{{}, {Lon: 1}}, false},
	} {
		if got := c.ring.Simple(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCentroid(t *testing.T) {
	cases := []struct {
		name   string
		figure geo.MultiPolygon
		want   geo.Point
		ok     bool
	}{
		{"square", geo.MultiPolygon{{square(100, 30, 2)}}, geo.Point{Lon: 101, Lat: 31}, true},
		{"hole beside the middle", geo.MultiPolygon{{square(0, 0, 4), square(0, 0, 2)}}, geo.Point{Lon: 7.0 / 3, Lat: 7.0 / 3}, true},
		{"two equal", geo.MultiPolygon{{square(0, 0, 1)}, {square(4, 0, 1)}}, geo.Point{Lon: 2.5, Lat: 0.5}, true},
		{"a line has no area", geo.MultiPolygon{{{{Lon: 1, Lat: 1}, {Lon: 3, Lat: 3}}}}, geo.Point{Lon: 2, Lat: 2}, true},
		{"nothing", geo.MultiPolygon{{}}, geo.Point{}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok := c.figure.Centroid()
			if ok != c.ok || !near(got, c.want, 1e-9) {
				t.Errorf("got %v %v, want %v", got, ok, c.want)
			}
		})
	}
}

func BenchmarkFromGCJ(b *testing.B) {
	for b.Loop() {
		geo.FromGCJ(geo.Point{Lon: 106.555318, Lat: 29.560151})
	}
}
