package api

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/domain/situation"
	"lianyuan/platform/journal"
	"lianyuan/platform/live"
)

// IncidentOut is an incident.
type IncidentOut struct {
	ID          string      `json:"id"`
	Number      string      `json:"number"`
	Name        string      `json:"name"`
	Class       string      `json:"class"`
	Severity    int         `json:"severity" doc:"1 highest … 4; 0 not graded"`
	Place       Place       `json:"place" doc:"whose headquarters command it"`
	Level       string      `json:"level" doc:"of the headquarters that command it: province, city, county"`
	Places      []Place     `json:"places" nullable:"false"`
	HQ          string      `json:"hq"`
	Commander   string      `json:"commander"`
	Began       time.Time   `json:"began"`
	Drill       bool        `json:"drill"`
	State       string      `json:"state"`
	ActivatedAt time.Time   `json:"activatedAt,omitzero"`
	ClosedAt    time.Time   `json:"closedAt,omitzero"`
	CreatedAt   time.Time   `json:"createdAt"`
	Verbs       []string    `json:"verbs" nullable:"false" doc:"what the account may do where it is commanded, or by a grant for it; for buttons"`
	Works       []org.Group `json:"works" nullable:"false" doc:"groups whose queue I work now"`
	Version     int64       `json:"version"`
}

// DecisionOut is a decision that was recorded on somebody's behalf.
type DecisionOut struct {
	ID          string    `json:"id"`
	About       string    `json:"about"`
	DecidedBy   string    `json:"decidedBy"`
	How         string    `json:"how"`
	DecidedAt   time.Time `json:"decidedAt"`
	Reference   string    `json:"reference"`
	Words       string    `json:"words"`
	By          string    `json:"by" doc:"who recorded it"`
	At          time.Time `json:"at"`
	ConfirmedAt time.Time `json:"confirmedAt,omitzero" doc:"absent: its paper is still awaited"`
	ConfirmedBy string    `json:"confirmedBy,omitempty"`
	Scans       int       `json:"scans" doc:"photos and scans of its paper"`
}

// ResponseOut is an emergency response.
type ResponseOut struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Level    int          `json:"level" doc:"1 highest … 4"`
	Began    time.Time    `json:"began"`
	Expected string       `json:"expected"`
	Measures string       `json:"measures"`
	Ended    time.Time    `json:"ended,omitzero"`
	Decision DecisionOut  `json:"decision"`
	EndedBy  *DecisionOut `json:"endedBy,omitempty"`
}

// SeatOut is a unit in a group.
type SeatOut struct {
	Group org.Group `json:"group"`
	Unit  string    `json:"unit"`
	Name  string    `json:"name"`
}

// IncidentRoster is an edition of the roster.
type IncidentRoster struct {
	Edition   int            `json:"edition"`
	State     string         `json:"state"`
	Persons   []RosterPerson `json:"persons" nullable:"false"`
	Submitted time.Time      `json:"submitted,omitzero"`
	Decision  *DecisionOut   `json:"decision,omitempty"`
	Version   int64          `json:"version"`
}

// RosterPerson is somebody on a roster.
type RosterPerson struct {
	Group       org.Group `json:"group"`
	Unit        string    `json:"unit"`
	Name        string    `json:"name"`
	Post        string    `json:"post"`
	Duty        string    `json:"duty"`
	PhoneMasked string    `json:"phoneMasked,omitempty"`
}

// ContactDesk is a number by which the mechanism is reached.
type ContactDesk struct {
	Name   string `json:"name"`
	Number string `json:"number"`
	Public bool   `json:"public"`
}

// WorkingGroupOut is what an upper level has sent.
type WorkingGroupOut struct {
	ID      string    `json:"id"`
	Place   Place     `json:"place" doc:"whose mechanism sends it"`
	Head    string    `json:"head"`
	Members string    `json:"members"`
	Task    string    `json:"task"`
	Sent    time.Time `json:"sent"`
	Back    time.Time `json:"back,omitzero"`
	By      string    `json:"by"`
}

// SuggestionOut is what a parameter says of activating; a person decides.
type SuggestionOut struct {
	On        bool       `json:"on"`
	Threshold string     `json:"threshold"`
	Severity  int        `json:"severity" doc:"what the threshold names, 1 highest; 0: no grade of the law"`
	Source    string     `json:"source"`
	Named     SourceName `json:"sourceName" doc:"the source as people know it: the document with its number"`
	Place     string     `json:"place" doc:"name of the place whose value was used"`
}

