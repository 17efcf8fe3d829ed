package place

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Everything packed can be unpacked: [sound] may rely on it.
func TestPackedDataIsSound(t *testing.T) {
	b, err := readBase(divisionsFile)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(b.parents); n != 1+31+(342-9)+(2978-4)+41352 {
		t.Errorf("%d divisions", n)
	}
	villages := 0
	letters, _, err := func() (string, bool, error) {
		shelf, err := openShelf(villagesFile)
		if err != nil {
			return "", false, err
		}
		return shelf.chunk(0)
	}()
	if err != nil || utf8.RuneCountInString(letters) < 5000 {
		t.Fatalf("alphabet: %v", err)
	}
	shelf, _ := openShelf(villagesFile)
	for _, key := range shelf.keys[1:] {
		c, ok := b.county(key)
		if !ok {
			t.Fatalf("county %d", key)
		}
		villages += len(c.number)
		for i := range c.number {
			name := c.name(i)
			if name == "" || !utf8.ValidString(name) || len(c.code(b, i)) != 12 {
				t.Fatalf("village %s of %d: %q", c.code(b, i), key, name)
			}
		}
	}
	if villages != 620573 {
		t.Errorf("%d villages", villages)
	}
	if n := len(b.villages.recent); n > cachedCounties {
		t.Errorf("%d counties kept", n)
	}
	a := b.outlines()
	for i, p := range a.plots {
		shape := a.shape(i)
		box, ok := shape.Bounds()
		if !ok || box.MinLon < p.box.MinLon || box.MaxLon > p.box.MaxLon || box.MinLat < p.box.MinLat || box.MaxLat > p.box.MaxLat {
			t.Errorf("%d: box %v of %v", p.code, p.box, box)
		}
		if !p.box.Contains(p.centre) {
			t.Errorf("%d: centre %v", p.code, p.centre)
		}
	}
	if total := len(divisionsFile) + len(villagesFile) + len(outlinesFile); total > 6<<20 {
		t.Errorf("%d bytes packed", total)
	}
}

func TestChongqingFileIsSound(t *testing.T) {
	if _, _, err := readSuccession(chongqing2025); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{", `{"changes":[{"at":"yesterday"}]}`} {
		if _, _, err := readSuccession([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// Damaged data gives an error, never a panic or a huge allocation.
func FuzzUnpack(f *testing.F) {
	shelf, err := openShelf(villagesFile)
	if err != nil {
		f.Fatal(err)
	}
	county, _, err := shelf.chunk(500110)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(county)
	f.Add(divisionsFile[:200])
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Add(strings.Repeat("\x01", 50))
	b := loadBase()
	b.county(500110)
	f.Fuzz(func(_ *testing.T, s string) {
		_, _ = b.readCounty(500110, s)
		_, _ = readShapes(s, 3)
		_, _ = openShelf(s)
		_, _ = inflate(s)
		_ = (&atlas{}).readIndex(s)
	})
}

func BenchmarkFirstLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readBase(divisionsFile); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFirstPoint(b *testing.B) {
	base := loadBase()
	for b.Loop() {
		fresh := &base.atlas
		*fresh = atlas{}
		base.outlines().shape(0)
	}
}

func BenchmarkCounty(b *testing.B) {
	base := loadBase()
	base.county(500110)
	body, _, _ := base.villages.shelf.chunk(500110)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := base.readCounty(500110, body); err != nil {
			b.Fatal(err)
		}
	}
}
