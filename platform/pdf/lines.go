package pdf

import (
	"slices"
	"strings"
)

// shown is a text in characters that the font has. What it has not is written down.
func (p *Paper) shown(text string) string {
	return strings.Map(func(r rune) rune {
		if slices.ContainsFunc(p.face.has, func(x [2]rune) bool { return x[0] <= r && r <= x[1] }) {
			return r
		}
		if !slices.Contains(p.lacks, r) {
			p.lacks = append(p.lacks, r)
		}
		return missing
	}, text)
}

// Characters that do not begin a line, and that do not end one.
const (
	notFirst = "，。、；：？！）】》」』〉〕”’…—·～,.;:?!)]}%℃"
	notLast  = "（【《「『〈〔“‘([{"
)

// wrap breaks a text into lines of a width in mm at a size in points. It leaves the font at that size.
func (p *Paper) wrap(text string, size, width float64) (lines []string) {
	p.f.SetFontSize(size)
	runes := []rune(text)
	for len(runes) > 0 {
		n, used := 0, 0.0
		for n < len(runes) {
			used += p.f.GetStringWidth(string(runes[n]))
			if used > width && n > 0 {
				break
			}
			n++
		}
		if n < len(runes) {
			n = breakAt(runes, n)
		}
		lines = append(lines, strings.TrimRight(string(runes[:n]), " "))
		for runes = runes[n:]; len(runes) > 0 && runes[0] == ' '; {
			runes = runes[1:]
		}
	}
	return lines
}

// breakAt is the last place up to n where a line may end; n when there is none.
func breakAt(runes []rune, n int) int {
	for k := n; k > 0; k-- {
		before, after := runes[k-1], runes[k]
		apart := before == ' ' || after == ' ' || wide(before) || wide(after)
		if apart && !strings.ContainsRune(notFirst, after) && !strings.ContainsRune(notLast, before) {
			return k
		}
	}
	return n
}

// wide says whether a line may be broken beside a character: between Han characters it may, inside a Latin word not.
func wide(r rune) bool { return r >= 0x2e80 }
