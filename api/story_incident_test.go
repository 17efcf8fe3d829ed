package api_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/org"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// From ordinary times to the end of an incident: the mechanism stands with its units, an incident is recorded, its
// response too, a person activates, the three groups come from the template, headquarters approves the roster, the
// groups hand over to each other, the numbers are published, and it is wound up and closed.
//
// proves: S000-14 S000-16 S004-10 S004-16 S004-21 S004-45 S004-48 S004-50 S004-74 S004-106
func TestIncidentFromActivationToEnd(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, general, coordination := w.As("office"), w.As("zonghe"), w.As("xietiao")
		incident := flood(t, w, office)
		activate(office, incident).Refused(http.StatusConflict, "mechanism.none")
		found(t, office, "50")

		i := readIncident(t, office, incident)
		if i.State != "recorded" || i.Level != "province" || !i.Suggestion.On || i.Suggestion.Threshold != "重大" || i.Suggestion.Source != "S000-14" || !strings.HasPrefix(i.Suggestion.Named.Zh, "吉应急救援预案〔2023〕172号") || !strings.HasPrefix(i.Suggestion.Named.En, "Reply of Jilin") {
			t.Fatalf("recorded: %+v", i)
		}
		office.Post("/incidents/"+incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		w.As("qijiang").Post("/incidents/"+incident+"/activate", merge(because("x"), fields{"basis": "y"})).Refused(http.StatusForbidden, "forbidden")
		office.Post("/incidents/"+incident+"/activate", merge(because(" "), fields{"basis": "y"})).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		i = apptest.Read[api.IncidentDetail](activate(office, incident).Want(http.StatusOK))
		if i.State != "active" || !i.ActivatedAt.Equal(w.Now()) || i.ActivatedBy != "秦可舟" || i.SuggestedBy != "coord.trigger_severity_min=重大" || i.Lead != "应急局救援协调处" {
			t.Fatalf("activated: %+v", i)
		}
		seats := map[org.Group][]string{}
		for _, s := range i.Seats {
			seats[s.Group] = append(seats[s.Group], s.Name)
		}
		if !slices.Equal(seats[org.General], []string{"应急局", "民政局"}) || !slices.Equal(seats[org.Coordination], []string{"应急局", "消防救援总队"}) ||
			!slices.Equal(seats[org.Support], []string{"应急局", "交通局"}) {
			t.Errorf("the groups: %v", seats)
		}
		if len(i.Responses) != 1 || i.Responses[0].Decision.DecidedBy != "市级现场抢险救援指挥部" || i.Responses[0].Decision.By != "秦可舟" {
			t.Errorf("the response: %+v", i.Responses)
		}

		// Until headquarters has approved the roster the office acts for the groups, and everyone sees it.
		if g := readIncident(t, general, incident); !g.Acting || len(g.Works) != 0 || len(i.Works) != 3 {
			t.Errorf("before approval: acting %t, the group works %v, the office works %v", g.Acting, g.Works, i.Works)
		}
		handOver(general, incident, "general", "复核人数").Refused(http.StatusConflict, "roster.awaits_approval")
		saveRoster(office, incident, 0, three(nil)[:2]).Want(http.StatusOK)
		submitRoster(office, incident, 1).Refused(http.StatusConflict, "roster.group_empty")
		saveRoster(office, incident, 1, three(nil)).Want(http.StatusOK)
		submitRoster(office, incident, 1).Refused(http.StatusConflict, "version_stale")
		submitRoster(office, incident, 2).Want(http.StatusOK)
		office.Post("/incidents/"+incident+"/roster/return", onBehalf(w, fields{"version": 3, "words": "补齐交通人员"})).Want(http.StatusOK)
		saveRoster(office, incident, 4, three(fields{"phone": nil, "duty": "需求核实"})).Want(http.StatusOK)
		submitRoster(office, incident, 5).Want(http.StatusOK)
		approved := onBehalf(w, fields{"version": 6, "how": "phone", "reference": nil})
		i = apptest.Read[api.IncidentDetail](office.Post("/incidents/"+incident+"/roster/approve", approved).Want(http.StatusOK))
		if i.Acting || i.Open != nil || i.InForce == nil || i.InForce.Decision.How != "phone" || !i.InForce.Decision.ConfirmedAt.IsZero() {
			t.Fatalf("approved: %+v", i.InForce)
		}
		if p := i.InForce.Persons[0]; p.PhoneMasked != "138****0001" || p.Duty != "需求核实" {
			t.Errorf("a number that was not sent again stays: %+v", p)
		}
		office.Get("/incidents/" + incident).Want(http.StatusOK).Without(phone1)
		if phone := apptest.Read[api.PhoneOut](general.Post("/incidents/"+incident+"/roster/1/0/reveal", fields{"purpose": "联络到岗"}).Want(http.StatusOK)).Phone; phone != phone1 {
			t.Errorf("revealed %q", phone)
		}
		w.As("qijiang").Post("/incidents/"+incident+"/roster/1/0/reveal", fields{"purpose": "x"}).Refused(http.StatusForbidden, "forbidden")

		// An oral decision waits for its paper.
		confirm := fields{"id": newID(), "reference": "指〔2026〕2 号"}
		office.Post("/incidents/"+incident+"/decisions/"+approved["id"].(string)+"/confirm", confirm).Want(http.StatusOK)
		i = apptest.Read[api.IncidentDetail](office.Post("/incidents/"+incident+"/decisions/"+approved["id"].(string)+"/confirm", confirm).Want(http.StatusOK))
		if d := i.InForce.Decision; d.Reference != "指〔2026〕2 号" || d.ConfirmedBy != "秦可舟" {
			t.Errorf("confirmed: %+v", d)
		}

		// Each group works its own queue.
		handOver(general, incident, "support", "x").Refused(http.StatusForbidden, "handover.not_your_group")
		list := apptest.Read[api.PageOf[api.HandoverOut]](handOver(general, incident, "general", "XQ-0103 现场 9 人，请复核").Want(http.StatusOK)).Items
		path := "/incidents/" + incident + "/handovers/" + list[0].ID
		general.Post(path+"/take", because("")).Refused(http.StatusForbidden, "handover.not_your_group")
		coordination.Post(path+"/return", because("")).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		coordination.Post(path+"/take", because("")).Want(http.StatusOK)
		list = apptest.Read[api.PageOf[api.HandoverOut]](coordination.Post(path+"/finish", because("")).Want(http.StatusOK)).Items
		if h := list[0]; h.State != "done" || h.By != "江若川" || h.TakenBy != "何听澜" {
			t.Errorf("handed over: %+v", h)
		}

		// A record goes to another group from its own page, with what is asked.
		record := fields{"id": newID(), "from": "general", "to": "coordination", "itemKind": "need", "matter": "请尽快匹配两支水域队"}
		general.Post("/incidents/"+incident+"/handovers", record).Want(http.StatusUnprocessableEntity).Names("body.item", "missing")
		record["item"] = verified(t, general, ask(t, w, nil).id, nil)
		general.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{readNeed(t, general, record["item"].(string)).Reports[0].ID}}).Want(http.StatusOK)
		list = apptest.Read[api.PageOf[api.HandoverOut]](general.Post("/incidents/"+incident+"/handovers", record).Want(http.StatusOK)).Items
		if !slices.ContainsFunc(list, func(h api.HandoverOut) bool {
			return h.ItemKind == "need" && h.Item == record["item"] && h.State == "sent" && h.To == "coordination"
		}) {
			t.Errorf("a need was handed over: %+v", list)
		}

		// The numbers are published: to everyone those that are public. What nobody can call is none.
		office.Post("/incidents/"+incident+"/contacts", fields{"id": newID(), "contacts": []fields{
			{"name": "现场协调机制办公室", "number": "023-00000110", "public": true}, {"name": " ", "number": "稍后公布", "public": true},
		}}).Want(http.StatusUnprocessableEntity).Names("body.contacts[1].name", "missing").Names("body.contacts[1].number", "no_number")
		office.Post("/incidents/"+incident+"/contacts", fields{"id": newID(), "contacts": []fields{
			{"name": "现场协调机制办公室", "number": "023-00000110", "public": true}, {"name": "协调组", "number": "023-00000112", "public": false},
		}}).Want(http.StatusOK)
		public := w.Public().Get("/public/contacts?place=500110").Want(http.StatusOK)
		public.Without("023-00000112")
		if c := apptest.Read[api.PageOf[api.Contact]](public).Items; len(c) != 1 || c[0].Phone != "023-00000110" {
			t.Errorf("published: %+v", c)
		}
		if p := progress(t, w, ask(t, w, nil).receipt); len(p.Contact) != 1 || p.Contact[0].Name != "现场协调机制办公室" {
			t.Errorf("a receipt names %+v", p.Contact)
		}

		office.Post("/incidents/"+incident+"/withdraw", because("任务基本完成")).Want(http.StatusOK)
		office.Post("/incidents/"+incident+"/responses/"+i.Responses[0].ID+"/end", onBehalf(w, fields{"decidedAt": w.Now().Add(-2 * time.Hour)})).Want(http.StatusUnprocessableEntity).Names("body.decidedAt", "before_begin")
		office.Post("/incidents/"+incident+"/responses/"+i.Responses[0].ID+"/end", onBehalf(w, nil)).Want(http.StatusOK)
		office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
		handOver(office, incident, "general", "x").Refused(http.StatusConflict, "incident_closed")
		i = apptest.Read[api.IncidentDetail](office.Post("/incidents/"+incident+"/reopen", fields{"version": 0, "reason": "险情反复", "decision": onBehalf(w, nil)}).Want(http.StatusOK))
		if i.State != "active" || !i.ClosedAt.IsZero() || i.Acting {
			t.Errorf("reopened: %+v", i)
		}
		rows := apptest.Read[api.PageOf[api.CourseRow]](w.As("qijiang").Get("/incidents/" + incident + "/course?limit=200").Want(http.StatusOK)).Items
		if first, last := rows[len(rows)-1], rows[0]; first.Verb != "incident.recorded" || last.Verb != "incident.reopened" || last.Note != "险情反复" || last.Who != "秦可舟" {
			t.Errorf("the course runs from %+v to %+v", first, last)
		}
	})
}

