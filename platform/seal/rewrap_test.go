package seal_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/seal"
)

// stopped is a context that ends when something is so.
type stopped struct {
	context.Context //nolint:containedctx // it is one
	so              func() bool
}

func (s stopped) Err() error {
	if s.so() {
		return context.Canceled
	}
	return nil
}

// A change that stops between two slices goes on where it stopped, and only under the same two keys.
func TestRewrapGoesOnWhereItStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const many = 450 // more than two slices
		ctx := t.Context()
		keeper := seal.NewKeeper(d, master(t, 1))
		sealed := map[string][]byte{}
		for n := range many {
			key, err := keeper.For(ctx, "person:"+strconv.Itoa(n))
			if err != nil {
				t.Fatal(err)
			}
			if sealed[key.Scope], err = key.Seal([]byte(key.Scope), "row"); err != nil {
				t.Fatal(err)
			}
		}
		signing, private, err := keeper.Signing(ctx, "journal")
		if err != nil {
			t.Fatal(err)
		}
		under := func(m string) (n int) {
			if err := d.View(context.Background(), func(tx *db.Tx) error {
				return tx.Get(`SELECT count(*) FROM data_key WHERE master = $1`, []any{m}, &n)
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		to, told := master(t, 2), 0
		finish := func(_ *db.Tx, keys int) error {
			told = keys
			return nil
		}
		first, err := keeper.Rewrap(stopped{ctx, func() bool { return under(to.ID) > 0 }}, to, finish)
		if !errors.Is(err, context.Canceled) || first == 0 || first >= many || under(to.ID) != first || told != 0 {
			t.Fatalf("it stopped after %d, %d stand under the new key, told %d: %v", first, under(to.ID), told, err)
		}
		for n, m := range []*seal.Master{master(t, 1), to} {
			if _, err := seal.NewKeeper(d, m).Wrapped(ctx); !errors.Is(err, seal.ErrMixed) {
				t.Errorf("key %d alone is taken: %v", n+1, err)
			}
		}
		if _, err := seal.NewKeeper(d, master(t, 1)).Rewrap(ctx, master(t, 3), finish); !errors.Is(err, seal.ErrMixed) {
			t.Errorf("it went on under a third key: %v", err)
		}
		second, err := seal.NewKeeper(d, master(t, 1)).Rewrap(ctx, to, finish)
		if err != nil || first+second != many+1 || told != second {
			t.Fatalf("%d and %d keys, told %d: %v", first, second, told, err)
		}
		now := seal.NewKeeper(d, to)
		if n, err := now.Wrapped(ctx); err != nil || n != many+1 {
			t.Errorf("%d keys under the new one: %v", n, err)
		}
		for scope, value := range sealed {
			if plain, err := now.Open(ctx, value, "row"); err != nil || string(plain) != scope {
				t.Fatalf("%s opens as %q, %v", scope, plain, err)
			}
		}
		if id, again, err := now.Signing(ctx, "journal"); err != nil || id != signing || !again.Equal(private) {
			t.Errorf("it signs with another key: %s, %v", id, err)
		}
		if _, err := seal.NewKeeper(d, master(t, 1)).Rewrap(ctx, to, finish); !errors.Is(err, seal.ErrMaster) {
			t.Errorf("the old key was taken again: %v", err)
		}
	})
}
