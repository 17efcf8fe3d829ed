package place

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a search, so that no query costs more than a few milliseconds.
const (
	maxQuery = 40 // characters; more are cut off
	maxWords = 4
	maxHits  = 200
	maxName  = 15 // characters of a name looked for at the end of a full name
)

// Search finds divisions that stand at a moment, inside the jurisdiction within
// ("/" for all), at most limit (bounded by 200; below 1 means 20):
//
//   - by name: any part of it from one character on, "綦";
//   - by several words of the full name, in any order, "綦江 古南";
//   - by the full name in one word, whole or shortened, "重庆綦江古南街道";
//   - by code: its first digits, or an internal code.
//
// Best first: the whole name, its beginning, some part of it; among these the
// higher level; then by code. Villages are found by name only within one county
// or town ([Tree.SearchNear] finds more), and by code from nine digits on. An
// empty query finds nothing.
func (t *Tree) Search(query string, at time.Time, limit int, within Path) []Division {
	return t.SearchNear(query, at, limit, within, Near{})
}

// SearchNear is [Tree.Search] by somebody who stands somewhere: the nearer comes
// before the farther, and villages are found by name around there (see [Near]).
//
// Best first: the whole name, its beginning, some part of it; among these the
// counties and what is above them before towns and villages; among these what
// lies in a place of near, then what lies one step above it, and so on; then the
// higher level; then villages of the county that was read first; then by code.
// The whole name of a village is also that without its committee: 白鹿村 of
// 白鹿村村民委员会.
func (t *Tree) SearchNear(query string, at time.Time, limit int, within Path, near Near) []Division {
	if limit < 1 {
		limit = 20
	}
	limit = min(limit, maxHits)
	words := strings.Fields(clip(query))
	if len(words) == 0 || within == "" {
		return nil
	}
	s := &search{tree: t, at: at, limit: limit, within: within, seen: map[Code]bool{}}
	s.scope()
	s.stand(near)
	if len(words) == 1 && (allDigits(words[0]) || Code(words[0]).Internal()) {
		s.byCode(words[0])
		return s.result()
	}
	slices.Sort(words)
	words = slices.Compact(words)
	words = words[:min(len(words), maxWords)]
	if len(words) > 1 {
		s.named(strings.Join(words, " "))
		s.around.release()
	}
	for i, word := range words {
		// Each word in turn is taken for the name, the rest for those above.
		s.byName(word, slices.Concat(words[:i], words[i+1:]))
	}
	if len(words) == 1 && len(s.seen) == 0 {
		s.around.release()
		s.named(words[0])
		s.inOneWord(words[0])
	}
	return s.result()
}

func clip(query string) string {
	n := 0
	for i := range query {
		if n == maxQuery {
			return query[:i]
		}
		n++
	}
	return query
}

// The three qualities of a hit.
const (
	whole = iota
	beginning
	part
	qualities
)

// hit is what was found; turn is that of the county it was read from, 0 for
// what is not a village.
type hit struct {
	Division
	turn int
}

// search is one search under way. A bucket holds the hits of one quality, one
// nearness and one level; the base is scanned in the order of codes, and a full
// bucket takes no more, so that a query of one character costs little beyond
// the scan.
type search struct {
	tree    *Tree
	at      time.Time
	limit   int
	within  Path
	root    int // base number of within; -1 when the base alone cannot tell
	buckets [qualities][rings][ZoneLevel + 1][]hit
	seen    map[Code]bool
	around  around
	turn    int    // of the county being read; 0 outside
	text    []byte // a full name, to look for words in
	alone   bool   // villages are left out
	inOrder string // characters a full name must have in this order; "" = any
}

// scope finds out whether base parents suffice to tell what lies within.
func (s *search) scope() {
	s.root = s.tree.base.find(s.within.Code())
	if s.root >= 0 && s.tree.base.path(s.root) != s.within {
		s.root = -1
	}
}

// path is the path in the base.
func (b *base) path(i int) Path {
	var way [maxDepth]Code
	depth := 0
	for ; i > 0; i = b.parents[i] {
		way[depth] = b.code(i)
		depth++
	}
	return join(way[:depth])
}

// misses tells cheaply what cannot be a hit: something that, like all above it,
// is as in the base, and does not lie below the root or lacks a word. It may
// say false for a miss; [search.add] asks again.
func (s *search) misses(i int, words []string) bool {
	b, inside := s.tree.base, false
	var way [maxDepth]int
	depth := 0
	for step := i; step >= 0; step = b.parents[step] {
		if s.tree.touched != nil && s.tree.touched[step] {
			return false
		}
		inside = inside || step == s.root
		way[depth] = step
		depth++
	}
	if !inside || len(words) == 0 && s.inOrder == "" {
		return !inside
	}
	s.text = s.text[:0]
	for depth -= 2; depth >= 0; depth-- { // without the nation
		s.text = append(s.text, b.name(way[depth])...)
	}
	for _, word := range words {
		if !bytes.Contains(s.text, []byte(word)) {
			return true
		}
	}
	return !inOrder(s.text, s.inOrder)
}

