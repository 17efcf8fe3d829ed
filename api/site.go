package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianyuan/domain/equipment"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/platform/geo"
)

// SiteOut is the order of the site of an incident: its zones, its access points, and what was noted there.
type SiteOut struct {
	Zones  []ZoneOut        `json:"zones" nullable:"false"`
	Points []AccessPointOut `json:"points" nullable:"false"`
	Loose  WentOut          `json:"loose" doc:"noted at gates without an access point"`
	Edits  bool             `json:"edits" doc:"the actor may set zones and open access points"`
	At     time.Time        `json:"at" doc:"as of"`
}

// ZoneOut is a controlled zone.
type ZoneOut struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Kind    string    `json:"kind" doc:"cordon, control"`
	Area    AreaOut   `json:"area"`
	Rule    string    `json:"rule" doc:"who may enter"`
	SetBy   string    `json:"setBy"`
	Begins  time.Time `json:"begins"`
	Ends    time.Time `json:"ends,omitzero" doc:"absent: until it is lifted"`
	InForce bool      `json:"inForce"`
	Outside int       `json:"outside" doc:"points that lie beyond the places of the incident; a warning"`
	Lifted  *MarkOut  `json:"lifted,omitempty"`
	By      string    `json:"by" doc:"who recorded it"`
	Version int64     `json:"version"`
}

// AreaOut is what a zone covers: one of a ring, a circle or places.
type AreaOut struct {
	Ring   [][]float64 `json:"ring" nullable:"false" doc:"lon and lat of each point, the first not again at the end"`
	Lon    float64     `json:"lon,omitempty" doc:"centre of a circle"`
	Lat    float64     `json:"lat,omitempty"`
	Radius int         `json:"radius,omitempty" doc:"metres; 0: no circle"`
	Places []Place     `json:"places" nullable:"false"`
}

// AccessPointOut is where vehicles and people are checked.
type AccessPointOut struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Place   Place    `json:"place"`
	Zone    string   `json:"zone,omitempty" doc:"id of what it guards"`
	Lon     float64  `json:"lon"`
	Lat     float64  `json:"lat"`
	Closed  *MarkOut `json:"closed,omitempty"`
	Went    WentOut  `json:"went"`
	By      string   `json:"by"`
	Version int64    `json:"version"`
}

// WentOut is how many passages were noted.
type WentOut struct {
	In      int `json:"in"`
	Out     int `json:"out"`
	Refused int `json:"refused"`
}

// LogRow is a line of the log of entries and exits.
type LogRow struct {
	PassageOut
	Point  string `json:"point,omitempty"`
	Pass   string `json:"pass,omitempty" doc:"id"`
	Number string `json:"number,omitempty"`
	Plate  string `json:"plate"`
	Colour string `json:"colour"`
}

func (a *API) siteOut(ctx context.Context, incident string, err error) (*body[SiteOut], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	site, err := a.s.Passes.SiteOf(ctx, incident)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who []string
	for _, z := range site.Zones {
		who = append(who, z.CreatedBy, z.LiftedBy)
	}
	for _, p := range site.Points {
		who = append(who, p.CreatedBy, p.ClosedBy)
	}
	names, err := a.names(ctx, who...)
	out := SiteOut{Zones: []ZoneOut{}, Points: []AccessPointOut{}, Loose: WentOut(site.Went[""]), Edits: site.Edits, At: site.Now}
	for _, z := range site.Zones {
		out.Zones = append(out.Zones, ZoneOut{
			ID: z.ID, Name: z.Name, Kind: z.Kind, Area: a.areaOut(z.Area), Rule: z.Rule, SetBy: z.SetBy, Begins: z.Begins, Ends: z.Ends,
			InForce: z.InForce(site.Now), Outside: z.Outside, Lifted: ended(z.LiftedAt, names, z.LiftedBy, z.Why), By: named(names, z.CreatedBy), Version: z.Version,
		})
	}
	for _, p := range site.Points {
		out.Points = append(out.Points, AccessPointOut{
			ID: p.ID, Name: p.Name, Place: a.placeOf(p.Place), Zone: p.Zone, Lon: p.At.Lon, Lat: p.At.Lat,
			Closed: ended(p.ClosedAt, names, p.ClosedBy, p.Why), Went: WentOut(site.Went[p.ID]), By: named(names, p.CreatedBy), Version: p.Version,
		})
	}
	return answer(ctx, out, err)
}

func ended(at time.Time, names map[string]string, by, why string) *MarkOut {
	if at.IsZero() {
		return nil
	}
	return &MarkOut{at, named(names, by), why}
}

func (a *API) areaOut(x pass.Area) AreaOut {
	out := AreaOut{Ring: [][]float64{}, Radius: x.Radius, Places: []Place{}}
	for _, p := range x.Ring {
		out.Ring = append(out.Ring, []float64{p.Lon, p.Lat})
	}
	if x.Centre != nil {
		out.Lon, out.Lat = x.Centre.Lon, x.Centre.Lat
	}
	for _, p := range x.Places {
		out.Places = append(out.Places, a.placeOf(p))
	}
	return out
}

// AreaIn is what a zone is to cover: one of a ring, a circle or places.
type AreaIn struct {
	Ring   [][]float64 `json:"ring,omitempty" maxItems:"200" doc:"lon and lat of each point"`
	Lon    float64     `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Lat    float64     `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	Radius int         `json:"radius,omitempty" minimum:"0" maximum:"50000" doc:"metres"`
	Places []string    `json:"places,omitempty" maxItems:"60" doc:"division codes"`
}

