package pass

import (
	"regexp"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/lifecycle"
)

// Escort is vehicles that travel together and that the police are asked to lead (警车带道, S004-55). The police have no
// account: what they answer is recorded on their behalf, with who decided, how and when.
//
//	asked ──arrange──▶ arranged ──set_out──▶ under_way ──finish──▶ done
//	  └──refuse──▶ refused ◀──refuse──┘         asked, arranged, under_way ──cancel──▶ cancelled
//
// A pass is in one escort that is not over; the database says so. One that is revoked leaves the escort, and stays on it
// as one that left.
type Escort struct {
	ID          string
	Number      string // HS-…
	Incident    string
	State       string
	Assembly    string // where the vehicles gather
	AssembleAt  time.Time
	Origin      string
	Destination string
	Route       string
	Reason      string // of EscortReasons
	Note        string
	Unit        string // that is asked, of the mechanism
	UnitName    string
	Contact     string // the desk that asks
	Leads       string // the police unit that leads; "" not arranged
	PolicePlate string
	Duty        string    // number of its duty desk
	LeadsAt     time.Time // when it sets out
	Decision    string    // id of the answer; ""
	Why         string    // refused or cancelled
	At          time.Time
	By          string
	Version     int64
	Vehicles    []Convoyed // by team and plate
}

// Convoyed is a pass in an escort.
type Convoyed struct {
	Pass
	Live    bool      // in it, and it is not over
	LeftAt  time.Time // zero: it did not leave
	LeftWhy string    // revoked; replaced: by the pass of the same vehicle for the way back
}

// EscortReasons are why the police are asked to lead.
var EscortReasons = []string{"road_damaged", "night", "wide_load", "traffic", "other"}

// Escorts is the life cycle of an escort. What was arranged may be arranged anew: another car, another time.
var Escorts = &lifecycle.Machine{
	Name: "escort",
	States: []lifecycle.State{
		{Key: "asked", Zh: "待安排", En: "asked for", Chip: "todo"},
		{Key: "arranged", Zh: "已安排", En: "arranged", Chip: "move"},
		{Key: "under_way", Zh: "带道中", En: "under way", Chip: "doing"},
		{Key: "done", Zh: "已完成", En: "done", Chip: "done"},
		{Key: "refused", Zh: "未安排", En: "refused", Chip: "no"},
		{Key: "cancelled", Zh: "已取消", En: "cancelled", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "arrange", From: []string{"asked", "arranged"}, To: "arranged", Zh: "登记安排", En: "record what was arranged", May: issue, Needs: []string{"leads", "plate", "duty", "at", "decision"}},
		{Verb: "set_out", From: []string{"arranged"}, To: "under_way", Zh: "登记出发", En: "record that it set out", May: issue},
		{Verb: "finish", From: []string{"under_way"}, To: "done", Zh: "登记到达", En: "record that it arrived", May: issue},
		{Verb: "refuse", From: []string{"asked", "arranged"}, To: "refused", Zh: "登记未安排", En: "record the refusal", May: issue, Needs: []string{"reason", "decision"}},
		{Verb: "cancel", From: []string{"asked", "arranged", "under_way"}, To: "cancelled", Zh: "取消带道", En: "cancel", May: issue, Needs: []string{"reason"}},
	},
}

// escorted is the journal's word for a verb that was done.
var escorted = map[string]string{"arrange": "arranged", "set_out": "set_out", "finish": "finished", "refuse": "refused", "cancel": "cancelled"}

// Over says whether nothing more happens to the escort: its passes are free for another.
func (e Escort) Over() bool { return len(Escorts.Possible(e.State)) == 0 }

// Teams are the teams with a vehicle in the escort, those whose pass left it too.
func (e Escort) Teams() (list []string) {
	seen := map[string]bool{}
	for _, v := range e.Vehicles {
		if !seen[v.Team] {
			seen[v.Team] = true
			list = append(list, v.Team)
		}
	}
	return list
}

// Here is how many vehicles are in the escort, without those that left it.
func (e Escort) Here() (n int) {
	for _, v := range e.Vehicles {
		if v.LeftAt.IsZero() {
			n++
		}
	}
	return n
}

