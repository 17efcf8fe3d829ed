package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrServed says that another process serves this file.
var ErrServed = errors.New("another process serves this data directory")

// Claim makes this process the one that serves a SQLite file, until release is called or the process ends, however it
// ends. Each process keeps in memory what the other would change, so two must not serve one file: ErrServed. Reading it
// besides (a backup) is free. The claim is a lock that SQLite holds on a small file beside it, on every system alike.
func Claim(ctx context.Context, file string) (release func() error, err error) {
	d, err := sql.Open("sqlite", "file:"+file+".served?_pragma=busy_timeout(0)")
	if err != nil {
		return nil, err
	}
	conn, err := d.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	var busy *sqlite.Error
	if errors.As(err, &busy) && busy.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = ErrServed
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("claim: %w", err), d.Close())
	}
	return func() error { return errors.Join(conn.Close(), d.Close()) }, nil
}
