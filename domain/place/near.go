package place

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"lianyuan/platform/geo"
)

// Near says where whoever searches stands. Villages are read county by county:
// for each of the Places its own county, then those of its city, then those of
// its province, in each of these the nearest centre first; then those of
// within. A query of several words, and one word in which nothing was found,
// may name a county or town itself, 綦江白鹿村: that county is read from
// everywhere. Reading stops when Counties have been read or enough was found.
type Near struct {
	Places   []Path // as of any time: what has ended stands for those who took over
	Counties int    // how many to read at most; 0: only that of within, when it is one
}

const (
	// maxNear bounds the places to stand in.
	maxNear = 8
	// rings: in a place of near, one step above, two, three (a town's
	// province), and elsewhere.
	rings     = 5
	elsewhere = rings - 1
)

// around is the country as seen from where the search stands.
type around struct {
	places   []Division
	byNumber map[int]int // base number → ring
	left     int         // counties that may still be read
	kept     int         // of these, for what is planned second
	next     []Division  // counties to be read, in this order
	planned  bool
	read     []townRead
	known    map[Code]bool // counties read or in next
	turns    int
	enough   int // villages found by their whole name or its beginning
}

// townRead is one town of a county that was read.
type townRead struct {
	full     string // with those above it
	ring     int
	turn     int
	code     Code
	county   *county
	from, to int // of its villages
}

// release gives what was kept for what is planned second.
func (a *around) release() { a.left, a.kept = a.left+a.kept, 0 }

// stand finds the places of near as they stand now.
func (s *search) stand(near Near) {
	s.around = around{kept: near.Counties / 4, left: near.Counties - near.Counties/4, byNumber: map[int]int{}, known: map[Code]bool{}}
	for _, p := range near.Places {
		for _, d := range s.tree.Current(p, s.at) {
			if d.Standing == Village {
				d, _ = s.tree.Get(d.Parent, s.at)
			}
			places := []Division{d}
			for _, district := range d.Within {
				if lies, ok := s.tree.Get(district, s.at); ok && lies.Valid(s.at) {
					places = append(places, lies)
				}
			}
			for _, stands := range places {
				same := func(have Division) bool { return have.Code == stands.Code }
				if stands.Code != NationCode && len(s.around.places) < maxNear && !slices.ContainsFunc(s.around.places, same) {
					s.around.places = append(s.around.places, stands)
				}
			}
		}
	}
	for _, d := range s.around.places {
		codes := d.Path.Codes()
		for i, code := range codes {
			n, ring := s.tree.base.find(code), len(codes)-1-i
			if had, ok := s.around.byNumber[n]; n >= 0 && (!ok || ring < had) {
				s.around.byNumber[n] = ring
			}
		}
	}
}

// ring is how many steps one must go up from a place of near to hold p.
func (s *search) ring(p Path) int {
	nearest := elsewhere
	for _, d := range s.around.places {
		steps := 0
		for up := d.Path; up != Root && steps < nearest; up = up.Parent() {
			if up.Contains(p) {
				nearest = steps
			}
			steps++
		}
	}
	return nearest
}

// takenUp reports whether the bucket for a base number is full; false when the
// base alone cannot tell where it lies.
func (s *search) takenUp(quality, i int) bool {
	b, ring := s.tree.base, elsewhere
	for step := i; step > 0; step = b.parents[step] {
		if s.tree.touched != nil && s.tree.touched[step] {
			return false
		}
		if r, ok := s.around.byNumber[step]; ok {
			ring = min(ring, r)
		}
	}
	level := b.level(i)
	if level == ZoneLevel {
		level = County
	}
	return s.full(quality, ring, level)
}

// villages takes those that have the word in their name and all words in their
// full name.
func (s *search) villages(word string, words []string) {
	for i := 0; s.readTo(i); i++ {
		town := &s.around.read[i]
		if town.turn != s.turn && s.around.enough >= s.limit {
			break // a county is taken whole
		}
		s.turn = town.turn
		missing := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Contains(town.full, w) })
		town.county.search(town.from, town.to, word, func(v int) { s.village(town, v, word, missing) })
	}
	s.turn = 0
}

