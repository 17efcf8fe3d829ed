package pass

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
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
}

func testKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)) }

func sample() Token {
	at := time.Date(2026, 6, 18, 0, 0, 0, 0, time.UTC)
	return Token{
		Number: "TX-A0001", Plate: "渝A00017", Colour: "blue", Kind: "equipment", OutFrom: at, OutTo: at.Add(58 * time.Hour),
		BackFrom: at.Add(48 * time.Hour), BackTo: at.Add(72 * time.Hour), Destination: "500110", Incident: "SJ-A0001",
	}
}

func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("../../web/src/pass/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	faults := map[string]error{"": nil, "none": ErrNoToken, "version": ErrVersion, "signature": ErrSignature}
	public := testKey().Public().(ed25519.PublicKey)
	for _, c := range v.Cases {
		got, err := Open(c.Code, public)
		if !errors.Is(err, faults[c.Error]) || (err == nil && got != *c.Token) {
			t.Errorf("%s: %+v, %v", c.Name, got, err)
		}
	}
}

func TestCodeOfAPass(t *testing.T) {
	code, err := sample().Sign(testKey())
	if err != nil {
		t.Fatal(err)
	}
	if len(code) > 220 {
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
	f.Add(code)
	f.Add(prefix)
	f.Add(prefix + "A")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Open(s, testKey().Public().(ed25519.PublicKey))
		if err != nil {
			return
		}
		if again, err := got.Sign(testKey()); err != nil || again != string(bytes.TrimSpace([]byte(s))) {
			t.Errorf("%q was read as %+v, which is %q", s, got, again)
		}
	})
}
