package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/need"
	"lianyuan/domain/team"
)

// leader is somebody who leads a water rescue team at home in 綦江区.
func leader(t *testing.T, w *apptest.World) *apptest.Client {
	t.Helper()
	return w.Leader("leader", w.Team(team.Team{
		Name: "山城水上应急队", Place: apptest.Qijiang, Lon: 106.65, Lat: 29.02, People: 24,
		Skills: []team.Skill{{Key: "water", Grade: 2}}, Equipment: []team.Item{{Key: "boat", Count: 3}},
	}))
}

func forTeam(t *testing.T, c *apptest.Client, query string) []api.TeamNeed {
	t.Helper()
	return apptest.Read[api.PageOf[api.TeamNeed]](c.Get("/team/needs" + query).Want(http.StatusOK)).Items
}

// A need is published only when a report behind it was verified and a government has said so for this place and kind.
//
// proves: S004-76
func TestPublishingTakesReportAndInstruction(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, lead := w.As("zonghe"), leader(t, w)
		r := ask(t, w, nil)
		need := verified(t, group, r.id, nil)

		publish(group, need, "").Refused(http.StatusConflict, "need.no_instruction")
		publish(group, need, newID()).Refused(http.StatusConflict, "need.no_instruction")
		publish(group, need, instruct(t, w, group, fields{"place": "500119", "issuer": "南川区人民政府"})).Refused(http.StatusConflict, "need.instruction_not_covering")
		publish(group, need, instruct(t, w, group, fields{"place": "500110001"})).Refused(http.StatusConflict, "need.instruction_not_covering")
		publish(group, need, instruct(t, w, group, fields{"kind": "no_water_food"})).Refused(http.StatusConflict, "need.instruction_not_covering")
		order := instruct(t, w, group, fields{"kind": "trapped_water"})
		for _, audience := range [][]string{nil, {"public"}, {"teams", "press"}} {
			group.Post("/needs/"+need+"/publish", fields{"id": newID(), "version": 0, "instruction": order, "audience": audience}).Want(http.StatusUnprocessableEntity).Names("body.audience", "")
		}
		if n := readNeed(t, group, need); n.State != "open" || n.Version != 1 || !n.PublishedAt.IsZero() {
			t.Errorf("a refusal left something behind: %+v", n)
		}
		group.Post("/reports/"+r.id+"/reopen", because("再核一次")).Want(http.StatusOK)
		publish(group, need, order).Refused(http.StatusConflict, "need.not_verified")
		decide(t, group, r.id, fields{"outcome": "false"})
		publish(group, need, order).Refused(http.StatusConflict, "need.not_verified")
		if list := forTeam(t, lead, ""); len(list) != 0 {
			t.Fatalf("a team sees what is not published: %+v", list)
		}
		group.Post("/reports/"+r.id+"/reopen", because("家属再次来电")).Want(http.StatusOK)
		decide(t, group, r.id, fields{"outcome": "verified", "join": need})
		if n := apptest.Read[api.NeedDetail](publish(group, need, order).Want(http.StatusOK)); n.State != "published" || n.Instruction != order || n.Order.Issuer != "綦江区人民政府" {
			t.Errorf("published: %+v", n)
		}
		w.As("qijiang").Post("/needs/"+need+"/withdraw", because("x")).Refused(http.StatusForbidden, "forbidden")
		w.As("nanchuan").Post("/needs/"+need+"/withdraw", because("x")).Refused(http.StatusNotFound, "not_found")
	})
}

