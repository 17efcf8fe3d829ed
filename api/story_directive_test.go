package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/incident"
)

// directs records an order of headquarters to 协调组, with what the test changes.
func directs(c *apptest.Client, w *apptest.World, in string, with fields) *apptest.Answer {
	return c.Post("/incidents/"+in+"/directives", merge(fields{
		"id": newID(), "groups": []string{"coordination"}, "due": w.Now().Add(time.Hour),
		"decision": onBehalf(w, fields{"how": "phone", "reference": "", "words": "桥河片区队伍已够，暂停派队"}),
	}, with))
}

func directiveAfter(verb ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		path := "/incidents/" + running(t, w) + "/directives"
		id := newID()
		directs(w.As("office"), w, path[len("/incidents/"):len(path)-len("/directives")], fields{"id": id}).Want(http.StatusOK)
		for _, v := range verb {
			w.As("office").Post(path+"/"+id+"/coordination/"+v, fields{"id": newID(), "version": 0, "words": "已办"}).Want(http.StatusOK)
		}
		return path
	}
}

func directivesOf(c *apptest.Client, in string) []api.DirectiveOut {
	return apptest.Read[api.PageOf[api.DirectiveOut]](c.Get("/incidents/" + in + "/directives").Want(http.StatusOK)).Items
}

// Headquarters orders, the office records it, each group acknowledges and reports; what it halts waits until it is
// lifted, whoever asks: the order outranks the groups and the office.
//
// proves: S004-22
func TestHeadquartersOutranksTheGroups(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group, county := w.As("office"), w.As("xietiao"), bureau(w, "qijiang-ju", apptest.Qijiang)
		in, need := running(t, w), publishedNeed(t, w, nil)
		approveRoster(t, w, office, in)
		unpublished := verified(t, w.As("zonghe"), ask(t, w, nil).id, nil)
		office.Post("/incidents/"+in+"/reports", fields{"id": newID(), "area": "500110"}).Want(http.StatusOK)
		c := muster(w, nil)
		o := offer(t, w.Leader("lead", c.team), signup(w, c, fields{"needs": []string{need}}))
		submit(group, o.ID, need)
		does(group, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		agrees(county, o.ID, 1, nil).Want(http.StatusOK)

		id := newID()
		said := fields{"id": id, "halts": []string{"dispatch", "publish"}, "groups": []string{"coordination", "general"}}
		decision := onBehalf(w, fields{"how": "phone", "reference": "", "words": "桥河片区队伍已够，暂停派队"})
		directs(office, w, in, merge(said, fields{"decision": decision})).Want(http.StatusOK)
		directs(office, w, in, merge(said, fields{"decision": decision})).Want(http.StatusOK)
		directs(office, w, in, merge(said, fields{"halts": []string{}, "decision": decision})).Refused(http.StatusConflict, "id_reused")
		directs(group, w, in, nil).Refused(http.StatusForbidden, "forbidden")
		directs(office, w, in, fields{"halts": []string{"sleep"}}).Want(http.StatusUnprocessableEntity).Names("body.halts", "unknown")
		directs(office, w, in, fields{"groups": []string{}}).Want(http.StatusUnprocessableEntity).Names("body.groups", "missing")
		directs(office, w, in, fields{"due": w.Now().Add(-time.Hour)}).Want(http.StatusUnprocessableEntity).Names("body.due", "range")
		if list := directivesOf(group, in); len(list) != 1 || !list[0].InForce || list[0].Decision.Words == "" || len(list[0].Groups) != 2 || list[0].Late {
			t.Fatalf("given: %+v", list)
		}
		p := dispatched(w, group, o.ID).Refused(http.StatusConflict, incident.ErrHalted.Code)
		if current, _ := p.Current.(map[string]any); current["directive"] != directivesOf(group, in)[0].Number {
			t.Errorf("the refusal names %v", p.Current)
		}
		dispatched(w, office, o.ID).Refused(http.StatusConflict, incident.ErrHalted.Code)
		publish(w.As("zonghe"), unpublished, instruct(t, w, w.As("zonghe"), nil)).Refused(http.StatusConflict, incident.ErrHalted.Code)

		path := "/incidents/" + in + "/directives/" + id
		step := func(words string) fields { return fields{"id": newID(), "version": 0, "words": words} }
		group.Post(path+"/general/take", step("")).Refused(http.StatusForbidden, "handover.not_your_group")
		group.Post(path+"/support/take", step("")).Refused(http.StatusNotFound, "not_found")
		group.Post(path+"/coordination/report", step(" ")).Want(http.StatusUnprocessableEntity).Names("body.words", "missing")
		group.Post(path+"/coordination/take", step("")).Want(http.StatusOK)
		w.Clock.Advance(2 * time.Hour)
		if d := directivesOf(group, in)[0]; !d.Late {
			t.Errorf("nobody reported in time: %+v", d)
		}
		group.Post(path+"/coordination/report", step("已通知各队暂缓出发")).Want(http.StatusOK)
		d := directivesOf(group, in)[0]
		at := slices.IndexFunc(d.Groups, func(e api.ErrandOut) bool { return e.Group == "coordination" })
		if e := d.Groups[at]; e.State != "done" || e.Words != "已通知各队暂缓出发" || e.TakenBy != "何听澜" || e.DoneBy != "何听澜" {
			t.Errorf("reported: %+v", e)
		}
		w.As("nanchuan").Get("/incidents/" + in + "/directives").Want(http.StatusOK) // it touches 南川区

		lift := onBehalf(w, fields{"version": 0, "reference": "指〔2026〕2 号"})
		group.Post(path+"/lift", lift).Refused(http.StatusForbidden, "forbidden")
		office.Post(path+"/lift", onBehalf(w, fields{"version": 9})).Refused(http.StatusConflict, "version_stale")
		office.Post(path+"/lift", lift).Want(http.StatusOK)
		office.Post(path+"/lift", merge(lift, fields{"id": newID()})).Refused(http.StatusConflict, incident.ErrLifted.Code)
		dispatched(w, group, o.ID).Want(http.StatusOK)
		publish(w.As("zonghe"), unpublished, instruct(t, w, w.As("zonghe"), nil)).Want(http.StatusOK)
	})
}

