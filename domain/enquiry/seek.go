package enquiry

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Seek finds enquiries by words of their number and team, in the incidents whose enquiries the actor sees, and how many there are:
// the one with exactly this number first, then the newest. What was asked stands sealed and is not searched, nor opened here.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (list []Enquiry, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		in, err := incident.InSight(tx, actor, access.EnquirySee)
		if err != nil {
			return err
		}
		var args []any
		for _, i := range in {
			if sees(actor, i) {
				args = append(args, i.ID)
			}
		}
		list, n = nil, 0
		if len(args) == 0 {
			return nil
		}
		held, more := db.Holding(q.Words, len(args)+1, "number", "team_name")
		where := "incident IN (" + db.List(1, len(args)) + ") AND " + held
		args = append(args, more...)
		if err := tx.Get(`SELECT count(*) FROM enquiry WHERE `+where, args, &n); err != nil {
			return err
		}
		args = append(args, q.Whole)
		return tx.Each(func(sc db.Scanner) error {
			e, err := scan(sc)
			list = append(list, e)
			return err
		}, fmt.Sprintf(`SELECT `+columns+` FROM enquiry WHERE %s ORDER BY number <> $%d, at DESC, id LIMIT %d`, where, len(args), limit), args...)
	})
	return list, n, err
}
