// Package reception receives teams on site and counts who is inside (S001-39, S004-79, S004-12): who came, with what was
// left out and what was more than the manifest said, where each person and vehicle is, and since when.
//
//	party  self_deployed ──regularise──▶ checked_in ──release──▶ leaving ──check_out──▶ checked_out ──arrive_home──▶ home_safe
//	             ├──join_host──▶ checked_out  │                                           ▲
//	             │                           ▲  └──────recall──────┘                      ▲
//	             └──turn_back──▶ turned_back ─┼───────────────check_out───────────────────┘
//
// A check-out by mistake is undone: the party is leaving again (undo.go).
//
// A team that comes with an approved offer is checked in; one that comes without is received all the same, as
// self-deployed, so that it is known who is inside. It is regularised or turned back; that it came unapproved stays with
// it. A group that is not registered by law, or that nobody knows, is never regularised: its people join a host team, as
// walk-in volunteers do (S000-13). Nobody inside is ever refused help.
//
// A person is in one place, and so is a vehicle: two unique indexes say so, whichever team or incident it is. A person
// is known by the keyed hash of the register, so that a member of two teams is one person here; who shows no paper by the
// phone, and who has neither by the name, until the desk says that it is another of that name. Names are sealed.
//
// What a party counts (people, vehicles, how many of them have a mission) is counted in the transaction that changes it.
// Missions stand above and take people and vehicles by Occupy and Free. The leaving half is in withdrawal.go.
package reception

import (
	"cmp"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/geo"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/seal"
)

// Point is where teams are received, wait or stay: a point of an incident.
type Point struct {
	ID        string
	Incident  string
	Kind      string // of PointKinds
	Name      string
	Place     place.Path
	Where     *geo.Point // nil: not on the map
	Contact   string     // of the desk, no person's
	Open      bool
	CreatedAt time.Time
	Version   int64
}

// PointKinds are what points are for: receiving teams, waiting for a mission, staying.
var PointKinds = []string{"reception", "staging", "base"}

// Party is a team on site (到场队伍), from its arrival until it is home.
type Party struct {
	ID         string
	Number     string // DC-…
	Incident   string
	Offer      string // "" it came without one
	Team       string // in the register; "" a group that it does not know
	TeamName   string
	Point      string     // where it was received
	Place      place.Path // of that point
	State      string     // of Parties
	Unapproved bool       // it came without approval; stays true once it is regularised
	TurnedBack bool       // it was asked to leave; stays true
	Why        string     // the reason of the present state, where it has one
	People     int        // inside now
	Vehicles   int        // inside now
	Busy       int        // people of it with a mission now
	Came       int        // people who were received in all
	Missing    int        // on the manifest, and not here
	Extra      int        // here, and not on the manifest; walk-ins apart
	Note       seal.Text  // what the desk wrote about differences
	HomeNote   seal.Text  // what was said when it was home
	Days       int        // self-sufficient for
	ArrivedAt  time.Time  // by the clock of the desk
	ReceivedAt time.Time  // when we heard of it
	IdleSince  time.Time  // zero: somebody of it has a mission, or nobody is inside
	LeftAt     time.Time
	HomeAt     time.Time
	HomeDue    time.Time // when the word that it is home is overdue; zero: it is not on the way home
	Withdrawal string    // the order that it leaves under; "" none
	Host       string    // the party that took its people in; "" none did
	Waiver     Mark      // for people without insurance, when it was regularised
	Contact    Who       // who leads it on site; sealed in the row, zero until opened
	CreatedBy  string
	Version    int64

	sealed []byte
}

// Inside says whether people of the party may be inside.
func (p Party) Inside() bool {
	return p.State == "self_deployed" || p.State == "checked_in" || p.State == "leaving" || p.State == "turned_back"
}

// side is who the party is, for whom its people decide about nothing: the team, or the party of a group that the register
// does not know.
func (p Party) side() string { return cmp.Or(p.Team, p.ID) }

