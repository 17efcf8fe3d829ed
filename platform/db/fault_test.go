package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
)

const groupSize = 64

// together runs closures as one group: on SQLite they wait in line behind a writer that is held until the last of them
// has come. It returns their errors.
func together(t *testing.T, d *db.DB, ctxs []context.Context, fns []func(*db.Tx) error) []error {
	t.Helper()
	held, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	if d.Engine() == db.SQLite {
		all.Go(func() {
			err := d.Update(context.Background(), func(*db.Tx) error {
				close(held)
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-held
	}
	errs := make([]error, len(fns))
	for i, fn := range fns {
		ctx := context.Background()
		if ctxs != nil {
			ctx = ctxs[i]
		}
		all.Go(func() { errs[i] = d.Update(ctx, fn) })
	}
	if d.Engine() == db.SQLite {
		inLine(t, d, len(fns))
	}
	close(release)
	all.Wait()
	return errs
}

// inLine waits until so many Updates wait for the writer.
func inLine(t *testing.T, d *db.DB, n int) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for d.Waiting() < n {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d of %d wait", d.Waiting(), n)
		}
	}
}

// deferred makes two tables whose foreign key is looked at when the transaction commits, and not before.
func deferred(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Maintain(context.Background(), func(p db.Pool) error {
		_, err := p.Exec(`CREATE TABLE owner (name TEXT PRIMARY KEY)`)
		_, err2 := p.Exec(`CREATE TABLE thing (name TEXT PRIMARY KEY, owner TEXT NOT NULL REFERENCES owner (name) DEFERRABLE INITIALLY DEFERRED)`)
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func orphan(name string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO thing (name, owner) VALUES ($1, 'nobody')`, name)
		return err
	}
}

// noted remembers what the hook was told of, and refuses to commit with a bad note.
type noted struct {
	mu   sync.Mutex
	seen map[any]int
}

func (n *noted) BeforeCommit(_ *db.Tx, notes []any) error {
	for _, x := range notes {
		if x == "bad" {
			return errors.New("the hook refuses")
		}
	}
	return nil
}

func (n *noted) AfterCommit(notes []any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, x := range notes {
		n.seen[x]++
	}
}

// In a group of 64 a commit that fails, a hook that fails, a panic, an error, a broken constraint and a request that
// went away each take only their own write with them; what is run again does not count twice.
func TestFaultsInAGroup(t *testing.T) {
	faults := []struct {
		name string
		fn   func(name string) func(*db.Tx) error
	}{
		{"commit", orphan},
		{"hook", func(string) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				tx.Note("bad")
				return nil
			}
		}},
		{"panic", func(name string) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				if err := put(name)(tx); err != nil {
					return err
				}
				panic("defect")
			}
		}},
		{"error", func(name string) func(*db.Tx) error {
			return func(tx *db.Tx) error { return errors.Join(put(name)(tx), errors.New("no")) }
		}},
		{"constraint", func(name string) func(*db.Tx) error {
			return func(tx *db.Tx) error { return errors.Join(put(name)(tx), put(name)(tx)) }
		}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hook := &noted{seen: map[any]int{}}
		d.SetHook(hook)
		deferred(t, d)
		kept := 0
		for _, bad := range faults {
			fns := make([]func(*db.Tx) error, groupSize)
			for i := range fns {
				name := fmt.Sprint(bad.name, i)
				fns[i] = noting(put(name), name)
			}
			fns[groupSize/2] = bad.fn("bad row")
			for i, err := range together(t, d, nil, fns) {
				if (err != nil) != (i == groupSize/2) {
					t.Errorf("%s: write %d: %v", bad.name, i, err)
				}
			}
			kept += groupSize - 1
			if n := count(t, d); n != kept {
				t.Errorf("%s: %d rows kept, want %d", bad.name, n, kept)
			}
		}
		for name, n := range hook.seen {
			if n != 1 {
				t.Errorf("the hook heard %d times of %v", n, name)
			}
		}
		if len(hook.seen) != kept {
			t.Errorf("the hook heard of %d writes, want %d", len(hook.seen), kept)
		}
	})
}

func noting(fn func(*db.Tx) error, n any) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		tx.Note(n)
		return fn(tx)
	}
}

// All at once, many of each.
func TestManyFaultsInAGroup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		deferred(t, d)
		fns := make([]func(*db.Tx) error, groupSize)
		ctxs := make([]context.Context, groupSize)
		for i := range fns {
			name := fmt.Sprint("row", i)
			ctx, cancel := context.WithCancel(context.Background())
			t.Cleanup(cancel)
			ctxs[i], fns[i] = ctx, put(name)
			switch i % 8 {
			case 1:
				fns[i] = orphan(name)
			case 3:
				fns[i] = func(tx *db.Tx) error { _ = put(name)(tx); panic("defect") }
			case 5: // the request goes away while its write is under way
				fns[i] = func(tx *db.Tx) error { cancel(); return put(name)(tx) }
			case 7:
				fns[i] = func(tx *db.Tx) error { return errors.Join(put(name)(tx), fault.ErrForbidden) }
			}
		}
		for i, err := range together(t, d, ctxs, fns) {
			if bad := i%8 == 1 || i%8 == 3 || i%8 == 7; (err != nil) != bad {
				t.Errorf("write %d: %v", i, err)
			}
		}
		if n := count(t, d); n != groupSize*5/8 {
			t.Errorf("%d rows kept, want %d", n, groupSize*5/8)
		}
		if d.Engine() == db.SQLite && d.Stats().Alone.Load() != 1 {
			t.Errorf("%d groups were taken apart: they did not wait as one", d.Stats().Alone.Load())
		}
	})
}

// A request that goes away while it waits in line writes nothing, is told so at once, and delays nobody.
func TestCancelledInLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Engine() != db.SQLite { // PostgreSQL has no line: TestCancelledBeforeItsTurnWritesNothing
			return
		}
		held, release := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			_ = d.Update(context.Background(), func(*db.Tx) error { close(held); <-release; return nil }) // writes nothing
		})
		<-held
		ctx, cancel := context.WithCancel(context.Background())
		gone := make(chan error, groupSize/2)
		for i := range groupSize {
			if i%2 == 0 {
				go func() { gone <- d.Update(ctx, put(fmt.Sprint("gone", i))) }()
			} else {
				all.Go(func() {
					if err := d.Update(context.Background(), put(fmt.Sprint("row", i))); err != nil {
						t.Error(err)
					}
				})
			}
		}
		inLine(t, d, groupSize)
		cancel()
		for range groupSize / 2 { // answered while the writer is still held
			if err := <-gone; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		close(release)
		all.Wait()
		if n := count(t, d); n != groupSize/2 {
			t.Errorf("%d rows, want %d", n, groupSize/2)
		}
	})
}

// A closure that is run again leaves what one run leaves.
func TestRunAgainCountsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		deferred(t, d)
		if err := d.Update(context.Background(), put("sum")); err != nil {
			t.Fatal(err)
		}
		var runs atomic.Int64
		fns := make([]func(*db.Tx) error, groupSize)
		for i := range fns {
			fns[i] = func(tx *db.Tx) error {
				runs.Add(1)
				_, err := tx.Exec(`UPDATE counter SET n = n + 1 WHERE name = 'sum'`)
				return err
			}
		}
		fns[groupSize-1] = orphan("last")
		together(t, d, nil, fns)
		var n int64
		err := d.View(context.Background(), func(tx *db.Tx) error { return tx.Get(`SELECT n FROM counter WHERE name = 'sum'`, nil, &n) })
		if err != nil || n != groupSize {
			t.Errorf("sum %d, want %d, %v", n, groupSize, err)
		}
		if d.Engine() == db.SQLite && runs.Load() < 2*(groupSize-1) {
			t.Errorf("%d runs: nothing was run again, the test proves nothing", runs.Load())
		}
	})
}

// Two that wait for each other's rows: PostgreSQL ends one of them, and it is run again.
func TestDeadlockIsRunAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, name := range []string{"a", "b"} {
			if err := d.Update(context.Background(), put(name)); err != nil {
				t.Fatal(err)
			}
		}
		add := func(tx *db.Tx, name string) error {
			_, err := tx.Exec(`UPDATE counter SET n = n + 1 WHERE name = $1`, name)
			return err
		}
		var both sync.WaitGroup
		var met [2]chan struct{}
		met[0], met[1] = make(chan struct{}), make(chan struct{})
		var first [2]sync.Once
		for i, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
			both.Go(func() {
				err := d.Update(context.Background(), func(tx *db.Tx) error {
					if err := add(tx, order[0]); err != nil {
						return err
					}
					first[i].Do(func() { close(met[i]) })
					if d.Engine() == db.Postgres { // on SQLite they follow each other
						<-met[1-i]
					}
					return add(tx, order[1])
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		var sum int
		err := d.View(context.Background(), func(tx *db.Tx) error { return tx.Get(`SELECT sum(n) FROM counter`, nil, &sum) })
		if err != nil || sum != 6 {
			t.Errorf("sum %d, %v", sum, err)
		}
		if d.Engine() == db.Postgres && d.Stats().Retries.Load() == 0 {
			t.Error("nothing was run again")
		}
	})
}

// While another process keeps SQLite's write lock, a whole group is refused in the time of one wait, and nothing of it
// is kept.
func TestBusyDatabaseRefusesAGroupAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Engine() != db.SQLite { // rows are locked there, not the database
			return
		}
		const busy = 200 * time.Millisecond
		if err := d.Patience(busy); err != nil {
			t.Fatal(err)
		}
		err := d.Maintain(context.Background(), func(p db.Pool) error {
			c, err := p.Conn(context.Background())
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err := c.ExecContext(context.Background(), `BEGIN IMMEDIATE`); err != nil {
				return err
			}
			began := time.Now()
			var all sync.WaitGroup
			for i := range groupSize {
				all.Go(func() {
					if err := d.Update(context.Background(), put(fmt.Sprint("row", i))); !errors.Is(err, db.ErrUnavailable) {
						t.Errorf("write %d: %v", i, err)
					}
				})
			}
			all.Wait()
			if took := time.Since(began); took > groupSize*busy/4 { // the first by itself, the others as few groups
				t.Errorf("they were refused after %v", took)
			}
			_, err = c.ExecContext(context.Background(), `ROLLBACK`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows", n)
		}
		if err := d.Update(context.Background(), put("after")); err != nil {
			t.Error(err)
		}
	})
}

// A closed database refuses and does not hang.
func TestClosedDatabaseAnswers(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		d, err := db.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		err = d.Update(context.Background(), func(*db.Tx) error { return nil })
		if err == nil || errors.Is(err, sql.ErrNoRows) {
			t.Errorf("got %v", err)
		}
	})
}

// A server that acknowledges before the disk has it is refused.
func TestServerThatDoesNotWaitIsRefused(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		if o.URL == "" { // SQLite's mode is ours: e2e/fault looks at it
			return
		}
		d := dbtest.Open(t, o)
		err := d.Maintain(context.Background(), func(p db.Pool) error {
			_, err := p.Exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if lax, err := db.Open(context.Background(), o); err == nil {
			t.Error("it was opened", lax.Close())
		}
	})
}
