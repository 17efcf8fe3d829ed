package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadGo(t *testing.T) {
	tests := []struct {
		name   string
		events string
		want   counts
		say    string
	}{
		{"passing tests are silent", `{"Action":"output","Package":"p","Test":"T","Output":"hush\n"}
{"Action":"pass","Package":"p","Test":"T"}
{"Action":"pass","Package":"p","Elapsed":1}`, counts{Passed: 1}, ""},
		{"a failure shows its output", `{"Action":"output","Package":"p","Test":"T","Output":"x_test.go:1: wrong\n"}
{"Action":"fail","Package":"p","Test":"T"}
{"Action":"fail","Package":"p"}`, counts{Failed: 1}, "wrong"},
		{"a skip is counted and shown", `{"Action":"output","Package":"p","Test":"T","Output":"no database\n"}
{"Action":"skip","Package":"p","Test":"T"}
{"Action":"pass","Package":"p"}`, counts{Skipped: 1}, "no database"},
		{"a package without tests is no skip", `{"Action":"skip","Package":"p"}`, counts{}, ""},
		{"what does not build is one failure", `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: undefined\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"fail","Package":"p"}`, counts{Failed: 1}, "undefined"},
		{"a panic shows where", `{"Action":"output","Package":"p","Test":"T","Output":"panic: oh\n"}
{"Action":"fail","Package":"p"}`, counts{Failed: 1}, "panic: oh"},
		{"other lines pass through", "go: downloading x", counts{}, "go: downloading x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			got, err := readGo(strings.NewReader(tt.events), &out)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("counts are %v, want %v", got, tt.want)
			}
			if !strings.Contains(out.String(), tt.say) || (tt.say == "" && out.Len() > 0) {
				t.Errorf("output is %q, want %q", out.String(), tt.say)
			}
		})
	}
}

func TestTotal(t *testing.T) {
	dir := t.TempDir()
	if _, err := total(dir, &strings.Builder{}); err == nil {
		t.Error("an empty folder must be an error")
	}
	for name, text := range map[string]string{
		"go.json":     `{"Passed":5,"Failed":0,"Skipped":1}`,
		"vitest.json": `{"numPassedTests":3,"numFailedTests":0,"numPendingTests":0,"numTodoTests":1,"numFailedTestSuites":1}`,
		"pages.json":  `{"stats":{"expected":2,"unexpected":1,"flaky":1,"skipped":0},"errors":[]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := total(dir, &strings.Builder{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (counts{Passed: 10, Failed: 3, Skipped: 2}); got != want {
		t.Errorf("total is %v, want %v", got, want)
	}
}

func TestVerdict(t *testing.T) {
	tests := []struct {
		counts counts
		allow  bool
		ok     bool
	}{
		{counts{Passed: 1}, false, true},
		{counts{Passed: 1, Skipped: 1}, false, false},
		{counts{Passed: 1, Skipped: 1}, true, true},
		{counts{Passed: 1, Failed: 1}, true, false},
		{counts{}, false, false},
		{counts{}, true, true},
	}
	for _, tt := range tests {
		if err := tt.counts.verdict(tt.allow); (err == nil) != tt.ok {
			t.Errorf("%v, allow %v: %v", tt.counts, tt.allow, err)
		}
	}
}
