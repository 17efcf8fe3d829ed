package api_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/support"
)

// onSite is a team that was approved, ordered out and received.
type onSite struct {
	crew
	incident, offer, party string
}

// pointOf is the first point of an incident where teams are received.
func pointOf(w *apptest.World, incident string) string {
	return atDesk(w.As("office"), incident).Points[0].ID
}

// comes brings a team of a neighbouring county on site.
func comes(t *testing.T, w *apptest.World, incident, need, name string) onSite {
	t.Helper()
	office, x := w.As("office"), onSite{crew: muster(w, fields{"home": "500119", "name": name}), incident: incident, party: newID()}
	x.offer = offer(t, office, signup(w, x.crew, fields{"incident": incident, "needs": []string{need}, "equipment": []fields{{"key": "boat", "count": 2}}})).ID
	submit(office, x.offer, need)
	agrees(office, x.offer, 1, nil).Want(http.StatusOK)
	does(office, x.offer, "accept", fields{"reason": "就近"}).Want(http.StatusOK)
	dispatched(w, office, x.offer).Want(http.StatusOK)
	office.Post("/incidents/"+incident+"/parties", fields{
		"id": x.party, "point": pointOf(w, incident), "offer": x.offer, "persons": x.members, "vehicles": []string{x.car}, "items": []fields{{"kind": "boat", "count": 2}},
		"contact": fields{"name": "卢远航", "phone": phone1}, "days": 3, "arrivedAt": w.Now(),
	}).Want(http.StatusCreated)
	return x
}

func (x onSite) path(rest string) string { return "/parties/" + x.party + rest }

func sheetOf(c *apptest.Client, x onSite) api.DepartureSheet {
	return apptest.Read[api.DepartureSheet](c.Get(x.path("/departure")).Want(http.StatusOK))
}

// wavePlan is a wave as the coordination group writes it, with what the test changes.
func wavePlan(w *apptest.World, incident string, with fields, parties ...string) fields {
	return merge(fields{
		"id": newID(), "parties": parties, "reason": "抢险任务完成", "point": pointOf(w, incident), "from": w.Now().Add(time.Hour), "to": w.Now().Add(6 * time.Hour),
		"route": "G75 兰海高速经綦江北上", "guidance": "夜间编队行驶，每 2 小时停车休息", "contact": "协调组 023-00000112",
	}, with)
}

func planned(w *apptest.World, by *apptest.Client, incident string, parties ...string) api.WaveDetail {
	return apptest.Read[api.WaveDetail](by.Post("/incidents/"+incident+"/withdrawals", wavePlan(w, incident, nil, parties...)).Want(http.StatusCreated))
}

// counted is a head count in which everybody and everything is there, with what the test changes.
func counted(sh api.DepartureSheet, with fields) fields {
	heads, cars, items := []fields{}, []fields{}, []fields{}
	for _, h := range sh.Heads {
		heads = append(heads, fields{"id": h.ID, "why": "present"})
	}
	for _, v := range sh.Rides {
		cars = append(cars, fields{"id": v.ID, "with": true})
	}
	for _, i := range sh.Items {
		items = append(items, fields{"kind": i.Kind, "out": i.Came})
	}
	return merge(fields{"id": newID(), "version": sh.Version, "heads": heads, "vehicles": cars, "items": items}, with)
}

