package seal_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/seal"
)

// A text goes through its column sealed, opens in its place only, and cannot be written when nobody has sealed it.
func TestATextStandsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		keeper := seal.NewKeeper(d, master(t, 1))
		key, err := keeper.For(ctx, "party:1")
		if err != nil {
			t.Fatal(err)
		}
		text, err := key.Text("腿伤未愈", "party:1:note")
		if err != nil || text.Plain != "腿伤未愈" {
			t.Fatalf("%+v, %v", text, err)
		}
		write := func(row string, x seal.Text) error {
			return d.Update(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO data_key (id, scope, algorithm, master, wrapped, created_at) VALUES ($1, $1, '', '', $2, 0)`, row, x)
				return err
			})
		}
		if err := write("a", text); err != nil {
			t.Fatal(err)
		}
		var back seal.Text
		var raw []byte
		if err := d.View(ctx, func(tx *db.Tx) error {
			return errors.Join(tx.Get(`SELECT wrapped FROM data_key WHERE id = 'a'`, nil, &back), tx.Get(`SELECT wrapped FROM data_key WHERE id = 'a'`, nil, &raw))
		}); err != nil || back.Plain != "" || bytes.Contains(raw, []byte("腿伤")) {
			t.Fatalf("read %+v, %q, %v", back, raw, err)
		}
		other := back
		if err := keeper.OpenText(ctx, &other, "party:2:note"); !errors.Is(err, seal.ErrSealed) || other.Plain != "" {
			t.Errorf("opened in another place: %+v, %v", other, err)
		}
		if err := keeper.OpenText(ctx, &back, "party:1:note"); err != nil || back.Plain != "腿伤未愈" {
			t.Errorf("opened: %+v, %v", back, err)
		}
		if err := write("b", seal.Text{Plain: "腿伤未愈"}); err == nil {
			t.Error("a text was written that nobody had sealed")
		}
		var none seal.Text
		if nothing, err := key.Text("", "party:1:note"); err != nil || errors.Join(none.Scan(nil), keeper.OpenText(ctx, &none, "party:1:note")) != nil || nothing.Plain+none.Plain != "" {
			t.Errorf("nothing became something: %+v", none)
		}
	})
}
