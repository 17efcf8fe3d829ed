package sheet_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianyuan/platform/sheet"
)

var china = time.FixedZone("CST", 8*60*60)

func opened(t *testing.T, pages ...sheet.Page) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.Write(&out, pages...); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func cell(t *testing.T, f *excelize.File, page, at string, raw bool) string {
	t.Helper()
	s, err := f.GetCellValue(page, at, excelize.Options{RawCellValue: raw})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What was written is read again as what it is: digits that are no number stay text, a time is one by the clock of the
// page, what is not known is empty, and a text that looks like a formula is a text.
func TestWrittenAndOpenedAgain(t *testing.T) {
	at := time.Date(2026, 6, 18, 2, 2, 0, 0, time.UTC)
	columns := []sheet.Column{{Title: "编号"}, {Title: "人数", Kind: sheet.Number}, {Title: "时间", Kind: sheet.Time, Width: 20}}
	f := opened(t,
		sheet.Page{
			Name: "车辆", Title: "免费通行车辆名单", Columns: columns, Zone: china, Foot: "数据截至 2026-06-18 10:02",
			Rows: [][]any{{"0012345678901234567", 12, at}, {`=HYPERLINK("http://x")`, nil, time.Time{}}, {"渝A·D12345", 2.5, time.Unix(0, 0)}},
		},
		sheet.Page{Name: "另一页", Columns: columns, Rows: [][]any{{nil, int64(7), nil}}})
	for where, want := range map[string]string{
		"A1": "免费通行车辆名单", "A2": "编号", "C2": "时间", "A3": "0012345678901234567", "B3": "12", "C3": "2026-06-18 10:02",
		"A4": `=HYPERLINK("http://x")`, "B4": "", "C4": "", "A5": "渝A·D12345", "B5": "2.5", "C5": "", "A7": "数据截至 2026-06-18 10:02",
	} {
		if got := cell(t, f, "车辆", where, false); got != want {
			t.Errorf("%s is %q, want %q", where, got, want)
		}
	}
	for where, want := range map[string]excelize.CellType{"A3": excelize.CellTypeInlineString, "A4": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType("车辆", where); err != nil || got != want {
			t.Errorf("%s is of type %v, %v", where, got, err)
		}
	}
	if formula, err := f.GetCellFormula("车辆", "A4"); formula != "" || err != nil {
		t.Errorf("a typed text became the formula %q, %v", formula, err)
	}
	if got := cell(t, f, "车辆", "C3", true); !strings.HasPrefix(got, "46191.418") {
		t.Errorf("the time is kept as %s", got)
	}
	if got := cell(t, f, "另一页", "B2", false); got != "7" {
		t.Errorf("the second page says %q", got)
	}
}

// A value that is not of the kind of its column, and a row that is too short, are faults of who wrote the page.
func TestKindsAreKept(t *testing.T) {
	columns := []sheet.Column{{Title: "人数", Kind: sheet.Number}}
	for _, values := range [][]any{{"12"}, {time.Now()}, {true}, {}, {1, 2}} {
		if err := sheet.Write(&bytes.Buffer{}, sheet.Page{Name: "页", Columns: columns, Rows: [][]any{values}}); err == nil {
			t.Errorf("%v was written", values)
		}
	}
	if err := sheet.Write(&bytes.Buffer{}, sheet.Page{Name: "a/b"}); err == nil {
		t.Error("a name that a tab cannot have was taken")
	}
}

// A text that is longer than a cell takes is cut, and control characters do not break the file.
func TestOddTexts(t *testing.T) {
	long := strings.Repeat("水", 40000)
	f := opened(t, sheet.Page{Name: "页", Columns: []sheet.Column{{Title: "内容"}}, Rows: [][]any{{long}, {"a\x01b\n<&>\""}, {"救援😀"}}})
	if n := len([]rune(cell(t, f, "页", "A2", false))); n != 32767 {
		t.Errorf("%d characters were kept", n)
	}
	if got := cell(t, f, "页", "A3", false); !strings.Contains(got, "<&>") {
		t.Errorf("the text became %q", got)
	}
	if got := cell(t, f, "页", "A4", false); got != "救援😀" {
		t.Errorf("the text became %q", got)
	}
}