// A wave is planned, changed and ordered; the leader acknowledges on a phone; what logistics lent is handed back; heads
// are counted against the check-in, and a difference blocks until it is explained; a pass is renewed for the way back;
// the leader says that all are home, and the team is free for the next incident. Until then the incident cannot be closed.
//
// proves: S004-37 S004-58 S004-82
func TestTeamsLeaveInWaves(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group := w.As("office"), w.As("xietiao")
		inc, need := running(t, w), publishedNeed(t, w, fields{"teams": 3, "equipment": []fields{{"key": "boat", "count": 9}}})
		first, second := comes(t, w, inc, need, "金佛山救援队"), comes(t, w, inc, need, "大观救援队")
		lead := w.Leader("captain", first.team)
		stranger := w.Leader("stranger", second.team)
		renew := issued(office, passFor(w, cars{offer: first.offer, driver: first.members[0], vehicles: []string{first.car}}, fields{"backTo": w.Now().Add(13 * time.Hour)}))

		// Who may not, and what is wrong.
		group.Post("/incidents/"+inc+"/withdrawals", wavePlan(w, inc, nil, first.party)).Refused(http.StatusConflict, "roster.awaits_approval")
		approveRoster(t, w, office, inc)
		w.As("baozhang").Post("/incidents/"+inc+"/withdrawals", wavePlan(w, inc, nil, first.party)).Refused(http.StatusForbidden, "forbidden")
		lead.Get("/incidents/"+inc+"/withdrawals").Refused(http.StatusNotFound, "not_found")
		for field, change := range map[string]fields{
			"body.parties": {"parties": []string{}}, "body.parties[1]": {"parties": []string{first.party, first.party}}, "body.parties[0]": {"parties": []string{newID()}},
			"body.reason": {"reason": " "}, "body.point": {"point": newID()}, "body.to": {"to": w.Now()}, "body.route": {"route": ""}, "body.contact": {"contact": ""},
		} {
			group.Post("/incidents/"+inc+"/withdrawals", wavePlan(w, inc, change, first.party)).Want(http.StatusUnprocessableEntity).Names(field, "")
		}

		// Plan, change, order.
		plan := wavePlan(w, inc, nil, first.party)
		group.Post("/incidents/"+inc+"/withdrawals", plan).Want(http.StatusCreated)
		wave := apptest.Read[api.WaveDetail](group.Post("/incidents/"+inc+"/withdrawals", plan).Want(http.StatusCreated))
		if wave.State != "planned" || wave.Wave != 1 || wave.Number != "CL-A0001" || len(wave.Parties) != 1 || !slices.Equal(wave.Actions, []string{"change", "order", "cancel"}) || wave.PointName != "接待报备点" {
			t.Fatalf("planned: %+v", wave)
		}
		group.Post("/incidents/"+inc+"/withdrawals", wavePlan(w, inc, nil, first.party)).Want(http.StatusUnprocessableEntity).Names("body.parties[0]", "in_wave")
		path := "/withdrawals/" + wave.ID
		both := wavePlan(w, inc, fields{"version": 1}, first.party, second.party)
		group.Post(path+"/change", both).Want(http.StatusOK)
		group.Post(path+"/change", wavePlan(w, inc, fields{"version": 1}, first.party)).Refused(http.StatusConflict, "version_stale")
		page := lead.Live("")
		wave = apptest.Read[api.WaveDetail](group.Post(path+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK))
		if wave.State != "ordered" || wave.OrderedBy != "何听澜" || wave.Parties[0].State != "leaving" || wave.Left != 0 {
			t.Errorf("ordered: %+v", wave)
		}
		if e := next(page, first.party); e.Str("verb") != "party.released" {
			t.Errorf("the leader learns of %+v", e)
		}

		// The leader's phone.
		own := apptest.Read[api.PageOf[api.DepartureSheet]](lead.Get("/team/withdrawal").Want(http.StatusOK)).Items
		if len(own) != 1 || own[0].Wave == nil || own[0].Wave.Route != "G75 兰海高速经綦江北上" || len(own[0].Wave.Parties) != 0 || own[0].Heads[0].Name != "余知秋" || !slices.Contains(own[0].Actions, "take") {
			t.Fatalf("the leader sees %+v", own)
		}
		stranger.Get(first.path("/departure")).Refused(http.StatusNotFound, "not_found")
		stranger.Post(first.path("/take-order"), fields{"id": newID(), "version": 0}).Refused(http.StatusNotFound, "not_found")
		if sh := apptest.Read[api.DepartureSheet](lead.Post(first.path("/take-order"), fields{"id": newID(), "version": 0}).Want(http.StatusOK)); !sh.Taken || slices.Contains(sh.Actions, "take") {
			t.Errorf("acknowledged: %+v", sh)
		}
		lead.Post(first.path("/check-out"), counted(own[0], nil)).Refused(http.StatusForbidden, "forbidden")

		leaveFirst(t, w, first)
		if n := todo(lead, "home_own", ""); n.Count != 1 || n.Late != 0 || n.Page != "/mywithdrawal" {
			t.Errorf("the leader has to say when they are home: %+v", n)
		}
		returnPass(t, w, first, renew.ID)

		// The incident waits for the second team.
		p := office.Post("/incidents/"+inc+"/close", because("任务完成")).Refused(http.StatusConflict, "incident.people_inside")
		if now, ok := p.Current.(map[string]any); !ok || now["people"] != 3.0 || now["parties"] != 1.0 {
			t.Errorf("what keeps it open: %+v", p.Current)
		}
		group.Post(second.path("/check-out"), counted(sheetOf(group, second), nil)).Want(http.StatusOK)
		if wave = apptest.Read[api.WaveDetail](group.Get(path).Want(http.StatusOK)); wave.State != "done" || wave.Left != 2 {
			t.Errorf("all have left: %+v", wave)
		}
		office.Post("/incidents/"+inc+"/close", because("任务完成")).Want(http.StatusOK)

		// Home, late for one.
		w.Clock.Advance(13 * time.Hour) // sessions have ended meanwhile
		office, group, lead = w.SignIn("office", apptest.Password), w.SignIn("xietiao", apptest.Password), w.SignIn("captain", apptest.Password)
		list := apptest.Read[api.WithdrawalsOut](group.Get("/incidents/" + inc + "/withdrawals").Want(http.StatusOK))
		if len(list.Away) != 2 || !list.Away[0].Late || list.Plans || list.Counts {
			t.Errorf("on the way home: %+v", list)
		}
		if n := todo(lead, "home_own", ""); n.Count != 1 || n.Late != 1 {
			t.Errorf("and is late: %+v", n)
		}
		if n := todo(group, "home", inc); n.Count != 2 || n.Late != 2 {
			t.Errorf("the group waits for the word of both, though the incident is closed: %+v", n)
		}
		home := because("")
		for range 2 {
			lead.Post(first.path("/home"), home).Want(http.StatusOK)
		}
		if o := readOffer(office, first.offer); o.State != "finished" {
			t.Errorf("the offer is %s", o.State)
		}
		group.Post(second.path("/home"), because("电话确认")).Want(http.StatusOK)
		list = apptest.Read[api.WithdrawalsOut](group.Get("/incidents/" + inc + "/withdrawals").Want(http.StatusOK))
		if len(list.Away) != 0 || list.Home != 2 {
			t.Errorf("all are home: %+v", list)
		}
	})
}

