package main

import (
	"cmp"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// row is one division as published.
type row struct {
	code uint64
	name string
}

// division list, each level sorted by code.
type divisionList struct {
	upper    [4][]row // provinces, cities, counties, towns
	villages []row
}

// suffixes that end most village names. A name is written without it; the
// control byte that stands for it ends the name and so separates names too.
var suffixes = []string{"社区居民委员会", "村民委员会", "社区居委会", "居民委员会", "村委会", "居委会", "社区"}

func readDivisions(dir string) (*divisionList, error) {
	var list divisionList
	files := []string{"provinces.csv", "cities.csv", "areas.csv", "streets.csv"}
	var err error
	for i, name := range files {
		if list.upper[i], err = readRows(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	if list.villages, err = readRows(filepath.Join(dir, "villages.csv")); err != nil {
		return nil, err
	}
	return &list, list.check()
}

// readRows reads code and name, the first two columns.
func readRows(file string) ([]row, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var rows []row
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		code, err := strconv.ParseUint(record[0], 10, 64)
		name := strings.Clone(record[1])
		if err != nil || name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
			return nil, fmt.Errorf("%s: bad row %q", file, record)
		}
		rows = append(rows, row{code, name})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.code, b.code) })
	return rows, nil
}

// check makes sure that codes are unique and that every division has its
// parent: the reader relies on it.
func (l *divisionList) check() error {
	levels := append(slices.Clone(l.upper[:]), l.villages)
	shrink := []uint64{1, 100, 100, 1000, 1000}
	for i, rows := range levels {
		for j, r := range rows {
			if j > 0 && rows[j-1].code == r.code {
				return fmt.Errorf("code %d twice", r.code)
			}
			if i == 0 {
				continue
			}
			if _, found := search(levels[i-1], r.code/shrink[i]); !found {
				return fmt.Errorf("%d %s has no parent", r.code, r.name)
			}
		}
	}
	return nil
}

func search(rows []row, code uint64) (int, bool) {
	return slices.BinarySearchFunc(rows, code, func(r row, code uint64) int { return cmp.Compare(r.code, code) })
}

// packUpper writes the four upper levels: for each the number of rows and the
// codes as differences, then all names in the same order, one a line.
func (l *divisionList) packUpper() ([]byte, error) {
	var body []byte
	var names []string
	for _, rows := range l.upper {
		body = binary.AppendUvarint(body, uint64(len(rows)))
		var last uint64
		for _, r := range rows {
			body = binary.AppendUvarint(body, r.code-last)
			last = r.code
			names = append(names, r.name)
		}
	}
	return deflate(append(body, strings.Join(names, "\n")...))
}

// packVillages writes chunk 0 (the alphabet: all characters by falling
// frequency) and one chunk per county: for each of its towns the number of
// villages and the differences of their last three digits, then the names.
func (l *divisionList) packVillages() ([]byte, error) {
	alphabet, rank := l.alphabet()
	chunks := []chunk{{key: 0, body: []byte(string(alphabet))}}
	villages := l.villages
	towns := l.upper[3]
	for len(towns) > 0 {
		county := towns[0].code / 1000
		var body, names []byte
		for len(towns) > 0 && towns[0].code/1000 == county {
			count := 0
			for count < len(villages) && villages[count].code/1000 == towns[0].code {
				count++
			}
			body = binary.AppendUvarint(body, uint64(count))
			var last uint64
			for _, v := range villages[:count] {
				body = binary.AppendUvarint(body, v.code%1000-last)
				last = v.code % 1000
				names = appendName(names, v.name, rank)
			}
			villages, towns = villages[count:], towns[1:]
		}
		chunks = append(chunks, chunk{key: county, body: append(body, names...)})
	}
	if len(villages) != 0 {
		return nil, fmt.Errorf("%d villages left over", len(villages))
	}
	return shelve(chunks)
}

// alphabet lists the characters of the names, the most frequent first, the
// control characters of suffixes included.
func (l *divisionList) alphabet() ([]rune, map[rune]int) {
	count := map[rune]int{}
	for _, v := range l.villages {
		for _, r := range shorten(v.name) {
			count[r]++
		}
	}
	runes := make([]rune, 0, len(count))
	for r := range count {
		runes = append(runes, r)
	}
	slices.SortFunc(runes, func(a, b rune) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	rank := make(map[rune]int, len(runes))
	for i, r := range runes {
		rank[r] = i
	}
	return runes, rank
}

// shorten replaces the suffix by its control character (1 …); 0 = none.
func shorten(name string) string {
	for i, s := range suffixes {
		if stem, found := strings.CutSuffix(name, s); found {
			return stem + string(rune(i+1))
		}
	}
	return name + "\x00"
}

// appendName writes each character as its rank: below 192 in one byte, above in
// two (192 + high byte, low byte), which reaches rank 192 + 16383.
func appendName(out []byte, name string, rank map[rune]int) []byte {
	for _, r := range shorten(name) {
		n := rank[r]
		if n < 192 {
			out = append(out, byte(n))
			continue
		}
		n -= 192
		out = append(out, byte(192+n>>8), byte(n))
	}
	return out
}
