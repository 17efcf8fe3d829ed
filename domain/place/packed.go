package place

import (
	"compress/flate"
	_ "embed" // the packed base is part of the binary
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
)

// The files are embedded as strings: they stay in the binary's read-only pages
// and only what is asked for is ever unpacked. Formats: data/README.md.
var (
	//go:embed data/divisions.bin
	divisionsFile string
	//go:embed data/villages.bin
	villagesFile string
	//go:embed data/outlines.bin
	outlinesFile string
)

var errPacked = errors.New("place: packed data damaged")

// sound is for data compiled into the binary, which the tests read whole: an
// error there is a broken build, no condition a caller could handle.
func sound(err error) {
	if err != nil {
		panic(err)
	}
}

// shelf is a file of separately compressed chunks found by ascending key.
type shelf struct {
	keys   []int
	starts []int // one more than keys: where each chunk begins in body
	body   string
}

func openShelf(file string) (*shelf, error) {
	r := reader{left: file}
	n := r.count()
	s := &shelf{keys: make([]int, 0, n), starts: make([]int, 1, n+1)}
	key, start := 0, 0
	for range n {
		key += r.number()
		start += r.number()
		s.keys = append(s.keys, key)
		s.starts = append(s.starts, start)
	}
	if r.err != nil || start != len(r.left) {
		return nil, fmt.Errorf("%w: table of contents", errPacked)
	}
	s.body = r.left
	return s, nil
}

// chunk unpacks one chunk; ok is false when there is none with that key.
func (s *shelf) chunk(key int) (body string, ok bool, err error) {
	i := sort.Search(len(s.keys), func(i int) bool { return s.keys[i] >= key })
	if i == len(s.keys) || s.keys[i] != key {
		return "", false, nil
	}
	body, err = inflate(s.body[s.starts[i]:s.starts[i+1]])
	return body, true, err
}

func inflate(packed string) (string, error) {
	var out strings.Builder
	out.Grow(4 * len(packed))
	if _, err := io.Copy(&out, flate.NewReader(strings.NewReader(packed))); err != nil {
		return "", fmt.Errorf("%w: %w", errPacked, err)
	}
	return out.String(), nil
}

// reader takes varints off the front of a string. After the first error it
// gives zeros; the error is looked at once, at the end.
type reader struct {
	left string
	err  error
}

func (r *reader) unsigned() uint64 {
	var value uint64
	for i := 0; i < len(r.left) && i < binary.MaxVarintLen64; i++ {
		b := r.left[i]
		value |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.left = r.left[i+1:]
			return value
		}
	}
	r.left, r.err = "", errPacked
	return 0
}

func (r *reader) signed() int64 {
	v := r.unsigned()
	return int64(v>>1) ^ -int64(v&1)
}

// count reads a number of things to come, each at least one byte long, so that
// a damaged number never reserves more memory than the file is long.
func (r *reader) count() int {
	n := r.number()
	if n > len(r.left) {
		r.left, r.err = "", errPacked
		return 0
	}
	return n
}

// number reads a code, a length or a difference of such; none is above 2³¹.
func (r *reader) number() int {
	n := r.unsigned()
	if n > math.MaxInt32 {
		r.left, r.err = "", errPacked
		return 0
	}
	return int(n)
}
