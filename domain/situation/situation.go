// Package situation reads across the contexts: the nine steps of an incident with their live counts, and the one set of
// its figures, which board, page, paper and workbook share; every number leads to the rows it counts. It changes nothing
// of what it counts. Of its own it keeps what a closed incident leaves: the figures as they were frozen, the summary that
// the groups write, and late facts beside both.
//
//	1 activate ▶ 2 verify and publish ▶ 3 handle rescue information ▶ 4 dispatch ▶ 5 transport ▶ 6 missions ▶
//	7 logistics ▶ 8 withdrawal ▶ 9 statistics and summary          (S004-48 … S004-59)
//
//	summary   draft ──submit──▶ submitted ──approve──▶ approved ──issue──▶ issued      (approved by headquarters, recorded on
//	            ▲ ◀──write── returned ◀──return──┘        └──────revise──────┴──▶ draft, the next edition         its behalf)
package situation

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/destruction"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/domain/support"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/once"
	"lianyuan/platform/seal"
)

// Step is one of the nine steps with its counts.
type Step struct {
	No     int    // 1 … 9
	Key    string // activate, publish, match, dispatch, passage, mission, support, withdraw, summary
	Groups []org.Group
	// First is the number that the step is judged by, Second and Third what is behind it, Late what is past its limit. A
	// nil number is not known yet, the step has not begun, and Why says what it waits for; or there is none of it.
	First, Second, Third, Late *Count
	Why                        string // not_activated, nothing_yet
}

// Count is a number and the key of the word for what it counts.
type Count struct {
	Key  string
	N    int
	Path string // of the page, below /app, that shows exactly what was counted
}

// Board is the nine steps at a moment.
type Board struct {
	At    time.Time
	Steps []Step
}

// Service holds the views.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	places    *place.Service
	access    *access.Service
	incidents *incident.Service
	offers    *deployment.Service
	params    *parameter.Service
	destroyed *destruction.Service
	once      once.Log
}

// Deps are what the service works with.
type Deps struct {
	DB           *db.DB
	Clock        clock.Clock
	Places       *place.Service
	Keeper       *seal.Keeper
	Access       *access.Service
	Incidents    *incident.Service
	Offers       *deployment.Service
	Parameters   *parameter.Service
	Destructions *destruction.Service
}

// New is the service. From now on closing an incident freezes its figures.
func New(ctx context.Context, d Deps) (*Service, error) {
	lookup, err := d.Keeper.Lookup(ctx)
	if err != nil {
		return nil, err
	}
	d.Incidents.OnClosing(Freeze)
	return &Service{
		db: d.DB, clock: d.Clock, places: d.Places, access: d.Access, incidents: d.Incidents, offers: d.Offers, params: d.Parameters, destroyed: d.Destructions, once: once.NewLog(lookup),
	}, nil
}

// steps are the nine, with the groups that own them (S004-48 … S004-59).
var steps = []Step{
	{No: 1, Key: "activate"},
	{No: 2, Key: "publish", Groups: []org.Group{org.General}},
	{No: 3, Key: "match", Groups: []org.Group{org.Coordination}},
	{No: 4, Key: "dispatch", Groups: []org.Group{org.Coordination}},
	{No: 5, Key: "passage", Groups: []org.Group{org.Support}},
	{No: 6, Key: "mission", Groups: []org.Group{org.Coordination}},
	{No: 7, Key: "support", Groups: []org.Group{org.Support}},
	{No: 8, Key: "withdraw", Groups: []org.Group{org.Coordination}},
	{No: 9, Key: "summary", Groups: []org.Group{org.General, org.Coordination}},
}

// Board is the nine steps of an incident now; not found for whoever may not see it.
func (s *Service) Board(ctx context.Context, id string) (b Board, err error) {
	w, err := s.incidents.Get(ctx, id)
	if err != nil {
		return b, err
	}
	now := s.clock.Now()
	limits, err := need.LooksAt(s.params, w.Place, now)
	if err != nil {
		return b, err
	}
	ahead, _, err := s.params.Minutes(w.Place, "pass.escort_ahead", now)
	if err != nil {
		return b, err
	}
	var c counts
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if c, err = count(tx, id, now, limits); err != nil {
			return err
		}
		c.escorts, c.escortsNear, _, err = pass.EscortsWaiting(tx, id, now, now.Add(ahead))
		return err
	}); err != nil {
		return b, err
	}
	b = Board{At: now, Steps: slices.Clone(steps)}
	for i := range b.Steps {
		b.Steps[i].Why = "nothing_yet"
		if w.ActivatedAt.IsZero() {
			b.Steps[i].Why = "not_activated"
		}
	}
	units := map[string]bool{} // a unit may sit in several groups
	for _, seat := range w.Seats {
		units[seat.Unit] = true
	}
	b.fill(c, w, len(units))
	for i := range b.Steps {
		for _, x := range []*Count{b.Steps[i].First, b.Steps[i].Second, b.Steps[i].Third, b.Steps[i].Late} {
			if x != nil {
				x.Path = pathIn(x.Path, id)
			}
		}
	}
	return b, nil
}

