package incident

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/input"
)

// record writes a decision of somebody without an account in the transaction of what it leads to. Only what came on
// paper or by another system counts as confirmed at once.
func (s *Service) record(tx *db.Tx, i Incident, d *Decision, by string) error {
	d.At, d.By, d.Version = tx.Now, by, 1
	if d.How == "paper" || d.How == "system" {
		d.ConfirmedAt, d.ConfirmedBy = tx.Now, d.By
	}
	return insertDecision(tx, i.ID, *d)
}

// Decide records a decision that leads to nothing by itself: an instruction of headquarters, an answer of a ministry.
func (s *Service) Decide(ctx context.Context, incident string, d Decision) error {
	var c input.Check
	d.check(&c, "", s.clock.Now())
	c.One(d.About, "about", "activation", "other")
	c.Text(&d.Words, "words", 500, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentDecide, d.ID, "decide", d, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Frozen(); err != nil {
			return "", err
		}
		return "decision_recorded", s.record(tx, *i, &d, actor.Account)
	})
}

// ErrConfirmed says that the decision has its paper already.
var ErrConfirmed = fault.New(fault.Conflict, "decision.confirmed", "该决定已确认", "this decision is confirmed already")

// Confirm adds the paper that a decision given by word was waiting for.
func (s *Service) Confirm(ctx context.Context, command, incident, decision, reference string) error {
	var c input.Check
	c.Line(&reference, "reference", 80, true)
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentDecide, command, "confirm", []string{decision, reference}, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		d, err := decisionByID(tx, i.ID, decision)
		if err != nil {
			return "", err
		}
		if !d.ConfirmedAt.IsZero() {
			return "", ErrConfirmed
		}
		d.Reference, d.ConfirmedAt, d.ConfirmedBy = reference, tx.Now, actor.Account
		d.Version++
		return "decision_confirmed", saveDecision(tx, d)
	})
}

// Respond records a response that a government or headquarters has started (突发事件应对法 art. 71–72).
func (s *Service) Respond(ctx context.Context, incident string, r Response) error {
	r.Decision.About = "response"
	var c input.Check
	c.Line(&r.Name, "name", 60, true)
	c.Bad(r.Level < 1 || r.Level > 4, "level", "range", "响应级别为Ⅰ至Ⅳ级", "a response has level I to IV")
	c.Line(&r.Expected, "expected", 60, true)
	c.Text(&r.Measures, "measures", 1000, true)
	r.Decision.check(&c, "decision.", s.clock.Now())
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentDecide, r.ID, "respond", r, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		if err := i.Frozen(); err != nil {
			return "", err
		}
		if r.Decision.ID == "" {
			r.Decision.ID = id.New()
		}
		if err := s.record(tx, *i, &r.Decision, actor.Account); err != nil {
			return "", err
		}
		r.Began, r.Version = r.Decision.DecidedAt, 1
		return "response_started", insertResponse(tx, i.ID, r)
	})
}

// ErrEnded says that the response has ended before.
var ErrEnded = fault.New(fault.Conflict, "response.ended", "该响应已终止", "this response has ended already")

// EndResponse records that whoever started a response has ended it. The declared end starts the clock of the
// destruction of personal data (art. 85).
func (s *Service) EndResponse(ctx context.Context, incident, response string, d Decision) error {
	d.About = "response_end"
	var c input.Check
	d.check(&c, "", s.clock.Now())
	if err := c.Err(); err != nil {
		return err
	}
	return s.within(ctx, incident, access.IncidentDecide, d.ID, "end_response", []any{response, d}, func(tx *db.Tx, i *Incident, actor access.Actor) (string, error) {
		r, err := responseByID(tx, i.ID, response)
		if err != nil {
			return "", err
		}
		if !r.Ended.IsZero() {
			return "", ErrEnded
		}
		if d.DecidedAt.Before(r.Began) {
			return "", fault.InvalidField("body.decidedAt", "before_begin", "终止时间早于启动时间", "it ends before it began")
		}
		if err := s.record(tx, *i, &d, actor.Account); err != nil {
			return "", err
		}
		r.Ended, r.EndedBy = d.DecidedAt, &d
		r.Version++
		return "response_ended", saveResponse(tx, r)
	})
}
