package pass

import (
	"context"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/parameter"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
)

// OfOffer are the passes of an offer, the vehicles in one order, the newest of each first. The caller has decided who asks.
func (s *Service) OfOffer(ctx context.Context, offer string) (list []Pass, err error) {
	if offer == "" {
		return nil, nil
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		list, err = passesWhere(tx, `offer = $1 AND state <> 'revoked' ORDER BY plate, colour, created_at DESC, id LIMIT 500`, offer)
		return err
	})
	return list, err
}

// Back is a new window for the way back.
type Back struct {
	ID       string // of the new pass
	Version  int64  // of the old one
	From, To time.Time
}

// Return gives a vehicle a new pass for the way back in place of one whose window ends too early: the old one is revoked
// and the new one issued in one step, because a signed window cannot be changed. The exemption from toll goes with it as
// far as the list covers the new window.
func (s *Service) Return(ctx context.Context, pass string, b Back) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	b.From, b.To = b.From.UTC().Truncate(time.Second), b.To.UTC().Truncate(time.Second)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, pass); err != nil {
			return err
		}
		old, err := passByID(tx, pass)
		if err != nil {
			return err
		}
		if !seen(actor, old) {
			return fault.ErrNotFound
		}
		i, err := incident.ByID(tx, old.Incident)
		if err != nil {
			return err
		}
		if err := works(tx, actor, i); err != nil {
			return err
		}
		if again, err := s.once.Again(tx, b.ID, actor.Account, "pass_return", pass, b); again || err != nil {
			return err
		}
		most, used, err := s.longest(old.Place, tx.Now)
		if err != nil {
			return err
		}
		if err := b.check(tx.Now, old, most); err != nil {
			return err
		}
		if b.Version != 0 && b.Version != old.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"state": old.State, "version": old.Version})
		}
		next, toll, was := old, old.Toll, entry(old, "", "", "").Fields()
		if old.State, err = Passes.To(old.State, "revoke"); err != nil {
			return err
		}
		old.Why, old.RevokedAt, old.Live = replacedWhy, tx.Now, false
		old.Version++
		if err := updatePass(tx, old); err != nil {
			return err
		}
		if err := journal.Append(tx, entry(old, past["revoke"], actor.Account, old.Why).Since(was)); err != nil {
			return err
		}
		next.ID, next.BackFrom, next.BackTo = b.ID, b.From, b.To
		next.State, next.Why, next.Live, next.Version, next.Toll = "valid", "", true, 1, Toll{State: "not_asked"}
		if err := parameter.Keep(tx, next.ID, "", used); err != nil {
			return err
		}
		if err := s.write(tx, next, i, actor); err != nil {
			return err
		}
		if err := leave(tx, old, replaced, next.ID, actor.Account); err != nil {
			return err
		}
		return carryToll(tx, next.ID, toll.after(!b.From.Before(old.BackFrom) && !b.To.After(old.BackTo)))
	})
}

// check says what is wrong with a new window back.
func (b *Back) check(now time.Time, old Pass, most time.Duration) error {
	var c input.Check
	c.Bad(!b.From.Before(b.To), "to", "range", "返程结束应晚于开始", "the way back must end after it begins")
	c.Bad(!b.To.After(now), "to", "past", "返程时段已过", "the way back lies in the past")
	c.Bad(b.From.Before(old.OutFrom), "from", "range", "返程不能早于去程", "the way back cannot begin before the way out")
	tooLong(&c, "to", b.To.Sub(b.From), most)
	return c.Err()
}

// after is what a pass in place of another begins with; covered says that its window lies within that of the other. What
// was charged under the other, and its refund, stay with the other.
func (t Toll) after(covered bool) Toll {
	switch t.State {
	case "charged", "refund_asked", "refunded":
		t.State, t.Why, t.Refund, t.RefundAt = "on_list", "", "", time.Time{}
	}
	if !covered && (t.State == "asked" || t.State == "on_list") {
		return Toll{State: "not_asked", Why: notOnListWhy}
	}
	return t
}

// carryToll writes what came of the exemption of the pass before.
func carryToll(tx *db.Tx, id string, t Toll) error {
	p, err := passByID(tx, id)
	if err != nil {
		return err
	}
	p.Toll = t
	return updatePass(tx, p)
}
