package need

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

func TestPieces(t *testing.T) {
	for text, want := range map[string]string{
		"":               "",
		"被困":             "被困 困",
		"被困老人":           "被困 困老 老人 人",
		"3号楼ＢＯＡＴ已到":      "3 号楼 楼 boat 已到 到",
		"XQ-A0179，断 水":   "xq a0179 断 水",
		"🚣 \u202e\x00 !": "",
		"𠀀㐀":             "𠀀㐀 㐀",
	} {
		if got := strings.Join(pieces(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAsked(t *testing.T) {
	for query, want := range map[string]string{
		"被困":    `("被困")`,
		"困":     `("困"*)`,
		"被困老人":  `("被困") AND ("困老") AND ("老人")`,
		"3号楼":   `("3"*) AND ("号楼")`,
		`a" OR`: `("a"*) AND ("or"*)`,
	} {
		if got := asked(query).text(db.SQLite); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	if got := asked("被困 a").text(db.Postgres); got != `('被困') & ('a':*)` {
		t.Error(got)
	}
}

// Whatever is written: pieces hold letters and digits only, so that neither engine reads more into them; every text is
// found by itself and by any two Chinese neighbours in it.
func FuzzPieces(f *testing.F) {
	for _, s := range []string{"被困老人", "3号楼ＢＯＡＴ", "XQ-A0179", `"'*():&|!`, "·a50x", "a\x00b", "İſK", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		have := pieces(text)
		for _, p := range have {
			if p == "" || strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				t.Fatalf("%q gives %q", text, p)
			}
		}
		found := func(query string) {
			for _, g := range asked(query) {
				word, beginning := strings.CutSuffix(g[0], "*")
				if !slices.ContainsFunc(have, func(p string) bool { return p == word || (beginning && strings.HasPrefix(p, word)) }) {
					t.Fatalf("%q is not found by %q: %q in %q", text, query, g, have)
				}
			}
		}
		found(text)
		chinese := func(r rune) bool { return unicode.ToLower(input.HalfWidth(r)) > unicode.MaxASCII }
		rs := []rune(text)
		for i := range len(rs) - 1 {
			if chinese(rs[i]) && chinese(rs[i+1]) {
				found(string(rs[i : i+2]))
			}
		}
	})
}
