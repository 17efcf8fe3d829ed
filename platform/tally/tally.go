// Package tally keeps counts in the transaction that changes what they count, so that a list says exactly how many there
// are without counting them.
//
// A count stands under a kind ("need"), a place, an incident and a key, and is the sum of its slots. On PostgreSQL a
// transaction adds to one slot of several, drawn by lot: two writers meet at the row of the nation seldom, and then wait
// for one commit. SQLite has one writer and one slot. Rows are written in one order, so that writers never wait for each
// other in a circle. A sum never waits: it reads what is committed.
package tally

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"lianyuan/platform/db"
)

// slots is how many rows share one count on PostgreSQL: with n writers at once a writer waits in about n/slots of cases,
// and a sum reads as many rows for each key.
const slots = 8

// Count names one count.
type Count struct {
	Kind     string
	Place    string // whoever counts says what a place holds
	Incident string // "": none
	Key      string
}

func (c Count) compare(o Count) int {
	return cmp.Or(cmp.Compare(c.Kind, o.Kind), cmp.Compare(c.Place, o.Place), cmp.Compare(c.Incident, o.Incident), cmp.Compare(c.Key, o.Key))
}

// Changes are what a transaction adds to counts; what adds up to nothing is not written.
type Changes map[Count]int64

// Add writes the changes.
func Add(tx *db.Tx, changes Changes) error {
	slot := 0
	if tx.Engine() == db.Postgres {
		slot = rand.IntN(slots) //nolint:gosec // a lot, not a secret
	}
	order := make([]Count, 0, len(changes))
	for c, n := range changes {
		if n != 0 {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, Count.compare)
	for _, c := range order {
		_, err := tx.Exec(`INSERT INTO tally (kind, place, incident, key, slot, n) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (kind, place, incident, key, slot) DO UPDATE SET n = tally.n + excluded.n`, c.Kind, c.Place, c.Incident, c.Key, slot, changes[c])
		if err != nil {
			return fmt.Errorf("tally: %w", err)
		}
	}
	return nil
}

// Sum is the counts of a kind over places, whatever the incident, by key. Places must not hold one another.
func Sum(tx *db.Tx, kind string, places []string) (map[string]int, error) {
	sums := map[string]int{}
	if len(places) == 0 {
		return sums, nil
	}
	args := []any{kind}
	for _, p := range places {
		args = append(args, p)
	}
	err := tx.Each(func(s db.Scanner) error {
		var key string
		var n int
		err := s.Scan(&key, &n)
		sums[key] += n
		return err
	}, `SELECT key, n FROM tally WHERE kind = $1 AND place IN (`+db.List(2, len(places))+`) AND n <> 0`, args...)
	return sums, err
}

// All is every count of a kind that is not zero, for those who count again.
func All(tx *db.Tx, kind string) (map[Count]int64, error) {
	all := map[Count]int64{}
	err := tx.Each(func(s db.Scanner) error {
		c := Count{Kind: kind}
		var n int64
		err := s.Scan(&c.Place, &c.Incident, &c.Key, &n)
		all[c] = n
		return err
	}, `SELECT place, incident, key, CAST(sum(n) AS BIGINT) FROM tally WHERE kind = $1 GROUP BY place, incident, key HAVING sum(n) <> 0`, kind)
	return all, err
}
