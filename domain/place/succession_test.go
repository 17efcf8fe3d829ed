package place_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
)

var (
	before = noon(2025, time.November, 5)
	after  = noon(2025, time.November, 6)
)

func countOf(divisions []place.Division, level place.Level) int {
	n := 0
	for _, d := range divisions {
		if d.Level == level {
			n++
		}
	}
	return n
}

func codesOf(divisions []place.Division) []place.Code {
	var codes []place.Code
	for _, d := range divisions {
		codes = append(codes, d.Code)
	}
	return codes
}

func TestChongqingHas38Then37(t *testing.T) {
	tree := changed(t)
	midnight := time.Date(2025, time.November, 6, 0, 0, 0, 0, clock.Beijing)
	for _, c := range []struct {
		at              time.Time
		counties, zones int
	}{
		{noon(2023, time.July, 1), 38, 3},
		{before, 38, 3},
		{midnight.Add(-time.Microsecond), 38, 3},
		{midnight, 37, 2},
		{midnight.UTC(), 37, 2},
		{noon(2030, time.January, 1), 37, 2},
	} {
		children := tree.Children("50", c.at)
		if n := countOf(children, place.County); n != c.counties {
			t.Errorf("%v: %d counties, want %d", c.at, n, c.counties)
		}
		if n := countOf(children, place.ZoneLevel); n != c.zones {
			t.Errorf("%v: %d zones, want %d", c.at, n, c.zones)
		}
	}
	// The base itself knows nothing of it.
	if n := countOf(place.Base().Children("50", after), place.County); n != 38 {
		t.Errorf("the base changed: %d", n)
	}
}

func TestTownsMove(t *testing.T) {
	tree := changed(t)
	for _, c := range []struct {
		town, village place.Code
		was, is       place.Path
		fullWas, full string
	}{
		{"500112133", "500112133001", "/50/500112/500112133/", "/50/500109/500112133/", "重庆市渝北区统景镇", "重庆市北碚区统景镇"},
		{"500109008", "500109008001", "/50/500109/500109008/", "/50/z500004/500109008/", "重庆市北碚区水土街道", "重庆市两江新区水土街道"},
		{"500105006", "500105006001", "/50/500105/500105006/", "/50/z500004/500105006/", "重庆市江北区观音桥街道", "重庆市两江新区观音桥街道"},
	} {
		old, ok1 := tree.Get(c.town, before)
		now, ok2 := tree.Get(c.town, after)
		if !ok1 || !ok2 || old.Path != c.was || now.Path != c.is {
			t.Errorf("%s: %s then %s", c.town, old.Path, now.Path)
		}
		if !old.ValidTo.Equal(now.ValidFrom) || old.Valid(after) || now.Valid(before) || !now.ValidTo.IsZero() {
			t.Errorf("%s: dates %v %v", c.town, old.ValidTo, now.ValidFrom)
		}
		if a, b := tree.FullNameOf(c.was), tree.FullNameOf(c.is); a != c.fullWas || b != c.full {
			t.Errorf("%s was %q, is %q", c.town, a, b)
		}
		if a, b := tree.FullName(c.town, before), tree.FullName(c.town, after); a != c.fullWas || b != c.full {
			t.Errorf("%s was %q, is %q", c.town, a, b)
		}
		for _, child := range tree.Children(c.town, after) {
			if child.Path.Parent() != c.is || !child.ValidFrom.Equal(now.ValidFrom) {
				t.Fatalf("village %s at %s from %v", child.Code, child.Path, child.ValidFrom)
			}
		}
		if got := codesOf(tree.Current(c.was, after)); !slices.Equal(got, []place.Code{c.town}) {
			t.Errorf("%s is now %v", c.was, got)
		}
	}
	counts := map[place.Code][2]int{"500109": {17, 17}, "500105": {12, 0}, "500112": {30, 0}, "z500004": {0, 12 + 25 + 5}}
	for code, want := range counts {
		if a, b := len(tree.Children(code, before)), len(tree.Children(code, after)); a != want[0] || b != want[1] {
			t.Errorf("%s: %d then %d towns, want %v", code, a, b, want)
		}
	}
}

