package pass

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/platform/clock"
	"lianyuan/platform/lifecycle"
	"lianyuan/platform/pdf"
)

// The inks of a sheet. On a black and white printer all stay apart.
var (
	ink    = pdf.Ink{R: 20, G: 33, B: 31}
	faint  = pdf.Ink{R: 67, G: 82, B: 79}
	line   = pdf.Ink{R: 194, G: 205, B: 202}
	accent = pdf.Ink{R: 11, G: 107, B: 102}
	alarm  = pdf.Ink{R: 194, G: 34, B: 43}
)

// plates are the ground and the writing of number plates.
var plates = map[string][2]pdf.Ink{
	"blue":           {{R: 20, G: 70, B: 160}, pdf.White},
	"yellow":         {{R: 247, G: 198, B: 0}, pdf.Black},
	"black":          {pdf.Black, pdf.White},
	"white":          {pdf.White, pdf.Black},
	"gradient_green": {{R: 150, G: 214, B: 170}, pdf.Black},
	"yellow_green":   {{R: 150, G: 214, B: 110}, pdf.Black},
	"blue_white":     {{R: 20, G: 70, B: 160}, pdf.White},
	"other":          {pdf.White, pdf.Black},
}

// word is a term in both languages.
type word struct{ zh, en string }

var (
	colourWords = map[string]word{
		"blue": {"蓝牌", "Blue"}, "yellow": {"黄牌", "Yellow"}, "black": {"黑牌", "Black"}, "white": {"白牌", "White"}, "gradient_green": {"渐变绿牌", "Gradient green"},
		"yellow_green": {"黄绿牌", "Yellow-green"}, "blue_white": {"蓝白牌", "Blue-white"}, "other": {"其他颜色", "Other colour"},
	}
	kindWords = map[string]word{
		"command": {"指挥车", "Command"}, "equipment": {"装备车", "Equipment"}, "personnel": {"人员运输车", "Personnel"}, "ambulance": {"救护车", "Ambulance"},
		"boat_trailer": {"舟艇拖车", "Boat trailer"}, "supply": {"补给车", "Supply"}, "other": {"其他车辆", "Other"},
	}
	purposeWords = map[string]word{"rescue": {"抢险救援", "Rescue"}, "commercial": {"商业物流", "Hired carrier"}, "own_way": {"自行前往", "On its own account"}}
)

// drawing draws passes in one language.
type drawing struct {
	*pdf.Paper
	english bool
}

func (d drawing) say(zh, en string) string {
	if d.english {
		return en
	}
	return zh
}

func (d drawing) word(w word) string { return d.say(w.zh, w.en) }

// reason is why something is so: as it was written, or where the system said it in the language of the sheet.
func (d drawing) reason(why string) string { return d.say(why, cmp.Or(causes[why].en, why)) }

// state is the word of a state.
func (d drawing) state(of *lifecycle.Machine, key string) string {
	for _, st := range of.States {
		if st.Key == key {
			return d.say(st.Zh, st.En)
		}
	}
	return key
}

// Print writes passes as PDF, a sheet of A4 for each. The same passes are the same bytes.
func Print(to io.Writer, list []Paper, english bool) error {
	title, made := list[0].Number, time.Time{}
	for _, p := range list {
		if p.CreatedAt.After(made) {
			made = p.CreatedAt
		}
	}
	if len(list) > 1 {
		title = list[0].IncidentNumber
	}
	paper, err := pdf.New(title, made)
	if err != nil {
		return err
	}
	d := drawing{paper, english}
	for _, p := range list {
		if err := d.pass(p); err != nil {
			return err
		}
	}
	_, err = paper.WriteTo(to)
	return err
}

const (
	left, right = 12.0, pdf.Width - 12 // edges of what is printed
	side        = 108.0                // of the code
	column      = left + side + 10     // where the column beside the code begins
	beside      = right - column       // its width
)

// pass draws one: what is read from outside the car above, what is read by who stopped it below.
func (d drawing) pass(p Paper) error {
	d.Sheet()
	d.head(p)
	if err := d.QR(pdf.Box{X: left, Y: 34, W: side, H: side}, p.Code); err != nil {
		return err
	}
	d.Text(pdf.Box{X: left, Y: 34 + side, W: side, H: 6}, d.say("卡口扫码核验，无网络也可核验", "Gates scan this, with or without network"), pdf.Style{Size: 11, Ink: faint, Align: "C", Middle: true})
	d.plate(p)
	d.window(80, d.say("去程", "Way out"), p.OutFrom, p.OutTo)
	d.window(96, d.say("返程", "Way back"), p.BackFrom, p.BackTo)
	d.rights(p)
	d.facts(p)
	d.foot(p)
	over, strong := d.over(p)
	if over != "" {
		d.Across(over, alarm, strong)
	}
	return nil
}

