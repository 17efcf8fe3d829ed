package deployment

import (
	"context"

	"lianyuan/domain/need"
	"lianyuan/platform/db"
)

// Shortage is how many are still wanted of a need: teams (-1: as many as it takes) and equipment.
type Shortage struct {
	Teams     int
	Equipment []Item
	Enough    bool   // an offer would go to standby
	Lines     []Line // everything the need wants, with what comes
}

// Short says how many are still wanted of needs. For the pages of teams; the caller has decided who asks.
func (s *Service) Short(ctx context.Context, needs []need.Need) (map[string]Shortage, error) {
	short := map[string]Shortage{}
	err := s.db.View(ctx, func(tx *db.Tx) error {
		clear(short)
		approved, waiting, err := promised(tx, idsOf(needs), "")
		if err != nil {
			return err
		}
		for _, n := range needs {
			ratio, _, err := s.params.Number(n.Place, "dispatch.saturation", tx.Now)
			if err != nil {
				return err
			}
			x := Shortage{Enough: full(n, approved[n.ID], ratio), Lines: weigh(n, approved[n.ID], waiting[n.ID], nil)}
			for _, l := range x.Lines {
				switch {
				case l.Kind == "team":
					x.Teams = l.Missing()
				case l.Kind == "equipment" && l.Missing() > 0:
					x.Equipment = append(x.Equipment, Item{l.Key, l.Missing()})
				}
			}
			short[n.ID] = x
		}
		return nil
	})
	return short, err
}
