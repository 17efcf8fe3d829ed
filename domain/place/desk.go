package place

import (
	"slices"
	"strings"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
)

// Desks are the places whose office a record's is, at exactly its level and not above: its own, where those still sit who
// held it when it ended, then whoever answers for it now ([Tree.Seats]), each under every path that it has had. Grants,
// signers and running incidents that stand at one of them count for the record. It is the one question behind notices,
// signatures and to-dos; [Tree.Charge] asks it the other way round.
func (t *Tree) Desks(record Path, at time.Time) []Path {
	desks := []Path{record}
	if len(t.versions) == 0 {
		return desks
	}
	for _, d := range t.Current(record, at) {
		for _, p := range t.paths(d.Path, at) {
			if !slices.Contains(desks, p) {
				desks = append(desks, p)
			}
		}
	}
	return desks
}

// Charge are the places for whose records the office at exactly a place answers at a moment: its own, under every path that
// it has had, and of the divisions that changes name those that it took over.
func (t *Tree) Charge(desk Path, at time.Time) []Path {
	charge := []Path{desk}
	if len(t.versions) == 0 {
		return charge
	}
	add := func(p Path) {
		if !slices.Contains(charge, p) && slices.Contains(t.Desks(p, at), desk) {
			charge = append(charge, p)
		}
	}
	for _, p := range t.paths(desk, at) {
		add(p)
	}
	for code := range t.heirs {
		d, ok := t.Get(code, at)
		if !ok || d.Valid(at) {
			continue
		}
		for _, p := range t.paths(d.Path, at) {
			add(p)
		}
	}
	slices.Sort(charge[1:])
	return charge
}

// Was is where the division of a path stood at another moment, often an earlier one; "" when it did not stand then.
func (t *Tree) Was(path Path, at time.Time) Path {
	if len(t.versions) == 0 {
		return path
	}
	if d, ok := t.ByPath(path); ok {
		if was, ok := t.Get(d.Code, at); ok && was.Valid(at) {
			return was.Path
		}
	}
	return ""
}

// paths are the path of a division and every other one that it has had up to a moment.
func (t *Tree) paths(path Path, at time.Time) []Path {
	paths := []Path{path}
	for i := 0; i < len(paths); i++ {
		for _, when := range t.moments(paths[i]) {
			if when.After(at) {
				continue
			}
			if d, ok := t.Get(path.Code(), when); ok && !slices.Contains(paths, d.Path) {
				paths = append(paths, d.Path)
			}
		}
	}
	return paths
}

// RefuseEnded refuses, under the field that names it, what would begin at a division that has ended: it says on which day that
// was and who took over, who begin it instead. Nil for one that stands, and for a path that is unknown. Asked behind once.Again:
// what began before is answered as it was.
func (t *Tree) RefuseEnded(path Path, at time.Time, field string) error {
	ended := t.Ended(path, at)
	if ended.IsZero() {
		return nil
	}
	d, _ := t.Get(path.Code(), at)
	day := ended.In(clock.Beijing)
	zh, en := d.Name+day.Format("已于2006年1月2日撤销"), d.Name+day.Format(" ended on 2 January 2006")
	var heirs []string
	for _, h := range t.Current(path, at) {
		heirs = append(heirs, h.Name)
	}
	if len(heirs) > 0 {
		zh += "，由" + strings.Join(heirs, "、") + "承接；新办事项请选择承接地区"
		en += "; " + strings.Join(heirs, ", ") + " took over: choose one of them for what is new"
	}
	return fault.InvalidField(field, "place_ended", zh, en)
}

// Ended says since when the division of a path has ended; the zero time while it stands, perhaps under another path.
func (t *Tree) Ended(path Path, at time.Time) time.Time {
	if _, known := t.ByPath(path); !known {
		return time.Time{}
	}
	if d, ok := t.Get(path.Code(), at); ok && !d.Valid(at) {
		return d.ValidTo
	}
	return time.Time{}
}

// EndedSpans are where the divisions lay that have ended by name, with all below them: some of that has moved and stands
// ([Tree.Ended]).
func (t *Tree) EndedSpans(at time.Time) []Span {
	var spans []Span
	for code := range t.versions {
		d, ok := t.Get(code, at)
		if !ok || d.Valid(at) {
			continue
		}
		for _, p := range t.paths(d.Path, at) {
			spans = append(spans, p.span())
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return strings.Compare(a.From, b.From) })
	return spans
}
