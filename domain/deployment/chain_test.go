package deployment

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lianyuan/domain/place"
)

var noon = time.Date(2026, time.June, 18, 4, 0, 0, 0, time.UTC)

func tree(t *testing.T) *place.Tree {
	t.Helper()
	tree, err := place.Base().With(place.Chongqing2025())
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// rules are the values of the catalogue.
var rules = map[string]string{SameCounty: "county", CrossCounty: "city", CrossCity: "city + province", CrossProvince: "province + ministry"}

func names(tree *place.Tree, chain []Authority) string {
	var words []string
	for _, a := range chain {
		d, _ := tree.ByPath(a.Place)
		words = append(words, d.Name)
	}
	return strings.Join(words, " ")
}

// proves: S001-35 S001-36 S001-37 S001-38
func TestChain(t *testing.T) {
	tree := tree(t)
	path := func(code string) place.Path {
		d, ok := tree.Get(place.Code(code), noon)
		if !ok {
			t.Fatalf("no place %s", code)
		}
		return d.Path
	}
	tests := []struct{ what, home, destination, kind, rule, want string }{
		{"綦江 in 綦江", "500110", "500110", SameCounty, "", "綦江区"},
		{"a street of 綦江 in another", "500110001", "500110", SameCounty, "", "綦江区"},
		{"南川 to 綦江: a municipality has no city level", "500119", "500110", CrossCounty, "", "重庆市"},
		{"a team of the municipality in a district", "50", "500110", CrossCounty, "", "重庆市"},
		{"遵义 to 綦江", "5203", "500110", CrossProvince, "", "贵州省 全国"},
		{"习水 to 綦江", "520330", "500110", CrossProvince, "", "贵州省 全国"},
		{"习水 to 綦江 where all levels are asked", "520330", "500110", CrossProvince, "county + city + province + ministry", "习水县 遵义市 贵州省 全国"},
		{"广州 to 东莞", "440106", "4419", CrossCity, "", "广州市 广东省"},
		{"东莞 to 广州: the city counts, it has no county", "441900003", "440106", CrossCity, "", "东莞市 广东省"},
		{"东莞 in 东莞", "441900003", "441900004", SameCounty, "", "东莞市"},
		{"仙桃 to 武汉: no city above it", "429004", "420102", CrossCity, "", "湖北省"},
		{"仙桃 to 潜江", "429004", "429005", CrossCounty, "", "湖北省"},
		{"习水 to 赤水, counties of one city", "520330", "520381", CrossCounty, "", "遵义市"},
		{"a zone that counts as a county to its neighbour", "z500003", "500110", CrossCounty, "", "重庆市"},
		{"a zone in itself", "z500003", "z500003", SameCounty, "", "万盛经开区"},
		{"a rule that names no level", "500119", "500110", CrossCounty, "whoever", "重庆市"},
		{"a district that has ended", "500105", "500110", CrossCounty, "", "重庆市"},
		{"order and repetition of the words", "520330", "500110", CrossProvince, "ministry+province + ministry", "贵州省 全国"},
	}
	for _, x := range tests {
		home, destination := path(x.home), path(x.destination)
		kind := Case(tree, home, destination, noon)
		if kind != x.kind {
			t.Errorf("%s: %s, want %s", x.what, kind, x.kind)
		}
		rule := x.rule
		if rule == "" {
			rule = rules[kind]
		}
		if got := names(tree, Chain(tree, home, destination, rule, noon)); got != x.want {
			t.Errorf("%s: %s, want %s", x.what, got, x.want)
		}
	}
}

// Between any two places the chain is never empty, goes upwards, names nobody twice and no level that does not exist.
func TestChainOfAnyTwoPlaces(t *testing.T) {
	tree, dice := tree(t), rand.New(rand.NewPCG(18, 6)) // the same places every time
	var all []place.Path
	var walk func(code place.Code)
	walk = func(code place.Code) {
		for _, d := range tree.Children(code, noon) {
			all = append(all, d.Path)
			if d.Level < place.Town && d.Level != place.ZoneLevel {
				walk(d.Code)
			}
		}
	}
	walk(place.NationCode)
	words := []string{"county", "city", "province", "ministry", "nonsense"}
	for range 20_000 {
		home, destination := all[dice.IntN(len(all))], all[dice.IntN(len(all))]
		if dice.IntN(3) == 0 { // near ones, too
			destination = home.Parent()
		}
		rule := rules[Case(tree, home, destination, noon)]
		if dice.IntN(2) == 0 {
			rule = words[dice.IntN(5)] + "+" + words[dice.IntN(5)] + " + " + words[dice.IntN(5)]
		}
		chain := Chain(tree, home, destination, rule, noon)
		if len(chain) == 0 {
			t.Fatalf("%s to %s by %q: nobody approves", home, destination, rule)
		}
		for i, a := range chain {
			d, ok := tree.ByPath(a.Place)
			if !ok || d.Standing != a.Level || a.Level > place.County || !a.Place.Contains(home) {
				t.Fatalf("%s to %s by %q: %v does not exist or is not above the home", home, destination, rule, a)
			}
			if i > 0 && a.Level >= chain[i-1].Level {
				t.Fatalf("%s to %s by %q: %v does not rise", home, destination, rule, chain)
			}
		}
		if up := above(tree, chain[0], noon); up.Level >= chain[0].Level && chain[0].Place != place.Root {
			t.Fatalf("above %v is %v", chain[0], up)
		}
	}
}