// handsBackAllThatWasIssued holds that whatever category something came under is accounted for before the team leaves, what was
// used up as used up; fuel and food are gone with the delivery.
func handsBackAllThatWasIssued(t *testing.T, w *apptest.World, counter *apptest.Client, x onSite) {
	t.Helper()
	office := w.As("office")
	asked := map[string]string{}
	for _, c := range support.Categories {
		id := askSupport(office, x.incident, x.team, fields{"category": c.Key, "what": c.Zh, "quantity": 3, "unit": "份"})
		office.Post("/support/"+id+"/route", supportStep("route")).Want(http.StatusOK)
		office.Post("/support/"+id+"/complete", because("")).Want(http.StatusOK)
		asked[id] = c.Key
	}
	var lines []fields
	for _, l := range sheetOf(counter, x).Lent {
		lines = append(lines, fields{"id": newID(), "what": l.What, "unit": l.Unit, "lent": l.Lent, "lender": "市商务委", "request": l.Request})
		if key := asked[l.Request]; key == "fuel" || key == "living" {
			t.Errorf("%s is to be handed back", key)
		}
	}
	if len(lines) != len(support.Categories)-2 {
		t.Errorf("%d lines", len(lines))
	}
	counter.Post(x.path("/handbacks"), fields{"id": newID(), "lines": lines}).Want(http.StatusOK)
	for _, l := range lines {
		step := fields{"id": newID(), "version": 1, "back": 1, "damaged": 0, "lost": 0, "used": 1}
		counter.Post(x.path("/handbacks/"+l["id"].(string)+"/record"), step).Want(http.StatusUnprocessableEntity).Names("body.back", "sum")
		counter.Post(x.path("/handbacks/"+l["id"].(string)+"/record"), merge(step, fields{"used": 2})).Want(http.StatusOK)
	}
	sh := sheetOf(counter, x)
	if used := sh.Lines[len(sh.Lines)-1].Used; used != 2 || sh.Open != 0 || len(sh.Lent) != 0 {
		t.Errorf("%d used up, %d open: %+v", used, sh.Open, sh.Lines)
	}
}

