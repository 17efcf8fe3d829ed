// Command bench measures the real binary over real HTTP on loopback and prints one table; docs/bench.md says how each
// figure is taken.
//
//	bench [-short] [-parts size,intake,open,fsync,postgres,live,needs] [-binary bin/lianyuan] [-out build/bench.json]
//	bench baseline -file FILE      the bare handler that intake is compared with; started by bench itself
//
// Every load is bounded in count and time, comes from this machine and goes to 127.0.0.1. Figures that are ratios
// have both sides from the same run, in turns, because the cores are shared with the load and with whatever else runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "baseline" {
		return baseline(ctx, args[1:], os.Stdout)
	}
	p, out, err := planOf(args)
	if err != nil {
		return err
	}
	r := newReport(os.Stdout)
	parts := []struct {
		name string
		run  func(context.Context, plan, *report) error
	}{
		{"size", size}, {"intake", intake}, {"open", openLoop}, {"fsync", traced}, {"postgres", postgres}, {"live", live}, {"needs", needs},
	}
	var errs []error
	for _, part := range parts {
		if !slices.Contains(p.parts, part.name) {
			continue
		}
		if err := part.run(ctx, p, r); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", part.name, err))
		}
	}
	r.print()
	return errors.Join(append(errs, r.write(out))...)
}

// plan says what is measured and for how long.
type plan struct {
	parts  []string
	binary string

	warm      time.Duration // before each round, not counted
	round     time.Duration // of a closed loop
	rounds    int           // baseline and report in turns
	openFor   time.Duration // of the open loop
	openRate  int           // reports a second in it
	traceFor  time.Duration // of the run under strace
	liveFor   time.Duration // of each run of live pages
	many      int           // live pages of the large run
	idle      time.Duration // before the idle memory is read
	starts    int           // later starts
	dialAtTop int           // connections opened at once
	needs     int           // open needs of the lists
}

func planOf(args []string) (p plan, out string, err error) {
	p = plan{
		warm: time.Second, round: 6 * time.Second, rounds: 3, openFor: 20 * time.Second, openRate: 1000, traceFor: 4 * time.Second,
		liveFor: 20 * time.Second, many: 9000, idle: 10 * time.Second, starts: 5, dialAtTop: 64, needs: 200000,
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	short := flags.Bool("short", false, "everything for a few seconds only; the figures are coarse")
	parts := flags.String("parts", "size,intake,open,fsync,postgres,live,needs", "what to measure")
	flags.StringVar(&p.binary, "binary", "bin/lianyuan", "the binary to measure")
	flags.StringVar(&out, "out", "build/bench.json", "where the figures go as JSON; empty for nowhere")
	flags.DurationVar(&p.round, "round", p.round, "length of one round of a closed loop")
	flags.IntVar(&p.rounds, "rounds", p.rounds, "rounds, baseline and report in turns")
	flags.DurationVar(&p.openFor, "open", p.openFor, "length of the open loop")
	flags.DurationVar(&p.liveFor, "live", p.liveFor, "length of each run of live pages")
	flags.IntVar(&p.needs, "needs", p.needs, "open needs of the lists")
	flags.IntVar(&p.many, "many", p.many, "live pages of the large run")
	if err := flags.Parse(args); err != nil {
		return p, out, err
	}
	if *short {
		p.warm, p.round, p.rounds, p.openFor, p.traceFor = time.Second/2, 2*time.Second, 1, 4*time.Second, 2*time.Second
		p.liveFor, p.idle, p.starts, p.needs = 4*time.Second, 3*time.Second, 3, 20000
		if err := flags.Parse(args); err != nil { // what was asked for by name wins
			return p, out, err
		}
	}
	p.parts = strings.Split(*parts, ",")
	if _, err := os.Stat(p.binary); err != nil {
		return p, out, fmt.Errorf("%w (make build makes it)", err)
	}
	return p, out, nil
}
