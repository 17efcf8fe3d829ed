package deployment

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// Seek finds offers among those that the actor may see, and how many there are: by words of their number and team in the incidents
// in sight, whatever the incident by the whole number of the offer or of its order, and those of the teams named, which the register
// has found by the same words. The one with exactly this number comes first, then the newest.
func (s *Service) Seek(ctx context.Context, q input.Sought, teams []string, limit int) (list []Offer, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	where, args, err := seenWhere(actor)
	if err != nil {
		return nil, 0, err
	}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list = nil
		seenArgs := args
		defer func() { args = seenArgs }()
		in, err := incident.InSight(tx, actor, access.IncidentSee)
		if err != nil && fault.KindOf(err) != fault.Forbidden {
			return err
		}
		whole := arg(q.Whole)
		ways := `SELECT id FROM offer WHERE number = ` + whole + ` UNION SELECT offer FROM dispatch_order WHERE number = ` + whole
		for _, x := range []struct {
			column string
			ids    []any
			held   bool
		}{{"incident", incident.IDs(in), true}, {"team", anys(actor.Teams(access.OfferSend)), true}, {"team", anys(teams), false}} {
			if len(x.ids) == 0 {
				continue
			}
			ways += fmt.Sprintf(" UNION SELECT id FROM offer WHERE %s IN (%s)", x.column, db.List(len(args)+1, len(x.ids)))
			args = append(args, x.ids...)
			if x.held {
				held, more := db.Holding(q.Words, len(args)+1, "number", "team_name")
				ways, args = ways+" AND "+held, append(args, more...)
			}
		}
		found := `o.id IN (` + ways + `) AND ` + where
		if err := tx.Get(`SELECT count(*) FROM offer o WHERE `+found, args, &n); err != nil {
			return err
		}
		return tx.Each(func(sc db.Scanner) error {
			o, err := scanOffer(sc)
			list = append(list, o)
			return err
		}, fmt.Sprintf(`SELECT `+offerColumns+` FROM offer o WHERE %s ORDER BY o.number <> %s, o.created_at DESC, o.id DESC LIMIT %d`, found, whole, limit), args...)
	})
	return list, n, err
}

func anys(ids []string) []any {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	return list
}
