package place_test

import (
	"sync"
	"testing"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
)

func noon(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, clock.Beijing)
}

// changed is the base with Chongqing's succession over it.
func changed(tb testing.TB) *place.Tree {
	tb.Helper()
	tree, err := place.Base().With(place.Chongqing2025())
	if err != nil {
		tb.Fatal(err)
	}
	return tree
}

// The published list has 31 / 342 / 2,978 / 41,352 / 620,573 rows. Nine of the
// 342 cities (four municipalities, one of them with two; four direct-county
// groups) and four of the counties are placeholders.
func TestCountsOfTheBase(t *testing.T) {
	tree, at := place.Base(), noon(2024, 1, 1)
	count := map[place.Level]int{}
	standing := map[place.Level]int{}
	directCounties, cityTowns := 0, 0
	var walk func(d place.Division)
	walk = func(d place.Division) {
		count[d.Level]++
		standing[d.Standing]++
		if d.Level == place.County && len(d.Path.Codes()) == 2 {
			directCounties++
		}
		if d.Level == place.Town && len(d.Path.Codes()) == 3 && len(d.Parent) == 4 {
			cityTowns++
		}
		for _, child := range tree.Children(d.Code, at) {
			walk(child)
		}
	}
	nation, _ := tree.Get(place.NationCode, at)
	walk(nation)
	want := map[place.Level]int{
		place.Nation: 1, place.Province: 31, place.City: 342 - 9, place.County: 2978 - 4 - 124,
		place.ZoneLevel: 124, place.Town: 41352, place.Village: 620573,
	}
	for level, n := range want {
		if count[level] != n {
			t.Errorf("%v: %d, want %d", level, count[level], n)
		}
	}
	if standing[place.County] != 2978-4 || standing[place.ZoneLevel] != 0 {
		t.Errorf("standing as county: %d", standing[place.County])
	}
	// 16 + 16 + 16 + 38 in municipalities and 32 direct-county units.
	if directCounties != 118 || cityTowns != 36+23+18+5 {
		t.Errorf("%d counties under provinces, %d towns under cities", directCounties, cityTowns)
	}
}

func TestPlaces(t *testing.T) {
	tree, at := place.Base(), noon(2024, 1, 1)
	cases := []struct {
		ask   place.Code
		path  place.Path
		level place.Level
		full  string
	}{
		{"cn", "/", place.Nation, "全国"},
		{"50", "/50/", place.Province, "重庆市"},
		{"5001", "/50/", place.Province, "重庆市"},
		{"5002", "/50/", place.Province, "重庆市"},
		{"500110", "/50/500110/", place.County, "重庆市綦江区"},
		{"500229", "/50/500229/", place.County, "重庆市城口县"},
		{"500110001", "/50/500110/500110001/", place.Town, "重庆市綦江区古南街道"},
		{"110101001001", "/11/110101/110101001/110101001001/", place.Village, "北京市东城区东华门街道多福巷社区居委会"},
		{"5101", "/51/5101/", place.City, "四川省成都市"},
		{"510182", "/51/5101/510182/", place.County, "四川省成都市彭州市"},
		{"4419", "/44/4419/", place.City, "广东省东莞市"},
		{"441900", "/44/4419/", place.City, "广东省东莞市"},
		{"441900003", "/44/4419/441900003/", place.Town, "广东省东莞市东城街道"},
		{"441900003001", "/44/4419/441900003/441900003001/", place.Village, "广东省东莞市东城街道岗贝社区居民委员会"},
		{"442000001", "/44/4420/442000001/", place.Town, "广东省中山市石岐街道"},
		{"460400100", "/46/4604/460400100/", place.Town, "海南省儋州市那大镇"},
		{"620201", "/62/6202/", place.City, "甘肃省嘉峪关市"},
		{"620201001", "/62/6202/620201001/", place.Town, "甘肃省嘉峪关市雄关街道"},
		{"4190", "/41/", place.Province, "河南省"},
		{"419001", "/41/419001/", place.County, "河南省济源市"},
		{"429021", "/42/429021/", place.County, "湖北省神农架林区"},
		{"659001", "/65/659001/", place.County, "新疆维吾尔自治区石河子市"},
		{"320576", "/32/3205/320576/", place.ZoneLevel, "江苏省苏州市苏州工业园区"},
	}
	for _, c := range cases {
		d, ok := tree.Get(c.ask, at)
		if !ok || d.Path != c.path || d.Level != c.level || !d.Valid(at) {
			t.Errorf("%s: %+v %v, want %s %v", c.ask, d, ok, c.path, c.level)
		}
		if got := tree.FullName(c.ask, at); got != c.full {
			t.Errorf("%s is called %q, want %q", c.ask, got, c.full)
		}
		if got := tree.FullNameOf(c.path); got != c.full {
			t.Errorf("%s is called %q, want %q", c.path, got, c.full)
		}
		if back, ok := tree.ByPath(c.path); !ok || back.Code != d.Code {
			t.Errorf("%s leads to %v", c.path, back.Code)
		}
	}
	for _, unknown := range []place.Code{"", "99", "9901", "500199", "500110999", "500110001999", "110101001002x", "z500001"} {
		if d, ok := tree.Get(unknown, at); ok {
			t.Errorf("%q is %+v", unknown, d)
		}
		if got := tree.Children(unknown, at); len(got) != 0 {
			t.Errorf("%q has children", unknown)
		}
	}
	for _, strange := range []place.Path{"", "/50/5001/500110/", "/500110/", "/51/500110/", "/50/500110"} {
		if d, ok := tree.ByPath(strange); ok {
			t.Errorf("%q leads to %+v", strange, d)
		}
	}
}

func TestZoneOfStatisticians(t *testing.T) {
	park, _ := place.Base().Get("320576", noon(2024, 1, 1))
	if park.Level != place.ZoneLevel || park.Standing != place.County || park.Code.Internal() {
		t.Errorf("%+v", park)
	}
}

func TestLevelNames(t *testing.T) {
	for level := place.Nation; level <= place.ZoneLevel; level++ {
		if back, ok := place.ParseLevel(level.String()); !ok || back != level {
			t.Errorf("%v came back as %v", level, back)
		}
	}
	if _, ok := place.ParseLevel("unknown"); ok || place.Level(99).String() != "unknown" {
		t.Error("an unknown level has a name")
	}
}

// One tree serves all requests at once.
func TestConcurrentUse(t *testing.T) {
	tree := changed(t)
	at := noon(2026, 1, 1)
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			for i := range 200 {
				tree.At(100+float64((i*7+n)%20), 25+float64(i%12), at)
				tree.Get("500110001001", at)
				tree.Search("镇", at, 5, "/50/")
				county := tree.Children("50", at)[i%37]
				for _, town := range tree.Children(county.Code, at) {
					tree.Children(town.Code, at)
				}
			}
		})
	}
	group.Wait()
}
