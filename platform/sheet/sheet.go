// Package sheet writes workbooks (xlsx) that people open in a spreadsheet: a title, named columns, rows, and a foot line
// that says as of when the figures are.
//
// Every value has the kind of its column, so that a number or a plate stays the text it is, a sum can be made of what is
// a number, and nothing that somebody typed becomes a formula.
package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Kind is what the cells of a column hold.
type Kind int

// The kinds of columns. nil and the zero time are empty cells in all of them: not known is not nought.
const (
	Text   Kind = iota // string, kept as it is
	Number             // int, int64 or float64
	Time               // time.Time, shown to the minute by the clock of the page
)

// Column is a column of a page.
type Column struct {
	Title string
	Kind  Kind
	Width float64 // in characters of the sheet; 0: as wide as what stands in it, within reason
}

// Page is one sheet of a workbook.
type Page struct {
	Name    string // on the tab: at most 31 characters, none of :\/?*[]
	Title   string // above the columns; "" for none
	Columns []Column
	Rows    [][]any // each as long as Columns
	Foot    string  // below the rows, such as the as-of time; "" for none
	Zone    *time.Location
}

const (
	asText   = 49 // the built-in format "@"
	minute   = "yyyy-mm-dd hh:mm"
	narrow   = 8
	wide     = 48
	maxCells = 32767 // characters that a cell takes
)

// Write makes a workbook of pages, in their order. An error names the page and cell whose value is not of its kind.
func Write(w io.Writer, pages ...Page) (err error) {
	f := excelize.NewFile()
	defer func() {
		if shut := f.Close(); err == nil {
			err = shut
		}
	}()
	looks, err := looksOf(f)
	if err != nil {
		return err
	}
	for i, p := range pages {
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), p.Name)
		} else {
			_, err = f.NewSheet(p.Name)
		}
		if err != nil {
			return fmt.Errorf("sheet %q: %w", p.Name, err)
		}
		if err := p.write(f, looks); err != nil {
			return fmt.Errorf("sheet %q: %w", p.Name, err)
		}
	}
	return f.Write(w)
}

// looks are the styles of a workbook.
type looks struct {
	title, head, foot int
	kinds             map[Kind]int
}

func looksOf(f *excelize.File) (l looks, err error) {
	l.kinds = map[Kind]int{Number: 0}
	format := minute
	edge := []excelize.Border{{Type: "bottom", Color: "7F8E8A", Style: 1}}
	for _, x := range []struct {
		to    *int
		style excelize.Style
	}{
		{&l.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&l.head, excelize.Style{
			Font: &excelize.Font{Bold: true}, Border: edge, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F1F4F3"}},
			Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
		}},
		{&l.foot, excelize.Style{Font: &excelize.Font{Color: "63716D"}}},
	} {
		if *x.to, err = f.NewStyle(&x.style); err != nil {
			return l, err
		}
	}
	if l.kinds[Text], err = f.NewStyle(&excelize.Style{NumFmt: asText}); err != nil {
		return l, err
	}
	l.kinds[Time], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	return l, err
}

func (p Page) write(f *excelize.File, l looks) error {
	s, err := f.NewStreamWriter(p.Name)
	if err != nil {
		return err
	}
	for i, c := range p.Columns {
		if err := s.SetColWidth(i+1, i+1, p.width(i, c)); err != nil {
			return err
		}
	}
	head := 1 // the row of the titles of the columns
	if p.Title != "" {
		head++
	}
	top, err := excelize.CoordinatesToCellName(1, head+1)
	if err != nil {
		return err
	}
	// the head stays in sight while the rows are read
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: top, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if p.Title != "" {
		if err := s.SetRow("A1", []any{excelize.Cell{StyleID: l.title, Value: p.Title}}); err != nil {
			return err
		}
	}
	titles := make([]any, len(p.Columns))
	for i, c := range p.Columns {
		titles[i] = excelize.Cell{StyleID: l.head, Value: c.Title}
	}
	if err := row(s, head, titles); err != nil {
		return err
	}
	for n, values := range p.Rows {
		cells, err := p.cells(values, l)
		if err != nil {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
		if err := row(s, head+1+n, cells); err != nil {
			return err
		}
	}
	if p.Foot != "" {
		if err := row(s, head+len(p.Rows)+2, []any{excelize.Cell{StyleID: l.foot, Value: p.Foot}}); err != nil {
			return err
		}
	}
	return s.Flush()
}

func row(s *excelize.StreamWriter, at int, cells []any) error {
	cell, err := excelize.CoordinatesToCellName(1, at)
	if err != nil {
		return err
	}
	return s.SetRow(cell, cells)
}

// cells are the values of a row, each of the kind of its column.
func (p Page) cells(values []any, l looks) ([]any, error) {
	if len(values) != len(p.Columns) {
		return nil, fmt.Errorf("%d values for %d columns", len(values), len(p.Columns))
	}
	cells := make([]any, len(values))
	for i, c := range p.Columns {
		v := values[i]
		ok := v == nil
		switch x := v.(type) {
		case string:
			ok = c.Kind == Text
			v = cut(x)
		case int, int64, float64:
			ok = c.Kind == Number
		case time.Time:
			ok = c.Kind == Time
			v = p.moment(x)
		}
		if !ok {
			return nil, fmt.Errorf("column %q takes no %T", c.Title, values[i])
		}
		cells[i] = excelize.Cell{StyleID: l.kinds[c.Kind], Value: v}
	}
	return cells, nil
}

func (p Page) moment(at time.Time) any {
	switch {
	case at.IsZero() || at.Unix() == 0: // the databases keep "never" as nought
		return nil
	case p.Zone != nil:
		return at.In(p.Zone)
	}
	return at
}

// cut keeps what a cell can hold, by its characters.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxCells {
		return s
	}
	return string([]rune(s)[:maxCells])
}

// width is what the longest value of a column needs; a Chinese character is two wide.
func (p Page) width(i int, c Column) float64 {
	if c.Width > 0 {
		return c.Width
	}
	if c.Kind == Time {
		return float64(len(minute) + 1)
	}
	most := span(c.Title)
	for _, values := range p.Rows {
		if i < len(values) && values[i] != nil {
			most = max(most, span(fmt.Sprint(values[i])))
		}
	}
	return float64(min(max(most+2, narrow), wide))
}

func span(s string) (n int) {
	for line := range strings.SplitSeq(s, "\n") {
		wide := 0
		for _, r := range line {
			wide++
			if r >= 0x2E80 {
				wide++
			}
		}
		n = max(n, wide)
	}
	return n
}
