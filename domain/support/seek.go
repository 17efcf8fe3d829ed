package support

import (
	"context"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Seek finds requests by words of their number, of what is asked for, where, and of the team, in the incidents that the actor
// sees, and how many there are; for who leads a team, its own in incidents that run. The one with exactly this number comes first,
// then the newest.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (list []Request, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		where, args, err := incident.Within(tx, actor, access.SupportSee, access.SupportOwn, 1)
		if err != nil {
			return err
		}
		list = nil
		n, err = db.Search{
			Table: "support_request", Columns: columns, Where: where, Args: args,
			Words: q.Words, In: []string{"number", "what", "place_text", "routed", "(SELECT t.name FROM team t WHERE t.id = support_request.team)"},
			Whole: q.Whole, Order: "at DESC, id", Limit: limit,
		}.Rows(tx, func(sc db.Scanner) error {
			r, err := scan(sc)
			list = append(list, r)
			return err
		})
		if err != nil {
			return err
		}
		return nameTeams(tx, list)
	})
	return list, n, err
}