// IncidentDetail is an incident with everything around it.
type IncidentDetail struct {
	IncidentOut
	Mechanism     string            `json:"mechanism,omitempty"`
	Lead          string            `json:"lead"`
	ActivatedBy   string            `json:"activatedBy,omitempty"`
	Reason        string            `json:"reason"`
	Basis         string            `json:"basis"`
	SuggestedBy   string            `json:"suggestedBy,omitempty"`
	Suggestion    SuggestionOut     `json:"suggestion"`
	Responses     []ResponseOut     `json:"responses" nullable:"false"`
	Decisions     []DecisionOut     `json:"decisions" nullable:"false"`
	Seats         []SeatOut         `json:"seats" nullable:"false"`
	InForce       *IncidentRoster   `json:"inForce,omitempty" doc:"the roster that headquarters approved"`
	Open          *IncidentRoster   `json:"open,omitempty" doc:"the edition that is worked on"`
	Contacts      []ContactDesk     `json:"contacts" nullable:"false"`
	WorkingGroups []WorkingGroupOut `json:"workingGroups" nullable:"false"`
	Escalate      []string          `json:"escalate" nullable:"false" doc:"parameters that suggest a working group of the upper level"`
	Actions       []string          `json:"actions" nullable:"false"`
	Rights        []string          `json:"rights" nullable:"false" doc:"edit, decide, hand, lead"`
	Acting        bool              `json:"acting" doc:"headquarters has not approved the roster: the coordination office acts for the groups"`
	Used          []UsedOut         `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

func (a *API) incidentOut(actor access.Actor, i incident.Listed) IncidentOut {
	out := IncidentOut{
		ID: i.ID, Number: i.Number, Name: i.Name, Class: i.Class, Severity: i.Severity, Place: a.placeOf(i.Place), Places: []Place{}, HQ: i.HQ,
		Commander: i.Commander, Began: i.Began, Drill: i.Drill, State: i.State, ActivatedAt: i.ActivatedAt, ClosedAt: i.ClosedAt, CreatedAt: i.CreatedAt, Verbs: []string{}, Works: orEmpty(i.Works), Version: i.Version,
	}
	for _, v := range actor.VerbsIn(i.Place, i.ID) {
		out.Verbs = append(out.Verbs, string(v))
	}
	if d, ok := a.s.Places.Tree().ByPath(i.Place); ok {
		out.Level = d.Standing.String()
	}
	for _, p := range i.Places {
		out.Places = append(out.Places, a.placeOf(p))
	}
	return out
}

func decisionOut(d incident.Decision, names map[string]string) DecisionOut {
	out := DecisionOut{
		ID: d.ID, About: d.About, DecidedBy: d.DecidedBy, How: d.How, DecidedAt: d.DecidedAt, Reference: d.Reference, Words: d.Words, By: named(names, d.By),
		At: d.At, ConfirmedAt: d.ConfirmedAt, Scans: d.Scans,
	}
	if d.ConfirmedBy != "" {
		out.ConfirmedBy = named(names, d.ConfirmedBy)
	}
	return out
}

func decisionRef(d *incident.Decision, names map[string]string) *DecisionOut {
	if d == nil {
		return nil
	}
	out := decisionOut(*d, names)
	return &out
}

func incidentRoster(r incident.Roster, names map[string]string) *IncidentRoster {
	if r.ID == "" {
		return nil
	}
	out := &IncidentRoster{Edition: r.Edition, State: r.State, Persons: []RosterPerson{}, Submitted: r.Submitted, Decision: decisionRef(r.Decision, names), Version: r.Version}
	for _, p := range r.Persons {
		out.Persons = append(out.Persons, RosterPerson{p.Group, p.Unit, p.Name, p.Post, p.Duty, maskPhone(p.Phone)})
	}
	return out
}

// escalationByTeams asks how many teams have been sent, which the incident itself does not know.
func (a *API) escalationByTeams(ctx context.Context, i incident.Incident) ([]string, error) {
	sent, err := a.s.Deployments.Sent(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	return a.s.Incidents.EscalationByTeams(i, sent)
}

func (a *API) incidentDetail(ctx context.Context, id string, err error) (*body[IncidentDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Incidents.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	more, err := a.escalationByTeams(ctx, w.Incident)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w.Escalate = append(w.Escalate, more...)
	who := []string{w.ActivatedBy}
	for _, d := range w.Decisions {
		who = append(who, d.By, d.ConfirmedBy)
	}
	for _, g := range w.Groups {
		who = append(who, g.By)
	}
	actor, err := access.From(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	names, err := a.names(ctx, who...)
	out := IncidentDetail{
		IncidentOut: a.incidentOut(actor, w.Listed), Mechanism: w.Mechanism, Lead: w.Lead, Reason: w.Reason, Basis: w.Basis, SuggestedBy: w.SuggestedBy,
		Suggestion: SuggestionOut{w.Hint.On, w.Hint.Threshold, w.Hint.Severity(), w.Hint.Source, sourceName(w.Hint.Source), a.placeOf(w.Hint.Place).Name},
		Responses:  []ResponseOut{}, Decisions: []DecisionOut{}, Seats: []SeatOut{}, InForce: incidentRoster(w.InForce, names), Open: incidentRoster(w.Open, names),
		Contacts: []ContactDesk{}, WorkingGroups: []WorkingGroupOut{}, Escalate: orEmpty(w.Escalate), Actions: orEmpty(w.Allowed), Rights: orEmpty(w.Rights),
		Acting: w.Acting,
	}
	if w.ActivatedBy != "" {
		out.ActivatedBy = named(names, w.ActivatedBy)
	}
	for _, r := range w.Responses {
		out.Responses = append(out.Responses, ResponseOut{r.ID, r.Name, r.Level, r.Began, r.Expected, r.Measures, r.Ended, decisionOut(r.Decision, names), decisionRef(r.EndedBy, names)})
	}
	for _, d := range w.Decisions {
		out.Decisions = append(out.Decisions, decisionOut(d, names))
	}
	for _, s := range w.Seats {
		out.Seats = append(out.Seats, SeatOut(s))
	}
	for _, c := range w.Contacts {
		out.Contacts = append(out.Contacts, ContactDesk(c))
	}
	for _, g := range w.Groups {
		out.WorkingGroups = append(out.WorkingGroups, WorkingGroupOut{g.ID, a.placeOf(g.Place), g.Head, g.Members, g.Task, g.Sent, g.Back, named(names, g.By)})
	}
	out.Used, err = a.used(ctx, id, err)
	return answer(ctx, out, err)
}

// HandoverOut is an item that one group gives to another.
type HandoverOut struct {
	ID       string    `json:"id"`
	From     org.Group `json:"from"`
	To       org.Group `json:"to"`
	ItemKind string    `json:"itemKind"`
	Item     string    `json:"item,omitempty"`
	Matter   string    `json:"matter"`
	State    string    `json:"state"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	TakenBy  string    `json:"takenBy,omitempty"`
	TakenAt  time.Time `json:"takenAt,omitzero"`
	Version  int64     `json:"version"`
}