// over is what stands across the sheet, and how strong: a pass that counts no more shows it from afar; a drill lets
// everything be read, and scanned.
func (d drawing) over(p Paper) (text string, strong float64) {
	switch {
	case p.State != "valid":
		return strings.ToUpper(d.state(Passes, p.State)), 0.45
	case p.Lapsed:
		return d.say("已过期", "RUN OUT"), 0.45
	case !p.Vouched:
		return d.say("不予放行", "NOT LET THROUGH"), 0.45
	case p.Drill:
		return d.say("演练", "DRILL"), 0.15
	}
	return "", 0
}

func (d drawing) head(p Paper) {
	d.Text(pdf.Box{X: left, Y: 10, W: 174, H: 18}, d.say("社会应急力量车辆通行证", "Vehicle pass of social emergency forces"), pdf.Style{Size: 38, Bold: true, Ink: ink, Middle: true})
	if p.Drill {
		mark := pdf.Box{X: 192, Y: 13, W: 28, H: 12}
		d.Frame(mark, alarm, 0.8)
		d.Text(mark, d.say("演练", "DRILL"), pdf.Style{Size: 24, Bold: true, Ink: alarm, Align: "C", Middle: true})
	}
	d.Text(pdf.Box{X: 224, Y: 10, W: right - 224, H: 18}, p.Number, pdf.Style{Size: 36, Bold: true, Ink: ink, Align: "R", Middle: true})
	d.Fill(pdf.Box{X: left, Y: 29.5, W: right - left, H: 1.2}, accent)
}

// plate is the number plate, its colour also in words: a copy may be black and white.
func (d drawing) plate(p Paper) {
	ground := plates[p.Colour]
	box := pdf.Box{X: column, Y: 36, W: 118, H: 38}
	d.Fill(box, ground[0])
	d.Frame(box, ink, 0.8)
	d.Text(pdf.Box{X: box.X + 4, Y: box.Y, W: box.W - 8, H: box.H}, equipment.Shown(p.Plate), pdf.Style{Size: 66, Bold: true, Ink: ground[1], Align: "C", Middle: true})
	words := pdf.Box{X: box.X + box.W + 5, Y: box.Y, W: right - box.X - box.W - 5, H: 20}
	d.Text(words, d.word(colourWords[p.Colour]), pdf.Style{Size: 24, Bold: true, Ink: ink, Middle: true})
	words.Y, words.H = words.Y+20, 18
	d.Text(words, d.word(kindWords[p.Kind]), pdf.Style{Size: 17, Ink: ink, Middle: true})
}

func (d drawing) window(y float64, label string, from, to time.Time) {
	d.Text(pdf.Box{X: column, Y: y, W: 24, H: 13}, label, pdf.Style{Size: 20, Ink: faint, Middle: true})
	span := from.In(clock.Beijing).Format(minute) + d.say(" 至 ", " to ") + to.In(clock.Beijing).Format(minute)
	d.Text(pdf.Box{X: column + 28, Y: y, W: beside - 28, H: 13}, span, pdf.Style{Size: 24, Bold: true, Ink: ink, Middle: true})
}

// rights are the two matters that a pass is about, apart: whether it may enter, and whether it pays toll.
func (d drawing) rights(p Paper) {
	state, why := d.state(Passes, p.State), p.Why
	if p.Lapsed && p.State == "valid" {
		state = d.say("已过期", "run out")
	} else if !p.Vouched && p.State == "valid" {
		state, why = d.say("不予放行", "not let through"), notVouchedWhy
	}
	t := p.Toll
	detail := d.reason(t.Why)
	switch {
	case t.Refund != "":
		detail = d.numbered(d.say("退费编号 ", "Refund "), t.Refund, t.RefundAt)
		if t.Receipt != "" {
			detail += d.numbered(d.say("　回执编号 ", "　Receipt "), t.Receipt, t.ReceiptAt)
		}
	case t.Receipt != "":
		detail = d.numbered(d.say("回执编号 ", "Receipt "), t.Receipt, t.ReceiptAt)
	case t.By != "" && t.Why == "":
		detail = t.By + "　" + t.Paper
	}
	half := (beside - 5) / 2
	d.right(pdf.Box{X: column, Y: 113, W: half, H: 30}, d.say("准予进入", "May enter"), state, d.reason(why))
	d.right(pdf.Box{X: column + half + 5, Y: 113, W: half, H: 30}, d.say("免费通行", "Toll"), d.state(Tolls, t.State), detail)
}

