package app

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"lianyuan/domain/access"
	"lianyuan/domain/pass"
	"lianyuan/migrations"
	"lianyuan/platform/carry"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/journal"
	"lianyuan/platform/node"
	"lianyuan/platform/number"
	"lianyuan/platform/seal"
)

// dumpName is how the files begin that are written before an upgrade.
const dumpName = "before-schema-"

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
		if err := a.dropPartDumps(); err != nil {
			return fmt.Errorf("backup before the upgrade: %w", err)
		}
		path := filepath.Join(a.cfg.Data, fmt.Sprintf(dumpName+"%d-%s.dump.gz", want, a.cfg.Clock.Now().Format("20060102T150405")))
		if err := writeFile(path, func(w io.Writer) error {
			z := gzip.NewWriter(w)
			_, err := carry.Dump(ctx, a.DB, have, carry.Whole, z)
			return errors.Join(err, z.Close())
		}); err != nil {
			return fmt.Errorf("backup before the upgrade: %w", err)
		}
		a.Dumped = path
	}
	_, err = migrations.Up(ctx, a.DB)
	return err
}

// dropPartDumps deletes what an upgrade left that ended while it wrote its dump: it opens nowhere, and holds keys.
func (a *App) dropPartDumps() error {
	files, err := filepath.Glob(filepath.Join(a.cfg.Data, part(dumpName+"*")))
	for _, f := range files {
		err = errors.Join(err, os.Remove(f))
	}
	return err
}

// writeFile writes a file as a whole or not at all: under another name first, synced, then renamed.
func writeFile(path string, write func(io.Writer) error) error {
	if err := writePart(path, write); err != nil {
		return err
	}
	return rename(path)
}

func part(path string) string { return path + ".part" }

// writePart writes a file under the name that it has until it is renamed.
func writePart(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(part(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(part(path)))
	}
	return nil
}

func rename(path string) error {
	err := os.Rename(part(path), path)
	if err != nil {
		return errors.Join(err, os.Remove(part(path)))
	}
	return seal.SyncDir(filepath.Dir(path))
}

// OpenData opens only the database of an installation, as it stands and without any service, for backup and move: another
// process may be serving it. ErrNoData when there is none.
func OpenData(ctx context.Context, cfg Config) (*db.DB, error) {
	if err := there(cfg); err != nil {
		return nil, err
	}
	return openFile(ctx, cfg)
}

// there is ErrNoData when the directory holds no SQLite file and the data are nowhere else.
func there(cfg Config) error {
	if cfg.DatabaseURL != "" {
		return nil
	}
	_, err := os.Stat(file(cfg))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNoData
	}
	return err
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

// ErrSameFile says that rows and keys of a backup were to be written into one file.
var ErrSameFile = errors.New("--to and --keys name the same file: the keys are kept apart from the rows")

// ErrNoFile says that a backup was to be written over something that is no file.
var ErrNoFile = errors.New("the target of a backup is a file")

// target is where a file of a backup is written: what a link points at, for a key file that stays behind its link would be an old one.
func target(path string) (string, error) {
	at, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return filepath.Clean(path), nil
	}
	if err != nil {
		return "", err
	}
	known, err := os.Stat(at)
	if err == nil && !known.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s", ErrNoFile, path)
	}
	return at, err
}

// targets are the two files of a backup.
func targets(path, keys string) (rows, apart string, err error) {
	rows, err1 := target(path)
	apart, err2 := target(keys)
	if err := errors.Join(err1, err2); err != nil {
		return "", "", err
	}
	one, err1 := os.Stat(rows)
	other, err2 := os.Stat(apart)
	if rows == apart || err1 == nil && err2 == nil && os.SameFile(one, other) {
		return "", "", ErrSameFile
	}
	return rows, apart, nil
}

