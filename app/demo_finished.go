package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/domain/situation"
	"lianyuan/domain/support"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// When the demo world was set up and when its finished incident began, in minutes before it is opened.
const (
	worldBegan    = 40 * 24 * 60
	finishedBegan = 24 * 24 * 60
)

// The place of the finished incident.
const fuling place.Path = "/50/500102/"

// demoSlide are the calls of the finished incident: what became of each, and the need that was made of it.
var demoSlide = []struct {
	hour    float64
	kind    need.Kind
	text    string
	address string
	people  int
	phone   string
	point   need.Point
	said    string
	draft   need.Draft
}{
	{
		0.3, need.HouseDanger, "屋后山体滑下来，压了两间房，楼里还有老人没出来", "马武镇文观村二社", 14, "13800000031",
		need.Point{Lon: 107.33, Lat: 29.60, Accuracy: 20, Source: "gps"},
		"村支书接听，失联 2 人，已转移 9 人",
		need.Draft{Title: "文观村二社滑坡，3 人待搜救", Hazards: "坡体仍在变形，严禁进入下缘", People: new(3), Teams: 2, Skills: []need.Skill{{Key: "mountain", Grade: 2}}, Equipment: []need.Item{{Key: "drone", Count: 1}}},
	},
	{
		0.8, need.Injured, "路断了，卫生站 4 个伤员送不出去", "马武镇卫生站", 4, "13800000032",
		need.Point{Lon: 107.34, Lat: 29.61, Accuracy: 30, Source: "gps"},
		"站长接听，2 人骨折",
		need.Draft{Title: "马武镇卫生站 4 名伤员转运", Hazards: "便道只容小车", People: new(4), Teams: 1, Skills: []need.Skill{{Key: "medical"}}, Equipment: []need.Item{{Key: "ambulance", Count: 1}}},
	},
}

// demoRescuers are the teams of the finished incident: which need each came for, and what it did there.
var demoRescuers = []struct {
	team  string
	hour  float64
	need  int
	goal  string
	where string
	told  mission.Told
	asks  support.Request
}{
	{"金佛山岳救援队", 2, 0, "搜救失联人员", "文观村二社滑坡体上缘", mission.Told{Rescued: 2}, support.Request{Category: "communication", What: "卫星电话", Quantity: 2, Unit: "部"}},
	{"云顶破拆救援队", 2.5, 0, "破拆清理压埋房屋", "文观村二社 7 号", mission.Told{Rescued: 1}, support.Request{Category: "fuel", What: "汽油 92 号", Quantity: 120, Unit: "升"}},
	{"长寿湖应急医疗队", 3, 1, "转运伤员", "马武镇卫生站", mission.Told{Moved: 4, Treated: 4}, support.Request{Category: "living", What: "盒饭", Quantity: 30, Unit: "份"}},
}

// demoSummary is the text of its summary, section by section.
var demoSummary = map[string]string{
	"situation": "当日凌晨，涪陵区马武镇文观村二社发生山体滑坡，压埋民房两间，3 人失联，4 人受伤。市地质灾害应急响应启动后，市协调机制办公室启动现场协调机制。",
	"practice":  "综合组两小时内完成全部报告核实，按区政府指示发布需求；协调组统一调度三支队伍，分区作业；保障组逐车签发通行证，补给按申请送达。失联人员全部找到，伤员全部送医。",
	"problems":  "一是坡体监测信息通报不够及时；二是现场通信中断后依赖人工传递。",
	"next":      "建议为山岳救援队预置卫星通信装备，将滑坡监测预警接入现场指挥流程。",
}

// slide is the finished incident while it is told.
type slide struct {
	*demo
	id      string
	needs   []string
	parties []string
	point   string

	office, general, group, logistics, gate, desk func(context.Context) context.Context
}

// at moves the clock to some hours after the incident began.
func (s *slide) at(hour float64) time.Time {
	s.ago(finishedBegan - int(hour*60))
	return s.cfg.Clock.Now()
}

// minutes are the same moment in minutes before the world is opened.
func (s *slide) minutes(hour float64) int { return finishedBegan - int(hour*60) }

