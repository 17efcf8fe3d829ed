package number_test

import (
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/number"
)

// After a restore no number is given again that may have been given after the backup: of a series that was there, nor of one
// that began later. Under another letter nothing was given.
func TestNumbersOfARestoredCopy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		draw := func(series, letter, want string) {
			t.Helper()
			var got string
			if err := d.Update(t.Context(), func(tx *db.Tx) (err error) {
				got, err = number.Next(tx, series, letter)
				return err
			}); err != nil || got != want {
				t.Errorf("%q, %v; want %s", got, err, want)
			}
		}
		restored := func(letter string) {
			t.Helper()
			if err := d.Update(t.Context(), func(tx *db.Tx) error { return number.Restored(tx, letter) }); err != nil {
				t.Fatal(err)
			}
		}
		draw("TX", "A", "TX-A0001")
		draw("TX", "A", "TX-A0002")
		restored("A")
		draw("TX", "A", "TX-A20001")
		draw("CD", "A", "CD-A10001")
		draw("CD", "A", "CD-A10002")
		restored("A")
		draw("TX", "A", "TX-A40001")
		draw("XQ", "A", "XQ-A20001")
		draw("TX", "B", "TX-B0001")
	})
}
