package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/team"
)

// supportBody is what a team asks for, with what the test changes.
func supportBody(team string, with fields) fields {
	return merge(fields{
		"id": newID(), "team": team, "category": "fuel", "what": "汽油 92 号", "quantity": 200, "unit": "升", "priority": 2, "where": "文龙街道集结点",
	}, with)
}

// askSupport asks for a team and is the id of the request.
func askSupport(c *apptest.Client, incident, team string, with fields) string {
	body := supportBody(team, with)
	c.Post("/incidents/"+incident+"/support", body).Want(http.StatusCreated)
	return body["id"].(string)
}

func supportStep(verb string) fields {
	return merge(because("事由"), map[string]fields{
		"route": {"to": "市商务委"}, "supply": {"quantity": 50}, "dispute": {"quantity": 20},
	}[verb])
}

// supportAfter is a request of a team after some verbs: what one of the office wrote down as delivered, another confirms.
func supportAfter(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		path := "/support/" + askSupport(w.As("office"), running(t, w), groundOf(t, w).team, nil)
		for _, v := range verbs {
			by := stores(w)
			if v == "confirm" {
				by = w.As("office")
			}
			by.Post(path+"/"+v, supportStep(v)).Want(http.StatusOK)
		}
		return path
	}
}

// What one unit cannot bring is routed to another: each delivery says whose it was. What was written down and has not come is
// disputed also before the request is met, and none of it when nothing came.
func TestRequestMetByTwoUnits(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, by := w.As("office"), stores(w)
		incident := running(t, w)
		path := "/support/" + askSupport(office, incident, groundOf(t, w).team, fields{"quantity": 80})
		step := func(c *apptest.Client, verb string, with fields) api.SupportDetail {
			return apptest.Read[api.SupportDetail](c.Post(path+"/"+verb, merge(because("少了"), with)).Want(http.StatusOK))
		}
		step(by, "route", fields{"to": "市商务委"})
		step(by, "supply", fields{"quantity": 30})
		r := step(by, "route", fields{"to": "市红十字会"})
		if r.State != "supplying" || r.Supplied != 30 || r.Routed != "市红十字会" {
			t.Errorf("the rest is routed: %+v", r)
		}
		step(by, "supply", fields{"quantity": 40})
		by.Post(path+"/dispute", merge(because("自己登记"), fields{"quantity": 30})).Refused(http.StatusForbidden, "support.own_delivery")
		office.Post(path+"/dispute", merge(because("不少"), fields{"quantity": 70})).Want(http.StatusUnprocessableEntity).Names("body.quantity", "range")
		if r = step(office, "dispute", fields{"quantity": 30}); r.State != "supplying" || r.Supplied != 30 {
			t.Errorf("the second unit brought nothing: %+v", r)
		}
		step(by, "route", fields{"to": "市粮食集团"})
		r = step(by, "complete", nil)
		var whose []string
		for _, s := range r.Supplies {
			whose = append(whose, fmt.Sprintf("%s %d", s.Source, s.Quantity))
		}
		if want := []string{"市商务委 30", "市红十字会 40", " -40", "市粮食集团 50"}; !slices.Equal(whose, want) || r.State != "delivered" {
			t.Errorf("whose it was: %q, want %q", whose, want)
		}
		step(office, "dispute", fields{"quantity": 10})
		if r = step(office, "miss", nil); r.State != "routed" || r.Supplied != 0 {
			t.Errorf("nothing came: %+v", r)
		}
	})
}

// stores is somebody of the office who writes down what is delivered.
func stores(w *apptest.World) *apptest.Client {
	if w.ID("stores") == "" {
		w.Account("stores", "仓小满")
		w.Grant("stores", access.Grant{Role: access.Office, Place: apptest.City})
	}
	return w.As("stores")
}

