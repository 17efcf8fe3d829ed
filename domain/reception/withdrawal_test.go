package reception

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/seal"
)

func TestWithdrawals(t *testing.T) {
	if err := Withdrawals.Check(); err != nil {
		t.Error(err)
	}
}

// desk is the coordination office on a site with two parties of two people each.
type desk struct {
	site
	*Service
	ctx context.Context //nolint:containedctx // the office, for every call
	now *clock.Fake
}

func newDesk(t *testing.T, o db.Options) *desk {
	t.Helper()
	x := &desk{now: clock.NewFake(noon)}
	o.Clock = x.now
	x.site = newSite(t, dbtest.Open(t, o))
	ctx := context.Background()
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	places, err := place.Open(ctx, x.DB)
	if err != nil {
		t.Fatal(err)
	}
	params, err := parameter.Open(ctx, x.DB, places)
	if err != nil {
		t.Fatal(err)
	}
	x.Service, err = New(ctx, Deps{DB: x.DB, Clock: x.now, Places: places, Parameters: params, Keeper: seal.NewKeeper(x.DB, master), Letter: "A"})
	if err != nil {
		t.Fatal(err)
	}
	x.ctx = access.With(ctx, access.Actor{Account: "office", At: noon, Grants: []access.Grant{{Role: access.Office, Place: "/50/", Sees: places.Tree().Scope("50", noon)}}})
	x.enter("north", "a", "b")
	x.enter("south", "c", "d")
	return x
}

func (x *desk) plan(parties ...string) (string, error) {
	wid := id.New()
	return wid, x.PlanWave(x.ctx, wid, "flood", Plan{
		Parties: parties, Reason: "任务完成", Point: "gate", From: x.now.Now(), To: x.now.Now().Add(6 * time.Hour), Route: "G75 北上", Contact: "协调组 023-00000112",
	})
}

