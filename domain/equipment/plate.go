package equipment

import (
	"regexp"
	"strings"
	"unicode"

	"lianyuan/platform/input"
)

// Colours are the colours of plates; tollCode is their number in the list of vehicles free of toll.
var (
	Colours  = []string{"blue", "yellow", "black", "white", "gradient_green", "yellow_green", "blue_white", "other"}
	tollCode = map[string]int{"blue": 0, "yellow": 1, "black": 2, "white": 3, "gradient_green": 4, "yellow_green": 5, "blue_white": 6}
)

// TollCode is the number that toll systems give a colour; false for one that they do not know.
func TollCode(colour string) (code int, ok bool) {
	code, ok = tollCode[colour]
	return code, ok
}

const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// The plates of GA 36-2018: with one digit fewer the common ones, and the two sizes of new energy.
var plates = []*regexp.Regexp{
	regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]$`),
	regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][ABCDEFGHJK][A-HJ-NP-Z0-9][0-9]{4}$`),
	regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][0-9]{5}[ABCDEFGHJK]$`),
}

// Plate is a plate as it is kept and compared: upper case, half width, without dots and blanks. civil says whether it is
// one of GA 36-2018; what is not (emergency, diplomatic, army, temporary) is taken as written.
func Plate(s string) (plate string, civil bool) {
	plate = strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '·' || r == '•' || r == '・' || r == '.' || r == '-' || unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return input.HalfWidth(r)
	}, s))
	for _, shape := range plates {
		if shape.MatchString(plate) {
			return plate, true
		}
	}
	return plate, false
}

// Shown is a plate as people write it: 渝A·00017.
func Shown(plate string) string {
	rs := []rune(plate)
	if len(rs) < 4 || !strings.ContainsRune(provinces, rs[0]) {
		return plate
	}
	return string(rs[:2]) + "·" + string(rs[2:])
}
