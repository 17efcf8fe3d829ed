package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// result is what a load measured.
type result struct {
	took   []time.Duration // of each acknowledged report, sorted
	length time.Duration
	sent   int // all that were answered, those of the warm-up too
	failed int64
	why    error // the first failure
}

func (r *result) rate() float64 { return float64(len(r.took)) / r.length.Seconds() }

func (r *result) failure() error {
	if r.failed == 0 {
		return nil
	}
	return fmt.Errorf("%d requests failed, the first: %w", r.failed, r.why)
}

// join puts the rounds of one measurement together.
func join(rounds []result) result {
	var all result
	for _, r := range rounds {
		all.took = append(all.took, r.took...)
		all.length += r.length
		all.sent += r.sent
		all.failed += r.failed
		all.why = errors.Join(all.why, r.why)
	}
	slices.Sort(all.took)
	return all
}

// workers opens connections and runs one of each in a goroutine until all have ended.
func workers(ctx context.Context, address string, connections int, run func(c *conn, call *caller) (took []time.Duration, sent int, failed error)) (result, error) {
	conns := make([]*conn, connections)
	for i := range conns {
		c, err := dial(ctx, address, "")
		if err != nil {
			return result{}, err
		}
		defer c.close()
		conns[i] = c
	}
	var mu sync.Mutex
	var all result
	var wg sync.WaitGroup
	for i, c := range conns {
		wg.Go(func() {
			took, sent, failed := run(c, newCaller(address, [2]byte{}, uint64(i)))
			mu.Lock()
			defer mu.Unlock()
			all.sent += sent
			all.took = append(all.took, took...)
			if failed != nil {
				all.failed++
				all.why = failed
			}
		})
	}
	wg.Wait()
	slices.Sort(all.took)
	return all, nil
}

// closed sends from every connection as soon as its last answer came, for warm and then, counted, for length. A
// connection that fails once ends.
func closed(ctx context.Context, address string, connections int, warm, length time.Duration) (result, error) {
	from := time.Now().Add(warm)
	until := from.Add(length)
	r, err := workers(ctx, address, connections, func(c *conn, call *caller) (took []time.Duration, sent int, failed error) {
		took = make([]time.Duration, 0, 4096)
		for ; ctx.Err() == nil; sent++ {
			request := call.request(uint32(sent))
			start := time.Now()
			if start.After(until) {
				break
			}
			if err := send(c, request); err != nil {
				return took, sent, err
			}
			if end := time.Now(); start.After(from) && end.Before(until) {
				took = append(took, end.Sub(start))
			}
		}
		return took, sent, ctx.Err()
	})
	r.length = length
	return r, err
}

// open sends at a fixed rate whether or not answers come: report n is due at n/rate and its time runs from then, also
// while it waits for a free connection, so that a slow moment is not hidden by sending less.
func open(ctx context.Context, address string, connections, rate int, length time.Duration) (result, error) {
	var next atomic.Int64
	total := int64(length.Seconds() * float64(rate))
	start := time.Now().Add(200 * time.Millisecond)
	r, err := workers(ctx, address, connections, func(c *conn, call *caller) (took []time.Duration, sent int, failed error) {
		for ctx.Err() == nil {
			n := next.Add(1) - 1
			if n >= total {
				break
			}
			due := start.Add(time.Duration(n) * time.Second / time.Duration(rate))
			request := call.request(uint32(n))
			time.Sleep(time.Until(due))
			if err := send(c, request); err != nil {
				return took, sent, err
			}
			took = append(took, time.Since(due))
			sent++
		}
		return took, sent, ctx.Err()
	})
	r.length = length
	return r, err
}

func send(c *conn, request []byte) error {
	status, body, err := c.do(request)
	if err != nil {
		return err
	}
	if status != 201 {
		return fmt.Errorf("answered %d: %.300s", status, body)
	}
	return nil
}