func (x *desk) ordered(parties ...string) string {
	x.t.Helper()
	wid, err := x.plan(parties...)
	if err == nil {
		err = x.OrderWave(x.ctx, id.New(), wid, 0)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	return wid
}

func (x *desk) party(id string) (p Party) {
	x.t.Helper()
	x.do(func(tx *db.Tx) (err error) {
		p, err = ByID(tx, id)
		return err
	})
	return p
}

func (x *desk) wave(wid string) (w Withdrawal) {
	x.t.Helper()
	x.do(func(tx *db.Tx) (err error) {
		w, err = withdrawalByID(tx, wid)
		return err
	})
	return w
}

func present(ids ...string) (d Departure) {
	d.ID = id.New()
	for _, p := range ids {
		d.Heads = append(d.Heads, Head{Presence: p, Why: "present"})
	}
	return d
}

// field is the first field that a fault names, "location code".
func fieldsOf(err error) (list []string) {
	var f *fault.Error
	if errors.As(err, &f) {
		for _, x := range f.Fields {
			list = append(list, x.Location+" "+x.Code)
		}
	}
	return list
}

// What keeps a party from leaving is named row by row.
func TestWhatKeepsAPartyFromLeaving(t *testing.T) {
	people := []Presence{{ID: "a"}, {ID: "b", Mission: "m"}}
	cars := []Ride{{ID: "v"}, {ID: "w", Mission: "m"}}
	items := []Item{{Kind: "boat", Came: 2}}
	lines := []Handback{{ID: "h", Request: "r1"}, {ID: "k", At: noon}}
	for _, tt := range []struct {
		name string
		d    Departure
		want []string
	}{
		{"nothing said", Departure{}, []string{"body.heads.a uncounted", "body.heads.b uncounted", "body.vehicles.v uncounted", "body.vehicles.w uncounted", "body.items.boat uncounted", "body.handbacks.h open"}},
		{
			"busy, of another party, too many", Departure{
				Heads: []Head{{Presence: "a"}, {Presence: "b"}, {Presence: "x"}}, Vehicles: []Gone{{Ride: "v"}, {Ride: "w"}}, Items: []Took{{Kind: "boat", Out: 3}, {Kind: "drone"}}, Lent: []Lent{{"r1", 2}, {"r2", 1}, {"r3", 3}},
			}, []string{"body.heads[1] busy", "body.heads[2] not_inside", "body.vehicles[1] busy", "body.items[0].out range", "body.items[1] unknown", "body.handbacks.h open", "body.lent.r2 not_listed", "body.lent.r3 not_listed"},
		},
		{
			"less than came, without a word",
			Departure{Heads: []Head{{Presence: "a"}, {Presence: "b"}}, Vehicles: []Gone{{Ride: "v"}, {Ride: "w"}}, Items: []Took{{Kind: "boat", Out: 1}}},
			[]string{"body.heads[1] busy", "body.vehicles[1] busy", "body.items[0].note missing", "body.handbacks.h open"},
		},
	} {
		if got := fieldsOf(tt.d.against(people, cars, items, lines, map[string]int{"r1": 2, "r3": 2})); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	good := Departure{Heads: []Head{{Presence: "a"}}, Vehicles: []Gone{{Ride: "v"}}, Items: []Took{{Kind: "boat", Out: 2}}}
	if err := good.against(people[:1], cars[:1], items, lines[1:], nil); err != nil {
		t.Error(err)
	}
	said := Departure{Heads: []Head{{Presence: "a"}, {Presence: "a", Why: "hospital"}, {Presence: "c", Why: "gone"}}, Vehicles: []Gone{{Ride: "v"}}}
	want := []string{"body.heads[0].why unexplained", "body.heads[1].note missing", "body.heads[1] twice", "body.heads[2].why unknown", "body.heads[2].note missing", "body.vehicles[0].note missing"}
	if got := fieldsOf(said.check()); !slices.Equal(got, want) {
		t.Errorf("check: %v", got)
	}
}

// A wave from its plan to the word that everybody is home, with a person missing on the way.
func TestAWaveLeaves(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		wid := x.ordered("north", "south")
		if p := x.party("north"); p.State != "leaving" || p.Withdrawal != wid {
			t.Fatalf("ordered: %+v", p)
		}
		if err := x.TakeOrder(x.ctx, id.New(), "north"); err != nil {
			t.Fatal(err)
		}
		x.now.Advance(time.Hour)
		// somebody is missing: the other leaves, the party stays open
		d := present("a")
		d.Heads = append(d.Heads, Head{Presence: "b", Why: "missing", Note: "15:20 在北渡桥下游最后见到"})
		if err := x.CheckOut(x.ctx, "north", d); err != nil {
			t.Fatal(err)
		}
		lost := func() (n int) {
			x.do(func(tx *db.Tx) (err error) {
				n, err = Unaccounted(tx, "flood")
				return err
			})
			return n
		}
		if p := x.party("north"); p.State != "leaving" || p.People != 1 || lost() != 1 {
			t.Errorf("with one missing: %+v, %d", p, lost())
		}
		if err := x.View(context.Background(), func(tx *db.Tx) error { return Clear(tx, "flood") }); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the incident could be closed: %v", err)
		}
		// found in a hospital
		again := Departure{ID: id.New(), Heads: []Head{{Presence: "b", Why: "hospital", Note: "区人民医院"}}}
		for range 2 {
			if err := x.CheckOut(x.ctx, "north", again); err != nil {
				t.Fatal(err)
			}
		}
		p := x.party("north")
		if p.State != "checked_out" || p.People != 0 || lost() != 0 || !p.HomeDue.Equal(x.now.Now().Add(12*time.Hour)) {
			t.Errorf("counted out: %+v", p)
		}
		if w := x.wave(wid); w.State != "ordered" || w.Left() != 1 || w.Members[0].TakenAt.IsZero() {
			t.Errorf("half of it: %+v", w)
		}
		if err := x.CheckOut(x.ctx, "south", present("c", "d")); err != nil {
			t.Fatal(err)
		}
		if w := x.wave(wid); w.State != "done" || w.Left() != 2 {
			t.Errorf("all of it: %+v", w)
		}
		if err := x.View(context.Background(), func(tx *db.Tx) error { return Clear(tx, "flood") }); err != nil {
			t.Errorf("nobody is inside: %v", err)
		}
		x.now.Advance(13 * time.Hour)
		out, err := x.Leaving(x.ctx, "flood", "")
		if err != nil || len(out.Away) != 2 || out.Home != 0 {
			t.Errorf("on the way: %+v, %v", out, err)
		}
		if err := x.ArriveHome(x.ctx, id.New(), "north", 0, "电话确认"); err != nil {
			t.Fatal(err)
		}
		if p := x.party("north"); p.State != "home_safe" || !p.HomeDue.IsZero() || p.HomeAt.IsZero() {
			t.Errorf("home: %+v", p)
		}
		if got := x.spells(); !slices.Equal(got, []string{"idle 1h0m0s"}) {
			t.Errorf("spells %v", got)
		}
	})
}

