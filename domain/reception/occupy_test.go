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
	"lianyuan/platform/seal"
)

var noon = time.Date(2026, time.June, 18, 4, 0, 0, 0, time.UTC)

// site is an incident with a point and two parties, 北山 and 南山.
type site struct {
	*db.DB
	t *testing.T
}

func newSite(t *testing.T, d *db.DB) site {
	t.Helper()
	s := site{d, t}
	s.do(func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO incident (id, number, name, class, severity, place, hq, commander, began_at, drill, state, mechanism, lead, activated_at,
				activated_by, reason, basis, suggested_by, closed_at, created_at, created_by, version)
			VALUES ('flood', 'SJ-A1', '洪水', 'natural', 1, '/50/500110/', '', '', 0, $1, 'active', '', '', 0, '', '', '', '', 0, 0, '', 1)`, false); err != nil {
			return err
		}
		if err := insertPoint(tx, Point{ID: "gate", Incident: "flood", Kind: "reception", Name: "接待报备点", Place: "/50/500110/", Open: true, CreatedAt: tx.Now, Version: 1}); err != nil {
			return err
		}
		for _, p := range []string{"north", "south"} {
			if _, err := insertParty(tx, Party{ID: p, Number: p, Incident: "flood", Point: "gate", Place: "/50/500110/", State: "checked_in", ArrivedAt: tx.Now, ReceivedAt: tx.Now, Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func (s site) do(fn func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// enter lets people into a party; the person of a row is its id.
func (s site) enter(party string, ids ...string) {
	s.t.Helper()
	s.do(func(tx *db.Tx) error {
		for _, id := range ids {
			in, err := insertPresence(tx, Presence{ID: id, Party: party, Incident: "flood", Person: id, Kind: "member", sealed: []byte{1}, InAt: tx.Now, Since: tx.Now, Location: "接待报备点"})
			if err != nil || !in {
				return errors.Join(err, errors.New(id+" is not in"))
			}
		}
		return recount(tx, party)
	})
}

func (s site) north() (p Party) {
	s.t.Helper()
	s.do(func(tx *db.Tx) (err error) {
		p, err = ByID(tx, "north")
		return err
	})
	return p
}

// spells are how the party from the north spent its time: minutes of each spell with busy or idle; "+" for the one that lasts.
func (s site) spells() (list []string) {
	s.t.Helper()
	s.do(func(tx *db.Tx) error {
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			var began, ended int64
			var busy bool
			err := sc.Scan(&began, &ended, &busy)
			word := map[bool]string{true: "busy", false: "idle"}[busy]
			if ended == 0 {
				word += "+"
			} else {
				word += " " + clock.FromMicro(ended).Sub(clock.FromMicro(began)).String()
			}
			list = append(list, word)
			return err
		}, `SELECT began, ended, busy FROM party_spell WHERE party = $1 ORDER BY began`, "north")
	})
	return list
}

func TestOccupyAndFree(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		now := clock.NewFake(noon)
		o.Clock = now
		s := newSite(t, dbtest.Open(t, o))
		s.enter("north", "a", "b", "c")
		if p := s.north(); p.People != 3 || p.Came != 3 || p.Busy != 0 || !p.IdleSince.Equal(noon) {
			t.Fatalf("after the arrival: %+v", p)
		}
		now.Advance(time.Hour)
		s.do(func(tx *db.Tx) error { return Occupy(tx, "north", "m1", "东岸", []string{"a", "b"}, nil) })
		if p := s.north(); p.Busy != 2 || !p.IdleSince.IsZero() {
			t.Fatalf("with a mission: %+v", p)
		}
		// busy, unknown, of another party, missed when they were counted: each row is named, and nothing is kept
		s.enter("south", "d")
		s.enter("north", "e")
		s.do(func(tx *db.Tx) error { return unaccounted(tx, "north", "e", seal.Text{}) })
		err := s.Update(context.Background(), func(tx *db.Tx) error {
			return Occupy(tx, "north", "m2", "西岸", []string{"c", "a", "d", "x", "e"}, []string{"v"})
		})
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 5 {
			t.Fatalf("occupied twice: %v", err)
		}
		for i, want := range []string{"body.persons[1] busy", "body.persons[2] not_inside", "body.persons[3] not_inside", "body.persons[4] missing", "body.vehicles[0] not_inside"} {
			if got := f.Fields[i].Location + " " + f.Fields[i].Code; got != want {
				t.Errorf("field %d is %s, want %s", i, got, want)
			}
		}
		if p := s.north(); p.Busy != 2 {
			t.Errorf("a refused mission took %d", p.Busy)
		}
		now.Advance(2 * time.Hour)
		s.do(func(tx *db.Tx) error {
			if err := Free(tx, "m1", ""); err != nil {
				return err
			}
			people, _, err := Inside(tx, "north")
			if len(people) != 4 || slices.ContainsFunc(people, func(x Presence) bool { return x.Mission != "" || x.Location != "接待报备点" }) {
				t.Errorf("after the mission: %+v", people)
			}
			return err
		})
		// freed and given away again in one moment: no spell of no time
		s.do(func(tx *db.Tx) error { return Occupy(tx, "north", "m3", "西岸", []string{"c"}, nil) })
		if got := s.spells(); !slices.Equal(got, []string{"idle 1h0m0s", "busy 2h0m0s", "busy+"}) {
			t.Errorf("spells %v", got)
		}
		s.do(func(tx *db.Tx) error {
			tally, err := TallyOf(tx, "flood", tx.Now)
			if want := (Tally{Inside: 5, Teams: 2, Idle: 4}); tally != want {
				t.Errorf("tally %+v, want %+v", tally, want)
			}
			return err
		})
	})
}

// Two who give the same person to two missions, and two desks that let the same person in: one wins each time.
func TestOnePlaceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		s.enter("north", "a", "b")
		both := func(fn func(tx *db.Tx, n int) error) (won int) {
			var all sync.WaitGroup
			errs := make([]error, 8)
			for n := range errs {
				all.Go(func() { errs[n] = d.Update(context.Background(), func(tx *db.Tx) error { return fn(tx, n) }) })
			}
			all.Wait()
			for _, err := range errs {
				switch {
				case err == nil:
					won++
				case fault.KindOf(err) != fault.Invalid:
					t.Error(err)
				}
			}
			return won
		}
		if won := both(func(tx *db.Tx, n int) error {
			return Occupy(tx, "north", string(rune('A'+n)), "东岸", []string{"a", "b"}, nil)
		}); won != 1 {
			t.Errorf("%d missions have the same people", won)
		}
		if p := s.north(); p.Busy != 2 {
			t.Errorf("%d are busy", p.Busy)
		}
		if won := both(func(tx *db.Tx, n int) error {
			in, err := insertPresence(tx, Presence{ID: string(rune('A' + n)), Party: []string{"north", "south"}[n%2], Incident: "flood", Person: "one", Kind: "member", sealed: []byte{1}, InAt: tx.Now, Since: tx.Now})
			if err == nil && !in {
				err = fault.InvalidField("body.persons[0]", "inside", "已在现场", "inside already")
			}
			return err
		}); won != 1 {
			t.Errorf("a person came in %d times", won)
		}
		if won := both(func(tx *db.Tx, n int) error {
			in, err := insertRide(tx, Ride{ID: string(rune('A' + n)), Party: []string{"north", "south"}[n%2], Incident: "flood", Plate: "渝A12345", Colour: "blue", Kind: "other", InAt: tx.Now})
			if err == nil && !in {
				err = fault.InvalidField("body.vehicles[0]", "inside", "已在现场", "inside already")
			}
			return err
		}); won != 1 {
			t.Errorf("a vehicle came in %d times", won)
		}
	})
}

func TestParties(t *testing.T) {
	if err := Parties.Check(); err != nil {
		t.Error(err)
	}
}
