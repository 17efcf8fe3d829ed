package app

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/team"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// The needs of the story that offers are for.
const (
	forStreet = iota
	forSchool
	forClinic
)

// demoSteps are what becomes of an offer, in the order in which it happens; the figure is minutes ago.
type demoStep struct {
	ago  int
	verb string
	why  string
}

// demoOffers are offers in every state, the oldest first.
var demoOffers = []struct {
	team  string
	ago   int
	need  int
	days  int
	steps []demoStep
}{
	{"渝峡水域救援队", 37, forClinic, 3, []demoStep{{36, "match", ""}, {36, "begin", ""}}},
	{"习水赤水河水上救援队", 36, forSchool, 5, []demoStep{{35, "match", ""}, {35, "begin", ""}, {14, "agree_for", "贵州省应急管理厅值班室"}, {13, "accept", "水域力量不足，该队自给 5 天"}}},
	{"巴渝水域救援队", 35, forStreet, 3, []demoStep{
		{34, "match", ""}, {33, "begin", ""}, {32, "deploy_first", "水位上涨，独居老人被困"}, {32, "accept", "距离最近"}, {31, "order", "北渡集结区"}, {27, "acknowledge", ""},
	}},
	{"桃源应急医疗队", 30, forClinic, 2, []demoStep{{29, "stand_by", "先用本地医疗力量，作夜间轮换"}}},
	{"桃源水域救援队", 26, forStreet, 3, nil}, // enough have come for it: standby at once
	{"云顶山岳救援队", 25, forSchool, 2, []demoStep{{22, "send_back", "随车人数与出队人员不符，请核对后重报"}}},
	{"铜锣水域救援队", 24, forSchool, 4, []demoStep{{23, "match", ""}, {23, "begin", ""}, {17, "agree", ""}, {16, "accept", "编入桥河片区"}}},
	{"缙云水域救援队", 20, forSchool, 3, []demoStep{{19, "match", ""}, {18, "begin", ""}}}, // its insurance has ended
	{"山城水上应急队", 18, forSchool, 1, []demoStep{{15, "withdraw", "先完成驻地转移任务"}}},
	{"泸州长江应急救援协会", 15, forSchool, 3, []demoStep{{12, "decline", "运输力量已够"}}},
	{"沙溪车友自发救援群", 9, forSchool, 1, nil},
	{"乌江水域救援队", 4, forSchool, 3, nil},
}

// deployments lets teams sign up for the flood; the groups and the office decide as far as each story goes.
func (d *demo) deployments(ctx context.Context, flood string) error {
	general := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	d.ago(38)
	for _, n := range d.needs[forSchool:] {
		if err := d.Needs.Publish(general, n, need.Publication{ID: id.New(), Instruction: d.order, Audience: []string{"teams"}}); err != nil {
			return err
		}
	}
	for _, o := range demoOffers {
		d.ago(o.ago)
		offer := id.New()
		t, m, err := d.manifest(general, o.team)
		if err != nil {
			return err
		}
		m.Needs, m.Days, m.ETA = []string{d.needs[o.need]}, o.days, d.cfg.Clock.Now().Add(time.Duration(80+o.ago)*time.Minute)
		if err := d.Deployments.Send(general, offer, t.ID, flood, m); err != nil {
			return fault.Wrap(err, o.team)
		}
		for _, s := range o.steps {
			d.ago(s.ago)
			if err := d.deploy(ctx, offer, m.Needs, s); err != nil {
				return fault.Wrap(err, o.team+": "+s.verb)
			}
		}
	}
	d.ago(0)
	return nil
}

// manifest is half of a team with two vehicles, and what works of its first equipment.
func (d *demo) manifest(ctx context.Context, name string) (t team.Team, m deployment.Manifest, err error) {
	found, err := d.Teams.List(ctx, team.Filter{Query: name, Limit: 1})
	if err != nil {
		return t, m, err
	}
	if len(found.Items) == 0 {
		return t, m, fault.ErrNotFound
	}
	t = found.Items[0].Team
	roster, err := d.Teams.Members(ctx, t.ID, team.Roster{Limit: 200})
	if err != nil {
		return t, m, err
	}
	for _, p := range roster.Items[:(len(roster.Items)+1)/2] {
		m.Persons = append(m.Persons, p.ID)
	}
	stock, err := d.Equipment.Of(ctx, t.ID, false)
	if err != nil {
		return t, m, err
	}
	for _, v := range stock.Vehicles[:min(2, len(stock.Vehicles))] {
		m.Vehicles = append(m.Vehicles, deployment.Ride{Vehicle: v.ID, Crew: max(1, v.Seats-1)})
	}
	for _, i := range stock.Items {
		m.Equipment = append(m.Equipment, deployment.Item{Key: i.Kind, Count: i.Usable})
	}
	m.Origin = "队部"
	return t, m, nil
}

// deploy takes one step with an offer, as whoever does it.
func (d *demo) deploy(ctx context.Context, offer string, needs []string, s demoStep) error {
	general := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	group := d.as(d.ids["xietiao"], access.Grant{Role: access.Coordination, Place: "/50/"})(ctx)
	office := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})(ctx)
	now := d.cfg.Clock.Now()
	switch s.verb {
	case "match":
		return d.Deployments.Match(group, id.New(), offer, 0, needs)
	case "begin":
		return d.Deployments.Begin(group, id.New(), offer, 0)
	case "agree":
		return d.Deployments.Sign(office, offer, deployment.Verdict{ID: id.New(), Station: 1, Result: "agree"})
	case "agree_for":
		return d.Deployments.SignFor(group, offer, deployment.Verdict{
			ID: id.New(), Station: 1, Result: "agree",
			Decision: &incident.Decision{ID: id.New(), DecidedBy: s.why, How: "system", DecidedAt: now, Reference: "黔应急调〔2026〕7 号"},
		})
	case "order":
		return d.Deployments.Dispatch(group, offer, 0, deployment.Order{
			ID: id.New(), ReportTo: "协调组接待员", ReportAt: s.why, By: now.Add(2 * time.Hour), Hazards: "道路受损，注意积水和落石", Contact: "023-00000112",
		})
	case "acknowledge":
		return d.Deployments.Acknowledge(general, id.New(), offer, 0)
	case "deploy_first":
		return d.Deployments.DeployFirst(group, offer, deployment.Urgency{ID: id.New(), Cause: "trapped", Reason: s.why})
	case "withdraw":
		return d.Deployments.Withdraw(general, id.New(), offer, 0, s.why)
	default:
		return d.Deployments.Move(group, s.verb, id.New(), offer, 0, s.why)
	}
}