func TestAWaveIsTakenBack(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		wid := x.ordered("north", "south")
		if _, err := x.plan("north"); !slices.Equal(fieldsOf(err), []string{"body.parties[0] not_here"}) {
			t.Errorf("planned twice: %v", err)
		}
		if err := x.CheckOut(x.ctx, "south", present("c", "d")); err != nil {
			t.Fatal(err)
		}
		if err := x.CancelWave(x.ctx, id.New(), wid, 0, "水位回涨"); err != nil {
			t.Fatal(err)
		}
		if p := x.party("north"); p.State != "checked_in" || p.Withdrawal != "" || p.Why != "水位回涨" {
			t.Errorf("recalled: %+v", p)
		}
		if p := x.party("south"); p.State != "checked_out" {
			t.Errorf("it had left: %+v", p)
		}
		// a wave of its own: the only party that is recalled cancels it
		wid = x.ordered("north")
		if err := x.Recall(x.ctx, id.New(), "north", 0, "留守排险"); err != nil {
			t.Fatal(err)
		}
		if w := x.wave(wid); w.State != "cancelled" {
			t.Errorf("nobody is left in it: %+v", w)
		}
		// a plan is changed: who is out of it may be in another one
		wid, err := x.plan("north")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.plan("north"); !slices.Equal(fieldsOf(err), []string{"body.parties[0] in_wave"}) {
			t.Errorf("in two plans: %v", err)
		}
		if w := x.wave(wid); w.Wave != 3 || len(w.Members) != 1 {
			t.Errorf("planned: %+v", w)
		}
	})
}

func TestHandbacks(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		line := Handback{ID: id.New(), What: "卫星电话", Unit: "部", Lent: 3, Lender: "市通信管理局", Request: "hb1"}
		came := []Lent{{"hb1", 3}}
		if err := x.Lend(x.ctx, id.New(), "north", []Handback{line}, nil); !slices.Equal(fieldsOf(err), []string{"body.lines[0] unknown"}) {
			t.Errorf("not lent to this team: %v", err)
		}
		if err := x.Lend(x.ctx, id.New(), "north", []Handback{line}, []Lent{{"hb1", 2}}); !slices.Equal(fieldsOf(err), []string{"body.lines[0].lent too_many"}) {
			t.Errorf("more than came: %v", err)
		}
		if err := x.Lend(x.ctx, id.New(), "north", []Handback{line}, came); err != nil {
			t.Fatal(err)
		}
		line.ID = id.New()
		if err := x.Lend(x.ctx, id.New(), "north", []Handback{line}, came); !slices.Equal(fieldsOf(err), []string{"body.lines[0] listed"}) {
			t.Errorf("listed twice: %v", err)
		}
		var lines []Handback
		read := func() Handback {
			x.do(func(tx *db.Tx) (err error) {
				lines, err = handbacksOf(tx, "north")
				return err
			})
			return lines[0]
		}
		first := read().ID
		x.ordered("north")
		if err := x.CheckOut(x.ctx, "north", present("a", "b")); !slices.Equal(fieldsOf(err), []string{"body.handbacks." + first + " open"}) {
			t.Errorf("left with it: %v", err)
		}
		for _, tt := range []struct {
			s    Settlement
			want []string
		}{
			{Settlement{Back: 2}, []string{"body.back sum"}},
			{Settlement{Back: 2, Lost: 1}, []string{"body.note missing"}},
			{Settlement{Back: 2, Damaged: 2, Lost: -1, Note: "x"}, []string{"body.back sum"}},
			{Settlement{Back: 2, Lost: 1, Note: "落水"}, nil},
		} {
			tt.s.ID = id.New()
			if err := x.Settle(x.ctx, "north", first, tt.s); !slices.Equal(fieldsOf(err), tt.want) {
				t.Errorf("%+v: %v", tt.s, err)
			}
		}
		if h := read(); h.Lost != 1 || h.Open() || h.Version != 2 {
			t.Errorf("recorded: %+v", h)
		}
		if err := x.Unlist(x.ctx, id.New(), "north", first, 0); !errors.Is(err, ErrSettled) {
			t.Errorf("taken off: %v", err)
		}
		if err := x.Settle(x.ctx, "south", first, Settlement{ID: id.New(), Back: 3}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("of another party: %v", err)
		}
		if err := x.CheckOut(x.ctx, "north", present("a", "b")); err != nil {
			t.Fatal(err)
		}
		if err := x.Lend(x.ctx, id.New(), "north", []Handback{{ID: id.New(), What: "帐篷", Unit: "顶", Lent: 1, Lender: "市应急局"}}, nil); !errors.Is(err, ErrGone) {
			t.Errorf("lent to who has left: %v", err)
		}
	})
}