func TestEndedDistrictsStillResolve(t *testing.T) {
	tree := changed(t)
	for _, c := range []struct {
		code  place.Code
		heirs []place.Code
		full  string
	}{
		{"500105", []place.Code{"z500004"}, "重庆市江北区"},
		{"500112", []place.Code{"z500004", "500109"}, "重庆市渝北区"},
		{"z500001", []place.Code{"z500004"}, "重庆市两江新区"},
	} {
		d, ok := tree.Get(c.code, after)
		if !ok || d.Valid(after) || !d.Valid(before) || !slices.Equal(d.Successors, c.heirs) {
			t.Errorf("%s: %+v %v", c.code, d, ok)
		}
		if got := tree.FullNameOf(d.Path); got != c.full {
			t.Errorf("%s is called %q", d.Path, got)
		}
		if got := tree.FullName(c.code, after); got != c.full {
			t.Errorf("%s is called %q", c.code, got)
		}
		if got := codesOf(tree.Current(d.Path, after)); !slices.Equal(got, c.heirs) {
			t.Errorf("%s went to %v", c.code, got)
		}
		if got := codesOf(tree.Current(d.Path, before)); !slices.Equal(got, []place.Code{c.code}) {
			t.Errorf("%s was %v", c.code, got)
		}
	}
	if d, ok := tree.Get("z500004", before); ok {
		t.Errorf("the new district stood too early: %+v", d)
	}
}

func TestZonesAndScope(t *testing.T) {
	tree := changed(t)
	park, ok := tree.Zone("z500002")
	if !ok || !slices.Equal(park.Within, []place.Code{"500106", "500107"}) {
		t.Fatalf("%+v", park)
	}
	if d, _ := tree.Get("z500002", after); d.Level != place.ZoneLevel || d.Standing != place.County || len(d.Within) != 2 {
		t.Errorf("%+v", d)
	}
	for code, want := range map[place.Code][]place.Code{
		"500106": {"z500002"}, "500106016": {"z500002"}, "500106001": nil, "500106016001": {"z500002"}, "500109": nil, "500110004": {"z500003"},
	} {
		if got := codesOf(tree.Zones(code, after)); !slices.Equal(got, want) {
			t.Errorf("%s lies in %v, want %v", code, got, want)
		}
	}
	if got := codesOf(tree.Zones("500109", before)); !slices.Equal(got, []place.Code{"z500001"}) {
		t.Errorf("北碚区 lay in %v", got)
	}
	for _, c := range []struct {
		who  place.Code
		at   time.Time
		path place.Path
		sees bool
	}{
		{"500106", after, "/50/z500002/", true},
		{"500110", after, "/50/z500002/", false},
		{"z500004", after, "/50/500105/500105006/", true},
		{"z500004", after, "/50/500112/", true},
		{"500109", after, "/50/500112/", true},
		{"z500004", after, "/50/500112/500112133/", false},
		{"500109", after, "/50/500112/500112133/", true},
		{"500109", before, "/50/500112/500112133/", false},
		{"500109", before, "/50/z500004/500109008/", false},
		{"z500004", after, "/50/500109/500109008/500109008001/", true},
		{"z500004", after, "/50/z500001/", true},
		{"50", after, "/50/z500001/", true},
		{"500112", before, "/50/z500001/", true},
		{"51", after, "/50/", false},
		{"cn", after, "/50/500112/", true},
	} {
		got := slices.ContainsFunc(tree.Scope(c.who, c.at), func(s place.Span) bool { return s.Contains(c.path) })
		if got != c.sees {
			t.Errorf("%s sees %s: %v", c.who, c.path, got)
		}
	}
}

