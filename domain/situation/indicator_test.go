package situation

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"lianyuan/domain/need"
	"lianyuan/domain/pass"
)

// now is two minutes past an hour, so that the last point of a trend is a moment of its own.
var now = time.Date(2026, time.June, 18, 2, 2, 0, 0, time.UTC)

// ago is a moment some minutes before now.
func ago(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }

// said is an indicator in one line: share, what is above and below, why it is unknown, the trend.
func said(i Indicator) string {
	pct := func(p *float64) string {
		if p == nil {
			return "?"
		}
		return fmt.Sprint(math.Round(*p*1000) / 10)
	}
	trend := make([]string, len(i.Trend))
	for n, p := range i.Trend {
		trend[n] = pct(p)
	}
	mark := ""
	if i.Attention() {
		mark = "!"
	}
	return strings.TrimSpace(fmt.Sprintf("%s%s %.4g/%.4g %s [%s]", pct(i.Value), mark, i.Top, i.Bottom, i.Why, strings.Join(trend, " ")))
}

func want(t *testing.T, name string, i Indicator, line string) {
	t.Helper()
	if got := said(i); got != line {
		t.Errorf("%s:\n got %s\nwant %s", name, got, line)
	}
	if i.Why != "" && i.Value != nil || i.Why == "" && i.Value == nil {
		t.Errorf("%s: %q does not say why it is unknown", name, i.Why)
	}
	for _, x := range i.Inputs {
		if (x.N == nil) == (x.Why == "") {
			t.Errorf("%s: the input %s is neither known nor explained", name, x.Key)
		}
	}
}

func hour(before, all, noPass, outside int) pass.GateHour {
	return pass.GateHour{From: now.Truncate(time.Hour).Add(-time.Duration(before) * time.Hour), All: all, NoPass: noPass, Outside: outside}
}

// proves: S004-07
func TestCongestion(t *testing.T) {
	line := Line{Share: 0.3}
	for name, x := range map[string]struct {
		hours []pass.GateHour
		last  pass.GateHour
		want  string
	}{
		"nothing was ever noted":       {nil, pass.GateHour{}, "? 0/0 no_gate_report [? ? ? ? ? ?]"},
		"none came in the last hour":   {[]pass.GateHour{hour(2, 4, 1, 0)}, pass.GateHour{}, "? 0/0 no_vehicle [? ? ? 25 ? ?]"},
		"all in order":                 {[]pass.GateHour{hour(1, 10, 0, 0)}, hour(0, 8, 0, 0), "0 0/8  [? ? ? ? 0 0]"},
		"without a pass and too early": {[]pass.GateHour{hour(5, 10, 10, 0), hour(1, 10, 2, 1)}, hour(0, 21, 5, 8), "61.9! 13/21  [100 ? ? ? 30 61.9]"},
		"on the line wants attention":  {nil, hour(0, 10, 3, 0), "30! 3/10  [? ? ? ? ? 30]"},
		"an hour past the trend":       {[]pass.GateHour{hour(6, 10, 10, 0)}, hour(0, 1, 0, 0), "0 0/1  [? ? ? ? ? 0]"},
	} {
		want(t, name, Congestion(x.hours, x.last, 0, now, line), x.want)
	}
}

func stay(id string, in, out, approved int) Stay {
	s := Stay{ID: id, Party: id, In: ago(in), Approved: ago(approved)}
	if out >= 0 {
		s.Out = ago(out)
	}
	if approved < 0 {
		s.Approved = time.Time{}
	}
	return s
}

func task(from, to int) Task {
	t := Task{Stay: "a", From: ago(from)}
	if to >= 0 {
		t.To = ago(to)
	}
	return t
}

