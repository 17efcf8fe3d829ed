package parameter_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// open is the service of a node.
func open(t *testing.T, d *db.DB) *parameter.Service {
	t.Helper()
	places, err := place.Open(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parameter.Open(context.Background(), d, places)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// office is a member of the coordination office of Chongqing.
func office(t *testing.T, d *db.DB) context.Context {
	t.Helper()
	places, err := place.Open(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System{}.Now()
	return access.With(context.Background(), access.Actor{Account: "office", At: now, Grants: []access.Grant{
		{Role: access.Office, Place: "/50/", Sees: places.Tree().Scope("50", now)},
	}})
}

// setAtOnce sets values on two nodes in the same moment.
func setAtOnce(ctx context.Context, t *testing.T, d *db.DB, list ...parameter.Setting) []error {
	t.Helper()
	errs := make([]error, len(list))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, x := range list {
		s := open(t, d)
		all.Go(func() {
			<-start
			errs[i] = s.Set(ctx, x)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// One value counts at a time, however many set it at once: the others come before it, or are told.
func TestOneValueAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := office(t, d)
		set := 0
		for round := range 20 {
			var list []parameter.Setting
			for i := range 2 {
				list = append(list, parameter.Setting{ID: id.New(), Key: "need.look_within", Place: "/50/", Value: strconv.Itoa(10*round + i), Source: "演练规定"})
			}
			well := 0
			for _, err := range setAtOnce(ctx, t, d, list...) {
				switch {
				case err == nil:
					well++
				case !errors.Is(err, fault.ErrVersionStale):
					t.Errorf("got %v", err)
				}
			}
			if well == 0 {
				t.Error("nobody could set it")
			}
			set += well
		}
		for query, want := range map[string]int{
			`SELECT count(*) FROM parameter`:                                                     set,
			`SELECT count(*) FROM parameter WHERE valid_until = 0`:                               1,
			`SELECT count(*) FROM parameter WHERE valid_until <> 0 AND valid_until < valid_from`: 0,
		} {
			var n int
			err := d.View(ctx, func(tx *db.Tx) error { return tx.Get(query, nil, &n) })
			if err != nil || n != want {
				t.Errorf("%s: %d, want %d, %v", query, n, want, err)
			}
		}
	})
}

// The same setting twice is one, also at once and also when another was set since; its id with other words is refused.
func TestOneSettingTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := office(t, d)
		s := open(t, d)
		x := parameter.Setting{ID: id.New(), Key: "need.look_within", Place: "/50/", Value: "7", Source: "演练规定"}
		for _, err := range setAtOnce(ctx, t, d, x, x, x) {
			if err != nil {
				t.Errorf("the same setting: %v", err)
			}
		}
		next := x
		next.ID, next.Value = id.New(), "9"
		if err := s.Set(ctx, next); err != nil {
			t.Fatal(err)
		}
		if err := s.Set(ctx, x); err != nil {
			t.Errorf("the first one again: %v", err)
		}
		other := x
		other.Value = "8"
		if err := s.Set(ctx, other); !errors.Is(err, fault.ErrIDReused) {
			t.Errorf("the id with another value: %v", err)
		}
		if u, err := s.For("/50/500110/", x.Key, clock.System{}.Now()); err != nil || u.Value != "9" {
			t.Errorf("%+v, %v", u, err)
		}
	})
}