func TestRenameAndLaterMove(t *testing.T) {
	day := func(n int) time.Time { return noon(2027, time.January, n) }
	tree, err := changed(t).With([]place.Change{
		{At: day(1), Kind: place.Rename, Code: "500231", Name: "垫江区"},
		{At: day(2), Kind: place.Begin, Code: "z500005", Name: "渝东市", Level: place.City, Parent: "50"},
		{At: day(2), Kind: place.Move, Code: "500231", Parent: "z500005"},
		{At: day(3), Kind: place.Rename, Code: "z500005", Name: "渝东新市"},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	town := tree.Children("500231", day(0))[0].Code
	d, _ := tree.Get(town, day(1))
	if !d.ValidFrom.IsZero() || !d.ValidTo.Equal(day(2)) {
		t.Errorf("a rename above gave the town a date: %+v", d)
	}
	d, _ = tree.Get(town, day(4))
	if !d.ValidFrom.Equal(day(2)) || d.Path != place.Path("/50/z500005/500231/").Child(town) {
		t.Errorf("moved with its county: %+v", d)
	}
	if county, _ := tree.Get("500231", day(1)); county.Name != "垫江区" || !county.ValidFrom.Equal(day(1)) || !county.ValidTo.Equal(day(2)) {
		t.Errorf("%+v", county)
	}
	for path, want := range map[place.Path]string{
		"/50/500231/":         "重庆市垫江区",
		"/50/z500005/500231/": "重庆市渝东新市垫江区",
	} {
		if got := tree.FullNameOf(path); got != want {
			t.Errorf("%s is called %q, want %q", path, got, want)
		}
	}
	if got := tree.FullName("500231", day(0)); got != "重庆市垫江县" {
		t.Errorf("before: %q", got)
	}
	if got := tree.FullName("500231", day(2)); got != "重庆市渝东市垫江区" {
		t.Errorf("between: %q", got)
	}
}

func TestChangesThatDoNotFitAreNamed(t *testing.T) {
	at := noon(2027, time.January, 1)
	bad := []place.Change{
		{Kind: place.End, Code: "500110"},
		{At: at, Kind: "vanish", Code: "500110"},
		{At: at, Kind: place.End, Code: "cn"},
		{At: at, Kind: place.End, Code: "500199"},
		{At: at, Kind: place.Move, Code: "500110", Parent: "99"},
		{At: at, Kind: place.Move, Code: "50", Parent: "500110001"},
		{At: at, Kind: place.Begin, Code: "500110", Name: "綦江区", Level: place.County, Parent: "50"},
		{At: at, Kind: place.Begin, Code: "z500009", Level: place.County, Parent: "50"},
		{At: at, Kind: place.Rename, Code: "500110"},
	}
	zones := []place.Zone{
		{Code: "500999", Name: "假区", Parent: "50", Standing: place.County},
		{Code: "z500009", Name: "假区", Parent: "99", Standing: place.County},
		{Code: "z500009", Name: "假区", Parent: "50"},
	}
	for i := range bad {
		tree, err := place.Base().With(bad[i:i+1], nil)
		if err == nil || tree == nil {
			t.Errorf("change %d was taken: %+v", i, bad[i])
		}
	}
	for i := range zones {
		if _, err := place.Base().With(nil, zones[i:i+1]); err == nil {
			t.Errorf("zone %d was taken: %+v", i, zones[i])
		}
	}
	// One good among the bad is applied; a second end is refused.
	tree, err := place.Base().With(append(bad, place.Change{At: at, Kind: place.End, Code: "500231", Successors: []place.Code{"500230"}}), zones)
	if err == nil || countOf(tree.Children("50", at), place.County) != 37 {
		t.Errorf("%d counties, %v", countOf(tree.Children("50", at), place.County), err)
	}
	if _, err := tree.With([]place.Change{{At: at.Add(1), Kind: place.End, Code: "500231"}}, nil); err == nil {
		t.Error("ended twice")
	}
	if _, err := tree.With([]place.Change{{At: at.Add(1), Kind: place.Move, Code: "500110", Parent: "500231"}}, nil); err == nil {
		t.Error("moved into what had ended")
	}
}

// Whatever moves where and when: a path once given resolves for ever, to the
// division it was given to.
func TestPathsOutliveAnyHistory(t *testing.T) {
	towns := codesOf(place.Base().Children("500231", before))
	counties := []place.Code{"500231", "500230", "500229", "500233"}
	rapid.Check(t, func(t *rapid.T) {
		start := noon(2027, time.January, 1)
		var changes []place.Change
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			at := start.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "day"))
			code := rapid.SampledFrom(append(slices.Clone(towns[:4]), counties...)).Draw(t, "code")
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				changes = append(changes, place.Change{At: at, Kind: place.Move, Code: code, Parent: rapid.SampledFrom(append(slices.Clone(counties), "50", "51")).Draw(t, "to")})
			case 1:
				changes = append(changes, place.Change{At: at, Kind: place.Rename, Code: code, Name: rapid.SampledFrom([]string{"甲", "乙"}).Draw(t, "name")})
			case 2:
				changes = append(changes, place.Change{At: at, Kind: place.End, Code: code, Successors: []place.Code{"500229"}})
			}
		}
		tree, _ := place.Base().With(changes, nil) // what does not fit is left out
		for day := -1; day < 22; day++ {
			at := start.AddDate(0, 0, day)
			for _, code := range append(slices.Clone(towns), counties...) {
				d, ok := tree.Get(code, at)
				if !ok {
					t.Fatalf("%s vanished on day %d", code, day)
				}
				if back, ok := tree.ByPath(d.Path); !ok || back.Code != code || tree.FullNameOf(d.Path) == "" {
					t.Fatalf("%s of day %d no longer resolves", d.Path, day)
				}
				listed := slices.Contains(codesOf(tree.Children(d.Parent, at)), code)
				if listed != d.Valid(at) {
					t.Fatalf("%s on day %d: listed %v, valid %v", code, day, listed, d.Valid(at))
				}
			}
		}
	})
}
