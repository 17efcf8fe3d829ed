// Package clock is the only place that asks the machine for the time, so that a test can be the clock.
package clock

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock tells the time. All times in the system are UTC with microseconds, as both databases keep them.
type Clock interface{ Now() time.Time }

// Beijing is the zone in which the state dates its decisions and people read times. It is fixed rather than loaded: the
// product must not depend on the zone files of its host.
var Beijing = time.FixedZone("CST", 8*60*60)

// System is the machine's clock.
type System struct{}

// Now is the machine's time, cut to microseconds.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

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

// Shifted is the machine's clock, moved by an offset: a demo world is made as if it had begun some time ago.
type Shifted struct{ offset atomic.Int64 }

// Now is the machine's time plus the offset.
func (s *Shifted) Now() time.Time { return System{}.Now().Add(time.Duration(s.offset.Load())) }

// Shift sets the offset.
func (s *Shifted) Shift(d time.Duration) { s.offset.Store(int64(d)) }

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
