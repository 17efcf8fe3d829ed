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
	"lianyuan/domain/incident"
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

	within []string // incidents that stand for the places of an actor who has none
	partly bool     // the actor sees some of the places of the incident only
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

// sight is where the actor sees needs, within a place when one is chosen: at places, everywhere in an incident that is
// chosen and granted. Who is granted incidents alone and chooses none sees those.
func (s *Service) sight(ctx context.Context, f *Selection) (spans []place.Span, incidents []string, err error) {
	spans, incidents, err = anywhere(ctx, access.NeedSee)
	if err != nil {
		return nil, nil, err
	}
	if len(spans) == 0 && len(incidents) == 1 && f.Incident == "" {
		f.Incident = incidents[0]
	}
	if slices.Contains(incidents, f.Incident) {
		spans = []place.Span{place.Everywhere()}
	}
	if f.Place == "" {
		return place.Both(spans, spans), incidents, nil
	}
	return place.Both(spans, s.places.Tree().Scope(f.Place.Code(), s.clock.Now())), incidents, nil
}

// Needs lists needs that the actor may see, the most urgent first, the oldest of equal urgency first. Counts are exact:
// by state, of what the selection holds without its state and the words.
func (s *Service) Needs(ctx context.Context, f ListFilter) (Page[Need], error) {
	if err := f.check(); err != nil {
		return Page[Need]{}, err
	}
	spans, incidents, err := s.sight(ctx, &f.Selection)
	if err != nil {
		return Page[Need]{}, err
	}
	areas, err := areasOf(spans)
	if err != nil {
		return Page[Need]{}, err
	}
	if len(spans) == 0 && f.Place == "" && f.Incident == "" {
		f.within = incidents
		for _, one := range incidents {
			areas = append(areas, incidentArea(one))
		}
	}
	if f.Incident != "" {
		if f.partly, err = s.partly(ctx, f.Incident); err != nil {
			return Page[Need]{}, err
		}
		if !f.partly {
			areas = []string{incidentArea(f.Incident)}
		}
	}
	f.Limit = pageSize(f.Limit)
	after, err := parseNeedCursor(f.Cursor)
	if err != nil {
		return Page[Need]{}, err
	}
	page := Page[Need]{}
	if f.Figure != "" {
		f.State = "all"
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if f.partly || f.Figure != "" {
			page.Items, page.Counts, err = partOf(tx, f, spans, after)
			return err
		}
		if page.Counts, err = countNeeds(tx, areas, f.Selection); err == nil {
			page.Items, err = s.rows(tx, f, spans, areas, after)
		}
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

// partly says whether the actor sees only some of the places of an incident; not found when it may not see the incident.
func (s *Service) partly(ctx context.Context, in string) (bool, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return false, err
	}
	var i incident.Incident
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err = incident.ByID(tx, in)
		return err
	})
	if err == nil && !i.Seen(actor) {
		err = fault.ErrNotFound
	}
	return !actor.MayIn(access.NeedSee, i.Place, in), err
}

// partOf is a page of the needs of an incident at the places of the actor, a county's desk in an incident of its city, or
// of those that a figure counts: few enough to be read and counted one by one. Words are not searched in it.
func partOf(tx *db.Tx, f ListFilter, spans []place.Span, after int64) (list []Need, counts map[string]int, err error) {
	where, args := place.Where("place", 1, spans)
	if !f.partly {
		where, args = "1 = 1", nil
	}
	args = append(args, f.Incident)
	where += fmt.Sprintf(" AND incident = $%d AND incident <> ''", len(args))
	if counts, err = Needs.Count(tx, `SELECT state, count(*) FROM need WHERE `+where+` GROUP BY state`, args...); err != nil {
		return nil, nil, err
	}
	counted, err := needParts.And(f.Figure, tx.Now)
	if err != nil {
		return nil, nil, err
	}
	where += counted
	from, to := severitySpan(f.Severity)
	if f.Kind != "" {
		args = append(args, string(f.Kind))
		where += fmt.Sprintf(" AND kind = $%d", len(args))
	}
	list, err = readNeeds(tx, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE %s AND state IN ('%s') AND severity * %d + moment > %d AND severity * %d + moment < %d
		ORDER BY severity, moment LIMIT %d`, where, strings.Join(f.states(), "','"), momentMask+1, max(from-1, after), momentMask+1, to, f.Limit+1), args)
	return list, counts, err
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
func (s *Service) rows(tx *db.Tx, f ListFilter, spans []place.Span, areas []string, after int64) ([]Need, error) {
	from, to := severitySpan(f.Severity)
	from = max(from-1, after)
	switch {
	case len(areas) == 0 || len(f.shelves()) == 0:
		return nil, nil
	case f.Query == "":
		query, args := f.positions(areas, from, to)
		return s.read.page(tx, query, args)
	}
	if q := strings.ToUpper(strings.TrimSpace(f.Query)); wholeNumber.MatchString(q) {
		where, args := within(spans, f.within, 2)
		where += " AND state IN ('" + strings.Join(f.states(), "','") + "')" // keys of ours
		args = append([]any{q}, args...)
		if f.Incident == "" {
			where += " AND drill = FALSE"
		} else {
			args = append(args, f.Incident)
			where += fmt.Sprintf(" AND incident = $%d", len(args))
		}
		return readNeeds(tx, `SELECT `+needColumns+` FROM need WHERE number = $1 AND `+where, args)
	}
	words := asked(f.Query)
	if words == nil {
		return nil, nil
	}
	find := findSQLite
	if tx.Engine() == db.Postgres {
		find = findPostgres
	}
	return readNeeds(tx, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE moment IN (SELECT pos & %d FROM (`+find+` LIMIT %d) AS found)`, momentMask, f.Limit+1),
		[]any{f.narrowed(words, areas).text(tx.Engine()), from, to})
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
