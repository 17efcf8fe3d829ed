package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// inWords parts a line as a shell does; what stands in single quotes is one word.
func inWords(line string) (words []string) {
	line = strings.ReplaceAll(line, "$(date +%F)", "DATE")
	for n, part := range strings.Split(line, "'") {
		if n%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

var flagName = regexp.MustCompile(`--[a-z][a-z-]+`)

// Every command that a document of the operator shows is one that the program takes, every flag that it names exists, and
// every flag that exists is named in it.
func TestTheOperatorsDocumentsShowWhatTheProgramTakes(t *testing.T) {
	var c cli
	k, err := kong.New(&c, kong.Vars{"version": "test"})
	if err != nil {
		t.Fatal(err)
	}
	exists := map[string]bool{"--help": true, "--version": true}
	for _, command := range k.Model.Children {
		for _, f := range command.Flags {
			if !f.Hidden {
				exists["--"+f.Name] = false
			}
		}
	}
	files, err := filepath.Glob("../../docs/operate/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range files {
		text := string(must(os.ReadFile(file))(t))
		for line := range strings.Lines(text) {
			words := inWords(line)
			if len(words) == 0 || words[0] != "lianyuan" {
				continue
			}
			if _, err := k.Parse(words[1:]); err != nil {
				t.Errorf("%s: %s is not taken: %v", filepath.Base(file), strings.TrimSpace(line), err)
			}
		}
		for _, name := range flagName.FindAllString(text, -1) {
			if _, known := exists[name]; !known && name != "--master-key-" { // as in `--master-key…`
				t.Errorf("%s names %s, which the program does not have", filepath.Base(file), name)
			}
			exists[name] = true
		}
	}
	for name, said := range exists {
		if !said && name != "--print-accounts" { // of the demo, for those who develop
			t.Errorf("no document names %s", name)
		}
	}
}