// leaveFirst hands back what logistics lent and counts the first team out, one person at a time being explained.
func leaveFirst(t *testing.T, w *apptest.World, x onSite) {
	t.Helper()
	office, counter := w.As("office"), desk(w)
	request := askSupport(office, x.incident, x.team, fields{"category": "communication", "what": "卫星电话", "quantity": 2, "unit": "部"})
	office.Post("/support/"+request+"/route", supportStep("route")).Want(http.StatusOK)
	office.Post("/support/"+request+"/complete", because("")).Want(http.StatusOK)

	sh := sheetOf(counter, x)
	if len(sh.Heads) != 3 || len(sh.Rides) != 1 || len(sh.Items) != 1 || len(sh.Lent) != 1 || sh.Lent[0].Lent != 2 || sh.Masked {
		t.Fatalf("the sheet: %+v", sh)
	}
	counter.Post(x.path("/check-out"), counted(sh, nil)).Want(http.StatusUnprocessableEntity).Names("body.lent."+request, "not_listed")
	line := newID()
	counter.Post(x.path("/handbacks"), fields{"id": newID(), "lines": []fields{{"id": line, "what": "卫星电话", "unit": "部", "lent": 2, "lender": "市商务委", "request": request}}}).Want(http.StatusOK)
	counter.Post(x.path("/check-out"), counted(sheetOf(counter, x), nil)).Want(http.StatusUnprocessableEntity).Names("body.handbacks."+line, "open")
	record := fields{"id": newID(), "version": 1, "back": 1, "damaged": 0, "lost": 1}
	counter.Post(x.path("/handbacks/"+line+"/record"), record).Want(http.StatusUnprocessableEntity).Names("body.note", "missing")
	sh = apptest.Read[api.DepartureSheet](counter.Post(x.path("/handbacks/"+line+"/record"), merge(record, fields{"note": "落水，已报市商务委"})).Want(http.StatusOK))
	if sh.Open != 0 || len(sh.Lent) != 0 || sh.Lines[0].Lost != 1 {
		t.Errorf("handed back: %+v", sh.Lines)
	}
	handsBackAllThatWasIssued(t, w, counter, x)
	other := newID()
	counter.Post(x.path("/handbacks"), fields{"id": newID(), "lines": []fields{{"id": other, "what": "帐篷", "unit": "顶", "lent": 1, "lender": "市应急局"}}}).Want(http.StatusOK)
	counter.Post(x.path("/handbacks/"+other+"/remove"), fields{"id": newID(), "version": 0}).Want(http.StatusOK)

	// A head too few, one unexplained, less equipment than came: each row is named.
	sh = sheetOf(counter, x)
	body := counted(sh, nil)
	heads := body["heads"].([]fields)
	counter.Post(x.path("/check-out"), counted(sh, fields{"heads": heads[:2]})).Want(http.StatusUnprocessableEntity).Names("body.heads."+sh.Heads[2].ID, "uncounted")
	heads[2] = fields{"id": sh.Heads[2].ID, "why": ""}
	counter.Post(x.path("/check-out"), counted(sh, fields{"heads": heads})).Want(http.StatusUnprocessableEntity).Names("body.heads[2].why", "unexplained")
	counter.Post(x.path("/check-out"), counted(sh, fields{"items": []fields{{"kind": "boat", "out": 1}}})).Want(http.StatusUnprocessableEntity).Names("body.items[0].note", "missing")

	// One is missing: the others leave, the team stays open and the pages say so.
	heads[2] = fields{"id": sh.Heads[2].ID, "why": "missing", "note": "16:00 在北渡桥下游最后见到"}
	sh = apptest.Read[api.DepartureSheet](counter.Post(x.path("/check-out"), counted(sh, fields{"heads": heads, "items": []fields{{"kind": "boat", "out": 1, "note": "一艘损毁"}}})).Want(http.StatusOK))
	if sh.State != "leaving" || sh.People != 1 || sh.Heads[0].Missing == "" || sh.Items[0].Note == "" {
		t.Fatalf("with one missing: %+v", sh)
	}
	if o := apptest.Read[api.WithdrawalsOut](office.Get("/incidents/" + x.incident + "/withdrawals").Want(http.StatusOK)); o.Unaccounted != 1 {
		t.Errorf("unaccounted: %+v", o)
	}
	if s := apptest.Read[api.BoardOut](office.Get("/incidents/" + x.incident + "/board").Want(http.StatusOK)).Steps[7]; s.First == nil || s.First.N != 2 || s.Late != nil || s.Third == nil || s.Third.N != 1 {
		t.Errorf("the board: %+v", s)
	}
	found := counted(sh, fields{"heads": []fields{{"id": sh.Heads[0].ID, "why": "hospital", "note": "区人民医院急诊"}}, "items": []fields{{"kind": "boat", "out": 1, "note": "一艘损毁"}}})
	for range 2 {
		sh = apptest.Read[api.DepartureSheet](counter.Post(x.path("/check-out"), found).Want(http.StatusOK))
	}
	if sh.State != "checked_out" || sh.People != 0 || sh.HomeDue.IsZero() {
		t.Errorf("counted out: %+v", sh)
	}
	counter.Post(x.path("/check-out"), merge(found, fields{"id": newID(), "version": 0})).Refused(http.StatusConflict, "transition")
}

