package equipment

import (
	"slices"
	"testing"
)

func TestPlates(t *testing.T) {
	for in, want := range map[string]struct {
		plate string
		civil bool
	}{
		"渝A·00017": {"渝A00017", true}, "渝a 0001d": {"渝A0001D", true}, "渝ＡＤ００１７１": {"渝AD00171", true}, "渝A12345D": {"渝A12345D", true},
		"渝A1234挂": {"渝A1234挂", true}, "渝A1234学": {"渝A1234学", true}, "粤Z1234港": {"粤Z1234港", true}, "渝-A.00017": {"渝A00017", true},
		"渝A1234O": {"渝A1234O", false}, "渝I12345": {"渝I12345", false}, "AA12345": {"AA12345", false}, "渝A1234": {"渝A1234", false},
		"渝X1234应急": {"渝X1234应急", false}, "使014578": {"使014578", false}, "": {"", false},
	} {
		if plate, civil := Plate(in); plate != want.plate || civil != want.civil {
			t.Errorf("%s: %s %t, want %+v", in, plate, civil, want)
		}
	}
	if Shown("渝A00017") != "渝A·00017" || Shown("使014578") != "使014578" {
		t.Error("how plates are shown")
	}
}

// A plate with one character more is green and no other is; trailers, learners, the police and plates from Hong Kong and Macao have
// a colour of their own. What is no plate of GA 36 comes in any, and "other" says that it is none of these.
func TestColoursOfPlates(t *testing.T) {
	for plate, want := range map[string][]string{
		"渝A00017": {"blue", "yellow", "black", "white", "blue_white", "other"}, "渝AD1234": {"blue", "yellow", "black", "white", "blue_white", "other"},
		"渝AD00171": {"gradient_green", "other"}, "渝A12345D": {"yellow_green", "other"}, "渝A1234挂": {"yellow", "other"}, "渝A1234学": {"yellow", "other"},
		"渝A1234警": {"white", "other"}, "粤Z1234港": {"black", "other"}, "粤Z1234澳": {"black", "other"}, "使014578": Colours,
	} {
		for _, colour := range Colours {
			if got := suits(plate, colour); got != slices.Contains(want, colour) {
				t.Errorf("%s in %s: %t", plate, colour, got)
			}
		}
	}
}

// The colours of ours and of toll systems are two sets: every one of theirs is one of ours, once.
func TestTollColours(t *testing.T) {
	seen := map[int]string{}
	for _, c := range Colours {
		code, ok := TollCode(c)
		if !ok {
			continue
		}
		if seen[code] != "" {
			t.Errorf("%s and %s are both %d", c, seen[code], code)
		}
		seen[code] = c
	}
	if len(seen) != 7 || seen[0] != "blue" || seen[1] != "yellow" || seen[6] != "blue_white" {
		t.Errorf("%v", seen)
	}
}
