package api

import (
	"context"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
	"lianyuan/domain/support"
)

// LeaverOut is a team on site as it leaves.
type LeaverOut struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Team     string    `json:"team,omitempty" doc:"absent: a group that the register does not know"`
	TeamName string    `json:"teamName"`
	State    string    `json:"state"`
	People   int       `json:"people" doc:"inside now"`
	Vehicles int       `json:"vehicles" doc:"inside now"`
	Came     int       `json:"came" doc:"people who were received in all"`
	Busy     int       `json:"busy" doc:"of the people, with a mission"`
	TakenAt  time.Time `json:"takenAt,omitzero" doc:"the leader has the order"`
	Open     int       `json:"open" doc:"lines of the hand-back list that are not recorded"`
	LeftAt   time.Time `json:"leftAt,omitzero"`
	HomeDue  time.Time `json:"homeDue,omitzero" doc:"when the word that it is home is overdue"`
	HomeAt   time.Time `json:"homeAt,omitzero"`
	Late     bool      `json:"late" doc:"no word that it is home, past the limit"`
	Version  int64     `json:"version"`
}

// WaveOut is a wave of withdrawal.
type WaveOut struct {
	ID        string      `json:"id"`
	Number    string      `json:"number"`
	Incident  string      `json:"incident"`
	Wave      int         `json:"wave"`
	State     string      `json:"state"`
	Reason    string      `json:"reason"`
	Point     string      `json:"point" doc:"where they are counted out"`
	From      time.Time   `json:"from"`
	To        time.Time   `json:"to"`
	Route     string      `json:"route"`
	Guidance  string      `json:"guidance"`
	Contact   string      `json:"contact"`
	OrderedAt time.Time   `json:"orderedAt,omitzero"`
	Left      int         `json:"left" doc:"of the parties, how many have left"`
	Parties   []LeaverOut `json:"parties" nullable:"false"`
	Version   int64       `json:"version"`
}

// WaveDetail is a wave with everything around it.
type WaveDetail struct {
	WaveOut
	PointName  string    `json:"pointName"`
	OrderedBy  string    `json:"orderedBy,omitempty"`
	CreatedBy  string    `json:"createdBy"`
	CreatedAt  time.Time `json:"createdAt"`
	IncidentNo string    `json:"incidentNumber"`
	HQ         string    `json:"hq" doc:"in whose name it is ordered"`
	Title      string    `json:"incidentName"`
	Drill      bool      `json:"drill"`
	History    []History `json:"history" nullable:"false"`
	Actions    []string  `json:"actions" nullable:"false"`
	Used       []UsedOut `json:"used" nullable:"false" doc:"values that decisions were taken by"`
}

// LeavePoint is a point where teams are counted out.
type LeavePoint struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Open bool   `json:"open"`
}

// WithdrawalsOut is how the teams of an incident leave.
type WithdrawalsOut struct {
	Waves       []WaveOut    `json:"waves" nullable:"false"`
	Points      []LeavePoint `json:"points" nullable:"false"`
	Free        []LeaverOut  `json:"free" nullable:"false" doc:"checked in, and in no wave"`
	Back        []LeaverOut  `json:"back" nullable:"false" doc:"to be counted out under no order"`
	Away        []LeaverOut  `json:"away" nullable:"false" doc:"on the way home, the first that is due first"`
	Home        int          `json:"home" doc:"teams that are safely home"`
	Unaccounted int          `json:"unaccounted" doc:"people who were not found when their team was counted out"`
	Plans       bool         `json:"plans" doc:"the actor may plan and order"`
	Counts      bool         `json:"counts" doc:"the actor may count out"`
}

// LeaveHead is a person who is inside, to be counted.
type LeaveHead struct {
	ID       string    `json:"id"`
	Name     string    `json:"name" doc:"the family name alone for who may not read it"`
	Kind     string    `json:"kind" doc:"member, walk_in"`
	Post     string    `json:"post"`
	Location string    `json:"location"`
	Since    time.Time `json:"since"`
	Mission  string    `json:"mission,omitempty" doc:"it must end first"`
	Missing  string    `json:"missing,omitempty" doc:"not found when the team was counted out: who saw the person last"`
}

