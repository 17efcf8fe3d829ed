// Package dbtest gives every test an own, migrated database on each engine.
//
// SQLite always runs. PostgreSQL runs when LIANYUAN_TEST_PG holds the URL of a server whose role may create databases;
// with CI set its absence is a failure, so that a test never passes for want of a database. LIANYUAN_TEST_STORIES names the
// one engine of the stories of a run (EachAtOnce); the other has a run of its own then.
package dbtest

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"lianyuan/migrations"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
)

// Each runs fn on a fresh database of each engine, as a subtest named for it.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachOptions(t, func(t *testing.T, o db.Options) { fn(t, Open(t, o)) })
}

// EachOptions runs fn with the address of a fresh, empty database of each engine, for tests that open it several times.
func EachOptions(t *testing.T, fn func(t *testing.T, o db.Options)) {
	t.Helper()
	each(t, "", fn, func(t *testing.T, server string) string {
		t.Helper()
		return NewPostgres(t, server)
	})
}

func each(t *testing.T, only string, fn func(t *testing.T, o db.Options), postgres func(t *testing.T, server string) string) {
	t.Helper()
	if only != "postgres" {
		t.Run("sqlite", func(t *testing.T) {
			fn(t, db.Options{File: filepath.Join(t.TempDir(), "lianyuan.db")})
		})
	}
	if only == "sqlite" {
		return
	}
	server := os.Getenv("LIANYUAN_TEST_PG")
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Error("LIANYUAN_TEST_PG is not set: PostgreSQL was not tested")
		}
		return
	}
	t.Run("postgres", func(t *testing.T) {
		fn(t, db.Options{URL: postgres(t, server), Conns: 16})
	})
}

// EachBench runs a benchmark on a fresh database of each engine that is there.
func EachBench(b *testing.B, fn func(b *testing.B, d *db.DB)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { fn(b, Open(b, db.Options{File: filepath.Join(b.TempDir(), "lianyuan.db")})) })
	if server := os.Getenv("LIANYUAN_TEST_PG"); server != "" {
		b.Run("postgres", func(b *testing.B) { fn(b, Open(b, db.Options{URL: NewPostgres(b, server), Conns: 16})) })
	}
}

// EachAtOnce is EachOptions with both engines at the same time, and the schema on them already, for stories through the whole program.
// What stands behind it in a test runs before the stories do.
func EachAtOnce(t *testing.T, fn func(t *testing.T, o db.Options)) {
	t.Helper()
	only := os.Getenv("LIANYUAN_TEST_STORIES")
	if only != "" && only != "sqlite" && only != "postgres" {
		t.Fatalf("LIANYUAN_TEST_STORIES is %q: there are sqlite and postgres", only)
	}
	each(t, only, func(t *testing.T, o db.Options) {
		t.Parallel()
		if o.File != "" {
			migrated(t, o.File)
		}
		fn(t, o)
	}, func(t *testing.T, server string) string {
		t.Helper()
		return newPostgres(t, server, template(t, server))
	})
}

// schema is a SQLite file with every migration and nothing else in it: a copy costs less than running them again.
var schema = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "lianyuan-schema")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "lianyuan.db")
	d, err := db.Open(context.Background(), db.Options{File: file, Clock: clock.System{}})
	if err != nil {
		return nil, err
	}
	_, err = migrations.Up(context.Background(), d)
	if err = errors.Join(err, d.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// migrated makes a SQLite file with the schema in it.
func migrated(t *testing.T, file string) {
	t.Helper()
	b, err := schema()
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, b, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// NewPostgres makes an empty database of its own on the server and drops it when the test ends.
func NewPostgres(tb testing.TB, server string) string {
	tb.Helper()
	return newPostgres(tb, server, "template1")
}

func newPostgres(tb testing.TB, server, from string) string {
	tb.Helper()
	ctx := context.Background()
	name := "test_" + id.New()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, `CREATE DATABASE `+quoted(name)+` TEMPLATE `+quoted(from)); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { drop(ctx, tb, server, name) })
	return at(tb, server, name)
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// at is the address of a database on a server.
func at(tb testing.TB, server, name string) string {
	tb.Helper()
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// template is a database with every migration and nothing else in it, made once for each server and schema: a copy costs
// less than running them again. One process makes it, the others wait.
func template(t *testing.T, server string) string {
	t.Helper()
	sum, err := migrations.Sum(db.Postgres)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	name := "schema_" + sum
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx) // and with it the lock
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock(hashtext('lianyuan schema'))`); err != nil {
		t.Fatal(err)
	}
	var found int
	if err := c.QueryRow(ctx, `SELECT count(*) FROM pg_database WHERE datname = $1`, name).Scan(&found); err != nil || found > 0 {
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	half := "half_" + id.New() // until it is whole: a process that dies leaves nothing that looks like a schema
	if _, err := c.Exec(ctx, `CREATE DATABASE `+quoted(half)); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(ctx, db.Options{URL: at(t, server, half), Clock: clock.System{}, Conns: 4})
	if err != nil {
		t.Fatal(err)
	}
	_, err = migrations.Up(ctx, d)
	if err = errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `ALTER DATABASE `+quoted(half)+` RENAME TO `+quoted(name)); err != nil {
		t.Fatal(err)
	}
	return name
}

// patience is how long a database may still be in use when its test has ended: what was closed, or killed, leaves in its own
// time, and PostgreSQL waits five seconds for it in each statement.
const patience = time.Minute

// drop takes a database away when everybody has left it. It ends nobody (no WITH FORCE): a test that leaves a connection
// behind is told so, and no test can lose one to another's end.
func drop(ctx context.Context, tb testing.TB, server, name string) {
	tb.Helper()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		tb.Error(err)
		return
	}
	defer c.Close(ctx)
	const inUse = "55006"
	end := time.NewTimer(patience)
	defer end.Stop()
	for {
		var refused *pgconn.PgError
		_, err := c.Exec(ctx, `DROP DATABASE `+quoted(name))
		switch {
		case err == nil:
			return
		case !errors.As(err, &refused) || refused.Code != inUse:
			tb.Error(err)
			return
		}
		select {
		case <-end.C:
			tb.Errorf("a connection was left open: %v", err)
			return
		default:
		}
	}
}

// Open opens and migrates a database, and closes it when the test ends.
func Open(tb testing.TB, o db.Options) *db.DB {
	tb.Helper()
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	d, err := db.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	if _, err := migrations.Up(context.Background(), d); err != nil {
		tb.Fatal(err)
	}
	return d
}
