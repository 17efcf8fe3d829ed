package reception

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"lianyuan/platform/input"
	"lianyuan/platform/lifecycle"
)

// Teams leave in waves (S004-58, S004-82):
//
//	withdrawal  planned ──order──▶ ordered ──(the last party is out)──▶ done
//	               └────────cancel─────────┴──▶ cancelled     └─(a check-out is undone)─▶ ordered
//
// An order takes every party of the wave from checked_in to leaving. A party is counted out against who is inside of it
// (checkout.go), hands back what it was lent (handback.go), and is home when its leader says so. A wave is done in the
// transaction of its last check-out. Cancelled, it recalls the parties that have not left.

// Withdrawal is a wave of parties that leave (撤离批次).
type Withdrawal struct {
	ID        string
	Number    string // CL-…
	Incident  string
	Wave      int // from 1 in its incident
	State     string
	Reason    string
	Point     string // where they are counted out
	From, To  time.Time
	Route     string
	Guidance  string // what the teams heed on the way (S004-37)
	Contact   string // of a desk, no person's
	OrderedBy string
	OrderedAt time.Time // zero: not yet
	CreatedBy string
	CreatedAt time.Time
	Version   int64

	Members []Leaver
}

// Leaver is a party of a wave.
type Leaver struct {
	Party
	TakenAt time.Time // its leader acknowledged the order; zero: not yet
	Open    int       // lines of its hand-back list that are not recorded
}

// Out says whether the party has left.
func (l Leaver) Out() bool { return l.State == "checked_out" || l.State == "home_safe" }

// Left is how many parties of the wave have left.
func (w Withdrawal) Left() (n int) {
	for _, m := range w.Members {
		if m.Out() {
			n++
		}
	}
	return n
}

// Withdrawals is the life cycle of a wave. finish follows from the last check-out, resume from one that was undone.
var Withdrawals = &lifecycle.Machine{
	Name: "withdrawal",
	States: []lifecycle.State{
		{Key: "planned", Zh: "拟定", En: "planned", Chip: "todo"},
		{Key: "ordered", Zh: "已下令", En: "ordered", Chip: "move"},
		{Key: "done", Zh: "已完成", En: "done", Chip: "done"},
		{Key: "cancelled", Zh: "已取消", En: "cancelled", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "change", From: []string{"planned"}, To: "planned", Zh: "修改批次", En: "change", May: work, Needs: []string{"parties", "reason", "point", "from", "to"}},
		{Verb: "order", From: []string{"planned"}, To: "ordered", Zh: "下达撤离令", En: "give the order", May: work},
		{Verb: "finish", From: []string{"ordered"}, To: "done", Zh: "全部离场", En: "all have left", May: work},
		{Verb: "resume", From: []string{"done"}, To: "ordered", Zh: "恢复执行", En: "go on", May: work},
		{Verb: "cancel", From: []string{"planned", "ordered"}, To: "cancelled", Zh: "取消批次", En: "cancel", May: work, Needs: []string{"reason"}},
	},
}

// Plan is what a wave is planned with.
type Plan struct {
	Parties  []string
	Reason   string
	Point    string
	From, To time.Time
	Route    string
	Guidance string
	Contact  string
}

const maxWave = 100

// check brings a plan into the form in which it is kept and names what is wrong; most is how long its window may be.
func (p *Plan) check(now time.Time, most time.Duration) error {
	var c input.Check
	c.Bad(len(p.Parties) == 0, "parties", "missing", "请选择撤离的队伍", "choose the teams that leave")
	c.Bad(len(p.Parties) > maxWave, "parties", "too_many", "一批不超过 100 支队伍", "at most 100 teams in a wave")
	for i, id := range p.Parties[:min(len(p.Parties), maxWave)] {
		c.Bad(slices.Contains(p.Parties[:i], id), fmt.Sprintf("parties[%d]", i), "twice", "重复", "it stands twice")
	}
	c.Text(&p.Reason, "reason", 200, true)
	c.Bad(p.Point == "", "point", "missing", "请选择清点离场的报备点", "say where they are counted out")
	c.Bad(!p.From.Before(p.To), "to", "range", "结束时间应晚于开始时间", "the end must come after the beginning")
	c.Bad(!p.To.After(now), "to", "past", "撤离时段已过", "the window lies in the past")
	days := strconv.FormatFloat(most.Hours()/24, 'f', -1, 64)
	c.Bad(p.To.Sub(p.From) > most, "to", "too_long", "撤离时段不超过 "+days+" 天", "at most "+days+" days")
	c.Text(&p.Route, "route", 300, true)
	c.Text(&p.Guidance, "guidance", 1000, false)
	c.Line(&p.Contact, "contact", 60, true)
	p.From, p.To = p.From.UTC().Truncate(time.Second), p.To.UTC().Truncate(time.Second)
	return c.Err()
}

// take writes a plan into a wave.
func (w *Withdrawal) take(p Plan) {
	w.Reason, w.Point, w.From, w.To, w.Route, w.Guidance, w.Contact = p.Reason, p.Point, p.From, p.To, p.Route, p.Guidance, p.Contact
}
