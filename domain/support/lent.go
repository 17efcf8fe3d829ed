package support

import (
	"context"

	"lianyuan/platform/db"
)

// Lent is what a team was lent in an incident: equipment and means of communication that have come, which it hands back
// before it leaves. Food and fuel are used up. The caller has decided who asks.
func (s *Service) Lent(ctx context.Context, incident, team string) (list []Request, err error) {
	if team == "" {
		return nil, nil
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			r, err := scan(sc)
			list = append(list, r)
			return err
		}, `SELECT `+columns+` FROM support_request WHERE incident = $1 AND team = $2 AND category IN ('equipment', 'communication') AND supplied > 0
			ORDER BY at, id LIMIT 500`, incident, team)
	})
	return list, err
}
