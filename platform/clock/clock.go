// Package clock is the only place that asks the machine for the time, so that a test can be the clock.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. All times in the system are UTC with microseconds, as both databases keep them.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now is the machine's time, cut to microseconds.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Mark is a moment on the machine's own monotonic clock, for measuring spans: no step of the clock changes them.
type Mark struct{ at time.Time }

// Start is a mark set now.
func Start() Mark { return Mark{time.Now()} }

// Elapsed is how long ago the mark was set.
func (m Mark) Elapsed() time.Duration { return time.Since(m.at) }

// Fake is a clock that a test moves. The zero value stands at the zero time; safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake is a fake clock that stands at t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC().Truncate(time.Microsecond)} }

// Now is where the fake clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the fake clock by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Micro is t as the databases keep it: microseconds since 1970, UTC; 0 for the zero time.
func Micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicro is the inverse of Micro.
func FromMicro(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
