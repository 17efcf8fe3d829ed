package api_test

import (
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/platform/id"
)

// next reads events of a stream up to the next change of a record, and is that one.
func next(s *apptest.Stream, record string) apptest.Event {
	for {
		if e := s.Next(); e.Name == "change" && e.Str("id") == record {
			return e
		}
	}
}

// An open page learns of a change, with enough to draw it and nothing personal.
func TestLiveShowsChanges(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		page := desk.Live("")
		r := ask(t, w, nil)
		e := next(page, r.id)
		row, _ := e.Map()["row"].(map[string]any)
		if e.Str("verb") != "report.received" || e.Str("kind") != "report" || e.Str("by") != "public" || row["stage"] != "received" || row["severity"] != 2.0 || e.ID == "" {
			t.Errorf("the event %+v", e)
		}
		for _, word := range []string{phone1, "余知秋", "沙溪路", "一楼"} {
			if contains(e.Data, word) {
				t.Errorf("%q is in the event %s", word, e.Data)
			}
		}
		look(t, desk, r.id)
		if e := next(page, r.id); e.Str("verb") != "report.taken_up" || e.Str("by") != w.ID("qijiang") {
			t.Errorf("the event %+v", e)
		}
		w.Stranger().Get("/live").Refused(http.StatusUnauthorized, "signed_out")
		w.Public().Get("/live").Refused(http.StatusNotFound, "no_operation")
	})
}

// A page that comes back learns exactly what it missed, in order, and then what is new.
func TestLiveResumes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		page := desk.Live("")
		first := ask(t, w, nil)
		last := next(page, first.id)
		page.Close()

		missed := []string{}
		for range 5 {
			missed = append(missed, ask(t, w, nil).id)
			ask(t, w, fields{"point": inNanchuan}) // not for this page
		}
		look(t, desk, first.id)
		missed = append(missed, first.id)
		reportHistory(t, w, desk, first.id, "report.received", "report.taken_up")

		page = desk.Live(last.ID)
		fresh := ask(t, w, nil)
		var got []string
		for len(got) <= len(missed) {
			e := page.Next()
			if e.Name != "change" {
				t.Fatalf("event %+v", e)
			}
			got = append(got, e.Str("id"))
		}
		if !slices.Equal(got, append(missed, fresh.id)) {
			t.Errorf("came back to %v, want %v", got, append(missed, fresh.id))
		}
		if page = desk.Live("9223372036854775000"); page.Hello.Map()["position"] == nil {
			t.Error("a page from the future is not greeted")
		}
	})
}

// Between what a page reads first and its stream nothing is lost: the stream begins where the journal stood when the page
// asked who is signed in.
func TestLiveBeginsWhereThePageBegan(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		before := ask(t, w, nil)
		next(desk.Live("0"), before.id) // it is settled
		me := apptest.Read[api.Me](desk.Get("/session").Want(http.StatusOK))
		between := ask(t, w, nil)
		if e := desk.Live(strconv.FormatInt(me.Position, 10)).Next(); e.Name != "change" || e.Str("id") != between.id {
			t.Errorf("the stream of a page begins with %+v, want the report %s", e, between.id)
		}
	})
}

// What happens in one county is nothing that the next one hears.
func TestLiveTellsSiblingsNothing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		sibling, city, nobody := w.As("nanchuan").Live(""), group.Live(""), w.As("auditor").Live("")
		r := ask(t, w, nil)
		need := verified(t, group, r.id, nil)
		publish(group, need, instruct(t, w, group, nil)).Want(http.StatusOK)
		theirs := ask(t, w, fields{"point": inNanchuan})
		if e := sibling.Next(); e.Name != "change" || e.Str("id") != theirs.id {
			t.Errorf("the first that 南川 hears is %+v", e)
		}
		next(city, r.id)
		next(city, need)
		next(city, theirs.id)
		everywhere := w.Grant("auditor", access.Grant{Role: access.Duty, Place: apptest.City})
		if e := nobody.Next(); e.Name != "reset" {
			t.Errorf("the first that an auditor hears is %+v", e)
		}
		last := ask(t, w, nil)
		if e := nobody.Next(); e.Name != "change" || e.Str("id") != last.id {
			t.Errorf("with a second role: %+v", e)
		}
		w.Revoke(everywhere)
		if e := nobody.Next(); e.Name != "reset" {
			t.Errorf("after the second role: %+v", e)
		}
	})
}

