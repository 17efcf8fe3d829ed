package need

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/tally"
)

// Selection says which needs are meant; what is empty does not choose.
type Selection struct {
	State    string // open, published, closed; all
	Place    place.Path
	Severity int
	Kind     Kind
	Audience string // teams, public: published to them
	Incident string // id; "": everything that is no drill
}

// ListFilter says which needs a list shows.
type ListFilter struct {
	Selection
	Query  string // a number, whole; or words
	Cursor string
	Limit  int
	Figure string // of an incident: what this figure counts, in any state
}

// shelves are where the chosen needs stand.
func (f Selection) shelves() []string {
	return slices.DeleteFunc(slices.Clone(shelves), func(shelf string) bool {
		state := stateOf(shelf)
		return (f.State != "" && f.State != "all" && f.State != state) ||
			(f.Audience != "" && state != "published") || (f.Audience == "public" && shelf != "public")
	})
}

func (f Selection) check() error {
	if f.Kind != "" && !slices.Contains(Kinds, f.Kind) {
		return fault.InvalidField("query.kind", "kind_unknown", "没有这种需求类别", "there is no such kind")
	}
	return nil
}

// lists are the lists that hold what is in sight, each need once; rest, when there is one, is the condition of what is in
// sight and stands in none of them: it is read and counted row by row.
type lists struct {
	areas []string
	rest  func(first int) (string, []any)
}

func (x Sight) lists() (l lists, err error) {
	switch {
	case x.whole():
		l.areas = x.granted()
	case x.incident != "":
		l.rest = x.where
	case len(x.spans) == 0 && x.chosen == nil:
		l.areas = x.granted()
	default:
		l.areas, err = areasOf(x.at())
		if len(x.incidents) > 0 {
			l.rest = x.beyond
		}
	}
	return l, err
}

// Needs lists needs that the actor may see, the most urgent first, the oldest of equal urgency first. Counts are exact:
// by state, of what the selection holds without its state, the figure and the words.
func (s *Service) Needs(ctx context.Context, f ListFilter) (Page[Need], error) {
	if err := f.check(); err != nil {
		return Page[Need]{}, err
	}
	x, err := s.sight(ctx, access.NeedSee, f.Incident, f.Place)
	if err != nil {
		return Page[Need]{}, err
	}
	f.Limit = pageSize(f.Limit)
	after, err := parseNeedCursor(f.Cursor)
	if err != nil {
		return Page[Need]{}, err
	}
	l, err := x.lists()
	if err != nil {
		return Page[Need]{}, err
	}
	if f.Figure != "" {
		f.State, l = "all", lists{rest: x.where}
	}
	page := Page[Need]{}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if page.Counts, err = l.count(tx, f.Selection); err != nil {
			return err
		}
		page.Items, err = s.rows(tx, f, x, l, after)
		return err
	})
	if err != nil {
		return Page[Need]{}, err
	}
	slices.SortFunc(page.Items, func(a, b Need) int { return cmp.Compare(a.pos(), b.pos()) })
	if len(page.Items) > f.Limit {
		page.Items = page.Items[:f.Limit]
		page.Next = base64.RawURLEncoding.EncodeToString(strconv.AppendInt(nil, page.Items[f.Limit-1].pos(), 10))
	}
	return page, nil
}

// count is how many needs of a selection there are in each state.
func (l lists) count(tx *db.Tx, f Selection) (map[string]int, error) {
	counts, err := countNeeds(tx, l.areas, f)
	if err != nil || l.rest == nil {
		return counts, err
	}
	where, args := l.rest(1)
	f.State = "all"
	chosen := f.shelves()
	err = tx.Each(func(sc db.Scanner) error {
		var n Need
		var kind, audience string
		var many int
		err := sc.Scan(&n.State, &audience, &n.Severity, &kind, &many)
		n.Audience = split(audience)
		if slices.Contains(chosen, n.shelf()) && (f.Severity == 0 || f.Severity == n.Severity) && (f.Kind == "" || string(f.Kind) == kind) {
			counts[n.State] += many
		}
		return err
	}, `SELECT state, audience, severity, kind, count(*) FROM need WHERE `+where+` GROUP BY state, audience, severity, kind`, args...)
	return counts, err
}

// countNeeds is how many needs a selection holds in each state.
func countNeeds(tx *db.Tx, areas []string, f Selection) (map[string]int, error) {
	counts := map[string]int{}
	for _, st := range Needs.States {
		counts[st.Key] = 0
	}
	f.State = "all"
	chosen := f.shelves()
	sums, err := tally.Sum(tx, tallied, areas)
	for key, n := range sums {
		shelf, severity, kind := countKey(key)
		if slices.Contains(chosen, shelf) && (f.Severity == 0 || f.Severity == severity) && (f.Kind == "" || f.Kind == kind) {
			counts[stateOf(shelf)] += n
		}
	}
	return counts, err
}

var wholeNumber = regexp.MustCompile(`^XQ-[A-Z][0-9]{4,}$`)

