package situation

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
	"lianyuan/domain/support"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Figure is one number of an incident. The board, the page, the paper and the workbook all read the same ones.
type Figure struct {
	Key   string `json:"key"`   // needs.published
	Block string `json:"block"` // of Blocks
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Unit  string `json:"unit"` // of Units
	// Value counts in the unit; a moment is microseconds since 1970.
	Value int64 `json:"value"`
	// Why says why the value is not known (nothing_yet; earlier: the second of two moments came first); "" when it is. A
	// zero that is known means none.
	Why string `json:"why,omitempty"`
	// Page is the path of the page, below /app, that shows exactly the rows which were counted. It is not frozen with them.
	Page string `json:"-"`
}

// Known says whether the value is known.
func (f Figure) Known() bool { return f.Why == "" }

// Block is a group of figures.
type Block struct{ Key, Zh, En string }

// Blocks are the groups, in the order of the nine steps and with their official names (S004-52…S004-59).
var Blocks = []Block{
	{"needs", "核实并发布需求信息", "Needs, verified and published"},
	{"offers", "处理救援信息、组织统一调度", "Rescue information and unified dispatch"},
	{"site", "到场与在场", "On site"},
	{"passage", "组织交通保障", "Transport support"},
	{"missions", "组织任务管理", "Task management"},
	{"support", "组织后勤装备保障", "Logistics and equipment"},
	{"withdrawal", "组织力量撤离事故现场或灾区", "Withdrawal from the site or area"},
	{"times", "响应时效", "How fast"},
}

// Units are what figures count in.
var Units = map[string]struct{ Zh, En string }{
	"item": {"条", ""}, "offer": {"份", ""}, "team": {"支", "teams"}, "batch": {"批次", ""}, "person": {"人", "people"}, "vehicle": {"辆", "vehicles"},
	"passage": {"辆次", ""}, "piece": {"件", "pieces"}, "pass": {"张", ""}, "mission": {"项", ""}, "wave": {"批", ""}, "minute": {"分钟", "min"},
	"hour": {"小时", "h"}, "personhour": {"人时", "person-hours"}, "moment": {"", ""},
}

// TeamRow is what one party did, from its arrival until it was home (S004-83).
type TeamRow struct {
	Party      string    `json:"party"`
	Number     string    `json:"number"`
	Team       string    `json:"team,omitempty"` // id; "" a group that the register does not know
	Name       string    `json:"name"`
	State      string    `json:"state"` // of reception.Parties
	Unapproved bool      `json:"unapproved,omitempty"`
	People     int       `json:"people"`
	Vehicles   int       `json:"vehicles"`
	Equipment  int       `json:"equipment"`
	Missions   int       `json:"missions"`
	Confirmed  int       `json:"confirmed"`
	Rescued    int       `json:"rescued"`
	Moved      int       `json:"moved"`
	Treated    int       `json:"treated"`
	Hours      int64     `json:"hours"`  // people times time on missions
	OnSite     int64     `json:"onSite"` // hours of the party
	Idle       int64     `json:"idle"`   // of them, without a mission
	Asked      int       `json:"asked"`  // requests for logistics, of the team
	Met        int       `json:"met"`
	Arrived    time.Time `json:"arrived,omitzero"`
	Left       time.Time `json:"left,omitzero"`
	Home       time.Time `json:"home,omitzero"`
}

// Figures is the one set of numbers of an incident at a moment.
type Figures struct {
	At      time.Time `json:"at"`
	Figures []Figure  `json:"figures"`
	Teams   []TeamRow `json:"teams"`
	// Closing says that they are frozen, by which closing; 0: as things are now.
	Closing int `json:"-"`
}

// Get is the figure with a key.
func (f Figures) Get(key string) (Figure, bool) {
	i := slices.IndexFunc(f.Figures, func(x Figure) bool { return x.Key == key })
	if i < 0 {
		return Figure{}, false
	}
	return f.Figures[i], true
}

// inputs are what the contexts counted.
type inputs struct {
	needs    need.Figures
	offers   deployment.Figures
	site     reception.Figures
	passes   pass.Figures
	missions mission.Figures
	support  support.Figures
}

// gather counts in one transaction, so that the numbers fit together.
func gather(tx *db.Tx, id string) (in inputs, err error) {
	if in.needs, err = need.FiguresOf(tx, id); err != nil {
		return in, err
	}
	if in.offers, err = deployment.FiguresOf(tx, id); err != nil {
		return in, err
	}
	if in.site, err = reception.FiguresOf(tx, id); err != nil {
		return in, err
	}
	if in.passes, err = pass.FiguresOf(tx, id); err != nil {
		return in, err
	}
	if in.missions, err = mission.FiguresOf(tx, id); err != nil {
		return in, err
	}
	in.support, err = support.FiguresOf(tx, id)
	return in, err
}

// count is the set as things are now.
func countFigures(tx *db.Tx, id string) (f Figures, err error) {
	in, err := gather(tx, id)
	if err != nil {
		return f, err
	}
	return Figures{At: tx.Now, Figures: figuresOf(in), Teams: teamsOf(in)}, nil
}

