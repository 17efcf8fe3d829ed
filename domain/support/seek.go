package support

import (
	"context"
	"fmt"

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
		held, more := db.Holding(q.Words, len(args)+1, "number", "what", "place_text", "routed", "(SELECT t.name FROM team t WHERE t.id = support_request.team)")
		where, args = where+" AND "+held, append(args, more...)
		if err := tx.Get(`SELECT count(*) FROM support_request WHERE `+where, args, &n); err != nil {
			return err
		}
		list = nil
		args = append(args, q.Whole)
		if err := tx.Each(func(sc db.Scanner) error {
			r, err := scan(sc)
			list = append(list, r)
			return err
		}, fmt.Sprintf(`SELECT `+columns+` FROM support_request WHERE %s ORDER BY number <> $%d, at DESC, id LIMIT %d`, where, len(args), limit), args...); err != nil {
			return err
		}
		return nameTeams(tx, list)
	})
	return list, n, err
}
