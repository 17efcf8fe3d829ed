// Package geo is the little geometry a jurisdiction needs: how far, inside or
// outside, where is the middle, and in which coordinate system.
//
// The idea: one system is stored, and conversion happens at the edge, once.
// Everything inside the product is WGS-84 longitude and latitude in degrees
// (CGCS2000, which official documents name, differs by centimetres). Maps made
// in China arrive in GCJ-02 (高德, 腾讯) or BD-09 (百度), some 170 to 570 metres
// away; a point is converted where people type it in (web/src/ui/map/datum.ts),
// or when data are packed, never twice.
//
// All functions are pure and safe for concurrent use. None reports an error:
// a coordinate that is not a place on Earth (see [Point.Valid]) passes through
// unchanged, so callers validate where they decode.
package geo

import "math"

// Point is a place on Earth: longitude east and latitude north, in degrees.
type Point struct {
	Lon float64
	Lat float64
}

// earthRadius is the mean radius in metres (IUGG R1). A sphere is good to
// half a per cent, which is finer than any fix a phone gives in a valley.
const earthRadius = 6371008.8

// Valid reports whether p has finite coordinates within ±180 and ±90 degrees.
func (p Point) Valid() bool {
	return math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90
}

// Distance gives the great-circle distance between two points in metres
// (haversine on a sphere: exact enough up to the antipode, error ≤ 0.6 %).
func Distance(a, b Point) float64 {
	la, lb := radians(a.Lat), radians(b.Lat)
	sLat := math.Sin((lb - la) / 2)
	sLon := math.Sin(radians(b.Lon-a.Lon) / 2)
	h := sLat*sLat + math.Cos(la)*math.Cos(lb)*sLon*sLon
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

func radians(deg float64) float64 { return deg * math.Pi / 180 }

// Around is a box that holds everything within metres of p. Near a pole, and across the 180th meridian, it takes in all
// longitudes.
func Around(p Point, metres float64) Box {
	dLat := metres / earthRadius * 180 / math.Pi
	b := Box{MinLon: -180, MaxLon: 180, MinLat: max(p.Lat-dLat, -90), MaxLat: min(p.Lat+dLat, 90)}
	if widest := math.Cos(radians(max(math.Abs(b.MinLat), math.Abs(b.MaxLat)))); widest > 1e-6 {
		if dLon := dLat / widest; p.Lon-dLon >= -180 && p.Lon+dLon <= 180 {
			b.MinLon, b.MaxLon = p.Lon-dLon, p.Lon+dLon
		}
	}
	return b
}
