package equipment_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"lianyuan/domain/access"
	"lianyuan/domain/equipment"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/seal"
)

// nodes are the services of two nodes on one database.
type nodes struct {
	db    *db.DB
	teams [2]*team.Service
	kit   [2]*equipment.Service
	ctx   context.Context //nolint:containedctx // an officer, for every call
}

func newNodes(t *testing.T, d *db.DB) *nodes {
	t.Helper()
	ctx := context.Background()
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	places, err := place.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	n := &nodes{db: d}
	for i := range n.teams {
		keeper := seal.NewKeeper(d, master)
		if n.teams[i], err = team.New(ctx, team.Deps{DB: d, Clock: clock.System{}, Places: places, Keeper: keeper}); err != nil {
			t.Fatal(err)
		}
		if n.kit[i], err = equipment.New(ctx, d, keeper); err != nil {
			t.Fatal(err)
		}
	}
	now := clock.System{}.Now()
	n.ctx = access.With(ctx, access.Actor{Account: "staff", At: now, Grants: []access.Grant{{Role: access.Office, Place: "/50/", Sees: places.Tree().Scope("50", now)}}})
	return n
}

func (n *nodes) team(t *testing.T) string {
	t.Helper()
	of := id.New()
	if err := n.teams[0].Register(n.ctx, team.Team{ID: of, Name: "水上应急队", Place: "/50/500110/"}); err != nil {
		t.Fatal(err)
	}
	return of
}

// atOnce calls fn n times in the same moment, by turns on the two nodes; it returns how many went well, and the first of
// the other errors that is not want.
func atOnce(times int, want error, fn func(node, i int) error) (well int, other error) {
	errs := make([]error, times)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() {
			<-start
			errs[i] = fn(i%2, i)
		})
	}
	close(start)
	all.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			well++
		case other == nil && !names(err, want):
			other = err
		}
	}
	return well, other
}

// names says whether err is want and about the same field.
func names(err, want error) bool {
	var e, w *fault.Error
	if !errors.As(err, &e) || !errors.As(want, &w) || e.Code != w.Code || len(e.Fields) != len(w.Fields) {
		return false
	}
	return len(e.Fields) == 0 || e.Fields[0].Code == w.Fields[0].Code
}

// A plate is on one car, however many write it down at once, in whatever team.
func TestOnePlateAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		teams := []string{n.team(t), n.team(t), n.team(t)}
		well, other := atOnce(12, equipment.ErrPlateTaken, func(node, i int) error {
			return n.kit[node].Add(n.ctx, equipment.Vehicle{ID: id.New(), Team: teams[i%3], Plate: "渝A·00017", Colour: "yellow", Kind: "boat_trailer"})
		})
		if well != 1 || other != nil {
			t.Errorf("%d vehicles with one plate, %v", well, other)
		}
		a, b := id.New(), id.New()
		for i, v := range []string{a, b} {
			if err := n.kit[0].Add(n.ctx, equipment.Vehicle{ID: v, Team: teams[i], Plate: []string{"渝A00018", "渝A00019"}[i], Colour: "blue", Kind: "other"}); err != nil {
				t.Fatal(err)
			}
		}
		well, other = atOnce(2, equipment.ErrPlateTaken, func(node, i int) error {
			return n.kit[node].Change(n.ctx, id.New(), equipment.Vehicle{ID: []string{a, b}[i], Plate: "渝A00020", Colour: "blue", Kind: "other"})
		})
		if well != 1 || other != nil {
			t.Errorf("%d vehicles changed to one plate, %v", well, other)
		}
	})
}

// A person is once in a team, and may be in several; the counts of the team say what is on the roster.
func TestOnePersonAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		one, two := n.team(t), n.team(t)
		person := func(of, number string) (string, string, []team.Member) {
			return id.New(), of, []team.Member{{ID: id.New(), Core: true, Person: team.Person{Name: "余知秋", Paper: "passport", Number: number}}}
		}
		well, other := atOnce(10, team.ErrMemberTaken, func(node, _ int) error {
			cmd, of, who := person(one, "E00000001")
			return n.teams[node].Add(n.ctx, cmd, of, who)
		})
		if well != 1 || other != nil {
			t.Errorf("%d times in one team, %v", well, other)
		}
		well, other = atOnce(8, nil, func(node, i int) error {
			cmd, of, who := person([]string{one, two}[i%2], []string{"E00000002", "E00000003", "E00000004", "E00000005"}[i/2])
			return n.teams[node].Add(n.ctx, cmd, of, who)
		})
		if well != 8 || other != nil {
			t.Errorf("%d of 8 different ones, %v", well, other)
		}
		err := d.View(n.ctx, func(tx *db.Tx) error {
			for of, want := range map[string]int{one: 5, two: 4} {
				got, err := team.ByID(tx, of)
				if err != nil {
					return err
				}
				members, err := team.Members(tx, of)
				if err != nil {
					return err
				}
				if got.Members != want || got.Core != want || len(members) != want {
					t.Errorf("%d counted, %d core, %d on the roster, want %d", got.Members, got.Core, len(members), want)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// One credit code is one team, and of two who change a team at once the later is told.
func TestTeamsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		well, other := atOnce(8, team.ErrUSCCTaken, func(node, _ int) error {
			return n.teams[node].Register(n.ctx, team.Team{ID: id.New(), Name: "水上应急队", Place: "/50/500110/", Legal: "registered", USCC: "52320100MJ000000XK"})
		})
		if well != 1 || other != nil {
			t.Errorf("%d teams with one code, %v", well, other)
		}
		of := n.team(t)
		well, other = atOnce(4, fault.ErrVersionStale, func(node, _ int) error {
			return n.teams[node].Legal(n.ctx, id.New(), of, 1, team.Step{Verb: "prepare", Reason: "已发起"})
		})
		if stale := names(other, fault.Transition()); well != 1 || (other != nil && !stale) {
			t.Errorf("%d moves from one version, %v", well, other)
		}
		well, other = atOnce(4, fault.ErrVersionStale, func(node, _ int) error {
			return n.kit[node].Count(n.ctx, id.New(), equipment.Item{Team: of, Kind: "boat", Count: 3, Usable: 3})
		})
		if well != 1 || other != nil {
			t.Errorf("%d counts from one version, %v", well, other)
		}
	})
}
