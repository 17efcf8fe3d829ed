package place

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
)

// base is the national list, provinces to towns, in a few large strings:
// division i has its name and code sliced out of them, and costs 16 bytes
// beside. Divisions are numbered level by level, by ascending code; 0 is the
// nation. Villages are read when asked for.
type base struct {
	names     string // all names, one a line
	nameAt    []int  // where the name of i begins; one more than divisions
	codes     string // all codes, without separators
	parents   []int  // of i; the nation has -1
	levels    [Town + 1]block
	statistic []bool // of county i: a zone known to statisticians only
	villages  villages
	atlas     atlas
}

// block is where a level stands in the numbering.
type block struct {
	first, count int
	width        int // digits of a code
	codeAt       int // where its codes begin
}

var loadBase = sync.OnceValue(func() *base {
	b, err := readBase(divisionsFile)
	sound(err)
	return b
})

// readBase unpacks the list and leaves out its placeholders.
func readBase(file string) (*base, error) {
	body, err := inflate(file)
	if err != nil {
		return nil, err
	}
	r := reader{left: body}
	var published [4][]int // codes of provinces, cities, counties, towns
	for level := range published {
		published[level] = make([]int, r.count())
		code := 0
		for i := range published[level] {
			code += r.number()
			published[level][i] = code
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	b := &base{}
	return b, b.build(published, r.left)
}

func (b *base) build(published [4][]int, names string) error {
	total := 1
	for _, codes := range published {
		total += len(codes)
	}
	b.nameAt = make([]int, 0, total+1)
	b.parents = make([]int, 0, total)
	var nameText, codeText strings.Builder
	nameText.Grow(len(names) + 8)
	codeText.Grow(total * 9)
	add := func(name string, parent int) {
		b.nameAt = append(b.nameAt, nameText.Len())
		b.parents = append(b.parents, parent)
		nameText.WriteString(name)
		nameText.WriteByte('\n')
	}
	add("全国", -1)
	b.levels[Nation] = block{first: 0, count: 1}
	widths := [4]int{2, 4, 6, 9}
	for i, codes := range published {
		level := Province + Level(i)
		here := block{first: len(b.parents), width: widths[i], codeAt: codeText.Len()}
		for _, code := range codes {
			name, rest, _ := strings.Cut(names, "\n")
			names = rest
			if placeholder(level, code) {
				continue
			}
			parent := b.standIn(level-1, code/stride(level))
			if parent < 0 || name == "" {
				return fmt.Errorf("%w: %d has no parent or no name", errPacked, code)
			}
			add(name, parent)
			codeText.WriteString(digits(code, widths[i]))
			if level == County {
				b.statistic = append(b.statistic, code%100 >= 71 && code%100 <= 79)
			}
		}
		here.count = len(b.parents) - here.first
		b.levels[level] = here
		b.codes = codeText.String()
	}
	b.nameAt = append(b.nameAt, nameText.Len())
	b.names = nameText.String()
	return nil
}

// placeholder tells rows that stand in the published list only to fill a level:
// the "cities" 市辖区 and 县 of the four municipalities, the "city" of the
// direct-county units (xx90), and the one "county" of a city without counties
// (东莞 441900, 中山 442000, 儋州 460400, 嘉峪关 620201).
func placeholder(level Level, code int) bool {
	if level == City {
		municipality := slices.Contains([]int{11, 12, 31, 50}, code/100)
		return municipality || code%100 == 90
	}
	return level == County && (code%100 == 0 || code == 620201)
}

// standIn gives the division that a published code leads to: itself, or for a
// placeholder the one above it. -1 when there is none.
func (b *base) standIn(level Level, code int) int {
	for level > Nation && placeholder(level, code) {
		code /= stride(level)
		level--
	}
	if level == Nation {
		return 0
	}
	here := b.levels[level]
	want := digits(code, here.width)
	i := here.first + sort.Search(here.count, func(i int) bool { return b.codeIn(here, here.first+i) >= want })
	if i == here.first+here.count || b.codeIn(here, i) != want {
		return -1
	}
	return i
}

// stride is what a code is divided by to get the code above it.
func stride(level Level) int {
	if level <= County {
		return 100 // of a province code it leaves 0, the nation
	}
	return 1000
}

// find gives the division with a code, following placeholders; -1 for none.
func (b *base) find(code Code) int {
	if code == NationCode {
		return 0
	}
	if len(code) > 9 || !allDigits(string(code)) {
		return -1
	}
	for level := Province; level <= Town; level++ {
		if b.levels[level].width == len(code) {
			return b.standIn(level, number(string(code)))
		}
	}
	return -1
}

func (b *base) codeIn(here block, i int) string {
	at := here.codeAt + (i-here.first)*here.width
	return b.codes[at : at+here.width]
}

func (b *base) code(i int) Code {
	if i == 0 {
		return NationCode
	}
	return Code(b.codeIn(b.levels[b.place(i)], i))
}

func (b *base) name(i int) string { return b.names[b.nameAt[i] : b.nameAt[i+1]-1] }

// place is the level in whose block i stands; [base.level] tells zones apart.
func (b *base) place(i int) Level {
	for level := Town; level > Nation; level-- {
		if i >= b.levels[level].first {
			return level
		}
	}
	return Nation
}

func (b *base) level(i int) Level {
	level := b.place(i)
	if level == County && b.statistic[i-b.levels[County].first] {
		return ZoneLevel
	}
	return level
}

// children calls yield for every division whose parent is i, by level and code.
// Below a county there are villages only, which are not numbered.
func (b *base) children(i int, yield func(int)) {
	level := b.place(i)
	if level == Nation {
		for c := range b.levels[Province].count {
			yield(b.levels[Province].first + c)
		}
		return
	}
	prefix := string(b.code(i))
	for below := level + 1; below <= Town; below++ {
		here := b.levels[below]
		first := sort.Search(here.count, func(c int) bool { return b.codeIn(here, here.first+c) >= prefix })
		for c := here.first + first; c < here.first+here.count && strings.HasPrefix(b.codeIn(here, c), prefix); c++ {
			if b.parents[c] == i {
				yield(c)
			}
		}
	}
}

func digits(value, width int) string {
	var text [12]byte
	for i := width - 1; i >= 0; i-- {
		text[i] = byte('0' + value%10)
		value /= 10
	}
	return string(text[:width])
}

// number is the value of a string of at most nine digits.
func number(s string) int {
	value := 0
	for i := range len(s) {
		value = value*10 + int(s[i]-'0')
	}
	return value
}