// proves: S004-07
func TestDisorder(t *testing.T) {
	line, limit := Line{Share: 0.1}, time.Hour
	for name, x := range map[string]struct {
		stays []Stay
		tasks []Task
		came  bool
		want  string
	}{
		"nobody has come":               {nil, nil, false, "? 0/0 no_party [? ? ? ? ? ?]"},
		"all have left":                 {[]Stay{stay("a", 200, 100, 200)}, nil, true, "? 0/0 nobody_inside [? 0 100 ? ? ?]"},
		"at work":                       {[]Stay{stay("a", 130, -1, 130)}, []Task{task(120, -1)}, true, "0 0/1  [? ? 0 0 0 0]"},
		"without a mission for an hour": {[]Stay{stay("a", 61, -1, 61), stay("b", 60, -1, 60)}, nil, true, "50! 1/2  [? ? ? ? 0 50]"},
		"free since less than an hour":  {[]Stay{stay("a", 300, -1, 300)}, []Task{task(290, 59)}, true, "0 0/1  [0 0 0 0 0 0]"},
		"free since more than an hour":  {[]Stay{stay("a", 300, -1, 300)}, []Task{task(290, 65)}, true, "100! 1/1  [0 0 0 0 100 100]"},
		"self-deployed":                 {[]Stay{stay("a", 30, -1, -1), stay("b", 30, -1, 30)}, nil, true, "50! 1/2  [? ? ? ? 50 50]"},
		"regularised half an hour ago":  {[]Stay{stay("a", 200, -1, 30)}, nil, true, "0 0/1  [? 100 100 100 0 0]"},
		"a mission that is yet to come": {[]Stay{stay("a", 90, -1, 90)}, []Task{task(-5, -1)}, true, "100! 1/1  [? ? ? 0 100 100]"},
	} {
		of := map[string][]Task{}
		for _, task := range x.tasks {
			of[task.Stay] = append(of[task.Stay], task)
		}
		want(t, name, Disorder(x.stays, x.tasks, crowdAt(x.stays, of, now, limit), x.came, now, limit, line), x.want)
	}
}

func spell(busy bool, from, to int) Spell {
	s := Spell{Busy: busy, From: ago(from)}
	if to >= 0 {
		s.To = ago(to)
	}
	return s
}

// proves: S004-07
func TestWaste(t *testing.T) {
	line := Line{Share: 0.2}
	for name, x := range map[string]struct {
		spells         []Spell
		arrivals, late int
		want           string
	}{
		"nobody has come":      {nil, 0, 0, "? 0/0 no_party [? ? ? ? ? ?]"},
		"came this moment":     {[]Spell{spell(false, 0, -1)}, 1, 0, "? 0/0 no_hours [? ? ? ? ? ?]"},
		"came two minutes ago": {[]Spell{spell(false, 2, -1)}, 1, 0, "? 0/0 no_hours [? ? ? ? ? ?]"}, // hours are told to a tenth
		"half the time":        {[]Spell{spell(false, 122, 62), spell(true, 62, 2)}, 2, 1, "50! 1/2  [? ? ? 100 50 50]"},
		"hours of two teams":   {[]Spell{spell(true, 120, -1), spell(false, 30, -1)}, 2, 0, "20! 0.5/2.5  [? ? ? 0 19.2 20]"},
		"one that works well":  {[]Spell{spell(true, 240, -1)}, 1, 0, "0 0/4  [? 0 0 0 0 0]"},
	} {
		want(t, name, Waste(x.spells, x.arrivals, x.late, now, line), x.want)
	}
}

// proves: S004-07
func TestDistortion(t *testing.T) {
	line := Line{Share: 0.05}
	at := func(before, published, amended int) need.ShownHour {
		return need.ShownHour{Begin: now.Truncate(time.Hour).Add(-time.Duration(before) * time.Hour), Published: published, Amended: amended}
	}
	for name, x := range map[string]struct {
		shown need.Shown
		want  string
	}{
		"nothing was published": {need.Shown{}, "? 0/0 nothing_published [? ? ? ? ? ?]"},
		"none was corrected":    {need.Shown{Published: 26, Hours: []need.ShownHour{at(3, 26, 0)}}, "0 0/26  [? ? 0 0 0 0]"},
		"one of twenty-six": {
			need.Shown{Published: 26, Amended: 1, Median: 12 * time.Minute, Hours: []need.ShownHour{at(8, 20, 0), at(1, 6, 1)}}, "3.8 1/26  [0 0 0 0 3.8 3.8]",
		},
		"this hour": {need.Shown{Published: 2, Amended: 1, Hours: []need.ShownHour{at(0, 2, 1)}}, "50! 1/2  [? ? ? ? ? 50]"},
	} {
		want(t, name, Distortion(x.shown, now, line), x.want)
	}
}

// Zero is none and wants no attention, whatever the line.
func TestZeroWantsNoAttention(t *testing.T) {
	if i := Distortion(need.Shown{Published: 3}, now, Line{}); i.Attention() || i.Value == nil {
		t.Errorf("%+v", i)
	}
}
