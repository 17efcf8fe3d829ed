package incident

import (
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Check notes what is wrong with a decision that is recorded for a matter of a context above; at is where it stands in
// the command ("decision.").
func (d *Decision) Check(c *input.Check, at string, now time.Time) { d.check(c, at, now) }

// RecordOther keeps a decision of somebody without an account about a matter of a context above, in the transaction of
// what it leads to. The caller has decided who records it.
func RecordOther(tx *db.Tx, incident string, d *Decision, by string) error {
	d.About, d.At, d.By, d.Version = "deployment", tx.Now, by, 1
	if d.How == "paper" || d.How == "system" {
		d.ConfirmedAt, d.ConfirmedBy = tx.Now, by
	}
	return insertDecision(tx, incident, *d)
}
