package journal

import (
	"context"

	"lianyuan/platform/db"
)

// Served says whether a node has this PostgreSQL database open: the one that gives positions holds their lock. A SQLite
// file is claimed instead (db.Claim).
func Served(ctx context.Context, d *db.DB) (served bool, err error) {
	if d.Engine() != db.Postgres {
		return false, nil
	}
	err = d.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
			WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = $1 AND l.granted)`, []any{sequencerLock}, &served)
	})
	return served, err
}
