// Package notice is the one port through which people are told: in the application always, by short message where a
// gateway is configured, and by a person on the phone where neither reached them (S004-12, S004-50, S000-17).
//
//	delivery  queued ──send──▶ sent ──arrive──▶ delivered ──read──▶ read       one addressee by one channel
//	            │ ╲              ╲──read──────────────────────────▶
//	            │  ╲──arrive──▶ delivered                failed, held ──resend──▶ queued
//	            ├──fail──▶ failed          refused (also sent, by a later receipt), no number on record, given up
//	            └──hold──▶ held            no gateway, a drill, a demo
//
// Nobody writes a notice. It follows from the journal: the table of kinds (kind.go) says which change tells whom, in
// which words and how soon somebody must phone. A context says what happened and knows nothing of notices. The follower
// moves its cursor in the transaction that writes the notices, so that every change tells once, whatever node does it.
// What passes a deadline without a change is told of in the same way (watch.go).
//
// A notice holds no words: they are made when it is read or sent, of the template and of public fields. A number is
// unsealed in the moment of sending and stands nowhere else. A drill and a demo send no short message and say so.
//
// An addressee who has read, answered, or has the short message on the phone needs nobody. Who has not within
// notice.read_within stands in the list of those to be phoned until somebody writes down that they were told. What an officer
// has not read when the place of the office ends goes to whoever took over (heir.go).
package notice

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/lifecycle"
)

// Notice is one thing that people are told.
type Notice struct {
	ID       string
	Cause    string // position of the journal row, or what has passed its deadline, with the kind
	Kind     string // key of Kinds
	Incident string // id, "" for none
	Place    place.Path
	Subject  string // id of the record it is about
	Body     map[string]any
	Drill    bool
	At       time.Time
}

// The channels.
const (
	App = "app" // in the application
	SMS = "sms"
)

// Why a delivery failed or is held.
const (
	NoGateway = "no_gateway" // no gateway is configured
	Drill     = "drill"      // a drill never sends
	Demo      = "demo"       // nor does a demo
	NoNumber  = "no_number"  // none on record
	Refused   = "refused"    // by the gateway
	GaveUp    = "gave_up"    // after notice.sms_tries
)

// Delivery is an addressee by one channel.
type Delivery struct {
	ID        string
	Notice    string
	Recipient string
	Incident  string
	Channel   string
	Account   string // in the application
	Team      string // by short message: whose number it goes to
	State     string
	Why       string
	Tries     int
	Next      time.Time // not before
	At        time.Time
	Since     time.Time // in this state
	Version   int64
}

// Recipient is whom a notice is for: a person, or a team with all who lead it.
type Recipient struct {
	ID       string
	Notice   string
	Incident string
	Account  string // "" for a team
	Team     string // "" for a person
	ReadBy   time.Time
	Read     time.Time
	Answered time.Time
	Told     time.Time // when a short message was on the phone
	Called   time.Time
	CalledBy string
	Outcome  string // of Outcomes; "" when nobody phoned
	Wanted   bool   // nobody knows yet whether it was taken notice of
	Version  int64
}

// Outcomes are what can come of a phone call. After the last the addressee stays in the list.
var Outcomes = []string{"reached", "passed_on", "no_answer"}

const call = string(access.NoticeCall)

// Deliveries is the life cycle of a delivery. Only resend is said by people; the others follow from what the program and
// the addressee do.
var Deliveries = &lifecycle.Machine{
	Name: "delivery",
	States: []lifecycle.State{
		{Key: "queued", Zh: "待发", En: "queued", Chip: "todo"},
		{Key: "sent", Zh: "已提交", En: "handed over", Chip: "move"},
		{Key: "delivered", Zh: "已送达", En: "delivered", Chip: "doing"},
		{Key: "read", Zh: "已读", En: "read", Chip: "done"},
		{Key: "failed", Zh: "发送失败", En: "failed", Chip: "no"},
		{Key: "held", Zh: "未发送", En: "not sent", Chip: "wait"},
	},
	Moves: []lifecycle.Move{
		{Verb: "send", From: []string{"queued"}, To: "sent", Zh: "提交网关", En: "hand to the gateway", May: call},
		{Verb: "arrive", From: []string{"queued", "sent"}, To: "delivered", Zh: "送达", En: "arrive", May: call},
		{Verb: "read", From: []string{"sent", "delivered"}, To: "read", Zh: "阅读", En: "read", May: call},
		{Verb: "fail", From: []string{"queued", "sent"}, To: "failed", Zh: "记发送失败", En: "fail", May: call},
		{Verb: "hold", From: []string{"queued"}, To: "held", Zh: "不发送", En: "do not send", May: call},
		{Verb: "resend", From: []string{"failed", "held"}, To: "queued", Zh: "重新发送", En: "send again", May: call},
	},
}
