package deployment

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// SetDesk says who signs for the authority of a place, and who when the deadline has passed. For the office of exactly
// that place; both must hold it. Nobody named means that whoever holds the office signs.
func (s *Service) SetDesk(ctx context.Context, id string, d Desk) error {
	actor, err := access.From(ctx)
	switch {
	case err != nil:
		return err
	case !actor.May(access.OfferSee, d.Place):
		return fault.ErrNotFound
	case !s.sits(actor, d.Place):
		return fault.ErrForbidden
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if again, err := s.once.Again(tx, id, actor.Account, "signing_desk", string(d.Place), d); again || err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(d.Place, tx.Now, "path.place"); err != nil {
			return err
		}
		if err := d.proper(tx, s.places.Tree()); err != nil {
			return err
		}
		now, err := holdDesk(tx, d.Place)
		if err != nil {
			return err
		}
		if d.Version != now.Version {
			return fault.ErrVersionStale.WithCurrent(map[string]any{"version": now.Version})
		}
		d := d
		d.Version = now.Version + 1
		if err := saveDesk(tx, d); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "signing_desk.set", Kind: "signing_desk", Subject: string(d.Place), Version: d.Version, Place: string(d.Place), Scope: journal.Desk,
			Actor: actor.Account, Body: map[string]any{"officer": d.Officer, "deputy": d.Deputy},
		})
	})
}

// proper says whether those who are named hold the office, and are two.
func (d Desk) proper(tx *db.Tx, tree *place.Tree) error {
	for _, x := range []struct{ field, account string }{{"officer", d.Officer}, {"deputy", d.Deputy}} {
		if x.account == "" && (x.field == "deputy" || d.Deputy == "") {
			continue
		}
		ok, err := access.HoldsAt(tx, x.account, access.DeploymentSign, tree.Desks(d.Place, tx.Now))
		if err != nil {
			return err
		}
		if !ok || (x.field == "deputy" && x.account == d.Officer) {
			return fault.InvalidField("body."+x.field, "not_holder", "经办人和代理人应为该单位两名不同的审批人员", "officer and deputy are two people who hold this office")
		}
	}
	return nil
}

// DeskView is a desk and, for who may name the signers, those to choose from.
type DeskView struct {
	Desk
	Holders []string // accounts that hold the office, by name; nil for who does not hold it
	Sets    bool
}

// DeskAt says who signs at a place.
func (s *Service) DeskAt(ctx context.Context, p place.Path) (v DeskView, err error) {
	actor, err := access.Require(ctx, access.OfferSee, p)
	if err != nil {
		return v, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		sits := s.sits(actor, p)
		v = DeskView{Sets: sits && s.places.Tree().Ended(p, tx.Now).IsZero()}
		if v.Desk, err = deskOf(tx, p); err == nil && sits {
			v.Holders, err = access.HoldersAt(tx, access.DeploymentSign, s.places.Tree().Desks(p, tx.Now))
		}
		return err
	})
	return v, err
}
