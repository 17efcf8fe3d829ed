package rate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/rate"
)

var noon = time.Date(2026, 6, 18, 12, 0, 0, 0, time.UTC)

func TestOverCountsByAddressAndMinute(t *testing.T) {
	c := clock.NewFake(noon)
	l := rate.New(c, false)
	for i := range 4 {
		if got, want := l.Over("report", "192.0.2.1", 3), i == 3; got != want {
			t.Errorf("report %d: %t", i+1, got)
		}
	}
	if l.Over("report", "192.0.2.2", 3) || l.Over("login", "192.0.2.1", 3) {
		t.Error("what one address does was counted for another, or for something else")
	}
	c.Advance(time.Minute)
	if l.Over("report", "192.0.2.1", 3) {
		t.Error("a new minute begins at nought")
	}
	if free := rate.New(c, true); free.Over("report", "192.0.2.1", 0) {
		t.Error("a limit that was lifted holds")
	}
}

type key struct{}

func (key) Hash(purpose, value string) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("%x", len(purpose)*31+len(value)), 18))
}

// two are the limits of two nodes that share their counts.
func two(t *testing.T, d *db.DB, c clock.Clock) (a, b *rate.Limits) {
	t.Helper()
	a, b = rate.New(c, false), rate.New(c, false)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	for _, l := range []*rate.Limits{a, b} {
		go func() {
			l.Share(ctx, d, key{})
			done <- struct{}{}
		}()
	}
	t.Cleanup(func() {
		stop()
		<-done
		<-done
	})
	return a, b
}

// What one node has counted counts on another.
func TestShare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(noon)
		a, b := two(t, d, c)
		const allowed = 1000
		for range allowed {
			a.Over("report", "192.0.2.1", allowed)
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		late := time.After(20 * time.Second)
		for asked := 1; !b.Over("report", "192.0.2.1", allowed); asked++ {
			select {
			case <-late:
				t.Fatalf("asked %d times, and never over", asked)
			case <-tick.C:
			}
		}
		if b.Over("report", "192.0.2.77", allowed) {
			t.Error("another address is over too")
		}
		c.Advance(time.Minute)
		if b.Over("report", "192.0.2.1", allowed) {
			t.Error("a new minute begins at nought")
		}
	})
}

func TestFlowRemembersTheLastMinute(t *testing.T) {
	c := clock.NewFake(noon)
	l := rate.New(c, false)
	for i := range 5 {
		if n := l.Flow("reports", 1); n != i+1 {
			t.Errorf("report %d: %d in a minute", i+1, n)
		}
	}
	if n := l.Flow("reports", 0); n != 5 {
		t.Errorf("asking has counted: %d", n)
	}
	if n := l.Flow("claims", 0); n != 0 {
		t.Errorf("another flow has %d", n)
	}
	c.Advance(time.Minute)
	if n := l.Flow("reports", 1); n != 5 {
		t.Errorf("as a new minute begins: %d", n)
	}
	c.Advance(time.Minute)
	if n := l.Flow("reports", 0); n != 1 {
		t.Errorf("a quiet minute later: %d", n)
	}
	c.Advance(2 * time.Minute)
	if n := l.Flow("reports", 0); n != 0 {
		t.Errorf("long after: %d", n)
	}
	if n := rate.New(c, true).Flow("reports", 700); n != 0 {
		t.Errorf("limits are lifted, and %d are counted", n)
	}
}

// A flood of one node is one on another that took nothing, and still in the minute after.
func TestFlowIsShared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(noon)
		a, b := two(t, d, c)
		const flood = 1000
		a.Flow("reports", flood)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		late := time.After(20 * time.Second)
		for b.Flow("reports", 0) != flood {
			select {
			case <-late:
				t.Fatalf("the other node knows of %d", b.Flow("reports", 0))
			case <-tick.C:
			}
		}
		c.Advance(time.Minute)
		if n := b.Flow("reports", 0); n != flood {
			t.Errorf("in the next minute: %d", n)
		}
		c.Advance(time.Minute)
		if n := b.Flow("reports", 0); n != 0 {
			t.Errorf("a quiet minute later: %d", n)
		}
	})
}
