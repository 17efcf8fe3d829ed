package need

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// ListFilter says which needs a list shows.
type ListFilter struct {
	State  string // open, published, closed, all
	Place  place.Path
	Query  string // number, whole
	Cursor string
	Limit  int
}

// Whole is a need with everything around it.
type Whole struct {
	Need
	Order   *Instruction
	Reports []Report // that it answers, as far as the actor may see them
	History []journal.Row
	Allowed []string
}

// Needs lists needs that the actor may see, the most urgent first, the oldest of equal urgency first.
func (s *Service) Needs(ctx context.Context, f ListFilter) (Page[Need], error) {
	_, spans, err := access.RequireAnywhere(ctx, access.NeedSee)
	if err != nil {
		return Page[Need]{}, err
	}
	f.Limit = pageSize(f.Limit)
	where, args := place.Where("place", 1, spans)
	if f.Place != "" {
		more, moreArgs := place.Where("place", len(args)+1, s.places.Tree().Scope(f.Place.Code(), s.clock.Now()))
		where, args = where+" AND "+more, append(args, moreArgs...)
	}
	countWhere, countArgs := where, args
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if f.State != "" && f.State != "all" {
		where += " AND state = " + arg(f.State)
	}
	if f.Query != "" {
		where += " AND number = " + arg(strings.ToUpper(strings.TrimSpace(f.Query)))
	}
	if f.Cursor != "" {
		severity, at, last, err := parseNeedCursor(f.Cursor)
		if err != nil {
			return Page[Need]{}, err
		}
		where += fmt.Sprintf(" AND (severity, created_at, id) > (%s, %s, %s)", arg(severity), arg(at), arg(last))
	}
	page := Page[Need]{Counts: map[string]int{}}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		page.Items = page.Items[:0]
		for _, st := range Needs.States {
			var n int
			if err := tx.Get(fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM need WHERE %s AND state = '%s' LIMIT %d) AS x`, countWhere, st.Key, maxCount), countArgs, &n); err != nil {
				return err
			}
			page.Counts[st.Key] = n
		}
		return tx.Each(func(sc db.Scanner) error {
			n, err := scanNeed(sc)
			page.Items = append(page.Items, n)
			return err
		}, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE %s ORDER BY severity, created_at, id LIMIT %d`, where, f.Limit+1), args...)
	})
	if err == nil && len(page.Items) > f.Limit {
		page.Items = page.Items[:f.Limit]
		last := page.Items[f.Limit-1]
		page.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %s", last.Severity, clock.Micro(last.CreatedAt), last.ID))
	}
	return page, err
}

func parseNeedCursor(c string) (severity int, at int64, last string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %d %s", &severity, &at, &last)
	}
	if err != nil {
		return 0, 0, "", fault.InvalidField("query.cursor", "cursor_invalid", "翻页参数有误，请回到第一页", "this page cannot be found; go back to the first one")
	}
	return severity, at, last, nil
}

// GetNeed is one need; not found when the actor may not see its place.
func (s *Service) GetNeed(ctx context.Context, need string) (Whole, error) {
	actor, err := access.From(ctx)
	if err != nil {
		return Whole{}, err
	}
	var d Whole
	var rows []stored
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if d.Need, err = needByID(tx, need); err != nil {
			return err
		}
		if !actor.May(access.NeedSee, d.Place) {
			return fault.ErrNotFound
		}
		if d.Instruction != "" {
			i, err := instructionByID(tx, d.Instruction)
			if err != nil {
				return err
			}
			d.Order = &i
		}
		rows = rows[:0]
		if err := tx.Each(func(sc db.Scanner) error {
			r, err := scanReport(sc)
			if err == nil && actor.May(access.ReportSee, r.Place) {
				rows = append(rows, r)
			}
			return err
		}, `SELECT `+reportColumns+` FROM report WHERE need = $1 AND need <> '' ORDER BY received_at, id LIMIT 200`, need); err != nil {
			return err
		}
		d.History, err = journal.Of(tx, "need", need, 200)
		return err
	})
	if err != nil {
		return Whole{}, err
	}
	if d.Reports, err = s.openAll(ctx, rows); err != nil {
		return Whole{}, err
	}
	for _, m := range Needs.Possible(d.State) {
		if actor.May(access.Verb(m.May), d.Place) {
			d.Allowed = append(d.Allowed, m.Verb)
		}
	}
	return d, nil
}

