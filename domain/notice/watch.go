package notice

import (
	"context"
	"fmt"
	"time"

	"lianyuan/domain/deployment"
	"lianyuan/platform/db"
)

// watchEvery is how often deadlines are looked at: they count in minutes.
const watchEvery = 5 * time.Second

// deadline is one that an approval may pass, with what is told of it and whom it makes nobody search for any more.
type deadline struct {
	kind, word string
	instead    []string
	passed     func(tx *db.Tx, after deployment.Waits, until time.Time) ([]deployment.Waits, error)
	at         func(deployment.Waits) time.Time
}

var deadlines = []deadline{
	{"sign_overdue", "overdue", []string{"sign_waiting"}, deployment.Overdue, func(w deployment.Waits) time.Time { return w.Due }},
	{"sign_escalated", "escalated", []string{"sign_waiting", "sign_overdue"}, deployment.Escalated, func(w deployment.Waits) time.Time { return w.Escalate }},
}

// Watch tells of every approval that is overdue, or overdue twice, and has not been told of. What this node told of before
// it knows by heart, and what another told of the database knows: the cause is there. What lies with an office that has ended
// it passes on.
func (s *Service) Watch(ctx context.Context) error {
	for _, d := range deadlines {
		if err := s.watch(ctx, d); err != nil {
			return err
		}
	}
	return s.passOn(ctx)
}

func (s *Service) watch(ctx context.Context, d deadline) error {
	k, _ := KindOf(d.kind)
	var after deployment.Waits
	for {
		var list []deployment.Waits
		if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
			list, err = d.passed(tx, after, s.clock.Now())
			return err
		}); err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1]
		var fresh []deployment.Waits
		for _, w := range list {
			if !s.knows(d.cause(w)) {
				fresh = append(fresh, w)
			}
		}
		if len(fresh) == 0 {
			continue
		}
		if err := s.db.Update(ctx, func(tx *db.Tx) error {
			for _, w := range fresh {
				e := event{subject: w.Offer, place: w.Place, incident: w.Incident, at: d.at(w), body: body{"number": w.Number}}
				if err := answered(tx, w.Offer, d.instead); err != nil { // from now on those who may sign next are searched for
					return err
				}
				if err := s.make(tx, k, d.cause(w), e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		s.learn(d, fresh)
	}
}

func (d deadline) cause(w deployment.Waits) string {
	return fmt.Sprintf("%s %s %d %d", d.word, w.Offer, w.Edition, w.Station)
}

func (s *Service) knows(cause string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.past[cause]
}

// maxPast bounds what is known by heart; beyond it the database is asked again.
const maxPast = 10000

func (s *Service) learn(d deadline, list []deployment.Waits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.past) > maxPast {
		clear(s.past)
	}
	for _, w := range list {
		s.past[d.cause(w)] = true
	}
}
