package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lianyuan/platform/fault"
)

// maxGroup bounds how many Updates are committed together: enough to share one fsync among all that wait, few enough
// that a group is done in some milliseconds.
const maxGroup = 256

// registerCollation lets a query say COLLATE "C" on both engines. Columns do not: SQLite's own order is the same and faster.
var registerCollation = sync.OnceValue(func() error {
	return sqlite.RegisterCollationUtf8("C", strings.Compare)
})

// sqliteEngine has one writer goroutine on one connection, and readers apart.
type sqliteEngine struct {
	db       *DB
	writerDB *sql.DB
	readerDB *sql.DB
	writer   *boundConn
	readers  chan *boundConn
	// maintainDSN is the writer's DSN, for connections outside the two doors.
	maintainDSN string
	jobs        chan *job
	ends        chan chan error // the checkpointer asks the writer to copy the end of the log
	committed   chan struct{}   // tells the checkpointer that the log grew
	behind      *checkpointer
	stop        context.CancelFunc // of the checkpointer
	quit        chan struct{}
	done        chan struct{}
}

// job is one Update that waits for the writer.
type job struct {
	fn     func(*Tx) error
	taken  atomic.Bool // by the writer, or by its owner who gave up: whoever is first
	notes  []any
	held   time.Duration // by its closure
	made   int           // statements of its closure
	err    error
	result chan error
}

