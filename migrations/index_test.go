package migrations_test

import (
	"slices"
	"testing"

	"lianyuan/migrations"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// A database as the migrations made it has every index that they name; one that is gone is found by its name.
func TestMissingIndexesAreFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if missing, err := migrations.Missing(t.Context(), d); err != nil || len(missing) > 0 {
			t.Fatalf("missing: %v, %v", missing, err)
		}
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`DROP INDEX session_account`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if missing, err := migrations.Missing(t.Context(), d); err != nil || !slices.Equal(missing, []string{"session_account"}) {
			t.Errorf("missing: %v, %v", missing, err)
		}
	})
}
