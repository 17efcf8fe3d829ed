package api

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
)

// ReportRow is a report in a list.
type ReportRow struct {
	ID         string    `json:"id"`
	Number     string    `json:"number" doc:"given at the first look; empty before"`
	Kind       string    `json:"kind"`
	Severity   int       `json:"severity" doc:"1 highest … 4"`
	Text       string    `json:"text" doc:"the first 60 characters in a list, whole in a detail"`
	People     *int      `json:"people"`
	Vulnerable []string  `json:"vulnerable" nullable:"false"`
	Place      Place     `json:"place"`
	Point      *Point    `json:"point,omitempty"`
	Channel    string    `json:"channel"`
	Stage      string    `json:"stage"`
	Outcome    string    `json:"outcome,omitempty"`
	ReceivedAt time.Time `json:"receivedAt"`
	LookedAt   time.Time `json:"lookedAt,omitzero"`
	LookedBy   string    `json:"lookedBy,omitempty"`
	Claims     int       `json:"claims" doc:"additions nobody has looked at"`
	SafeClaim  bool      `json:"safeClaim"`
	Flags      []string  `json:"flags" nullable:"false"`
	Need       string    `json:"need,omitempty"`
	MergedInto string    `json:"mergedInto,omitempty" doc:"id of the report that leads"`
	Incident   string    `json:"incident,omitempty" doc:"id; absent until it joins one"`
	Drill      bool      `json:"drill" doc:"belongs to a drill"`
	Destroyed  time.Time `json:"destroyedAt,omitzero" doc:"when what it says of persons was destroyed"`
	Version    int64     `json:"version"`
	Found      *FoundBy  `json:"found,omitempty" doc:"in the answer to a search: by what"`
}

// FoundBy says by what a search found a report.
type FoundBy struct {
	In      string `json:"in" enum:"text,address,claim,name,phone,tail,number,receipt" doc:"where it stands; tail: the last four digits of the phone number"`
	Excerpt string `json:"excerpt,omitempty" doc:"what stands around it, in text, address and claim"`
}

// ReportList is a page of the queue.
type ReportList struct {
	PageOf[ReportRow]
	OverdueAfter int  `json:"overdueAfter" doc:"seconds without a first look after which a report is late (parameter need.look_within)"`
	AgainAfter   int  `json:"againAfter" doc:"seconds between two looks after which a report under verification is late (parameter need.look_again)"`
	Partial      bool `json:"partial" doc:"a search looked at the newest candidates and there are more: longer words find what is older"`
}

