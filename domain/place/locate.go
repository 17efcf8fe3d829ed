package place

import (
	"slices"
	"time"

	"lianyuan/platform/geo"
)

// nearEnough is how far the centre of a county may be, in metres, to be guessed
// where no outline holds the point: outlines are of 2016–17, coarse (about
// 100 m), and some counties have none.
const nearEnough = 60_000

// Located is where a point lies.
type Located struct {
	// County is the lowest division known by outline: a county, or a city
	// that has no counties (东莞).
	County Division
	// Exact is true when an outline holds the point and still is the
	// county's. False means a guess: the nearest centre, or a county whose
	// towns have changed hands since the outline was drawn.
	Exact  bool
	Others []Division // where else it may be, when towns have changed hands
	Zones  []Division // zones the point may belong to; a person decides
}

// At finds the county of a point (WGS-84 degrees) as of a moment. ok is false
// outside the country, and where neither an outline nor a centre is near.
func (t *Tree) At(lon, lat float64, at time.Time) (found Located, ok bool) {
	p := geo.Point{Lon: lon, Lat: lat}
	if !p.Valid() || geo.OutsideChina(p) {
		return Located{}, false
	}
	a := t.base.outlines()
	i := a.find(p)
	exact := i >= 0
	if !exact {
		var metres float64
		if i, metres = a.nearest(p); i < 0 || metres > nearEnough {
			return Located{}, false
		}
	}
	drawn := t.canonical(Code(digits(a.plots[i].code, 6)))
	before, ok := t.Get(drawn, time.Time{})
	if !ok {
		return Located{}, false
	}
	now := t.Current(before.Path, at)
	if len(now) == 0 {
		return Located{}, false
	}
	found = Located{County: now[0], Others: t.shared(drawn, now, at)}
	found.Exact = exact && len(found.Others) == 0
	found.Zones = t.zonesAt(found, p, at)
	return found, true
}

// Beyond counts the points that lie in none of these places, as far as counties tell: a point in the county around a
// smaller place counts as in it, and so does one that may be in another county since towns have changed hands.
func (t *Tree) Beyond(points []geo.Point, places []Path, at time.Time) (n int) {
	for _, p := range points {
		found, ok := t.At(p.Lon, p.Lat, at)
		near := func(d Division) bool {
			return slices.ContainsFunc(places, func(x Path) bool { return x.Contains(d.Path) || d.Path.Contains(x) })
		}
		if !ok || !slices.ContainsFunc(slices.Concat([]Division{found.County}, found.Others, found.Zones), near) {
			n++
		}
	}
	return n
}

// shared lists who else holds ground inside the outline of a county: its other
// heirs, and whoever its towns have gone to.
func (t *Tree) shared(drawn Code, now []Division, at time.Time) []Division {
	others := slices.Clone(now[1:])
	for _, town := range t.leavers[drawn] {
		d, ok := t.at(town, at)
		if !ok || !d.holds(at) || d.parent == drawn || d.parent == now[0].Code {
			continue
		}
		if slices.ContainsFunc(others, func(o Division) bool { return o.Code == d.parent }) {
			continue
		}
		if parent, ok := t.Get(d.parent, at); ok && parent.Level > City {
			others = append(others, parent)
		}
	}
	return others
}

func (t *Tree) zonesAt(found Located, p geo.Point, at time.Time) []Division {
	var zones []Division
	for _, district := range append([]Division{found.County}, found.Others...) {
		for _, zone := range t.Zones(district.Code, at) {
			z, _ := t.Zone(zone.Code)
			if len(z.Outline) > 0 && !z.Outline.Contains(p) {
				continue
			}
			if !slices.ContainsFunc(zones, func(have Division) bool { return have.Code == zone.Code }) {
				zones = append(zones, zone)
			}
		}
	}
	return zones
}
