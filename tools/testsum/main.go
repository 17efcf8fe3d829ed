// Command testsum keeps the output of test runs short and their result honest.
//
//	go test -json ./... | testsum go -o build/results/go.json
//	testsum total build/results
//
// The first prints what failed or was skipped and writes the counts to a file; the second adds up the files of
// all runners (its own, vitest's and Playwright's JSON) and ends with "N passed, N failed". A skipped test fails
// both, because a test that lacks its tool proves nothing; -allow-skip is for quick runs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: testsum go [-o FILE] [-allow-skip] | testsum total DIR")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	file := flags.String("o", "", "write the counts to this file")
	allow := flags.Bool("allow-skip", false, "let skipped tests pass")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "go":
		sum, err := readGo(os.Stdin, os.Stdout)
		if err != nil {
			return err
		}
		if *file != "" {
			if err := sum.write(*file); err != nil {
				return err
			}
		}
		fmt.Println(sum)
		return sum.verdict(*allow)
	case "total":
		sum, err := total(flags.Arg(0), os.Stdout)
		if err != nil {
			return err
		}
		fmt.Println(sum)
		return sum.verdict(*allow)
	}
	return fmt.Errorf("no command %q", args[0])
}
