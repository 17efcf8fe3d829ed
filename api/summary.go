package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/situation"
)

// FigureOut is one number of an incident.
type FigureOut struct {
	Key     string `json:"key"`
	Label   string `json:"label"`
	LabelEn string `json:"labelEn"`
	Unit    string `json:"unit" doc:"moment, minute, person, …"`
	UnitZh  string `json:"unitZh"`
	UnitEn  string `json:"unitEn"`
	// Value and At are absent when it is not known; a zero means none.
	Value *int64    `json:"value,omitempty" doc:"absent: not known, or a moment"`
	At    time.Time `json:"at,omitzero" doc:"of a moment"`
	Why   string    `json:"why,omitempty" doc:"why it is not known: nothing_yet; earlier: the second of two moments came first"`
	Page  string    `json:"page,omitempty" doc:"path below /app that shows the rows which were counted"`
}

// FigureBlock is a group of figures.
type FigureBlock struct {
	Key     string      `json:"key"`
	Label   string      `json:"label"`
	LabelEn string      `json:"labelEn"`
	Figures []FigureOut `json:"figures" nullable:"false"`
}

// TeamFigures is what one party did.
type TeamFigures struct {
	Party      string    `json:"party,omitempty"`
	Number     string    `json:"number,omitempty"`
	Team       *TeamRef  `json:"team,omitempty"`
	State      string    `json:"state,omitempty"`
	Unapproved bool      `json:"unapproved,omitempty"`
	People     int       `json:"people"`
	Vehicles   int       `json:"vehicles"`
	Equipment  int       `json:"equipment"`
	Missions   int       `json:"missions"`
	Confirmed  int       `json:"confirmed"`
	Rescued    int       `json:"rescued"`
	Moved      int       `json:"moved"`
	Treated    int       `json:"treated"`
	Hours      int64     `json:"hours" doc:"people times hours on missions"`
	OnSite     int64     `json:"onSite" doc:"hours of the team on site"`
	Idle       int64     `json:"idle" doc:"of them, without a mission"`
	Asked      int       `json:"asked"`
	Met        int       `json:"met"`
	Arrived    time.Time `json:"arrived,omitzero"`
	Left       time.Time `json:"left,omitzero"`
	Home       time.Time `json:"home,omitzero"`
}

// FiguresOut is the one set of numbers of an incident.
type FiguresOut struct {
	At      time.Time     `json:"at"`
	Frozen  bool          `json:"frozen" doc:"as they were when the incident was closed"`
	Closing int           `json:"closing,omitempty"`
	Blocks  []FigureBlock `json:"blocks" nullable:"false"`
	Teams   []TeamFigures `json:"teams" nullable:"false"`
	Total   TeamFigures   `json:"total"`
}

