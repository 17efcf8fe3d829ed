package incident

import (
	"slices"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

// EndOf is when an incident came to its end for good: it is closed, and so is every response that was started in it
// (突发事件应对法 art. 85); zero while that is not so. For contexts above.
func EndOf(tx *db.Tx, i Incident) (end time.Time, err error) {
	if i.State != "closed" {
		return end, nil
	}
	responses, err := responsesOf(tx, i.ID)
	if err != nil {
		return end, err
	}
	end = i.ClosedAt
	for _, r := range responses {
		if r.Ended.IsZero() {
			return time.Time{}, nil
		}
		if r.Ended.After(end) {
			end = r.Ended
		}
	}
	return end, nil
}

// ClosedOf are those of some incidents that are closed and commanded by places in some spans. For contexts above, which decide
// who asks.
func ClosedOf(tx *db.Tx, ids []string, spans []place.Span) (list []Incident, err error) {
	where, args := place.Where("place", 1, spans)
	for some := range slices.Chunk(ids, atOnce) {
		with := slices.Clone(args)
		for _, id := range some {
			with = append(with, id)
		}
		found, err := each(tx, `SELECT id FROM incident WHERE state = 'closed' AND `+where+` AND id IN (`+db.List(len(args)+1, len(some))+`) ORDER BY id`, with...)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// atOnce is how many incidents are named in one query.
const atOnce = 200

// Closed makes closing and reopening wait until the transaction ends, and says whether the incident is closed. For contexts
// above that do what must not happen to one that runs.
func Closed(tx *db.Tx, incident string) (bool, error) {
	i, err := standing(tx, incident)
	return i.State == "closed", err
}

// GuardReopening has guards asked before an incident is reopened, in this order. Not while the service works.
func (s *Service) GuardReopening(g ...Guard) { s.reopening = append(s.reopening, g...) }
