package place

import (
	"fmt"
	"math"
	"sync"

	"lianyuan/platform/geo"
)

// The grid over China by which a point finds the few counties that may hold it:
// half a degree is about the size of a county, so a cell names about five.
const (
	gridWest, gridSouth = 73.0, 3.0
	gridEast, gridNorth = 136.0, 54.0
	cellsPerDegree      = 2
	gridColumns         = int((gridEast - gridWest) * cellsPerDegree)
	gridRows            = int((gridNorth - gridSouth) * cellsPerDegree)
)

// indexGrain is the steps per degree of boxes and centres in the index.
const indexGrain = 10_000

// atlas holds the county outlines: boxes and centres once any point is asked
// for, the outlines themselves province by province.
type atlas struct {
	open  sync.Once
	shelf *shelf
	plots []plot
	byKey map[int]int // county code → plot
	// cells lists for each cell, row by row, the plots whose box touches it.
	cells  [][]int
	sheets map[int]*sheet
}

// plot is one county in the index.
type plot struct {
	code   int
	box    geo.Box
	centre geo.Point
}

// sheet is the outlines of one province.
type sheet struct {
	open   sync.Once
	first  int // plot of its first outline
	count  int
	shapes []geo.MultiPolygon
}

// outlines gives the atlas, opened.
func (b *base) outlines() *atlas {
	a := &b.atlas
	a.open.Do(func() {
		var err error
		a.shelf, err = openShelf(outlinesFile)
		sound(err)
		index, _, err := a.shelf.chunk(0)
		sound(err)
		sound(a.readIndex(index))
	})
	return a
}

func (a *atlas) readIndex(body string) error {
	r := reader{left: body}
	n := r.count()
	a.plots = make([]plot, n)
	a.byKey = make(map[int]int, n)
	a.sheets = map[int]*sheet{}
	a.cells = make([][]int, gridColumns*gridRows)
	code := 0
	degrees := func() float64 { return float64(r.signed()) / indexGrain }
	for i := range a.plots {
		code += r.number()
		p := &a.plots[i]
		p.code = code
		p.box = geo.Box{MinLon: degrees(), MinLat: degrees(), MaxLon: degrees(), MaxLat: degrees()}
		p.centre = geo.Point{Lon: degrees(), Lat: degrees()}
		a.byKey[p.code] = i
		province := p.code / 10_000
		if a.sheets[province] == nil {
			a.sheets[province] = &sheet{first: i}
		}
		a.sheets[province].count++
		west, south := cell(geo.Point{Lon: p.box.MinLon, Lat: p.box.MinLat})
		east, north := cell(geo.Point{Lon: p.box.MaxLon, Lat: p.box.MaxLat})
		for y := south; y <= north; y++ {
			for x := west; x <= east; x++ {
				a.cells[y*gridColumns+x] = append(a.cells[y*gridColumns+x], i)
			}
		}
	}
	if r.err != nil || r.left != "" {
		return fmt.Errorf("%w: index of outlines", errPacked)
	}
	return nil
}

// cell gives column and row of a point, at the edge for points outside.
func cell(p geo.Point) (x, y int) {
	x = int(math.Floor((p.Lon - gridWest) * cellsPerDegree))
	y = int(math.Floor((p.Lat - gridSouth) * cellsPerDegree))
	return min(max(x, 0), gridColumns-1), min(max(y, 0), gridRows-1)
}

// shape gives the outline of a plot, unpacking its province the first time.
func (a *atlas) shape(i int) geo.MultiPolygon {
	province := a.plots[i].code / 10_000
	s := a.sheets[province]
	s.open.Do(func() {
		body, ok, err := a.shelf.chunk(province)
		if err == nil && !ok {
			err = fmt.Errorf("%w: no outlines of %d", errPacked, province)
		}
		sound(err)
		s.shapes, err = readShapes(body, s.count)
		sound(err)
	})
	return s.shapes[i-s.first]
}

func readShapes(body string, count int) ([]geo.MultiPolygon, error) {
	r := reader{left: body}
	grain := float64(r.unsigned())
	shapes := make([]geo.MultiPolygon, count)
	for i := range shapes {
		var lon, lat int64
		shapes[i] = make(geo.MultiPolygon, r.count())
		for j := range shapes[i] {
			shapes[i][j] = make(geo.Polygon, r.count())
			for k := range shapes[i][j] {
				ring := make(geo.Ring, r.count())
				for l := range ring {
					lon += r.signed()
					lat += r.signed()
					ring[l] = geo.Point{Lon: float64(lon) / grain, Lat: float64(lat) / grain}
				}
				shapes[i][j][k] = ring
			}
		}
	}
	if r.err != nil || r.left != "" || grain == 0 {
		return nil, fmt.Errorf("%w: outlines", errPacked)
	}
	return shapes, nil
}

// find gives the plot whose outline holds the point; -1 for none.
func (a *atlas) find(p geo.Point) int {
	x, y := cell(p)
	for _, i := range a.cells[y*gridColumns+x] {
		if a.plots[i].box.Contains(p) && a.shape(i).Contains(p) {
			return i
		}
	}
	return -1
}

// nearest gives the plot whose centre is nearest, and how far, in metres.
func (a *atlas) nearest(p geo.Point) (plot int, metres float64) {
	plot, best := -1, math.Inf(1)
	scale := math.Cos(p.Lat * math.Pi / 180)
	for i := range a.plots {
		// Flat is good enough to choose: candidates are near.
		dLon, dLat := (a.plots[i].centre.Lon-p.Lon)*scale, a.plots[i].centre.Lat-p.Lat
		if d := dLon*dLon + dLat*dLat; d < best {
			plot, best = i, d
		}
	}
	if plot < 0 {
		return -1, best
	}
	return plot, geo.Distance(p, a.plots[plot].centre)
}
