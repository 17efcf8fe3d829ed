package input_test

import (
	"slices"
	"testing"

	"lianyuan/platform/input"
)

func TestSought(t *testing.T) {
	for text, want := range map[string]input.Sought{
		"":                  {},
		" ，。 ":              {},
		"綦江 水域队":            {Words: []string{"綦江", "水域队"}, Whole: "綦江水域队"},
		"ｘｑ－Ａ０００１":          {Words: []string{"xq-a0001"}, Whole: "XQ-A0001"},
		"渝A·12345":          {Words: []string{"渝a·12345"}, Whole: "渝A12345"},
		"boat Boat 3号":      {Words: []string{"boat", "3号"}, Whole: "BOATBOAT3号"},
		"a1 b2 c3 d4 e5 f6": {Words: []string{"a1", "b2", "c3", "d4"}, Whole: "A1B2C3D4E5F6"},
	} {
		if got := input.Seek(text); !slices.Equal(got.Words, want.Words) || got.Whole != want.Whole {
			t.Errorf("%q: %q %q, want %q %q", text, got.Words, got.Whole, want.Words, want.Whole)
		}
	}
}

func TestSoughtIn(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{{"水域", true}, {"綦江 水域", true}, {"BOAT", true}, {"ｂｏａｔ 綦江", true}, {"綦江 南川", false}, {"", false}} {
		if got := input.Seek(tt.text).In("綦江水域队", "ＢＯＡＴ 2"); got != tt.want {
			t.Errorf("%q: %t", tt.text, got)
		}
	}
}

func TestSoughtPlate(t *testing.T) {
	for text, want := range map[string]bool{"渝A12345": true, "渝A·12345": true, "a123": true, "45": true, "渝A": true, "渝": false, "A": false, "XQ-A0001": false, "沙溪路": false, "渝A1234警": true} {
		if got := input.Seek(text).Plate(); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
