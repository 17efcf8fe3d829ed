package app

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/reception"
	"lianyuan/domain/team"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/id"
)

// demoComers are teams that were ordered out and have come: how many of their people did not, who came besides, and how
// much of their equipment is there.
var demoComers = []struct {
	team    string
	ago     int // signed up
	came    int
	missing int
	extra   []reception.Newcomer
	short   int // of the first equipment
	note    string
}{
	{"嘉陵水域救援队", 34, 10, 2, []reception.Newcomer{{Name: "冉起之", Phone: "13800000201", Post: "boat"}}, 1, "2 人途中折返送伤员，1 人为友队借调；冲锋舟 1 艘故障留置高速服务区"},
	{"明月山岳救援队", 33, 6, 0, nil, 0, ""},
}

// reception receives teams at the points of the flood: one that came at once and hosts two volunteers, two that were
// ordered out, one without approval that waits for a decision, one that was turned back. One is on its way still.
func (d *demo) reception(ctx context.Context, flood, leads string) error {
	group := d.as(d.ids["xietiao"], access.Grant{Role: access.Coordination, Place: "/50/"})
	desk := d.as(d.ids["jiedai"], access.Grant{Role: access.Reception, Place: "/50/500110/"})
	d.ago(240)
	at, err := d.Receptions.DeskOf(group(ctx), flood)
	if err != nil {
		return err
	}
	first := at.Points[0]
	first.Name, first.Place, first.Contact = "綦江体育中心接待点", "/50/500110/", "023-00000120"
	first.Where = &geo.Point{Lon: 106.6655, Lat: 29.0155}
	if _, err := d.Receptions.ChangePoint(group(ctx), id.New(), first); err != nil {
		return err
	}
	staging := reception.Point{ID: id.New(), Incident: flood, Kind: "staging", Name: "北渡集结区", Place: "/50/500110/", Where: &geo.Point{Lon: 106.6320, Lat: 29.0580}, Contact: "023-00000121"}
	if err := d.Receptions.AddPoint(group(ctx), staging); err != nil {
		return err
	}
	if err := d.firstToCome(ctx, flood, leads, first.ID); err != nil {
		return err
	}
	for _, c := range demoComers {
		if err := d.comer(ctx, flood, staging.ID, c.team, c.ago, func(in *reception.CheckIn) {
			in.Persons = in.Persons[c.missing:]
			in.Extra, in.Note = c.extra, c.note
			if len(in.Items) > 0 {
				in.Items[0].Came -= c.short
			}
			d.ago(c.came)
		}); err != nil {
			return fault.Wrap(err, c.team)
		}
	}
	d.ago(52)
	visitors := reception.CheckIn{
		ID: id.New(), Incident: flood, Point: first.ID, TeamName: "乐游越野车友会", ArrivedAt: d.cfg.Clock.Now(), Contact: reception.Who{Name: "龚亦凡", Phone: "13800000301"},
		Arrivals: reception.Arrivals{
			Extra: []reception.Newcomer{{Name: "龚亦凡", Phone: "13800000301"}, {Name: "陶立夏", Phone: "13800000302"}, {Name: "程思齐", Phone: "13800000303"}},
			Cars:  []reception.Car{{Plate: "渝B·20211", Colour: "blue"}},
		},
	}
	if err := d.Receptions.CheckIn(desk(ctx), visitors); err != nil {
		return err
	}
	d.ago(44)
	if err := d.Receptions.TurnBack(group(ctx), id.New(), visitors.ID, 0, "无水域救援装备和保险，道路拥堵，请返回"); err != nil {
		return err
	}
	d.ago(7)
	known, err := d.Teams.List(group(ctx), team.Filter{Query: "沙溪车友自发救援群", Limit: 1})
	if err != nil {
		return err
	}
	err = d.Receptions.CheckIn(desk(ctx), reception.CheckIn{
		ID: id.New(), Incident: flood, Point: first.ID, Team: known.Items[0].ID, ArrivedAt: d.cfg.Clock.Now(), Contact: reception.Who{Name: "向晓岚", Phone: "13800000401"},
		Arrivals: reception.Arrivals{
			Extra: []reception.Newcomer{{Name: "向晓岚", Phone: "13800000401"}, {Name: "欧望春", Phone: "13800000402"}, {Name: "谭松涛", Phone: "13800000403"}, {Name: "姚舟可"}},
			Cars:  []reception.Car{{Plate: "渝B·30178", Colour: "blue"}, {Plate: "渝BD30655", Colour: "gradient_green"}},
		},
		Note: "自带皮划艇 2 艘，未领通行证",
	})
	d.ago(0)
	return err
}

