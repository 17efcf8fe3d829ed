package mission

import (
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// Sums are what missions came to: of an incident, or of one party.
type Sums struct {
	Given     int // all, declined and cancelled ones among them
	Ended     int // done by word of the team, confirmed or not
	Confirmed int
	Declined  int
	Dropped   int // cancelled, or given to another party
	Rescued   int // people
	Moved     int
	Treated   int
	// Worked is the time that people spent on it: each mission from its start to its end, or to now, times its people.
	Worked time.Duration
}

func (d *Sums) add(o Sums) {
	d.Given += o.Given
	d.Ended += o.Ended
	d.Confirmed += o.Confirmed
	d.Declined += o.Declined
	d.Dropped += o.Dropped
	d.Rescued += o.Rescued
	d.Moved += o.Moved
	d.Treated += o.Treated
	d.Worked += o.Worked
}

// Figures are what the missions of an incident come to.
type Figures struct {
	Sums
	States  map[string]int
	Parties map[string]Sums // by id of the party
	OnScene time.Time       // the first team on scene; zero: none yet
}

// FiguresOf counts in the caller's transaction. For contexts above, which decide who asks.
func FiguresOf(tx *db.Tx, incident string) (f Figures, err error) {
	f.States, f.Parties = map[string]int{}, map[string]Sums{}
	err = tx.Each(func(sc db.Scanner) error {
		var party, state string
		var people int
		var started, onScene, done, ended int64
		d := Sums{Given: 1}
		if err := sc.Scan(&party, &state, &people, &d.Rescued, &d.Moved, &d.Treated, &started, &onScene, &done, &ended); err != nil {
			return err
		}
		switch state {
		case "done":
			d.Ended = 1
		case "confirmed":
			d.Ended, d.Confirmed = 1, 1
		case "declined":
			d.Declined = 1
		case "cancelled", "reassigned":
			d.Dropped = 1
		}
		if started != 0 {
			d.Worked = time.Duration(people) * workedUntil(tx.Now, done, ended).Sub(clock.FromMicro(started))
		}
		if at := clock.FromMicro(onScene); onScene != 0 && (f.OnScene.IsZero() || at.Before(f.OnScene)) {
			f.OnScene = at
		}
		f.States[state]++
		f.add(d)
		sum := f.Parties[party]
		sum.add(d)
		f.Parties[party] = sum
		return nil
	}, `SELECT party, state, people, rescued, moved, treated, started_at, on_scene_at, done_at, ended_at FROM mission WHERE incident = $1`, incident)
	return f, err
}

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
