package place

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Tree is the order of divisions with its history. It never changes, and is
// safe for concurrent use; [Tree.With] makes another one.
type Tree struct {
	base     *base
	changes  []Change
	zones    []Zone
	versions map[Code][]version // of what differs from the base, by time
	arrivals map[Code][]Code    // parent → those in versions that ever hung under it
	leavers  map[Code][]Code    // base parent → those that have left it since
	heirs    map[Code][]Code
	within   map[Code][]Zone // district → zones that lie in it
	touched  []bool          // base numbers that are in versions; nil when none
}

var baseTree = sync.OnceValue(func() *Tree { return &Tree{base: loadBase()} })

// Base gives the national base without any change: the same tree for every
// caller. The first call unpacks it (some tens of milliseconds); villages and
// outlines are read only when something asks for them.
func Base() *Tree { return baseTree() }

// version gives what the base says of a code, villages included.
func (b *base) version(code Code) (version, bool) {
	if len(code) == 12 {
		name, town, ok := b.village(code)
		if !ok {
			return version{}, false
		}
		return version{parent: b.code(town), name: name, level: Village, standing: Village}, true
	}
	i := b.find(code)
	if i < 0 {
		return version{}, false
	}
	v := version{name: b.name(i), level: b.level(i)}
	v.standing = v.level
	if v.level == ZoneLevel {
		v.standing = County
	}
	if i > 0 {
		v.parent = b.code(b.parents[i])
	}
	return v, true
}

// canonical follows the placeholders of the published list (5001 → 50).
func (t *Tree) canonical(code Code) Code {
	if _, changed := t.versions[code]; changed || len(code) > 9 {
		return code
	}
	if i := t.base.find(code); i >= 0 {
		return t.base.code(i)
	}
	return code
}

func (t *Tree) known(code Code) bool {
	if _, changed := t.versions[code]; changed {
		return true
	}
	_, ok := t.base.version(code)
	return ok
}

// at gives the version of one division at a moment, or the last one before it;
// not whether those above it stood. ok is false when it did not exist yet.
func (t *Tree) at(code Code, at time.Time) (v version, ok bool) {
	versions, changed := t.versions[code]
	if !changed {
		return t.base.version(code)
	}
	if i := current(versions, at); i >= 0 {
		return versions[i], true
	}
	return version{}, false
}

// above is [Tree.at] for an ancestor, stretched over neighbouring versions that
// hang in the same place: renaming a district gives its towns no new date.
func (t *Tree) above(code Code, at time.Time) (v version, ok bool) {
	versions, changed := t.versions[code]
	if !changed {
		return t.base.version(code)
	}
	i := current(versions, at)
	if i < 0 {
		return version{}, false
	}
	v = versions[i]
	for j := i - 1; j >= 0 && versions[j].to.Equal(v.from) && versions[j].parent == v.parent; j-- {
		v.from = versions[j].from
	}
	for j := i + 1; j < len(versions) && versions[j].from.Equal(v.to) && versions[j].parent == v.parent; j++ {
		v.to = versions[j].to
	}
	return v, true
}

// current finds the last version that had begun; -1 for none.
func current(versions []version, at time.Time) int {
	for i := len(versions) - 1; i >= 0; i-- {
		if !at.Before(versions[i].from) {
			return i
		}
	}
	return -1
}

// Get gives a division as it stood at a moment or, when it had ended by then,
// as it last stood (ask [Division.Valid]). Placeholders of the published list
// lead to the division that stands in for them: 5001 to 重庆市, 441900 to
// 东莞市. ok is false when no such division existed up to that moment.
func (t *Tree) Get(code Code, at time.Time) (d Division, ok bool) {
	code = t.canonical(code)
	// Each round meets one ancestor that had ended by then, and goes back
	// to its last moment: a town lives no longer than its district.
	for range maxDepth + 1 {
		d, ended, ok := t.stand(code, at)
		if !ok {
			return Division{}, false
		}
		if ended.IsZero() {
			return d, true
		}
		at = ended.Add(-1)
	}
	return Division{}, false
}

