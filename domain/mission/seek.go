package mission

import (
	"context"

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
		list = nil
		n, err = db.Search{
			Table: "mission", Columns: columns, Where: where, Args: args, Words: q.Words, In: []string{"number", "goal", "location", "team_name"},
			Whole: q.Whole, Order: "ended_at > 0, given_at DESC, id", Limit: limit,
		}.Rows(tx, func(sc db.Scanner) error {
			m, err := scan(sc)
			list = append(list, m)
			return err
		})
		return err
	})
	return list, n, err
}
