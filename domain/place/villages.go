package place

import (
	"fmt"
	"sort"
	"strings"
	"sync"
)

// villageEndings stand for the control characters that end a packed name, 0 …;
// the packer writes the same list.
var villageEndings = [...]string{"", "社区居民委员会", "村民委员会", "社区居委会", "居民委员会", "村委会", "居委会", "社区"}

// cachedCounties bounds the unpacked counties kept: what two searches read at
// most, so that two desks beside each other do not unpack for ever. About 8 KB
// each, 1 MB in all; of the largest counties of the country 4 MB. The one not
// asked for the longest time makes room.
const cachedCounties = 128

// villages reads the 620,000 villages county by county.
type villages struct {
	open     sync.Once
	shelf    *shelf
	alphabet []rune

	mu     sync.Mutex
	asked  int // counts the questions
	recent map[int]*county
}

// county is the unpacked villages of one county, sorted by code.
type county struct {
	towns  []int  // base numbers of its towns, ascending
	starts []int  // one more than towns: where each town's villages begin
	number []int  // last three digits of the code
	text   string // all names, one behind the other
	nameAt []int  // where each begins; one more than number
	asked  int    // when it was asked for last, as counted by villages
}

// county unpacks (or finds again) the county with a published six-digit code.
func (b *base) county(code int) (*county, bool) {
	v := &b.villages
	v.open.Do(func() {
		var err error
		v.shelf, err = openShelf(villagesFile)
		sound(err)
		letters, _, err := v.shelf.chunk(0)
		sound(err)
		v.alphabet = []rune(letters)
		v.recent = make(map[int]*county, cachedCounties)
	})
	v.mu.Lock()
	c, ok := v.recent[code]
	if ok {
		v.asked++
		c.asked = v.asked
	}
	v.mu.Unlock()
	if ok {
		return c, true
	}
	body, ok, err := v.shelf.chunk(code)
	sound(err)
	if !ok || code == 0 {
		return nil, false
	}
	c, err = b.readCounty(code, body)
	sound(err)
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, had := v.recent[code]; !had && len(v.recent) >= cachedCounties {
		oldest := -1
		for old := range v.recent {
			if oldest < 0 || v.recent[old].asked < v.recent[oldest].asked {
				oldest = old
			}
		}
		delete(v.recent, oldest)
	}
	v.asked++
	c.asked = v.asked
	v.recent[code] = c
	return c, true
}

func (b *base) readCounty(code int, body string) (*county, error) {
	prefix := digits(code, 6)
	towns := b.levels[Town]
	first := sort.Search(towns.count, func(i int) bool { return b.codeIn(towns, towns.first+i) >= prefix })
	r := reader{left: body}
	c := &county{starts: []int{0}}
	for i := towns.first + first; i < towns.first+towns.count && strings.HasPrefix(b.codeIn(towns, i), prefix); i++ {
		c.towns = append(c.towns, i)
		number := 0
		for range r.count() {
			number += r.number()
			c.number = append(c.number, number)
		}
		c.starts = append(c.starts, len(c.number))
	}
	if r.err != nil {
		return nil, fmt.Errorf("county %d: %w", code, r.err)
	}
	return c, c.readNames(r.left, b.villages.alphabet)
}

// readNames undoes the packer's alphabet: ranks below 192 in one byte, above in
// two; each name ends with the control character of its ending.
func (c *county) readNames(packed string, alphabet []rune) error {
	var text strings.Builder
	text.Grow(6 * len(packed))
	c.nameAt = make([]int, 1, len(c.number)+1)
	for i := 0; i < len(packed); i++ {
		rank := int(packed[i])
		if rank >= 192 && i+1 < len(packed) {
			i++
			rank = 192 + (rank-192)<<8 + int(packed[i])
		}
		if rank >= len(alphabet) {
			return fmt.Errorf("%w: village name", errPacked)
		}
		letter := alphabet[rank]
		if int(letter) >= len(villageEndings) {
			text.WriteRune(letter)
			continue
		}
		text.WriteString(villageEndings[letter])
		c.nameAt = append(c.nameAt, text.Len())
	}
	if len(c.nameAt) != len(c.number)+1 {
		return fmt.Errorf("%w: %d village names for %d villages", errPacked, len(c.nameAt)-1, len(c.number))
	}
	c.text = text.String()
	return nil
}

func (c *county) name(v int) string { return c.text[c.nameAt[v]:c.nameAt[v+1]] }

// town gives the range of villages of one town.
func (c *county) town(i int) (from, to int) {
	n := sort.Search(len(c.towns), func(n int) bool { return c.towns[n] >= i })
	if n == len(c.towns) || c.towns[n] != i {
		return 0, 0
	}
	return c.starts[n], c.starts[n+1]
}

// code gives the code of village v.
func (c *county) code(b *base, v int) Code {
	n := sort.Search(len(c.towns), func(n int) bool { return c.starts[n+1] > v })
	return b.code(c.towns[n]) + Code(digits(c.number[v], 3))
}

// village finds the name of a village and the base number of its town.
func (b *base) village(code Code) (name string, town int, ok bool) {
	if len(code) != 12 || !allDigits(string(code)) {
		return "", 0, false
	}
	town = b.find(code[:9])
	if town < 0 {
		return "", 0, false
	}
	c, ok := b.county(number(string(code[:6])))
	if !ok {
		return "", 0, false
	}
	from, to := c.town(town)
	want := number(string(code[9:]))
	v := from + sort.Search(to-from, func(i int) bool { return c.number[from+i] >= want })
	if v == to || c.number[v] != want {
		return "", 0, false
	}
	return c.name(v), town, true
}

// villagesOf calls yield for the villages of a town.
func (b *base) villagesOf(town int, yield func(code Code, name string)) {
	code := b.code(town)
	if len(code) != 9 {
		return
	}
	c, ok := b.county(number(string(code[:6])))
	if !ok {
		return
	}
	from, to := c.town(town)
	for v := from; v < to; v++ {
		yield(code+Code(digits(c.number[v], 3)), c.name(v))
	}
}
