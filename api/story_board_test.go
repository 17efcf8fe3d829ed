package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func boardOf(c *apptest.Client, incident string) api.BoardOut {
	return apptest.Read[api.BoardOut](c.Get("/incidents/" + incident + "/board").Want(http.StatusOK))
}

// measured is one of the four indicators, as "value top/bottom why", with "!" when it wants attention.
func measured(b api.BoardOut, key string) string {
	i := indicator(b, key)
	value, mark := "?", ""
	if i.Value != nil {
		value = fmt.Sprintf("%.3g", *i.Value)
	}
	if i.Attention {
		mark = "!"
	}
	return fmt.Sprintf("%s%s %.4g/%.4g %s", value, mark, i.Top, i.Bottom, i.Why)
}

func indicator(b api.BoardOut, key string) api.IndicatorOut {
	at := slices.IndexFunc(b.Indicators, func(i api.IndicatorOut) bool { return i.Key == key })
	return b.Indicators[at]
}

func input(i api.IndicatorOut, key string) string {
	for _, x := range i.Inputs {
		if x.Key == key && x.N != nil {
			return fmt.Sprintf("%.4g", *x.N)
		} else if x.Key == key {
			return x.Why
		}
	}
	return "no such input"
}

// incidentMap is the map of an incident over the whole city.
func incidentMap(c *apptest.Client, incident string) *apptest.Answer {
	return c.Get("/incidents/" + incident + "/map?west=105&south=28&east=111&north=33&zoom=8")
}

// What is not known is said to be unknown; a zero comes once something was counted, and what was corrected or withdrawn
// after it had been published is measured, with the time that it took.
//
// proves: S004-07
func TestBoardMeasuresDistortion(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group := w.As("office"), w.As("zonghe")
		incident := running(t, w)
		b := boardOf(office, incident)
		for key, want := range map[string]string{
			"congestion": "? 0/0 no_gate_report", "disorder": "? 0/0 no_party", "waste": "? 0/0 no_party", "distortion": "? 0/0 nothing_published",
		} {
			if got := measured(b, key); got != want {
				t.Errorf("%s at the beginning: %s, want %s", key, got, want)
			}
			if i := indicator(b, key); len(i.Trend) != 6 || i.Parameter == "" || i.Source == "" || i.Line <= 0 || i.Path == "" {
				t.Errorf("%s does not explain itself: %+v", key, i)
			}
		}
		if got := input(indicator(b, "distortion"), "median_minutes"); got != "none_amended" {
			t.Errorf("the median before anything was corrected: %s", got)
		}

		var needs []string
		for range 3 {
			n := publishedNeed(t, w, nil)
			needs = append(needs, n)
			group.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{readNeed(t, group, n).Reports[0].ID}}).Want(http.StatusOK)
		}
		if got := measured(boardOf(office, incident), "distortion"); got != "0 0/3 " {
			t.Errorf("published and true: %s", got)
		}
		w.Clock.Advance(10 * time.Minute)
		group.Post("/needs/"+needs[0]+"/correct", merge(because("人数有误"), fields{"changes": draft(fields{"people": 3})})).Want(http.StatusOK)
		w.Clock.Advance(20 * time.Minute)
		group.Post("/needs/"+needs[0]+"/correct", merge(because("位置有误"), fields{"changes": draft(fields{"people": 3})})).Want(http.StatusOK)
		group.Post("/needs/"+needs[1]+"/withdraw", because("误报")).Want(http.StatusOK)
		b = boardOf(office, incident)
		if got := measured(b, "distortion"); got != "0.667! 2/3 " {
			t.Errorf("one corrected twice and one withdrawn: %s", got)
		}
		if got := input(indicator(b, "distortion"), "median_minutes"); got != "20" {
			t.Errorf("corrected after 10 and withdrawn after 30 minutes: a median of %s", got)
		}
		group.Post("/needs/"+needs[2]+"/close", because("已转移")).Want(http.StatusOK)
		if got := measured(boardOf(office, incident), "distortion"); got != "0.667! 2/3 " {
			t.Errorf("a closed need was published all the same: %s", got)
		}

		setParameter(office, "board.distortion_attention", "0.70")
		if i := indicator(boardOf(office, incident), "distortion"); i.Attention || i.Line != 0.7 {
			t.Errorf("below a line that the city has raised: %+v", i)
		}
	})
}

func setParameter(office *apptest.Client, key, value string) {
	office.Post("/parameters", fields{"id": newID(), "key": key, "place": "50", "value": value, "source": "市指挥部通知"}).Want(http.StatusNoContent)
}

