package mission

import (
	"context"
	"slices"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/reception"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Step is one verb on a mission with what it needs.
type Step struct {
	ID      string    // of the command
	Verb    string    // of Missions
	Version int64     // 0 does not compare: what a phone kept while it had no signal
	Reason  string    // decline, block, return, cancel, reassign, correct
	Words   string    // progress
	Told              // progress, finish, correct
	SaidAt  time.Time // by the clock of the phone; zero: now
}

// walk is what a use case on one mission knows and changes.
type walk struct {
	*Mission
	tx       *db.Tx
	actor    access.Actor
	incident incident.Incident
	step     Step
	at       time.Time // when it was said, as far as can be believed
	words    seal.Text // of the step
	about    map[string]any
}

var past = map[string]string{
	"accept": "accepted", "decline": "declined", "set_out": "set_out", "arrive": "arrived", "progress": "progress", "finish": "done", "block": "blocked",
	"resume": "resumed", "confirm": "confirmed", "correct": "corrected", "return": "returned", "cancel": "cancelled", "reassign": "reassigned",
}

const maxTold = 100_000

// named are the numbers by the names of their fields.
func (t Told) named() map[string]int {
	return map[string]int{"rescued": t.Rescued, "moved": t.Moved, "treated": t.Treated}
}

// Take takes a mission along its life cycle: the leader what is the leader's to say, the coordination group for a team
// that phones, and what is the group's own.
func (s *Service) Take(ctx context.Context, mission string, x Step) error {
	said := x
	var c input.Check
	corrects := x.Verb == "correct"
	c.Text(&x.Reason, "reason", 200, corrects || slices.Contains([]string{"decline", "block", "return", "cancel"}, x.Verb))
	c.Text(&x.Words, "words", 500, x.Verb == "progress" && (x.Told == Told{} || x.takesBack()))
	c.Bad(corrects && x.Told == Told{}, "moved", "same", "与已确认的人数相同，无需更正", "this is what was confirmed: there is nothing to correct")
	for name, n := range x.named() {
		c.Bad(n > maxTold || n < -maxTold || n < 0 && x.Verb != "progress" && !corrects, name, "range", "人数有误", "this number is not right")
	}
	if err := c.Err(); err != nil {
		return err
	}
	if corrects { // among what the team said stands why it is otherwise
		x.Words, x.SaidAt = x.Reason, time.Time{}
	}
	words, err := s.sealed(ctx, mission, x)
	if err != nil {
		return err
	}
	return s.on(ctx, mission, x, said, func(w *walk) error {
		w.words = words
		return s.apply(w)
	})
}

// sealed seals the words of a step under the key of the incident of its mission.
func (s *Service) sealed(ctx context.Context, mission string, x Step) (words seal.Text, err error) {
	if x.Words == "" {
		return words, nil
	}
	var m Mission
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		m, err = byID(tx, mission)
		return err
	}); err != nil {
		return words, err
	}
	key, err := s.keeper.For(ctx, "incident:"+m.Incident)
	if err != nil {
		return words, err
	}
	return key.Text(x.Words, wordsOf(x.ID))
}

// wordsOf is where the words of a progress stand.
func wordsOf(progress string) string { return "progress:" + progress + ":words" }

// on is the walk of every use case on one mission: hold it, may the actor, was it done before, is it possible, change,
// write, say so.
func (s *Service) on(ctx context.Context, mission string, x Step, said any, change func(w *walk) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	needOf := ""
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, mission); err != nil {
			return err
		}
		m, i, err := find(tx, actor, mission)
		if err != nil {
			return err
		}
		if err := may(tx, actor, i, m, x.Verb); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, x.ID, actor.Account, "mission_"+x.Verb, mission, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		from, was := m.State, entry(m, i, "", "", "", nil).Fields()
		if m.State, err = Missions.To(from, x.Verb); err != nil {
			return err
		}
		if x.Version != 0 && x.Version != m.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": from, "version": m.Version})
		}
		if m.State != from {
			m.Why = x.Reason
		}
		w := walk{Mission: &m, tx: tx, actor: actor, incident: i, step: x, at: believed(x.SaidAt, m.Heard, tx.Now), about: map[string]any{}}
		if err := change(&w); err != nil {
			return err
		}
		m.Version++
		if err := saveMission(tx, m); err != nil {
			return err
		}
		needOf = m.Need
		return journal.Append(tx, entry(m, i, past[x.Verb], actor.Account, x.Reason, w.about).Since(was))
	})
	if err == nil && needOf != "" {
		s.needs.Changed(needOf)
	}
	return err
}

// believed is when something was said: by the phone's clock when that lies between the last word and now, otherwise now.
func believed(said, last, now time.Time) time.Time {
	if said.IsZero() || said.Before(last) || said.After(now) {
		return now
	}
	return said
}

// apply changes the mission as the verb says.
func (s *Service) apply(w *walk) error {
	m := w.Mission
	switch w.step.Verb {
	case "accept":
		m.Accepted = w.at
	case "set_out":
		m.Started = w.at
	case "arrive":
		m.OnScene = w.at
	case "finish":
		m.Done = w.at
	case "return":
		m.Done = time.Time{}
	case "correct": // the team said nothing, and nothing is awaited of it
		return s.note(w)
	case "decline", "confirm", "cancel":
		if w.step.Verb == "confirm" {
			done, err := closable(w.tx, m.Need, m.ID)
			if err != nil {
				return err
			}
			w.about["needDone"] = done
			m.Settled = w.actor.Account
			w.about["standsIn"] = m.Settled != m.GivenBy
		} else if err := s.giveBack(w); err != nil {
			return err
		}
		return s.end(w)
	}
	if w.step.Words != "" || w.step.Told != (Told{}) {
		if err := s.note(w); err != nil {
			return err
		}
	}
	if w.step.Verb == "return" {
		return s.await(m, w.tx.Now)
	}
	return s.heard(m, w.at)
}

// note writes down what the team reports and adds it up.
func (s *Service) note(w *walk) error {
	x := w.step
	said := x.SaidAt
	if said.IsZero() {
		said = w.tx.Now
	}
	w.Rescued, w.Moved, w.Treated = w.Rescued+x.Rescued, w.Moved+x.Moved, w.Treated+x.Treated
	var c input.Check
	for name, n := range w.named() {
		c.Bad(n < 0, name, "range", "更正后累计人数不能少于 0", "with this correction the sum would be less than 0")
	}
	if err := c.Err(); err != nil {
		return err
	}
	return insertProgress(w.tx, Progress{ID: x.ID, Mission: w.ID, Words: w.words, Told: x.Told, By: w.actor.Account, At: w.tx.Now, SaidAt: said})
}

// end ends the mission: its people and vehicles are free, at the point of their party.
func (s *Service) end(w *walk) error {
	w.Ended, w.SilentAt = w.tx.Now, time.Time{}
	return reception.Free(w.tx, w.ID, "")
}

// closable says whether every mission of a need is confirmed, but one that is about to be: a person may close the need.
func closable(tx *db.Tx, needID, but string) (bool, error) {
	if needID == "" {
		return false, nil
	}
	var rest int
	err := tx.Get(`SELECT count(*) FROM mission WHERE need = $1 AND id <> $2 AND state NOT IN ('confirmed','declined','cancelled','reassigned')`, []any{needID, but}, &rest)
	return rest == 0, err
}
