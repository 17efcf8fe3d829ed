package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/deployment"
	"lianyuan/domain/need"
	"lianyuan/domain/situation"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
)

// PulseOut is how an incident goes, beside its nine steps.
type PulseOut struct {
	Indicators []IndicatorOut `json:"indicators" nullable:"false" doc:"congestion, disorder, waste, distortion (S004-07)"`
	Force      ForceOut       `json:"force"`
	Orders     OrdersOut      `json:"orders"`
	Gaps       []GapOut       `json:"gaps" nullable:"false" doc:"published needs that lack most, the most urgent first"`
	Where      []SpotOut      `json:"where,omitempty" doc:"where the people inside are; absent: not for the actor, or nobody is inside"`
}

// IndicatorOut is one of the four indicators: a share, with what is above and below the line.
type IndicatorOut struct {
	Key       string     `json:"key" enum:"congestion,disorder,waste,distortion"`
	Value     *float64   `json:"value,omitempty" doc:"0 to 1; absent: unknown, and why says what is missing"`
	Why       string     `json:"why,omitempty" doc:"no_gate_report, no_vehicle, no_party, nobody_inside, no_hours, nothing_published"`
	Attention bool       `json:"attention" doc:"the share has reached the line of attention"`
	Top       float64    `json:"top" doc:"above the line: vehicles, people, team hours, needs"`
	Bottom    float64    `json:"bottom" doc:"below the line"`
	Inputs    []InputOut `json:"inputs" nullable:"false"`
	Trend     []PointOut `json:"trend" nullable:"false" doc:"at the ends of the last five hours, and now"`
	Line      float64    `json:"line" doc:"share from which it wants attention"`
	Parameter string     `json:"parameter" doc:"key of the parameter that sets the line"`
	Source    string     `json:"source" doc:"of its value"`
	Named     SourceName `json:"sourceName" doc:"the source as people know it: the document with its number"`
	Path      string     `json:"path" doc:"of the page that shows the rows"`
}

// InputOut is a figure behind an indicator.
type InputOut struct {
	Key  string   `json:"key"`
	N    *float64 `json:"n,omitempty" doc:"absent: unknown"`
	Why  string   `json:"why,omitempty"`
	Path string   `json:"path,omitempty" doc:"of the page that shows exactly what was counted, or what the number is made of"`
}

// PointOut is a point of a trend.
type PointOut struct {
	At    time.Time `json:"at"`
	Value *float64  `json:"value,omitempty" doc:"absent: unknown"`
}

// ForceOut is what there is on site.
type ForceOut struct {
	Inside     int `json:"inside" doc:"people"`
	Teams      int `json:"teams"`
	Idle       int `json:"idle" doc:"people inside without a mission"`
	Unapproved int `json:"unapproved" doc:"teams that came without approval and wait for a decision"`
	EnRoute    int `json:"enRoute" doc:"teams that are ordered out and have not come"`
	Leaving    int `json:"leaving"`
	Out        int `json:"out"`
	HomeLate   int `json:"homeLate"`
}

// OrdersOut is how the dispatch orders were answered.
type OrdersOut struct {
	Given   int          `json:"given"`
	Taken   int          `json:"taken"`
	Waiting []UnheardOut `json:"waiting" nullable:"false" doc:"not acknowledged, the longest silent first; none for who may not see offers"`
	// Missions are the unanswered ones beside the dispatch orders.
	Unaccepted int             `json:"unaccepted" doc:"missions that no team has accepted or declined in time"`
	Missions   []UnacceptedOut `json:"missions" nullable:"false" doc:"of them the longest silent first; none for who may not see missions"`
}

// UnacceptedOut is a mission that no team has answered in time.
type UnacceptedOut struct {
	Mission string    `json:"mission" doc:"id"`
	Number  string    `json:"number"`
	Team    string    `json:"team"`
	People  int       `json:"people"`
	Given   time.Time `json:"given"`
	By      time.Time `json:"by" doc:"when it should be done"`
}

// UnheardOut is an order that the leader has not acknowledged.
type UnheardOut struct {
	Offer  string    `json:"offer" doc:"id"`
	Number string    `json:"number"`
	Team   string    `json:"team"`
	People int       `json:"people"`
	Given  time.Time `json:"given"`
	By     time.Time `json:"by"`
}

// GapOut is a need and what it lacks.
type GapOut struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Title    string    `json:"title"`
	Place    Place     `json:"place"`
	Severity int       `json:"severity"`
	Until    time.Time `json:"until,omitzero" doc:"end of the window of the need"`
	Lacks    []LackOut `json:"lacks" nullable:"false"`
}

