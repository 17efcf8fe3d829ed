package need

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Whole is a need with everything around it.
type Whole struct {
	Need
	Order   *Instruction
	Reports []Report // that it answers, as far as the actor may see them
	History []journal.Row
	Allowed []string

	Address  string    // in the words of a report, without numbers
	Editions []Edition // what it said before its corrections, the oldest first
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
		if !actor.MayIn(access.NeedSee, d.Place, d.Incident) {
			return fault.ErrNotFound
		}
		if d.Instruction != "" {
			i, err := instructionByID(tx, d.Instruction)
			if err != nil {
				return err
			}
			list := []Instruction{i}
			if err := withPapers(tx, list); err != nil {
				return err
			}
			d.Order = &list[0]
		}
		rows = rows[:0]
		if err := tx.Each(func(sc db.Scanner) error {
			r, err := scanReport(sc)
			if err == nil && actor.MayIn(access.ReportSee, r.Place, r.Incident) {
				rows = append(rows, r)
			}
			return err
		}, `SELECT `+reportColumns+` FROM report WHERE need = $1 AND need <> '' ORDER BY received_at, id LIMIT 200`, need); err != nil {
			return err
		}
		if d.Editions, err = editionsOf(tx, need); err != nil {
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
	found, err := s.addresses(ctx, []string{need})
	if err != nil {
		return Whole{}, err
	}
	d.Address = found[need]
	for _, m := range Needs.Possible(d.State) {
		if actor.MayIn(access.Verb(m.May), d.Place, d.Incident) {
			d.Allowed = append(d.Allowed, m.Verb)
		}
	}
	return d, nil
}

// Published are the needs that teams may see, at most limit of them, the most urgent first. For contexts above that
// match them; the caller has decided who asks.
func Published(tx *db.Tx, limit int) ([]Need, error) {
	return publishedAt(tx, string(place.Root), limit)
}

// PublishedIn are the published needs of an incident, at most limit of them, the most urgent first. For contexts above;
// the caller has decided who asks.
func PublishedIn(tx *db.Tx, incident string, limit int) ([]Need, error) {
	return publishedAt(tx, incidentArea(incident), limit)
}

func publishedAt(tx *db.Tx, area string, limit int) ([]Need, error) {
	f := ListFilter{Selection: Selection{State: "published"}, Limit: limit - 1}
	from, to := severitySpan(0)
	positions, args := f.positions([]string{area}, from-1, to)
	list, err := readNeeds(tx, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE moment IN (SELECT pos & %d FROM (%s) AS found)`, momentMask, positions), args)
	slices.SortFunc(list, func(a, b Need) int { return cmp.Compare(a.pos(), b.pos()) })
	return list, err
}

// exercised are the published needs of drills, at most limit of them.
func exercised(tx *db.Tx, limit int) ([]Need, error) {
	return readNeeds(tx, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE drill = TRUE AND state = 'published' ORDER BY id DESC LIMIT %d`, limit), nil)
}

func readNeeds(tx *db.Tx, query string, args []any) (list []Need, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		n, err := scanNeed(sc)
		list = append(list, n)
		return err
	}, query, args...)
	return list, err
}

const needColumns = `id, number, kind, title, detail, hazards, severity, priority, people, skills, teams, equipment, window_from, window_to,
	place, lon, lat, state, instruction, published_at, audience, corrections, created_at, created_by, version, moment, incident, drill, work, first_published, first_amended, first_corrected, first_withdrawn`

func scanNeed(sc db.Scanner) (Need, error) {
	var n Need
	var kind, priority, skills, equipment, path, audience, work string
	var people, lon, lat, moment sql.NullInt64
	var from, to, published, created, firstPublished, firstAmended, firstCorrected, firstWithdrawn int64
	err := sc.Scan(&n.ID, &n.Number, &kind, &n.Title, &n.Detail, &n.Hazards, &n.Severity, &priority, &people, &skills, &n.Teams, &equipment, &from, &to,
		&path, &lon, &lat, &n.State, &n.Instruction, &published, &audience, &n.Corrections, &created, &n.CreatedBy, &n.Version, &moment, &n.Incident, &n.Drill, &work,
		&firstPublished, &firstAmended, &firstCorrected, &firstWithdrawn)
	if err != nil {
		return n, err
	}
	n.State = cmp.Or(work, n.State)
	n.Kind, n.Place, n.Audience, n.People = Kind(kind), place.Path(path), split(audience), intOf(people)
	n.Point = pointOf(lon, lat, sql.NullInt64{}, "", 0)
	n.moment = moment.Int64
	n.FirstPublished, n.FirstAmended = clock.FromMicro(firstPublished), clock.FromMicro(firstAmended)
	n.FirstCorrected, n.FirstWithdrawn = clock.FromMicro(firstCorrected), clock.FromMicro(firstWithdrawn)
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

// insertNeed writes a new need and gives it its moment: one after its time that no other has, beginning at a number of
// this node's own, since a group of needs that are committed together has one time.
func (s *Service) insertNeed(tx *db.Tx, n *Need) error {
	priority, skills, equipment, err := needJSON(*n)
	if err != nil {
		return err
	}
	lon, lat, _, _, _ := pointColumns(n.Point)
	for n.moment = momentOf(n.CreatedAt) + s.ties.Add(1)%(1<<tieBits); ; n.moment++ {
		done, err := tx.Exec(`INSERT INTO need (id, number, kind, title, detail, hazards, severity, priority, people, skills, teams, equipment, window_from, window_to,
			place, lon, lat, state, instruction, published_at, audience, created_at, created_by, version, moment, incident, drill)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27) ON CONFLICT (moment) DO NOTHING`,
			n.ID, n.Number, string(n.Kind), n.Title, n.Detail, n.Hazards, n.Severity, priority, nullInt(n.People), skills, n.Teams, equipment,
			clock.Micro(n.WindowFrom), clock.Micro(n.WindowTo), string(n.Place), lon, lat, n.State, n.Instruction, clock.Micro(n.PublishedAt), join(n.Audience),
			clock.Micro(n.CreatedAt), n.CreatedBy, n.Version, n.moment, n.Incident, n.Drill)
		if err != nil || done == 1 {
			return err
		}
	}
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
			incident = $17, version = $18, work = $21, first_published = $22, first_amended = $23, drill = $24,
			first_corrected = $25, first_withdrawn = $26 WHERE id = $19 AND version = $20`,
		n.Title, n.Detail, n.Hazards, n.Severity, priority, nullInt(n.People), skills, n.Teams, equipment, clock.Micro(n.WindowFrom), clock.Micro(n.WindowTo),
		state, n.Instruction, clock.Micro(n.PublishedAt), join(n.Audience), n.Corrections, n.Incident, n.Version, n.ID, n.Version-1, work,
		clock.Micro(n.FirstPublished), clock.Micro(n.FirstAmended), n.Drill, clock.Micro(n.FirstCorrected), clock.Micro(n.FirstWithdrawn))
	if err == nil && done == 0 {
		return tx.Stale("need", "id", n.ID)
	}
	return err
}
