package api_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/platform/db"
)

// inView are the ids that the list of needs, its words, its numbers and the map show for one choice; they must say the same.
func inView(t *testing.T, c *apptest.Client, choice string) []string {
	t.Helper()
	page := apptest.Read[api.PageOf[api.NeedOut]](seek(c, "/needs?state=open&limit=200"+choice).Want(http.StatusOK))
	var list []string
	for _, n := range page.Items {
		list = append(list, n.ID)
		if one := apptest.Read[api.PageOf[api.NeedOut]](seek(c, "/needs?state=open&q="+n.Number+choice).Want(http.StatusOK)).Items; len(one) != 1 || one[0].ID != n.ID {
			t.Errorf("%s: %s is not found by its number: %+v", choice, n.Number, one)
		}
		c.Get("/needs/" + n.ID).Want(http.StatusOK)
	}
	slices.Sort(list)
	if len(slices.Compact(slices.Clone(list))) != len(list) || page.Counts["open"] != len(list) {
		t.Errorf("%s: listed %d, counted %d", choice, len(list), page.Counts["open"])
	}
	same := func(how string, got []string) {
		t.Helper()
		slices.Sort(got)
		if !slices.Equal(got, list) {
			t.Errorf("%s: the list shows %v, %s %v", choice, list, how, got)
		}
	}
	var words, dots, paged []string
	for _, n := range apptest.Read[api.PageOf[api.NeedOut]](seek(c, "/needs?state=open&limit=200&q=老人"+choice).Want(http.StatusOK)).Items {
		words = append(words, n.ID)
	}
	shown := apptest.Read[api.NeedMap](c.Get("/needs/map?state=open&zoom=3&west=73&south=3&east=136&north=54" + choice).Want(http.StatusOK))
	for _, p := range shown.Points {
		dots = append(dots, p.ID)
	}
	if shown.Inside != len(list) || shown.Total != len(list) {
		t.Errorf("%s: the map counts %d and %d, the list %d", choice, shown.Inside, shown.Total, len(list))
	}
	for cursor := "&cursor="; cursor != ""; {
		part := apptest.Read[api.PageOf[api.NeedOut]](seek(c, "/needs?state=open&limit=1"+choice+cursor).Want(http.StatusOK))
		for _, n := range part.Items {
			paged = append(paged, n.ID)
		}
		if cursor = ""; part.Next != "" {
			cursor = "&cursor=" + part.Next
		}
	}
	same("the search", words)
	same("the map", dots)
	same("page by page", paged)
	return list
}

// callsInView are the ids of the reports that wait, in the queue and by their words.
func callsInView(t *testing.T, c *apptest.Client, choice string) []string {
	t.Helper()
	page := apptest.Read[api.ReportList](c.Get("/reports?limit=200" + choice).Want(http.StatusOK))
	found := apptest.Read[api.ReportList](seek(c, "/reports?limit=200&q=轮椅"+choice).Want(http.StatusOK))
	ids := func(rows []api.ReportRow) (list []string) {
		for _, r := range rows {
			list = append(list, r.ID)
		}
		slices.Sort(list)
		return list
	}
	list := ids(page.Items)
	if got := ids(found.Items); !slices.Equal(got, list) || page.Counts["received"] != len(list) {
		t.Errorf("%s: the queue shows %v, the search %v, counted are %d", choice, list, got, page.Counts["received"])
	}
	return list
}

// spread is a call that waits and an open need, by where they belong.
type spread struct{ calls, needs map[string]string }

// told makes a call that waits and an open need at a point, in an incident when one is given.
func (g spread) told(t *testing.T, w *apptest.World, name string, point fields, incident string) {
	t.Helper()
	group := w.As("zonghe")
	wait, done := ask(t, w, fields{"point": point, "text": "老人坐轮椅出不来"}), ask(t, w, fields{"point": point, "text": "老人坐轮椅出不来"})
	g.needs[name] = verified(t, group, done.id, nil)
	g.calls[name] = wait.id
	if incident != "" {
		group.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{wait.id, done.id}}).Want(http.StatusOK)
	}
}

