package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
)

const (
	rowsFile   = "docs/requirements.txt"
	claimsFile = "docs/claimed.txt"
)

var idForm = regexp.MustCompile(`^S\d{3}-\d{2,3}$`)

// row is one requirement: its id, the part of the catalogue it stands in, and what the system must do.
type row struct {
	id, context, text string
}

// lines calls f with the number and the text of every line of a file that is neither empty nor a comment.
func lines(path string, f func(n int, line string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := f(n, line); err != nil {
			return err
		}
	}
	return s.Err()
}

func readRows(root string) ([]row, error) {
	var rows []row
	seen := map[string]bool{}
	err := lines(filepath.Join(root, rowsFile), func(n int, line string) error {
		part := strings.SplitN(line, " | ", 3)
		if len(part) != 3 || !idForm.MatchString(part[0]) {
			return fmt.Errorf("%s:%d: want \"id | context | capability\"", rowsFile, n)
		}
		if seen[part[0]] {
			return fmt.Errorf("%s:%d: %s stands here twice", rowsFile, n, part[0])
		}
		seen[part[0]] = true
		rows = append(rows, row{id: part[0], context: part[1], text: part[2]})
		return nil
	})
	return rows, err
}

// readClaims returns the known ids that are claimed; unknown and doubled ones are its error.
func readClaims(root string, rows []row) ([]string, error) {
	var ids []string
	var errs []error
	err := lines(filepath.Join(root, claimsFile), func(n int, line string) error {
		list, _, _ := strings.Cut(line, "#")
		for _, id := range strings.Fields(list) {
			switch {
			case !known(rows, id):
				errs = append(errs, fmt.Errorf("%s:%d: no requirement %s", claimsFile, n, id))
			case slices.Contains(ids, id):
				errs = append(errs, fmt.Errorf("%s:%d: %s is claimed twice", claimsFile, n, id))
			default:
				ids = append(ids, id)
			}
		}
		return nil
	})
	return ids, errors.Join(err, errors.Join(errs...))
}

func known(rows []row, id string) bool {
	return slices.ContainsFunc(rows, func(r row) bool { return r.id == id })
}

func printRows(out io.Writer, rows []row, proofs map[string][]string) {
	for _, r := range rows {
		fmt.Fprintf(out, "%-8s %s\n", r.id, r.text)
		for _, p := range proofs[r.id] {
			fmt.Fprintf(out, "         %s\n", p)
		}
	}
}

// printCounts writes one line per context in the order of the catalogue, and the sum last.
func printCounts(out io.Writer, rows []row, proofs map[string][]string) {
	type count struct{ proven, unproven int }
	counts := map[string]*count{}
	var order []string
	sum := &count{}
	for _, r := range rows {
		c := counts[r.context]
		if c == nil {
			c = &count{}
			counts[r.context] = c
			order = append(order, r.context)
		}
		for _, k := range []*count{c, sum} {
			if len(proofs[r.id]) > 0 {
				k.proven++
			} else {
				k.unproven++
			}
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "context\tproven\tunproven\t")
	for _, name := range order {
		fmt.Fprintf(w, "%s\t%d\t%d\t\n", name, counts[name].proven, counts[name].unproven)
	}
	fmt.Fprintf(w, "all %d\t%d\t%d\t\n", len(rows), sum.proven, sum.unproven)
	w.Flush()
}
