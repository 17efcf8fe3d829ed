package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/domain/equipment"
	"lianyuan/domain/reception"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/geo"
)

// SitePointOut is where teams are received, wait or stay.
type SitePointOut struct {
	ID      string `json:"id"`
	Kind    string `json:"kind" doc:"reception, staging, base"`
	Name    string `json:"name"`
	Place   Place  `json:"place"`
	Where   *Point `json:"where,omitempty" doc:"absent: not on the map"`
	Contact string `json:"contact" doc:"of the desk, no person's"`
	Open    bool   `json:"open"`
	Version int64  `json:"version"`
}

// ManifestPerson is somebody whom a manifest names.
type ManifestPerson struct {
	Member string `json:"member"`
	Name   string `json:"name" doc:"empty, or masked, for whoever does not receive teams"`
	Post   string `json:"post"`
}

// ManifestRide is a vehicle that a manifest names.
type ManifestRide struct {
	Vehicle string `json:"vehicle"`
	Plate   string `json:"plate" doc:"as people write it"`
	Colour  string `json:"colour"`
	Kind    string `json:"kind"`
	Crew    int    `json:"crew"`
}

// KindCount is a kind of equipment and how many.
type KindCount struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// ExpectedOut is a team that is on its way, with its manifest: what a desk needs to receive it, also without network.
type ExpectedOut struct {
	Offer     string           `json:"offer"`
	Number    string           `json:"number"`
	State     string           `json:"state"`
	Incident  string           `json:"incident"`
	Team      TeamRef          `json:"team"`
	Home      Place            `json:"home"`
	ETA       time.Time        `json:"eta"`
	Late      bool             `json:"late"`
	Days      int              `json:"days"`
	Order     string           `json:"order,omitempty" doc:"number of the dispatch order; absent: none was given"`
	ReportTo  string           `json:"reportTo,omitempty"`
	ReportAt  string           `json:"reportAt,omitempty"`
	ReportBy  time.Time        `json:"reportBy,omitzero"`
	Contact   string           `json:"contact,omitempty" doc:"of the order"`
	Persons   []ManifestPerson `json:"persons" nullable:"false"`
	Vehicles  []ManifestRide   `json:"vehicles" nullable:"false"`
	Equipment []KindCount      `json:"equipment" nullable:"false"`
	Approved  bool             `json:"approved" doc:"it would be checked in, not received as self-deployed"`
}

// ReceptionDesk is what a reception desk works with.
type ReceptionDesk struct {
	At       time.Time      `json:"at" doc:"when it was read: the age of what the device keeps"`
	Points   []SitePointOut `json:"points" nullable:"false"`
	Expected []ExpectedOut  `json:"expected" nullable:"false"`
	Works    bool           `json:"works" doc:"the actor receives teams"`
	Leads    bool           `json:"leads" doc:"the actor decides who may stay, and keeps the points"`
}

// PartyOut is a team on site.
type PartyOut struct {
	ID         string    `json:"id"`
	Number     string    `json:"number"`
	Incident   string    `json:"incident"`
	Offer      string    `json:"offer,omitempty"`
	Team       TeamRef   `json:"team" doc:"without an id: a group that the register does not know"`
	Point      string    `json:"point"`
	State      string    `json:"state"`
	Unapproved bool      `json:"unapproved" doc:"it came without approval; stays when it was regularised"`
	Why        string    `json:"why,omitempty"`
	People     int       `json:"people" doc:"inside now"`
	Vehicles   int       `json:"vehicles" doc:"inside now"`
	Busy       int       `json:"busy" doc:"people with a mission now"`
	Came       int       `json:"came" doc:"people received in all"`
	Missing    int       `json:"missing" doc:"on the manifest, and never here"`
	Extra      int       `json:"extra" doc:"here, and not on the manifest"`
	Days       int       `json:"days"`
	ArrivedAt  time.Time `json:"arrivedAt" doc:"by the clock of the desk"`
	ReceivedAt time.Time `json:"receivedAt" doc:"when we heard of it"`
	IdleSince  time.Time `json:"idleSince,omitzero" doc:"absent: somebody has a mission, or nobody is inside"`
	LeftAt     time.Time `json:"leftAt,omitzero"`
	HomeAt     time.Time `json:"homeAt,omitzero"`
	HomeDue    time.Time `json:"homeDue,omitzero"`
	Withdrawal string    `json:"withdrawal,omitempty"`
	Version    int64     `json:"version"`
}

