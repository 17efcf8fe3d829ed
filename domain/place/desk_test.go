package place_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/fault"
)

// Whose office a record is, and for which records an office answers, before and after a district was shared out.
func TestDesksOfWhatEnded(t *testing.T) {
	tree := changed(t)
	for _, c := range []struct {
		record place.Path
		at     time.Time
		desks  []place.Path
	}{
		{"/50/500112/", before, []place.Path{"/50/500112/"}},
		{"/50/500112/", after, []place.Path{"/50/500112/", "/50/z500004/", "/50/500109/"}},
		{"/50/500105/", after, []place.Path{"/50/500105/", "/50/z500004/"}},
		{"/50/z500001/", after, []place.Path{"/50/z500001/", "/50/z500004/"}},
		{"/50/500112/500112133/", after, []place.Path{"/50/500112/500112133/", "/50/500109/500112133/"}},
		{"/50/500109/500112133/", after, []place.Path{"/50/500109/500112133/", "/50/500112/500112133/"}},
		{"/50/500109/500112133/500112133002/", after, []place.Path{"/50/500109/500112133/500112133002/", "/50/500112/500112133/500112133002/"}},
		{"/50/500110/", after, []place.Path{"/50/500110/"}},
		{"/50/z500004/", after, []place.Path{"/50/z500004/"}},
		{"/", after, []place.Path{"/"}},
		{"", after, []place.Path{""}},
	} {
		if got := tree.Desks(c.record, c.at); !slices.Equal(got, c.desks) {
			t.Errorf("%s belongs to the desks %v, want %v", c.record, got, c.desks)
		}
		for _, desk := range c.desks {
			if !slices.Contains(tree.Charge(desk, c.at), c.record) {
				t.Errorf("%s answers for %v, not for %s", desk, tree.Charge(desk, c.at), c.record)
			}
		}
	}
	for desk, want := range map[place.Path][]place.Path{
		"/50/z500004/": {"/50/z500004/", "/50/500105/", "/50/500112/", "/50/z500001/"},
		"/50/500109/":  {"/50/500109/", "/50/500112/"},
		"/50/500112/":  {"/50/500112/"}, // nothing new, nor what its heirs have
		"/50/":         {"/50/"},        // the level above has its own work alone
	} {
		if got := tree.Charge(desk, after); !slices.Equal(got, want) {
			t.Errorf("%s answers for %v, want %v", desk, got, want)
		}
	}
	for _, c := range []struct {
		path place.Path
		at   time.Time
		want place.Path
	}{
		{"/50/z500004/500112001/", before, ""}, // 渝北区 had no such street
		{"/50/z500004/500112002/", before, "/50/500112/500112002/"},
		{"/50/500112/500112002/", after, "/50/z500004/500112002/"},
		{"/50/z500004/", before, ""},
		{"/50/500112/", after, ""},
		{"/50/500110/", after, "/50/500110/"},
	} {
		if got := tree.Was(c.path, c.at); got != c.want {
			t.Errorf("%s stood at %q, want %q", c.path, got, c.want)
		}
	}
}

// What would begin at a division that has ended is refused under its field, with the day and the heirs; not at one that moved.
func TestWhatBeginsAtAnEndedDivisionIsRefused(t *testing.T) {
	tree := changed(t)
	for path, want := range map[place.Path]string{
		"/50/500112/":            "渝北区已于2025年11月6日撤销，由两江新区、北碚区承接；新办事项请选择承接地区",
		"/50/500105/":            "江北区已于2025年11月6日撤销，由两江新区承接；新办事项请选择承接地区",
		"/50/500112/500112133/":  "",
		"/50/500109/500112133/":  "",
		"/50/z500004/":           "",
		"/50/500110/":            "",
		"/":                      "",
		"":                       "",
		"/50/500999/":            "",
		"/50/z500004/500105001/": "",
	} {
		if err := tree.RefuseEnded(path, before, "body.home"); err != nil {
			t.Errorf("%s before: %v", path, err)
		}
		err := tree.RefuseEnded(path, after, "body.home")
		if want == "" {
			if err != nil {
				t.Errorf("%s stands: %v", path, err)
			}
			continue
		}
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Fields[0].Code != "place_ended" || f.Fields[0].Location != "body.home" || f.Fields[0].Zh != want || f.Fields[0].En == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}
