package reception

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
)

// PlanWave plans a wave of parties that leave. The id of the wave is the command's.
func (s *Service) PlanWave(ctx context.Context, id, in string, said Plan) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		p := said
		i, err := incident.ByID(tx, in)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		if err := leads(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, id, actor.Account, "withdrawal_plan", id, said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		used, err := s.checkPlan(tx, i, &p)
		if err != nil {
			return err
		}
		w := Withdrawal{ID: id, Incident: in, State: "planned", CreatedBy: actor.Account, CreatedAt: tx.Now, Version: 1}
		w.take(p)
		if err := atPoint(tx, in, p.Point); err != nil {
			return err
		}
		// The counter of the numbers makes others who plan wait, so that the next wave is nobody else's.
		if w.Number, err = number.Next(tx, "CL", s.letter); err != nil {
			return err
		}
		if w.Wave, err = nextWave(tx, in); err != nil {
			return err
		}
		if err := insertWithdrawal(tx, w); err != nil {
			return err
		}
		if err := enlist(tx, &w, p.Parties); err != nil {
			return err
		}
		if err := parameter.Keep(tx, w.ID, "", used); err != nil {
			return err
		}
		return journal.Append(tx, waveEntry(w, i, "planned", actor.Account, ""))
	})
}

// atPoint says whether a point is one of the incident where teams are counted.
func atPoint(tx *db.Tx, in, point string) error {
	p, err := PointByID(tx, point)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err != nil || p.Incident != in || !p.Open {
		return fault.InvalidField("body.point", "unknown", "没有这个报备点，或报备点已关闭", "there is no such point, or it is closed")
	}
	return nil
}

// enlist puts parties into a wave that is planned. Each must be checked in, and in no other wave.
func enlist(tx *db.Tx, w *Withdrawal, parties []string) error {
	var c input.Check
	for n, id := range parties {
		at := fmt.Sprintf("parties[%d]", n)
		p, err := ByID(tx, id)
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case err != nil || p.Incident != w.Incident:
			c.Bad(true, at, "unknown", "没有这支到场队伍", "there is no such team on site")
			continue
		case p.State != "checked_in":
			c.Bad(true, at, "not_here", "该队伍不是已到场报备状态", "this team is not checked in")
			continue
		case slices.ContainsFunc(w.Members, func(m Leaver) bool { return m.ID == id }):
			continue
		}
		in, err := join(tx, w.ID, id)
		if err != nil {
			return err
		}
		c.Bad(!in, at, "in_wave", "该队伍已列入另一撤离批次", "this team is in another wave")
	}
	if err := c.Err(); err != nil {
		return err
	}
	now, err := withdrawalByID(tx, w.ID)
	w.Members = now.Members
	return err
}

// wave is what a use case on one wave knows and changes.
type wave struct {
	*Withdrawal
	tx       *db.Tx
	actor    access.Actor
	incident incident.Incident
}

// onWave is the walk of every use case on one wave: hold it, may the actor, was it done before, is it possible, change,
// write, say so.
func (s *Service) onWave(ctx context.Context, id string, c command, change func(x *wave) error) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := holdWithdrawal(tx, id); err != nil {
			return err
		}
		w, err := withdrawalByID(tx, id)
		if err != nil {
			return err
		}
		i, err := incident.ByID(tx, w.Incident)
		if err != nil {
			return err
		}
		if !sees(actor, i) {
			return fault.ErrNotFound
		}
		if err := leads(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, c.id, actor.Account, "withdrawal_"+c.verb, id, c.said); again || err != nil {
			return err
		}
		if err := incident.Writing(tx, i.ID); err != nil {
			return err
		}
		to, err := Withdrawals.To(w.State, c.verb)
		if err != nil {
			return err
		}
		if c.version != 0 && c.version != w.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": w.State, "version": w.Version})
		}
		was := waveEntry(w, i, "", "", "").Fields()
		if err := change(&wave{Withdrawal: &w, tx: tx, actor: actor, incident: i}); err != nil {
			return err
		}
		w.State = to
		w.Version++
		if err := saveWithdrawal(tx, w); err != nil {
			return err
		}
		return journal.Append(tx, waveEntry(w, i, c.past, actor.Account, c.reason).Since(was))
	})
}

