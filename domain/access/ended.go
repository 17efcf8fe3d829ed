package access

import (
	"slices"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// A grant at a place that has ended goes on: its holder sees and ends what stood there and signs what waits there, in the
// night of the change and until somebody revokes it. What is new lies with whoever took over, whom the holder is none of. So
// both are told: the holder, and the security administrator, who grants anew.

// Ended are the grants of the actor that stand at places that have ended.
func (s *Service) Ended(a Actor) (list []Grant) {
	for _, g := range a.Grants {
		if g.Place != "" && g.InForce(a.At) && !s.places.Tree().Ended(g.Place, a.At).IsZero() {
			list = append(list, g)
		}
	}
	return list
}

// atEnded are the accounts with grants at places that have ended, in force or waiting.
func atEnded(tx *db.Tx, tree *place.Tree) (accounts []string, err error) {
	spans := tree.EndedSpans(tx.Now)
	if len(spans) == 0 {
		return nil, nil
	}
	where, args := place.Where("g.place", 2, spans)
	err = tx.Each(func(sc db.Scanner) error {
		var account, at string
		err := sc.Scan(&account, &at)
		if !tree.Ended(place.Path(at), tx.Now).IsZero() {
			accounts = append(accounts, account)
		}
		return err
	}, `SELECT g.account, g.place FROM role_grant g JOIN account a ON a.id = g.account
		WHERE g.revoked_at IS NULL AND g.place <> '' AND `+where+` AND (g.not_after = 0 OR g.not_after > $1) AND a.active ORDER BY g.account`,
		append([]any{clock.Micro(tx.Now)}, args...)...)
	return slices.Compact(accounts), err
}

// HoldersAtEnded is how many accounts hold a grant at a place that has ended. For contexts above, which decide who asks.
func (s *Service) HoldersAtEnded(tx *db.Tx) (int, error) {
	list, err := atEnded(tx, s.places.Tree())
	return len(list), err
}

// Stood is somebody who holds or held a role at a place that has ended.
type Stood struct {
	Account string
	Place   place.Path
}

// StoodAtEnded are all who do, grants that were revoked since among them. For contexts above.
func StoodAtEnded(tx *db.Tx, tree *place.Tree) (list []Stood, err error) {
	spans := tree.EndedSpans(tx.Now)
	if len(spans) == 0 {
		return nil, nil
	}
	where, args := place.Where("g.place", 1, spans)
	err = tx.Each(func(sc db.Scanner) error {
		var x Stood
		var at string
		err := sc.Scan(&x.Account, &at)
		if x.Place = place.Path(at); !tree.Ended(x.Place, tx.Now).IsZero() {
			list = append(list, x)
		}
		return err
	}, `SELECT DISTINCT g.account, g.place FROM role_grant g WHERE g.place <> '' AND g.confirmed_at > 0 AND (`+where+`) ORDER BY g.account, g.place`, args...)
	return list, err
}
