package journal_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/journal"
)

// A row says what its fields were before: those that changed or are said no more, and none that it does not say itself but
// for those that were added on purpose.
func TestRowsSayWhatWas(t *testing.T) {
	say := func(body any) journal.Entry {
		e := entry("a")
		e.Body = body
		return e
	}
	type fields map[string]any
	for _, x := range []struct {
		what string
		was  journal.Was
		now  any
		want string
	}{
		{"nothing known", nil, fields{"state": "open"}, `{"state":"open"}`},
		{"nothing changed", say(fields{"state": "open", "n": 2}).Fields(), fields{"n": 2, "state": "open"}, `{"n":2,"state":"open"}`},
		{"a state", say(fields{"state": "open", "n": 2}).Fields(), fields{"n": 2, "state": "shut"}, `{"n":2,"state":"shut","was":{"state":"open"}}`},
		{"what is new has no past", say(fields{"state": "open"}).Fields(), fields{"state": "open", "n": 2}, `{"n":2,"state":"open"}`},
		{"what is gone", say(fields{"state": "open", "n": 2}).Fields(), fields{"state": "open"}, `{"state":"open","was":{"n":2}}`},
		{"words are left out", say(fields{"state": "open", "title": "x"}).Fields().Without("title"), fields{"state": "shut", "title": "y"}, `{"state":"shut","title":"y","was":{"state":"open"}}`},
		{"added", journal.Was{}.With("state", "open"), fields{"state": "shut"}, `{"state":"shut","was":{"state":"open"}}`},
		{"added to nothing", journal.Was(nil).With("state", "open"), fields{}, `{"was":{"state":"open"}}`},
		{"a list", say(fields{"list": []int{1}}).Fields(), fields{"list": []int{1, 2}}, `{"list":[1,2],"was":{"list":[1]}}`},
		{"a struct", say(struct {
			N int `json:"n"`
		}{1}).Fields(), struct {
			N int `json:"n"`
		}{2}, `{"n":2,"was":{"n":1}}`},
	} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			_, take := open(t, d)
			kept := maps.Clone(x.was)
			if err := d.Update(context.Background(), func(tx *db.Tx) error { return journal.Append(tx, say(x.now).Since(x.was)) }); err != nil {
				t.Fatal(err)
			}
			if got := string(take(1)[0].Body); got != x.want {
				t.Errorf("%s: %s, want %s", x.what, got, x.want)
			}
			if !maps.EqualFunc(kept, x.was, func(a, b json.RawMessage) bool { return slices.Equal(a, b) }) {
				t.Errorf("%s: what was is changed", x.what)
			}
		})
	}
}

// A body that cannot be written is refused, whatever it was before.
func TestRowThatCannotBeWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		e := entry("a")
		e.Body = map[string]any{"n": make(chan int)}
		if err := d.Update(context.Background(), func(tx *db.Tx) error { return journal.Append(tx, e.Since(e.Fields())) }); err == nil {
			t.Error("a channel was written")
		}
		e.Body = []int{1}
		if err := d.Update(context.Background(), func(tx *db.Tx) error { return journal.Append(tx, e.Since(journal.Was{}.With("n", 1))) }); err == nil {
			t.Error("a list has no fields that were otherwise")
		}
	})
}
