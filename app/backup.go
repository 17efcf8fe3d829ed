package app

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	if err := errors.Join(err, known(have)); err != nil {
		return err
	}
	if have > 0 && have < want {
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

// OpenData opens only the database of an installation, as it stands and without any service, for backup and move: another
// process may be serving it. ErrNoData when there is none.
func OpenData(ctx context.Context, cfg Config) (*db.DB, error) {
	if cfg.DatabaseURL == "" {
		if _, err := os.Stat(file(cfg)); errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNoData
		}
	}
	return openFile(ctx, cfg)
}

// OpenEmpty opens a database that is to be filled, and makes a SQLite file where there is none.
func OpenEmpty(ctx context.Context, cfg Config) (*db.DB, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, err
	}
	return openFile(ctx, cfg)
}

func openFile(ctx context.Context, cfg Config) (*db.DB, error) {
	return db.Open(ctx, db.Options{File: file(cfg), URL: cfg.DatabaseURL, Clock: clock.System{}, Conns: cfg.Conns})
}

func file(cfg Config) string { return filepath.Join(cfg.Data, "lianyuan.db") }

// Backup writes an encrypted copy of all rows to a file while the system goes on working. The master key is not in it.
func Backup(ctx context.Context, d *db.DB, path string, to ...age.Recipient) (counts carry.Counts, err error) {
	have, err := schemaOf(ctx, d)
	if err != nil {
		return nil, err
	}
	err = writeFile(path, func(w io.Writer) error {
		sealed, err := age.Encrypt(w, to...)
		if err != nil {
			return err
		}
		z := gzip.NewWriter(sealed)
		counts, err = carry.Dump(ctx, d, have, z)
		return errors.Join(err, z.Close(), sealed.Close())
	})
	return counts, err
}

// schemaOf is the schema of an installation that this program knows: its own or an older one.
func schemaOf(ctx context.Context, d *db.DB) (int64, error) {
	have, err := migrations.Applied(ctx, d)
	if err != nil {
		return 0, err
	}
	if have == 0 {
		return 0, ErrNoData
	}
	return have, known(have)
}

// known refuses the schema of a newer program.
func known(schema int64) error {
	latest, err := migrations.Latest()
	if err == nil && schema > latest {
		err = fmt.Errorf("the data are of a newer program (schema %d, this one knows %d)", schema, latest)
	}
	return err
}

// Restore reads a backup, of this program or an older one, into an empty database.
func Restore(ctx context.Context, d *db.DB, path string, with ...age.Identity) (carry.Counts, error) {
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
	return fill(ctx, d, z)
}

// Move carries all rows from one database into another, empty one, and compares the numbers of rows.
func Move(ctx context.Context, from, to *db.DB) (carry.Counts, error) {
	have, err := schemaOf(ctx, from)
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() {
		_, err := carry.Dump(ctx, from, have, w)
		w.CloseWithError(err)
	}()
	counts, err := fill(ctx, to, r)
	return counts, errors.Join(err, r.Close())
}

// fill loads a stream under the schema it is of, and then brings that up to date.
func fill(ctx context.Context, d *db.DB, stream io.Reader) (carry.Counts, error) {
	counts, err := carry.Load(ctx, d, func(schema int64) error {
		have, err := migrations.Applied(ctx, d)
		switch {
		case err != nil:
			return err
		case have != 0 && have != schema: // an installation of another program, or the rest of another attempt
			return carry.ErrNotEmpty
		}
		if err := known(schema); err != nil {
			return err
		}
		_, err = migrations.UpTo(ctx, d, schema)
		return err
	}, stream)
	if err != nil {
		return nil, err
	}
	_, err = migrations.Up(ctx, d)
	return counts, err
}
