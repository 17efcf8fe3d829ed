package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/mission"
	"lianyuan/domain/reception"
	"lianyuan/platform/fault"
	"lianyuan/platform/geo"
	"lianyuan/platform/id"
)

// demoSectors are parts of the flooded town that missions are given in.
var demoSectors = []mission.Sector{
	{
		Name: "A 区（文龙沿江）", Hazards: "沿江道路塌陷 2 处，水深 0.8 米，注意院墙外高压箱变", Contact: "文龙街道办 023-00000130",
		Outline: geo.Ring{{Lon: 106.640, Lat: 29.015}, {Lon: 106.662, Lat: 29.013}, {Lon: 106.665, Lat: 29.031}, {Lon: 106.643, Lat: 29.034}},
	},
	{
		Name: "B 区（古南老城）", Hazards: "危房 3 栋，断电未排查", Contact: "古南街道办 023-00000131",
		Outline: geo.Ring{{Lon: 106.643, Lat: 29.035}, {Lon: 106.665, Lat: 29.032}, {Lon: 106.668, Lat: 29.050}, {Lon: 106.646, Lat: 29.052}},
	},
	{Name: "C 区（桥河）", Hazards: "桥河大桥限行，只走上游便桥", Contact: "桥河社区 023-00000132"},
}

// demoTasks are missions: whose, where, minutes ago, for how many of the party, what it takes, and what was said since.
var demoTasks = []struct {
	team              string
	sector, ago       int
	goal, location    string
	priority, people  int
	hours             int // until it should be done
	vehicle, fromNeed bool
	items             []mission.Item
	steps             []mission.Step
}{
	{"山城水上应急队", 0, 150, "搜救江边被困渔民", "文龙滨江路码头", 1, 4, 2, false, false, nil, []mission.Step{
		{Verb: "accept"},
		{Verb: "set_out"},
		{Verb: "arrive"},
		{Verb: "progress", Words: "2 人已上岸", Told: mission.Told{Rescued: 2}},
		{Verb: "finish", Words: "3 人全部救出，1 人送医", Told: mission.Told{Rescued: 1, Treated: 1}},
		{Verb: "confirm"},
	}},
	{"山城水上应急队", 0, 70, "转移文龙街道养老院老人", "文龙街道养老院", 1, 5, 3, true, false, []mission.Item{{Kind: "boat", Count: 2}}, []mission.Step{
		{Verb: "accept"},
		{Verb: "set_out"},
		{Verb: "arrive"},
		{Verb: "progress", Words: "一楼已清空", Told: mission.Told{Moved: 16}},
		{Verb: "progress", Words: "全员平安", Told: mission.Told{Moved: 12}},
	}},
	{"嘉陵水域救援队", 1, 9, "老城巷道逐户排查", "古南老城北街", 2, 3, 4, false, false, nil, []mission.Step{{Verb: "accept"}, {Verb: "set_out"}}},
	{"嘉陵水域救援队", 1, 8, "转运透析病人", "古南社区卫生站", 1, 2, 2, true, false, nil, []mission.Step{
		{Verb: "accept"}, {Verb: "set_out"}, {Verb: "arrive"}, {Verb: "block", Reason: "北街积水，救护车不能靠近"},
	}},
	{"明月山岳救援队", 2, 5, "向桥河小学安置点运送饮用水", "桥河小学", 2, 6, 4, true, true, nil, nil},
}

// missions give the teams on site what to do: one mission that was confirmed, some in every stage.
func (d *demo) missions(ctx context.Context, flood string) error {
	group := d.as(d.ids["xietiao"], access.Grant{Role: access.Coordination, Place: "/50/"})
	d.ago(160)
	sectors := slices.Clone(demoSectors)
	for i := range sectors {
		sectors[i].ID, sectors[i].Incident, sectors[i].Place = id.New(), flood, "/50/500110/"
		if err := d.Missions.AddSector(group(ctx), sectors[i]); err != nil {
			return err
		}
	}
	for _, x := range demoTasks {
		d.ago(x.ago)
		parties, err := d.Receptions.Of(group(ctx), flood, reception.ListFilter{State: "here"})
		if err != nil {
			return err
		}
		n := slices.IndexFunc(parties.Items, func(p reception.Party) bool { return p.TeamName == x.team })
		if n < 0 {
			return fmt.Errorf("%s is not on site", x.team)
		}
		p, err := d.Receptions.Get(group(ctx), parties.Items[n].ID)
		if err != nil {
			return err
		}
		s := sectors[x.sector]
		o := mission.Order{Mission: mission.Mission{
			ID: id.New(), Incident: flood, Party: p.ID, Sector: s.ID, Location: x.location, Goal: x.goal, Hazards: s.Hazards, Contact: s.Contact, Priority: x.priority,
			Until: d.cfg.Clock.Now().Add(time.Duration(x.hours) * time.Hour),
		}, Items: x.items}
		if x.fromNeed {
			o.Need = d.needs[forSchool]
		}
		for _, y := range p.Persons {
			if y.Mission == "" && y.OutAt.IsZero() && len(o.Persons) < x.people {
				o.Persons = append(o.Persons, y.ID)
			}
		}
		if x.vehicle && len(p.Rides) > 0 {
			o.Rides = []string{p.Rides[0].ID}
		}
		if err := d.Missions.Give(group(ctx), o); err != nil {
			return fault.Wrap(err, x.goal)
		}
		for i, step := range x.steps {
			d.ago(x.ago - (i+1)*max(1, x.ago/(len(x.steps)+2)))
			step.ID = id.New()
			if err := d.Missions.Take(group(ctx), o.ID, step); err != nil {
				return fault.Wrap(err, x.goal+" "+step.Verb)
			}
		}
	}
	d.ago(0)
	return nil
}
