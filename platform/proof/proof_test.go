package proof_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"lianyuan/platform/proof"
)

func TestBits(t *testing.T) {
	for _, tt := range []struct{ n, flood, least, most, want int }{
		{0, 600, 10, 12, 0},
		{600, 600, 10, 12, 0},
		{601, 600, 10, 12, 10},
		{1199, 600, 10, 12, 10},
		{1200, 600, 10, 12, 11},
		{2400, 600, 10, 12, 12},
		{1 << 30, 600, 10, 12, 12},
		{601, 600, 10, 0, 0}, // switched off
		{601, 600, 14, 12, 12},
		{0, 0, 10, 12, 0},
		{1, 0, 10, 12, 10}, // a flood from the first on, for an exercise
	} {
		if got := proof.Bits(tt.n, tt.flood, tt.least, tt.most); got != tt.want {
			t.Errorf("%+v: %d bits", tt, got)
		}
	}
}

type key string

func (k key) Derive(purpose, value string) []byte {
	sum := sha256.Sum256([]byte(string(k) + purpose + "\x00" + value))
	return sum[:16]
}

const (
	one   = "01a2056e-3ec6-7ec5-8fdd-3cfa0157ef9f"
	other = "01a2056e-3ec6-7ec5-8fdd-3cfa0157efa0"
	grace = 24 * time.Hour
)

var noon = time.Date(2026, 6, 18, 12, 0, 30, 0, time.UTC)

// worked tries numbers as a page does.
func worked(t *testing.T, c *proof.Challenges, challenge, record string) string {
	t.Helper()
	for n := range 1 << 20 {
		if work := fmt.Sprintf("%s.%d", challenge, n); c.Done(work, record, noon, grace) {
			return work
		}
	}
	t.Fatal("no number does it")
	return ""
}

func TestDone(t *testing.T) {
	c := proof.New(key("installation"))
	challenge := c.At(noon, 10)
	work := worked(t, c, challenge, one)
	part := strings.Split(work, ".")
	changed := func(i int, to string) string {
		p := append([]string{}, part...)
		p[i] = to
		return strings.Join(p, ".")
	}
	for name, tt := range map[string]struct {
		work, record string
		at           time.Time
		want         bool
	}{
		"as given":              {work, one, noon, true},
		"on another node":       {work, one, noon.Add(-time.Second), true},
		"its clock behind":      {work, one, noon.Add(-2 * time.Minute), true},
		"kept for a day":        {work, one, noon.Add(grace), true},
		"kept for longer":       {work, one, noon.Add(grace + 2*time.Minute), false},
		"for another record":    {work, other, noon, false},
		"for none":              {work, "", noon, false},
		"for what is no id":     {work, "x", noon, false},
		"an easier one":         {changed(1, "0"), one, noon, false},
		"a later one":           {changed(0, "99999999"), one, noon, false},
		"a forged one":          {changed(2, strings.Repeat("0", 32)), one, noon, false},
		"no number":             {challenge, one, noon, false},
		"an empty number":       {challenge + ".", one, noon, false},
		"a negative number":     {challenge + ".-1", one, noon, false},
		"a number out of range": {challenge + ".4294967296", one, noon, false},
		"nothing":               {"", one, noon, false},
		"something else":        {strings.Repeat("a.", 5000), one, noon, false},
	} {
		if got := c.Done(tt.work, tt.record, tt.at, grace); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if proof.New(key("elsewhere")).Done(work, one, noon, grace) {
		t.Error("the challenge of another installation counts")
	}
}

// Every number of the first thousand either has the bits or has not: about one in 16 does.
func TestWorkIsWanted(t *testing.T) {
	c := proof.New(key("installation"))
	challenge, done := c.At(noon, 4), 0
	for n := range 1000 {
		if c.Done(fmt.Sprintf("%s.%d", challenge, n), one, noon, grace) {
			done++
		}
	}
	if done < 30 || done > 110 {
		t.Errorf("%d of 1000 numbers have four zero bits", done)
	}
}

func BenchmarkDone(b *testing.B) {
	c := proof.New(key("installation"))
	work := c.At(noon, 12) + ".4711"
	for b.Loop() {
		c.Done(work, one, noon, grace)
	}
}
