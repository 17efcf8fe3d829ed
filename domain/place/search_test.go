package place_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianyuan/domain/place"
)

func TestSearch(t *testing.T) {
	tree := changed(t)
	cases := []struct {
		query  string
		within place.Path
		at     time.Time
		want   []string // the first hits, by full name
	}{
		{"綦", "/", after, []string{"重庆市綦江区", "河北省邢台市沙河市綦村镇"}},
		{"綦江", "/", after, []string{"重庆市綦江区"}},
		{" 綦江　古南 ", "/", after, []string{"重庆市綦江区古南街道"}},
		{"古南街道 重庆", "/", after, []string{"重庆市綦江区古南街道"}},
		{"綦江区古南街道", "/", after, []string{"重庆市綦江区古南街道"}},
		{"重庆綦江", "/", after, []string{"重庆市綦江区"}},
		{"重庆市", "/", after, []string{"重庆市"}},
		{"东莞", "/", after, []string{"广东省东莞市", "山东省日照市莒县东莞镇"}},
		{"鼓楼区", "/", after, []string{"江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区"}},
		{"鼓楼 开封", "/", after, []string{"河南省开封市鼓楼区"}},
		{"济源", "/41/", after, []string{"河南省济源市"}},
		{"500110", "/", after, []string{"重庆市綦江区", "重庆市綦江区古南街道"}},
		{"5001", "/44/", after, nil},
		{"500110001", "/", after, []string{"重庆市綦江区古南街道"}},
		{"110101001001", "/", after, []string{"北京市东城区东华门街道多福巷社区居委会"}},
		{"441900", "/", after, []string{"广东省东莞市东城街道"}},
		{"5002", "/", after, []string{"重庆市城口县"}},
		{"z50000", "/", after, []string{"重庆市西部科学城重庆高新区", "重庆市万盛经开区", "重庆市两江新区"}},
		{"高新", "/50/", after, []string{"重庆市西部科学城重庆高新区"}},
		// A day apart: the same words, another tree.
		{"渝北", "/", before, []string{"重庆市渝北区"}},
		{"渝北", "/", after, nil},
		{"江北区", "/50/", before, []string{"重庆市江北区"}},
		{"江北区", "/50/", after, nil},
		{"统景", "/50/500112/", before, []string{"重庆市渝北区统景镇"}},
		{"统景", "/50/500109/", before, nil},
		{"统景", "/50/500109/", after, []string{"重庆市北碚区统景镇"}},
		{"北碚统景", "/", after, []string{"重庆市北碚区统景镇"}},
		{"渝北统景", "/", after, nil},
		{"观音桥", "/50/z500004/", after, []string{"重庆市两江新区观音桥街道"}},
		{"观音桥", "/50/500105/", before, []string{"重庆市江北区观音桥街道"}},
		// Villages: within a county only.
		{"多福巷", "/11/110101/", after, []string{"北京市东城区东华门街道多福巷社区居委会"}},
		{"多福巷", "/11/110101/110101001/", after, []string{"北京市东城区东华门街道多福巷社区居委会"}},
		{"多福巷", "/", after, nil},
		{"岗贝", "/44/4419/", after, []string{"广东省东莞市东城街道岗贝社区居民委员会"}},
		// Nothing asked, nothing found.
		{"", "/", after, nil},
		{"  ", "/", after, nil},
		{"綦江", "", after, nil},
		{"不存在", "/", after, nil},
		{"\xff\xfe", "/", after, nil},
	}
	for _, c := range cases {
		found := tree.Search(c.query, c.at, 10, c.within)
		if len(c.want) == 0 && len(found) > 0 {
			t.Errorf("%q in %s: found %s", c.query, c.within, found[0].Path)
		}
		for i, want := range c.want {
			if i >= len(found) || tree.FullNameOf(found[i].Path) != want {
				t.Errorf("%q in %s: %d is not %s: %v", c.query, c.within, i, want, codesOf(found))
				break
			}
		}
	}
}

// The whole name comes before its beginning, that before a part; among equals
// the higher level, then the code.
func TestSearchRanking(t *testing.T) {
	tree := changed(t)
	for _, query := range []string{"东莞", "江", "镇", "朝阳", "中山", "新区", "市"} {
		found := tree.Search(query, after, 200, "/")
		rank := func(d place.Division) int {
			switch {
			case d.Name == query:
				return 0
			case strings.HasPrefix(d.Name, query):
				return 1
			}
			return 2
		}
		for i := 1; i < len(found); i++ {
			a, b := found[i-1], found[i]
			ordered := rank(a) < rank(b) || rank(a) == rank(b) && (a.Standing < b.Standing || a.Standing == b.Standing && a.Code < b.Code)
			if !ordered {
				t.Fatalf("%q: %s %s before %s %s", query, a.Code, a.Name, b.Code, b.Name)
			}
		}
	}
	if got := tree.Search("镇", after, 0, "/"); len(got) != 20 {
		t.Errorf("without a limit %d", len(got))
	}
	if got := tree.Search("镇", after, 1_000_000, "/"); len(got) != 200 {
		t.Errorf("without bounds %d", len(got))
	}
}

// Every division is found by its name within its parent, and whatever is found
// stands, lies within, and is found once.
func TestSearchFindsEverythingByName(t *testing.T) {
	tree := changed(t)
	var all []place.Division
	for _, province := range tree.Children(place.NationCode, after) {
		for _, d := range tree.Children(province.Code, after) {
			all = append(all, d)
			all = append(all, tree.Children(d.Code, after)...)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(all).Draw(t, "division")
		query := want.Name
		if rapid.Bool().Draw(t, "with the one above") {
			query = tree.FullNameOf(want.Path.Parent()) + " " + query
		}
		seen := map[place.Code]bool{}
		for _, d := range tree.Search(query, after, 200, want.Path.Parent()) {
			if !d.Valid(after) || !want.Path.Parent().Contains(d.Path) || seen[d.Code] {
				t.Fatalf("%q found %s", query, d.Path)
			}
			seen[d.Code] = true
		}
		if !seen[want.Code] {
			t.Fatalf("%q in %s did not find %s", query, want.Path.Parent(), want.Code)
		}
	})
}