// Published are the needs that teams may see, at most limit of them, the most urgent first. For contexts above that
// match them; the caller has decided who asks.
func Published(tx *db.Tx, limit int) ([]Need, error) {
	var list []Need
	err := tx.Each(func(sc db.Scanner) error {
		n, err := scanNeed(sc)
		list = append(list, n)
		return err
	}, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE state = 'published' ORDER BY severity, created_at, id LIMIT %d`, limit))
	return list, err
}

const needColumns = `id, number, kind, title, detail, hazards, severity, priority, people, skills, teams, equipment, window_from, window_to,
	place, lon, lat, state, instruction, published_at, audience, corrections, created_at, created_by, version, work`

func scanNeed(sc db.Scanner) (Need, error) {
	var n Need
	var kind, priority, skills, equipment, path, audience, work string
	var people, lon, lat sql.NullInt64
	var from, to, published, created int64
	err := sc.Scan(&n.ID, &n.Number, &kind, &n.Title, &n.Detail, &n.Hazards, &n.Severity, &priority, &people, &skills, &n.Teams, &equipment, &from, &to,
		&path, &lon, &lat, &n.State, &n.Instruction, &published, &audience, &n.Corrections, &created, &n.CreatedBy, &n.Version, &work)
	if err != nil {
		return n, err
	}
	n.State = cmp.Or(work, n.State)
	n.Kind, n.Place, n.Audience, n.People = Kind(kind), place.Path(path), split(audience), intOf(people)
	n.Point = pointOf(lon, lat, sql.NullInt64{}, "", 0)
	n.WindowFrom, n.WindowTo, n.PublishedAt, n.CreatedAt = clock.FromMicro(from), clock.FromMicro(to), clock.FromMicro(published), clock.FromMicro(created)
	return n, errors.Join(
		json.Unmarshal([]byte(priority), &n.Priority), json.Unmarshal([]byte(skills), &n.Skills), json.Unmarshal([]byte(equipment), &n.Equipment))
}

func needByID(tx *db.Tx, id string) (n Need, err error) {
	err = tx.One(func(sc db.Scanner) error {
		n, err = scanNeed(sc)
		return err
	}, `SELECT `+needColumns+` FROM need WHERE id = $1`, id)
	return n, err
}

func needJSON(n Need) (priority, skills, equipment string, err error) {
	for _, x := range []struct {
		from any
		to   *string
	}{{n.Priority, &priority}, {notNil(n.Skills), &skills}, {notNil(n.Equipment), &equipment}} {
		b, err := json.Marshal(x.from)
		if err != nil {
			return "", "", "", err
		}
		*x.to = string(b)
	}
	return priority, skills, equipment, nil
}

func insertNeed(tx *db.Tx, n Need) error {
	priority, skills, equipment, err := needJSON(n)
	if err != nil {
		return err
	}
	lon, lat, _, _, _ := pointColumns(n.Point)
	_, err = tx.Exec(`INSERT INTO need (id, number, kind, title, detail, hazards, severity, priority, people, skills, teams, equipment, window_from, window_to,
			place, lon, lat, state, created_at, created_by, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		n.ID, n.Number, string(n.Kind), n.Title, n.Detail, n.Hazards, n.Severity, priority, nullInt(n.People), skills, n.Teams, equipment,
		clock.Micro(n.WindowFrom), clock.Micro(n.WindowTo), string(n.Place), lon, lat, n.State, clock.Micro(n.CreatedAt), n.CreatedBy, n.Version)
	return err
}

// saveNeed writes what a step changed, if nobody wrote since n was read.
func saveNeed(tx *db.Tx, n Need) error {
	priority, skills, equipment, err := needJSON(n)
	if err != nil {
		return err
	}
	state, work := shelved(n.State)
	done, err := tx.Exec(`UPDATE need SET title = $1, detail = $2, hazards = $3, severity = $4, priority = $5, people = $6, skills = $7, teams = $8,
			equipment = $9, window_from = $10, window_to = $11, state = $12, instruction = $13, published_at = $14, audience = $15, corrections = $16,
			version = $17, work = $20 WHERE id = $18 AND version = $19`,
		n.Title, n.Detail, n.Hazards, n.Severity, priority, nullInt(n.People), skills, n.Teams, equipment, clock.Micro(n.WindowFrom), clock.Micro(n.WindowTo),
		state, n.Instruction, clock.Micro(n.PublishedAt), join(n.Audience), n.Corrections, n.Version, n.ID, n.Version-1, work)
	if err == nil && done == 0 {
		return fault.ErrVersionStale
	}
	return err
}
