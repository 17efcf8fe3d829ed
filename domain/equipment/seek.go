package equipment

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// Owned is a vehicle with the name of its team.
type Owned struct {
	Vehicle
	TeamName string
}

// Seek finds vehicles of teams that the actor may see by the beginning of their plate, and how many there are. Nothing that could
// be none finds nothing.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (list []Owned, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	spans, led := actor.Spans(access.TeamSee), actor.Teams(access.TeamOwn)
	if len(spans)+len(led) == 0 {
		return nil, 0, fault.ErrForbidden
	}
	if !q.Plate() {
		return nil, 0, nil
	}
	where, args := place.Where("t.place", 3, spans)
	if len(led) > 0 {
		where = "(" + where + " OR t.id IN (" + db.List(3+len(args), len(led)) + "))"
		for _, one := range led {
			args = append(args, one)
		}
	}
	where = `v.state = 'active' AND v.plate >= $1 AND v.plate < $2 AND ` + where
	args = append([]any{q.Whole, q.Whole + "\U0010FFFF"}, args...)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if err := tx.Get(`SELECT count(*) FROM vehicle v JOIN team t ON t.id = v.team WHERE `+where, args, &n); err != nil {
			return err
		}
		vehicles, err := vehiclesWhere(tx, fmt.Sprintf(`id IN (SELECT v.id FROM vehicle v JOIN team t ON t.id = v.team WHERE %s ORDER BY v.plate, v.colour LIMIT %d) ORDER BY plate, colour`, where, limit), args...)
		if err != nil {
			return err
		}
		teams := make([]string, len(vehicles))
		for i, v := range vehicles {
			teams[i] = v.Team
		}
		names, err := team.NamesOf(tx, teams)
		list = nil
		for _, v := range vehicles {
			list = append(list, Owned{v, names[v.Team]})
		}
		return err
	})
	return list, n, err
}
