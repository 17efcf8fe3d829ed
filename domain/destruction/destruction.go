// Package destruction destroys the personal data of callers and people in need when the response is over (突发事件应对法
// art. 84–86). It covers what they said, who they are and where they are, and the words that were written about them on site.
// Rosters, approvals, check-ins and missions of rescuers are archive (art. 94) and stay; so does every figure, and that somebody
// called, for what kind of help, and what became of it.
//
// What is destroyed together is a lot: an incident, or the reports of a county and month that joined none. What it holds stands
// sealed under one key of its own; when the rows are blank the key is destroyed too, so that no copy can be read.
//
//	lot     kept ──(end of the response + destruction.keep_days)──▶ due ; held while somebody has assessed that it must be kept
//	destruction   proposed ──confirm──▶ running ──finish──▶ done
//	                  └─────refuse─────▶ refused
//	hold          in_force ──lift──▶ lifted ; it ends by itself on its day
//
// A person proposes and another confirms; nothing is destroyed by a clock. What is confirmed is done in slices behind it, by
// one node at a time, and begun again where it stopped (work.go).
package destruction

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/platform/fault"
	"lianyuan/platform/lifecycle"
)

// KeepDays is the parameter: how many days after the end of the response the data are kept.
const KeepDays = "destruction.keep_days"

// HoldDays is the parameter: how many days one assessment holds a lot at most; after them somebody assesses again.
const HoldDays = "destruction.hold_days_max"

// Lot is what is destroyed together.
type Lot struct {
	need.Lot
	Name  string    // of the incident
	Drill bool      // of a drill
	Month time.Time // of the reports without an incident: its first moment
	Ended time.Time // of the response, or the month
	Due   time.Time
	Keep  parameter.Used // by which it is due
	Holds []Hold         // in force
	Open  *Destruction   // proposed or running
}

// State is where the lot is: kept, due, held, proposed or running.
func (l Lot) State(now time.Time) string {
	switch {
	case l.Open != nil:
		return l.Open.State
	case len(l.Holds) > 0:
		return "held"
	case now.Before(l.Due):
		return "kept"
	}
	return "due"
}

// Destruction is the act, from the proposal to its end.
type Destruction struct {
	ID         string
	Number     string // XH-…
	Lot        need.Lot
	Name       string // of the incident, in a list
	State      string
	Reason     string
	By         string
	At         time.Time
	DecidedBy  string // who confirmed or refused
	DecidedAt  time.Time
	DecidedWhy string
	Due        time.Time
	Gone       Gone      // so far
	DoneAt     time.Time // zero: not yet
	Version    int64
}

// Gone is what was destroyed.
type Gone struct {
	Reports int
	Texts   int // words, notes and messages, of reports and of the work on site
	Tokens  int // hashes by which reports were found
	Points  int // of needs
}

// Hold is an assessed decision to keep a lot longer (art. 85).
type Hold struct {
	ID      string
	Lot     need.Lot
	Purpose string // of Purposes
	Lawful  string // the three parts of the assessment
	Necessary,
	Secure string
	Until    time.Time
	By       string
	At       time.Time
	LiftedBy string
	LiftedAt time.Time // zero: in force until its day
	LiftWhy  string
	Version  int64
}

// InForce says whether the hold counts.
func (h Hold) InForce(now time.Time) bool { return h.LiftedAt.IsZero() && now.Before(h.Until) }

// State is the hold's state as its table names it.
func (h Hold) State() string {
	if h.LiftedAt.IsZero() {
		return "in_force"
	}
	return "lifted"
}

// Purposes are what the law lets data be kept for.
var Purposes = []string{"evidence", "evaluation"}

// nobody is the right to what the program does by itself; no role holds it.
const nobody = "destruction.work"

// Destructions is the life cycle of the act.
var Destructions = &lifecycle.Machine{
	Name: "destruction",
	States: []lifecycle.State{
		{Key: "proposed", Zh: "待复核", En: "proposed", Chip: "todo"},
		{Key: "running", Zh: "销毁中", En: "being destroyed", Chip: "doing"},
		{Key: "done", Zh: "已销毁", En: "destroyed", Chip: "end"},
		{Key: "refused", Zh: "不予销毁", En: "refused", Chip: "no"},
	},
	Moves: []lifecycle.Move{
		{Verb: "confirm", From: []string{"proposed"}, To: "running", Zh: "复核同意", En: "confirm", May: string(access.DestructionConfirm)},
		{Verb: "refuse", From: []string{"proposed"}, To: "refused", Zh: "不同意", En: "refuse", May: string(access.DestructionConfirm), Needs: []string{"reason"}},
		{Verb: "finish", From: []string{"running"}, To: "done", Zh: "销毁完毕", En: "everything is destroyed", May: nobody},
	},
}

// Holds is the life cycle of a hold.
var Holds = &lifecycle.Machine{
	Name: "hold",
	States: []lifecycle.State{
		{Key: "in_force", Zh: "留存中", En: "in force", Chip: "wait"},
		{Key: "lifted", Zh: "已解除", En: "lifted", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "lift", From: []string{"in_force"}, To: "lifted", Zh: "解除留存", En: "lift", May: string(access.DestructionHold), Needs: []string{"reason"}},
	},
}

// The faults of destroying.
var (
	ErrNotDue  = fault.New(fault.Conflict, "destruction.not_due", "未到销毁期限：响应结束并满留存天数后方可销毁", "it is not due yet: the response has to be over for as long as the data are kept")
	ErrHeld    = fault.New(fault.Conflict, "destruction.held", "已经评估留存，须先解除或待其到期", "the data are held after an assessment; lift the hold first or wait until it ends")
	ErrOpen    = fault.New(fault.Conflict, "destruction.unsettled", "尚有未作结论的报告或未办结的需求，不能销毁", "reports without outcome or needs that are not closed stand in the way")
	ErrUnder   = fault.New(fault.Conflict, "destruction.under_way", "正在销毁或待复核，不能办理", "a destruction is proposed or under way")
	ErrNothing = fault.New(fault.NotFound, "destruction.no_lot", "没有可销毁的个人信息", "there are no personal data to destroy here")
)
