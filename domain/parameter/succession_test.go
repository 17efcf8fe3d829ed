package parameter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// fieldOf is the field that an error names.
func fieldOf(err error) fault.Field {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) == 1 {
		return f.Fields[0]
	}
	return fault.Field{}
}

// When 渝北区 ends, its heirs keep to their own line and not to its values, which go on for what lies at its path; a town that
// moves takes its own along and comes under those of its new district; nobody sets a value at 渝北区 any more.
func TestAValueStaysWithItsDivision(t *testing.T) {
	const (
		yubei, beibei, heir place.Path = "/50/500112/", "/50/500109/", "/50/z500004/"
		before, after       place.Path = "/50/500112/500112133/", "/50/500109/500112133/" // 统景镇
	)
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		now := clock.NewFake(noon)
		o.Clock = now
		d := dbtest.Open(t, o)
		ctx := officeAt(place.Root)
		places, err := place.Open(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		changes, zones := place.Chongqing2025()
		for i := range changes {
			changes[i].At = noon.Add(time.Hour)
		}
		for i := range zones {
			if !zones[i].To.IsZero() {
				zones[i].To = noon.Add(time.Hour)
			}
		}
		if err := places.Import(context.Background(), "chongqing", changes, zones); err != nil {
			t.Fatal(err)
		}
		s, err := parameter.Open(ctx, d, places)
		if err != nil {
			t.Fatal(err)
		}
		set(t, s, "/50/", "9", false)
		set(t, s, yubei, "8", false)
		moved := parameter.Setting{ID: id.New(), Key: key, Place: before, Value: "7", Source: "通知"}
		if err := s.Set(ctx, moved); err != nil {
			t.Fatal(err)
		}
		now.Advance(2 * time.Hour)
		want := func(p place.Path, value string) {
			t.Helper()
			if u, err := s.For(p, key, now.Now()); err != nil || u.Value != value {
				t.Errorf("at %s counts %s set at %s, want %s; %v", p, u.Value, u.Place, value, err)
			}
		}
		want(yubei, "8")
		want("/50/500112/500112001/", "8") // a record of a street that went over
		want(heir, "9")
		want("/50/z500004/500112001/", "9")
		want(beibei, "9")
		want(before, "7")
		want(after, "7")
		want(after+"500112133001/", "7") // a village of it
		now.Advance(time.Minute)
		set(t, s, beibei, "6", false)
		want("/50/500109/500112122/", "6") // another town that came
		now.Advance(time.Minute)
		set(t, s, after, "5", false)
		want(before, "5")
		want(after, "5")
		moved.Place = after
		if err := s.Set(ctx, moved); err != nil {
			t.Errorf("sent again after it moved: %v", err)
		}

		said := parameter.Setting{ID: id.New(), Key: key, Place: yubei, Value: "3", Source: "通知"}
		err = s.Set(ctx, said)
		if f := fieldOf(err); f.Code != "place_ended" || f.Location != "body.place" || f.Zh != "渝北区已于2026年6月18日撤销，由两江新区、北碚区承接；新办事项请选择承接地区" {
			t.Errorf("set at a district that has ended: %v, %+v", err, f)
		}
		now.Advance(time.Minute)
		set(t, s, "/50/", "4", true)
		want(yubei, "4") // a level above still reaches what lies there
		if err := s.Set(ctx, parameter.Setting{ID: id.New(), Key: key, Place: after + "500112133001/", Value: "3", Source: "通知"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("set below a lock: %v", err)
		}
	})
}
