package once_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
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

// What is said of a place in a tree is the same wherever the place has been moved; of another place it is not.
func TestAgainAfterAMove(t *testing.T) {
	type said struct{ Place, Words string }
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key, err := seal.NewKeeper(d, master(t)).Lookup(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		log := once.NewLog(key)
		for i, x := range []struct {
			subject string
			said    said
			again   bool
			want    error
		}{
			{"/50/a/x/", said{"/50/a/x/", "说"}, false, nil},
			{"/50/a/x/", said{"/50/a/x/", "说"}, true, nil},
			{"/50/b/x/", said{"/50/b/x/", "说"}, true, nil},
			{"/50/a/y/", said{"/50/a/x/", "说"}, false, fault.ErrIDReused},
			{"/50/a/x/", said{"/50/a/y/", "说"}, false, fault.ErrIDReused},
			{"/50/a/x/", said{"/50/a/x/", "/说"}, false, fault.ErrIDReused},
		} {
			err := d.Update(context.Background(), func(tx *db.Tx) error {
				again, err := log.Again(tx, "c-1", "a", "open", x.subject, x.said)
				if again != x.again {
					t.Errorf("%d: again is %t", i, again)
				}
				return err
			})
			if !errors.Is(err, x.want) {
				t.Errorf("%d: %v, want %v", i, err, x.want)
			}
		}
	})
}

func master(t *testing.T) *seal.Master {
	t.Helper()
	m, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