// firstToCome is the team from next door: it came before anybody was approved, was kept by decision, and hosts two
// volunteers.
func (d *demo) firstToCome(ctx context.Context, flood, leads, point string) error {
	office := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	d.ago(168)
	members, err := d.Teams.Members(office(ctx), leads, team.Roster{Limit: 200})
	if err != nil {
		return err
	}
	in := reception.CheckIn{
		ID: id.New(), Incident: flood, Point: point, Team: leads, Days: 2, ArrivedAt: d.cfg.Clock.Now(), Contact: reception.Who{Name: "卢远航", Phone: "13800000021"},
		Arrivals: reception.Arrivals{
			Cars:  []reception.Car{{Plate: "渝A·00017", Colour: "yellow", Kind: "boat_trailer"}, {Plate: "渝A·00018", Colour: "blue", Kind: "personnel"}},
			Items: []reception.Count{{Kind: "boat", Came: 3}, {Kind: "life_jacket", Came: 24}},
		},
	}
	for _, m := range members.Items[len(members.Items)/2:] {
		in.Persons = append(in.Persons, m.ID)
	}
	if err := d.Receptions.CheckIn(office(ctx), in); err != nil {
		return err
	}
	d.ago(160)
	if err := d.Receptions.Regularise(office(ctx), in.ID, reception.Regularisation{
		ID: id.New(), Reason: "区指挥部同意就近投入，由协调组统一调度", Waiver: "保险由区应急管理局统一补投",
	}); err != nil {
		return err
	}
	d.ago(120)
	for _, n := range []reception.Newcomer{{Name: "苏明山", Phone: "13800000501", Post: "会驾船"}, {Name: "罗晓岚", Phone: "13800000502", Post: "护士"}} {
		if err := d.Receptions.WalkIn(office(ctx), id.New(), in.ID, 0, n); err != nil {
			return err
		}
	}
	return nil
}

// comer is a team that signs up for a need of an incident, is ordered out and received.
type comer struct {
	incident, point, need, team string
	desk                        func(context.Context) context.Context
	ago                         int    // minutes, when it signs up
	reason, at                  string // why it is accepted, where it reports
}

// comer signs a team up for the school of the flood, has it approved and ordered out, and receives it.
func (d *demo) comer(ctx context.Context, flood, point, name string, ago int, with func(*reception.CheckIn)) error {
	return d.comes(ctx, comer{
		incident: flood, point: point, need: d.needs[forSchool], team: name, ago: ago, reason: "编入桥河片区", at: "北渡集结区",
		desk: d.as(d.ids["jiedai"], access.Grant{Role: access.Reception, Place: "/50/500110/"}),
	}, with)
}

// comes signs a team up, has it approved and ordered out, and receives it.
func (d *demo) comes(ctx context.Context, x comer, with func(*reception.CheckIn)) error {
	general := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	d.ago(x.ago)
	offer := id.New()
	t, m, err := d.manifest(general, x.team)
	if err != nil {
		return err
	}
	m.Needs, m.Days, m.ETA = []string{x.need}, 3, d.cfg.Clock.Now().Add(25*time.Minute)
	if err := d.Deployments.Send(general, offer, t.ID, x.incident, m); err != nil {
		return err
	}
	for i, verb := range []string{"match", "begin", "agree", "accept", "order", "acknowledge"} {
		d.ago(x.ago - 1 - i)
		why := x.reason
		if verb == "order" {
			why = x.at
		}
		if err := d.deploy(ctx, offer, m.Needs, demoStep{verb: verb, why: why}); err != nil {
			return fault.Wrap(err, verb)
		}
	}
	in := reception.CheckIn{
		ID: id.New(), Incident: x.incident, Point: x.point, Offer: offer, Days: m.Days, Contact: reception.Who{Name: "余听澜", Phone: "13800000601"},
		Arrivals: reception.Arrivals{Persons: slices.Clone(m.Persons)},
	}
	for _, v := range m.Vehicles {
		in.Vehicles = append(in.Vehicles, v.Vehicle)
	}
	for _, k := range m.Equipment {
		in.Items = append(in.Items, reception.Count{Kind: k.Key, Came: k.Count})
	}
	with(&in)
	in.ArrivedAt = d.cfg.Clock.Now()
	return d.Receptions.CheckIn(x.desk(ctx), in)
}
