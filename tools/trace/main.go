// Command trace compares the requirements with the tests that prove them.
//
// A test says what it proves in a comment on one line, "proves: " followed by row ids. Every row of
// docs/requirements.txt is then proven or not; the ids in docs/claimed.txt must be.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	root := flag.String("root", ".", "root of the repository")
	list := flag.Bool("list", false, "also list every row with its proofs")
	flag.Parse()
	if err := run(*root, *list, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "trace:", err)
		os.Exit(1)
	}
}

func run(root string, list bool, out io.Writer) error {
	rows, err := readRows(root)
	if err != nil {
		return err
	}
	claimed, claimErr := readClaims(root, rows)
	proofs, proofErr := findProofs(root, rows)
	if list {
		printRows(out, rows, proofs)
	}
	printCounts(out, rows, proofs)
	var unproven []error
	for _, id := range claimed {
		if len(proofs[id]) == 0 {
			unproven = append(unproven, fmt.Errorf("%s is claimed in %s but no test proves it", id, claimsFile))
		}
	}
	return errors.Join(claimErr, proofErr, errors.Join(unproven...))
}
