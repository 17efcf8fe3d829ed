package need

import (
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Unseen is how many reports wait for a person at places, and how many of them nobody has looked at since before. For
// contexts above, which decide who asks.
func Unseen(tx *db.Tx, spans []place.Span, before time.Time) (waiting, late int, err error) {
	where, args := place.Where("place", 2, spans)
	err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN `+since+` < $1 THEN 1 ELSE 0 END), 0) FROM report WHERE waiting <> 0 AND `+where,
		append([]any{clock.Micro(before)}, args...), &waiting, &late)
	return waiting, late, err
}

// Unpublished is how many needs at places are open, from the counts that are kept. For contexts above, which decide who asks.
func Unpublished(tx *db.Tx, spans []place.Span) (int, error) {
	areas, err := areasOf(spans)
	if err != nil {
		return 0, err
	}
	counts, err := countNeeds(tx, areas, Selection{})
	return counts["open"], err
}
