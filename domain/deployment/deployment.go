// Package deployment brings teams to an incident: they sign up, are matched with needs, approved level by level and
// ordered out (S002-38: request, approval, check-in, task; S004-28, S004-53, S004-54).
//
//	offer  offered ──match──▶ matched ──begin──▶ approving ──agree (the last)──▶ approved ──order──▶ ordered ──acknowledge──▶ acknowledged
//	          │  ▲               │                 │  │                             │                                     │
//	          │  └──take_up── standby ◀──stand_by──┘  └──return──▶ returned         └───────────stand_down──▶ stood_down ◀─┘
//	          └──stand_by──▶ standby                               returned ──correct──▶ offered, as a new edition
//	       refuse and decline lead to refused, withdraw to withdrawn
//	       approved, ordered, acknowledged ──arrive──▶ on_site ──finish──▶ finished
//
// That a team has come and that it is home again is said by reception, in its transaction (Arrived, Finished). Once a
// team is on site its offer is neither stood down nor refused: a station that does not sign after is on record, and the
// team leaves by the order of a withdrawal. What was deployed first is signed for or refused also when the team is home again
// or was stood down on the way: it is open until then.
//
// Who approves is a chain of authorities (Chain), from the home of the team upwards; it is stored with the offer when it
// begins. The coordination group of the destination accepts as well, at any time before the order. Where enough have
// come the offer goes to standby: no wave of cars sets out for nothing. To save lives a team may be ordered out first
// and signed for after; it stays marked until every station has signed.
//
// A person or a vehicle stands in one live offer at a time; a claim, unique in the database, says so, and a refusal
// names the row and not the other offer. What an offer said before it was corrected is kept as its edition.
//
// A team that is not registered by law is never approved; its people join a host team (S000-13). Nobody approves the
// own team. Checks are facts: they are shown before a decision and decide nothing, but for registration, and insurance,
// which takes a waiver (S004-42).
package deployment

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/lifecycle"
)

