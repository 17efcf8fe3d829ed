package situation

import (
	"strings"
	"testing"
	"time"

	"lianyuan/domain/incident"
)

// The paper tells of every end and every new beginning in their order; what was submitted, of those until the end that it is about.
func TestFactsFollowTheEnds(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 6, 18, hour, 0, 0, 0, time.FixedZone("CST", 8*3600)) }
	w := WholeSummary{
		Of:         incident.Incident{Number: "SJ-A0001", Began: at(1), ClosedAt: at(12)},
		Closings:   []Closing{{No: 1, At: at(8)}, {No: 2, At: at(12)}},
		Reopenings: []incident.Decision{{DecidedBy: "市指挥部", At: at(10)}},
	}
	const first, again, second = "2026年6月18日08时00分结束。", "经市指挥部决定，于2026年6月18日10时00分重新启动。", "2026年6月18日12时00分再次结束。"
	for _, c := range []struct {
		state   string
		closing int
		closed  int // how many of the ends there have been
		want    string
	}{
		{"draft", 0, 0, ""},
		{"draft", 0, 1, first + again}, // it runs again
		{"draft", 0, 2, first + again + second},
		{"issued", 1, 2, first},
		{"issued", 2, 2, first + again + second},
	} {
		x := w
		x.State, x.Closing, x.Closings = c.state, c.closing, w.Closings[:c.closed]
		if _, got, _ := strings.Cut(x.facts(), "发生。"); got != c.want {
			t.Errorf("%s of %d after %d ends: %s", c.state, c.closing, c.closed, got)
		}
	}
}

// A late fact about figures that were frozen anew since says of which end its number is.
func TestLateFactsSayOfWhichEnd(t *testing.T) {
	two := int64(2)
	a := Addendum{About: "figure", Item: "support.met", Closing: 1, Value: &two, Frozen: Figure{Key: "support.met", Zh: "全部到位", Value: 1}}
	for closing, want := range map[int]string{1: "全部到位", 2: "全部到位（第 1 次结束时）", 0: "全部到位（第 1 次结束时）"} {
		if what, before, after := (WholeSummary{Figures: Figures{Closing: closing}}).subject(a); what != want || before != "1" || after != "2" {
			t.Errorf("beside the figures of %d: %s, %s, %s", closing, what, before, after)
		}
	}
}
