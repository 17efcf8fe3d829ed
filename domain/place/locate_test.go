package place_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"lianyuan/domain/place"
	"lianyuan/platform/geo"
)

func TestAt(t *testing.T) {
	tree := changed(t)
	cases := []struct {
		name     string
		lon, lat float64
		want     place.Code
		exact    bool
	}{
		{"綦江", 106.65, 29.03, "500110", true},
		{"涪陵", 107.39, 29.70, "500102", true},
		{"北京 东城", 116.404, 39.915, "110101", true},
		{"北京 朝阳, a name held by three", 116.48, 39.93, "110105", true},
		{"东莞, a city without counties", 113.75, 23.04, "4419", true},
		{"嘉峪关", 98.29, 39.77, "6202", true},
		{"济源, under its province", 112.60, 35.09, "419001", true},
		{"成都 武侯", 104.04, 30.63, "510107", true},
		{"江北, today 两江新区", 106.57, 29.60, "z500004", true},
		{"渝北 两路, today shared", 106.63, 29.72, "z500004", false},
		{"北碚, which has given towns away", 106.44, 29.81, "500109", false},
	}
	for _, c := range cases {
		found, ok := tree.At(c.lon, c.lat, after)
		if !ok || found.County.Code != c.want || found.Exact != c.exact {
			t.Errorf("%s: %s %s exact %v, ok %v", c.name, found.County.Code, found.County.Name, found.Exact, ok)
		}
	}
	for _, p := range [][2]float64{{2.35, 48.85}, {139.69, 35.68}, {math.NaN(), 30}, {106, math.Inf(1)}, {125, 15}, {1e300, 1e300}} {
		if found, ok := tree.At(p[0], p[1], after); ok {
			t.Errorf("%v is in %s", p, found.County.Name)
		}
	}
}

func TestBeyond(t *testing.T) {
	tree := changed(t)
	points := []geo.Point{{Lon: 106.65, Lat: 29.03}, {Lon: 107.39, Lat: 29.70}, {Lon: 2.35, Lat: 48.85}}
	for _, c := range []struct {
		in   []place.Path
		want int
	}{
		{[]place.Path{"/50/500110/"}, 2},
		{[]place.Path{"/50/500110/500110001/"}, 2}, // a town is as far as its county
		{[]place.Path{"/50/500110/", "/50/500102/"}, 1},
		{[]place.Path{"/50/"}, 1},
		{nil, 3},
	} {
		if got := tree.Beyond(points, c.in, after); got != c.want {
			t.Errorf("%v: %d, want %d", c.in, got, c.want)
		}
	}
}

func TestAtAsOfTheDay(t *testing.T) {
	tree := changed(t)
	was, _ := tree.At(106.63, 29.72, before)
	is, _ := tree.At(106.63, 29.72, after)
	if was.County.Code != "500112" || !was.Exact || len(was.Others) != 0 || !slices.Equal(codesOf(was.Zones), []place.Code{"z500001"}) {
		t.Errorf("before: %+v", was)
	}
	if is.County.Code != "z500004" || is.Exact || !slices.Equal(codesOf(is.Others), []place.Code{"500109"}) || len(is.Zones) != 0 {
		t.Errorf("after: %+v", is)
	}
	park, _ := tree.At(106.37, 29.60, after)
	if park.County.Code != "500106" || !slices.Equal(codesOf(park.Zones), []place.Code{"z500002"}) {
		t.Errorf("a zone is offered: %+v", park)
	}
}

