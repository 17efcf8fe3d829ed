package need

import (
	"context"
	"sync/atomic"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Service holds the use cases of reports and needs.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	places *place.Service
	params *parameter.Service
	keeper *seal.Keeper
	lookup *seal.Lookup // keyed hashes of receipts, phones and bodies
	search *seal.Key    // keyed hashes by which sealed texts are found
	once   once.Log
	home   place.Path
	letter string
	intake *db.Gather[*arrival]
	dots   dots // the map
	ties   atomic.Int64
	read   already
	public publicList
}

// Deps are what the service works with. Home is the place whose duty desk takes a report that names none; Letter is
// the node's letter in human numbers.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Places     *place.Service
	Parameters *parameter.Service
	Keeper     *seal.Keeper
	Home       place.Path
	Letter     string
}

// New is the service; it makes the keys of its hashes on the first start, and the lists of needs that an upgrade finds without.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	search, err := d.Keeper.For(ctx, "search")
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: d.DB, clock: d.Clock, places: d.Places, params: d.Parameters, keeper: d.Keeper,
		lookup: lookup, search: search, once: once.NewLog(lookup), home: d.Home, letter: d.Letter,
	}
	s.intake = db.NewGather(d.DB, s.receive)
	return s, d.DB.Alone(ctx, func() error { return s.shelveAll(ctx) })
}

// reportEntry is what the journal may know of a report: nothing of who called, what they said or where exactly.
func reportEntry(r Report, verb, actor, reason string) journal.Entry {
	return journal.Entry{
		Verb: "report." + verb, Kind: "report", Subject: r.ID, Version: r.Version, Place: string(r.Place), Scope: journal.Desk,
		Incident: r.Incident, Actor: actor, Reason: reason, Body: reportFields{
			Number: r.Number, Kind: string(r.Kind), Severity: r.Severity, People: r.People, Vulnerable: notNil(r.Vulnerable), Channel: r.Channel,
			Flags: notNil(r.Flags), Stage: r.Stage, Outcome: r.Outcome, ReceivedAt: r.ReceivedAt, LookedAt: r.Looked, LookedBy: r.LookedBy,
			Claims: r.Claims, SafeClaim: r.SafeClaim, Need: r.Need, MergedInto: r.MergedInto, Incident: r.Incident, Drill: r.Drill, Destroyed: r.Destroyed,
			From: r.left,
		},
	}
}

// reportFields are the public fields of a report, as live pages receive them.
type reportFields struct {
	Number     string    `json:"number"`
	Kind       string    `json:"kind"`
	Severity   int       `json:"severity"`
	People     *int      `json:"people"`
	Vulnerable []string  `json:"vulnerable"`
	Channel    string    `json:"channel"`
	Flags      []string  `json:"flags"`
	Stage      string    `json:"stage"`
	Outcome    string    `json:"outcome,omitempty"`
	ReceivedAt time.Time `json:"receivedAt"`
	LookedAt   time.Time `json:"lookedAt,omitzero"`
	LookedBy   string    `json:"lookedBy,omitempty"`
	Claims     int       `json:"claims"`
	SafeClaim  bool      `json:"safeClaim"`
	Need       string    `json:"need,omitempty"`
	MergedInto string    `json:"mergedInto,omitempty"`
	Incident   string    `json:"incident,omitempty"`
	Drill      bool      `json:"drill"`
	Destroyed  time.Time `json:"destroyedAt,omitzero"`
	From       string    `json:"from,omitempty"` // the incident that it left
}

// needEntry is what the journal may know of a need. Its words are there only once they are published: until then they
// may still hold what a caller said.
func needEntry(n Need, verb, actor, reason string) journal.Entry {
	scope := journal.Desk
	f := needFields{
		Number: n.Number, Kind: string(n.Kind), Severity: n.Severity, State: n.State, Corrections: n.Corrections, Audience: notNil(n.Audience),
		PublishedAt: n.PublishedAt, Instruction: n.Instruction, Incident: n.Incident, Drill: n.Drill,
		From: n.left,
	}
	if shown(n.State) {
		scope = journal.Teams
		f.Title, f.Detail, f.Hazards, f.People, f.Teams, f.Skills, f.Equipment = n.Title, n.Detail, n.Hazards, n.People, n.Teams, n.Skills, n.Equipment
	}
	if verb == "withdrawn" || (verb == "closed" && !n.PublishedAt.IsZero()) { // whoever saw it must learn that it is gone
		scope = journal.Teams
	}
	return journal.Entry{
		Verb: "need." + verb, Kind: "need", Subject: n.ID, Version: n.Version, Place: string(n.Place), Scope: scope,
		Incident: n.Incident, Actor: actor, Reason: reason, Body: f,
	}
}

// needWas are the public fields of a need before a change, without its words: they may be put right because they said too much.
func needWas(n Need) journal.Was {
	return needEntry(n, "", "", "").Fields().Without("title", "detail", "hazards")
}

type needFields struct {
	Number      string    `json:"number"`
	Kind        string    `json:"kind"`
	Severity    int       `json:"severity"`
	State       string    `json:"state"`
	Corrections int       `json:"corrections"`
	Audience    []string  `json:"audience"`
	PublishedAt time.Time `json:"publishedAt,omitzero"`
	Instruction string    `json:"instruction,omitempty"`
	Incident    string    `json:"incident,omitempty"`
	Drill       bool      `json:"drill"`
	From        string    `json:"from,omitempty"` // the incident that it left
	Title       string    `json:"title,omitempty"`
	Detail      string    `json:"detail,omitempty"`
	Hazards     string    `json:"hazards,omitempty"`
	People      *int      `json:"people,omitempty"`
	Teams       int       `json:"teams,omitempty"`
	Skills      []Skill   `json:"skills,omitempty"`
	Equipment   []Item    `json:"equipment,omitempty"`
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// touch is what every step of a person on a report changes: it was looked at now.
func touch(r *Report, a access.Actor, now time.Time) {
	r.Looked, r.LookedBy = now, a.Account
	r.Claims, r.SafeClaim = 0, false
	r.Version++
}
