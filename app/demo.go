package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
)

// DemoAccount is one way to sign in to the demo world.
type DemoAccount struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Label    string `json:"label"`
}

// DemoPassword is the password of every demo account. A demo directory is never served as a real one.
const DemoPassword = "lianyuan-demo-2026" //nolint:gosec // meant to be known

// demoPeople are invented.
var demoPeople = []struct {
	login, name, unit, label string
	role                     access.Role
	place                    place.Code
}{
	{"office", "秦可舟", "市应急局救援协调处", "市协调机制办公室", access.Office, "50"},
	{"zonghe", "江若川", "市应急局", "综合组", access.General, "50"},
	{"xietiao", "何听澜", "市消防救援总队", "协调组", access.Coordination, "50"},
	{"baozhang", "邓明川", "市交通局", "保障组", access.Support, "50"},
	{"qijiang", "罗知远", "綦江区应急局", "綦江区值班员", access.Duty, "500110"},
	{"qijiangju", "程子衿", "綦江区应急局", "綦江区协调机制办公室", access.Office, "500110"},
	{"kakou", "严守川", "綦江区交通局", "綦江区卡口", access.Gate, "500110"},
	{"jiedai", "顾长亭", "綦江区应急局", "綦江区接待报备点", access.Reception, "500110"},
	{"nanchuan", "柳如砚", "南川区应急局", "南川区值班员", access.Duty, "500119"},
	{"sysadmin", "温以恒", "市应急局", "系统管理员", access.SystemAdmin, "cn"},
	{"secadmin", "薛静安", "市应急局", "安全管理员", access.Security, "cn"},
	{"auditor", "孟怀瑾", "市应急局", "审计管理员", access.Auditor, "cn"},
}

// DemoAccounts are the accounts of the demo world, one for each role.
func DemoAccounts() []DemoAccount {
	list := []DemoAccount{}
	for _, p := range demoPeople {
		list = append(list, DemoAccount{p.login, DemoPassword, string(p.role), p.label + " " + p.name})
	}
	return append(list, DemoAccount{"leader", DemoPassword, string(access.Leader), "队长 卢远航（山城水上应急队）"})
}

// MakeDemo fills a demo directory that nobody has filled, once: more may be added by then before it counts as finished.
// ErrHalfDemo when somebody began and was interrupted. Call it while no other node does: of two that start at once the one
// that comes first makes the world, whichever of them founded the installation.
func (a *App) MakeDemo(ctx context.Context, then func(context.Context) error) error {
	defer a.Notices.Begin()
	var unfinished bool
	var begun int
	err := a.DB.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT unfinished, (SELECT count(*) FROM journal) FROM instance WHERE id = 1`, nil, &unfinished, &begun)
	})
	switch {
	case err != nil || !unfinished:
		return err
	case begun > 0:
		return ErrHalfDemo
	}
	if err := a.SeedDemo(ctx); err != nil {
		return err
	}
	if err := then(ctx); err != nil {
		return err
	}
	return a.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE instance SET unfinished = FALSE WHERE id = 1`)
		return err
	})
}

// SeedDemo fills a fresh demo directory by calling use cases, as its people would have.
func (a *App) SeedDemo(ctx context.Context) error {
	changes, zones := place.Chongqing2025()
	if err := a.Places.Import(ctx, "chongqing-2025-11", changes, zones); err != nil {
		return err
	}
	d := demo{App: a, rand: rand.New(rand.NewPCG(20260618, 1))} //nolint:gosec // an invented world, the same every time
	d.ago(worldBegan)
	setup := a.as("system", access.Grant{Role: access.Security, Place: place.Root}, access.Grant{Role: access.Office, Place: "/50/"})
	leads, err := d.teams(setup(ctx))
	if err != nil {
		return fmt.Errorf("demo teams: %w", err)
	}
	if err := d.accounts(setup(ctx), leads); err != nil {
		return fmt.Errorf("demo accounts: %w", err)
	}
	if err := d.mechanisms(setup(ctx)); err != nil {
		return fmt.Errorf("demo mechanisms: %w", err)
	}
	if err := d.finished(ctx); err != nil {
		return fmt.Errorf("demo finished incident: %w", err)
	}
	flood, err := d.flood(ctx)
	if err != nil {
		return fmt.Errorf("demo incident: %w", err)
	}
	if err := d.drill(ctx); err != nil {
		return fmt.Errorf("demo drill: %w", err)
	}
	if err := d.story(ctx); err != nil {
		return fmt.Errorf("demo story: %w", err)
	}
	desk := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	if _, _, err := d.Needs.Join(desk, flood, need.Joining{ID: id.New(), Area: "/50/500110/"}); err != nil {
		return fmt.Errorf("demo joining: %w", err)
	}
	if err := d.directive(ctx, flood); err != nil {
		return fmt.Errorf("demo directive: %w", err)
	}
	if err := d.enquiries(ctx, flood, leads); err != nil {
		return fmt.Errorf("demo enquiries: %w", err)
	}
	if err := d.requests(ctx, flood, leads); err != nil {
		return fmt.Errorf("demo logistics: %w", err)
	}
	if err := d.deployments(ctx, flood); err != nil {
		return fmt.Errorf("demo deployments: %w", err)
	}
	if err := d.reception(ctx, flood, leads); err != nil {
		return fmt.Errorf("demo reception: %w", err)
	}
	if err := d.site(ctx, flood); err != nil {
		return fmt.Errorf("demo site: %w", err)
	}
	if err := d.escort(ctx, flood); err != nil {
		return fmt.Errorf("demo escort: %w", err)
	}
	if err := d.missions(ctx, flood); err != nil {
		return fmt.Errorf("demo missions: %w", err)
	}
	if err := d.board(ctx); err != nil {
		return fmt.Errorf("demo board: %w", err)
	}
	if err := d.withdrawal(ctx, flood); err != nil {
		return fmt.Errorf("demo withdrawal: %w", err)
	}
	return nil
}

