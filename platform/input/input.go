// Package input checks what staff write, field by field, and says everything that is wrong at once.
//
// A cry for help is never refused and is not checked here; a form of the bureau is.
package input

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lianyuan/platform/fault"
)

// Check gathers what is wrong. The zero Check has found nothing yet.
type Check struct{ wrong []fault.Field }

// Bad notes a wrong field when on; field is its location below the body ("severity", "persons[2].name").
func (c *Check) Bad(on bool, field, code, zh, en string) {
	if on {
		c.wrong = append(c.wrong, fault.Field{Location: "body." + field, Code: code, Zh: zh, En: en})
	}
}

// Line tidies a text of at most limit characters in place: no control characters, no line breaks, no space around it.
func (c *Check) Line(s *string, field string, limit int, required bool) {
	*s = strings.Join(strings.Fields(Clean(*s)), " ")
	c.length(*s, field, limit, required)
}

// Text is Line for a text that may have several lines.
func (c *Check) Text(s *string, field string, limit int, required bool) {
	*s = strings.TrimSpace(Clean(*s))
	c.length(*s, field, limit, required)
}

func (c *Check) length(s, field string, limit int, required bool) {
	c.Bad(required && s == "", field, "missing", "请填写", "please fill this in")
	c.Bad(utf8.RuneCountInString(s) > limit, field, "too_long", fmt.Sprintf("不超过 %d 字", limit), fmt.Sprintf("at most %d characters", limit))
}

// One notes a field that is none of the words given.
func (c *Check) One(s, field string, words ...string) {
	c.Bad(!slices.Contains(words, s), field, "unknown", "请从列出的项目中选择", "choose one of those listed")
}

// Wrong are the fields that were found wrong.
func (c *Check) Wrong() []fault.Field { return c.wrong }

// Err is what was found: a fault that names every wrong field, or nil.
func (c *Check) Err() error {
	if f := fault.Invalids(c.wrong...); f != nil {
		return f
	}
	return nil
}

// Clean drops control characters other than line breaks and tabs, and the marks that turn the direction of a text, so
// that it cannot change how a page or a log reads.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
}
