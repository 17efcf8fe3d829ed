package need

import (
	"slices"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"老 人民小学，３号楼ＢＯＡＴ": "老人民小学3号楼boat",
		"XQ-A0179":       "xqa0179",
		"🚣 \u202e\x00 !": "",
		"𠀀㐀":             "𠀀㐀",
	} {
		if got := fold(text).text; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := strings.Join(fold("老 人民3a").pairs(), " "); got != "老人 人民 民3 3a" {
		t.Error(got)
	}
}

func TestTerms(t *testing.T) {
	for query, want := range map[string]string{"水": "", "水 人": "", "，。": "", "a b": "", "水已 人": "水已 人", " 老-人　3楼 ": "老人 3楼"} {
		var got []string
		for _, f := range terms(query) {
			got = append(got, f.text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

func TestFoundIn(t *testing.T) {
	long := "上午十点从桥头出发，十一点到了老 人民小学，之后手机没电，再联系不上，请派人"
	parts := []part{{"text", long}, {"address", "正街12号"}, {"claim", "猫在阁楼"}, {"name", "闻人听雨"}}
	for query, want := range map[string]Found{
		"人民小学":     {In: "text", Excerpt: "…桥头出发，十一点到了老 人民小学，之后手机没电，再联系不…"},
		"上午":       {In: "text", Excerpt: "上午十点从桥头出发，十一点到…"},
		"正街 人民小学":  {In: "text", Excerpt: "…桥头出发，十一点到了老 人民小学，之后手机没电，再联系不…"},
		"正街12号 人民": {In: "address", Excerpt: "正街12号"},
		"阁楼 桥头":    {In: "text", Excerpt: "上午十点从桥头出发，十一点到了老 人民…"},
		"听雨 老人民小学": {In: "name"},
		"听雨":       {In: "name"},
		"闻人 没有":    {},
	} {
		got, ok := foundIn(parts, terms(query))
		if ok != (want.In != "") || (ok && got != want) {
			t.Errorf("%q: %+v, want %+v", query, got, want)
		}
	}
}

// Whatever is written: every part of a text of two letters or digits or more finds it, and by its pairs.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"老 人民小学", "3号楼ＢＯＡＴ", "XQ-A0179", "a\x00b", "İſK", "\xff", "🚣水上🚣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole := fold(text)
		if len(whole.at) != len([]rune(whole.text)) {
			t.Fatalf("%q: %d characters at %d places", text, len([]rune(whole.text)), len(whole.at))
		}
		have := whole.pairs()
		rs := []rune(text)
		for i := range rs {
			for j := i + 2; j <= min(i+6, len(rs)); j++ {
				query := string(rs[i:j])
				for _, term := range terms(query) {
					for _, p := range term.pairs() {
						if !slices.Contains(have, p) {
							t.Fatalf("%q is not found by %q: %q", text, query, p)
						}
					}
					if excerpt(text, whole, term) == "" {
						t.Fatalf("%q does not hold %q", text, query)
					}
				}
			}
		}
	})
}
