package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func publicNeeds(w *apptest.World, query string) api.PublicNeeds {
	return apptest.Read[api.PublicNeeds](w.Public().Get("/public/needs" + query).Want(http.StatusOK))
}

// Everybody sees what was published to the public, and of it no more than title, town and what is wanted; a correction
// is marked, what is withdrawn or closed is gone. As a page it says the same.
func TestThePublicSeesWhatWasPublishedToIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		order := instruct(t, w, group, nil)
		toAll := func(with fields) string {
			need := verified(t, group, ask(t, w, fields{"place": "500110001001", "point": nil}).id, with)
			group.Post("/needs/"+need+"/publish", fields{"id": newID(), "version": 0, "instruction": order, "audience": []string{"teams", "public"}}).Want(http.StatusOK)
			w.Clock.Advance(time.Second)
			return need
		}
		open := verified(t, group, ask(t, w, nil).id, fields{"title": "仅登记未发布"})
		publish(group, verified(t, group, ask(t, w, nil).id, fields{"title": "仅发布到队伍"}), order).Want(http.StatusOK)
		first := toAll(fields{"title": "古南街道老人需转移", "teams": 3})
		second := toAll(fields{"title": "卫生院断水", "teams": 0})

		list := publicNeeds(w, "")
		if len(list.Items) != 2 || list.Total != 2 || list.Items[0].Title != "卫生院断水" || list.Items[1].Teams != 3 || list.Items[1].Corrections != 0 {
			t.Fatalf("%+v", list)
		}
		if p := list.Items[0].Place; len(p.Code) > 9 || p.Name != "古南街道" {
			t.Errorf("the place is too fine: %+v", p)
		}
		for _, a := range []*apptest.Answer{w.Public().Get("/public/needs"), w.Public().Send(http.MethodGet, "/published", "", nil)} {
			a.Want(http.StatusOK).Without(phone1, "沙溪路", "担架", "暗流", first, second, open, "仅登记未发布", "仅发布到队伍", "500110001001", "余知秋", "XQ-")
		}
		if got := publicNeeds(w, "?place=500110001"); got.Total != 2 {
			t.Errorf("in the town %d", got.Total)
		}
		if got := publicNeeds(w, "?place=500119"); got.Total != 0 || len(got.Items) != 0 {
			t.Errorf("in another district %+v", got)
		}
		if got := publicNeeds(w, "?from=1"); len(got.Items) != 1 || got.Total != 2 || got.Items[0].Title != "古南街道老人需转移" {
			t.Errorf("further on %+v", got)
		}
		coarser := func(level string) string {
			w.Clock.Advance(time.Second)
			w.As("office").Post("/parameters", fields{"id": newID(), "key": "need.public_coarse_level", "place": "500110", "value": level, "source": "区局规定"}).Want(http.StatusNoContent)
			return publicNeeds(w, "").Items[0].Place.Name
		}
		if county, city, town := coarser("county"), coarser("city"), coarser("town"); county != "綦江区" || city != "重庆市" || town != "古南街道" {
			t.Errorf("by its parameter the place is %s, %s, %s", county, city, town)
		}
		w.Public().Get("/public/needs?place=500110001001").Want(http.StatusUnprocessableEntity).Names("query.place", "place_too_fine")
		w.Public().Get("/public/needs?place=999999").Want(http.StatusUnprocessableEntity).Names("query.place", "place_unknown")

		group.Post("/needs/"+first+"/correct", fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(fields{"title": "古南街道三位老人需转移"})}).Want(http.StatusOK)
		group.Post("/needs/"+second+"/withdraw", because("地点有误")).Want(http.StatusOK)
		w.Eventually("the correction is marked, and what was withdrawn is gone", func() bool {
			list := publicNeeds(w, "")
			return len(list.Items) == 1 && list.Items[0].Title == "古南街道三位老人需转移" && list.Items[0].Corrections == 1
		})
		group.Post("/needs/"+first+"/close", because("已转移")).Want(http.StatusOK)
		w.Eventually("nothing is left", func() bool { return publicNeeds(w, "").Total == 0 })
	})
}

// The page takes no script, speaks two languages, and says what is wrong with an address that somebody typed.
func TestThePublicPageIsPlain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		order := instruct(t, w, group, nil)
		for range 31 {
			need := verified(t, group, ask(t, w, nil).id, fields{"title": "<b>老人</b>需转移", "teams": 2})
			group.Post("/needs/"+need+"/publish", fields{"id": newID(), "version": 0, "instruction": order, "audience": []string{"teams", "public"}}).Want(http.StatusOK)
		}
		page := func(query string, status int, words ...string) {
			t.Helper()
			a := w.Public().Send(http.MethodGet, "/published"+query, "", nil).Want(status)
			for _, word := range words {
				if !strings.Contains(string(a.Body), word) {
					t.Errorf("%s does not say %q", query, word)
				}
			}
			a.Without("<script", "<b>老人")
			if len(a.Body) > 100_000 {
				t.Errorf("%d bytes", len(a.Body))
			}
		}
		page("", http.StatusOK, "已发布的救援需求", "还需 2 支队伍", "共 31 条", "from=30", "&lt;b&gt;老人")
		page("?from=30&lang=en", http.StatusOK, "teams wanted: 2", "newer", "place=500110")
		page("?from=x", http.StatusOK, "共 31 条")
		page("?from=-5", http.StatusOK, "共 31 条")
		page("?place=500119", http.StatusOK, "现在没有已发布的需求", "南川区")
		page("?place=1", http.StatusUnprocessableEntity, "没有这个区划", "查看全部地区")
	})
}

// A need that is published still when its incident is closed is shown to nobody who could come for it; a phone that has read it
// before is told why. Its officers see it and close it, and it comes back when the incident goes on.
func TestNeedsOfAClosedIncidentAreOfferedToNobody(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		incident := running(t, w)
		r := ask(t, w, nil)
		need := verified(t, office, r.id, fields{"title": "事件结束时仍在发布"})
		office.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{r.id}}).Want(http.StatusOK)
		office.Post("/needs/"+need+"/publish", fields{"id": newID(), "version": 0, "instruction": instruct(t, w, office, nil), "audience": []string{"teams", "public"}}).Want(http.StatusOK)
		c := muster(w, fields{"home": "500110"})
		lead := w.Leader("captain", c.team)
		shown := func() [2]bool {
			w.Clock.Advance(6 * time.Second)
			mine := lead.Get("/team/needs").Want(http.StatusOK)
			return [2]bool{contains(string(mine.Body), need), publicNeeds(w, "").Total == 1}
		}
		if got := shown(); got != [2]bool{true, true} {
			t.Errorf("before: %v", got)
		}
		office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
		if got := shown(); got != [2]bool{false, false} {
			t.Errorf("closed: %v", got)
		}
		lead.Post("/offers", signup(w, c, fields{"needs": []string{need}})).Refused(http.StatusConflict, "offer.incident_over")
		lead.Post("/offers", signup(w, c, fields{"incident": incident})).Refused(http.StatusNotFound, "not_found")
		if n := readNeed(t, office, need); n.State != "published" {
			t.Errorf("its officers see %+v", n)
		}
		office.Post("/incidents/"+incident+"/reopen", fields{"version": 0, "reason": "险情反复", "decision": onBehalf(w, nil)}).Want(http.StatusOK)
		if got := shown(); got != [2]bool{true, true} {
			t.Errorf("reopened: %v", got)
		}
	})
}
