package need

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// pieces are what a text is found by. A run of Chinese characters gives every pair of neighbours and its last character
// alone, so that two characters are found as they are and one is found at the beginning of a pair; a run of Latin
// letters and digits is one piece. Full width and case make no difference. Every piece is made of letters and digits, so
// that both databases take it as it stands.
func pieces(text string) []string {
	var list []string
	var latin strings.Builder
	var before rune
	endLatin := func() {
		if latin.Len() > 0 {
			list = append(list, latin.String())
			latin.Reset()
		}
	}
	endRun := func() {
		if before != 0 {
			list = append(list, string(before))
			before = 0
		}
	}
	for _, r := range text {
		r = unicode.ToLower(input.HalfWidth(r))
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			endRun()
			latin.WriteRune(r)
		case r > unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			endLatin()
			if before != 0 {
				list = append(list, string([]rune{before, r}))
			}
			before = r
		default:
			endLatin()
			endRun()
		}
	}
	endLatin()
	endRun()
	return list
}

// Marks stand before the pieces that say where a need stands rather than what it says. No text makes them: the dot is
// neither letter nor digit.
const (
	markArea  = "·a"
	markShelf = "·s"
	markKind  = "·k"
)

// areaMark is the mark of an area: of a place, or of an incident, whose id is written without its dashes, at which SQLite would
// cut it into pieces.
func areaMark(area string) string {
	return markArea + strings.NewReplacer("/", "x", ".", "only", "#", "i", "-", "").Replace(area)
}

func kindMark(k Kind) string { return markKind + strings.ReplaceAll(string(k), "_", "") }

// wordsOf is everything a need is found by: title, detail, number, the names of its place, and the marks of where it
// stands; each once.
func (s *Service) wordsOf(n *Need, now time.Time) string {
	list := append(pieces(n.Title), pieces(n.Detail)...)
	list = append(list, pieces(n.Number)...)
	for p := n.Place; len(p.Codes()) > 0; p = p.Parent() {
		if d, ok := s.places.Tree().Get(p.Code(), now); ok {
			list = append(list, pieces(d.Name)...)
		}
	}
	list = append(list, markShelf+n.shelf(), kindMark(n.Kind))
	for _, area := range n.areas() {
		list = append(list, areaMark(area))
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// search is what must be found: every group by one of its pieces.
type search [][]string

// asked is the search for what somebody typed: every pair of neighbouring characters must occur. A single character is
// found at the beginning of a pair, and a word of letters by its beginning, since it may not be at its end yet: such a
// piece ends with a star. Nothing to search by: nil.
func asked(query string) (q search) {
	list := pieces(query)
	for i, p := range list {
		rs := []rune(p)
		switch {
		case rs[0] < unicode.MaxASCII:
			p += "*"
		case len(rs) == 1:
			if i > 0 && strings.HasSuffix(list[i-1], p) {
				continue // the last of a run, which the pair before it holds
			}
			p += "*"
		}
		q = append(q, []string{p})
	}
	return q
}

// text writes the search for one of the engines; the pieces hold letters and digits only.
func (q search) text(e db.Engine) string {
	or, and, quote := " OR ", " AND ", `"`
	if e == db.Postgres {
		or, and, quote = " | ", " & ", `'`
	}
	groups := make([]string, len(q))
	for i, g := range q {
		terms := make([]string, len(g))
		for j, p := range g {
			word, beginning := strings.CutSuffix(p, "*")
			terms[j] = quote + word + quote
			switch {
			case beginning && e == db.Postgres:
				terms[j] += ":*"
			case beginning:
				terms[j] += "*"
			}
		}
		groups[i] = "(" + strings.Join(terms, or) + ")"
	}
	return strings.Join(groups, and)
}

// The pair of searches: positions of what is found from one position on, in the order of the lists. SQLite walks the
// rows that hold every piece in that order and ends with the page; PostgreSQL chooses between that and its index.
const (
	findSQLite   = `SELECT rowid AS pos FROM need_fts WHERE need_fts MATCH $1 AND rowid > $2 AND rowid < $3 ORDER BY rowid`
	findPostgres = `SELECT pos FROM need_words WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST($1 AS text)::tsquery
		AND pos > $2 AND pos < $3 ORDER BY pos`
)
