package fault_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"
)

// perAddress is the parameter need.report_rate_per_address as it is delivered.
const perAddress = 60

// Reports of one address to one node count on the other: they land in the quarantine there too, and none is refused.
func TestTwoNodesLimitTogether(t *testing.T) {
	withPostgres(t, func(t *testing.T, server string) {
		p, q := two(t, server)
		a, b := p.limited(t), q.limited(t)
		inThisMinute(15 * time.Second)
		for range perAddress {
			quarantined(t, a.url)
		}
		told(t, b.url)
		a.stop(t)
		b.stop(t)
		p.doctor(t)
	})
}

// limited starts a node with the limits as they are delivered.
func (p place) limited(t *testing.T) *node {
	t.Helper()
	n, err := startOrEnd(t, append([]string{binary}, p.args("serve", "--listen", "127.0.0.1:0")...))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// inThisMinute waits until so much of a minute is left: the limits begin anew with the next.
func inThisMinute(left time.Duration) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for now := time.Now(); now.Add(left).Truncate(time.Minute) != now.Truncate(time.Minute); now = <-tick.C {
	}
}

// told wants a node to mark a report before it has itself counted as many as are allowed.
func told(t *testing.T, url string) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	began := time.Now()
	for range perAddress {
		if quarantined(t, url) {
			t.Logf("after %v", time.Since(began).Round(time.Millisecond))
			return
		}
		<-tick.C
	}
	t.Errorf("%d reports to the other node, and none is marked", perAddress)
}

func quarantined(t *testing.T, url string) bool {
	t.Helper()
	r := newReport()
	a, err := send(context.Background(), url, &r)
	if err != nil || a.Status != http.StatusCreated {
		t.Fatalf("%+v, %v", a, err)
	}
	return slices.Contains(a.Flags, "quarantine")
}
