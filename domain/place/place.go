// Package place knows where things are in the order of the state: nation,
// province, city, county, town, village, and the functional zones that lie
// across them.
//
// The idea: a place is a path, and a jurisdiction is a prefix. 綦江区 is
// "/50/500110/", its 古南街道 "/50/500110/500110001/", the nation "/". A row of
// the database carries the path of its place; whoever is responsible for a
// path sees every row whose path begins with it (see [Path.Range]). Paths say
// who is above whom as it is, not as the digits of the code suggest: the
// placeholder "cities" of municipalities do not exist here, the towns of 东莞
// hang on the city, a functional zone stands beside the districts it lies in.
//
//	nation / ── province ── city ── county ── town ── village
//	               │          └──── town (cities without counties)
//	               ├──── county (municipalities, direct-county units)
//	               └──── zone (functional, internal code z500001)
//
// Two layers hold it. The national base (five levels as of 2023-06-30 and
// county outlines) is read-only, packed inside the binary, see [Base]. Over it
// lies what has changed since and what the state never coded: dated changes
// and zones, given as data to [Tree.With]. Nothing is ever removed: a path
// once given stays valid, yesterday's record keeps its place, and only lists
// and searches, which are asked "at" a moment, show what stands then.
//
// A [Tree] never changes and is safe for concurrent use. All coordinates are
// WGS-84 degrees.
package place

import (
	"time"

	"lianyuan/platform/clock"
)

// BaseDate is the day of the national base (Beijing time). Whatever the base
// holds is taken to have stood since ever: the published list has no dates.
var BaseDate = time.Date(2023, time.June, 30, 0, 0, 0, 0, clock.Beijing)

// Level is a rank in the order of the state. A smaller level is higher up.
type Level uint8

// The levels. A zone has its own: it is no county, though it stands where a
// county would; [Division.Standing] says the level it counts as.
const (
	Nation Level = iota + 1
	Province
	City
	County
	Town
	Village
	ZoneLevel
)

var levelNames = [...]string{Nation: "nation", Province: "province", City: "city", County: "county", Town: "town", Village: "village", ZoneLevel: "zone"}

// String gives the level's stable key, "county" for [County].
func (l Level) String() string {
	if l < Nation || l > ZoneLevel {
		return "unknown"
	}
	return levelNames[l]
}

// ParseLevel is the inverse of [Level.String]; ok is false for any other word.
func ParseLevel(s string) (level Level, ok bool) {
	for l := Nation; l <= ZoneLevel; l++ {
		if levelNames[l] == s {
			return l, true
		}
	}
	return 0, false
}

// Division is one place as it stood during a time.
type Division struct {
	Code Code
	Path Path
	Name string // official, without those above it: 綦江区
	// Level is taken from the jurisdiction, never from the name: 县级市 and
	// 地级市 both end in 市.
	Level Level
	// Standing is the level a zone counts as (approvals, lists of counties);
	// for everything else it equals Level.
	Standing Level
	Parent   Code // of the path; empty for the nation
	// ValidFrom is the first moment of this name and path, ValidTo the first
	// moment after; zero means "since ever" and "not ended".
	ValidFrom  time.Time
	ValidTo    time.Time
	Successors []Code // who took over when the division ended
	Within     []Code // of a functional zone: the districts it lies in
}

// Valid reports whether the division stands at the moment given.
func (d Division) Valid(at time.Time) bool {
	return !at.Before(d.ValidFrom) && (d.ValidTo.IsZero() || at.Before(d.ValidTo))
}
