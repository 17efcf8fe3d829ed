package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// walk reads a whole list page by page.
func walk(t *testing.T, c *apptest.Client, query string) (ids []string, pages int) {
	t.Helper()
	cursor := ""
	for {
		page := queue(t, c, query+"&cursor="+url.QueryEscape(cursor))
		ids = append(ids, idsOf(page.Items)...)
		pages++
		if page.Next == "" {
			return ids, pages
		}
		cursor = page.Next
	}
}

// The queue is in the order of waiting; its pages hold every row once, wherever the borders fall, unread claims too.
func TestQueuePages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		const n, size = 120, 25
		var sent []asked
		for i := range n {
			if i%3 != 0 { // every third came in the same microsecond as the one before
				w.Clock.Advance(time.Second)
			}
			if i%50 == 0 {
				w.Clock.Advance(time.Minute) // below the limit of one address
			}
			sent = append(sent, ask(t, w, nil))
		}
		w.Clock.Advance(time.Minute)
		var claimed []string
		for i := range size + 1 { // so that the first border falls between two unread claims
			r := sent[n-1-i*2]
			claim(w, r.receipt, "add", "还有人").Want(http.StatusNoContent)
			claimed = append(claimed, r.id)
			if i == 9 || i == 18 {
				w.Clock.Advance(time.Minute)
			}
		}
		for _, limit := range []int{7, size, size + 1, 200} {
			got, pages := walk(t, desk, "?limit="+strconv.Itoa(limit))
			once := slices.Compact(slices.Sorted(slices.Values(got)))
			if len(got) != n || len(once) != n || pages != (n+limit-1)/limit {
				t.Fatalf("limit %d: %d rows, %d different, %d pages", limit, len(got), len(once), pages)
			}
			for _, r := range got[:len(claimed)] {
				if !slices.Contains(claimed, r) {
					t.Fatalf("limit %d: a row without a claim stands before one with", limit)
				}
			}
		}
		all, _ := walk(t, desk, "?limit=200")
		var waits []time.Time
		for _, r := range queue(t, desk, "?limit=200").Items[len(claimed):] {
			waits = append(waits, r.ReceivedAt)
		}
		if !slices.IsSortedFunc(waits, time.Time.Compare) {
			t.Error("the queue is not in the order of waiting")
		}
		newest, _ := walk(t, desk, "?stage=all&limit=11")
		if len(newest) != n || slices.Index(newest, sent[0].id) < n-3 {
			t.Errorf("the list of all reports has %d rows and is not newest first", len(newest))
		}
		look(t, desk, all[0])
		if rest, _ := walk(t, desk, "?limit=25"); len(rest) != n || rest[n-1] != all[0] {
			t.Error("what was looked at does not go to the end")
		}
	})
}

func TestQueueFilters(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		duty, group := w.As("qijiang"), w.As("zonghe")
		here := ask(t, w, nil)
		town := ask(t, w, fields{"point": nil, "place": "500110001"})
		there := ask(t, w, fields{"point": inNanchuan, "phone": phone2})
		nowhere := ask(t, w, fields{"point": nil})
		look(t, duty, here.id)
		gone := ask(t, w, fields{"phone": "02385550001"})
		look(t, duty, gone.id)
		decide(t, duty, gone.id, fields{"outcome": "false"})

		for _, tt := range []struct {
			who   *apptest.Client
			query string
			want  []asked
		}{
			{group, "", []asked{here, town, there, nowhere}},
			{duty, "", []asked{here, town}},
			{w.As("nanchuan"), "", []asked{there}},
			{group, "?place=500110", []asked{here, town}},
			{group, "?place=500119", []asked{there}},
			{duty, "?place=500119", nil},
			{duty, "?place=500110001", []asked{town}},
			{group, "?stage=received", []asked{town, there, nowhere}},
			{group, "?stage=verifying", []asked{here}},
			{group, "?stage=done", []asked{gone}},
			{group, "?stage=all", []asked{here, town, there, nowhere, gone}},
			{group, "?stage=all&q=bg-a0001", []asked{here}},
			{group, "?stage=all&q=" + there.receipt, []asked{there}},
			{duty, "?stage=all&q=" + there.receipt, nil},
			{group, "?stage=all&q=BG-A9999", nil},
		} {
			var want []string
			for _, r := range tt.want {
				want = append(want, r.id)
			}
			got := idsOf(queue(t, tt.who, tt.query).Items)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", tt.query, got, want)
			}
		}
		if c := queue(t, group, "").Counts; c["received"] != 3 || c["verifying"] != 1 {
			t.Errorf("counts %v", c)
		}
		if c := queue(t, w.As("nanchuan"), "").Counts; c["received"] != 1 || c["verifying"] != 0 {
			t.Errorf("the counts of another county hold what it may not see: %v", c)
		}
		// The look-up of numbers is filled behind intake.
		searchable(w)
		for number, want := range map[string]asked{"138 0000 0002": there, "+86 138-0000-0002": there, "02385550001": gone} {
			if found := queue(t, group, "?stage=all&q="+url.QueryEscape(number)).Items; len(found) != 1 || found[0].ID != want.id {
				t.Errorf("found by the number %s: %v", number, idsOf(found))
			}
		}
		if found := queue(t, duty, "?stage=all&q="+phone2).Items; len(found) != 0 {
			t.Error("a number finds a report of another county")
		}
		for _, bad := range []string{"?stage=nonsense", "?cursor=nonsense", "?limit=0", "?place=999999"} {
			group.Get("/reports" + bad).Want(http.StatusUnprocessableEntity)
		}
	})
}

