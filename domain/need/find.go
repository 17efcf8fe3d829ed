package need

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// The bounds of a search, whatever is looked for in however many reports: candidates are the newest that hold every pair,
// and they are opened in the order of the list until a page is full.
const (
	maxCandidates = 5000
	openAtOnce    = 500
	maxOpened     = 2000 // of a page: reports that hold every pair and yet not the words are rare
)

// ErrShort says that there is too little to look for.
var ErrShort = fault.InvalidField("header.Search", "query_short", "请至少输入相连的两个字", "enter at least two characters that stand together")

// The purposes of tokens.
const (
	pairToken = "pair"
	areaToken = "area"
	tailToken = "tail" // the last four digits of a number, which the page shows to everybody who sees the report
)

// sought is what somebody looks for: words; or the number of a report, a receipt code or a phone number, whole, or the last
// four digits of one.
type sought struct {
	terms   []folded
	number  string
	receipt id.Receipt
	phone   string
	tail    string
}

var fourDigits = regexp.MustCompile(`^\d{4}$`)

func seek(query string) (q sought, err error) {
	query = strings.TrimSpace(query)
	if q.terms = terms(query); q.terms == nil {
		return q, ErrShort
	}
	q.number, q.phone = strings.ToUpper(query), plainPhone(query)
	if code, err := id.ParseReceipt(q.number); err == nil {
		q.receipt = code
	}
	if fourDigits.MatchString(q.phone) {
		q.tail = q.phone
	}
	return q, nil
}

// find lists what a search finds, in the order of the list that it is in. What the actor may not see is not looked at, and
// a name or a whole number finds only what the actor may reveal: it tells whose report it is. That stands in the journal as
// a reveal does, without the words.
func (s *Service) find(ctx context.Context, f Filter, x Sight, where string, args []any) (Page[Report], error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Page[Report]{}, err
	}
	q, err := seek(f.Query)
	if err != nil {
		return Page[Report]{}, err
	}
	areas, err := areasOf(x.at())
	if err != nil {
		return Page[Report]{}, err
	}
	areas = append(areas, x.granted()...)
	page := Page[Report]{Counts: map[string]int{}}
	if len(areas) == 0 {
		return page, nil
	}
	for opened := 0; ; opened += openAtOnce {
		var rows []stored
		if err := s.db.View(ctx, func(tx *db.Tx) error {
			if err := s.countStages(tx, where, args, page.Counts); err != nil {
				return err
			}
			if rows, err = s.candidatesFor(tx, f, q, areas, where, args); err != nil {
				return err
			}
			if opened == 0 {
				page.Partial, err = s.cutShort(tx, q, areas, f.Incident)
			}
			return err
		}); err != nil {
			return page, err
		}
		more := len(rows) > openAtOnce
		if more {
			rows = rows[:openAtOnce]
		}
		for i, r := range rows {
			if len(page.Items) == f.Limit {
				page.Next = cursorOf(f.Stage, rows[i-1])
				return page, s.tellFound(ctx, actor, page.Items)
			}
			open, err := s.open(ctx, r)
			if err != nil {
				return page, err
			}
			if open.Found, err = s.foundBy(ctx, actor, q, open); err != nil {
				return page, err
			}
			if open.Found.In != "" {
				page.Items = append(page.Items, open)
			}
		}
		if !more {
			return page, s.tellFound(ctx, actor, page.Items)
		}
		f.Cursor = cursorOf(f.Stage, rows[len(rows)-1])
		if opened+openAtOnce >= maxOpened {
			page.Next = f.Cursor
			return page, s.tellFound(ctx, actor, page.Items)
		}
	}
}