// LeaveRide is a vehicle that is inside.
type LeaveRide struct {
	ID      string `json:"id"`
	Plate   string `json:"plate" doc:"as people write it"`
	Colour  string `json:"colour"`
	Kind    string `json:"kind"`
	Mission string `json:"mission,omitempty"`
}

// LeftOut is a person or vehicle that was counted out.
type LeftOut struct {
	ID   string `json:"id" doc:"of the row"`
	Name string `json:"name" doc:"the family name alone for who may not read it; the plate of a vehicle"`
	Kind string `json:"kind" enum:"person,vehicle"`
}

// LeaveItem is equipment that the team came with.
type LeaveItem struct {
	Kind string `json:"kind"`
	Came int    `json:"came"`
	Out  int    `json:"out" doc:"what it took with it; -1 not counted yet"`
	Note string `json:"note,omitempty"`
}

// HandbackOut is a line of what a team was lent or issued.
type HandbackOut struct {
	ID       string    `json:"id"`
	What     string    `json:"what"`
	Unit     string    `json:"unit"`
	Lent     int       `json:"lent"`
	Lender   string    `json:"lender"`
	Request  string    `json:"request,omitempty" doc:"of logistics"`
	Back     int       `json:"back"`
	Damaged  int       `json:"damaged"`
	Lost     int       `json:"lost"`
	Used     int       `json:"used"`
	Note     string    `json:"note,omitempty"`
	Recorded bool      `json:"recorded"`
	At       time.Time `json:"at,omitzero"`
	Version  int64     `json:"version"`
}

// LentOut is what logistics has lent or issued to the team and does not stand on a hand-back list of it yet.
type LentOut struct {
	Request string `json:"request"`
	Number  string `json:"number"`
	What    string `json:"what"`
	Unit    string `json:"unit"`
	Lent    int    `json:"lent"`
	Lender  string `json:"lender"`
}

// ReturnPass is the pass of a vehicle as the way back needs it.
type ReturnPass struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Plate    string    `json:"plate"`
	State    string    `json:"state"`
	BackFrom time.Time `json:"backFrom"`
	BackTo   time.Time `json:"backTo"`
	Fits     bool      `json:"fits" doc:"in force during the whole window of the departure"`
	Version  int64     `json:"version"`
}

// DepartureSheet is a team as it leaves: the order, who and what is inside, what it hands back, its passes.
type DepartureSheet struct {
	LeaverOut
	Incident  string        `json:"incident"`
	Drill     bool          `json:"drill"`
	Wave      *WaveOut      `json:"wave,omitempty" doc:"the order it leaves under, without the other teams"`
	PointName string        `json:"pointName"`
	Taken     bool          `json:"taken"`
	Heads     []LeaveHead   `json:"heads" nullable:"false"`
	Rides     []LeaveRide   `json:"rides" nullable:"false"`
	Left      []LeftOut     `json:"left" nullable:"false" doc:"people and vehicles that the last count let out, until the team is home"`
	Items     []LeaveItem   `json:"items" nullable:"false"`
	Lines     []HandbackOut `json:"lines" nullable:"false"`
	Lent      []LentOut     `json:"lent" nullable:"false"`
	Passes    []ReturnPass  `json:"passes" nullable:"false"`
	Masked    bool          `json:"masked"`
	Actions   []string      `json:"actions" nullable:"false"`
}

func (a *API) leaverOut(p reception.Party) LeaverOut {
	return LeaverOut{
		ID: p.ID, Number: p.Number, Team: p.Team, TeamName: p.TeamName, State: p.State, People: p.People, Vehicles: p.Vehicles, Came: p.Came, Busy: p.Busy,
		LeftAt: p.LeftAt, HomeDue: p.HomeDue, HomeAt: p.HomeAt, Late: p.State == "checked_out" && !p.HomeDue.IsZero() && a.s.Clock.Now().After(p.HomeDue), Version: p.Version,
	}
}

