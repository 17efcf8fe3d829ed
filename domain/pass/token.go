package pass

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/equipment"
)

// Token is what the code of a pass says to a gate that has no network. Whether tolls are waived is no part of it: that
// changes without the code being printed anew.
type Token struct {
	Number      string // TX-…
	Plate       string // as equipment.Plate keeps it
	Colour      string // of equipment.Colours: a plate counts only with its colour
	Kind        string // of equipment.VehicleKinds
	OutFrom     time.Time
	OutTo       time.Time
	BackFrom    time.Time
	BackTo      time.Time
	Destination string // code of the division it goes to
	Incident    string // number of the incident, SJ-…
	To          string // name of the destination, so that a gate elsewhere can say it; "" in layout 1
	Issuer      string // in whose name it is issued; "" in layout 1
	Drill       bool   // issued in a drill: valid where the drill is held and nowhere else; layout 1 did not say it
}

// The layout of a code: prefix, then base45 (RFC 9285) of
//
//	1 byte  version of the layout
//	1 byte  algorithm of the signature: 1 Ed25519 (2 is kept for SM2)
//	8 bytes id of the key: the first bytes of the SHA-256 of the public key
//	number, plate, destination, incident: each one byte of length and UTF-8
//	layout 2: name of the destination, issuer: likewise
//	1 byte  colour, 1 byte kind, as they stand in Colours and VehicleKinds
//	layout 2: 1 byte of flags: 1 drill
//	4 × 4 bytes outbound from and to, return from and to: seconds since 1970, UTC, big endian
//	64 bytes signature of domain ∥ everything before it
//
// Base45 uses the letters of the dense mode of QR codes only; no code begins or ends with a blank.
const (
	prefix     = "LYTX:"
	layout     = 2 // of new codes; codes of layout 1 are read as long as they are in force
	ed25519Alg = 1
	keyIDLen   = 8
	drillFlag  = 1
	maxWord    = 48 // bytes
	maxName    = 96 // bytes of a name that people read
	// tokenDomain keeps a signature of a code from being one of anything else.
	tokenDomain = "lianyuan pass\x00"
	listDomain  = "lianyuan gate list\x00"
)

// The ways in which a code can be none.
var (
	ErrNoToken   = errors.New("pass: not a code of a pass")
	ErrVersion   = errors.New("pass: a code of another version")
	ErrSignature = errors.New("pass: the signature does not fit")
)

// KeyID names a public key in codes and lists.
func KeyID(public ed25519.PublicKey) [keyIDLen]byte {
	sum := sha256.Sum256(public)
	return [keyIDLen]byte(sum[:keyIDLen])
}

// nameOf is that id as papers print it.
func nameOf(public ed25519.PublicKey) string {
	key := KeyID(public)
	return hex.EncodeToString(key[:])
}

// Sign is the code of a token.
func (t Token) Sign(private ed25519.PrivateKey) (string, error) { return t.sign(private, layout) }

func (t Token) sign(private ed25519.PrivateKey, as byte) (string, error) {
	b, err := t.pack(KeyID(private.Public().(ed25519.PublicKey)), as) //nolint:forcetypeassert // of an Ed25519 key it is one
	if err != nil {
		return "", err
	}
	return prefix + base45(append(b, ed25519.Sign(private, append([]byte(tokenDomain), b...))...)), nil
}

// said is a text of a token, and how many bytes it may have.
type said struct {
	text *string
	most int
}

// said are the texts of a layout in their order.
func (t *Token) said(as byte) []said {
	list := []said{{&t.Number, maxWord}, {&t.Plate, maxWord}, {&t.Destination, maxWord}, {&t.Incident, maxWord}}
	if as > 1 {
		list = append(list, said{&t.To, maxName}, said{&t.Issuer, maxName})
	}
	return list
}

func (t Token) pack(key [keyIDLen]byte, as byte) ([]byte, error) {
	colour, kind := slices.Index(equipment.Colours, t.Colour), slices.Index(equipment.VehicleKinds, t.Kind)
	if colour < 0 || kind < 0 {
		return nil, ErrNoToken
	}
	b := append([]byte{as, ed25519Alg}, key[:]...)
	for _, s := range t.said(as) {
		if *s.text == "" || len(*s.text) > s.most || !utf8.ValidString(*s.text) {
			return nil, ErrNoToken
		}
		b = append(append(b, byte(len(*s.text))), *s.text...) //nolint:gosec // bounded above
	}
	b = append(b, byte(colour), byte(kind)) //nolint:gosec // places in short lists
	if as > 1 {
		flags := byte(0)
		if t.Drill {
			flags = drillFlag
		}
		b = append(b, flags)
	}
	for _, at := range []time.Time{t.OutFrom, t.OutTo, t.BackFrom, t.BackTo} {
		if at.Unix() < 0 || at.Unix() > 1<<32-1 {
			return nil, ErrNoToken
		}
		b = binary.BigEndian.AppendUint32(b, uint32(at.Unix())) //nolint:gosec // bounded above
	}
	return b, nil
}

