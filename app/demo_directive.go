package app

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/org"
	"lianyuan/platform/id"
)

// directive is what headquarters ordered in the flood: one group has reported, one has acknowledged, one is silent.
func (d *demo) directive(ctx context.Context, flood string) error {
	desk := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	group := d.as(d.ids["xietiao"], access.Grant{Role: access.Coordination, Place: "/50/"})
	d.ago(50)
	x := incident.Directive{
		ID: id.New(), Due: d.cfg.Clock.Now().Add(2 * time.Hour),
		Errands:  []incident.Errand{{Group: org.General}, {Group: org.Coordination}, {Group: org.Support}},
		Decision: incident.Decision{ID: id.New(), DecidedBy: "市级现场抢险救援指挥部", How: "phone", DecidedAt: d.cfg.Clock.Now(), Words: "优先保障文龙街道、古南街道人员转移，力量向两街道倾斜"},
	}
	if err := d.Incidents.Direct(desk(ctx), flood, x); err != nil {
		return err
	}
	d.ago(46)
	if err := d.Incidents.Report(group(ctx), id.New(), flood, x.ID, org.Coordination, "take", 0, ""); err != nil {
		return err
	}
	general := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})
	d.ago(39)
	err := d.Incidents.Report(general(ctx), id.New(), flood, x.ID, org.General, "report", 0, "两街道未核实报告已列前，已派专人逐件回呼")
	d.ago(0)
	return err
}
