// Package situation reads across the contexts: the nine steps of an incident with their live counts. It owns no records
// and changes nothing; every number leads to the rows it counts.
//
//	1 activate ▶ 2 verify and publish ▶ 3 handle rescue information ▶ 4 dispatch ▶ 5 transport ▶ 6 missions ▶
//	7 logistics ▶ 8 withdrawal ▶ 9 statistics and summary          (S004-48 … S004-59)
package situation

import (
	"context"
	"time"

	"lianyuan/domain/incident"
	"lianyuan/domain/need"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/pass"
	"lianyuan/domain/support"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Step is one of the nine steps with its counts.
type Step struct {
	No     int    // 1 … 9
	Key    string // activate, publish, match, dispatch, passage, mission, support, withdraw, summary
	Groups []org.Group
	// First is the number that the step is judged by, Second what is behind it, Late what is past its limit. A nil
	// number is not known yet: the step has not begun, and Why says what it waits for.
	First, Second, Late *Count
	Why                 string // not_activated, nothing_yet
}

// Count is a number and the key of the word for what it counts.
type Count struct {
	Key string
	N   int
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
	incidents *incident.Service
	params    *parameter.Service
}

// New is the service.
func New(d *db.DB, c clock.Clock, incidents *incident.Service, params *parameter.Service) *Service {
	return &Service{db: d, clock: c, incidents: incidents, params: params}
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
	limit, _, err := s.params.Minutes(w.Place, "need.look_within", now)
	if err != nil {
		return b, err
	}
	var t need.Tally
	var p pass.Tally
	var logistics support.Tally
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if t, err = need.TallyOf(tx, id, now.Add(-limit)); err != nil {
			return err
		}
		if p, err = pass.TallyOf(tx, id); err != nil {
			return err
		}
		logistics, err = support.TallyOf(tx, id, now)
		return err
	}); err != nil {
		return b, err
	}
	b = Board{At: now, Steps: make([]Step, len(steps))}
	copy(b.Steps, steps)
	for i := range b.Steps {
		b.Steps[i].Why = "nothing_yet"
		if w.ActivatedAt.IsZero() {
			b.Steps[i].Why = "not_activated"
		}
	}
	if !w.ActivatedAt.IsZero() {
		b.Steps[0].First = &Count{"persons", len(w.InForce.Persons)}
		b.Steps[0].Second = &Count{"units", len(w.Seats)}
	}
	b.Steps[1].First, b.Steps[1].Second = &Count{"waiting", t.Waiting + t.Open}, &Count{"published", t.Published}
	if t.Late > 0 {
		b.Steps[1].Late = &Count{"late", t.Late}
	}
	if logistics.Open+logistics.Met > 0 {
		b.Steps[6].First, b.Steps[6].Second = &Count{"open", logistics.Open}, &Count{"met", logistics.Met}
	}
	if logistics.Late > 0 {
		b.Steps[6].Late = &Count{"late", logistics.Late}
	}
	if t.Published > 0 {
		b.Steps[2].First = &Count{"wanted", t.Published}
	}
	if p.Waiting+p.Valid+p.Tolls > 0 {
		b.Steps[4].First, b.Steps[4].Second = &Count{"passes_waiting", p.Waiting}, &Count{"passes_valid", p.Valid}
		if p.Tolls > 0 {
			b.Steps[4].Second = &Count{"tolls_asked", p.Tolls}
		}
	}
	return b, nil
}
