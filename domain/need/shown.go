package need

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/tally"
)

// shownTally names the counts of needs that were published, and of those that were corrected or withdrawn after it. A
// count stands under the incident and the hour in which it happened first, so that the board has its trend from counts.
const shownTally = "need.shown"

const (
	publishedKey = "published."
	amendedKey   = "amended."
)

// hourOf is the number of the hour that holds a moment, counted from 1970 in UTC.
func hourOf(t time.Time) int64 { return clock.Micro(t) / time.Hour.Microseconds() }

// addShown counts a need of an incident where it was published or amended.
func (n *Need) addShown(counts tally.Changes, by int64) {
	if n == nil || n.Incident == "" {
		return
	}
	for key, at := range map[string]time.Time{publishedKey: n.FirstPublished, amendedKey: n.FirstAmended} {
		if !at.IsZero() {
			counts[tally.Count{Kind: shownTally, Place: incidentArea(n.Incident), Key: key + strconv.FormatInt(hourOf(at), 10)}] += by
		}
	}
}

// Shown is what became of the needs of an incident that were published.
type Shown struct {
	Published int // ever
	Amended   int // of them, corrected or withdrawn at least once afterwards
	Hours     []ShownHour
	Median    time.Duration // from publication to the first correction or withdrawal, when there was any
}

// ShownHour is how many needs were first published, and first amended, in an hour.
type ShownHour struct {
	Begin              time.Time
	Published, Amended int
}

// ShownOf counts the published needs of an incident (S004-07, distortion). It reads counts, and of the needs only those
// that were amended. For contexts above; the caller has decided who asks.
func ShownOf(tx *db.Tx, incident string) (s Shown, err error) {
	sums, err := tally.Sum(tx, shownTally, []string{incidentArea(incident)})
	if err != nil {
		return s, err
	}
	hours := map[int64]*ShownHour{}
	for key, n := range sums {
		word, rest, _ := strings.Cut(key, ".")
		no, err := strconv.ParseInt(rest, 10, 64)
		if err != nil {
			return s, fmt.Errorf("count %q of %s: %w", key, shownTally, err)
		}
		h := hours[no]
		if h == nil {
			h = &ShownHour{Begin: clock.FromMicro(no * time.Hour.Microseconds())}
			hours[no] = h
		}
		if word+"." == publishedKey {
			h.Published += n
			s.Published += n
		} else {
			h.Amended += n
			s.Amended += n
		}
	}
	for _, h := range hours {
		s.Hours = append(s.Hours, *h)
	}
	if s.Amended > 0 {
		s.Median, err = medianToAmend(tx, incident, s.Amended)
	}
	return s, err
}

// medianToAmend is the median time from publication to the first correction or withdrawal; n is how many there are.
func medianToAmend(tx *db.Tx, incident string, n int) (time.Duration, error) {
	var sum, count int64
	err := tx.Each(func(sc db.Scanner) error {
		var took int64
		err := sc.Scan(&took)
		sum += took
		count++
		return err
	}, fmt.Sprintf(`SELECT first_amended - first_published AS took FROM need WHERE incident = $1 AND first_amended > 0
		ORDER BY took LIMIT %d OFFSET %d`, 2-n%2, (n-1)/2), incident)
	if err != nil || count == 0 {
		return 0, err
	}
	return time.Duration(sum/count) * time.Microsecond, nil
}

// shownAgain counts again what the rows of the needs say.
func shownAgain(tx *db.Tx) (map[tally.Count]int64, error) {
	counts := map[tally.Count]int64{}
	for _, x := range []struct{ key, column string }{{publishedKey, "first_published"}, {amendedKey, "first_amended"}} {
		if err := tx.Each(func(sc db.Scanner) error {
			var in string
			var hour, n int64
			err := sc.Scan(&in, &hour, &n)
			counts[tally.Count{Kind: shownTally, Place: incidentArea(in), Key: x.key + strconv.FormatInt(hour, 10)}] = n
			return err
		}, `SELECT incident, `+x.column+` / 3600000000 AS hour, count(*) FROM need WHERE incident <> '' AND `+x.column+` > 0
			GROUP BY incident, `+x.column+` / 3600000000`); err != nil {
			return nil, err
		}
	}
	return counts, nil
}
