package deployment

import (
	"slices"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Figures are what the offers to an incident come to.
type Figures struct {
	Offers                      int
	Teams                       int // that signed up
	People                      int // on all offers that were not withdrawn or refused
	Standby, Refused, Withdrawn int
	Approved                    int           // offers that every station has signed
	Urgent                      int           // deployed first, to be signed after
	Unsigned                    int           // of them, not signed by every station yet
	Orders                      int           // offers to which a dispatch order was given
	Taken                       int           // of them, acknowledged
	Approval                    time.Duration // median from the first station's turn to the last signature
}

const (
	inTurn  = `EXISTS (SELECT 1 FROM offer_station s WHERE s.offer = o.id AND s.edition = o.edition AND s.opened_at <> 0)`
	lacking = `EXISTS (SELECT 1 FROM offer_station s WHERE s.offer = o.id AND s.edition = o.edition AND s.result <> 'agree')`
	ordered = `o.state IN ('ordered', 'acknowledged', 'on_site', 'finished') AND EXISTS (SELECT 1 FROM dispatch_order d WHERE d.offer = o.id AND d.edition = o.edition)`
)

// offerParts are the offers behind each figure.
var offerParts = db.Parts{
	"all": "1 = 1", "standing": "o.state NOT IN ('withdrawn', 'refused')", "standby": "o.state = 'standby'", "refused": "o.state = 'refused'",
	"withdrawn": "o.state = 'withdrawn'", "signed": inTurn + " AND NOT " + lacking, "urgent": "o.urgent_at <> 0",
	"unsigned": "o.urgent_at <> 0 AND " + inTurn + " AND " + lacking,
	"orders":   "EXISTS (SELECT 1 FROM dispatch_order d WHERE d.offer = o.id)",
	"taken":    "EXISTS (SELECT 1 FROM dispatch_order d WHERE d.offer = o.id AND d.taken_at <> 0)",
	"waiting":  "o.state IN ('offered', 'matched')", "approving": "o.state = 'approving'", "over": "o.state IN ('refused', 'withdrawn', 'stood_down', 'finished')",
	"approved": "o.state IN ('approved', 'ordered', 'acknowledged', 'on_site')", "overdue": "o.due_at <> 0 AND o.due_at < $at",
	"given": ordered, "answered": ordered + " AND o.state <> 'ordered'", "unanswered": ordered + " AND o.state = 'ordered'",
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	n, err := offerParts.Count(tx, tx.Now, []string{"all", "standby", "refused", "withdrawn", "signed", "urgent", "unsigned", "orders", "taken"},
		"offer o", "o.incident = $1", incident)
	if err != nil {
		return f, err
	}
	f = Figures{
		Offers: n["all"], Standby: n["standby"], Refused: n["refused"], Withdrawn: n["withdrawn"], Approved: n["signed"], Urgent: n["urgent"],
		Unsigned: n["unsigned"], Orders: n["orders"], Taken: n["taken"],
	}
	if err := tx.Get(`SELECT count(DISTINCT o.team), coalesce(sum(CASE WHEN `+offerParts["standing"]+` THEN o.people ELSE 0 END), 0) FROM offer o WHERE o.incident = $1`,
		[]any{incident}, &f.Teams, &f.People); err != nil {
		return f, err
	}
	f.Approval, err = approvalTime(tx, incident)
	return f, err
}

// approvalTime is the median from the first station's turn to the last signature, of the offers that every station has
// signed.
func approvalTime(tx *db.Tx, incident string) (time.Duration, error) {
	var took []time.Duration
	err := tx.Each(func(sc db.Scanner) error {
		var began, ended int64
		err := sc.Scan(&began, &ended)
		took = append(took, clock.FromMicro(ended).Sub(clock.FromMicro(began)))
		return err
	}, `SELECT min(CASE WHEN s.opened_at <> 0 THEN s.opened_at END), max(s.at) FROM offer o JOIN offer_station s ON s.offer = o.id AND s.edition = o.edition
		WHERE o.incident = $1 AND `+offerParts["signed"]+` GROUP BY o.id`, incident)
	return median(took), err
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
