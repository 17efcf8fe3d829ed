// Package need takes in what people ask for and turns it into needs that forces can answer (S004-26, S004-52).
//
// Two life cycles. A report is what one person said; it ends with an outcome and never by itself. A need is what has to
// be done; one need answers any number of reports.
//
//	report  received ──look──▶ verifying ──decide──▶ done: verified · unreachable · unverifiable · false ·
//	            │                │  ▲                      self_rescued · passed_police · passed_medical
//	            └─────merge──────┤  └─────reopen───────────┘
//	                             ▼
//	                          merged ──unmerge──▶ verifying
//	need    open ──publish──▶ published ──withdraw──▶ open
//	          └──close──▶ closed ◀──close──┘ ; correct keeps the state and adds to the history
//	     published ──match──▶ matched ──start──▶ in_progress ; release leads back when not enough come any more; start from
//	     published when a mission is given before enough have come
//
// Anyone may report, without an account and without an incident: a report belongs to the duty desk of its place, and
// nothing that could be a cry for help is refused. What a caller adds later, "I am safe" too, is a claim: it goes to the
// top of the queue and closes nothing. Publishing takes two things: a verified report behind the need, and an
// instruction of the government (S004-76).
//
// Who called, the number and the words stand sealed in the row; the journal holds neither. They are found all the same
// (pairs.go, find.go): keyed hashes of the pairs of neighbouring characters, filled behind intake (follow.go), lead to
// candidates, and those are opened and read. The hashes of a report stand in their own order and not in that of the text,
// under a key for this alone, cut short; whoever holds a copy of the database and no key learns how often an unknown pair
// occurs, and no word. With another key or algorithm the follower begins again and fills them anew. What a report says of
// persons is destroyed after the response (destroy.go). The scans of an instruction stand sealed under a key of its place, whether
// it covers one incident or none, and are not destroyed with it: what a government ordered is archive (scan.go).
package need

import (
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/lifecycle"
)

// Kind is what a person asks for.
type Kind string

// The kinds of the public form; "other" takes everything else.
const (
	TrappedWater Kind = "trapped_water"
	Injured      Kind = "injured"
	Missing      Kind = "missing"
	NoWaterFood  Kind = "no_water_food"
	HouseDanger  Kind = "house_danger"
	Other        Kind = "other"
)

// Kinds are all kinds, in the order of the form.
var Kinds = []Kind{TrappedWater, Injured, Missing, NoWaterFood, HouseDanger, Other}

// Vulnerable are the groups of people who cannot help themselves, in the order of the form.
var Vulnerable = []string{"elder", "pregnant", "infant", "sick", "disabled"}

// Point is where something is, in WGS-84 degrees.
type Point struct {
	Lon, Lat float64
	Accuracy float64   // metres; 0 when unknown
	Source   string    // gps, map, text, staff
	At       time.Time // when it was measured, by the caller's clock
}

// Report is what one person said.
type Report struct {
	ID         string
	Number     string // BG-…; given at the first look
	Kind       Kind
	Severity   int  // 1 highest … 4
	People     *int // nil: not known
	Vulnerable []string
	Place      place.Path
	Point      *Point
	Channel    string // web, form, staff
	Flags      []string
	ReceivedAt time.Time
	ClientAt   time.Time // as the caller's clock says; server time is what counts
	Stage      string
	Outcome    string
	Decided    time.Time
	Looked     time.Time // when a person last looked; zero: nobody yet
	LookedBy   string
	Claims     int // additions nobody has looked at
	SafeClaim  bool
	Need       string    // id of the need that answers it
	MergedInto string    // id of the report that leads
	Incident   string    // id; "" until it joins one
	Drill      bool      // of its incident: not in earnest
	Destroyed  time.Time // when what it says of persons was destroyed; zero: it was not
	Version    int64

	Person  Person // sealed in the row
	Message string // to the caller; sealed in the row
	Found   Found  // by what, in the answer to a search

	left string // the incident that it leaves by this step, for who sees that one alone
}

