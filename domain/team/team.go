// Package team is the register of social rescue teams: who they are, whether they are registered by law, who belongs to
// them, what they can do and how they are insured.
//
// A team is one record whatever it is called: names may hold Latin letters, and aliases are searched like names
// (S004-60). Its legal status is a life cycle of its own (S000-13): a group that is not registered is on record all the
// same, because its people turn up, but it cannot be approved; its people join a host team.
//
//	legal    never_registered ──prepare──▶ preparing ──apply──▶ applied ──register──▶ registered ◀──▶ suspended
//	         deregister leads from registered or suspended to deregistered; abandon leads back to never_registered
//	member   active ──leave──▶ left
//
// Place is whose register holds the record, and decides who may see it; Home is where the team is at home. For a team of
// the own jurisdiction they are the same; one that comes from elsewhere to help has its home there and its record here.
// A leader sees and keeps the people, vehicles, equipment and insurance of the own team, and never its legal status.
//
// Members are people: name, phone and identity number stand sealed in the row, and the journal holds none of them. A
// keyed hash of the number makes one person one person across teams. What a team has in equipment and vehicles is kept
// by the context above, which tells this one what the list must find ([Equip]).
package team

import (
	"strings"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
)

// Team is a social rescue team.
type Team struct {
	ID         string
	Name       string
	Aliases    []string
	Place      place.Path // whose register holds it
	Home       place.Path // where it is registered or, never registered, at home
	Lon, Lat   float64    // of its base, WGS-84 degrees; 0, 0 when not known
	People     int        // as the team states
	Members    int        // active members on record
	Core       int        // of them core members
	Skills     []Skill
	Equipment  []Item // that works; kept by the context of equipment
	Kind       string // of Kinds
	Legal      string // state of Legals
	USCC       string // unified social credit code, "" when it has none
	USCCReason string // why a code with a wrong check character was kept
	Level      string // at which it is registered, of Levels
	Authority  string // that registered it
	Supervisor string // 业务主管单位
	CreatedAt  time.Time
	Version    int64

	Contact Contact // sealed in the row; filled by Get and Led alone

	contact []byte // sealed

	was      journal.Was // its public fields before the change under way
	from, to string      // states of the member or vehicle that the change is about
}

// Turned says that a member or vehicle of the team goes from one state to another.
func (t *Team) Turned(from, to string) { t.from, t.to = from, to }

// Contact is who answers for a team; sealed in the row.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Skill is a speciality with the grade the team holds (1 highest, 0 not graded).
type Skill struct {
	Key   string `json:"key"`
	Grade int    `json:"grade,omitempty"`
}

// Item is a kind of equipment and how many the team has.
type Item struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// SkillKeys and EquipmentKeys are what teams say they have and needs ask for (YJ/T 1.2–1.6: five specialities, and what
// practice adds).
var (
	SkillKeys     = []string{"water", "collapse", "mountain", "diving", "medical", "rope", "logistics", "communication"}
	EquipmentKeys = []string{"boat", "pump", "life_jacket", "ambulance", "satphone", "generator", "drone", "truck", "excavator", "stretcher"}
)

// Kinds are the forms of organisation; Levels are where a team can be registered.
var (
	Kinds  = []string{"social_group", "non_enterprise", "foundation", "mass_org", "enterprise", "volunteer", "other"}
	Levels = []string{"county", "city", "province", "nation"}
)

// worstGrade is the lowest grade of 应急〔2024〕83号.
const worstGrade = 3

const register = string(access.TeamRegister)

// Legals is the life cycle of the legal status (S000-13). A team enters the register with the status it has.
var Legals = &lifecycle.Machine{
	Name: "legal",
	States: []lifecycle.State{
		{Key: "never_registered", Zh: "未登记", En: "never registered", Chip: "alert"},
		{Key: "preparing", Zh: "筹备登记", En: "preparing to register", Chip: "todo"},
		{Key: "applied", Zh: "已申请登记", En: "applied", Chip: "doing"},
		{Key: "registered", Zh: "已登记", En: "registered", Chip: "done"},
		{Key: "suspended", Zh: "已停止活动", En: "suspended", Chip: "wait"},
		{Key: "deregistered", Zh: "已注销", En: "deregistered", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "prepare", From: []string{"never_registered", "deregistered"}, To: "preparing", Zh: "转入筹备", En: "begin to prepare", May: register, Needs: []string{"reason"}},
		{Verb: "apply", From: []string{"preparing"}, To: "applied", Zh: "记申请", En: "record the application", May: register},
		{Verb: "send_back", From: []string{"applied"}, To: "preparing", Zh: "记退回补正", En: "record that it was sent back", May: register, Needs: []string{"reason"}},
		{Verb: "register", From: []string{"never_registered", "preparing", "applied"}, To: "registered", Zh: "记登记", En: "record the registration", May: register, Needs: []string{"level", "authority"}},
		{Verb: "suspend", From: []string{"registered"}, To: "suspended", Zh: "记停止活动", En: "record the suspension", May: register, Needs: []string{"reason"}},
		{Verb: "resume", From: []string{"suspended"}, To: "registered", Zh: "记恢复活动", En: "record the end of the suspension", May: register, Needs: []string{"reason"}},
		{Verb: "deregister", From: []string{"registered", "suspended"}, To: "deregistered", Zh: "记注销", En: "record the deregistration", May: register, Needs: []string{"reason"}},
		{Verb: "abandon", From: []string{"preparing", "applied"}, To: "never_registered", Zh: "记放弃登记", En: "record that it gave up", May: register, Needs: []string{"reason"}},
	},
}

// ErrNotRegistered says that a group cannot be approved; its people may join a host team (S000-13).
var ErrNotRegistered = fault.New(fault.Conflict, "team.not_registered", "该队伍未依法登记，不能批准出队；其人员可编入已登记的队伍", "a group that is not registered cannot be approved; its people may join a registered team")

// Approvable says whether the team can be approved for a deployment: nil, or ErrNotRegistered.
func (t Team) Approvable() error {
	if t.Legal != "registered" {
		return ErrNotRegistered
	}
	return nil
}

// Outside says whether the team comes from beyond the jurisdiction whose register holds it.
func (t Team) Outside() bool { return t.Home != t.Place }

// fold is how names are compared and searched: full-width letters as half-width ones, lower case, without blanks.
func fold(s string) string { return strings.ToLower(input.Dense(s)) }
