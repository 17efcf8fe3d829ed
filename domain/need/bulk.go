package need

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/number"
)

// maxSlice is how many needs one Enter takes, so that it does not hold the writer for long.
const maxSlice = 100

// Enter writes a slice of open needs that no report stands behind, each numbered, listed, counted and journalled as any
// other; id, kind, draft, place and point are given. No operation reaches it: it fills an installation for a trial of
// its size, and the needs cannot be published.
func (s *Service) Enter(ctx context.Context, slice []Need) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	if len(slice) > maxSlice {
		return fault.InvalidField("slice", "too_many", "一次不超过 100 条", "at most 100 at once")
	}
	for i := range slice {
		n := &slice[i]
		if err := n.check(); err != nil {
			return err
		}
		if _, err := access.Require(ctx, access.NeedEdit, n.Place); err != nil {
			return err
		}
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		changes := make([]change, len(slice))
		for i, n := range slice {
			n.State, n.CreatedAt, n.CreatedBy, n.Version = "open", tx.Now, actor.Account, 1
			n.Priority = s.scale(n.Place, tx.Now).Rate(n.Kind, n.People, nil)
			if n.Severity == 0 {
				n.Severity = n.Priority.Severity
			}
			var err error
			if n.Number, err = number.Next(tx, "XQ", s.letter); err != nil {
				return err
			}
			if err := s.insertNeed(tx, &n); err != nil {
				return err
			}
			if err := journal.Append(tx, needEntry(n, "opened", actor.Account, "")); err != nil {
				return err
			}
			changes[i].after = &n
		}
		return s.shelve(tx, changes...)
	})
}
