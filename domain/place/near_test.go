package place_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"lianyuan/domain/place"
)

func near(paths ...place.Path) place.Near { return place.Near{Places: paths, Counties: 64} }

func names(tree *place.Tree, found []place.Division) []string {
	full := make([]string, len(found))
	for i, d := range found {
		full[i] = tree.FullNameOf(d.Path)
	}
	return full
}

func TestSearchNear(t *testing.T) {
	tree := changed(t)
	cases := []struct {
		why    string
		query  string
		near   place.Near
		within place.Path
		at     time.Time
		want   []string // the first hits; none: nothing is found
	}{
		{"in the own county", "北渡社区", near("/50/500110/"), "/", after, []string{"重庆市綦江区古南街道北渡社区居民委员会"}},
		{"from a town of it", "北渡社区", near("/50/500110/500110113/"), "/", after, []string{"重庆市綦江区古南街道北渡社区居民委员会"}},
		{"from a village of it", "北渡社区", near("/50/500110/500110113/500110113001/"), "/", after, []string{"重庆市綦江区古南街道北渡社区居民委员会"}},
		{"two characters", "北渡", near("/50/500110/"), "/", after, []string{"重庆市綦江区古南街道北渡社区居民委员会", "河南省平顶山市湛河区北渡街道"}},
		{"in a neighbouring county", "白鹿村", near("/50/500110/"), "/", after, []string{"重庆市涪陵区焦石镇白鹿村村民委员会"}},
		{"from the city above", "白鹿村", near("/50/"), "/", after, []string{"重庆市涪陵区焦石镇白鹿村村民委员会"}},
		{"in another city of the province", "沙坪村", near("/51/5101/510182/"), "/", after, []string{"四川省绵阳市北川羌族自治县小坝镇沙坪村村民委员会"}},
		{"in a city without counties", "岗贝社区", near("/44/4419/"), "/", after, []string{"广东省东莞市东城街道岗贝社区居民委员会"}},
		{"the own county before the nearest, before the others", "走马", near("/50/500107/"), "/", after, []string{"重庆市九龙坡区走马镇"}},
		{"the own place of two that are near", "白鹿村", near("/11/110101/", "/50/500102/"), "/", after, []string{"重庆市涪陵区焦石镇白鹿村村民委员会"}},
		{"the county is named", "彭州 白鹿顶村", near("/11/110101/"), "/", after, []string{"四川省成都市彭州市白鹿镇白鹿顶村村委会"}},
		{"the county is named in one word", "彭州白鹿顶村", near("/11/110101/"), "/", after, []string{"四川省成都市彭州市白鹿镇白鹿顶村村委会"}},
		{"the town is named", "白鹿镇白鹿顶村", near("/11/110101/"), "/", after, []string{"四川省成都市彭州市白鹿镇白鹿顶村村委会"}},
		{"one character names no place", "白鹿村", near("/51/5101/510104/"), "/", after, nil},
		{"not in another province", "白鹿村", near("/11/110101/"), "/", after, nil},
		{"outside within", "白鹿村", near("/50/500102/"), "/50/500110/", after, nil},
		{"within alone", "白鹿村", near(), "/50/", after, []string{"重庆市涪陵区焦石镇白鹿村村民委员会"}},
		{"near the whole country", "白鹿村", near("/"), "/", after, nil},
		{"near no place", "白鹿村", near("/99/"), "/", after, nil},
		{"a prefix of a code", "500110001", near("/11/110101/"), "/", after, []string{"重庆市綦江区古南街道"}},
		{"a village by code", "500110001007", near("/11/110101/"), "/", after, []string{"重庆市綦江区古南街道北渡社区居民委员会"}},
		// A town that has changed hands takes its villages along; what took over stands for what ended.
		{"moved", "江口村 统景", near("/50/500109/"), "/", after, []string{"重庆市北碚区统景镇江口村村民委员会"}},
		{"not moved yet", "江口村 统景", near("/50/500109/"), "/", before, []string{"重庆市渝北区统景镇江口村村民委员会"}},
		{"no longer there", "江口村 渝北", near("/50/500112/"), "/", after, nil},
		{"inside the new district", "龙溪社区", near("/50/z500004/"), "/", after, []string{"重庆市两江新区蔡家岗街道龙溪社区居民委员会"}},
		{"from what it was made of", "龙溪社区", near("/50/500105/"), "/", after, []string{"重庆市两江新区蔡家岗街道龙溪社区居民委员会"}},
		{"from the zone before", "龙溪社区", near("/50/z500001/"), "/", before, []string{"重庆市北碚区蔡家岗街道龙溪社区居民委员会"}},
	}
	for _, c := range cases {
		found := names(tree, tree.SearchNear(c.query, c.at, 10, c.within, c.near))
		if len(c.want) == 0 && len(found) > 0 || len(found) < len(c.want) || !slices.Equal(found[:len(c.want)], c.want) {
			t.Errorf("%s: %q near %v in %s: %v, not %v", c.why, c.query, c.near.Places, c.within, found, c.want)
		}
	}
}

