package need

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"sync"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// dot is a need that is not closed and has a point, as the map needs it: 32 bytes.
type dot struct {
	moment                int64
	lon, lat              int32 // 1e-6 degree, a tenth of a metre
	stand                 int32 // number in dots.stands
	severity, shelf, kind uint8 // shelf and kind by their numbers in shelves and Kinds
}

const dotDegree = 1e6

// stand is where a need belongs: few, so that each dot holds a number only.
type stand struct {
	place    place.Path
	incident string
	drill    bool
}

// dots are all needs of the map in the memory of this node. A box of the whole country with any filter is one walk over
// them, some milliseconds for 200,000; no index could count so many in cells that move with the view. They are read at
// the first question, and what has changed since is read again at the next one: changes of this node when they are
// committed, those of other nodes when the journal tells of them, as open pages learn of them too.
type dots struct {
	refreshing sync.Mutex // one reads the database at a time, so that nothing older overwrites what is newer

	mu      sync.RWMutex
	heeds   bool // has begun to read: changes count from now on
	list    []dot
	at      map[int64]int32 // moment to number in list
	stands  []stand
	numbers map[stand]int32
	stale   map[string]bool // ids of needs that changed since they were read
}

// changed marks a need to be read again.
func (d *dots) changed(need string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.heeds {
		d.stale[need] = true
	}
}

// Heard learns from the journal which needs were changed, by whichever node.
func (s *Service) Heard(rows []journal.Row) {
	for _, r := range rows {
		if r.Kind == "need" {
			s.changed(r.Subject)
		}
	}
}

// changed lets go of what this node holds in memory of a need.
func (s *Service) changed(need string) {
	s.dots.changed(need)
	s.public.forget()
}

const dotColumns = `id, moment, lon, lat, place, severity, state, audience, kind, incident, drill`

// dotRow is a need as it is read for the map.
type dotRow struct {
	Need
	lon, lat sql.NullInt64
}

func scanDot(sc db.Scanner) (r dotRow, err error) {
	var path, audience, kind string
	var moment sql.NullInt64
	err = sc.Scan(&r.ID, &moment, &r.lon, &r.lat, &path, &r.Severity, &r.State, &audience, &kind, &r.Incident, &r.Drill)
	r.Place, r.Kind, r.moment = place.Path(path), Kind(kind), moment.Int64
	r.Audience = split(audience)
	return r, err
}

// refresh reads what is not known or has changed.
func (d *dots) refresh(ctx context.Context, on *db.DB) error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	d.mu.Lock()
	first := !d.heeds
	if first {
		d.heeds, d.at, d.numbers, d.stale = true, map[int64]int32{}, map[stand]int32{}, map[string]bool{}
	}
	stale := make([]any, 0, len(d.stale))
	for need := range d.stale {
		stale = append(stale, need)
	}
	clear(d.stale)
	d.mu.Unlock()
	var queries [][]any
	if !first {
		for part := range slices.Chunk(stale, 100) {
			queries = append(queries, part)
		}
	}
	var rows []dotRow
	err := on.View(ctx, func(tx *db.Tx) error {
		rows = rows[:0]
		read := func(sc db.Scanner) error {
			r, err := scanDot(sc)
			rows = append(rows, r)
			return err
		}
		if first {
			return tx.Each(read, `SELECT `+dotColumns+` FROM need WHERE state <> 'closed' AND lon IS NOT NULL`)
		}
		for _, ids := range queries {
			if err := tx.Each(read, `SELECT `+dotColumns+` FROM need WHERE id IN (`+db.List(1, len(ids))+`)`, ids...); err != nil {
				return err
			}
		}
		return nil
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil { // nothing is known of these: the next question reads them again
		d.heeds = !first
		for _, need := range stale {
			d.stale[need.(string)] = true //nolint:forcetypeassert // put in above
		}
		return err
	}
	for _, r := range rows {
		d.set(r)
	}
	return nil
}

// pending says whether something must be read before the next question is answered.
func (d *dots) pending() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return !d.heeds || len(d.stale) > 0
}

// set puts a need where it is now, or takes it off the map.
func (d *dots) set(r dotRow) {
	i, known := d.at[r.moment]
	if r.State == "closed" || !r.lon.Valid || !r.lat.Valid {
		if known {
			last := d.list[len(d.list)-1]
			d.list[i] = last
			d.at[last.moment] = i
			d.list = d.list[:len(d.list)-1]
			delete(d.at, r.moment)
		}
		return
	}
	where := stand{r.Place, r.Incident, r.Drill}
	number, ok := d.numbers[where]
	if !ok {
		number = int32(len(d.stands)) //nolint:gosec // there are some 600,000 places and few incidents
		d.stands = append(d.stands, where)
		d.numbers[where] = number
	}
	now := dot{moment: r.moment, stand: number}
	now.lon, now.lat = int32(r.lon.Int64/10), int32(r.lat.Int64/10)                                   //nolint:gosec // at most 180 degrees
	now.severity = uint8(r.Severity)                                                                  //nolint:gosec // 1 to 4
	now.shelf, now.kind = uint8(slices.Index(shelves, r.shelf())), uint8(slices.Index(Kinds, r.Kind)) //nolint:gosec // short lists
	if known {
		d.list[i] = now
		return
	}
	d.at[r.moment] = int32(len(d.list)) //nolint:gosec // needs in the memory of a node
	d.list = append(d.list, now)
}