func (a *API) handovers(ctx context.Context, id string, g org.Group, err error) (*body[PageOf[HandoverOut]], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.s.Incidents.HandoversOf(ctx, id, g)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, h := range list {
		who = append(who, h.By, h.TakenBy)
	}
	names, err := a.names(ctx, who...)
	out := PageOf[HandoverOut]{Items: []HandoverOut{}}
	for _, h := range list {
		one := HandoverOut{h.ID, h.From, h.To, h.ItemKind, h.Item, h.Matter, h.State, named(names, h.By), h.At, "", h.TakenAt, h.Version}
		if h.TakenBy != "" {
			one.TakenBy = named(names, h.TakenBy)
		}
		out.Items = append(out.Items, one)
	}
	return answer(ctx, out, err)
}

// CourseRow is one line of what happened, in an incident or to an account or an instruction.
type CourseRow struct {
	Seq     int64     `json:"seq" doc:"ask for what was before it"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Verb    string    `json:"verb"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
	Note    string    `json:"note,omitempty"`
	Cause   string    `json:"cause,omitempty" doc:"key of the note, where the system gave it"`
	Body    any       `json:"body"`
}

// CoursePage asks for a page of a course.
type CoursePage struct {
	Before int64 `query:"before" minimum:"0" doc:"seq of the oldest row that was read; 0: the newest rows"`
	Limit  int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func courseRow(r journal.Row, names map[string]string) CourseRow {
	return CourseRow{Seq: r.Seq, At: r.At, Who: named(names, r.Actor), Verb: r.Verb, Kind: r.Kind, Subject: r.Subject, Note: r.Reason, Cause: causeOf(r.Reason), Body: r.Body}
}

// actors are the names of who wrote rows.
func (a *API) actors(ctx context.Context, rows []journal.Row) (map[string]string, error) {
	var who []string
	for _, r := range rows {
		who = append(who, r.Actor)
	}
	return a.names(ctx, who...)
}

func (a *API) course(ctx context.Context, id string, before int64, limit int, steps []string) (*body[PageOf[CourseRow]], error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	rows, err := a.s.Incidents.Course(ctx, id, before, limit, situation.CourseOf(steps), func(r *journal.Row) bool {
		return Visible(actor, r) == live.Change
	})
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return a.coursePage(ctx, rows)
}

func (a *API) coursePage(ctx context.Context, rows []journal.Row) (*body[PageOf[CourseRow]], error) {
	names, err := a.actors(ctx, rows)
	out := PageOf[CourseRow]{Items: []CourseRow{}}
	for _, r := range rows {
		out.Items = append(out.Items, courseRow(r, names))
	}
	return answer(ctx, out, err)
}
