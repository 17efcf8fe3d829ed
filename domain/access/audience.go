package access

import (
	"slices"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// inForce is the condition that a grant g of an account a counts at the moment $1.
const inForce = `g.revoked_at IS NULL AND g.confirmed_at > 0 AND g.not_before <= $1 AND (g.not_after = 0 OR g.not_after > $1) AND a.active`

// LeadersOf are the accounts that lead a team now, by id. For contexts above that address them.
func LeadersOf(tx *db.Tx, team string) ([]string, error) {
	return accountsWhere(tx, `g.role = 'leader' AND g.team = $2 AND g.team <> ''`, team)
}

// HoldersOf are the accounts that hold a role now at one of the desks of a place (place.Tree.Desks), or in an incident, by
// id. A level above is not meant: a province is not told what a county has to do. For contexts above that address them.
func HoldersOf(tx *db.Tx, r Role, desks []place.Path, incident string) ([]string, error) {
	args := []any{string(r), incident}
	for _, p := range desks {
		args = append(args, string(p))
	}
	return accountsWhere(tx, `g.role = $2 AND ((g.place IN (`+db.List(4, len(desks))+`) AND g.place <> '') OR (g.incident = $3 AND g.incident <> ''))`, args...)
}

// SignersAt are the accounts that may do v now by a grant at exactly a place, by id.
func SignersAt(tx *db.Tx, v Verb, p place.Path) ([]string, error) {
	var list []string
	for _, r := range Roles() {
		if !r.Can(v) {
			continue
		}
		found, err := HoldersOf(tx, r, []place.Path{p}, "")
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func accountsWhere(tx *db.Tx, where string, args ...any) (list []string, err error) {
	err = tx.Each(func(sc db.Scanner) error {
		var one string
		err := sc.Scan(&one)
		list = append(list, one)
		return err
	}, `SELECT DISTINCT g.account FROM role_grant g JOIN account a ON a.id = g.account WHERE `+inForce+` AND `+where+` ORDER BY g.account LIMIT 200`,
		append([]any{clock.Micro(tx.Now)}, args...)...)
	return list, err
}

// NamesIn are the names of accounts by id, in the caller's transaction.
func NamesIn(tx *db.Tx, ids []string) (map[string]string, error) {
	names := map[string]string{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return names, namesOf(tx, ids, names)
}

// SeatedAt are the accounts that hold any role now at exactly one of some places, by id. For contexts above that address them.
func SeatedAt(tx *db.Tx, seats []place.Path) ([]string, error) {
	args := make([]any, 0, len(seats))
	for _, p := range seats {
		args = append(args, string(p))
	}
	return accountsWhere(tx, `g.place IN (`+db.List(2, len(seats))+`) AND g.place <> ''`, args...)
}
