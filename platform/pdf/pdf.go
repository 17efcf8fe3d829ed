// Package pdf writes sheets of A4 as PDF, in a font that is part of the program.
//
// A sheet is drawn in boxes, in millimetres from its upper left corner. Text stands inside its box: it is broken into
// lines, and set smaller until it fits. The same sheets drawn for the same moment are the same bytes.
//
// The font (NOTICE says whose) is cut to the characters that names are written with; tools/fontcut makes it. A character
// that it has not is never left out: 〓 (the sign of printers for a missing sort) stands in its place, and Lacks says which it was.
//
// The writer knows sheets, and nothing of what a sheet says.
package pdf

import (
	"bytes"
	"compress/bzip2"
	_ "embed" // the font
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/skip2/go-qrcode"
)

// The size of a sheet, A4 on its side.
const (
	Width  = 297.0
	Height = 210.0
)

// Box is a part of a sheet.
type Box struct{ X, Y, W, H float64 }

// Ink is a colour.
type Ink struct{ R, G, B int }

// Black and White are the two that every printer has.
var (
	Black = Ink{0, 0, 0}
	White = Ink{255, 255, 255}
)

// Style is how text is set. Size is in points, the largest it may be; Align is L, C or R; Middle centres it in the height.
type Style struct {
	Size   float64
	Bold   bool
	Ink    Ink
	Align  string
	Middle bool
}

// Paper is a file that is being written.
type Paper struct {
	f     *fpdf.Fpdf
	face  *face
	lacks []rune
}

//go:embed font.ttf.bz2
var packed []byte

// face is the font, unpacked once, when the first paper is written.
type face struct {
	file []byte
	has  [][2]rune // the characters that it has, first and last of each range
}

var unpack = sync.OnceValues(func() (*face, error) {
	file, err := io.ReadAll(bzip2.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, err
	}
	has, err := ranges(file)
	return &face{file, has}, err
})

// missing stands for a character that the font has not.
const missing = '〓'

// New is an empty paper. title and made are what the file says of itself.
func New(title string, made time.Time) (*Paper, error) {
	face, err := unpack()
	if err != nil {
		return nil, fmt.Errorf("pdf: the font: %w", err)
	}
	f := fpdf.New("L", "mm", "A4", "")
	f.SetMargins(0, 0, 0)
	f.SetAutoPageBreak(false, 0)
	f.SetCatalogSort(true)
	f.SetCreationDate(made.UTC())
	f.SetModificationDate(made.UTC())
	f.SetProducer("Lianyuan", true)
	f.SetTitle(title, true)
	f.AddUTF8FontFromBytes("paper", "", slices.Clone(face.file)) // the library writes into what it is given
	f.SetFont("paper", "", least)
	return &Paper{f: f, face: face}, f.Error()
}

// Sheet begins a sheet.
func (p *Paper) Sheet() {
	p.f.AddPage()
	p.lacks = nil
}

// Lacks are the characters that the font has not and that were asked for on this sheet, in order, each once.
func (p *Paper) Lacks() []rune { return p.lacks }

// WriteTo writes the file; nothing can be drawn after it.
func (p *Paper) WriteTo(w io.Writer) (int64, error) {
	var out bytes.Buffer
	if err := p.f.Output(&out); err != nil {
		return 0, fmt.Errorf("pdf: %w", err)
	}
	return out.WriteTo(w)
}

// Fill paints a box.
func (p *Paper) Fill(b Box, ink Ink) {
	p.f.SetFillColor(ink.R, ink.G, ink.B)
	p.f.Rect(b.X, b.Y, b.W, b.H, "F")
}

// Frame draws the edge of a box, its line inside.
func (p *Paper) Frame(b Box, ink Ink, line float64) {
	p.f.SetDrawColor(ink.R, ink.G, ink.B)
	p.f.SetLineWidth(line)
	p.f.Rect(b.X+line/2, b.Y+line/2, b.W-line, b.H-line, "D")
}

const (
	point   = 25.4 / 72 // mm
	least   = 6.0       // points: what is smaller is not read
	step    = 0.5       // points, between one size and the next smaller
	leading = 1.3       // height of a line, in sizes
	ascent  = 0.86      // of a character above the line that it stands on, in sizes
	stroke  = 0.022     // how much bolder bold is, in sizes
	quiet   = 4         // modules of white around a code, as scanners expect
	slope   = 30.0      // degrees, of what stands across a sheet
	reach   = 250.0     // mm, its length
)

// Text sets text into a box, smaller when it does not fit. What does not fit even at the least size is cut, with ….
func (p *Paper) Text(b Box, text string, s Style) {
	text = p.shown(text)
	size := s.Size
	lines := p.wrap(text, size, b.W)
	for ; size > least && float64(len(lines))*size*leading*point > b.H; lines = p.wrap(text, size, b.W) {
		size = max(size-step, least)
	}
	high := size * leading * point
	if room := max(int(b.H/high), 1); len(lines) > room {
		last := []rune(lines[room-1])
		lines = append(lines[:room-1], string(last[:len(last)-1])+"…")
	}
	y := b.Y
	if s.Middle {
		y += (b.H - float64(len(lines))*high) / 2
	}
	p.f.SetTextColor(s.Ink.R, s.Ink.G, s.Ink.B)
	if s.Bold {
		p.f.SetDrawColor(s.Ink.R, s.Ink.G, s.Ink.B)
		p.f.SetLineWidth(size * stroke * point)
		p.f.SetTextRenderingMode(2)
		defer p.f.SetTextRenderingMode(0)
	}
	for i, line := range lines {
		x := b.X
		switch s.Align {
		case "C":
			x += (b.W - p.f.GetStringWidth(line)) / 2
		case "R":
			x += b.W - p.f.GetStringWidth(line)
		}
		p.f.Text(x, y+float64(i)*high+(high-size*point)/2+size*point*ascent, line)
	}
}

// Across sets text across the sheet, see-through.
func (p *Paper) Across(text string, ink Ink, alpha float64) {
	text = p.shown(text)
	p.f.SetFontSize(100)
	p.f.SetFontSize(min(100*reach/p.f.GetStringWidth(text), 200))
	w := p.f.GetStringWidth(text)
	_, high := p.f.GetFontSize()
	p.f.SetAlpha(alpha, "Normal")
	p.f.SetTextColor(ink.R, ink.G, ink.B)
	p.f.TransformBegin()
	p.f.TransformRotate(slope, Width/2, Height/2)
	p.f.Text((Width-w)/2, Height/2+high*(ascent-0.5), text)
	p.f.TransformEnd()
	p.f.SetAlpha(1, "Normal")
}

// QR draws the code of a text into a square, black on white with the white that scanners want around it, its correction
// as on the pages.
func (p *Paper) QR(b Box, text string) error {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	code.DisableBorder = true
	rows := code.Bitmap()
	p.Fill(b, White)
	p.f.SetFillColor(0, 0, 0)
	one := b.W / float64(len(rows)+2*quiet)
	// One path, so that no printer leaves a seam between two modules. Points from the lower left corner.
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "%.3f %.3f %.3f %.3f re\n", (b.X+float64(from+quiet)*one)/point, (Height-b.Y-float64(y+quiet+1)*one)/point, float64(x-from)*one/point, one/point)
			}
		}
	}
	path.WriteString("f\n")
	p.f.RawWriteStr(path.String())
	return nil
}