// PresenceOut is a person on site.
type PresenceOut struct {
	ID       string    `json:"id"`
	Name     string    `json:"name" doc:"masked for whoever does not receive teams"`
	Member   string    `json:"member,omitempty"`
	Kind     string    `json:"kind" doc:"member, walk_in"`
	Post     string    `json:"post"`
	Listed   bool      `json:"listed" doc:"was on the manifest"`
	Known    string    `json:"known,omitempty" doc:"paper, phone; name: cannot be told from a namesake; apart: told apart by the desk; absent: not kept then"`
	InAt     time.Time `json:"inAt"`
	OutAt    time.Time `json:"outAt,omitzero" doc:"absent: inside"`
	OutWhy   string    `json:"outWhy,omitempty"`
	OutNote  string    `json:"outNote,omitempty"`
	Mission  string    `json:"mission,omitempty"`
	Location string    `json:"location"`
	Since    time.Time `json:"since"`
}

// RideOut is a vehicle on site.
type RideOut struct {
	ID      string    `json:"id"`
	Vehicle string    `json:"vehicle,omitempty"`
	Plate   string    `json:"plate" doc:"as people write it"`
	Colour  string    `json:"colour"`
	Kind    string    `json:"kind"`
	Listed  bool      `json:"listed"`
	InAt    time.Time `json:"inAt"`
	OutAt   time.Time `json:"outAt,omitzero"`
	Mission string    `json:"mission,omitempty"`
}

// PartyItemOut is equipment of a party.
type PartyItemOut struct {
	Kind   string `json:"kind"`
	Listed int    `json:"listed"`
	Came   int    `json:"came"`
	Out    int    `json:"out" doc:"-1: not counted yet"`
}

