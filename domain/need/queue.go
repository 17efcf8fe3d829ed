package need

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
)

// Filter says which reports a list shows.
type Filter struct {
	Stage    string // received, verifying, done, waiting (everything a person must look at), quarantine (of these, what nobody has looked at since it came as a flood does), all
	Place    place.Path
	Incident string // id; "": everything that is no drill
	Query    string // words; or a number, receipt code or phone number, whole, or the last four digits of one
	Figure   string // of an incident: what this figure counts, instead of a stage
	Cursor   string
	Limit    int
}

// Page is a part of a list and where it goes on.
type Page[T any] struct {
	Items  []T
	Next   string // cursor of the next page; "" at the end
	Counts map[string]int

	Partial bool // a search ended at its bound: there may be older ones
}

// maxCount bounds how far a count goes: a page says "10000+" and not more.
const maxCount = 10000

// Queue lists reports that the actor may see, the one nobody has looked at longest first; unread claims stand before
// all, what is in quarantine behind all. Decided reports are listed newest first.
func (s *Service) Queue(ctx context.Context, f Filter) (Page[Report], error) {
	x, err := s.sight(ctx, access.ReportSee, f.Incident, f.Place)
	if err != nil {
		return Page[Report]{}, err
	}
	f.Incident, f.Limit = x.incident, pageSize(f.Limit)
	if f.Figure != "" {
		f.Stage = "all"
	}
	where, args := x.where(1)
	if f.Query != "" {
		return s.find(ctx, f, x, where, args)
	}
	var rows []stored
	page := Page[Report]{Counts: map[string]int{}}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		rows = rows[:0]
		if err := s.countStages(tx, where, args, page.Counts); err != nil {
			return err
		}
		query, queryArgs, err := s.queueSQL(tx, f, where, args)
		if err != nil {
			return err
		}
		return tx.Each(func(sc db.Scanner) error {
			r, err := scanReport(sc)
			rows = append(rows, r)
			return err
		}, query, queryArgs...)
	})
	if err != nil {
		return Page[Report]{}, err
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		page.Next = cursorOf(f.Stage, rows[f.Limit-1])
	}
	page.Items, err = s.openAll(ctx, rows)
	return page, err
}

func pageSize(n int) int {
	if n <= 0 || n > 200 {
		return 50
	}
	return n
}

// queueSQL is the query of one page: the queue by waiting, everything else newest first. What is on the page is chosen from an
// index alone (report_queue, report_newest, report_incident), for of a hundred thousand reports no more rows than it shows are read.
func (s *Service) queueSQL(tx *db.Tx, f Filter, where string, args []any) (string, []any, error) {
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	order := newestFirst
	if f.Figure != "" {
		cond, err := s.counted(tx, f)
		if err != nil {
			return "", nil, err
		}
		where += cond
	}
	switch f.Stage {
	case "", "waiting":
		where += " AND waiting <> 0"
		order = longestFirst
	case "received", "verifying":
		where += " AND waiting <> 0 AND stage = " + arg(f.Stage)
		order = longestFirst
	case "quarantine":
		where += inQuarantine
		order = longestFirst
	case "done":
		where += " AND stage = 'done'"
	case "all":
	default:
		return "", nil, fault.InvalidField("query.stage", "stage_unknown", "没有这个状态", "there is no such stage")
	}
	if f.Cursor != "" {
		at, last, err := parseCursor(f.Cursor)
		if err != nil {
			return "", nil, err
		}
		if order == longestFirst {
			where += fmt.Sprintf(" AND (waiting, id) > (%s, %s)", arg(at), arg(last))
		} else {
			where += fmt.Sprintf(" AND (received_at, id) < (%s, %s)", arg(at), arg(last))
		}
	}
	page := `SELECT id FROM report WHERE ` + where + ` ORDER BY ` + order + fmt.Sprintf(" LIMIT %d", f.Limit+1)
	return `SELECT ` + reportColumns + ` FROM report WHERE id IN (` + page + `) ORDER BY ` + order, args, nil
}

