package geo

import "math"

// Ring is a closed line; the last point may or may not repeat the first.
type Ring []Point

// Polygon is an outer ring followed by its holes.
type Polygon []Ring

// MultiPolygon is a set of polygons that do not overlap: a county with
// exclaves, an island group.
type MultiPolygon []Polygon

// Box is a rectangle of longitudes and latitudes in degrees. It does not cross
// the 180th meridian.
type Box struct {
	MinLon, MinLat, MaxLon, MaxLat float64
}

// Contains reports whether p lies in the box or on its edge.
func (b Box) Contains(p Point) bool {
	return p.Lon >= b.MinLon && p.Lon <= b.MaxLon && p.Lat >= b.MinLat && p.Lat <= b.MaxLat
}

// Bounds gives the smallest box around the outer rings; ok is false when there
// is no point.
func (m MultiPolygon) Bounds() (box Box, ok bool) {
	box = Box{MinLon: math.Inf(1), MinLat: math.Inf(1), MaxLon: math.Inf(-1), MaxLat: math.Inf(-1)}
	for _, polygon := range m {
		if len(polygon) == 0 {
			continue
		}
		for _, p := range polygon[0] {
			box.MinLon, box.MaxLon = min(box.MinLon, p.Lon), max(box.MaxLon, p.Lon)
			box.MinLat, box.MaxLat = min(box.MinLat, p.Lat), max(box.MaxLat, p.Lat)
			ok = true
		}
	}
	if !ok {
		return Box{}, false
	}
	return box, true
}

// Contains reports whether p lies inside one of the polygons.
func (m MultiPolygon) Contains(p Point) bool {
	for _, polygon := range m {
		if polygon.Contains(p) {
			return true
		}
	}
	return false
}

// Contains reports whether p lies inside the outer ring and in no hole. A point
// on the line itself belongs to one side, which one is not promised; of two
// polygons sharing a border exactly one claims it.
func (g Polygon) Contains(p Point) bool {
	if len(g) == 0 || !g[0].contains(p) {
		return false
	}
	for _, hole := range g[1:] {
		if hole.contains(p) {
			return false
		}
	}
	return true
}

// contains counts how often a ray to the east crosses the ring.
func (r Ring) contains(p Point) bool {
	if len(r) == 0 {
		return false
	}
	inside := false
	a := r[len(r)-1]
	for _, b := range r {
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) {
			// The edge is always walked from south to north: then a
			// border shared by two rings is computed the same for both.
			s, n := a, b
			if s.Lat > n.Lat {
				s, n = n, s
			}
			if p.Lon < s.Lon+(p.Lat-s.Lat)*(n.Lon-s.Lon)/(n.Lat-s.Lat) {
				inside = !inside
			}
		}
		a = b
	}
	return inside
}

// Simple reports whether a ring has an area and its sides neither cross nor touch but where one follows the other.
func (r Ring) Simple() bool {
	n, area := len(r), 0.0
	for i := range r {
		a, b := r[i], r[(i+1)%n]
		area += a.Lon*b.Lat - b.Lon*a.Lat
		for j := i + 2; j < n; j++ {
			if (j+1)%n != i && meet(a, b, r[j], r[(j+1)%n]) {
				return false
			}
		}
	}
	return n >= 3 && area != 0
}

// meet reports whether two lines have a point in common, their ends among them.
func meet(a, b, c, d Point) bool {
	side := func(a, b, p Point) float64 { return (b.Lon-a.Lon)*(p.Lat-a.Lat) - (b.Lat-a.Lat)*(p.Lon-a.Lon) }
	ab := [2]float64{side(a, b, c), side(a, b, d)}
	cd := [2]float64{side(c, d, a), side(c, d, b)}
	if ab == ([2]float64{}) { // all on one line
		return min(a.Lon, b.Lon) <= max(c.Lon, d.Lon) && min(c.Lon, d.Lon) <= max(a.Lon, b.Lon) &&
			min(a.Lat, b.Lat) <= max(c.Lat, d.Lat) && min(c.Lat, d.Lat) <= max(a.Lat, b.Lat)
	}
	return ab[0]*ab[1] <= 0 && cd[0]*cd[1] <= 0
}

// Centroid gives the centre of area (holes taken out), in degrees; for
// something without area the mean of its points. ok is false when there is no
// point at all. The plane is taken as flat: right for a county, not for a
// country. The centre of a crescent may lie outside it.
func (m MultiPolygon) Centroid() (centre Point, ok bool) {
	var area, lon, lat, sumLon, sumLat float64
	count := 0
	var origin Point
	for _, polygon := range m {
		for i, ring := range polygon {
			if len(ring) == 0 {
				continue
			}
			if count == 0 {
				origin = ring[0] // near the figure: keeps the products small
			}
			a, x, y := ring.moments(origin)
			if (i == 0) == (a < 0) { // outer rings count plus, holes minus
				a, x, y = -a, -x, -y
			}
			area, lon, lat = area+a, lon+x, lat+y
			for _, p := range ring {
				sumLon, sumLat = sumLon+p.Lon, sumLat+p.Lat
			}
			count += len(ring)
		}
	}
	if count == 0 {
		return Point{}, false
	}
	if area < 1e-12 {
		return Point{Lon: sumLon / float64(count), Lat: sumLat / float64(count)}, true
	}
	return Point{Lon: origin.Lon + lon/(3*area), Lat: origin.Lat + lat/(3*area)}, true
}

// moments gives twice the signed area of the ring and its first moments,
// measured from origin.
func (r Ring) moments(origin Point) (area, lon, lat float64) {
	a := r[len(r)-1]
	for _, b := range r {
		ax, ay := a.Lon-origin.Lon, a.Lat-origin.Lat
		bx, by := b.Lon-origin.Lon, b.Lat-origin.Lat
		cross := ax*by - bx*ay
		area += cross
		lon += (ax + bx) * cross
		lat += (ay + by) * cross
		a = b
	}
	return area, lon, lat
}
