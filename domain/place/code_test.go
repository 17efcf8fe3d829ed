package place_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianyuan/domain/place"
)

func TestParseCode(t *testing.T) {
	for _, good := range []string{"50", "5001", "500110", "500110001", "500110001001", "z500001", "z500001001", "cn"} {
		if code, err := place.ParseCode(good); err != nil || string(code) != good {
			t.Errorf("%q: %v %v", good, code, err)
		}
	}
	for _, bad := range []string{"", "5", "501", "50011", "5001100", "50011000", "5001100011", "50011000100", "5001100010011", "z", "z50", "z5001", "Z500001", "５０", "50 ", "-1", "5O", "z5000013000001"} {
		if code, err := place.ParseCode(bad); err == nil {
			t.Errorf("%q was taken as %q", bad, code)
		}
	}
	if place.Code("500110").Internal() || !place.Code("z500001").Internal() {
		t.Error("Internal is wrong")
	}
}

func TestPathParts(t *testing.T) {
	town := place.Path("/50/500110/500110001/")
	if town.Code() != "500110001" || town.Parent() != "/50/500110/" || place.Path("/50/").Child("500110") != "/50/500110/" {
		t.Errorf("%v %v", town.Code(), town.Parent())
	}
	if place.Root.Code() != place.NationCode || place.Root.Parent() != place.Root || len(place.Root.Codes()) != 0 {
		t.Error("the nation is wrong")
	}
	if got := town.Codes(); len(got) != 3 || got[0] != "50" || got[2] != "500110001" {
		t.Errorf("Codes = %v", got)
	}
	var nowhere place.Path
	if from, to := nowhere.Range(); from != to || nowhere.Contains("/50/") || place.Root.Contains(nowhere) || nowhere.Parent() != place.Root {
		t.Error("an empty path is somewhere")
	}
	for _, bad := range []string{"", "50/", "/50", "//", "/50//500110/", "/cn/", "/x/", "/50/500110/500110001/500110001001/z500001/z500002/z500003/", "/50/%/"} {
		if p, err := place.ParsePath(bad); err == nil {
			t.Errorf("%q was taken as %q", bad, p)
		}
	}
}

// anyPath draws a path, often one that is nearly the prefix of another.
func anyPath(t *rapid.T, name string) place.Path {
	path := place.Root
	for range rapid.IntRange(0, 4).Draw(t, name+" depth") {
		path = path.Child(place.Code(rapid.SampledFrom([]string{"50", "51", "500110", "500111", "z500001", "z500002", "500110001", "500110100", "500110100001"}).Draw(t, name)))
	}
	return path
}

// The range of bytes for SQL, the prefix test and the parsed segments say the
// same about any two paths.
func TestPathRangeIsPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := anyPath(t, "p"), anyPath(t, "q")
		from, to := p.Range()
		inRange := string(q) >= from && string(q) < to
		if inRange != p.Contains(q) {
			t.Fatalf("%s holds %s: range %v, prefix %v", p, q, inRange, p.Contains(q))
		}
		above := p.Codes()
		below := q.Codes()
		bySegments := len(above) <= len(below)
		for i := 0; bySegments && i < len(above); i++ {
			bySegments = above[i] == below[i]
		}
		if bySegments != inRange {
			t.Fatalf("%s holds %s: range %v, segments %v", p, q, inRange, bySegments)
		}
		if back, err := place.ParsePath(string(p)); err != nil || back != p {
			t.Fatalf("%s parsed as %s, %v", p, back, err)
		}
	})
}

// Whatever lies in the base lies in the range of each path above it, and in the
// range of no sibling's.
func TestBasePathsNest(t *testing.T) {
	tree := place.Base()
	for _, code := range []place.Code{"50", "4419", "5134", "659001"} {
		parent, ok := tree.Get(code, noon(2024, 1, 1))
		if !ok {
			t.Fatalf("%s is missing", code)
		}
		children := tree.Children(code, noon(2024, 1, 1))
		for i, child := range children {
			if !parent.Path.Contains(child.Path) || child.Path.Parent() != parent.Path || child.Path.Code() != child.Code {
				t.Errorf("%s %s is not below %s", child.Code, child.Path, parent.Path)
			}
			if i > 0 && (children[i-1].Path.Contains(child.Path) || child.Path.Contains(children[i-1].Path)) {
				t.Errorf("%s and %s hold each other", children[i-1].Path, child.Path)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"50", "z500001", "/50/500110/", "/", "cn", "//", "/\x00/", "5001100010011"} {
		f.Add(seed)
	}
	tree := changed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if code, err := place.ParseCode(s); err == nil {
			if strings.ContainsAny(s, "/ \x00%") || string(code) != s {
				t.Fatalf("%q is no code", s)
			}
		}
		// Whatever the string, asking for it is safe.
		tree.Get(place.Code(s), noon(2026, 1, 1))
		tree.Children(place.Code(s), noon(2026, 1, 1))
		tree.Scope(place.Code(s), noon(2026, 1, 1))
		tree.FullNameOf(place.Path(s))
		tree.Current(place.Path(s), noon(2026, 1, 1))
		tree.Search(s, noon(2026, 1, 1), 5, place.Path(s))
		path, err := place.ParsePath(s)
		if err != nil {
			return
		}
		rebuilt := place.Root
		for _, code := range path.Codes() {
			if _, err := place.ParseCode(string(code)); err != nil {
				t.Fatalf("segment: %v", errors.Unwrap(err))
			}
			rebuilt = rebuilt.Child(code)
		}
		if rebuilt != path || !path.Contains(path) || !place.Root.Contains(path) {
			t.Fatalf("%q came back as %q", path, rebuilt)
		}
	})
}