// A district has its own mechanism and its own incidents, and the city's is seen from below; a working group of the city
// is sent to support it. Another district sees nothing of it.
//
// proves: S004-11 S004-46
func TestDistrictLeadsAndCitySupports(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		city := w.As("office")
		found(t, city, "50")
		w.Account("district", "罗知远")
		w.Grant("district", access.Grant{Role: access.Office, Place: apptest.Qijiang})
		district := w.As("district")
		id := newID()
		district.Post("/mechanisms", fields{"id": id, "place": "500110", "says": mechanism(fields{"name": "綦江区协调机制办公室"})}).Want(http.StatusCreated)
		district.Post("/mechanisms", fields{"id": newID(), "place": "500110", "says": mechanism(nil)}).Refused(http.StatusConflict, "mechanism.exists")
		district.Post("/mechanisms", fields{"id": newID(), "place": "500119", "says": mechanism(nil)}).Refused(http.StatusNotFound, "not_found")
		if list := apptest.Read[api.PageOf[api.MechanismOut]](district.Get("/mechanisms").Want(http.StatusOK)).Items; len(list) != 2 || list[0].Place.Code != "50" {
			t.Errorf("a district sees its own and the city's: %+v", list)
		}
		w.As("nanchuan").Get("/mechanisms/"+id).Refused(http.StatusNotFound, "not_found")

		incident := flood(t, w, district, fields{"place": "500110", "places": []string{"500110"}, "severity": 3})
		i := apptest.Read[api.IncidentDetail](activate(district, incident).Want(http.StatusOK))
		if i.Level != "county" || i.Suggestion.On || i.SuggestedBy != "" || i.Mechanism != id {
			t.Errorf("a district's incident: %+v", i)
		}
		w.As("nanchuan").Get("/incidents/"+incident).Refused(http.StatusNotFound, "not_found")
		group := fields{"id": newID(), "place": "50", "head": "秦可舟", "members": "市应急局\n市消防救援总队", "task": "指导灾区协调工作"}
		district.Post("/incidents/"+incident+"/working-groups", group).Refused(http.StatusNotFound, "not_found")
		i = apptest.Read[api.IncidentDetail](city.Post("/incidents/"+incident+"/working-groups", group).Want(http.StatusOK))
		if len(i.WorkingGroups) != 1 || i.WorkingGroups[0].Place.Code != "50" {
			t.Fatalf("sent: %+v", i.WorkingGroups)
		}
		back := "/incidents/" + incident + "/working-groups/" + i.WorkingGroups[0].ID + "/back"
		district.Post(back, fields{"id": newID()}).Refused(http.StatusForbidden, "forbidden")
		city.Post(back, fields{"id": newID()}).Want(http.StatusOK)
		city.Post(back, fields{"id": newID()}).Refused(http.StatusNotFound, "not_found")
	})
}

