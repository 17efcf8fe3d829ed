package lifecycle_test

import (
	"slices"
	"strings"
	"testing"

	"lianyuan/platform/fault"
	"lianyuan/platform/lifecycle"
)

// door is a small machine that is as it should be; change returns it with one thing else.
func door(change func(m *lifecycle.Machine)) *lifecycle.Machine {
	m := &lifecycle.Machine{
		Name:   "door",
		States: []lifecycle.State{{Key: "shut", Zh: "关", En: "shut", Chip: "todo"}, {Key: "open", Zh: "开", En: "open", Chip: "done"}},
		Moves: []lifecycle.Move{
			{Verb: "push", From: []string{"shut"}, To: "open", Zh: "推", En: "push", May: "door.push"},
			{Verb: "pull", From: []string{"open"}, To: "shut", Zh: "拉", En: "pull", May: "door.pull"},
			{Verb: "look", From: []string{"shut", "open"}, To: "open", Zh: "看", En: "look", May: "door.see"},
		},
	}
	change(m)
	return m
}

func TestCheck(t *testing.T) {
	for what, change := range map[string]func(m *lifecycle.Machine){
		"":                          func(*lifecycle.Machine) {},
		"is twice or has no words":  func(m *lifecycle.Machine) { m.States = append(m.States, m.States[0]) },
		"has no words":              func(m *lifecycle.Machine) { m.States[1].En = "" },
		"leads to unknown":          func(m *lifecycle.Machine) { m.Moves[0].To = "ajar" },
		"no right":                  func(m *lifecycle.Machine) { m.Moves[0].May = "" },
		`pull from "ajar" is twice`: func(m *lifecycle.Machine) { m.Moves[1].From = []string{"ajar"} },
		`push from "shut" is twice`: func(m *lifecycle.Machine) { m.Moves[2].Verb = "push" },
		`nothing leads to "ajar"`: func(m *lifecycle.Machine) {
			m.States = append(m.States, lifecycle.State{Key: "ajar", Zh: "半开", En: "ajar", Chip: "move"})
		},
	} {
		err := door(change).Check()
		if (err == nil) != (what == "") || (err != nil && !strings.Contains(err.Error(), what)) {
			t.Errorf("want %q, got %v", what, err)
		}
	}
}

func TestTo(t *testing.T) {
	m := door(func(*lifecycle.Machine) {})
	if to, err := m.To("shut", "push"); to != "open" || err != nil {
		t.Errorf("push leads to %q, %v", to, err)
	}
	for _, from := range []string{"open", "ajar"} {
		to, err := m.To(from, "push")
		var f *fault.Error
		if to != "" || err == nil || !asFault(err, &f) || f.Kind != fault.Conflict || f.Code != "transition" {
			t.Fatalf("push from %s leads to %q, %v", from, to, err)
		}
		want := []string{}
		for _, mv := range m.Possible(from) {
			want = append(want, mv.Verb)
		}
		if !slices.Equal(f.Possible, want) {
			t.Errorf("from %s: possible %v, want %v", from, f.Possible, want)
		}
	}
	if got, want := m.Drawing(), "shut --push--> open\nopen --pull--> shut\nshut --look--> open\nopen --look--> open\n"; got != want {
		t.Errorf("drawn\n%s", got)
	}
}

func asFault(err error, f **fault.Error) bool {
	e, ok := err.(*fault.Error) //nolint:errorlint // the machine returns it unwrapped
	*f = e
	return ok
}
