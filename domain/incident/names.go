package incident

import (
	"context"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
)

// maxNames bounds how many incidents are named at once.
const maxNames = "200"

// Names are the incidents that run, the newest first, with number and name and nothing else: for who grants a role in one
// without seeing it, at the places where they see accounts.
func (s *Service) Names(ctx context.Context) (list []Incident, err error) {
	_, spans, err := access.RequireAnywhere(ctx, access.AccountSee)
	if err != nil {
		return nil, err
	}
	where, args := place.Where("place", 1, spans)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			var i Incident
			err := sc.Scan(&i.ID, &i.Number, &i.Name, &i.Drill)
			list = append(list, i)
			return err
		}, `SELECT id, number, name, drill FROM incident WHERE state IN ('recorded', 'active', 'withdrawing') AND `+where+` ORDER BY created_at DESC, id LIMIT `+maxNames, args...)
	})
	return list, err
}

// NamesOf are the names of some incidents, by id. For contexts above, which decide who may know of them.
func NamesOf(tx *db.Tx, ids []string) (names map[string]string, err error) {
	names = map[string]string{}
	for some := range slices.Chunk(ids, atOnce) {
		args := make([]any, len(some))
		for n, id := range some {
			args[n] = id
		}
		if err := tx.Each(func(sc db.Scanner) error {
			var id, name string
			err := sc.Scan(&id, &name)
			names[id] = name
			return err
		}, `SELECT id, name FROM incident WHERE id IN (`+db.List(1, len(some))+`)`, args...); err != nil {
			return nil, err
		}
	}
	return names, nil
}
