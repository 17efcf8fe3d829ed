package seal_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/seal"
)

// many is more rows than one transaction turns.
const many = 1201

func lookup(t *testing.T, d *db.DB) *seal.Lookup {
	t.Helper()
	l, err := seal.NewKeeper(d, master(t, 1)).Lookup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A look-up hash says how it was made: algorithm, then the key.
func TestALookupHashNamesItsKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := lookup(t, d)
		hash := l.Hash("phone", "13800000017")
		key, err := seal.NewKeeper(d, master(t, 1)).For(t.Context(), "lookup:1")
		if err != nil {
			t.Fatal(err)
		}
		if want := append([]byte{1}, key.ID[12:]...); len(hash) != 21 || !bytes.HasPrefix(hash, want) {
			t.Errorf("%x does not begin with %x", hash, want)
		}
		if !bytes.Equal(hash, lookup(t, d).Hash("phone", "13800000017")) || bytes.Equal(hash, l.Hash("person", "13800000017")) {
			t.Error("equal values of one purpose have equal hashes, and of no other")
		}
		if !l.Same(hash, "phone", "13800000017") || l.Same(hash, "phone", "13800000018") || l.Same(nil, "phone", "") || l.Same(hash[5:], "phone", "13800000017") {
			t.Error("what is the same is not told from what is not")
		}
		if token := seal.TokenHash("t"); token[0] != 2 || !bytes.Equal(token[1:5], make([]byte, 4)) || len(token) != 37 {
			t.Errorf("the hash of a token: %x", token)
		}
	})
}

// A second key becomes the present one: every row is found under it, none can be written a second time, and what was only
// compared goes on under the key that it names. An interrupted turn is refused until it is ended.
func TestTheLookupKeyTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		old := lookup(t, d)
		kind := map[db.Engine]string{db.SQLite: "BLOB", db.Postgres: "BYTEA"}[d.Engine()]
		do := func(query string, args ...any) error {
			return d.Update(ctx, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err })
		}
		if err := do(`CREATE TABLE known (hash ` + kind + ` PRIMARY KEY, phone TEXT NOT NULL UNIQUE)`); err != nil {
			t.Fatal(err)
		}
		if err := d.Update(ctx, func(tx *db.Tx) error {
			for i := range many {
				if _, err := tx.Exec(`INSERT INTO known (hash, phone) VALUES ($1, $2)`, old.Hash("person", strconv.Itoa(i)), hex.EncodeToString(old.Hash("phone", strconv.Itoa(i)))); err != nil {
					return err
				}
			}
			_, err := tx.Exec(`INSERT INTO known (hash, phone) VALUES ($1, '')`, old.Hash("person", "nobody"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		digest, code := old.Hash("command", "words"), old.Derive("receipt code", "r-1")

		first := seal.Column{Table: "known", ID: []string{"hash"}, Hash: "hash"}
		second := seal.Column{Table: "known", ID: []string{"hash"}, Hash: "phone", Where: "phone <> ''"}
		keeper := seal.NewKeeper(d, master(t, 1))
		if n, err := keeper.Turn(ctx, []seal.Column{first, {Table: "nowhere", ID: []string{"id"}, Hash: "hash"}}); err == nil || n != many+1 {
			t.Fatalf("half a turn: %d rows, %v", n, err)
		}
		if _, err := seal.NewKeeper(d, master(t, 1)).Lookup(ctx); !errors.Is(err, seal.ErrTurning) {
			t.Fatalf("half turned it was opened: %v", err)
		}
		if n, err := seal.NewKeeper(d, master(t, 1)).Turn(ctx, []seal.Column{first, second}); err != nil || n != many {
			t.Fatalf("the other half: %d rows, %v", n, err)
		}
		looksTurned(t, d, old, lookup(t, d))
		now := lookup(t, d)
		if !now.Same(digest, "command", "words") || now.Same(digest, "command", "others") || !bytes.Equal(code, now.DeriveAs(digest, "receipt code", "r-1")) {
			t.Error("what was made under the key of before is not known again")
		}
		if bytes.Equal(code, now.Derive("receipt code", "r-1")) {
			t.Error("the new key makes what the old one made")
		}

		if n, err := keeper.Turn(ctx, []seal.Column{first, second}); err != nil || n != 2*many+1 {
			t.Fatalf("a third key: %d rows, %v", n, err)
		}
		looksTurned(t, d, now, lookup(t, d))
		if again, err := keeper.Lookup(ctx); err != nil || !again.Same(digest, "command", "words") {
			t.Errorf("the keeper that turned goes on: %v", err)
		}
	})
}

func looksTurned(t *testing.T, d *db.DB, before, now *seal.Lookup) {
	t.Helper()
	for i := range many {
		person, phone := now.Hash("person", strconv.Itoa(i)), hex.EncodeToString(now.Hash("phone", strconv.Itoa(i)))
		var found string
		if err := d.View(t.Context(), func(tx *db.Tx) error {
			return tx.Get(`SELECT phone FROM known WHERE hash = $1`, []any{person}, &found)
		}); err != nil || found != phone {
			t.Fatalf("row %d: %q, %v", i, found, err)
		}
	}
	again := func(hash []byte) error {
		return d.Update(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO known (hash, phone) VALUES ($1, 'another')`, hash)
			return err
		})
	}
	if err := again(now.Hash("person", "7")); !db.IsUnique(err) {
		t.Errorf("one person became two: %v", err)
	}
	var left int
	if err := d.View(t.Context(), func(tx *db.Tx) error {
		return tx.Get(`SELECT count(*) FROM known WHERE substr(hash, 1, 5) = $1`, []any{before.Hash("person", "7")[:5]}, &left)
	}); err != nil || left != 0 {
		t.Errorf("%d rows under the key of before, %v", left, err)
	}
}
