package notice_test

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
)

// mostStatements is how many statements one Update of a notice to many may make.
const mostStatements = 1000

// crowd is many teams with a leader each, and one who leads two of them; with LIANYUAN_VOLUME as many times as many.
func (w *world) crowd() (teams []any, accounts int) {
	w.t.Helper()
	times, err := strconv.Atoi(os.Getenv("LIANYUAN_VOLUME"))
	if err != nil {
		times = 1
	}
	for n := range 220 * times {
		of := w.register("第"+strconv.Itoa(n)+"应急队", phone)
		if n%20 == 0 {
			w.leads(of)
			accounts++
		}
		teams = append(teams, of)
	}
	w.t.Logf("%d teams", len(teams))
	return append(teams, w.team), accounts + 1
}

// asked says that an escort was asked for vehicles of teams, and answers how many were told, and how many rows said so.
func (w *world) asked(teams []any) {
	w.t.Helper()
	w.must(w.db.Update(context.Background(), func(tx *db.Tx) error {
		return journal.Append(tx, journal.Entry{
			Verb: "escort.arranged", Kind: "escort", Subject: id.New(), Version: 1, Place: "/50/500110/", Scope: journal.Desk, Incident: w.flood, Actor: "staff",
			Body: map[string]any{"number": "HS-A0001", "teams": teams},
		})
	}))
	w.settles()
}

func (w *world) number(query string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.View(context.Background(), func(tx *db.Tx) error { return tx.Get(query, args, &n) }))
	return n
}

// told holds that every team was told once, every leader once, and that it was said once.
func (w *world) told(teams []any, accounts int) {
	w.t.Helper()
	for query, want := range map[string]int{
		`SELECT count(*) FROM notice WHERE kind = 'escort_arranged'`:                                                  1,
		`SELECT count(*) FROM notice WHERE kind = 'escort_arranged' AND whole`:                                        1,
		`SELECT count(*) FROM notice_to`:                                                                              len(teams),
		`SELECT count(*) FROM notice_delivery WHERE channel = 'app'`:                                                  accounts,
		`SELECT count(*) FROM notice_delivery WHERE channel = 'sms'`:                                                  len(teams),
		`SELECT count(*) FROM journal WHERE verb = 'notice.made'`:                                                     1,
		`SELECT count(*) FROM parameter_used WHERE key = 'notice.read_within' AND subject IN (SELECT id FROM notice)`: 1,
		`SELECT count(*) FROM follower WHERE name = 'notice' AND position >= (SELECT max(position) FROM settled) - 1`: 1,
	} {
		if got := w.number(query); got != want {
			w.t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// until is a context that has ended when something is so.
type until struct {
	context.Context //nolint:containedctx // it is one
	so              func() bool
}

func (u until) Err() error {
	if u.so() {
		return context.Canceled
	}
	return nil
}

// What very many are told is written in slices, each told once, also when a node stops in between.
func TestToldInSlices(t *testing.T) {
	each(t, nil, func(w *world) {
		teams, accounts := w.crowd()
		w.follows(0)
		w.asked(teams)
		w.db.Stats().Held.Worst()
		// A node begins and stops before its last slice: nothing says yet that anybody was told.
		addressed := func() int { return w.number(`SELECT count(*) FROM notice_to`) }
		if _, err := w.on[0].Follow(until{context.Background(), func() bool { return addressed() > 0 }}); err == nil {
			t.Error("the node did not stop")
		}
		if n := addressed(); n == 0 || n == len(teams) {
			t.Errorf("%d were addressed when the node stopped", n)
		}
		if n := w.number(`SELECT count(*) FROM journal WHERE verb = 'notice.made'`); n != 0 {
			t.Error("it was said before it was whole")
		}
		w.follows(1)
		worst, statements := w.db.Stats().Held.Worst()
		t.Logf("the longest hold was %s, the most statements %d", worst, statements)
		if statements > mostStatements {
			t.Errorf("%d statements in one update", statements)
		}
		w.told(teams, accounts)
	})
}

// Two nodes that tell the same at once tell everybody once.
func TestTwoNodesToldInSlicesAtOnce(t *testing.T) {
	each(t, nil, func(w *world) {
		teams, accounts := w.crowd()
		w.follows(0)
		w.asked(teams)
		var both sync.WaitGroup
		for n := range w.on {
			both.Go(func() {
				for more := true; more; {
					var err error
					if more, err = w.on[n].Follow(context.Background()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		both.Wait()
		w.told(teams, accounts)
	})
}