// Desks that count the same party out, that count out the last two of a wave, and that plan at the same moment.
func TestLeavingAtOnce(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := newDesk(t, o)
		both := func(n int, fn func(n int) error) (won int, errs []error) {
			errs = make([]error, n)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() { errs[i] = fn(i) })
			}
			all.Wait()
			for _, err := range errs {
				if err == nil {
					won++
				}
			}
			return won, errs
		}
		// the same party in eight plans
		if won, errs := both(8, func(int) error { _, err := x.plan("north"); return err }); won != 1 {
			t.Errorf("planned %d times: %v", won, errs)
		}
		x.do(func(tx *db.Tx) error {
			w, err := withdrawalsOf(tx, "flood", "")
			if err == nil {
				err = x.idle(tx, w[0].ID)
			}
			return err
		})
		// different parties in different plans at once: the waves have different numbers
		if won, errs := both(2, func(n int) error { _, err := x.plan([]string{"north", "south"}[n]); return err }); won != 2 {
			t.Errorf("planned %d: %v", won, errs)
		}
		x.do(func(tx *db.Tx) error {
			w, err := withdrawalsOf(tx, "flood", "")
			for _, y := range w {
				err = errors.Join(err, x.idle(tx, y.ID))
			}
			return err
		})
		wid := x.ordered("north", "south")
		// two desks count the last two parties out, each of them twice
		won, errs := both(4, func(n int) error {
			return x.CheckOut(x.ctx, []string{"north", "south"}[n%2], present([]string{"a", "c"}[n%2], []string{"b", "d"}[n%2]))
		})
		if won != 2 {
			t.Errorf("%d check-outs: %v", won, errs)
		}
		for _, err := range errs {
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		}
		if w := x.wave(wid); w.State != "done" {
			t.Errorf("all have left: %+v", w)
		}
		if n := len(x.spells()); n != 1 {
			t.Errorf("%d spells", n)
		}
		// recalled and counted out at once: one of them
		x.enter("north", "e")
		x.do(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE party SET state = 'checked_in', withdrawal = '' WHERE id = 'north'`)
			return err
		})
		wid = x.ordered("north")
		if won, errs := both(2, func(n int) error {
			if n == 0 {
				return x.CheckOut(x.ctx, "north", present("e"))
			}
			return x.CancelWave(x.ctx, id.New(), wid, 0, "险情反复")
		}); won != 1 {
			t.Errorf("%d of check-out and cancelling: %v", won, errs)
		}
		if w, p := x.wave(wid), x.party("north"); (w.State == "done") != (p.State == "checked_out") || (w.State == "cancelled") != (p.State == "checked_in") {
			t.Errorf("wave %s, party %s", w.State, p.State)
		}
	})
}

// idle cancels a wave that a test needs no more.
func (x *desk) idle(tx *db.Tx, wid string) error {
	if _, err := tx.Exec(`UPDATE withdrawal SET state = 'cancelled' WHERE id = $1`, wid); err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	return rest(tx, wid, "")
}
