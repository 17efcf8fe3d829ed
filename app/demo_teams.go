package app

import (
	"context"
	"fmt"
	"slices"

	"lianyuan/domain/equipment"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/id"
)

// demoTeam is a team to be registered, with how many members, vehicles and boats it has on record.
type demoTeam struct {
	team.Team
	members  int
	vehicles int
	lapsed   bool // its insurance has ended
}

// namedTeams are the three that the source documents name (S004-60), with nothing but their names: no base, nobody
// of theirs; the invented team whose leader can sign in, a group that was never registered, and teams of the neighbours.
var namedTeams = []demoTeam{
	{Team: team.Team{Name: "重庆蓝天救援队", Home: "/50/", Legal: "registered"}},
	{Team: team.Team{Name: "重庆山城雪豹抢险救灾青年志愿者总队", Aliases: []string{"山城雪豹"}, Home: "/50/", Legal: "registered"}},
	{Team: team.Team{Name: "方舟（ARK）应急救援队", Aliases: []string{"ARK", "方舟救援"}, Home: "/50/", Legal: "registered"}},
	{members: 24, vehicles: 4, Team: team.Team{
		Name: "山城水上应急队", Home: "/50/500110/", Lon: 106.65, Lat: 29.02, People: 24, Legal: "registered", Kind: "non_enterprise", Level: "county",
		Authority: "綦江区民政局", Supervisor: "綦江区应急管理局", Skills: []team.Skill{{Key: "water", Grade: 2}, {Key: "medical"}},
		Equipment: []team.Item{{Key: "boat", Count: 3}, {Key: "life_jacket", Count: 60}}, Contact: team.Contact{Name: "卢远航", Phone: "13800000021"},
	}},
	{members: 18, vehicles: 2, Team: team.Team{
		Name: "沙溪车友自发救援群", Home: "/50/500110/", Lon: 106.66, Lat: 29.03, People: 40, Legal: "never_registered", Kind: "volunteer", Skills: []team.Skill{{Key: "logistics"}},
	}},
	{members: 33, vehicles: 3, Team: outside("桐梓松坎应急救援队", "/52/5203/520322/", 106.83, 28.53, "桐梓县", "water", "boat")},
	{members: 26, vehicles: 2, Team: outside("习水赤水河水上救援队", "/52/5203/520330/", 106.21, 28.33, "习水县", "water", "boat")},
	{members: 48, vehicles: 5, Team: outside("泸州长江应急救援协会", "/51/5105/510502/", 105.44, 28.88, "泸州市江阳区", "collapse", "generator")},
}

func outside(name string, home place.Path, lon, lat float64, authority, skill, kit string) team.Team {
	return team.Team{
		Name: name, Home: home, Lon: lon, Lat: lat, People: 30, Legal: "registered", Kind: "social_group", Level: "county", Authority: authority + "民政局",
		Supervisor: authority + "应急管理局", Skills: []team.Skill{{Key: skill, Grade: 2}}, Equipment: []team.Item{{Key: kit, Count: 2}},
	}
}

// teams puts about sixty teams on record, three of them named in the sources, with two thousand invented members; it
// returns the id of the team whose leader can sign in.
func (d *demo) teams(ctx context.Context) (leads string, err error) {
	list := append(slices.Clone(namedTeams), d.invented()...)
	for i := range list {
		list[i].ID = id.New()
		if list[i].Name == "山城水上应急队" {
			leads = list[i].ID
		}
	}
	return leads, eachAtOnce(list, func(i int, t demoTeam) error { return d.team(ctx, i, t) })
}

// invented are the teams of the counties.
func (d *demo) invented() (list []demoTeam) {
	first := []string{"渝峡", "巴渝", "桃源", "松林", "云顶", "铜锣", "缙云", "长寿湖", "乌江", "嘉陵", "金佛", "华蓥", "明月", "龙溪"}
	kinds := []struct{ word, skill, kit string }{
		{"水域救援队", "water", "boat"}, {"山岳救援队", "mountain", "drone"}, {"应急医疗队", "medical", "ambulance"}, {"破拆救援队", "collapse", "generator"},
	}
	counties := d.Places.Tree().Children("50", d.cfg.Clock.Now())
	for i, f := range first {
		for j, k := range kinds {
			c := counties[(i*4+j)%len(counties)]
			t := demoTeam{members: 25 + d.rand.IntN(22), vehicles: 1 + d.rand.IntN(4), lapsed: i == 6 && j == 0, Team: team.Team{
				Name: f + k.word, Home: c.Path, Kind: []string{"non_enterprise", "social_group", "volunteer"}[j%3], Legal: "registered", Level: "county",
				Authority: c.Name + "民政局", Supervisor: c.Name + "应急管理局", Skills: []team.Skill{{Key: k.skill, Grade: 1 + d.rand.IntN(3)}},
				Equipment: []team.Item{{Key: k.kit, Count: 1 + d.rand.IntN(4)}, {Key: "satphone", Count: 1}},
				Contact:   team.Contact{Name: d.name(), Phone: demoPhone(i*4 + j)},
			}}
			t.People = t.members + d.rand.IntN(8)
			t.Lon, t.Lat = 106+2*d.rand.Float64(), 28.9+1.6*d.rand.Float64()
			switch {
			case i == 3 && j == 1:
				t.Legal = "suspended"
			case i == 9 && j == 3:
				t.Legal, t.Level, t.Authority = "applied", "", ""
			}
			list = append(list, t)
		}
	}
	return list
}

