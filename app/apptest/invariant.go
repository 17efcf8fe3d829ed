package apptest

import (
	"context"
	"encoding/json"
	"fmt"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// Sound looks whether everything holds that always holds (ARCHITECTURE.md, Invariants).
func (w *World) Sound() {
	w.T.Helper()
	w.nothingReadsAll()
	ctx, count := context.Background(), w.count
	var report journal.Report
	var rows int64
	w.Eventually("the chain holds every row", func() (whole bool) { // what is told people is written behind what they are told of
		var err error
		if report, err = w.App.Journal.Verify(ctx); err != nil {
			w.T.Fatal(err)
		}
		rows = count(`SELECT count(*) FROM journal`)
		return report.Rows == rows
	})
	if len(report.Faults) > 0 || (rows > 0 && report.Signed == 0) {
		w.T.Errorf("the chain holds %d of %d rows, %d signatures, faults %v", report.Rows, rows, report.Signed, report.Faults)
	}
	if _, faults, err := w.App.Needs.Recount(ctx); err != nil || len(faults) > 0 {
		w.T.Errorf("the counts of needs: %v, %v", faults, err)
	}
	if _, faults, err := w.App.RecountParties(ctx); err != nil || len(faults) > 0 {
		w.T.Errorf("the counts of parties: %v, %v", faults, err)
	}
	if _, faults, err := w.App.RecountSums(ctx); err != nil || len(faults) > 0 {
		w.T.Errorf("the sums of teams, missions and requests: %v, %v", faults, err)
	}
	w.placesExist()
	w.originsAreTold()
	for _, table := range []string{"report", "need"} {
		if n := count(fmt.Sprintf(`SELECT count(*) FROM (SELECT number FROM %s WHERE number <> '' GROUP BY number HAVING count(*) > 1) AS x`, table)); n > 0 {
			w.T.Errorf("%s: %d numbers were given twice", table, n)
		}
	}
	if n := count(`SELECT count(*) FROM need n WHERE state = 'published' AND (
			NOT EXISTS (SELECT 1 FROM report r WHERE r.need = n.id AND r.outcome = 'verified')
			OR NOT EXISTS (SELECT 1 FROM instruction i WHERE i.id = n.instruction))`); n > 0 {
		w.T.Errorf("%d needs are published without a verified report or without an instruction", n)
	}
}

func (w *World) placesExist() {
	w.T.Helper()
	for _, table := range []string{"report", "need", "instruction", "team", "journal", "role_grant", "parameter"} {
		err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
			return tx.Each(func(s db.Scanner) error {
				var p string
				if err := s.Scan(&p); err != nil {
					return err
				}
				if _, ok := w.App.Places.Tree().ByPath(place.Path(p)); !ok {
					w.T.Errorf("%s: a row at %q, which is no place", table, p)
				}
				return nil
			}, fmt.Sprintf(`SELECT DISTINCT place FROM %s WHERE place <> ''`, table))
		})
		if err != nil {
			w.T.Error(err)
		}
	}
}

// Settled waits until every journal row has its position and this node has heard of it.
func (w *World) Settled() {
	w.T.Helper()
	w.Eventually("every journal row is settled", func() bool {
		return w.App.Journal.Heard() >= w.count(`SELECT count(*) FROM journal`)
	})
}

func (w *World) count(query string) (n int64) {
	w.T.Helper()
	if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error { return tx.Get(query, nil, &n) }); err != nil {
		w.T.Fatal(err)
	}
	return n
}

// Rows is how far the journal is.
func (w *World) Rows() int64 { return w.count(`SELECT coalesce(max(seq), 0) FROM journal`) }

// Said are the bodies of the journal after a row.
func (w *World) Said(after int64) (list []map[string]any) {
	w.T.Helper()
	if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			var text string
			if err := sc.Scan(&text); err != nil {
				return err
			}
			var body map[string]any
			err := json.Unmarshal([]byte(text), &body)
			list = append(list, body)
			return err
		}, `SELECT body FROM journal WHERE seq > $1 ORDER BY seq`, after)
	}); err != nil {
		w.T.Fatal(err)
	}
	return list
}