// An oral instruction is valid and waits for its paper; a city's covers its counties.
func TestOralInstruction(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		order := instruct(t, w, group, fields{"number": nil, "how": "phone", "issuer": "市政府值班领导", "place": "50", "note": "电话指示，书面后补"})
		need := verified(t, group, ask(t, w, nil).id, nil)
		n := apptest.Read[api.NeedDetail](publish(group, need, order).Want(http.StatusOK))
		if !n.Order.AwaitsPaper || n.Order.How != "phone" || n.Order.By != "江若川" {
			t.Errorf("the order: %+v", n.Order)
		}
		list := apptest.Read[api.PageOf[api.Instruction]](w.As("qijiang").Get("/instructions").Want(http.StatusOK)).Items
		if len(list) != 1 || list[0].ID != order {
			t.Errorf("a county sees the city's instruction: %+v", list)
		}
		instruct(t, w, group, fields{"place": "500119"})
		if list := apptest.Read[api.PageOf[api.Instruction]](w.As("qijiang").Get("/instructions").Want(http.StatusOK)).Items; len(list) != 1 {
			t.Errorf("a county sees another county's instruction: %+v", list)
		}
		for field, change := range map[string]fields{
			"body.number": {"number": ""}, "body.issuer": {"issuer": " "}, "body.how": {"how": "rumour"},
			"body.issuedAt": {"issuedAt": w.Now().Add(48 * time.Hour)}, "body.covers.kind": {"kind": "party"},
		} {
			body := merge(fields{"id": newID(), "number": "1 号", "issuer": "区政府", "how": "paper", "issuedAt": w.Now(), "place": "500110"}, change)
			group.Post("/instructions", body).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
	})
}

// The paper of an oral instruction is recorded when it comes; who publishes has it among what waits. A second record
// corrects the first and keeps it.
func TestPaperOfOralInstruction(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		waiting := func(c *apptest.Client) (n int) {
			for _, i := range apptest.Read[api.TodosOut](c.Get("/me/todo").Want(http.StatusOK)).Items {
				if i.Key == "instruction_papers" {
					n += i.Count
				}
			}
			return n
		}
		written := instruct(t, w, group, nil)
		order := instruct(t, w, group, fields{"number": nil, "how": "phone", "issuer": "市政府值班领导", "place": "50"})
		if waiting(group) != 1 || waiting(w.As("qijiang")) != 0 {
			t.Errorf("%d wait for who publishes, %d for the duty desk", waiting(group), waiting(w.As("qijiang")))
		}
		path := "/instructions/" + order + "/papers"
		first := fields{"id": newID(), "number": "渝府应急〔2024〕7 号", "dated": w.Now()}
		w.Clock.Advance(time.Minute)
		group.Post(path, first).Want(http.StatusOK)
		i := apptest.Read[api.Instruction](group.Post(path, first).Want(http.StatusOK))
		if i.AwaitsPaper || i.Number != "渝府应急〔2024〕7 号" || len(i.Papers) != 1 || i.Papers[0].By != "江若川" || !i.Papers[0].At.Equal(w.Now()) || waiting(group) != 0 {
			t.Errorf("with its paper: %+v", i)
		}
		i = apptest.Read[api.Instruction](w.As("office").Post(path, fields{"id": newID(), "number": "渝府应急〔2024〕8 号", "dated": w.Now()}).Want(http.StatusOK))
		if i.Number != "渝府应急〔2024〕8 号" || len(i.Papers) != 2 || i.Papers[1].Number != "渝府应急〔2024〕7 号" {
			t.Errorf("corrected: %+v", i)
		}
		first["number"] = "9 号"
		group.Post(path, first).Refused(http.StatusConflict, "id_reused")
		group.Post(path, fields{"id": newID(), "number": " ", "dated": w.Now().Add(48 * time.Hour)}).Want(http.StatusUnprocessableEntity).Names("body.number", "missing").Names("body.dated", "range")
		w.As("qijiang").Post(path, fields{"id": newID(), "number": "9 号", "dated": w.Now()}).Refused(http.StatusForbidden, "forbidden")
		w.As("nanchuan").Post("/instructions/"+written+"/papers", fields{"id": newID(), "number": "9 号", "dated": w.Now()}).Refused(http.StatusNotFound, "not_found")
	})
}