// A unit has exactly one liaison officer in office, also when two are named in one moment; who was before is kept.
//
// proves: S004-19
func TestOneLiaisonOfficerPerUnit(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		id := found(t, office, "50")
		m := apptest.Read[api.MechanismDetail](office.Get("/mechanisms/" + id).Want(http.StatusOK))
		if m.Without != 4 {
			t.Errorf("%d units without an officer; the support team needs none", m.Without)
		}
		unit := m.Members[1].Unit
		names := []string{"何听澜", "岳镇川", "雷长庚", "夏予安"}
		var all sync.WaitGroup
		for _, n := range names {
			all.Go(func() {
				office.Post("/mechanisms/"+id+"/liaisons", fields{"id": newID(), "unit": unit, "name": n, "phone": phone2}).Want(http.StatusOK)
			})
		}
		all.Wait()
		a := office.Get("/mechanisms/" + id).Want(http.StatusOK)
		a.Without(phone2)
		m = apptest.Read[api.MechanismDetail](a)
		if m.Without != 3 || m.Members[1].Liaison == nil || len(m.Former) != 3 || m.Members[1].Liaison.PhoneMasked != "138****0002" {
			t.Fatalf("in office %+v, formerly %+v", m.Members[1].Liaison, m.Former)
		}
		seen := []string{m.Members[1].Liaison.Name}
		for _, l := range m.Former {
			seen = append(seen, l.Name)
			if l.Until.IsZero() {
				t.Errorf("%s is history without an end", l.Name)
			}
		}
		slices.Sort(seen)
		slices.Sort(names)
		if !slices.Equal(seen, names) {
			t.Errorf("officers %v, want %v", seen, names)
		}
		reveal := "/mechanisms/" + id + "/liaisons/" + m.Members[1].Liaison.ID + "/reveal"
		w.As("zonghe").Post(reveal, fields{"purpose": ""}).Want(http.StatusUnprocessableEntity).Names("body.purpose", "missing")
		if p := apptest.Read[api.PhoneOut](w.As("qijiang").Post(reveal, fields{"purpose": "通知会商"}).Want(http.StatusOK)); p.Phone != phone2 {
			t.Errorf("revealed %+v", p)
		}

		// Whether the officer can be reached is tried and recorded; one who is no longer in office is not tried.
		try := func(liaison string, reached bool) *apptest.Answer {
			return office.Post("/mechanisms/"+id+"/liaisons/"+liaison+"/try", fields{"id": newID(), "reached": reached})
		}
		w.Clock.Advance(time.Minute)
		m = apptest.Read[api.MechanismDetail](try(m.Members[1].Liaison.ID, false).Want(http.StatusOK))
		if l := m.Members[1].Liaison; l.Reached || !l.Tried.Equal(w.Now()) {
			t.Errorf("not reached: %+v", l)
		}
		m = apptest.Read[api.MechanismDetail](try(m.Members[1].Liaison.ID, true).Want(http.StatusOK))
		if !m.Members[1].Liaison.Reached {
			t.Errorf("reached: %+v", m.Members[1].Liaison)
		}
		try(m.Former[0].ID, true).Refused(http.StatusNotFound, "not_found")
		w.As("zonghe").Post("/mechanisms/"+id+"/liaisons/"+m.Members[1].Liaison.ID+"/try", fields{"id": newID(), "reached": true}).Refused(http.StatusForbidden, "forbidden")

		// A unit that leaves keeps its history; one that is changed by two at once is changed once.
		changed := merge(because("机构调整"), fields{"version": m.Version, "says": mechanism(fields{"members": mechanism(nil)["members"].([]fields)[:4]})})
		if m = apptest.Read[api.MechanismDetail](office.Post("/mechanisms/"+id+"/change", changed).Want(http.StatusOK)); len(m.Members) != 4 || len(m.Former) != 3 {
			t.Errorf("changed: %+v", m)
		}
		office.Post("/mechanisms/"+id+"/change", merge(changed, fields{"id": newID()})).Refused(http.StatusConflict, "version_stale")
	})
}

