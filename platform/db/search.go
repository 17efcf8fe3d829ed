package db

import (
	"fmt"
	"slices"
)

// Search is a search for the rows of a table in which words stand, among those that somebody may see.
type Search struct {
	Table, Columns string
	Where          string // what may be found; its arguments are numbered from 1
	Args           []any
	Words          []string // lower case
	In             []string // columns in which they stand
	Whole          string   // the row with exactly this number comes first
	Order          string   // of the others
	Limit          int
}

// Rows reads the first rows that a search finds, and says how many it finds.
func (x Search) Rows(tx *Tx, read func(Scanner) error) (n int, err error) {
	held, more := Holding(x.Words, len(x.Args)+1, x.In...)
	where, args := x.Where+" AND "+held, slices.Concat(x.Args, more)
	if err := tx.Get(`SELECT count(*) FROM `+x.Table+` WHERE `+where, args, &n); err != nil {
		return 0, err
	}
	return n, tx.Each(read, fmt.Sprintf(`SELECT %s FROM %s WHERE %s ORDER BY number <> $%d, %s LIMIT %d`, x.Columns, x.Table, where, len(args)+1, x.Order, x.Limit), append(args, x.Whole)...)
}
