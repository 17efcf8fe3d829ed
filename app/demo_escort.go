package app

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/pass"
	"lianyuan/platform/id"
)

// escort has the police lead the vehicles that have a pass, and tells of three service areas on their way.
func (d *demo) escort(ctx context.Context, flood string) error {
	office := d.as(d.ids["office"], access.Grant{Role: access.Office, Place: "/50/"})
	d.ago(40)
	for _, a := range []pass.ServiceArea{
		{Name: "綦江服务区", Road: "G75 兰海高速", Direction: "往贵阳方向", Edition: pass.AreaEdition{
			Mark: 1_123_500, Offers: []string{"fuel", "food", "water", "rest", "repair", "sanitation", "convoy_parking"}, State: "open", Contact: "服务区值班 023-00000124",
		}},
		{Name: "安稳服务区", Road: "G75 兰海高速", Direction: "往贵阳方向", Edition: pass.AreaEdition{
			Mark: 1_158_200, Offers: []string{"fuel", "water", "sanitation"}, State: "limited", Words: "只加柴油，每车限 100 升", Contact: "服务区值班 023-00000125",
		}},
		{Name: "隆盛休整点", Road: "S303", Direction: "往沱湾方向", Edition: pass.AreaEdition{
			Mark: 42_000, Offers: []string{"water", "rest", "medical"}, State: "closed", Words: "积水未退，暂停停靠",
		}},
	} {
		a.ID, a.Incident, a.Edition.Begins = id.New(), flood, d.cfg.Clock.Now()
		if err := d.Passes.PublishArea(office(ctx), a); err != nil {
			return err
		}
	}
	d.ago(18)
	now := d.cfg.Clock.Now()
	sheet, err := d.Passes.Of(office(ctx), flood, pass.Filter{State: "waiting"})
	if err != nil {
		return err
	}
	for _, v := range sheet.Waiting {
		if v.OfferState != "approved" {
			continue // its vehicles are on site
		}
		if err := d.Passes.Issue(office(ctx), pass.Pass{
			ID: id.New(), Offer: v.Offer, Vehicle: v.Vehicle.Vehicle, Purpose: "rescue", Crew: max(1, v.Crew), Load: v.Load, Route: "G75 兰海高速—S303",
			OutFrom: now, OutTo: now.Add(24 * time.Hour), BackFrom: now.Add(24 * time.Hour), BackTo: now.Add(96 * time.Hour),
		}); err != nil {
			return err
		}
	}
	list, err := d.Passes.EscortsOf(office(ctx), flood)
	if err != nil || len(list.Free) == 0 {
		return err
	}
	passes := []string{}
	for _, p := range list.Free {
		passes = append(passes, p.ID)
	}
	police := slices.IndexFunc(list.Units, func(u incident.Seat) bool { return u.Name == "市公安局" })
	if police < 0 {
		return nil
	}
	e := pass.Escort{
		ID: id.New(), Incident: flood, Assembly: "綦江南收费站外广场", AssembleAt: now.Add(2 * time.Hour), Origin: "綦江南收费站", Destination: "沱湾安置点",
		Route: "G75 兰海高速—S303", Reason: "road_damaged", Note: "S303 隆盛段单边通行", Unit: list.Units[police].Unit, Contact: "保障组值守 023-00000113",
	}
	if err := d.Passes.AskEscort(office(ctx), e, passes); err != nil {
		return err
	}
	d.ago(9)
	answered := incident.Decision{ID: id.New(), DecidedBy: "市公安局交巡警总队", How: "system", DecidedAt: d.cfg.Clock.Now(), Reference: "渝公交勤〔2026〕61 号"}
	err = d.Passes.StepEscort(office(ctx), id.New(), e.ID, 0, pass.EscortStep{
		Verb: "arrange", Leads: "綦江交巡警支队二大队", Plate: "渝A0001警", Duty: "值班室 023-00000122", At: now.Add(2*time.Hour + 30*time.Minute), Decision: &answered,
	})
	d.ago(0)
	return err
}
