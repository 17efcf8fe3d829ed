package pass

import (
	"context"
	"slices"
	"strconv"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/platform/fault"
)

// TollColumns are the columns of the list for toll stations and where each comes from. The official form may change:
// then these lines do.
var TollColumns = []struct{ Title, Field string }{
	{"通行证编号", "number"},
	{"车牌号码", "plate"},
	{"车牌颜色代码", "tollColour"},
	{"车辆类型", "kind"},
	{"所属队伍", "team"},
	{"随车人数", "crew"},
	{"装备物资", "load"},
	{"通行路线", "route"},
	{"去程开始", "outFrom"},
	{"去程结束", "outTo"},
	{"返程开始", "backFrom"},
	{"返程结束", "backTo"},
	{"组织或同意单位", "agreedBy"},
	{"文号", "paper"},
	{"状态", "toll"},
}

// Field is the value of a field of TollColumns, as text.
func (p Pass) Field(name string) string {
	const minute = "2006-01-02 15:04"
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
		return kinds[p.Kind]
	case "team":
		return p.TeamName
	case "crew":
		return strconv.Itoa(p.Crew)
	case "load":
		return p.Load
	case "route":
		return p.Route
	case "outFrom":
		return p.OutFrom.In(beijing).Format(minute)
	case "outTo":
		return p.OutTo.In(beijing).Format(minute)
	case "backFrom":
		return p.BackFrom.In(beijing).Format(minute)
	case "backTo":
		return p.BackTo.In(beijing).Format(minute)
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

var kinds = map[string]string{
	"command": "指挥车", "equipment": "装备车", "personnel": "人员运输车", "ambulance": "救护车", "boat_trailer": "舟艇拖车", "supply": "物资车", "other": "其他",
}

// beijing is the clock of the forms.
var beijing = time.FixedZone("CST", 8*60*60)

// TollList are the passes of an incident for which toll was asked to be waived, for who issues them.
func (s *Service) TollList(ctx context.Context, incidentID string) (list []Pass, err error) {
	sh, err := s.Of(ctx, incidentID)
	if err != nil {
		return nil, err
	}
	if !sh.Issues {
		return nil, fault.ErrForbidden
	}
	return slices.DeleteFunc(sh.Passes, func(p Pass) bool { return p.Toll.State == "not_asked" || p.State == "revoked" }), nil
}
