// Package fault_test breaks things under a running system: it kills nodes and databases, lets fsync wait or fail and
// fills the disk, and then looks for every write that was acknowledged. It runs the real binary, on loopback only.
//
// Every loop is bounded in count and in time; every process is ended by the process group that the test made for it.
package fault_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"lianyuan/platform/db"
)

// binary is the real lianyuan, built once for the run.
var binary string

func TestMain(m *testing.M) {
	if file := os.Getenv(laxEnv); file != "" {
		os.Exit(laxWriter(file))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lianyuan-fault.")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) // a temporary directory
	binary = filepath.Join(dir, "lianyuan")
	build := exec.Command("go", "build", "-o", binary, "lianyuan/cmd/lianyuan")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		return 1
	}
	return m.Run()
}

// missing says that a part of the tests cannot run here: a failure in the automatic check, a word elsewhere.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Error(what)
		return
	}
	t.Log("not run: " + what)
}

// withStrace runs fn when strace is there.
func withStrace(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		missing(t, "strace is not installed: make setup")
		return
	}
	t.Run("strace", fn)
}

// withPostgres runs fn when there is a PostgreSQL server whose role may create databases.
func withPostgres(t *testing.T, fn func(t *testing.T, server string)) {
	t.Helper()
	server := os.Getenv("LIANYUAN_TEST_PG")
	if server == "" {
		missing(t, "LIANYUAN_TEST_PG is not set: scripts/with-postgres.sh sets it")
		return
	}
	t.Run("postgres", func(t *testing.T) { fn(t, server) })
}

// until asks every few milliseconds until ok answers nil, and fails the test with its last answer at the deadline.
func until(t *testing.T, within time.Duration, ok func() error) {
	t.Helper()
	if err := poll(within, ok); err != nil {
		t.Fatalf("not within %v: %v", within, err)
	}
}

func poll(within time.Duration, ok func() error) error {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ok()
		if err == nil {
			return nil
		}
		select {
		case <-deadline.C:
			return err
		case <-tick.C:
		}
	}
}

// wait lets time pass while others work.
func wait(d time.Duration) { <-time.After(d) }

// between is a random duration.
func between(low, high time.Duration) time.Duration { return low + rand.N(high-low) }

// inspect opens the database itself, beside or after the system.
func inspect(t *testing.T, o db.Options, fn func(p db.Pool) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := db.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Maintain(ctx, fn), d.Close()); err != nil {
		t.Error(err)
	}
}

// whole says that the database fits: SQLite's own check, every report with its one journal row and no row without its
// report, every row settled once and without a gap. On PostgreSQL a node must be running: it settles what came last.
func whole(t *testing.T, o db.Options) {
	t.Helper()
	inspect(t, o, func(p db.Pool) error {
		if o.URL == "" {
			var said string
			if err := p.QueryRow(`PRAGMA integrity_check`).Scan(&said); err != nil || said != "ok" {
				t.Errorf("integrity_check: %s, %v", said, err)
			}
		}
		for what, query := range map[string]string{
			"reports without a journal row": `SELECT count(*) FROM (SELECT id FROM report EXCEPT SELECT subject FROM journal WHERE verb = 'report.received') AS x`,
			"journal rows without a report": `SELECT count(*) FROM (SELECT subject FROM journal WHERE verb = 'report.received' EXCEPT SELECT id FROM report) AS x`,
			"reports journalled twice":      `SELECT count(*) - count(DISTINCT subject) FROM journal WHERE verb = 'report.received'`,
			"rows that are not settled":     `SELECT count(*) FROM (SELECT seq FROM journal EXCEPT SELECT seq FROM settled) AS x`,
			"rows settled twice":            `SELECT count(*) - count(DISTINCT seq) FROM settled`,
			"gaps between positions":        `SELECT coalesce(max(position), 0) - count(*) FROM settled`,
		} {
			var n int
			err := poll(10*time.Second, func() error { // the sequencer may still be at work
				if err := p.QueryRow(query).Scan(&n); err != nil {
					return err
				}
				if n != 0 {
					return fmt.Errorf("%d %s", n, what)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
		return nil
	})
}
