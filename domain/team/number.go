package team

import (
	"regexp"
	"strings"
)

const (
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100-2015: no I, O, S, V, Z
	usccLength   = 18
)

var usccWeights = [usccLength - 1]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// usccCheck is what is wrong with a unified social credit code in upper case: shape is false when length or alphabet are
// not those of GB 32100-2015; right is the check character that it should have. Certificates with another check
// character exist, so that a wrong one is a warning and not a refusal.
func usccCheck(code string) (shape bool, right byte) {
	if len(code) != usccLength {
		return false, 0
	}
	sum := 0
	for i := range usccLength {
		v := strings.IndexByte(usccAlphabet, code[i])
		if v < 0 {
			return false, 0
		}
		if i < len(usccWeights) {
			sum += v * usccWeights[i]
		}
	}
	return true, usccAlphabet[(31-sum%31)%31]
}

var (
	residentShape   = regexp.MustCompile(`^[0-9]{6}(1[89]|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$`)
	residentWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
)

// residentCheck is what is wrong with a resident identity number (GB 11643-1999): shape is false when it is no such
// number at all; right is the check character it should have (ISO 7064 MOD 11-2). The area part is not looked up: it may
// have been abolished since.
func residentCheck(number string) (shape bool, right byte) {
	if !residentShape.MatchString(number) {
		return false, 0
	}
	sum := 0
	for i, w := range residentWeights {
		sum += int(number[i]-'0') * w
	}
	return true, "10X98765432"[sum%11]
}

var (
	mobile   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landline = regexp.MustCompile(`^0[0-9]{2,3}[0-9]{7,8}$`)
	foreign  = regexp.MustCompile(`^\+?[0-9]{6,15}$`) // other countries and satellite phones
)

// Phone is phoneOf for contexts that know people by their number.
func Phone(s string) (string, bool) { return phoneOf(s) }

// phoneOf is a phone number without the ways of writing it; false when it is none.
func phoneOf(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", "-", "", "－", "", "(", "", ")", "").Replace(fold(s))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "0086")
	if rest, ok := strings.CutPrefix(s, "86"); ok && mobile.MatchString(rest) {
		s = rest
	}
	return s, mobile.MatchString(s) || landline.MatchString(s) || foreign.MatchString(s)
}

// numberOf is the number of a paper or a code as it is kept: upper case, half width, without blanks.
func numberOf(s string) string { return strings.ToUpper(fold(s)) }
