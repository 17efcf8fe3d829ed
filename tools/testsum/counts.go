package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// counts is the result of a run.
type counts struct {
	Passed, Failed, Skipped int
}

func (c counts) String() string {
	s := fmt.Sprintf("%d passed, %d failed", c.Passed, c.Failed)
	if c.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", c.Skipped)
	}
	return s
}

func (c counts) verdict(allowSkip bool) error {
	switch {
	case c.Failed > 0:
		return errors.New("tests failed")
	case c.Skipped > 0 && !allowSkip:
		return errors.New("tests were skipped; give them what they need, or delete them")
	case c.Passed == 0 && !allowSkip:
		return errors.New("no test ran")
	}
	return nil
}

func (c counts) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// report is the union of the three JSON forms: our own, vitest's and Playwright's.
type report struct {
	counts

	NumPassedTests, NumFailedTests, NumPendingTests, NumTodoTests, NumFailedTestSuites *int

	Stats  *struct{ Expected, Unexpected, Flaky, Skipped int }
	Errors []any // Playwright: what went wrong outside a test
}

func readReport(path string) (counts, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return counts{}, err
	}
	var r report
	if err := json.Unmarshal(data, &r); err != nil {
		return counts{}, fmt.Errorf("%s: %w", path, err)
	}
	switch {
	case r.Stats != nil:
		c := counts{Passed: r.Stats.Expected, Failed: r.Stats.Unexpected + r.Stats.Flaky, Skipped: r.Stats.Skipped}
		if c.Failed == 0 && len(r.Errors) > 0 {
			c.Failed = len(r.Errors)
		}
		return c, nil
	case r.NumPassedTests != nil:
		c := counts{Passed: *r.NumPassedTests, Failed: value(r.NumFailedTests), Skipped: value(r.NumPendingTests) + value(r.NumTodoTests)}
		if c.Failed == 0 {
			c.Failed = value(r.NumFailedTestSuites)
		}
		return c, nil
	}
	return r.counts, nil
}

func value(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

// total adds up every *.json file of a folder and writes a line for each; none at all is an error.
func total(dir string, out io.Writer) (counts, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		return counts{}, errors.Join(err, fmt.Errorf("no results in %q", dir))
	}
	var sum counts
	for _, file := range files {
		c, err := readReport(file)
		if err != nil {
			return sum, err
		}
		fmt.Fprintf(out, "%-12s %v\n", strings.TrimSuffix(filepath.Base(file), ".json"), c)
		sum.Passed += c.Passed
		sum.Failed += c.Failed
		sum.Skipped += c.Skipped
	}
	return sum, nil
}
