package support

import (
	"context"

	"lianyuan/platform/db"
)

// Lent is what a team was lent or issued in an incident and has come, which it hands back or accounts for before it leaves:
// all categories but those that are consumed with the delivery. The caller has decided who asks.
func (s *Service) Lent(ctx context.Context, incident, team string) (list []Request, err error) {
	if team == "" {
		return nil, nil
	}
	args := []any{incident, team}
	for _, c := range Categories {
		if !c.Consumed {
			args = append(args, c.Key)
		}
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			r, err := scan(sc)
			list = append(list, r)
			return err
		}, `SELECT `+columns+` FROM support_request WHERE incident = $1 AND team = $2 AND category IN (`+db.List(3, len(args)-2)+`) AND supplied > 0
			ORDER BY at, id LIMIT 500`, args...)
	})
	return list, err
}
