package need

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/tally"
)

// Where a need stands in the lists. Every list is in one order, severity first and then time, and every filter is one of
// place, shelf, kind and severity; so each need stands under each area that holds it (need_at), and the first page of
// any filter is the beginning of an index. How many there are is kept beside it (tally), what they are found by in
// need_words. All of it is written by shelve, in the transaction of the need, and by nothing else.

// Shelves are where a need can stand: a state, and for a published need who sees it.
var shelves = []string{"open", "teams", "public", "closed"}

func (n *Need) shelf() string {
	switch {
	case !shown(n.State):
		return n.State
	case n.forPublic():
		return "public"
	}
	return "teams"
}

// areas are the lists that the need stands in: of every place that holds it, and of its incident. What belongs to a
// drill stands in that of the drill alone.
func (n *Need) areas() []string {
	if n.Drill {
		return []string{incidentArea(n.Incident)}
	}
	areas := n.Place.Areas()
	if n.Incident != "" {
		areas = append(areas, incidentArea(n.Incident))
	}
	return areas
}

// incidentArea is the area of everything that belongs to an incident; no path begins like it.
func incidentArea(incident string) string { return "#" + incident }

func (n *Need) forPublic() bool {
	for _, a := range n.Audience {
		if a == "public" {
			return true
		}
	}
	return false
}

// stateOf is the state of the needs on a shelf.
func stateOf(shelf string) string {
	if shelf == "teams" || shelf == "public" {
		return "published"
	}
	return shelf
}

// The order of lists in one number: severity, then moment. Moments of needs that were made in the same microsecond are
// told apart by their lower bits; they hold until 2091.
const (
	tieBits    = 9
	momentBits = 60
	momentMask = int64(1)<<momentBits - 1
)

var momentZero = clock.Micro(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))

func momentOf(t time.Time) int64 {
	return min(max(clock.Micro(t)-momentZero, 0)<<tieBits, momentMask>>tieBits<<tieBits)
}

// pos is where the need stands among all.
func (n *Need) pos() int64 { return int64(n.Severity)<<momentBits | n.moment }

// severitySpan is the range of positions of one severity; 0 is every severity.
func severitySpan(severity int) (from, to int64) {
	if severity == 0 {
		return 0, 5 << momentBits
	}
	return int64(severity) << momentBits, int64(severity+1) << momentBits
}

// tallied names the counts of needs.
const tallied = "need"

func (n *Need) count(area string) tally.Count {
	return tally.Count{Kind: tallied, Place: area, Key: fmt.Sprintf("%s.%d.%s", n.shelf(), n.Severity, n.Kind)}
}

// countKey reads the key of a count.
func countKey(key string) (shelf string, severity int, kind Kind) {
	shelf, rest, _ := strings.Cut(key, ".")
	s, k, _ := strings.Cut(rest, ".")
	if len(s) == 1 {
		severity = int(s[0] - '0')
	}
	return shelf, severity, Kind(k)
}

// change is a need before and after a step; before is nil for a new one.
type change struct{ before, after *Need }

// shelve brings lists, counts and words up to what the needs are now. Their rows are written already, by
// compare-and-set, so that nobody else is at the same need.
func (s *Service) shelve(tx *db.Tx, changes ...change) error {
	counts := tally.Changes{}
	for _, c := range changes {
		if err := s.shelveOne(tx, c, counts); err != nil {
			return err
		}
	}
	return tally.Add(tx, counts)
}

