package place

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"lianyuan/platform/geo"
)

// ChangeKind says what a change does. The words are stable: they are stored.
type ChangeKind string

// The kinds of change.
const (
	Begin  ChangeKind = "begin"  // a division comes into being: Name, Level, Parent
	End    ChangeKind = "end"    // it ends: Successors, the main heir first
	Move   ChangeKind = "move"   // it hangs under another Parent, with all below it
	Rename ChangeKind = "rename" // it has another Name
)

// Change is one dated fact about one division, by law or decision. Changes are
// data: they are never edited away, a wrong one is answered by a later one.
type Change struct {
	At         time.Time // the first moment of the new state
	Kind       ChangeKind
	Code       Code
	Name       string
	Level      Level
	Parent     Code
	Successors []Code
	Source     string // the decision or publication
}

// Zone is a functional zone: a committee with a jurisdiction, but no division
// of the state and so no code. It stands beside the districts it lies in.
type Zone struct {
	Code       Code // internal
	Name       string
	Parent     Code
	Standing   Level     // the level it counts as
	From, To   time.Time // zero: since ever, not ended
	Within     []Code    // districts it lies in, wholly or in part: they see its records
	Towns      []Code    // towns it runs, as far as known
	Outline    geo.MultiPolygon
	Successors []Code
	Source     string
}

var errChange = errors.New("place: change does not fit")

// version is what a division was during one time.
type version struct {
	from, to time.Time
	parent   Code
	name     string
	level    Level
	standing Level
}

func (v version) holds(at time.Time) bool {
	return !at.Before(v.from) && (v.to.IsZero() || at.Before(v.to))
}

// With gives a new tree that knows further changes and zones, over those t
// already knows. A change that does not fit (unknown division, a second end,
// a parent that does not exist) is left out and named in the error, while the
// tree is made of the rest: a bureau keeps working with one bad row.
func (t *Tree) With(changes []Change, zones []Zone) (*Tree, error) {
	next := &Tree{
		base:     t.base,
		changes:  append(slices.Clone(t.changes), changes...),
		zones:    append(slices.Clone(t.zones), zones...),
		versions: map[Code][]version{},
		arrivals: map[Code][]Code{},
		leavers:  map[Code][]Code{},
		heirs:    map[Code][]Code{},
		within:   map[Code][]Zone{},
	}
	slices.SortStableFunc(next.changes, func(a, b Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind.order(), b.Kind.order()))
	})
	var refused []error
	fitting := next.zones[:0]
	for _, z := range next.zones {
		if err := next.addZone(z); err != nil {
			refused = append(refused, err)
			continue
		}
		fitting = append(fitting, z)
	}
	next.zones = fitting
	applied := next.changes[:0]
	for _, c := range next.changes {
		if err := next.apply(c); err != nil {
			refused = append(refused, err)
			continue
		}
		applied = append(applied, c)
	}
	next.changes = applied
	next.index()
	return next, errors.Join(refused...)
}

// order lets what happens at one moment happen in a sensible order: a new
// district exists before towns move into it, and they have left the old one
// before it ends.
func (k ChangeKind) order() int {
	return slices.Index([]ChangeKind{Begin, Rename, Move, End}, k)
}

func (t *Tree) addZone(z Zone) error {
	switch {
	case !z.Code.Internal() || !z.Code.wellFormed() || z.Name == "":
		return fmt.Errorf("%w: zone %.20q needs an internal code and a name", errChange, z.Code)
	case len(t.versions[z.Code]) > 0:
		return fmt.Errorf("%w: zone %s twice", errChange, z.Code)
	case z.Standing < Province || z.Standing > Village:
		return fmt.Errorf("%w: zone %s stands at no level", errChange, z.Code)
	case !t.known(z.Parent):
		return fmt.Errorf("%w: zone %s under unknown %.20q", errChange, z.Code, z.Parent)
	}
	t.versions[z.Code] = []version{{from: z.From, to: z.To, parent: t.canonical(z.Parent), name: z.Name, level: ZoneLevel, standing: z.Standing}}
	if len(z.Successors) > 0 {
		t.heirs[z.Code] = z.Successors
	}
	return nil
}

