package team

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Lapsing are the teams whose last insurance ends before a moment, and how many of them have none in force now. A team that
// never had one is among both. For contexts above, which decide who asks.
func Lapsing(tx *db.Tx, teams []string, now, before time.Time) (n, bare int, err error) {
	for _, t := range teams {
		var until int64
		if err := tx.Get(`SELECT coalesce(max(valid_to), 0) FROM team_policy WHERE team = $1`, []any{t}, &until); err != nil {
			return 0, 0, err
		}
		if until < clock.Micro(before) {
			n++
		}
		if until <= clock.Micro(now) {
			bare++
		}
	}
	return n, bare, nil
}
