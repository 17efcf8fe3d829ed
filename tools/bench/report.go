package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// figure is one line of the table.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Target string  `json:"target,omitempty"`
	Met    *bool   `json:"met,omitempty"`
}

// report gathers the figures.
type report struct {
	out     io.Writer
	Started time.Time `json:"started"`
	Cores   int       `json:"cores"`
	Figures []figure  `json:"figures"`
}

func newReport(out io.Writer) *report {
	return &report{out: out, Started: time.Now(), Cores: runtime.NumCPU()}
}

// say tells what is being done, before the table.
func (r *report) say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, "# "+format+"\n", args...)
}

func (r *report) add(name string, value float64, unit string) {
	r.Figures = append(r.Figures, figure{Name: name, Value: value, Unit: unit})
}

func (r *report) atLeast(name string, value float64, unit string, target float64) {
	met := value >= target
	r.Figures = append(r.Figures, figure{name, value, unit, "≥ " + number(target), &met})
}

func (r *report) atMost(name string, value float64, unit string, target float64) {
	met := value <= target
	r.Figures = append(r.Figures, figure{name, value, unit, "≤ " + number(target), &met})
}

func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case a >= 1:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

func (r *report) print() {
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "figure\tmeasured\tunit\ttarget\t")
	for _, f := range r.Figures {
		verdict := ""
		if f.Met != nil {
			verdict = map[bool]string{true: "met", false: "MISSED"}[*f.Met]
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", f.Name, number(f.Value), f.Unit, f.Target, verdict)
	}
	_ = w.Flush()
	_, _ = fmt.Fprintf(r.out, "%d cores, shared with the load\n", r.Cores)
}

func (r *report) write(file string) error {
	if file == "" {
		return nil
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

// quantile is the value that a share q of the sorted durations does not exceed, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return float64(sorted[max(i, 0)].Microseconds()) / 1000
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(values))
	return s[len(s)/2]
}