// The time after which a report is late is a parameter: the province sets it, a level below may set another unless it
// is locked, and every list answers with what counts.
//
// Between two looks another limit counts than before the first: parameter need.look_again.
func TestLateAgainIsAParameter(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		late := func() int {
			for _, i := range apptest.Read[api.TodosOut](desk.Get("/me/todo").Want(http.StatusOK)).Items {
				if i.Key == "reports" {
					return i.Late
				}
			}
			return 0
		}
		r := ask(t, w, nil)
		w.Clock.Advance(11 * time.Minute)
		if late() != 1 {
			t.Error("nobody has looked for 11 minutes, and it is not late")
		}
		look(t, desk, r.id)
		w.Clock.Advance(29 * time.Minute)
		if got := queue(t, desk, ""); late() != 0 || got.OverdueAfter != 600 || got.AgainAfter != 1800 {
			t.Errorf("29 minutes after a look %d late; limits %d and %d", late(), got.OverdueAfter, got.AgainAfter)
		}
		w.As("office").Post("/parameters", fields{"id": newID(), "key": "need.look_again", "place": "500110", "value": "20", "source": "区局规定"}).Want(http.StatusNoContent)
		if late() != 1 || queue(t, desk, "").AgainAfter != 1200 {
			t.Errorf("the county says 20 minutes: %d late after %d s", late(), queue(t, desk, "").AgainAfter)
		}
	})
}

// proves: S003-13 S004-75
func TestLateAfterIsAParameter(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, desk := w.As("office"), w.As("qijiang")
		read := func(place string) api.ParameterOut {
			t.Helper()
			list := apptest.Read[api.PageOf[api.ParameterOut]](office.Get("/parameters?place=" + place).Want(http.StatusOK)).Items
			return list[slices.IndexFunc(list, func(p api.ParameterOut) bool { return p.Key == "need.look_within" })]
		}
		set := func(place, value string, locked bool) *apptest.Answer {
			t.Helper()
			w.Clock.Advance(time.Second)
			return office.Post("/parameters", fields{"id": newID(), "key": "need.look_within", "place": place, "value": value, "locked": locked, "source": "市应急局通知"})
		}
		if late := queue(t, desk, "").OverdueAfter; late != 600 {
			t.Errorf("late after %d s, want the default of 600", late)
		}
		set("50", "5", false).Want(http.StatusNoContent)
		set("500110", "8", false).Want(http.StatusNoContent)
		for _, desk := range []struct {
			c    *apptest.Client
			late int
		}{{desk, 480}, {w.As("nanchuan"), 300}, {w.As("zonghe"), 300}} {
			if late := queue(t, desk.c, "").OverdueAfter; late != desk.late {
				t.Errorf("late after %d s, want %d", late, desk.late)
			}
		}
		if late := queue(t, w.As("zonghe"), "?place=500110").OverdueAfter; late != 480 {
			t.Errorf("the city asks for 綦江: late after %d s, want 480", late)
		}
		if p := read("500110"); p.Value != "8" || p.SetAt.Path != string(apptest.Qijiang) || p.Source != "市应急局通知" || p.Default != "10" {
			t.Errorf("at 綦江: %+v", p)
		}
		if p := read("500110001"); p.Value != "8" {
			t.Errorf("a town inherits from its county: %+v", p)
		}
		if p := read("500119"); p.Value != "5" || p.SetAt.Path != string(apptest.City) {
			t.Errorf("at 南川: %+v", p)
		}
		set("50", "3", true).Want(http.StatusNoContent)
		if p := read("500110"); p.Value != "3" || p.SetAt.Path != string(apptest.City) {
			t.Errorf("below a lock: %+v", p)
		}
		set("500110", "20", false).Refused(http.StatusConflict, "parameter_locked")
		set("50", "soon", false).Want(http.StatusUnprocessableEntity).Names("body.value", "number_expected")
		office.Post("/parameters", fields{"id": newID(), "key": "need.look_within", "place": "50", "value": "4", "source": ""}).Want(http.StatusUnprocessableEntity).Names("body.source", "source_missing")
		desk.Post("/parameters", fields{"id": newID(), "key": "need.look_within", "place": "500110", "value": "4", "source": "x"}).Refused(http.StatusForbidden, "forbidden")
	})
}
