// Package domain_test keeps the order of the packages: who may import whom, and the ranks of the contexts.
package domain_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ranks says how high each context stands. A context imports only contexts of a lower rank; it tells a higher one
// something through the journal, and knows a neighbour by id only.
var ranks = map[string]int{
	"place":  1,
	"access": 2,
	"org":    3, "parameter": 3,
	"team": 4, "incident": 4,
	"equipment": 5, "readiness": 5, "training": 5, "assessment": 5, "plan": 5, "resource": 5, "need": 5, "alert": 5, "enquiry": 5,
	"deployment": 6,
	"reception":  7, "support": 7, "pass": 7,
	"mission":  8,
	"dispatch": 9, "settlement": 9, "grassroots": 9, "notice": 9, "destruction": 9,
	"situation": 10, "office": 10,
}

// forbidden says which imports a part of the tree must not have, tests included only where tests is true.
var forbidden = []struct {
	dir   string
	what  []string
	why   string
	tests bool
}{
	{"domain", []string{"lianyuan/api", "lianyuan/app", "lianyuan/cmd", "lianyuan/web"}, "imports go cmd → app → api → domain → platform", false},
	{"domain", []string{"net/http", "github.com/danielgtaylor/huma"}, "HTTP is in api", false},
	{"domain", []string{"github.com/jackc", "modernc.org/sqlite"}, "drivers are in platform/db", false},
	{"platform", []string{"lianyuan/domain", "lianyuan/api", "lianyuan/app", "lianyuan/cmd", "lianyuan/web"}, "platform knows nothing of what it carries", true},
	{"api", []string{"github.com/jackc", "modernc.org/sqlite"}, "drivers are in platform/db", false},
	{"api", []string{"lianyuan/app", "lianyuan/cmd"}, "imports go cmd → app → api → domain → platform", false},
	{"optimise", []string{"lianyuan"}, "the solver knows nothing of ours", true},
}

func TestImportsGoDown(t *testing.T) {
	for _, f := range files(t, "..") {
		for _, path := range f.imports {
			for _, problem := range judge(f.name, path) {
				t.Error(problem)
			}
		}
	}
}

func TestEveryContextHasARank(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && ranks[e.Name()] == 0 {
			t.Errorf("domain/%s has no rank: give it one in order_test.go and in ARCHITECTURE.md", e.Name())
		}
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		file, path string
		ok         bool
	}{
		{"domain/need/store.go", "lianyuan/domain/place", true},
		{"domain/need/store.go", "lianyuan/domain/need/extra", true},
		{"domain/need/store.go", "lianyuan/platform/db", true},
		{"domain/need/store.go", "lianyuan/domain/alert", false},
		{"domain/need/store.go", "lianyuan/domain/deployment", false},
		{"domain/need/store_test.go", "lianyuan/domain/deployment", false},
		{"domain/need/store.go", "lianyuan/domain/unheard", false},
		{"domain/unheard/x.go", "lianyuan/domain/place", false},
		{"domain/need/service.go", "net/http", false},
		{"domain/need/service.go", "net/http/httptest", false},
		{"domain/need/service.go", "net/url", true},
		{"domain/need/service_test.go", "net/http", true},
		{"domain/need/service.go", "lianyuan/api", false},
		{"domain/need/service.go", "lianyuan/apiary", true},
		{"domain/need/store.go", "modernc.org/sqlite", false},
		{"platform/live/live.go", "lianyuan/domain/place", false},
		{"platform/live/live_test.go", "lianyuan/domain/place", false},
		{"platform/db/open.go", "modernc.org/sqlite", true},
		{"api/need.go", "lianyuan/domain/need", true},
		{"api/need.go", "github.com/jackc/pgx/v5", false},
		{"app/app.go", "lianyuan/api", true},
		{"optimise/assign.go", "lianyuan/platform/id", false},
	}
	for _, tt := range tests {
		if got := judge(tt.file, tt.path); (len(got) == 0) != tt.ok {
			t.Errorf("%s importing %s: %v", tt.file, tt.path, got)
		}
	}
}

// judge returns what is wrong with a file (its path from the root, with slashes) importing a package.
func judge(file, path string) []string {
	var problems []string
	part := strings.Split(file, "/")
	for _, rule := range forbidden {
		if part[0] != rule.dir || (!rule.tests && strings.HasSuffix(file, "_test.go")) {
			continue
		}
		if slices.ContainsFunc(rule.what, func(root string) bool { return within(path, root) }) {
			problems = append(problems, fmt.Sprintf("%s imports %s: %s", file, path, rule.why))
		}
	}
	if part[0] != "domain" || len(part) < 3 || !within(path, "lianyuan/domain") {
		return problems
	}
	from, to := part[1], strings.Split(strings.TrimPrefix(path, "lianyuan/domain/"), "/")[0]
	switch {
	case from == to && ranks[from] > 0:
	case ranks[from] == 0 || ranks[to] == 0:
		problems = append(problems, fmt.Sprintf("%s imports %s: a context without a rank", file, path))
	case ranks[to] >= ranks[from]:
		problems = append(problems, fmt.Sprintf("%s (rank %d) imports %s (rank %d): call down, publish up, ids sideways",
			file, ranks[from], path, ranks[to]))
	}
	return problems
}

// within tells whether a package is root or lies below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

type source struct {
	name    string
	imports []string
}

// files reads the imports of every Go file of the module.
func files(t *testing.T, root string) []source {
	t.Helper()
	var list []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if d.IsDir() {
			if d.Name() == "node_modules" || name == "tools" || name == "build" || (strings.HasPrefix(d.Name(), ".") && path != root) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := source{name: name}
		for _, imp := range parsed.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, p)
		}
		list = append(list, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