// ReportDetail is a report with everything around it.
type ReportDetail struct {
	ReportRow
	Address     string       `json:"address,omitempty"`
	PhoneMasked string       `json:"phoneMasked,omitempty"`
	NameMasked  string       `json:"nameMasked,omitempty"`
	Unread      string       `json:"unread,omitempty" doc:"what of the call could not be read, as it came"`
	Message     string       `json:"message,omitempty" doc:"to the caller"`
	ClaimList   []ClaimOut   `json:"claimList" nullable:"false"`
	Attempts    []AttemptOut `json:"attempts" nullable:"false"`
	Similar     []SimilarOut `json:"similar" nullable:"false"`
	Merged      []ReportRow  `json:"merged" nullable:"false" doc:"reports that follow this one"`
	History     []History    `json:"history" nullable:"false"`
	Actions     []string     `json:"actions" nullable:"false" doc:"verbs of the life cycle that are possible for the actor now"`
	Used        []UsedOut    `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// ClaimOut is what a caller added.
type ClaimOut struct {
	ID   string    `json:"id"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// AttemptOut is one try to verify.
type AttemptOut struct {
	ID     string    `json:"id"`
	Method string    `json:"method"`
	Result string    `json:"result"`
	Note   string    `json:"note,omitempty"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// SimilarOut is another report that may be about the same matter.
type SimilarOut struct {
	Report  ReportRow   `json:"report"`
	Reasons []ReasonOut `json:"reasons" nullable:"false"`
}

// ReasonOut is one sign; value is metres for near and seconds for soon.
type ReasonOut struct {
	Key   string  `json:"key" enum:"same_phone,near,soon,same_kind"`
	Value float64 `json:"value"`
}

const rowText = 60 // characters of a report's words in a list

const maxSearches = 60 // of one account in a minute; each page of what is found is one

func (a *API) reportRow(r need.Report, names map[string]string) ReportRow {
	text := r.Person.Text
	if utf8.RuneCountInString(text) > rowText {
		text = string([]rune(text)[:rowText]) + "…"
	}
	row := ReportRow{
		ID: r.ID, Number: r.Number, Kind: string(r.Kind), Severity: r.Severity, Text: text, People: r.People, Vulnerable: orEmpty(r.Vulnerable),
		Place: a.placeOf(r.Place), Point: pointOut(r.Point), Channel: r.Channel, Stage: r.Stage, Outcome: r.Outcome, ReceivedAt: r.ReceivedAt,
		LookedAt: r.Looked, LookedBy: named(names, r.LookedBy), Claims: r.Claims, SafeClaim: r.SafeClaim, Flags: orEmpty(r.Flags), Need: r.Need, MergedInto: r.MergedInto, Incident: r.Incident, Drill: r.Drill, Destroyed: r.Destroyed, Version: r.Version,
	}
	if r.Found.In != "" {
		row.Found = &FoundBy{r.Found.In, r.Found.Excerpt}
	}
	return row
}

func named(names map[string]string, account string) string {
	if n, ok := names[account]; ok {
		return n
	}
	return account
}

func (a *API) reportDetail(ctx context.Context, report string) (ReportDetail, error) {
	d, err := a.s.Needs.Get(ctx, report)
	if err != nil {
		return ReportDetail{}, err
	}
	who := []string{d.LookedBy}
	for _, x := range d.Attempts {
		who = append(who, x.By)
	}
	for _, x := range d.History {
		who = append(who, x.Actor)
	}
	for _, x := range d.Similar {
		who = append(who, x.LookedBy)
	}
	for _, x := range d.Merged {
		who = append(who, x.LookedBy)
	}
	names, err := a.names(ctx, who...)
	if err != nil {
		return ReportDetail{}, err
	}
	out := ReportDetail{
		ReportRow: a.reportRow(d.Report, names), Address: d.Person.Address, PhoneMasked: maskPhone(d.Person.Phone), NameMasked: maskName(d.Person.Name),
		Unread: d.Person.Unread, Message: d.Message, ClaimList: []ClaimOut{}, Attempts: []AttemptOut{}, Similar: []SimilarOut{}, Merged: []ReportRow{}, History: historyOut(d.History, names), Actions: orEmpty(d.Allowed),
	}
	out.Text = d.Person.Text
	for _, c := range d.ClaimList {
		out.ClaimList = append(out.ClaimList, ClaimOut(c))
	}
	for _, x := range d.Attempts {
		out.Attempts = append(out.Attempts, AttemptOut{x.ID, x.Method, x.Result, x.Note, named(names, x.By), x.At})
	}
	for _, x := range d.Merged {
		out.Merged = append(out.Merged, a.reportRow(x, names))
	}
	for _, x := range d.Similar {
		s := SimilarOut{Report: a.reportRow(x.Report, names), Reasons: []ReasonOut{}}
		for _, why := range x.Reasons {
			s.Reasons = append(s.Reasons, ReasonOut(why))
		}
		out.Similar = append(out.Similar, s)
	}
	out.Used, err = a.used(ctx, report, nil)
	return out, err
}

func historyOut(rows []journal.Row, names map[string]string) []History {
	list := []History{}
	for _, r := range rows {
		list = append(list, History{At: r.At, Who: named(names, r.Actor), Verb: r.Verb, Note: r.Reason, Cause: causeOf(r.Reason)})
	}
	return list
}

// maskPhone keeps what helps to tell two numbers apart and not more: 138****0000.
func maskPhone(p string) string {
	r := []rune(p)
	switch {
	case len(r) == 0:
		return ""
	case len(r) < 8:
		return "****"
	}
	return string(r[:3]) + "****" + string(r[len(r)-4:])
}

func maskName(n string) string {
	r := []rune(n)
	if len(r) == 0 {
		return ""
	}
	return string(r[:1]) + "**"
}

// RecordID is the id in the path. Exported: huma does not read an embedded struct that is not.
type RecordID struct {
	ID string `path:"id" format:"uuid"`
}

// after answers a step on a report with the report as it is now.
func (a *API) afterReport(ctx context.Context, report string, err error) (*body[ReportDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	d, err := a.reportDetail(ctx, report)
	return answer(ctx, d, err)
}

func (a *API) reports(h huma.API) {
	huma.Register(h, op("report-list", http.MethodGet, "/reports", "The queue of reports, or what a search finds in it", 200), a.reportList)
	huma.Register(h, op("report-take", http.MethodPost, "/reports", "Write down a call for help on behalf of a caller", 201),
		func(ctx context.Context, in *struct{ Body NewReport }) (*body[ReceiptOut], error) {
			c, err := in.Body.call()
			if err != nil {
				return nil, toHTTP(ctx, err)
			}
			r, err := a.s.Needs.Take(ctx, c)
			return answer(ctx, receiptOut(r), err)
		})
	huma.Register(h, op("report-read", http.MethodGet, "/reports/{id}", "One report with everything around it", 200),
		func(ctx context.Context, in *RecordID) (*body[ReportDetail], error) {
			return a.afterReport(ctx, in.ID, nil)
		})
	huma.Register(h, op("report-look", http.MethodPost, "/reports/{id}/look", "Look at a report; the first look takes it up", 200),
		func(ctx context.Context, in *RecordID) (*body[ReportDetail], error) {
			return a.afterReport(ctx, in.ID, a.s.Needs.Look(ctx, in.ID))
		})
	huma.Register(h, op("report-attempt", http.MethodPost, "/reports/{id}/attempts", "Record one try to verify", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID     string `json:"id" format:"uuid"`
				Method string `json:"method" enum:"call_back,grid_member,second_source,drone,on_site"`
				Result string `json:"result" enum:"reached,no_answer,refused,wrong_number,confirmed,denied"`
				Note   string `json:"note,omitempty"`
			}
		},
		) (*body[ReportDetail], error) {
			b := in.Body
			err := a.s.Needs.Attempt(ctx, in.ID, need.Attempt{ID: b.ID, Method: b.Method, Result: b.Result, Note: b.Note})
			return a.afterReport(ctx, in.ID, err)
		})
	a.reportSteps(h)
}

// reportSteps are the steps that end a verification, or begin it again.
func (a *API) reportSteps(h huma.API) {
	huma.Register(h, op("report-decide", http.MethodPost, "/reports/{id}/outcome", "End the verification of a report", 200), a.reportDecide)
	huma.Register(h, op("report-reopen", http.MethodPost, "/reports/{id}/reopen", "Take a decided report up again", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[ReportDetail], error) {
			return a.afterReport(ctx, in.ID, a.s.Needs.Reopen(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("report-merge", http.MethodPost, "/reports/{id}/merge", "Let a report follow another about the same matter", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				ID      string `json:"id" format:"uuid" doc:"of the command"`
				Version int64  `json:"version" minimum:"1"`
				Into    string `json:"into" format:"uuid" doc:"id of the report that leads"`
			}
		},
		) (*body[ReportDetail], error) {
			return a.afterReport(ctx, in.ID, a.s.Needs.Merge(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Into))
		})
	huma.Register(h, op("report-unmerge", http.MethodPost, "/reports/{id}/unmerge", "Let a merged report stand for itself again", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body ReasonIn
		},
		) (*body[ReportDetail], error) {
			return a.afterReport(ctx, in.ID, a.s.Needs.Unmerge(ctx, in.Body.ID, in.ID, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("report-reveal", http.MethodPost, "/reports/{id}/reveal", "See who called, for a purpose that is recorded", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Body struct {
				Purpose string `json:"purpose"`
			}
		}) (*body[struct {
			Phone string `json:"phone"`
			Name  string `json:"name"`
		}], error,
		) {
			p, err := a.s.Needs.Reveal(ctx, in.ID, in.Body.Purpose)
			return answer(ctx, struct {
				Phone string `json:"phone"`
				Name  string `json:"name"`
			}{p.Phone, p.Name}, err)
		})
}

// ReasonIn is a command that takes nothing but a reason.
type ReasonIn struct {
	ID      string `json:"id" format:"uuid" doc:"of the command"`
	Version int64  `json:"version" minimum:"1" doc:"of the record as the actor saw it"`
	Reason  string `json:"reason"`
}

func (a *API) reportList(ctx context.Context, in *struct {
	Sought
	Stage  string `query:"stage" enum:"waiting,received,verifying,quarantine,done,all" default:"waiting" doc:"quarantine: what came as a flood does, until somebody has looked at it"`
	Place  string `query:"place" maxLength:"12"`
	In     string `query:"incident" maxLength:"36" doc:"id of an incident; left out: everything that belongs to no drill"`
	Figure string `query:"figure" maxLength:"40" doc:"of an incident: the reports behind this figure, in any stage"`
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[ReportList], error) {
	path, err := a.pathOf(in.Place)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	query, err := in.words()
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	if actor, err := access.From(ctx); err == nil && query != "" && a.limits.Over("search", actor.Account, maxSearches) {
		return nil, toHTTP(ctx, errTooMany)
	}
	page, err := a.s.Needs.Queue(ctx, need.Filter{Stage: in.Stage, Place: path, Incident: in.In, Query: query, Figure: in.Figure, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	late, err := a.s.Needs.Looks(ctx, in.In, path)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, r := range page.Items {
		who = append(who, r.LookedBy)
	}
	names, err := a.names(ctx, who...)
	out := ReportList{PageOf: PageOf[ReportRow]{Items: []ReportRow{}, Next: page.Next, Counts: page.Counts}, OverdueAfter: int(late.First.Seconds()), AgainAfter: int(late.Again.Seconds()), Partial: page.Partial}
	for _, r := range page.Items {
		out.Items = append(out.Items, a.reportRow(r, names))
	}
	return answer(ctx, out, err)
}

// pathOf is the path of a division code; empty stays empty.
func (a *API) pathOf(code string) (place.Path, error) { return a.pathIn(code, "query.place") }

// pathIn is pathOf for a field of another name.
func (a *API) pathIn(code, field string) (place.Path, error) {
	if code == "" {
		return "", nil
	}
	d, ok := a.s.Places.Tree().Get(place.Code(code), a.s.Clock.Now())
	if !ok {
		return "", fault.InvalidField(field, "place_unknown", "没有这个区划", "there is no such division")
	}
	return d.Path, nil
}

func (a *API) reportDecide(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID      string    `json:"id" format:"uuid" doc:"of the command, and of the need it makes"`
		Version int64     `json:"version" minimum:"1"`
		Outcome string    `json:"outcome" enum:"verified,unreachable,unverifiable,false,self_rescued,passed_police,passed_medical"`
		Note    string    `json:"note,omitempty"`
		Message string    `json:"message,omitempty" doc:"to the caller, shown with the receipt"`
		Need    *NeedEdit `json:"need,omitempty"`
		Join    string    `json:"join,omitempty" doc:"id of the need that answers it too"`
	}
},
) (*body[ReportDetail], error) {
	b := in.Body
	if _, err := id.Parse(b.ID, "body.id"); err != nil {
		return nil, toHTTP(ctx, err)
	}
	err := a.s.Needs.Decide(ctx, in.ID, need.Decision{
		ID: b.ID, Version: b.Version, Outcome: b.Outcome, Note: b.Note, Message: b.Message, New: b.Need.domain(), Join: b.Join,
	})
	return a.afterReport(ctx, in.ID, err)
}
