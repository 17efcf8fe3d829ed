package situation

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/pass"
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
	// Unaccepted are the missions that no team has answered in time, and how many there are; none listed when the actor may
	// not see missions.
	Unaccepted struct {
		N     int
		Items []mission.Unaccepted
	}
	Gaps  []deployment.Gap // of needs that the actor may see
	Where []Spot           // where the people inside are; nil when the actor may not see teams on site
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
		if err := s.unanswered(tx, actor, i, &p); err != nil {
			return err
		}
		p.Gaps, err = gapsSeen(tx, actor, id)
		return err
	})
	return p, err
}

// unanswered reads the missions that no team has answered in time.
func (s *Service) unanswered(tx *db.Tx, actor access.Actor, i incident.Incident, p *Pulse) error {
	limit, _, err := s.params.Minutes(i.Place, "mission.accept_within", p.At)
	if err != nil {
		return err
	}
	p.Unaccepted.N, p.Unaccepted.Items, err = mission.UnacceptedIn(tx, i.ID, p.At.Add(-limit), shownOrders)
	if !actor.May(access.MissionSee, i.Place) {
		p.Unaccepted.Items = nil
	}
	return err
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
	arrivals, late, err := reception.AfterEnough(tx, i.ID, s.params, now)
	if err != nil {
		return nil, nil, err
	}
	crowd, err := reception.CrowdOf(tx, i.ID, now, limit)
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
	last, unassigned, err := pass.LastHour(tx, s.places.Tree(), i, now)
	if err != nil {
		return nil, nil, err
	}
	measures := []Indicator{
		Congestion(hours, last, unassigned, now, of["congestion"]), Disorder(site.stays, site.tasks, crowd, len(site.spells) > 0, now, limit, of["disorder"]),
		Waste(site.spells, len(arrivals), len(late), now, of["waste"]), Distortion(shown, now, of["distortion"]),
	}
	for n := range measures {
		measures[n].lead(i.ID)
	}
	return measures, site.where(now), nil
}