// A place has one mechanism, also when two found it in one moment.
func TestOneMechanismPerPlace(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		var all sync.WaitGroup
		var founded, refused atomic.Int32
		for range 4 {
			all.Go(func() {
				switch a := office.Post("/mechanisms", fields{"id": newID(), "place": "50", "says": mechanism(nil)}); a.Status {
				case http.StatusCreated:
					founded.Add(1)
				case http.StatusConflict:
					refused.Add(1)
				}
			})
		}
		all.Wait()
		if founded.Load() != 1 || refused.Load() != 3 {
			t.Errorf("founded %d times, refused %d times", founded.Load(), refused.Load())
		}
		if list := apptest.Read[api.PageOf[api.MechanismOut]](office.Get("/mechanisms").Want(http.StatusOK)).Items; len(list) != 1 {
			t.Errorf("mechanisms: %+v", list)
		}
	})
}

// What is written of a mechanism or an incident is checked field by field, and nothing is half-done.
func TestWrongMechanismsAndIncidents(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		member := func(i int, with fields) []fields {
			list := mechanism(nil)["members"].([]fields)
			list[i] = merge(list[i], with)
			return list
		}
		for field, says := range map[string]fields{
			"body.name":              mechanism(fields{"name": " "}),
			"body.lead":              mechanism(fields{"lead": ""}),
			"body.members":           mechanism(fields{"members": member(0, fields{"role": "member"})}),
			"body.members[1].name":   mechanism(fields{"members": member(1, fields{"name": "应急局"})}),
			"body.members[2].kind":   mechanism(fields{"members": member(2, fields{"kind": "army"})}),
			"body.members[3].groups": mechanism(fields{"members": member(3, fields{"groups": []string{"general", "kitchen"}})}),
			"body.members[4].groups": mechanism(fields{"members": member(4, fields{"groups": []string{"support"}})}),
		} {
			office.Post("/mechanisms", fields{"id": newID(), "place": "50", "says": says}).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		for field, change := range map[string]fields{
			"body.name": {"name": ""}, "body.class": {"class": "war"}, "body.severity": {"severity": 0}, "body.began": {"began": w.Now().Add(2 * time.Hour)},
			"body.places": {"places": []string{"500110", "520300"}}, "body.place": {"place": ""},
		} {
			office.Post("/incidents", merge(floodBody(w), change)).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		if list := apptest.Read[api.PageOf[api.IncidentOut]](office.Get("/incidents?state=all").Want(http.StatusOK)).Items; len(list) != 0 {
			t.Errorf("a refusal left %+v", list)
		}
		body := floodBody(w)
		office.Post("/incidents", body).Want(http.StatusCreated)
		office.Post("/incidents", body).Want(http.StatusCreated)
		office.Post("/incidents", merge(body, fields{"name": "另一事件"})).Refused(http.StatusConflict, fault.ErrIDReused.Code)
		near := apptest.Read[api.PageOf[api.IncidentOut]](w.As("qijiang").Get("/incidents").Want(http.StatusOK)).Items
		if len(near) != 1 {
			t.Fatalf("a county sees the city's incident that touches it, once: %+v", near)
		}
		if len(near[0].Verbs) != 0 {
			t.Errorf("a county does nothing where the city commands: %v", near[0].Verbs)
		}
		w.Account("lent", "卢远航")
		w.Grant("lent", access.Grant{Role: access.Support, Incident: near[0].ID})
		for who, verb := range map[string]access.Verb{"office": access.OfferSend, "lent": access.SupportRaise} {
			for _, i := range apptest.Read[api.PageOf[api.IncidentOut]](w.As(who).Get("/incidents").Want(http.StatusOK)).Items {
				if !slices.Contains(i.Verbs, string(verb)) {
					t.Errorf("%s may %s in it: %v", who, verb, i.Verbs)
				}
			}
		}
	})
}

