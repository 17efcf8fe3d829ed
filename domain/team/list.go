package team

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/input"
)

// Filter says which teams a list shows. Empty fields do not narrow it.
type Filter struct {
	Place     place.Path // at home there or below
	Skill     string     // key
	Grade     int        // of the skill, this or better; 0: any, also not graded
	Equipment string     // key of a kind of which at least one works
	Legal     string
	Query     string     // words of names and aliases, or the beginning of a credit code
	Near      *geo.Point // nearest first
	Within    float64    // metres around Near; at most maxWithin
	Cursor    string
	Limit     int
}

// Found is a team in a list; Metres is the distance from Filter.Near, -1 without one.
type Found struct {
	Team
	Metres float64
}

// Page is a part of a list. Counts are how many there are in each legal status at the place, whatever else narrows the
// list, counted up to maxCount.
type Page struct {
	Items  []Found
	Next   string
	Counts map[string]int
}

const (
	maxPage   = 200
	maxCount  = 10_000
	maxWords  = 4
	maxNear   = 20_000 // teams in a box that are measured
	maxWithin = 500_000
	usual     = 200_000 // metres, when the filter names none
	few       = 2000    // rows up to which a list is read from what narrows it, and above which in its own order
)

// List is the teams that the actor may see: in the order of places and names, or nearest first.
//
// At 100,000 teams no filter reads them all: what narrows the list to few rows is read first; what does not leaves so
// many that the page is full early in the order of the index.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	actor, spans, err := access.RequireAnywhere(ctx, access.TeamSee)
	if err != nil {
		return Page{}, err
	}
	if f.Limit < 1 || f.Limit > maxPage {
		f.Limit = 50
	}
	q := newQuery()
	q.seen(f, actor, spans, s.places.Tree().Scope(f.Place.Code(), s.clock.Now()))
	count := q.copy()
	if f.Legal != "" && f.Legal != "all" {
		q.and("t.legal = " + q.arg(f.Legal))
	}
	q.able("skill", f.Skill, 0, f.Grade)
	q.able("equipment", f.Equipment, 1, 0)
	q.named(f.Query)
	page := Page{Counts: map[string]int{}}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		page.Items, page.Next = page.Items[:0], ""
		for _, st := range Legals.States {
			c := count.copy()
			c.and("t.legal = " + c.arg(st.Key))
			var n int
			if err := tx.Get(fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM team t WHERE %s LIMIT %d) AS x`, c.where(), maxCount), c.args, &n); err != nil {
				return err
			}
			page.Counts[st.Key] = n
		}
		q := q.copy()
		if err := q.narrow(tx); err != nil {
			return err
		}
		if f.Near != nil {
			return nearest(tx, q, f, &page)
		}
		return ordered(tx, q, f, &page)
	})
	return page, err
}

// query is a list under way: its conditions over team t, and what of them could be read first.
type query struct {
	conds   []string
	args    []any
	sources []source
	from    string
}

// source is a condition that another table answers: its rows name the teams. probe is the same for one team.
type source struct {
	table, cond, probe string
	args               []any
}

func newQuery() *query { return &query{from: "team t"} }

func (q *query) copy() *query {
	return &query{conds: slices.Clone(q.conds), args: slices.Clone(q.args), sources: slices.Clone(q.sources), from: q.from}
}

func (q *query) and(cond string) { q.conds = append(q.conds, cond) }

func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

func (q *query) list(values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = q.arg(v)
	}
	return strings.Join(names, ", ")
}

func (q *query) where() string { return strings.Join(q.conds, " AND ") }

func (q *query) spans(column string, spans []place.Span) {
	cond, args := place.Where(column, len(q.args)+1, spans)
	q.args = append(q.args, args...)
	q.and(cond)
}

// seen keeps the list to what the actor may see and to the place asked for. A team of the own jurisdiction is at home
// where its record is, so that one condition tells both; for another place the homes of teams from elsewhere are
// looked up.
func (q *query) seen(f Filter, a access.Actor, spans, there []place.Span) {
	switch {
	case f.Place == "":
		q.spans("t.place", spans)
	case a.May(access.TeamSee, f.Place):
		q.spans("t.place", there)
		q.spans("t.home", there)
	default:
		q.and("t.home <> t.place")
		q.spans("t.home", there)
		q.spans("t.place", spans)
	}
}

func (q *query) able(kind, key string, least, most int) {
	if key == "" {
		return
	}
	value := ""
	args := []any{kind, key}
	if most > 0 {
		value, args = " AND a.value BETWEEN 1 AND $3", append(args, most)
	} else if least > 0 {
		value, args = " AND a.value >= $3", append(args, least)
	}
	q.sources = append(q.sources, source{"team_ability a", "a.kind = $1 AND a.key = $2" + value, "a.team = t.id", args})
}

// named narrows to names with all the words; what looks like a credit code is one.
func (q *query) named(text string) {
	if code := input.Number(text); len(code) >= 6 && len(code) <= usccLength && strings.Trim(code, usccAlphabet) == "" {
		q.sources = append(q.sources, source{"team a", "a.uscc >= $1 AND a.uscc < $2 AND a.uscc <> ''", "a.id = t.id", []any{code, code + "~"}})
		return
	}
	for i, word := range strings.Fields(text) {
		if i == maxWords {
			break
		}
		word = fold(word)
		q.and("t.folded LIKE " + q.arg("%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)+"%") + ` ESCAPE '\'`)
		for _, gram := range grams(word) {
			q.sources = append(q.sources, source{table: "team_word a", cond: "a.word = $1", args: []any{gram}})
		}
	}
}

