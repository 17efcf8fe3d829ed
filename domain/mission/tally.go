package mission

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Tally is what missions of an incident count (S004-38).
type Tally struct {
	Given     int // not taken yet
	Running   int // taken, and not done
	Done      int // to be confirmed
	Confirmed int
	Late      int // should have been done by now
	Silent    int // the team said nothing for too long
	Rescued   int // people
	Moved     int
	Treated   int
	Hours     float64 // people × hours from setting out until it was done, or ended; those that run, until now
}

// TallyOf counts the missions of an incident. For contexts above.
func TallyOf(tx *db.Tx, incident string, now time.Time) (t Tally, err error) {
	var micros int64
	err = tx.Get(`SELECT coalesce(sum(CASE WHEN state = 'given' THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN state IN ('accepted','under_way','on_scene','blocked') THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN state = 'confirmed' THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN silent_at <> 0 AND until < $2 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN silent_at <> 0 AND silent_at < $2 THEN 1 ELSE 0 END), 0),
			coalesce(sum(rescued), 0), coalesce(sum(moved), 0), coalesce(sum(treated), 0),
			coalesce(sum(CASE WHEN started_at = 0 THEN 0 ELSE
				people * (CASE WHEN done_at <> 0 THEN done_at WHEN ended_at <> 0 THEN ended_at ELSE $2 END - started_at) END), 0)
		FROM mission WHERE incident = $1`, []any{incident, clock.Micro(now)},
		&t.Given, &t.Running, &t.Done, &t.Confirmed, &t.Late, &t.Silent, &t.Rescued, &t.Moved, &t.Treated, &micros)
	t.Hours = float64(micros) / float64(time.Hour.Microseconds())
	return t, err
}

// ToAccept counts the missions that wait for the word of teams. For contexts above.
func ToAccept(tx *db.Tx, teams []string) (n int, err error) {
	if len(teams) == 0 {
		return 0, nil
	}
	args := make([]any, len(teams))
	for i, t := range teams {
		args[i] = t
	}
	err = tx.Get(`SELECT count(*) FROM mission WHERE state = 'given' AND team IN (`+db.List(1, len(teams))+`)`, args, &n)
	return n, err
}