// figuresOf fills the table of figures.
func figuresOf(in inputs) []Figure {
	list := make([]Figure, 0, len(table)+2*len(support.Categories))
	for _, d := range table {
		f := Figure{Key: d.key, Block: d.block, Zh: d.zh, En: d.en, Unit: d.unit}
		n, known := d.of(in)
		f.Value = n
		switch {
		case !known:
			f.Value, f.Why = 0, "nothing_yet"
		case n < 0:
			f.Value, f.Why = 0, "earlier"
		}
		list = append(list, f)
	}
	for _, c := range support.Categories {
		m := in.support.Categories[c.Key]
		list = append(list,
			Figure{Key: "support.asked." + c.Key, Block: "support", Zh: c.Zh + "申请", En: "Asked for: " + c.En, Unit: "item", Value: int64(m.Asked)},
			Figure{Key: "support.met." + c.Key, Block: "support", Zh: c.Zh + "到位", En: "Met: " + c.En, Unit: "item", Value: int64(m.Met)})
	}
	slices.SortStableFunc(list, func(a, b Figure) int { return blockAt(a.Block) - blockAt(b.Block) })
	return list
}

func blockAt(key string) int {
	return slices.IndexFunc(Blocks, func(b Block) bool { return b.Key == key })
}

// teamsOf is a row for each party. Logistics is asked for by team: it stands with the first party of the team.
func teamsOf(in inputs) []TeamRow {
	rows := make([]TeamRow, 0, len(in.site.Parties))
	told := map[string]bool{}
	for _, p := range in.site.Parties {
		d := in.missions.Parties[p.ID]
		r := TeamRow{
			Party: p.ID, Number: p.Number, Team: p.Team, Name: p.TeamName, State: p.State, Unapproved: p.Unapproved, People: p.Came, Vehicles: p.Rides,
			Equipment: p.Equipment, Missions: d.Given, Confirmed: d.Confirmed, Rescued: d.Rescued, Moved: d.Moved, Treated: d.Treated,
			Arrived: p.ArrivedAt, Left: p.LeftAt, Home: p.HomeAt,
		}
		if p.Team != "" && !told[p.Team] {
			told[p.Team] = true
			m := in.support.Teams[p.Team]
			r.Asked, r.Met = m.Asked, m.Met
		}
		rows = append(rows, r)
	}
	apportion(in, rows)
	return rows
}

// apportion gives each row whole hours that add up to the figures of all teams; no team has more without a mission than on
// site.
func apportion(in inputs, rows []TeamRow) {
	onSite, idle, worked := make([]time.Duration, len(rows)), make([]time.Duration, len(rows)), make([]time.Duration, len(rows))
	for i, p := range in.site.Parties {
		onSite[i], idle[i], worked[i] = p.OnSite, p.Idle, in.missions.Parties[p.ID].Worked
	}
	all := wholeHours(onSite, nil)
	without, task := wholeHours(idle, all), wholeHours(worked, nil)
	for i := range rows {
		rows[i].OnSite, rows[i].Idle, rows[i].Hours = all[i], without[i], task[i]
	}
}

// wholeHours rounds times to hours that add up to the rounded sum: down first, and up where most was left out. most, when not
// nil, is what each may come to.
func wholeHours(parts []time.Duration, most []int64) []int64 {
	out, order := make([]int64, len(parts)), make([]int, len(parts))
	var sum time.Duration
	left := int64(0)
	for i, d := range parts {
		sum += d
		out[i], order[i] = int64(d/time.Hour), i
		left -= out[i]
	}
	left += hours(sum)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(parts[b]%time.Hour, parts[a]%time.Hour) })
	for given := true; left > 0 && given; {
		given = false
		for _, i := range order {
			if left > 0 && (most == nil || out[i] < most[i]) {
				out[i]++
				left--
				given = true
			}
		}
	}
	return out
}

func hours(d time.Duration) int64 { return int64(math.Round(d.Hours())) }

// may asks whether the actor sees the figures of an incident: whoever sees the incident and holds the right somewhere.
func sees(a access.Actor, i incident.Incident) bool {
	return i.Seen(a) && (len(a.Spans(access.SummarySee)) > 0 || slices.Contains(a.Incidents(access.SummarySee), i.ID))
}

// seen is an incident for somebody who may see its figures; not found otherwise.
func seen(tx *db.Tx, actor access.Actor, id string) (i incident.Incident, err error) {
	if i, err = incident.ByID(tx, id); err != nil {
		return i, err
	}
	if !sees(actor, i) {
		return i, fault.ErrNotFound
	}
	return i, nil
}

// FiguresOf is the set of numbers of an incident: frozen when it is closed, as things are now otherwise. Not found for
// whoever may not see them.
func (s *Service) FiguresOf(ctx context.Context, id string) (f Figures, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return f, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := seen(tx, actor, id)
		if err != nil {
			return err
		}
		f, err = figuresNow(tx, i)
		return err
	})
	return f, err
}

// figuresNow are the numbers that count: of the last closing while the incident is closed.
func figuresNow(tx *db.Tx, i incident.Incident) (f Figures, err error) {
	found := false
	if i.State == "closed" {
		f, found, err = frozen(tx, i.ID, 0)
	}
	if err == nil && !found {
		f, err = countFigures(tx, i.ID)
	}
	f.lead(i.ID)
	return f, err
}

// lead writes where the rows of each figure are.
func (f Figures) lead(incident string) {
	for n := range f.Figures {
		f.Figures[n].Page = pathIn(pageOf(f.Figures[n].Key), incident)
	}
}

// pageOf is where the rows of a figure are; "" for one that is counted no more.
func pageOf(key string) string {
	for _, d := range table {
		if d.key == key {
			return d.page
		}
	}
	if part, ok := strings.CutPrefix(key, "support."); ok {
		return requests + part // of a category
	}
	return ""
}
