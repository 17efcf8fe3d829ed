package pass

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/sheet"
)

// TollColumns are the columns of the list for toll stations and where each comes from. The official form may change:
// then these lines do.
var TollColumns = []struct {
	Title, Field string
	Kind         sheet.Kind
}{
	{"通行证编号", "number", sheet.Text},
	{"车牌号码", "plate", sheet.Text},
	{"车牌颜色代码", "tollColour", sheet.Text},
	{"车辆类型", "kind", sheet.Text},
	{"所属队伍", "team", sheet.Text},
	{"随车人数", "crew", sheet.Number},
	{"装备物资", "load", sheet.Text},
	{"通行路线", "route", sheet.Text},
	{"去程开始", "outFrom", sheet.Time},
	{"去程结束", "outTo", sheet.Time},
	{"返程开始", "backFrom", sheet.Time},
	{"返程结束", "backTo", sheet.Time},
	{"组织或同意单位", "agreedBy", sheet.Text},
	{"文号", "paper", sheet.Text},
	{"状态", "toll", sheet.Text},
}

// Value is a field of TollColumns, of the kind of its column.
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
	case "kind":
		return kindWords[p.Kind].zh
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
	case "agreedBy":
		return p.Toll.By
	case "paper":
		return p.Toll.Paper
	case "toll":
		for _, st := range Tolls.States {
			if st.Key == p.Toll.State {
				return st.Zh
			}
		}
	}
	return ""
}

const minute = "2006-01-02 15:04"

// Field is the value of a field of TollColumns as text, times by the clock of the forms.
func (p Pass) Field(name string) string {
	switch v := p.Value(name).(type) {
	case time.Time:
		return v.In(clock.Beijing).Format(minute)
	case int:
		return strconv.Itoa(v)
	case string:
		return v
	}
	return ""
}

// TollSheet is the list for toll stations as a page of a workbook.
func TollSheet(list []Pass, at time.Time) sheet.Page {
	const title = "免费通行车辆名单"
	p := sheet.Page{Name: title, Title: title, Zone: clock.Beijing, Foot: fmt.Sprintf("共 %d 辆，数据截至 %s", len(list), at.In(clock.Beijing).Format(minute))}
	for _, c := range TollColumns {
		p.Columns = append(p.Columns, sheet.Column{Title: c.Title, Kind: c.Kind})
	}
	for _, x := range list {
		row := make([]any, len(TollColumns))
		for i, c := range TollColumns {
			row[i] = x.Value(c.Field)
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// TollList are the passes of an incident for which toll was asked to be waived, for who issues them.
func (s *Service) TollList(ctx context.Context, incidentID string) (list []Pass, err error) {
	sh, err := s.Of(ctx, incidentID, Filter{})
	if err != nil {
		return nil, err
	}
	if !sh.Issues {
		return nil, fault.ErrForbidden
	}
	return slices.DeleteFunc(sh.Passes, func(p Pass) bool { return p.Toll.State == "not_asked" || p.State == "revoked" }), nil
}