func (s *Service) shelveOne(tx *db.Tx, c change, counts tally.Changes) error {
	b, a := c.before, c.after
	words := s.wordsOf(a, tx.Now)
	b.addShown(counts, -1)
	a.addShown(counts, 1)
	var stood []string
	if b != nil {
		stood = b.areas()
	}
	for _, area := range stood {
		counts[b.count(area)]--
		if slices.Contains(a.areas(), area) {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM need_at WHERE area = $1 AND shelf = $2 AND pos = $3`, area, b.shelf(), b.pos()); err != nil {
			return err
		}
	}
	for _, area := range a.areas() {
		counts[a.count(area)]++
		var err error
		if !slices.Contains(stood, area) {
			_, err = tx.Exec(`INSERT INTO need_at (area, shelf, kind, pos, version) VALUES ($1, $2, $3, $4, $5)`, area, a.shelf(), string(a.Kind), a.pos(), a.Version)
		} else {
			_, err = tx.Exec(`UPDATE need_at SET shelf = $1, pos = $2, version = $3 WHERE area = $4 AND shelf = $5 AND pos = $6`,
				a.shelf(), a.pos(), a.Version, area, b.shelf(), b.pos())
		}
		if err != nil {
			return err
		}
	}
	var err error
	if b == nil {
		_, err = tx.Exec(`INSERT INTO need_words (pos, words) VALUES ($1, $2)`, a.pos(), words)
	} else {
		_, err = tx.Exec(`UPDATE need_words SET pos = $1, words = $2 WHERE pos = $3 AND (pos <> $1 OR words <> $2)`, a.pos(), words, b.pos())
	}
	return err
}

// areasOf are the areas of spans that lie apart.
func areasOf(spans []place.Span) ([]string, error) {
	areas := make([]string, len(spans))
	for i, s := range spans {
		area, ok := s.Area()
		if !ok {
			return nil, fmt.Errorf("the span %q to %q is no area", s.From, s.To)
		}
		areas[i] = area
	}
	return areas, nil
}

// shelveAll puts needs that were written before there were these lists into them, in slices. Call it when no other node
// does.
func (s *Service) shelveAll(ctx context.Context) error {
	const slice = 50
	for done := false; !done; {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			var list []Need
			err := tx.Each(func(sc db.Scanner) error {
				n, err := scanNeed(sc)
				list = append(list, n)
				return err
			}, fmt.Sprintf(`SELECT `+needColumns+` FROM need WHERE moment IS NULL ORDER BY created_at, id LIMIT %d`, slice))
			if err != nil {
				return err
			}
			changes := make([]change, len(list))
			for i := range list {
				n := &list[i]
				for n.moment = momentOf(n.CreatedAt); ; n.moment++ {
					var taken int
					if err := tx.Get(`SELECT count(*) FROM need WHERE moment = $1`, []any{n.moment}, &taken); err != nil {
						return err
					}
					if taken == 0 {
						break
					}
				}
				if _, err := tx.Exec(`UPDATE need SET moment = $1 WHERE id = $2`, n.moment, n.ID); err != nil {
					return err
				}
				changes[i].after = n
			}
			done = len(list) < slice
			return s.shelve(tx, changes...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Recount counts the needs again and says what does not fit: counts that differ from the needs, lists and words that
// lack some or hold others. Empty: all is well.
func (s *Service) Recount(ctx context.Context) (counts int, faults []fault.Finding, err error) {
	return Recount(ctx, s.db)
}

// Recount is the same without a service: it reads and does nothing else, beside whatever process writes.
func Recount(ctx context.Context, d *db.DB) (counts int, faults []fault.Finding, err error) {
	err = d.View(ctx, func(tx *db.Tx) error {
		faults = nil
		right, err := countAgain(tx)
		if err != nil {
			return err
		}
		kept, err := tally.All(tx, tallied)
		if err != nil {
			return err
		}
		counts = len(kept)
		lists := map[tally.Count]int64{}
		var old int
		err = tx.Each(func(sc db.Scanner) error {
			c := tally.Count{Kind: tallied}
			var shelf, kind string
			var severity int
			var n int64
			err := sc.Scan(&c.Place, &shelf, &severity, &kind, &n)
			c.Key = fmt.Sprintf("%s.%d.%s", shelf, severity, kind)
			lists[c] = n
			return err
		}, fmt.Sprintf(`SELECT area, shelf, pos / %d, kind, count(*) FROM need_at GROUP BY area, shelf, pos / %d, kind`, momentMask+1, momentMask+1))
		if err != nil {
			return err
		}
		faults = append(differences("计数", "count", right, kept), differences("列表", "list", right, lists)...)
		shown, err := shownAgain(tx)
		if err != nil {
			return err
		}
		keptShown, err := tally.All(tx, shownTally)
		if err != nil {
			return err
		}
		faults = append(faults, differences("发布数", "publications", shown, keptShown)...)
		var needs, words int
		err = errors.Join(
			tx.Get(fmt.Sprintf(`SELECT count(*) FROM need_at a JOIN need n ON n.moment = a.pos & %d WHERE a.version <> n.version`, momentMask), nil, &old),
			tx.Get(`SELECT count(*) FROM need`, nil, &needs),
			tx.Get(fmt.Sprintf(`SELECT count(*) FROM need JOIN need_words w ON w.pos = need.severity * %d + need.moment`, momentMask+1), nil, &words))
		if old > 0 {
			faults = append(faults, fault.Found("列表：%d 行停留在旧版本", "lists: %d rows of an older version", old))
		}
		if needs != words {
			faults = append(faults, fault.Found("检索词：%d 条需求中有词的 %d 条", "words: of %d needs, %d", needs, words))
		}
		return err
	})
	return counts, faults, err
}

// countAgain counts what the rows of the needs say.
func countAgain(tx *db.Tx) (map[tally.Count]int64, error) {
	counts := map[tally.Count]int64{}
	err := tx.Each(func(sc db.Scanner) error {
		var n Need
		var path, kind, audience string
		var times int64
		err := sc.Scan(&path, &n.State, &audience, &n.Severity, &kind, &n.Incident, &n.Drill, &times)
		n.Place, n.Audience, n.Kind = place.Path(path), split(audience), Kind(kind)
		for _, area := range n.areas() {
			counts[n.count(area)] += times
		}
		return err
	}, `SELECT place, state, audience, severity, kind, incident, drill, count(*) FROM need GROUP BY place, state, audience, severity, kind, incident, drill`)
	return counts, err
}

func differences(zh, en string, want, got map[tally.Count]int64) (faults []fault.Finding) {
	differs := func(c tally.Count, right, kept int64) {
		faults = append(faults, fault.Found(zh+" %s %s：应为 %d，所记 %d", en+" %s %s: %d, kept %d", c.Place, c.Key, right, kept))
	}
	for c, n := range want {
		if got[c] != n {
			differs(c, n, got[c])
		}
	}
	for c, n := range got {
		if _, known := want[c]; !known {
			differs(c, 0, n)
		}
	}
	return faults
}
