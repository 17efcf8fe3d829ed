package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const catalogue = `# id | context | capability
S004-02 | org | A functional zone is a jurisdiction.
S004-26 | need | A report is verified.
S004-52 | need | A need is published.
`

// tree writes the given files below a new folder that already holds a catalogue and no claims.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	all := map[string]string{rowsFile: catalogue, claimsFile: "# none\n"}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRun(t *testing.T) {
	both := "// " + mark + " S004-26, S004-52 because the story walks through both.\n"
	tests := []struct {
		name  string
		files map[string]string
		out   string // must be in the output
		err   string // must be in the error; empty: no error
	}{
		{"nothing proven, nothing claimed", nil, "all 3       0         3", ""},
		{"a Go test", map[string]string{"domain/need/need_test.go": both}, "need       2         0", ""},
		{"a page story", map[string]string{"e2e/report.spec.ts": both}, "all 3       2         1", ""},
		{"a unit test of the pages", map[string]string{"web/src/need/a.test.ts": both}, "all 3       2         1", ""},
		{"an API story", map[string]string{"e2e/testdata/script/a.txtar": "# " + mark + " S004-02\n"}, "org       1         0", ""},
		{"code that is no test", map[string]string{"domain/need/need.go": both}, "all 3       0         3", ""},
		{"a dependency", map[string]string{"e2e/node_modules/x/a.spec.ts": both}, "all 3       0         3", ""},
		{"claimed and proven", map[string]string{"a_test.go": both, claimsFile: "S004-26 # a word\nS004-52\n"}, "all 3       2", ""},
		{"several claims on a line", map[string]string{"a_test.go": both, claimsFile: "# needs\nS004-26 S004-52\n"}, "all 3       2", ""},
		{"claimed, not proven", map[string]string{claimsFile: "S004-02\n"}, "", "S004-02 is claimed"},
		{"claimed twice", map[string]string{"a_test.go": both, claimsFile: "S004-26\nS004-26\n"}, "", "claimed twice"},
		{"claim of an unknown row", map[string]string{claimsFile: "S009-01\n"}, "", "claimed.txt:1: no requirement S009-01"},
		{"proof of an unknown row", map[string]string{"a_test.go": "\n// " + mark + " S004-99\n"}, "", "a_test.go:2: no requirement S004-99"},
		{"proof of a mistyped row", map[string]string{"a_test.go": "// " + mark + " S04-26\n"}, "", "no requirement S04-26"},
		{"proof of no row", map[string]string{"a_test.go": "// " + mark + " much\n"}, "", "names no requirement"},
		{"a row twice", map[string]string{rowsFile: catalogue + "S004-02 | org | Again.\n"}, "", "twice"},
		{"a broken row", map[string]string{rowsFile: "S004-02 org\n"}, "", "requirements.txt:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			err := run(tree(t, tt.files), false, &out)
			if !strings.Contains(out.String(), tt.out) {
				t.Errorf("output lacks %q:\n%s", tt.out, out.String())
			}
			switch {
			case tt.err == "" && err != nil:
				t.Errorf("unexpected error: %v", err)
			case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
				t.Errorf("error is %v, want one with %q", err, tt.err)
			}
		})
	}
}

func TestListNamesThePlace(t *testing.T) {
	var out strings.Builder
	root := tree(t, map[string]string{"domain/need/need_test.go": "package need\n// " + mark + " S004-26\n"})
	if err := run(root, true, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "domain/need/need_test.go:2") {
		t.Errorf("the proof's place is missing:\n%s", out.String())
	}
}

func TestTheCatalogueIsWhole(t *testing.T) {
	rows, err := readRows("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 370 {
		t.Errorf("%s has %d rows, want 370", rowsFile, len(rows))
	}
}
