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
	err := tx.Get(`INSERT INTO counter (name, n) SELECT $1, 1 + coalesce(max(n), 0) FROM counter WHERE name = $2
		ON CONFLICT (name) DO UPDATE SET n = counter.n + 1 RETURNING n`, []any{series + letter, floor + letter}, &n)
	return fmt.Sprintf("%s-%s%04d", series, letter, n), err
}

// floor is the counter above which a series begins that was not there when a backup was made.
const floor = "floor"

// ahead is more numbers of a series than are given between a backup and the loss of what came after it.
const ahead = 10_000

// Restored lets every series go on at the next full ten thousand that is at least so far away: what was given after the
// backup stands on papers and in messages, and is not given again. For who restores a backup, for the letter that its
// numbers have now.
func Restored(tx *db.Tx, letter string) error {
	if _, err := tx.Exec(`INSERT INTO counter (name, n) VALUES ($1, 0) ON CONFLICT DO NOTHING`, floor+letter); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE counter SET n = ((n + 2 * $1 - 1) / $1) * $1`, ahead)
	return err
}
