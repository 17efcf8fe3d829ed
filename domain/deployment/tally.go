package deployment

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Tally is what there is to do in an incident with the offers of teams.
type Tally struct {
	Waiting   int // to be matched with needs, or to go into approval
	Standby   int // enough have come
	Approving int
	Approved  int // approved, ordered out, on the way or on site
	Over      int // refused, withdrawn, stood down, or finished
	Late      int // a signature is overdue
}

// TallyOf counts the offers to an incident. For contexts above.
func TallyOf(tx *db.Tx, incident string, now time.Time) (t Tally, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var state string
		var n, late int
		err := sc.Scan(&state, &n, &late)
		switch state {
		case "offered", "matched":
			t.Waiting += n
		case "standby":
			t.Standby += n
		case "approving":
			t.Approving += n
		case "approved", "ordered", "acknowledged", "on_site":
			t.Approved += n
		case "refused", "withdrawn", "stood_down", "finished":
			t.Over += n
		}
		t.Late += late
		return err
	}, `SELECT state, count(*), coalesce(sum(CASE WHEN due_at <> 0 AND due_at < $2 THEN 1 ELSE 0 END), 0) FROM offer WHERE incident = $1 GROUP BY state`,
		incident, clock.Micro(now))
	return t, err
}
