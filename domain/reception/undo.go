package reception

import (
	"context"
	"fmt"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
)

// A party that was counted out by mistake is inside again, as it was: those whom the last count let out are where they
// were and have been there all the time, nothing is counted, and the party is to leave, whatever it left as. It stands
// under its order again unless that was taken back; one that was turned back is never recalled by this.

// ErrTurnedBack says that a party was turned back: it may be counted out, and nothing else.
var ErrTurnedBack = fault.New(fault.Conflict, "reception.turned_back", "该队伍已劝返，只能清点离场", "this team was turned back: it can only be counted out")

// UndoCheckOut takes a check-out back, with a reason: whoever counts teams out, while the mechanism runs and before the
// party is home. A person or vehicle that was checked in elsewhere meanwhile is named, and nothing is changed.
func (s *Service) UndoCheckOut(ctx context.Context, id, party string, version int64, reason string) error {
	var c input.Check
	c.Text(&reason, "reason", 200, true)
	if err := c.Err(); err != nil {
		return err
	}
	cmd := command{
		id: id, verb: "undo_check_out", past: "check_out_undone", version: version, reason: reason, said: []any{version, reason}, moves: true, first: holdWaveOf,
	}
	return s.on(ctx, party, cmd, func(x *step) error {
		inside, err := letBack(x)
		if err != nil {
			return err
		}
		if err := uncount(x.tx, x.ID); err != nil {
			return err
		}
		if inside {
			if err := resume(x.tx, x.ID); err != nil {
				return err
			}
		}
		x.LeftAt, x.HomeDue = clock.FromMicro(0), clock.FromMicro(0)
		if x.Withdrawal == "" {
			return nil
		}
		return rejoinWave(x, reason)
	})
}

// letBack lets those in again whom the last count let out, in the order in which everybody writes. The unique indexes
// decide, also against a desk that checks the same person in at this moment. It says whether anybody is inside by it.
func letBack(x *step) (inside bool, err error) {
	people, rides, err := lastOut(x.tx, *x.Party)
	if err != nil {
		return false, err
	}
	var wrong []fault.Field
	for _, p := range people {
		here, err := x.elsewhere(`SELECT count(*) FROM presence WHERE person = $1 AND out_at = 0`, p.Person)
		if err != nil {
			return false, err
		}
		if here {
			wrong = append(wrong, personElsewhere(p.ID))
		}
	}
	for _, v := range rides {
		here, err := x.elsewhere(`SELECT count(*) FROM presence_vehicle WHERE plate = $1 AND colour = $2 AND out_at = 0`, v.Plate, v.Colour)
		if err != nil {
			return false, err
		}
		if here {
			wrong = append(wrong, vehicleElsewhere(v.ID))
		}
	}
	if f := fault.Invalids(wrong...); f != nil {
		return false, conflict(f)
	}
	for _, p := range people {
		if _, err := x.tx.Exec(`UPDATE presence SET out_at = 0, out_why = '', out_note = NULL, version = version + 1 WHERE id = $1`, p.ID); err != nil {
			return false, taken(err, personElsewhere(p.ID))
		}
	}
	for _, v := range rides {
		if _, err := x.tx.Exec(`UPDATE presence_vehicle SET out_at = 0, version = version + 1 WHERE id = $1`, v.ID); err != nil {
			return false, taken(err, vehicleElsewhere(v.ID))
		}
	}
	x.about["persons"], x.about["rides"] = len(people), len(rides)
	return len(people) > 0, nil
}

// lastOut are the people and vehicles that the last count of a party let out, names sealed.
func lastOut(tx *db.Tx, p Party) (people []Presence, rides []Ride, err error) {
	at := clock.Micro(p.LeftAt)
	if people, err = presencesWhere(tx, `party = $1 AND out_at = $2 AND out_why <> 'mistaken' ORDER BY person`, p.ID, at); err != nil {
		return nil, nil, err
	}
	rides, err = ridesWhere(tx, `party = $1 AND out_at = $2 ORDER BY plate, colour`, p.ID, at)
	return people, rides, err
}

func (x *step) elsewhere(query string, args ...any) (bool, error) {
	var n int
	err := x.tx.Get(query, args, &n)
	return n > 0, err
}

func personElsewhere(row string) fault.Field {
	return fault.Field{Location: "body.persons." + row, Code: "inside", Zh: "此人已在别处登记在场", En: "this person was checked in elsewhere meanwhile"}
}

func vehicleElsewhere(row string) fault.Field {
	return fault.Field{Location: "body.vehicles." + row, Code: "inside", Zh: "此车已在别处登记在场", En: "this vehicle was checked in elsewhere meanwhile"}
}

// taken is what a refusal by a unique index says: somebody was checked in elsewhere in the same moment.
func taken(err error, f fault.Field) error {
	if !db.IsUnique(err) {
		return err
	}
	return conflict(fault.Invalids(f))
}

// conflict says that a check-out cannot be taken back because of those whom f names.
func conflict(f *fault.Error) error {
	out := fault.New(fault.Conflict, "reception.elsewhere",
		fmt.Sprintf("有 %d 名人员或车辆已在别处登记在场，不能撤销离场", len(f.Fields)),
		fmt.Sprintf("%d people or vehicles were checked in elsewhere: the check-out cannot be undone", len(f.Fields)))
	out.Fields = f.Fields
	return out
}

// uncount forgets what the counts said of equipment, and what was left behind by them.
func uncount(tx *db.Tx, party string) error {
	if _, err := tx.Exec(`UPDATE party_item SET out = -1 WHERE party = $1`, party); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM left_behind WHERE party = $1
		AND (what = 'item' OR subject IN (SELECT id FROM presence_vehicle WHERE party = $1 AND out_at = 0))`, party)
	return err
}

// resume goes on with the spell that the check-out ended, so that the hours on site have no gap.
func resume(tx *db.Tx, party string) error {
	if _, err := tx.Exec(`UPDATE party_spell SET ended = 0 WHERE party = $1 AND began = (SELECT max(x.began) FROM party_spell x WHERE x.party = $1)`, party); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE party SET idle_since = coalesce((SELECT max(x.began) FROM party_spell x WHERE x.party = $1 AND x.ended = 0 AND NOT x.busy), 0)
		WHERE id = $1`, party)
	return err
}

// rejoinWave puts a party back among those that its wave waits for; a wave that was done is not any more. Of a wave that
// was taken back meanwhile the party is free.
func rejoinWave(x *step, reason string) error {
	w, err := withdrawalByID(x.tx, x.Withdrawal)
	if err != nil {
		return err
	}
	if w.State == "cancelled" {
		x.Withdrawal = ""
		return nil
	}
	if _, err := x.tx.Exec(`UPDATE withdrawal_party SET live = TRUE WHERE withdrawal = $1 AND party = $2`, w.ID, x.ID); err != nil {
		return err
	}
	if w.State != "done" {
		return nil
	}
	return x.turn(w, "resume", "resumed", reason)
}
