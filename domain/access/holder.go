package access

import (
	"slices"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// HoldsAt says whether an account may do v at exactly p by a grant in force, not by one of a level above.
func HoldsAt(tx *db.Tx, account string, v Verb, p place.Path) (bool, error) {
	grants, err := grantsOf(tx, account, tx.Now)
	return slices.ContainsFunc(grants, func(g Grant) bool { return g.Place == p && g.InForce(tx.Now) && g.Role.Can(v) }), err
}

// HoldersOf are the accounts that may do v at exactly p by a grant in force, by name.
func HoldersOf(tx *db.Tx, v Verb, p place.Path) (accounts []string, err error) {
	err = tx.Each(func(s db.Scanner) error {
		var account, name, role string
		err := s.Scan(&account, &name, &role)
		if Role(role).Can(v) && !slices.Contains(accounts, account) {
			accounts = append(accounts, account)
		}
		return err
	}, `SELECT g.account, a.name, g.role FROM role_grant g JOIN account a ON a.id = g.account
		WHERE g.place = $1 AND g.revoked_at IS NULL AND g.confirmed_at > 0 AND g.not_before <= $2 AND (g.not_after = 0 OR g.not_after > $2) ORDER BY a.name, g.account, g.role`,
		string(p), clock.Micro(tx.Now))
	return accounts, err
}
