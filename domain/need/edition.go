package need

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Edition is what a need said until a correction.
type Edition struct {
	Version int64 // the last of the need under which it said so
	Draft   Draft
}

// maxEditions is how many corrections of a need are shown, and maxSeen how many teams are told of one: a bureau has some
// dozens of either.
const maxEditions, maxSeen = 200, 1000

// keepEdition keeps what a need says before it is corrected.
func keepEdition(tx *db.Tx, n Need) error {
	draft, err := json.Marshal(n.Draft)
	if err != nil {
		return err
	}
	// Of two who correct at once the later finds it kept, and its compare-and-set then finds the need changed.
	_, err = tx.Exec(`INSERT INTO need_edition (need, version, draft) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, n.ID, n.Version, string(draft))
	return err
}

func editionsOf(tx *db.Tx, need string) (list []Edition, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var e Edition
		var draft string
		if err := sc.Scan(&e.Version, &draft); err != nil {
			return err
		}
		list = append(list, e)
		return json.Unmarshal([]byte(draft), &list[len(list)-1].Draft)
	}, fmt.Sprintf(`SELECT version, draft FROM need_edition WHERE need = $1 ORDER BY version LIMIT %d`, maxEditions), need)
	return list, err
}

// Correction is what a correction that made the given version of the need has changed: what it said before and after;
// false when that version was made otherwise, or before editions were kept.
func (w Whole) Correction(version int64) (before, after Draft, ok bool) {
	i := slices.IndexFunc(w.Editions, func(e Edition) bool { return e.Version == version-1 })
	if i < 0 {
		return before, after, false
	}
	after = w.Draft
	if i+1 < len(w.Editions) {
		after = w.Editions[i+1].Draft
	}
	return w.Editions[i].Draft, after, true
}

// rateAgain explains the priority anew from what the need says now and who the verified reports behind it speak of.
func (s *Service) rateAgain(tx *db.Tx, n *Need) error {
	var vulnerable []string
	if err := tx.Each(func(sc db.Scanner) error {
		var keys string
		err := sc.Scan(&keys)
		vulnerable = append(vulnerable, split(keys)...)
		return err
	}, `SELECT DISTINCT vulnerable FROM report WHERE need = $1 AND need <> '' AND outcome = 'verified'`, n.ID); err != nil {
		return err
	}
	n.Priority = s.scale(n.Place, tx.Now).Rate(n.Kind, n.People, vulnerable)
	return nil
}

// saw records that a team has read needs. Only what it reads for the first time is written.
func (s *Service) saw(ctx context.Context, team string, list []TeamNeed) error {
	if len(list) == 0 {
		return nil
	}
	args := []any{team}
	for _, n := range list {
		args = append(args, n.ID)
	}
	var fresh []string
	err := s.db.View(ctx, func(tx *db.Tx) error {
		fresh = nil
		known := map[string]bool{}
		if err := tx.Each(func(sc db.Scanner) error {
			var need string
			err := sc.Scan(&need)
			known[need] = true
			return err
		}, `SELECT need FROM need_seen WHERE team = $1 AND need IN (`+db.List(2, len(list))+`)`, args...); err != nil {
			return err
		}
		for _, n := range list {
			if !known[n.ID] {
				fresh = append(fresh, n.ID)
			}
		}
		return nil
	})
	if err != nil || len(fresh) == 0 {
		return err
	}
	slices.Sort(fresh)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		for _, need := range fresh {
			if _, err := tx.Exec(`INSERT INTO need_seen (need, team, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, need, team, clock.Micro(tx.Now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SeenBy are the teams that had read a need by a time. For contexts above; the caller has decided who asks.
func SeenBy(tx *db.Tx, need string, by time.Time) (teams []string, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var team string
		err := sc.Scan(&team)
		teams = append(teams, team)
		return err
	}, fmt.Sprintf(`SELECT team FROM need_seen WHERE need = $1 AND at <= $2 ORDER BY team LIMIT %d`, maxSeen), need, clock.Micro(by))
	return teams, err
}
