package team

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// maxOpened bounds the members whose names are opened in a search.
const maxOpened = 1000

// SeekMembers finds active members of the teams that the actor leads by words of their name, and how many there are. Names stand
// sealed: those of the own teams are opened, at most 1,000.
func (s *Service) SeekMembers(ctx context.Context, q input.Sought, limit int) (list []Member, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	led := actor.Teams(access.TeamOwn)
	if len(led) == 0 {
		return nil, 0, fault.ErrForbidden
	}
	args := make([]any, len(led))
	for i, one := range led {
		args[i] = one
	}
	var members []Member
	if err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		members, err = membersWhere(tx, fmt.Sprintf(`team IN (%s) AND state = 'active' ORDER BY joined_at, id LIMIT %d`, db.List(1, len(led)), maxOpened), args...)
		return err
	}); err != nil {
		return nil, 0, err
	}
	for _, m := range members {
		if err := s.Open(ctx, &m); err != nil {
			return nil, 0, err
		}
		if !q.In(m.Person.Name) {
			continue
		}
		if n++; n <= limit {
			m.Person = Person{Name: m.Person.Name}
			list = append(list, m)
		}
	}
	return list, n, nil
}
