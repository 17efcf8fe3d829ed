// Package pdftest reads what a file looks like on paper: poppler reads a PDF; LibreOffice prints a Word file as one first.
package pdftest

import (
	"context"
	"encoding/xml"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Paper is a printed document.
type Paper struct {
	Info  string // of pdfinfo
	Text  string // of pdftotext, in the layout of the page
	Drawn string // the same in the order in which it was drawn, without any white space
	Pages []Page
}

// Page is a page, its lengths in points of 1/72 inch.
type Page struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []Word  `xml:"word"`
}

// Word is a run of characters and where it stands, from the upper left corner.
type Word struct {
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// patience is how long one program may take on a busy machine.
const patience = 3 * time.Minute

// Print prints a Word file. It needs LibreOffice Writer and poppler, which `make setup` installs; without them the test fails.
func Print(t *testing.T, file []byte) Paper {
	t.Helper()
	dir := t.TempDir()
	from := filepath.Join(dir, "paper.docx")
	if err := os.WriteFile(from, file, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, from)
	return read(t, filepath.Join(dir, "paper.pdf"))
}

// Read reads a PDF. It needs poppler.
func Read(t *testing.T, file []byte) Paper {
	t.Helper()
	pdf := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(pdf, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return read(t, pdf)
}

func read(t *testing.T, pdf string) Paper {
	t.Helper()
	p := Paper{Info: run(t, "pdfinfo", pdf), Text: run(t, "pdftotext", "-layout", pdf, "-"), Drawn: packed(run(t, "pdftotext", "-raw", pdf, "-"))}
	var doc struct {
		Pages []Page `xml:"body>doc>page"`
	}
	boxes := run(t, "pdftotext", "-bbox", pdf, "-")
	decoder := xml.NewDecoder(strings.NewReader(boxes))
	decoder.Strict, decoder.Entity = false, xml.HTMLEntity
	if err := decoder.Decode(&doc); err != nil {
		t.Fatalf("pdftotext -bbox: %v", err)
	}
	p.Pages = doc.Pages
	return p
}

// Picture is the first page of a PDF at so many dots to the inch.
func Picture(t *testing.T, file []byte, dpi int) image.Image {
	t.Helper()
	dir := t.TempDir()
	pdf := filepath.Join(dir, "paper.pdf")
	if err := os.WriteFile(pdf, file, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "pdftoppm", "-png", "-singlefile", "-r", strconv.Itoa(dpi), pdf, filepath.Join(dir, "page"))
	f, err := os.Open(filepath.Join(dir, "page.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v: %s (make setup installs it)", name, err, out)
	}
	return string(out)
}

// Packed is the text without any white space: columns and line breaks of a page do not part what belongs together.
func (p Paper) Packed() string { return packed(p.Text) }

func packed(s string) string { return strings.Join(strings.Fields(s), "") }