// Pages of the places that an incident touches learn what happens in it, and so does whoever has a grant for it; the
// pages of other places do not.
func TestIncidentIsLive(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		incident := flood(t, w, nil, fields{"places": []string{"500110"}})
		w.Account("lent", "卢远航")
		w.Grant("lent", access.Grant{Role: access.Coordination, Incident: incident})
		w.As("lent").Get("/incidents/" + incident).Want(http.StatusOK)
		near, lent, far := w.As("qijiang").Live(""), w.As("lent").Live(""), w.As("nanchuan").Live("")
		w.As("office").Post("/incidents/"+incident+"/change", merge(because("定级"), fields{"name": "綦江暴雨", "severity": 1})).Want(http.StatusOK)
		for _, page := range []*apptest.Stream{near, lent} {
			if e := next(page, incident); e.Str("verb") != "incident.changed" {
				t.Errorf("the event %+v", e)
			}
		}
		marker := ask(t, w, fields{"point": inNanchuan})
		for {
			e := far.Next()
			if e.Str("id") == incident {
				t.Fatalf("another county learns of %+v", e)
			}
			if e.Str("id") == marker.id {
				return
			}
		}
	})
}

// A county that an incident does not touch any more learns that it is gone, in the same moment as its list does.
func TestIncidentLeavesACounty(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		incident := flood(t, w, nil, fields{"places": []string{"500110", "500119"}})
		county := w.As("nanchuan")
		stays, leaves := w.As("qijiang").Live(""), county.Live("")
		change := merge(because("南川区未受灾"), fields{"name": "綦江暴雨", "severity": 2, "places": []string{"500110"}})
		w.As("office").Post("/incidents/"+incident+"/change", change).Want(http.StatusOK)
		if e := leaves.Next(); e.Name != "gone" || e.Str("id") != incident || e.Str("kind") != "incident" || contains(e.Data, "綦江") {
			t.Errorf("the county that it left hears %+v", e)
		}
		if e := next(stays, incident); e.Str("verb") != "incident.changed" {
			t.Errorf("the other hears %+v", e)
		}
		county.Get("/incidents/"+incident).Refused(http.StatusNotFound, "not_found")
	})
}

