package place

import "strings"

// An area is one word for what a span holds, so that a row that stands under each of its areas is found by equality, in
// an order of its own, where a range of paths would have to be sorted first. A path is the area of itself and all below
// it; with a dot behind it, of itself alone.

// Areas are all areas that hold p, from the nation down.
func (p Path) Areas() []string {
	if p == "" {
		return nil
	}
	areas := make([]string, 0, maxDepth+2)
	for i := range len(p) {
		if p[i] == '/' {
			areas = append(areas, string(p[:i+1]))
		}
	}
	return append(areas, string(p)+".")
}

// Area is the area that the span is; ok is false for a span that is neither a place with all below it nor a place alone.
func (s Span) Area() (area string, ok bool) {
	if from, to := Path(s.From).Range(); s.From != "" && s.To == to {
		return from, true
	}
	if at, found := strings.CutSuffix(s.To, alone); found && at == s.From {
		return s.From + ".", true
	}
	return "", false
}

// Both is where two lists of spans lie together: nothing twice, no span inside another. Spans of places either lie in
// one another or apart.
func Both(a, b []Span) []Span {
	var both []Span
	add := func(s Span) {
		for i := 0; i < len(both); i++ {
			switch have := both[i]; {
			case s.From >= have.From && s.To <= have.To:
				return
			case have.From >= s.From && have.To <= s.To:
				both = append(both[:i], both[i+1:]...)
				i--
			}
		}
		both = append(both, s)
	}
	for _, x := range a {
		for _, y := range b {
			if s := (Span{max(x.From, y.From), min(x.To, y.To)}); s.From < s.To {
				add(s)
			}
		}
	}
	return both
}
