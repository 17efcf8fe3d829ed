package need

import (
	"slices"
	"strings"
	"unicode"

	"lianyuan/platform/input"
)

// What stands sealed is found by the pairs of neighbouring letters and digits in it, whatever the script; blanks and marks
// between them do not count, so that 人民小学3楼 finds 人民小学，3楼. Nothing but keyed hashes of the pairs is kept, and they
// find candidates: what holds every pair is opened and read.

// folded is a text as it is searched: its letters and digits in their ordinary form. at says where each stands in the text,
// counted in characters.
type folded struct {
	text string
	at   []int
}

func fold(text string) (f folded) {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if r = unicode.ToLower(input.HalfWidth(r)); unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
			f.at = append(f.at, n)
		}
		n++
	}
	f.text = b.String()
	return f
}

// pairs are the pairs of neighbours in a folded text.
func (f folded) pairs() (list []string) {
	rs := []rune(f.text)
	for i := range len(rs) - 1 {
		list = append(list, string(rs[i:i+2]))
	}
	return list
}

// terms are what somebody looks for, word by word; nil when no word has two letters or digits, for those alone are found.
func terms(query string) (list []folded) {
	long := false
	for _, word := range strings.Fields(query) {
		if f := fold(word); f.text != "" {
			list = append(list, f)
			long = long || len(f.at) > 1
		}
	}
	if !long {
		return nil
	}
	return list
}

// about is how many characters an excerpt shows before and after what was found.
const about = 12

// excerpt is the part of a text around the first place where the term stands; "" when it does not.
func excerpt(text string, f, term folded) string {
	before, _, found := strings.Cut(f.text, term.text)
	if !found {
		return ""
	}
	rs := []rune(text)
	first := len([]rune(before))
	from, to := max(f.at[first]-about, 0), min(f.at[first+len(term.at)-1]+1+about, len(rs))
	out := strings.Join(strings.Fields(string(rs[from:to])), " ")
	if from > 0 {
		out = "…" + out
	}
	if to < len(rs) {
		out += "…"
	}
	return out
}

// Found says by what a search found a report.
type Found struct {
	In      string // text, address, claim; number or receipt of the report; name or phone of the caller
	Excerpt string // what stands around it, in text, address and claim
}

// masked says whether the page shows what it was found by to those alone who reveal it.
func (f Found) masked() bool { return f.In == "name" || f.In == "phone" }

// part is one of the texts of a report.
type part struct{ in, text string }

// foundIn says whether every term stands in one of the parts, and where the longest does. A part named later counts only
// for terms that the ones before it do not hold.
func foundIn(parts []part, terms []folded) (found Found, ok bool) {
	open := slices.Clone(terms)
	most := 0
	for _, p := range parts {
		f := fold(p.text)
		open = slices.DeleteFunc(open, func(term folded) bool {
			if !strings.Contains(f.text, term.text) {
				return false
			}
			masked := p.in == "name"
			if masked || (len(term.at) > most && !found.masked()) {
				most = len(term.at)
				found = Found{In: p.in}
				if !masked {
					found.Excerpt = excerpt(p.text, f, term)
				}
			}
			return true
		})
	}
	return found, len(open) == 0
}