// Reports join an incident singly and by area, and their needs with them: lists and board count them, what was said
// stands under the incident's key and still opens, and a need of an incident is published by a group only when
// headquarters has approved the roster.
func TestReportsJoinAnIncident(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, general := w.As("office"), w.As("zonghe")
		one, elsewhere := ask(t, w, nil), ask(t, w, fields{"point": inNanchuan})
		look(t, general, one.id)
		general.Post("/reports/"+one.id+"/attempts", fields{"id": newID(), "method": "call_back", "result": "reached", "note": "自述独居"}).Want(http.StatusOK)
		claim(w, one.receipt, "add", "水到二楼")
		need := decide(t, general, one.id, fields{"outcome": "verified", "need": draft(nil), "message": "请留在二楼"}).Need
		w.Clock.Advance(20 * time.Minute)
		ask(t, w, nil)
		incident := running(t, w)
		path := "/incidents/" + incident

		join := func(c *apptest.Client, with fields) api.JoinedOut {
			return apptest.Read[api.JoinedOut](c.Post(path+"/reports", merge(fields{"id": newID()}, with)).Want(http.StatusOK))
		}
		w.As("nanchuan").Post(path+"/reports", fields{"id": newID(), "reports": []string{one.id}}).Refused(http.StatusNotFound, "not_found")
		general.Post(path+"/reports", fields{"id": newID()}).Want(http.StatusUnprocessableEntity).Names("body.reports", "missing")
		if j := join(general, fields{"reports": []string{one.id}}); j.Joined != 1 {
			t.Errorf("joined %+v", j)
		}
		if j := join(general, fields{"reports": []string{one.id}}); j.Joined != 0 {
			t.Errorf("joined twice: %+v", j)
		}
		if j := join(general, fields{"area": "500110"}); j.Joined != 1 || j.More {
			t.Errorf("by area: %+v", j)
		}
		if r := readReport(t, general, elsewhere.id); r.Incident != "" {
			t.Errorf("a report of another county joined: %+v", r)
		}
		r := readReport(t, general, one.id)
		if r.Incident != incident || r.Text != "一楼进水，老人独居" || len(r.Attempts) == 0 || r.Attempts[0].Note != "自述独居" {
			t.Errorf("joined and opened: %+v", r)
		}
		if p := progress(t, w, one.receipt); p.Message != "请留在二楼" {
			t.Errorf("the message no longer opens: %+v", p)
		}
		if n := readNeed(t, general, need); n.Incident != incident {
			t.Errorf("the need stayed behind: %+v", n)
		}
		for _, who := range []string{"zonghe", "qijiang"} {
			list := apptest.Read[api.PageOf[api.NeedOut]](w.As(who).Get("/needs?state=all&incident=" + incident).Want(http.StatusOK))
			if len(list.Items) != 1 || list.Items[0].ID != need || list.Counts["open"] != 1 {
				t.Errorf("%s sees %+v", who, list)
			}
		}
		if list := queue(t, general, "?incident="+incident); len(list.Items) != 1 {
			t.Errorf("the queue of the incident: %+v", list.Items)
		}
		w.Clock.Advance(15 * time.Minute)
		step := apptest.Read[api.BoardOut](general.Get(path + "/board").Want(http.StatusOK)).Steps[1]
		if step.Key != "publish" || step.First.N != 1 || step.Second.N != 1 || step.Third.N != 0 || step.Late == nil || step.Late.N != 1 {
			t.Errorf("the board counts %+v, late %+v", step, step.Late)
		}

		order := instruct(t, w, general, fields{"incident": incident})
		publish(general, need, order).Refused(http.StatusConflict, "roster.awaits_approval")
		approveRoster(t, w, office, incident)
		publish(general, need, order).Want(http.StatusOK)
		other := verified(t, general, ask(t, w, nil).id, nil)
		publish(general, other, order).Refused(http.StatusConflict, "need.instruction_not_covering")
		rows := apptest.Read[api.PageOf[api.CourseRow]](general.Get(path + "/course").Want(http.StatusOK)).Items
		if rows[0].Verb != "need.published" {
			t.Errorf("the course: %+v", rows[0])
		}
		office.Post(path+"/close", because("结束")).Want(http.StatusOK)
		office.Post(path+"/reports", fields{"id": newID(), "reports": []string{elsewhere.id}}).Refused(http.StatusConflict, "incident_closed")
	})
}

