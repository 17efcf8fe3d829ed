package pass

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// vectors are shared with the gate page, which reads the same codes (web/src/pass/vectors.json).
type vectors struct {
	Public string `json:"public"` // hex
	Key    string `json:"key"`    // hex, the id in the code
	Cases  []struct {
		Name  string `json:"name"`
		Code  string `json:"code"`
		Error string `json:"error"`
		Token *Token `json:"token"`
	} `json:"cases"`
	Windows struct {
		OutFrom, OutTo, BackFrom, BackTo time.Time
		Cases                            []struct {
			Direction string    `json:"direction"`
			At        time.Time `json:"at"`
			Why       string    `json:"why"`
		} `json:"cases"`
	} `json:"windows"`
}

func testKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)) }

func sample() Token {
	at := time.Date(2026, 6, 18, 0, 0, 0, 0, time.UTC)
	return Token{
		Number: "TX-A0001", Plate: "渝A00017", Colour: "blue", Kind: "equipment", OutFrom: at, OutTo: at.Add(58 * time.Hour),
		BackFrom: at.Add(48 * time.Hour), BackTo: at.Add(72 * time.Hour), Destination: "500110", Incident: "SJ-A0001",
		To: "重庆市綦江区", Issuer: "重庆市抗洪抢险应急救援指挥部",
	}
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	raw, err := os.ReadFile("../../web/src/pass/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Codes of every layout are read as long as passes with them are in force.
func TestVectors(t *testing.T) {
	v := readVectors(t)
	faults := map[string]error{"": nil, "none": ErrNoToken, "version": ErrVersion, "signature": ErrSignature}
	public := testKey().Public().(ed25519.PublicKey)
	for _, c := range v.Cases {
		got, err := Open(c.Code, public)
		if !errors.Is(err, faults[c.Error]) || (err == nil && got != *c.Token) {
			t.Errorf("%s: %+v, %v", c.Name, got, err)
		}
	}
}

// Each direction has a window of its own; between them nobody goes in or out.
func TestWindows(t *testing.T) {
	w := readVectors(t).Windows
	p := Pass{OutFrom: w.OutFrom, OutTo: w.OutTo, BackFrom: w.BackFrom, BackTo: w.BackTo}
	if len(w.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range w.Cases {
		if got := p.Due(c.Direction, c.At); got != c.Why {
			t.Errorf("%s at %s: %s, want %s", c.Direction, c.At, got, c.Why)
		}
	}
}

// A name that a code has no room for is cut between characters.
func TestLongNamesInACode(t *testing.T) {
	long := sample()
	long.Issuer = nameInCode(strings.Repeat("抗洪", 30))
	code, err := long.Sign(testKey())
	if err != nil || !strings.HasSuffix(long.Issuer, "抗…") || len(long.Issuer) > maxName {
		t.Fatalf("%q: %v", long.Issuer, err)
	}
	if got, err := Open(code, testKey().Public().(ed25519.PublicKey)); err != nil || got != long {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCodeOfAPass(t *testing.T) {
	code, err := sample().Sign(testKey())
	if err != nil {
		t.Fatal(err)
	}
	if len(code) > 300 {
		t.Errorf("a code has %d letters", len(code))
	}
	if got, err := Open(" "+code+"\n", testKey().Public().(ed25519.PublicKey)); err != nil || got != sample() {
		t.Errorf("read back: %+v, %v", got, err)
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32)).Public().(ed25519.PublicKey)
	if _, err := Open(code, other); !errors.Is(err, ErrSignature) {
		t.Errorf("under another key: %v", err)
	}
	for _, bad := range []Token{{}, {Number: "TX-A0001"}} {
		if _, err := bad.Sign(testKey()); !errors.Is(err, ErrNoToken) {
			t.Errorf("%+v was signed: %v", bad, err)
		}
	}
}

// Whatever a camera reads, a code is taken only if it is, letter by letter, one that was signed.
func FuzzOpen(f *testing.F) {
	code, err := sample().Sign(testKey())
	if err != nil {
		f.Fatal(err)
	}
	old, err := sample().sign(testKey(), 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(code)
	f.Add(old)
	f.Add(prefix)
	f.Add(prefix + "A")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Open(s, testKey().Public().(ed25519.PublicKey))
		if err != nil {
			return
		}
		raw, _ := unbase45(strings.TrimPrefix(strings.TrimSpace(s), prefix))
		if again, err := got.sign(testKey(), raw[0]); err != nil || again != string(bytes.TrimSpace([]byte(s))) {
			t.Errorf("%q was read as %+v, which is %q", s, got, again)
		}
	})
}
