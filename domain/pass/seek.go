package pass

import (
	"context"
	"fmt"
	"slices"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Seek finds passes among those that the actor may see, and how many there are: by words of their number and team and by a part of
// the plate, in the incidents in which the actor sees passes; for who leads a team, those of the team in incidents that run. The one
// with exactly this number or plate comes first, then those in force, the newest before older ones.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (list []Pass, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	visible, seenArgs, err := seenWhere(actor)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		where, more, err := incident.Within(tx, actor, access.PassSee, access.PassSee, len(seenArgs)+1)
		if err != nil {
			return err
		}
		args := append(slices.Clone(seenArgs), more...)
		held, more := db.Holding(q.Words, len(args)+1, "number", "plate", "team_name")
		args = append(args, more...)
		if q.Plate() {
			args = append(args, db.Like(q.Whole))
			held = fmt.Sprintf(`(%s OR plate LIKE $%d ESCAPE '\')`, held, len(args))
		}
		where += " AND " + visible + " AND " + held
		if err := tx.Get(`SELECT count(*) FROM pass WHERE `+where, args, &n); err != nil {
			return err
		}
		args = append(args, q.Whole)
		list, err = passesWhere(tx, fmt.Sprintf(`%s ORDER BY number <> $%d AND plate <> $%d, CASE WHEN live THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT %d`, where, len(args), len(args), limit), args...)
		return err
	})
	return list, n, err
}
