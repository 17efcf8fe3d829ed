package situation

import (
	"slices"
	"testing"
	"time"

	"lianyuan/domain/reception"
)

// What the figures say of team hours is what the indicator of waste says, rounded once; the table of teams adds up to it,
// and no team idles longer than it is on site.
func TestTeamHoursAreOneNumber(t *testing.T) {
	for name, minutes := range map[string][][2]int{ // on site, and of it without a mission, by party
		"half hours":    {{30, 30}, {30, 30}, {30, 0}},
		"just below":    {{89, 29}, {89, 29}, {89, 89}},
		"nobody":        {},
		"long and idle": {{600, 600}, {36, 36}, {24, 1}},
	} {
		in := inputs{}
		var spells []Spell
		for i, m := range minutes {
			p := reception.PartyFigures{OnSite: time.Duration(m[0]) * time.Minute, Idle: time.Duration(m[1]) * time.Minute}
			p.ID = string(rune('a' + i))
			in.site.Parties = append(in.site.Parties, p)
			spells = append(spells, Spell{Busy: false, From: ago(m[1]), To: now}, Spell{Busy: true, From: ago(m[0]), To: ago(m[1])})
		}
		all, without := hoursOf(spells, now)
		if got, want := [2]int64{in.onSite(false), in.onSite(true)}, [2]int64{hours(time.Duration(all * float64(time.Hour))), hours(time.Duration(without * float64(time.Hour)))}; got != want {
			t.Errorf("%s: the figures say %v, the indicator %v", name, got, want)
		}
		var sum [2]int64
		for _, r := range teamsOf(in) {
			sum[0], sum[1] = sum[0]+r.OnSite, sum[1]+r.Idle
			if r.Idle > r.OnSite {
				t.Errorf("%s: a team idles %d of %d hours", name, r.Idle, r.OnSite)
			}
		}
		if sum != [2]int64{in.onSite(false), in.onSite(true)} {
			t.Errorf("%s: the table adds up to %v", name, sum)
		}
	}
	if got := wholeHours([]time.Duration{40 * time.Minute, 50 * time.Minute, 10 * time.Minute}, nil); !slices.Equal(got, []int64{1, 1, 0}) {
		t.Errorf("rounded to %v", got)
	}
}