// nameInCode is a name that people read, cut where a code has no more room for it.
func nameInCode(s string) string {
	if len(s) <= maxName {
		return s
	}
	short := ""
	for _, r := range s {
		if len(short)+utf8.RuneLen(r)+len("…") > maxName {
			break
		}
		short += string(r)
	}
	return short + "…"
}

// Open reads a code and checks it against the keys known. With ErrSignature or ErrVersion nothing of it may be believed.
func Open(code string, keys ...ed25519.PublicKey) (Token, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(code), prefix)
	if !ok {
		return Token{}, ErrNoToken
	}
	raw, ok := unbase45(rest)
	if !ok || len(raw) < 2+keyIDLen+ed25519.SignatureSize {
		return Token{}, ErrNoToken
	}
	if raw[0] < 1 || raw[0] > layout || raw[1] != ed25519Alg {
		return Token{}, ErrVersion
	}
	said, signature := raw[:len(raw)-ed25519.SignatureSize], raw[len(raw)-ed25519.SignatureSize:]
	named := [keyIDLen]byte(raw[2 : 2+keyIDLen])
	i := slices.IndexFunc(keys, func(k ed25519.PublicKey) bool { return KeyID(k) == named })
	if i < 0 || !ed25519.Verify(keys[i], append([]byte(tokenDomain), said...), signature) {
		return Token{}, ErrSignature
	}
	return unpack(said[2+keyIDLen:], raw[0])
}

// signedWith is the id of the key that a code names, in hexadecimal; "" when it is no code.
func signedWith(code string) string {
	raw, ok := unbase45(strings.TrimPrefix(code, prefix))
	if !ok || len(raw) < 2+keyIDLen {
		return ""
	}
	return hex.EncodeToString(raw[2 : 2+keyIDLen])
}

func unpack(b []byte, as byte) (t Token, err error) {
	for _, s := range t.said(as) {
		if len(b) < 1 || int(b[0]) > s.most || len(b) < 1+int(b[0]) || b[0] == 0 {
			return Token{}, ErrNoToken
		}
		*s.text = string(b[1 : 1+int(b[0])])
		if !utf8.ValidString(*s.text) {
			return Token{}, ErrNoToken
		}
		b = b[1+int(b[0]):]
	}
	if len(b) < 2 || int(b[0]) >= len(equipment.Colours) || int(b[1]) >= len(equipment.VehicleKinds) {
		return Token{}, ErrNoToken
	}
	t.Colour, t.Kind, b = equipment.Colours[b[0]], equipment.VehicleKinds[b[1]], b[2:]
	if as > 1 {
		if len(b) < 1 || b[0] > drillFlag {
			return Token{}, ErrNoToken
		}
		t.Drill, b = b[0] == drillFlag, b[1:]
	}
	if len(b) != 4*4 {
		return Token{}, ErrNoToken
	}
	for i, at := range []*time.Time{&t.OutFrom, &t.OutTo, &t.BackFrom, &t.BackTo} {
		*at = time.Unix(int64(binary.BigEndian.Uint32(b[4*i:])), 0).UTC()
	}
	return t, nil
}

const letters45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func base45(b []byte) string {
	var out strings.Builder
	for ; len(b) >= 2; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out.WriteByte(letters45[n%45])
		out.WriteByte(letters45[n/45%45])
		out.WriteByte(letters45[n/45/45])
	}
	if len(b) == 1 {
		out.WriteByte(letters45[b[0]%45])
		out.WriteByte(letters45[b[0]/45])
	}
	return out.String()
}

func unbase45(s string) ([]byte, bool) {
	if len(s)%3 == 1 {
		return nil, false
	}
	var out []byte
	for ; s != ""; s = s[min(3, len(s)):] {
		n := 0
		for i, unit := 0, 1; i < min(3, len(s)); i, unit = i+1, unit*45 {
			v := strings.IndexByte(letters45, s[i])
			if v < 0 {
				return nil, false
			}
			n += v * unit
		}
		switch {
		case len(s) >= 3 && n <= 0xffff:
			out = append(out, byte(n>>8), byte(n))
		case len(s) == 2 && n <= 0xff:
			out = append(out, byte(n))
		default:
			return nil, false
		}
	}
	return out, true
}
