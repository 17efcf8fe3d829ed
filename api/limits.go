package api

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"lianyuan/platform/clock"
)

type addressKey struct{}

// addressFrom is the client's address, for limits only; it is never stored.
func addressFrom(ctx context.Context) string {
	a, _ := ctx.Value(addressKey{}).(string)
	return a
}

func (a *API) addressOf(r *http.Request) string {
	if a.s.TrustProxy {
		if f := r.Header.Get("X-Forwarded-For"); f != "" {
			parts := strings.Split(f, ",")
			return strings.TrimSpace(parts[len(parts)-1]) // the last one is what our own proxy saw
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// limits counts what one address does in a minute, on this node.
type limits struct {
	clock clock.Clock
	free  bool

	mu     sync.Mutex
	minute time.Time
	counts map[string]int
}

func newLimits(c clock.Clock, free bool) *limits {
	return &limits{clock: c, free: free, counts: map[string]int{}}
}

// over counts one more of what for an address and says whether that is more than allowed in this minute.
func (l *limits) over(what, address string, allowed int) bool {
	if l.free {
		return false
	}
	now := l.clock.Now().Truncate(time.Minute)
	l.mu.Lock()
	defer l.mu.Unlock()
	if now != l.minute {
		l.minute = now
		clear(l.counts)
	}
	key := what + " " + address
	l.counts[key]++
	return l.counts[key] > allowed
}