// rows are the needs of one page and one more, in any order.
func (s *Service) rows(tx *db.Tx, f ListFilter, x Sight, l lists, after int64) (list []Need, err error) {
	from, to := severitySpan(f.Severity)
	from = max(from-1, after)
	if len(f.shelves()) == 0 {
		return nil, nil
	}
	if q := strings.ToUpper(strings.TrimSpace(f.Query)); wholeNumber.MatchString(q) {
		where, args := x.where(2)
		return f.read(tx, "number = $1 AND "+where, append([]any{q}, args...), from, to)
	}
	if f.Query != "" {
		return f.found(tx, x, from, to)
	}
	if len(l.areas) > 0 {
		query, args := f.positions(l.areas, from, to)
		if list, err = s.read.page(tx, query, args); err != nil {
			return nil, err
		}
	}
	if l.rest == nil {
		return list, nil
	}
	where, args := l.rest(1)
	more, err := f.read(tx, where, args, from, to)
	return append(list, more...), err
}

// found are the needs in sight that hold the words. Where the marks of areas say less than the sight, candidates are judged
// row by row.
func (f ListFilter) found(tx *db.Tx, x Sight, from, to int64) ([]Need, error) {
	words := asked(f.Query)
	areas, err := areasOf(x.at())
	if err != nil {
		return nil, err
	}
	areas = append(areas, x.granted()...)
	if x.incident != "" {
		areas = []string{incidentArea(x.incident)}
	}
	if words == nil || len(areas) == 0 {
		return nil, nil
	}
	find := findSQLite
	if tx.Engine() == db.Postgres {
		find = findPostgres
	}
	args := []any{f.narrowed(words, areas).text(tx.Engine()), from, to}
	exact := x.whole() || (x.incident == "" && (x.chosen == nil || len(x.incidents) == 0))
	limit := f.Limit + 1
	if !exact || f.Figure != "" {
		limit = maxCandidates
	}
	found := fmt.Sprintf(`moment IN (SELECT pos & %d FROM (`+find+` LIMIT %d) AS found)`, momentMask, limit)
	if exact && f.Figure == "" {
		return readNeeds(tx, `SELECT `+needColumns+` FROM need WHERE `+found, args)
	}
	where, more := x.where(len(args) + 1)
	return f.read(tx, found+" AND "+where, append(args, more...), from, to)
}

// read are the first needs of a condition that the filter chooses, between two positions.
func (f ListFilter) read(tx *db.Tx, where string, args []any, from, to int64) ([]Need, error) {
	counted, err := needParts.And(f.Figure, tx.Now)
	if err != nil {
		return nil, err
	}
	where += counted
	if f.Kind != "" {
		args = append(args, string(f.Kind))
		where += fmt.Sprintf(" AND kind = $%d", len(args))
	}
	if f.Audience == "public" {
		where += " AND audience LIKE '%public%'"
	}
	return readNeeds(tx, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE %s AND state IN ('%s') AND severity * %d + moment > %d AND severity * %d + moment < %d
		ORDER BY severity, moment LIMIT %d`, where, strings.Join(f.states(), "','"), momentMask+1, from, momentMask+1, to, f.Limit+1), args)
}

func (f Selection) states() []string {
	var list []string
	for _, shelf := range f.shelves() {
		list = append(list, stateOf(shelf))
	}
	return slices.Compact(list)
}

// narrowed adds to the words where the needs must stand, unless they may stand anywhere.
func (f Selection) narrowed(q search, areas []string) search {
	if !slices.Contains(areas, string(place.Root)) {
		var marks []string
		for _, a := range areas {
			marks = append(marks, areaMark(a))
		}
		q = append(q, marks)
	}
	if chosen := f.shelves(); len(chosen) < len(shelves) {
		for i := range chosen {
			chosen[i] = markShelf + chosen[i]
		}
		q = append(q, chosen)
	}
	if f.Kind != "" {
		q = append(q, []string{kindMark(f.Kind)})
	}
	return q
}

// positions is the query of the first positions after one, with the versions of the needs there: each area and shelf has
// them in order, and the page is the beginning of them all together.
func (f ListFilter) positions(areas []string, from, to int64) (string, []any) {
	args := []any{from, to}
	kind := ""
	if f.Kind != "" {
		kind = " AND kind = $3"
		args = append(args, string(f.Kind))
	}
	// The limit is written out: SQLite plans a query anew for every limit that is bound.
	end := fmt.Sprintf(" ORDER BY pos LIMIT %d", f.Limit+1)
	var streams []string
	for _, area := range areas {
		args = append(args, area)
		at := len(args)
		for _, shelf := range f.shelves() {
			args = append(args, shelf)
			streams = append(streams, fmt.Sprintf(`SELECT pos, version FROM (SELECT pos, version FROM need_at WHERE area = $%d%s AND shelf = $%d AND pos > $1 AND pos < $2%s) AS s%d`,
				at, kind, len(args), end, len(args)))
		}
	}
	if len(streams) == 1 {
		return streams[0], args
	}
	return strings.Join(streams, " UNION ALL ") + end, args
}

func parseNeedCursor(c string) (after int64, err error) {
	if c == "" {
		return -1, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		after, err = strconv.ParseInt(string(raw), 10, 64)
	}
	if err != nil {
		return 0, fault.InvalidField("query.cursor", "cursor_invalid", "翻页参数有误，请回到第一页", "this page cannot be found; go back to the first one")
	}
	return after, nil
}