// From the first word of a caller to the end: published, seen by a team, corrected, withdrawn, published again, closed;
// the history names who did what and why.
//
// proves: S004-52
func TestNeedLivesAndEnds(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, lead := w.As("zonghe"), leader(t, w)
		r := ask(t, w, nil)
		need := verified(t, group, r.id, nil)
		order := instruct(t, w, group, nil)
		publication := fields{"id": newID(), "version": 1, "instruction": order, "audience": []string{"public", "teams"}}
		group.Post("/needs/"+need+"/publish", publication).Want(http.StatusOK)
		n := apptest.Read[api.NeedDetail](group.Post("/needs/"+need+"/publish", publication).Want(http.StatusOK))
		if n.State != "published" || n.Version != 2 || !slices.Equal(n.Audience, []string{"public", "teams"}) || !slices.Equal(n.Actions, []string{"correct", "withdraw", "close"}) {
			t.Errorf("published: %+v", n)
		}
		lead.Get("/team/needs").Want(http.StatusOK).Without(phone1, "余知秋", "沙溪路 ", r.id)

		group.Post("/needs/"+need+"/correct", fields{"id": newID(), "version": 1, "reason": "x", "changes": draft(nil)}).Refused(http.StatusConflict, "version_stale")
		n = apptest.Read[api.NeedDetail](group.Post("/needs/"+need+"/correct", fields{
			"id": newID(), "version": 2, "reason": "实为三人", "changes": draft(fields{"people": 3, "title": "沙溪路三位老人需转移"}),
		}).Want(http.StatusOK))
		if n.State != "published" || n.Corrections != 1 || *n.People != 3 {
			t.Errorf("corrected: %+v", n)
		}
		if list := forTeam(t, lead, ""); len(list) != 1 || list[0].Title != "沙溪路三位老人需转移" {
			t.Errorf("the team sees %+v", list)
		}
		n = apptest.Read[api.NeedDetail](group.Post("/needs/"+need+"/withdraw", because("地点有误")).Want(http.StatusOK))
		if n.State != "open" || n.Corrections != 2 || len(n.Audience) != 0 || len(forTeam(t, lead, "")) != 0 {
			t.Errorf("withdrawn: %+v", n)
		}
		group.Post("/needs/"+need+"/withdraw", because("再撤")).Refused(http.StatusConflict, "transition")
		publish(group, need, order).Want(http.StatusOK)
		if len(forTeam(t, lead, "")) != 1 {
			t.Error("published again, and the team does not see it")
		}
		n = apptest.Read[api.NeedDetail](w.As("office").Post("/needs/"+need+"/close", because("人员已全部转移")).Want(http.StatusOK))
		if n.State != "closed" || len(n.Actions) != 0 || len(forTeam(t, lead, "")) != 0 {
			t.Errorf("closed: %+v", n)
		}
		h := needHistory(t, w, group, need, "need.opened", "need.published", "need.corrected", "need.withdrawn", "need.published", "need.closed")
		for i, want := range []struct{ who, note string }{{"江若川", ""}, {"江若川", ""}, {"江若川", "实为三人"}, {"江若川", "地点有误"}, {"江若川", ""}, {"秦可舟", "人员已全部转移"}} {
			if h[i].Who != want.who || h[i].Note != want.note {
				t.Errorf("history %d: %+v, want %+v", i, h[i], want)
			}
		}
		if p := progress(t, w, r.receipt); p.Stage != "closed" {
			t.Errorf("the receipt shows %+v", p)
		}
	})
}

// What the public reads holds no number of a person: the title of a need, and the message on a receipt.
func TestPublicTextsHoldNoNumbers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		r := ask(t, w, nil)
		look(t, group, r.id)
		decides := func(with fields) *apptest.Answer {
			return group.Post("/reports/"+r.id+"/outcome", merge(fields{"id": newID(), "version": 0, "outcome": "verified", "need": draft(nil)}, with))
		}
		for title, code := range map[string]string{"沙溪路老人 138-0000-0001": "phone_inside", "身份证 500110198001010019 需转移": "identity_inside", "值班 023-67000000": "phone_inside"} {
			decides(fields{"need": draft(fields{"title": title})}).Want(http.StatusUnprocessableEntity).Names("body.need.title", code)
			decides(fields{"message": title}).Want(http.StatusUnprocessableEntity).Names("body.message", code)
		}
		decides(fields{"message": "请到二楼以上等候，急事打 119"}).Want(http.StatusOK)
	})
}