// PartyDetail is a party with everything around it.
type PartyDetail struct {
	PartyOut
	At              SitePointOut     `json:"at" doc:"the point where it was received"`
	OfferNumber     string           `json:"offerNumber,omitempty"`
	OfferState      string           `json:"offerState,omitempty"`
	Order           string           `json:"order,omitempty"`
	Refused         string           `json:"refused,omitempty" doc:"why a station did not sign after"`
	Blocked         string           `json:"blocked,omitempty" doc:"why it is not regularised by decision: unknown_group, not_registered"`
	Bare            int              `json:"bare" doc:"people inside without insurance, before it is regularised: a waiver answers for them"`
	Waiver          *MarkOut         `json:"waiver,omitempty" doc:"for people without insurance"`
	Host            *PartyRef        `json:"host,omitempty" doc:"the team that took its people in"`
	Note            string           `json:"note,omitempty"`
	Contact         string           `json:"contact,omitempty" doc:"name of who leads it on site; the number is revealed"`
	OddClock        bool             `json:"oddClock" doc:"the clock of the desk could not be right"`
	Persons         []PresenceOut    `json:"persons" nullable:"false"`
	Rides           []RideOut        `json:"rides" nullable:"false"`
	Items           []PartyItemOut   `json:"items" nullable:"false"`
	MissingPersons  []ManifestPerson `json:"missingPersons" nullable:"false"`
	MissingVehicles []ManifestRide   `json:"missingVehicles" nullable:"false"`
	Named           bool             `json:"named" doc:"names are whole"`
	History         []History        `json:"history" nullable:"false"`
	Actions         []string         `json:"actions" nullable:"false" doc:"verbs of the life cycle, and join, walk_in, person_out, reveal"`
	Used            []UsedOut        `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// PartyRef names a team on site.
type PartyRef struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Name   string `json:"name"`
}

// SiteTally is what there is on site.
type SiteTally struct {
	Inside     int `json:"inside" doc:"people"`
	Teams      int `json:"teams" doc:"with people inside"`
	Unapproved int `json:"unapproved" doc:"teams that came without approval and wait for a decision"`
	Idle       int `json:"idle" doc:"people inside without a mission"`
	EnRoute    int `json:"enRoute" doc:"teams ordered out that have not come"`
	Leaving    int `json:"leaving" doc:"teams that are to leave"`
	Out        int `json:"out" doc:"teams that have left"`
	HomeLate   int `json:"homeLate" doc:"teams that should have said that they are home"`
}

// PartiesOut is the teams on site.
type PartiesOut struct {
	PageOf[PartyOut]
	Tally SiteTally `json:"tally"`
}

// InsidePerson is somebody inside, with their party.
type InsidePerson struct {
	PresenceOut
	Party     string `json:"party"`
	Number    string `json:"number" doc:"of the party"`
	TeamName  string `json:"teamName"`
	State     string `json:"state" doc:"of the party"`
	Point     string `json:"point"`
	PointName string `json:"pointName"`
	Idle      bool   `json:"idle" doc:"without a mission for longer than the limit"`
}

// InsidePlace is what there is at a point.
type InsidePlace struct {
	SitePointOut
	People   int `json:"people"`
	Busy     int `json:"busy"`
	Vehicles int `json:"vehicles"`
	Teams    int `json:"teams"`
}

// InsideOut is who is inside: where, and since when.
type InsideOut struct {
	At     time.Time      `json:"at"`
	Tally  SiteTally      `json:"tally"`
	Points []InsidePlace  `json:"points" nullable:"false"`
	Items  []InsidePerson `json:"items" nullable:"false"`
	Named  bool           `json:"named" doc:"names are whole"`
}

// OwnSiteOut is what the leader of teams sees of them on site.
type OwnSiteOut struct {
	Parties  []PartyDetail `json:"parties" nullable:"false"`
	Expected []ExpectedOut `json:"expected" nullable:"false"`
}

// FoundOut is what a text leads to at the desk.
type FoundOut struct {
	Expected []ExpectedOut `json:"expected" nullable:"false"`
	Parties  []PartyOut    `json:"parties" nullable:"false"`
}

func (a *API) sitePointOut(p reception.Point) SitePointOut {
	out := SitePointOut{ID: p.ID, Kind: p.Kind, Name: p.Name, Place: a.placeOf(p.Place), Contact: p.Contact, Open: p.Open, Version: p.Version}
	if p.Where != nil {
		out.Where = &Point{Lon: p.Where.Lon, Lat: p.Where.Lat}
	}
	return out
}

// onSite is a position that a page sent.
func onSite(p *Point) *geo.Point {
	if p == nil {
		return nil
	}
	return &geo.Point{Lon: p.Lon, Lat: p.Lat}
}

func manifestRide(v deployment.Vehicle) ManifestRide {
	return ManifestRide{v.Vehicle, equipment.Shown(v.Plate), v.Colour, v.Kind, v.Crew}
}

func (a *API) expectedOut(list []reception.Expected) []ExpectedOut {
	out := []ExpectedOut{}
	for _, c := range list {
		e := ExpectedOut{
			Offer: c.ID, Number: c.Number, State: c.State, Incident: c.Incident, Team: TeamRef{c.Team, c.TeamName}, Home: a.placeOf(c.Home), ETA: c.Edition.ETA,
			Late: c.Late, Days: c.Edition.Days, Order: c.Order.Number, ReportTo: c.Order.ReportTo, ReportAt: c.Order.ReportAt, ReportBy: c.Order.By,
			Contact: c.Order.Contact, Persons: []ManifestPerson{}, Vehicles: []ManifestRide{}, Equipment: []KindCount{}, Approved: c.Arriving(),
		}
		for _, p := range c.Edition.Persons {
			e.Persons = append(e.Persons, ManifestPerson{p.Member, p.Name, p.Post})
		}
		for _, v := range c.Edition.Vehicles {
			e.Vehicles = append(e.Vehicles, manifestRide(v))
		}
		for _, x := range c.Edition.Equipment {
			e.Equipment = append(e.Equipment, KindCount{x.Key, x.Count})
		}
		out = append(out, e)
	}
	return out
}

func partyOut(p reception.Party) PartyOut {
	return PartyOut{
		ID: p.ID, Number: p.Number, Incident: p.Incident, Offer: p.Offer, Team: TeamRef{p.Team, p.TeamName}, Point: p.Point, State: p.State,
		Unapproved: p.Unapproved, Why: cmp.Or(p.Why, p.HomeNote.Plain), People: p.People, Vehicles: p.Vehicles, Busy: p.Busy, Came: p.Came, Missing: p.Missing, Extra: p.Extra,
		Days: p.Days, ArrivedAt: p.ArrivedAt, ReceivedAt: p.ReceivedAt, IdleSince: p.IdleSince, LeftAt: p.LeftAt, HomeAt: p.HomeAt, HomeDue: p.HomeDue,
		Withdrawal: p.Withdrawal, Version: p.Version,
	}
}

func presenceOut(x reception.Presence) PresenceOut {
	return PresenceOut{
		ID: x.ID, Name: x.Who.Name, Member: x.Member, Kind: x.Kind, Post: x.Post, Listed: x.Listed, Known: x.Known, InAt: x.InAt, OutAt: x.OutAt, OutWhy: x.OutWhy,
		OutNote: x.OutNote.Plain, Mission: x.Mission, Location: x.Location, Since: x.Since,
	}
}

func tallyOut(t reception.Tally) SiteTally { return SiteTally(t) }

// partyDetailOut is a party with everything around it; names are those of the accounts in its history.
func (a *API) partyDetailOut(w reception.Whole, names map[string]string) PartyDetail {
	out := PartyDetail{
		PartyOut: partyOut(w.Party), At: a.sitePointOut(w.At), OfferNumber: w.OfferNumber, OfferState: w.OfferState, Order: w.Order, Refused: w.Refused,
		Note: w.Note.Plain, Contact: w.Contact.Name, OddClock: w.Odd, Persons: []PresenceOut{}, Rides: []RideOut{}, Items: []PartyItemOut{},
		MissingPersons: []ManifestPerson{}, MissingVehicles: []ManifestRide{}, Named: w.Named, History: historyOut(w.History, names), Actions: orEmpty(w.Allowed),
		Blocked: w.Blocked, Bare: w.Bare, Waiver: markOut(deployment.Mark(w.Waiver), names),
	}
	if w.Host != "" {
		out.Host = &PartyRef{w.Host, w.HostNumber, w.HostName}
	}
	for _, x := range w.Persons {
		out.Persons = append(out.Persons, presenceOut(x))
	}
	for _, v := range w.Rides {
		out.Rides = append(out.Rides, RideOut{v.ID, v.Vehicle, equipment.Shown(v.Plate), v.Colour, v.Kind, v.Listed, v.InAt, v.OutAt, v.Mission})
	}
	for _, x := range w.Items {
		out.Items = append(out.Items, PartyItemOut{x.Kind, x.Listed, x.Came, x.Out})
	}
	for _, p := range w.MissingWho {
		out.MissingPersons = append(out.MissingPersons, ManifestPerson{p.Member, p.Name, p.Post})
	}
	for _, v := range w.MissingCars {
		out.MissingVehicles = append(out.MissingVehicles, manifestRide(v))
	}
	return out
}

func (a *API) partyDetail(ctx context.Context, id string, err error) (*body[PartyDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Receptions.Get(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	names, err := a.names(ctx, append(who, w.Waiver.By)...)
	out := a.partyDetailOut(w, names)
	out.Used, err = a.used(ctx, id, err)
	return answer(ctx, out, err)
}

func (a *API) insideOut(p reception.People) InsideOut {
	out := InsideOut{At: p.At, Tally: tallyOut(p.Tally), Points: []InsidePlace{}, Items: []InsidePerson{}, Named: p.Named}
	for _, x := range p.Places {
		out.Points = append(out.Points, InsidePlace{a.sitePointOut(x.Point), x.People, x.Busy, x.Vehicles, x.Parties})
	}
	for _, x := range p.Items {
		out.Items = append(out.Items, InsidePerson{presenceOut(x.Presence), x.Party, x.Number, x.TeamName, x.State, x.Point, x.PointName, x.Idle})
	}
	return out
}

// term is a word of a file that the system makes, in Chinese and in English.
type term [2]string

func (t term) in(lang string) string {
	if lang == "en" {
		return t[1]
	}
	return t[0]
}

// What stands in the list of people inside that nobody wrote.
var (
	insideColumns = []term{
		{"姓名", "Name"},
		{"队伍", "Team"},
		{"到场编号", "Party"},
		{"身份", "As"},
		{"岗位", "Post"},
		{"所在位置", "Where"},
		{"接待点", "Received at"},
		{"入场时间", "Inside since"},
		{"到此位置时间", "There since"},
		{"任务", "Mission"},
	}
	insideKinds = map[string]term{"member": {"队员", "Member"}, "walk_in": {"临时加入", "Walk-in"}}
	insideTask  = map[bool]term{false: {"无", "No"}, true: {"有", "Yes"}}
	insideDrill = []term{{"备注", "Remark"}, {"演练", "Drill"}} // a column more, and what every row says in it
)

// insideCSV writes who is inside as a file in the language of who asks; the mark at the beginning tells spreadsheets that it is
// UTF-8. Every row of a drill says that it is one.
func (a *API) insideCSV(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID      string `json:"id" format:"uuid"`
		Purpose string `json:"purpose"`
		Point   string `json:"point,omitempty" maxLength:"36"`
		Task    string `json:"task,omitempty" enum:"free,busy" doc:"those without or with a mission only"`
		Figure  string `json:"figure,omitempty" maxLength:"40" doc:"the people behind this figure, those among them who have left"`
	}
},
) (*savedFile, error) {
	b := in.Body
	p, err := a.s.Receptions.Export(ctx, b.ID, in.ID, reception.InsideFilter{Point: b.Point, Free: b.Task == "free", Busy: b.Task == "busy", Figure: b.Figure}, b.Purpose)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	lang, name := languageFrom(ctx), "inside"
	var head []string
	for _, c := range insideColumns {
		head = append(head, c.in(lang))
	}
	if p.Drill {
		head, name = append(head, insideDrill[0].in(lang)), "drill-inside"
	}
	rows := [][]string{head}
	for _, x := range p.Items {
		row := []string{
			harmless(x.Who.Name), harmless(x.TeamName), x.Number, insideKinds[x.Kind].in(lang), harmless(cmp.Or(term(team.PostWords[x.Post]).in(lang), x.Post)), harmless(x.Location), harmless(x.PointName),
			x.InAt.In(clock.Beijing).Format("2006-01-02 15:04"), x.Since.In(clock.Beijing).Format("2006-01-02 15:04"), insideTask[x.Mission != ""].in(lang),
		}
		if p.Drill {
			row = append(row, insideDrill[1].in(lang))
		}
		rows = append(rows, row)
	}
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	if err := w.WriteAll(rows); err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &savedFile{"text/csv; charset=utf-8", fmt.Sprintf(`attachment; filename="%s-%s.csv"`, name, p.At.In(clock.Beijing).Format("20060102-1504")), out.Bytes()}, nil
}
