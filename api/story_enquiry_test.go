package api_test

import (
	"net/http"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/org"
	"lianyuan/platform/fault"
)

// question is what a team asks, with what the test changes.
func question(with fields) fields {
	return merge(fields{"id": newID(), "situation": "applying", "topic": "passage", "words": "冲锋舟拖车能否上高速，从哪里下道"}, with)
}

func asks(c *apptest.Client, in string, with fields) *apptest.Answer {
	return c.Post("/incidents/"+in+"/enquiries", question(with))
}

func enquiryStep(words string) fields {
	return fields{"id": newID(), "version": 0, "words": words}
}

func enquiryAfter(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		id := newID()
		asks(w.As("office"), running(t, w), fields{"id": id, "teamName": "沙溪车友群"}).Want(http.StatusCreated)
		for _, v := range verbs {
			w.As("office").Post("/enquiries/"+id+"/"+v, enquiryStep("从綦江南收费站下道")).Want(http.StatusOK)
		}
		return "/enquiries/" + id
	}
}

func enquiryDesk(c *apptest.Client) api.EnquiryDesk {
	return apptest.Read[api.EnquiryDesk](c.Get("/team/enquiries").Want(http.StatusOK))
}

// A team that wants to come asks, the group that knows answers, the team asks again and settles; what many ask is shared
// with every team without a name; a call is written down with its answer; who waits too long is marked.
//
// proves: S004-78
func TestTeamsAskTheDesk(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		in := running(t, w)
		approveRoster(t, w, office, in)
		mine, other := enrolTeam(office, nil), enrolTeam(office, fields{"name": "缙云山岳救援队"})
		lead, rival := w.Leader("lead", mine), w.Leader("rival", other)

		if d := enquiryDesk(lead); len(d.Own)+len(d.Shared) != 0 || len(d.Incidents) != 1 || d.Incidents[0].ID != in {
			t.Fatalf("before anything was asked: %+v", d)
		}
		id := newID()
		body := question(fields{"id": id, "team": mine})
		lead.Post("/incidents/"+in+"/enquiries", body).Want(http.StatusCreated)
		lead.Post("/incidents/"+in+"/enquiries", body).Want(http.StatusCreated)
		rival.Post("/incidents/"+in+"/enquiries", body).Refused(http.StatusNotFound, "not_found")
		asks(lead, in, fields{"team": mine, "words": " "}).Want(http.StatusUnprocessableEntity).Names("body.words", "missing")
		asks(lead, in, fields{"team": mine, "topic": "weather"}).Want(http.StatusUnprocessableEntity).Names("body.topic", "unknown")
		asks(lead, in, fields{"team": mine, "situation": "asleep"}).Want(http.StatusUnprocessableEntity).Names("body.situation", "unknown")
		asks(lead, in, fields{"team": mine, "answer": "可以"}).Refused(http.StatusNotFound, "not_found") // answers are the desk's
		asks(office, in, fields{"team": newID()}).Want(http.StatusUnprocessableEntity).Names("body.team", "unknown")
		asks(office, in, nil).Want(http.StatusUnprocessableEntity).Names("body.teamName", "missing")
		w.As("qijiang").Get("/enquiries/"+id).Refused(http.StatusNotFound, "not_found")
		rival.Get("/enquiries/"+id).Refused(http.StatusNotFound, "not_found")

		// Passage is for 保障组 to know, and 综合组 may answer everything; 协调组 not this.
		w.As("xietiao").Post("/enquiries/"+id+"/answer", enquiryStep("可以")).Refused(http.StatusForbidden, "handover.not_your_group")
		lead.Post("/enquiries/"+id+"/answer", enquiryStep("可以")).Refused(http.StatusForbidden, fault.ErrForbidden.Code)
		w.Clock.Advance(31 * time.Minute)
		page := apptest.Read[api.EnquiryQueue](w.As("baozhang").Get("/incidents/" + in + "/enquiries").Want(http.StatusOK))
		if len(page.Items) != 1 || !page.Items[0].Late || page.Counts["asked"] != 1 || page.Items[0].Team.ID != mine {
			t.Fatalf("the queue: %+v", page)
		}
		answered := apptest.Read[api.EnquiryDetail](w.As("baozhang").Post("/enquiries/"+id+"/answer", merge(enquiryStep("凭通行证上高速，从綦江南下道"), fields{"share": true})).Want(http.StatusOK))
		if answered.State != "answered" || len(answered.Lines) != 2 || !answered.Lines[1].Answer || answered.Late {
			t.Errorf("answered: %+v", answered)
		}
		if d := enquiryDesk(rival); len(d.Own) != 0 || len(d.Shared) != 1 || d.Shared[0].Team != nil || d.Shared[0].Lines[1].Words == "" || d.Shared[0].Lines[0].By != "" {
			t.Errorf("shared: %+v", d)
		}
		rival.Post("/enquiries/"+id+"/settle", enquiryStep("")).Refused(http.StatusNotFound, "not_found")
		lead.Post("/enquiries/"+id+"/ask-again", enquiryStep("下道后走哪条路")).Want(http.StatusOK)
		if d := enquiryDesk(rival); len(d.Shared) != 0 {
			t.Errorf("a question that is open again is not shared: %+v", d)
		}
		w.As("zonghe").Post("/enquiries/"+id+"/answer", merge(enquiryStep("走 303 省道，北渡集结"), fields{"version": 2})).Refused(http.StatusConflict, "version_stale")
		w.As("zonghe").Post("/enquiries/"+id+"/answer", enquiryStep("走 303 省道，北渡集结")).Want(http.StatusOK)
		lead.Post("/enquiries/"+id+"/settle", enquiryStep("")).Want(http.StatusOK)
		if d := enquiryDesk(lead); len(d.Own) != 1 || d.Own[0].State != "settled" || len(d.Own[0].Lines) != 4 {
			t.Errorf("settled: %+v", d.Own)
		}

		call := newID()
		asks(w.As("zonghe"), in, fields{"id": call, "teamName": "沙溪车友群", "situation": "on_site", "topic": "need", "words": "在哪里报备", "answer": "到綦江体育中心接待点"}).Want(http.StatusCreated)
		if c := apptest.Read[api.EnquiryDetail](w.As("zonghe").Get("/enquiries/" + call).Want(http.StatusOK)); c.State != "answered" || c.Team.Name != "沙溪车友群" || len(c.Lines) != 2 {
			t.Errorf("a call: %+v", c)
		}
		office.Post("/incidents/"+in+"/close", because("全部撤离")).Want(http.StatusOK)
		asks(lead, in, fields{"team": mine}).Refused(http.StatusConflict, "incident_closed")
	})
}

