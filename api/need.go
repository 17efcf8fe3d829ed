package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/need"
)

// NeedEdit is what a person writes of a need.
type NeedEdit struct {
	Title      string     `json:"title"`
	Detail     string     `json:"detail,omitempty"`
	Hazards    string     `json:"hazards,omitempty"`
	Severity   int        `json:"severity,omitempty" minimum:"0" maximum:"4" doc:"0: as the rule says"`
	People     *int       `json:"people,omitempty"`
	Skills     []SkillOut `json:"skills,omitempty"`
	Teams      int        `json:"teams,omitempty" doc:"how many teams are wanted; 0: as many as it takes"`
	Equipment  []ItemOut  `json:"equipment,omitempty"`
	WindowFrom time.Time  `json:"windowFrom,omitzero"`
	WindowTo   time.Time  `json:"windowTo,omitzero"`
}

// SkillOut is a speciality and the worst grade that will do.
type SkillOut struct {
	Key   string `json:"key"`
	Grade int    `json:"grade,omitempty"`
}

// ItemOut is a kind of equipment and how many.
type ItemOut struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

func (e *NeedEdit) domain() *need.Draft {
	if e == nil {
		return nil
	}
	d := &need.Draft{
		Title: e.Title, Detail: e.Detail, Hazards: e.Hazards, Severity: e.Severity, People: e.People, Teams: e.Teams, WindowFrom: e.WindowFrom, WindowTo: e.WindowTo,
	}
	for _, k := range e.Skills {
		d.Skills = append(d.Skills, need.Skill(k))
	}
	for _, i := range e.Equipment {
		d.Equipment = append(d.Equipment, need.Item(i))
	}
	return d
}

// editOf is a draft as a person wrote it.
func editOf(d need.Draft) *NeedEdit {
	e := &NeedEdit{
		Title: d.Title, Detail: d.Detail, Hazards: d.Hazards, Severity: d.Severity, People: d.People, Teams: d.Teams, WindowFrom: d.WindowFrom, WindowTo: d.WindowTo,
	}
	for _, k := range d.Skills {
		e.Skills = append(e.Skills, SkillOut(k))
	}
	for _, i := range d.Equipment {
		e.Equipment = append(e.Equipment, ItemOut(i))
	}
	return e
}

// NeedOut is a need.
type NeedOut struct {
	ID          string        `json:"id"`
	Number      string        `json:"number"`
	Kind        string        `json:"kind"`
	Title       string        `json:"title"`
	Detail      string        `json:"detail"`
	Hazards     string        `json:"hazards"`
	Severity    int           `json:"severity"`
	Priority    need.Priority `json:"priority"`
	Place       Place         `json:"place"`
	Point       *Point        `json:"point,omitempty"`
	Coarse      Place         `json:"coarse" doc:"what the public sees of the place"`
	People      *int          `json:"people"`
	Skills      []SkillOut    `json:"skills" nullable:"false"`
	Teams       int           `json:"teams"`
	Equipment   []ItemOut     `json:"equipment" nullable:"false"`
	WindowFrom  time.Time     `json:"windowFrom,omitzero"`
	WindowTo    time.Time     `json:"windowTo,omitzero"`
	Incident    string        `json:"incident,omitempty" doc:"id; absent until it joins one"`
	Drill       bool          `json:"drill" doc:"belongs to a drill"`
	State       string        `json:"state"`
	Instruction string        `json:"instruction,omitempty"`
	PublishedAt time.Time     `json:"publishedAt,omitzero"`
	Audience    []string      `json:"audience" nullable:"false"`
	Corrections int           `json:"corrections"`
	CreatedAt   time.Time     `json:"createdAt"`
	Version     int64         `json:"version"`
}

