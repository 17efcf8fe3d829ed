package deployment

import (
	"context"
	"slices"

	"lianyuan/platform/db"
	"lianyuan/platform/fault"
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

// VouchedTeams are the teams of an incident whose vehicles may set out: on their way or on site. For contexts above.
func VouchedTeams(tx *db.Tx, incident string) ([]string, error) {
	return teamsWhere(tx, `SELECT DISTINCT team FROM offer WHERE incident = $1 AND (state IN ('approved', 'ordered', 'acknowledged', 'on_site') OR (state = 'approving' AND urgent_at <> 0))
		ORDER BY team LIMIT 1000`, incident)
}

// Sent is how many teams have been ordered to an incident or are on site. The caller has decided who asks.
func (s *Service) Sent(ctx context.Context, incident string) (n int, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT count(DISTINCT team) FROM offer WHERE incident = $1 AND state IN ('ordered', 'acknowledged', 'on_site')`, []any{incident}, &n)
	})
	return n, err
}

// Unvouched is the condition, as SQL, of an offer o for which nobody vouches: not signed for yet, sent back or put on standby after
// it was deployed first, or over before it was ordered. TurnedStates are the states of those that were stood down, who may be on
// their way and must be let out. For contexts above.
const (
	Unvouched    = `(o.state IN ('offered', 'matched', 'standby', 'returned', 'refused', 'withdrawn') OR (o.state = 'approving' AND o.urgent_at = 0))`
	TurnedStates = `'stood_down'`
)

// Seat is a member on the manifest of an edition of an offer.
type Seat struct {
	Offer   string
	Edition int
	Member  string
}

// MemberNames are the names of members on manifests; who is not on one has none. The caller has decided who asks.
func (s *Service) MemberNames(ctx context.Context, seats []Seat) (map[Seat]string, error) {
	names := map[Seat]string{}
	if len(seats) == 0 {
		return names, nil
	}
	var args []any
	wanted := map[Seat][]byte{}
	for _, x := range seats {
		if !slices.Contains(args, any(x.Offer)) {
			args = append(args, x.Offer)
		}
		wanted[x] = nil
	}
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		return tx.Each(func(sc db.Scanner) error {
			var x Seat
			var sealed []byte
			err := sc.Scan(&x.Offer, &x.Edition, &x.Member, &sealed)
			if _, asked := wanted[x]; asked {
				wanted[x] = sealed
			}
			return err
		}, `SELECT offer, edition, member, name FROM offer_person WHERE offer IN (`+db.List(1, len(args))+`)`, args...)
	}); err != nil {
		return nil, err
	}
	for x, sealed := range wanted {
		if sealed == nil {
			continue
		}
		name, err := s.keeper.Open(ctx, sealed, "offer:"+x.Offer+":"+x.Member)
		if err != nil {
			return nil, fault.Wrap(err, "a name in an offer")
		}
		names[x] = string(name)
	}
	return names, nil
}

// StateOf is the state of an offer. For contexts above.
func StateOf(tx *db.Tx, offer string) (state string, err error) {
	err = tx.Get(`SELECT state FROM offer WHERE id = $1`, []any{offer}, &state)
	return state, err
}