// quarantined says that it came as a flood does: it stands behind all others until somebody has looked at it.
func (r Report) quarantined() bool {
	return slices.Contains(r.Flags, "quarantine") || slices.Contains(r.Flags, "no_proof")
}

// Person is what must never be read without a key: who called, how to reach them, what they said and where they say
// they are.
type Person struct {
	Phone   string `json:"phone,omitempty"`
	Name    string `json:"name,omitempty"`
	Text    string `json:"text,omitempty"`
	Address string `json:"address,omitempty"`
	Unread  string `json:"unread,omitempty"` // what of the call could not be read, as it came
}

// Reports is the life cycle of a report.
var Reports = &lifecycle.Machine{
	Name: "report",
	States: []lifecycle.State{
		{Key: "received", Zh: "待核实", En: "received", Chip: "todo"},
		{Key: "verifying", Zh: "核实中", En: "being verified", Chip: "doing"},
		{Key: "merged", Zh: "已合并", En: "merged", Chip: "merge"},
		{Key: "done", Zh: "已办结", En: "decided", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "look", From: []string{"received", "verifying"}, To: "verifying", Zh: "接看", En: "look at it", May: string(access.ReportVerify)},
		{Verb: "look", From: []string{"merged"}, To: "merged", Zh: "阅知补充", En: "read what was added", May: string(access.ReportVerify)},
		{Verb: "look", From: []string{"done"}, To: "done", Zh: "阅知补充", En: "read what was added", May: string(access.ReportVerify)},
		{Verb: "merge", From: []string{"received", "verifying"}, To: "merged", Zh: "合并", En: "merge into another", May: string(access.ReportVerify), Needs: []string{"into"}},
		{Verb: "unmerge", From: []string{"merged"}, To: "verifying", Zh: "撤销合并", En: "take out again", May: string(access.ReportVerify), Needs: []string{"reason"}},
		{Verb: "attempt", From: []string{"verifying"}, To: "verifying", Zh: "记核实", En: "record an attempt", May: string(access.ReportVerify), Needs: []string{"method", "result"}},
		{Verb: "decide", From: []string{"verifying"}, To: "done", Zh: "作出结论", En: "decide", May: string(access.ReportVerify), Needs: []string{"outcome"}},
		{Verb: "reopen", From: []string{"done"}, To: "verifying", Zh: "重新核实", En: "reopen", May: string(access.ReportVerify), Needs: []string{"reason"}},
	},
}

// Outcome is how a report ended, with the words and mark of its state.
type Outcome struct {
	Key, Zh, En, Chip string
}

// Outcomes are all ways a report can end.
var Outcomes = []Outcome{
	{"verified", "属实", "verified", "done"},
	{"unreachable", "联系不上", "unreachable", "wait"},
	{"unverifiable", "无法核实", "unverifiable", "wait"},
	{"false", "虚假", "false", "no"},
	{"self_rescued", "已自救", "safe by own means", "end"},
	{"passed_police", "转公安", "passed to the police", "move"},
	{"passed_medical", "转医疗", "passed to medical care", "move"},
}

// Methods are the ways of verifying (S004-75), Results what came of an attempt.
var (
	Methods = []string{"call_back", "grid_member", "second_source", "drone", "on_site"}
	Results = []string{"reached", "no_answer", "refused", "wrong_number", "confirmed", "denied"}
)

// Attempt is one try to verify a report.
type Attempt struct {
	ID     string
	Method string
	Result string
	Note   string // sealed in the row
	By     string
	At     time.Time
}

// Claim is what a caller added: more words, or that everyone is safe.
type Claim struct {
	ID   string
	Kind string // add, safe
	Text string // sealed in the row
	At   time.Time
}