// grams are the pairs of a word that the index holds, or its only character; the first few are enough.
func grams(word string) (list []string) {
	rs := []rune(word)
	if len(rs) == 1 {
		return []string{word}
	}
	for i := 0; i+1 < len(rs) && len(list) < 8; i++ {
		list = append(list, string(rs[i:i+2]))
	}
	return list
}

// narrow reads first what leaves the fewest teams, where these are few; the rest becomes conditions.
func (q *query) narrow(tx *db.Tx) error {
	best, least := -1, few+1
	for i, src := range q.sources {
		var n int
		if err := tx.Get(fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) AS x`, src.table, src.cond, few+1), src.args, &n); err != nil {
			return err
		}
		if n < least {
			best, least = i, n
		}
	}
	for i, src := range q.sources {
		cond := src.cond
		for k := len(src.args); k > 0; k-- { // from behind, so that $1 does not become $12 twice
			cond = strings.ReplaceAll(cond, fmt.Sprintf("$%d", k), fmt.Sprintf("§%d", len(q.args)+k))
		}
		cond = strings.ReplaceAll(cond, "§", "$")
		switch {
		case i == best: // CROSS JOIN keeps SQLite from beginning with the teams
			q.from = src.table + " CROSS JOIN team t"
			q.and(cmp.Or(src.probe, "a.team = t.id") + " AND " + cond)
		case src.probe != "":
			q.and("EXISTS (SELECT 1 FROM " + strings.TrimSuffix(src.table, " a") + " a WHERE " + src.probe + " AND " + cond + ")")
		default: // a pair of characters: LIKE says more
			continue
		}
		q.args = append(q.args, src.args...)
	}
	return nil
}

// ordered is a page in the order of places and names.
func ordered(tx *db.Tx, q *query, f Filter, page *Page) error {
	if f.Cursor != "" {
		var after [3]string
		if err := cursorOf(f.Cursor, &after); err != nil {
			return err
		}
		q.and(fmt.Sprintf("(t.place, t.folded, t.id) > (%s, %s, %s)", q.arg(after[0]), q.arg(after[1]), q.arg(after[2])))
	}
	err := tx.Each(func(sc db.Scanner) error {
		t, err := scan(sc)
		page.Items = append(page.Items, Found{t, -1})
		return err
	}, fmt.Sprintf(`SELECT `+columns+` FROM %s WHERE %s ORDER BY t.place, t.folded, t.id LIMIT %d`, q.from, q.where(), f.Limit+1), q.args...)
	if err == nil && len(page.Items) > f.Limit {
		page.Items = page.Items[:f.Limit]
		last := page.Items[f.Limit-1]
		page.Next = cursor([3]string{string(last.Place), folded(last.Team), last.ID})
	}
	return err
}

// nearest is a page by distance: the box around the point is measured whole, then the teams of the page are read.
func nearest(tx *db.Tx, q *query, f Filter, page *Page) error {
	within := f.Within
	if within <= 0 {
		within = usual
	}
	within = min(within, maxWithin)
	box := geo.Around(*f.Near, within)
	q.and(fmt.Sprintf("t.lat BETWEEN %s AND %s AND t.lon BETWEEN %s AND %s",
		q.arg(fixed(box.MinLat)), q.arg(fixed(box.MaxLat)), q.arg(fixed(box.MinLon)), q.arg(fixed(box.MaxLon))))
	type spot struct {
		ID     string
		Metres float64
	}
	var spots []spot
	err := tx.Each(func(sc db.Scanner) error {
		var id string
		var lon, lat int64
		err := sc.Scan(&id, &lon, &lat)
		if m := geo.Distance(*f.Near, geo.Point{Lon: float64(lon) / 1e7, Lat: float64(lat) / 1e7}); m <= within && (lon != 0 || lat != 0) {
			spots = append(spots, spot{id, m})
		}
		return err
	}, fmt.Sprintf(`SELECT t.id, t.lon, t.lat FROM %s WHERE %s LIMIT %d`, q.from, q.where(), maxNear), q.args...)
	if err != nil {
		return err
	}
	order := func(a, b spot) int { return cmp.Or(cmp.Compare(a.Metres, b.Metres), strings.Compare(a.ID, b.ID)) }
	slices.SortFunc(spots, order)
	if f.Cursor != "" {
		var after spot
		if err := cursorOf(f.Cursor, &after); err != nil {
			return err
		}
		at, _ := slices.BinarySearchFunc(spots, after, order)
		for at < len(spots) && order(spots[at], after) <= 0 {
			at++
		}
		spots = spots[at:]
	}
	if len(spots) > f.Limit {
		spots = spots[:f.Limit]
		page.Next = cursor(spots[f.Limit-1])
	}
	for _, sp := range spots {
		t, err := ByID(tx, sp.ID)
		if err != nil {
			return err
		}
		page.Items = append(page.Items, Found{t, sp.Metres})
	}
	return nil
}

func cursor(at any) string {
	b, err := json.Marshal(at)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func cursorOf(c string, at any) error {
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		err = json.Unmarshal(raw, at)
	}
	if err != nil {
		return fault.InvalidField("query.cursor", "cursor_invalid", "翻页参数有误，请回到第一页", "this page cannot be found; go back to the first one")
	}
	return nil
}
