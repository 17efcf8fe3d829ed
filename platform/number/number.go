// Package number draws the numbers by which people speak of a record: BG-A0179, XQ-A0117.
//
// They come from a counter, one for each series and node, in the transaction of the record. They are never on the hot
// path of public reports: a report gets its number when a person first looks at it.
package number

import (
	"fmt"

	"lianyuan/platform/db"
)

// Next draws the next number of a series for the node with a letter.
func Next(tx *db.Tx, series, letter string) (string, error) {
	var n int64
	err := tx.Get(`INSERT INTO counter (name, n) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET n = counter.n + 1 RETURNING n`, []any{series + letter}, &n)
	return fmt.Sprintf("%s-%s%04d", series, letter, n), err
}
