package db_test

import (
	"context"
	"errors"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
)

// Who loses a compare-and-set is told what stands there.
func TestStaleSaysWhatStandsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(context.Background(), func(tx *db.Tx) error {
			if _, err := tx.Exec(`CREATE TABLE record (id TEXT PRIMARY KEY, state TEXT NOT NULL, version BIGINT NOT NULL)`); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO record (id, state, version) VALUES ('r', 'open', 7)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var f *fault.Error
		err = d.Update(context.Background(), func(tx *db.Tx) error { return tx.Stale("record", "id", "r", "state") })
		if !errors.Is(err, fault.ErrVersionStale) || !errors.As(err, &f) {
			t.Fatal(err)
		}
		if now, _ := f.Current.(map[string]any); now["version"] != int64(7) || now["state"] != "open" {
			t.Errorf("what stands there: %v", f.Current)
		}
		if err := d.Update(context.Background(), func(tx *db.Tx) error { return tx.Stale("record", "id", "none") }); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("of a record that is gone: %v", err)
		}
	})
}