// Teams see where to go: the words of the report and its point, and never the number of who called.
func TestTeamSeesWhereToGo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, lead := w.As("zonghe"), leader(t, w)
		need := verified(t, group, ask(t, w, fields{"address": "沙溪路 12 号二单元 138 0000 0001", "phone": phone1}).id, nil)
		if n := readNeed(t, group, need); n.Address != "沙溪路 12 号二单元 …" {
			t.Errorf("the desk reads %q", n.Address)
		}
		publish(group, need, instruct(t, w, group, nil)).Want(http.StatusOK)
		list := forTeam(t, lead, "")
		if len(list) != 1 || list[0].Address != "沙溪路 12 号二单元 …" || list[0].Point == nil || list[0].Distance < 0 {
			t.Errorf("the team sees %+v", list)
		}
		lead.Get("/team/needs").Without(phone1, "138 0000 0001", "余知秋")
		w.Public().Get("/public/needs").Without("沙溪路 12 号")
	})
}

// A corrected need is rated again, and its history says what it said before and after; each correction by itself.
func TestCorrectionsKeepTheEarlierText(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		need := verified(t, group, ask(t, w, nil).id, nil)
		first := readNeed(t, group, need)
		correct := func(with fields) api.NeedDetail {
			return apptest.Read[api.NeedDetail](group.Post("/needs/"+need+"/correct", fields{"id": newID(), "version": 0, "reason": "核对", "changes": draft(with)}).Want(http.StatusOK))
		}
		correct(fields{"title": "沙溪路老人需转移（二号楼）"})
		publish(group, need, instruct(t, w, group, nil)).Want(http.StatusOK)
		n := correct(fields{"title": "沙溪路多人需转移", "people": 30, "hazards": "断电"})
		parts := map[string]int{}
		for _, p := range n.Priority.Parts {
			parts[p.Key] = p.Points
		}
		if n.Priority.Score <= first.Priority.Score || parts["people"] != 25 || parts["vulnerable.elder"] != 10 || n.Severity != n.Priority.Severity || n.Severity >= first.Severity {
			t.Errorf("rated %+v, before %+v", n.Priority, first.Priority)
		}
		var pairs [][2]string
		for _, h := range n.History {
			if h.Before != nil {
				pairs = append(pairs, [2]string{h.Before.Title, h.After.Title})
			}
		}
		if want := [][2]string{{"沙溪路老人需转移", "沙溪路老人需转移（二号楼）"}, {"沙溪路老人需转移（二号楼）", "沙溪路多人需转移"}}; !slices.Equal(pairs, want) {
			t.Errorf("the history says %v, want %v", pairs, want)
		}
		w.As("nanchuan").Get("/needs/" + need).Want(http.StatusNotFound).Without("沙溪路")
	})
}

