package enquiry

import (
	"context"

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
		n, err = db.Search{
			Table: "enquiry", Columns: columns, Where: "incident IN (" + db.List(1, len(args)) + ")", Args: args, Words: q.Words, In: []string{"number", "team_name"},
			Whole: q.Whole, Order: "at DESC, id", Limit: limit,
		}.Rows(tx, func(sc db.Scanner) error {
			e, err := scan(sc)
			list = append(list, e)
			return err
		})
		return err
	})
	return list, n, err
}
