package journal

import (
	"context"
	"database/sql"
	"errors"

	"lianyuan/platform/db"
)

// here is what the sequencer's row says of an installation that lives on SQLite.
const here = "sqlite"

// takeOver settles on SQLite what a PostgreSQL that the data were carried over from had not settled yet: none of its
// transactions runs any more. A SQLite database that was never elsewhere has no sequencer, and nothing is done.
func (j *Journal) takeOver(ctx context.Context) error {
	return j.db.Update(ctx, func(tx *db.Tx) error {
		var epoch, from int64
		var system string
		err := tx.Get(`SELECT epoch, txid, system FROM sequencer WHERE id = 1`, nil, &epoch, &from, &system)
		if errors.Is(err, sql.ErrNoRows) || (err == nil && system == here) {
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := unsettled(tx, epoch, from, 1<<62, 1<<31)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := j.settle(tx, rows); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE sequencer SET epoch = epoch + 1, txid = 0, system = $1 WHERE id = 1`, here)
		return err
	})
}
