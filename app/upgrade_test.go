package app

import (
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/migrations"
	"lianyuan/platform/carry"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// written is how many rows the journal of the older program holds.
const written = 25

// A program that finds the data of an older one dumps them first, brings the schema up to date and goes on where the
// journal ended: no position is left out, the chain holds from the first row to the last, and the dump opens as what it was.
func TestUpgradeGoesOnWhereTheJournalEnded(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		ctx := t.Context()
		cfg := Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))}
		latest, err := migrations.Latest()
		if err != nil {
			t.Fatal(err)
		}
		before := older(t, cfg, latest-1)

		cut := filepath.Join(cfg.Data, "before-schema-9-20260617T081500.dump.gz.part") // of an upgrade that was killed
		if err := os.WriteFile(cut, []byte("a key"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Inspect(ctx, cfg); !errors.Is(err, ErrOtherSchema) || len(dumped(t, cfg)) > 0 {
			t.Errorf("whoever only looks brought it up to date: %v", err)
		}
		a := opened(t, cfg)
		if i, err := Inspect(ctx, cfg); err != nil || i.Keys == 0 || i.Journal.Rows != written || len(i.Journal.Faults) > 0 {
			t.Errorf("looked at beside a node: %+v, %v", i, err)
		}
		if a.Fresh || a.MasterMade != "" {
			t.Errorf("it began anew: fresh %t, a master key was made %q", a.Fresh, a.MasterMade)
		}
		if have, err := migrations.Applied(ctx, a.DB); err != nil || have != latest {
			t.Fatalf("schema %d, %v", have, err)
		}
		dumps := dumped(t, cfg)
		if len(dumps) != 1 {
			t.Fatalf("dumps before the upgrade: %v", dumps)
		}
		if a.Dumped != dumps[0] {
			t.Errorf("the operator is told of %q", a.Dumped)
		}
		if _, err := os.Stat(cut); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("what an upgrade that was killed left: %v", err)
		}
		restored(t, dumps[0], before)
		comesBack(t, cfg, dumps[0])

		actor := access.Actor{Account: "office", Name: "秦可舟", At: a.cfg.Clock.Now(), Grants: []access.Grant{{Role: access.Office, Place: "/50/", Sees: a.Places.Tree().Scope("50", a.cfg.Clock.Now())}}}
		flood := incident.Incident{ID: id.New(), Name: "暴雨洪涝", Class: "natural", Severity: 2, Place: "/50/", Places: []place.Path{"/50/500110/"}, HQ: "市级现场抢险救援指挥部", Commander: "秦可舟", Began: a.cfg.Clock.Now()}
		if err := a.Incidents.Record(access.With(ctx, actor), flood); err != nil {
			t.Fatal(err)
		}
		whole(t, a, written+1)
		if rows, err := a.Journal.Read(ctx, written, 10); err != nil || len(rows) != 1 || rows[0].Subject != flood.ID {
			t.Errorf("what was written after it: %+v, %v", rows, err)
		}
		closed(t, a)

		again := opened(t, cfg)
		if again.Dumped != "" {
			t.Errorf("the operator is told again of %q", again.Dumped)
		}
		whole(t, again, written+1)
		closed(t, again)
		if n := dumped(t, cfg); len(n) != 1 {
			t.Errorf("nothing was to be upgraded, and there are %d dumps", len(n))
		}
	})
}

// older is an installation as a program with that schema leaves it, with a journal that is settled and signed; it says the
// number of its last migration.
func older(t *testing.T, cfg Config, schema int64) int64 {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(ctx, db.Options{File: filepath.Join(cfg.Data, "lianyuan.db"), URL: cfg.DatabaseURL, Clock: cfg.Clock, Conns: cfg.Conns})
	if err != nil {
		t.Fatal(err)
	}
	a := &App{cfg: cfg, DB: d, stop: stop}
	if _, err := migrations.UpTo(ctx, d, schema); err != nil {
		t.Fatal(err)
	}
	node, err := a.instance(ctx)
	if err != nil {
		t.Fatal(err)
	}
	master, _, err := seal.MasterFromFile(a.masterFile(), true)
	if err != nil {
		t.Fatal(err)
	}
	var s journal.Signer
	a.Keeper = seal.NewKeeper(d, master)
	if s.KeyID, s.Private, err = a.Keeper.Signing(ctx, "journal"); err != nil {
		t.Fatal(err)
	}
	if a.Journal, err = journal.Open(ctx, d, node, s); err != nil {
		t.Fatal(err)
	}
	for n := range written {
		if err := d.Update(ctx, func(tx *db.Tx) error {
			return journal.Append(tx, journal.Entry{Verb: "parameter.set", Kind: "parameter", Subject: id.New(), Version: 1, Place: "/50/", Scope: journal.Desk, Actor: "office", Body: map[string]any{"n": n}})
		}); err != nil {
			t.Fatal(err)
		}
	}
	whole(t, a, written)
	have, err := migrations.Applied(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, a)
	return have
}

// whole waits until the journal has settled n rows, and looks whether they are all there, in one chain.
func whole(t *testing.T, a *App, n int64) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for a.Journal.Position() < n {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("settled up to %d of %d", a.Journal.Position(), n)
		}
	}
	rows, err := a.Journal.Read(t.Context(), 0, 1000)
	if err != nil || int64(len(rows)) != n {
		t.Fatalf("%d rows of %d, %v", len(rows), n, err)
	}
	for i, r := range rows {
		if r.Position != int64(i)+1 {
			t.Fatalf("row %d has position %d", i+1, r.Position)
		}
	}
	if r, err := a.Journal.Verify(t.Context()); err != nil || r.Rows != n || r.Signed == 0 || len(r.Faults) > 0 {
		t.Errorf("the chain: %+v, %v", r, err)
	}
}

// comesBack restores what the upgrade left by the command of backups, without a key, and opens it.
func comesBack(t *testing.T, cfg Config, dump string) {
	t.Helper()
	at := cfg
	at.Data, at.DatabaseURL, at.MasterKey = filepath.Join(t.TempDir(), "data"), "", (&App{cfg: cfg}).masterFile()
	d := must(OpenEmpty(t.Context(), at))(t)
	_, err := Restore(t.Context(), d, dump, "", "")
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	a := opened(t, at)
	defer closed(t, a)
	whole(t, a, written+1) // that it was restored
}

// restored reads a dump into an empty database of the schema that it is of, and looks whether the journal is in it.
func restored(t *testing.T, dump string, schema int64) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{File: filepath.Join(t.TempDir(), "lianyuan.db"), Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	f, err := os.Open(dump)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	prepare := func(of carry.Header) error {
		if of.Schema != schema {
			t.Errorf("the dump is of schema %d, want %d", of.Schema, schema)
		}
		_, err := migrations.UpTo(t.Context(), d, of.Schema)
		return err
	}
	if _, _, err := carry.Load(t.Context(), d, prepare, z); err != nil {
		t.Fatal(err)
	}
	var rows, keys int
	if err := d.View(t.Context(), func(tx *db.Tx) error {
		return tx.Get(`SELECT (SELECT count(*) FROM settled), (SELECT count(*) FROM signing_key)`, nil, &rows, &keys)
	}); err != nil || rows != written || keys != 1 {
		t.Errorf("the dump holds %d settled rows and %d keys, %v", rows, keys, err)
	}
}

func dumped(t *testing.T, cfg Config) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(cfg.Data, "before-schema-*.dump.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func opened(t *testing.T, cfg Config) *App {
	t.Helper()
	a, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func closed(t *testing.T, a *App) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
