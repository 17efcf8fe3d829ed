package main

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianyuan/domain/place"
)

// others are kept beside Han characters.
var others = [][2]rune{
	{0x20, 0x7e}, {0xa0, 0x17f}, {0x391, 0x3c9}, // letters
	{0x2010, 0x2027}, {0x2030, 0x203e}, {0x3000, 0x301f}, {0xff01, 0xff5e}, {0xffe0, 0xffe6}, // punctuation
	{0x20ac, 0x20ac}, {0x2103, 0x2103}, {0x2116, 0x2116}, {0x2160, 0x216b}, {0x2190, 0x2199}, {0x2264, 0x2265}, {0x2460, 0x2473}, // signs
	{0x25a0, 0x25a1}, {0x25b2, 0x25b3}, {0x25c6, 0x25c7}, {0x25cb, 0x25cb}, {0x25ce, 0x25cf}, {0x2605, 0x2606},
}

// bigFiveCommon is the last code of level 1 of Big5.
const bigFiveCommon = 0xc67e

// asOf is the edition of the divisions; the changes since are in their code and use the same characters.
var asOf = time.Date(2023, 6, 30, 12, 0, 0, 0, time.UTC)

// characters are those that the font should have, in order.
func characters(unihan string) ([]rune, error) {
	want := map[rune]bool{}
	if err := fromUnihan(unihan, want); err != nil {
		return nil, err
	}
	for _, block := range others {
		for r := block[0]; r <= block[1]; r++ {
			want[r] = true
		}
	}
	nation, ok := place.Base().ByPath(place.Root)
	if !ok {
		return nil, errors.New("the divisions have no root")
	}
	fromNames(place.Base(), nation.Code, want)
	return slices.Sorted(maps.Keys(want)), nil
}

// fromNames adds what the names below a division are written with.
func fromNames(tree *place.Tree, of place.Code, want map[rune]bool) {
	for _, d := range tree.Children(of, asOf) {
		for _, r := range d.Name {
			want[r] = true
		}
		fromNames(tree, d.Code, want)
	}
}

// fromUnihan adds the characters of the three lists. A line is U+4E00, the name of a field and its value.
func fromUnihan(file string, want map[rune]bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(bzip2.NewReader(f))
	for lines.Scan() {
		part := strings.Split(lines.Text(), "\t")
		if len(part) != 3 || !listed(part[1], part[2]) {
			continue
		}
		r, err := strconv.ParseInt(strings.TrimPrefix(part[0], "U+"), 16, 32)
		if err != nil {
			return err
		}
		want[rune(r)] = true
	}
	return lines.Err()
}

func listed(field, value string) bool {
	switch field {
	case "kTGH", "kGB0":
		return true
	case "kBigFive":
		code, err := strconv.ParseInt(value, 16, 32)
		return err == nil && code <= bigFiveCommon
	}
	return false
}