// Gates that let the wrong vehicles come are measured by the hour.
//
// proves: S004-07
func TestBoardMeasuresCongestion(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		gate := guard(w, "gate", apptest.Qijiang)
		p := issued(office, passFor(w, c, nil))
		noted := func(with fields) {
			gate.Post("/passages", merge(fields{
				"id": newID(), "place": "500110", "gate": "北渡站卡口", "number": "", "plate": "渝B·00082", "colour": "blue", "verdict": "stop",
				"direction": "refused", "why": "no_pass", "listNo": 1, "at": w.Now(),
			}, with)).Want(http.StatusOK)
		}
		noted(fields{"number": p.Number, "plate": p.Plate, "verdict": "go", "direction": "in", "why": ""})
		noted(nil)
		noted(fields{"plate": "渝B·00083"})
		b := boardOf(office, c.incident)
		if got := measured(b, "congestion"); got != "0.667! 2/3 " {
			t.Errorf("two of three without a pass: %s", got)
		}
		if got := input(indicator(b, "congestion"), "without_pass"); got != "2" {
			t.Errorf("without a pass: %s", got)
		}
		w.Clock.Advance(2 * time.Hour)
		if got := measured(boardOf(office, c.incident), "congestion"); got != "? 0/0 no_vehicle" {
			t.Errorf("two hours later: %s", got)
		}
	})
}

// The board says what lacks most and whose order nobody has acknowledged; the map shows where. Who may not see teams
// or needs is told that they are hidden.
func TestBoardShowsGapsOrdersAndTheMap(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group := w.As("office"), w.As("zonghe")
		incident := running(t, w)
		need := publishedNeed(t, w, fields{"teams": 2, "severity": 1, "equipment": []fields{{"key": "boat", "count": 5}}})
		group.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{readNeed(t, group, need).Reports[0].ID}}).Want(http.StatusOK)
		b := boardOf(office, incident)
		if len(b.Gaps) != 1 || b.Gaps[0].ID != need || len(b.Gaps[0].Lacks) != 2 || b.Gaps[0].Lacks[0].N != 2 || b.Gaps[0].Lacks[1].N != 5 {
			t.Fatalf("nobody comes yet: %+v", b.Gaps)
		}
		c := muster(w, fields{"home": "500119"})
		o := offer(t, office, signup(w, c, fields{"incident": incident, "needs": []string{need}, "equipment": []fields{{"key": "boat", "count": 3}}}))
		submit(office, o.ID, need)
		does(office, o.ID, "deploy_first", fields{"cause": "trapped", "reason": "水位上涨"}).Want(http.StatusOK)
		does(office, o.ID, "accept", fields{"reason": "距离最近"}).Want(http.StatusOK)
		dispatched(w, office, o.ID).Want(http.StatusOK)
		b = boardOf(office, incident)
		if len(b.Gaps) != 1 || b.Gaps[0].Lacks[0].N != 1 || b.Gaps[0].Lacks[1].N != 2 {
			t.Errorf("one team with three boats comes: %+v", b.Gaps)
		}
		if b.Orders.Given != 1 || b.Orders.Taken != 0 || len(b.Orders.Waiting) != 1 || b.Orders.Waiting[0].Offer != o.ID || b.Orders.Waiting[0].People != 3 {
			t.Errorf("an order that nobody has acknowledged: %+v", b.Orders)
		}
		if duty := boardOf(w.As("qijiang"), incident); len(duty.Orders.Waiting) != 0 || duty.Orders.Given != 1 || len(duty.Gaps) != 1 {
			t.Errorf("a duty desk that may not see offers: %+v", duty.Orders)
		}

		m := apptest.Read[api.IncidentMap](incidentMap(office, incident).Want(http.StatusOK))
		if len(m.Needs.Points) != 1 || m.Needs.Points[0].ID != need || m.Needs.Total != 1 || len(m.Teams) != 1 || m.Teams[0].Kind != "en_route" ||
			m.Teams[0].People != 3 || m.Teams[0].Lon == 0 || len(m.Hidden) != 0 {
			t.Errorf("the map: %+v", m)
		}
		publishedNeed(t, w, nil) // of no incident: not on its map
		if m := apptest.Read[api.IncidentMap](incidentMap(office, incident).Want(http.StatusOK)); m.Needs.Total != 1 {
			t.Errorf("%d needs on the map of the incident", m.Needs.Total)
		}
		if m := apptest.Read[api.IncidentMap](incidentMap(w.As("qijiang"), incident).Want(http.StatusOK)); len(m.Teams) != 0 || !slices.Contains(m.Hidden, "offers") || m.Needs.Total != 1 {
			t.Errorf("the map of a duty desk: %+v", m)
		}
		incidentMap(w.Leader("captain", c.team), incident).Refused(http.StatusNotFound, "not_found")
		office.Get("/incidents/"+incident+"/map?west=111&south=28&east=105&north=33&zoom=8").Want(http.StatusUnprocessableEntity).Names("query.west", "box_invalid")

		does(office, o.ID, "acknowledge", nil).Want(http.StatusOK)
		if b := boardOf(office, incident); b.Orders.Taken != 1 || len(b.Orders.Waiting) != 0 {
			t.Errorf("acknowledged: %+v", b.Orders)
		}
	})
}