// stand walks up from a division at one moment. ended is the moment at which
// it or one above it had already ended, zero when all of them stood.
func (t *Tree) stand(code Code, at time.Time) (d Division, ended time.Time, ok bool) {
	var way [maxDepth + 1]Code
	depth := 0
	for step := code; step != NationCode; depth++ {
		if depth == len(way) {
			return Division{}, time.Time{}, false
		}
		find := t.above
		if depth == 0 {
			find = t.at
		}
		v, found := find(step, at)
		if !found {
			return Division{}, time.Time{}, false
		}
		if !v.to.IsZero() && !at.Before(v.to) {
			return Division{}, v.to, true
		}
		if depth == 0 {
			d = t.describe(code, v)
		}
		if v.from.After(d.ValidFrom) {
			d.ValidFrom = v.from
		}
		if !v.to.IsZero() && (d.ValidTo.IsZero() || v.to.Before(d.ValidTo)) {
			d.ValidTo = v.to
		}
		way[depth] = step
		step = v.parent
	}
	if depth == 0 {
		v, _ := t.at(NationCode, at)
		d = t.describe(NationCode, v)
	}
	d.Path = join(way[:depth])
	return d, time.Time{}, true
}

func (t *Tree) describe(code Code, v version) Division {
	d := Division{Code: code, Name: v.name, Level: v.level, Standing: v.standing, Parent: v.parent, Successors: t.Successors(code)}
	if v.level == ZoneLevel && code.Internal() {
		if z, ok := t.Zone(code); ok {
			d.Within = slices.Clone(z.Within)
		}
	}
	return d
}

// join makes the path of a way that was walked upwards.
func join(way []Code) Path {
	var path strings.Builder
	path.Grow(40)
	path.WriteByte('/')
	for i := len(way) - 1; i >= 0; i-- {
		path.WriteString(string(way[i]))
		path.WriteByte('/')
	}
	return Path(path.String())
}

// ByPath finds the division a path was given to, whenever that was: the path of
// a record stays good after its division has moved, been renamed or ended. When
// the same path held more than once (a rename), the latest is given.
func (t *Tree) ByPath(path Path) (Division, bool) {
	code := path.Code()
	for _, at := range t.moments(path) {
		if d, ok := t.Get(code, at); ok && d.Path == path {
			return d, true
		}
	}
	return Division{}, false
}

// moments lists when something on the way of the path changed, the latest
// first, and last the time before all changes.
func (t *Tree) moments(path Path) []time.Time {
	var times []time.Time
	if len(t.versions) > 0 {
		for _, code := range path.Codes() {
			for _, v := range t.versions[code] {
				times = append(times, v.from)
			}
		}
		slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	}
	return append(times, time.Time{})
}

// Children lists what stands directly below a division at a moment, by code,
// zones with internal codes last. Empty for an unknown or ended division.
func (t *Tree) Children(code Code, at time.Time) []Division {
	code = t.canonical(code)
	var codes []Code
	if i := t.base.find(code); i >= 0 {
		if t.base.place(i) == Town {
			t.base.villagesOf(i, func(village Code, _ string) { codes = append(codes, village) })
		}
		t.base.children(i, func(child int) { codes = append(codes, t.base.code(child)) })
	}
	if arrivals := t.arrivals[code]; len(arrivals) > 0 {
		codes = append(codes, arrivals...)
		slices.Sort(codes)
		codes = slices.Compact(codes)
	}
	children := make([]Division, 0, len(codes))
	for _, child := range codes {
		if d, ok := t.Get(child, at); ok && d.Parent == code && d.Valid(at) {
			children = append(children, d)
		}
	}
	return children
}

// FullName gives the official names from the province down in one word, as at a
// moment: "重庆市綦江区古南街道". Empty for an unknown code; "全国" for the nation.
func (t *Tree) FullName(code Code, at time.Time) string {
	d, ok := t.Get(code, at)
	if !ok {
		return ""
	}
	return t.fullName(d, at)
}

// FullNameOf is [Tree.FullName] for the path of a record, of any time: the name
// the place had (last) when that was its path. Empty for an unknown path.
func (t *Tree) FullNameOf(path Path) string {
	d, ok := t.ByPath(path)
	if !ok {
		return ""
	}
	return t.fullName(d, lastMoment)
}

// lastMoment is later than any change.
var lastMoment = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

func (t *Tree) fullName(d Division, at time.Time) string {
	if !d.Valid(at) {
		at = d.ValidTo.Add(-1)
	}
	var name strings.Builder
	codes := d.Path.Codes()
	for i, code := range codes {
		if i == len(codes)-1 {
			break
		}
		if v, ok := t.at(code, at); ok {
			name.WriteString(v.name)
		}
	}
	name.WriteString(d.Name)
	return name.String()
}