func (a *API) leaversOut(list []reception.Party) []LeaverOut {
	out := []LeaverOut{}
	for _, p := range list {
		out = append(out, a.leaverOut(p))
	}
	return out
}

func (a *API) waveOut(w reception.Withdrawal) WaveOut {
	out := WaveOut{
		ID: w.ID, Number: w.Number, Incident: w.Incident, Wave: w.Wave, State: w.State, Reason: w.Reason, Point: w.Point, From: w.From, To: w.To, Route: w.Route,
		Guidance: w.Guidance, Contact: w.Contact, OrderedAt: w.OrderedAt, Left: w.Left(), Parties: []LeaverOut{}, Version: w.Version,
	}
	for _, m := range w.Members {
		x := a.leaverOut(m.Party)
		x.TakenAt, x.Open = m.TakenAt, m.Open
		out.Parties = append(out.Parties, x)
	}
	return out
}

func (a *API) withdrawalsOut(ctx context.Context, o reception.Overview, err error) (*body[WithdrawalsOut], error) {
	out := WithdrawalsOut{
		Waves: []WaveOut{}, Points: []LeavePoint{}, Free: a.leaversOut(o.Free), Back: a.leaversOut(o.Back), Away: a.leaversOut(o.Away), Home: o.Home,
		Unaccounted: o.Unaccounted, Plans: o.Plans, Counts: o.Counts,
	}
	for _, w := range o.Waves {
		out.Waves = append(out.Waves, a.waveOut(w))
	}
	for _, p := range o.Points {
		out.Points = append(out.Points, LeavePoint{p.ID, p.Name, p.Open})
	}
	return answer(ctx, out, err)
}

func (a *API) waveDetail(ctx context.Context, id string, err error) (*body[WaveDetail], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	w, err := a.s.Receptions.Wave(ctx, id)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	who := []string{w.CreatedBy, w.OrderedBy}
	for _, r := range w.History {
		who = append(who, r.Actor)
	}
	names, err := a.names(ctx, who...)
	out := WaveDetail{
		WaveOut: a.waveOut(w.Withdrawal), PointName: w.At.Name, CreatedBy: named(names, w.CreatedBy), CreatedAt: w.CreatedAt, IncidentNo: w.Incident.Number,
		HQ: w.Incident.HQ, Title: w.Incident.Name, Drill: w.Incident.Drill, History: historyOut(w.History, names), Actions: orEmpty(w.Allowed),
	}
	if w.OrderedBy != "" {
		out.OrderedBy = named(names, w.OrderedBy)
	}
	out.Used, err = a.used(ctx, id, err)
	return answer(ctx, out, err)
}