// A zone that has an outline is offered inside it only.
func TestAtRespectsZoneOutline(t *testing.T) {
	tree, err := place.Base().With(nil, []place.Zone{{
		Code: "z500010", Name: "试验区", Parent: "50", Standing: place.Town, Within: []place.Code{"500110"},
		Outline: geo.MultiPolygon{{{{Lon: 106.6, Lat: 29.0}, {Lon: 106.7, Lat: 29.0}, {Lon: 106.7, Lat: 29.1}, {Lon: 106.6, Lat: 29.1}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := tree.At(106.65, 29.03, after)
	out, _ := tree.At(106.65, 28.90, after)
	if len(in.Zones) != 1 || len(out.Zones) != 0 || out.County.Code != "500110" {
		t.Errorf("in %v, out %v (%s)", codesOf(in.Zones), codesOf(out.Zones), out.County.Name)
	}
	if shape, ok := tree.OutlineOf("z500010", after); !ok || !shape.Contains(geo.Point{Lon: 106.65, Lat: 29.05}) {
		t.Error("the zone has no outline")
	}
}

// Every county of Chongqing has an outline, and its centre, when it lies inside,
// is located there.
func TestOutlinesAgreeWithAt(t *testing.T) {
	tree := place.Base()
	drawn := 0
	for _, county := range tree.Children("50", before) {
		shape, ok := tree.OutlineOf(county.Code, before)
		if !ok {
			t.Errorf("%s has no outline", county.Name)
			continue
		}
		drawn++
		centre, _ := shape.Centroid()
		if found, ok := tree.At(centre.Lon, centre.Lat, before); shape.Contains(centre) && (!ok || found.County.Code != county.Code) {
			t.Errorf("the centre of %s lies in %s", county.Name, found.County.Name)
		}
	}
	if drawn != 38 {
		t.Errorf("%d outlines", drawn)
	}
}

// How many counties of the country have an outline, and that each of them is
// closed around something.
func TestOutlineCount(t *testing.T) {
	tree, drawn, missing := place.Base(), 0, 0
	var walk func(code place.Code)
	walk = func(code place.Code) {
		for _, d := range tree.Children(code, before) {
			if d.Level < place.County {
				if d.Level == place.Province || len(tree.Children(d.Code, before)) > 0 && tree.Children(d.Code, before)[0].Level != place.Town {
					walk(d.Code)
					continue
				}
			}
			shape, ok := tree.OutlineOf(d.Code, before)
			if !ok {
				missing++
				continue
			}
			drawn++
			for _, polygon := range shape {
				if len(polygon) == 0 || len(polygon[0]) < 3 {
					t.Errorf("%s has an empty polygon", d.Name)
				}
			}
		}
	}
	walk(place.NationCode)
	if drawn != 2810 || missing != 168 {
		t.Errorf("%d drawn, %d missing", drawn, missing)
	}
}

type collection struct {
	Type     string `json:"type"`
	Features []struct {
		Type       string `json:"type"`
		Properties struct {
			Code        place.Code `json:"code"`
			Name        string     `json:"name"`
			Level       string     `json:"level"`
			Centre      []float64  `json:"centre"`
			Approximate bool       `json:"approximate"`
		} `json:"properties"`
		Geometry *struct {
			Type        string           `json:"type"`
			Coordinates [][][][2]float64 `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

func draw(t *testing.T, tree *place.Tree, code place.Code) collection {
	t.Helper()
	var text bytes.Buffer
	if err := tree.ChildrenGeoJSON(&text, code, after); err != nil {
		t.Fatal(err)
	}
	var c collection
	if err := json.Unmarshal(text.Bytes(), &c); err != nil || c.Type != "FeatureCollection" {
		t.Fatalf("%s: %v", code, err)
	}
	return c
}

func TestChildrenGeoJSON(t *testing.T) {
	tree := changed(t)
	chongqing := draw(t, tree, "50")
	if len(chongqing.Features) != 39 { // 37 and two zones
		t.Errorf("%d features", len(chongqing.Features))
	}
	for _, f := range chongqing.Features {
		if f.Properties.Level == "zone" {
			continue
		}
		if f.Geometry == nil || f.Geometry.Type != "MultiPolygon" || len(f.Properties.Centre) != 2 {
			t.Fatalf("%s has no outline", f.Properties.Name)
		}
		for _, polygon := range f.Geometry.Coordinates {
			for _, ring := range polygon {
				if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
					t.Fatalf("%s: a ring is open", f.Properties.Name)
				}
			}
		}
		wantApproximate := f.Properties.Code == "z500004" || f.Properties.Code == "500109"
		if f.Properties.Approximate != wantApproximate {
			t.Errorf("%s approximate: %v", f.Properties.Name, f.Properties.Approximate)
		}
	}
	nation := draw(t, tree, place.NationCode)
	if len(nation.Features) != 31 || nation.Features[0].Geometry != nil || len(nation.Features[0].Properties.Centre) != 2 {
		t.Errorf("the nation: %d", len(nation.Features))
	}
	if cities := draw(t, tree, "51"); len(cities.Features) != 21 || cities.Features[0].Geometry == nil {
		t.Errorf("四川: %d", len(cities.Features))
	}
	if none := draw(t, tree, "99"); len(none.Features) != 0 {
		t.Errorf("nowhere: %d", len(none.Features))
	}
	if err := tree.ChildrenGeoJSON(brokenPipe{}, "50", after); err == nil {
		t.Error("the writer's error was swallowed")
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }
