package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/place"
)

// xishui is where the team from another province is at home: 习水县 of 贵州省.
const xishui = "520330"

// publishedNeed is a need in 綦江区 that teams see.
func publishedNeed(t *testing.T, w *apptest.World, with fields) string {
	t.Helper()
	group := w.As("zonghe")
	need := verified(t, group, ask(t, w, nil).id, with)
	publish(group, need, instruct(t, w, group, nil)).Want(http.StatusOK)
	return need
}

// crew is a team with its people, a vehicle, boats, and insurance.
type crew struct {
	team, car string
	members   []string
}

func muster(w *apptest.World, with fields) crew {
	office := w.As("office")
	c := crew{team: enrolTeam(office, with)}
	for range 3 {
		c.members = append(c.members, enlist(office, c.team))
	}
	c.car = drive(office, c.team)
	office.Post("/teams/"+c.team+"/equipment", fields{"id": newID(), "kind": "boat", "count": 3, "usable": 3, "version": 0})
	insure(office, c.team, nil)
	return c
}

// signup is an offer as somebody writes it, with what the test changes.
func signup(w *apptest.World, c crew, with fields) fields {
	return merge(fields{
		"id": newID(), "team": c.team, "persons": c.members, "vehicles": []fields{{"id": c.car, "crew": 3, "load": "冲锋舟"}},
		"equipment": []fields{}, "days": 3, "eta": w.Now().Add(3 * time.Hour), "origin": "队部", "note": "自带油料",
	}, with)
}

func offer(t *testing.T, by *apptest.Client, body fields) api.OfferDetail {
	t.Helper()
	return apptest.Read[api.OfferDetail](by.Post("/offers", body).Want(http.StatusCreated))
}

func readOffer(by *apptest.Client, offer string) api.OfferDetail {
	return apptest.Read[api.OfferDetail](by.Get("/offers/" + offer).Want(http.StatusOK))
}

func does(by *apptest.Client, offer, verb string, with fields) *apptest.Answer {
	return by.Post("/offers/"+offer+"/"+verb, merge(fields{"id": newID(), "version": 0}, with))
}

// submit matches an offer with needs and sends it through its chain.
func submit(by *apptest.Client, offer string, needs ...string) api.OfferDetail {
	does(by, offer, "match", fields{"needs": needs}).Want(http.StatusOK)
	return apptest.Read[api.OfferDetail](does(by, offer, "begin", nil).Want(http.StatusOK))
}

func agrees(by *apptest.Client, offer string, station int, with fields) *apptest.Answer {
	return does(by, offer, "sign", merge(fields{"station": station, "result": "agree"}, with))
}

func dispatched(w *apptest.World, by *apptest.Client, offer string) *apptest.Answer {
	return does(by, offer, "order", fields{"reportTo": "北渡集结区接待员", "reportAt": "北渡集结区", "by": w.Now().Add(4 * time.Hour), "hazards": "路面暗流", "contact": "023-00000110"})
}

// bureau is an approver at exactly a place.
func bureau(w *apptest.World, login string, p place.Path) *apptest.Client {
	w.Account(login, "审批"+login)
	w.Grant(login, access.Grant{Role: access.Office, Place: p})
	return w.As(login)
}