// Offer is what a team puts at the disposal of an incident (报名).
type Offer struct {
	ID       string
	Number   string // CD-…
	Incident string
	Team     string
	TeamName string     // as it was called then
	Home     place.Path // of the team
	// Destination is where it is wanted: what all its needs lie in, or the place that commands the incident.
	Destination place.Path
	Via         string // leader; general: registered on the team's behalf (S004-28)
	State       string
	Why         string // the reason of the present state, where it has one
	TakenUp     string // why it was taken out of standby; "" otherwise
	Case        string // of Cases, once the approval began
	Rule        parameter.Used
	Due         time.Time // when the open station should have decided, or a signature after is due; zero: nothing waits
	People      int
	Vehicles    int

	Urgent   Mark   // deployed first, to be signed after
	Cause    string // of Causes, why lives depend on it; "" not deployed first
	Accepted Mark   // by the coordination group of the destination
	Waiver   Mark   // for people without insurance

	Edition   Edition
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// Causes are why lives depend on a team that is deployed before it is signed for (S000-57): people are trapped; are missing
// or in the water; are hurt or ill and cannot wait; are about to be reached by the danger; are cut off from all help.
var Causes = []string{"trapped", "missing", "injured", "imminent", "cut_off"}

// Mark is something that a person declared once. A zero time: nobody has.
type Mark struct {
	At     time.Time
	By     string
	Reason string
}

// Edition is what an offer says; a correction makes a new one and keeps the old.
type Edition struct {
	No     int
	Days   int       // self-sufficient for
	ETA    time.Time // at the place it is wanted
	Origin string    // where it sets out
	Note   string
	At     time.Time
	By     string

	Needs     []Share
	Persons   []Person
	Vehicles  []Vehicle
	Equipment []Item
}

// Share is what a team brings for one need.
type Share struct {
	Need      string
	People    int
	Equipment []Item
}

// Person is a row of the manifest.
type Person struct {
	No     int
	Member string // id in the register
	Name   string // sealed in the row
	Post   string
	Core   bool

	sealed []byte
}

// Vehicle is a row of the manifest: the vehicle as it was on record then.
type Vehicle struct {
	No       int
	Vehicle  string // id in the register
	Plate    string
	Colour   string
	Kind     string
	Seats    int
	Crew     int
	Load     string
	Borrowed bool
}

// Item is a kind of equipment and how many.
type Item struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// Station is an authority in the chain of an offer.
type Station struct {
	No int // from 1
	Authority
	Opened   time.Time // zero: those before it have not agreed
	Due      time.Time // from then on the deputy may sign
	Escalate time.Time // from then on the authority above may
	Result   string    // agree, return, refuse; "" while it is open or to come
	Reason   string
	By       string // account; of who recorded it when Decision is set
	At       time.Time
	Acted    string // officer, deputy, above, behalf
	Late     int    // minutes after the deadline
	Decision string // id of the decision in the incident, when recorded on behalf
	Decider  string // who decided, then
	Number   string // of the other system, then
}

// Order is a dispatch order (调度令).
type Order struct {
	ID       string
	Number   string // DD-…
	Offer    string
	Edition  int
	ReportTo string // who receives the team, by name and post
	ReportAt string // where
	By       time.Time
	Needs    []string
	Hazards  string
	Contact  string
	GivenBy  string
	GivenAt  time.Time
	Unsigned bool // given before every station had signed
	Taken    Mark // acknowledged by the leader
}

// Desk says who signs for an authority, and who when the deadline has passed. Without one, whoever holds the office does.
type Desk struct {
	Place   place.Path
	Officer string // account
	Deputy  string // account; "" for nobody
	Version int64
}

const (
	send   = string(access.OfferSend)
	accept = string(access.DeploymentAccept)
	sign   = string(access.DeploymentSign)
	order  = string(access.DeploymentOrder)
	onSite = string(access.ReceptionWork)
)

// Offers is the life cycle of an offer. agree leads to approved with the last station only, and leaves the state alone
// before; of what was deployed first the stations sign while it is ordered.
var Offers = &lifecycle.Machine{
	Name: "offer",
	States: []lifecycle.State{
		{Key: "offered", Zh: "已报名", En: "offered", Chip: "todo"},
		{Key: "matched", Zh: "已匹配", En: "matched", Chip: "merge"},
		{Key: "standby", Zh: "待命", En: "on standby", Chip: "wait"},
		{Key: "approving", Zh: "审批中", En: "being approved", Chip: "doing"},
		{Key: "approved", Zh: "已批准", En: "approved", Chip: "done"},
		{Key: "ordered", Zh: "已下调度令", En: "ordered out", Chip: "move"},
		{Key: "acknowledged", Zh: "已受令", En: "order acknowledged", Chip: "move"},
		{Key: "on_site", Zh: "已到场", En: "on site", Chip: "doing"},
		{Key: "finished", Zh: "已完成", En: "finished", Chip: "end"},
		{Key: "returned", Zh: "退回补正", En: "returned", Chip: "back"},
		{Key: "refused", Zh: "不予批准", En: "refused", Chip: "no"},
		{Key: "withdrawn", Zh: "已撤回", En: "withdrawn", Chip: "end"},
		{Key: "stood_down", Zh: "已解除", En: "stood down", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "match", From: []string{"offered", "matched"}, To: "matched", Zh: "匹配需求", En: "match with needs", May: accept, Needs: []string{"needs"}},
		{Verb: "stand_by", From: []string{"offered", "matched", "approving"}, To: "standby", Zh: "转为待命", En: "put on standby", May: accept, Needs: []string{"reason"}},
		{Verb: "take_up", From: []string{"standby"}, To: "offered", Zh: "解除待命", En: "take out of standby", May: accept, Needs: []string{"reason"}},
		{Verb: "begin", From: []string{"matched"}, To: "approving", Zh: "送审", En: "begin the approval", May: accept},
		{Verb: "accept", From: []string{"offered"}, To: "offered", Zh: "同意接收", En: "accept at the destination", May: accept},
		{Verb: "accept", From: []string{"matched"}, To: "matched", Zh: "同意接收", En: "accept at the destination", May: accept},
		{Verb: "accept", From: []string{"approving"}, To: "approving", Zh: "同意接收", En: "accept at the destination", May: accept},
		{Verb: "accept", From: []string{"approved"}, To: "approved", Zh: "同意接收", En: "accept at the destination", May: accept},
		{Verb: "agree", From: []string{"approving"}, To: "approved", Zh: "同意并签署", En: "agree and sign", May: sign},
		{Verb: "agree", From: []string{"ordered"}, To: "ordered", Zh: "补签", En: "sign after", May: sign},
		{Verb: "agree", From: []string{"acknowledged"}, To: "acknowledged", Zh: "补签", En: "sign after", May: sign},
		{Verb: "agree", From: []string{"on_site"}, To: "on_site", Zh: "补签", En: "sign after", May: sign},
		{Verb: "agree", From: []string{"finished"}, To: "finished", Zh: "补签", En: "sign after", May: sign},
		{Verb: "agree", From: []string{"stood_down"}, To: "stood_down", Zh: "补签", En: "sign after", May: sign},
		{Verb: "return", From: []string{"approving"}, To: "returned", Zh: "退回补正", En: "return for correction", May: sign, Needs: []string{"reason"}},
		{Verb: "refuse", From: []string{"approving", "ordered", "acknowledged"}, To: "refused", Zh: "不予批准", En: "refuse", May: sign, Needs: []string{"reason"}},
		{Verb: "refuse", From: []string{"on_site"}, To: "on_site", Zh: "不予补签", En: "do not sign after", May: sign, Needs: []string{"reason"}},
		{Verb: "refuse", From: []string{"finished"}, To: "finished", Zh: "不予补签", En: "do not sign after", May: sign, Needs: []string{"reason"}},
		{Verb: "refuse", From: []string{"stood_down"}, To: "stood_down", Zh: "不予补签", En: "do not sign after", May: sign, Needs: []string{"reason"}},
		{Verb: "send_back", From: []string{"offered", "matched", "approving"}, To: "returned", Zh: "退回补正", En: "send back for correction", May: accept, Needs: []string{"reason"}},
		{Verb: "decline", From: []string{"offered", "matched", "standby", "approving"}, To: "refused", Zh: "不予接收", En: "decline at the destination", May: accept, Needs: []string{"reason"}},
		{Verb: "correct", From: []string{"offered", "standby", "returned"}, To: "offered", Zh: "补正后重报", En: "correct and send again", May: send},
		{Verb: "withdraw", From: []string{"offered", "matched", "standby", "approving", "approved", "returned"}, To: "withdrawn", Zh: "撤回报名", En: "withdraw", May: send, Needs: []string{"reason"}},
		{Verb: "deploy_first", From: []string{"approving"}, To: "approving", Zh: "先出动，后补批", En: "deploy first, sign after", May: accept, Needs: []string{"cause", "reason"}},
		{Verb: "order", From: []string{"approving", "approved"}, To: "ordered", Zh: "下达调度令", En: "give the dispatch order", May: order, Needs: []string{"reportTo", "reportAt", "by", "contact"}},
		{Verb: "acknowledge", From: []string{"ordered"}, To: "acknowledged", Zh: "受令", En: "acknowledge the order", May: send},
		{Verb: "stand_down", From: []string{"approved", "ordered", "acknowledged"}, To: "stood_down", Zh: "解除调度", En: "stand down", May: order, Needs: []string{"reason"}},
		{Verb: "arrive", From: []string{"approved", "ordered", "acknowledged"}, To: "on_site", Zh: "登记到场", En: "arrive", May: onSite},
		{Verb: "finish", From: []string{"on_site"}, To: "finished", Zh: "登记完成", En: "finish", May: onSite},
	},
}

// past is the journal's word for a verb that was done.
var past = map[string]string{
	"match": "matched", "stand_by": "put_on_standby", "take_up": "taken_up", "begin": "submitted", "accept": "accepted", "agree": "agreed",
	"return": "returned", "refuse": "refused", "send_back": "sent_back", "decline": "declined", "correct": "corrected", "withdraw": "withdrawn",
	"deploy_first": "deployed_first", "order": "ordered", "acknowledge": "acknowledged", "stand_down": "stood_down",
	"arrive": "arrived", "finish": "finished",
}

// unsignedAfter is the condition of an offer that was deployed first and still waits for a signature when it is over.
const unsignedAfter = `(o.urgent_at <> 0 AND o.state IN ('finished', 'stood_down')
	AND EXISTS (SELECT 1 FROM offer_station w WHERE w.offer = o.id AND w.edition = o.edition AND w.opened_at <> 0 AND w.result = ''))`

// ended says that an offer is over: it claims nobody and nothing any more.
func ended(state string) bool {
	return state == "refused" || state == "withdrawn" || state == "stood_down" || state == "finished"
}

// deployed are the states in which a team is or was on its way: what was deployed first is signed for in them.
var deployed = []string{"ordered", "acknowledged", "on_site", "finished", "stood_down"}

// committed are the states in which what a team brings counts for its needs.
var committed = []string{"approved", "ordered", "acknowledged", "on_site"}