// returnPass renews a pass whose way back ends too early.
func returnPass(t *testing.T, w *apptest.World, x onSite, old string) {
	t.Helper()
	sh := sheetOf(w.As("office"), x)
	if len(sh.Passes) != 1 || sh.Passes[0].ID != old {
		t.Fatalf("the passes: %+v", sh.Passes)
	}
	from := w.Now()
	w.As("xietiao").Post("/passes/"+old+"/return", fields{"id": newID(), "version": 0, "from": from, "to": from.Add(24 * time.Hour)}).Refused(http.StatusForbidden, "forbidden")
	w.As("baozhang").Post("/passes/"+old+"/return", fields{"id": newID(), "version": 0, "from": from, "to": from}).Want(http.StatusUnprocessableEntity).Names("body.to", "range")
	body := fields{"id": newID(), "version": sh.Passes[0].Version, "from": from, "to": from.Add(24 * time.Hour)}
	for range 2 {
		got := apptest.Read[api.PassDetail](w.As("baozhang").Post("/passes/"+old+"/return", body).Want(http.StatusCreated))
		if got.State != "valid" || !got.BackTo.Equal(from.Add(24*time.Hour).UTC().Truncate(time.Second)) || got.Number == sh.Passes[0].Number {
			t.Errorf("the new pass: %+v", got)
		}
	}
	if before := apptest.Read[api.PassDetail](w.As("baozhang").Get("/passes/" + old).Want(http.StatusOK)); before.State != "revoked" || before.Why == "" {
		t.Errorf("the old pass: %+v", before.PassOut)
	}
	if sh = sheetOf(w.As("office"), x); len(sh.Passes) != 1 || sh.Passes[0].ID != body["id"] || !sh.Passes[0].Fits {
		t.Errorf("the passes after: %+v", sh.Passes)
	}
}

