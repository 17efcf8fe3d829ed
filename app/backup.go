package app

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"lianyuan/migrations"
	"lianyuan/platform/carry"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// upgrade brings the schema up to date. A database that holds an older one is dumped into the data directory first:
// personal data in it are sealed, and the master key is not in it.
func (a *App) upgrade(ctx context.Context) error {
	have, err := migrations.Applied(ctx, a.DB)
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	want, err := migrations.Latest()
	if err != nil {
		return err
	}
	switch {
	case have > want:
		return fmt.Errorf("the data are of a newer program (schema %d, this one knows %d)", have, want)
	case have > 0 && have < want:
		path := filepath.Join(a.cfg.Data, fmt.Sprintf("before-schema-%d-%s.dump.gz", want, a.cfg.Clock.Now().Format("20060102T150405")))
		if err := writeFile(path, func(w io.Writer) error {
			z := gzip.NewWriter(w)
			_, err := carry.Dump(ctx, a.DB, have, z)
			return errors.Join(err, z.Close())
		}); err != nil {
			return fmt.Errorf("backup before the upgrade: %w", err)
		}
	}
	_, err = migrations.Up(ctx, a.DB)
	return err
}

// writeFile writes a file as a whole or not at all: under another name first, synced, then renamed.
func writeFile(path string, write func(io.Writer) error) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, path)
}

// OpenData opens and migrates only the database of an installation, without any service: for backup, restore and move.
func OpenData(ctx context.Context, cfg Config) (*db.DB, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Options{File: filepath.Join(cfg.Data, "lianyuan.db"), URL: cfg.DatabaseURL, Clock: clock.System{}})
	if err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, DB: d}
	a.cfg.Clock = clock.System{}
	if err := a.upgrade(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Backup writes an encrypted copy of all rows to a file while the system goes on working. The master key is not in it.
func Backup(ctx context.Context, d *db.DB, path string, to ...age.Recipient) (counts carry.Counts, err error) {
	schema, err := migrations.Latest()
	if err != nil {
		return nil, err
	}
	err = writeFile(path, func(w io.Writer) error {
		sealed, err := age.Encrypt(w, to...)
		if err != nil {
			return err
		}
		z := gzip.NewWriter(sealed)
		counts, err = carry.Dump(ctx, d, schema, z)
		return errors.Join(err, z.Close(), sealed.Close())
	})
	return counts, err
}

// Restore reads a backup into an empty database.
func Restore(ctx context.Context, d *db.DB, path string, with ...age.Identity) (carry.Counts, error) {
	schema, err := migrations.Latest()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	open, err := age.Decrypt(f, with...)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	z, err := gzip.NewReader(open)
	if err != nil {
		return nil, carry.ErrDamaged
	}
	return carry.Load(ctx, d, schema, z)
}

// Move carries all rows from one database into another, empty one, and compares the numbers of rows.
func Move(ctx context.Context, from, to *db.DB) (carry.Counts, error) {
	schema, err := migrations.Latest()
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() {
		_, err := carry.Dump(ctx, from, schema, w)
		w.CloseWithError(err)
	}()
	counts, err := carry.Load(ctx, to, schema, r)
	return counts, errors.Join(err, r.Close())
}
