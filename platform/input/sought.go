package input

import (
	"regexp"
	"slices"
	"strings"
)

// maxSought bounds the words of a search; what is typed after them narrows nothing.
const maxSought = 4

// Sought is what somebody looks for, as numbers, names and plates are compared with it: in half width, whatever its case.
type Sought struct {
	Words []string // lower case; at most four, each once
	Whole string   // all of it as numbers and plates are kept: upper case, without blanks and the dot of a plate
}

// Seek reads what somebody typed; without a letter or digit in it there is nothing to look for, and no words.
func Seek(text string) (q Sought) {
	text = strings.Map(HalfWidth, text)
	q.Whole = strings.ReplaceAll(Number(text), "·", "")
	if !spoken.MatchString(text) {
		return Sought{}
	}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if !slices.Contains(q.Words, word) && len(q.Words) < maxSought {
			q.Words = append(q.Words, word)
		}
	}
	return q
}

var (
	spoken = regexp.MustCompile(`[\p{L}\p{N}]`)
	plated = regexp.MustCompile(`^(\p{Han}[A-Z0-9]{1,8}|[A-Z0-9]{2,9})\p{Han}?$`)
)

// Plate says whether it may be a part of a plate: letters and digits, a province before them or a word after them.
func (q Sought) Plate() bool { return plated.MatchString(q.Whole) }

// In says whether every word stands in one of the texts.
func (q Sought) In(texts ...string) bool {
	for i, text := range texts {
		texts[i] = strings.ToLower(strings.Map(HalfWidth, text))
	}
	for _, word := range q.Words {
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, word) }) {
			return false
		}
	}
	return len(q.Words) > 0
}
