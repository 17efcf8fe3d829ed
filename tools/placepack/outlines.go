package main

import (
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianyuan/platform/geo"
)

// Grain of the stored coordinates in steps per degree. The national outlines
// are drawn on a grid of 1/1024 degree (about 100 m), so 1/10000 loses nothing;
// Chongqing is the bureau's own ground and gets ten times more.
const (
	nationalGrain  = 10_000
	chongqingGrain = 100_000
	chongqingCode  = 50
)

type feature struct {
	Properties struct {
		Adcode string `json:"adcode"`
		Name   string `json:"name"`
		Source string `json:"src"` // the map of one city the outline was cut from
	} `json:"properties"`
	Geometry struct {
		Type        string           `json:"type"`
		Coordinates [][][][2]float64 `json:"coordinates"`
	} `json:"geometry"`
}

// outlineSet holds one outline per county code, WGS-84.
type outlineSet map[uint64]geo.MultiPolygon

func readOutlines(national, chongqing string, list *divisionList) (outlineSet, error) {
	all, err := readFeatures(national)
	if err != nil {
		return nil, err
	}
	own, err := readFeatures(chongqing)
	if err != nil {
		return nil, err
	}
	set := outlineSet{}
	for i, code := range identify(all, list) {
		if code != 0 {
			set[code] = convert(all[i])
		}
	}
	for _, f := range own {
		code, err := strconv.ParseUint(f.Properties.Adcode, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", chongqing, err)
		}
		set[code] = convert(f)
	}
	fmt.Printf("outlines: %d of %d counties\n", len(set), len(list.upper[2]))
	return set, nil
}

func readFeatures(file string) ([]feature, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	var collection struct {
		Features []feature `json:"features"`
	}
	if err := json.NewDecoder(r).Decode(&collection); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return collection.Features, nil
}

// identify gives each outline its county code, 0 where none is sure. The file
// has a code where the name is unique in the country. Where it is not (there
// are four 鼓楼区), or a county has since become a district or a city, the map
// of the city it was cut from decides: within one city names are unique. A
// code claimed by two outlines is given to neither.
func identify(all []feature, list *divisionList) []uint64 {
	codes := make([]uint64, len(all))
	claims := map[uint64]int{}
	cityOf := map[string]map[uint64]int{}
	for i, f := range all {
		code, err := strconv.ParseUint(f.Properties.Adcode, 10, 64)
		if err != nil {
			continue
		}
		codes[i] = code
		claims[code]++
		if cityOf[f.Properties.Source] == nil {
			cityOf[f.Properties.Source] = map[uint64]int{}
		}
		cityOf[f.Properties.Source][code/100]++
	}
	for i := range codes {
		if claims[codes[i]] > 1 {
			codes[i] = 0
		}
	}
	again := map[uint64]int{}
	for i, f := range all {
		if codes[i] != 0 {
			continue
		}
		code := withinCity(f.Properties.Name, mostFrequent(cityOf[f.Properties.Source]), list)
		if claims[code] != 1 {
			codes[i] = code
			again[code]++
		}
	}
	for i := range codes {
		if again[codes[i]] > 1 {
			codes[i] = 0
		}
	}
	return codes
}

func mostFrequent(count map[uint64]int) uint64 {
	var best uint64
	for code, n := range count {
		if best == 0 || n > count[best] || n == count[best] && code < best {
			best = code
		}
	}
	return best
}

// withinCity finds the county of a city by name, or by the name without its
// last character (县, 区, 市) when that is at least two characters and unique.
func withinCity(name string, city uint64, list *divisionList) uint64 {
	var exact, stem []uint64
	for _, r := range list.upper[2] {
		if r.code/100 != city {
			continue
		}
		if r.name == name {
			exact = append(exact, r.code)
		}
		if s := stemOf(name); utf8.RuneCountInString(s) >= 2 && stemOf(r.name) == s {
			stem = append(stem, r.code)
		}
	}
	switch {
	case len(exact) == 1:
		return exact[0]
	case len(exact) == 0 && len(stem) == 1:
		return stem[0]
	}
	return 0
}

