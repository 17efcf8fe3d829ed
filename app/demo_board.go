package app

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/domain/pass"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// demoVehicles are what a gate noted in the last hours. No plate is anybody's.
var demoVehicles = []struct {
	ago                 int
	plate, verdict, why string
}{
	{268, "渝A00011", "go", "in_window"},
	{251, "渝A00012", "go", "in_window"},
	{236, "渝B00013", "stop", "no_pass"},
	{205, "渝A00014", "go", "in_window"},
	{190, "渝A00015", "go", "in_window"},
	{171, "贵C00016", "stop", "too_early"},
	{150, "渝A00017", "go", "in_window"},
	{132, "渝D00018", "go", "in_window"},
	{95, "渝A00019", "stop", "no_pass"},
	{88, "渝A00020", "go", "in_window"},
	{70, "渝A00021", "go", "in_window"},
	{52, "渝A00022", "go", "in_window"},
	{41, "渝B00023", "go", "in_window"},
	{33, "渝A00024", "go", "in_window"},
	{21, "川E00025", "stop", "no_pass"},
	{14, "渝A00026", "go", "in_window"},
	{6, "渝A00027", "unknown", "list_old"},
}

// board has a gate note its vehicles and a published need be corrected, so that the indicators have something to say.
func (d *demo) board(ctx context.Context) error {
	gate := d.as(d.ids["kakou"], access.Grant{Role: access.Gate, Place: "/50/500110/"})
	for _, v := range demoVehicles {
		d.ago(v.ago)
		direction := "refused"
		if v.verdict != "stop" {
			direction = "in"
		}
		if _, err := d.Passes.Pass(gate(ctx), pass.Passage{
			ID: id.New(), Place: "/50/500110/", Gate: "北渡站卡口", Plate: v.plate, Colour: "blue", Verdict: v.verdict, Why: v.why, Direction: direction,
			At: d.cfg.Clock.Now(),
		}); err != nil {
			return fault.Wrap(err, v.plate)
		}
	}
	d.ago(19)
	desk := d.as(d.ids["zonghe"], access.Grant{Role: access.General, Place: "/50/"})(ctx)
	clinic, err := d.Needs.GetNeed(desk, d.needs[forClinic])
	if err != nil {
		return err
	}
	clinic.People, clinic.Title = new(9), "文龙街道卫生院透析病人 9 人转移"
	err = d.Needs.Correct(desk, id.New(), clinic.ID, 0, "院方补报 2 人", clinic.Draft)
	d.ago(0)
	return err
}