// village takes one that has the word in its name, when it has all missing words.
func (s *search) village(town *townRead, v int, word string, missing []string) {
	name := town.county.name(v)
	q, ok := quality(name, word)
	if ok && q == beginning && word == withoutCommittee(name) {
		q = whole
	}
	if !ok || s.full(q, town.ring, Village) || slices.ContainsFunc(missing, func(w string) bool { return !strings.Contains(name, w) }) {
		return
	}
	if s.inOrder != "" {
		s.text = append(append(s.text[:0], town.full...), name...)
		if !inOrder(s.text, s.inOrder) {
			return
		}
	}
	code := town.code + Code(digits(town.county.number[v], 3))
	if len(s.tree.versions[code]) > 0 || s.seen[code] {
		return
	}
	s.add(code, q, nil)
	if q != part && s.seen[code] {
		s.around.enough++
	}
}

// search calls yield for the villages from … to that may have the word in their
// names: the text is searched as one, and a word found across two names yields
// the first of them.
func (c *county) search(from, to int, word string, yield func(v int)) {
	for at, end := c.nameAt[from], c.nameAt[to]; from < to; {
		hit := strings.Index(c.text[at:end], word)
		if hit < 0 {
			return
		}
		v := from + sort.Search(to-from, func(i int) bool { return c.nameAt[from+i+1] > at+hit })
		yield(v)
		from, at = v+1, c.nameAt[v+1]
	}
}

// committees end the names of villages, beside 村民委员会 and 村委会.
var committees = [...]string{"居民委员会", "居委会"}

// withoutCommittee is the name as people say it: 白鹿村 for 白鹿村村民委员会,
// 白鹿村民委员会 and 白鹿村委会.
func withoutCommittee(name string) string {
	for _, ending := range committees {
		if plain, ok := strings.CutSuffix(name, ending); ok {
			return plain
		}
	}
	for _, ending := range [...]string{"民委员会", "委会"} {
		if plain, ok := strings.CutSuffix(name, "村"+ending); ok {
			if strings.HasSuffix(plain, "村") {
				return plain
			}
			return strings.TrimSuffix(name, ending)
		}
	}
	return name
}

// readTo reads counties until there is a town number i.
func (s *search) readTo(i int) bool {
	if !s.around.planned {
		s.plan()
	}
	for i >= len(s.around.read) {
		if len(s.around.next) == 0 {
			return false
		}
		county := s.around.next[0]
		s.around.next = s.around.next[1:]
		s.readCounty(county)
	}
	return true
}

func (s *search) readCounty(county Division) {
	towns := []Division{county}
	if county.Standing != Town {
		towns = s.tree.Children(county.Code, s.at)
	}
	s.around.turns++
	b := s.tree.base
	above := s.tree.fullName(county, s.at)
	for _, d := range towns {
		i := b.find(d.Code)
		if i < 0 || b.place(i) != Town {
			continue
		}
		c, ok := b.county(number(string(d.Code[:6])))
		if !ok {
			continue
		}
		from, to := c.town(i)
		full := above
		if d.Code != county.Code {
			full += d.Name
		}
		s.around.read = append(s.around.read, townRead{
			full: full, ring: s.ring(d.Path), turn: s.around.turns, code: d.Code, county: c, from: from, to: to,
		})
	}
}

// plan lists the counties to be read.
func (s *search) plan() {
	s.around.planned = true
	within, ok := s.tree.Get(s.within.Code(), s.at)
	if ok && within.Standing == Town {
		s.around.next = []Division{within}
		return
	}
	if s.around.left+s.around.kept == 0 {
		if inside := s.counties(within); len(inside) == 1 {
			s.around.next = inside
		}
		return
	}
	for level := County; level >= Province; level-- {
		for _, d := range s.around.places {
			if up, ok := s.upTo(d, level); ok {
				s.queue(s.nearestFirst(s.counties(up), d))
			}
		}
	}
	s.queue(s.counties(within))
}