func stemOf(name string) string {
	_, size := utf8.DecodeLastRuneInString(name)
	return name[:len(name)-size]
}

// convert takes an outline out of GCJ-02, the only time this is ever done.
func convert(f feature) geo.MultiPolygon {
	var shape geo.MultiPolygon
	for _, polygon := range f.Geometry.Coordinates {
		var converted geo.Polygon
		for _, ring := range polygon {
			var r geo.Ring
			for _, c := range ring {
				r = append(r, geo.FromGCJ(geo.Point{Lon: c[0], Lat: c[1]}))
			}
			converted = append(converted, r)
		}
		shape = append(shape, converted)
	}
	return shape
}

// pack writes chunk 0 (for each county: code difference, box, centre, in
// national grain) and one chunk per province with the outlines themselves. The
// points are not thinned: neighbours share their border point for point, and
// thinning each alone would open gaps between them.
func (s outlineSet) pack() ([]byte, error) {
	codes := make([]uint64, 0, len(s))
	for code := range s {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b uint64) int { return cmp.Compare(a, b) })

	index := binary.AppendUvarint(nil, uint64(len(codes)))
	var chunks []chunk
	var last uint64
	for _, code := range codes {
		province := code / 10000
		if len(chunks) == 0 || chunks[len(chunks)-1].key != province {
			chunks = append(chunks, chunk{key: province, body: binary.AppendUvarint(nil, grain(province))})
		}
		index = binary.AppendUvarint(index, code-last)
		last = code
		box, ok := s[code].Bounds()
		centre, _ := s[code].Centroid()
		if !ok {
			return nil, fmt.Errorf("%d has an empty outline", code)
		}
		// Rounded outwards, so that the box still holds every point.
		index = binary.AppendVarint(index, int64(math.Floor(box.MinLon*nationalGrain))-1)
		index = binary.AppendVarint(index, int64(math.Floor(box.MinLat*nationalGrain))-1)
		index = binary.AppendVarint(index, int64(math.Ceil(box.MaxLon*nationalGrain))+1)
		index = binary.AppendVarint(index, int64(math.Ceil(box.MaxLat*nationalGrain))+1)
		index = binary.AppendVarint(index, int64(math.Round(centre.Lon*nationalGrain)))
		index = binary.AppendVarint(index, int64(math.Round(centre.Lat*nationalGrain)))
		here := &chunks[len(chunks)-1]
		here.body = appendOutline(here.body, s[code], grain(province))
	}
	return shelve(append([]chunk{{key: 0, body: index}}, chunks...))
}

func grain(province uint64) uint64 {
	if province == chongqingCode {
		return chongqingGrain
	}
	return nationalGrain
}

// appendOutline writes polygons, rings and points; a point is the difference
// from the one before it, and a ring is not closed again.
func appendOutline(out []byte, shape geo.MultiPolygon, grain uint64) []byte {
	out = binary.AppendUvarint(out, uint64(len(shape)))
	var lon, lat int64
	for _, polygon := range shape {
		out = binary.AppendUvarint(out, uint64(len(polygon)))
		for _, ring := range polygon {
			steps := quantise(ring, float64(grain))
			out = binary.AppendUvarint(out, uint64(len(steps)))
			for _, p := range steps {
				out = binary.AppendVarint(out, p[0]-lon)
				out = binary.AppendVarint(out, p[1]-lat)
				lon, lat = p[0], p[1]
			}
		}
	}
	return out
}

// quantise rounds to the grain and drops points that repeat the one before,
// the closing point too.
func quantise(ring geo.Ring, grain float64) [][2]int64 {
	var steps [][2]int64
	for _, p := range ring {
		q := [2]int64{int64(math.Round(p.Lon * grain)), int64(math.Round(p.Lat * grain))}
		if len(steps) == 0 || steps[len(steps)-1] != q {
			steps = append(steps, q)
		}
	}
	for len(steps) > 1 && steps[0] == steps[len(steps)-1] {
		steps = steps[:len(steps)-1]
	}
	return steps
}