// finished tells an incident from the first call to the issued summary.
func (d *demo) finished(ctx context.Context) error {
	city := func(login string, role access.Role) func(context.Context) context.Context {
		return d.as(d.ids[login], access.Grant{Role: role, Place: "/50/"})
	}
	s := &slide{
		demo: d, id: id.New(), office: city("office", access.Office), general: city("zonghe", access.General), group: city("xietiao", access.Coordination), logistics: city("baozhang", access.Support),
		gate: d.as(d.ids["kakou"], access.Grant{Role: access.Gate, Place: fuling}), desk: d.as(d.ids["jiedai"], access.Grant{Role: access.Reception, Place: fuling}),
	}
	for _, part := range []func(context.Context) error{s.begin, s.call, s.come, s.leave, s.sumUp} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	d.ago(0)
	return nil
}

// begin is step 1: the response of the city, the mechanism, its roster.
func (s *slide) begin(ctx context.Context) error {
	now := s.at(0)
	office := s.office(ctx)
	if err := s.Incidents.Record(office, incident.Incident{
		ID: s.id, Name: fmt.Sprintf("涪陵区“%s”山体滑坡灾害", now.In(clock.Beijing).Format("1·2")), Class: "natural", Severity: 2, Place: "/50/", Places: []place.Path{fuling}, HQ: "市级现场抢险救援指挥部", Commander: "秦可舟", Began: now.Add(-time.Hour),
	}); err != nil {
		return err
	}
	if err := s.Incidents.Respond(office, s.id, incident.Response{
		ID: id.New(), Name: "市级地质灾害应急响应", Level: 3, Expected: "至险情排除", Measures: "搜救失联人员，转移受威胁群众",
		Decision: incident.Decision{ID: id.New(), DecidedBy: "市地质灾害防治工作指挥部", How: "paper", DecidedAt: now.Add(-20 * time.Minute), Reference: "渝地灾指〔2026〕5 号"},
	}); err != nil {
		return err
	}
	s.at(0.2)
	if err := s.Incidents.Activate(office, s.id, incident.Activation{ID: id.New(), Reason: "需山岳、破拆和医疗力量增援", Basis: "渝减办〔2022〕5号"}); err != nil {
		return err
	}
	if err := s.Incidents.SaveRoster(office, id.New(), s.id, 0, []incident.Person{
		{Group: org.General, Unit: "市应急局", Name: "江若川", Post: "组长", Duty: "需求核实发布", Phone: "13800000100"},
		{Group: org.Coordination, Unit: "市消防救援总队", Name: "何听澜", Post: "组长", Duty: "统一调度", Phone: "13800000115"},
		{Group: org.Support, Unit: "市交通局", Name: "邓明川", Post: "组长", Duty: "通行保障", Phone: "13800000107"},
	}); err != nil {
		return err
	}
	if err := s.Incidents.SubmitRoster(office, id.New(), s.id, 1); err != nil {
		return err
	}
	s.at(0.6)
	return s.Incidents.DecideRoster(office, s.id, "approve", 2, incident.Decision{
		ID: id.New(), DecidedBy: "市级现场抢险救援指挥部", How: "phone", DecidedAt: s.cfg.Clock.Now(), Words: "同意",
	})
}

// call is step 2: people call, 综合组 verifies and publishes.
func (s *slide) call(ctx context.Context) error {
	desk := s.general(ctx)
	order := id.New()
	for i, c := range demoSlide {
		s.at(c.hour)
		call := id.New()
		if _, err := s.Needs.Report(ctx, need.Call{
			ID: call, Kind: c.kind, Text: c.text, Address: c.address, People: new(c.people), Phone: c.phone, Channel: "web", Point: &c.point, ClientAt: s.cfg.Clock.Now(),
		}); err != nil {
			return err
		}
		made, err := s.verify(desk, call, s.minutes(c.hour+0.3), c.said, "已核实，正在组织力量。", c.draft)
		if err != nil {
			return err
		}
		s.needs = append(s.needs, made)
		s.at(c.hour + 0.4)
		if _, _, err := s.Needs.Join(desk, s.id, need.Joining{ID: id.New(), Reports: []string{call}}); err != nil {
			return err
		}
		if i == 0 {
			if err := s.Needs.Record(desk, need.Instruction{
				ID: order, Number: "涪陵府指〔2026〕3 号", Issuer: "涪陵区人民政府", How: "paper", IssuedAt: s.cfg.Clock.Now().Add(-10 * time.Minute), Place: fuling,
			}); err != nil {
				return err
			}
		}
		if err := s.Needs.Publish(desk, made, need.Publication{ID: id.New(), Instruction: order, Audience: []string{"teams"}}); err != nil {
			return err
		}
	}
	return nil
}

