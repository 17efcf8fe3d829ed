package parameter_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lianyuan/domain/parameter"
)

// required are the keys that the requirements name, with what will read those that nothing reads yet.
func required(t *testing.T) (defaults, later map[string]string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/required.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defaults, later = map[string]string{}, map[string]string{}
	for line := range strings.Lines(string(raw)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 3 {
			continue
		}
		defaults[f[0]] = f[1]
		if f[2] != "" {
			later[f[0]] = f[2]
		}
	}
	return defaults, later
}

// wordsOfTheCode are the string literals of the program, without its tests.
func wordsOfTheCode(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	for _, root := range []string{"../../domain", "../../platform", "../../api", "../../app", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if word, err := strconv.Unquote(lit.Value); err == nil {
						words[word] = true
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return words
}

// reads says whether the code names a key, whole or as a group of at least two words to which it adds the last.
func reads(words map[string]bool, key string) bool {
	if words[key] {
		return true
	}
	group := key[:strings.LastIndexByte(key, '.')+1]
	return strings.Count(group, ".") > 1 && words[group]
}

// The catalogue holds every key that the requirements name, with its default, and no rule goes without its parameter: what
// the catalogue holds is read by the code, or the list says what will read it.
//
// proves: S003-13
func TestCatalogueFollowsTheRequirements(t *testing.T) {
	defaults, later := required(t)
	if len(defaults) < 40 {
		t.Fatalf("%d keys are required", len(defaults))
	}
	words, seen := wordsOfTheCode(t), map[string]bool{}
	for _, k := range parameter.Keys() {
		seen[k.Name] = true
		want, named := defaults[k.Name]
		switch {
		case named && want != k.Default:
			t.Errorf("%s is %q, the requirements say %q", k.Name, k.Default, want)
		case !named && !strings.HasPrefix(k.Source, "operational default"):
			t.Errorf("%s is not in the requirements, and its source is %q", k.Name, k.Source)
		}
		if !reads(words, k.Name) && later[k.Name] == "" {
			t.Errorf("nothing reads %s", k.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(defaults)) {
		if !seen[name] {
			t.Errorf("the catalogue lacks %s", name)
		}
	}
}
