package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/platform/fault"
)

// Instruction is an order of the government to publish.
type Instruction struct {
	ID          string    `json:"id"`
	Number      string    `json:"number,omitempty" doc:"empty for an oral one that waits for its paper"`
	Issuer      string    `json:"issuer"`
	How         string    `json:"how" enum:"paper,phone,meeting,system"`
	IssuedAt    time.Time `json:"issuedAt"`
	Place       Place     `json:"place"`
	Kind        string    `json:"kind,omitempty" doc:"empty: every kind of need"`
	Incident    string    `json:"incident,omitempty" doc:"id; empty: whatever the incident"`
	Note        string    `json:"note,omitempty"`
	AwaitsPaper bool      `json:"awaitsPaper"`
	By          string    `json:"by"`
	At          time.Time `json:"at"`
	Papers      []PaperOf `json:"papers" nullable:"false" doc:"recorded after it, the newest first"`
	Scans       int       `json:"scans" doc:"photos and scans of its paper"`
	Actions     []string  `json:"actions" nullable:"false" enum:"file" doc:"file: record its paper and attach scans of it"`
}

// PaperOf is the document of an instruction, recorded later.
type PaperOf struct {
	ID     string    `json:"id"`
	Number string    `json:"number"`
	Dated  time.Time `json:"dated" doc:"as the document says"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// recorders are the accounts that an instruction names.
func recorders(i need.Instruction) []string {
	who := []string{i.By}
	for _, p := range i.Papers {
		who = append(who, p.By)
	}
	return who
}

func (a *API) instructionOut(ctx context.Context, i need.Instruction, names map[string]string) Instruction {
	out := Instruction{
		ID: i.ID, Number: i.Number, Issuer: i.Issuer, How: i.How, IssuedAt: i.IssuedAt, Place: a.placeOf(i.Place), Kind: string(i.Kind), Incident: i.Incident, Note: i.Note,
		AwaitsPaper: i.AwaitsPaper(), By: named(names, i.By), At: i.At, Papers: []PaperOf{}, Scans: i.Scans, Actions: []string{},
	}
	if actor, err := access.From(ctx); err == nil && i.Recordable(actor) {
		out.Actions = append(out.Actions, "file")
	}
	for _, p := range i.Papers {
		out.Papers = append(out.Papers, PaperOf{p.ID, p.Number, p.Dated, named(names, p.By), p.At})
	}
	return out
}

func (a *API) instructions(h huma.API) {
	huma.Register(h, op("instruction-list", http.MethodGet, "/instructions", "Instructions of governments to publish needs", 200), a.instructionList)
	huma.Register(h, op("instruction-record", http.MethodPost, "/instructions", "Record an instruction of a government", 201), a.instructionRecord)
	huma.Register(h, op("instruction-course", http.MethodGet, "/instructions/{id}/course", "What happened to an instruction, newest first", 200),
		func(ctx context.Context, in *struct {
			RecordID
			CoursePage
		},
		) (*body[PageOf[CourseRow]], error) {
			rows, err := a.s.Needs.InstructionCourse(ctx, in.ID, in.Before, in.Limit)
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			return a.coursePage(ctx, rows)
		})
	huma.Register(h, op("instruction-file", http.MethodPost, "/instructions/{id}/papers", "Record the paper of an instruction", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID     string    `json:"id" format:"uuid"`
				Number string    `json:"number"`
				Dated  time.Time `json:"dated" doc:"as the document says"`
			}
		},
		) (*body[Instruction], error) {
			b := in.Body
			return a.instructionNow(ctx, in.ID, a.s.Needs.File(ctx, in.ID, need.Paper{ID: b.ID, Number: b.Number, Dated: b.Dated}))
		})
}

func (a *API) instructionList(ctx context.Context, _ *struct{}) (*body[PageOf[Instruction]], error) {
	list, err := a.s.Needs.Instructions(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, i := range list {
		who = append(who, recorders(i)...)
	}
	names, err := a.names(ctx, who...)
	out := PageOf[Instruction]{Items: []Instruction{}}
	for _, i := range list {
		out.Items = append(out.Items, a.instructionOut(ctx, i, names))
	}
	return answer(ctx, out, err)
}

func (a *API) instructionRecord(ctx context.Context, in *struct {
	Body struct {
		ID       string    `json:"id" format:"uuid"`
		Number   string    `json:"number,omitempty"`
		Issuer   string    `json:"issuer"`
		How      string    `json:"how"`
		IssuedAt time.Time `json:"issuedAt"`
		Place    string    `json:"place" doc:"division code"`
		Kind     string    `json:"kind,omitempty"`
		Incident string    `json:"incident,omitempty" doc:"id, when it covers one incident only"`
		Note     string    `json:"note,omitempty"`
	}
},
) (*body[Instruction], error) {
	b := in.Body
	path, err := a.pathIn(b.Place, "body.place")
	if err == nil && path == "" {
		err = fault.InvalidField("body.place", "missing", "请选择适用地区", "choose the place it covers")
	}
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	i := need.Instruction{ID: b.ID, Number: b.Number, Issuer: b.Issuer, How: b.How, IssuedAt: b.IssuedAt, Place: path, Kind: need.Kind(b.Kind), Incident: b.Incident, Note: b.Note}
	return a.instructionNow(ctx, b.ID, a.s.Needs.Record(ctx, i))
}

// instructionNow answers a step on an instruction with the instruction as it is now.
func (a *API) instructionNow(ctx context.Context, id string, err error) (*body[Instruction], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	list, err := a.s.Needs.Instructions(ctx)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	at := slices.IndexFunc(list, func(x need.Instruction) bool { return x.ID == id })
	if at < 0 {
		return nil, toHTTP(ctx, fault.ErrNotFound)
	}
	names, err := a.names(ctx, recorders(list[at])...)
	return answer(ctx, a.instructionOut(ctx, list[at], names), err)
}