// The course of an incident is read by step.
func TestCourseByStep(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group := w.As("office"), w.As("zonghe")
		incident := running(t, w)
		need := publishedNeed(t, w, nil)
		group.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{readNeed(t, group, need).Reports[0].ID}}).Want(http.StatusOK)
		c := muster(w, nil)
		o := offer(t, office, signup(w, c, fields{"incident": incident, "needs": []string{need}}))
		submit(office, o.ID, need)
		for query, want := range map[string][]string{
			"step=match":            {"offer.matched", "offer.sent"},
			"step=dispatch":         {"offer.submitted"},
			"step=match,dispatch":   {"offer.submitted", "offer.matched", "offer.sent"},
			"step=publish&limit=1":  {"need.joined"},
			"step=support,withdraw": {},
		} {
			rows := apptest.Read[api.PageOf[api.CourseRow]](office.Get("/incidents/" + incident + "/course?" + query).Want(http.StatusOK)).Items
			got := []string{}
			for _, r := range rows {
				got = append(got, r.Verb)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		office.Get("/incidents/" + incident + "/course?step=lunch").Want(http.StatusUnprocessableEntity)
	})
}

// People who came without approval, and people whom nobody gives a mission, are disorder and waste; the map shows where
// they are, and who may not see teams on site is told only how many.
//
// proves: S004-07
func TestBoardMeasuresDisorderAndWaste(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c, d := w.As("office"), orderedOut(t, w), desk(w)
		p := received(d, c.incident, arrival(w, c, nil))
		b := boardOf(office, c.incident)
		if got := measured(b, "disorder"); got != "0 0/3 " {
			t.Errorf("three have just come: %s", got)
		}
		if got := measured(b, "waste"); got != "? 0/0 no_hours" {
			t.Errorf("no time has passed: %s", got)
		}
		if b.Force.Inside != 3 || b.Force.Teams != 1 || b.Force.EnRoute != 0 || len(b.Where) != 1 || b.Where[0].Kind != "point" || b.Where[0].People != 3 || b.Where[0].Teams != 1 {
			t.Errorf("inside: %+v %+v", b.Force, b.Where)
		}
		if duty := boardOf(w.As("qijiang"), c.incident); len(duty.Where) != 0 || duty.Force.Inside != 3 {
			t.Errorf("a duty desk that may not see teams on site: %+v", duty.Where)
		}

		w.Clock.Advance(2 * time.Hour)
		self := received(d, c.incident, merge(arrival(w, c, fields{"persons": nil, "vehicles": nil, "items": nil}), fields{
			"offer": nil, "teamName": "沙溪车友会", "extra": []fields{{"name": "白石桥", "phone": "13800000031"}},
		}))
		if self.State != "self_deployed" {
			t.Fatalf("without an offer: %s", self.State)
		}
		b = boardOf(office, c.incident)
		if got := measured(b, "disorder"); got != "0.25! 1/4 " {
			t.Errorf("one of four came without approval: %s", got)
		}
		if got := measured(b, "waste"); got != "1! 2/2 " {
			t.Errorf("two team hours, none with a mission: %s", got)
		}
		w.Clock.Advance(2*time.Hour + time.Minute)
		b = boardOf(office, c.incident)
		if got, idle := measured(b, "disorder"), input(indicator(b, "disorder"), "idle"); got != "1! 4/4 " || idle != "3" {
			t.Errorf("three without a mission for more than four hours: %s, %s", got, idle)
		}
		m := apptest.Read[api.IncidentMap](incidentMap(office, c.incident).Want(http.StatusOK))
		kinds := map[string]int{}
		for _, x := range m.Teams {
			kinds[x.Kind] += x.People
		}
		if kinds["on_site"] != 3 || kinds["self_deployed"] != 1 || len(m.Points) != 1 || m.Points[0].People != 4 {
			t.Errorf("the map: %+v %+v", m.Teams, m.Points)
		}
		atParty(office, p.ID, "person-out", fields{"presence": p.Persons[0].ID, "why": "rotated"}).Want(http.StatusOK)
		if b := boardOf(office, c.incident); b.Force.Inside != 3 {
			t.Errorf("one has left: %+v", b.Force)
		}
	})
}