// inOrder reports whether the characters of word stand in the text in this
// order, whatever is between them: 重庆綦江 in 重庆市綦江区.
func inOrder[T string | []byte](text T, word string) bool {
	rest := string(text)
	for _, r := range word {
		i := strings.IndexRune(rest, r)
		if i < 0 || r == utf8.RuneError {
			return false
		}
		rest = rest[i+utf8.RuneLen(r):]
	}
	return true
}

func (s *search) full(quality, ring int, level Level) bool {
	return len(s.buckets[quality][ring][level]) >= s.limit
}

// add takes a division when it stands, lies within, and all words are in its
// full name. Fullness is for the scans over the base to heed, which come in the
// order of codes; what has changed comes in any order and must not depend on it.
func (s *search) add(code Code, quality int, words []string) {
	if s.seen[code] {
		return
	}
	d, ok := s.tree.Get(code, s.at)
	if !ok || !d.Valid(s.at) || !s.within.Contains(d.Path) {
		return
	}
	if len(words) > 0 || s.inOrder != "" {
		full := s.tree.fullName(d, s.at)
		if !inOrder(full, s.inOrder) {
			return
		}
		for _, word := range words {
			if !strings.Contains(full, word) {
				return
			}
		}
	}
	s.seen[code] = true
	bucket := &s.buckets[quality][s.ring(d.Path)][d.Standing]
	*bucket = append(*bucket, hit{d, s.turn})
}

func (s *search) result() []Division {
	found := make([]Division, 0, s.limit)
	for quality := range qualities {
		for _, levels := range [][2]Level{{Nation, County}, {Town, ZoneLevel}} {
			for ring := range rings {
				for level := levels[0]; level <= levels[1]; level++ {
					hits := s.buckets[quality][ring][level]
					slices.SortFunc(hits, func(a, b hit) int {
						return cmp.Or(cmp.Compare(a.turn, b.turn), strings.Compare(string(a.Code), string(b.Code)))
					})
					for _, h := range hits[:min(len(hits), s.limit-len(found))] {
						found = append(found, h.Division)
					}
				}
			}
		}
	}
	return found
}

// quality says how a name matches; ok is false when it does not.
func quality(name, word string) (q int, ok bool) {
	switch i := strings.Index(name, word); {
	case i < 0:
		return 0, false
	case i > 0:
		return part, true
	case len(name) == len(word):
		return whole, true
	}
	return beginning, true
}

// byName takes what has the word in its name and all words in its full name. It
// scans all names of the base as one text, then what differs from the
// base, then the villages around.
func (s *search) byName(word string, words []string) {
	t, b := s.tree, s.tree.base
	for from := 0; ; {
		hit := strings.Index(b.names[from:], word)
		if hit < 0 {
			break
		}
		i := sort.Search(len(b.nameAt), func(i int) bool { return b.nameAt[i] > from+hit }) - 1
		from = b.nameAt[i+1] // the next name: one hit a name is enough
		q, ok := quality(b.name(i), word)
		if !ok || s.takenUp(q, i) || s.misses(i, words) {
			continue
		}
		if code := b.code(i); len(t.versions[code]) == 0 {
			s.add(code, q, words)
		}
	}
	for code, versions := range t.versions {
		if i := current(versions, s.at); i >= 0 {
			if q, ok := quality(versions[i].name, word); ok {
				s.add(code, q, words)
			}
		}
	}
	if !s.alone {
		s.villages(word, words)
	}
}

// byCode takes what begins with the digits.
func (s *search) byCode(prefix string) {
	t, b := s.tree, s.tree.base
	for level := Province; level <= Town; level++ {
		here := b.levels[level]
		if len(prefix) > here.width {
			continue
		}
		first := sort.Search(here.count, func(i int) bool { return b.codeIn(here, here.first+i) >= prefix })
		for i := here.first + first; i < here.first+here.count; i++ {
			code := b.codeIn(here, i)
			q, ok := quality(code, prefix)
			if !ok || q == part {
				break
			}
			if !s.takenUp(q, i) && !s.misses(i, nil) {
				s.add(Code(code), q, nil)
			}
		}
	}
	for code := range t.versions {
		if q, ok := quality(string(code), prefix); ok && q != part {
			s.add(code, q, nil)
		}
	}
	if len(prefix) >= 9 && len(prefix) <= 12 && allDigits(prefix) {
		if town := b.find(Code(prefix[:9])); town >= 0 {
			b.villagesOf(town, func(code Code, _ string) {
				if q, ok := quality(string(code), prefix); ok && q != part {
					s.add(code, q, nil)
				}
			})
		}
	}
	if len(s.seen) == 0 {
		s.add(t.canonical(Code(prefix)), whole, nil) // a placeholder: 5001
	}
}

// inOneWord tries where a full name written without spaces may be cut: the
// longest name first, so that 綦江区古南街道 is not taken for some 街道. What
// stands before the cut need not be complete: 重庆綦江.
func (s *search) inOneWord(word string) {
	s.inOrder = word
	for cut := range word {
		length := utf8.RuneCountInString(word[cut:])
		if cut == 0 || length > maxName {
			continue
		}
		if length < 2 {
			return
		}
		// 白鹿村 is no 鹿村 of a 白沙镇: one character names no place.
		s.alone = utf8.RuneCountInString(word[:cut]) < 2
		s.byName(word[cut:], nil)
		if len(s.seen) > 0 {
			return
		}
	}
}