// Two desks count the same team out in the same moment: it leaves once, and nobody is counted twice.
func TestTwoDesksCountTheSameTeamOut(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		inc, need := running(t, w), publishedNeed(t, w, nil)
		x := comes(t, w, inc, need, "金佛山救援队")
		wave := planned(w, office, inc, x.party)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		sh := sheetOf(office, x)
		desks := []*apptest.Client{office, desk(w)}
		answers := make([]*apptest.Answer, len(desks))
		var all sync.WaitGroup
		for i, d := range desks {
			body := counted(sh, nil)
			all.Go(func() { answers[i] = d.Post(x.path("/check-out"), body) })
		}
		all.Wait()
		won := 0
		for _, a := range answers {
			if a.Status == http.StatusOK {
				won++
			} else if a.Status != http.StatusConflict {
				t.Errorf("%s: %d %s", a.What, a.Status, a.Body)
			}
		}
		if won != 1 {
			t.Errorf("%d desks counted it out", won)
		}
		if sh = sheetOf(office, x); sh.State != "checked_out" || sh.People != 0 {
			t.Errorf("it left: %+v", sh)
		}
		if d := apptest.Read[api.WaveDetail](office.Get("/withdrawals/" + wave.ID).Want(http.StatusOK)); d.State != "done" {
			t.Errorf("the wave is %s", d.State)
		}
	})
}

// A team that was turned back is counted out like any other, and a wave that is cancelled keeps its teams.
func TestTurnedBackAndRecalledTeams(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		inc, need := running(t, w), publishedNeed(t, w, nil)
		x := comes(t, w, inc, need, "金佛山救援队")
		uncalled := onSite{incident: inc, party: newID()}
		office.Post("/incidents/"+inc+"/parties", fields{
			"id": uncalled.party, "point": pointOf(w, inc), "teamName": "车友自发救援群", "extra": []fields{{"name": "余知秋", "phone": phone2}}, "contact": fields{"name": "余知秋", "phone": phone2}, "days": 1, "arrivedAt": w.Now(),
		}).Want(http.StatusCreated)
		office.Post(uncalled.path("/turn-back"), because("力量已足")).Want(http.StatusOK)
		office.Post("/incidents/"+inc+"/withdrawals", wavePlan(w, inc, nil, uncalled.party)).Want(http.StatusUnprocessableEntity).Names("body.parties[0]", "not_here")
		if o := apptest.Read[api.WithdrawalsOut](office.Get("/incidents/" + inc + "/withdrawals").Want(http.StatusOK)); len(o.Back) != 1 || len(o.Free) != 1 {
			t.Errorf("turned back: %+v", o)
		}
		sh := apptest.Read[api.DepartureSheet](office.Post(uncalled.path("/check-out"), counted(sheetOf(office, uncalled), nil)).Want(http.StatusOK))
		if sh.State != "checked_out" || sh.Wave != nil {
			t.Errorf("it left: %+v", sh)
		}
		office.Post(uncalled.path("/home"), because("电话确认")).Want(http.StatusOK)

		wave := planned(w, office, inc, x.party)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		office.Post("/withdrawals/"+wave.ID+"/cancel", because("")).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		if got := apptest.Read[api.WaveDetail](office.Post("/withdrawals/"+wave.ID+"/cancel", because("上游来水")).Want(http.StatusOK)); got.State != "cancelled" {
			t.Errorf("cancelled: %+v", got)
		}
		if sh := sheetOf(office, x); sh.State != "checked_in" || sh.Wave != nil {
			t.Errorf("it stays: %+v", sh)
		}
		wave = planned(w, office, inc, x.party)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		office.Post(x.path("/recall"), because("留守排险")).Want(http.StatusOK)
		if got := apptest.Read[api.WaveDetail](office.Get("/withdrawals/" + wave.ID).Want(http.StatusOK)); got.State != "cancelled" || got.Wave != 2 {
			t.Errorf("nobody is left in it: %+v", got)
		}
	})
}

