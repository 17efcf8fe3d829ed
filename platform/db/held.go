package db

import (
	"log/slog"
	"sync/atomic"
	"time"
)

// tooLong is how long one Update should hold the writer at most: whoever waits behind it waits as long.
const tooLong = 50 * time.Millisecond

// HeldSteps are the upper bounds of the steps that holds are counted in.
var HeldSteps = []time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, tooLong,
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second,
}

// Held counts how long Updates held the writer: their closure and the journal's rows of it, without the fsync that a group
// shares. On PostgreSQL, where each has a transaction of its own, how long it held its rows until the commit.
type Held struct {
	steps [11]atomic.Int64 // one for each of HeldSteps, and what is longer
	sum   atomic.Int64     // nanoseconds
	worst atomic.Int64     // nanoseconds
	long  atomic.Int64
	most  atomic.Int64 // statements
}

func (h *Held) add(took time.Duration, statements int) {
	n := 0
	for n < len(HeldSteps) && took > HeldSteps[n] {
		n++
	}
	h.steps[n].Add(1)
	h.sum.Add(int64(took))
	raise(&h.worst, int64(took))
	raise(&h.most, int64(statements))
	if took > tooLong {
		h.long.Add(1)
	}
}

func raise(to *atomic.Int64, n int64) {
	for was := to.Load(); n > was; was = to.Load() {
		if to.CompareAndSwap(was, n) {
			return
		}
	}
}

// Long is how many Updates held the writer longer than they should.
func (h *Held) Long() int64 { return h.long.Load() }

// Worst is the longest hold, and the most statements of one Update, since it was last asked.
func (h *Held) Worst() (took time.Duration, statements int64) {
	return time.Duration(h.worst.Swap(0)), h.most.Swap(0)
}

// Counts are how many Updates there were, how long they held the writer together, and how many held it no longer than
// each of HeldSteps.
func (h *Held) Counts() (n int64, sum time.Duration, upTo []int64) {
	for i := range h.steps {
		n += h.steps[i].Load()
		if i < len(HeldSteps) {
			upTo = append(upTo, n)
		}
	}
	return n, time.Duration(h.sum.Load()), upTo
}

// verbed is a note that says what was done.
type verbed interface{ Verb() string }

// held counts a hold, and says of a long one what it was.
func (d *DB) held(took time.Duration, statements int, notes []any) {
	d.stats.Held.add(took, statements)
	if took <= tooLong {
		return
	}
	verb := ""
	for _, n := range notes {
		if v, ok := n.(verbed); ok {
			verb = v.Verb()
			break
		}
	}
	slog.Warn("an update held the writer for long", slog.String("verb", verb), slog.Int("rows", len(notes)), slog.Int("statements", statements), slog.Int64("milliseconds", took.Milliseconds()))
}
