package geo

import "math"

// Constants of the published reverse-engineered GCJ-02 formula (Krasovsky 1940
// ellipsoid) and of Baidu's second shift. They are not an official text; the
// vectors in the tests are what we hold on to.
const (
	gcjAxis         = 6378245.0
	gcjEccentricity = 0.00669342162296594323
	bdPi            = math.Pi * 3000 / 180
)

// inverseRounds bounds the fixed-point iteration of the inverses. Each round
// gains three to four digits; eight is twice what 1e-12 degrees needs.
const inverseRounds = 8

// OutsideChina reports whether p lies outside the box in which GCJ-02 shifts
// anything. The box is coarse on purpose (it is the one map makers use): a
// point in a neighbouring country but inside the box is shifted all the same.
func OutsideChina(p Point) bool {
	return !(p.Lon >= 73.66 && p.Lon <= 135.05 && p.Lat >= 3.86 && p.Lat <= 53.55)
}

// ToGCJ converts WGS-84 to GCJ-02 (高德, 腾讯). A point outside China is
// returned unchanged.
func ToGCJ(wgs Point) Point {
	if OutsideChina(wgs) {
		return wgs
	}
	return gcj(wgs)
}

// FromGCJ converts GCJ-02 to WGS-84. There is no closed inverse, so it iterates
// until the forward conversion meets the given point (better than 1e-9 degrees,
// a tenth of a millimetre). A point outside China is returned unchanged.
func FromGCJ(shifted Point) Point {
	if OutsideChina(shifted) {
		return shifted
	}
	return invert(shifted, gcj)
}

// ToBD converts WGS-84 to BD-09 (百度). A point outside China is returned
// unchanged.
func ToBD(wgs Point) Point {
	if OutsideChina(wgs) {
		return wgs
	}
	return bd(gcj(wgs))
}

// FromBD converts BD-09 to WGS-84, iterating as [FromGCJ] does. A point outside
// China is returned unchanged.
func FromBD(shifted Point) Point {
	if OutsideChina(shifted) {
		return shifted
	}
	return invert(shifted, func(p Point) Point { return bd(gcj(p)) })
}

// GCJToBD converts GCJ-02 to BD-09 without the way round through WGS-84.
func GCJToBD(shifted Point) Point {
	if OutsideChina(shifted) {
		return shifted
	}
	return bd(shifted)
}

// BDToGCJ converts BD-09 to GCJ-02.
func BDToGCJ(shifted Point) Point {
	if OutsideChina(shifted) {
		return shifted
	}
	return invert(shifted, bd)
}

// invert finds p with forward(p) = target: the shift is small and smooth, so
// taking the miss back again and again converges quickly.
func invert(target Point, forward func(Point) Point) Point {
	p := target
	for range inverseRounds {
		got := forward(p)
		dLon, dLat := got.Lon-target.Lon, got.Lat-target.Lat
		p.Lon -= dLon
		p.Lat -= dLat
		if math.Abs(dLon) < 1e-13 && math.Abs(dLat) < 1e-13 {
			break
		}
	}
	return p
}

// gcj is the bare shift, without the question of being in China: the inverse
// needs it smooth across the edge of the box.
func gcj(p Point) Point {
	x, y := p.Lon-105, p.Lat-35
	wave := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	root := math.Sqrt(math.Abs(x))

	dLat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + wave
	dLat += (20*math.Sin(y*math.Pi) + 40*math.Sin(y/3*math.Pi)) * 2 / 3
	dLat += (160*math.Sin(y/12*math.Pi) + 320*math.Sin(y*math.Pi/30)) * 2 / 3

	dLon := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + wave
	dLon += (20*math.Sin(x*math.Pi) + 40*math.Sin(x/3*math.Pi)) * 2 / 3
	dLon += (150*math.Sin(x/12*math.Pi) + 300*math.Sin(x/30*math.Pi)) * 2 / 3

	lat := radians(p.Lat)
	magic := 1 - gcjEccentricity*math.Sin(lat)*math.Sin(lat)
	root = math.Sqrt(magic)
	dLat = dLat * 180 / (gcjAxis * (1 - gcjEccentricity) / (magic * root) * math.Pi)
	dLon = dLon * 180 / (gcjAxis / root * math.Cos(lat) * math.Pi)
	return Point{Lon: p.Lon + dLon, Lat: p.Lat + dLat}
}

// bd is Baidu's second shift, from GCJ-02.
func bd(p Point) Point {
	r := math.Hypot(p.Lon, p.Lat) + 0.00002*math.Sin(p.Lat*bdPi)
	theta := math.Atan2(p.Lat, p.Lon) + 0.000003*math.Cos(p.Lon*bdPi)
	return Point{Lon: r*math.Cos(theta) + 0.0065, Lat: r*math.Sin(theta) + 0.006}
}
