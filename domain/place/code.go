package place

import (
	"errors"
	"fmt"
	"strings"
)

// Code names a division: 2 digits for a province, 4 city, 6 county, 9 town, 12
// village, as published by the statistical office; or an internal code, z and
// 6 to 12 digits (z500001), for what has no published code: functional zones,
// divisions too new. An internal code is never mistaken for an official one.
type Code string

// NationCode stands for the whole country, which no list gives a code.
const NationCode Code = "cn"

// Path is the materialised way from the nation down to a division: "/" is the
// nation, "/50/500110/500110100/" a town. It begins and ends in "/", so that
// one jurisdiction lies in another exactly when its path has the other's as
// prefix.
type Path string

// Root is the nation's path.
const Root Path = "/"

// maxDepth bounds the segments of a path: five levels and room for one more.
const maxDepth = 6

var (
	errCode = errors.New("place: not a division code")
	errPath = errors.New("place: not a division path")
)

// ParseCode checks the form of a code; it does not ask whether the division
// exists ([Tree.Get] does).
func ParseCode(s string) (Code, error) {
	if !Code(s).wellFormed() {
		return "", fmt.Errorf("%w: %.20q", errCode, s)
	}
	return Code(s), nil
}

func (c Code) wellFormed() bool {
	if c == NationCode {
		return true
	}
	digits, internal := strings.CutPrefix(string(c), "z")
	switch len(digits) {
	case 6, 9, 12:
	case 2, 4:
		if internal {
			return false
		}
	case 7, 8, 10, 11:
		if !internal {
			return false
		}
	default:
		return false
	}
	return allDigits(digits)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Internal reports whether the code is one of ours, not a published one.
func (c Code) Internal() bool { return strings.HasPrefix(string(c), "z") }

// ParsePath checks the form of a path; it does not ask whether the division
// exists or ever stood there ([Tree.ByPath] does).
func ParsePath(s string) (Path, error) {
	p := Path(s)
	if p == Root {
		return p, nil
	}
	if len(s) < 2 || s[0] != '/' || s[len(s)-1] != '/' {
		return "", fmt.Errorf("%w: %.80q", errPath, s)
	}
	segments := strings.Split(s[1:len(s)-1], "/")
	if len(segments) > maxDepth {
		return "", fmt.Errorf("%w: too deep: %.80q", errPath, s)
	}
	for _, segment := range segments {
		if c := Code(segment); c == NationCode || !c.wellFormed() {
			return "", fmt.Errorf("%w: %.80q", errPath, s)
		}
	}
	return p, nil
}

// Code gives the division the path leads to: its last segment.
func (p Path) Code() Code {
	if p == Root || len(p) < 2 {
		return NationCode
	}
	s := string(p[:len(p)-1])
	return Code(s[strings.LastIndexByte(s, '/')+1:])
}

// Codes gives all segments from the province down; none for the nation.
func (p Path) Codes() []Code {
	trimmed := strings.Trim(string(p), "/")
	if trimmed == "" {
		return nil
	}
	segments := strings.Split(trimmed, "/")
	codes := make([]Code, len(segments))
	for i, s := range segments {
		codes[i] = Code(s)
	}
	return codes
}

// Parent gives the path one step up; the nation is its own parent.
func (p Path) Parent() Path {
	if len(p) < 2 {
		return Root
	}
	s := string(p[:len(p)-1])
	return Path(s[:strings.LastIndexByte(s, '/')+1])
}

// Child gives the path of a division directly below.
func (p Path) Child(code Code) Path { return p + Path(code) + "/" }

// Contains reports whether q is p or lies below it. An empty path is no place:
// it contains nothing and lies nowhere.
func (p Path) Contains(q Path) bool {
	return p != "" && strings.HasPrefix(string(q), string(p))
}

// Range gives the half-open range of bytes that holds p and all below it, for
//
//	WHERE place >= $1 AND place < $2
//
// on a column compared byte by byte (COLLATE "C"). "0" is the byte after "/".
// An empty path gives an empty range.
func (p Path) Range() (from, to string) {
	if p == "" {
		return "", ""
	}
	return string(p), string(p[:len(p)-1]) + "0"
}

// Span is a half-open range of path bytes, From ≤ path < To.
type Span struct {
	From, To string
}

// Contains reports whether the path lies in the span.
func (s Span) Contains(p Path) bool { return string(p) >= s.From && string(p) < s.To }

// Everywhere is the range of all paths.
func Everywhere() Span { return Root.span() }

// span is [Path.Range] as a value.
func (p Path) span() Span {
	from, to := p.Range()
	return Span{from, to}
}

// alone ends a span that holds one path: it stands before whatever a code is
// made of, and a database takes it, as it takes no 0 byte.
const alone = "!"

// only is the span that holds p itself and nothing below.
func (p Path) only() Span { return Span{string(p), string(p) + alone} }
