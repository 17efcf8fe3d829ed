package parameter

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Kept is a value that a decision was taken by.
type Kept struct {
	Used
	Part string    // of the record decided about: a station of a chain, "2/1" is the first of the second edition; "" the whole
	At   time.Time // of the decision
}

// Keep writes, in the transaction of a decision, the values that it was taken by. What is set later changes nothing of it.
// The same value found twice in one decision is one.
func Keep(tx *db.Tx, subject, part string, list ...Used) error {
	for _, u := range list {
		if _, err := tx.Exec(`INSERT INTO parameter_used (subject, part, key, at, value, place, source) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (subject, part, key, at) DO NOTHING`, subject, part, u.Key, clock.Micro(tx.Now), u.Value, string(u.Place), u.Source); err != nil {
			return err
		}
	}
	return nil
}

// Kept are the values that what was decided of some records was taken by, by the id of the record, the newest first; of one
// key and part only the last decision. Who asks has decided that the actor may see the records.
func (s *Service) Kept(ctx context.Context, subjects ...string) (kept map[string][]Kept, err error) {
	kept = map[string][]Kept{}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		clear(kept)
		for some := range slices.Chunk(subjects, 100) {
			if err := keptOf(tx, some, kept); err != nil {
				return err
			}
		}
		return nil
	})
	return kept, err
}

func keptOf(tx *db.Tx, subjects []string, kept map[string][]Kept) error {
	type one struct{ subject, part, key string }
	seen, args := map[one]bool{}, make([]any, len(subjects))
	for n, x := range subjects {
		args[n] = x
	}
	return tx.Each(func(sc db.Scanner) error {
		var k Kept
		var subject, path string
		var at int64
		if err := sc.Scan(&subject, &k.Part, &k.Key, &at, &k.Value, &path, &k.Source); err != nil {
			return err
		}
		k.Place, k.At = place.Path(path), clock.FromMicro(at)
		if x := (one{subject, k.Part, k.Key}); !seen[x] {
			seen[x] = true
			kept[subject] = append(kept[subject], k)
		}
		return nil
	}, `SELECT subject, part, key, at, value, place, source FROM parameter_used WHERE subject IN (`+db.List(1, len(subjects))+`) ORDER BY at DESC, part, key`, args...)
}
