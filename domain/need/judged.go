package need

import (
	"slices"
	"time"

	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

// keep keeps with a report the values that count at a place and time.
func (s *Service) keep(tx *db.Tx, report string, at place.Path, when time.Time, keys ...string) error {
	for _, key := range keys {
		used, err := s.params.For(at, key, when)
		if err != nil {
			return err
		}
		if err := parameter.Keep(tx, report, "", used); err != nil {
			return err
		}
	}
	return nil
}

// judged keeps, when somebody turns to a report, by what it stood in quarantine and by what it has waited too long. That
// is done here and not when it comes in: intake writes nothing but the report.
func (s *Service) judged(tx *db.Tx, r stored, from string) error {
	first := r.Looked.IsZero()
	for flag, key := range map[string]string{"quarantine": "need.report_rate_per_address", "no_proof": "need.flood_reports_per_minute"} {
		if !first || !slices.Contains(r.Flags, flag) {
			continue
		}
		if err := s.keep(tx, r.ID, s.home, r.ReceivedAt, key); err != nil {
			return err
		}
	}
	if from != "received" && from != "verifying" {
		return nil
	}
	limits, err := LooksAt(s.params, r.Place, tx.Now)
	if err != nil {
		return err
	}
	key, limit, since := "need.look_again", limits.Again, r.Looked
	if first {
		key, limit, since = "need.look_within", limits.First, r.ReceivedAt
	}
	if tx.Now.Sub(since) <= limit {
		return nil
	}
	return s.keep(tx, r.ID, r.Place, tx.Now, key)
}
