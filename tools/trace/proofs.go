package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// mark is the word that a comment in a test uses; it is in two pieces so that this tool's tests may name it.
const mark = "proves" + ":"

// idLike is anything that somebody meant as a row id; a wrong one must be an error, not be passed over.
var idLike = regexp.MustCompile(`^S\d[\w-]*$`)

// findProofs returns for every row id the places ("file:line") that prove it. Ids that no row has, and a mark
// without an id, are its error; the proofs found are returned all the same.
func findProofs(root string, rows []row) (map[string][]string, error) {
	proofs := map[string][]string{}
	var errs []error
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel != "." && skipped(rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !isTest(rel) {
			return nil
		}
		return scan(path, func(n int, ids []string) {
			place := fmt.Sprintf("%s:%d", rel, n)
			if len(ids) == 0 {
				errs = append(errs, fmt.Errorf("%s: %q names no requirement", place, mark))
			}
			for _, id := range ids {
				if !known(rows, id) {
					errs = append(errs, fmt.Errorf("%s: no requirement %s", place, id))
				} else if !slices.Contains(proofs[id], place) {
					proofs[id] = append(proofs[id], place)
				}
			}
		})
	})
	return proofs, errors.Join(err, errors.Join(errs...))
}

// skipped names the folders whose tests prove nothing about the system: dependencies, output, and the tools.
func skipped(rel string) bool {
	base := filepath.Base(rel)
	return base == "node_modules" || strings.HasPrefix(base, ".") || rel == "tools" || rel == "build" || rel == "bin"
}

// isTest tells whether a file may carry a proof: Go tests, page tests, and stories.
func isTest(rel string) bool {
	switch {
	case strings.HasSuffix(rel, "_test.go"), strings.HasSuffix(rel, ".test.ts"), strings.HasSuffix(rel, ".spec.ts"):
		return true
	case strings.HasPrefix(rel, "e2e/"):
		return strings.HasSuffix(rel, ".ts") || strings.HasSuffix(rel, ".txtar")
	}
	return false
}

// scan calls f for each line of a file that has the mark, with the ids that follow it.
func scan(path string, f func(n int, ids []string)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 4<<20)
	for n := 1; s.Scan(); n++ {
		_, rest, found := strings.Cut(s.Text(), mark)
		if !found {
			continue
		}
		f(n, ids(rest))
	}
	return s.Err()
}

// ids reads the ids at the start of a text and stops at the first word that is none.
func ids(text string) []string {
	var list []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		if !idLike.MatchString(strings.TrimRight(word, ".;")) {
			break
		}
		list = append(list, strings.TrimRight(word, ".;"))
	}
	return list
}
