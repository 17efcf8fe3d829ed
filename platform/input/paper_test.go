package input

import "testing"

func TestResidentNumbers(t *testing.T) {
	for _, number := range []string{"34052419800101001X", "11010519491231002X", "440524188001010014"} {
		if shape, right := Resident(number); !shape || right != number[17] {
			t.Errorf("%s: %t %q", number, shape, right)
		}
	}
	for _, number := range []string{"", "340524800101001", "34052419801301001X", "34052419800132001X", "34052419800101001Y", "3405241980010100１X"} {
		if shape, _ := Resident(number); shape {
			t.Errorf("%s is taken for a resident number", number)
		}
	}
}

// However a number or a name is typed, it is one.
func TestWidthAndBlanksDoNotTellApart(t *testing.T) {
	for given, want := range map[string]string{"应急 ［２０２６］ 3号": "应急[2026]3号", "\u3000ａ～！z\t": "A~!Z", "《令》、·": "《令》、·", "": ""} {
		if got := Number(given); got != want {
			t.Errorf("%q is %q, want %q", given, got, want)
		}
	}
}