// upTo is the place itself or the one above it that stands at a level.
func (s *search) upTo(d Division, level Level) (Division, bool) {
	for d.Standing > level {
		up, ok := s.tree.Get(d.Parent, s.at)
		if !ok || up.Code == NationCode {
			return Division{}, false
		}
		d = up
	}
	return d, d.Standing == level
}

// queue adds counties that lie within and are not in it yet, as many as may
// still be read.
func (s *search) queue(counties []Division) {
	for _, d := range counties {
		if s.around.left == 0 {
			return
		}
		if s.around.known[d.Code] || !s.within.Contains(d.Path) && !d.Path.Contains(s.within) {
			continue
		}
		s.around.known[d.Code] = true
		s.around.left--
		s.around.next = append(s.around.next, d)
	}
}

// counties lists what has towns directly below it at or below d: counties, zones
// that are districts, cities without counties. None for the whole country.
func (s *search) counties(d Division) []Division {
	if d.Standing >= County {
		return []Division{d}
	}
	if d.Code == NationCode {
		return nil
	}
	var found []Division
	own := false
	for _, child := range s.tree.Children(d.Code, s.at) {
		if child.Standing >= Town {
			own = true
			continue
		}
		found = append(found, s.counties(child)...)
	}
	if own {
		found = append(found, d)
	}
	return found
}

// nearestFirst orders counties by how far their centres are from that of d;
// those whose centre is not known come last, by code.
func (s *search) nearestFirst(counties []Division, d Division) []Division {
	if d.Standing < County || len(counties) < 2 {
		return counties
	}
	if up, ok := s.upTo(d, County); ok {
		d = up
	}
	from, ok := s.centre(d)
	if !ok {
		return counties
	}
	far := make(map[Code]float64, len(counties))
	for _, c := range counties {
		far[c.Code] = math.Inf(1)
		if centre, ok := s.centre(c); ok {
			far[c.Code] = geo.Distance(from, centre)
		}
	}
	slices.SortStableFunc(counties, func(a, b Division) int { return cmp.Compare(far[a.Code], far[b.Code]) })
	return counties
}

// centre is that of the outline; of a district newer than the outlines, that of
// the county its first town was drawn in.
func (s *search) centre(d Division) (geo.Point, bool) {
	a := s.tree.base.outlines()
	code := d.Code
	if code.Internal() {
		children := s.tree.Children(code, s.at)
		switch {
		case len(children) > 0 && !children[0].Code.Internal():
			code = children[0].Code
		case len(d.Within) > 0:
			code = d.Within[0]
		}
	}
	if len(code) < 6 || code.Internal() {
		return geo.Point{}, false
	}
	plot, ok := a.byKey[number(string(code[:6]))]
	if !ok {
		return geo.Point{}, false
	}
	return a.plots[plot].centre, true
}

// named reads the counties that the query itself names, or names a town of:
// 綦江白鹿村 and 古南街道 白鹿村.
func (s *search) named(query string) {
	b := s.tree.base
	for _, level := range []Level{County, Town, City, Province} {
		here := b.levels[level]
		for i := here.first; i < here.first+here.count && s.around.left > 0; i++ {
			if !strings.Contains(query, stem(b.name(i))) {
				continue
			}
			for _, d := range s.tree.Current(b.path(i), s.at) {
				if up, ok := s.upTo(d, County); ok {
					d = up
				}
				s.queue(s.counties(d))
			}
		}
	}
}

// stem is a name without the word for what it is, when two characters remain.
func stem(name string) string {
	for _, kind := range []string{"街道", "镇", "乡", "区", "县", "市", "省"} {
		if short, ok := strings.CutSuffix(name, kind); ok && utf8.RuneCountInString(short) >= 2 {
			return short
		}
	}
	return name
}
