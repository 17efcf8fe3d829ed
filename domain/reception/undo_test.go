package reception

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// elsewhere checks the person of a row in with the south, which is what a desk does that meets the person there.
func (x *desk) elsewhere(row string) error {
	return x.Update(context.Background(), func(tx *db.Tx) error {
		if err := hold(tx, "south"); err != nil {
			return err
		}
		in, err := insertPresence(tx, Presence{ID: id.New(), Party: "south", Incident: "flood", Person: row, Kind: "member", sealed: []byte{1}, InAt: tx.Now, Since: tx.Now})
		if err == nil && !in {
			err = fault.Invalids(fault.Field{Location: "body.persons[0]", Code: "inside"})
		}
		return errors.Join(err, recount(tx, "south"))
	})
}

// drives lets a vehicle in with a party; its row has the name of its plate.
func (x *desk) drives(party, plate string) {
	x.t.Helper()
	x.do(func(tx *db.Tx) error {
		in, err := insertRide(tx, Ride{ID: plate, Party: party, Incident: "flood", Plate: plate, Colour: "blue", Kind: "off_road", InAt: tx.Now})
		if err == nil && !in {
			err = errors.New(plate + " is not in")
		}
		return errors.Join(err, recount(tx, party), saveItem(tx, party, Item{Kind: "boat", Came: 2}))
	})
}

// A check-out by mistake is undone: who left is where they were, under the same order, and the hours have no gap.
func TestACheckOutIsUndone(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		x.drives("north", "渝A10001")
		x.now.Advance(time.Hour)
		wid := x.ordered("north")
		d := present("a")
		d.Heads = append(d.Heads, Head{Presence: "b", Why: "hospital", Note: "区人民医院"})
		d.Vehicles = []Gone{{Ride: "渝A10001", Note: "故障，停在桥头"}}
		d.Items = []Took{{Kind: "boat", Out: 1, Note: "一艘损毁"}}
		if err := x.CheckOut(x.ctx, "north", d); err != nil {
			t.Fatal(err)
		}
		if w := x.wave(wid); w.State != "done" {
			t.Fatalf("the wave: %+v", w)
		}
		out := x.party("north")
		x.now.Advance(time.Hour)
		if err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, " "); !slices.Equal(fieldsOf(err), []string{"body.reason missing"}) {
			t.Errorf("without a reason: %v", err)
		}
		undo := id.New()
		for range 2 {
			if err := x.UndoCheckOut(x.ctx, undo, "north", out.Version, "点错队伍"); err != nil {
				t.Fatal(err)
			}
		}
		p := x.party("north")
		if p.State != "leaving" || p.People != 2 || p.Vehicles != 1 || p.Withdrawal != wid || p.Why != "点错队伍" || !p.LeftAt.IsZero() || !p.HomeDue.IsZero() || !p.IdleSince.Equal(noon) {
			t.Errorf("inside again: %+v", p)
		}
		if w := x.wave(wid); w.State != "ordered" || w.Left() != 0 {
			t.Errorf("the wave goes on: %+v", w)
		}
		if got := x.spells(); !slices.Equal(got, []string{"idle+"}) {
			t.Errorf("spells %v", got)
		}
		sh, err := x.Sheet(x.ctx, "north")
		if err == nil || fault.KindOf(err) != fault.Internal { // the names of these fixtures are not sealed
			t.Errorf("the sheet: %+v, %v", sh, err)
		}
		x.do(func(tx *db.Tx) error {
			items, err := itemsOf(tx, "north")
			behind, err2 := behindOf(tx, "north")
			if len(items) != 1 || items[0].Out != -1 || len(behind) != 0 {
				t.Errorf("counted still: %+v, %+v", items, behind)
			}
			return errors.Join(err, err2)
		})
		if err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, "再撤"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("undone twice: %v", err)
		}
		// and counted out properly, it is done as ever
		again := present("a", "b")
		again.Vehicles, again.Items = []Gone{{Ride: "渝A10001", With: true}}, []Took{{Kind: "boat", Out: 2}}
		if err := x.CheckOut(x.ctx, "north", again); err != nil {
			t.Fatal(err)
		}
		if w := x.wave(wid); w.State != "done" {
			t.Errorf("done again: %+v", w)
		}
		if got := x.spells(); !slices.Equal(got, []string{"idle 2h0m0s"}) {
			t.Errorf("spells in the end %v", got)
		}
		if err := x.ArriveHome(x.ctx, id.New(), "north", 0, ""); err != nil {
			t.Fatal(err)
		}
		if err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, "到家后"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("undone from home: %v", err)
		}
	})
}

