package app

import (
	"context"
	"fmt"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/reception"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// demoLeavers are teams whose work is done: they came, and leave in the first wave. The first is home already.
var demoLeavers = []string{"华蓥水域救援队", "龙溪水域救援队"}

// withdrawal lets two teams leave in one wave: one is safely home, the other has what it was lent to hand back.
func (d *demo) withdrawal(ctx context.Context, flood string) error {
	group := d.as(d.ids["xietiao"], access.Grant{Role: access.Coordination, Place: "/50/"})
	desk := d.as(d.ids["jiedai"], access.Grant{Role: access.Reception, Place: "/50/500110/"})
	d.ago(200)
	at, err := d.Receptions.DeskOf(group(ctx), flood)
	if err != nil {
		return err
	}
	parties := []string{}
	for _, name := range demoLeavers {
		if err := d.comer(ctx, flood, at.Points[0].ID, name, 30, func(in *reception.CheckIn) {
			parties = append(parties, in.ID)
			d.ago(22)
		}); err != nil {
			return fault.Wrap(err, name)
		}
	}
	d.ago(18)
	now := d.cfg.Clock.Now()
	wave := id.New()
	if err := d.Receptions.PlanWave(group(ctx), wave, flood, reception.Plan{
		Parties: parties, Reason: "文龙街道转移任务完成", Point: at.Points[0].ID, From: now.Add(5 * time.Minute), To: now.Add(6 * time.Hour),
		Route: "经北渡大桥上 G75 兰海高速北上，不走滨河路", Guidance: "编队行驶，路面湿滑，控制车速；石角镇桥头有塌方，按交警指挥通行；每 2 小时停车休息", Contact: "协调组 023-00000112",
	}); err != nil {
		return err
	}
	d.ago(16)
	if err := d.Receptions.OrderWave(group(ctx), id.New(), wave, 0); err != nil {
		return err
	}
	d.ago(14)
	if err := d.Receptions.TakeOrder(desk(ctx), id.New(), parties[0]); err != nil {
		return err
	}
	if err := d.Receptions.Lend(desk(ctx), id.New(), parties[1], []reception.Handback{
		{ID: id.New(), What: "350 兆对讲机", Unit: "部", Lent: 6, Lender: "市通信管理局"}, {ID: id.New(), What: "移动照明灯", Unit: "台", Lent: 2, Lender: "市应急局"},
	}, nil); err != nil {
		return err
	}
	d.ago(10)
	if err := d.leaveWhole(desk(ctx), parties[0]); err != nil {
		return err
	}
	d.ago(3)
	err = d.Receptions.ArriveHome(group(ctx), id.New(), parties[0], 0, "队长来电，全员到家")
	d.ago(0)
	return err
}

// leaveWhole counts out a party of which everybody and everything is there.
func (d *demo) leaveWhole(ctx context.Context, party string) error {
	sh, err := d.Receptions.Sheet(ctx, party)
	if err != nil {
		return err
	}
	out := reception.Departure{ID: id.New()}
	for _, p := range sh.People {
		out.Heads = append(out.Heads, reception.Head{Presence: p.ID, Why: "present"})
	}
	for _, v := range sh.Vehicles {
		out.Vehicles = append(out.Vehicles, reception.Gone{Ride: v.ID, With: true})
	}
	for _, x := range sh.Items {
		out.Items = append(out.Items, reception.Took{Kind: x.Kind, Out: x.Came})
	}
	if err := d.Receptions.CheckOut(ctx, party, out); err != nil {
		return fmt.Errorf("check-out: %w", err)
	}
	return nil
}