// come is steps 3 to 7: each team is ordered out with passes, received, given a mission and supplied.
func (s *slide) come(ctx context.Context) error {
	s.at(1)
	at, err := s.Receptions.DeskOf(s.group(ctx), s.id)
	if err != nil {
		return err
	}
	s.point = at.Points[0].ID
	for _, r := range demoRescuers {
		var refused error
		if err := s.comes(ctx, comer{
			incident: s.id, point: s.point, need: s.needs[r.need], team: r.team, ago: s.minutes(r.hour), reason: "就近增援", at: "马武镇政府广场", desk: s.desk,
		}, func(in *reception.CheckIn) {
			refused = s.passes(ctx, r.hour+0.3)
			s.parties = append(s.parties, in.ID)
			s.at(r.hour + 2.5)
		}); err != nil || refused != nil {
			return fault.Wrap(errors.Join(err, refused), r.team)
		}
	}
	for i, r := range demoRescuers {
		if err := s.work(ctx, s.parties[i], r.hour+4, s.needs[r.need], r.goal, r.where, r.told); err != nil {
			return fault.Wrap(err, r.goal)
		}
		r.asks.ID, r.asks.Incident, r.asks.Priority, r.asks.Where = id.New(), s.id, 2, "马武镇政府广场"
		if err := s.supply(ctx, r.asks, s.parties[i], r.hour+7); err != nil {
			return fault.Wrap(err, r.asks.What)
		}
	}
	return nil
}

// passes are issued for every vehicle that is on its way, and each is read at the gate.
func (s *slide) passes(ctx context.Context, hour float64) error {
	now := s.at(hour)
	sheet, err := s.Passes.Of(s.logistics(ctx), s.id, pass.Filter{})
	if err != nil {
		return err
	}
	for _, v := range sheet.Waiting {
		s.at(hour)
		p := pass.Pass{
			ID: id.New(), Offer: v.Offer, Vehicle: v.Vehicle.Vehicle, Purpose: "rescue", Crew: max(1, v.Crew), Load: v.Load, Route: "沪渝南线高速 涪陵—马武",
			OutFrom: now, OutTo: now.Add(8 * time.Hour), BackFrom: now.Add(12 * time.Hour), BackTo: now.Add(72 * time.Hour),
		}
		if err := s.Passes.Issue(s.logistics(ctx), p); err != nil {
			return err
		}
		known, err := s.Passes.Get(s.logistics(ctx), p.ID)
		if err != nil {
			return err
		}
		s.at(hour + 1.8)
		if _, err := s.Passes.Pass(s.gate(ctx), pass.Passage{
			ID: id.New(), Place: fuling, Gate: "马武互通卡口", Number: known.Number, Plate: known.Plate, Colour: known.Colour, Verdict: "go", Why: "in_window", Direction: "in", At: s.cfg.Clock.Now(),
		}); err != nil {
			return err
		}
	}
	return nil
}

// work is a mission from the giving to the confirmation.
func (s *slide) work(ctx context.Context, party string, hour float64, of, goal, where string, told mission.Told) error {
	s.at(hour)
	p, err := s.Receptions.Get(s.group(ctx), party)
	if err != nil {
		return err
	}
	o := mission.Order{Mission: mission.Mission{
		ID: id.New(), Incident: s.id, Party: party, Need: of, Location: where, Goal: goal, Hazards: "坡体仍在变形", Contact: "马武镇政府 023-00000140", Priority: 1,
		Until: s.cfg.Clock.Now().Add(12 * time.Hour),
	}}
	for _, y := range p.Persons[:min(8, len(p.Persons))] {
		o.Persons = append(o.Persons, y.ID)
	}
	if err := s.Missions.Give(s.group(ctx), o); err != nil {
		return err
	}
	for i, step := range []mission.Step{{Verb: "accept"}, {Verb: "set_out"}, {Verb: "arrive"}, {Verb: "finish", Words: "任务完成", Told: told}, {Verb: "confirm"}} {
		s.at(hour + 0.2 + float64(i*i)*0.5)
		step.ID = id.New()
		if err := s.Missions.Take(s.group(ctx), o.ID, step); err != nil {
			return fault.Wrap(err, step.Verb)
		}
	}
	return nil
}

