package reception

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/db"
	"lianyuan/platform/input"
)

// Seek finds teams on site by words of their number and name, in the incidents whose reception the actor sees, and how many there
// are: the one with exactly this number first, then the last to come.
func (s *Service) Seek(ctx context.Context, q input.Sought, limit int) (list []Party, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		in, err := incident.InSight(tx, actor, access.ReceptionSee)
		list, n = nil, 0
		if err != nil || len(in) == 0 {
			return err
		}
		n, err = db.Search{
			Table: "party p", Columns: partyColumns, Where: "incident IN (" + db.List(1, len(in)) + ")", Args: incident.IDs(in), Words: q.Words, In: []string{"number", "team_name"},
			Whole: q.Whole, Order: "arrived_at DESC, id DESC", Limit: limit,
		}.Rows(tx, func(sc db.Scanner) error {
			p, err := scanParty(sc)
			list = append(list, p)
			return err
		})
		return err
	})
	return list, n, err
}

// Sighted is a person or a vehicle on site, with their party.
type Sighted struct {
	Party
	Person Presence // without an id: a vehicle
	Ride   Ride
}

// SeekPeople finds people inside by words of their name, and how many there are: in the incidents that run and in which the actor
// sees whole names. Where a page masks names nobody is found by one. Names stand sealed: those inside are opened, at most 5,000.
func (s *Service) SeekPeople(ctx context.Context, q input.Sought, limit int) (list []Sighted, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	var inside []Presence
	if err := s.db.View(ctx, func(tx *db.Tx) error {
		inside = nil
		in, err := incident.InSight(tx, actor, access.ReceptionSee)
		if err != nil {
			return err
		}
		var args []any
		for _, i := range in {
			if i.Open() && works(tx, actor, i) == nil {
				args = append(args, i.ID)
			}
		}
		if len(args) == 0 {
			return nil
		}
		inside, err = presencesWhere(tx, fmt.Sprintf(`incident IN (%s) AND out_at = 0 ORDER BY since DESC, id LIMIT %d`, db.List(1, len(args)), maxInside), args...)
		return err
	}); err != nil {
		return nil, 0, err
	}
	for _, x := range inside {
		if x.Who, err = s.open(ctx, x.sealed, "presence:"+x.ID); err != nil {
			return nil, 0, err
		}
		if !q.In(x.Who.Name) {
			continue
		}
		if n++; n <= limit {
			x.Who.Phone = ""
			list = append(list, Sighted{Person: x})
		}
	}
	return list, n, s.db.View(ctx, func(tx *db.Tx) error {
		for i := range list {
			if list[i].Party, err = ByID(tx, list[i].Person.Party); err != nil {
				return err
			}
		}
		return nil
	})
}

// SeekVehicles finds vehicles inside by a part of their plate, in the incidents whose reception the actor sees, and how many there
// are: the one with exactly this plate first, then the last to come.
func (s *Service) SeekVehicles(ctx context.Context, q input.Sought, limit int) (list []Sighted, n int, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		in, err := incident.InSight(tx, actor, access.ReceptionSee)
		list, n = nil, 0
		if err != nil || len(in) == 0 || !q.Plate() {
			return err
		}
		args := append(incident.IDs(in), db.Like(q.Whole))
		where := fmt.Sprintf(`incident IN (%s) AND out_at = 0 AND plate LIKE $%d ESCAPE '\'`, db.List(1, len(in)), len(args))
		if err := tx.Get(`SELECT count(*) FROM presence_vehicle WHERE `+where, args, &n); err != nil {
			return err
		}
		args = append(args, q.Whole)
		rides, err := ridesWhere(tx, fmt.Sprintf(`%s ORDER BY plate <> $%d, in_at DESC, id LIMIT %d`, where, len(args), limit), args...)
		for _, r := range rides {
			p, err := ByID(tx, r.Party)
			if err != nil {
				return err
			}
			list = append(list, Sighted{Party: p, Ride: r})
		}
		return err
	})
	return list, n, err
}
