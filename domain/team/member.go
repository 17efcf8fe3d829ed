package team

import (
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/platform/lifecycle"
)

// Member is a person in a team.
type Member struct {
	ID     string
	Team   string
	Core   bool
	Post   string // of Posts
	State  string // of Memberships
	Joined time.Time
	Left   time.Time
	// Version counts the changes of this record.
	Version int64

	Person Person // sealed in the row; zero until Service.Open

	sealed []byte
	person []byte // keyed hash of paper and number
}

// Person is what must never be read without a key: who a member is.
type Person struct {
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty"`
	Paper  string `json:"paper"` // of Papers
	Number string `json:"number"`
	// Reason is why a resident number with a wrong check character was kept.
	Reason string `json:"reason,omitempty"`
}

// Posts are what members do in a team; Papers are the documents by which a person is known.
var (
	Posts  = []string{"command", "search", "boat", "diving", "rope", "medical", "communication", "logistics", "driver", "other"}
	Papers = access.Papers
)

// PostWords are the words for posts in files, in Chinese and in English.
var PostWords = map[string][2]string{
	"command": {"指挥", "Command"}, "search": {"搜救", "Search"}, "boat": {"舟艇", "Boat"}, "diving": {"潜水", "Diving"}, "rope": {"绳索", "Rope"},
	"medical": {"医疗", "Medical"}, "communication": {"通信", "Communication"}, "logistics": {"后勤", "Logistics"}, "driver": {"驾驶", "Driver"}, "other": {"其他", "Other"},
}

const edit = string(access.TeamEdit)

// Memberships is the life cycle of a member. Who comes back is a new member.
var Memberships = &lifecycle.Machine{
	Name: "member",
	States: []lifecycle.State{
		{Key: "active", Zh: "在队", En: "active", Chip: "done"},
		{Key: "left", Zh: "已离队", En: "left", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "change", From: []string{"active"}, To: "active", Zh: "修改", En: "change", May: edit},
		{Verb: "leave", From: []string{"active"}, To: "left", Zh: "记离队", En: "record the leaving", May: edit, Needs: []string{"reason"}},
	},
}

// Policy is an insurance of a team's people.
type Policy struct {
	ID       string
	Team     string
	Insurer  string
	Number   string
	From, To time.Time // To is the first moment without cover
	Everyone bool      // all members of the team; else those listed
	Members  []string  // ids, sorted
	Version  int64
}

// covers says whether the policy is for a member.
func (p Policy) covers(member string) bool { return p.Everyone || slices.Contains(p.Members, member) }

// Insured tells who of the members is not insured for the whole of a time: their ids, in the order given. Policies may
// follow one another without a gap. No insurance is a warning before a deployment and never a bar by itself (S004-42).
func Insured(policies []Policy, members []string, from, to time.Time) (uncovered []string) {
	byStart := slices.SortedFunc(slices.Values(policies), func(a, b Policy) int { return a.From.Compare(b.From) })
	for _, m := range members {
		until := from
		for _, p := range byStart {
			if p.covers(m) && !p.From.After(until) && p.To.After(until) {
				until = p.To
			}
		}
		if until.Before(to) || !until.After(from) {
			uncovered = append(uncovered, m)
		}
	}
	return uncovered
}
