package db_test

import (
	"os"
	"path/filepath"
	"testing"

	"lianyuan/platform/db"
)

// The log of SQLite is copied back while others write, and begins again: it does not grow with what is written.
func TestLogBeginsAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lianyuan.db")
	d, err := db.Open(t.Context(), db.Options{File: file})
	if err != nil {
		t.Fatal(err)
	}
	write := func(query string, args ...any) {
		t.Helper()
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(query, args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	write(`CREATE TABLE heap (id INTEGER PRIMARY KEY, load BLOB)`)
	const load, most = 256 << 10, 2 << 30
	written, log := 0, int64(0)
	for written < most && int64(written) < 64<<20+3*log {
		write(`INSERT INTO heap (load) VALUES (randomblob($1))`, load)
		written += load
		known, err := os.Stat(file + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		log = known.Size()
	}
	if written >= most {
		t.Errorf("after %d MB the log holds %d MB", written>>20, log>>20)
	}
	var n int
	if err := d.View(t.Context(), func(tx *db.Tx) error { return tx.Get(`SELECT sum(length(load)) FROM heap`, nil, &n) }); err != nil || n != written {
		t.Errorf("%d of %d bytes are there: %v", n, written, err)
	}
	if failed := d.Stats().Unsaved.Load(); failed != 0 {
		t.Errorf("the log could not be copied back %d times", failed)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
