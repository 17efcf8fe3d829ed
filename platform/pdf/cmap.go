package pdf

import (
	"encoding/binary"
	"errors"
)

var errFont = errors.New("pdf: the font has no table of Unicode characters")

// ranges are the characters that a TrueType font has, from its table "cmap" in format 4. Every character inside a range
// has a glyph: the tool that cuts the font writes no others.
func ranges(font []byte) (has [][2]rune, err error) {
	at := func(i int) int { return int(binary.BigEndian.Uint16(font[i:])) }
	char := func(i int) rune { return rune(binary.BigEndian.Uint16(font[i:])) }
	far := func(i int) int { return int(binary.BigEndian.Uint32(font[i:])) }
	for i := range at(4) {
		record := 12 + 16*i
		if string(font[record:record+4]) != "cmap" {
			continue
		}
		table := far(record + 8)
		for j := range at(table + 2) {
			entry := table + 4 + 8*j
			if from := table + far(entry+4); at(entry) == 3 && at(entry+2) == 1 && at(from) == 4 {
				count := at(from+6) / 2
				for k := range count - 1 { // the last range is the end mark
					has = append(has, [2]rune{char(from + 16 + 2*count + 2*k), char(from + 14 + 2*k)})
				}
				return has, nil
			}
		}
	}
	return nil, errFont
}