var inQuarantine = fmt.Sprintf(" AND waiting <> 0 AND waiting >= %d", afterAll) // the first half is for the index

const newestFirst, longestFirst = "received_at DESC, id DESC", "waiting, id"

// counted is the condition of the reports that a figure of an incident counts.
func (s *Service) counted(tx *db.Tx, f Filter) (string, error) {
	i, err := incident.ByID(tx, f.Incident)
	if err != nil {
		return "", err
	}
	if f.Figure != "late" {
		return reportParts.And(f.Figure, tx.Now)
	}
	limits, err := LooksAt(s.params, i.Place, tx.Now)
	return " AND waiting <> 0 AND " + limits.late(tx.Now), err
}

func (s *Service) countStages(tx *db.Tx, where string, args []any, counts map[string]int) error {
	for stage, cond := range map[string]string{"received": " AND waiting <> 0 AND stage = 'received'", "verifying": " AND waiting <> 0 AND stage = 'verifying'", "quarantine": inQuarantine} {
		var n int
		err := tx.Get(fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM report WHERE %s%s LIMIT %d) AS x`, where, cond, maxCount), args, &n)
		if err != nil {
			return err
		}
		counts[stage] = n
	}
	return nil
}

func cursorOf(stage string, r stored) string {
	at := r.waiting
	if stage == "done" || stage == "all" {
		at = clock.Micro(r.ReceivedAt)
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", at, r.ID))
}

func parseCursor(c string) (at int64, last string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %s", &at, &last)
	}
	if err != nil {
		return 0, "", fault.InvalidField("query.cursor", "cursor_invalid", "翻页参数有误，请回到第一页", "this page cannot be found; go back to the first one")
	}
	return at, last, nil
}

// openAll opens what is sealed in the rows, outside the transaction.
func (s *Service) openAll(ctx context.Context, rows []stored) ([]Report, error) {
	list := make([]Report, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.open(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) open(ctx context.Context, r stored) (Report, error) {
	plain, err := s.openText(ctx, r.person, "report:"+r.ID+":person")
	if err == nil && plain != nil {
		err = json.Unmarshal(plain, &r.Person)
	}
	if err != nil {
		return Report{}, fmt.Errorf("report %s: %w", r.ID, err)
	}
	text, err := s.openText(ctx, r.message, "report:"+r.ID+":message")
	if err != nil {
		return Report{}, fmt.Errorf("report %s: %w", r.ID, err)
	}
	r.Message = string(text)
	return r.Report, nil
}

// Detail is a report with everything around it.
type Detail struct {
	Report
	ClaimList []Claim
	Attempts  []Attempt
	Similar   []Similar
	Merged    []Report // reports that follow this one
	History   []journal.Row
	Allowed   []string // verbs of the life cycle that the actor may do now
}

// Similar is another report that may be about the same matter, and why.
type Similar struct {
	Report
	Reasons []Reason
}

// Reason is one sign that two reports are about the same matter. Value is a distance in metres or a time in seconds.
type Reason struct {
	Key   string // same_phone, near, soon, same_kind
	Value float64
}

// Get is one report; not found when the actor may not see its place.
func (s *Service) Get(ctx context.Context, report string) (Detail, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Detail{}, err
	}
	var d Detail
	var r stored
	var claims []sealedClaim
	var attempts []sealedAttempt
	var near, merged []stored
	var moves []lifecycle.Move
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if r, err = reportByID(tx, report); err != nil {
			return err
		}
		if !actor.MayIn(access.ReportSee, r.Place, r.Incident) {
			return fault.ErrNotFound
		}
		if claims, err = claimsOf(tx, report); err != nil {
			return err
		}
		if attempts, err = attemptsOf(tx, report); err != nil {
			return err
		}
		if near, err = s.candidates(tx, r.Report, actor); err != nil {
			return err
		}
		if merged, err = followers(tx, report); err != nil {
			return err
		}
		merged = slices.DeleteFunc(merged, func(m stored) bool { return !actor.MayIn(access.ReportSee, m.Place, m.Incident) })
		if moves, err = r.possible(tx); err != nil {
			return err
		}
		d.History, err = historyOf(tx, r.Report)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	if d.Report, err = s.open(ctx, r); err != nil {
		return Detail{}, err
	}
	if d.ClaimList, err = s.openClaims(ctx, claims); err != nil {
		return Detail{}, err
	}
	if d.Attempts, err = s.openAttempts(ctx, attempts); err != nil {
		return Detail{}, err
	}
	if d.Similar, err = s.similar(ctx, d.Report, near); err != nil {
		return Detail{}, err
	}
	if d.Merged, err = s.openAll(ctx, merged); err != nil {
		return Detail{}, err
	}
	for _, m := range moves {
		if actor.MayIn(access.Verb(m.May), r.Place, r.Incident) {
			d.Allowed = append(d.Allowed, m.Verb)
		}
	}
	return d, nil
}

// candidates are reports around the same time that the actor may see and that wait or were verified, at most 200: the
// rules of similar judge them.
func (s *Service) candidates(tx *db.Tx, r Report, actor access.Actor) ([]stored, error) {
	window, _, err := s.params.Minutes(r.Place, "need.duplicate_window", tx.Now)
	if err != nil {
		return nil, err
	}
	where, args := within(actor.Spans(access.ReportSee), actor.Incidents(access.ReportSee), 1)
	n := len(args)
	args = append(args, r.ID, clock.Micro(r.ReceivedAt.Add(-window)), clock.Micro(r.ReceivedAt.Add(window)))
	var rows []stored
	err = tx.Each(func(sc db.Scanner) error {
		c, err := scanReport(sc)
		rows = append(rows, c)
		return err
	}, fmt.Sprintf(`SELECT `+reportColumns+` FROM report WHERE %s AND id <> $%d AND (waiting <> 0 OR outcome = 'verified') AND drill = %t AND received_at BETWEEN $%d AND $%d
		ORDER BY received_at DESC, id LIMIT 200`, where, n+1, r.Drill, n+2, n+3), args...)
	return rows, err
}

// similar keeps the candidates with at least one strong sign: the same number, or near in place and the same kind.
func (s *Service) similar(ctx context.Context, r Report, candidates []stored) ([]Similar, error) {
	far, _, err := s.params.Number(r.Place, "need.duplicate_distance", s.clock.Now())
	if err != nil {
		return nil, err
	}
	var found []Similar
	for _, c := range candidates {
		metres := math.Inf(1)
		if r.Point != nil && c.Point != nil {
			metres = distance(*r.Point, *c.Point)
		}
		if metres > far && c.Place != r.Place && r.Person.Phone == "" {
			continue
		}
		other, err := s.open(ctx, c)
		if err != nil {
			return nil, err
		}
		var why []Reason
		if r.Person.Phone != "" && other.Person.Phone == r.Person.Phone {
			why = append(why, Reason{"same_phone", 0})
		}
		if metres <= far {
			why = append(why, Reason{"near", math.Round(metres)})
		}
		if len(why) == 0 {
			continue
		}
		if other.Kind == r.Kind {
			why = append(why, Reason{"same_kind", 0})
		}
		why = append(why, Reason{"soon", other.ReceivedAt.Sub(r.ReceivedAt).Abs().Round(time.Second).Seconds()})
		found = append(found, Similar{other, why})
		if len(found) == 5 {
			break
		}
	}
	return found, nil
}

// historyOf is what happened to a report. That it came in stands in its own row: the journal keeps no index over it.
func historyOf(tx *db.Tx, r Report) ([]journal.Row, error) {
	first := journal.Row{At: r.ReceivedAt, Entry: journal.Entry{Verb: "report.received", Kind: "report", Subject: r.ID, Version: 1, Place: string(r.Place)}}
	if err := tx.Get(`SELECT sender FROM report WHERE id = $1`, []any{r.ID}, &first.Actor); err != nil {
		return nil, err
	}
	rows, err := journal.Of(tx, "report", r.ID, 200)
	return append([]journal.Row{first}, rows...), err
}