// A team of the county itself is approved by the county alone, accepted, ordered out, and its leader acknowledges.
//
// proves: S001-35 S001-36 S004-28 S004-53 S004-54 S000-57
func TestDeploymentInTheOwnCounty(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, county := w.As("office"), bureau(w, "qijiang-ju", apptest.Qijiang)
		inc, need, c := running(t, w), publishedNeed(t, w, nil), muster(w, nil)
		lead := w.Leader("captain", c.team)

		plan := apptest.Read[api.PlanOut](lead.Post("/offer-preview", fields{"team": c.team, "needs": []string{need}}).Want(http.StatusOK))
		if plan.Case != "same_county" || len(plan.Path) != 1 || plan.Path[0].Authority != "綦江区应急管理局" || plan.Path[0].Minutes != 30 || !plan.Registered {
			t.Errorf("the chain before: %+v", plan)
		}
		body := signup(w, c, fields{"needs": []string{need}, "equipment": []fields{{"key": "boat", "count": 2}}})
		o := offer(t, lead, body)
		offer(t, lead, body)
		if o.State != "offered" || o.Number != "CD-A0001" || o.Via != "leader" || o.Incident != inc || len(o.Persons) != 3 || o.Persons[0].Name != "余知秋" ||
			!o.Persons[0].Insured || len(o.Cars) != 1 || o.Cars[0].Plate == "" || o.Destination.Path != string(apptest.Qijiang) {
			t.Fatalf("signed up: %+v", o)
		}
		if want := []string{"correct", "withdraw"}; !slices.Equal(o.Actions, want) {
			t.Errorf("a leader may %v, want %v", o.Actions, want)
		}
		does(lead, o.ID, "match", fields{"needs": []string{need}}).Refused(http.StatusForbidden, "forbidden")
		m := submit(office, o.ID, need).Matches[0]
		if m.Lines[0].Kind != "team" || *m.Lines[0].Wanted != 1 || *m.Lines[0].Missing != 0 || m.Lines[1].Ours != 3 || m.Lines[2].Ours != 1 || *m.Lines[2].Missing != 0 {
			t.Errorf("the match: %+v", m.Lines)
		}
		agrees(office, o.ID, 1, nil).Refused(http.StatusConflict, "deployment.not_overdue")
		agrees(county, o.ID, 2, nil).Refused(http.StatusConflict, "deployment.station_not_open")
		w.Clock.Advance(8 * time.Minute)
		o = apptest.Read[api.OfferDetail](agrees(county, o.ID, 1, fields{"reason": "水域力量不足，同意"}).Want(http.StatusOK))
		if o.State != "approved" || o.Path[0].State != "agreed" || o.Path[0].Minutes != 8 || o.Path[0].By != "审批qijiang-ju" || o.Path[0].Acted != "officer" {
			t.Errorf("approved: %+v", o.Path)
		}
		if n := readNeed(t, office, need); n.State != "matched" {
			t.Errorf("the need is %s", n.State)
		}
		dispatched(w, office, o.ID).Refused(http.StatusConflict, "deployment.not_accepted")
		does(office, o.ID, "accept", fields{"reason": "该队距离最近"}).Want(http.StatusOK)
		o = apptest.Read[api.OfferDetail](dispatched(w, office, o.ID).Want(http.StatusOK))
		if o.State != "ordered" || o.Order == nil || o.Order.Number != "DD-A0001" || o.Order.Unsigned || !slices.Equal(o.Order.Needs, []string{need}) {
			t.Fatalf("ordered: %+v", o.Order)
		}
		o = apptest.Read[api.OfferDetail](does(lead, o.ID, "acknowledge", nil).Want(http.StatusOK))
		if o.State != "acknowledged" || o.Order.Acknowledged == nil || o.Order.Acknowledged.By != "卢远航" {
			t.Errorf("acknowledged: %+v", o.Order)
		}
		if n := readNeed(t, office, need); n.State != "in_progress" {
			t.Errorf("the need is %s", n.State)
		}
		does(office, o.ID, "stand_down", fields{"reason": "险情解除"}).Want(http.StatusOK)
		if n := readNeed(t, office, need); n.State != "published" {
			t.Errorf("the need that nobody comes for is %s", n.State)
		}
	})
}

// Between counties of the municipality the city approves once; who does not see the offer does not find it.
//
// proves: S001-37
func TestDeploymentBetweenCounties(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		inc, need, c := running(t, w), publishedNeed(t, w, nil), muster(w, fields{"home": "500119", "name": "金佛山救援队"})
		home := bureau(w, "nanchuan-ju", apptest.Nanchuan)
		o := offer(t, office, signup(w, c, fields{"incident": inc, "needs": []string{need}}))
		if o.Via != "general" {
			t.Errorf("registered by %s", o.Via)
		}
		o = submit(office, o.ID, need)
		if len(o.Path) != 1 || o.Path[0].Authority != "重庆市应急管理局" || o.Path[0].State != "open" || o.Case != "cross_county" || o.Rule.Value != "city" || o.SignsAs != "officer" {
			t.Errorf("the path: %+v", o.Path)
		}
		if seen := readOffer(home, o.ID); seen.SignsAs != "" || len(seen.Actions) != 0 || len(seen.Rivals) != 0 {
			t.Errorf("the home sees it and decides nothing: %v", seen.Actions)
		}
		agrees(home, o.ID, 1, nil).Refused(http.StatusForbidden, "deployment.not_signer")
		bureau(w, "fuling", "/50/500102/").Get("/offers/"+o.ID).Refused(http.StatusNotFound, "not_found")
		other := w.Leader("other-captain", muster(w, fields{"name": "另一支队伍"}).team)
		other.Get("/offers/"+o.ID).Refused(http.StatusNotFound, "not_found")
		if list := apptest.Read[api.PageOf[api.OfferOut]](other.Get("/offers?state=all").Want(http.StatusOK)); len(list.Items) != 0 || len(list.Counts) != 0 {
			t.Errorf("a leader sees another team's offer: %+v", list)
		}
		agrees(office, o.ID, 1, nil).Want(http.StatusOK)
		list := apptest.Read[api.PageOf[api.OfferOut]](home.Get("/offers?incident=" + inc + "&state=approved").Want(http.StatusOK))
		if len(list.Items) != 1 || list.Items[0].ID != o.ID || list.Counts["approved"] != 1 {
			t.Errorf("the list of the home: %+v", list)
		}
	})
}