// A page offers a group what it may do: nothing before headquarters has approved the roster, then what that group knows and
// the general group everything; the office that acts for them always; nobody once the incident is closed.
//
// proves: S004-74
func TestGroupsAreOfferedWhatTheyMayDo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		in := running(t, w)
		offered := func(who string) (works []org.Group, topics int) {
			for _, i := range apptest.Read[api.PageOf[api.IncidentOut]](w.As(who).Get("/incidents?state=all").Want(http.StatusOK)).Items {
				if i.ID == in {
					works = i.Works
				}
			}
			q := apptest.Read[api.EnquiryQueue](w.As(who).Get("/incidents/" + in + "/enquiries").Want(http.StatusOK))
			for _, topic := range q.Topics {
				asks(w.As(who), in, fields{"teamName": "沙溪车友群", "topic": topic}).Want(http.StatusCreated)
			}
			return works, len(q.Topics)
		}
		for _, s := range []struct {
			when string
			make func()
			want map[string]int
		}{
			{"before the roster is approved", func() {}, map[string]int{"office": 7, "zonghe": 0, "xietiao": 0, "baozhang": 0}},
			{"with a roster", func() { approveRoster(t, w, office, in) }, map[string]int{"office": 7, "zonghe": 7, "xietiao": 3, "baozhang": 2}},
			{"closed", func() { office.Post("/incidents/"+in+"/close", because("全部撤离")).Want(http.StatusOK) }, map[string]int{"office": 0, "zonghe": 0, "xietiao": 0, "baozhang": 0}},
		} {
			s.make()
			for who, want := range s.want {
				works, topics := offered(who)
				if topics != want || (len(works) == 0) != (want == 0) || (who == "office" && len(works)%3 != 0) {
					t.Errorf("%s, %s: works %v, may answer about %d topics, not %d", s.when, who, works, topics, want)
				}
			}
		}
	})
}
