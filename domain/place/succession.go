package place

import (
	"slices"
	"strings"
	"time"
)

// Successors lists who took over when a division ended, the main heir first;
// none for a division that has not ended. Each may have ended since: see
// [Tree.Current].
func (t *Tree) Successors(code Code) []Code {
	return slices.Clone(t.heirs[t.canonical(code)])
}

// Current tells where the place of an older record lies at a moment: the
// division itself when it stands (perhaps under another path), otherwise those
// who took over, the main heir first. Empty for an unknown path, and for a
// division that ended without an heir.
func (t *Tree) Current(path Path, at time.Time) []Division {
	var found []Division
	seen := map[Code]bool{}
	var follow func(code Code)
	follow = func(code Code) {
		code = t.canonical(code)
		if seen[code] {
			return
		}
		seen[code] = true
		d, ok := t.Get(code, at)
		if ok && d.Valid(at) {
			found = append(found, d)
			return
		}
		heirs := t.heirs[code]
		if len(heirs) == 0 && ok && d.Parent != NationCode {
			// It went down with the one above it.
			heirs = []Code{d.Parent}
		}
		for _, heir := range heirs {
			follow(heir)
		}
	}
	if _, ok := t.ByPath(path); ok {
		follow(path.Code())
	}
	return found
}

// Seats are the paths of whoever answers for the place of a record at a moment:
// the place itself while it stands, otherwise those who took over, the main
// heir first; itself when nobody did.
func (t *Tree) Seats(path Path, at time.Time) []Path {
	var seats []Path
	for _, d := range t.Current(path, at) {
		seats = append(seats, d.Path)
	}
	if len(seats) == 0 {
		return []Path{path}
	}
	return seats
}

// Answers says whether a jurisdiction answers for a record at a moment: it lies
// there, or its place has passed to it since.
func (t *Tree) Answers(over, record Path, at time.Time) bool {
	return over.Contains(record) || slices.ContainsFunc(t.Seats(record, at), over.Contains)
}

// Zone gives a functional zone with its districts, towns and outline.
func (t *Tree) Zone(code Code) (Zone, bool) {
	for _, z := range t.zones {
		if z.Code == code {
			return z, true
		}
	}
	return Zone{}, false
}

// Zones lists the functional zones standing at a moment that a place may belong
// to: those that run a town, or that lie at least partly in a district. Which
// of them a record belongs to is for a person to say.
func (t *Tree) Zones(code Code, at time.Time) []Division {
	d, ok := t.Get(code, at)
	if !ok {
		return nil
	}
	var found []Division
	for _, above := range d.Path.Codes() {
		for _, z := range t.within[above] {
			if above != d.Code && len(z.Towns) > 0 && !slices.ContainsFunc(z.Towns, func(town Code) bool {
				return slices.Contains(d.Path.Codes(), town)
			}) {
				continue // a town (or below) that the zone does not run
			}
			if zone, ok := t.Get(z.Code, at); ok && zone.Valid(at) && !slices.ContainsFunc(found, func(f Division) bool { return f.Code == z.Code }) {
				found = append(found, zone)
			}
		}
	}
	return found
}

// Scope gives the spans of paths whose records a jurisdiction sees at a moment:
// all below its own path; the zones that lie in it; and what it took over, as
// the paths were then. A division that ended with several heirs is seen whole
// by none of them, but the records that name it alone, and no town, by all:
// better twice than by nobody.
func (t *Tree) Scope(code Code, at time.Time) []Span {
	d, ok := t.Get(code, at)
	if !ok {
		return nil
	}
	spans := []Span{d.Path.span()}
	add := func(s Span) {
		for _, have := range spans {
			if s.From >= have.From && s.To <= have.To {
				return
			}
		}
		spans = append(spans, s)
	}
	for _, z := range t.zones {
		if !t.liesIn(z, d.Path, at) {
			continue
		}
		if zone, ok := t.Get(z.Code, at); ok {
			add(zone.Path.span())
		}
	}
	for _, former := range t.formerPaths(d.Path, at) {
		add(former)
	}
	return spans
}

func (t *Tree) liesIn(z Zone, path Path, at time.Time) bool {
	return slices.ContainsFunc(z.Within, func(district Code) bool {
		d, ok := t.Get(district, at)
		return ok && path.Contains(d.Path)
	})
}

// formerPaths finds the older paths of everything now below path.
func (t *Tree) formerPaths(path Path, at time.Time) []Span {
	var spans []Span
	for code, versions := range t.versions {
		now, ok := t.Get(code, at)
		if ok && now.Valid(at) && path.Contains(now.Path) {
			for _, v := range versions {
				if v.from.After(at) {
					break // what is still to come
				}
				if was, ok := t.Get(code, v.from); ok && was.Path != now.Path {
					spans = append(spans, was.Path.span())
				}
			}
		}
		heirs := t.heirs[code]
		if !ok || now.Valid(at) || len(heirs) == 0 {
			continue
		}
		inside := 0
		for _, heir := range heirs {
			if h, ok := t.Get(heir, at); ok && path.Contains(h.Path) {
				inside++
			}
		}
		switch inside {
		case 0:
		case len(heirs):
			spans = append(spans, now.Path.span())
		default:
			spans = append(spans, now.Path.only())
		}
	}
	slices.SortFunc(spans, func(a, b Span) int {
		// The wide before the narrow, so that the narrow one is dropped.
		if a.From != b.From {
			return strings.Compare(a.From, b.From)
		}
		return strings.Compare(b.To, a.To)
	})
	return spans
}