type demo struct {
	*App
	rand  *rand.Rand
	ids   map[string]string // account ids by login
	needs []string          // that the story made, the first of them published
	order string            // the instruction under which it was
}

// as is a context of somebody who holds grants without having signed in: the installer of a demo world.
func (a *App) as(account string, grants ...access.Grant) func(context.Context) context.Context {
	now := a.cfg.Clock.Now()
	for i := range grants {
		grants[i].Sees = a.Places.Tree().Scope(grants[i].Place.Code(), now)
	}
	actor := access.Actor{Account: account, Grants: grants, At: now}
	return func(ctx context.Context) context.Context { return access.With(ctx, actor) }
}

func (d *demo) accounts(ctx context.Context, leads string) error {
	d.ids = map[string]string{}
	second := d.as("setup", access.Grant{Role: access.SystemAdmin, Place: place.Root})(ctx)
	add := func(login, name, unit string, g access.Grant) error {
		account := id.New()
		d.ids[login] = account
		token, err := d.Access.Invite(ctx, access.Account{ID: account, Login: login, Name: name, Unit: unit})
		if err != nil {
			return err
		}
		var who *access.Identity // invented papers; of one account nobody knows yet who is behind it
		if login != "qijiangju" {
			who = &access.Identity{Number: fmt.Sprintf("YS%07d", len(d.ids))}
		}
		if err := d.Access.Enrol(ctx, token, DemoPassword, "", who); err != nil {
			return err
		}
		g.ID = id.New()
		if err := d.Access.Give(ctx, account, g); err != nil || !g.Role.TakesTwo() {
			return err
		}
		return d.Access.Confirm(second, g.ID)
	}
	for _, p := range demoPeople {
		where, _ := d.Places.Tree().Get(p.place, d.cfg.Clock.Now())
		if err := add(p.login, p.name, p.unit, access.Grant{Role: p.role, Place: where.Path}); err != nil {
			return err
		}
	}
	return add("leader", "卢远航", "山城水上应急队", access.Grant{Role: access.Leader, Team: leads})
}

// demoCalls are invented; the numbers are not given to anybody. ago is when they called, in minutes before the world
// is opened.
var demoCalls = []struct {
	ago      int
	kind     need.Kind
	text     string
	address  string
	people   int
	who      []string
	phone    string
	lon, lat float64
}{
	{52, need.TrappedWater, "一楼进水，瘫痪老人独居，家属外地来电", "文龙街道沙溪路", 1, []string{"elder", "disabled"}, "13800000001", 106.6512, 29.0281},
	{47, need.NoWaterFood, "桥河小学操场安置点缺饮水，约 600 人", "古南街道桥河小学", 600, []string{"elder", "infant"}, "13800000009", 106.6402, 29.0410},
	{41, need.Injured, "卫生院停电，透析病人 7 人要转移", "文龙街道卫生院", 7, []string{"sick"}, "13800000010", 106.6583, 29.0302},
	{36, need.TrappedWater, "沱湾路临河门市二楼，孕妇一名，老人三名，卷帘门变形出不去", "沱湾路临河门市", 8, []string{"pregnant", "elder"}, "13800000002", 106.6481, 29.0337},
	{18, need.HouseDanger, "老街二组 3 户老人不愿转移，水到门口", "三江街道老街", 5, []string{"elder"}, "13800000005", 106.6790, 28.9640},
	{14, need.NoWaterFood, "砖厂工棚 11 人断路，饮水只够半天", "石角镇", 11, nil, "13800000003", 106.7330, 28.8720},
	{12, need.Injured, "加油站地下油罐区进水，闻到汽油味，有人头晕", "古南街道加油站", 3, []string{"sick"}, "13800000006", 106.6440, 29.0300},
	{9, need.TrappedWater, "沱湾路河边二楼困了十几个人，有孕妇，水还在涨", "沱湾路 121 号旁", 12, []string{"pregnant", "elder"}, "13800000002", 106.6478, 29.0334},
	{8, need.Missing, "昨晚去河边看水位的父亲没有回来，穿灰色雨衣", "三江街道河边", 1, []string{"elder"}, "13800000007", 106.6770, 28.9660},
	{6, need.TrappedWater, "九盘村便桥冲毁，42 人需绕行撤离", "永新镇九盘村", 42, []string{"elder", "infant"}, "13800000008", 106.5400, 28.9300},
	{5, need.NoWaterFood, "安置点婴儿奶粉用完，共 6 名婴儿", "文龙街道安置点", 6, []string{"infant"}, "13800000004", 106.6550, 29.0250},
	{3, need.Other, "车库进水，车辆 30 余台，人员已撤离", "文龙街道", 0, nil, "", 106.6600, 29.0270},
	{2, need.HouseDanger, "屋后土坡开裂往下掉石头，两家人在院坝里", "南川区金山镇", 9, []string{"elder"}, "13800000011", 107.0970, 29.0950},
}

