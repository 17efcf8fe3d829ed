package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// parcel is a write that is brought to a Gather.
type parcel struct {
	name string
	fn   func(*db.Tx) error // run after the row is written
}

// gathering is a Gather whose first Updates wait until they are let go, so that the others come together.
type gathering struct {
	*db.Gather[*parcel]

	mu      sync.Mutex
	groups  []int // length of each run
	held    atomic.Int32
	release chan struct{}
}

func newGathering(d *db.DB) *gathering {
	g := &gathering{release: make(chan struct{})}
	g.Gather = db.NewGather(d, func(tx *db.Tx, group []*parcel) error {
		if group[0].name == "first" {
			g.held.Add(1)
			<-g.release
			return nil
		}
		g.mu.Lock()
		g.groups = append(g.groups, len(group))
		g.mu.Unlock()
		for _, p := range group {
			if err := put(p.name)(tx); err != nil {
				return err
			}
			tx.Note(p.name)
			if p.fn != nil {
				if err := p.fn(tx); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return g
}

// together brings parcels while every writer is held, lets go, and returns what each was answered.
func (g *gathering) together(t *testing.T, ctxs []context.Context, parcels []*parcel) []error {
	t.Helper()
	var all sync.WaitGroup
	errs := make([]error, len(parcels))
	g.hold(t, &all)
	for i, p := range parcels {
		ctx := context.Background()
		if ctxs != nil {
			ctx = ctxs[i]
		}
		all.Go(func() { errs[i] = g.Update(ctx, p) })
	}
	g.wait(t, func() bool { return g.InLine() == len(parcels) })
	close(g.release)
	all.Wait()
	return errs
}

// hold keeps all writers.
func (g *gathering) hold(t *testing.T, all *sync.WaitGroup) {
	t.Helper()
	for n := range g.Writers() {
		all.Go(func() {
			if err := g.Update(context.Background(), &parcel{name: "first"}); err != nil {
				t.Error(err)
			}
		})
		g.wait(t, func() bool { return int(g.held.Load()) == n+1 })
	}
}

func (g *gathering) wait(t *testing.T, until func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !until() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d wait in line", g.InLine())
		}
	}
}

// What comes while every writer is busy is written together, and each is answered.
func TestGatherWritesTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hook := &noted{seen: map[any]int{}}
		d.SetHook(hook)
		g := newGathering(d)
		parcels := make([]*parcel, db.MaxGathered+1)
		for i := range parcels {
			parcels[i] = &parcel{name: fmt.Sprint("row", i)}
		}
		before := d.Stats().Updates.Load()
		for i, err := range g.together(t, nil, parcels) {
			if err != nil {
				t.Errorf("write %d: %v", i, err)
			}
		}
		if n := count(t, d); n != len(parcels) || len(hook.seen) != len(parcels) {
			t.Errorf("%d rows, the hook heard of %d, want %d", n, len(hook.seen), len(parcels))
		}
		if len(g.groups) != 2 || max(g.groups[0], g.groups[1]) != db.MaxGathered {
			t.Errorf("written in groups of %v", g.groups)
		}
		if n := d.Stats().Updates.Load() - before; n != int64(len(parcels)+g.Writers()) {
			t.Errorf("%d writes were counted", n)
		}
	})
}

// In a group each fault takes only its own write with it: the others are written alone, once.
func TestGatherFaults(t *testing.T) {
	faults := map[string]func(name string) func(*db.Tx) error{
		"commit":     func(name string) func(*db.Tx) error { return orphan(name) },
		"hook":       func(string) func(*db.Tx) error { return func(tx *db.Tx) error { tx.Note("bad"); return nil } },
		"panic":      func(string) func(*db.Tx) error { return func(*db.Tx) error { panic("defect") } },
		"error":      func(string) func(*db.Tx) error { return func(*db.Tx) error { return errors.New("no") } },
		"constraint": put,
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hook := &noted{seen: map[any]int{}}
		d.SetHook(hook)
		deferred(t, d)
		kept := 0
		for name, bad := range faults {
			parcels := make([]*parcel, groupSize)
			for i := range parcels {
				parcels[i] = &parcel{name: fmt.Sprint(name, i)}
			}
			parcels[groupSize/2].fn = bad(parcels[groupSize/2].name)
			for i, err := range newGathering(d).together(t, nil, parcels) {
				if (err != nil) != (i == groupSize/2) {
					t.Errorf("%s: write %d: %v", name, i, err)
				}
			}
			kept += groupSize - 1
			if n := count(t, d); n != kept {
				t.Errorf("%s: %d rows kept, want %d", name, n, kept)
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
		if n := d.Stats().Alone.Load(); n < int64(len(faults)) {
			t.Errorf("%d groups were taken apart: they did not come as one", n)
		}
	})
}

// A request that goes away while it waits writes nothing and is told so at once; one that goes away while it is written is
// told what became of it.
func TestGatherCancelled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := newGathering(d)
		var writers, all sync.WaitGroup
		g.hold(t, &writers)
		waiting, leave := context.WithCancel(context.Background())
		writing, cut := context.WithCancel(context.Background())
		defer cut()
		gone := make(chan error, 1)
		all.Go(func() {
			if err := g.Update(writing, &parcel{name: "written", fn: func(*db.Tx) error { cut(); return nil }}); err != nil {
				t.Error(err)
			}
		})
		go func() { gone <- g.Update(waiting, &parcel{name: "gone"}) }()
		all.Go(func() {
			if err := g.Update(context.Background(), &parcel{name: "other"}); err != nil {
				t.Error(err)
			}
		})
		g.wait(t, func() bool { return g.InLine() == 3 })
		leave()
		if err := <-gone; !errors.Is(err, context.Canceled) { // answered while the writers are still held
			t.Errorf("got %v", err)
		}
		close(g.release)
		all.Wait()
		writers.Wait()
		if n := count(t, d); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}