// The refusals.
var (
	ErrNotForce    = fault.InvalidField("body.passes", "not_in_force", "有通行证不在本事件中，或已失效", "a pass is not of this incident, or is in force no more")
	ErrNoUnit      = fault.InvalidField("body.unit", "unknown", "该单位不在本事件的成员单位中", "this unit is not in the mechanism of the incident")
	ErrEscortEmpty = fault.New(fault.Conflict, "escort.empty", "车队中已没有有效的通行证", "no pass in force is left in the escort")
)

const maxConvoy = 60

// mobile is the number of a person's phone, as our country gives them.
var mobile = regexp.MustCompile(`(^|[^0-9])1[3-9][0-9]{9}($|[^0-9])`)

var between = regexp.MustCompile(`[\s-]`)

// desk checks the name and number of a desk. Numbers of persons are not kept here, so that nothing has to be sealed.
func desk(c *input.Check, s *string, field string, required bool) {
	c.Line(s, field, 60, required)
	c.Bad(mobile.MatchString(between.ReplaceAllString(*s, "")), field, "personal", "请填单位值班电话，不填个人手机号", "give the number of a duty desk, not of a person")
}

func (e *Escort) check(now time.Time, passes []string) error {
	var c input.Check
	c.Line(&e.Assembly, "assembly", 60, true)
	c.Bad(!e.AssembleAt.After(now) || e.AssembleAt.Sub(now) > maxAhead, "assembleAt", "range", "集结时间应晚于现在，且在 60 天内", "it gathers after now, within 60 days")
	c.Line(&e.Origin, "origin", 60, true)
	c.Line(&e.Destination, "destination", 60, true)
	c.Line(&e.Route, "route", 200, true)
	c.One(e.Reason, "reason", EscortReasons...)
	c.Text(&e.Note, "note", 200, e.Reason == "other")
	c.Line(&e.Unit, "unit", 36, true)
	desk(&c, &e.Contact, "contact", true)
	c.Bad(len(passes) == 0 || len(passes) > maxConvoy, "passes", "missing", "请选择 1 至 60 辆车", "choose 1 to 60 vehicles")
	e.AssembleAt = e.AssembleAt.UTC().Truncate(time.Second)
	return c.Err()
}

// EscortStep is one step of an escort: which fields it takes, Escorts says.
type EscortStep struct {
	Verb     string
	Leads    string    // arrange: the police unit that leads
	Plate    string    // arrange: of the police vehicle
	Duty     string    // arrange: number of its duty desk
	At       time.Time // arrange: when it sets out
	Reason   string    // refuse, cancel
	Decision *incident.Decision
}

func (x *EscortStep) check(now time.Time) error {
	var c input.Check
	verbs := []string{}
	for _, m := range Escorts.Moves {
		verbs = append(verbs, m.Verb)
	}
	c.One(x.Verb, "verb", verbs...)
	if x.Verb == "arrange" {
		c.Bad(x.At.IsZero() || x.At.Sub(now) > maxAhead, "at", "range", "带道时间有误", "the time is not right")
		x.At = x.At.UTC().Truncate(time.Second)
	}
	c.Line(&x.Leads, "leads", 60, x.Verb == "arrange")
	c.Line(&x.Plate, "plate", 16, x.Verb == "arrange")
	desk(&c, &x.Duty, "duty", x.Verb == "arrange")
	c.Text(&x.Reason, "reason", 200, x.Verb == "refuse" || x.Verb == "cancel")
	answers := x.Verb == "arrange" || x.Verb == "refuse"
	c.Bad(answers && x.Decision == nil, "decision", "missing", "请写明谁答复、如何答复", "say who answered, and how")
	if answers && x.Decision != nil {
		x.Decision.Check(&c, "decision.", now)
	}
	return c.Err()
}

// refusedCar says which of many vehicles cannot travel in an escort, and why.
func refusedCar(p Pass, code, zh, en string) error {
	plate := equipment.Shown(p.Plate)
	return fault.InvalidField("body.passes", code, plate+"："+zh, plate+": "+en)
}
