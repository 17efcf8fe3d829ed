package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"lianyuan/domain/access"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// changing is an installation whose master key was seen by somebody.
type changing struct {
	t      *testing.T
	cfg    Config // under the old key
	report string
	fresh  string // file of the new key
	with   *age.X25519Identity
}

// under is the same installation with another file of the master key.
func (c *changing) under(file string) Config {
	cfg := c.cfg
	cfg.MasterKey = file
	return cfg
}

func (c *changing) in(name string) string { return filepath.Join(filepath.Dir(c.cfg.Data), name) }

// refused fails the test when the installation starts, or says another reason.
func (c *changing) refused(cfg Config, why error) {
	c.t.Helper()
	if a, err := Open(c.t.Context(), cfg); !errors.Is(err, why) {
		c.t.Errorf("opened under %s: %v, want %v", filepath.Base(cfg.MasterKey), errors.Join(err, a.Close()), why)
	}
}

// reads opens the installation, reads what stood sealed and walks the chain.
func (c *changing) reads(cfg Config, rows int64) {
	c.t.Helper()
	a := opened(c.t, cfg)
	defer closed(c.t, a)
	r, err := a.Needs.Get(access.With(c.t.Context(), a.acting(c.t, access.General)), c.report)
	if err != nil || r.Person.Text != cried {
		c.t.Errorf("the report: %+v, %v", r, err)
	}
	whole(c.t, a, rows)
}

func (c *changing) saved(rows, keys string) {
	c.t.Helper()
	d := must(OpenData(c.t.Context(), c.cfg))(c.t)
	_, err := Backup(c.t.Context(), d, rows, keys, c.with.Recipient())
	if err := errors.Join(err, d.Close()); err != nil {
		c.t.Fatal(err)
	}
}

// restored is a directory of its own with a backup in it.
func (c *changing) restored(rows, keys string) Config {
	c.t.Helper()
	cfg := c.cfg
	cfg.Data, cfg.DatabaseURL = filepath.Join(c.t.TempDir(), "data"), ""
	d := must(OpenEmpty(c.t.Context(), cfg))(c.t)
	_, err := Restore(c.t.Context(), d, rows, keys, "", c.with)
	if err := errors.Join(err, d.Close()); err != nil {
		c.t.Fatal(err)
	}
	return cfg
}

// wrappings are the data keys as they stand in the database.
func (c *changing) wrappings() (list [][]byte) {
	c.t.Helper()
	d := must(OpenData(c.t.Context(), c.cfg))(c.t)
	err := d.View(c.t.Context(), func(tx *db.Tx) error {
		return tx.Each(func(s db.Scanner) error {
			var wrapped []byte
			err := s.Scan(&wrapped)
			list = append(list, wrapped)
			return err
		}, `SELECT wrapped FROM data_key UNION ALL SELECT wrapped FROM signing_key`)
	})
	if err := errors.Join(err, d.Close()); err != nil {
		c.t.Fatal(err)
	}
	return list
}

// A master key that leaked is replaced: what was sealed is read under the new one, the old one opens nothing, the journal
// says so once, and an interruption is seen and ended.
func TestTheMasterKeyIsChanged(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		dir := t.TempDir()
		c := &changing{t: t, fresh: filepath.Join(dir, "fresh"), with: must(age.GenerateX25519Identity())(t), cfg: Config{
			Data: filepath.Join(dir, "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true,
			Clock: clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC)), MasterKey: filepath.Join(dir, "old"),
		}}
		c.report = lived(t, c.cfg)
		c.saved(c.in("before.age"), c.in("before-keys.age"))
		old := c.wrappings()
		to := NewMaster{File: c.fresh}

		if o.URL != "" { // a SQLite file is claimed by whoever calls
			a := opened(t, c.cfg)
			if _, err := ChangeMaster(t.Context(), c.cfg, to); !errors.Is(err, db.ErrServed) {
				t.Errorf("changed while a node runs: %v", err)
			}
			closed(t, a)
		}
		if _, err := ChangeMaster(t.Context(), c.cfg, NewMaster{File: c.cfg.MasterKey}); !errors.Is(err, seal.ErrSameMaster) {
			t.Errorf("changed to the same: %v", err)
		}

		c.interrupted()
		c.refused(c.cfg, seal.ErrMixed)
		c.refused(c.under(c.fresh), seal.ErrMixed)
		if _, err := ChangeMaster(t.Context(), c.cfg, NewMaster{File: c.in("slip")}); !errors.Is(err, seal.ErrNoMaster) {
			t.Errorf("a third key was made in the middle: %v", err)
		}
		if _, _, err := seal.MasterFromFile(c.in("third"), true); err != nil {
			t.Fatal(err)
		}
		if _, err := ChangeMaster(t.Context(), c.cfg, NewMaster{File: c.in("third")}); !errors.Is(err, seal.ErrMixed) {
			t.Errorf("ended under a third key: %v", err)
		}

		done := must(ChangeMaster(t.Context(), c.cfg, to))(t)
		if done.Keys != 2 || done.Made || done.From == done.To { // the two that sign: the rest was wrapped before the interruption
			t.Errorf("ended: %+v", done)
		}
		c.refused(c.cfg, seal.ErrMaster)
		if _, err := ChangeMaster(t.Context(), c.cfg, to); !errors.Is(err, seal.ErrMaster) {
			t.Errorf("the old key changed it again: %v", err)
		}
		c.nothingOf(old)
		c.reads(c.under(c.fresh), livedRows+1)
		c.toldOnce(done)
		c.restoredFromBefore()
	})
}

