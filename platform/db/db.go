// Package db is the two doors to the database: View and Update.
//
// One SQL text serves both engines: $1 placeholders, text ids and paths COLLATE "C", times as BIGINT microseconds UTC.
// SQLite (modernc, no cgo) has one writer that commits concurrent Updates in groups; see sqlite.go. PostgreSQL (pgx)
// runs each Update in a transaction of its own; see postgres.go. Nothing outside this package and migrations/ knows
// which engine it runs on, but for named pairs of queries side by side in a store.
//
// A closure given to View or Update:
//   - never sees a request's context: it runs under the database's own deadline, so that one cancelled request cannot
//     undo what others wrote in the same group;
//   - touches nothing outside its transaction, because it may be run again;
//   - is short: no network, no files, no password hashing; bulk work goes in slices.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
)

// Engine names the database that runs.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options say which database to open.
type Options struct {
	File  string      // SQLite file; its directory exists
	URL   string      // postgres://… ; wins over File
	Clock clock.Clock // clock.System{} when nil
	// Conns bounds the PostgreSQL pool and, on SQLite, the readers; 0 is a sensible number for the machine.
	Conns int
}

// DB is an open database. Safe for concurrent use.
type DB struct {
	engine engine
	clock  clock.Clock
	hook   Hook
	stats  Stats
}

// engine is what the two engines do differently.
type engine interface {
	name() Engine
	view(ctx context.Context, fn func(*Tx) error) error
	update(ctx context.Context, fn func(*Tx) error) error
	maintain(ctx context.Context, fn func(Pool) error) error
	alone(ctx context.Context, fn func() error) error
	close() error
}

// Hook is told of what was noted in committed transactions (Tx.Note). BeforeCommit runs inside the transaction, on
// SQLite once for a whole group, and may write; AfterCommit runs when the commit is durable, in commit order on SQLite.
// Neither may block.
type Hook interface {
	BeforeCommit(tx *Tx, notes []any) error
	AfterCommit(notes []any)
}

// Open opens the database; it does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	d := &DB{clock: o.Clock}
	var err error
	if o.URL != "" {
		d.engine, err = openPostgres(ctx, d, o)
	} else {
		d.engine, err = openSQLite(ctx, d, o)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOpen, err)
	}
	return d, nil
}

// ErrOpen says that the database could not be opened or reached.
var ErrOpen = errors.New("open database")

// SetHook installs the hook; call it once, before the first Update.
func (d *DB) SetHook(h Hook) { d.hook = h }

// Engine says which engine runs.
func (d *DB) Engine() Engine { return d.engine.name() }

// Pool is a plain pool of connections, outside the two doors.
type Pool = *sql.DB

// Maintain runs fn on a plain pool while no Update runs on this process: for migrations, LISTEN and backups; nothing
// of the domain may use it.
func (d *DB) Maintain(ctx context.Context, fn func(Pool) error) error {
	return d.engine.maintain(ctx, fn)
}

// Alone runs fn while no other node of this database runs its own: for what is made once, when several nodes may start
// on an empty database in the same moment. fn may use the two doors. On SQLite there is one node.
func (d *DB) Alone(ctx context.Context, fn func() error) error { return d.engine.alone(ctx, fn) }

// Stats are counters since the database was opened.
func (d *DB) Stats() *Stats { return &d.stats }

// Close waits for the writer and closes all connections.
func (d *DB) Close() error { return d.engine.close() }

// View runs fn on one consistent state of the database. Writes in it fail.
func (d *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return d.answer(d.engine.view(ctx, fn))
}

// Update runs fn in a transaction; when it returns nil, what fn wrote is durable. When it returns an error nothing of
// fn was kept, but for one case: a lost connection to PostgreSQL during COMMIT leaves the outcome open (kind
// Unavailable), which is why every command is idempotent by its id.
//
// Cancelling ctx gives up only while the work still waits in line.
func (d *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	return d.answer(d.engine.update(ctx, fn))
}

// answer turns what is no fault yet into one, so that callers see kinds only.
func (d *DB) answer(err error) error {
	var f *fault.Error
	switch {
	case err == nil, errors.As(err, &f), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return fault.ErrNotFound.WithCause(err)
	case isUnavailable(err):
		return ErrUnavailable.WithCause(err)
	default:
		return fault.Wrap(err, "database")
	}
}

