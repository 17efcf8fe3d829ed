package api

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"lianyuan/domain/destruction"
	"lianyuan/domain/need"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/platform/fault"
)

// Place is a division as pages show it.
type Place struct {
	Code string `json:"code"`
	Path string `json:"path"`
	Name string `json:"name"`
	Full string `json:"full" doc:"with those above it"`
}

// namedPlaces are the places that answers have named already, of one tree: a list names some dozens of times the same.
type namedPlaces struct {
	tree *place.Tree
	mu   sync.RWMutex
	of   map[place.Path]Place
}

// maxNamed bounds them; when they are so many, all are forgotten.
const maxNamed = 20000

func (a *API) placeOf(p place.Path) Place {
	tree := a.s.Places.Tree()
	known := a.seen.Load()
	if known == nil || known.tree != tree {
		known = &namedPlaces{tree: tree, of: map[place.Path]Place{}}
		a.seen.Store(known)
	}
	known.mu.RLock()
	out, ok := known.of[p]
	known.mu.RUnlock()
	if ok {
		return out
	}
	out = Place{Path: string(p)}
	if d, ok := tree.ByPath(p); ok {
		out = Place{Code: string(d.Code), Path: string(p), Name: d.Name, Full: tree.FullNameOf(p)}
	}
	known.mu.Lock()
	defer known.mu.Unlock()
	if len(known.of) >= maxNamed {
		clear(known.of)
	}
	known.of[p] = out
	return out
}

// Point is a position in WGS-84 degrees.
type Point struct {
	Lon      float64   `json:"lon"`
	Lat      float64   `json:"lat"`
	Accuracy float64   `json:"accuracy,omitempty" doc:"metres; 0 unknown"`
	Source   string    `json:"source,omitempty" doc:"gps, map, text, staff"`
	At       time.Time `json:"at,omitzero"`
}

func (p *Point) domain() *need.Point {
	if p == nil {
		return nil
	}
	source := p.Source
	switch source {
	case "gps", "map", "text", "staff":
	default:
		source = "map"
	}
	return &need.Point{Lon: p.Lon, Lat: p.Lat, Accuracy: p.Accuracy, Source: source, At: p.At}
}

func pointOut(p *need.Point) *Point {
	if p == nil {
		return nil
	}
	return &Point{Lon: p.Lon, Lat: p.Lat, Accuracy: p.Accuracy, Source: p.Source, At: p.At}
}

// PageOf is a part of a list.
type PageOf[T any] struct {
	Items  []T            `json:"items" nullable:"false"`
	Next   string         `json:"next" doc:"cursor of the next page, empty at the end"`
	Counts map[string]int `json:"counts,omitempty" doc:"how many in each state, counted up to 10000"`
}

// History is one line of a record's history.
type History struct {
	At   time.Time `json:"at"`
	Who  string    `json:"who"`
	Verb string    `json:"verb"`
	Note string    `json:"note,omitempty"`

	Cause string `json:"cause,omitempty" doc:"key of the note, where the system gave it"`

	Before *NeedEdit `json:"before,omitempty" doc:"of a correction: what the need said until then"`
	After  *NeedEdit `json:"after,omitempty" doc:"of a correction: what it said from then on"`

	SumsBefore *MissionSums `json:"sumsBefore,omitempty" doc:"of a correction of a confirmed mission: its figures until then"`
	SumsAfter  *MissionSums `json:"sumsAfter,omitempty" doc:"of a correction of a confirmed mission: its figures from then on"`
}

// causeOf is the key of a reason that the system gave, for pages to say it in the language of the reader; "" of what a person
// wrote.
func causeOf(reason string) string { return cmp.Or(pass.Cause(reason), destruction.Cause(reason)) }

// names are the names of accounts; one that is unknown keeps its id.
func (a *API) names(ctx context.Context, ids ...string) (map[string]string, error) {
	return a.s.Access.Names(ctx, ids)
}

// body is an answer with a JSON body.
type body[T any] struct{ Body T }

func answer[T any](ctx context.Context, b T, err error) (*body[T], error) {
	if err != nil {
		return nil, toHTTP(ctx, err)
	}
	return &body[T]{b}, nil
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Sought is what somebody looks for among people. It comes in a header and not in the address: front proxies log addresses.
type Sought struct {
	Search string `header:"Search" maxLength:"960" doc:"what is looked for, in UTF-8, percent-encoded; at most 80 characters, where a code may be scanned 300"`
}

// words are what is looked for, as it was typed.
func (s Sought) words() (string, error) {
	text, err := s.upTo(80)
	return strings.TrimSpace(text), err
}

// upTo is what is looked for, of at most so many characters.
func (s Sought) upTo(most int) (string, error) {
	text, err := url.PathUnescape(s.Search)
	if err != nil || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", fault.InvalidField("header.Search", "shape", "检索内容的编码不正确", "what is looked for is not encoded as it must be")
	}
	if n := strconv.Itoa(most); utf8.RuneCountInString(text) > most {
		return "", fault.InvalidField("header.Search", "too_long", "检索内容不超过 "+n+" 字", "at most "+n+" characters")
	}
	return text, nil
}

// seen refuses a command that does not say which version of the record its actor saw, where the schema cannot: those who
// make and those who change a record send the same body.
func seen(version int64) error {
	if version > 0 {
		return nil
	}
	return fault.InvalidField("body.version", "version_missing", "请先读取最新内容再提交", "read the record as it is now first")
}
