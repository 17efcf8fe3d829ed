package access

import (
	"slices"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

// HoldsAt says whether an account may do v at exactly p by a grant in force, not by one of a level above.
func HoldsAt(tx *db.Tx, account string, v Verb, p place.Path) (bool, error) {
	grants, err := grantsOf(tx, account, tx.Now)
	return slices.ContainsFunc(grants, func(g Grant) bool { return g.Place == p && g.InForce(tx.Now) && g.Role.Can(v) }), err
}