// ErrUnavailable says that the database could not take a write (disk full, connection lost, read-only): nothing of it
// is kept, try again with the same id.
var ErrUnavailable = fault.New(fault.Unavailable, "db_unavailable", "暂时无法保存，请稍后重试", "it could not be saved just now; try again")

// errSlow ends an Update that held the writer for too long.
var errSlow = fault.New(fault.Internal, "slow_update", "办理超时，未保存", "this took too long and was not saved")

// ErrText says that a text holds a 0 byte or is no UTF-8. PostgreSQL cannot keep it; SQLite could, and is held to the
// same, so that both answer alike and an instance can be carried over.
var ErrText = fault.New(fault.Invalid, "text_invalid", "内容含有无法保存的字符", "the text holds characters that cannot be kept")

func checkText(args []any) error {
	for _, a := range args {
		if s, ok := a.(string); ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return ErrText
		}
	}
	return nil
}

// maxHold is how long one Update may hold the writer before its next statement fails. The aim is 50 ms; the limit is a
// guard against a defect, not a budget.
const maxHold = 10 * time.Second

// Tx is one transaction. Not for concurrent use.
type Tx struct {
	// Now is the time of the transaction, the same for all it writes.
	Now time.Time

	ctx     context.Context //nolint:containedctx // the database's own context: a closure must not see the request's
	on      querier
	engine  Engine
	began   time.Time // by the machine's clock, for maxHold
	wrote   bool
	isWrite bool
	notes   []any

	statements int
}

// querier runs statements; the engines differ in how they keep prepared ones.
type querier interface {
	exec(ctx context.Context, query string, args []any) (sql.Result, error)
	query(ctx context.Context, query string, args []any) (*sql.Rows, error)
}

// Engine is for named pairs of queries that cannot be one text (full-text search).
func (tx *Tx) Engine() Engine { return tx.engine }

// Note hands a value to the hook when the transaction commits; it is forgotten when the transaction is not kept.
func (tx *Tx) Note(n any) { tx.notes = append(tx.notes, n) }

// Exec runs a statement and says how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if err := tx.mayWrite(args); err != nil {
		return 0, err
	}
	r, err := tx.on.exec(tx.ctx, query, args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Last runs a statement at the end of the transaction: on PostgreSQL it goes out together with COMMIT, on SQLite at once.
// Nothing after it may read what it writes.
func (tx *Tx) Last(query string, args ...any) error {
	if err := tx.mayWrite(args); err != nil {
		return err
	}
	if p, ok := tx.on.(*pgUpdate); ok && p.begun {
		p.keep(query, args)
		return nil
	}
	_, err := tx.on.exec(tx.ctx, query, args)
	return err
}

func (tx *Tx) mayWrite(args []any) error {
	if !tx.isWrite {
		return fault.Wrap(errors.New("write in View"), "exec")
	}
	if err := checkText(args); err != nil {
		return err
	}
	if time.Since(tx.began) > maxHold {
		return errSlow
	}
	tx.wrote = true
	tx.statements++
	return nil
}

// Query runs a query. The rows must be closed before the closure returns; prefer All and One.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if err := checkText(args); err != nil {
		return nil, err
	}
	tx.statements++
	if tx.isWrite && !tx.wrote && !isSelect(query) { // INSERT … RETURNING
		tx.wrote = true
	}
	return tx.on.query(tx.ctx, query, args)
}

func isSelect(q string) bool {
	q = strings.TrimLeft(q, " \t\r\n")
	return len(q) >= 6 && strings.EqualFold(q[:6], "SELECT")
}

// Scanner is a row being read.
type Scanner interface{ Scan(dest ...any) error }

// One reads the first row; sql.ErrNoRows when there is none, which View and Update answer as not found.
func (tx *Tx) One(scan func(Scanner) error, query string, args ...any) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := scan(rows); err != nil {
		return err
	}
	return rows.Close()
}

// Get reads the first row into dest; sql.ErrNoRows when there is none.
func (tx *Tx) Get(query string, args []any, dest ...any) error {
	return tx.One(func(s Scanner) error { return s.Scan(dest...) }, query, args...)
}

// Each calls scan for every row.
func (tx *Tx) Each(scan func(Scanner) error, query string, args ...any) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// List is the placeholders of an IN list: List(3, 2) is "$3, $4".
func List(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", first+i)
	}
	return b.String()
}
