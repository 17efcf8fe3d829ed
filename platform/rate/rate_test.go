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

// What one node has counted counts on another.
func TestShare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(noon)
		a, b := rate.New(c, false), rate.New(c, false)
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
