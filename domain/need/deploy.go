package need

import (
	"slices"

	"lianyuan/platform/db"
	"lianyuan/platform/journal"
)

// Named are the needs with the ids given, in that order; fewer when some do not exist. For contexts above; the caller
// has decided who asks.
func Named(tx *db.Tx, ids []string) ([]Need, error) {
	var list []Need
	for chunk := range slices.Chunk(ids, 100) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		if err := tx.Each(func(sc db.Scanner) error {
			n, err := scanNeed(sc)
			list = append(list, n)
			return err
		}, `SELECT `+needColumns+` FROM need WHERE id IN (`+db.List(1, len(args))+`)`, args...); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b Need) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return list, nil
}

// Hold makes others who would write in the needs wait until this transaction ends. Everyone holds them in one order.
func Hold(tx *db.Tx, ids []string) error {
	for _, id := range slices.Sorted(slices.Values(ids)) {
		if err := holdNeed(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// shelved is how a state stands in the row: what is matched or in progress is published, and worked on.
func shelved(state string) (stored, work string) {
	if state == "matched" || state == "in_progress" {
		return "published", state
	}
	return state, ""
}

// shown says whether teams see a need in a state.
func shown(state string) bool {
	stored, _ := shelved(state)
	return stored == "published"
}

// Advance moves a need by match, start, pause or release, as what was approved and ordered for it says. The caller holds it, and
// has decided, and calls Changed when the transaction is kept.
func (s *Service) Advance(tx *db.Tx, n Need, verb, actor string) (err error) {
	before := n
	if n.State, err = Needs.To(n.State, verb); err != nil {
		return err
	}
	n.Version++
	if err := saveNeed(tx, n); err != nil {
		return err
	}
	if err := s.shelve(tx, change{&before, &n}); err != nil {
		return err
	}
	past := map[string]string{"match": "matched", "start": "started", "release": "released", "pause": "paused"}[verb]
	return journal.Append(tx, needEntry(n, past, actor, "").Since(needWas(before)))
}

// Changed tells the lists that needs were moved by Advance.
func (s *Service) Changed(needs ...string) {
	for _, n := range needs {
		s.changed(n)
	}
}
