package seal_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/seal"
)

func master(t *testing.T, b byte) *seal.Master {
	t.Helper()
	m, err := seal.NewMaster(bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSealedOpensOnlyInItsPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		keeper := seal.NewKeeper(d, master(t, 1))
		key, err := keeper.For(ctx, "report:/50/500110/:2026-11")
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := key.Seal([]byte("13800000000"), "report:1:person")
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte("138000")) {
			t.Fatal("the value can be read")
		}
		other := seal.NewKeeper(d, master(t, 1)) // another node, empty memory
		if got, err := other.Open(ctx, sealed, "report:1:person"); err != nil || string(got) != "13800000000" {
			t.Fatalf("%q, %v", got, err)
		}
		if _, err := other.Open(ctx, sealed, "report:2:person"); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("opened in another row: %v", err)
		}
		sealed[len(sealed)-1]++
		if _, err := other.Open(ctx, sealed, "report:1:person"); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("opened although changed: %v", err)
		}
		sealed[len(sealed)-1]--
		if _, err := seal.NewKeeper(d, master(t, 2)).Open(ctx, sealed, "report:1:person"); !errors.Is(err, seal.ErrMaster) {
			t.Errorf("opened with another master key: %v", err)
		}
	})
}

func TestOneKeyForAScopeWhoeverAsksFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		got := make(chan string, 8)
		for range 8 {
			go func() {
				key, err := seal.NewKeeper(d, master(t, 1)).Lookup(ctx)
				if err != nil {
					got <- err.Error()
					return
				}
				got <- string(key.Hash("receipt", "A"))
			}()
		}
		first := <-got
		for range 7 {
			if next := <-got; next != first {
				t.Fatalf("%q and %q", first, next)
			}
		}
	})
}

func TestMasterFileIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "master")
	if _, _, err := seal.MasterFromFile(path, false); err == nil {
		t.Fatal("a missing key file was accepted")
	}
	a, made, err := seal.MasterFromFile(path, true)
	if err != nil || !made {
		t.Fatal(made, err)
	}
	b, made, err := seal.MasterFromFile(path, true)
	if err != nil || made || a.ID != b.ID {
		t.Fatal(made, err, a.ID, b.ID)
	}
}

// A device that never ends, or another file named by mistake, fills no memory.
func TestSecretIsReadOnlyAsFarAsOneCanBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for size, want := range map[int]error{64 << 10: nil, 64<<10 + 1: seal.ErrLong, 1 << 20: seal.ErrLong} {
		if err := os.WriteFile(path, bytes.Repeat([]byte("0"), size), 0o600); err != nil {
			t.Fatal(err)
		}
		text, err := seal.ReadSecret(path)
		if !errors.Is(err, want) || len(text) > 64<<10+1 {
			t.Errorf("%d bytes: %d read, %v", size, len(text), err)
		}
		if _, _, err := seal.MasterFromFile(path, true); !errors.Is(err, seal.ErrNoMaster) {
			t.Errorf("a master key of %d bytes: %v", size, err)
		}
	}
}