// Box is a part of the map, in degrees. West is not east of east: nobody looks across the date line here.
type Box struct{ West, South, East, North float64 }

// Cluster is needs of one cell of the grid: how many, the highest severity among them, and their middle.
type Cluster struct {
	Lon, Lat float64
	Count    int
	Severity int
	Box      Box // of the needs, not of the cell
}

// cells is the grid of a view. It is fixed to the globe, so that clusters stay where they are when the view moves.
type cells struct {
	size      float64 // degrees
	west      int     // number of the first column
	south     int
	columns   int
	rows      int
	clusters  []Cluster
	moments   []int64 // of the first needs inside
	in, total int
	extent    Box // of all that were chosen, inside or not
}

// maxSide bounds the grid, whatever box and scale somebody asks for.
const maxSide = 64

func gridOf(b Box, zoom float64) *cells {
	size := 360 / math.Exp2(zoom) / 8 // an eighth of a tile of 512 pixels
	size = max(size, (b.East-b.West)/(maxSide-2), (b.North-b.South)/(maxSide-2), 1e-6)
	g := &cells{size: size, west: int(math.Floor(b.West / size)), south: int(math.Floor(b.South / size))}
	g.columns = int(math.Floor(b.East/size)) - g.west + 1
	g.rows = int(math.Floor(b.North/size)) - g.south + 1
	g.clusters = make([]Cluster, g.columns*g.rows)
	return g
}

// walk counts the chosen needs in all and inside the box, and keeps the first of these up to most.
func (d *dots) walk(x Sight, f Selection, b Box, zoom float64, most int) *cells {
	g := gridOf(b, zoom)
	west, south, east, north := int32(math.Floor(b.West*dotDegree)), int32(math.Floor(b.South*dotDegree)), int32(math.Ceil(b.East*dotDegree)), int32(math.Ceil(b.North*dotDegree))
	kind := -1
	if f.Kind != "" {
		kind = slices.Index(Kinds, f.Kind)
	}
	var chosen [4]bool
	for _, shelf := range f.shelves() {
		chosen[slices.Index(shelves, shelf)] = true
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	seen := make([]bool, len(d.stands))
	for i, st := range d.stands {
		seen[i] = x.holds(st.place, st.incident, st.drill)
	}
	for i := range d.list {
		n := &d.list[i]
		if !seen[n.stand] || !chosen[n.shelf] || (kind >= 0 && int(n.kind) != kind) || (f.Severity != 0 && int(n.severity) != f.Severity) {
			continue
		}
		g.extend(n)
		if n.lon < west || n.lon > east || n.lat < south || n.lat > north {
			continue
		}
		if g.in++; g.in <= most {
			g.moments = append(g.moments, n.moment)
		}
		g.add(n)
	}
	return g
}

// extend counts a chosen need, wherever it is.
func (g *cells) extend(x *dot) {
	lon, lat := float64(x.lon)/dotDegree, float64(x.lat)/dotDegree
	if g.total == 0 {
		g.extent = Box{lon, lat, lon, lat}
	}
	g.total++
	g.extent = Box{min(g.extent.West, lon), min(g.extent.South, lat), max(g.extent.East, lon), max(g.extent.North, lat)}
}

func (g *cells) add(x *dot) {
	lon, lat := float64(x.lon)/dotDegree, float64(x.lat)/dotDegree
	column := min(max(int(math.Floor(lon/g.size))-g.west, 0), g.columns-1)
	row := min(max(int(math.Floor(lat/g.size))-g.south, 0), g.rows-1)
	c := &g.clusters[row*g.columns+column]
	if c.Count == 0 {
		c.Severity, c.Box = int(x.severity), Box{lon, lat, lon, lat}
	}
	c.Count++
	c.Severity = min(c.Severity, int(x.severity))
	c.Lon += lon
	c.Lat += lat
	c.Box = Box{min(c.Box.West, lon), min(c.Box.South, lat), max(c.Box.East, lon), max(c.Box.North, lat)}
}

// filled are the clusters that hold something, with the middle of what they hold.
func (g *cells) filled() []Cluster {
	list := slices.DeleteFunc(g.clusters, func(c Cluster) bool { return c.Count == 0 })
	for i := range list {
		list[i].Lon /= float64(list[i].Count)
		list[i].Lat /= float64(list[i].Count)
	}
	return list
}
