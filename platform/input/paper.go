package input

import (
	"regexp"
	"strings"
	"unicode"
)

// Number is the number of a paper or a code as it is kept: upper case, half width, without blanks.
func Number(s string) string { return strings.ToUpper(Dense(s)) }

// Dense is a text in half width, without blanks.
func Dense(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return HalfWidth(r)
	}, s)
}

// HalfWidth is the ordinary form of a full-width letter, digit or sign; any other character as it is.
func HalfWidth(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

var (
	residentShape   = regexp.MustCompile(`^[0-9]{6}(1[89]|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$`)
	residentWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
)

// Resident is what is wrong with a resident identity number (GB 11643-1999): shape is false when it is no such number at
// all; right is the check character it should have (ISO 7064 MOD 11-2). The area part is not looked up: it may have been
// abolished since.
func Resident(number string) (shape bool, right byte) {
	if !residentShape.MatchString(number) {
		return false, 0
	}
	sum := 0
	for i, w := range residentWeights {
		sum += int(number[i]-'0') * w
	}
	return true, "10X98765432"[sum%11]
}