func (t *Tree) apply(c Change) error {
	if c.At.IsZero() || c.Kind.order() < 0 || !c.Code.wellFormed() || c.Code == NationCode {
		return fmt.Errorf("%w: %s %.20q without date, kind or code", errChange, c.Kind, c.Code)
	}
	if (c.Kind == Begin || c.Kind == Move) && (!t.stands(c.Parent, c.At) || t.below(c.Parent, c.Code, c.At)) {
		return fmt.Errorf("%w: %s %s under %.20q", errChange, c.Kind, c.Code, c.Parent)
	}
	if c.Kind == Begin {
		return t.begin(c)
	}
	code := t.canonical(c.Code)
	versions := t.history(code)
	if len(versions) == 0 || !versions[len(versions)-1].holds(c.At) {
		return fmt.Errorf("%w: %s of %s, which does not stand then", errChange, c.Kind, c.Code)
	}
	last := versions[len(versions)-1]
	versions[len(versions)-1].to = c.At
	last.from, last.to = c.At, time.Time{}
	switch c.Kind {
	case Begin: // has been dealt with above
	case Move:
		last.parent = t.canonical(c.Parent)
	case Rename:
		if c.Name == "" {
			return fmt.Errorf("%w: rename of %s to nothing", errChange, c.Code)
		}
		last.name = c.Name
	case End:
		t.versions[code] = versions
		t.heirs[code] = c.Successors
		return nil
	}
	t.versions[code] = append(versions, last)
	return nil
}

func (t *Tree) begin(c Change) error {
	versions := t.history(c.Code)
	switch {
	case c.Name == "" || c.Level < Province || c.Level > ZoneLevel:
		return fmt.Errorf("%w: begin of %s without name or level", errChange, c.Code)
	case len(versions) > 0 && (versions[len(versions)-1].to.IsZero() || c.At.Before(versions[len(versions)-1].to)):
		return fmt.Errorf("%w: begin of %s, which stands already", errChange, c.Code)
	}
	standing := c.Level
	if standing == ZoneLevel {
		standing = County
	}
	t.versions[c.Code] = append(versions, version{
		from: c.At, parent: t.canonical(c.Parent), name: c.Name, level: c.Level, standing: standing,
	})
	return nil
}

// history gives the versions of a division so far, as a copy to be changed.
func (t *Tree) history(code Code) []version {
	if versions, ok := t.versions[code]; ok {
		return slices.Clone(versions)
	}
	if v, ok := t.base.version(code); ok {
		return []version{v}
	}
	return nil
}

func (t *Tree) stands(code Code, at time.Time) bool {
	d, ok := t.Get(code, at)
	return ok && d.Valid(at)
}

// below guards against a division being moved under itself.
func (t *Tree) below(code, above Code, at time.Time) bool {
	for range maxDepth + 1 {
		if code == above {
			return true
		}
		v, ok := t.at(code, at)
		if !ok || v.parent == "" {
			return false
		}
		code = v.parent
	}
	return true
}

// index prepares the ways of asking: who hangs under whom, who has left, which
// zones lie in which district.
func (t *Tree) index() {
	t.touched = make([]bool, len(t.base.parents))
	for code, versions := range t.versions {
		if i := t.base.find(code); i >= 0 {
			t.touched[i] = true
		}
		if first := versions[0]; len(versions) > 1 && first.from.IsZero() {
			t.leavers[first.parent] = append(t.leavers[first.parent], code)
		}
		for _, v := range versions {
			if !slices.Contains(t.arrivals[v.parent], code) {
				t.arrivals[v.parent] = append(t.arrivals[v.parent], code)
			}
		}
	}
	for _, codes := range t.arrivals {
		slices.Sort(codes)
	}
	for _, codes := range t.leavers {
		slices.Sort(codes)
	}
	for _, z := range t.zones {
		for _, district := range z.Within {
			t.within[t.canonical(district)] = append(t.within[t.canonical(district)], z)
		}
	}
}