// A name that stands in many places: those of the own county, then of the nearer counties, each with its full path.
func TestSearchNearOrdersANameOfManyPlaces(t *testing.T) {
	tree := changed(t)
	found := tree.SearchNear("石桥村", after, 50, "/", near("/50/500116/"))
	full := names(tree, found)
	if len(found) < 5 || len(slices.Compact(slices.Sorted(slices.Values(full)))) != len(full) {
		t.Fatalf("found %v", full)
	}
	ring, part := 0, false
	for i, d := range found {
		steps := map[bool]int{true: 0, false: 1}[place.Path("/50/500116/").Contains(d.Path)]
		begins := strings.HasPrefix(d.Name, "石桥村")
		if begins && part {
			t.Errorf("%s after a part of a name", full[i])
		}
		if !begins && !part {
			part, ring = true, 0
		}
		if steps < ring {
			t.Errorf("%s of the own county after one from elsewhere", full[i])
		}
		ring = steps
	}
}

// As many counties as allowed are read, no more.
func TestSearchNearReadsNoMoreCountiesThanAllowed(t *testing.T) {
	tree := changed(t)
	for _, counties := range []int{1, 2, 5, 20, 64} {
		seen := map[place.Path]bool{}
		for _, d := range tree.SearchNear("村", after, 200, "/", place.Near{Places: []place.Path{"/51/5101/510104/"}, Counties: counties}) {
			if d.Level == place.Village {
				seen[d.Path.Parent().Parent()] = true
			}
		}
		if len(seen) > counties {
			t.Errorf("%d counties read of %d", len(seen), counties)
		}
	}
	if found := tree.SearchNear("白鹿村", after, 20, "/", place.Near{Places: []place.Path{"/50/500110/"}, Counties: 1}); len(found) > 0 {
		t.Errorf("one county read, found %v", names(tree, found))
	}
}

// From anywhere in a county every village of it is found by its name.
func TestSearchNearFindsEveryVillageOfTheCounty(t *testing.T) {
	tree := changed(t)
	counties := []place.Code{"500110", "z500004", "500109", "4419", "510182", "460400", "110101"}
	rapid.Check(t, func(t *rapid.T) {
		county, _ := tree.Get(rapid.SampledFrom(counties).Draw(t, "county"), after)
		towns := tree.Children(county.Code, after)
		var villages []place.Division
		for _, town := range towns {
			for _, v := range tree.Children(town.Code, after) {
				if v.Level == place.Village && utf8.RuneCountInString(v.Name) <= 15 { // nobody types longer ones
					villages = append(villages, v)
				}
			}
		}
		want := rapid.SampledFrom(villages).Draw(t, "village")
		stand := rapid.SampledFrom(towns).Draw(t, "where").Path
		found := tree.SearchNear(want.Name, after, 200, "/", near(stand))
		if !slices.ContainsFunc(found, func(d place.Division) bool { return d.Code == want.Code }) {
			t.Fatalf("%q from %s did not find %s", want.Name, stand, want.Code)
		}
		for _, d := range found {
			if !d.Valid(after) {
				t.Fatalf("%q found %s, which has ended", want.Name, d.Path)
			}
		}
	})
}
