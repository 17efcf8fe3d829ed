package deployment

import (
	"slices"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Figures are what the offers to an incident come to.
type Figures struct {
	Offers   int
	Teams    int            // that signed up
	States   map[string]int // offers by state
	People   int            // on all offers that were not withdrawn or refused
	Approved int            // offers that every station has signed
	Urgent   int            // deployed first, to be signed after
	Unsigned int            // of them, not signed by every station yet
	Orders   int            // dispatch orders
	Taken    int            // of them, acknowledged
	Approval time.Duration  // median from the first station's turn to the last signature
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	f.States = map[string]int{}
	if err = tx.Each(func(sc db.Scanner) error {
		var state string
		var n, people int
		err := sc.Scan(&state, &n, &people)
		f.States[state] = n
		f.Offers += n
		if state != "withdrawn" && state != "refused" {
			f.People += people
		}
		return err
	}, `SELECT state, count(*), coalesce(sum(people), 0) FROM offer WHERE incident = $1 GROUP BY state`, incident); err != nil {
		return f, err
	}
	if err = tx.Get(`SELECT count(DISTINCT team), coalesce(sum(CASE WHEN urgent_at <> 0 THEN 1 ELSE 0 END), 0) FROM offer WHERE incident = $1`,
		[]any{incident}, &f.Teams, &f.Urgent); err != nil {
		return f, err
	}
	if err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN d.taken_at <> 0 THEN 1 ELSE 0 END), 0) FROM dispatch_order d JOIN offer o ON o.id = d.offer WHERE o.incident = $1`,
		[]any{incident}, &f.Orders, &f.Taken); err != nil {
		return f, err
	}
	return f, f.signed(tx, incident)
}

// signed reads the chains of the editions that count.
func (f *Figures) signed(tx *db.Tx, incident string) error {
	var took []time.Duration
	err := tx.Each(func(sc db.Scanner) error {
		var urgent, began, ended int64
		var stations, agreed int
		if err := sc.Scan(&urgent, &began, &ended, &stations, &agreed); err != nil {
			return err
		}
		switch {
		case agreed == stations:
			f.Approved++
			took = append(took, clock.FromMicro(ended).Sub(clock.FromMicro(began)))
		case urgent != 0:
			f.Unsigned++
		}
		return nil
	}, `SELECT o.urgent_at, min(CASE WHEN s.opened_at <> 0 THEN s.opened_at END), max(s.at), count(*), sum(CASE WHEN s.result = 'agree' THEN 1 ELSE 0 END)
		FROM offer o JOIN offer_station s ON s.offer = o.id AND s.edition = o.edition WHERE o.incident = $1
		GROUP BY o.id, o.urgent_at HAVING max(s.opened_at) <> 0`, incident)
	f.Approval = median(took)
	return err
}

// median is the middle of some durations, the mean of the two in the middle of an even number; 0 of none.
func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	n := len(list)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return list[n/2]
	}
	return (list[n/2-1] + list[n/2]) / 2
}
