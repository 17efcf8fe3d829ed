package mission

import (
	"strings"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Sums are what missions came to: of an incident, or of one party.
type Sums struct {
	Given     int // all, declined and cancelled ones among them
	Confirmed int
	Rescued   int // people
	Moved     int
	Treated   int
	// Worked is the time that people spent on it: each mission from its start to its end, or to now, times its people.
	Worked time.Duration
}

func (d *Sums) add(o Sums) {
	d.Given += o.Given
	d.Confirmed += o.Confirmed
	d.Rescued += o.Rescued
	d.Moved += o.Moved
	d.Treated += o.Treated
	d.Worked += o.Worked
}

// Figures are what the missions of an incident come to.
type Figures struct {
	Sums
	Ended    int // done by word of the team, confirmed or not
	Declined int
	Dropped  int // cancelled, or given to another party
	Running  int
	Parties  map[string]Sums // by id of the party
	OnScene  time.Time       // the first team on scene; zero: none yet
}

// missionParts are the missions behind each figure.
var missionParts = db.Parts{
	"given": "1 = 1", "running": "state IN ('" + strings.Join(running, "', '") + "')", "done": "state IN ('done', 'confirmed')", "to_confirm": "state = 'done'",
	"confirmed": "state = 'confirmed'", "declined": "state = 'declined'", "dropped": "state IN ('cancelled', 'reassigned')",
	"late": "silent_at <> 0 AND until < $at", "silent": "silent_at <> 0 AND silent_at < $at", "alarming": "silent_at <> 0 AND (until < $at OR silent_at < $at)",
	"rescued": "rescued > 0", "moved": "moved > 0", "treated": "treated > 0", "elsewhere": "ended_at = 0 AND sector = ''",
	"unaccepted": "state = 'given' AND given_at < $at",
	// The last mission of a need that is published and has no other one: it was declined, cancelled or given away.
	"undone": `need <> '' AND state IN ` + undone + ` AND EXISTS (SELECT 1 FROM need n WHERE n.id = mission.need AND n.state = 'published')
		AND NOT EXISTS (SELECT 1 FROM mission l WHERE l.need = mission.need AND (l.state NOT IN ` + undone + ` OR (l.given_at, l.id) > (mission.given_at, mission.id)))`,
	"first": "on_scene_at = (SELECT min(f.on_scene_at) FROM mission f WHERE f.incident = mission.incident AND f.on_scene_at <> 0)",
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	n, err := missionParts.Count(tx, tx.Now, []string{"given", "done", "confirmed", "declined", "dropped", "running"}, "mission", "incident = $1", incident)
	if err != nil {
		return f, err
	}
	f.Parties = map[string]Sums{}
	err = tx.Each(func(sc db.Scanner) error {
		var party, state string
		var people int
		var left, started, onScene, done, ended int64
		d := Sums{Given: 1}
		if err := sc.Scan(&party, &state, &people, &d.Rescued, &d.Moved, &d.Treated, &started, &onScene, &done, &ended, &left); err != nil {
			return err
		}
		if state == "confirmed" {
			d.Confirmed = 1
		}
		if started != 0 {
			d.Worked = time.Duration(people)*workedUntil(tx.Now, done, ended).Sub(clock.FromMicro(started)) + time.Duration(left)*time.Microsecond
		}
		if at := clock.FromMicro(onScene); onScene != 0 && (f.OnScene.IsZero() || at.Before(f.OnScene)) {
			f.OnScene = at
		}
		f.add(d)
		sum := f.Parties[party]
		sum.add(d)
		f.Parties[party] = sum
		return nil
	}, `SELECT party, state, people, rescued, moved, treated, started_at, on_scene_at, done_at, ended_at, `+leftEarly+` FROM mission WHERE incident = $1`, incident)
	f.Ended, f.Declined, f.Dropped, f.Running = n["done"], n["declined"], n["dropped"], n["running"]
	return f, err
}

// leftEarly is the time, in microseconds, that those worked on a mission who left it hurt before its end; they are not
// among its people any more.
const leftEarly = `coalesce((SELECT sum(CASE WHEN x.left_at > mission.started_at THEN x.left_at - mission.started_at ELSE 0 END)
	FROM mission_person x WHERE x.mission = mission.id AND x.left_at <> 0), 0)`

// workedUntil is when the work on a mission ended: done, or ended otherwise; now while it lasts.
func workedUntil(now time.Time, done, ended int64) time.Time {
	switch {
	case done != 0:
		return clock.FromMicro(done)
	case ended != 0:
		return clock.FromMicro(ended)
	}
	return now
}