// SectionOut is a part of the text.
type SectionOut struct {
	Key     string    `json:"key"`
	Label   string    `json:"label"`
	LabelEn string    `json:"labelEn"`
	Words   string    `json:"words"`
	Version int64     `json:"version" doc:"0: not written yet"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// AddendumOut is a late fact.
type AddendumOut struct {
	ID       string    `json:"id"`
	About    string    `json:"about"`
	Item     string    `json:"item,omitempty"`
	What     string    `json:"what" doc:"what it is about, in words"`
	Happened time.Time `json:"happened,omitzero"`
	Words    string    `json:"words"`
	Before   string    `json:"before,omitempty" doc:"the frozen number"`
	After    string    `json:"after,omitempty" doc:"what it should have been"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// ClosingOut is one closing, whose figures were frozen.
type ClosingOut struct {
	No int       `json:"no"`
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// SummaryOut is the summary of an incident.
type SummaryOut struct {
	Incident   string        `json:"incident"`
	Title      string        `json:"title"`
	State      string        `json:"state"`
	Edition    int           `json:"edition"`
	Paper      string        `json:"paper,omitempty" doc:"number under which it was issued"`
	Submitted  time.Time     `json:"submitted,omitzero"`
	Issued     time.Time     `json:"issued,omitzero"`
	Drill      bool          `json:"drill"`
	Closed     bool          `json:"closed"`
	Version    int64         `json:"version"`
	Figures    FiguresOut    `json:"figures"`
	Sections   []SectionOut  `json:"sections" nullable:"false"`
	Addenda    []AddendumOut `json:"addenda" nullable:"false"`
	Closings   []ClosingOut  `json:"closings" nullable:"false"`
	Reopenings []DecisionOut `json:"reopenings" nullable:"false"`
	Decision   *DecisionOut  `json:"decision,omitempty" doc:"of headquarters about the summary"`
	History    []History     `json:"history" nullable:"false"`
	Actions    []string      `json:"actions" nullable:"false"`
}

func figureOut(f situation.Figure) FigureOut {
	u := situation.Units[f.Unit]
	out := FigureOut{Key: f.Key, Label: f.Zh, LabelEn: f.En, Unit: f.Unit, UnitZh: u.Zh, UnitEn: u.En, Why: f.Why, Page: f.Page}
	switch {
	case !f.Known():
	case f.Unit == "moment":
		out.At = time.UnixMicro(f.Value).UTC()
	default:
		out.Value = &f.Value
	}
	return out
}

func teamFigures(t situation.TeamRow) TeamFigures {
	out := TeamFigures{
		Party: t.Party, Number: t.Number, State: t.State, Unapproved: t.Unapproved, People: t.People, Vehicles: t.Vehicles, Equipment: t.Equipment,
		Missions: t.Missions, Confirmed: t.Confirmed, Rescued: t.Rescued, Moved: t.Moved, Treated: t.Treated, Hours: t.Hours, OnSite: t.OnSite, Idle: t.Idle, Asked: t.Asked, Met: t.Met,
		Arrived: t.Arrived, Left: t.Left, Home: t.Home,
	}
	if t.Name != "" {
		out.Team = &TeamRef{t.Team, t.Name}
	}
	return out
}

func figuresOut(f situation.Figures) FiguresOut {
	out := FiguresOut{At: f.At, Frozen: f.Closing > 0, Closing: f.Closing, Blocks: []FigureBlock{}, Teams: []TeamFigures{}, Total: teamFigures(f.Total())}
	for _, b := range situation.Blocks {
		block := FigureBlock{b.Key, b.Zh, b.En, []FigureOut{}}
		for _, x := range f.Figures {
			if x.Block == b.Key {
				block.Figures = append(block.Figures, figureOut(x))
			}
		}
		out.Blocks = append(out.Blocks, block)
	}
	for _, t := range f.Teams {
		out.Teams = append(out.Teams, teamFigures(t))
	}
	return out
}

// summaryNames are the names of everybody whom a summary names by account.
func (a *API) summaryNames(ctx context.Context, w situation.WholeSummary) (map[string]string, error) {
	var who []string
	for _, x := range w.Sections {
		who = append(who, x.By)
	}
	for _, x := range w.Addenda {
		who = append(who, x.By)
	}
	for _, x := range w.Closings {
		who = append(who, x.By)
	}
	for _, x := range w.Reopenings {
		who = append(who, x.By, x.ConfirmedBy)
	}
	for _, x := range w.History {
		who = append(who, x.Actor)
	}
	if w.Decision != nil {
		who = append(who, w.Decision.By, w.Decision.ConfirmedBy)
	}
	return a.names(ctx, who...)
}

func (a *API) summary(ctx context.Context, id string, err error) (*body[SummaryOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Situation.Summary(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	names, err := a.summaryNames(ctx, w)
	out := SummaryOut{
		Incident: id, Title: w.Title(), State: w.State, Edition: w.Edition, Paper: w.Number, Submitted: w.Submitted, Issued: w.Issued, Drill: w.Of.Drill,
		Closed: w.Of.State == "closed", Version: w.Version, Figures: figuresOut(w.Figures), Sections: []SectionOut{}, Addenda: []AddendumOut{},
		Closings: []ClosingOut{}, Reopenings: []DecisionOut{}, Decision: decisionRef(w.Decision, names), History: historyOut(w.History, names), Actions: orEmpty(w.Allowed),
	}
	for i, k := range situation.SectionKeys {
		x := w.Sections[i]
		one := SectionOut{k.Key, k.Zh, k.En, x.Words, x.Version, "", x.At}
		if x.By != "" {
			one.By = named(names, x.By)
		}
		out.Sections = append(out.Sections, one)
	}
	for _, x := range w.Addenda {
		what, before, after := x.Subject()
		out.Addenda = append(out.Addenda, AddendumOut{x.ID, x.About, x.Item, what, x.Happened, x.Words, before, after, named(names, x.By), x.At})
	}
	for _, x := range w.Closings {
		out.Closings = append(out.Closings, ClosingOut{x.No, x.At, named(names, x.By)})
	}
	for _, x := range w.Reopenings {
		out.Reopenings = append(out.Reopenings, decisionOut(x, names))
	}
	return answer(ctx, out, err)
}

// summaries is the operations of figures and summaries.
func (a *API) summaries(h huma.API) {
	huma.Register(h, op("figures-read", http.MethodGet, "/incidents/{id}/figures", "The figures of an incident: frozen when it is closed", 200),
		func(ctx context.Context, in *RecordID) (*body[FiguresOut], error) {
			f, err := a.s.Situation.FiguresOf(ctx, in.ID)
			return answer(ctx, figuresOut(f), err)
		})
	huma.Register(h, op("summary-read", http.MethodGet, "/incidents/{id}/summary", "The summary of an incident with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[SummaryOut], error) { return a.summary(ctx, in.ID, nil) })
	huma.Register(h, op("summary-write", http.MethodPost, "/incidents/{id}/summary/sections", "Write a section of the summary", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Section string `json:"section" doc:"situation, practice, problems, next"`
				Version int64  `json:"version" doc:"of the section that was read; 0: not written yet"`
				Words   string `json:"words"`
			}
		},
		) (*body[SummaryOut], error) {
			b := in.Body
			return a.summary(ctx, in.ID, a.s.Situation.Write(ctx, b.ID, in.ID, b.Section, b.Version, b.Words))
		})
	huma.Register(h, op("summary-add", http.MethodPost, "/incidents/{id}/summary/addenda", "Add a late fact to a closed incident", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID       string    `json:"id" format:"uuid"`
				About    string    `json:"about" doc:"figure, need, offer, party, mission, support, pass, other"`
				Item     string    `json:"item,omitempty" doc:"key of the figure, or number of the record"`
				Happened time.Time `json:"happened,omitzero"`
				Words    string    `json:"words"`
				Value    *int64    `json:"value,omitempty" doc:"what the figure should have been"`
			}
		},
		) (*body[SummaryOut], error) {
			b := in.Body
			return a.summary(ctx, in.ID, a.s.Situation.Add(ctx, situation.Addendum{
				ID: b.ID, Incident: in.ID, About: b.About, Item: b.Item, Happened: b.Happened, Words: b.Words, Value: b.Value,
			}))
		})
	huma.Register(h, op("summary-export", http.MethodPost, "/incidents/{id}/summary/export", "Take the summary as a file, with a purpose", 200), a.summaryExport)
	a.summaryLife(h)
}

// summaryLife is the verbs on a summary.
func (a *API) summaryLife(h huma.API) {
	huma.Register(h, op("summary-submit", http.MethodPost, "/incidents/{id}/summary/submit", "Lay the summary before headquarters", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Version int64  `json:"version" doc:"0: nobody has written anything yet"`
			}
		},
		) (*body[SummaryOut], error) {
			return a.summary(ctx, in.ID, a.s.Situation.Submit(ctx, in.Body.ID, in.ID, in.Body.Version))
		})
	for _, m := range []struct{ verb, summary string }{
		{"approve", "Record that headquarters approved the summary"},
		{"return", "Record that headquarters returned the summary"},
	} {
		huma.Register(h, op("summary-"+m.verb, http.MethodPost, "/incidents/{id}/summary/"+m.verb, m.summary, 200),
			func(ctx context.Context, in *struct {
				RecordID
				Body struct {
					DecisionIn
					Version int64 `json:"version" minimum:"1"`
				}
			},
			) (*body[SummaryOut], error) {
				return a.summary(ctx, in.ID, a.s.Situation.Decide(ctx, in.ID, m.verb, in.Body.Version, in.Body.domain()))
			})
	}
	huma.Register(h, op("summary-issue", http.MethodPost, "/incidents/{id}/summary/issue", "Record the number under which the summary was issued", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid"`
				Version int64  `json:"version" minimum:"1"`
				Paper   string `json:"paper"`
			}
		},
		) (*body[SummaryOut], error) {
			return a.summary(ctx, in.ID, a.s.Situation.Issue(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Paper))
		})
	huma.Register(h, op("summary-revise", http.MethodPost, "/incidents/{id}/summary/revise", "Begin a new edition of the summary", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[SummaryOut], error) {
			return a.summary(ctx, in.ID, a.s.Situation.Revise(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
}

func (a *API) summaryExport(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID      string `json:"id" format:"uuid"`
		Format  string `json:"format" doc:"docx, xlsx"`
		Purpose string `json:"purpose"`
	}
},
) (*savedFile, error) {
	b := in.Body
	w, err := a.s.Situation.Export(ctx, b.ID, in.ID, b.Format, b.Purpose)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	names, err := a.summaryNames(ctx, w)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var out bytes.Buffer
	kind := "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	if b.Format == "xlsx" {
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = w.Book(&out, names)
	} else {
		_, err = w.Paper(names).WriteTo(&out)
	}
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &savedFile{kind, `attachment; filename="summary-` + w.Of.Number + `.` + b.Format + `"`, out.Bytes()}, nil
}
