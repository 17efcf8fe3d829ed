package input

import (
	"regexp"
	"strings"
)

// Numbers of persons, as our country gives them: a mobile, a landline with its area, an identity number. Digits are looked
// at as a reader joins them, so that blanks and dashes between them do not hide a number.
var (
	phone    = regexp.MustCompile(`(^|[^0-9])((0086|86)?1[3-9][0-9]{9}|0[1-9][0-9]{1,2}[2-9][0-9]{6,7})($|[^0-9])`)
	identity = regexp.MustCompile(`(^|[^0-9])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]($|[^0-9])`)
	spaced   = regexp.MustCompile(`((\+|00)?86[\s-]*)?1[\s-]*[3-9]([\s-]*[0-9]){9}|[(（]?0[1-9][0-9]{1,2}[)）]?[\s-]*[2-9]([\s-]*[0-9]){6,7}`)
	dialled  = regexp.MustCompile(`[0-9]{3}`)
	between  = regexp.MustCompile(`([0-9])[\s\-－—·.()（）]+`)
)

// HasPhone says whether a text holds the number of a telephone.
func HasPhone(s string) bool { return phone.MatchString(joined(s)) || phone.MatchString(narrow(s)) }

// HasIdentity says whether a text holds the number of an identity card.
func HasIdentity(s string) bool {
	return identity.MatchString(joined(s)) || identity.MatchString(narrow(s))
}

// Number is Line for the number of a telephone, of whatever kind: it holds something to call, at least three digits as 119 has. What
// else stands there is for who reads it.
func (c *Check) Number(s *string, field string, limit int, required bool) {
	c.Line(s, field, limit, required)
	c.Bad(*s != "" && !dialled.MatchString(joined(*s)), field, "no_number", "不是可拨打的号码", "this is no number to call")
}

func joined(s string) string { return between.ReplaceAllString(narrow(s), "$1") }

// WithoutPhones is a text with a mark in the place of every telephone number; nothing of it when one cannot be told apart.
func WithoutPhones(s string) string {
	if !HasPhone(s) {
		return s
	}
	if s = spaced.ReplaceAllString(narrow(s), "…"); HasPhone(s) {
		return ""
	}
	return strings.TrimSpace(s)
}

// narrow writes full-width digits and their signs in their ordinary form.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' || r == '＋' || r == '－' || r == 'Ｘ' || r == 'ｘ' {
			return HalfWidth(r)
		}
		return r
	}, s)
}

// Public notes a text for the public that holds a number of a person.
func (c *Check) Public(s, field string) {
	c.Bad(HasPhone(s), field, "phone_inside", "对外公开的文字中不能有电话号码", "a text for the public holds no telephone number")
	c.Bad(HasIdentity(s), field, "identity_inside", "对外公开的文字中不能有身份证号", "a text for the public holds no identity number")
}
