package place

import (
	"slices"
	"testing"
	"time"
	"unsafe"
)

// The worst that a search near a place may cost: the county with the most neighbours in its province, and words that
// every village has, or none.
func BenchmarkSearchNear(b *testing.B) {
	changes, zones := Chongqing2025()
	tree, err := Base().With(changes, zones)
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, near := range []Path{"/50/500110/", "/51/5101/510104/", "/13/1301/130102/", "/53/"} {
		for _, query := range []string{"白鹿村", "村", "新村 镇", "綦江白鹿村", "没有这样的村名", "镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村镇村"} {
			for _, warm := range []bool{false, true} {
				name := map[bool]string{false: "cold", true: "warm"}[warm]
				b.Run(string(near)+" "+query[:min(len(query), 21)]+" "+name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if !warm {
							clear(tree.base.villages.recent)
						}
						tree.SearchNear(query, at, 20, Root, Near{Places: []Path{near}, Counties: 256})
					}
				})
			}
		}
	}
}

// What is kept of unpacked counties stays within the bound that the comment of cachedCounties states, also when the
// largest of the country have been read last; the one asked for the longest ago has made room.
func TestUnpackedCountiesAreBounded(t *testing.T) {
	b := &base{}
	if read, err := readBase(divisionsFile); err != nil {
		t.Fatal(err)
	} else {
		b = read
	}
	b.county(110101)
	shelf := b.villages.shelf
	size := func(c *county) int {
		return len(c.text) + (len(c.nameAt)+len(c.number)+len(c.starts)+len(c.towns))*int(unsafe.Sizeof(0))
	}
	total, all, largest := 0, 0, []int{}
	for _, key := range shelf.keys[1:] {
		c, ok := b.county(key)
		if !ok {
			t.Fatalf("county %d", key)
		}
		n := size(c)
		total += n
		all++
		largest = append(largest, n)
	}
	for _, key := range shelf.keys[1 : 1+cachedCounties] {
		b.county(key)
	}
	first, second, another := shelf.keys[1], shelf.keys[2], shelf.keys[1+cachedCounties]
	b.county(first)
	b.county(another)
	recent := b.villages.recent
	if len(recent) != cachedCounties || recent[first] == nil || recent[another] == nil || recent[second] != nil {
		t.Errorf("%d counties kept; that asked for the longest ago: %t", len(recent), recent[second] != nil)
	}
	slices.Sort(largest)
	slices.Reverse(largest)
	worst := 0
	for _, n := range largest[:cachedCounties] {
		worst += n
	}
	mean := total / all
	t.Logf("%d bytes a county, %d of the largest %d", mean, worst, cachedCounties)
	if mean > 8<<10 || worst > 4<<20 {
		t.Errorf("%d bytes a county, %d of the largest %d", mean, worst, cachedCounties)
	}
}
