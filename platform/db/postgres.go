package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	sqlite3 "modernc.org/sqlite/lib"
)

// updateLimit is the deadline of a whole Update on PostgreSQL, waiting for a connection and retries included.
const updateLimit = 10 * time.Second

// maxTries bounds the retries after a deadlock or a serialisation failure.
const maxTries = 6

type postgresEngine struct {
	db *DB
	p  *sql.DB
}

func openPostgres(ctx context.Context, d *DB, o Options) (engine, error) {
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("the address of the database is not a valid postgres:// URL") // err may hold the password
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["application_name"] = "lianyuan"
	cfg.RuntimeParams["lock_timeout"] = "5s"
	// A node that hangs in the middle of a write keeps the rows of all others from being settled: not for long.
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = "5s"
	p := stdlib.OpenDB(*cfg)
	n := o.Conns
	if n == 0 {
		n = 32
	}
	p.SetMaxOpenConns(n)
	p.SetMaxIdleConns(n)
	if err := waitsForDisk(ctx, p); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return &postgresEngine{db: d, p: p}, nil
}

// waitsForDisk refuses a server that says that a write is safe before it is.
func waitsForDisk(ctx context.Context, p *sql.DB) error {
	for _, setting := range []string{"fsync", "synchronous_commit"} {
		var value string
		if err := p.QueryRowContext(ctx, `SELECT current_setting($1)`, setting).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			return fmt.Errorf("PostgreSQL runs with %s = off: what it acknowledged could be lost in a power cut; set it on", setting)
		}
	}
	return nil
}

func (e *postgresEngine) name() Engine { return Postgres }
func (e *postgresEngine) close() error { return e.p.Close() }

// startLock is the advisory lock of Alone, "lyst"; startWait is how long another node may keep it.
const (
	startLock = 0x6c79_7374
	startWait = 2 * time.Minute
)

// alone holds the lock on a connection of its own: when this process dies, the lock is gone.
func (e *postgresEngine) alone(ctx context.Context, fn func() error) error {
	conn, err := e.p.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	waiting, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	for _, q := range []string{`SET lock_timeout = 0`, fmt.Sprintf(`SELECT pg_advisory_lock(%d)`, startLock), `RESET lock_timeout`} {
		if _, err := conn.ExecContext(waiting, q); err != nil {
			return fmt.Errorf("another node is starting: %w", err)
		}
	}
	err = fn()
	_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, startLock)
	return errors.Join(err, unlockErr)
}

func (e *postgresEngine) maintain(_ context.Context, fn func(Pool) error) error { return fn(e.p) }

func (e *postgresEngine) view(ctx context.Context, fn func(*Tx) error) error {
	t, err := e.p.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // a read has nothing to lose
	now := e.db.clock.Now()
	return fn(&Tx{Now: now, began: time.Now(), ctx: ctx, on: pgTx{t}, engine: Postgres})
}

func (e *postgresEngine) update(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), updateLimit)
	defer cancel()
	for try := 1; ; try++ {
		err := e.once(own, fn)
		if err != nil && own.Err() != nil { // no connection or no lock in all that time
			return ErrUnavailable.WithCause(err)
		}
		if err == nil || try == maxTries || !retryable(err) {
			return err
		}
		e.db.stats.Retries.Add(1)
	}
}

func (e *postgresEngine) once(ctx context.Context, fn func(*Tx) error) error {
	start := time.Now()
	conn, err := e.p.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := e.in(ctx, conn, fn); err != nil {
		return err
	}
	e.db.stats.group(1, time.Since(start))
	return nil
}

// in runs fn in a transaction of a connection, and commits it.
func (e *postgresEngine) in(ctx context.Context, conn *sql.Conn, fn func(*Tx) error) (err error) {
	p := &pgUpdate{conn: conn}
	defer func() {
		if err != nil {
			p.rollback(ctx)
		}
	}()
	now := e.db.clock.Now()
	tx := &Tx{Now: now, began: time.Now(), ctx: ctx, on: p, engine: Postgres, isWrite: true}
	if err := safely(fn, tx); err != nil {
		return err
	}
	if e.db.hook != nil && len(tx.notes) > 0 {
		if err := e.db.hook.BeforeCommit(tx, tx.notes); err != nil {
			return err
		}
	}
	e.db.held(time.Since(tx.began), tx.statements, tx.notes)
	if err := p.commit(ctx); err != nil {
		return err
	}
	if e.db.hook != nil && len(tx.notes) > 0 {
		e.db.hook.AfterCommit(tx.notes)
	}
	return nil
}

// UpdateOn is Update on a connection that the caller holds, without retries: for work that must end with the
// connection, like that of a holder of a session lock. PostgreSQL only.
func (d *DB) UpdateOn(ctx context.Context, conn *sql.Conn, fn func(*Tx) error) error {
	e, ok := d.engine.(*postgresEngine)
	if !ok {
		return errors.New("UpdateOn needs PostgreSQL")
	}
	return d.answer(e.in(ctx, conn, fn))
}

type pgTx struct{ t *sql.Tx }

func (p pgTx) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	return p.t.ExecContext(ctx, query, args...)
}

func (p pgTx) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	return p.t.QueryContext(ctx, query, args...)
}

func pgCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// retryable says that running the closure again may well succeed: nothing of it was kept.
func retryable(err error) bool {
	switch pgCode(err) {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return true
	}
	return pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) // nothing was sent
}

// isUnavailable says that the database, not the write, is to blame.
func isUnavailable(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	code := pgCode(err)
	for _, class := range []string{"08", "53", "57P", "55P03", "25006", "25P03"} { // connection, resources, shutdown, locked, read-only, idle
		if strings.HasPrefix(code, class) {
			return true
		}
	}
	var netErr net.Error
	var connErr *pgconn.ConnectError
	cut := errors.Is(err, io.ErrUnexpectedEOF) // the server ended in the middle of an answer, without a word
	return cut || errors.As(err, &netErr) || errors.As(err, &connErr) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn)
}

// IsUnique says that a write broke a unique index. Inside a transaction prefer ON CONFLICT DO NOTHING and the number
// of rows: PostgreSQL cannot go on after an error.
func IsUnique(err error) bool {
	c := sqliteCode(err)
	return c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || pgCode(err) == "23505"
}