// Backup writes an encrypted copy of all rows to a file, and of the keys of personal data to another, while the system goes
// on working. The master key is in neither. Of the file of keys there is to be one, written anew each time: what was
// destroyed is readable for whoever keeps an old one.
func Backup(ctx context.Context, d *db.DB, path, keys string, to ...age.Recipient) (counts carry.Counts, err error) {
	if path, keys, err = targets(path, keys); err != nil {
		return nil, err
	}
	have, err := schemaOf(ctx, d)
	if err != nil {
		return nil, err
	}
	counts = carry.Counts{}
	for _, x := range []struct {
		part carry.Part
		path string
	}{{carry.Rows, path}, {carry.Keys, keys}} { // in this order: keys that are made meanwhile are in their file
		n, err := backUp(ctx, d, have, x.part, x.path, to)
		if err != nil {
			if x.part == carry.Keys { // rows without their keys are no backup
				err = errors.Join(err, os.Remove(part(path)))
			}
			return nil, err
		}
		maps.Copy(counts, n)
	}
	if err := rename(keys); err != nil {
		return nil, errors.Join(err, os.Remove(part(path)))
	}
	return counts, rename(path) // last: the keys may be newer than rows, never older
}

func backUp(ctx context.Context, d *db.DB, schema int64, part carry.Part, path string, to []age.Recipient) (counts carry.Counts, err error) {
	err = writePart(path, func(w io.Writer) error {
		sealed, err := age.Encrypt(w, to...)
		if err != nil {
			return err
		}
		z := gzip.NewWriter(sealed)
		counts, err = carry.Dump(ctx, d, schema, part, z)
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

// ErrNoKeys says that a backup was to be read without its keys.
var ErrNoKeys = errors.New("the keys of this backup are in a file of their own: name it with --keys")

// Restore reads a backup, of this program or an older one, into an empty database. keys is the file of the keys; one that is
// newer than the rows will do, and what was destroyed meanwhile stays unreadable and is destroyed again when the server
// starts. A backup of a program that kept the keys among the rows needs none, nor does what an upgrade left (upgrade), which
// is not encrypted either.
//
// What was restored is a node of its own (ADR 26): the one that the backup is of may go on. letter is "" or that of its
// numbers, which go on far above those of the backup (ADR 28).
func Restore(ctx context.Context, d *db.DB, path, keys, letter string, with ...age.Identity) (counts carry.Counts, err error) {
	if err := (Config{Letter: letter}).checkLetter(); err != nil {
		return nil, err
	}
	if err := fit(path, keys, with); err != nil { // before anything is written
		return nil, err
	}
	var head carry.Header
	err = readFile(path, with, func(r io.Reader) (err error) {
		head, counts, err = fill(ctx, d, r, keys != "")
		return err
	})
	if err != nil {
		return nil, err
	}
	if head.Part == carry.Rows {
		if err := readFile(keys, with, func(r io.Reader) error {
			n, err := carry.LoadKeys(ctx, d, head, func(h carry.Header) error { return raise(ctx, d, h.Schema) }, r)
			maps.Copy(counts, n)
			return err
		}); err != nil {
			return nil, fmt.Errorf("keys: %w", err)
		}
	}
	if _, err := migrations.Up(ctx, d); err != nil {
		return nil, err
	}
	return counts, d.Update(ctx, func(tx *db.Tx) error {
		if err := node.Renew(tx, clock.FromMicro(head.At), letter); err != nil {
			return err
		}
		if err := tx.Get(`SELECT letter FROM instance WHERE id = 1`, nil, &letter); err != nil {
			return err
		}
		return errors.Join(seal.Recheck(tx, lookupHashes), access.Restored(tx), pass.Restored(tx), number.Restored(tx, letter))
	})
}

// fit looks at the beginnings of both files of a backup: whether they are what they are named as, and belong together.
func fit(path, keys string, with []age.Identity) error {
	var rows carry.Header
	err := readFile(path, with, func(r io.Reader) (err error) {
		rows, err = carry.Head(r)
		return err
	})
	switch {
	case err != nil:
		return err
	case rows.Part == carry.Keys:
		return ErrKeysAsRows
	case rows.Part == carry.Whole:
		return nil
	case keys == "":
		return ErrNoKeys
	}
	err = readFile(keys, with, func(r io.Reader) error {
		h, err := carry.Head(r)
		if err == nil {
			err = h.Opens(rows)
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("keys: %w", err)
	}
	return err
}

// The refusals of a file of a backup.
var (
	ErrKeysAsRows = errors.New("--from names the file of the keys: name that of the rows, and the keys with --keys")
	ErrWrongKey   = errors.New("the private key or the passphrase is not that of this file")
	ErrNoBackup   = errors.New("this file is no backup")
)

// readFile opens a file of a backup and hands on what is in it.
func readFile(path string, with []age.Identity, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	open, err := unlocked(f, path, with)
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(open)
	if err != nil {
		return carry.ErrDamaged
	}
	return read(z)
}

// unlocked is what a file holds, still compressed: a backup is opened with a key, what an upgrade left needs none.
func unlocked(f io.Reader, path string, with []age.Identity) (io.Reader, error) {
	in := bufio.NewReader(f)
	if begin, err := in.Peek(2); err == nil && begin[0] == 0x1f && begin[1] == 0x8b { // as every gzip file
		return in, nil
	}
	if len(with) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrWrongKey, path)
	}
	open, err := age.Decrypt(in, with...)
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, fmt.Errorf("%w: %s", ErrWrongKey, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %s: %w", ErrNoBackup, path, err)
	}
	return open, nil
}

// Move carries all rows from one database into another, empty one, and compares the numbers of rows. What a node wrote meanwhile
// would stay behind: db.ErrServed; claim a SQLite file first.
func Move(ctx context.Context, from, to *db.DB) (carry.Counts, error) {
	have, err := schemaOf(ctx, from)
	if err != nil {
		return nil, err
	}
	if served, err := journal.Served(ctx, from); err != nil || served {
		return nil, cmp.Or(err, db.ErrServed)
	}
	r, w := io.Pipe()
	go func() {
		_, err := carry.Dump(ctx, from, have, carry.Whole, w)
		w.CloseWithError(err)
	}()
	_, counts, err := fill(ctx, to, r, false)
	if err == nil {
		_, err = migrations.Up(ctx, to)
	}
	return counts, errors.Join(err, r.Close())
}

// fill loads a stream under the schema it is of; keys says whether those that it may lack will follow.
func fill(ctx context.Context, d *db.DB, stream io.Reader, keys bool) (carry.Header, carry.Counts, error) {
	return carry.Load(ctx, d, func(h carry.Header) error {
		have, err := migrations.Applied(ctx, d)
		switch {
		case err != nil:
			return err
		case have != 0 && have != h.Schema: // an installation of another program, or the rest of another attempt
			return carry.ErrNotEmpty
		case h.Part == carry.Rows && !keys:
			return ErrNoKeys
		}
		return raise(ctx, d, h.Schema)
	}, stream)
}

// raise brings a database to a schema that this program knows; one that is there already stays.
func raise(ctx context.Context, d *db.DB, schema int64) error {
	have, err := migrations.Applied(ctx, d)
	if err := errors.Join(err, known(schema)); err != nil || have >= schema {
		return err
	}
	_, err = migrations.UpTo(ctx, d, schema)
	return err
}

// forgetDumps deletes the files that were written before an upgrade, when they are older than a destruction of personal
// data: they hold its key.
func (a *App) forgetDumps(destroyed time.Time) {
	ctx := context.Background()
	files, err := filepath.Glob(filepath.Join(a.cfg.Data, dumpName+"*"))
	for _, f := range files {
		known, wrong := os.Stat(f)
		if wrong == nil && known.ModTime().Before(destroyed) {
			if wrong = os.Remove(f); wrong == nil {
				slog.InfoContext(ctx, "a copy from before an upgrade was deleted: it held the key of destroyed personal data", slog.String("file", filepath.Base(f)))
			}
		}
		err = errors.Join(err, wrong)
	}
	if err != nil {
		slog.ErrorContext(ctx, "a copy from before an upgrade still holds the key of destroyed personal data; delete it by hand", slog.Any("error", err))
	}
}
