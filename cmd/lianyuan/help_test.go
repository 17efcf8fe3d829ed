package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Whoever asks for help reads it in Chinese first and in English below: of every command and every flag that is offered, and of
// none that is hidden or no more.
func TestHelpIsSaidInBothLanguages(t *testing.T) {
	asked := func(line ...string) string {
		var out bytes.Buffer
		k, err := kong.New(&cli{}, kong.Name("lianyuan"), kong.Vars{"version": "test"}, kong.BindTo(t.Context(), (*context.Context)(nil)), kong.Writers(&out, io.Discard), kong.Help(help), kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = k.Parse(append(line, "--help"))
		return out.String()
	}
	k, err := kong.New(&cli{}, kong.Vars{"version": "test"}, kong.BindTo(t.Context(), (*context.Context)(nil)), kong.BindTo(io.Discard, (*io.Writer)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	said := func(text, in, form, english string) {
		used[english] = true
		zh := inChinese[english]
		if zh == "" || !strings.Contains(text, zh) || !strings.Contains(text, form) || strings.Index(text, zh) > strings.Index(text, "Usage:") {
			t.Errorf("%s says nothing in Chinese of %s: %q", in, form, english)
		}
	}
	whole := asked()
	for _, c := range k.Model.Children {
		said(whole, "lianyuan --help", c.Name, c.Help)
		text := asked(c.Name)
		for _, group := range c.AllFlags(true) {
			for _, f := range group {
				said(text, c.Name+" --help", "--"+f.Name, f.Help)
			}
		}
	}
	for english := range inChinese {
		if !used[english] {
			t.Errorf("no command and no flag says %q", english)
		}
	}
}
