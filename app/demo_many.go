package app

import (
	"context"
	"math/rand/v2"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/id"
)

// The words of needs that are entered by the thousand; every fifth holds 被困.
var (
	manyStreets = []string{"沙溪路", "滨江路", "红旗村三社", "建设巷", "学府大道", "老街"}
	manyMatters = []string{"独居老人需转移", "一楼进水，人在二楼", "道路塌方，车辆受阻", "缺水断粮", "卫生院断电", "桥洞积水", "房屋开裂"}
	manyDetails = []string{
		"需担架和冲锋舟，路面有暗流。", "已与家属通话，手机电量不足，请先联系村委会。", "楼道可以通行，带绳索。", "现场有两名孕妇，需要饮水。",
	}
	// They lie around the middle of six districts, so that a view of the map holds much or little.
	manyPoints = []need.Point{
		{Lon: 106.55, Lat: 29.56}, {Lon: 106.65, Lat: 29.02}, {Lon: 107.39, Lat: 29.70}, {Lon: 108.40, Lat: 30.81}, {Lon: 107.10, Lat: 29.16}, {Lon: 105.92, Lat: 29.35},
	}
)

// EnterMany adds so many invented open needs of the flood, all over the municipality, to a demo world, for trials of its
// size, by the domain's bulk path: each is numbered, listed, counted, indexed and journalled as any other.
func (a *App) EnterMany(ctx context.Context, many int) error {
	now := a.cfg.Clock.Now()
	tree := a.Places.Tree()
	var towns []place.Division
	for _, county := range tree.Children("50", now) {
		towns = append(towns, tree.Children(county.Code, now)...)
	}
	ctx = a.as("system", access.Grant{Role: access.General, Place: "/50/"})(ctx)
	running, err := a.Incidents.List(ctx, incident.ListFilter{State: "active", Limit: 100})
	if err != nil {
		return err
	}
	flood := running[slices.IndexFunc(running, func(i incident.Listed) bool { return !i.Drill })].ID
	r := rand.New(rand.NewPCG(20260618, 7)) //nolint:gosec // an invented world, the same every time
	const slice = 50                        // some 25 ms of the writer
	for first := 0; first < many; first += slice {
		var list []need.Need
		for i := first; i < min(first+slice, many); i++ {
			n := oneOfMany(r, i, towns[r.IntN(len(towns))].Path)
			n.Incident = flood
			list = append(list, n)
		}
		if err := a.Needs.Enter(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

func oneOfMany(r *rand.Rand, i int, at place.Path) need.Need {
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	title := pick(manyStreets) + pick(manyMatters)
	if i%5 == 0 {
		title = pick(manyStreets) + "有人被困"
	}
	near := manyPoints[r.IntN(len(manyPoints))]
	return need.Need{
		ID: id.New(), Kind: need.Kinds[r.IntN(len(need.Kinds))], Place: at,
		Draft: need.Draft{
			Title: title, Detail: pick(manyDetails) + pick(manyDetails), Hazards: "注意落石", Severity: 1 + r.IntN(4), People: new(1 + r.IntN(20)), Teams: 1 + r.IntN(3),
			Skills: []need.Skill{{Key: "water", Grade: 3}}, Equipment: []need.Item{{Key: "boat", Count: 1}},
		},
		Point: &need.Point{Lon: near.Lon + r.NormFloat64()*0.2, Lat: near.Lat + r.NormFloat64()*0.15},
	}
}
