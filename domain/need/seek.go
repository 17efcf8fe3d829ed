package need

import (
	"context"
	"slices"

	"lianyuan/domain/team"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// SeekForTeam finds what is published to teams by words of its number, title, detail and place, and how many there are: the one with
// exactly this number first, then in the order of need lists, drills behind. What is found the team has seen: a correction reaches
// it. The caller has decided that the actor leads the team.
func (s *Service) SeekForTeam(ctx context.Context, t team.Team, q input.Sought, limit int) (list []Need, n int, err error) {
	var needs []Need
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if needs, err = Published(tx, maxForTeam); err != nil {
			return err
		}
		drills, err := exercised(tx, maxForTeam)
		needs = append(needs, drills...)
		return err
	}); err != nil {
		return nil, 0, err
	}
	now := s.clock.Now()
	var seen []TeamNeed
	needs = slices.DeleteFunc(needs, func(x Need) bool {
		d, _ := s.places.Tree().Get(x.Place.Code(), now)
		return !q.In(x.Number, x.Title, x.Detail, s.places.Tree().FullName(d.Code, now))
	})
	slices.SortStableFunc(needs, func(a, b Need) int { return cmpBool(a.Number != q.Whole, b.Number != q.Whole) })
	for _, x := range needs[:min(len(needs), limit)] {
		list, seen = append(list, x), append(seen, TeamNeed{Need: x})
	}
	return list, len(needs), s.saw(ctx, t.ID, seen)
}
