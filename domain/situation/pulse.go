package situation

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Pulse is how an incident goes, beside its nine steps: the four indicators, what lacks most, which orders nobody has
// acknowledged, and who is inside where.
type Pulse struct {
	At         time.Time
	Indicators []Indicator
	Force      reception.Tally
	// Orders without the list of those that wait when the actor may not see offers.
	Orders deployment.Orders
	Gaps   []deployment.Gap // of needs that the actor may see
	Where  []Spot           // where the people inside are; nil when the actor may not see teams on site
}

// How many rows a board shows of a list; the page of the list shows all.
const (
	shownGaps   = 8
	shownOrders = 8
)

// lines are the parameters of the lines of attention.
var lines = map[string]string{
	"congestion": "board.congestion_attention", "disorder": "board.disorder_attention", "waste": "board.waste_attention", "distortion": "board.distortion_attention",
}

// rowsOf is where the rows behind an indicator stand.
var rowsOf = map[string]string{
	"congestion": "/passes?tab=gates", "disorder": "/inside?show=idle", "waste": "/reception?tab=here", "distortion": "/publish?state=published",
}

// Pulse is how an incident goes now; not found for whoever may not see it (S004-07).
func (s *Service) Pulse(ctx context.Context, id string) (p Pulse, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return p, err
	}
	now := s.clock.Now()
	err = s.db.View(ctx, func(tx *db.Tx) error {
		i, err := incident.ByID(tx, id)
		if err != nil {
			return err
		}
		if !i.Seen(actor) {
			return fault.ErrNotFound
		}
		p = Pulse{At: now}
		if p.Indicators, p.Where, err = s.measure(tx, i, now); err != nil {
			return err
		}
		if !reception.Sees(actor, i) {
			p.Where = nil
		}
		if p.Force, err = reception.TallyOf(tx, id, now); err != nil {
			return err
		}
		if p.Orders, err = deployment.OrdersOf(tx, id, shownOrders); err != nil {
			return err
		}
		if !actor.May(access.OfferSee, i.Place) {
			p.Orders.Waiting = nil
		}
		p.Gaps, err = gapsSeen(tx, actor, id)
		return err
	})
	return p, err
}

// gapsSeen are the largest gaps of an incident at the places of the actor.
func gapsSeen(tx *db.Tx, actor access.Actor, id string) (list []deployment.Gap, err error) {
	all, err := deployment.Gaps(tx, id, 1000)
	for _, g := range all {
		if actor.May(access.NeedSee, g.Place) && len(list) < shownGaps {
			list = append(list, g)
		}
	}
	return list, err
}

// measure reads what the four indicators are made of and works them out, and where the people inside are.
func (s *Service) measure(tx *db.Tx, i incident.Incident, now time.Time) (list []Indicator, where []Spot, err error) {
	of := map[string]Line{}
	for key, parameter := range lines {
		var l Line
		if l.Share, l.Used, err = s.params.Number(i.Place, parameter, now); err != nil {
			return nil, nil, err
		}
		of[key] = l
	}
	limit, _, err := s.params.Minutes(i.Place, "reception.idle_limit", now)
	if err != nil {
		return nil, nil, err
	}
	begin := now.UTC().Truncate(time.Hour).Add(-trendHours * time.Hour)
	site, err := siteOf(tx, i.ID, begin)
	if err != nil {
		return nil, nil, err
	}
	late, err := deployment.AfterEnough(tx, i.ID, site.arrivals, func(p place.Path) (float64, error) {
		n, _, err := s.params.Number(p, "dispatch.saturation", now)
		return n, err
	})
	if err != nil {
		return nil, nil, err
	}
	shown, err := need.ShownOf(tx, i.ID)
	if err != nil {
		return nil, nil, err
	}
	hours, err := pass.GateHours(tx, i.ID, begin, now)
	if err != nil {
		return nil, nil, err
	}
	last, err := pass.GatesSince(tx, i.ID, now.Add(time.Microsecond-time.Hour)) // what happens now is in it
	if err != nil {
		return nil, nil, err
	}
	measures := []Indicator{
		Congestion(hours, last, now, of["congestion"]), Disorder(site.stays, site.tasks, len(site.spells) > 0, now, limit, of["disorder"]),
		Waste(site.spells, len(site.arrivals), len(late), now, of["waste"]), Distortion(shown, now, of["distortion"]),
	}
	for n := range measures {
		measures[n].Path = rowsOf[measures[n].Key]
	}
	return measures, site.where(now), nil
}