// team puts one team on record with what belongs to it: people in one command, so that the writer is held for moments.
func (d *demo) team(ctx context.Context, n int, t demoTeam) error {
	if err := d.Teams.Register(ctx, t.Team); err != nil {
		return err
	}
	for _, i := range t.Equipment {
		if err := d.Equipment.Count(ctx, id.New(), equipment.Item{Team: t.ID, Kind: i.Key, Count: i.Count, Usable: i.Count}); err != nil {
			return err
		}
	}
	for i := range t.vehicles {
		number := n*10 + i
		v := equipment.Vehicle{ID: id.New(), Team: t.ID, Plate: fmt.Sprintf("渝A·%05d", number), Colour: []string{"blue", "yellow"}[i%2], Kind: equipment.VehicleKinds[i%5], Seats: []int{5, 3, 19, 7, 2}[i%5], Borrowed: i == 3}
		if i == 4 {
			v.Plate, v.Colour = fmt.Sprintf("渝AD%05d", number), "gradient_green"
		}
		if v.Kind == "boat_trailer" {
			v.Load = "冲锋舟 2 艘、船外机 2 台"
		}
		if err := d.Equipment.Add(ctx, v); err != nil {
			return err
		}
	}
	if t.members == 0 {
		return nil
	}
	return d.people(ctx, n, t)
}

func (d *demo) people(ctx context.Context, n int, t demoTeam) error {
	list := make([]team.Member, t.members)
	for i := range list {
		serial := n*100 + i
		list[i] = team.Member{
			ID: id.New(), Core: i%5 == 0, Post: team.Posts[(i*3+n)%len(team.Posts)],
			Person: team.Person{Name: nameOf(serial), Phone: demoPhone(serial), Paper: "resident_id", Number: demoNumber(serial)},
		}
	}
	if err := d.Teams.Add(ctx, id.New(), t.ID, list); err != nil {
		return err
	}
	now := d.cfg.Clock.Now()
	p := team.Policy{ID: id.New(), Team: t.ID, Insurer: "某财产保险公司", Number: fmt.Sprintf("DEMO-%04d", n), From: now.AddDate(0, -3, 0), To: now.AddDate(0, 9, 0), Everyone: true}
	switch {
	case t.Legal == "never_registered":
		return nil
	case t.lapsed:
		p.From, p.To = now.AddDate(-1, -1, 0), now.AddDate(0, -1, 0)
	}
	return d.Teams.Insure(ctx, p)
}

// eachAtOnce calls fn for every element, some at a time, so that their writes share a commit; the first error counts.
func eachAtOnce[T any](list []T, fn func(i int, v T) error) error {
	const workers = 16
	next, failed := make(chan int), make(chan error, len(list))
	for range workers {
		go func() {
			for i := range next {
				failed <- fn(i, list[i])
			}
		}()
	}
	for i := range list {
		next <- i
	}
	close(next)
	var first error
	for range list {
		if err := <-failed; first == nil {
			first = err
		}
	}
	return first
}

const (
	demoSurnames = "余卢秦江何邓罗柳温薛孟欧谭龚向冉陶苏姚程"
	demoGiven    = "知秋远航若川听澜明山如砚以恒静安怀瑾可舟望春闻笛立夏云起之南子衿亦凡思齐松涛晓岚"
)

func (d *demo) name() string { return nameOf(d.rand.IntN(4000)) }

// nameOf is an invented name.
func nameOf(n int) string {
	s, g := []rune(demoSurnames), []rune(demoGiven)
	a := n * 7 % (len(g) / 2) * 2
	return string(s[n%len(s)]) + string(g[a]) + string(g[(a+1+n/20*2)%len(g)])
}

// demoPhone is a number that is given to nobody.
func demoPhone(n int) string { return fmt.Sprintf("1380000%04d", 1000+n%9000) }

// demoNumber is a resident number of nobody: there is no area 990000.
func demoNumber(n int) string {
	body := fmt.Sprintf("990000%04d%02d%02d%03d", 1965+n/1000%35, 1+n%12, 1+n%28, n%1000)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}
