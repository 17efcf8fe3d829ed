package situation

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lianyuan/domain/reception"
	"lianyuan/platform/document"
)

// Shown is the value as a paper writes it, without its unit: 未知 when it is not known.
func (f Figure) Shown() string {
	switch {
	case f.Why == "earlier":
		return "不适用"
	case !f.Known():
		return "未知"
	case f.Unit == "moment":
		return document.Minute(time.UnixMicro(f.Value))
	}
	return strconv.FormatInt(f.Value, 10)
}

// AsOf says when the figures were counted, and whether they stand.
func (w WholeSummary) AsOf() string {
	if w.Figures.Closing > 0 {
		return "数据于" + document.Moment(w.Figures.At) + "事件结束时冻结"
	}
	return "数据截至" + document.Moment(w.Figures.At)
}

// mark is what stands on every page: a drill is no disaster, and a draft is no paper.
func (w WholeSummary) mark() string {
	var marks []string
	if w.Of.Drill {
		marks = append(marks, "演练")
	}
	if w.State != "approved" && w.State != "issued" {
		marks = append(marks, "草稿")
	}
	return strings.Join(marks, "　")
}

// Title is the title of the summary, in two lines.
func (w WholeSummary) Title() string {
	name := w.Of.Name
	if w.Of.Drill {
		name += "（演练）"
	}
	return name + "\n社会应急力量参与应急处置情况总结"
}

// numerals number the headings of a paper.
var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

// Paper is the summary as a Word file in the layout of official papers. names are the names of accounts.
func (w WholeSummary) Paper(names map[string]string) *document.Document {
	unit := cmp.Or(w.Of.HQ, w.Of.Lead)
	d := &document.Document{Name: strings.ReplaceAll(w.Title(), "\n", ""), Unit: unit, Made: w.Figures.At, Mark: w.mark()}
	if w.State == "issued" {
		d.Letterhead(unit, w.Number)
	}
	d.Title(w.Title())
	no := 0
	heading := func(s string) {
		d.Heading(1, numerals[no]+"、"+s)
		no++
	}
	for i, k := range SectionKeys {
		heading(k.Zh)
		if i == 0 {
			d.Text(w.facts())
		}
		d.Text(cmp.Or(w.Sections[i].Words, "（待补）"))
		if i == 0 {
			heading("主要数据")
			w.tables(d)
		}
	}
	w.late(d, heading, names)
	at := w.Figures.At
	if !w.Issued.IsZero() {
		at = w.Issued
	}
	d.SignOff(unit, at)
	if w.State == "issued" {
		d.Issued("", unit, w.Issued)
	}
	return d
}

// facts is what the record says of the incident, in a paragraph.
func (w WholeSummary) facts() string {
	i := w.Of
	var s strings.Builder
	fmt.Fprintf(&s, "事件编号%s，%s发生。", i.Number, document.Moment(i.Began))
	if !i.ActivatedAt.IsZero() {
		fmt.Fprintf(&s, "%s启动社会应急力量现场协调机制，依据：%s。", document.Moment(i.ActivatedAt), i.Basis)
	}
	// An incident is only reopened when it is closed: each reopening stands between two closings. What was submitted tells of what
	// was until the closing that it is about.
	for n, c := range w.Closings {
		again := ""
		if n > 0 {
			again = "再次"
		}
		fmt.Fprintf(&s, "%s%s结束。", document.Moment(c.At), again)
		if w.submitted() && c.No >= w.Closing {
			break
		}
		if n < len(w.Reopenings) {
			r := w.Reopenings[n]
			fmt.Fprintf(&s, "经%s决定，于%s重新启动。", r.DecidedBy, document.Moment(r.At))
		}
	}
	return s.String()
}

// tables are the figures by block, then the teams.
func (w WholeSummary) tables(d *document.Document) {
	d.Text(w.AsOf() + "；“未知”表示尚无可计算的记录，“不适用”表示先后相反，“0”表示经查没有。")
	for n, b := range Blocks {
		var rows [][]string
		for _, f := range w.Figures.Figures {
			if f.Block == b.Key {
				rows = append(rows, []string{f.Zh, f.Shown(), Units[f.Unit].Zh})
			}
		}
		d.Heading(2, "（"+numerals[n]+"）"+b.Zh)
		d.Table(document.Table{Head: []string{"项目", "数值", "单位"}, Widths: []int{5, 4, 2}, Rows: rows, Right: []bool{false, true, false}})
	}
	d.Heading(2, "（"+numerals[len(Blocks)]+"）各队情况")
	if len(w.Figures.Teams) == 0 {
		d.Text("没有队伍到场。")
		return
	}
	d.Table(document.Table{
		Head: teamHead, Widths: []int{250, 113, 94, 94, 94, 113, 113, 113, 134, 142}, Rows: w.teamRows(),
		Right: []bool{false, true, true, true, true, true, true, true, true, true},
	})
}

