package situation

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
)

// Ground is what an incident's map shows beside the needs. What the actor may not see is not in it, and Hidden says so.
type Ground struct {
	At      time.Time
	Teams   []Plate
	Points  []Post
	Gates   []pass.Point
	Sectors []Sector
	Zones   []pass.Zone // in force
	Hidden  []string    // teams, offers: kinds that the actor may not see
}

// Plate is a team on the map.
type Plate struct {
	Kind   string // on_site, self_deployed, en_route
	ID     string // of the party, or of the offer when it is on its way
	Name   string
	People int
	Where  geo.Point
	Exact  bool // false: somewhere in the place that is named
	At     string
}

// Post is a point where teams are received, wait or stay, with who is there.
type Post struct {
	ID, Kind, Name string
	Teams, People  int
	Where          geo.Point
	Exact          bool
}

// Sector is a part of the site that was given to teams.
type Sector struct {
	ID, Name      string
	Ring          geo.Ring
	Where         geo.Point // of its label
	Teams, People int
}

// maxPlates bounds the teams of a map.
const maxPlates = 500

// atlas is what the map asks of the tree of places.
type atlas interface {
	CentreOf(p place.Path, at time.Time) (geo.Point, bool)
	FullNameOf(p place.Path) string
}

// drawing is one map in the making.
type drawing struct {
	*Ground
	tree  atlas
	now   time.Time
	site  site
	spots []Spot
}

// Ground is what the map of an incident shows beside the needs; not found for whoever may not see the incident.
func (s *Service) Ground(ctx context.Context, id string, tree atlas) (g Ground, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return g, err
	}
	now := s.clock.Now()
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, id)
		if err != nil {
			return err
		}
		if !i.Seen(actor) {
			return fault.ErrNotFound
		}
		g = Ground{At: now}
		d := drawing{Ground: &g, tree: tree, now: now}
		if d.site, err = siteOf(tx, id, now); err != nil {
			return err
		}
		d.spots = d.site.where(now)
		d.points()
		if err := d.sectors(tx, id); err != nil {
			return err
		}
		if g.Gates, err = pass.PointsIn(tx, id); err != nil {
			return err
		}
		if g.Zones, err = pass.ZonesIn(tx, id, now); err != nil {
			return err
		}
		if !reception.Sees(actor, i) {
			g.Hidden = append(g.Hidden, "teams")
		} else if err := d.present(tx, id); err != nil {
			return err
		}
		if !actor.May(access.OfferSee, i.Place) {
			g.Hidden = append(g.Hidden, "offers")
			return nil
		}
		return d.underway(tx, id)
	})
	return g, err
}

// at is a point, or when there is none the middle of a place.
func (d *drawing) at(w *geo.Point, p place.Path) (where geo.Point, exact, ok bool) {
	if w != nil {
		return *w, true, true
	}
	where, ok = d.tree.CentreOf(p, d.now)
	return where, false, ok
}

func (d *drawing) points() {
	for _, p := range d.site.points {
		where, exact, ok := d.at(p.Where, p.Place)
		if !p.Open || !ok {
			continue
		}
		post := Post{ID: p.ID, Kind: p.Kind, Name: p.Name, Where: where, Exact: exact}
		for _, s := range d.spots {
			if s.Kind == "point" && s.ID == p.ID {
				post.Teams, post.People = s.Teams, s.People
			}
		}
		d.Points = append(d.Points, post)
	}
}

// sectors are the open sectors, each with who is in it; one that was not drawn is in no map, but in the lists.
func (d *drawing) sectors(tx *db.Tx, id string) error {
	list, err := mission.OpenSectors(tx, id)
	for _, m := range list {
		if len(m.Outline) == 0 {
			continue
		}
		s := Sector{ID: m.ID, Name: m.Name, Ring: m.Outline, Where: middle(m.Outline)}
		for _, x := range d.spots {
			if x.Kind == "sector" && x.ID == s.ID {
				s.Teams, s.People = x.Teams, x.People
			}
		}
		d.Sectors = append(d.Sectors, s)
	}
	return err
}

// present are the teams with people inside, at the point where they were received.
func (d *drawing) present(tx *db.Tx, id string) error {
	parties, err := reception.OnSite(tx, id)
	if err != nil {
		return err
	}
	points := map[string]reception.Point{}
	for _, p := range d.site.points {
		points[p.ID] = p
	}
	for _, p := range parties {
		of := points[p.Point]
		plate := Plate{Kind: "on_site", ID: p.ID, Name: p.TeamName, People: p.People, At: of.Name}
		if p.State == "self_deployed" || p.State == "turned_back" {
			plate.Kind = "self_deployed"
		}
		var ok bool
		if plate.Where, plate.Exact, ok = d.at(of.Where, p.Place); ok {
			d.Teams = append(d.Teams, plate)
		}
	}
	return nil
}

// underway are the teams on their way, at their base: where they are now nobody knows.
func (d *drawing) underway(tx *db.Tx, id string) error {
	teams, err := deployment.UnderwayTo(tx, id, maxPlates)
	for _, u := range teams {
		plate := Plate{Kind: "en_route", ID: u.Offer, Name: u.Team, People: u.People, At: d.tree.FullNameOf(u.Home)}
		var base *geo.Point
		if u.Lon != 0 || u.Lat != 0 {
			base = &geo.Point{Lon: u.Lon, Lat: u.Lat}
		}
		var ok bool
		if plate.Where, plate.Exact, ok = d.at(base, u.Home); ok {
			d.Teams = append(d.Teams, plate)
		}
	}
	return err
}

// middle is the middle of the corners of a ring.
func middle(ring geo.Ring) (m geo.Point) {
	for _, p := range ring {
		m.Lon += p.Lon / float64(len(ring))
		m.Lat += p.Lat / float64(len(ring))
	}
	return m
}
