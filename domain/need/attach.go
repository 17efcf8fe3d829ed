package need

import (
	"context"
	"fmt"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Tally is what there is to do for an incident.
type Tally struct {
	Waiting   int // reports that wait for a person
	Late      int // of them, not looked at within the limit
	Open      int // needs to be published
	Published int
	Closed    int
}

// TallyOf counts what belongs to an incident; a report that nobody has looked at since before is late.
func TallyOf(tx *db.Tx, incident string, before time.Time) (t Tally, err error) {
	if err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN waiting < $2 THEN 1 ELSE 0 END), 0) FROM report WHERE incident = $1 AND incident <> '' AND waiting <> 0`,
		[]any{incident, clock.Micro(before)}, &t.Waiting, &t.Late); err != nil {
		return t, err
	}
	err = tx.Each(func(sc db.Scanner) error {
		var state string
		var n int
		err := sc.Scan(&state, &n)
		switch state {
		case "open":
			t.Open = n
		case "published":
			t.Published = n
		case "closed":
			t.Closed = n
		}
		return err
	}, `SELECT state, count(*) FROM need WHERE incident = $1 AND incident <> '' GROUP BY state`, incident)
	return t, err
}

var (
	_ = fmt.Sprint
	_ = context.Background
	_ place.Path
	_ access.Verb
	_ *fault.Error
	_ journal.Entry
	_ incident.Incident
)