var teamHead = []string{"队伍", "人员", "车辆", "装备", "任务", "营救", "转移", "救治", "工时", "后勤"}

// teamRows are the teams and their sum.
func (w WholeSummary) teamRows() (rows [][]string) {
	var all TeamRow
	for _, t := range w.Figures.Teams {
		name := t.Name
		if t.Unapproved {
			name += "（未经批准到场）"
		}
		rows = append(rows, t.cells(name))
		all.add(t)
	}
	return append(rows, all.cells("合计"))
}

func (t TeamRow) cells(name string) []string {
	row := []string{name}
	for _, n := range []int{t.People, t.Vehicles, t.Equipment, t.Missions, t.Rescued, t.Moved, t.Treated, int(t.Hours)} {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, fmt.Sprintf("%d/%d", t.Met, t.Asked))
}

// add sums rows. Somebody who came with two teams stands in both rows, so the sum may be more than the people who came.
func (t *TeamRow) add(o TeamRow) {
	t.People += o.People
	t.Vehicles += o.Vehicles
	t.Equipment += o.Equipment
	t.Missions += o.Missions
	t.Confirmed += o.Confirmed
	t.Rescued += o.Rescued
	t.Moved += o.Moved
	t.Treated += o.Treated
	t.Hours += o.Hours
	t.OnSite += o.OnSite
	t.Idle += o.Idle
	t.Asked += o.Asked
	t.Met += o.Met
}

// Total is the sum over the teams.
func (f Figures) Total() (all TeamRow) {
	for _, t := range f.Teams {
		all.add(t)
	}
	return all
}

// late are the addenda, with the frozen number and what it should have been side by side.
func (w WholeSummary) late(d *document.Document, heading func(string), names map[string]string) {
	if len(w.Addenda) == 0 {
		return
	}
	heading("补记")
	d.Text("以下为事件结束后补记的情况，不改动已冻结的数据。")
	var rows [][]string
	for _, a := range w.Addenda {
		what, before, after := w.subject(a)
		rows = append(rows, []string{document.Minute(a.At), what, before, after, a.Words, cmp.Or(names[a.By], "—")})
	}
	d.Table(document.Table{Head: []string{"登记时间", "事项", "原数", "更正", "说明", "登记人"}, Widths: []int{18, 16, 9, 9, 30, 12}, Rows: rows, Right: []bool{false, false, true, true}})
}

// subject is what an addendum is about; where its number is not that of the figures beside it, it says of which closing it is.
func (w WholeSummary) subject(a Addendum) (what, before, after string) {
	what, before, after = a.Subject()
	if a.About == "figure" && a.Closing != w.Figures.Closing {
		what += fmt.Sprintf("（第 %d 次结束时）", a.Closing)
	}
	return what, before, after
}

// Subject is what an addendum is about, with the frozen number and the corrected one, where it is about a figure.
func (a Addendum) Subject() (what, before, after string) {
	if a.About != "figure" {
		return strings.TrimSpace(aboutWords[a.About] + " " + a.Item), "", ""
	}
	f := a.Frozen
	if f.Key == "" {
		return a.Item, "", ""
	}
	if a.Value != nil {
		corrected := f
		corrected.Value, corrected.Why = *a.Value, ""
		after = corrected.Shown()
	}
	return f.Zh, f.Shown(), after
}

var aboutWords = map[string]string{ //nolint:gosec // words for kinds of records, no password
	"need": "需求", "offer": "报名", "party": "到场队伍", "mission": "任务", "support": "后勤申请", "pass": "通行证", "other": "其他",
}

// stateWord is the word for the state of a party.
func stateWord(key string) string {
	for _, s := range reception.Parties.States {
		if s.Key == key {
			return s.Zh
		}
	}
	return key
}
