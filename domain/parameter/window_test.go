package parameter_test

import (
	"errors"
	"testing"
	"time"

	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// A value is set for later, for a time, or both: it counts then and not before, and what was set before counts again.
//
// proves: S003-13
func TestSetFromUntil(t *testing.T) {
	const county place.Path = "/50/500110/"
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	each(t, func(t *testing.T, s *parameter.Service, now *clock.Fake) {
		give := func(value string, from, until time.Time) parameter.Setting {
			t.Helper()
			x := parameter.Setting{ID: id.New(), Key: key, Place: county, Value: value, From: from, Until: until, Source: "通知"}
			if err := s.Set(officeAt(county), x); err != nil {
				t.Fatal(err)
			}
			return x
		}
		on := func(n int, want string) {
			t.Helper()
			if u, err := s.For(county, key, day(n)); err != nil || u.Value != want {
				t.Errorf("on day %d: %+v %v, want %s", n, u, err, want)
			}
		}
		give("9", time.Time{}, time.Time{})
		give("20", day(5), time.Time{})    // from later on
		drill := give("3", day(1), day(2)) // for a day
		on(0, "9")
		on(1, "3")
		on(2, "9")
		on(4, "9")
		on(5, "20")
		if u, at, changes, err := s.Next(county, key, noon); err != nil || !changes || u.Value != "3" || !at.Equal(day(1)) {
			t.Errorf("next: %+v %s %v %v", u, at, changes, err)
		}
		if _, _, changes, err := s.Next(county, key, day(5)); err != nil || changes {
			t.Errorf("nothing is to come after the last: %v", err)
		}
		now.Advance(time.Hour)
		give("8", time.Time{}, time.Time{}) // what was set for later stays
		on(4, "8")
		on(5, "20")
		give("21", day(5), time.Time{}) // unless another is set for the same moment
		on(5, "21")
		give("7", day(3), time.Time{})
		on(4, "7")
		on(5, "21")

		now.Advance(72 * time.Hour)
		if err := s.Set(officeAt(county), drill); err != nil {
			t.Errorf("the same command, when its time has passed: %v", err)
		}
		drill.Until = day(9)
		if err := s.Set(officeAt(county), drill); !errors.Is(err, fault.ErrIDReused) {
			t.Errorf("its id with another end: %v", err)
		}
		for _, w := range [][2]time.Time{{day(-1), {}}, {{}, day(1)}, {day(8), day(7)}, {day(8), day(8)}} {
			x := parameter.Setting{ID: id.New(), Key: key, Place: county, Value: "1", From: w[0], Until: w[1], Source: "通知"}
			if err := s.Set(officeAt(county), x); err == nil || fault.KindOf(err) != fault.Invalid {
				t.Errorf("from %s until %s: %v", w[0], w[1], err)
			}
		}
	})
}

// A lock counts while it lasts, and its own level may set another value for a time.
func TestLockFromUntil(t *testing.T) {
	const province, county place.Path = "/50/", "/50/500110/"
	each(t, func(t *testing.T, s *parameter.Service, _ *clock.Fake) {
		give := func(p place.Path, value string, locked bool, from, until time.Time) error {
			return s.Set(officeAt(place.Root), parameter.Setting{ID: id.New(), Key: key, Place: p, Value: value, Locked: locked, From: from, Until: until, Source: "通知"})
		}
		one, two, three := noon.AddDate(0, 0, 1), noon.AddDate(0, 0, 2), noon.AddDate(0, 0, 3)
		if err := errors.Join(give(county, "6", false, time.Time{}, time.Time{}), give(province, "4", true, one, two)); err != nil {
			t.Fatal(err)
		}
		for at, want := range map[time.Time]string{noon: "6", one: "4", two: "6"} {
			if u, err := s.For(county, key, at); err != nil || u.Value != want {
				t.Errorf("at %s: %+v %v", at, u, err)
			}
		}
		if err := give(county, "5", false, noon.Add(time.Hour), three); !errors.Is(err, parameter.ErrLockedAbove) {
			t.Errorf("across the lock: %v", err)
		}
		if err := give(county, "5", false, two, three); err != nil {
			t.Errorf("after the lock: %v", err)
		}
	})
}

// The context that reads a key looks at its values before they are set.
func TestCheckedValue(t *testing.T) {
	each(t, func(t *testing.T, s *parameter.Service, _ *clock.Fake) {
		no := fault.InvalidField("body.value", "odd", "有误", "odd")
		s.Check("coord.trigger_severity_min", func(v string) error {
			if v != "重大" {
				return no
			}
			return nil
		})
		x := parameter.Setting{ID: id.New(), Key: "coord.trigger_severity_min", Place: "/50/", Value: "大", Source: "通知"}
		if err := s.Set(officeAt("/50/"), x); !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
		x.Value = "重大"
		if err := s.Set(officeAt("/50/"), x); err != nil {
			t.Error(err)
		}
	})
}
