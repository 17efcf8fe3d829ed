// Package mission tells teams on site what to do, and follows it to the end (S004-56, S004-36, S004-22): a mission is given
// from a need or freely, taken or declined by the leader, reported on, done, and confirmed by whoever gave it.
//
//	given ──accept──▶ accepted ──set_out──▶ under_way ──arrive──▶ on_scene ──finish──▶ done ──confirm──▶ confirmed
//	  │                                                           │  ▲  ▲                │
//	  └─decline─▶ declined                                  block ▼  │  └─────return─────┘
//	                                                        blocked ─┘ resume
//	  confirmed ──correct──▶ confirmed, with other figures
//	  given … blocked ──cancel──▶ cancelled      given … blocked ──reassign──▶ reassigned, and another party begins with given
//
// A mission takes people and vehicles of one party. A person or vehicle has one mission at most: reception keeps that, row
// by row, and frees them when the mission ends. Equipment is given by count, never more than the party brought. What the
// team reports adds up. A phone without signal keeps what was said and sends it later: by the client's ids, once, with the
// time at which it was said, also when the mission has meanwhile been given to another party or cancelled: what was done is
// done. A figure that was wrong is corrected by a report of the difference, with words that say why; what was confirmed, by the
// group that gave the mission, with a reason that the team is told. That all missions of a need are confirmed closes nothing; a
// person closes the need.
//
// When the last mission of a need ends undone, declined or cancelled, the need goes back to matched or published. Who
// leaves the site hurt leaves the mission, which goes on; a team is not counted out, nor the incident closed, while one runs.
//
// Nobody gives, confirms or ends a mission of the own team. Another of the giver's group may stand in for the giver, which is
// on record.
//
// It knows people by the ids of their rows only; names stay in reception.
package mission

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/platform/geo"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/seal"
)

// Sector is a part of the site that teams are given (作业区, S004-80).
type Sector struct {
	ID        string
	Incident  string
	Name      string
	Place     place.Path
	Outline   geo.Ring // empty: not drawn
	Hazards   string
	Contact   string // of a desk, no person's
	Open      bool
	CreatedAt time.Time
	Version   int64

	Outside          int // corners beyond the places of the incident; a warning, counted when read
	Missions, People int // that run in it now; counted when read
}

// Mission is what a party is told to do (任务).
type Mission struct {
	ID       string
	Number   string // RW-…
	Incident string
	Party    string
	Team     string // "" a group that the register does not know
	TeamName string
	Need     string // "" none
	Sector   string // "" none
	Place    place.Path
	Location string // where, in words
	Goal     string
	Hazards  string
	Contact  string
	Priority int // 1 highest … 4
	Until    time.Time
	State    string // of Missions
	Why      string // the reason of the present state, where it has one
	Before   string // the mission that this one took over; ""
	People   int    // given to it
	Vehicles int
	Told     // sums of the progress
	GivenBy  string
	Settled  string // account that confirmed it, the giver or another of the group standing in; "" nobody
	GivenAt  time.Time
	Accepted time.Time
	Started  time.Time
	OnScene  time.Time
	Done     time.Time
	Ended    time.Time // confirmed, declined, cancelled or reassigned: its people are free
	Heard    time.Time // when the team last said something
	SilentAt time.Time // when its silence is overdue; zero: nothing is awaited of the team
	Version  int64
}

// Told is what a team has done, in people. In a report it is what came since the one before; less than nothing where a report
// before it said too much.
type Told struct {
	Rescued int
	Moved   int
	Treated int
}

// takesBack says whether a report takes back what one before it said.
func (t Told) takesBack() bool { return t.Rescued < 0 || t.Moved < 0 || t.Treated < 0 }

// Late says whether the mission should have been done by now.
func (m Mission) Late(now time.Time) bool { return !m.SilentAt.IsZero() && now.After(m.Until) }

// Silent says whether the team has said nothing for too long (未回报).
func (m Mission) Silent(now time.Time) bool { return !m.SilentAt.IsZero() && now.After(m.SilentAt) }

