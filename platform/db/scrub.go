package db

import (
	"context"
	"errors"
)

// Scrub clears away what deleted rows left behind in the files of the database: of one small table at once, so that nothing
// of it is to be found, of large ones as far as that goes beside the work. The tables are named by who wrote the SQL, never
// by input.
//
// SQLite overwrites whatever it deletes (secure_delete) and needs its log copied back and cut. PostgreSQL writes the small
// table anew, which locks it for a moment, and vacuums the large ones. What write-ahead logs and physical copies of PostgreSQL
// hold is for whoever keeps those.
func (d *DB) Scrub(ctx context.Context, small string, large ...string) error {
	return d.Maintain(ctx, func(p Pool) error {
		if d.Engine() == SQLite {
			return cutLog(ctx, p)
		}
		if _, err := p.ExecContext(ctx, `VACUUM FULL `+small); err != nil {
			return err
		}
		for _, t := range large {
			if _, err := p.ExecContext(ctx, `VACUUM `+t); err != nil {
				return err
			}
		}
		return nil
	})
}

// errLogBusy says that a reader still looks at an older state of the database, so that its log cannot be cut yet.
var errLogBusy = errors.New("the log of the database is in use")

func cutLog(ctx context.Context, p Pool) error {
	var busy, pages, copied int
	if err := p.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied); err != nil {
		return err
	}
	if busy != 0 {
		return errLogBusy
	}
	return nil
}
