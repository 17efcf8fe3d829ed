package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"lianyuan/platform/db"
)

func TestClaim(t *testing.T) {
	ctx, file := context.Background(), filepath.Join(t.TempDir(), "lianyuan.db")
	release, err := db.Claim(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Claim(ctx, file); !errors.Is(err, db.ErrServed) {
		t.Errorf("a second claim: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := db.Claim(ctx, file)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
}
