package situation

import (
	"io"
	"strings"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/sheet"
)

// Book writes the summary as a workbook: the figures, the teams, and what was added later. names are the names of accounts.
func (w WholeSummary) Book(out io.Writer, names map[string]string) error {
	title := strings.ReplaceAll(w.Title(), "\n", "")
	foot := w.AsOf()
	if mark := w.mark(); mark != "" {
		foot += "　" + mark
	}
	pages := []sheet.Page{w.figuresPage(title, foot), w.teamsPage(title, foot)}
	if len(w.Addenda) > 0 {
		pages = append(pages, w.addendaPage(title, foot, names))
	}
	return sheet.Write(out, pages...)
}

func (w WholeSummary) figuresPage(title, foot string) sheet.Page {
	p := sheet.Page{Name: "统计数字", Title: title, Foot: foot, Zone: clock.Beijing, Columns: []sheet.Column{
		{Title: "类别"}, {Title: "项目"}, {Title: "数值", Kind: sheet.Number}, {Title: "单位"}, {Title: "时间", Kind: sheet.Time}, {Title: "说明"},
	}}
	for _, b := range Blocks {
		for _, f := range w.Figures.Figures {
			if f.Block != b.Key {
				continue
			}
			var n, at any
			note := ""
			switch {
			case !f.Known():
				note = f.Shown()
			case f.Unit == "moment":
				at = time.UnixMicro(f.Value)
			default:
				n = f.Value
			}
			p.Rows = append(p.Rows, []any{b.Zh, f.Zh, n, Units[f.Unit].Zh, at, note})
		}
	}
	return p
}

func (w WholeSummary) teamsPage(title, foot string) sheet.Page {
	p := sheet.Page{Name: "各队情况", Title: title, Foot: foot, Zone: clock.Beijing, Columns: []sheet.Column{
		{Title: "编号"},
		{Title: "队伍"},
		{Title: "状态"},
		{Title: "人员", Kind: sheet.Number},
		{Title: "车辆", Kind: sheet.Number},
		{Title: "装备", Kind: sheet.Number},
		{Title: "任务", Kind: sheet.Number},
		{Title: "确认完成", Kind: sheet.Number},
		{Title: "营救", Kind: sheet.Number},
		{Title: "转移", Kind: sheet.Number},
		{Title: "救治", Kind: sheet.Number},
		{Title: "工时", Kind: sheet.Number},
		{Title: "后勤申请", Kind: sheet.Number},
		{Title: "后勤到位", Kind: sheet.Number},
		{Title: "到场", Kind: sheet.Time},
		{Title: "离场", Kind: sheet.Time},
		{Title: "到家", Kind: sheet.Time},
	}}
	row := func(t TeamRow, state string) []any {
		return []any{
			t.Number, t.Name, state, t.People, t.Vehicles, t.Equipment, t.Missions, t.Confirmed, t.Rescued, t.Moved, t.Treated, t.Hours, t.Asked, t.Met,
			t.Arrived, t.Left, t.Home,
		}
	}
	for _, t := range w.Figures.Teams {
		state := stateWord(t.State)
		if t.Unapproved && t.State != "self_deployed" {
			state += "（未经批准到场）"
		}
		p.Rows = append(p.Rows, row(t, state))
	}
	all := w.Figures.Total()
	all.Name = "合计"
	p.Rows = append(p.Rows, row(all, ""))
	return p
}

func (w WholeSummary) addendaPage(title, foot string, names map[string]string) sheet.Page {
	p := sheet.Page{Name: "补记", Title: title, Foot: foot, Zone: clock.Beijing, Columns: []sheet.Column{
		{Title: "登记时间", Kind: sheet.Time}, {Title: "事项"}, {Title: "原数"}, {Title: "更正"}, {Title: "说明"}, {Title: "发生时间", Kind: sheet.Time}, {Title: "登记人"},
	}}
	for _, a := range w.Addenda {
		what, before, after := w.subject(a)
		p.Rows = append(p.Rows, []any{a.At, what, before, after, a.Words, a.Happened, names[a.By]})
	}
	return p
}
