package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lianyuan/platform/db"
)

// Claim makes this process the one that serves the data directory until release is called; db.ErrServed when another
// does. On PostgreSQL any number of nodes serve one database.
func Claim(ctx context.Context, cfg Config) (release func() error, err error) {
	if cfg.DatabaseURL != "" {
		return func() error { return nil }, nil
	}
	if cfg.Existing {
		if err := there(cfg); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, err
	}
	return db.Claim(ctx, file(cfg))
}

// DropHalfDemo takes away a demo world whose making was interrupted (ErrHalfDemo), and says whether it could: only a file
// of ours is deleted, never what stands in a database. Call it on a claimed directory that is not open.
func DropHalfDemo(cfg Config) (bool, error) {
	if !cfg.Demo || cfg.DatabaseURL != "" {
		return false, nil
	}
	for _, end := range []string{"-wal", "-shm", ""} { // the database last: killed in between, the next start begins here again
		if err := os.Remove(filepath.Join(cfg.Data, "lianyuan.db"+end)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return true, nil
}
