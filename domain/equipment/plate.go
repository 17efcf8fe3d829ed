package equipment

import (
	"regexp"
	"slices"
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

// The plates of GA 36-2018, each with the colours it comes in: the common ones and those of trailers, learners, the police and
// from Hong Kong and Macao; with one digit more the two sizes of new energy, and nothing else is green.
var plates = []struct {
	shape   *regexp.Regexp
	colours []string
}{
	{regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5}$`), []string{"blue", "yellow", "black", "white", "blue_white"}},
	{regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[挂学]$`), []string{"yellow"}},
	{regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}警$`), []string{"white"}},
	{regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[港澳]$`), []string{"black"}},
	{regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][ABCDEFGHJK][A-HJ-NP-Z0-9][0-9]{4}$`), []string{"gradient_green"}},
	{regexp.MustCompile(`^[` + provinces + `][A-HJ-NP-Z][0-9]{5}[ABCDEFGHJK]$`), []string{"yellow_green"}},
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
	return plate, shapeOf(plate) >= 0
}

func shapeOf(plate string) int {
	for i, p := range plates {
		if p.shape.MatchString(plate) {
			return i
		}
	}
	return -1
}

// suits says whether a plate comes in a colour, as far as GA 36-2018 says so. A wrong colour makes another vehicle of it: at tolls it
// is not found on the list.
func suits(plate, colour string) bool {
	i := shapeOf(plate)
	return i < 0 || colour == "other" || slices.Contains(plates[i].colours, colour)
}

// Shown is a plate as people write it: 渝A·00017.
func Shown(plate string) string {
	rs := []rune(plate)
	if len(rs) < 4 || !strings.ContainsRune(provinces, rs[0]) {
		return plate
	}
	return string(rs[:2]) + "·" + string(rs[2:])
}