// candidatesFor are reports that may be what is sought, among those that the actor may see.
func (s *Service) candidatesFor(tx *db.Tx, f Filter, q sought, areas []string, where string, args []any) (rows []stored, err error) {
	args = slices.Clone(args)
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	union := []string{
		`SELECT id FROM report WHERE number <> '' AND number = ` + arg(q.number),
		`SELECT report FROM report_token WHERE hash = ` + arg(s.lookup.Hash("phone", q.phone)),
		`SELECT report FROM report_pair WHERE pos IN (SELECT pos FROM (` + findReports(tx.Engine(), arg(s.pairsOf(q, areas, f.Incident).text(tx.Engine()))) + `) AS found)`,
	}
	if q.receipt != "" {
		union = append(union, `SELECT id FROM report WHERE receipt = `+arg(s.lookup.Hash("receipt", string(q.receipt))))
	}
	if q.tail != "" {
		tail := search{{s.search.Token(tailToken, q.tail)}}
		union = append(union, `SELECT report FROM report_pair WHERE pos IN (SELECT pos FROM (`+findReports(tx.Engine(), arg(s.within(tail, areas, f.Incident).text(tx.Engine())))+`) AS tails)`)
	}
	f.Limit = openAtOnce
	query, args, err := s.queueSQL(tx, f, where+" AND id IN ("+strings.Join(union, " UNION ")+")", args)
	if err != nil {
		return nil, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		r, err := scanReport(sc)
		rows = append(rows, r)
		return err
	}, query, args...)
	return rows, err
}

// pairsOf is the search for candidates: every pair of every word.
func (s *Service) pairsOf(q sought, areas []string, incident string) (all search) {
	var list []string
	for _, term := range q.terms {
		list = append(list, term.pairs()...)
	}
	slices.Sort(list)
	for _, p := range slices.Compact(list) {
		all = append(all, []string{s.search.Token(pairToken, p)})
	}
	return s.within(all, areas, incident)
}

// within adds where the reports must stand, unless they may stand anywhere.
func (s *Service) within(q search, areas []string, incident string) search {
	if !slices.Contains(areas, string(place.Root)) {
		marks := make([]string, len(areas))
		for i, a := range areas {
			marks[i] = s.search.Token(areaToken, a)
		}
		q = append(q, marks)
	}
	if incident != "" {
		q = append(q, []string{s.search.Token(areaToken, incidentArea(incident))})
	}
	return q
}

// findReports is the pair of searches: positions of the newest candidates, for the text of a search at one argument.
// SQLite walks the rows that hold everything from the newest on; PostgreSQL begins with what fewest hold.
func findReports(e db.Engine, arg string) string {
	return candidates(e, arg) + fmt.Sprintf(" ORDER BY %s DESC LIMIT %d", map[db.Engine]string{db.SQLite: "rowid", db.Postgres: "pos"}[e], maxCandidates)
}

func candidates(e db.Engine, arg string) string {
	if e == db.Postgres {
		return `SELECT pos FROM report_pair WHERE array_to_tsvector(string_to_array(hashes, ' ')) @@ CAST(` + arg + ` AS text)::tsquery`
	}
	return `SELECT rowid AS pos FROM report_fts WHERE report_fts MATCH ` + arg
}

// cutShort says whether there were more candidates than are looked at.
func (s *Service) cutShort(tx *db.Tx, q sought, areas []string, incident string) (bool, error) {
	var n int
	err := tx.Get(fmt.Sprintf(`SELECT count(*) FROM (%s LIMIT %d) AS found`, candidates(tx.Engine(), "$1"), maxCandidates+1), []any{s.pairsOf(q, areas, incident).text(tx.Engine())}, &n)
	return n > maxCandidates, err
}

