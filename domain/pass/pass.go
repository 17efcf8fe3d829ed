// Package pass lets vehicles through: one signed pass for each vehicle of an approved offer, the lists that gates go by
// without network, and what happened at the gates (S004-55, S004-67, S001-39, S000-32).
//
//	may enter   valid ──use──▶ used (its way back was taken)
//	            valid, used ──revoke──▶ revoked
//	toll free   not_asked ──ask──▶ asked ──list──▶ on_list ──charge──▶ charged ──claim──▶ refund_asked ──refund──▶ refunded
//	                        ▲        └──refuse──▶ refused ──ask──▶ asked
//
// The two are different matters and are shown apart. That a vehicle may enter is ours to say, with a signature; that it
// pays no toll is for the province or the ministry to decide, and we record what they answered.
//
// A pass is a plate and its colour, a window out and a window back. Past its last moment it has lapsed: that is no
// state but a matter of the clock, so that a gate without network sees the same. A plate has one pass in an incident
// that is neither revoked, used nor lapsed; the database says so.
//
// Vehicles travel together where the police lead them (Escort), and their teams read of service areas on the way
// (ServiceArea).
package pass

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/lifecycle"
)

// Pass is the right of one vehicle to come and go (通行证).
type Pass struct {
	ID          string
	Number      string // TX-…
	Incident    string
	Place       place.Path // that commands the incident
	Destination place.Path
	Offer       string
	Edition     int
	Team        string
	TeamName    string
	Vehicle     string // in the register
	Plate       string
	Colour      string
	Kind        string
	Purpose     string // of Purposes
	Driver      string // a member of the offer; "" not said
	Crew        int
	Load        string
	Route       string // roads, or provinces passed
	OutFrom     time.Time
	OutTo       time.Time
	BackFrom    time.Time
	BackTo      time.Time
	Code        string // what the QR holds
	Drill       bool   // issued in a drill: it opens no gate in earnest
	State       string
	Why         string // it was revoked
	RevokedAt   time.Time
	Live        bool // stands for its plate
	Vouched     bool // its offer vouches for the vehicle; where it does not, gates refuse the pass though nobody has revoked it
	Toll        Toll
	CreatedAt   time.Time
	CreatedBy   string
	Version     int64
}

// Due says whether a direction is in its window at a moment: the way in is the way out to the incident, the way out of it
// the way home. The key is one of those that gates answer with; the gate page judges alike (web/src/pass/judge.ts).
func (p Pass) Due(direction string, at time.Time) string {
	switch {
	case at.After(p.BackTo):
		return "lapsed"
	case direction == "in" && at.Before(p.OutFrom):
		return "too_early"
	case direction == "in" && at.After(p.OutTo):
		return "too_late"
	case direction == "out" && at.Before(p.BackFrom):
		return "back_early"
	}
	return inWindow
}

// inWindow is Due of what may pass.
const inWindow = "in_window"

// Lapsed says whether its last moment has passed.
func (p Pass) Lapsed(now time.Time) bool { return now.After(p.BackTo) }

// Toll is what came of the exemption.
type Toll struct {
	State     string
	Level     string    // province, ministry
	By        string    // who organised or agreed
	Agreed    time.Time // when
	Paper     string    // number or other reference of it
	Receipt   string    // number under which it is on the list
	ReceiptAt time.Time // when it came on the list
	Refund    string    // number under which the refund was asked for
	RefundAt  time.Time // when it was asked for
	Why       string    // refused, or where it was charged all the same
}

// Purposes are what a vehicle comes for: rescue; as a hired carrier; on its own account. Only the first is free of toll
// (交办公路〔2025〕64号).
var Purposes = []string{"rescue", "commercial", "own_way"}

const issue, check = string(access.PassIssue), string(access.PassCheck)

// Passes is the life cycle of the right to enter. It is used up by the passage out in its return window.
var Passes = &lifecycle.Machine{
	Name: "pass",
	States: []lifecycle.State{
		{Key: "valid", Zh: "有效", En: "valid", Chip: "done"},
		{Key: "used", Zh: "已使用", En: "used", Chip: "end"},
		{Key: "revoked", Zh: "已撤销", En: "revoked", Chip: "no"},
	},
	Moves: []lifecycle.Move{
		{Verb: "use", From: []string{"valid"}, To: "used", Zh: "返程放行", En: "let out on the way back", May: check},
		{Verb: "revoke", From: []string{"valid", "used"}, To: "revoked", Zh: "撤销", En: "revoke", May: issue, Needs: []string{"reason"}},
	},
}

// Tolls is the life cycle of the exemption from toll.
var Tolls = &lifecycle.Machine{
	Name: "toll",
	States: []lifecycle.State{
		{Key: "not_asked", Zh: "未申请", En: "not asked", Chip: "todo"},
		{Key: "asked", Zh: "已报送", En: "sent", Chip: "doing"},
		{Key: "on_list", Zh: "已列入名单", En: "on the list", Chip: "done"},
		{Key: "refused", Zh: "未同意", En: "refused", Chip: "no"},
		{Key: "charged", Zh: "已被收费", En: "charged", Chip: "alert"},
		{Key: "refund_asked", Zh: "已申请退费", En: "refund asked", Chip: "wait"},
		{Key: "refunded", Zh: "已退费", En: "refunded", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "ask", From: []string{"not_asked", "refused"}, To: "asked", Zh: "报送免费通行", En: "ask for free passage", May: issue, Needs: []string{"level", "by", "at", "paper"}},
		{Verb: "list", From: []string{"asked"}, To: "on_list", Zh: "登记已列入名单", En: "record the list entry", May: issue, Needs: []string{"receipt", "at"}},
		{Verb: "refuse", From: []string{"asked"}, To: "refused", Zh: "登记未同意", En: "record the refusal", May: issue, Needs: []string{"reason"}},
		{Verb: "charge", From: []string{"on_list"}, To: "charged", Zh: "登记误收费", En: "record that toll was charged", May: issue, Needs: []string{"reason"}},
		{Verb: "claim", From: []string{"charged"}, To: "refund_asked", Zh: "申请退费", En: "ask for the refund", May: issue, Needs: []string{"receipt", "at"}},
		{Verb: "refund", From: []string{"refund_asked"}, To: "refunded", Zh: "登记已退费", En: "record the refund", May: issue},
	},
}

// TollSets are states of Tolls that are counted and looked for together, by what they say of a pass: its exemption was asked
// for, was once granted, or was paid for in spite of it and the money is not back.
var TollSets = map[string][]string{
	"ever_asked":  {"asked", "on_list", "refused", "charged", "refund_asked", "refunded"},
	"ever_listed": {"on_list", "charged", "refund_asked", "refunded"},
	"unrefunded":  {"charged", "refund_asked"},
}

// past is the journal's word for a verb that was done.
var past = map[string]string{
	"revoke": "revoked", "ask": "toll_asked", "list": "toll_listed", "refuse": "toll_refused", "charge": "toll_charged", "claim": "refund_asked", "refund": "refunded",
}