// interrupted begins the change and is killed before its last transaction.
func (c *changing) interrupted() {
	c.t.Helper()
	killed := errors.New("killed")
	err := unserved(c.t.Context(), c.cfg, func(ctx context.Context, a *App) error {
		old, err := a.master(ctx)
		if err != nil {
			return err
		}
		fresh, _, err := seal.MasterFromFile(c.fresh, true)
		if err != nil {
			return err
		}
		keys, err := seal.NewKeeper(a.DB, old).Rewrap(ctx, fresh, func(*db.Tx, int) error { return killed })
		if keys == 0 {
			c.t.Error("nothing was wrapped before it was killed")
		}
		return err
	})
	if !errors.Is(err, killed) {
		c.t.Fatal(err)
	}
}

// nothingOf holds that no wrapping of before stands in the files of a SQLite database any more.
func (c *changing) nothingOf(old [][]byte) {
	c.t.Helper()
	now := c.wrappings()
	for _, w := range old {
		for _, n := range now {
			if bytes.Equal(w, n) {
				c.t.Error("a key stands as it stood")
			}
		}
	}
	if c.cfg.DatabaseURL != "" {
		return
	}
	files := must(filepath.Glob(filepath.Join(c.cfg.Data, "lianyuan.db*")))(c.t)
	for _, f := range files {
		raw := must(os.ReadFile(f))(c.t)
		for _, w := range old {
			if bytes.Contains(raw, w) {
				c.t.Errorf("%s still holds a key wrapped by the old master key", filepath.Base(f))
			}
		}
	}
}

// toldOnce holds that the journal names both master keys, by their ids.
func (c *changing) toldOnce(done Changed) {
	c.t.Helper()
	a := opened(c.t, c.under(c.fresh))
	defer closed(c.t, a)
	var told []journal.Row
	for _, r := range must(a.Journal.Read(c.t.Context(), 0, 100))(c.t) {
		if r.Kind == "key" {
			told = append(told, r)
		}
	}
	var body struct {
		Keys   int
		Master string
		Was    struct{ Master string }
	}
	if len(told) != 1 || told[0].Verb != "key.changed" || json.Unmarshal(told[0].Body, &body) != nil {
		c.t.Fatalf("the journal says %+v", told)
	}
	if body.Master != done.To || body.Was.Master != done.From || body.Keys != done.Keys {
		c.t.Errorf("the journal says %s of %+v", told[0].Body, done)
	}
}

// restoredFromBefore: a backup of before opens with the old key and its own keys; beside the keys of now it is served when the
// change has been made on it, too.
func (c *changing) restoredFromBefore() {
	c.t.Helper()
	before := c.restored(c.in("before.age"), c.in("before-keys.age"))
	c.reads(before, livedRows+1) // that it was restored

	c.saved(c.in("after.age"), c.in("keys.age"))
	mixed := c.restored(c.in("before.age"), c.in("keys.age"))
	c.refused(mixed, seal.ErrMixed)
	now := mixed
	now.MasterKey = c.fresh
	c.refused(now, seal.ErrMixed)
	if done, err := ChangeMaster(c.t.Context(), mixed, NewMaster{File: c.fresh}); err != nil || done.Keys == 0 {
		c.t.Errorf("ended on the restored: %+v, %v", done, err)
	}
	c.reads(now, livedRows+2)
}
