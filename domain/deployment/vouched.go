package deployment

import (
	"context"
	"slices"

	"lianyuan/platform/db"
)

// Vouched says whether vehicles of an offer may set out: it is approved, ordered out, or deployed first.
func (o Offer) Vouched() bool {
	return slices.Contains(committed, o.State) || (o.State == "approving" && !o.Urgent.At.IsZero())
}

// Hold is an offer that nobody changes until the transaction ends, names sealed. For contexts above, which decide who asks.
func Hold(tx *db.Tx, offer string) (Offer, error) {
	if err := hold(tx, offer); err != nil {
		return Offer{}, err
	}
	return offerByID(tx, offer)
}

// VouchedIn are the offers of an incident whose vehicles may set out, names sealed. For contexts above.
func VouchedIn(tx *db.Tx, incident string) (list []Offer, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		o, err := scanOffer(sc)
		list = append(list, o)
		return err
	}, `SELECT `+offerColumns+` FROM offer WHERE incident = $1 AND state IN ('approving', 'approved', 'ordered', 'acknowledged', 'on_site') ORDER BY created_at, id`, incident)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(o Offer) bool { return !o.Vouched() })
	for i := range list {
		if list[i].Edition, err = editionOf(tx, list[i].ID, list[i].Edition.No); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Over says which of some offers no longer vouch for their vehicles: withdrawn, refused or sent back. A team that was
// stood down still has to come home. For contexts above.
func Over(tx *db.Tx, offers []string) (map[string]bool, error) {
	over := map[string]bool{}
	if len(offers) == 0 {
		return over, nil
	}
	args := make([]any, len(offers))
	for i, o := range offers {
		args[i] = o
	}
	err := tx.Each(func(sc db.Scanner) error {
		var id string
		err := sc.Scan(&id)
		over[id] = true
		return err
	}, `SELECT id FROM offer WHERE id IN (`+db.List(1, len(args))+`) AND state IN ('withdrawn', 'refused', 'returned')`, args...)
	return over, err
}

// MemberName is the name of a member on the manifest of an offer; "" when the member is not on it. The caller has
// decided who asks.
func (s *Service) MemberName(ctx context.Context, offer string, edition int, member string) (string, error) {
	var e Edition
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		e, err = editionOf(tx, offer, edition)
		return err
	}); err != nil {
		return "", err
	}
	for _, p := range e.Persons {
		if p.Member == member {
			name, err := s.keeper.Open(ctx, p.sealed, "offer:"+offer+":"+member)
			return string(name), err
		}
	}
	return "", nil
}

// StateOf is the state of an offer. For contexts above.
func StateOf(tx *db.Tx, offer string) (state string, err error) {
	err = tx.Get(`SELECT state FROM offer WHERE id = $1`, []any{offer}, &state)
	return state, err
}
