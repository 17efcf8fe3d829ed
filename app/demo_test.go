package app

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"lianyuan/domain/org"
)

// A demo world whose making was interrupted is told from a whole one, and is made anew.
func TestHalfDemoIsMadeAnew(t *testing.T) {
	cfg := Config{Data: filepath.Join(t.TempDir(), "data"), Demo: true, Home: "50", PasswordKiB: 64}
	killed := errors.New("killed")
	begin := func(fresh bool, then func(context.Context) error) error {
		a, err := Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}()
		if a.Fresh != fresh {
			t.Errorf("fresh: %t", a.Fresh)
		}
		return a.MakeDemo(t.Context(), then)
	}
	whole := func(context.Context) error { return nil }
	if err := begin(true, func(context.Context) error { return killed }); !errors.Is(err, killed) {
		t.Fatal(err)
	}
	if err := begin(false, whole); !errors.Is(err, ErrHalfDemo) {
		t.Fatalf("a half world: %v", err)
	}
	if dropped, err := DropHalfDemo(cfg); !dropped || err != nil {
		t.Fatalf("%t, %v", dropped, err)
	}
	if err := begin(true, whole); err != nil {
		t.Fatal(err)
	}
	if err := begin(false, whole); err != nil {
		t.Errorf("a whole world: %v", err)
	}
	earnest := cfg
	earnest.Demo = false
	if dropped, err := DropHalfDemo(earnest); dropped || err != nil {
		t.Errorf("what is no demo: %t, %v", dropped, err)
	}
}

// The demo seats the units of the source document as it does: 17 in all with the support team, 5, 6 and 11 in the groups,
// some in two or three of them.
//
// proves: S004-23 S004-35 S004-39
func TestDemoSeatsUnitsAsTheDocument(t *testing.T) {
	seats := map[org.Group]int{}
	for _, u := range demoUnits {
		for _, g := range groupsOf(u.groups) {
			seats[g]++
		}
	}
	if len(demoUnits) != 16 || seats[org.General] != 5 || seats[org.Coordination] != 6 || seats[org.Support] != 11 {
		t.Errorf("%d units beside the support team, seats %v", len(demoUnits), seats)
	}
	if i := slices.IndexFunc(demoUnits, func(u demoUnit) bool { return len(u.groups) == 3 }); i < 0 || demoUnits[i].name != "市应急局" {
		t.Error("the emergency bureau sits in all three groups")
	}
}