// What logistics lent a team is handed back by the team, once: whichever of its parties has it on its list, and what comes
// after the list was written stands on it too before the team leaves.
//
// proves: S004-82
func TestWhatWasLentIsHandedBackOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		inc, need := running(t, w), publishedNeed(t, w, nil)
		x := comes(t, w, inc, need, "金佛山救援队")
		request := askSupport(office, inc, x.team, fields{"category": "communication", "what": "卫星电话", "quantity": 3, "unit": "部"})
		office.Post("/support/"+request+"/route", supportStep("route")).Want(http.StatusOK)
		office.Post("/support/"+request+"/supply", merge(supportStep("supply"), fields{"quantity": 1})).Want(http.StatusOK)
		list := func(party string, n int) *apptest.Answer {
			return office.Post("/parties/"+party+"/handbacks", fields{"id": newID(), "lines": []fields{{"id": newID(), "what": "卫星电话", "unit": "部", "lent": n, "lender": "市通信管理局", "request": request}}})
		}
		list(x.party, 1).Want(http.StatusOK)
		office.Post("/support/"+request+"/complete", because("")).Want(http.StatusOK)

		// Two of them came after the list was written.
		sh := sheetOf(office, x)
		if len(sh.Lent) != 1 || sh.Lent[0].Lent != 2 {
			t.Errorf("on no list yet: %+v", sh.Lent)
		}
		wave := planned(w, office, inc, x.party)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		settle := func() {
			for _, l := range sheetOf(office, x).Lines {
				if !l.Recorded {
					office.Post(x.path("/handbacks/"+l.ID+"/record"), fields{"id": newID(), "version": l.Version, "back": l.Lent, "damaged": 0, "lost": 0}).Want(http.StatusOK)
				}
			}
		}
		settle()
		office.Post(x.path("/check-out"), counted(sheetOf(office, x), nil)).Want(http.StatusUnprocessableEntity).Names("body.lent."+request, "not_listed")
		list(x.party, 3).Want(http.StatusUnprocessableEntity).Names("body.lines[0].lent", "too_many")
		list(x.party, 2).Want(http.StatusOK)
		list(x.party, 1).Want(http.StatusUnprocessableEntity).Names("body.lines[0]", "listed")
		settle()
		office.Post(x.path("/check-out"), counted(sheetOf(office, x), nil)).Want(http.StatusOK)

		// The team comes again: nothing of the first time is asked of it.
		second := onSite{crew: x.crew, incident: inc, party: newID()}
		office.Post("/incidents/"+inc+"/parties", fields{
			"id": second.party, "point": pointOf(w, inc), "team": x.team, "persons": []string{}, "extra": []fields{{"name": "丁一苇", "phone": phone2}}, "contact": fields{"name": "丁一苇", "phone": phone2}, "days": 1, "arrivedAt": w.Now(),
		}).Want(http.StatusCreated)
		office.Post(second.path("/turn-back"), because("力量已足")).Want(http.StatusOK)
		if sh = sheetOf(office, second); len(sh.Lent) != 0 {
			t.Errorf("what the team has handed back: %+v", sh.Lent)
		}
		list(second.party, 1).Want(http.StatusUnprocessableEntity).Names("body.lines[0]", "listed")
		office.Post(second.path("/check-out"), counted(sheetOf(office, second), nil)).Want(http.StatusOK)
		if f := apptest.Read[api.FiguresOut](office.Get("/incidents/" + inc + "/figures").Want(http.StatusOK)); figure(t, f, "withdrawal.lent") != 2 || figure(t, f, "withdrawal.back") != 2 {
			t.Errorf("lines of what was lent: %d, handed back %d", figure(t, f, "withdrawal.lent"), figure(t, f, "withdrawal.back"))
		}
	})
}

// While a team is on the way the incident is not closed: nobody could receive it any more.
func TestNobodyComesToAClosedIncident(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c, office := orderedOut(t, w), w.As("office")
		p := office.Post("/incidents/"+c.incident+"/close", because("任务完成")).Refused(http.StatusConflict, "incident.teams_on_the_way")
		if now, ok := p.Current.(map[string]any); !ok || now["teams"] != 1.0 {
			t.Errorf("who is on the way: %+v", p.Current)
		}
		does(office, c.offer.ID, "stand_down", fields{"reason": "力量已足"}).Want(http.StatusOK)
		office.Post("/incidents/"+c.incident+"/close", because("任务完成")).Want(http.StatusOK)
	})
}
