// Package document writes official papers as Word files in the layout of GB/T 9704-2012.
//
// A4 with margins of 37, 28, 26 and 35 mm (top, left, right, bottom), so that 22 lines of 28 characters stand on a page;
// text in 仿宋 of size 3 (16 pt) on a fixed pitch of 28.95 pt; the title in 小标宋 of size 2; headings 一、 in 黑体 and
// （一） in 楷体; the page number between dashes, on the right of odd and on the left of even pages. Fonts are named and
// not shipped. A seal is never drawn by software.
//
// The writer knows parts of a paper, and nothing of what a paper is about.
package document

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"lianyuan/platform/clock"
)

// Document is a paper that is being written. The zero Document is empty; parts stand in the order in which they are added.
type Document struct {
	// Name is the title that the file carries in its properties, Unit who wrote it.
	Name, Unit string
	// Made is when, for the properties.
	Made time.Time
	// Mark stands at the head of every page: 演练, 草稿. "" for none.
	Mark string

	body strings.Builder
}

// Table is a table; its head is repeated on every page it runs over.
type Table struct {
	Head   []string
	Widths []int // shares of the width, one for each column
	Rows   [][]string
	// Right says which columns hold numbers and stand on the right.
	Right []bool
}

// Letterhead is the red head of a paper that is issued: who issues it, and its number (应急〔2026〕3号).
func (d *Document) Letterhead(unit, number string) {
	d.paragraph("Letterhead", unit)
	d.paragraph("Number", number)
}

// Title is the title, centred. A line break in it is kept: titles are broken where the sense is.
func (d *Document) Title(s string) {
	for line := range strings.SplitSeq(s, "\n") {
		d.paragraph("PaperTitle", line)
	}
}

// Heading is a heading of level 1 (一、 in 黑体), 2 （（一） in 楷体） or 3 (1. in 仿宋). The number is part of the text.
func (d *Document) Heading(level int, s string) {
	d.paragraph(fmt.Sprintf("Heading%d", min(max(level, 1), 3)), s)
}

// Text is a paragraph for each line of s that is not empty, each indented by two characters.
func (d *Document) Text(s string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			d.paragraph("Normal", line)
		}
	}
}

// Addressee is the line of who the paper is sent to, without indent.
func (d *Document) Addressee(s string) { d.paragraph("Addressee", s) }

// Caption is the line above a table.
func (d *Document) Caption(s string) { d.paragraph("Caption", s) }

// Table adds a table.
func (d *Document) Table(t Table) {
	const width = 8844 // 156 mm in twips
	all := 0
	for _, w := range t.Widths {
		all += w
	}
	widths := make([]int, len(t.Head))
	for i := range widths {
		widths[i] = width / len(widths)
		if all > 0 {
			widths[i] = width * t.Widths[i] / all
		}
	}
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="8844" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(&d.body, `<w:gridCol w:w="%d"/>`, w)
	}
	d.body.WriteString(`</w:tblGrid>`)
	d.row(t, widths, t.Head, true)
	for _, r := range t.Rows {
		d.row(t, widths, r, false)
	}
	d.body.WriteString(`</w:tbl>`)
	d.paragraph("AfterTable", "")
}

func (d *Document) row(t Table, widths []int, cells []string, head bool) {
	d.body.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
	if head {
		d.body.WriteString(`<w:tblHeader/>`)
	}
	d.body.WriteString(`</w:trPr>`)
	for i := range widths {
		style := "Cell"
		switch {
		case head:
			style = "CellHead"
		case i < len(t.Right) && t.Right[i]:
			style = "CellNumber"
		}
		fmt.Fprintf(&d.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, widths[i])
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		d.paragraph(style, text)
		d.body.WriteString(`</w:tc>`)
	}
	d.body.WriteString(`</w:tr>`)
}

// SignOff is who signs and the date, at the end of the text. There is room for a seal, which people put there.
func (d *Document) SignOff(unit string, at time.Time) {
	d.paragraph("Normal", "")
	d.paragraph("Signature", unit)
	d.paragraph("SignDate", Day(at))
}

// Issued is the foot of a paper: who gets a copy ("" for nobody), who had it printed and when.
func (d *Document) Issued(copyTo, unit string, at time.Time) {
	style := "ImprintOnly"
	if copyTo != "" {
		d.paragraph("ImprintFirst", "抄送："+copyTo)
		style = "ImprintLast"
	}
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r>%s<w:tab/>%s</w:r></w:p>`, style, text(unit), text(Day(at)+"印发"))
}

// Day is a date as papers write it: 2026年6月18日, in Beijing.
func Day(t time.Time) string { return t.In(clock.Beijing).Format("2006年1月2日") }

// Minute is a moment as tables write it: 2026-06-18 10:02, in Beijing.
func Minute(t time.Time) string { return t.In(clock.Beijing).Format("2006-01-02 15:04") }

// Moment is a moment as the text of a paper writes it: 2026年6月18日10时02分, in Beijing.
func Moment(t time.Time) string { return t.In(clock.Beijing).Format("2006年1月2日15时04分") }

func (d *Document) paragraph(style, s string) {
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	if s != "" {
		d.body.WriteString(`<w:r>` + text(s) + `</w:r>`)
	}
	d.body.WriteString(`</w:p>`)
}

// text is a run's text, escaped; a line break in it is a line break on paper.
func text(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		b.WriteString(`<w:t xml:space="preserve">` + escape(line) + `</w:t>`)
	}
	return b.String()
}

// escape makes s safe in XML; what XML cannot hold becomes the replacement character.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

// WriteTo writes the file.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	counted := &counter{w: w}
	z := zip.NewWriter(counted)
	for _, part := range d.parts() {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: d.Made.UTC()})
		if err != nil {
			return counted.n, err
		}
		if _, err := io.WriteString(f, xml.Header+part.text); err != nil {
			return counted.n, err
		}
	}
	err := z.Close()
	return counted.n, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
