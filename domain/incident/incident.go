// Package incident runs an on-site coordination mechanism for one disaster: it is recorded, the mechanism is activated
// by a person, three groups work, and it is wound up and closed (S004-10, S004-48).
//
//	incident  recorded ──activate──▶ active ──withdraw──▶ withdrawing ──close──▶ closed
//	             │                    ▲  └───────close──────────────────────────▲ │
//	             └──drop──▶ dropped   └──resume── withdrawing     active ◀──reopen┘
//	roster    draft ──submit──▶ submitted ──approve──▶ approved      (of headquarters, on whose behalf it is recorded)
//	            ▲                  └──return──▶ returned ──save──▶ draft
//	handover  sent ──take──▶ taken ──finish──▶ done ; sent ──return──▶ returned
//
// Activation is always a decision of a person with a reason; a parameter only suggests it (S000-14). The groups come
// from the template of the place's standing mechanism (domain/org) and belong to the incident from then on. Until
// headquarters has approved the roster (S004-74) the coordination office works all three queues, and every page says so.
//
// People without an account decide too: headquarters, a ministry, another province, a government. Their decisions are
// recorded on their behalf (Decision): who decided, how, when, by which paper, recorded by whom; an oral one counts at
// once and is confirmed when its paper comes.
package incident

import (
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
)

// Classes are the four classes of emergencies (突发事件应对法 art. 2).
var Classes = []string{"natural", "accident", "health", "security"}

// Incident is one emergency that the mechanism is run for.
type Incident struct {
	ID        string
	Number    string // SJ-…
	Name      string
	Class     string
	Severity  int          // 1 highest … 4; 0 not graded: art. 3 grades no social-security incident
	Place     place.Path   // whose headquarters command it
	Places    []place.Path // every place it touches; Place is one of them
	HQ        string       // the on-site headquarters
	Commander string       // name and post, as announced
	Began     time.Time
	Drill     bool // an exercise: watermarked, apart from statistics, never sends

	State       string
	Mechanism   string // id of the standing mechanism
	Lead        string // division that leads all three groups
	ActivatedAt time.Time
	ActivatedBy string
	Reason      string
	Basis       string
	SuggestedBy string // the parameter that suggested it, with its value; "" when nothing did
	ClosedAt    time.Time
	CreatedAt   time.Time
	CreatedBy   string
	Version     int64

	was   journal.Was    // its public fields before the change under way
	about map[string]any // what the journal is told besides
}

// Open says whether the mechanism runs: what belongs to the work on site may be written.
func (i Incident) Open() bool { return i.State == "active" || i.State == "withdrawing" }

// Covers says whether a place belongs to what the incident concerns: it lies there, a district that ended has left it to one
// that the incident touches, or it lay there when the incident began and has been shared out since. What names whoever took
// over the command, and nothing narrower, may be of the incident too: nobody can name the district that ended any more.
func (i Incident) Covers(tree *place.Tree, p place.Path, at time.Time) bool {
	return i.reaches(tree, i.Place, p, at) || i.Touches(tree, p, at) || slices.Contains(tree.Seats(i.Place, at), p)
}

// Touches is Covers without what the commanding jurisdiction has besides.
func (i Incident) Touches(tree *place.Tree, p place.Path, at time.Time) bool {
	return slices.ContainsFunc(i.Places, func(x place.Path) bool { return i.reaches(tree, x, p, at) })
}

func (i Incident) reaches(tree *place.Tree, over, p place.Path, at time.Time) bool {
	return tree.Answers(over, p, at) || over.Contains(tree.Was(p, i.Began))
}

// Incidents is the life cycle of an incident.
var Incidents = &lifecycle.Machine{
	Name: "incident",
	States: []lifecycle.State{
		{Key: "recorded", Zh: "待启动", En: "recorded", Chip: "todo"},
		{Key: "active", Zh: "机制运行中", En: "mechanism active", Chip: "doing"},
		{Key: "withdrawing", Zh: "组织撤离中", En: "withdrawing", Chip: "move"},
		{Key: "closed", Zh: "已结束", En: "closed", Chip: "end"},
		{Key: "dropped", Zh: "不启动", En: "not activated", Chip: "no"},
	},
	Moves: []lifecycle.Move{
		{Verb: "activate", From: []string{"recorded"}, To: "active", Zh: "启动机制", En: "activate", May: string(access.IncidentLead), Needs: []string{"reason", "basis"}},
		{Verb: "drop", From: []string{"recorded"}, To: "dropped", Zh: "不启动", En: "do not activate", May: string(access.IncidentLead), Needs: []string{"reason"}},
		{Verb: "withdraw", From: []string{"active"}, To: "withdrawing", Zh: "开始撤离", En: "begin withdrawal", May: string(access.IncidentLead), Needs: []string{"reason"}},
		{Verb: "resume", From: []string{"withdrawing"}, To: "active", Zh: "恢复运行", En: "resume", May: string(access.IncidentLead), Needs: []string{"reason"}},
		{Verb: "close", From: []string{"active", "withdrawing"}, To: "closed", Zh: "结束机制", En: "close", May: string(access.IncidentLead), Needs: []string{"reason"}},
		{Verb: "reopen", From: []string{"closed"}, To: "active", Zh: "重新启动", En: "reopen", May: string(access.IncidentLead), Needs: []string{"reason", "decision"}},
	},
}

