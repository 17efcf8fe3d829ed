package db

import (
	"strings"
	"sync"
)

// InRuns calls write with runs of n rows whose length is a power of two, at most 64: however many rows there are, few
// different statements are ever prepared.
func InRuns(n int, write func(from, n int) error) error {
	for from := 0; from < n; {
		size := 64
		for size > n-from {
			size /= 2
		}
		if err := write(from, size); err != nil {
			return err
		}
		from += size
	}
	return nil
}

var tupleText sync.Map // [2]int → string

// Tuples is the placeholders of n rows of the given width: Tuples(2, 2) is "($1, $2), ($3, $4)".
func Tuples(n, width int) string {
	key := [2]int{n, width}
	if t, ok := tupleText.Load(key); ok {
		return t.(string) //nolint:forcetypeassert // only strings are stored
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + List(i*width+1, width) + ")")
	}
	t, _ := tupleText.LoadOrStore(key, b.String())
	return t.(string) //nolint:forcetypeassert // only strings are stored
}
