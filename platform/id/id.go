// Package id makes and reads the identifiers of the system.
//
// A record's id is a UUIDv7, made by whoever creates the record, also by a phone without signal: the same id twice is
// one record. A receipt code is what a person who asked for help keeps: 60 random bits and a check character.
package id

import (
	"encoding/binary"
	"strings"

	"github.com/google/uuid"

	"lianyuan/platform/fault"
)

// New is a fresh UUIDv7.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// From is the id that follows from a keyed hash of at least 16 bytes: the same whenever it is asked for.
func From(hash []byte) string {
	u := uuid.UUID(hash[:16])
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80 // version 8, made as its maker says
	return u.String()
}

// Parse accepts a UUID of any version in its canonical form and returns it in lower case; field names the input in the
// error (kind Invalid, code id_invalid).
func Parse(s, field string) (string, error) {
	u, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return "", fault.InvalidField(field, "id_invalid", "编号格式不正确", "not a valid id")
	}
	return u.String(), nil
}

// alphabet is Crockford's base32: no I, L, O, U, so that a code read over a bad line survives.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Receipt is a receipt code in its plain form: 12 characters of 5 random bits and one check character.
type Receipt string

// ReceiptFrom makes the code of the first 60 bits of an unguessable value of at least 8 bytes, a keyed hash.
func ReceiptFrom(unguessable []byte) Receipt {
	return receiptOf(binary.BigEndian.Uint64(unguessable) >> 4)
}

func receiptOf(bits uint64) Receipt {
	var c [13]byte
	for i := 11; i >= 0; i-- {
		c[i] = alphabet[bits&31]
		bits >>= 5
	}
	c[12] = check(c[:12])
	return Receipt(c[:])
}

// check is a weighted sum modulo the prime 31: it finds every single wrong character and every
// swap of neighbours, except 0 for Z (both 0 modulo 31), which no one confuses by ear or eye.
func check(body []byte) byte {
	sum := 0
	for i, ch := range body {
		sum += (i + 2) * strings.IndexByte(alphabet, ch)
	}
	return alphabet[sum%31]
}

// ParseReceipt reads a code as people type it: lower case, blanks, dashes, O for 0, I and L for 1.
// A code of the wrong length or with a wrong check character is Invalid with code receipt_invalid.
func ParseReceipt(s string) (Receipt, error) {
	bad := fault.InvalidField("body.receipt", "receipt_invalid", "回执码有误，请核对", "this receipt code is not right")
	if len(s) > 64 {
		return "", bad
	}
	c := make([]byte, 0, 13)
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '-', '－', '—', '\u3000', '\t':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 127 || strings.IndexByte(alphabet, byte(r)) < 0 || len(c) == 13 {
			return "", bad
		}
		c = append(c, byte(r))
	}
	if len(c) != 13 || check(c[:12]) != c[12] {
		return "", bad
	}
	return Receipt(c), nil
}

// String is the code as it is shown: 7K3M-92QX-4T8W-5.
func (r Receipt) String() string {
	if len(r) != 13 {
		return string(r)
	}
	return string(r[:4] + "-" + r[4:8] + "-" + r[8:12] + "-" + r[12:])
}
