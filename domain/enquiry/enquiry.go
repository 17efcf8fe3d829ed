// Package enquiry is the desk where teams ask: those that apply to come and those on site, from here and from elsewhere
// (S004-12, S004-78).
//
//	asked ──answer──▶ answered ──settle──▶ settled
//	  ▲                  │
//	  └────ask_again─────┘
//
// A leader asks on a phone; the desk writes down who called, with the answer it gave. Each topic belongs to a group of
// the mechanism, and the general group may answer every one. What many ask is shared: question and answer are then shown to
// every team, without the name of the one that asked.
package enquiry

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/platform/input"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/seal"
)

// Enquiry is a question with what was said about it.
type Enquiry struct {
	ID        string
	Number    string // ZX-…
	Incident  string
	Team      string // in the register; "" for a group that it does not know
	TeamName  string
	Situation string // applying, on_site
	Topic     string // of Topics
	State     string
	Shared    bool
	Due       time.Time // an answer is late after this
	Lines     []Line    // oldest first; the first is the question
	By        string
	At        time.Time
	Version   int64
}

// Line is something that was asked or answered.
type Line struct {
	Answer bool
	Words  seal.Text
	By     string
	At     time.Time
}

// Late says whether a team waits for an answer past the limit (parameter enquiry.answer_within).
func (e Enquiry) Late(now time.Time) bool { return e.State == "asked" && now.After(e.Due) }

// Topic is what is asked about, and the group that knows.
type Topic struct {
	Key   string
	Group org.Group
}

// Topics are the five services to teams (S004-12: consultation, passage, check-in, missions, supply) with what comes
// before them.
var Topics = []Topic{
	{"need", org.General},
	{"approval", org.Coordination},
	{"passage", org.Support},
	{"check_in", org.Coordination},
	{"mission", org.Coordination},
	{"support", org.Support},
	{"other", org.General},
}

// Situations are when a team asks.
var Situations = []string{"applying", "on_site"}

// Enquiries is the life cycle of a question.
var Enquiries = &lifecycle.Machine{
	Name: "enquiry",
	States: []lifecycle.State{
		{Key: "asked", Zh: "待答复", En: "asked", Chip: "todo"},
		{Key: "answered", Zh: "已答复", En: "answered", Chip: "done"},
		{Key: "settled", Zh: "已了结", En: "settled", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "answer", From: []string{"asked"}, To: "answered", Zh: "答复", En: "answer", May: string(access.EnquiryAnswer), Needs: []string{"words"}},
		{Verb: "ask_again", From: []string{"answered"}, To: "asked", Zh: "追问", En: "ask again", May: string(access.EnquiryOwn), Needs: []string{"words"}},
		{Verb: "settle", From: []string{"answered"}, To: "settled", Zh: "了结", En: "settle", May: string(access.EnquiryOwn)},
	},
}

const maxWords = 500

func topicKeys() []string {
	keys := make([]string, len(Topics))
	for i, t := range Topics {
		keys[i] = t.Key
	}
	return keys
}

func groupOf(topic string) org.Group {
	for _, t := range Topics {
		if t.Key == topic {
			return t.Group
		}
	}
	return org.General
}

// Question is what is asked. Answer, when given, was said at once: a call that the desk writes down.
type Question struct {
	ID        string
	Team      string
	TeamName  string // of a group that the register does not know
	Situation string
	Topic     string
	Words     string
	Answer    string
}

func (q *Question) check() error {
	var c input.Check
	c.One(q.Situation, "situation", Situations...)
	c.One(q.Topic, "topic", topicKeys()...)
	c.Line(&q.TeamName, "teamName", 60, q.Team == "")
	c.Text(&q.Words, "words", maxWords, true)
	c.Text(&q.Answer, "answer", maxWords, false)
	return c.Err()
}