// Who is merged with a report that is named, and who stands behind its need, come along: what became of one is everybody's answer,
// and what is destroyed together stands together. Not what belongs to another incident, and nothing beyond the own places.
func TestWhoFollowsAReportJoinsWithIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		general, office := w.As("zonghe"), w.As("office")
		found(t, office, "50")
		incident, other := flood(t, w, office, nil), flood(t, w, office, nil)
		activate(office, incident).Want(http.StatusOK)
		activate(office, other).Want(http.StatusOK)
		join := func(by *apptest.Client, in, report string) int {
			return apptest.Read[api.JoinedOut](by.Post("/incidents/"+in+"/reports", fields{"id": newID(), "reports": []string{report}}).Want(http.StatusOK)).Joined
		}
		first, second, third, beside := ask(t, w, nil), ask(t, w, nil), ask(t, w, nil), ask(t, w, nil)
		away, taken, alone := ask(t, w, fields{"point": inNanchuan}), ask(t, w, nil), ask(t, w, nil)
		join(general, other, taken.id)
		for of, lead := range map[string]string{second.id: first.id, third.id: second.id, away.id: first.id, taken.id: first.id} {
			general.Post("/reports/"+of+"/merge", into(lead)).Want(http.StatusOK)
		}
		need := verified(t, general, first.id, nil)
		look(t, general, beside.id)
		decide(t, general, beside.id, fields{"outcome": "verified", "join": need})

		if n := join(w.As("qijiang"), incident, third.id); n != 4 { // named by the last of them, at the desk of its county
			t.Errorf("%d joined, want 4", n)
		}
		for id, in := range map[string]string{first.id: incident, second.id: incident, third.id: incident, beside.id: incident, away.id: "", taken.id: other, alone.id: ""} {
			if r := readReport(t, general, id); r.Incident != in || r.Text == "" {
				t.Errorf("%s is in %q, want %q; it says %q", id, r.Incident, in, r.Text)
			}
		}
		if n := readNeed(t, general, need); n.Incident != incident {
			t.Errorf("the need is in %q", n.Incident)
		}
	})
}

