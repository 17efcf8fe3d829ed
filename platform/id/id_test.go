package id

import (
	"testing"

	"pgregory.net/rapid"
)

func TestReceiptSurvivesHowPeopleType(t *testing.T) {
	r := receiptOf(0x7E3A1B2C4D5E6F0 & (1<<60 - 1))
	for _, typed := range []string{r.String(), string(r), " " + string(r[:6]) + "  " + string(r[6:])} {
		got, err := ParseReceipt(typed)
		if err != nil || got != r {
			t.Errorf("ParseReceipt(%q) = %q, %v", typed, got, err)
		}
	}
}

func TestReceiptCheckFindsOneWrongCharacterAndSwaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := receiptOf(rapid.Uint64Range(0, 1<<60-1).Draw(t, "bits"))
		if got, err := ParseReceipt(r.String()); err != nil || got != r {
			t.Fatalf("round trip of %s: %s, %v", r, got, err)
		}
		at := rapid.IntRange(0, 11).Draw(t, "at")
		wrong := []byte(r)
		wrong[at] = alphabet[rapid.IntRange(0, 31).Draw(t, "to")]
		zeroZ := (wrong[at] == '0' || wrong[at] == 'Z') && (r[at] == '0' || r[at] == 'Z')
		if string(wrong) != string(r) && !zeroZ {
			if _, err := ParseReceipt(string(wrong)); err == nil {
				t.Fatalf("%s for %s was accepted", wrong, r)
			}
		}
		if at < 11 {
			swapped := []byte(r)
			swapped[at], swapped[at+1] = swapped[at+1], swapped[at]
			same := swapped[at] == swapped[at+1] || (swapped[at] == '0' && swapped[at+1] == 'Z') || (swapped[at] == 'Z' && swapped[at+1] == '0')
			if _, err := ParseReceipt(string(swapped)); err == nil && !same {
				t.Fatalf("swap %s for %s was accepted", swapped, r)
			}
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("7K3M-92QX-4T8W-5")
	f.Add("　")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseReceipt(s)
		if err == nil {
			if again, err := ParseReceipt(r.String()); err != nil || again != r {
				t.Fatalf("%q parsed to %q, which does not parse to itself", s, r)
			}
		}
	})
}

func TestParseRefusesWhatIsNoID(t *testing.T) {
	for _, bad := range []string{"", "x", "urn:uuid:01890000-0000-7000-8000-000000000000", "{01890000-0000-7000-8000-000000000000}"} {
		if _, err := Parse(bad, "body.id"); err == nil {
			t.Errorf("Parse(%q) accepted", bad)
		}
	}
	if _, err := Parse(New(), "body.id"); err != nil {
		t.Error(err)
	}
}
