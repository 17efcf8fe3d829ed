package app

import (
	"context"
	"fmt"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/domain/place"
	"lianyuan/domain/support"
	"lianyuan/platform/id"
)

type demoUnit struct {
	name, kind, liaison string
	groups              string // g general, c coordination, s support
}

// demoUnits are the member units that the source document names (S004-14) and how it seats them (S004-23, 35, 39); the
// officers are invented.
var demoUnits = []demoUnit{
	{"市应急局", "government", "江若川", "gcs"},
	{"市委宣传部", "party", "章以宁", "gs"},
	{"市委网信办", "party", "顾清越", "g"},
	{"市经济信息委", "government", "谭修远", "s"},
	{"市公安局", "government", "雷长庚", "s"},
	{"市民政局", "government", "苏映雪", "g"},
	{"市财政局", "government", "贺明谦", "g"},
	{"市交通局", "government", "邓明川", "s"},
	{"市商务委", "government", "冉书亭", "s"},
	{"市卫生健康委", "government", "宁知白", "s"},
	{"重庆警备区", "military", "岳镇川", "c"},
	{"市总工会", "mass", "向春和", "cs"},
	{"团市委", "mass", "夏予安", "cs"},
	{"市红十字会", "mass", "秋水长", "cs"},
	{"市通信管理局", "government", "", "s"},
	{"市消防救援总队", "government", "何听澜", "c"},
}

func groupsOf(letters string) (groups []org.Group) {
	for _, l := range letters {
		groups = append(groups, map[rune]org.Group{'g': org.General, 'c': org.Coordination, 's': org.Support}[l])
	}
	return groups
}

// mechanisms founds the standing mechanism of the city and of a district, and names their officers.
func (d *demo) mechanisms(ctx context.Context) error {
	city := org.Mechanism{
		ID: id.New(), Place: "/50/", Name: "重庆市社会应急力量现场协调机制办公室", Basis: "渝减办〔2022〕5号", Authority: "市减灾委办公室",
		Founded: time.Date(2022, time.April, 18, 0, 0, 0, 0, time.UTC), Lead: "市应急局救援协调处", Head: "市减灾委办公室主任、市应急局局长", Phone: "023-00000110",
	}
	for i, u := range demoUnits {
		role := "member"
		if i == 0 {
			role = "lead"
		}
		city.Members = append(city.Members, org.Member{Unit: org.Unit{Name: u.name, Kind: u.kind}, Role: role, Groups: groupsOf(u.groups)})
	}
	city.Members = append(city.Members, org.Member{Unit: org.Unit{Name: "安能重庆分公司（巴南基地）", Kind: "enterprise"}, Role: "support_team", Duty: "工作支撑团队"})
	if err := d.Orgs.Found(ctx, city.ID, city); err != nil {
		return err
	}
	district := org.Mechanism{
		ID: id.New(), Place: "/50/500110/", Name: "綦江区现场协调机制办公室", Authority: "区减灾委员会", Lead: "区应急局救援协调科", Phone: "023-00000119",
		Members: []org.Member{
			{Unit: org.Unit{Name: "綦江区应急局", Kind: "government"}, Role: "lead", Groups: groupsOf("gcs")},
			{Unit: org.Unit{Name: "綦江区公安局", Kind: "government"}, Role: "member", Groups: groupsOf("s")},
			{Unit: org.Unit{Name: "綦江区交通运输委", Kind: "government"}, Role: "member", Groups: groupsOf("s")},
			{Unit: org.Unit{Name: "綦江区消防救援支队", Kind: "government"}, Role: "member", Groups: groupsOf("c")},
		},
	}
	if err := d.Orgs.Found(ctx, district.ID, district); err != nil {
		return err
	}
	whole, err := d.Orgs.Get(ctx, city.ID)
	if err != nil {
		return err
	}
	for i, u := range demoUnits {
		if u.liaison == "" {
			continue
		}
		l := org.Liaison{ID: id.New(), Unit: whole.Members[i].Unit.ID, Name: u.liaison, Post: "联络员", Phone: fmt.Sprintf("138000001%02d", i)}
		if err := d.Orgs.Name(ctx, city.ID, l); err != nil {
			return err
		}
	}
	return nil
}

