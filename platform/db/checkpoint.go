package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// checkpointer copies the write-ahead log back into the database file of SQLite, behind the writer. Left to the writer,
// as SQLite does by itself, everybody waits while thousands of pages are written and synced: a few times a second under a
// flood of reports.
//
// It works in two steps. The bulk is copied on a connection of its own, and synced through a handle of its own, while the
// writer goes on. What the writer has added meanwhile is little; the writer copies it itself between two groups, and the
// log begins again from its start. A reader that still looks at an older state puts that off until it is done.
type checkpointer struct {
	e    *sqliteEngine
	pool *sql.DB
	on   *boundConn
	file *os.File // of the database, to sync it; closed after every connection, for closing it drops the locks SQLite holds
	did  chan struct{}
}

const (
	logPages     = 4000 // of the log, 16 MB, from where on it is copied back
	bulkPages    = 1000 // that are not copied yet, from where on the bulk is worth a step of its own
	logLook      = 50 * time.Millisecond
	logLookAgain = 5 * time.Second // after a failure
)

// run looks at the log after commits, until ctx ends.
func (c *checkpointer) run(ctx context.Context) {
	defer close(c.did)
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		select {
		case <-ctx.Done():
			return
		case <-c.e.committed:
		}
		wait.Reset(logLook)
		if err := c.look(); err != nil {
			c.e.db.stats.Unsaved.Add(1)
			slog.WarnContext(ctx, "the log of the database could not be copied back; it is tried again", slog.Any("error", err))
			wait.Reset(logLookAgain)
		}
	}
}

func (c *checkpointer) look() error {
	pages, copied, err := c.on.checkpoint("NOOP")
	if err != nil || pages < logPages {
		return err
	}
	if pages-copied >= bulkPages {
		if _, _, err := c.on.checkpoint("PASSIVE"); err != nil {
			return err
		}
		if err := c.file.Sync(); err != nil {
			return err
		}
	}
	done := make(chan error, 1)
	select {
	case c.e.ends <- done:
	case <-c.e.done:
		return nil
	}
	select {
	case err := <-done:
		return err
	case <-c.e.done:
		return nil
	}
}

// checkpoint copies in a mode of SQLite and says how many pages the log has and how many of them are copied. That another
// connection is at it is no error.
func (b *boundConn) checkpoint(mode string) (pages, copied int, err error) {
	rows, err := b.query(context.Background(), "PRAGMA wal_checkpoint("+mode+")", nil)
	if err != nil {
		return 0, 0, notBusy(err)
	}
	defer rows.Close()
	var busy int
	if rows.Next() {
		err = rows.Scan(&busy, &pages, &copied)
	}
	return pages, copied, notBusy(errors.Join(err, rows.Err(), rows.Close()))
}

func notBusy(err error) error {
	if sqliteCode(err)&0xff == sqlite3.SQLITE_BUSY {
		return nil
	}
	return err
}
