package journal_test

import (
	"context"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// What was carried over from PostgreSQL has numbers with gaps, and may hold rows that nobody had settled: on SQLite they are
// settled once, in the order of their transactions, and what is written next comes after all of them.
func TestSQLiteTakesAJournalOver(t *testing.T) {
	ctx := context.Background()
	d := dbtest.Open(t, db.Options{File: t.TempDir() + "/carried.db"})
	first, rows := open(t, d)
	for _, s := range []string{"a", "b"} {
		if err := appendOne(d, s); err != nil {
			t.Fatal(err)
		}
	}
	rows(2)
	if err := d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO sequencer (id, epoch, txid, system) VALUES (1, 3, 700, 'a cluster')`); err != nil {
			return err
		}
		for _, r := range []struct {
			seq, epoch, txid int64
			subject          string
		}{{5, 3, 702, "late"}, {9, 3, 701, "early"}, {7, 2, 900, "of an older cluster, never to be told again"}} {
			if _, err := tx.Exec(`INSERT INTO journal (seq, at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin, epoch, txid)
				VALUES ($1, 1, 'system', 'thing.done', 'thing', $2, 1, '/50/', 'desk', '', '', '{}', 'node-a', $3, $4)`, r.seq, r.subject, r.epoch, r.txid); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and once only
		j, rows := open(t, d)
		if err := appendOne(d, "next"); err != nil {
			t.Fatal(err)
		}
		rows(1)
		if r, err := j.Verify(ctx); err != nil || len(r.Faults) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	told, err := first.Read(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for i, r := range told {
		if r.Position != int64(i)+1 {
			t.Errorf("%s has position %d", r.Subject, r.Position)
		}
		order = append(order, r.Subject)
	}
	if got := len(order); got != 6 || order[2] != "early" || order[3] != "late" || told[4].Seq != 10 || told[5].Seq != 11 {
		t.Errorf("%v", order)
	}
}