// ids are those of the names, in order.
func ids(of map[string]string, names string) (list []string) {
	for _, n := range strings.Fields(names) {
		list = append(list, of[n])
	}
	slices.Sort(list)
	return list
}

// What somebody with a grant for an incident sees is the same in lists, counts, searches, on the map and in the to-do: what
// lies at their places and what belongs to their incidents, once each; of a drill only when it is chosen, or is all they have.
func TestGrantedIncidentsAreSeenAlike(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		found(t, w.As("office"), "50")
		first, second := flood(t, w, nil), flood(t, w, nil, fields{"name": "南川滑坡", "places": []string{"500119"}})
		drill := flood(t, w, nil, fields{"name": "汛期演练", "drill": true})
		g := spread{map[string]string{}, map[string]string{}}
		qijiang := merge(fields{}, call(nil)["point"].(fields))
		g.told(t, w, "q", qijiang, "")
		g.told(t, w, "n", inNanchuan, "")
		g.told(t, w, "q1", qijiang, first)
		g.told(t, w, "n1", inNanchuan, first)
		g.told(t, w, "n2", inNanchuan, second)
		g.told(t, w, "qd", qijiang, drill)
		searchable(w)
		for login, x := range map[string]struct {
			grants []access.Grant
			sees   map[string]string // by choice
			gone   string            // an incident that is not there for them
		}{
			"place": {
				[]access.Grant{{Place: apptest.Qijiang}},
				map[string]string{"": "q q1", "&incident=" + first: "q1", "&incident=" + drill: "qd", "&place=500119": ""},
				second,
			},
			"place-and-one": {
				[]access.Grant{{Place: apptest.Qijiang}, {Incident: first}},
				map[string]string{"": "q q1 n1", "&incident=" + first: "q1 n1", "&place=500110": "q q1", "&place=500119": "n1", "&place=500119&incident=" + first: "n1"},
				second,
			},
			"one":      {[]access.Grant{{Incident: first}}, map[string]string{"": "q1 n1", "&incident=" + first: "q1 n1", "&place=500110": "q1"}, second},
			"two":      {[]access.Grant{{Incident: first}, {Incident: second}}, map[string]string{"": "q1 n1 n2", "&incident=" + second: "n2", "&place=500119": "n1 n2"}, drill},
			"drill":    {[]access.Grant{{Incident: drill}}, map[string]string{"": "qd", "&incident=" + drill: "qd"}, first},
			"and-more": {[]access.Grant{{Incident: second}, {Incident: drill}}, map[string]string{"": "n2", "&incident=" + drill: "qd"}, first},
		} {
			w.Account(login, "某人")
			for _, grant := range x.grants {
				grant.Role = access.General
				w.Grant(login, grant)
			}
			c := w.As(login)
			for choice, names := range x.sees {
				if got := inView(t, c, choice); !slices.Equal(got, ids(g.needs, names)) {
					t.Errorf("%s%s sees the needs %v, want %s %v", login, choice, got, names, ids(g.needs, names))
				}
				if got := callsInView(t, c, choice); !slices.Equal(got, ids(g.calls, names)) {
					t.Errorf("%s%s sees the reports %v, want %s %v", login, choice, got, names, ids(g.calls, names))
				}
			}
			n := len(strings.Fields(x.sees[""]))
			if calls, needs := todo(c, "reports", "").Count, todo(c, "publish", "").Count; calls != n || needs != n {
				t.Errorf("%s is to do %d reports and %d needs, the lists show %d", login, calls, needs, n)
			}
			for _, path := range []string{"/needs?incident=", "/reports?incident=", "/needs/map?zoom=3&west=73&south=3&east=136&north=54&incident="} {
				c.Get(path+x.gone).Refused(http.StatusNotFound, "not_found")
			}
		}
	})
}