// Item is a kind of equipment of the party and how many of it a mission takes.
type Item struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// Progress is what a team reports from the scene, or what the group corrects after the confirmation.
type Progress struct {
	ID      string
	Mission string
	Words   seal.Text
	Told
	By     string
	At     time.Time
	SaidAt time.Time // by the clock of the phone
}

// Person is somebody whom a mission takes, as reception shows them.
type Person = reception.Presence

// Ride is a vehicle that a mission takes, as reception shows it.
type Ride = reception.Ride

const give, own = string(access.MissionGive), string(access.MissionOwn)

// running are the states in which something is awaited of the team.
var running = []string{"given", "accepted", "under_way", "on_scene", "blocked"}

// Missions is the life cycle of a mission. What the leader says, the coordination group may write down for a team that
// phones.
var Missions = &lifecycle.Machine{
	Name: "mission",
	States: []lifecycle.State{
		{Key: "given", Zh: "已下达", En: "given", Chip: "todo"},
		{Key: "accepted", Zh: "已接受", En: "accepted", Chip: "doing"},
		{Key: "under_way", Zh: "前往途中", En: "under way", Chip: "move"},
		{Key: "on_scene", Zh: "已到现场", En: "on scene", Chip: "doing"},
		{Key: "blocked", Zh: "受阻", En: "blocked", Chip: "alert"},
		{Key: "done", Zh: "已完成待确认", En: "done, to be confirmed", Chip: "wait"},
		{Key: "confirmed", Zh: "已确认", En: "confirmed", Chip: "done"},
		{Key: "declined", Zh: "未接受", En: "declined", Chip: "no"},
		{Key: "cancelled", Zh: "已取消", En: "cancelled", Chip: "end"},
		{Key: "reassigned", Zh: "已改派", En: "reassigned", Chip: "back"},
	},
	Moves: []lifecycle.Move{
		{Verb: "accept", From: []string{"given"}, To: "accepted", Zh: "接受任务", En: "accept", May: own},
		{Verb: "decline", From: []string{"given"}, To: "declined", Zh: "不能接受", En: "decline", May: own, Needs: []string{"reason"}},
		{Verb: "set_out", From: []string{"accepted"}, To: "under_way", Zh: "出发", En: "set out", May: own},
		{Verb: "arrive", From: []string{"under_way"}, To: "on_scene", Zh: "到达现场", En: "arrive", May: own},
		{Verb: "progress", From: []string{"under_way"}, To: "under_way", Zh: "报进展", En: "report progress", May: own},
		{Verb: "progress", From: []string{"on_scene"}, To: "on_scene", Zh: "报进展", En: "report progress", May: own},
		{Verb: "progress", From: []string{"blocked"}, To: "blocked", Zh: "报进展", En: "report progress", May: own},
		{Verb: "progress", From: []string{"done"}, To: "done", Zh: "报进展", En: "report progress", May: own},
		{Verb: "progress", From: []string{"reassigned"}, To: "reassigned", Zh: "报进展", En: "report progress", May: own},
		{Verb: "progress", From: []string{"cancelled"}, To: "cancelled", Zh: "报进展", En: "report progress", May: own},
		{Verb: "finish", From: []string{"on_scene"}, To: "done", Zh: "报告完成", En: "report it done", May: own},
		{Verb: "block", From: []string{"on_scene"}, To: "blocked", Zh: "报告受阻", En: "report it blocked", May: own, Needs: []string{"reason"}},
		{Verb: "resume", From: []string{"blocked"}, To: "on_scene", Zh: "恢复作业", En: "resume", May: own},
		{Verb: "confirm", From: []string{"done"}, To: "confirmed", Zh: "确认完成", En: "confirm", May: give},
		{Verb: "correct", From: []string{"confirmed"}, To: "confirmed", Zh: "更正成果", En: "correct the figures", May: give, Needs: []string{"reason"}},
		{Verb: "return", From: []string{"done"}, To: "on_scene", Zh: "退回继续", En: "not done yet", May: give, Needs: []string{"reason"}},
		{Verb: "reassign", From: running, To: "reassigned", Zh: "改派", En: "reassign", May: give, Needs: []string{"reason", "party"}},
		{Verb: "cancel", From: running, To: "cancelled", Zh: "取消任务", En: "cancel", May: give, Needs: []string{"reason"}},
	},
}
