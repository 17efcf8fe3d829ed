package pass

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lianyuan/domain/equipment"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/sheet"
)

// TollColumn is a column of the list for toll stations: what stands above it, and which field of a pass in it; "" leaves
// it for the toll operator to fill in.
type TollColumn struct{ Title, Field string }

// tollColumns is the parameter that holds the columns, because the official form may change: 表头=field|表头=field.
const tollColumns = "pass.toll_columns"

// tollFields are the fields that a column may hold, and of what kind they are.
var tollFields = map[string]sheet.Kind{
	"": sheet.Text, "index": sheet.Number, "number": sheet.Text, "plate": sheet.Text, "tollColour": sheet.Text, "colour": sheet.Text, "kind": sheet.Text,
	"team": sheet.Text, "purpose": sheet.Text, "crew": sheet.Number, "load": sheet.Text, "route": sheet.Text, "outFrom": sheet.Time, "outTo": sheet.Time,
	"backFrom": sheet.Time, "backTo": sheet.Time, "level": sheet.Text, "agreedBy": sheet.Text, "agreedAt": sheet.Time, "paper": sheet.Text,
	"receipt": sheet.Text, "receiptAt": sheet.Time, "toll": sheet.Text,
}

const (
	maxColumns     = 40
	maxColumnTitle = 40 // characters
)

// ColumnsOf reads the columns that somebody wrote, and says what is wrong with them.
func ColumnsOf(text string) (list []TollColumn, err error) {
	bad := func(code, zh, en string) error { return fault.InvalidField("body.value", code, zh, en) }
	plate := false
	for part := range strings.SplitSeq(text, "|") {
		title, field, ok := strings.Cut(part, "=")
		c := TollColumn{strings.TrimSpace(title), strings.TrimSpace(field)}
		_, known := tollFields[c.Field]
		switch {
		case !ok:
			return nil, bad("column_form", fmt.Sprintf("“%s”应写成“表头=字段”", part), fmt.Sprintf("%q should read heading=field", part))
		case c.Title == "" || utf8.RuneCountInString(c.Title) > maxColumnTitle:
			return nil, bad("column_title", "表头应为 1 至 40 个字", "a heading has 1 to 40 characters")
		case !known:
			return nil, bad("column_field", fmt.Sprintf("没有名为“%s”的字段", c.Field), fmt.Sprintf("there is no field %q", c.Field))
		case slices.ContainsFunc(list, func(x TollColumn) bool { return x.Title == c.Title }):
			return nil, bad("column_twice", fmt.Sprintf("表头“%s”重复", c.Title), fmt.Sprintf("the heading %q stands twice", c.Title))
		}
		plate = plate || c.Field == "plate"
		list = append(list, c)
	}
	switch {
	case len(list) > maxColumns:
		return nil, bad("column_many", "最多 40 列", "at most 40 columns")
	case !plate:
		return nil, bad("column_plate", "名单必须有车牌号码（plate）一列", "the list needs a column for the plate")
	}
	return list, nil
}

// Value is a field of a column, of its kind.
func (p Pass) Value(name string) any {
	switch name {
	case "number":
		return p.Number
	case "plate":
		return equipment.Shown(p.Plate)
	case "tollColour":
		if code, ok := equipment.TollCode(p.Colour); ok {
			return strconv.Itoa(code)
		}
	case "colour":
		return colourWords[p.Colour].zh
	case "kind":
		return kindWords[p.Kind].zh
	case "purpose":
		return purposeWords[p.Purpose].zh
	case "team":
		return p.TeamName
	case "crew":
		return p.Crew
	case "load":
		return p.Load
	case "route":
		return p.Route
	case "outFrom":
		return p.OutFrom
	case "outTo":
		return p.OutTo
	case "backFrom":
		return p.BackFrom
	case "backTo":
		return p.BackTo
	default:
		return p.Toll.value(name)
	}
	return ""
}

// value is a field of a column that speaks of the exemption.
func (t Toll) value(name string) any {
	switch name {
	case "level":
		return levelWords[t.Level]
	case "agreedBy":
		return t.By
	case "agreedAt":
		return t.Agreed
	case "receipt":
		return t.Receipt
	case "receiptAt":
		return t.ReceiptAt
	case "paper":
		return t.Paper
	case "toll":
		for _, st := range Tolls.States {
			if st.Key == t.State {
				return st.Zh
			}
		}
	}
	return ""
}

// levelWords are who decides on the exemption.
var levelWords = map[string]string{"province": "省级", "ministry": "应急管理部"}

const minute = "2006-01-02 15:04"

// TollList is the list for toll stations of an incident, in the columns that count where it is commanded.
type TollList struct {
	Columns []TollColumn
	Passes  []Pass
	Drill   bool
}

// drillRemark stands in a column of its own behind every row of a drill, whatever the form says.
const drillRemark = "演练，不用于免费通行"

func (l TollList) value(row int, c TollColumn) any {
	if c.Field == "index" {
		return row + 1
	}
	return l.Passes[row].Value(c.Field)
}

// Page is the list as a page of a workbook.
func (l TollList) Page(at time.Time) sheet.Page {
	const name = "免费通行车辆名单"
	p := sheet.Page{Name: name, Title: name, Zone: clock.Beijing, Foot: fmt.Sprintf("共 %d 辆，数据截至 %s", len(l.Passes), at.In(clock.Beijing).Format(minute))}
	for _, c := range l.Columns {
		p.Columns = append(p.Columns, sheet.Column{Title: c.Title, Kind: tollFields[c.Field]})
	}
	if l.Drill {
		p.Title, p.Columns = name+"（演练）", append(p.Columns, sheet.Column{Title: "备注（演练）", Kind: sheet.Text})
	}
	for i := range l.Passes {
		var row []any
		for _, c := range l.Columns {
			row = append(row, l.value(i, c))
		}
		if l.Drill {
			row = append(row, drillRemark)
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// Lines are the list as text, its headings first; times by the clock of the forms.
func (l TollList) Lines() [][]string {
	page := l.Page(time.Time{})
	var head []string
	for _, c := range page.Columns {
		head = append(head, c.Title)
	}
	lines := [][]string{head}
	for _, row := range page.Rows {
		var line []string
		for _, v := range row {
			line = append(line, asText(v))
		}
		lines = append(lines, line)
	}
	return lines
}

func asText(v any) string {
	switch v := v.(type) {
	case time.Time:
		if !v.IsZero() {
			return v.In(clock.Beijing).Format(minute)
		}
	case int:
		return strconv.Itoa(v)
	case string:
		return v
	}
	return ""
}

// forTolls says whether a pass stands on the list for toll stations: its exemption was asked for and not refused, and it is in force
// or was used up on its way back.
func (p Pass) forTolls() bool {
	return p.Toll.State != "not_asked" && p.Toll.State != "refused" && p.State != "revoked" && p.Vouched
}

// TollList is the list of an incident for which toll was asked to be waived, for who issues passes.
func (s *Service) TollList(ctx context.Context, incidentID string) (l TollList, err error) {
	sh, err := s.Of(ctx, incidentID, Filter{})
	if err != nil {
		return l, err
	}
	if !sh.Issues {
		return l, fault.ErrForbidden
	}
	used, err := s.params.For(sh.Place, tollColumns, s.clock.Now())
	if err != nil {
		return l, err
	}
	l = TollList{Passes: slices.DeleteFunc(sh.Passes, func(p Pass) bool { return !p.forTolls() }), Drill: sh.Drill}
	l.Columns, err = ColumnsOf(used.Value)
	return l, err
}