// An open page of somebody with grants for incidents hears what happens in them while they are granted, and what leaves them
// is gone from it. When one of the grants ends the page reads its lists anew, and with the last it ends, within two seconds.
func TestLiveFollowsGrantedIncidents(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		found(t, w.As("office"), "50")
		first, second := flood(t, w, nil), flood(t, w, nil, fields{"name": "南川滑坡", "places": []string{"500119"}})
		third := flood(t, w, nil, fields{"name": "上游溃堤"})
		group := w.As("zonghe")
		joins := func(report, into string) {
			group.Post("/incidents/"+into+"/reports", fields{"id": newID(), "reports": []string{report}}).Want(http.StatusOK)
		}
		w.Account("lent", "顾南星")
		one := w.Grant("lent", access.Grant{Role: access.General, Incident: first})
		w.Grant("lent", access.Grant{Role: access.General, Incident: second, NotAfter: w.Now().Add(time.Minute + time.Second/2)})
		c := w.As("lent")
		w.Clock.Advance(time.Minute) // the page judges again when little is left
		page := c.Live("")
		outside := ask(t, w, fields{"point": inNanchuan})
		r := ask(t, w, fields{"point": inNanchuan})
		need := verified(t, group, r.id, nil)
		joins(r.id, first)
		if e := page.Next(); e.Name != "change" || e.Str("verb") != "report.joined" || e.Str("id") != r.id {
			t.Fatalf("the first that the page hears: %+v", e)
		}
		if e := page.Next(); e.Name != "change" || e.Str("verb") != "need.joined" || e.Str("id") != need {
			t.Fatalf("the need behind it: %+v", e)
		}
		moved := ask(t, w, fields{"point": inNanchuan})
		joins(moved.id, second)
		next(page, moved.id)
		joins(moved.id, first)
		if e := page.Next(); e.Name != "change" || e.Str("id") != moved.id {
			t.Errorf("from one granted incident into the other: %+v", e)
		}
		joins(moved.id, third)
		if e := page.Next(); e.Name != "gone" || e.Str("id") != moved.id || e.Str("kind") != "report" {
			t.Errorf("out of sight: %+v", e)
		}
		c.Get("/reports/"+moved.id).Refused(http.StatusNotFound, "not_found")

		w.Revoke(one)
		began := time.Now()
		if e := page.Next(); e.Name != "reset" {
			t.Errorf("one of two grants was revoked: %+v", e)
		}
		group.Post("/needs/"+need+"/close", because("重复")).Want(http.StatusOK)
		last := ask(t, w, fields{"point": inNanchuan})
		joins(last.id, second)
		if e := page.Next(); e.Str("id") != last.id {
			t.Errorf("after the revocation the page hears %+v", e)
		}
		w.Clock.Advance(2 * time.Hour)
		if e := page.Next(); e.Name != "bye" || e.Str("reason") != "rights_ended" {
			t.Errorf("the last grant expired: %+v", e)
		}
		page.Ended()
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("two ends of rights took %v", took)
		}
		c.Get("/reports/"+last.id).Refused(http.StatusNotFound, "not_found")
		c.Get("/reports/"+outside.id).Refused(http.StatusNotFound, "not_found")
	})
}

// Needs that an older version wrote into an incident are found there after the upgrade: their marks are written anew.
func TestOlderNeedsOfAnIncidentAreFound(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		in := flood(t, w, nil)
		g := spread{map[string]string{}, map[string]string{}}
		g.told(t, w, "n", inNanchuan, in)
		text, err := os.ReadFile("../migrations/common/0046_sight.sql")
		if err != nil {
			t.Fatal(err)
		}
		_, upgrade, ok := strings.Cut(string(text), "UPDATE need_words")
		if !ok {
			t.Fatal("the migration writes no marks anew")
		}
		var older int64
		if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) (err error) {
			if older, err = tx.Exec(`UPDATE need_words SET words = replace(words, $1, $2)`, "·ai"+strings.ReplaceAll(in, "-", ""), "·a#"+in); err != nil {
				return err
			}
			_, err = tx.Exec("UPDATE need_words" + strings.TrimRight(upgrade, ";\n "))
			return err
		}); err != nil || older == 0 {
			t.Fatal(older, err)
		}
		if got := inView(t, w.As("zonghe"), "&incident="+in); !slices.Equal(got, ids(g.needs, "n")) {
			t.Errorf("found are %v", got)
		}
	})
}
