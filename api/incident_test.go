package api_test

import (
	"net/http"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/incident"
)

// mechanism is a standing mechanism as an office writes it, with what the test changes.
func mechanism(with fields) fields {
	return merge(fields{
		"name": "现场协调机制办公室", "basis": "减办〔2022〕5号", "authority": "减灾委员会", "lead": "应急局救援协调处", "phone": "023-00000110",
		"members": []fields{
			{"name": "应急局", "kind": "government", "role": "lead", "groups": []string{"general", "coordination", "support"}},
			{"name": "消防救援总队", "kind": "government", "role": "member", "groups": []string{"coordination"}},
			{"name": "交通局", "kind": "government", "role": "member", "groups": []string{"support"}},
			{"name": "民政局", "kind": "government", "role": "member", "groups": []string{"general"}},
			{"name": "安能分公司", "kind": "enterprise", "role": "support_team", "duty": "工作支撑团队"},
		},
	}, with)
}

// found founds the mechanism of a place, or finds the one that a story has founded before.
func found(t *testing.T, c *apptest.Client, place string) string {
	t.Helper()
	for _, m := range apptest.Read[api.PageOf[api.MechanismOut]](c.Get("/mechanisms").Want(http.StatusOK)).Items {
		if m.Place.Code == place {
			return m.ID
		}
	}
	id := newID()
	c.Post("/mechanisms", fields{"id": id, "place": place, "says": mechanism(nil)}).Want(http.StatusCreated)
	return id
}

func floodBody(w *apptest.World) fields {
	return fields{
		"id": newID(), "name": "綦江“6·18”暴雨洪涝", "class": "natural", "severity": 2, "place": "50", "places": []string{"500110", "500119"},
		"hq": "市级现场抢险救援指挥部", "commander": "秦可舟", "began": w.Now().Add(-time.Hour),
	}
}

// flood records an incident and is its id.
func flood(t *testing.T, w *apptest.World, c *apptest.Client, with ...fields) string {
	t.Helper()
	if c == nil {
		c = w.As("office")
	}
	body := floodBody(w)
	for _, x := range with {
		body = merge(body, x)
	}
	c.Post("/incidents", body).Want(http.StatusCreated)
	return body["id"].(string)
}

func activate(c *apptest.Client, incident string) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/activate", merge(because("灾情严重，需组织社会应急力量"), fields{"basis": "减办〔2022〕5号"}))
}

// running is an incident of the city whose mechanism was activated.
func running(t *testing.T, w *apptest.World) string {
	t.Helper()
	found(t, w.As("office"), "50")
	incident := flood(t, w, nil)
	activate(w.As("office"), incident).Want(http.StatusOK)
	return incident
}

// onBehalf is a decision of headquarters, with what the test changes.
func onBehalf(w *apptest.World, with fields) fields {
	return merge(fields{"id": newID(), "decidedBy": "市级现场抢险救援指挥部", "how": "paper", "decidedAt": w.Now(), "reference": "指〔2026〕1 号"}, with)
}

// startOf is a response that was started.
func startOf(w *apptest.World, with fields) fields {
	return merge(fields{
		"id": newID(), "name": "市级防汛应急响应", "level": 2, "expected": "至降雨结束", "measures": "转移危险区群众", "decision": onBehalf(w, nil),
	}, with)
}

// three are one person in each group, with what the test changes about the first.
func three(with fields) []fields {
	return []fields{
		merge(fields{"group": "general", "unit": "应急局", "name": "江若川", "post": "组长", "phone": phone1}, with),
		{"group": "coordination", "unit": "消防救援总队", "name": "何听澜", "post": "组长"},
		{"group": "support", "unit": "交通局", "name": "邓明川", "post": "组长"},
	}
}

func saveRoster(c *apptest.Client, incident string, version int64, persons []fields) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/roster", fields{"id": newID(), "version": version, "persons": persons})
}

func submitRoster(c *apptest.Client, incident string, version int64) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/roster/submit", fields{"id": newID(), "version": version})
}