// departureSheet composes a team as it leaves with what logistics lent it and with its passes.
func (a *API) departureSheet(ctx context.Context, sh reception.Sheet) (out DepartureSheet, err error) {
	lent, err := a.s.Support.Lent(ctx, sh.Incident, sh.Team)
	if err != nil {
		return out, err
	}
	passes, err := a.s.Passes.OfOffer(ctx, sh.Offer)
	if err != nil {
		return out, err
	}
	out = DepartureSheet{
		LeaverOut: a.leaverOut(sh.Party), Incident: sh.Incident, Drill: sh.Drill, PointName: sh.At.Name, Taken: sh.Taken, Masked: sh.Masked,
		Heads: []LeaveHead{}, Rides: []LeaveRide{}, Left: []LeftOut{}, Items: itemsLeaving(sh), Lines: []HandbackOut{}, Lent: []LentOut{}, Passes: []ReturnPass{}, Actions: orEmpty(sh.Allowed),
	}
	from, to := a.s.Clock.Now(), a.s.Clock.Now()
	if sh.Wave != nil {
		w := a.waveOut(*sh.Wave)
		w.Parties = []LeaverOut{}
		out.Wave, from, to = &w, w.From, w.To
	}
	for _, x := range sh.People {
		h := LeaveHead{ID: x.ID, Name: x.Who.Name, Kind: x.Kind, Post: x.Post, Location: x.Location, Since: x.Since, Mission: x.Mission}
		if x.OutWhy == "missing" && !sh.Masked {
			h.Missing = x.OutNote.Plain
		}
		out.Heads = append(out.Heads, h)
	}
	for _, v := range sh.Vehicles {
		out.Rides = append(out.Rides, LeaveRide{v.ID, equipment.Shown(v.Plate), v.Colour, v.Kind, v.Mission})
	}
	for _, x := range sh.Left {
		out.Left = append(out.Left, LeftOut{x.ID, x.Who.Name, "person"})
	}
	for _, v := range sh.Drove {
		out.Left = append(out.Left, LeftOut{v.ID, equipment.Shown(v.Plate), "vehicle"})
	}
	for _, l := range sh.Lines {
		if l.Open() {
			out.Open++
		}
		out.Lines = append(out.Lines, HandbackOut{l.ID, l.What, l.Unit, l.Lent, l.Lender, l.Request, l.Back, l.Damaged, l.Lost, l.Used, l.Note.Plain, !l.Open(), l.At, l.Version})
	}
	for _, r := range lent {
		if rest := r.Supplied - sh.Listed[r.ID]; rest > 0 {
			out.Lent = append(out.Lent, LentOut{r.ID, r.Number, r.What, r.Unit, rest, r.Routed})
		}
	}
	out.Passes = returnPasses(passes, from, to)
	return out, nil
}

func (a *API) departureSheets(ctx context.Context, list []reception.Sheet, err error) (*body[PageOf[DepartureSheet]], error) {
	out := PageOf[DepartureSheet]{Items: []DepartureSheet{}}
	for _, sh := range list {
		if err != nil {
			break
		}
		var x DepartureSheet
		x, err = a.departureSheet(ctx, sh)
		out.Items = append(out.Items, x)
	}
	return answer(ctx, out, err)
}

func itemsLeaving(sh reception.Sheet) []LeaveItem {
	out := []LeaveItem{}
	for _, x := range sh.Items {
		item := LeaveItem{Kind: x.Kind, Came: x.Came, Out: x.Out}
		for _, b := range sh.Behind {
			if b.What == "item" && b.Subject == x.Kind {
				item.Note = b.Note.Plain
			}
		}
		if x.Came > 0 {
			out = append(out, item)
		}
	}
	return out
}

// returnPasses are the newest pass of each vehicle; from and to are the window of the departure.
func returnPasses(list []pass.Pass, from, to time.Time) []ReturnPass {
	out := []ReturnPass{}
	last := ""
	for _, p := range list {
		if last == p.Plate+p.Colour {
			continue
		}
		last = p.Plate + p.Colour
		fits := p.State == "valid" && !p.BackFrom.After(from) && !p.BackTo.Before(to)
		out = append(out, ReturnPass{p.ID, p.Number, equipment.Shown(p.Plate), p.State, p.BackFrom, p.BackTo, fits, p.Version})
	}
	return out
}

// sheetOf is the answer of every operation on a team that leaves.
func (a *API) sheetOf(ctx context.Context, party string, err error) (*body[DepartureSheet], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	sh, err := a.s.Receptions.Sheet(ctx, party)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	out, err := a.departureSheet(ctx, sh)
	return answer(ctx, out, err)
}

// lentTo is what logistics has lent to the team of a party that the actor may see.
func (a *API) lentTo(ctx context.Context, party string) (list []reception.Lent, err error) {
	sh, err := a.s.Receptions.Sheet(ctx, party)
	if err != nil {
		return nil, err
	}
	var lent []support.Request
	lent, err = a.s.Support.Lent(ctx, sh.Incident, sh.Team)
	for _, r := range lent {
		list = append(list, reception.Lent{Request: r.ID, Quantity: r.Supplied})
	}
	return list, err
}
