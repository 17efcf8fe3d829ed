package deployment

import (
	"context"

	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/number"
)

// Dispatch gives the order to a team: to one that every station has signed for, or that is deployed first (S004-54,
// S000-57). The destination must have accepted it.
func (s *Service) Dispatch(ctx context.Context, offer string, version int64, d Order) error {
	var c input.Check
	c.Line(&d.ReportTo, "reportTo", 60, true)
	c.Line(&d.ReportAt, "reportAt", 100, true)
	c.Line(&d.Contact, "contact", 60, true)
	c.Text(&d.Hazards, "hazards", 500, false)
	if err := c.Err(); err != nil {
		return err
	}
	return s.on(ctx, offer, command{id: d.ID, verb: "order", version: version, said: []any{version, d}}, func(x *step) error {
		if d.By.Before(x.tx.Now) { // asked here, so that an order sent again when its time has passed is still the order that was given
			return fault.InvalidField("body.by", "range", "报到时限早于现在", "the time to report by has passed")
		}
		if x.from == "approving" && x.Urgent.At.IsZero() {
			return ErrUnsigned
		}
		if x.Accepted.At.IsZero() {
			return ErrNotAccepted
		}
		if err := incident.Halted(x.tx, x.Incident, "dispatch"); err != nil {
			return err
		}
		no, err := number.Next(x.tx, "DD", s.letter)
		if err != nil {
			return err
		}
		d := d
		d.Number = no
		d.Offer, d.Edition, d.GivenBy, d.GivenAt, d.Unsigned = x.ID, x.Edition.No, x.actor.Account, x.tx.Now, x.from == "approving"
		for _, n := range x.Edition.Needs {
			d.Needs = append(d.Needs, n.Need)
		}
		if d.Unsigned {
			limit, used, err := s.params.Minutes(x.Destination, "dispatch.sign_after", x.tx.Now)
			if err != nil {
				return err
			}
			x.Due = x.tx.Now.Add(limit)
			if err := parameter.Keep(x.tx, x.ID, "", used); err != nil {
				return err
			}
		}
		x.about["order"], x.about["unsigned"] = d.Number, d.Unsigned
		if err := insertOrder(x.tx, d); err != nil {
			return err
		}
		return s.after(x)
	})
}

// Acknowledge says that the leader has the order; the general group records it when the leader says so by phone.
func (s *Service) Acknowledge(ctx context.Context, id, offer string, version int64) error {
	return s.on(ctx, offer, command{id: id, verb: "acknowledge", version: version, said: version}, func(x *step) error {
		d, err := orderOf(x.tx, x.ID, x.Edition.No)
		if err != nil {
			return err
		}
		x.about["order"] = d.Number
		if err := takeOrder(x.tx, d.ID, x.actor.Account); err != nil {
			return err
		}
		return s.after(x)
	})
}