// supply is a request from the asking to the confirmation.
func (s *slide) supply(ctx context.Context, r support.Request, party string, hour float64) error {
	s.at(hour)
	p, err := s.Receptions.Get(s.group(ctx), party)
	if err != nil {
		return err
	}
	r.Team = p.Team
	if err := s.Support.Raise(s.logistics(ctx), r); err != nil {
		return err
	}
	leader := s.as("system", access.Grant{Role: access.Leader, Team: r.Team})
	for i, x := range []support.Step{{Verb: "route", To: "市商务委"}, {Verb: "complete"}, {Verb: "confirm"}} {
		s.at(hour + float64(i+1)*0.4)
		x.ID = id.New()
		by := s.logistics
		if x.Verb == "confirm" {
			by = leader
		}
		if err := s.Support.Take(by(ctx), r.ID, x); err != nil {
			return fault.Wrap(err, x.Verb)
		}
	}
	return nil
}

// leave is step 8: one wave, everybody counted and home.
func (s *slide) leave(ctx context.Context) error {
	now := s.at(27)
	wave := id.New()
	if err := s.Receptions.PlanWave(s.group(ctx), wave, s.id, reception.Plan{
		Parties: s.parties, Reason: "失联人员全部找到，险情由专业队伍接管", Point: s.point, From: now.Add(time.Hour), To: now.Add(6 * time.Hour), Route: "马武互通上沪渝南线高速",
		Guidance: "编队行驶，控制车速", Contact: "协调组 023-00000112",
	}); err != nil {
		return err
	}
	if err := s.Receptions.OrderWave(s.group(ctx), id.New(), wave, 0); err != nil {
		return err
	}
	for i, party := range s.parties {
		s.at(27.5 + float64(i)*0.2)
		if err := s.Receptions.TakeOrder(s.desk(ctx), id.New(), party); err != nil {
			return err
		}
		s.at(28.5 + float64(i)*0.2)
		if err := s.leaveWhole(s.desk(ctx), party); err != nil {
			return err
		}
		s.at(31.5 + float64(i)*0.4)
		if err := s.Receptions.ArriveHome(s.group(ctx), id.New(), party, 0, "队长来电，全员到家"); err != nil {
			return err
		}
	}
	return nil
}

// sumUp is step 9: needs and incident closed, the summary approved and issued, one late fact.
func (s *slide) sumUp(ctx context.Context) error {
	s.at(33)
	for _, n := range s.needs {
		if err := s.Needs.Close(s.general(ctx), id.New(), n, 0, "人员已全部安置或送医"); err != nil {
			return err
		}
	}
	now := s.at(34)
	w, err := s.Incidents.Get(s.office(ctx), s.id)
	if err != nil {
		return err
	}
	if err := s.Incidents.EndResponse(s.office(ctx), s.id, w.Responses[0].ID, incident.Decision{
		ID: id.New(), DecidedBy: "市地质灾害防治工作指挥部", How: "paper", DecidedAt: now, Reference: "渝地灾指〔2026〕7 号",
	}); err != nil {
		return err
	}
	if err := s.Incidents.Move(s.office(ctx), s.id, "close", id.New(), 0, "险情排除，队伍全部返回"); err != nil {
		return err
	}
	s.at(50)
	for _, k := range situation.SectionKeys {
		words, ok := demoSummary[k.Key]
		if !ok {
			return fmt.Errorf("the summary has no words for %s", k.Key)
		}
		if err := s.Situation.Write(s.general(ctx), id.New(), s.id, k.Key, 0, words); err != nil {
			return err
		}
	}
	written := int64(len(situation.SectionKeys)) // a version for each section
	if err := s.Situation.Submit(s.general(ctx), id.New(), s.id, written); err != nil {
		return err
	}
	s.at(74)
	if err := s.Situation.Decide(s.office(ctx), s.id, "approve", written+1, incident.Decision{
		ID: id.New(), DecidedBy: "市级现场抢险救援指挥部", How: "paper", DecidedAt: s.cfg.Clock.Now(), Reference: "市指挥部专题会议纪要第 9 期",
	}); err != nil {
		return err
	}
	s.at(98)
	if err := s.Situation.Issue(s.office(ctx), id.New(), s.id, written+2, "渝应急〔2026〕18 号"); err != nil {
		return err
	}
	s.at(150)
	return s.Situation.Add(s.general(ctx), situation.Addendum{
		ID: id.New(), Incident: s.id, About: "other", Happened: now, Words: "一名伤员出院后由村委会补报，当日已自行就医，未计入救治人数。",
	})
}
