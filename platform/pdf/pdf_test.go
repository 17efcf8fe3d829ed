package pdf

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/skip2/go-qrcode"

	"lianyuan/platform/document/pdftest"
)

var made = time.Date(2026, 6, 18, 2, 0, 0, 0, time.UTC)

func begun(t *testing.T) *Paper {
	t.Helper()
	p, err := New("试印", made)
	if err != nil {
		t.Fatal(err)
	}
	p.Sheet()
	return p
}

func written(t *testing.T, p *Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := p.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var whole = Box{20, 20, 250, 150}

// What is set is what a reader finds, in whatever script; the sheet is A4 and says when it was made.
func TestTextIsOnTheSheet(t *testing.T) {
	p := begun(t)
	const text = "渝B·00082 南川—綦江→G75，“水上”①救援 鬱䶮 Rescue é №5 ℃"
	p.Text(whole, text, Style{Size: 20, Bold: true})
	if len(p.Lacks()) != 0 {
		t.Errorf("the font lacks %q", p.Lacks())
	}
	got := pdftest.Read(t, written(t, p))
	if want := strings.Join(strings.Fields(text), ""); got.Packed() != want {
		t.Errorf("read %q, want %q", got.Packed(), want)
	}
	if len(got.Pages) != 1 || int(got.Pages[0].Width) != 841 || int(got.Pages[0].Height) != 595 || !strings.Contains(got.Info, "2026") {
		t.Errorf("%d pages, %s", len(got.Pages), got.Info)
	}
}

// A character that the font has not leaves 〓 and is named, once, in order; on the next sheet it is forgotten.
func TestWhatTheFontLacks(t *testing.T) {
	p := begun(t)
	p.Text(whole, "王𬭳和𠀋、𬭳😀", Style{Size: 20})
	if got := p.Lacks(); !slices.Equal(got, []rune("𬭳𠀋😀")) {
		t.Errorf("lacks %q", got)
	}
	if got := pdftest.Read(t, written(t, p)).Packed(); got != "王〓和〓、〓〓" {
		t.Errorf("read %q", got)
	}
	p = begun(t)
	p.Text(whole, "𠀋", Style{Size: 20})
	p.Sheet()
	if len(p.Lacks()) != 0 {
		t.Errorf("the next sheet lacks %q", p.Lacks())
	}
}

// Long text is set smaller and stays in its box; what is too long even so ends with ….
func TestTextStaysInItsBox(t *testing.T) {
	box := Box{100, 50, 60, 12}
	for _, tt := range []struct {
		text string
		cut  bool
	}{
		{"短", false},
		{strings.Repeat("渝黔高速至綦江北，", 8), false},
		{strings.Repeat("渝黔高速至綦江北，", 40), true},
		{strings.Repeat("W", 120), false},
	} {
		p := begun(t)
		p.Text(box, tt.text, Style{Size: 24, Middle: true})
		got := pdftest.Read(t, written(t, p))
		if said := strings.HasSuffix(got.Packed(), "…"); said != tt.cut || (!tt.cut && got.Packed() != tt.text) {
			t.Errorf("%.20s… of %d: read %.40s…", tt.text, utf8.RuneCountInString(tt.text), got.Packed())
		}
		for _, w := range got.Pages[0].Words {
			if w.XMin < box.X/point-1 || w.XMax > (box.X+box.W)/point+1 || w.YMin < box.Y/point-2 || w.YMax > (box.Y+box.H)/point+2 {
				t.Errorf("%.20s…: stands at %+v", tt.text, w)
			}
		}
	}
}

// A line neither begins with a closing mark nor ends with an opening one, and no word or number is broken that fits a line.
func TestLinesBreakWhereTheyMay(t *testing.T) {
	p := begun(t)
	for text, want := range map[string][]string{
		"一二三四五六七八九十":      {"一二三四五", "六七八九十"},
		"一二三四五，六七八":       {"一二三四", "五，六七八"},
		"一二三四（五六七八）":      {"一二三四", "（五六七八", "）"},
		"一二三 TX-A0123 六七": {"一二三", "TX-A0123", "六七"},
		"WWWWWWWWWWWW":    {"WWWWW", "WWWWW", "WW"},
		"":                nil,
	} {
		width := 5 * 10 * point * 1.05
		if strings.HasPrefix(text, "一二三四（") {
			want = []string{"一二三四", "（五六七", "八）"}
		}
		if got := p.wrap(text, 10, width); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The code on paper is the code of the text, module for module, with white around it.
func TestCodeOnPaper(t *testing.T) {
	const text = "LYTX:QED8WEX0 A%B2$:*C"
	p := begun(t)
	box := Box{30, 40, 100, 100}
	if err := p.QR(box, text); err != nil {
		t.Fatal(err)
	}
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	rows := code.Bitmap() // with four modules of white
	const dpi = 150
	picture := pdftest.Picture(t, written(t, p), dpi)
	one := box.W / float64(len(rows))
	for y, row := range rows {
		for x, dark := range row {
			at := func(from float64, n int) int { return int((from + (float64(n)+0.5)*one) / 25.4 * dpi) }
			r, _, _, _ := picture.At(at(box.X, x), at(box.Y, y)).RGBA()
			if (r < 0x8000) != dark {
				t.Fatalf("module %d, %d is %x, want dark: %v", x, y, r, dark)
			}
		}
	}
}

// Also beside others, and the font that all papers begin with stays as it is.
func TestTheSameSheetIsTheSameBytes(t *testing.T) {
	face, err := unpack()
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(face.file)
	draw := func() ([]byte, error) {
		p, err := New("试印", made)
		if err != nil {
			return nil, err
		}
		p.Sheet()
		p.Text(whole, "綦江区救援队 Ω Ω 渝B·00082", Style{Size: 20})
		p.Across("演练", Black, 0.2)
		if err := p.QR(Box{30, 40, 100, 100}, "LYTX:1"); err != nil {
			return nil, err
		}
		var out bytes.Buffer
		_, err = p.WriteTo(&out)
		return out.Bytes(), err
	}
	first, err := draw()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if next, err := draw(); err != nil || !bytes.Equal(first, next) {
				t.Errorf("two papers differ: %v", err)
			}
		})
	}
	wg.Wait()
	if !bytes.Equal(face.file, before) {
		t.Error("a paper has written into the font of all")
	}
}
