package incident

import (
	"slices"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Check notes what is wrong with a decision that is recorded for a matter of a context above; at is where it stands in
// the command ("decision.").
func (d *Decision) Check(c *input.Check, at string, now time.Time) { d.check(c, at, now) }

// RecordOther keeps a decision of somebody without an account about a matter of a context above, in the transaction of
// what it leads to; About is deployment unless it says otherwise. The caller has decided who records it.
func RecordOther(tx *db.Tx, incident string, d *Decision, by string) error {
	if d.About == "" {
		d.About = "deployment"
	}
	d.At, d.By, d.Version = tx.Now, by, 1
	if d.How == "paper" || d.How == "system" {
		d.ConfirmedAt, d.ConfirmedBy = tx.Now, by
	}
	return insertDecision(tx, incident, *d)
}

// DecisionByID is one decision in an incident. For contexts above, which decide who asks.
func DecisionByID(tx *db.Tx, incident, decision string) (Decision, error) {
	return decisionByID(tx, incident, decision)
}

// Reopenings are the decisions of headquarters to run a closed incident again, the first one first. For contexts above.
func Reopenings(tx *db.Tx, incident string) (list []Decision, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		d, err := scanDecision(sc)
		list = append(list, d)
		return err
	}, `SELECT `+decisionColumns+` FROM decision WHERE incident = $1 AND about = 'reopen' ORDER BY at, id LIMIT 50`, incident)
	return list, err
}

// Units are the units in the groups of an incident, each once, without its group. For contexts above, which decide who
// asks.
func Units(tx *db.Tx, incident string) (list []Seat, err error) {
	seats, err := seatsOf(tx, incident)
	for _, x := range seats {
		if x.Group = ""; !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list, err
}