// checkPlan says what is wrong with a plan, by how long a wave may leave where its incident is commanded.
func (s *Service) checkPlan(tx *db.Tx, i incident.Incident, p *Plan) (parameter.Used, error) {
	most, used, err := s.params.Days(i.Place, "reception.wave_window_most", tx.Now)
	if err != nil {
		return used, err
	}
	return used, p.check(tx.Now, most)
}

// ChangeWave puts right what is planned.
func (s *Service) ChangeWave(ctx context.Context, id, wid string, version int64, said Plan) error {
	return s.onWave(ctx, wid, command{id: id, verb: "change", past: "changed", version: version, said: []any{version, said}}, func(x *wave) error {
		p := said
		i, err := incident.ByID(x.tx, x.Incident)
		if err != nil {
			return err
		}
		used, err := s.checkPlan(x.tx, i, &p)
		if err != nil {
			return err
		}
		if err := parameter.Keep(x.tx, x.ID, "", used); err != nil {
			return err
		}
		if err := atPoint(x.tx, x.Incident, p.Point); err != nil {
			return err
		}
		x.take(p)
		for _, m := range x.Members {
			if slices.Contains(p.Parties, m.ID) {
				continue
			}
			if err := part(x.tx, x.ID, m.ID); err != nil {
				return err
			}
		}
		return enlist(x.tx, x.Withdrawal, p.Parties)
	})
}

// OrderWave gives the order to every party of a wave. A party with a mission is ordered too; it is not counted out before
// the mission has ended.
func (s *Service) OrderWave(ctx context.Context, id, wid string, version int64) error {
	return s.onWave(ctx, wid, command{id: id, verb: "order", past: "ordered", version: version, said: version}, func(x *wave) error {
		if !x.To.After(x.tx.Now) {
			return ErrWindowPast
		}
		x.OrderedBy, x.OrderedAt = x.actor.Account, x.tx.Now
		return x.each("release", "released", "", func(p *Party) { p.Withdrawal = x.ID })
	})
}

// CancelWave takes a wave back, with a reason. Parties that have not left are recalled.
func (s *Service) CancelWave(ctx context.Context, id, wid string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.onWave(ctx, wid, command{id: id, verb: "cancel", past: "cancelled", version: version, reason: reason, said: []any{version, reason}}, func(x *wave) error {
		if x.State == "ordered" {
			if err := x.each("recall", "recalled", reason, func(p *Party) { p.Withdrawal = "" }); err != nil {
				return err
			}
		}
		return rest(x.tx, x.ID, "")
	})
}

// each takes every party of the wave that has not left along a verb of Parties, in the order of their ids.
func (x *wave) each(verb, past, reason string, change func(p *Party)) error {
	for _, m := range x.Members {
		if m.Out() {
			continue
		}
		p, err := Hold(x.tx, m.ID)
		if err != nil {
			return err
		}
		was := entry(p, x.incident, "", "", "", nil).Fields()
		if p.State, err = Parties.To(p.State, verb); err != nil {
			return err
		}
		p.Why = reason
		change(&p)
		p.Version++
		if err := saveParty(x.tx, p); err != nil {
			return err
		}
		if err := tell(x.tx, p, x.incident, was, past, x.actor.Account, reason, map[string]any{"withdrawal": x.Number}); err != nil {
			return err
		}
	}
	return nil
}

// ErrWindowPast says that the window of a wave has passed before it was ordered.
var ErrWindowPast = fault.New(fault.Conflict, "withdrawal.window_past", "撤离时段已过，请先修改批次", "the window of this wave has passed: change it first")

// mine says whether the actor answers for a party: its leader, or whoever records it on the leader's behalf.
func mine(tx *db.Tx, a access.Actor, i incident.Incident, p Party) error {
	if owns(a, p.Team) {
		return nil
	}
	return works(tx, a, i)
}

// TakeOrder says that the leader of a party has the order to leave; the desk records it when the leader says so by phone.
func (s *Service) TakeOrder(ctx context.Context, id, party string) error {
	return s.on(ctx, party, command{id: id, verb: "take", past: "order_taken", said: party, may: mine}, func(x *step) error {
		if x.State != "leaving" || x.Withdrawal == "" {
			_, err := Parties.To(x.State, "take")
			return err
		}
		return takeOrder(x.tx, x.Withdrawal, x.ID)
	})
}

