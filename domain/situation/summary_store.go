package situation

import (
	"database/sql"
	"errors"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// summaryOf is the summary of an incident; a draft without version while nobody has written anything.
func summaryOf(tx *db.Tx, id string) (s Summary, err error) {
	var submitted, issued int64
	err = tx.Get(`SELECT incident, state, edition, closing, paper, decision, submitted_at, issued_at, version FROM summary WHERE incident = $1`, []any{id},
		&s.Incident, &s.State, &s.Edition, &s.Closing, &s.Number, &s.Decision, &submitted, &issued, &s.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return Summary{Incident: id, State: "draft", Edition: 1}, nil
	}
	s.Submitted, s.Issued = clock.FromMicro(submitted), clock.FromMicro(issued)
	return s, err
}

// holdSummary makes the row when there is none, and makes others who would write it wait until this transaction ends.
func holdSummary(tx *db.Tx, id string) error {
	if _, err := tx.Exec(`INSERT INTO summary (incident, state, edition, closing, paper, decision, submitted_at, issued_at, version)
		VALUES ($1, 'draft', 1, 0, '', '', 0, 0, 0) ON CONFLICT (incident) DO NOTHING`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE summary SET version = version WHERE incident = $1`, id)
	return err
}

func saveSummary(tx *db.Tx, s Summary) error {
	n, err := tx.Exec(`UPDATE summary SET state = $1, edition = $2, closing = $3, paper = $4, decision = $5, submitted_at = $6, issued_at = $7, version = $8
		WHERE incident = $9 AND version = $10`, s.State, s.Edition, s.Closing, s.Number, s.Decision, clock.Micro(s.Submitted), clock.Micro(s.Issued), s.Version,
		s.Incident, s.Version-1)
	if err == nil && n == 0 {
		return tx.Stale("summary", "incident", s.Incident, "state")
	}
	return err
}

// sectionsOf are the sections in their order, each in its newest version.
func sectionsOf(tx *db.Tx, id string) (list []Section, err error) {
	for _, k := range SectionKeys {
		list = append(list, Section{Key: k.Key})
	}
	err = tx.Each(func(sc db.Scanner) error {
		var x Section
		var at int64
		err := sc.Scan(&x.Key, &x.Version, &x.Edition, &x.Words, &x.By, &at)
		x.At = clock.FromMicro(at)
		for i := range list {
			if list[i].Key == x.Key {
				list[i] = x
			}
		}
		return err
	}, `SELECT section, version, edition, words, by, at FROM summary_section s WHERE incident = $1
		AND version = (SELECT max(version) FROM summary_section n WHERE n.incident = s.incident AND n.section = s.section)`, id)
	return list, err
}

func insertSection(tx *db.Tx, id string, x Section) error {
	_, err := tx.Exec(`INSERT INTO summary_section (incident, section, version, edition, words, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, x.Key, x.Version, x.Edition, x.Words, x.By, clock.Micro(x.At))
	return err
}

func insertAddendum(tx *db.Tx, a Addendum) error {
	var value any
	if a.Value != nil {
		value = *a.Value
	}
	_, err := tx.Exec(`INSERT INTO addendum (id, incident, about, item, happened, words, value, by, at, closing) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Incident, a.About, a.Item, clock.Micro(a.Happened), a.Words, value, a.By, clock.Micro(a.At), a.Closing)
	return err
}

// addendaOf are the late facts about an incident, each with the figure that it is about as it was frozen then.
func addendaOf(tx *db.Tx, id string) (list []Addendum, err error) {
	if list, err = addendaRows(tx, id); err != nil {
		return nil, err
	}
	of := map[int]Figures{}
	for n, a := range list {
		if a.About != "figure" {
			continue
		}
		f, known := of[a.Closing]
		if !known {
			if f, _, err = frozen(tx, id, a.Closing); err != nil {
				return nil, err
			}
			of[a.Closing] = f
		}
		list[n].Frozen, _ = f.Get(a.Item)
	}
	return list, nil
}

func addendaRows(tx *db.Tx, id string) (list []Addendum, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		a := Addendum{Incident: id}
		var happened, at int64
		var value sql.NullInt64
		err := sc.Scan(&a.ID, &a.About, &a.Item, &happened, &a.Words, &value, &a.By, &at, &a.Closing)
		a.Happened, a.At = clock.FromMicro(happened), clock.FromMicro(at)
		if value.Valid {
			a.Value = &value.Int64
		}
		list = append(list, a)
		return err
	}, `SELECT id, about, item, happened, words, value, by, at, closing FROM addendum WHERE incident = $1 ORDER BY at, id LIMIT 500`, id)
	return list, err
}

// SummaryTally is how far the summary of an incident is.
type SummaryTally struct {
	Begun    bool // somebody wrote, or the figures are frozen
	Sections int  // that are written
	Addenda  int
}

func summaryTally(tx *db.Tx, id string) (t SummaryTally, err error) {
	list, err := sectionsOf(tx, id)
	if err != nil {
		return t, err
	}
	for _, x := range list {
		t.Begun = t.Begun || x.Version > 0
		if x.Words != "" {
			t.Sections++
		}
	}
	var closings int
	err = tx.Get(`SELECT (SELECT count(*) FROM addendum WHERE incident = $1), (SELECT count(*) FROM frozen_figures WHERE incident = $1)`, []any{id}, &t.Addenda, &closings)
	t.Begun = t.Begun || closings > 0
	return t, err
}
