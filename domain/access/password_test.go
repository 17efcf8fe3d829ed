package access

import (
	"context"
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	ctx := context.Background()
	h := newHasher(2, 64)
	stored, err := h.hash(ctx, "many-small-boats")
	if err != nil {
		t.Fatal(err)
	}
	other, err := h.hash(ctx, "many-small-boats")
	if err != nil || other == stored || strings.Contains(stored, "boats") {
		t.Errorf("hashed twice: %s and %s, %v", stored, other, err)
	}
	for _, tt := range []struct {
		stored, password string
		want             bool
	}{
		{stored, "many-small-boats", true},
		{other, "many-small-boats", true},
		{stored, "many-small-boat", false},
		{stored, "", false},
		{stored, "many-small-boats ", false},
		{"", "", false},
		{"plain", "plain", false},
		{"many-small-boats", "many-small-boats", false},
		{h.decoy(), "", false},
		{h.decoy(), "many-small-boats", false},
		{strings.Replace(stored, "m=64", "m=8", 1), "many-small-boats", false},
		{stored[:len(stored)-1], "many-small-boats", false},
		{stored + "$", "many-small-boats", false},
	} {
		if got, err := h.matches(ctx, tt.stored, tt.password); got != tt.want || err != nil {
			t.Errorf("%q against %q: %t, %v", tt.password, tt.stored, got, err)
		}
	}
	if got := newHasher(1, 0).memory; got != 64*1024 {
		t.Errorf("by default %d KiB; RFC 9106 recommends 64 MiB", got)
	}
}

// A flood of logins waits for its turn and does not take the machine's memory; who gives up leaves the line.
func TestHashingWaitsItsTurn(t *testing.T) {
	h := newHasher(1, 64)
	h.slots <- struct{}{}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.hash(gone, "many-small-boats"); err == nil {
		t.Error("hashed out of turn")
	}
	<-h.slots
	if _, err := h.hash(context.Background(), "many-small-boats"); err != nil {
		t.Error(err)
	}
}

func TestCheckPassword(t *testing.T) {
	for p, good := range map[string]bool{
		"": false, "eleven-long": false, "twelve-longs": true, strings.Repeat("水", 12): true, strings.Repeat("x", 128): true, strings.Repeat("x", 129): false,
	} {
		if err := CheckPassword(p); (err == nil) != good {
			t.Errorf("%d characters: %v", len([]rune(p)), err)
		}
	}
}
