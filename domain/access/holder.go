package access

import (
	"slices"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// HoldsAt says whether an account may do v at one of the desks of a place by a grant in force, not by one of a level above.
func HoldsAt(tx *db.Tx, account string, v Verb, desks []place.Path) (bool, error) {
	grants, err := grantsOf(tx, account, tx.Now)
	return slices.ContainsFunc(grants, func(g Grant) bool { return slices.Contains(desks, g.Place) && g.InForce(tx.Now) && g.Role.Can(v) }), err
}

// HoldersAt are the accounts that may do v at one of the desks of a place by a grant in force, by name.
func HoldersAt(tx *db.Tx, v Verb, desks []place.Path) (accounts []string, err error) {
	args := []any{clock.Micro(tx.Now)}
	for _, p := range desks {
		args = append(args, string(p))
	}
	err = tx.Each(func(s db.Scanner) error {
		var account, name, role string
		err := s.Scan(&account, &name, &role)
		if Role(role).Can(v) && !slices.Contains(accounts, account) {
			accounts = append(accounts, account)
		}
		return err
	}, `SELECT g.account, a.name, g.role FROM role_grant g JOIN account a ON a.id = g.account
		WHERE g.place IN (`+db.List(2, len(desks))+`) AND `+inForce+` ORDER BY a.name, g.account, g.role`, args...)
	return accounts, err
}