// approveRoster writes a roster of three, submits it and records that headquarters approved it.
func approveRoster(t *testing.T, w *apptest.World, c *apptest.Client, incident string) {
	t.Helper()
	saveRoster(c, incident, 0, three(nil)).Want(http.StatusOK)
	submitRoster(c, incident, 1).Want(http.StatusOK)
	c.Post("/incidents/"+incident+"/roster/approve", onBehalf(w, fields{"version": 2})).Want(http.StatusOK)
}

func incidentAfter(verb string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		path := "/incidents/" + running(t, w)
		w.As("office").Post(path+"/"+verb, because("任务完成")).Want(http.StatusOK)
		return path
	}
}

func rosterAfter(state string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		office, incident := w.As("office"), running(t, w)
		saveRoster(office, incident, 0, three(nil)).Want(http.StatusOK)
		if state != "draft" {
			submitRoster(office, incident, 1).Want(http.StatusOK)
		}
		if verb, ok := map[string]string{"approved": "approve", "returned": "return"}[state]; ok {
			office.Post("/incidents/"+incident+"/roster/"+verb, onBehalf(w, fields{"version": 2})).Want(http.StatusOK)
		}
		return "/incidents/" + incident
	}
}

func readIncident(t *testing.T, c *apptest.Client, incident string) api.IncidentDetail {
	t.Helper()
	return apptest.Read[api.IncidentDetail](c.Get("/incidents/" + incident).Want(http.StatusOK))
}

// handOver gives a matter of a group to 协调组.
func handOver(c *apptest.Client, incident, from, matter string) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/handovers", fields{"id": newID(), "from": from, "to": "coordination", "itemKind": "matter", "matter": matter})
}

func handoverAfter(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		path := "/incidents/" + running(t, w) + "/handovers"
		w.As("office").Post(path, fields{"id": newID(), "from": "general", "to": "support", "itemKind": "matter", "matter": "送水到桥河小学"}).Want(http.StatusOK)
		list := apptest.Read[api.PageOf[api.HandoverOut]](w.As("office").Get(path).Want(http.StatusOK)).Items
		for _, v := range verbs {
			w.As("office").Post(path+"/"+list[0].ID+"/"+v, because("不属本组")).Want(http.StatusOK)
		}
		return path
	}
}

// What is handed over is a record of the incident: not one that there is not, nor one of another incident or of none.
func TestOnlyRecordsOfTheIncidentAreHandedOver(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, in := w.As("office"), running(t, w)
		hand := func(kind, item string) *apptest.Answer {
			return office.Post("/incidents/"+in+"/handovers", fields{"id": newID(), "from": "general", "to": "support", "itemKind": kind, "item": item, "matter": "送水"})
		}
		report := ask(t, w, nil).id
		need := verified(t, office, report, nil)
		records := map[string]string{"report": report, "need": need}
		for kind, item := range records {
			hand(kind, item).Want(http.StatusUnprocessableEntity).Names("body.item", "unknown") // of no incident yet
		}
		drill := flood(t, w, nil, fields{"drill": true})
		office.Post("/incidents/"+drill+"/reports", fields{"id": newID(), "reports": []string{report}}).Want(http.StatusOK)
		for kind, item := range records {
			hand(kind, item).Want(http.StatusUnprocessableEntity).Names("body.item", "unknown") // of another one
		}
		for _, kind := range incident.ItemKinds[1:] {
			hand(kind, newID()).Want(http.StatusUnprocessableEntity).Names("body.item", "unknown")
		}

		report = ask(t, w, nil).id
		need = verified(t, office, report, nil)
		office.Post("/incidents/"+in+"/reports", fields{"id": newID(), "reports": []string{report}}).Want(http.StatusOK)
		hand("need", report).Want(http.StatusUnprocessableEntity).Names("body.item", "unknown") // of another kind
		hand("report", report).Want(http.StatusOK)
		hand("need", need).Want(http.StatusOK)
	})
}