// What is written about a report in the very moment in which it joins an incident stands under the incident's key all
// the same: it is destroyed with what it belongs to.
func TestTextsFollowTheirReport(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		in, desk, office := running(t, w), w.As("qijiang"), w.As("office")
		for range 4 {
			r := ask(t, w, nil)
			look(t, desk, r.id)
			var all sync.WaitGroup
			start := make(chan struct{})
			for range 3 {
				all.Go(func() {
					<-start
					desk.Post("/reports/"+r.id+"/attempts", fields{"id": newID(), "method": "call_back", "result": "no_answer", "note": "无人接听"})
				})
			}
			all.Go(func() {
				<-start
				office.Post("/incidents/"+in+"/reports", fields{"id": newID(), "reports": []string{r.id}})
			})
			close(start)
			all.Wait()
			office.Post("/incidents/"+in+"/reports", fields{"id": newID(), "reports": []string{r.id}}).Want(http.StatusOK)
		}
		if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
			var key string
			if err := tx.Get(`SELECT id FROM data_key WHERE scope = $1`, []any{"incident:" + in}, &key); err != nil {
				return err
			}
			want, n := uuid.MustParse(key), 0
			err := tx.Each(func(sc db.Scanner) error {
				var note []byte
				err := sc.Scan(&note)
				if n++; err == nil && !bytes.Equal(note[1:17], want[:]) {
					t.Errorf("a note stands under %x, want %x", note[1:17], want[:])
				}
				return err
			}, `SELECT note FROM report_attempt`)
			if n < 12 {
				t.Errorf("%d of 12 notes", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// The course of an incident is what happened in it: however many were told of it meanwhile, a page of it is full while there
// is more, also for somebody who sees little of it.
func TestCourseIsReadOnPastWhatItDoesNotShow(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		incident := running(t, w)
		if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
			for n := range 450 {
				kind, place := "notice", apptest.City
				if n%2 == 0 {
					kind, place = "report", apptest.Nanchuan
				}
				if err := journal.Append(tx, journal.Entry{Verb: kind + ".made", Kind: kind, Subject: newID(), Version: 1, Place: string(place), Scope: journal.Desk, Incident: incident, Actor: "system", Anywhere: true}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		course := func(c *apptest.Client) []api.CourseRow {
			return apptest.Read[api.PageOf[api.CourseRow]](c.Get("/incidents/" + incident + "/course?limit=20").Want(http.StatusOK)).Items
		}
		if rows := course(w.As("office")); len(rows) != 20 || rows[0].Kind != "report" {
			t.Errorf("the office sees %d rows, first %+v", len(rows), rows[0])
		}
		if rows := course(w.As("qijiang")); len(rows) == 0 || rows[0].Verb != "incident.activated" {
			t.Errorf("who sees none of the reports reads %+v", rows)
		}
	})
}
