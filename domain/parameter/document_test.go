package parameter_test

import (
	"regexp"
	"testing"
	"unicode"

	"lianyuan/domain/parameter"
)

// Every source of the catalogue is shown as a document or as a default, in both languages, and never as the id of a row.
func TestSourcesAreNamedAsPeopleKnowThem(t *testing.T) {
	id := regexp.MustCompile(`S\d{3}`)
	word := regexp.MustCompile(`[a-z]{3,}`)
	for _, k := range parameter.Keys() {
		n := parameter.SourceName(k.Source)
		if id.MatchString(n.Zh) || id.MatchString(n.En) {
			t.Errorf("%s: %q, %q name a row", k.Name, n.Zh, n.En)
		}
		if word.MatchString(n.Zh) {
			t.Errorf("%s: %q is not Chinese", k.Name, n.Zh)
		}
		if n.En == "" || unicode.Is(unicode.Han, []rune(n.En)[0]) {
			t.Errorf("%s: %q is not English", k.Name, n.En)
		}
	}
}

func TestSourceName(t *testing.T) {
	for source, want := range map[string]parameter.Name{
		"S004-21":             {"渝减办〔2022〕5号 重庆市社会应急力量现场协调机制实施方案", "Chongqing’s implementation plan of the on-site coordination mechanism, 渝减办〔2022〕5号"},
		"operational default": {"运行默认值", "operational default"},
		"operational default (S004-55 asks for escorts without a figure)": {
			"运行默认值（渝减办〔2022〕5号 重庆市社会应急力量现场协调机制实施方案要求带队引导，未定数字）",
			"operational default (Chongqing’s implementation plan of the on-site coordination mechanism, 渝减办〔2022〕5号 asks for escorts without a figure)",
		},
		"operational default (突发事件应对法 art. 85 asks for an assessment, without a figure)": {
			"运行默认值（突发事件应对法第八十五条要求先行评估，未定天数）", "operational default (Emergency Response Law, article 85, asks for an assessment, without a figure)",
		},
		"渝应急〔2026〕1号": {"渝应急〔2026〕1号", "渝应急〔2026〕1号"}, // as it was typed
	} {
		if got := parameter.SourceName(source); got != want {
			t.Errorf("%q: %+v", source, got)
		}
	}
}
