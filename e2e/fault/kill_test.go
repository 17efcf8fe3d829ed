package fault_test

import (
	"context"
	"testing"
	"time"

	"lianyuan/platform/db/dbtest"
)

const (
	killRounds  = 12
	killWriters = 32
)

// A node that is killed at any moment under load has kept every report that it acknowledged, once.
func TestKillTheNodeUnderLoad(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killTheNode(t, newPlace(t)) })
	withPostgres(t, func(t *testing.T, server string) {
		p := newPlace(t)
		p.url = dbtest.NewPostgres(t, server)
		killTheNode(t, p)
	})
}

func killTheNode(t *testing.T, p place) {
	t.Helper()
	l := &load{}
	for round := range killRounds {
		n := p.serve(t)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		before := l.ackedN.Load()
		done := make(chan struct{})
		go func() {
			defer close(done)
			l.run(ctx, n.url, killWriters, false)
		}()
		until(t, 10*time.Second, l.more(before))
		wait(between(20*time.Millisecond, 700*time.Millisecond))
		n.kill()
		<-done
		cancel()
		if l.ackedN.Load() == before {
			t.Fatalf("round %d: nothing was acknowledged", round)
		}
	}
	l.onlyUnavailable(t)
	if len(l.open) == 0 {
		t.Error("no request was under way when a node was killed: the rounds prove nothing")
	}
	t.Log(l)
	n := p.serve(t)
	l.found(t, n.url)
	whole(t, p.options())
	n.stop(t)
	p.doctor(t)
}
