package situation

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/journal"
	"lianyuan/platform/lifecycle"
)

// Summary is the paper of an incident (统计总结): its figures, and what the groups write about them.
type Summary struct {
	Incident  string
	State     string
	Edition   int
	Closing   int    // whose figures were submitted; 0: not yet
	Number    string // under which it was issued (渝应急〔2026〕18号)
	Decision  string // of headquarters, id
	Submitted time.Time
	Issued    time.Time
	Version   int64 // 0: nobody has written anything yet
}

// Section is a part of the text, in its newest version.
type Section struct {
	Key     string
	Words   string
	Version int64 // 0: not written yet
	Edition int
	By      string
	At      time.Time
}

// SectionKeys are the parts of the text, in their order, with their headings.
var SectionKeys = []struct{ Key, Zh, En string }{
	{"situation", "基本情况", "What happened"},
	{"practice", "主要做法", "What was done"},
	{"problems", "存在问题", "What went wrong"},
	{"next", "下步建议", "What to do next"},
}

const maxWords = 8000

const (
	write  = string(access.SummaryWrite)
	decide = string(access.IncidentDecide)
)

// Summaries is the life cycle of a summary. Approving and returning are decisions of headquarters, recorded on its behalf;
// submitting takes figures that are frozen.
var Summaries = &lifecycle.Machine{
	Name: "summary",
	States: []lifecycle.State{
		{Key: "draft", Zh: "起草中", En: "draft", Chip: "todo"},
		{Key: "submitted", Zh: "报批中", En: "submitted", Chip: "doing"},
		{Key: "returned", Zh: "退回修改", En: "returned", Chip: "back"},
		{Key: "approved", Zh: "已批准", En: "approved", Chip: "done"},
		{Key: "issued", Zh: "已印发", En: "issued", Chip: "end"},
	},
	Moves: []lifecycle.Move{
		{Verb: "write", From: []string{"draft", "returned"}, To: "draft", Zh: "保存文字", En: "write", May: write, Needs: []string{"section", "words"}},
		{Verb: "submit", From: []string{"draft", "returned"}, To: "submitted", Zh: "报指挥部审定", En: "submit to headquarters", May: write},
		{Verb: "approve", From: []string{"submitted"}, To: "approved", Zh: "登记审定", En: "record approval", May: decide, Needs: []string{"decidedBy", "how", "decidedAt"}},
		{Verb: "return", From: []string{"submitted"}, To: "returned", Zh: "登记退回", En: "record return", May: decide, Needs: []string{"decidedBy", "how", "decidedAt"}},
		{Verb: "issue", From: []string{"approved"}, To: "issued", Zh: "登记印发", En: "issue", May: string(access.SummaryIssue), Needs: []string{"paper"}},
		{Verb: "revise", From: []string{"approved", "issued"}, To: "draft", Zh: "另拟新一版", En: "begin a new edition", May: write, Needs: []string{"reason"}},
	},
}

// done is the journal's word for a verb.
var done = map[string]string{
	"write": "written", "submit": "submitted", "approve": "approved", "return": "returned", "issue": "issued", "revise": "revised",
}

// submitted says whether the figures of a closing stand behind the summary.
func (s Summary) submitted() bool {
	return s.State == "submitted" || s.State == "approved" || s.State == "issued"
}

// Addendum is a late fact (补记): it stands beside what is frozen and changes none of it.
type Addendum struct {
	ID       string
	Incident string
	About    string    // of Abouts
	Item     string    // key of the figure, or number of the record; "" the incident as a whole
	Happened time.Time // when the fact was; zero: not said
	Words    string
	Value    *int64 // what the figure should have been; nil: no number is corrected
	By       string
	At       time.Time
	Closing  int    `json:"-"` // whose figures it is about
	Frozen   Figure `json:"-"` // that one of them, as that closing froze it; zero: it is about none
}

// Abouts are what late facts are about.
var Abouts = []string{"figure", "need", "offer", "party", "mission", "support", "pass", "other"}

// entry is what the journal says of a summary: states and numbers, and none of its text.
func entry(i incident.Incident, verb, actor, reason string, version int64, body map[string]any) journal.Entry {
	body["places"] = i.Places
	return journal.Entry{
		Verb: "summary." + verb, Kind: "summary", Subject: i.ID, Version: version, Place: string(i.Place), Scope: journal.Desk, Incident: i.ID,
		Actor: actor, Reason: reason, Body: body,
	}
}
