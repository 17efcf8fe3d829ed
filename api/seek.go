package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/equipment"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// SearchHit is a record that a search found. What a page shows of it to the actor, and no more: a name where the list shows it.
type SearchHit struct {
	ID       string       `json:"id"`
	Exact    bool         `json:"exact,omitempty" doc:"what was looked for is its number or plate"`
	Number   string       `json:"number,omitempty" doc:"of the record; of a vehicle its plate"`
	Title    string       `json:"title" doc:"what it is called: title, goal, name"`
	Team     *TeamRef     `json:"team,omitempty" doc:"whose it is; without an id the register does not know the team"`
	Place    *Place       `json:"place,omitempty"`
	State    string       `json:"state,omitempty" doc:"of the life cycle of its kind"`
	Outcome  string       `json:"outcome,omitempty" doc:"of a report"`
	Severity int          `json:"severity,omitempty"`
	Lapsed   bool         `json:"lapsed,omitempty" doc:"a pass whose window has passed"`
	Colour   string       `json:"colour,omitempty" doc:"of a plate"`
	Post     string       `json:"post,omitempty" doc:"of a person"`
	Party    string       `json:"party,omitempty" doc:"of a person or vehicle on site: the id of the team's record there"`
	PartyIn  string       `json:"partyState,omitempty" doc:"the state of that record"`
	Offer    string       `json:"offer,omitempty" doc:"of a pass: the id of the offer"`
	Incident *IncidentRef `json:"incident,omitempty" doc:"that it belongs to"`
	Drill    bool         `json:"drill,omitempty"`
	Found    *FoundBy     `json:"found,omitempty" doc:"of a report: by what"`
	At       time.Time    `json:"at,omitzero" doc:"when it began"`
}

// SearchGroup is what was found of one kind.
type SearchGroup struct {
	Kind  string      `json:"kind"`
	Hits  []SearchHit `json:"hits" nullable:"false" doc:"what was meant exactly first"`
	Total int         `json:"total" doc:"how many there are; with more, at least so many"`
	More  bool        `json:"more,omitempty"`
}

// SearchLeft is a kind in which was not looked.
type SearchLeft struct {
	Kind string `json:"kind"`
	Why  string `json:"why" enum:"short,too_many,failed" doc:"too little for this kind; too many searches in a minute; a defect, everything else was searched"`
}

// SearchOut is the answer to a search over everything.
type SearchOut struct {
	Groups []SearchGroup `json:"groups" nullable:"false" doc:"kinds in which something was found"`
	Kinds  []string      `json:"kinds" nullable:"false" doc:"in which was looked: those that the actor may see"`
	Left   []SearchLeft  `json:"left" nullable:"false" doc:"kinds that the actor may see and in which was not looked"`
}

// seeking is one search.
type seeking struct {
	input.Sought
	actor  access.Actor
	text   string // as it was typed
	limit  int
	drills []string // that run and are in sight
	teams  []string // that the register has found by the words
}

// seeker finds records of one kind by the use case of their context, which knows what the actor may see. Forbidden and not found
// say that the kind is not there for this actor.
type seeker struct {
	kind  string
	first bool // others look where it has found
	find  func(a *API, ctx context.Context, s *seeking) (SearchGroup, error)
}

const maxSeekText = 60

var errSeekShort = fault.InvalidField("header.Search", "query_short", "请至少输入一个汉字，或两个字母、数字", "enter at least one Chinese character, or two letters or digits")

// enough says whether there is something to look for: a Chinese character, or two letters or digits.
var enough = regexp.MustCompile(`\p{Han}|[\p{L}\p{N}][^\p{L}\p{N}]*[\p{L}\p{N}]`)

func (a *API) seeks(h huma.API) {
	huma.Register(h, op("search", http.MethodGet, "/search", "Find records of every kind by number, name, plate or words, as far as I may see them", 200), a.seek)
}

func (a *API) seek(ctx context.Context, in *struct {
	Sought
	Kind  string `query:"kind" enum:"incident,need,report,offer,party,person,vehicle,pass,mission,support,enquiry,team,account,place" doc:"only this one"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"5" doc:"hits of each kind"`
},
) (*body[SearchOut], error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	text, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	if len([]rune(text)) > maxSeekText {
		return nil, toHTTP(ctx, fault.InvalidField("header.Search", "too_long", "检索内容不超过 60 字", "at most 60 characters"))
	}
	s := &seeking{Sought: input.Seek(text), actor: actor, text: text, limit: in.Limit}
	if len(s.Words) == 0 || !enough.MatchString(text) {
		return nil, toHTTP(ctx, errSeekShort)
	}
	out := SearchOut{Groups: []SearchGroup{}, Kinds: []string{}, Left: []SearchLeft{}}
	for _, one := range seekers {
		if in.Kind != "" && in.Kind != one.kind && !one.first {
			continue
		}
		g, err := one.find(a, ctx, s)
		switch {
		case errors.Is(err, context.Canceled):
			return nil, toHTTP(ctx, err)
		case fault.KindOf(err) == fault.Forbidden, fault.KindOf(err) == fault.NotFound:
			continue
		case in.Kind != "" && in.Kind != one.kind:
			continue
		case err != nil:
			out.Left = append(out.Left, SearchLeft{one.kind, whyLeft(ctx, one.kind, err)})
			continue
		}
		out.Kinds = append(out.Kinds, one.kind)
		if g.Kind = one.kind; len(g.Hits) > 0 {
			out.Groups = append(out.Groups, g)
		}
	}
	slices.SortStableFunc(out.Groups, func(x, y SearchGroup) int { return firsts(y) - firsts(x) })
	return answer(ctx, out, a.belong(ctx, out.Groups))
}

// whyLeft says why a kind was not searched. A defect of one kind goes to the log and takes no other kind down.
func whyLeft(ctx context.Context, kind string, err error) string {
	if fault.KindOf(err) == fault.Invalid {
		return "short"
	}
	if fault.KindOf(err) == fault.TooMany {
		return "too_many"
	}
	slog.ErrorContext(ctx, "a kind was not searched", slog.String("kind", kind), slog.Any("error", err))
	return "failed"
}

// belong names the incidents of what was found.
func (a *API) belong(ctx context.Context, groups []SearchGroup) error {
	var ids []string
	for _, g := range groups {
		for _, h := range g.Hits {
			if h.Incident != nil {
				ids = append(ids, h.Incident.ID)
			}
		}
	}
	called, err := a.s.Incidents.Called(ctx, ids)
	for _, g := range groups {
		for i := range g.Hits {
			if in := g.Hits[i].Incident; in != nil {
				in.Name, in.Drill = called[in.ID].Name, called[in.ID].Drill
				g.Hits[i].Drill = g.Hits[i].Drill || in.Drill
			}
		}
	}
	return err
}

func firsts(g SearchGroup) int {
	if g.Hits[0].Exact {
		return 1
	}
	return 0
}

func (a *API) placeRef(p place.Path) *Place {
	if p == "" {
		return nil
	}
	out := a.placeOf(p)
	return &out
}

func inIncident(id string) *IncidentRef {
	if id == "" {
		return nil
	}
	return &IncidentRef{ID: id}
}

// plateHit is a vehicle.
func plateHit(id, plate, colour string, s *seeking) SearchHit {
	return SearchHit{ID: id, Exact: plate == s.Whole, Number: equipment.Shown(plate), Title: equipment.Shown(plate), Colour: colour}
}