// Need is what has to be done.
type Need struct {
	ID     string
	Number string // XQ-…
	Kind   Kind
	Draft
	Priority    Priority
	Place       place.Path
	Point       *Point
	Incident    string // id; "" until it joins one
	Drill       bool   // of its incident: not in earnest
	State       string
	Instruction string // id
	PublishedAt time.Time
	Audience    []string // teams, public
	Corrections int
	// When it was first published, and first corrected, withdrawn or either of both after that; zero: not.
	FirstPublished, FirstCorrected, FirstWithdrawn, FirstAmended time.Time
	CreatedAt                                                    time.Time
	CreatedBy                                                    string
	Version                                                      int64

	left   string // the incident that it leaves by this step, for who sees that one alone
	moment int64  // place among the needs of its severity, see shelf.go
}

// Draft is what a person writes of a need.
type Draft struct {
	Title      string
	Detail     string
	Hazards    string
	Severity   int
	People     *int
	Skills     []Skill
	Teams      int // how many teams are wanted; 0: as many as it takes
	Equipment  []Item
	WindowFrom time.Time
	WindowTo   time.Time
}

// Skill is a speciality that is wanted, with the worst grade that will do (1 highest; 0: any).
type Skill struct {
	Key   string `json:"key"`
	Grade int    `json:"grade,omitempty"`
}

// Item is a kind of equipment and how many are wanted.
type Item struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// SkillKeys and EquipmentKeys are what can be asked for: what teams say they have.
var (
	SkillKeys     = team.SkillKeys
	EquipmentKeys = team.EquipmentKeys
)

// nobody is the right to the moves that follow from approvals and orders; no role holds it.
const nobody = "need.work"

// Needs is the life cycle of a need. Matched and in_progress are reached by what is approved and ordered, see Advance; a
// need that is matched is still published, and teams see that enough come.
var Needs = &lifecycle.Machine{
	Name: "need",
	States: []lifecycle.State{
		{Key: "open", Zh: "待发布", En: "open", Chip: "todo"},
		{Key: "published", Zh: "已发布", En: "published", Chip: "move"},
		{Key: "matched", Zh: "已匹配", En: "matched", Chip: "merge"},
		{Key: "in_progress", Zh: "处置中", En: "in progress", Chip: "doing"},
		{Key: "closed", Zh: "已办结", En: "closed", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "publish", From: []string{"open"}, To: "published", Zh: "发布需求", En: "publish", May: string(access.NeedPublish), Needs: []string{"instruction", "audience"}},
		{Verb: "correct", From: []string{"open"}, To: "open", Zh: "修改", En: "edit", May: string(access.NeedEdit), Needs: []string{"reason"}},
		{Verb: "correct", From: []string{"published"}, To: "published", Zh: "更正", En: "correct", May: string(access.NeedEdit), Needs: []string{"reason"}},
		{Verb: "withdraw", From: []string{"published"}, To: "open", Zh: "撤回", En: "withdraw", May: string(access.NeedPublish), Needs: []string{"reason"}},
		{Verb: "correct", From: []string{"matched"}, To: "matched", Zh: "更正", En: "correct", May: string(access.NeedEdit), Needs: []string{"reason"}},
		{Verb: "correct", From: []string{"in_progress"}, To: "in_progress", Zh: "更正", En: "correct", May: string(access.NeedEdit), Needs: []string{"reason"}},
		{Verb: "match", From: []string{"published"}, To: "matched", Zh: "力量已满", En: "enough have been approved", May: nobody},
		{Verb: "start", From: []string{"published", "matched"}, To: "in_progress", Zh: "开始处置", En: "a team has its order or mission", May: nobody},
		{Verb: "release", From: []string{"matched", "in_progress"}, To: "published", Zh: "力量不足", En: "not enough any more", May: nobody},
		{Verb: "pause", From: []string{"in_progress"}, To: "matched", Zh: "任务撤销", En: "its last mission ended undone", May: nobody},
		{Verb: "close", From: []string{"open", "published", "matched", "in_progress"}, To: "closed", Zh: "办结", En: "close", May: string(access.NeedEdit), Needs: []string{"reason"}},
	},
}
