package journal_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/journal"
)

func signer(t *testing.T) journal.Signer {
	t.Helper()
	return journal.Signer{KeyID: "test", Private: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
}

func open(t *testing.T, d *db.DB) (*journal.Journal, func(n int) []journal.Row) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	j, err := journal.Open(ctx, d, "node-a", signer(t))
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan journal.Row, 10000)
	j.Listen(func(rows []journal.Row) {
		for _, r := range rows {
			got <- r
		}
	})
	return j, func(n int) (rows []journal.Row) {
		t.Helper()
		deadline := time.After(10 * time.Second)
		for len(rows) < n {
			select {
			case r := <-got:
				rows = append(rows, r)
			case <-deadline:
				t.Fatalf("%d of %d rows came", len(rows), n)
			}
		}
		return rows
	}
}

func entry(subject string) journal.Entry {
	return journal.Entry{
		Verb: "thing.done", Kind: "thing", Subject: subject, Version: 1, Place: "/50/", Scope: journal.Desk, Actor: "system",
		Body: map[string]any{"n": subject},
	}
}

func appendOne(d *db.DB, subject string) error {
	return d.Update(context.Background(), func(tx *db.Tx) error { return journal.Append(tx, entry(subject)) })
}

func TestPositionsAreGaplessUnderManyWriters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, rows := open(t, d)
		const n = 300
		var wg sync.WaitGroup
		for w := range 10 {
			wg.Go(func() {
				for i := range n / 10 {
					fail := i%5 == 4 // a rolled-back change leaves no row and no gap
					err := d.Update(context.Background(), func(tx *db.Tx) error {
						if err := journal.Append(tx, entry(fmt.Sprint(w, "-", i))); err != nil {
							return err
						}
						if fail {
							return sql.ErrNoRows
						}
						return nil
					})
					if (err != nil) != fail {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		want := n * 4 / 5
		for i, r := range rows(want) {
			if r.Position != int64(i+1) {
				t.Fatalf("row %d has position %d", i, r.Position)
			}
		}
		report, err := j.Verify(context.Background())
		if err != nil || report.Rows != int64(want) || len(report.Faults) > 0 {
			t.Errorf("verify: %+v, %v", report, err)
		}
	})
}

// A transaction that wrote first and commits last must not be skipped by those who follow the positions.
func TestSlowCommitIsNotSkipped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, rows := open(t, d)
		if d.Engine() == db.SQLite { // one writer: there is no slower commit
			if err := appendOne(d, "only"); err != nil {
				t.Fatal(err)
			}
			rows(1)
			return
		}
		wrote, release := make(chan struct{}), make(chan struct{})
		slow := make(chan error, 1)
		go func() {
			slow <- d.Update(context.Background(), func(tx *db.Tx) error {
				if _, err := tx.Exec(`INSERT INTO counter (name, n) VALUES ('slow', 1)`); err != nil { // takes its transaction id now
					return err
				}
				close(wrote)
				<-release
				return journal.Append(tx, entry("slow"))
			})
		}()
		<-wrote
		for i := range 5 {
			if err := appendOne(d, fmt.Sprint("fast", i)); err != nil {
				t.Fatal(err)
			}
		}
		close(release)
		if err := <-slow; err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, r := range rows(6) {
			seen[r.Subject] = true
		}
		if !seen["slow"] || len(seen) != 6 {
			t.Errorf("saw %v", seen)
		}
	})
}

// Rows written in one cluster are settled and chained before those of the next, whose transaction ids begin anew.
func TestRestoreIntoAnotherClusterBeginsAnEpoch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		s := signer(t)
		if _, err := journal.Open(ctx, d, "node-a", s); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if err := appendOne(d, fmt.Sprint("old", i)); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		if d.Engine() == db.Postgres { // as a dump of another cluster looks: another identifier, higher transaction ids
			err := d.Update(context.Background(), func(tx *db.Tx) error {
				if _, err := tx.Exec(`UPDATE sequencer SET system = 'another', txid = 900000000 WHERE id = 1`); err != nil {
					return err
				}
				_, err := tx.Exec(`INSERT INTO journal (at, actor, verb, kind, subject, version, place, scope, incident, reason, body, origin, epoch, txid)
					VALUES (1, 'system', 'thing.done', 'thing', 'unsettled', 1, '/', 'desk', '', '', '{}', 'node-a', 1, 900000001)`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		j, rows := open(t, d)
		if err := appendOne(d, "new"); err != nil {
			t.Fatal(err)
		}
		for {
			if r := rows(1)[0]; r.Subject == "new" {
				break
			}
		}
		report, err := j.Verify(context.Background())
		if err != nil || len(report.Faults) > 0 {
			t.Errorf("verify: %+v, %v", report, err)
		}
	})
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	for _, tamper := range []string{
		`UPDATE journal SET actor = 'someone else' WHERE subject = 'b'`,
		`UPDATE journal SET body = '{"n":"x"}' WHERE subject = 'c'`,
		`DELETE FROM settled WHERE position = 2`,
		`DELETE FROM journal WHERE subject = 'b'`,
		`DELETE FROM journal WHERE subject = 'c'`, // the last: nothing is linked to it
		`UPDATE journal SET origin_seq = coalesce(origin_seq, seq) + 7 WHERE subject = 'b'`,
		`UPDATE journal SET origin = 'node-b' WHERE subject = 'b'`,
	} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			j, rows := open(t, d)
			for _, s := range []string{"a", "b", "c"} {
				if err := appendOne(d, s); err != nil {
					t.Fatal(err)
				}
			}
			rows(3)
			err := d.Update(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec(tamper)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			report, err := j.Verify(context.Background())
			if err != nil || len(report.Faults) == 0 {
				t.Errorf("%s went unseen: %+v, %v", tamper, report, err)
			}
		})
	}
}

func TestReopenGoesOn(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		for i := range 3 {
			d := dbtest.Open(t, o)
			j, rows := open(t, d)
			if err := appendOne(d, strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
			if r := rows(1)[0]; r.Position != int64(i+1) || r.Origin != "node-a" || r.OriginSeq != r.Seq {
				t.Errorf("position %d, number %d of %s", r.Position, r.OriginSeq, r.Origin)
			}
			if got, err := j.Read(context.Background(), 0, 10); err != nil || len(got) != i+1 {
				t.Errorf("read %d rows, %v", len(got), err)
			}
		}
	})
}
