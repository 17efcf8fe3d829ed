package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// intake measures public reports on SQLite against grouped appends to a file.
func intake(ctx context.Context, p plan, r *report) (err error) {
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := start(ctx, self, "baseline", "-file", filepath.Join(dir, "bodies"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	s, err := serve(ctx, p, "serve", dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	for _, load := range []struct {
		connections int
		p99         float64
	}{{64, 30}, {256, 80}} {
		if err := intakeAgainst(ctx, p, r, s, bare, load.connections, load.p99); err != nil {
			return err
		}
	}
	return nil
}

// openLoop measures public reports on SQLite at a rate that does not wait for answers.
func openLoop(ctx context.Context, p plan, r *report) (err error) {
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := serve(ctx, p, "serve", dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if w, err := closed(ctx, s.address, 64, 0, p.warm); err != nil || w.failed > 0 {
		return errors.Join(err, w.failure())
	}
	r.say("intake: open loop of %d reports a second, %s", p.openRate, p.openFor)
	o, err := open(ctx, s.address, 128, p.openRate, p.openFor)
	if err := errors.Join(err, o.failure()); err != nil {
		return err
	}
	name := fmt.Sprintf("open loop of %d/s: ", p.openRate)
	r.add(name+"p50 from the due time", quantile(o.took, 0.5), "ms")
	r.atMost(name+"p99 from the due time", quantile(o.took, 0.99), "ms", 10)
	return nil
}

// intakeAgainst runs baseline and product in turns.
func intakeAgainst(ctx context.Context, p plan, r *report, s, bare *process, connections int, p99 float64) error {
	r.say("intake: %d connections, %d rounds of %s for the baseline and for reports", connections, p.rounds, p.round)
	var appends, reports []result
	var ratios []float64
	commits, err := s.metric(ctx, "lianyuan_db_commits_total")
	if err != nil {
		return err
	}
	updates, err := s.metric(ctx, "lianyuan_db_updates_total")
	if err != nil {
		return err
	}
	var busy time.Duration
	for range p.rounds {
		b, err := closed(ctx, bare.address, connections, p.warm, p.round)
		if err := errors.Join(err, b.failure()); err != nil {
			return fmt.Errorf("baseline: %w", err)
		}
		cpu, err := s.cpu()
		if err != nil {
			return err
		}
		n, err := closed(ctx, s.address, connections, p.warm, p.round)
		if err := errors.Join(err, n.failure()); err != nil {
			return fmt.Errorf("reports: %w", err)
		}
		now, err := s.cpu()
		if err != nil {
			return err
		}
		busy += now - cpu
		appends, reports = append(appends, b), append(reports, n)
		ratios = append(ratios, n.rate()/b.rate())
		r.say("  baseline %.0f/s, reports %.0f/s, ratio %.3f, p99 %.1f ms, %.0f µs of processor each", b.rate(), n.rate(), n.rate()/b.rate(), quantile(n.took, 0.99), float64((now-cpu).Microseconds())/float64(n.sent))
	}
	b, n := join(appends), join(reports)
	name := fmt.Sprintf("%d connections: ", connections)
	r.add(name+"grouped appends", b.rate(), "1/s")
	r.add(name+"grouped appends p99", quantile(b.took, 0.99), "ms")
	r.add(name+"reports", n.rate(), "1/s")
	r.atLeast(name+"reports ÷ appends, median of the rounds", median(ratios), "", 0.2)
	r.add(name+"reports p50", quantile(n.took, 0.5), "ms")
	r.atMost(name+"reports p99", quantile(n.took, 0.99), "ms", p99)
	r.add(name+"processor time of the server per report", float64(busy.Microseconds())/float64(n.sent), "µs")
	after, err := s.metric(ctx, "lianyuan_db_commits_total")
	if err != nil {
		return err
	}
	done, err := s.metric(ctx, "lianyuan_db_updates_total")
	if err != nil {
		return err
	}
	r.add(name+"commits per update (/metrics)", (after-commits)/(done-updates), "")
	return nil
}

// traced counts the fsyncs and fdatasyncs of a server under strace, on a short run of its own: tracing slows it, which
// only makes the groups smaller and the count less favourable.
func traced(ctx context.Context, p plan, r *report) error {
	r.say("intake: fsyncs under strace, %s", p.traceFor)
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	counts := filepath.Join(dir, "strace")
	// -D: the tracer is a child of the server, whose pid stays the one that was started.
	tracer := []string{"strace", "-D", "-f", "-qq", "--seccomp-bpf", "-c", "-e", "trace=fsync,fdatasync", "-o", counts}
	s, err := serveUnder(ctx, tracer, p, "serve", dir)
	if err != nil {
		return err
	}
	load, err := closed(ctx, s.address, 64, 0, p.traceFor)
	if err := errors.Join(err, load.failure(), s.stop()); err != nil {
		return err
	}
	syncs, err := syncsIn(ctx, counts)
	if err != nil {
		return err
	}
	r.atMost("64 connections: fsyncs per report (strace, start and end included)", syncs/float64(load.sent), "", 0.1)
	return nil
}

// syncsIn adds up the calls in a table of strace -c, which is written when the tracer ends, just after the server.
func syncsIn(ctx context.Context, file string) (float64, error) {
	for range 100 {
		b, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(b), "total") {
			sum := 0.0
			for line := range strings.Lines(string(b)) {
				f := strings.Fields(line)
				if len(f) >= 5 && strings.HasSuffix(f[len(f)-1], "sync") {
					calls, err := strconv.ParseFloat(f[3], 64)
					if err != nil {
						return 0, err
					}
					sum += calls
				}
			}
			return sum, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return 0, fmt.Errorf("strace wrote no table to %s", filepath.Base(file))
}