// NeedDetail is a need with everything around it.
type NeedDetail struct {
	NeedOut
	Address string       `json:"address,omitempty" doc:"in the words of a report behind it, without numbers of telephones"`
	Order   *Instruction `json:"order,omitempty"`
	Reports []ReportRow  `json:"reports" nullable:"false"`
	History []History    `json:"history" nullable:"false"`
	Actions []string     `json:"actions" nullable:"false"`
	Used    []UsedOut    `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// TeamNeed is a published need as a team sees it.
type TeamNeed struct {
	NeedOut
	Address  string   `json:"address,omitempty" doc:"in the words of a report behind it, without numbers of telephones"`
	Distance float64  `json:"distance" doc:"metres; -1 unknown"`
	Matches  bool     `json:"matches" doc:"the team can do something of what is asked, or nothing is asked"`
	Fits     []string `json:"fits" nullable:"false"`
	Missing  []string `json:"missing" nullable:"false"`
	Wanted   Shortage `json:"wanted" doc:"how many are still wanted"`
}

func (a *API) needOut(n need.Need) NeedOut {
	out := NeedOut{
		ID: n.ID, Number: n.Number, Kind: string(n.Kind), Title: n.Title, Detail: n.Detail, Hazards: n.Hazards, Severity: n.Severity, Priority: n.Priority,
		Place: a.placeOf(n.Place), Point: pointOut(n.Point), Coarse: a.placeOf(a.s.Needs.Coarse(n.Place)), People: n.People, Skills: []SkillOut{}, Teams: n.Teams,
		Equipment: []ItemOut{}, WindowFrom: n.WindowFrom, WindowTo: n.WindowTo, Incident: n.Incident, Drill: n.Drill, State: n.State, Instruction: n.Instruction, PublishedAt: n.PublishedAt,
		Audience: orEmpty(n.Audience), Corrections: n.Corrections, CreatedAt: n.CreatedAt, Version: n.Version,
	}
	for _, k := range n.Skills {
		out.Skills = append(out.Skills, SkillOut(k))
	}
	for _, i := range n.Equipment {
		out.Equipment = append(out.Equipment, ItemOut(i))
	}
	return out
}

func (a *API) needDetail(ctx context.Context, id string, err error) (*body[NeedDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	d, err := a.s.Needs.GetNeed(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, r := range d.History {
		who = append(who, r.Actor)
	}
	for _, r := range d.Reports {
		who = append(who, r.LookedBy)
	}
	if d.Order != nil {
		who = append(who, recorders(*d.Order)...)
	}
	names, err := a.names(ctx, who...)
	out := NeedDetail{NeedOut: a.needOut(d.Need), Address: d.Address, Reports: []ReportRow{}, History: historyOut(d.History, names), Actions: orEmpty(d.Allowed)}
	for i, row := range d.History {
		if before, after, ok := d.Correction(row.Version); ok && row.Verb == "need.corrected" {
			out.History[i].Before, out.History[i].After = editOf(before), editOf(after)
		}
	}
	for _, r := range d.Reports {
		out.Reports = append(out.Reports, a.reportRow(r, names))
	}
	if d.Order != nil {
		i := a.instructionOut(ctx, *d.Order, names)
		out.Order = &i
	}
	out.Used, err = a.used(ctx, id, err)
	return answer(ctx, out, err)
}

func (a *API) needs(h huma.API) {
	huma.Register(h, op("need-list", http.MethodGet, "/needs", "Needs, the most urgent first", 200), a.needList)
	huma.Register(h, op("need-map", http.MethodGet, "/needs/map", "Needs of a part of the map: one by one, or in clusters when they are many", 200), a.needMap)
	huma.Register(h, op("need-read", http.MethodGet, "/needs/{id}", "One need with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[NeedDetail], error) {
			return a.needDetail(ctx, in.ID, nil)
		})
	huma.Register(h, op("need-publish", http.MethodPost, "/needs/{id}/publish", "Publish a verified need under an instruction", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID          string   `json:"id" format:"uuid"`
				Version     int64    `json:"version" minimum:"1"`
				Instruction string   `json:"instruction" doc:"id of the government's instruction"`
				Audience    []string `json:"audience" doc:"teams, public"`
			}
		},
		) (*body[NeedDetail], error) {
			b := in.Body
			return a.needDetail(ctx, in.ID, a.s.Needs.Publish(ctx, in.ID, need.Publication{ID: b.ID, Version: b.Version, Instruction: b.Instruction, Audience: b.Audience}))
		})
	huma.Register(h, op("need-correct", http.MethodPost, "/needs/{id}/correct", "Change what a need says, with a reason", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ReasonIn
				Changes NeedEdit `json:"changes"`
			}
		},
		) (*body[NeedDetail], error) {
			b := in.Body
			return a.needDetail(ctx, in.ID, a.s.Needs.Correct(ctx, b.ID, in.ID, b.Version, b.Reason, *b.Changes.domain()))
		})
	huma.Register(h, op("need-withdraw", http.MethodPost, "/needs/{id}/withdraw", "Take a published need back", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[NeedDetail], error) {
			return a.needDetail(ctx, in.ID, a.s.Needs.Withdraw(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("need-close", http.MethodPost, "/needs/{id}/close", "End a need", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[NeedDetail], error) {
			return a.needDetail(ctx, in.ID, a.s.Needs.Close(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	a.instructions(h)
	huma.Register(h, op("team-needs", http.MethodGet, "/team/needs", "Published needs for the team I lead, nearest first", 200), a.teamNeeds)
}

// NeedFilter chooses needs; what is empty does not choose.
type NeedFilter struct {
	State    string `query:"state" enum:"open,published,closed,all" default:"open"`
	Place    string `query:"place" maxLength:"12" doc:"code of a division of any level"`
	Severity int    `query:"severity" minimum:"0" maximum:"4" doc:"0: every severity"`
	Kind     string `query:"kind" maxLength:"40"`
	Audience string `query:"audience" enum:"teams,public" doc:"published to them"`
	In       string `query:"incident" maxLength:"36" doc:"id of an incident; left out: everything that belongs to no drill"`
}

func (a *API) selection(in NeedFilter) (s need.Selection, err error) {
	path, err := a.pathOf(in.Place)
	return need.Selection{State: in.State, Place: path, Severity: in.Severity, Kind: need.Kind(in.Kind), Audience: in.Audience, Incident: in.In}, err
}

func (a *API) needList(ctx context.Context, in *struct {
	NeedFilter
	Sought
	Figure string `query:"figure" maxLength:"40" doc:"of an incident: the needs behind this figure, in any state"`
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[PageOf[NeedOut]], error) {
	sel, err := a.selection(in.NeedFilter)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	query, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	page, err := a.s.Needs.Needs(ctx, need.ListFilter{Selection: sel, Query: query, Figure: in.Figure, Cursor: in.Cursor, Limit: in.Limit})
	out := PageOf[NeedOut]{Items: []NeedOut{}, Next: page.Next, Counts: page.Counts}
	for _, n := range page.Items {
		out.Items = append(out.Items, a.needOut(n))
	}
	return answer(ctx, out, err)
}

func (a *API) teamNeeds(ctx context.Context, in *struct {
	Lon   float64 `query:"lon" minimum:"-180" maximum:"180"`
	Lat   float64 `query:"lat" minimum:"-90" maximum:"90"`
	Limit int     `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[PageOf[TeamNeed]], error) {
	t, err := a.s.Teams.Led(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var here *need.Point
	if in.Lon != 0 || in.Lat != 0 {
		here = &need.Point{Lon: in.Lon, Lat: in.Lat}
	}
	list, err := a.s.Needs.ForTeam(ctx, t, here, in.Limit)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	wanted, err := a.shortages(ctx, list)
	out := PageOf[TeamNeed]{Items: []TeamNeed{}}
	for i, n := range list {
		out.Items = append(out.Items, TeamNeed{
			NeedOut: a.needOut(n.Need), Address: n.Address, Distance: n.Metres, Matches: n.Matches(), Fits: orEmpty(n.Fits), Missing: orEmpty(n.Missing), Wanted: wanted[i],
		})
	}
	return answer(ctx, out, err)
}
