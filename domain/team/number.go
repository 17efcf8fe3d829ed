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
