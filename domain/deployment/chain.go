package deployment

import (
	"slices"
	"strings"
	"time"

	"lianyuan/domain/place"
)

// Authority is the emergency department of a place: who approves.
type Authority struct {
	Place place.Path
	Level place.Level // as it counts: a functional zone by its standing
}

// The cases of a deployment, as the parameters dispatch.approval.* name them (S001-35…38).
const (
	SameCounty    = "same_county"
	CrossCounty   = "cross_county"
	CrossCity     = "cross_city"
	CrossProvince = "cross_province"
)

// Cases are all cases.
var Cases = []string{SameCounty, CrossCounty, CrossCity, CrossProvince}

// authorities are those that a place stands under, from its own level up to the nation. Levels come from the
// jurisdiction and never from the name: a municipality has no city level, 东莞 no county, 仙桃 hangs on its province.
// What has ended by then is answered for by what took it over, when that is one place.
func authorities(tree *place.Tree, p place.Path, at time.Time) []Authority {
	if d, ok := tree.ByPath(p); ok && !d.Valid(at) {
		if now := tree.Current(p, at); len(now) == 1 {
			p = now[0].Path
		}
	}
	var list []Authority
	for {
		if d, ok := tree.ByPath(p); ok && d.Standing <= place.County {
			list = append(list, Authority{p, d.Standing})
		}
		if p == place.Root || p == "" {
			return list
		}
		p = p.Parent()
	}
}

func atLevel(list []Authority, l place.Level) (Authority, bool) {
	i := slices.IndexFunc(list, func(a Authority) bool { return a.Level == l })
	if i < 0 {
		return Authority{}, false
	}
	return list[i], true
}

// Case says which rule a deployment from home to destination falls under.
func Case(tree *place.Tree, home, destination place.Path, at time.Time) string {
	from, to := authorities(tree, home, at), authorities(tree, destination, at)
	same := func(l place.Level) bool {
		a, okA := atLevel(from, l)
		b, okB := atLevel(to, l)
		return okA == okB && a == b
	}
	switch {
	case !same(place.Province):
		return CrossProvince
	case !same(place.City):
		return CrossCity
	case !same(place.County):
		return CrossCounty
	default:
		return SameCounty
	}
}

// Chain is the authorities whose approval a deployment takes, in the order in which they are asked: lowest first. rule
// is the value of the case's parameter: level words joined by "+", "city + province".
//
// Each word is the home's authority of that level; a level that does not exist there is skipped. When none is left, the
// lowest authority that both places stand under is asked, so that the chain is never empty: 綦江 and 南川 answer to
// 重庆市 alone.
func Chain(tree *place.Tree, home, destination place.Path, rule string, at time.Time) []Authority {
	from := authorities(tree, home, at)
	var chain []Authority
	for word := range strings.SplitSeq(rule, "+") {
		word = strings.TrimSpace(word)
		if word == "ministry" {
			word = place.Nation.String()
		}
		if l, ok := place.ParseLevel(word); ok && l <= place.County {
			if a, ok := atLevel(from, l); ok && !slices.Contains(chain, a) {
				chain = append(chain, a)
			}
		}
	}
	if len(chain) == 0 {
		chain = append(chain, common(from, authorities(tree, destination, at)))
	}
	slices.SortFunc(chain, func(a, b Authority) int { return int(b.Level) - int(a.Level) })
	return chain
}

// common is the lowest authority that stands in both lists; at last the nation's.
func common(from, to []Authority) Authority {
	for _, a := range from {
		if slices.Contains(to, a) {
			return a
		}
	}
	return Authority{place.Root, place.Nation}
}

// above is the authority next above one; itself when there is none.
func above(tree *place.Tree, a Authority, at time.Time) Authority {
	if a.Place == place.Root {
		return a
	}
	if up := authorities(tree, a.Place.Parent(), at); len(up) > 0 {
		return up[0]
	}
	return a
}
