package support

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// ToConfirm is how many requests of teams wait for the team to say that it came. For contexts above, which decide who asks.
func ToConfirm(tx *db.Tx, teams []string) (n int, err error) {
	if len(teams) == 0 {
		return 0, nil
	}
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	err = tx.Get(`SELECT count(*) FROM support_request WHERE state = 'delivered' AND team IN (`+db.List(1, len(teams))+`)`, args, &n)
	return n, err
}

// Waiting are the requests of an incident that wait to be routed, and how many of them a team waits for past its time. For
// contexts above, which decide who asks.
func Waiting(tx *db.Tx, incident string, now time.Time) (n, late int, err error) {
	err = tx.Get(`SELECT count(*), coalesce(sum(CASE WHEN need_by <> 0 AND need_by < $2 THEN 1 ELSE 0 END), 0) FROM support_request
		WHERE incident = $1 AND state = 'raised'`, []any{incident, clock.Micro(now)}, &n, &late)
	return n, late, err
}
