package mission

import (
	"slices"
	"testing"
	"time"

	"lianyuan/domain/reception"
	"lianyuan/platform/geo"
)

func TestMissions(t *testing.T) {
	if err := Missions.Check(); err != nil {
		t.Error(err)
	}
}

// What a phone says of the time is believed between the last word and now.
func TestBelieved(t *testing.T) {
	noon := time.Date(2026, time.June, 18, 4, 0, 0, 0, time.UTC)
	last := noon.Add(-time.Hour)
	for name, x := range map[string]struct{ said, want time.Time }{
		"no time":              {time.Time{}, noon},
		"while without signal": {noon.Add(-20 * time.Minute), noon.Add(-20 * time.Minute)},
		"before the last word": {noon.Add(-2 * time.Hour), noon},
		"a clock that is fast": {noon.Add(time.Minute), noon},
	} {
		if got := believed(x.said, last, noon); !got.Equal(x.want) {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

func TestOutlines(t *testing.T) {
	for name, x := range map[string]struct {
		ring geo.Ring
		good bool
	}{
		"not drawn":         {nil, true},
		"a square":          {geo.Ring{{Lon: 0, Lat: 0}, {Lon: 1, Lat: 0}, {Lon: 1, Lat: 1}, {Lon: 0, Lat: 1}}, true},
		"closed by itself":  {geo.Ring{{Lon: 0, Lat: 0}, {Lon: 1, Lat: 0}, {Lon: 1, Lat: 1}, {Lon: 0, Lat: 0}}, true},
		"two corners":       {geo.Ring{{Lon: 0, Lat: 0}, {Lon: 1, Lat: 0}}, false},
		"a bow tie":         {geo.Ring{{Lon: 0, Lat: 0}, {Lon: 1, Lat: 1}, {Lon: 1, Lat: 0}, {Lon: 0, Lat: 1}}, false},
		"a line":            {geo.Ring{{Lon: 0, Lat: 0}, {Lon: 1, Lat: 1}, {Lon: 2, Lat: 2}}, false},
		"not on this globe": {geo.Ring{{Lon: 0, Lat: 0}, {Lon: 1, Lat: 0}, {Lon: 1, Lat: 91}}, false},
	} {
		s := Sector{Name: "A 区", Outline: x.ring}
		if err := s.check(); (err == nil) != x.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Those who are free come first, of equals those who are near; who takes no missions comes last.
func TestByFree(t *testing.T) {
	row := func(name string, free int, near, ready bool) Row {
		return Row{Party: reception.Party{TeamName: name}, Free: free, Near: near, Ready: ready}
	}
	rows := []Row{row("离场", 9, true, false), row("忙", 0, true, true), row("远", 3, false, true), row("近", 3, true, true), row("多", 5, false, true)}
	slices.SortStableFunc(rows, byFree)
	var names []string
	for _, r := range rows {
		names = append(names, r.TeamName)
	}
	if want := []string{"多", "近", "远", "忙", "离场"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}
