package mission

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Seek finds missions by words of their number, goal, place and team, in the incidents that the actor sees, and how many there
// are; for who leads a team, those of the team in incidents that run. The one with exactly this number comes first, then what has
// not ended, the newest before older ones.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (list []Mission, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		where, args, err := incident.Within(tx, actor, access.MissionSee, access.MissionOwn, 1)
		if err != nil {
			return err
		}
		held, more := db.Holding(q.Words, len(args)+1, "number", "goal", "location", "team_name")
		where, args = where+" AND "+held, append(args, more...)
		if err := tx.Get(`SELECT count(*) FROM mission WHERE `+where, args, &n); err != nil {
			return err
		}
		args = append(args, q.Whole)
		list, err = missionsWhere(tx, fmt.Sprintf(`%s ORDER BY number <> $%d, ended_at > 0, given_at DESC, id LIMIT %d`, where, len(args), limit), args...)
		return err
	})
	return list, n, err
}