// fill writes the counts of every step.
func (b *Board) fill(c counts, w incident.Whole, units int) {
	n, o, p, m, l := c.needs, c.offers, c.passes, c.missions, c.logistics
	b.tell("activate", !w.ActivatedAt.IsZero(), Count{"persons", len(w.InForce.Persons), roster}, Count{"units", units, roster}, 0, "")
	b.tell("publish", true, Count{"waiting", n.Waiting, reports + "waiting"}, Count{"to_publish", n.Open, needs + "open"}, n.Late, reports+"late").
		Third = &Count{"published", n.Published, needs + "shown"}
	b.tell("match", o.Waiting+o.Standby+o.Approving+o.Approved+o.Over+n.Published > 0,
		Count{"wanted", o.Waiting, offers + "waiting"}, Count{"standby", o.Standby, offers + "standby"}, 0, "")
	b.tell("dispatch", o.Approving+o.Approved+o.Over > 0,
		Count{"approving", o.Approving, offers + "approving"}, Count{"approved", o.Approved, offers + "approved"}, o.Late, offers+"overdue")
	second := Count{"passes_valid", p.Valid, passes + "state=valid"}
	switch {
	case c.escorts > 0:
		second = Count{"escorts_asked", c.escorts, passes + "tab=escorts"}
	case p.Tolls > 0:
		second = Count{"tolls_asked", p.Tolls, passes + "state=valid&toll=asked"}
	}
	b.tell("passage", p.Waiting+p.Valid+p.Tolls+c.escorts > 0, Count{"passes_waiting", p.Waiting, passes + "state=waiting"}, second, c.escortsNear, passes+"tab=escorts")
	b.tell("mission", m.Running+m.Done+m.Confirmed > 0, Count{"running", m.Running, missions + "running"}, Count{"to_confirm", m.Done, missions + "to_confirm"}, m.Alarming, missions+"alarming")
	b.tell("support", l.Open+l.Met > 0, Count{"open", l.Open, requests + "open"}, Count{"met", l.Met, requests + "met"}, l.Late, requests+"late")
	leave := b.tell("withdraw", c.site.Leaving+c.site.Out > 0,
		Count{"leaving", c.site.Leaving, parties + "leaving"}, Count{"left", c.site.Out, parties + "out"}, c.site.HomeLate, parties+"home_late")
	if c.unaccounted > 0 {
		leave.Third = &Count{"unaccounted", c.unaccounted, people + "unaccounted"}
	}
	b.tell("summary", c.written.Begun, Count{"sections", c.written.Sections, summary + "#sections"}, Count{"addenda", c.written.Addenda, summary + "#addenda"}, 0, "")
}

// counts are what the contexts count of an incident.
type counts struct {
	needs     need.Tally
	offers    deployment.Tally
	passes    pass.Tally
	missions  mission.Tally
	logistics support.Tally
	site      reception.Tally
	written   SummaryTally

	unaccounted          int // people
	escorts, escortsNear int // asked for and not arranged; of them, those that gather soon
}

// count counts in one transaction, so that the numbers of a board fit together. A report that nobody has looked at within
// the limits is late.
func count(tx *db.Tx, id string, now time.Time, limits need.Looks) (c counts, err error) {
	if c.needs, err = need.TallyOf(tx, id, limits); err != nil {
		return c, err
	}
	if c.offers, err = deployment.TallyOf(tx, id, now); err != nil {
		return c, err
	}
	if c.passes, err = pass.TallyOf(tx, id); err != nil {
		return c, err
	}
	if c.missions, err = mission.TallyOf(tx, id, now); err != nil {
		return c, err
	}
	if c.logistics, err = support.TallyOf(tx, id, now); err != nil {
		return c, err
	}
	if c.site, err = reception.TallyOf(tx, id, now); err != nil {
		return c, err
	}
	if c.unaccounted, err = reception.Unaccounted(tx, id); err != nil {
		return c, err
	}
	c.written, err = summaryTally(tx, id)
	return c, err
}

// tell writes the counts of a step that has begun; a zero is then "none", not "unknown". late is what is past its limit,
// shown at a path.
func (b *Board) tell(key string, begun bool, first, second Count, late int, path string) *Step {
	s := &b.Steps[slices.IndexFunc(b.Steps, func(s Step) bool { return s.Key == key })]
	if !begun {
		return s
	}
	s.First, s.Second, s.Why = &first, &second, ""
	if late > 0 {
		s.Late = &Count{"late", late, path}
	}
	return s
}
