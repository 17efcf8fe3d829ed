package team

import (
	"slices"
	"testing"
	"time"
)

func TestCreditCodes(t *testing.T) {
	for code, want := range map[string]byte{
		"91350200MA2YJ1XR9G": 'G', "91350200776049653A": 'A', "913502000728319549": '9', "52320100MJ000000XK": 'K', "51220000A1B2C3D48K": 'K', "51360727MJD12345XE": 'E',
		// real certificates have these, with another last character than the rule gives
		"91350100M0001TGQXM": '1', "91350211M0000XUF46": 'R', "91350203M0001QAY9B": '9', "91350203M0001FUE2P": 'J',
	} {
		if shape, right := usccCheck(code); !shape || right != want {
			t.Errorf("%s: %t %q, want %q", code, shape, right, want)
		}
	}
	for _, code := range []string{"", "9135020077604965", "91350200776049653AA", "9135020O776049653A", "91350200776049653a", "信用代码信用代码信用"} {
		if shape, _ := usccCheck(code); shape {
			t.Errorf("%s is taken for a credit code", code)
		}
	}
}

func TestPhones(t *testing.T) {
	for in, want := range map[string]string{"138-0000-0001": "13800000001", "+86 138 0000 0001": "13800000001", "86 13800000001": "13800000001", "023-85557733": "02385557733", "１３８００００００01": "13800000001"} {
		if got, ok := phoneOf(in); !ok || got != want {
			t.Errorf("%s: %s %t", in, got, ok)
		}
	}
	for _, in := range []string{"", "12", "一三八", "138000000011234567"} {
		if got, ok := phoneOf(in); ok {
			t.Errorf("%s is taken for the phone %s", in, got)
		}
	}
}

func TestOnlyRegisteredTeamsAreApprovable(t *testing.T) {
	for _, s := range Legals.States {
		if err := (Team{Legal: s.Key}).Approvable(); (err == nil) != (s.Key == "registered") {
			t.Errorf("%s: %v", s.Key, err)
		}
	}
}

func TestInsured(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 6, n, 0, 0, 0, 0, time.UTC) }
	policy := func(from, to int, members ...string) Policy {
		return Policy{From: day(from), To: day(to), Everyone: len(members) == 0, Members: members}
	}
	for name, c := range map[string]struct {
		policies []Policy
		from, to int
		want     []string
	}{
		"none":                 {nil, 2, 5, []string{"a", "b"}},
		"everyone":             {[]Policy{policy(1, 10)}, 2, 5, nil},
		"one by name":          {[]Policy{policy(1, 10, "a")}, 2, 5, []string{"b"}},
		"ends inside":          {[]Policy{policy(1, 4)}, 2, 5, []string{"a", "b"}},
		"ends with it":         {[]Policy{policy(1, 5)}, 2, 5, nil},
		"begins inside":        {[]Policy{policy(3, 9)}, 2, 5, []string{"a", "b"}},
		"one after the other":  {[]Policy{policy(4, 9), policy(1, 4)}, 2, 5, nil},
		"with a gap":           {[]Policy{policy(1, 3), policy(4, 9)}, 2, 5, []string{"a", "b"}},
		"each by another":      {[]Policy{policy(1, 9, "a"), policy(1, 4, "b"), policy(3, 9, "b")}, 2, 5, nil},
		"a moment, covered":    {[]Policy{policy(1, 5)}, 4, 4, nil},
		"a moment at the end":  {[]Policy{policy(1, 5)}, 5, 5, []string{"a", "b"}},
		"a moment at the very": {[]Policy{policy(5, 6)}, 5, 5, nil},
	} {
		if got := Insured(c.policies, []string{"a", "b"}, day(c.from), day(c.to)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	if got := words([]string{"方舟 ＡＲk"}); !slices.Equal(got, []string{"a", "ar", "k", "r", "rk", "方", "方舟", "舟", "舟a"}) {
		t.Errorf("%q", got)
	}
	if got := grams("救援队"); !slices.Equal(got, []string{"救援", "援队"}) {
		t.Errorf("%q", got)
	}
}

func TestEveryPostHasAWord(t *testing.T) {
	for _, key := range Posts {
		if w := PostWords[key]; w[0] == "" || w[1] == "" {
			t.Errorf("%s has no word", key)
		}
	}
	if len(PostWords) != len(Posts) {
		t.Errorf("%d words for %d posts", len(PostWords), len(Posts))
	}
}
