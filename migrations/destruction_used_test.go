package migrations_test

import (
	"context"
	"path/filepath"
	"testing"

	"lianyuan/migrations"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// What destructions of an older program were due by is read as that of every decision, with the place at which it was set.
func TestDestructionsKeepWhatTheyWereDueBy(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		ctx := context.Background()
		o.File = filepath.Join(t.TempDir(), "lianyuan.db")
		d, err := db.Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		if _, err := migrations.UpTo(ctx, d, 50); err != nil { // the last schema in which they kept it themselves
			t.Fatal(err)
		}
		if err := d.Update(ctx, func(tx *db.Tx) error {
			for n, x := range []struct{ place, value, source string }{{"/", "45", "全国规定"}, {"/50/", "45", "本市规定（试行）"}, {"/51/", "45", "本市规定（试行）"}} {
				if _, err := tx.Exec(`INSERT INTO parameter (id, key, place, value, valid_from, valid_until, locked, source, set_by, version)
					VALUES ($1, 'destruction.keep_days', $2, $3, 1, 0, $4, $5, 'office', 1)`, string(rune('a'+n)), x.place, x.value, false, x.source); err != nil {
					return err
				}
			}
			for id, keep := range map[string]string{"set": "destruction.keep_days=45（本市规定（试行））", "default": "destruction.keep_days=30（operational default (art. 85)）", "again": ""} {
				if _, err := tx.Exec(`INSERT INTO destruction (id, number, lot, key, place, incident, state, reason, by, at, due_at, keep_days, version)
					VALUES ($1, $1, $1, 'k', '/50/500110/', '', 'done', '期限届满', 'office', 7, 5, $2, 1)`, id, keep); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := migrations.Up(ctx, d); err != nil {
			t.Fatal(err)
		}
		got := map[string][3]string{}
		if err := d.View(ctx, func(tx *db.Tx) error {
			return tx.Each(func(s db.Scanner) error {
				var id string
				var x [3]string
				err := s.Scan(&id, &x[0], &x[1], &x[2])
				got[id] = x
				return err
			}, `SELECT subject, value, place, source FROM parameter_used WHERE key = 'destruction.keep_days' AND part = '' AND at = 7`)
		}); err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || got["set"] != [3]string{"45", "/50/", "本市规定（试行）"} || got["default"] != [3]string{"30", "/", "operational default (art. 85)"} {
			t.Errorf("they keep %q", got)
		}
	})
}
