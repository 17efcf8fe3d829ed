package app

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/pass"
	"lianyuan/platform/geo"
	"lianyuan/platform/id"
)

// site sets a cordon and a controlled zone with an access point each, and lets a few vehicles come to them.
func (d *demo) site(ctx context.Context, flood string) error {
	office := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	d.ago(52)
	begins := d.cfg.Clock.Now()
	cordon, control := id.New(), id.New()
	for _, z := range []pass.Zone{
		{
			ID: cordon, Name: "沱湾警戒区", Kind: "cordon", Area: pass.Area{Centre: &geo.Point{Lon: 106.655, Lat: 29.022}, Radius: 900},
			Rule: "持令救援人员和车辆", SetBy: "綦江区防汛抗旱指挥部",
		},
		{ID: control, Name: "古南管制区", Kind: "control", Area: pass.Area{Ring: []geo.Point{
			{Lon: 106.625, Lat: 29.000}, {Lon: 106.690, Lat: 28.996}, {Lon: 106.700, Lat: 29.045}, {Lon: 106.640, Lat: 29.055},
		}}, Rule: "持通行证的救援车辆、公务和民生保障车辆", SetBy: "綦江区公安局"},
	} {
		z.Incident, z.Begins = flood, begins
		if err := d.Passes.SetZone(office(ctx), z); err != nil {
			return err
		}
	}
	north, bridge := id.New(), id.New()
	for _, p := range []pass.Point{
		{ID: north, Name: "北渡站卡口", Zone: control, At: geo.Point{Lon: 106.640, Lat: 29.055}},
		{ID: bridge, Name: "沱湾大桥卡口", Zone: cordon, At: geo.Point{Lon: 106.6475, Lat: 29.0255}},
	} {
		p.Incident, p.Place = flood, "/50/500110/"
		if err := d.Passes.OpenPoint(office(ctx), p); err != nil {
			return err
		}
	}
	return d.vehicles(ctx, flood, north, bridge)
}

// vehicles come to the gates: one with a pass, and some that are turned back.
func (d *demo) vehicles(ctx context.Context, flood, north, bridge string) error {
	office := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	d.ago(24)
	now := d.cfg.Clock.Now()
	sheet, err := d.Passes.Of(office(ctx), flood, pass.Filter{})
	if err != nil {
		return err
	}
	notes := []pass.Passage{
		{Point: north, Plate: "渝B00082", Colour: "blue", Verdict: "stop", Why: "no_pass", Direction: "refused"},
		{Point: north, Plate: "渝B00083", Colour: "blue", Verdict: "unknown", Why: "not_listed", Direction: "in"},
		{Point: bridge, Plate: "渝D00091", Colour: "yellow", Verdict: "stop", Why: "no_pass", Direction: "refused"},
	}
	if len(sheet.Waiting) > 0 {
		v := sheet.Waiting[0]
		p := pass.Pass{
			ID: id.New(), Offer: v.Offer, Vehicle: v.Vehicle.Vehicle, Purpose: "rescue", Crew: max(1, v.Crew), Load: v.Load, Route: "渝黔高速 巴南—綦江",
			OutFrom: now.Add(-time.Hour), OutTo: now.Add(12 * time.Hour), BackFrom: now.Add(6 * time.Hour), BackTo: now.Add(72 * time.Hour),
		}
		if err := d.Passes.Issue(office(ctx), p); err != nil {
			return err
		}
		known, err := d.Passes.Get(office(ctx), p.ID)
		if err != nil {
			return err
		}
		for _, point := range []string{north, bridge} {
			notes = append(notes, pass.Passage{Point: point, Number: known.Number, Plate: known.Plate, Colour: known.Colour, Verdict: "go", Why: "in_window", Direction: "in"})
		}
	}
	guard := d.as(d.ids["kakou"], access.Grant{Role: access.Gate, Place: "/50/500110/"})
	for i, n := range notes {
		d.ago(20 - 3*i)
		n.ID, n.At = id.New(), d.cfg.Clock.Now()
		if _, err := d.Passes.Pass(guard(ctx), n); err != nil {
			return err
		}
	}
	d.ago(0)
	return nil
}