// flood runs the incident in full course: recorded, activated under a response of the city, roster approved.
func (d *demo) flood(ctx context.Context) (string, error) {
	desk := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	d.ago(280)
	now := d.cfg.Clock.Now()
	flood := incident.Incident{
		ID: id.New(), Name: "綦江区“6·18”暴雨洪涝灾害", Class: "natural", Severity: 2, Place: "/50/", Places: []place.Path{"/50/500110/", "/50/500119/"},
		HQ: "市级现场抢险救援指挥部", Commander: "秦可舟", Began: now.Add(-90 * time.Minute),
	}
	if err := d.Incidents.Record(desk(ctx), flood); err != nil {
		return "", err
	}
	d.ago(272)
	if err := d.Incidents.Respond(desk(ctx), flood.ID, incident.Response{
		ID: id.New(), Name: "市级防汛应急响应", Level: 2, Expected: "至降雨结束、水位回落", Measures: "转移危险区群众，组织抢险救援，预置救援力量，实行交通管制",
		Decision: incident.Decision{ID: id.New(), DecidedBy: "市防汛抗旱指挥部", How: "paper", DecidedAt: now.Add(-20 * time.Minute), Reference: "渝汛指〔2026〕18 号"},
	}); err != nil {
		return "", err
	}
	d.ago(262)
	if err := d.Incidents.Activate(desk(ctx), flood.ID, incident.Activation{
		ID: id.New(), Reason: "灾情严重，需组织社会应急力量参与抢险救援", Basis: "渝减办〔2022〕5号",
	}); err != nil {
		return "", err
	}
	persons := []incident.Person{
		{Group: org.General, Unit: "市应急局", Name: "江若川", Post: "组长", Duty: "需求核实发布", Phone: "13800000100"},
		{Group: org.General, Unit: "市委宣传部", Name: "章以宁", Post: "成员", Duty: "信息发布", Phone: "13800000101"},
		{Group: org.General, Unit: "市民政局", Name: "苏映雪", Post: "成员", Duty: "报名登记", Phone: "13800000105"},
		{Group: org.Coordination, Unit: "市消防救援总队", Name: "何听澜", Post: "组长", Duty: "统一调度", Phone: "13800000115"},
		{Group: org.Coordination, Unit: "重庆警备区", Name: "岳镇川", Post: "成员", Duty: "力量统筹", Phone: "13800000110"},
		{Group: org.Coordination, Unit: "市红十字会", Name: "秋水长", Post: "成员", Duty: "报备统计", Phone: "13800000113"},
		{Group: org.Support, Unit: "市交通局", Name: "邓明川", Post: "组长", Duty: "通行保障", Phone: "13800000107"},
		{Group: org.Support, Unit: "市公安局", Name: "雷长庚", Post: "成员", Duty: "现场秩序", Phone: "13800000104"},
		{Group: org.Support, Unit: "市商务委", Name: "冉书亭", Post: "成员", Duty: "食宿保障", Phone: "13800000108"},
	}
	d.ago(240)
	if err := d.Incidents.SaveRoster(desk(ctx), id.New(), flood.ID, 0, persons); err != nil {
		return "", err
	}
	if err := d.Incidents.SubmitRoster(desk(ctx), id.New(), flood.ID, 1); err != nil {
		return "", err
	}
	d.ago(215)
	if err := d.Incidents.DecideRoster(desk(ctx), flood.ID, "approve", 2, incident.Decision{
		ID: id.New(), DecidedBy: "市级现场抢险救援指挥部", How: "phone", DecidedAt: d.cfg.Clock.Now(), Words: "同意，即行履职",
	}); err != nil {
		return "", err
	}
	return flood.ID, d.Incidents.SetContacts(desk(ctx), id.New(), flood.ID, []incident.Contact{
		{Name: "现场协调机制办公室", Number: "023-00000110", Public: true},
		{Name: "协调组（队伍联络）", Number: "023-00000112"},
		{Name: "保障组（通行与后勤）", Number: "023-00000113"},
	})
}

// drill is an exercise: the same workspace, watermarked and apart from statistics.
func (d *demo) drill(ctx context.Context) error {
	desk := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	d.ago(60)
	x := incident.Incident{
		ID: id.New(), Name: "2026 年南川区山洪桌面推演", Class: "natural", Severity: 3, Place: "/50/", Places: []place.Path{"/50/500119/"},
		HQ: "演练指挥部", Began: d.cfg.Clock.Now(), Drill: true,
	}
	if err := d.Incidents.Record(desk(ctx), x); err != nil {
		return err
	}
	return d.Incidents.Activate(desk(ctx), x.ID, incident.Activation{ID: id.New(), Reason: "年度演练计划", Basis: "年度演练计划"})
}

// demoRequests are what teams on site have asked for; ago is in minutes before the world is opened.
var demoRequests = []struct {
	ago                  int
	category, what, unit string
	quantity, priority   int
	where, routed        string
	came                 int
	needBy               int // minutes before the world is opened; 0: as soon as possible
}{
	{150, "living", "盒饭", "份", 60, 3, "綦江体育中心接待点", "市商务委", 60, 0},
	{95, "fuel", "汽油 92 号", "升", 400, 2, "北渡集结区", "市商务委", 160, 20},
	{70, "communication", "卫星电话", "部", 4, 1, "三江街道作业区", "市通信管理局", 0, 0},
	{25, "equipment", "救生衣", "件", 80, 2, "北渡集结区", "", 0, -60},
	{12, "transport", "冲锋舟拖车", "台", 2, 3, "古南街道", "", 0, 0},
}

// requests has a team on site ask for what it needs; some of it has come.
func (d *demo) requests(ctx context.Context, flood, team string) error {
	group := d.as(d.ids["baozhang"], access.Grant{Role: access.Support, Place: "/50/"})
	for _, x := range demoRequests {
		d.ago(x.ago)
		r := support.Request{
			ID: id.New(), Incident: flood, Team: team, Category: x.category, What: x.what, Quantity: x.quantity, Unit: x.unit, Priority: x.priority, Where: x.where,
		}
		if x.needBy != 0 {
			r.NeedBy = d.cfg.Clock.Now().Add(time.Duration(x.ago-x.needBy) * time.Minute)
		}
		if err := d.Support.Raise(group(ctx), r); err != nil {
			return err
		}
		if x.routed == "" {
			continue
		}
		d.ago(x.ago - 5)
		if err := d.Support.Take(group(ctx), r.ID, support.Step{ID: id.New(), Verb: "route", To: x.routed}); err != nil {
			return err
		}
		step := support.Step{ID: id.New(), Verb: "supply", Quantity: x.came}
		switch x.came {
		case 0:
			continue
		case x.quantity:
			step = support.Step{ID: step.ID, Verb: "complete"}
		}
		if err := d.Support.Take(group(ctx), r.ID, step); err != nil {
			return err
		}
	}
	d.ago(0)
	return nil
}
