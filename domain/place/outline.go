package place

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"lianyuan/platform/geo"
)

// OutlineOf gives the outline (WGS-84) of a county, a zone that has been given
// one, or a city as the outlines of its counties side by side. A division newer
// than the outlines is drawn as those it took over from. The nation and
// provinces are not put together from hundreds of counties: ok is false, as for
// towns, villages, and the counties no outline is known of. The rings belong to
// the tree and must not be changed; they are not closed by a repeated point.
//
// These are sketches (示意图) without a map approval number, to orient oneself;
// they are no statement about borders.
func (t *Tree) OutlineOf(code Code, at time.Time) (shape geo.MultiPolygon, ok bool) {
	shape = t.outline(t.canonical(code), at, 0)
	return shape, len(shape) > 0
}

func (t *Tree) outline(code Code, at time.Time, depth int) geo.MultiPolygon {
	if z, ok := t.Zone(code); ok && len(z.Outline) > 0 {
		return z.Outline
	}
	if depth > maxDepth {
		return nil
	}
	a := t.base.outlines()
	if key, drawn := drawnAs(code); drawn {
		if i, ok := a.byKey[key]; ok {
			return a.shape(i)
		}
	}
	d, ok := t.Get(code, at)
	if !ok {
		return nil
	}
	var parts geo.MultiPolygon
	switch {
	case d.Level == City:
		for _, child := range t.Children(code, at) {
			if child.Level == County {
				parts = append(parts, t.outline(child.Code, at, depth+1)...)
			}
		}
	case code.Internal() && d.Level != ZoneLevel:
		for _, former := range t.former(code) {
			parts = append(parts, t.outline(former, at, depth+1)...)
		}
	}
	return parts
}

// drawnAs gives the county code an outline is filed under; a city without
// counties is filed under its one placeholder.
func drawnAs(code Code) (key int, ok bool) {
	switch {
	case len(code) == 4 && allDigits(string(code)):
		if code == "6202" {
			return 620201, true
		}
		return number(string(code)) * 100, true
	case len(code) == 6 && allDigits(string(code)):
		return number(string(code)), true
	}
	return 0, false
}

// former lists the coded divisions whose main heir this one is.
func (t *Tree) former(code Code) []Code {
	var codes []Code
	for _, c := range t.changes {
		if c.Kind == End && len(c.Successors) > 0 && c.Successors[0] == code {
			codes = append(codes, t.canonical(c.Code))
		}
	}
	return codes
}

// centre gives a point for the label: of the outline, or of the largest that is
// known of what lies below.
func (t *Tree) centre(code Code, shape geo.MultiPolygon) (geo.Point, bool) {
	if key, drawn := drawnAs(code); drawn {
		a := t.base.outlines()
		if i, ok := a.byKey[key]; ok {
			return a.plots[i].centre, true
		}
	}
	if p, ok := shape.Centroid(); ok {
		return p, true
	}
	if len(code) != 2 {
		return geo.Point{}, false
	}
	// A province: the mean of its counties' centres.
	a := t.base.outlines()
	s := a.sheets[number(string(code))]
	if s == nil {
		return geo.Point{}, false
	}
	var sum geo.Point
	for _, p := range a.plots[s.first : s.first+s.count] {
		sum.Lon, sum.Lat = sum.Lon+p.centre.Lon, sum.Lat+p.centre.Lat
	}
	return geo.Point{Lon: sum.Lon / float64(s.count), Lat: sum.Lat / float64(s.count)}, true
}

// CentreOf gives a point to draw something at that is only known to lie in a
// place: the middle of the smallest division around it that is drawn.
func (t *Tree) CentreOf(path Path, at time.Time) (geo.Point, bool) {
	for p := path; p != "" && p != Root; p = p.Parent() {
		code := t.canonical(p.Code())
		shape, _ := t.OutlineOf(code, at)
		if c, ok := t.centre(code, shape); ok {
			return c, true
		}
	}
	return geo.Point{}, false
}

