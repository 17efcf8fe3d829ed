package parameter_test

import (
	"context"
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
)

const key = "need.look_within"

var noon = time.Date(2026, time.June, 18, 4, 0, 0, 0, time.UTC)

// officeAt may set parameters at a place and below.
func officeAt(p place.Path) context.Context {
	from, to := p.Range()
	return access.With(context.Background(), access.Actor{Account: "office", At: noon, Grants: []access.Grant{
		{Role: access.Office, Place: p, Sees: []place.Span{{From: from, To: to}}},
	}})
}

func each(t *testing.T, fn func(t *testing.T, s *parameter.Service, now *clock.Fake)) {
	t.Helper()
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		now := clock.NewFake(noon)
		o.Clock = now
		fn(t, open(t, dbtest.Open(t, o)), now)
	})
}

func set(t *testing.T, s *parameter.Service, p place.Path, value string, locked bool) {
	t.Helper()
	err := s.Set(officeAt(place.Root), parameter.Setting{ID: id.New(), Key: key, Place: p, Value: value, Locked: locked, Source: "通知"})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFor(t *testing.T) {
	const province, county, town, sibling place.Path = "/50/", "/50/500110/", "/50/500110/500110001/", "/50/500119/"
	each(t, func(t *testing.T, s *parameter.Service, now *clock.Fake) {
		want := func(p place.Path, at time.Time, value string, setAt place.Path) {
			t.Helper()
			if u, err := s.For(p, key, at); err != nil || u.Value != value || u.Place != setAt || u.Source == "" {
				t.Errorf("at %s: %+v %v, want %s set at %s", p, u, err, value, setAt)
			}
		}
		want(county, noon, "10", place.Root)
		now.Advance(time.Hour)
		set(t, s, province, "8", false)
		set(t, s, county, "6", false)
		one := noon.Add(time.Hour)
		want(county, noon, "10", place.Root) // yesterday's decision is read with yesterday's value
		want(county, one, "6", county)
		want(town, one, "6", county)
		want(sibling, one, "8", province)
		want("/51/", one, "10", place.Root)
		want("/50/5001100/", one, "8", province) // not below 500110, however it is spelt

		now.Advance(time.Hour)
		set(t, s, county, "5", false)
		want(county, one.Add(time.Minute), "6", county)
		want(county, one.Add(time.Hour), "5", county)
		now.Advance(time.Hour)
		set(t, s, province, "4", true)
		three := noon.Add(3 * time.Hour)
		want(town, three, "4", province)
		want(county, three.Add(-time.Microsecond), "5", county)
		err := s.Set(officeAt(county), parameter.Setting{ID: id.New(), Key: key, Place: county, Value: "3", Source: "x"})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("set below a lock: %v", err)
		}
		now.Advance(time.Hour)
		set(t, s, province, "4", false) // the lock is lifted
		want(county, noon.Add(4*time.Hour), "5", county)
		if _, err := s.For(county, "no.such", noon); fault.KindOf(err) != fault.Internal {
			t.Errorf("an unknown key: %v", err)
		}
		if d, _, err := s.Minutes(county, key, three); d != 4*time.Minute || err != nil {
			t.Errorf("as a time: %s, %v", d, err)
		}
		if _, _, err := s.Number(county, "coord.groups", three); err == nil {
			t.Error("words are no number")
		}
	})
}

func TestSet(t *testing.T) {
	each(t, func(t *testing.T, s *parameter.Service, _ *clock.Fake) {
		good := parameter.Setting{Key: key, Place: "/50/500110/", Value: "7", Source: "通知"}
		for _, tt := range []struct {
			name   string
			ctx    context.Context
			change func(x *parameter.Setting)
			want   fault.Kind
		}{
			{"signed out", context.Background(), func(*parameter.Setting) {}, fault.SignedOut},
			{"elsewhere", officeAt("/50/500119/"), func(*parameter.Setting) {}, fault.NotFound},
			{"unknown key", officeAt("/50/"), func(x *parameter.Setting) { x.Key = "no.such" }, fault.NotFound},
			{"no source", officeAt("/50/"), func(x *parameter.Setting) { x.Source = " " }, fault.Invalid},
			{"words for a number", officeAt("/50/"), func(x *parameter.Setting) { x.Value = "soon" }, fault.Invalid},
			{"below zero", officeAt("/50/"), func(x *parameter.Setting) { x.Value = "-1" }, fault.Invalid},
			{"no number at all", officeAt("/50/"), func(x *parameter.Setting) { x.Value = "NaN" }, fault.Invalid},
			{"more than time holds", officeAt("/50/"), func(x *parameter.Setting) { x.Value = "1e300" }, fault.Invalid},
			{"without end", officeAt("/50/"), func(x *parameter.Setting) { x.Value = "Inf" }, fault.Invalid},
		} {
			x := good
			x.ID = id.New()
			tt.change(&x)
			if err := s.Set(tt.ctx, x); err == nil || fault.KindOf(err) != tt.want {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if u, err := s.For(good.Place, key, noon); u.Value != "10" || err != nil {
			t.Errorf("a refusal has set %+v, %v", u, err)
		}
	})
}

func TestEveryKeyIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range parameter.Keys() {
		if k.Name == "" || k.Unit == "" || k.Meaning == "" || k.Source == "" || seen[k.Name] {
			t.Errorf("%+v is not whole, or stands twice", k)
		}
		seen[k.Name] = true
	}
	if len(seen) < 45 {
		t.Errorf("%d keys", len(seen))
	}
}