// check refuses an incident that nobody could tell from another, naming each field. commands are the desks of its place: what
// it touches lies in one of them.
func (i *Incident) check(now time.Time, commands []place.Path) error {
	var c input.Check
	c.Line(&i.Name, "name", 40, true)
	c.One(i.Class, "class", Classes...)
	c.Bad(i.Severity < 0 || i.Severity > 4, "severity", "range", "事件分级为 1 至 4", "severity is 1 to 4")
	c.Bad(i.Severity == 0 && i.Class != "security", "severity", "missing", "请选择事件分级", "choose a severity")
	c.Line(&i.HQ, "hq", 60, false)
	c.Line(&i.Commander, "commander", 60, false)
	c.Bad(i.Began.IsZero() || i.Began.After(now.Add(time.Hour)), "began", "range", "发生时间有误", "the time it began is not right")
	c.Bad(len(i.Places) > 60, "places", "too_many", "涉及地区过多，请填写上一级地区", "too many places; name the one above them")
	for _, p := range i.Places {
		c.Bad(!slices.ContainsFunc(commands, func(over place.Path) bool { return over.Contains(p) }), "places", "outside", "涉及地区应在指挥层级辖区内", "a place lies outside the jurisdiction that commands")
	}
	if !slices.Contains(i.Places, i.Place) && len(i.Places) == 0 {
		i.Places = []place.Path{i.Place}
	}
	slices.Sort(i.Places)
	i.Places = slices.Compact(i.Places)
	return c.Err()
}

// Suggestion is what the parameter coord.trigger_severity_min says of activating; a person decides.
type Suggestion struct {
	On        bool
	Threshold string
	Source    string
	Place     place.Path // whose value was used
	used      parameter.Used
}

// severityWords are the grades as the law names them, 1 first.
var severityWords = []string{"特别重大", "重大", "较大", "一般"}

// Severity is the grade that the threshold names, 1 highest; 0 when it names none.
func (s Suggestion) Severity() int { return slices.Index(severityWords, s.Threshold) + 1 }

// suggest says whether a severity reaches a threshold. A lower number is more serious.
func suggest(severity int, threshold string) bool {
	at := slices.Index(severityWords, threshold) + 1
	return at > 0 && severity > 0 && severity <= at
}

// Response is an emergency response that a government or headquarters has started (突发事件应对法 art. 71–72).
type Response struct {
	ID       string
	Name     string // the matter: 市级防汛应急响应
	Level    int    // 1 (highest) … 4
	Began    time.Time
	Expected string // how long it is expected to last
	Measures string
	Ended    time.Time // zero: in force
	Decision Decision
	EndedBy  *Decision
	Version  int64
}

// Decision is what somebody without an account decided, recorded on their behalf.
type Decision struct {
	ID          string
	About       string // of Abouts
	DecidedBy   string
	How         string // paper, phone, meeting, system
	DecidedAt   time.Time
	Reference   string // number of the paper, of the minutes, of the other system
	Words       string
	By          string // who recorded it
	At          time.Time
	ConfirmedAt time.Time // zero: the paper is still awaited
	ConfirmedBy string
	Version     int64
	Scans       int // photos and scans of the paper
}

// Hows are the ways in which a decision reaches us.
var Hows = []string{"paper", "phone", "meeting", "system"}

// Abouts are the matters that are decided by others.
var Abouts = []string{"response", "response_end", "activation", "roster", "reopen", "deployment", "directive", "summary", "escort", "other"}

func (d *Decision) check(c *input.Check, at string, now time.Time) {
	c.Line(&d.DecidedBy, at+"decidedBy", 60, true)
	c.One(d.How, at+"how", Hows...)
	c.Line(&d.Reference, at+"reference", 80, d.How == "paper" || d.How == "system")
	c.Text(&d.Words, at+"words", 500, false)
	c.Bad(d.DecidedAt.IsZero() || d.DecidedAt.After(now.Add(time.Hour)), at+"decidedAt", "range", "决定时间有误", "the time of the decision is not right")
}

// Seat is a unit in one of the groups of the incident.
type Seat struct {
	Group org.Group
	Unit  string // id
	Name  string
}

// Contact is a number by which the mechanism is reached: of a desk, not of a person.
type Contact struct {
	Name   string
	Number string
	Public bool // everyone; otherwise teams and staff
}

// WorkingGroup is what an upper level sends to guide a place (S004-47).
type WorkingGroup struct {
	ID      string
	Place   place.Path // whose mechanism sends it
	Head    string
	Members string // units, a line each
	Task    string
	Sent    time.Time
	Back    time.Time // zero: still there
	By      string
	Version int64
}