// ChildrenGeoJSON writes what stands directly below a division at a moment as a
// GeoJSON FeatureCollection (RFC 7946, WGS-84), to be drawn. Each feature has
// the properties code, path, name, level, centre ([lon, lat], missing when
// unknown) and approximate (true when towns have changed hands since the
// outline was drawn). Its geometry is null where [Tree.OutlineOf] knows none.
// An unknown code gives an empty collection. The error is the writer's.
func (t *Tree) ChildrenGeoJSON(w io.Writer, code Code, at time.Time) error {
	out := bufio.NewWriterSize(w, 32<<10)
	if _, err := out.WriteString(`{"type":"FeatureCollection","features":[`); err != nil {
		return err
	}
	for i, child := range t.Children(code, at) {
		if i > 0 {
			if err := out.WriteByte(','); err != nil {
				return err
			}
		}
		if err := t.writeFeature(out, child, at); err != nil {
			return err
		}
	}
	if _, err := out.WriteString("]}"); err != nil {
		return err
	}
	return out.Flush()
}

func (t *Tree) writeFeature(out *bufio.Writer, d Division, at time.Time) error {
	properties := struct {
		Code        Code        `json:"code"`
		Path        Path        `json:"path"`
		Name        string      `json:"name"`
		Level       string      `json:"level"`
		Centre      *[2]float64 `json:"centre,omitempty"`
		Approximate bool        `json:"approximate,omitempty"`
	}{Code: d.Code, Path: d.Path, Name: d.Name, Level: d.Level.String()}
	shape, _ := t.OutlineOf(d.Code, at)
	if p, ok := t.centre(d.Code, shape); ok {
		properties.Centre = &[2]float64{round5(p.Lon), round5(p.Lat)}
	}
	properties.Approximate = len(shape) > 0 && t.redrawn(d.Code, at)
	head, err := json.Marshal(properties)
	if err != nil {
		return err
	}
	text := append([]byte(`{"type":"Feature","properties":`), head...)
	text = append(text, `,"geometry":`...)
	text = appendGeometry(text, shape)
	_, err = out.Write(append(text, '}'))
	return err
}

// redrawn reports whether a county has won or lost towns since the outlines.
func (t *Tree) redrawn(code Code, at time.Time) bool {
	for _, town := range t.arrivals[code] {
		before, existed := t.Get(town, time.Time{})
		now, ok := t.Get(town, at)
		if ok && existed && before.Parent != now.Parent {
			return true
		}
	}
	return false
}

func round5(degrees float64) float64 {
	text := strconv.FormatFloat(degrees, 'f', 5, 64)
	rounded, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return degrees
	}
	return rounded
}

func appendGeometry(text []byte, shape geo.MultiPolygon) []byte {
	if len(shape) == 0 {
		return append(text, "null"...)
	}
	text = append(text, `{"type":"MultiPolygon","coordinates":[`...)
	for i, polygon := range shape {
		text = appendComma(text, i)
		text = append(text, '[')
		for j, ring := range polygon {
			text = appendComma(text, j)
			text = append(text, '[')
			for k := range len(ring) + 1 { // closed again, as the format asks
				text = appendComma(text, k)
				text = append(text, '[')
				text = appendDegrees(text, ring[k%len(ring)].Lon)
				text = append(text, ',')
				text = appendDegrees(text, ring[k%len(ring)].Lat)
				text = append(text, ']')
			}
			text = append(text, ']')
		}
		text = append(text, ']')
	}
	return append(text, "]}"...)
}

func appendComma(text []byte, i int) []byte {
	if i > 0 {
		return append(text, ',')
	}
	return text
}

// appendDegrees writes five decimals (a metre), without idle zeros.
func appendDegrees(text []byte, degrees float64) []byte {
	return strconv.AppendFloat(text, round5(degrees), 'f', -1, 64)
}