// A desk without network counts a party out and says so later: it left when it did, unless that clock cannot be right.
func TestCountedOutWithoutNetwork(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		x.ordered("north", "south")
		x.now.Advance(5 * time.Hour)
		d := present("a", "b")
		d.At = noon.Add(2 * time.Hour)
		if err := x.CheckOut(x.ctx, "north", d); err != nil {
			t.Fatal(err)
		}
		if p := x.party("north"); !p.LeftAt.Equal(d.At) || !p.HomeDue.Equal(d.At.Add(12*time.Hour)) {
			t.Errorf("left: %+v", p)
		}
		if got := x.spells(); !slices.Equal(got, []string{"idle 2h0m0s"}) {
			t.Errorf("spells %v", got)
		}
		if err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, "点错队伍"); err != nil {
			t.Fatal(err)
		}
		if p := x.party("north"); p.People != 2 || !slices.Equal(x.spells(), []string{"idle+"}) {
			t.Errorf("inside again: %+v, %v", p, x.spells())
		}
		for _, odd := range []time.Time{noon.Add(-time.Hour), noon.Add(9 * time.Hour)} {
			d = present("c", "d")
			d.At = odd
			if err := x.CheckOut(x.ctx, "south", d); err != nil {
				t.Fatal(err)
			}
			if p, want := x.party("south"), map[bool]time.Time{true: noon, false: x.now.Now()}[odd.Before(noon)]; !p.LeftAt.Equal(want) {
				t.Errorf("by a clock of %s it left at %s", odd, p.LeftAt)
			}
			if err := x.UndoCheckOut(x.ctx, id.New(), "south", 0, "点错队伍"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Only the last count is undone; what was counted before stays, and so does a row that was a mistake.
func TestOnlyTheLastCountIsUndone(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		x.ordered("north")
		d := present("a")
		d.Heads = append(d.Heads, Head{Presence: "b", Why: "missing", Note: "15:20 最后见到"})
		if err := x.CheckOut(x.ctx, "north", d); err != nil {
			t.Fatal(err)
		}
		x.now.Advance(time.Minute)
		if err := x.CheckOut(x.ctx, "north", present("b")); err != nil {
			t.Fatal(err)
		}
		x.now.Advance(time.Minute)
		if err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, "b 仍在现场"); err != nil {
			t.Fatal(err)
		}
		x.do(func(tx *db.Tx) error {
			people, _, err := Inside(tx, "north")
			if len(people) != 1 || people[0].ID != "b" || people[0].OutWhy != "" {
				t.Errorf("inside: %+v", people)
			}
			return err
		})
	})
}