func openSQLite(ctx context.Context, d *DB, o Options) (engine, error) {
	if err := registerCollation(); err != nil {
		return nil, err
	}
	dsn := func(extra ...string) string {
		q := url.Values{}
		for _, p := range append([]string{"busy_timeout(5000)", "foreign_keys(1)", "cache_size(-16000)", "temp_store(memory)"}, extra...) {
			q.Add("_pragma", p)
		}
		return "file:" + (&url.URL{Path: o.File}).EscapedPath() + "?" + q.Encode()
	}
	write := dsn("journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(0)", "secure_delete(1)") // what is deleted is overwritten, see Scrub
	w, err := sql.Open("sqlite", write)
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	e := &sqliteEngine{
		db: d, writerDB: w, maintainDSN: write, jobs: make(chan *job, 4*maxGroup), ends: make(chan chan error), committed: make(chan struct{}, 1),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	if e.writer, err = bind(ctx, w); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if e.readerDB, err = sql.Open("sqlite", dsn("query_only(1)")); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	n := o.Conns
	if n == 0 {
		n = max(4, 2*runtime.NumCPU())
	}
	e.readers = make(chan *boundConn, n)
	for range n {
		c, err := bind(ctx, e.readerDB)
		if err != nil {
			return nil, errors.Join(err, w.Close(), e.readerDB.Close())
		}
		e.readers <- c
	}
	if err := e.startCheckpointer(ctx, o.File, write); err != nil {
		return nil, errors.Join(err, w.Close(), e.readerDB.Close())
	}
	go e.write()
	return e, nil
}

func (e *sqliteEngine) startCheckpointer(ctx context.Context, file, dsn string) error {
	c := &checkpointer{e: e, did: make(chan struct{})}
	var err error
	if c.pool, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	if c.on, err = bind(ctx, c.pool); err != nil {
		return errors.Join(err, c.pool.Close())
	}
	if c.file, err = os.OpenFile(file, os.O_RDWR, 0); err != nil {
		return errors.Join(err, c.on.close(), c.pool.Close())
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.behind, e.stop = c, stop
	go c.run(running)
	return nil
}

func (e *sqliteEngine) name() Engine { return SQLite }

func (e *sqliteEngine) alone(_ context.Context, fn func() error) error { return fn() }

// maintain opens a connection of its own; SQLite lets it write when the writer is between two groups.
func (e *sqliteEngine) maintain(ctx context.Context, fn func(Pool) error) error {
	p, err := sql.Open("sqlite", e.maintainDSN)
	if err != nil {
		return err
	}
	p.SetMaxOpenConns(1)
	if err := p.PingContext(ctx); err != nil {
		return errors.Join(err, p.Close())
	}
	return errors.Join(fn(p), p.Close())
}

func (e *sqliteEngine) close() error {
	close(e.quit)
	<-e.done
	e.stop()
	<-e.behind.did
	errs := []error{e.behind.on.close(), e.behind.pool.Close(), e.writer.close(), e.writerDB.Close()}
	for range cap(e.readers) {
		c := <-e.readers
		errs = append(errs, c.close())
	}
	return errors.Join(append(errs, e.readerDB.Close(), e.behind.file.Close())...)
}

func (e *sqliteEngine) view(ctx context.Context, fn func(*Tx) error) (err error) {
	var c *boundConn
	select {
	case c = <-e.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.readers <- c }()
	if err := c.run("BEGIN"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.run("ROLLBACK")) }()
	now := e.db.clock.Now()
	return fn(&Tx{Now: now, began: time.Now(), ctx: ctx, on: c, engine: SQLite})
}

func (e *sqliteEngine) update(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil { // a select with several ready cases may choose the queue
		return err
	}
	j := &job{fn: fn, result: make(chan error, 1)}
	select {
	case e.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.quit:
		return ErrUnavailable
	}
	select {
	case err := <-j.result:
		return err
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-j.result // the writer has it: only its answer is true
	case <-e.done:
		select {
		case err := <-j.result:
			return err
		default:
			return ErrUnavailable
		}
	}
}

// write is the writer: it takes whatever waits, runs it as one group and answers after the commit.
func (e *sqliteEngine) write() {
	defer close(e.done)
	group := make([]*job, 0, maxGroup)
	for {
		var first *job
		select {
		case first = <-e.jobs:
		case done := <-e.ends:
			_, _, err := e.writer.checkpoint("PASSIVE")
			done <- err
			continue
		case <-e.quit:
			return
		}
		group = append(group[:0], first)
	fill:
		for len(group) < maxGroup {
			select {
			case j := <-e.jobs:
				group = append(group, j)
			default:
				break fill
			}
		}
		live := group[:0]
		for _, j := range group {
			if j.taken.CompareAndSwap(false, true) {
				live = append(live, j)
			}
		}
		if len(live) > 0 {
			e.commit(live)
		}
	}
}

// commit runs a group to its end: every job of it is answered, and none before the COMMIT that holds its writes has
// returned nil.
//
// The fast way has no savepoints (they cost a quarter of the throughput of small writes): it is good as long as no
// closure fails after having written. Otherwise the group is rolled back and run again with a savepoint for each, and
// where even that cannot be committed, each alone, so that one bad write never takes another with it.
func (e *sqliteEngine) commit(group []*job) {
	start := time.Now()
	err := e.try(group, false)
	if errors.Is(err, errIsolate) {
		e.db.stats.Isolated.Add(1)
		err = e.try(group, true)
	}
	if err != nil && len(group) > 1 && !errors.Is(err, errNotBegun) {
		e.db.stats.Alone.Add(1)
		for _, j := range group {
			e.commitAlone(j)
		}
		return
	}
	e.finish(group, err)
	e.db.stats.group(len(group), time.Since(start))
	select {
	case e.committed <- struct{}{}:
	default:
	}
}

func (e *sqliteEngine) commitAlone(j *job) {
	one := []*job{j}
	err := e.try(one, false)
	if errors.Is(err, errIsolate) { // alone, a failed closure is simply rolled back
		err = j.err
	}
	e.finish(one, err)
}

// finish answers the group; failed is why the group as a whole was not kept.
func (e *sqliteEngine) finish(group []*job, failed error) {
	if failed == nil && e.db.hook != nil {
		var notes []any
		for _, j := range group {
			notes = append(notes, j.notes...)
		}
		if len(notes) > 0 {
			e.db.hook.AfterCommit(notes)
		}
	}
	for _, j := range group {
		if j.err == nil {
			j.err = failed
		}
		j.result <- j.err
	}
}

// errNotBegun says that no transaction could be begun (another process holds the lock, the disk cannot be read): no write
// is to blame, and to try each alone would only wait as many times.
var errNotBegun = errors.New("no transaction could be begun")

// errIsolate says that a closure failed after it had written: the group must be run again with savepoints.
var errIsolate = errors.New("a closure failed after writing")

// try runs the group in one transaction. It returns nil when the transaction is durable; each job's err then says
// whether its own part was kept.
func (e *sqliteEngine) try(group []*job, savepoints bool) (err error) {
	if err := e.writer.run("BEGIN IMMEDIATE"); err != nil {
		return errors.Join(errNotBegun, err)
	}
	defer func() {
		if err != nil {
			e.rollback()
		}
	}()
	now := e.db.clock.Now()
	kept := false
	var notes []any
	for _, j := range group {
		tx := &Tx{Now: now, began: time.Now(), ctx: context.Background(), on: e.writer, engine: SQLite, isWrite: true}
		if savepoints {
			err = e.inSavepoint(tx, j)
		} else {
			j.err = safely(j.fn, tx)
			if j.err != nil && (tx.wrote || endsTransaction(j.err)) {
				err = errIsolate
			}
		}
		j.held, j.made = time.Since(tx.began), tx.statements
		if err != nil {
			return err
		}
		j.notes = nil
		if j.err == nil {
			j.notes = tx.notes
			notes = append(notes, tx.notes...)
			kept = kept || tx.wrote || len(tx.notes) > 0
		}
	}
	if !kept {
		return e.writer.run("ROLLBACK")
	}
	if e.db.hook != nil && len(notes) > 0 {
		tx := &Tx{Now: now, began: time.Now(), ctx: context.Background(), on: e.writer, engine: SQLite, isWrite: true}
		if err := e.db.hook.BeforeCommit(tx, notes); err != nil {
			return err
		}
		each := time.Since(tx.began) / time.Duration(len(notes))
		for _, j := range group {
			j.held += each * time.Duration(len(j.notes))
		}
	}
	for _, j := range group {
		e.db.held(j.held, j.made, j.notes)
	}
	return e.writer.run("COMMIT")
}

// inSavepoint runs one job so that its failure undoes only its own writes. It returns an error only when the whole
// transaction is lost.
func (e *sqliteEngine) inSavepoint(tx *Tx, j *job) error {
	if err := e.writer.run("SAVEPOINT one"); err != nil {
		return err
	}
	j.err = safely(j.fn, tx)
	if j.err != nil {
		if err := e.writer.run("ROLLBACK TO one"); err != nil {
			return errors.Join(err, j.err)
		}
	}
	return e.writer.run("RELEASE one")
}

// rollback ends the transaction. It may have ended already (a full disk rolls back by itself): that is no error.
func (e *sqliteEngine) rollback() {
	if err := e.writer.run("ROLLBACK"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		e.db.stats.Broken.Add(1)
	}
}

// safely turns a panic of a closure into its error.
func safely(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fmt.Errorf("panic: %v", p), "update")
		}
	}()
	return fn(tx)
}

// boundConn is a connection with its prepared statements.
type boundConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func bind(ctx context.Context, pool *sql.DB) (*boundConn, error) {
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &boundConn{conn: c, stmts: map[string]*sql.Stmt{}}, nil
}

// maxStatements bounds the prepared statements of a connection: lists of varying length would add one for each length.
const maxStatements = 256

func (c *boundConn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	ordered := inOrder(query)
	s, err := c.conn.PrepareContext(ctx, ordered)
	if err != nil {
		return nil, err
	}
	c.watched(ctx, ordered)
	c.stmts[query] = s
	return s, nil
}

func (c *boundConn) forget() error {
	var errs []error
	for q, s := range c.stmts {
		errs = append(errs, s.Close())
		delete(c.stmts, q)
	}
	return errors.Join(errs...)
}

func (c *boundConn) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	s, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *boundConn) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	s, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *boundConn) run(query string) error {
	_, err := c.exec(context.Background(), query, nil)
	return err
}

func (c *boundConn) close() error { return errors.Join(c.forget(), c.conn.Close()) }

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// endsTransaction says that SQLite may have rolled back the whole transaction by itself.
func endsTransaction(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT:
		return true
	}
	return false
}
