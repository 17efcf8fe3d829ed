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

// Watch tells of every approval that is overdue and has not been told of. What this node told of before it knows by heart,
// and what another told of the database knows: the cause is there.
func (s *Service) Watch(ctx context.Context) error {
	k, _ := KindOf("sign_overdue")
	var after deployment.Waits
	for {
		var list []deployment.Waits
		if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
			list, err = deployment.Overdue(tx, after, s.clock.Now())
			return err
		}); err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1]
		var fresh []deployment.Waits
		for _, w := range list {
			if !s.knows(overdue(w)) {
				fresh = append(fresh, w)
			}
		}
		if len(fresh) == 0 {
			continue
		}
		if err := s.db.Update(ctx, func(tx *db.Tx) error {
			for _, w := range fresh {
				e := event{subject: w.Offer, place: w.Place, incident: w.Incident, at: w.Due, body: body{"number": w.Number}}
				if err := answered(tx, w.Offer, []string{"sign_waiting"}); err != nil { // from now on the deputy is searched for
					return err
				}
				if err := s.make(tx, k, overdue(w), e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		s.learn(fresh)
	}
}

func overdue(w deployment.Waits) string {
	return fmt.Sprintf("overdue %s %d %d", w.Offer, w.Edition, w.Station)
}

func (s *Service) knows(cause string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.past[cause]
}

// maxPast bounds what is known by heart; beyond it the database is asked again.
const maxPast = 10000

func (s *Service) learn(list []deployment.Waits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.past) > maxPast {
		clear(s.past)
	}
	for _, w := range list {
		s.past[overdue(w)] = true
	}
}
