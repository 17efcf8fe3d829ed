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
}

// The layout of a code: prefix, then base45 (RFC 9285) of
//
//	1 byte  version of the layout
//	1 byte  algorithm of the signature: 1 Ed25519 (2 is kept for SM2)
//	8 bytes id of the key: the first bytes of the SHA-256 of the public key
//	number, plate, destination, incident: each one byte of length and UTF-8
//	1 byte  colour, 1 byte kind, as they stand in Colours and VehicleKinds
//	4 × 4 bytes outbound from and to, return from and to: seconds since 1970, UTC, big endian
//	64 bytes signature of domain ∥ everything before it
//
// Base45 uses the letters of the dense mode of QR codes only; no code begins or ends with a blank.
const (
	prefix     = "LYTX:"
	layout     = 1
	ed25519Alg = 1
	keyIDLen   = 8
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

// Sign is the code of a token.
func (t Token) Sign(private ed25519.PrivateKey) (string, error) {
	b, err := t.pack(KeyID(private.Public().(ed25519.PublicKey))) //nolint:forcetypeassert // of an Ed25519 key it is one
	if err != nil {
		return "", err
	}
	return prefix + base45(append(b, ed25519.Sign(private, append([]byte(tokenDomain), b...))...)), nil
}

func (t Token) pack(key [keyIDLen]byte) ([]byte, error) {
	colour, kind := slices.Index(equipment.Colours, t.Colour), slices.Index(equipment.VehicleKinds, t.Kind)
	if colour < 0 || kind < 0 {
		return nil, ErrNoToken
	}
	b := append([]byte{layout, ed25519Alg}, key[:]...)
	for _, s := range []string{t.Number, t.Plate, t.Destination, t.Incident} {
		if s == "" || len(s) > 48 || !utf8.ValidString(s) {
			return nil, ErrNoToken
		}
		b = append(append(b, byte(len(s))), s...) //nolint:gosec // bounded above
	}
	b = append(b, byte(colour), byte(kind)) //nolint:gosec // places in short lists
	for _, at := range []time.Time{t.OutFrom, t.OutTo, t.BackFrom, t.BackTo} {
		if at.Unix() < 0 || at.Unix() > 1<<32-1 {
			return nil, ErrNoToken
		}
		b = binary.BigEndian.AppendUint32(b, uint32(at.Unix())) //nolint:gosec // bounded above
	}
	return b, nil
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
	if raw[0] != layout || raw[1] != ed25519Alg {
		return Token{}, ErrVersion
	}
	said, signature := raw[:len(raw)-ed25519.SignatureSize], raw[len(raw)-ed25519.SignatureSize:]
	named := [keyIDLen]byte(raw[2 : 2+keyIDLen])
	i := slices.IndexFunc(keys, func(k ed25519.PublicKey) bool { return KeyID(k) == named })
	if i < 0 || !ed25519.Verify(keys[i], append([]byte(tokenDomain), said...), signature) {
		return Token{}, ErrSignature
	}
	return unpack(said[2+keyIDLen:])
}

// signedWith is the id of the key that a code names, in hexadecimal; "" when it is no code.
func signedWith(code string) string {
	raw, ok := unbase45(strings.TrimPrefix(code, prefix))
	if !ok || len(raw) < 2+keyIDLen {
		return ""
	}
	return hex.EncodeToString(raw[2 : 2+keyIDLen])
}

func unpack(b []byte) (t Token, err error) {
	for _, s := range []*string{&t.Number, &t.Plate, &t.Destination, &t.Incident} {
		if len(b) < 1 || int(b[0]) > 48 || len(b) < 1+int(b[0]) || b[0] == 0 {
			return Token{}, ErrNoToken
		}
		*s = string(b[1 : 1+int(b[0])])
		if !utf8.ValidString(*s) {
			return Token{}, ErrNoToken
		}
		b = b[1+int(b[0]):]
	}
	if len(b) != 2+4*4 || int(b[0]) >= len(equipment.Colours) || int(b[1]) >= len(equipment.VehicleKinds) {
		return Token{}, ErrNoToken
	}
	t.Colour, t.Kind = equipment.Colours[b[0]], equipment.VehicleKinds[b[1]]
	for i, at := range []*time.Time{&t.OutFrom, &t.OutTo, &t.BackFrom, &t.BackTo} {
		*at = time.Unix(int64(binary.BigEndian.Uint32(b[2+4*i:])), 0).UTC()
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