// foundBy reads whether a report is what is sought, and by what.
func (s *Service) foundBy(ctx context.Context, actor access.Actor, q sought, r Report) (Found, error) {
	switch reveals := actor.MayIn(access.ReportReveal, r.Place, r.Incident); {
	case r.Number != "" && r.Number == q.number:
		return Found{In: "number"}, nil
	case q.receipt != "" && q.receipt == s.receiptOf(r.ID):
		return Found{In: "receipt"}, nil
	case q.phone != "" && r.Person.Phone == q.phone && reveals:
		return Found{In: "phone"}, nil
	case q.tail != "" && tailOf(r.Person.Phone) == q.tail:
		return Found{In: "tail"}, nil
	default:
		parts := []part{{"text", r.Person.Text}, {"address", r.Person.Address}}
		if found, ok := foundIn(parts, q.terms); ok {
			return found, nil
		}
		if r.Version > 1 {
			claims, err := s.claimsIn(ctx, r.ID)
			if err != nil {
				return Found{}, err
			}
			for _, c := range claims {
				parts = append(parts, part{"claim", c.Text})
			}
		}
		if reveals {
			parts = append(parts, part{"name", r.Person.Name})
		}
		if found, ok := foundIn(parts, q.terms); ok {
			return found, nil
		}
		return Found{}, nil
	}
}

func (s *Service) claimsIn(ctx context.Context, report string) ([]Claim, error) {
	var sealed []sealedClaim
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		sealed, err = claimsOf(tx, report)
		return err
	}); err != nil {
		return nil, err
	}
	return s.openClaims(ctx, sealed)
}

// tailOf is what the page shows of a number: its last four digits, when it is long enough to show any.
func tailOf(phone string) string {
	rs := []rune(phone)
	if len(rs) < 8 {
		return ""
	}
	return string(rs[len(rs)-4:])
}

// tellFound writes into the journal which callers a name or a number led to, as a reveal is; of the words nothing.
func (s *Service) tellFound(ctx context.Context, actor access.Actor, list []Report) error {
	led := slices.DeleteFunc(slices.Clone(list), func(r Report) bool { return !r.Found.masked() })
	if len(led) == 0 {
		return nil
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		for _, r := range led {
			if err := journal.Append(tx, journal.Entry{
				Verb: "report.found_by_" + r.Found.In, Kind: "report", Subject: r.ID, Version: r.Version, Place: string(r.Place), Scope: journal.Desk,
				Incident: r.Incident, Actor: actor.Account, Anywhere: true,
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// tokensOf are the tokens that a report is found by: of the pairs in all that the caller said, of the end of the number, and
// of the areas it stands in; in their own order, each once.
func (s *Service) tokensOf(r Report, claims []Claim) []string {
	var list []string
	texts := []string{r.Person.Text, r.Person.Address, r.Person.Name}
	for _, c := range claims {
		texts = append(texts, c.Text)
	}
	for _, text := range texts {
		for _, p := range fold(text).pairs() {
			list = append(list, s.search.Token(pairToken, p))
		}
	}
	if tail := tailOf(r.Person.Phone); tail != "" {
		list = append(list, s.search.Token(tailToken, tail))
	}
	areas := r.Place.Areas()
	if r.Incident != "" {
		areas = append(areas, incidentArea(r.Incident))
	}
	for _, a := range areas {
		list = append(list, s.search.Token(areaToken, a))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// saveTokens writes what a report is found by, unless it has been destroyed meanwhile.
func (s *Service) saveTokens(tx *db.Tx, d findable) error {
	args := []any{int64(seal.TokenAlgorithm), s.search.ID.String(), strings.Join(d.tokens, " "), d.report}
	n, err := tx.Exec(`UPDATE report_pair SET algorithm = $1, key = $2, hashes = $3 WHERE report = $4`, args...)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO report_pair (algorithm, key, hashes, report, pos) SELECT $1, $2, $3, id, $5 FROM report WHERE id = $4 AND destroyed_at = 0`, append(args, d.position)...)
	if err == nil && d.phone != nil {
		_, err = tx.Exec(`INSERT INTO report_token (hash, report) SELECT $1, id FROM report WHERE id = $2 AND destroyed_at = 0 ON CONFLICT DO NOTHING`, d.phone, d.report)
	}
	return err
}
