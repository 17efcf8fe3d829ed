package input

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"lianyuan/platform/fault"
)

func TestCheckNamesEveryWrongField(t *testing.T) {
	var c Check
	name, text, how := "  一\u202e 号\x00\n楼 ", "第一行\n第二行 ", "rumour"
	c.Line(&name, "name", 10, true)
	c.Text(&text, "text", 10, false)
	if name != "一 号 楼" || text != "第一行\n第二行" || c.Err() != nil {
		t.Fatalf("tidied to %q and %q: %v", name, text, c.Err())
	}
	empty, long := "", strings.Repeat("长", 11)
	c.Line(&empty, "name", 10, true)
	c.Text(&long, "text", 10, false)
	c.One(how, "how", "paper", "phone")
	c.Bad(false, "never", "x", "x", "x")
	var f *fault.Error
	if !errors.As(c.Err(), &f) || len(f.Fields) != 3 || f.Fields[0].Location != "body.name" || f.Fields[1].Code != "too_long" || f.Fields[2].Location != "body.how" {
		t.Fatalf("found %+v", f)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\u202eb\x00c\n\td\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\x1b\x7f\u202e\u2066\ufeff") || Clean(got) != got {
			t.Errorf("%q became %q", s, got)
		}
	})
}
