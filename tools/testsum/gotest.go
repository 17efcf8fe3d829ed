package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`); build output has no package but an import path.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

// goRun is what is known of a run so far: the output of tests that have not ended, by package and test.
type goRun struct {
	out    io.Writer
	held   map[string][]string
	failed map[string]bool // packages with a failed test
	counts counts
}

// readGo reads the events of a run to its end, writes failures and skips to out, and returns the counts.
// Lines that are no events are written through.
func readGo(in io.Reader, out io.Writer) (counts, error) {
	r := &goRun{out: out, held: map[string][]string{}, failed: map[string]bool{}}
	s := bufio.NewScanner(in)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var e event
		if json.Unmarshal(s.Bytes(), &e) != nil || e.Action == "" {
			fmt.Fprintln(out, s.Text())
			continue
		}
		r.take(e)
	}
	return r.counts, s.Err()
}

func (r *goRun) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		r.held[key] = append(r.held[key], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e)
		} else {
			r.endTest(e)
		}
		delete(r.held, key)
	}
}

func (r *goRun) endTest(e event) {
	switch e.Action {
	case "pass":
		r.counts.Passed++
		return
	case "skip":
		r.counts.Skipped++
	case "fail":
		r.counts.Failed++
		r.failed[e.Package] = true
	}
	fmt.Fprintf(r.out, "%s %s %s\n", strings.ToUpper(e.Action), e.Package, e.Test)
	r.print(e.Package + " " + e.Test)
}

// endPackage prints the slow and the broken packages; one that failed without a failed test (it did not build,
// panicked or ran out of time) counts as one failure.
func (r *goRun) endPackage(e event) {
	switch {
	case e.Action == "fail":
		if !r.failed[e.Package] {
			r.counts.Failed++
			r.print(e.Package + " ")
			r.printRunning(e.Package)
		}
		fmt.Fprintf(r.out, "FAIL %s (%.1f s)\n", e.Package, e.Elapsed)
	case e.Elapsed >= 20:
		fmt.Fprintf(r.out, "slow %s (%.0f s)\n", e.Package, e.Elapsed)
	}
}

// printRunning prints what the tests that never ended had said, where a panic usually stands.
func (r *goRun) printRunning(pkg string) {
	var keys []string
	for key := range r.held {
		if strings.HasPrefix(key, pkg+" ") && key != pkg+" " {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		r.print(key)
		delete(r.held, key)
	}
}

func (r *goRun) print(key string) {
	for _, line := range r.held[key] {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(r.out, "    ", line)
		}
	}
}
