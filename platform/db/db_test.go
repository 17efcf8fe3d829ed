package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
)

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.View(context.Background(), func(tx *db.Tx) error {
		return tx.Get(`SELECT count(*) FROM counter`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func put(name string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO counter (name, n) VALUES ($1, 1)`, name)
		return err
	}
}

// One bad write in a group takes nobody else's with it: errors after writing, panics, broken constraints, cancelled
// requests, all at once.
func TestOthersKeepTheirWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 64
		bad := errors.New("no")
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				errs[i] = d.Update(ctx, func(tx *db.Tx) error {
					if err := put(fmt.Sprint("row", i))(tx); err != nil {
						return err
					}
					switch i % 8 {
					case 3:
						return bad
					case 5:
						panic("defect")
					case 6:
						return put(fmt.Sprint("row", i))(tx) // a second time: unique index
					case 7:
						cancel() // the request goes away while its write is under way
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range errs {
			switch i % 8 {
			case 3, 5, 6:
				if err == nil {
					t.Errorf("write %d should have failed", i)
				}
			default:
				if err != nil {
					t.Errorf("write %d: %v", i, err)
				}
			}
		}
		if got, want := count(t, d), n*5/8; got != want {
			t.Errorf("%d rows kept, want %d", got, want)
		}
	})
}

// What fails before writing costs nobody a second run.
func TestRefusalBeforeWritingKeepsTheFastWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 5 {
			err := d.Update(context.Background(), func(*db.Tx) error { return fault.ErrForbidden })
			if !errors.Is(err, fault.ErrForbidden) {
				t.Fatal(err)
			}
		}
		if n := d.Stats().Isolated.Load(); n != 0 {
			t.Errorf("%d groups were run again", n)
		}
	})
}

func TestCancelledBeforeItsTurnWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := d.Update(ctx, put("never")); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.View(context.Background(), put("x")); fault.KindOf(err) != fault.Internal {
			t.Fatal(err)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestMissingRowIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.View(context.Background(), func(tx *db.Tx) error {
			var n int
			return tx.Get(`SELECT n FROM counter WHERE name = $1`, []any{"none"}, &n)
		})
		if !errors.Is(err, fault.ErrNotFound) {
			t.Fatal(err)
		}
	})
}

// The trap of jurisdiction by range: a locale-aware order would return a sibling's rows.
func TestPathRangeComparesBytes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, p := range []string{"/a/kl/", "/a/kl/1/", "/a/KL/1/", "/a/km/"} {
			if err := d.Update(context.Background(), put(p)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		err := d.View(context.Background(), func(tx *db.Tx) error {
			return tx.Each(func(s db.Scanner) error {
				var p string
				err := s.Scan(&p)
				got = append(got, p)
				return err
			}, `SELECT name FROM counter WHERE name >= $1 AND name < $2 ORDER BY name`, "/a/kl/", "/a/kl0")
		})
		if err != nil || fmt.Sprint(got) != "[/a/kl/ /a/kl/1/]" {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

// Two writers on one row: compare-and-set lets one win, on both engines.
func TestCompareAndSet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Update(context.Background(), put("it")); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 16 {
			wg.Go(func() {
				var n int64
				err := d.Update(context.Background(), func(tx *db.Tx) (err error) {
					n, err = tx.Exec(`UPDATE counter SET n = 2 WHERE name = 'it' AND n = 1`)
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				won += int(n)
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d writers won", won)
		}
	})
}
