package deployment

import (
	"time"

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
func TallyOf(tx *db.Tx, incident string, now time.Time) (Tally, error) {
	n, err := offerParts.Count(tx, now, []string{"waiting", "standby", "approving", "approved", "over", "overdue"}, "offer o", "o.incident = $1", incident)
	return Tally{Waiting: n["waiting"], Standby: n["standby"], Approving: n["approving"], Approved: n["approved"], Over: n["over"], Late: n["overdue"]}, err
}