// A team asks for fuel, the support group routes it to a unit, a part comes, the rest, the team finds that it is not all,
// and confirms in the end. Who belongs to neither sees nothing of it.
//
// proves: S004-40 S004-41 S004-57 S004-81
func TestLogisticsFromRequestToConfirmation(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, support := w.As("office"), w.As("baozhang")
		lead := leader(t, w)
		own := apptest.Read[api.Me](lead.Get("/session").Want(http.StatusOK)).Grants[0].Team
		other := w.Leader("other", w.Team(team.Team{Name: "金佛山岳队", Place: apptest.Nanchuan}))
		incident := running(t, w)

		for field, change := range map[string]fields{
			"body.category": {"category": "kitchen"}, "body.what": {"what": " "}, "body.quantity": {"quantity": 0}, "body.unit": {"unit": ""},
			"body.priority": {"priority": 5}, "body.where": {"where": ""},
		} {
			lead.Post("/incidents/"+incident+"/support", supportBody(own, change)).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		lead.Post("/incidents/"+incident+"/support", supportBody(newID(), nil)).Refused(http.StatusNotFound, "not_found")
		// A team that takes no part in the incident asks for nothing there; once its people stand on site it does, approved or not.
		body := supportBody(own, fields{"needBy": w.Now().Add(time.Hour)})
		lead.Post("/incidents/"+incident+"/support", body).Refused(http.StatusNotFound, "not_found")
		received(desk(w), incident, fields{"id": newID(), "point": pointOf(w, incident), "team": own, "extra": []fields{{"name": "孙望舒", "phone": "13700000001"}}, "arrivedAt": w.Now()})
		lead.Post("/incidents/"+incident+"/support", body).Want(http.StatusCreated)
		r := apptest.Read[api.SupportDetail](lead.Post("/incidents/"+incident+"/support", body).Want(http.StatusCreated))
		if r.State != "raised" || r.Team.Name != "山城水上应急队" || r.Late || len(r.Actions) != 1 || r.Actions[0] != "cancel" {
			t.Fatalf("asked: %+v", r)
		}
		lead.Post("/incidents/"+incident+"/support", supportBody(own, fields{"mission": newID()})).Want(http.StatusUnprocessableEntity).Names("body.mission", "unknown")
		path := "/support/" + r.ID
		other.Get(path).Refused(http.StatusNotFound, "not_found")
		lead.Post(path+"/route", merge(because(""), fields{"to": "市商务委"})).Refused(http.StatusForbidden, "forbidden")
		support.Post(path+"/route", merge(because(""), fields{"to": "市商务委"})).Refused(http.StatusConflict, "roster.awaits_approval")
		approveRoster(t, w, office, incident)
		w.As("xietiao").Post(path+"/route", merge(because(""), fields{"to": "市商务委"})).Refused(http.StatusForbidden, "handover.not_your_group")
		support.Post(path+"/route", because("")).Want(http.StatusUnprocessableEntity).Names("body.to", "missing")
		page := lead.Live("")
		support.Post(path+"/route", merge(because(""), fields{"to": "市商务委"})).Want(http.StatusOK)
		if e := next(page, r.ID); e.Str("verb") != "support.routed" {
			t.Errorf("the team learns of %+v", e)
		}

		w.Clock.Advance(2 * time.Hour)
		support.Post(path+"/supply", merge(because(""), fields{"quantity": 200})).Want(http.StatusUnprocessableEntity).Names("body.quantity", "complete")
		r = apptest.Read[api.SupportDetail](support.Post(path+"/supply", merge(because(""), fields{"quantity": 80})).Want(http.StatusOK))
		if r.State != "supplying" || r.Supplied != 80 || !r.Late {
			t.Errorf("a part: %+v", r)
		}
		if s := apptest.Read[api.BoardOut](support.Get("/incidents/" + incident + "/board").Want(http.StatusOK)).Steps[6]; s.First.N != 1 || s.Late == nil || s.Late.N != 1 {
			t.Errorf("the board: %+v", s)
		}
		lead.Post(path+"/confirm", because("")).Refused(http.StatusConflict, "transition")
		support.Post(path+"/complete", because("")).Want(http.StatusOK)
		support.Post(path+"/cancel", because("x")).Refused(http.StatusConflict, "transition")
		lead.Post(path+"/dispute", merge(because("少一桶"), fields{"quantity": 200})).Want(http.StatusUnprocessableEntity).Names("body.quantity", "range")
		r = apptest.Read[api.SupportDetail](lead.Post(path+"/dispute", merge(because("少一桶"), fields{"quantity": 180})).Want(http.StatusOK))
		if r.State != "supplying" || r.Supplied != 180 {
			t.Errorf("disputed: %+v", r)
		}
		support.Post(path+"/complete", because("")).Want(http.StatusOK)
		// The rest never came, nor did what had been written down before: nothing is met, and the unit is still to bring it.
		lead.Post(path+"/dispute", merge(because("一桶未到"), fields{"quantity": 0})).Want(http.StatusUnprocessableEntity).Names("body.quantity", "nothing")
		r = apptest.Read[api.SupportDetail](lead.Post(path+"/miss", because("一桶未到")).Want(http.StatusOK))
		if r.State != "routed" || r.Supplied != 0 || r.Routed != "市商务委" || r.History[len(r.History)-1].Verb != "support.missed" || !r.Late {
			t.Errorf("nothing came: %+v", r)
		}
		w.Eventually("the support group is told of both", func() bool {
			heard := slices.DeleteFunc(noticesOf(support).Items, func(n api.NoticeOut) bool { return n.Kind != "support_disputed" })
			return len(heard) == 2
		})
		support.Post(path+"/complete", because("")).Want(http.StatusOK)
		r = apptest.Read[api.SupportDetail](lead.Post(path+"/confirm", because("")).Want(http.StatusOK))
		sum := 0
		for _, x := range r.Supplies {
			sum += x.Quantity
		}
		if r.State != "confirmed" || r.Supplied != 200 || sum != 200 || len(r.Supplies) != 6 || len(r.Actions) != 0 {
			t.Errorf("confirmed: %+v", r)
		}

		askSupport(w.As("xietiao"), incident, own, fields{"category": "living", "what": "盒饭", "quantity": 30, "unit": "份", "priority": 1})
		w.As("qijiang").Get("/incidents/"+incident+"/support?state=all").Refused(http.StatusNotFound, "not_found")
		list := apptest.Read[api.PageOf[api.SupportOut]](support.Get("/incidents/" + incident + "/support").Want(http.StatusOK))
		if len(list.Items) != 1 || list.Items[0].What != "盒饭" || list.Counts["confirmed"] != 1 {
			t.Errorf("the open ones: %+v", list)
		}
		if mine := apptest.Read[api.PageOf[api.SupportOut]](lead.Get("/team/support").Want(http.StatusOK)).Items; len(mine) != 2 {
			t.Errorf("the team sees %+v", mine)
		}
		if none := apptest.Read[api.PageOf[api.SupportOut]](other.Get("/team/support").Want(http.StatusOK)).Items; len(none) != 0 {
			t.Errorf("another team sees %+v", none)
		}
	})
}
