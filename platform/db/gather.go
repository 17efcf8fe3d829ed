package db

import (
	"context"
	"errors"
	"sync"
)

// maxGathered bounds what one Update of a Gather writes, so that it is short.
const maxGathered = 256

// Gather writes together what many callers bring in the same moment: one Update, and one statement of several rows instead
// of as many statements. It is for the one write that comes by the thousand; whatever else waits on it gains nothing.
//
// Nobody waits for others to come: what is there when an Update may begin goes into it. When the group cannot be written,
// each of its callers tries alone, so that no write takes another with it.
type Gather[T any] struct {
	db      *DB
	write   func(*Tx, []T) error
	writers int // Updates at once

	mu   sync.Mutex
	line []*brought[T]
	busy int
}

// brought is what one caller waits for.
type brought[T any] struct {
	item   T
	result chan error
}

// errAlone tells a caller that the group was not kept.
var errAlone = errors.New("the group was not kept")

// NewGather is a Gather that calls write with what came together, at most maxGathered. write is a closure of Update (see
// there): it may be run again, with the same items or some of them. What fails for one item only is that item's to
// remember; an error undoes the group.
func NewGather[T any](d *DB, write func(*Tx, []T) error) *Gather[T] {
	g := &Gather[T]{db: d, write: write, writers: 1} // SQLite has one writer
	if d.Engine() == Postgres {
		g.writers = gatherers
	}
	return g
}

// gatherers is how many groups PostgreSQL writes at once: while one waits for the disk, the next is written.
const gatherers = 4

// Update writes an item, with the same promises as DB.Update.
func (g *Gather[T]) Update(ctx context.Context, item T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b := &brought[T]{item: item, result: make(chan error, 1)}
	g.mu.Lock()
	g.line = append(g.line, b)
	if g.busy < g.writers {
		g.busy++
		go g.run()
	}
	g.mu.Unlock()
	var err error
	select {
	case err = <-b.result:
	case <-ctx.Done():
		if g.leave(b) {
			return ctx.Err()
		}
		err = <-b.result // it is being written: only the answer is true
	}
	if errors.Is(err, errAlone) {
		return g.db.Update(ctx, func(tx *Tx) error { return g.write(tx, []T{item}) })
	}
	return err
}

// leave takes one out of the line, if it still stands there.
func (g *Gather[T]) leave(b *brought[T]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, x := range g.line {
		if x == b {
			g.line = append(g.line[:i], g.line[i+1:]...)
			return true
		}
	}
	return false
}

// run writes group after group until nobody waits.
func (g *Gather[T]) run() {
	var group []*brought[T]
	var items []T
	for {
		g.mu.Lock()
		n := min(len(g.line), maxGathered)
		if n == 0 {
			g.busy--
			g.mu.Unlock()
			return
		}
		group = append(group[:0], g.line[:n]...)
		g.line = append(g.line[:0], g.line[n:]...)
		g.mu.Unlock()
		items = items[:0]
		for _, b := range group {
			items = append(items, b.item)
		}
		err := g.db.Update(context.Background(), func(tx *Tx) error { return g.write(tx, items) })
		switch {
		case err == nil:
			g.db.stats.Updates.Add(int64(n - 1))
		case n > 1:
			g.db.stats.Alone.Add(1)
			err = errAlone
		}
		for _, b := range group {
			b.result <- err
		}
	}
}