// From another province: the home province and the ministry decide by their own means and are recorded on their behalf;
// the ministry's decision has its number.
//
// proves: S001-38
func TestDeploymentFromAnotherProvince(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		inc, need, c := running(t, w), publishedNeed(t, w, nil), muster(w, fields{"home": xishui, "name": "习水娄山应急救援队"})
		o := submit(office, offer(t, office, signup(w, c, fields{"incident": inc, "needs": []string{need}})).ID, need)
		if o.Case != "cross_province" || len(o.Path) != 2 || o.Path[0].Authority != "贵州省应急管理厅" || o.Path[1].Authority != "应急管理部" || o.Path[1].State != "waiting" || !o.Records {
			t.Fatalf("the path: %+v", o.Path)
		}
		record := func(station int, decision fields) *apptest.Answer {
			return does(office, o.ID, "sign-for", fields{"station": station, "result": "agree", "decision": merge(fields{
				"id": newID(), "decidedBy": "贵州省应急管理厅值班室", "how": "phone", "decidedAt": w.Now(),
			}, decision)})
		}
		agrees(office, o.ID, 1, nil).Refused(http.StatusForbidden, "deployment.not_signer")
		record(2, nil).Refused(http.StatusConflict, "deployment.station_not_open")
		record(1, fields{"decidedBy": ""}).Want(http.StatusUnprocessableEntity).Names("body.decision.decidedBy", "missing")
		record(1, nil).Want(http.StatusOK)
		record(2, fields{"decidedBy": "应急管理部值班室"}).Want(http.StatusUnprocessableEntity).Names("body.decision.reference", "missing")
		o = apptest.Read[api.OfferDetail](record(2, fields{"decidedBy": "应急管理部值班室", "how": "system", "reference": "XT-2026-000118"}).Want(http.StatusOK))
		if o.State != "approved" || o.Path[1].Number != "XT-2026-000118" || o.Path[1].Decider != "应急管理部值班室" || o.Path[1].Acted != "behalf" {
			t.Errorf("approved: %+v", o.Path)
		}
		d := apptest.Read[api.IncidentDetail](office.Get("/incidents/" + inc).Want(http.StatusOK))
		if len(d.Decisions) != 2 {
			t.Errorf("the incident knows of %d decisions", len(d.Decisions))
		}
		in := submit(office, offer(t, office, signup(w, muster(w, nil), fields{"incident": inc, "needs": []string{need}, "equipment": []fields{{"key": "boat", "count": 1}}})).ID, publishedNeed(t, w, nil))
		does(office, in.ID, "sign-for", fields{"station": 1, "result": "agree", "decision": fields{"id": newID(), "decidedBy": "区局", "how": "phone", "decidedAt": w.Now()}}).
			Refused(http.StatusConflict, "deployment.signs_here")
	})
}

// Once headquarters has approved the roster, each group does its own part: 综合组 registers, 协调组 matches and accepts.
func TestDeploymentByTheGroups(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, general, coordination := w.As("office"), w.As("zonghe"), w.As("xietiao")
		inc, need, c := running(t, w), publishedNeed(t, w, nil), muster(w, nil)
		body := signup(w, c, fields{"incident": inc, "needs": []string{need}})
		general.Post("/offers", body).Refused(http.StatusConflict, "roster.awaits_approval")
		approveRoster(t, w, office, inc)
		o := offer(t, general, body)
		coordination.Post("/offers", signup(w, muster(w, nil), fields{"incident": inc})).Refused(http.StatusForbidden, "forbidden")
		does(general, o.ID, "match", fields{"needs": []string{need}}).Refused(http.StatusForbidden, "forbidden")
		o = submit(coordination, o.ID, need)
		if o.SignsAs != "" || o.Records || !slices.Equal(o.Actions, []string{"stand_by", "accept", "send_back", "decline", "deploy_first"}) {
			t.Errorf("the coordination group may %v", o.Actions)
		}
		does(coordination, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		w.As("baozhang").Get("/offers/" + o.ID).Want(http.StatusOK)
	})
}
