package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
)

// OfferOut is an offer in a list.
type OfferOut struct {
	ID          string    `json:"id"`
	Number      string    `json:"number"`
	Incident    string    `json:"incident"`
	Team        string    `json:"team"`
	TeamName    string    `json:"teamName" doc:"as it was called when it signed up"`
	Home        Place     `json:"home"`
	Destination Place     `json:"destination"`
	Via         string    `json:"via" doc:"leader; general: registered on the team's behalf"`
	State       string    `json:"state"`
	Why         string    `json:"why,omitempty" doc:"reason of the state; saturated: the system found that enough have come"`
	Case        string    `json:"case,omitempty" doc:"same_county, cross_county, cross_city, cross_province"`
	People      int       `json:"people"`
	Vehicles    int       `json:"vehicles"`
	Edition     int       `json:"edition"`
	Due         time.Time `json:"due,omitzero" doc:"when the open station, or the last signature after, is due"`
	Overdue     bool      `json:"overdue"`
	Unsigned    bool      `json:"unsigned" doc:"deployed first, and not every station has signed"`
	Waits       string    `json:"waits,omitempty" doc:"the authority whose turn it is"`
	CreatedAt   time.Time `json:"createdAt"`
	Version     int64     `json:"version"`
}

// MarkOut is something that a person declared.
type MarkOut struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// StationOut is an authority of the chain: four lines, and what was decided.
type StationOut struct {
	No        int       `json:"no"`
	Authority string    `json:"authority" doc:"as it signs: 重庆市应急管理局"`
	Place     Place     `json:"place"`
	Level     string    `json:"level" doc:"county, city, province, nation"`
	State     string    `json:"state" doc:"waiting, open, overdue, escalated, agreed, returned, refused"`
	Opened    time.Time `json:"opened,omitzero"`
	Due       time.Time `json:"due,omitzero"`
	Escalates time.Time `json:"escalates,omitzero"`
	Minutes   int       `json:"minutes" doc:"how long it may take, or took"`
	Officer   string    `json:"officer,omitempty" doc:"name; absent: whoever holds the office"`
	Deputy    string    `json:"deputy,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	By        string    `json:"by,omitempty" doc:"who signed, or recorded it on behalf"`
	At        time.Time `json:"at,omitzero"`
	Acted     string    `json:"acted,omitempty" doc:"officer, deputy, above, behalf"`
	Late      int       `json:"late" doc:"minutes after the deadline"`
	Decider   string    `json:"decider,omitempty" doc:"who decided, when recorded on behalf"`
	Number    string    `json:"number,omitempty" doc:"of the other system"`
	Heirs     []string  `json:"heirs,omitempty" doc:"who signs since the place has ended, as they sign; of several whoever is first"`
}

// RuleOut is the parameter that made a chain.
type RuleOut struct {
	Key    string     `json:"key"`
	Value  string     `json:"value"`
	Place  Place      `json:"place"`
	Source string     `json:"source"`
	Named  SourceName `json:"sourceName" doc:"the source as people know it: the document with its number"`
}

// OfferPerson is a row of the manifest.
type OfferPerson struct {
	No      int    `json:"no"`
	Member  string `json:"member"`
	Name    string `json:"name"`
	Post    string `json:"post"`
	Core    bool   `json:"core"`
	Insured bool   `json:"insured" doc:"for the whole time"`
}

// OfferVehicle is a row of the manifest: the vehicle as it was on record then.
type OfferVehicle struct {
	No       int    `json:"no"`
	Vehicle  string `json:"vehicle"`
	Plate    string `json:"plate"`
	Colour   string `json:"colour"`
	Kind     string `json:"kind"`
	Seats    int    `json:"seats"`
	Crew     int    `json:"crew"`
	Load     string `json:"load"`
	Borrowed bool   `json:"borrowed"`
}

// EditionOut is when an offer was sent.
type EditionOut struct {
	No int       `json:"no"`
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// FactOut is something to know before a decision.
type FactOut struct {
	Key  string `json:"key" doc:"registered, insured, booked, eta, distance, relation"`
	Good bool   `json:"good"`
	N    int    `json:"n" doc:"people without insurance; minutes since the time of arrival was stated; metres, -1 unknown"`
}

// LineOut compares what a need wants with what comes.
type LineOut struct {
	Kind      string `json:"kind" doc:"team, skill, equipment"`
	Key       string `json:"key,omitempty"`
	Grade     int    `json:"grade,omitempty"`
	Wanted    *int   `json:"wanted" doc:"absent: as much as it takes"`
	Committed int    `json:"committed" doc:"by other offers that are approved"`
	Offered   int    `json:"offered" doc:"by other offers that wait for approval"`
	Ours      int    `json:"ours"`
	Missing   *int   `json:"missing" doc:"still wanted when this offer has come"`
}

// MatchOut is what one need wants and gets.
type MatchOut struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Title    string    `json:"title"`
	Severity int       `json:"severity"`
	State    string    `json:"state"`
	Place    Place     `json:"place"`
	Lines    []LineOut `json:"lines" nullable:"false"`
	Metres   *int      `json:"metres,omitempty" doc:"in a straight line from the base of the team; absent: a point is missing"`
}

// RivalOut is another offer for one of the same needs.
type RivalOut struct {
	ID        string    `json:"id"`
	Number    string    `json:"number"`
	TeamName  string    `json:"teamName"`
	State     string    `json:"state"`
	Why       string    `json:"why,omitempty" doc:"why it was not chosen, where it was not"`
	ETA       time.Time `json:"eta"`
	People    int       `json:"people"`
	Equipment []ItemOut `json:"equipment" nullable:"false"`
	Needs     []string  `json:"needs" nullable:"false" doc:"ids of those that both are for"`
	Metres    *int      `json:"metres,omitempty" doc:"in a straight line from the base of the team to the nearest of them; absent: a point is missing"`
}

// DispatchOut is a dispatch order.
type DispatchOut struct {
	ID           string    `json:"id"`
	Number       string    `json:"number"`
	ReportTo     string    `json:"reportTo"`
	ReportAt     string    `json:"reportAt"`
	By           time.Time `json:"by"`
	Needs        []string  `json:"needs" nullable:"false"`
	Hazards      string    `json:"hazards"`
	Contact      string    `json:"contact"`
	GivenBy      string    `json:"givenBy"`
	GivenAt      time.Time `json:"givenAt"`
	Unsigned     bool      `json:"unsigned" doc:"given before every station had signed"`
	Acknowledged *MarkOut  `json:"acknowledged,omitempty"`
}

// OfferDetail is an offer with everything around it.
type OfferDetail struct {
	OfferOut
	IncidentName string         `json:"incidentName"`
	Drill        bool           `json:"drill"`
	Legal        string         `json:"legal" doc:"status of the team by law"`
	Skills       []SkillOut     `json:"skills" nullable:"false"`
	Days         int            `json:"days"`
	ETA          time.Time      `json:"eta"`
	Origin       string         `json:"origin"`
	Note         string         `json:"note"`
	TakenUp      string         `json:"takenUp,omitempty" doc:"why it was taken out of standby"`
	Needs        []string       `json:"needs" nullable:"false"`
	Persons      []OfferPerson  `json:"persons" nullable:"false"`
	Cars         []OfferVehicle `json:"cars" nullable:"false"`
	Equipment    []ItemOut      `json:"equipment" nullable:"false"`
	Editions     []EditionOut   `json:"editions" nullable:"false"`
	Rule         RuleOut        `json:"rule"`
	Path         []StationOut   `json:"path" nullable:"false" doc:"as it will be, before the approval begins"`
	Accepted     *MarkOut       `json:"accepted,omitempty" doc:"by the coordination group of the destination"`
	Urgent       *MarkOut       `json:"urgent,omitempty" doc:"deployed first, signed after"`
	Cause        string         `json:"cause,omitempty" doc:"why lives depended on it, when it was deployed first"`
	Waiver       *MarkOut       `json:"waiver,omitempty" doc:"for people without insurance"`
	Facts        []FactOut      `json:"facts" nullable:"false"`
	Matches      []MatchOut     `json:"matches" nullable:"false"`
	Rivals       []RivalOut     `json:"rivals" nullable:"false"`
	Order        *DispatchOut   `json:"order,omitempty"`
	History      []History      `json:"history" nullable:"false"`
	Actions      []string       `json:"actions" nullable:"false"`
	SignsAs      string         `json:"signsAs,omitempty" doc:"officer, deputy, above: as what I may sign the open station now"`
	Records      bool           `json:"records" doc:"I may record what the open station decided, on its behalf"`
	Used         []UsedOut      `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// PlanOut is the chain that a deployment will take.
type PlanOut struct {
	Case        string       `json:"case"`
	Rule        RuleOut      `json:"rule"`
	Home        Place        `json:"home"`
	Destination Place        `json:"destination"`
	Path        []StationOut `json:"path" nullable:"false"`
	Registered  bool         `json:"registered" doc:"a group that is not registered cannot be approved"`
	Saturated   bool         `json:"saturated" doc:"enough have come for all the needs: the offer would go to standby"`
}

// DeskOut says who signs for an authority; nobody named means that whoever holds the office does.
type DeskOut struct {
	Place       Place    `json:"place"`
	Authority   string   `json:"authority"`
	Officer     string   `json:"officer" doc:"account"`
	OfficerName string   `json:"officerName,omitempty"`
	Deputy      string   `json:"deputy" doc:"account; signs when the deadline has passed"`
	DeputyName  string   `json:"deputyName,omitempty"`
	Version     int64    `json:"version"`
	Sets        bool     `json:"sets" doc:"the actor may name them"`
	Holders     []Holder `json:"holders" nullable:"false" doc:"for who may name them: those to choose from"`
}

// Holder is somebody who holds an office.
type Holder struct {
	Account string `json:"account"`
	Name    string `json:"name"`
}

// authority is what the emergency department of a place is called. A province and an autonomous region have a 厅, all
// others a 局; the nation has the ministry.
func (a *API) authority(x deployment.Authority) string {
	if x.Place == place.Root {
		return "应急管理部"
	}
	p := a.placeOf(x.Place)
	if x.Level == place.Province && !strings.HasSuffix(p.Name, "市") {
		return p.Name + "应急管理厅"
	}
	return p.Name + "应急管理局"
}

func (a *API) ruleOut(u parameter.Used) RuleOut {
	return RuleOut{Key: u.Key, Value: u.Value, Place: a.placeOf(u.Place), Source: u.Source, Named: sourceName(u.Source)}
}

func (a *API) offerOut(o deployment.Offer, open deployment.Station) OfferOut {
	now := a.s.Clock.Now()
	out := OfferOut{
		ID: o.ID, Number: o.Number, Incident: o.Incident, Team: o.Team, TeamName: o.TeamName, Home: a.placeOf(o.Home), Destination: a.placeOf(o.Destination),
		Via: o.Via, State: o.State, Why: o.Why, Case: o.Case, People: o.People, Vehicles: o.Vehicles, Edition: o.Edition.No, Due: o.Due,
		Overdue: !o.Due.IsZero() && now.After(o.Due), CreatedAt: o.CreatedAt, Version: o.Version,
	}
	if open.No > 0 && !open.Opened.IsZero() && slices.Contains([]string{"approving", "ordered", "acknowledged", "on_site", "finished", "stood_down"}, o.State) {
		out.Waits, out.Unsigned = a.authority(open.Authority), !o.Urgent.At.IsZero()
	}
	return out
}

func markOut(m deployment.Mark, names map[string]string) *MarkOut {
	if m.At.IsZero() {
		return nil
	}
	return &MarkOut{m.At, named(names, m.By), m.Reason}
}

func (a *API) stationOut(s deployment.Stop, names map[string]string) StationOut {
	now := a.s.Clock.Now()
	out := StationOut{
		No: s.No, Authority: a.authority(s.Authority), Place: a.placeOf(s.Place), Level: s.Level.String(), Opened: s.Opened, Due: s.Due, Escalates: s.Escalate,
		Minutes: int(s.Limit / time.Minute), Reason: s.Reason, At: s.At, Acted: s.Acted, Late: s.Late, Decider: s.Decider, Number: s.Number,
	}
	for from, to := range map[string]*string{s.Desk.Officer: &out.Officer, s.Desk.Deputy: &out.Deputy, s.By: &out.By} {
		if from != "" {
			*to = named(names, from)
		}
	}
	switch {
	case s.Result != "":
		out.State = map[string]string{"agree": "agreed", "return": "returned", "refuse": "refused"}[s.Result]
		out.Minutes = int(s.At.Sub(s.Opened) / time.Minute)
	case s.Opened.IsZero():
		out.State = "waiting"
	case now.After(s.Escalate):
		out.State = "escalated"
	case now.After(s.Due):
		out.State = "overdue"
	default:
		out.State = "open"
	}
	if s.Result == "" {
		_, heirs := a.ended(s.Place)
		for _, p := range heirs {
			out.Heirs = append(out.Heirs, a.authority(deployment.Authority{Place: place.Path(p.Path), Level: s.Level}))
		}
	}
	return out
}

func itemsOut(items []deployment.Item) []ItemOut {
	out := []ItemOut{}
	for _, i := range items {
		out = append(out, ItemOut(i))
	}
	return out
}

func known(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func (a *API) matchOut(m deployment.Match) MatchOut {
	out := MatchOut{ID: m.ID, Number: m.Number, Title: m.Title, Severity: m.Severity, State: m.State, Place: a.placeOf(m.Place), Metres: metresOut(m.Metres)}
	out.Lines = linesOut(m.Lines)
	return out
}

// metresOut is a distance that is known.
func metresOut(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func linesOut(lines []deployment.Line) []LineOut {
	out := []LineOut{}
	for _, l := range lines {
		out = append(out, LineOut{l.Kind, l.Key, l.Grade, known(l.Wanted), l.Committed, l.Offered, l.Ours, known(l.Missing())})
	}
	return out
}

// whoOf are the accounts that an offer names.
func whoOf(w deployment.Whole) []string {
	who := []string{w.Urgent.By, w.Accepted.By, w.Waiver.By, w.Order.GivenBy, w.Order.Taken.By}
	for _, s := range w.Stops {
		who = append(who, s.By, s.Desk.Officer, s.Desk.Deputy)
	}
	for _, e := range w.Editions {
		who = append(who, e.By)
	}
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	return who
}

func (a *API) offerDetail(ctx context.Context, id string, edition int, err error) (*body[OfferDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Deployments.Get(ctx, id, edition)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	names, err := a.names(ctx, whoOf(w)...)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var open deployment.Station
	for _, s := range w.Stops {
		if s.Result == "" && !s.Opened.IsZero() {
			open = s.Station
		}
	}
	e := w.Edition
	out := OfferDetail{
		OfferOut: a.offerOut(w.Offer, open), IncidentName: w.Incident.Name, Drill: w.Incident.Drill, Legal: w.TeamNow.Legal, Skills: []SkillOut{},
		Days: e.Days, ETA: e.ETA, Origin: e.Origin, Note: e.Note, TakenUp: w.TakenUp, Needs: []string{}, Persons: []OfferPerson{}, Cars: []OfferVehicle{},
		Equipment: itemsOut(e.Equipment), Editions: []EditionOut{}, Rule: a.ruleOut(w.Rule), Path: []StationOut{}, Accepted: markOut(w.Accepted, names),
		Urgent: markOut(w.Urgent, names), Cause: w.Cause, Waiver: markOut(w.Waiver, names), Facts: []FactOut{}, Matches: []MatchOut{}, Rivals: []RivalOut{},
		History: historyOut(w.History, names), Actions: orEmpty(w.Allowed), SignsAs: w.SignsAs, Records: w.Records,
	}
	a.manifestOut(&out, w)
	for _, x := range w.Editions {
		out.Editions = append(out.Editions, EditionOut{x.No, x.At, named(names, x.By)})
	}
	for _, s := range w.Stops {
		out.Path = append(out.Path, a.stationOut(s, names))
	}
	for _, f := range w.Facts {
		out.Facts = append(out.Facts, FactOut(f))
	}
	for _, m := range w.Matches {
		out.Matches = append(out.Matches, a.matchOut(m))
	}
	for _, r := range w.Rivals {
		out.Rivals = append(out.Rivals, RivalOut{r.ID, r.Number, r.TeamName, r.State, r.Why, r.ETA, r.People, itemsOut(r.Equipment), r.Needs, metresOut(r.Metres)})
	}
	if d := w.Order; d.ID != "" {
		out.Order = &DispatchOut{
			ID: d.ID, Number: d.Number, ReportTo: d.ReportTo, ReportAt: d.ReportAt, By: d.By, Needs: orEmpty(d.Needs), Hazards: d.Hazards, Contact: d.Contact,
			GivenBy: named(names, d.GivenBy), GivenAt: d.GivenAt, Unsigned: d.Unsigned, Acknowledged: markOut(d.Taken, names),
		}
	}
	out.Used, err = a.used(ctx, id, nil)
	return answer(ctx, out, err)
}

func (a *API) manifestOut(out *OfferDetail, w deployment.Whole) {
	bare := map[string]bool{}
	for _, m := range w.Bare {
		bare[m] = true
	}
	for _, k := range w.TeamNow.Skills {
		out.Skills = append(out.Skills, SkillOut{k.Key, k.Grade})
	}
	for _, n := range w.Edition.Needs {
		out.Needs = append(out.Needs, n.Need)
	}
	for _, p := range w.Edition.Persons {
		out.Persons = append(out.Persons, OfferPerson{p.No, p.Member, p.Name, p.Post, p.Core, !bare[p.Member]})
	}
	for _, v := range w.Edition.Vehicles {
		out.Cars = append(out.Cars, OfferVehicle(v))
	}
}

// Shortage is how many are still wanted of a need.
type Shortage struct {
	Teams     *int      `json:"teams" doc:"absent: as many as it takes"`
	Equipment []ItemOut `json:"equipment" nullable:"false"`
	Enough    bool      `json:"enough" doc:"an offer would go to standby"`
	Lines     []LineOut `json:"lines" nullable:"false" doc:"everything the need wants, with what comes"`
}

// shortages are what is still wanted of needs, in their order.
func (a *API) shortages(ctx context.Context, list []need.TeamNeed) ([]Shortage, error) {
	needs := make([]need.Need, len(list))
	for i, n := range list {
		needs[i] = n.Need
	}
	short, err := a.s.Deployments.Short(ctx, needs)
	out := make([]Shortage, len(list))
	for i, n := range list {
		x := short[n.ID]
		out[i] = Shortage{known(x.Teams), itemsOut(x.Equipment), x.Enough, linesOut(x.Lines)}
	}
	return out, err
}