// Recall keeps a party that was ordered to leave, with a reason. It is in the wave no more; a wave that nobody is left in
// is cancelled with it.
func (s *Service) Recall(ctx context.Context, id, party string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	cmd := command{id: id, verb: "recall", past: "recalled", version: version, reason: reason, said: []any{version, reason}, moves: true, first: holdWaveOf, may: leadsHere}
	return s.on(ctx, party, cmd, func(x *step) error {
		if x.TurnedBack {
			return ErrTurnedBack
		}
		of := x.Withdrawal
		x.Withdrawal = ""
		if of == "" {
			return nil
		}
		return leaveWave(x, of, reason)
	})
}

func leadsHere(tx *db.Tx, a access.Actor, i incident.Incident, _ Party) error { return leads(tx, a, i) }

// holdWaveOf holds the wave that a party leaves in, before the party itself: waves come first, so that nobody locks up.
func holdWaveOf(tx *db.Tx, party string) error {
	p, err := ByID(tx, party)
	if err != nil || p.Withdrawal == "" {
		return err
	}
	return holdWithdrawal(tx, p.Withdrawal)
}

// holdLeaving holds the wave that a party leaves in, and the parties of its team, whose hand-back lists count together.
func holdLeaving(tx *db.Tx, party string) error {
	if err := holdWaveOf(tx, party); err != nil {
		return err
	}
	return holdTeamOf(tx, party)
}

// holdTeamOf holds all parties of the team of a party in its incident.
func holdTeamOf(tx *db.Tx, party string) error {
	p, err := ByID(tx, party)
	if err != nil || p.Team == "" {
		return err
	}
	all, err := partiesWhere(tx, `incident = $1 AND team = $2`, p.Incident, p.Team)
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, x := range all {
		ids[i] = x.ID
	}
	return holdAll(tx, ids...)
}

// leaveWave says that a party is no more among those that a wave waits for: it has left, or was recalled. When all others
// have left the wave is done; when nobody was left in it, it is cancelled.
func leaveWave(x *step, of, reason string) error {
	if err := holdWithdrawal(x.tx, of); err != nil {
		return err
	}
	w, err := withdrawalByID(x.tx, of)
	if err != nil {
		return err
	}
	if err := rest(x.tx, of, x.ID); err != nil {
		return err
	}
	left := x.State == "checked_out"
	for _, m := range w.Members {
		if m.ID == x.ID {
			continue
		}
		if !m.Out() {
			return nil
		}
		left = true
	}
	verb, past := "finish", "done"
	if left {
		reason = ""
	} else {
		verb, past = "cancel", "cancelled"
	}
	if err := rest(x.tx, of, ""); err != nil {
		return err
	}
	return x.turn(w, verb, past, reason)
}

// turn takes a wave along a verb that follows from what happens to one of its parties.
func (x *step) turn(w Withdrawal, verb, past, reason string) (err error) {
	was := waveEntry(w, x.incident, "", "", "").Fields()
	if w.State, err = Withdrawals.To(w.State, verb); err != nil {
		return err
	}
	for n := range w.Members {
		if w.Members[n].ID == x.ID {
			w.Members[n].State = x.State
		}
	}
	w.Version++
	if err := saveWithdrawal(x.tx, w); err != nil {
		return err
	}
	return journal.Append(x.tx, waveEntry(w, x.incident, past, x.actor.Account, reason).Since(was))
}

// waveEntry is what the journal may know of a wave. The teams in it learn of it too.
func waveEntry(w Withdrawal, i incident.Incident, verb, actor, reason string) journal.Entry {
	teams := []string{}
	for _, m := range w.Members {
		if m.Team != "" {
			teams = append(teams, m.Team)
		}
	}
	return journal.Entry{
		Verb: "withdrawal." + verb, Kind: "withdrawal", Subject: w.ID, Version: w.Version, Place: string(i.Place), Scope: journal.Teams, Incident: w.Incident,
		Actor: actor, Reason: reason,
		Body: map[string]any{
			"number": w.Number, "wave": w.Wave, "state": w.State, "parties": len(w.Members), "left": w.Left(), "from": w.From, "to": w.To, "teams": teams, "places": i.Places,
		},
	}
}