// LackOut is how much of something is missing.
type LackOut struct {
	Kind   string `json:"kind" enum:"team,equipment"`
	Key    string `json:"key,omitempty" doc:"kind of equipment"`
	Wanted int    `json:"wanted"`
	Coming int    `json:"coming" doc:"approved"`
	N      int    `json:"n" doc:"missing"`
}

// SpotOut is where people inside are.
type SpotOut struct {
	Kind   string `json:"kind" enum:"sector,mission,point"`
	ID     string `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
	Teams  int    `json:"teams"`
	People int    `json:"people"`
}

// IncidentMap is what the map of an incident shows in a view.
type IncidentMap struct {
	At      time.Time      `json:"at"`
	Needs   NeedMap        `json:"needs"`
	Teams   []PlateOut     `json:"teams" nullable:"false"`
	Points  []PostOut      `json:"points" nullable:"false"`
	Gates   []GateOut      `json:"gates" nullable:"false"`
	Sectors []GroundSector `json:"sectors" nullable:"false"`
	Zones   []GroundZone   `json:"zones" nullable:"false" doc:"controlled zones in force"`
	Hidden  []string       `json:"hidden" nullable:"false" doc:"kinds that the actor may not see: needs, teams, offers"`
}

// PlateOut is a team on the map.
type PlateOut struct {
	Kind   string  `json:"kind" enum:"on_site,self_deployed,en_route"`
	ID     string  `json:"id" doc:"of the party; of the offer when it is on its way"`
	Name   string  `json:"name"`
	People int     `json:"people"`
	At     string  `json:"at" doc:"where it is; on its way: where its base is"`
	Lon    float64 `json:"lon"`
	Lat    float64 `json:"lat"`
	Exact  bool    `json:"exact" doc:"false: somewhere in that place"`
}

// PostOut is a point of the incident.
type PostOut struct {
	Kind   string  `json:"kind" enum:"reception,staging,base"`
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Teams  int     `json:"teams"`
	People int     `json:"people"`
	Lon    float64 `json:"lon"`
	Lat    float64 `json:"lat"`
	Exact  bool    `json:"exact"`
}

// GateOut is a gate.
type GateOut struct {
	ID   string  `json:"id"`
	Name string  `json:"name"`
	Lon  float64 `json:"lon"`
	Lat  float64 `json:"lat"`
}

// GroundZone is a controlled zone as it is drawn: a ring, a centre with its radius, or the outlines of whole places.
type GroundZone struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Kind   string   `json:"kind" enum:"cordon,control"`
	Ring   []LonLat `json:"ring" nullable:"false"`
	Centre *LonLat  `json:"centre,omitempty"`
	Radius int      `json:"radius,omitempty" doc:"metres"`
	Places []Place  `json:"places" nullable:"false" doc:"whole places, whose outlines are read by their codes"`
}

// LonLat is a place in degrees, WGS-84.
type LonLat struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// GroundSector is a part of the site.
type GroundSector struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Ring   []LonLat `json:"ring" nullable:"false" doc:"none: not drawn"`
	Lon    float64  `json:"lon"`
	Lat    float64  `json:"lat"`
	Teams  int      `json:"teams"`
	People int      `json:"people"`
}

func (a *API) pulse(ctx context.Context, incident string) (out PulseOut, err error) {
	p, err := a.s.Situation.Pulse(ctx, incident)
	if err != nil {
		return out, err
	}
	out = PulseOut{Indicators: []IndicatorOut{}, Gaps: []GapOut{}, Orders: OrdersOut{Given: p.Orders.Given, Taken: p.Orders.Taken, Waiting: []UnheardOut{}, Unaccepted: p.Unaccepted.N, Missions: []UnacceptedOut{}}}
	for _, i := range p.Indicators {
		out.Indicators = append(out.Indicators, indicatorOut(i, p.At))
	}
	f := p.Force
	out.Force = ForceOut{f.Inside, f.Teams, f.Idle, f.Unapproved, f.EnRoute, f.Leaving, f.Out, f.HomeLate}
	for _, u := range p.Orders.Waiting {
		out.Orders.Waiting = append(out.Orders.Waiting, UnheardOut{u.Offer, u.Number, u.Team, u.People, u.GivenAt, u.By})
	}
	for _, u := range p.Unaccepted.Items {
		out.Orders.Missions = append(out.Orders.Missions, UnacceptedOut{u.ID, u.Number, u.TeamName, u.People, u.GivenAt, u.Until})
	}
	for _, g := range p.Gaps {
		out.Gaps = append(out.Gaps, a.gapOut(g))
	}
	for _, s := range p.Where {
		out.Where = append(out.Where, SpotOut(s))
	}
	return out, nil
}

func indicatorOut(i situation.Indicator, now time.Time) IndicatorOut {
	o := IndicatorOut{
		Key: i.Key, Value: i.Value, Why: i.Why, Attention: i.Attention(), Top: i.Top, Bottom: i.Bottom, Inputs: []InputOut{}, Trend: []PointOut{},
		Line: i.Line.Share, Parameter: i.Line.Used.Key, Source: i.Line.Used.Source, Named: sourceName(i.Line.Used.Source), Path: i.Path,
	}
	for _, x := range i.Inputs {
		o.Inputs = append(o.Inputs, InputOut(x))
	}
	for n, at := range situation.Moments(now) {
		o.Trend = append(o.Trend, PointOut{at, i.Trend[n]})
	}
	return o
}

func (a *API) gapOut(g deployment.Gap) GapOut {
	o := GapOut{ID: g.ID, Number: g.Number, Title: g.Title, Place: a.placeOf(g.Place), Severity: g.Severity, Until: g.WindowTo, Lacks: []LackOut{}}
	for _, l := range g.Lines {
		o.Lacks = append(o.Lacks, LackOut{l.Kind, l.Key, l.Wanted, l.Committed, l.Missing()})
	}
	return o
}

func (a *API) boards(h huma.API) {
	huma.Register(h, op("incident-map", http.MethodGet, "/incidents/{id}/map", "What the map of an incident shows in a view", 200), a.incidentMap)
}

func (a *API) incidentMap(ctx context.Context, in *struct {
	RecordID
	West  float64 `query:"west" required:"true" minimum:"-180" maximum:"180" doc:"degrees, WGS-84"`
	South float64 `query:"south" required:"true" minimum:"-90" maximum:"90"`
	East  float64 `query:"east" required:"true" minimum:"-180" maximum:"180"`
	North float64 `query:"north" required:"true" minimum:"-90" maximum:"90"`
	Zoom  float64 `query:"zoom" required:"true" minimum:"0" maximum:"24" doc:"of the view, the world being 512 pixels wide at 0; a cluster takes about 64 pixels"`
},
) (*body[IncidentMap], error) {
	g, err := a.s.Situation.Ground(ctx, in.ID, a.s.Places.Tree())
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	out := a.groundOut(g)
	page, err := a.s.Needs.Map(ctx, need.MapFilter{
		Selection: need.Selection{State: "all", Incident: in.ID}, Box: need.Box{West: in.West, South: in.South, East: in.East, North: in.North}, Zoom: in.Zoom,
	})
	if errors.Is(err, fault.ErrForbidden) {
		out.Hidden, err = append(out.Hidden, "needs"), nil
	}
	out.Needs = needMapOut(page)
	return answer(ctx, out, err)
}

func (a *API) groundOut(g situation.Ground) IncidentMap {
	out := IncidentMap{At: g.At, Teams: []PlateOut{}, Points: []PostOut{}, Gates: []GateOut{}, Sectors: []GroundSector{}, Zones: []GroundZone{}, Hidden: orEmpty(g.Hidden)}
	for _, p := range g.Teams {
		out.Teams = append(out.Teams, PlateOut{p.Kind, p.ID, p.Name, p.People, p.At, p.Where.Lon, p.Where.Lat, p.Exact})
	}
	for _, p := range g.Points {
		out.Points = append(out.Points, PostOut{p.Kind, p.ID, p.Name, p.Teams, p.People, p.Where.Lon, p.Where.Lat, p.Exact})
	}
	for _, p := range g.Gates {
		out.Gates = append(out.Gates, GateOut{p.ID, p.Name, p.At.Lon, p.At.Lat})
	}
	for _, z := range g.Zones {
		zone := GroundZone{ID: z.ID, Name: z.Name, Kind: z.Kind, Ring: ringOut(z.Area.Ring), Radius: z.Area.Radius, Places: []Place{}}
		if c := z.Area.Centre; c != nil {
			zone.Centre = &LonLat{c.Lon, c.Lat}
		}
		for _, p := range z.Area.Places {
			zone.Places = append(zone.Places, a.placeOf(p))
		}
		out.Zones = append(out.Zones, zone)
	}
	for _, s := range g.Sectors {
		out.Sectors = append(out.Sectors, GroundSector{s.ID, s.Name, ringOut(s.Ring), s.Where.Lon, s.Where.Lat, s.Teams, s.People})
	}
	return out
}

func ringOut(ring []geo.Point) []LonLat {
	out := make([]LonLat, len(ring))
	for i, p := range ring {
		out[i] = LonLat(p)
	}
	return out
}
