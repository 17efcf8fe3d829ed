package team

import (
	"context"

	"lianyuan/platform/db"
)

// PhoneOf is the number on record of who answers for a team, "" when there is none. For contexts above that send to it:
// it goes into no answer, no journal and no log.
func (s *Service) PhoneOf(ctx context.Context, team string) (string, error) {
	var t Team
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		t, err = ByID(tx, team)
		return err
	})
	if err != nil {
		return "", err
	}
	c, err := s.contactOf(ctx, t)
	return c.Phone, err
}