// Mark is something that a person declared once. A zero time: nobody has.
type Mark struct {
	At     time.Time
	By     string
	Reason string
}

// Who is a person by name and number. It never stands anywhere unsealed.
type Who struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
}

// Presence is a person on site. One who left and comes back has another one.
type Presence struct {
	ID       string
	Party    string
	Incident string
	Person   string // keyed hash
	Phone    string // keyed hash; "" not known by it
	Known    string // paper, phone; name, which tells nobody apart; apart: the desk made sure; "" from before this was kept
	Member   string // in the register; "" a walk-in, or a person whom the register does not know
	Kind     string // member, walk_in
	Who      Who    // zero until opened
	Post     string // of a member; of a walk-in, what they can do
	Listed   bool   // was on the manifest
	InAt     time.Time
	OutAt    time.Time // zero: inside
	OutWhy   string    // of Outs, or as the leaving half says
	OutNote  seal.Text
	Mission  string // "" none
	Location string // where: the point, or the place of the mission
	Since    time.Time
	Version  int64

	sealed []byte
}

// Outs are why a person leaves before the party does. mistaken takes back a row that was written by mistake.
var Outs = []string{"rotated", "injured", "hospital", "transferred", "mistaken"}

// Ride is a vehicle on site.
type Ride struct {
	ID       string
	Party    string
	Incident string
	Vehicle  string // in the register; "" one that it does not know
	Plate    string // as equipment.Plate keeps it
	Colour   string // of equipment.Colours
	Kind     string // of equipment.VehicleKinds
	Listed   bool
	InAt     time.Time
	OutAt    time.Time // zero: inside
	Mission  string
	Version  int64
}

// Item is equipment of a party: what the manifest said, what came, what left.
type Item struct {
	Kind   string // of equipment.Kinds
	Listed int
	Came   int
	Out    int // -1: not counted yet
}

const work, own = string(access.ReceptionWork), string(access.ReceptionOwn)

// Parties is the life cycle of a team on site. A team that is approved begins as checked_in.
var Parties = &lifecycle.Machine{
	Name: "party",
	States: []lifecycle.State{
		{Key: "self_deployed", Zh: "未经批准到场", En: "self-deployed", Chip: "alert"},
		{Key: "checked_in", Zh: "已到场报备", En: "checked in", Chip: "doing"},
		{Key: "leaving", Zh: "待撤离", En: "leaving", Chip: "move"},
		{Key: "turned_back", Zh: "已劝返", En: "turned back", Chip: "no"},
		{Key: "checked_out", Zh: "已离场", En: "checked out", Chip: "wait"},
		{Key: "home_safe", Zh: "已平安到家", En: "safely home", Chip: "done"},
	},
	Moves: []lifecycle.Move{
		{Verb: "regularise", From: []string{"self_deployed"}, To: "checked_in", Zh: "补办批准", En: "regularise", May: work},
		{Verb: "turn_back", From: []string{"self_deployed"}, To: "turned_back", Zh: "劝返", En: "turn back", May: work, Needs: []string{"reason"}},
		{Verb: "join_host", From: []string{"self_deployed"}, To: "checked_out", Zh: "编入接待队伍", En: "join a host team", May: work, Needs: []string{"host"}},
		{Verb: "release", From: []string{"checked_in"}, To: "leaving", Zh: "下令撤离", En: "order to leave", May: work},
		{Verb: "recall", From: []string{"leaving"}, To: "checked_in", Zh: "撤销撤离", En: "recall", May: work, Needs: []string{"reason"}},
		{Verb: "check_out", From: []string{"leaving", "turned_back"}, To: "checked_out", Zh: "清点离场", En: "check out", May: work},
		{Verb: "undo_check_out", From: []string{"checked_out"}, To: "leaving", Zh: "撤销离场", En: "undo the check-out", May: work, Needs: []string{"reason"}},
		{Verb: "arrive_home", From: []string{"checked_out"}, To: "home_safe", Zh: "确认平安到家", En: "confirm safely home", May: own},
	},
}