// story has people call; three calls are verified, one need is published, and the rest wait in the queue.
func (d *demo) story(ctx context.Context) error {
	calls := make([]string, len(demoCalls))
	for i, c := range demoCalls {
		d.ago(c.ago)
		calls[i] = id.New()
		people := c.people
		if _, err := d.Needs.Report(ctx, need.Call{
			ID: calls[i], Kind: c.kind, Text: c.text, Address: c.address, People: &people, Vulnerable: c.who, Phone: c.phone, Channel: "web",
			Point: &need.Point{Lon: c.lon, Lat: c.lat, Accuracy: 15, Source: "gps"}, ClientAt: d.cfg.Clock.Now(),
		}); err != nil {
			return err
		}
	}
	desk := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	first, err := d.verify(desk, calls[0], 49, "自述独居，二楼有邻居照看", "已与您通话确认，请留在二楼以上，不要涉水。", need.Draft{
		Title: "沙溪路瘫痪老人需转移", Detail: "一楼进水，老人独居、行动不便，需担架和冲锋舟。", Hazards: "路面暗流，院墙外有高压箱变", People: new(1),
		Skills: []need.Skill{{Key: "water", Grade: 3}, {Key: "medical"}}, Equipment: []need.Item{{Key: "boat", Count: 1}}, Teams: 1,
	})
	if err != nil {
		return err
	}
	school, err := d.verify(desk, calls[1], 45, "校长当面确认，另有老人 40 余名", "已核实，正在联系送水车辆。", need.Draft{
		Title: "桥河小学安置点缺饮水 600 人", Detail: "瓶装水只够到傍晚，需运输车辆。", People: new(600), Skills: []need.Skill{{Key: "logistics"}}, Equipment: []need.Item{{Key: "truck", Count: 2}},
	})
	if err != nil {
		return err
	}
	clinic, err := d.verify(desk, calls[2], 40, "院长接听，发电机油料剩 2 小时", "已核实，正在安排救护车，请备好病历。", need.Draft{
		Title: "文龙街道卫生院透析病人 7 人转移", Detail: "停电，需救护车送南川区透析点。", Hazards: "一层积水 0.4 米", People: new(7),
		Skills: []need.Skill{{Key: "medical", Grade: 2}}, Equipment: []need.Item{{Key: "ambulance", Count: 3}}, Teams: 1,
	})
	if err != nil {
		return err
	}
	d.needs = []string{first, school, clinic}
	d.ago(38)
	order := id.New()
	d.order = order
	if err := d.Needs.Record(desk, need.Instruction{
		ID: order, Number: "綦江府指〔2026〕12 号", Issuer: "綦江区人民政府", How: "paper", IssuedAt: d.cfg.Clock.Now().Add(-time.Hour), Place: "/50/500110/",
	}); err != nil {
		return err
	}
	err = d.Needs.Publish(desk, first, need.Publication{ID: id.New(), Instruction: order, Audience: []string{"teams", "public"}})
	d.ago(0)
	return err
}

// ago moves the clock to some minutes before now, when the installation has one that can be moved.
func (d *demo) ago(minutes int) {
	if c, ok := d.cfg.Clock.(*clock.Shifted); ok {
		c.Shift(-time.Duration(minutes) * time.Minute)
	}
}

// verify has the desk look at a call, ring back and make a need of it; it returns the need's id.
func (d *demo) verify(ctx context.Context, call string, ago int, said, message string, draft need.Draft) (string, error) {
	d.ago(ago)
	if err := d.Needs.Look(ctx, call); err != nil {
		return "", err
	}
	d.ago(ago - 1)
	if err := d.Needs.Attempt(ctx, call, need.Attempt{ID: id.New(), Method: "call_back", Result: "reached", Note: said}); err != nil {
		return "", err
	}
	made := id.New()
	return made, d.Needs.Decide(ctx, call, need.Decision{ID: id.New(), NewID: made, Outcome: "verified", Message: message, New: &draft})
}