// What was taken back or turned back meanwhile is not brought to life again.
func TestAnUndoneCheckOutUnderNoOrder(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		wid := x.ordered("north", "south")
		if err := x.CheckOut(x.ctx, "north", present("a", "b")); err != nil {
			t.Fatal(err)
		}
		if err := x.CancelWave(x.ctx, id.New(), wid, 0, "水位回涨"); err != nil {
			t.Fatal(err)
		}
		if err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, "点错队伍"); err != nil {
			t.Fatal(err)
		}
		if p, w := x.party("north"), x.wave(wid); p.State != "leaving" || p.Withdrawal != "" || w.State != "cancelled" {
			t.Errorf("the party %+v, the wave %+v", p, w)
		}
		if all, err := x.Leaving(x.ctx, "flood", ""); err != nil || len(all.Back) != 1 || all.Back[0].ID != "north" {
			t.Errorf("to be counted: %+v, %v", all.Back, err)
		}
		if err := x.Recall(x.ctx, id.New(), "north", 0, "留守排险"); err != nil {
			t.Errorf("recalled: %v", err)
		}
		// one that was turned back is counted out, and never kept by this
		x.do(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE party SET state = 'self_deployed', unapproved = $1 WHERE id = 'south'`, true)
			return err
		})
		if err := x.TurnBack(x.ctx, id.New(), "south", 0, "无资质"); err != nil {
			t.Fatal(err)
		}
		if err := x.CheckOut(x.ctx, "south", present("c", "d")); err != nil {
			t.Fatal(err)
		}
		if err := x.UndoCheckOut(x.ctx, id.New(), "south", 0, "仍在现场"); err != nil {
			t.Fatal(err)
		}
		if err := x.Recall(x.ctx, id.New(), "south", 0, "留守排险"); !errors.Is(err, ErrTurnedBack) {
			t.Errorf("recalled: %v", err)
		}
		if err := x.CheckOut(x.ctx, "south", present("c", "d")); err != nil {
			t.Fatal(err)
		}
		x.do(func(tx *db.Tx) error {
			list, err := presencesWhere(tx, `party = 'south' AND out_why = 'turned_back'`)
			if len(list) != 2 {
				t.Errorf("turned back: %+v", list)
			}
			return err
		})
	})
}

// Who was checked in elsewhere meanwhile is named, and nothing is changed; at the same moment one of the two wins.
func TestUndoneAgainstACheckIn(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		x.drives("north", "渝A10001")
		x.ordered("north")
		d := present("a", "b")
		d.Vehicles, d.Items = []Gone{{Ride: "渝A10001", With: true}}, []Took{{Kind: "boat", Out: 2}}
		if err := x.CheckOut(x.ctx, "north", d); err != nil {
			t.Fatal(err)
		}
		if err := x.elsewhere("b"); err != nil {
			t.Fatal(err)
		}
		x.do(func(tx *db.Tx) error {
			_, err := insertRide(tx, Ride{ID: "other", Party: "south", Incident: "flood", Plate: "渝A10001", Colour: "blue", InAt: tx.Now})
			return errors.Join(err, recount(tx, "south"))
		})
		err := x.UndoCheckOut(x.ctx, id.New(), "north", 0, "点错队伍")
		if !slices.Equal(fieldsOf(err), []string{"body.persons.b inside", "body.vehicles.渝A10001 inside"}) || fault.KindOf(err) != fault.Conflict {
			t.Errorf("inside elsewhere: %v, %v", fieldsOf(err), err)
		}
		if p := x.party("north"); p.State != "checked_out" || p.People != 0 || p.Vehicles != 0 {
			t.Errorf("half undone: %+v", p)
		}
		x.do(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE presence SET out_at = $1 WHERE party = 'south' AND person = 'b'`, clock.Micro(tx.Now))
			_, err2 := tx.Exec(`UPDATE presence_vehicle SET out_at = $1 WHERE id = 'other'`, clock.Micro(tx.Now))
			return errors.Join(err, err2, recount(tx, "south"))
		})
		for range 8 {
			var undone, met error
			var both sync.WaitGroup
			both.Go(func() { undone = x.UndoCheckOut(x.ctx, id.New(), "north", 0, "点错队伍") })
			both.Go(func() { met = x.elsewhere("a") })
			both.Wait()
			if (undone == nil) == (met == nil) {
				t.Fatalf("both or neither: %v, %v", undone, met)
			}
			if undone != nil && (fault.KindOf(undone) != fault.Conflict || !slices.Equal(fieldsOf(undone), []string{"body.persons.a inside"})) {
				t.Errorf("refused: %v, %v", fieldsOf(undone), undone)
			}
			p := x.party("north")
			if want := map[bool]int{true: 2, false: 0}[undone == nil]; p.People != want {
				t.Errorf("%d people inside, want %d", p.People, want)
			}
			if undone == nil {
				d.ID = id.New()
				if err := x.CheckOut(x.ctx, "north", d); err != nil {
					t.Fatal(err)
				}
			}
			x.do(func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE presence SET out_at = $1 WHERE party = 'south' AND person = 'a' AND out_at = 0`, clock.Micro(tx.Now))
				return errors.Join(err, recount(tx, "south"))
			})
		}
	})
}
