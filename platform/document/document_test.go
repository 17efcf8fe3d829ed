package document_test

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianyuan/platform/document"
	"lianyuan/platform/document/pdftest"
)

func write(t *testing.T, d *document.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := d.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo: %d of %d bytes, %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func paper() *document.Document {
	at := time.Date(2026, 6, 20, 2, 0, 0, 0, time.UTC)
	d := &document.Document{Name: "情况总结", Unit: "市应急局", Made: at, Mark: "演练"}
	d.Letterhead("重庆市应急管理局", "渝应急〔2026〕18号")
	d.Title("綦江“6·18”暴雨洪涝\n社会应急力量情况总结")
	d.Addressee("市防汛抗旱指挥部：")
	d.Heading(1, "一、基本情况")
	d.Text(strings.Repeat("洪", 28*12-2))
	d.Heading(2, "（一）需求发布")
	d.Text("含有<尖括号>与&符号的一行。\n\n第二段。")
	rows := make([][]string, 60)
	for i := range rows {
		rows[i] = []string{fmt.Sprintf("第%d队", i+1), strconv.Itoa(1000 + i), "人"}
	}
	d.Caption("表1 各队情况")
	d.Table(document.Table{Head: []string{"队伍", "人数", "单位"}, Widths: []int{3, 1, 1}, Rows: rows, Right: []bool{false, true, false}})
	d.SignOff("重庆市应急管理局", at)
	d.Issued("各区县应急局", "重庆市应急管理局办公室", at)
	return d
}

const mm = 72 / 25.4

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// The layout of GB/T 9704-2012 as it comes out on paper.
func TestOnPaper(t *testing.T) {
	p := pdftest.Print(t, write(t, paper()))
	if !strings.Contains(p.Info, "A4") || len(p.Pages) < 3 {
		t.Fatalf("%d pages, want several of A4: %s", len(p.Pages), p.Info)
	}
	for n, page := range p.Pages {
		if !near(page.Width, 210*mm, 1) || !near(page.Height, 297*mm, 1) {
			t.Errorf("page %d measures %.1f × %.1f pt", n+1, page.Width, page.Height)
		}
		within(t, n+1, page)
	}
	for _, want := range []string{
		"渝应急〔2026〕18号", "社会应急力量情况总结", "市防汛抗旱指挥部：", "一、基本情况", "（一）需求发布", "含有<尖括号>与&符号的一行。", "第二段。",
		"表1各队情况", "第60队", "1059", "2026年6月20日", "抄送：各区县应急局", "2026年6月20日印发", "—1—", "—2—",
	} {
		if !strings.Contains(p.Packed(), want) {
			t.Errorf("%q does not stand on paper", want)
		}
	}
	if heads := strings.Count(p.Packed(), "队伍人数单位"); heads < 2 {
		t.Errorf("the head of the table stands %d times, want it on every page of the table", heads)
	}
	if marks := strings.Count(p.Packed(), "演练"); marks != len(p.Pages) {
		t.Errorf("the mark stands %d times on %d pages", marks, len(p.Pages))
	}
	lines(t, p.Pages[0])
}

// within looks that all words stand in the type area of 156 × 225 mm, but for the mark and the number of the page.
func within(t *testing.T, n int, page pdftest.Page) {
	t.Helper()
	left, right, bottom := 28*mm, (210-26)*mm, (297-35)*mm
	for _, w := range page.Words {
		number := w.YMin > bottom-1
		switch {
		case strings.Contains(w.Text, "演练"):
			if w.YMax > 37*mm {
				t.Errorf("page %d: the mark stands in the text, at %.0f", n, w.YMax)
			}
		case number && n%2 == 1 && w.XMax < right-60, number && n%2 == 0 && w.XMin > left+60:
			t.Errorf("page %d: the number %q stands at %.0f", n, w.Text, w.XMin)
		case w.XMin < left-2 || w.XMax > right+2 || (!number && w.YMin < 37*mm-6):
			t.Errorf("page %d: %q stands outside the margins, at %.0f–%.0f, %.0f", n, w.Text, w.XMin, w.XMax, w.YMin)
		}
	}
}

// lines looks that a full line holds 28 characters, and that lines stand 28.95 pt apart.
func lines(t *testing.T, page pdftest.Page) {
	t.Helper()
	var full []pdftest.Word
	for _, w := range page.Words {
		if strings.Count(w.Text, "洪") == 28 {
			full = append(full, w)
		}
	}
	if len(full) < 3 {
		t.Fatalf("%d lines of 28 characters, want several", len(full))
	}
	if pitch := full[1].YMin - full[0].YMin; !near(pitch, 28.95, 0.1) {
		t.Errorf("lines stand %.2f pt apart, want 28.95", pitch)
	}
	if !near(full[0].XMin, 28*mm, 1.5) {
		t.Errorf("a line begins at %.1f pt, want %.1f", full[0].XMin, 28*mm)
	}
}

// What nobody should be able to break: control characters, markup and very long words.
func TestAnyTextIsAPaper(t *testing.T) {
	d := &document.Document{Name: "\x00<a>&\"", Made: time.Unix(0, 0)}
	d.Title("]]>\x07" + strings.Repeat("长", 300))
	d.Text("😀\u202e\ufffe" + strings.Repeat("x", 500))
	d.Table(document.Table{Head: []string{"甲", "乙"}, Rows: [][]string{{"只有一格"}, {"一", "二", "三"}}})
	p := pdftest.Print(t, write(t, d))
	if !strings.Contains(p.Packed(), "只有一格") {
		t.Error("the table is missing")
	}
}