// While headquarters has halted missions none is given, and none goes to another team either.
//
// proves: S004-22
func TestHaltedMissionsAreNotReassigned(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		other := received(office, s.incident, fields{"id": newID(), "point": s.point, "team": enrolTeam(office, fields{"name": "桥河邻里互助队"}), "extra": []fields{{"name": "孙望舒"}, {"name": "李见山"}}})
		office.Post("/parties/"+other.ID+"/regularise", keep()).Want(http.StatusOK)
		m := tell(office, s.incident, task(w, s.party, nil))
		id := newID()
		directs(office, w, s.incident, fields{"id": id, "halts": []string{"mission"}}).Want(http.StatusOK)
		office.Post("/incidents/"+s.incident+"/missions", task(w, s.party, fields{"persons": people(s.party)[2:]})).Refused(http.StatusConflict, incident.ErrHalted.Code)
		passed := fields{"reason": "换队", "party": other.ID, "persons": people(other), "successor": newID()}
		onMission(office, m.ID, "reassign", passed).Refused(http.StatusConflict, incident.ErrHalted.Code)
		if now := apptest.Read[api.MissionDetail](office.Get("/missions/" + m.ID).Want(http.StatusOK)); now.State != "given" {
			t.Errorf("it stays with its team: %+v", now)
		}
		office.Post("/incidents/"+s.incident+"/directives/"+id+"/lift", onBehalf(w, fields{"version": 0, "reference": "指〔2026〕2 号"})).Want(http.StatusOK)
		missionAfter(office, m.ID, "reassign", passed)
	})
}
