package once_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/once"
)

func again(d *db.DB, c once.Command) (seen bool, err error) {
	err = d.Update(context.Background(), func(tx *db.Tx) (err error) {
		seen, err = once.Again(tx, c)
		return err
	})
	return seen, err
}

func TestAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := once.Command{ID: "c-1", Actor: "a", Verb: "decide", Subject: "r-1", Digest: "d"}
		for i, want := range []bool{false, true, true} {
			if seen, err := again(d, first); seen != want || err != nil {
				t.Errorf("time %d: %t, %v", i+1, seen, err)
			}
		}
		for _, change := range []func(c *once.Command){
			func(c *once.Command) { c.Actor = "b" }, func(c *once.Command) { c.Verb = "reopen" },
			func(c *once.Command) { c.Subject = "r-2" }, func(c *once.Command) { c.Digest = "e" },
		} {
			c := first
			change(&c)
			if _, err := again(d, c); !errors.Is(err, fault.ErrIDReused) {
				t.Errorf("%+v: %v", c, err)
			}
		}
	})
}

// A command whose effect was not kept was not carried out.
func TestAgainAfterARefusal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := once.Command{ID: "c-1", Actor: "a", Verb: "decide"}
		refused := errors.New("refused")
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			if _, err := once.Again(tx, c); err != nil {
				return err
			}
			return refused
		})
		if err == nil {
			t.Fatal("it was not refused")
		}
		if seen, err := again(d, c); seen || err != nil {
			t.Errorf("%t, %v", seen, err)
		}
	})
}

// Of the same command given at once by many, one is the first.
func TestAgainAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var first atomic.Int64
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				seen, err := again(d, once.Command{ID: "c-1", Actor: "a", Verb: "decide"})
				if err != nil {
					t.Error(err)
				}
				if !seen {
					first.Add(1)
				}
			})
		}
		all.Wait()
		if first.Load() != 1 {
			t.Errorf("%d were the first", first.Load())
		}
	})
}
