package need

import (
	"fmt"
	"time"

	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Looks is how long a report may wait for a person: for the first look, and under verification for the next.
type Looks struct{ First, Again time.Duration }

// LooksAt are the limits of a place, parameters need.look_within and need.look_again.
func LooksAt(params *parameter.Service, at place.Path, now time.Time) (l Looks, err error) {
	if l.First, _, err = params.Minutes(at, "need.look_within", now); err == nil {
		l.Again, _, err = params.Minutes(at, "need.look_again", now)
	}
	return l, err
}

// late is the condition of a waiting report that nobody has looked at within the limits.
func (l Looks) late(now time.Time) string {
	return fmt.Sprintf(`%s < CASE WHEN looked_at = 0 THEN %d ELSE %d END`, since, clock.Micro(now.Add(-l.First)), clock.Micro(now.Add(-l.Again)))
}

// Unseen is how many reports in sight wait for a person, and how many of them nobody has looked at within the limits. For
// contexts above, which decide who asks.
func Unseen(tx *db.Tx, x Sight, limits Looks) (waiting, late int, err error) {
	where, args := x.where(1)
	err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN `+limits.late(tx.Now)+` THEN 1 ELSE 0 END), 0) FROM report WHERE waiting <> 0 AND `+where,
		args, &waiting, &late)
	return waiting, late, err
}

// Unpublished is how many needs in sight are open, from the counts that are kept as far as they go. For contexts above, which
// decide who asks.
func Unpublished(tx *db.Tx, x Sight) (int, error) {
	l, err := x.lists()
	if err != nil {
		return 0, err
	}
	counts, err := l.count(tx, Selection{})
	return counts["open"], err
}