func (a *API) area(in AreaIn) (x pass.Area, err error) {
	for _, p := range in.Ring {
		if len(p) != 2 {
			p = []float64{999, 999} // refused below with the field named
		}
		x.Ring = append(x.Ring, geo.Point{Lon: p[0], Lat: p[1]})
	}
	if in.Radius > 0 {
		x.Centre, x.Radius = &geo.Point{Lon: in.Lon, Lat: in.Lat}, in.Radius
	}
	for i, code := range in.Places {
		path, err := a.placeAskedIn(code, fmt.Sprintf("body.area.places[%d]", i))
		if err != nil {
			return x, err
		}
		x.Places = append(x.Places, path)
	}
	return x, nil
}

func (a *API) site(h huma.API) {
	huma.Register(h, op("site-read", http.MethodGet, "/incidents/{id}/site", "Controlled zones and access points of an incident, with what was noted there", 200),
		func(ctx context.Context, in *RecordID) (*body[SiteOut], error) { return a.siteOut(ctx, in.ID, nil) })
	huma.Register(h, op("zone-set", http.MethodPost, "/incidents/{id}/zones", "Record a controlled zone that an authority set", 200), a.zoneSet)
	huma.Register(h, op("zone-lift", http.MethodPost, "/incidents/{id}/zones/{zone}/lift", "Lift a controlled zone", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Zone string `path:"zone" maxLength:"36"`
			Body ReasonIn
		},
		) (*body[SiteOut], error) {
			return a.siteOut(ctx, in.ID, a.s.Passes.LiftZone(ctx, in.Body.ID, in.ID, in.Zone, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("access-point-open", http.MethodPost, "/incidents/{id}/access-points", "Set up an access point", 200), a.pointOpen)
	huma.Register(h, op("access-point-close", http.MethodPost, "/incidents/{id}/access-points/{point}/close", "Take an access point away", 200),
		func(ctx context.Context, in *struct {
			RecordID
			Point string `path:"point" maxLength:"36"`
			Body  ReasonIn
		},
		) (*body[SiteOut], error) {
			return a.siteOut(ctx, in.ID, a.s.Passes.ClosePoint(ctx, in.Body.ID, in.ID, in.Point, in.Body.Version, in.Body.Reason))
		})
	huma.Register(h, op("passage-list", http.MethodGet, "/incidents/{id}/passages", "The log of entries and exits, newest first", 200), a.passageLog)
}

func (a *API) zoneSet(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID     string    `json:"id" format:"uuid" doc:"of the command, and of the zone"`
		Name   string    `json:"name"`
		Kind   string    `json:"kind" doc:"cordon, control"`
		Area   AreaIn    `json:"area"`
		Rule   string    `json:"rule,omitempty" doc:"who may enter"`
		SetBy  string    `json:"setBy" doc:"the authority that set it"`
		Begins time.Time `json:"begins"`
		Ends   time.Time `json:"ends,omitempty" doc:"absent: until it is lifted"`
	}
},
) (*body[SiteOut], error) {
	b := in.Body
	area, err := a.area(b.Area)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return a.siteOut(ctx, in.ID, a.s.Passes.SetZone(ctx, pass.Zone{
		ID: b.ID, Incident: in.ID, Name: b.Name, Kind: b.Kind, Area: area, Rule: b.Rule, SetBy: b.SetBy, Begins: b.Begins, Ends: b.Ends,
	}))
}

func (a *API) pointOpen(ctx context.Context, in *struct {
	RecordID
	Body struct {
		ID    string  `json:"id" format:"uuid" doc:"of the command, and of the access point"`
		Name  string  `json:"name"`
		Place string  `json:"place" doc:"division code of where it stands"`
		Zone  string  `json:"zone,omitempty" doc:"id of what it guards"`
		Lon   float64 `json:"lon"`
		Lat   float64 `json:"lat"`
	}
},
) (*body[SiteOut], error) {
	b := in.Body
	path, err := a.placeAsked(b.Place)
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return a.siteOut(ctx, in.ID, a.s.Passes.OpenPoint(ctx, pass.Point{
		ID: b.ID, Incident: in.ID, Place: path, Name: b.Name, Zone: b.Zone, At: geo.Point{Lon: b.Lon, Lat: b.Lat},
	}))
}

func (a *API) passageLog(ctx context.Context, in *struct {
	RecordID
	Point  string `query:"point" maxLength:"36" doc:"id of an access point"`
	Figure string `query:"figure" maxLength:"40" doc:"the passages behind this figure"`
	Cursor string `query:"cursor" maxLength:"80"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*body[PageOf[LogRow]], error) {
	log, err := a.s.Passes.LogOf(ctx, in.ID, pass.LogFilter{Point: in.Point, Figure: in.Figure, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	var who, ids []string
	for _, x := range log.Items {
		who, ids = append(who, x.By), append(ids, x.ID)
	}
	names, err := a.names(ctx, who...)
	used, err := a.usedOf(ctx, err, ids...)
	out := PageOf[LogRow]{Items: []LogRow{}, Next: log.Next}
	for _, x := range log.Items {
		out.Items = append(out.Items, LogRow{
			PassageOut{x.ID, x.At, x.Gate, x.Verdict, x.Why, x.Direction, named(names, x.By), used[x.ID]}, x.Point, x.Pass, x.Number, equipment.Shown(x.Plate), x.Colour,
		})
	}
	return answer(ctx, out, err)
}

// passagePlace is where a passage was noted; the place of an access point is on record.
func (a *API) passagePlace(point, code string) (place.Path, error) {
	if point != "" {
		return "", nil
	}
	return a.placeAsked(code)
}