// numbered is a number with what it is of and its date.
func (d drawing) numbered(what, no string, at time.Time) string {
	if at.IsZero() {
		return what + no
	}
	return what + no + " " + at.In(clock.Beijing).Format(time.DateOnly)
}

func (d drawing) right(b pdf.Box, label, state, detail string) {
	d.Frame(b, ink, 0.5)
	in := pdf.Box{X: b.X + 4, Y: b.Y + 1.5, W: b.W - 8, H: 7}
	d.Text(in, label, pdf.Style{Size: 13, Ink: faint, Middle: true})
	in.Y, in.H = b.Y+8.5, 12
	if detail == "" {
		in.H = 18
	}
	d.Text(in, state, pdf.Style{Size: 26, Bold: true, Ink: ink, Middle: true})
	in.Y, in.H = b.Y+20.5, 8.5
	d.Text(in, detail, pdf.Style{Size: 10, Ink: ink, Middle: true})
}

// facts is the table below.
func (d drawing) facts(p Paper) {
	const top, high, label, edge = 150.0, 10.5, 24.0, 0.3
	half := (right - left) / 2
	who, crew := d.say("乘员", "Aboard"), d.say(fmt.Sprintf("%d 人", p.Crew), strconv.Itoa(p.Crew))
	if p.DriverName != "" {
		who, crew = d.say("驾驶员", "Driver"), p.DriverName+d.say(fmt.Sprintf("　乘员 %d 人", p.Crew), fmt.Sprintf("　%d aboard", p.Crew))
	}
	rows := []struct {
		column, row, rows float64
		label, text       string
	}{
		{0, 0, 1, d.say("队伍", "Team"), p.TeamName},
		{0, 1, 1, who, crew},
		{0, 2, 1, d.say("装备物资", "Load"), p.Load},
		{0, 3, 1, d.say("用途", "Comes for"), d.word(purposeWords[p.Purpose])},
		{1, 0, 1, d.say("目的地", "Goes to"), p.To},
		{1, 1, 2, d.say("通行路线", "Route"), p.Route},
		{1, 3, 1, d.say("事件", "Incident"), p.IncidentNumber + "　" + p.IncidentName},
	}
	for _, r := range rows {
		b := pdf.Box{X: left + r.column*half, Y: top + r.row*high, W: half, H: r.rows * high}
		d.Frame(pdf.Box{X: b.X, Y: b.Y, W: b.W + edge, H: b.H + edge}, line, edge)
		d.Text(pdf.Box{X: b.X + 3, Y: b.Y, W: label, H: b.H}, r.label, pdf.Style{Size: 12, Ink: faint, Middle: true})
		d.Text(pdf.Box{X: b.X + 3 + label, Y: b.Y + 0.5, W: b.W - label - 5, H: b.H - 1}, r.text, pdf.Style{Size: 15, Ink: ink, Middle: true})
	}
}

// foot says who issued it and how it is checked, and names the characters that the font has not.
func (d drawing) foot(p Paper) {
	by := d.say("签发 ", "Issued by ") + p.Issuer + d.say("　签发时间 ", "　at ") + p.CreatedAt.In(clock.Beijing).Format(minute) + d.say("　签名密钥 ", "　key ") + p.Key
	d.Text(pdf.Box{X: left, Y: 194, W: right - left, H: 5}, by, pdf.Style{Size: 10, Ink: faint, Middle: true})
	rule := d.say("本证限所载号牌和颜色的车辆在通行时段内使用，以卡口核验为准。", "For the vehicle with this plate and colour, within its windows; what the gate finds when it checks decides.")
	if lacks := d.Lacks(); len(lacks) > 0 {
		var names []string
		for _, r := range lacks {
			names = append(names, fmt.Sprintf("U+%04X", r))
		}
		rule += d.say("〓为字库没有的字，依次为 ", "〓 stands for characters that the font lacks: ") + strings.Join(names, " ")
	}
	d.Text(pdf.Box{X: left, Y: 199, W: right - left, H: 5}, rule, pdf.Style{Size: 10, Ink: faint, Middle: true})
}
