package need

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

func TestPlainPhone(t *testing.T) {
	for typed, want := range map[string]string{
		"13800000001": "13800000001", "138 0000 0001": "13800000001", "138-0000-0001": "13800000001", "１３８０００００００１": "13800000001",
		"+86 138 0000 0001": "13800000001", "008613800000001": "13800000001", "（023）85550001": "02385550001", "023-85550001": "023-85550001",
		"+1 202 555 0100": "+12025550100", "": "", "儿子手机": "儿子手机", "12345": "12345", "\u3000138\u30000000\u30000001": "13800000001",
	} {
		if got := plainPhone(typed); got != want {
			t.Errorf("%q is dialled %q, want %q", typed, got, want)
		}
		if again := plainPhone(plainPhone(typed)); again != plainPhone(typed) {
			t.Errorf("%q written twice is %q", typed, again)
		}
	}
}

func TestClean(t *testing.T) {
	for dirty, want := range map[string]string{
		"a\x00b": "ab", "一\r\n二\t三": "一\n二\t三", "x\u202ey\u2066z": "xyz", "\ufeff水": "水", "\x1b[31m红": "[31m红", "e\u0301\U0001F46A": "e\u0301\U0001F46A",
		"\x7f\u0085": "", "broken\xff": "broken",
	} {
		if got := input.Clean(dirty); got != want {
			t.Errorf("clean(%q) = %q, want %q", dirty, got, want)
		}
	}
}

// byDefault is the scale as the catalogue has it.
func byDefault(t *testing.T) Scale {
	t.Helper()
	return func(key string) int {
		i := slices.IndexFunc(parameter.Keys(), func(k parameter.Key) bool { return k.Name == key })
		if i < 0 {
			t.Fatalf("no parameter %q", key)
		}
		n, err := strconv.Atoi(parameter.Keys()[i].Default)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
}

func TestRate(t *testing.T) {
	num := func(n int) *int { return &n }
	for _, tt := range []struct {
		kind       Kind
		people     *int
		vulnerable []string
		severity   int
		score      int
	}{
		{Other, num(0), nil, 4, 10},
		{Other, nil, nil, 4, 22}, // not known counts as a few
		{NoWaterFood, num(2), nil, 4, 26},
		{Missing, num(1), []string{"elder"}, 3, 41},
		{TrappedWater, num(0), nil, 3, 40},
		{TrappedWater, num(2), []string{"elder"}, 2, 56},
		{TrappedWater, num(10), nil, 1, 65},
		{Injured, num(12), []string{"elder", "pregnant", "infant", "sick", "disabled"}, 1, 124},
		{Other, num(5), []string{"wizard"}, 4, 22},
	} {
		got := byDefault(t).Rate(tt.kind, tt.people, tt.vulnerable)
		sum := 0
		for _, p := range got.Parts {
			sum += p.Points
		}
		if got.Severity != tt.severity || got.Score != tt.score || sum != got.Score {
			t.Errorf("%s %v %v: %+v, want severity %d and %d points", tt.kind, tt.people, tt.vulnerable, got, tt.severity, tt.score)
		}
	}
}

func TestMatch(t *testing.T) {
	have := team.Team{Skills: []team.Skill{{Key: "water", Grade: 2}, {Key: "medical"}}, Equipment: []team.Item{{Key: "boat", Count: 3}, {Key: "pump"}}}
	for _, tt := range []struct {
		name          string
		draft         Draft
		fits, missing []string
	}{
		{"nothing is asked for", Draft{}, nil, nil},
		{"any grade", Draft{Skills: []Skill{{Key: "water"}, {Key: "medical"}}}, []string{"water", "medical"}, nil},
		{"a worse grade will do", Draft{Skills: []Skill{{Key: "water", Grade: 3}}}, []string{"water"}, nil},
		{"a better grade is wanted", Draft{Skills: []Skill{{Key: "water", Grade: 1}}}, nil, []string{"water"}},
		{"a grade is wanted of somebody ungraded", Draft{Skills: []Skill{{Key: "medical", Grade: 3}}}, nil, []string{"medical"}},
		{"equipment", Draft{Equipment: []Item{{Key: "boat", Count: 5}, {Key: "pump", Count: 1}, {Key: "drone", Count: 1}}}, []string{"boat"}, []string{"pump", "drone"}},
	} {
		m := match(Need{Draft: tt.draft}, have)
		if !slices.Equal(m.Fits, tt.fits) || !slices.Equal(m.Missing, tt.missing) {
			t.Errorf("%s: fits %v, missing %v", tt.name, m.Fits, m.Missing)
		}
	}
}

func TestCovers(t *testing.T) {
	n := Need{Kind: Missing, Place: "/50/500110/"}
	for _, tt := range []struct {
		i    Instruction
		want bool
	}{
		{Instruction{Place: "/50/500110/"}, true},
		{Instruction{Place: "/50/"}, true},
		{Instruction{Place: "/50/", Kind: Missing}, true},
		{Instruction{Place: "/50/", Kind: Injured}, false},
		{Instruction{Place: "/50/500119/"}, false},
		{Instruction{Place: "/50/500110/500110001/"}, false},
		{Instruction{}, false},
	} {
		if got := tt.i.Covers(place.Base(), n, time.Unix(1e9, 0)); got != tt.want {
			t.Errorf("%+v covers: %t", tt.i, got)
		}
	}
}

func TestProgressInOrder(t *testing.T) {
	at := func(minutes int) time.Time { return time.Unix(0, 0).Add(time.Duration(minutes) * time.Minute) }
	r := Report{ReceivedAt: at(0)}
	stages := func(r Report, n Need, w way) string {
		p := progressOf(r, n, w)
		if !slices.IsSortedFunc(p.Steps, func(a, b Step) int { return a.At.Compare(b.At) }) || p.Steps[len(p.Steps)-1].Stage != p.Stage {
			t.Errorf("steps %+v", p.Steps)
		}
		words := []string{}
		for _, s := range p.Steps {
			words = append(words, s.Stage)
		}
		return strings.Join(append(words, p.Outcome), " ")
	}
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("stages %q, want %q", got, want)
		}
	}
	check(stages(r, Need{}, way{}), "received ")
	r.Looked, r.Stage = at(2), "verifying"
	check(stages(r, Need{}, way{}), "received verifying ")
	r.Decided, r.Stage, r.Outcome = at(4), "done", "verified"
	r.Looked = at(9) // a claim was read afterwards
	check(stages(r, Need{State: "open"}, way{}), "received verifying verified ")
	check(stages(r, Need{State: "in_progress"}, way{setOut: at(6)}), "received verifying verified on_the_way ")
	check(stages(r, Need{State: "closed"}, way{setOut: at(6), closed: at(8)}), "received verifying verified on_the_way closed ")
	check(stages(r, Need{State: "closed"}, way{closed: at(8)}), "received verifying verified closed ")
	r.Outcome = "false"
	check(stages(r, Need{}, way{}), "received verifying closed false")
}