// A leader's page is of another class: it learns of a need when it is published, and that it is gone when it is
// withdrawn or closed. A need that was never published is closed unheard.
func TestLiveTellsTeamsWhatIsGone(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, lead := w.As("zonghe"), leader(t, w)
		page := lead.Live("")
		order := instruct(t, w, group, nil)
		unheard := verified(t, group, ask(t, w, nil).id, nil)
		group.Post("/needs/"+unheard+"/close", because("重复")).Want(http.StatusOK)
		need := verified(t, group, ask(t, w, nil).id, nil)
		publish(group, need, order).Want(http.StatusOK)
		e := page.Next()
		row, _ := e.Map()["row"].(map[string]any)
		if e.Name != "change" || e.Str("id") != need || row["title"] != "沙溪路老人需转移" {
			t.Fatalf("the first that a team hears is %+v", e)
		}
		group.Post("/needs/"+need+"/correct", fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(fields{"people": 4})}).Want(http.StatusOK)
		if e := page.Next(); e.Name != "change" || e.Str("verb") != "need.corrected" {
			t.Errorf("corrected: %+v", e)
		}
		group.Post("/needs/"+need+"/withdraw", because("地点有误")).Want(http.StatusOK)
		if e := page.Next(); e.Name != "gone" || e.Str("id") != need || contains(e.Data, "沙溪路") {
			t.Errorf("withdrawn: %+v", e)
		}
		publish(group, need, order).Want(http.StatusOK)
		if e := page.Next(); e.Name != "change" {
			t.Errorf("published again: %+v", e)
		}
		group.Post("/needs/"+need+"/close", because("已转移")).Want(http.StatusOK)
		if e := page.Next(); e.Name != "gone" || e.Str("id") != need {
			t.Errorf("closed: %+v", e)
		}
	})
}

func TestLiveEndsWithTheGrant(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		for name, end := range map[string]struct {
			until time.Duration
			how   func(grant string)
		}{
			"revoked": {0, w.Revoke},
			"expired": {time.Minute + time.Second/2, func(string) { w.Clock.Advance(2 * time.Minute) }},
		} {
			login := "guest-" + name
			w.Account(login, "顾南星")
			g := access.Grant{Role: access.Duty, Place: apptest.Qijiang}
			if end.until > 0 {
				g.NotAfter = w.Now().Add(end.until)
			}
			grant := w.Grant(login, g)
			c := w.As(login)
			w.Clock.Advance(time.Minute)
			page := c.Live("")
			r := ask(t, w, nil)
			next(page, r.id)
			end.how(grant)
			if e := page.Next(); e.Name != "bye" || e.Str("reason") != "rights_ended" {
				t.Errorf("%s: %+v", name, e)
			}
			page.Ended()
			c.Get("/live").Refused(http.StatusUnauthorized, "signed_out")
			c.Get("/reports/"+r.id).Refused(http.StatusNotFound, "not_found")
		}
		out := w.SignIn("guest-revoked", apptest.Password)
		w.Grant("guest-revoked", access.Grant{Role: access.Duty, Place: apptest.Qijiang})
		page := out.Live("")
		out.Delete("/session").Want(http.StatusOK)
		if e := page.Next(); e.Name != "bye" {
			t.Errorf("signed out: %+v", e)
		}
		page.Ended()
	})
}

// A change of somebody's rights is no business of a page.
func TestLiveHidesTheGuard(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		page := w.As("office").Live("")
		w.Account("new", "方以宁")
		w.Grant("new", access.Grant{Role: access.Duty, Place: apptest.Qijiang, ID: id.New()})
		r := ask(t, w, nil)
		if e := page.Next(); e.Str("id") != r.id {
			t.Errorf("a page hears of %+v", e)
		}
	})
}
