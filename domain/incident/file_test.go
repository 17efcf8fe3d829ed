package incident

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lianyuan/platform/fault"
)

// noise is a picture that does not become small.
func noise(side int) image.Image {
	r := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	for at := range m.Pix {
		m.Pix[at] = byte(r.Uint32())
	}
	return m
}

// coloured is a picture that compresses well and has four bytes a pixel.
func coloured(side int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	m.SetRGBA(1, 1, color.RGBA{G: 1, A: 1})
	return m
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packedPDF is a PDF whose objects stand packed in a stream, as most programs write them today.
func packedPDF(t *testing.T, objects string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, err := z.Write([]byte(objects))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, "%%PDF-1.7\n4 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\r\n%s\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n", b.Len(), b.Bytes())
}

func paper(objects string) []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<</Type /Catalog /Pages 2 0 R" + objects + ">>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n")
}

// A file is read to its end before it is taken as a scan, and what no scan has is refused with the reason.
func TestKindOf(t *testing.T) {
	photo, drawing := jpegOf(t, noise(200)), pngOf(t, noise(200))
	flipped := slices.Clone(drawing)
	flipped[len(flipped)/2] ^= 1
	huge := jpegOf(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	frame := bytes.Index(huge, []byte{0xff, 0xc0})
	inPasses := slices.Clone(huge)
	copy(inPasses[frame:], []byte{0xff, 0xc2, 0, 11, 8, 0x20, 0, 0x20, 0})                               // 8192 × 8192
	copy(huge[frame:], []byte{0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff})                             // 65535 × 65535
	picture := "\n5 0 obj\n<</Subtype /Image /Length 9>>\nstream\n/JS /EF /Encrypt\nendstream\nendobj\n" // bytes of a picture that read like names
	for name, tt := range map[string]struct {
		content []byte
		kind    string
		err     error
	}{
		"a photo":                          {photo, "image/jpeg", nil},
		"a photo with something behind":    {append(slices.Clone(photo), make([]byte, 100)...), "image/jpeg", nil},
		"a drawing":                        {drawing, "image/png", nil},
		"a photo cut after its head":       {photo[:700], "", ErrScanKind},
		"a photo cut in the middle":        {photo[:len(photo)/2], "", ErrScanKind},
		"a photo without its end":          {photo[:len(photo)-2], "", ErrScanKind},
		"a drawing cut after its head":     {drawing[:33], "", ErrScanKind},
		"a drawing cut in the middle":      {drawing[:len(drawing)/2], "", ErrScanKind},
		"a drawing without its end":        {drawing[:len(drawing)-12], "", ErrScanKind},
		"a drawing with a bit changed":     {flipped, "", ErrScanKind},
		"too many pixels":                  {huge, "", ErrScanPixels},
		"too many to read in passes":       {inPasses, "", ErrScanPixels},
		"a paper":                          {paper(""), "application/pdf", nil},
		"a paper that opens on a page":     {paper(" /OpenAction [2 0 R /Fit] /AcroForm <</SigFlags 3>>"), "application/pdf", nil},
		"a paper with a picture":           {paper(">>\nendobj" + picture + "<<"), "application/pdf", nil},
		"a paper of packed objects":        {packedPDF(t, "1 0 <</Type /Catalog>>"), "application/pdf", nil},
		"a paper cut off":                  {paper("")[:60], "", ErrScanKind},
		"a paper whose picture has no end": {[]byte("%PDF-1.4\n5 0 obj\n<</Length 9>>\nstream\nabc %%EOF"), "", ErrScanKind},
		"a paper that is encrypted":        {paper(" /Encrypt 9 0 R"), "", ErrScanLocked},
		"a paper with a script":            {paper(" /OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>"), "", ErrScanActive},
		"a script under another spelling":  {paper(" /AA <</O <</S /J#61vaScr#69pt>>>>"), "", ErrScanActive},
		"a script behind a picture":        {paper(">>\nendobj" + picture + "<</S /JavaScript"), "", ErrScanActive},
		"a script among packed objects":    {packedPDF(t, "1 0 <</S/JavaScript/JS(x)>>"), "", ErrScanActive},
		"a paper that starts a program":    {paper(" /OpenAction <</S /Launch /F (a.exe)>>"), "", ErrScanActive},
		"a paper with a file inside":       {paper(" /Names <</EmbeddedFiles 7 0 R>>"), "", ErrScanActive},
		"packed objects without end":       {packedPDF(t, strings.Repeat(" ", scanObjects+1)), "", ErrScanKind},
		"objects that do not unpack":       {bytes.Replace(packedPDF(t, "x"), []byte("stream\r\n"), []byte("stream\r\n??"), 1), "", ErrScanKind},
		"nothing":                          {nil, "", ErrScanKind},
	} {
		kind, err := kindOf(t.Context(), tt.content)
		if kind != tt.kind && tt.err == nil || !same(err, tt.err) {
			t.Errorf("%s: %q, %v", name, kind, err)
		}
	}
}

// same says whether two errors, both nil perhaps, point at the same fault of a file.
func same(a, b error) bool {
	var x, y *fault.Error
	if !errors.As(a, &x) || !errors.As(b, &y) {
		return a == nil && b == nil
	}
	return x.Fields[0].Code == y.Fields[0].Code
}

// What a large picture takes while it is looked at is given back before the next one is.
func TestALargePictureIsPutAside(t *testing.T) {
	file := pngOf(t, coloured(4000))
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapInuse)
	}
	runtime.GC()
	before := inUse()
	if kind, err := kindOf(t.Context(), file); kind != "image/png" || err != nil {
		t.Fatalf("%q, %v", kind, err)
	}
	if more := inUse() - before; more > scanAside {
		t.Errorf("%d bytes stay", more)
	}
}