// Whatever somebody types, tidy keeps it in shape: valid text without control characters, bounded, and the same when
// it is tidied again.
func FuzzTidy(f *testing.F) {
	f.Add("一楼进水", "沙溪路", "余知秋", "13800000001", "trapped_water", "elder", 2, 106.65, 29.02)
	f.Add("\x00\xff\u202e", "", " ", "+86 138-0000-0001", "", "wizard", -1, 0.0, 0.0)
	f.Add(strings.Repeat("水", 10_001), "", "", "（023）85550001", "other", "", 1<<30, math.NaN(), 91.0)
	f.Fuzz(func(t *testing.T, text, address, name, phone, kind, group string, people int, lon, lat float64) {
		c, flags := tidy(Call{
			Text: text, Address: address, Name: name, Phone: phone, Kind: Kind(kind), Vulnerable: []string{group, group}, People: &people,
			Point: &Point{Lon: lon, Lat: lat},
		})
		for _, s := range []string{c.Text, c.Address, c.Name, c.Phone} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || utf8.RuneCountInString(s) > maxText || input.Clean(s) != s {
				t.Fatalf("kept %q", s)
			}
		}
		if !slices.Contains(Kinds, c.Kind) || len(c.Vulnerable) > 1 || (c.People != nil && (*c.People < 0 || *c.People > 100000)) {
			t.Fatalf("kept %+v", c)
		}
		if p := c.Point; p != nil && !(math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90) {
			t.Fatalf("kept the point %+v", p)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(flags)))) != len(flags) {
			t.Fatalf("flags %v", flags)
		}
		again, _ := tidy(c)
		if again.Text != c.Text || again.Phone != c.Phone || again.Kind != c.Kind {
			t.Fatalf("tidied twice: %+v, then %+v", c, again)
		}
	})
}

// A cursor is read back as it was made; anything else is bad input or a place in the list, never a crash.
func FuzzCursor(f *testing.F) {
	r := stored{waiting: -5}
	r.ID, r.ReceivedAt = "01a2056e-3ec6-7ec5-8fdd-3cfa0157ef9f", time.UnixMicro(1_781_000_000_000_000)
	f.Add(cursorOf("waiting", r))
	f.Add(cursorOf("all", r))
	f.Add("MSAA")
	f.Add("")
	for stage, want := range map[string]int64{"": -5, "waiting": -5, "received": -5, "all": clock.Micro(r.ReceivedAt), "done": clock.Micro(r.ReceivedAt)} {
		if at, last, err := parseCursor(cursorOf(stage, r)); err != nil || at != want || last != r.ID {
			f.Errorf("%s: read back %d %q %v", stage, at, last, err)
		}
	}
	f.Fuzz(func(t *testing.T, c string) {
		_, last, err := parseCursor(c)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%q: %v", c, err)
		}
		if err == nil && last == "" {
			t.Fatalf("%q leads nowhere", c)
		}
		if _, err := parseNeedCursor(c); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%q: %v", c, err)
		}
	})
}