// A leader sees what is published, nearest first, with what the team can do and what it lacks; what it can do nothing
// for comes last.
func TestTeamSeesNearestFirst(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, lead := w.As("zonghe"), leader(t, w)
		order := instruct(t, w, group, fields{"place": "50"})
		made := map[string]string{}
		add := func(name string, lon, lat float64, with fields, publishIt bool) {
			r := ask(t, w, fields{"point": fields{"lon": lon, "lat": lat, "source": "gps"}})
			made[name] = verified(t, group, r.id, merge(fields{"title": name}, with))
			if publishIt {
				publish(group, made[name], order).Want(http.StatusOK)
			}
		}
		add("far", 106.73, 28.87, nil, true)
		add("near", 106.651, 29.021, fields{"skills": []fields{{"key": "water", "grade": 1}}}, true)
		add("useless", 106.650, 29.020, fields{"skills": []fields{{"key": "mountain"}}, "equipment": []fields{{"key": "drone", "count": 1}}}, true)
		add("hidden", 106.650, 29.020, nil, false)

		names := func(list []api.TeamNeed) (n []string) {
			for _, x := range list {
				n = append(n, x.Title)
			}
			return n
		}
		list := forTeam(t, lead, "")
		if want := []string{"near", "far", "useless"}; !slices.Equal(names(list), want) {
			t.Fatalf("from its base: %v, want %v", names(list), want)
		}
		near, useless := list[0], list[2]
		if !near.Matches || !list[1].Matches || useless.Matches {
			t.Errorf("which match: %t %t %t", near.Matches, list[1].Matches, useless.Matches)
		}
		if !slices.Equal(near.Fits, []string{"boat"}) || !slices.Equal(near.Missing, []string{"water"}) || near.Distance < 50 || near.Distance > 300 {
			t.Errorf("grade 1 is asked, the team has 2: %+v", near)
		}
		if !slices.Equal(list[1].Fits, []string{"water", "boat"}) || len(list[1].Missing) != 0 || len(useless.Fits) != 0 {
			t.Errorf("fits: %+v, %+v", list[1], useless)
		}
		if got := names(forTeam(t, lead, "?lon=106.73&lat=28.87")); got[0] != "far" {
			t.Errorf("from where the team is now: %v", got)
		}
		if got := forTeam(t, lead, "?limit=1"); len(got) != 1 {
			t.Errorf("limit 1: %v", names(got))
		}
		lead.Get("/needs/"+made["near"]).Refused(http.StatusNotFound, "not_found")
		lead.Get("/needs").Refused(http.StatusForbidden, "forbidden")
		group.Get("/team/needs").Refused(http.StatusForbidden, "forbidden")
	})
}

func TestNeedListPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		const n = 23
		for i := range n {
			verified(t, group, ask(t, w, fields{"people": i}).id, fields{"severity": i%4 + 1})
		}
		for _, limit := range []string{"4", "23", "24"} {
			var got []api.NeedOut
			cursor := ""
			for {
				page := apptest.Read[api.PageOf[api.NeedOut]](group.Get("/needs?limit=" + limit + "&cursor=" + cursor).Want(http.StatusOK))
				got = append(got, page.Items...)
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			seen := map[string]bool{}
			for _, x := range got {
				seen[x.ID] = true
			}
			if len(got) != n || len(seen) != n || !slices.IsSortedFunc(got, func(a, b api.NeedOut) int { return a.Severity - b.Severity }) {
				t.Errorf("limit %s: %d rows, %d different", limit, len(got), len(seen))
			}
		}
		if one := apptest.Read[api.PageOf[api.NeedOut]](seek(group, "/needs?q=xq-a0007").Want(http.StatusOK)); len(one.Items) != 1 || one.Items[0].Number != "XQ-A0007" || one.Counts["open"] != n {
			t.Errorf("by number: %+v", one)
		}
		if none := apptest.Read[api.PageOf[api.NeedOut]](w.As("nanchuan").Get("/needs?state=all").Want(http.StatusOK)); len(none.Items) != 0 || none.Counts["open"] != 0 {
			t.Errorf("another county sees %+v", none)
		}
		group.Get("/needs?cursor=nonsense").Want(http.StatusUnprocessableEntity).Names("query.cursor", "cursor_invalid")
	})
}

// However many instructions other counties have recorded since, a county finds its own and those given above it.
func TestInstructionsOfAPlaceAreFoundAmongMany(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		own := instruct(t, w, w.As("zonghe"), nil)
		above := instruct(t, w, w.As("zonghe"), fields{"issuer": "重庆市人民政府", "place": "50"})
		w.Clock.Advance(time.Second)
		for range 500 {
			if err := w.App.Needs.Record(w.System(), need.Instruction{ID: newID(), Issuer: "南川区人民政府", How: "phone", IssuedAt: w.Now(), Place: apptest.Nanchuan}); err != nil {
				t.Fatal(err)
			}
		}
		list := apptest.Read[api.PageOf[api.Instruction]](w.As("qijiang").Get("/instructions").Want(http.StatusOK)).Items
		if len(list) != 2 || list[0].ID == list[1].ID || !slices.Contains([]string{own, above}, list[0].ID) || !slices.Contains([]string{own, above}, list[1].ID) {
			t.Errorf("the county finds %d instructions", len(list))
		}
	})
}
