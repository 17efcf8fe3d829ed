// Package lianyuan_test holds the documents to what the tree really is.
package lianyuan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestGlossaryHasEveryContext(t *testing.T) {
	glossary := read(t, "GLOSSARY.md")
	entries, err := os.ReadDir("domain")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if want := "`" + e.Name() + "` (context)"; e.IsDir() && !strings.Contains(glossary, want) {
			t.Errorf("GLOSSARY.md has no entry with %s", want)
		}
	}
}

func TestGlossarySaysEveryWordOnce(t *testing.T) {
	seen := map[string]int{}
	for n, line := range strings.Split(read(t, "GLOSSARY.md"), "\n") {
		cell := strings.Split(line, "|")
		if len(cell) != 6 || strings.HasPrefix(cell[1], "---") || strings.TrimSpace(cell[1]) == "中文" {
			if strings.HasPrefix(line, "|") && len(cell) != 6 {
				t.Errorf("GLOSSARY.md:%d has %d cells, want four", n+1, len(cell)-2)
			}
			continue
		}
		english := strings.TrimSpace(cell[2])
		if before := seen[english]; before > 0 {
			t.Errorf("GLOSSARY.md:%d: %q stands in line %d already", n+1, english, before)
		}
		seen[english] = n + 1
	}
}

// named finds a package of ours in backticks: a top folder, or a folder in domain/ or platform/.
var named = regexp.MustCompile("`((?:domain|platform)/[a-z]+|cmd/lianyuan|api|app|web|migrations|e2e|tools)/?`")

func TestArchitectureNamesWhatExists(t *testing.T) {
	text := read(t, "ARCHITECTURE.md")
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		if info, err := os.Stat(m[1]); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist", m[1])
		}
	}
	for _, dir := range []string{"domain", "platform"} {
		entries, err := os.ReadDir(dir)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() && !regexp.MustCompile(`\b`+e.Name()+`\b`).MatchString(text) {
				t.Errorf("ARCHITECTURE.md does not name %s/%s", dir, e.Name())
			}
		}
	}
}

func TestReadmesNameTheTwoCommands(t *testing.T) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text := read(t, name)
		for _, command := range []string{"make demo", "make test"} {
			if !strings.Contains(text, "\n"+command+"\n") {
				t.Errorf("%s does not show %q as a command", name, command)
			}
		}
		if n := strings.Count(text, "\n"); n > 150 {
			t.Errorf("%s has %d lines; 150 is what people read", name, n)
		}
	}
}

func TestDecisionsAreNumberedWithoutGaps(t *testing.T) {
	files, err := filepath.Glob("docs/adr/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files { // Glob sorts
		if want := fmt.Sprintf("%04d-", i+1); !strings.HasPrefix(filepath.Base(file), want) {
			t.Errorf("%s should begin with %s", file, want)
		}
		if !strings.HasPrefix(read(t, file), fmt.Sprintf("# %d. ", i+1)) {
			t.Errorf("%s should have the title \"# %d. …\"", file, i+1)
		}
	}
}

// link finds the target of a link to another file; pictures and addresses are somebody else's matter.
var link = regexp.MustCompile(`(?:^|[^!])\[[^\]]*\]\(([^)#:]+)(?:#[^)]*)?\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "docs/*/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		for _, m := range link.FindAllStringSubmatch(read(t, file), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", file, m[1])
			}
		}
	}
}

// typed finds what an operator types or sets: flags and environment of the program, parameters, and its lines in blocks of commands.
var typed = regexp.MustCompile(`--[a-z][a-z-]+|LIANYUAN_[A-Z_]+|\b(?:need|notice|access)\.[a-z_]+|lianyuan_[a-z_]+|/(?:healthz|readyz|metrics|trust|app/setup)\b`)

// commands are the lines of the blocks of a shell or a service file.
func commands(text string) (lines []string) {
	inside := false
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh" || line == "```ini" || line == "```http"
		case inside && line != "":
			lines = append(lines, line)
		}
	}
	return lines
}

// An operator who reads Chinese types the same as one who reads English.
func TestBothLanguagesOfTheOperatorSayTheSame(t *testing.T) {
	files, err := filepath.Glob("docs/operate/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	chinese, err := filepath.Glob("docs/operate/zh-CN/*.md")
	if err != nil || len(chinese) != len(files) {
		t.Errorf("%d documents in Chinese, %d in English, %v", len(chinese), len(files), err)
	}
	names := func(text string) (all []string) {
		all = typed.FindAllString(text, -1)
		slices.Sort(all)
		return slices.Compact(all)
	}
	for _, file := range files {
		en, zh := read(t, file), read(t, filepath.Join("docs/operate/zh-CN", filepath.Base(file)))
		if a, b := commands(en), commands(zh); !slices.Equal(a, b) {
			t.Errorf("%s: the commands differ\n%s\n\n%s", file, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
		if a, b := names(en), names(zh); !slices.Equal(a, b) {
			t.Errorf("%s: named in one language only\n%v\n%v", file, a, b)
		}
		if a, b := strings.Count(en, "\n## "), strings.Count(zh, "\n## "); a != b {
			t.Errorf("%s: %d parts in English, %d in Chinese", file, a, b)
		}
	}
}

// aFile finds a file of ours in backticks.
var aFile = regexp.MustCompile("`((?:api|docs|domain|platform|scripts|web)/[A-Za-z0-9_./-]+)`")

func TestReadmesNameFilesThatExist(t *testing.T) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		for _, m := range aFile.FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(m[1]); err != nil {
				t.Errorf("%s names %s, which does not exist", name, m[1])
			}
		}
	}
}
