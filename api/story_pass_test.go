package api_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
)

// cars is an approved offer with vehicles of its team.
type cars struct {
	incident, offer, team, driver string
	vehicles                      []string
}

// approvedCars is an offer of a team of a neighbouring county that the city approved, with n vehicles.
func approvedCars(t *testing.T, w *apptest.World, n int) cars {
	t.Helper()
	return carsAfter(t, w, n, "match", "begin", "accept", "sign")
}

// carsAfter is such an offer after some verbs.
func carsAfter(t *testing.T, w *apptest.World, n int, verbs ...string) cars {
	t.Helper()
	g, office := groundOf(t, w), w.As("office")
	c := cars{incident: g.incident, team: g.team, driver: enlist(office, g.team)}
	var rides []fields
	for range n {
		v := drive(office, g.team)
		c.vehicles = append(c.vehicles, v)
		rides = append(rides, fields{"id": v, "crew": 3, "load": "冲锋舟"})
	}
	c.offer = offer(t, office, fields{
		"id": newID(), "team": g.team, "incident": g.incident, "needs": []string{g.need}, "persons": []string{c.driver}, "vehicles": rides, "days": 3,
		"eta": w.Now().Add(3 * time.Hour), "origin": "队部",
	}).ID
	for _, verb := range verbs {
		office.Post("/offers/"+c.offer+"/"+verb, offerWords(t, w, verb)).Want(http.StatusOK)
	}
	return c
}

// passFor is a pass as somebody writes it, with what the test changes.
func passFor(w *apptest.World, c cars, with fields) fields {
	return merge(fields{
		"id": newID(), "offer": c.offer, "vehicle": c.vehicles[0], "driver": c.driver, "purpose": "rescue", "crew": 3, "load": "冲锋舟 1 艘", "route": "南川—綦江，渝黔高速",
		"outFrom": w.Now().Add(-time.Hour), "outTo": w.Now().Add(12 * time.Hour), "backFrom": w.Now().Add(-time.Hour), "backTo": w.Now().Add(48 * time.Hour),
	}, with)
}

func issued(by *apptest.Client, body fields) api.PassDetail {
	return apptest.Read[api.PassDetail](by.Post("/passes", body).Want(http.StatusCreated))
}

func guard(w *apptest.World, login string, at place.Path) *apptest.Client {
	w.Account(login, "值守"+login)
	w.Grant(login, access.Grant{Role: access.Gate, Place: at})
	return w.As(login)
}

// listed is the list of a gate, its signature checked as the page does.
func listed(t *testing.T, c *apptest.Client) (pass.Listed, ed25519.PublicKey) {
	t.Helper()
	g := apptest.Read[api.GateListOut](c.Get("/gate").Want(http.StatusOK))
	key, err := base64.StdEncoding.DecodeString(g.Key)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := base64.StdEncoding.DecodeString(g.Signature)
	if err != nil || !ed25519.Verify(key, append([]byte("lianyuan gate list\x00"), g.Text...), signature) {
		t.Fatal("the list is not signed")
	}
	var l pass.Listed
	if err := json.Unmarshal([]byte(g.Text), &l); err != nil {
		t.Fatal(err)
	}
	return l, key
}

// A vehicle of an approved offer gets a pass; the gate has it on its list and reads its code; it is let in and out; a
// revoked one leaves the list with the reason, under a higher number.
//
// proves: S004-55 S000-32 S001-39
func TestPassesFromIssueToTheGate(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 2)
		lead, gate := w.Leader("captain", c.team), guard(w, "gate", apptest.Qijiang)
		sheet := apptest.Read[api.PassesOut](office.Get("/incidents/" + c.incident + "/passes").Want(http.StatusOK))
		if len(sheet.Waiting) != 2 || len(sheet.Items) != 0 || !sheet.Issues {
			t.Fatalf("before: %+v", sheet)
		}
		// Who sees the passes that lead to one place sees what waits for one there; elsewhere nothing is known of it.
		path := "/incidents/" + c.incident + "/passes"
		if there := apptest.Read[api.PassesOut](gate.Get(path).Want(http.StatusOK)); len(there.Waiting) != 2 || there.Total != 2 || there.Issues || !there.Part || sheet.Part {
			t.Errorf("at the place they go to: %+v", there)
		}
		guard(w, "gate-elsewhere", apptest.Nanchuan).Get(path).Want(http.StatusNotFound)
		before, _ := listed(t, gate)
		body := passFor(w, c, nil)
		w.As("xietiao").Post("/passes", body).Refused(http.StatusForbidden, "forbidden")
		p := issued(office, body)
		issued(office, body)
		if p.Number != "TX-A0001" || p.State != "valid" || p.Toll != "not_asked" || p.Driver != "余知秋" || p.Code == "" {
			t.Fatalf("issued: %+v", p)
		}
		office.Post("/passes", passFor(w, c, nil)).Want(http.StatusUnprocessableEntity).Names("body.vehicle", "has_pass")
		for by, want := range map[*apptest.Client]string{office: "余知秋", lead: "", gate: ""} { // a list names drivers to who issues
			if list := apptest.Read[api.PassesOut](by.Get("/incidents/" + c.incident + "/passes").Want(http.StatusOK)); len(list.Items) != 1 || list.Items[0].Driver != want {
				t.Errorf("the list names %+v, want %q", list.Items, want)
			}
		}
		if mine := apptest.Read[api.PassDetail](lead.Get("/passes/" + p.ID).Want(http.StatusOK)); mine.Code != p.Code || len(mine.Actions) != 0 {
			t.Errorf("the leader sees %+v", mine)
		}
		seen := apptest.Read[api.PassDetail](gate.Get("/passes/" + p.ID).Want(http.StatusOK))
		if seen.Driver != "" || len(seen.Actions) != 0 {
			t.Errorf("the gate sees the driver: %+v", seen)
		}

		list, key := listed(t, gate)
		if list.No <= before.No || len(list.Passes) != 1 || list.Passes[0].Number != p.Number || list.MaxAge != 240 || list.Skew != 5 {
			t.Fatalf("the list: %+v", list)
		}
		token, err := pass.Open(p.Code, key)
		if err != nil || token.Number != p.Number || token.Plate != list.Passes[0].Plate || token.Colour != "blue" || !token.BackTo.Equal(p.BackTo) {
			t.Errorf("the code says %+v, %v", token, err)
		}

		noted := func(with fields) *apptest.Answer {
			return gate.Post("/passages", merge(fields{
				"id": newID(), "place": "500110", "gate": "北渡站卡口", "number": p.Number, "plate": p.Plate, "colour": "blue", "verdict": "go",
				"direction": "in", "listNo": list.No, "at": w.Now(),
			}, with))
		}
		twice := fields{"id": newID()}
		noted(twice).Want(http.StatusOK)
		noted(twice).Want(http.StatusOK)
		noted(fields{"number": "", "plate": "渝B·00082", "verdict": "stop", "direction": "refused", "why": "no_pass"}).Want(http.StatusOK)
		noted(fields{"number": "", "plate": "", "verdict": "stop", "direction": "refused", "why": "forged"}).Want(http.StatusOK)
		noted(fields{"number": "", "plate": ""}).Want(http.StatusUnprocessableEntity).Names("body.plate", "missing")
		noted(fields{"verdict": "perhaps"}).Want(http.StatusUnprocessableEntity).Names("body.verdict", "unknown")
		noted(fields{"place": "500119"}).Refused(http.StatusNotFound, "not_found")
		if now := apptest.Read[api.PassDetail](office.Get("/passes/" + p.ID).Want(http.StatusOK)); len(now.Passages) != 1 || now.State != "valid" {
			t.Errorf("after going in: %+v", now.Passages)
		}
		noted(fields{"direction": "out"}).Want(http.StatusOK)
		if now := apptest.Read[api.PassDetail](office.Get("/passes/" + p.ID).Want(http.StatusOK)); now.State != "used" {
			t.Errorf("after going home the pass is %s", now.State)
		}

		second := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1]}))
		office.Post("/passes/"+second.ID+"/revoke", because("")).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		office.Post("/passes/"+second.ID+"/revoke", because("队伍已改派南川区")).Want(http.StatusOK)
		after, _ := listed(t, gate)
		if after.No <= list.No || len(after.Passes) != 0 || len(after.Revoked) != 1 || after.Revoked[0].Why != "队伍已改派南川区" || after.Revoked[0].Cause != "" || len(after.Used) != 1 {
			t.Errorf("the list after: %+v", after)
		}
		board := office.Get("/incidents/" + c.incident + "/board").Want(http.StatusOK)
		if !bytes.Contains(board.Body, []byte("passes_waiting")) {
			t.Errorf("the board does not count passes: %s", board.Body)
		}
	})
}

// What is not approved gets no pass; windows, drivers and vehicles are checked; when a pass has lapsed its plate is free.
func TestPassesAreRefused(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		bad := func(with fields, field, code string) {
			t.Helper()
			office.Post("/passes", passFor(w, c, with)).Want(http.StatusUnprocessableEntity).Names("body."+field, code)
		}
		bad(fields{"purpose": "leisure"}, "purpose", "unknown")
		bad(fields{"crew": 0}, "crew", "range")
		bad(fields{"route": " "}, "route", "missing")
		bad(fields{"outTo": w.Now().Add(-2 * time.Hour)}, "outTo", "range")
		bad(fields{"backTo": w.Now().AddDate(0, 4, 0)}, "backTo", "too_long")
		bad(fields{"vehicle": newID()}, "vehicle", "not_listed")
		bad(fields{"driver": newID()}, "driver", "not_listed")
		issued(office, passFor(w, c, fields{"outTo": w.Now().Add(20 * time.Minute), "backTo": w.Now().Add(30 * time.Minute)}))
		w.Clock.Advance(time.Hour)
		issued(office, passFor(w, c, nil))

		g := groundOf(t, w)
		waits := offer(t, office, fields{
			"id": newID(), "team": g.team, "incident": g.incident, "needs": []string{g.need}, "persons": []string{enlist(office, g.team)}, "days": 3,
			"eta": w.Now().Add(3 * time.Hour), "origin": "队部",
		})
		office.Post("/passes", passFor(w, c, fields{"offer": waits.ID})).Refused(http.StatusConflict, "pass.not_vouched")
		guard(w, "far", "/50/500102/").Get("/incidents/"+c.incident+"/passes").Refused(http.StatusNotFound, "not_found")
	})
}

// Toll is another matter: asked only while a response is in force, for rescue only, with who agreed; followed to the refund.
//
// proves: S004-67
func TestTollFreePassage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 3)
		p := issued(office, passFor(w, c, nil))
		ask := func(id string, with fields) *apptest.Answer {
			return office.Post("/passes/"+id+"/toll", merge(fields{
				"id": newID(), "version": 0, "verb": "ask", "level": "province", "by": "市应急管理局", "at": w.Now(), "paper": "渝应急函〔2026〕8号",
			}, with))
		}
		ask(p.ID, nil).Refused(http.StatusConflict, "toll.no_response")
		office.Post("/incidents/"+c.incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		ask(p.ID, fields{"by": ""}).Want(http.StatusUnprocessableEntity).Names("body.by", "missing")
		hired := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1], "purpose": "commercial"}))
		ask(hired.ID, nil).Refused(http.StatusConflict, "toll.commercial")
		alone := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[2], "purpose": "own_way"}))
		ask(alone.ID, nil).Refused(http.StatusConflict, "toll.own_way")
		now := apptest.Read[api.PassDetail](ask(p.ID, nil).Want(http.StatusOK))
		if now.Toll != "asked" || now.State != "valid" || now.TollBy != "市应急管理局" {
			t.Errorf("asked: %+v", now)
		}
		step := func(with fields) api.PassDetail {
			return apptest.Read[api.PassDetail](office.Post("/passes/"+p.ID+"/toll", merge(fields{"id": newID(), "version": 0}, with)).Want(http.StatusOK))
		}
		step(fields{"verb": "refuse", "reason": "不属组织的车辆"})
		if file := office.Get("/incidents/" + c.incident + "/toll-list").Want(http.StatusOK); bytes.Contains(file.Body, []byte(p.Plate)) {
			t.Errorf("what was refused stands on the list for toll stations: %s", file.Body)
		}
		ask(p.ID, nil).Want(http.StatusOK)
		if got := step(fields{"verb": "list", "receipt": "JT-0001", "at": w.Now()}); got.Toll != "on_list" || got.Receipt != "JT-0001" {
			t.Errorf("on the list: %+v", got)
		}
		file := office.Get("/incidents/" + c.incident + "/toll-list").Want(http.StatusOK)
		if !bytes.Contains(file.Body, []byte("车牌颜色代码")) || !bytes.Contains(file.Body, []byte(p.Plate)) || bytes.Contains(file.Body, []byte(hired.Plate)) {
			t.Errorf("the list for toll stations: %s", file.Body)
		}
		tollWorkbook(t, office.Get("/incidents/"+c.incident+"/toll-list?format=xlsx").Want(http.StatusOK), p)
		office.Get("/incidents/" + c.incident + "/toll-list?format=pdf").Want(http.StatusUnprocessableEntity)
		step(fields{"verb": "charge", "reason": "綦江南站收费 35 元"})
		office.Post("/incidents/"+c.incident+"/close", because("任务完成")).Want(http.StatusOK)
		if x := todo(office, "refunds", c.incident); x.Count != 1 || x.Page != "/passes?toll=unrefunded&incident="+c.incident {
			t.Errorf("the refund waits, though the incident is closed: %+v", x)
		}
		step(fields{"verb": "claim", "receipt": "GD-77", "at": w.Now()})
		if got := step(fields{"verb": "refund"}); got.Toll != "refunded" || got.State != "valid" {
			t.Errorf("refunded: %+v", got)
		}
		if x := todo(office, "refunds", c.incident); x.Count != 0 {
			t.Errorf("nothing is owed any more: %+v", x)
		}
	})
}

// tollWorkbook opens the list for toll stations as a spreadsheet does: plates are text, the crew is a number, times are times.
func tollWorkbook(t *testing.T, a *apptest.Answer, p api.PassDetail) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const page = "免费通行车辆名单"
	rows, err := f.GetRows(page)
	if err != nil || len(rows) != 5 || len(rows[1]) != 15 {
		t.Fatalf("the workbook holds %q, %v", rows, err)
	}
	local := func(at time.Time) string { return at.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04") }
	for i, want := range map[int]string{0: p.Number, 1: p.Plate, 4: p.TeamName, 5: "3", 8: local(p.OutFrom), 11: local(p.BackTo), 13: "渝应急函〔2026〕8号", 14: "已列入名单"} {
		if rows[2][i] != want {
			t.Errorf("%s is %q, want %q", rows[1][i], rows[2][i], want)
		}
	}
	for cell, want := range map[string]excelize.CellType{"B3": excelize.CellTypeInlineString, "F3": excelize.CellTypeUnset} {
		if got, err := f.GetCellType(page, cell); err != nil || got != want {
			t.Errorf("%s is of type %v, %v", cell, got, err)
		}
	}
	if foot := rows[4][0]; !strings.HasPrefix(foot, "共 1 辆，数据截至 ") {
		t.Errorf("the foot says %q", foot)
	}
}

// A team that withdraws takes its passes off the list of valid ones, though nobody has revoked them yet.
func TestNobodyVouchesForAWithdrawnOffer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c := approvedCars(t, w, 1)
		p := issued(w.As("office"), passFor(w, c, nil))
		gate := guard(w, "gate", apptest.Qijiang)
		if list, _ := listed(t, gate); len(list.Passes) != 1 || len(list.Revoked) != 0 {
			t.Fatalf("before: %+v", list)
		}
		w.As("office").Post("/offers/"+c.offer+"/withdraw", because("另有任务")).Want(http.StatusOK)
		if list, _ := listed(t, gate); len(list.Passes) != 0 || len(list.Revoked) != 1 || list.Revoked[0].Number != p.Number || list.Revoked[0].Cause != "not_vouched" {
			t.Errorf("after: %+v", list)
		}
	})
}

// What the system itself gives as a reason has a key beside the sentence on record, so that gates, the open pass and the course
// say it in the language of the reader; what a person wrote has none.
//
// proves: S004-55
func TestReasonsOfTheSystemHaveAKey(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 2)
		gate := guard(w, "gate", apptest.Qijiang)
		first, second := issued(office, passFor(w, c, nil)), issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1]}))
		office.Post("/passes/"+first.ID+"/return", fields{"id": newID(), "version": 0, "from": w.Now(), "to": w.Now().Add(96 * time.Hour)}).Want(http.StatusCreated)
		office.Post("/passes/"+second.ID+"/revoke", because("队伍已改派南川区")).Want(http.StatusOK)
		wants := map[string]struct{ why, cause string }{first.Number: {"已换发返程通行证", "replaced"}, second.Number: {"队伍已改派南川区", ""}}
		list, _ := listed(t, gate)
		if len(list.Revoked) != 2 {
			t.Fatalf("the list: %+v", list.Revoked)
		}
		for _, x := range list.Revoked {
			if want := wants[x.Number]; x.Why != want.why || x.Cause != want.cause {
				t.Errorf("the gate is told %+v, want %+v", x, want)
			}
		}
		notes := map[string]string{}
		for _, r := range apptest.Read[api.PageOf[api.CourseRow]](office.Get("/incidents/" + c.incident + "/course").Want(http.StatusOK)).Items {
			notes[r.Note] = r.Cause
		}
		for _, p := range []api.PassDetail{first, second} {
			want, got := wants[p.Number], apptest.Read[api.PassDetail](office.Get("/passes/"+p.ID).Want(http.StatusOK))
			if got.Why != want.why || got.Cause != want.cause {
				t.Errorf("the pass says %q %q, want %+v", got.Why, got.Cause, want)
			}
			if cause, told := notes[want.why]; !told || cause != want.cause {
				t.Errorf("the course says %q of %q: %v", cause, want.why, notes)
			}
			if last := got.History[len(got.History)-1]; last.Note != want.why || last.Cause != want.cause {
				t.Errorf("its history ends with %+v", last)
			}
		}
	})
}

// A team that was deployed first and is then put on standby or sent back does not go: its pass counts at no gate until it may go
// again, and never for a vehicle that it has left out. Going before it is signed for is decided anew.
func TestNobodyVouchesForATeamThatStays(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, gate := w.As("office"), guard(w, "gate", apptest.Qijiang)
		c := carsAfter(t, w, 2, "match", "begin", "deploy_first")
		kept, dropped := issued(office, passFor(w, c, nil)), issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1]}))
		if !kept.Vouched {
			t.Errorf("issued: %+v", kept)
		}
		office.Post("/incidents/"+c.incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		toll := func(p api.PassDetail) *apptest.Answer {
			return office.Post("/passes/"+p.ID+"/toll", fields{
				"id": newID(), "version": 0, "verb": "ask", "level": "province", "by": "市应急管理局", "at": w.Now(), "paper": "渝应急函〔2026〕8号",
			})
		}
		toll(kept).Want(http.StatusOK)
		led := apptest.Read[api.EscortDetail](office.Post("/incidents/"+c.incident+"/escorts", escortOf(w, c.incident, fields{"passes": []string{kept.ID}})).Want(http.StatusCreated))
		do := func(verb string, with fields) {
			t.Helper()
			office.Post("/offers/"+c.offer+"/"+verb, merge(offerWords(t, w, verb), with)).Want(http.StatusOK)
		}
		at := func(when string, want ...string) {
			t.Helper()
			list, _ := listed(t, gate)
			var in, out []string
			for _, p := range list.Passes {
				in = append(in, p.Number)
			}
			for _, r := range list.Revoked {
				out = append(out, r.Number)
			}
			if !slices.Equal(in, want) || len(in)+len(out) != 2 {
				t.Errorf("%s gates let in %v and refuse %v, want %v let in", when, in, out, want)
			}
		}
		at("deployed first", kept.Number, dropped.Number)
		do("stand_by", nil)
		at("on standby")
		if got := apptest.Read[api.EscortDetail](office.Get("/escorts/" + led.ID).Want(http.StatusOK)).Vehicles; len(got) != 1 || got[0].Vouched {
			t.Errorf("the police wait for %+v", got)
		}
		office.Post("/incidents/"+c.incident+"/escorts", escortOf(w, c.incident, fields{"passes": []string{dropped.ID}})).
			Want(http.StatusUnprocessableEntity).Names("body.passes", "not_in_force").Says(dropped.Plate)
		if free := escortsOf(office, c.incident).Free; len(free) != 0 {
			t.Errorf("on standby one may ask for the escort of %+v", free)
		}
		if got := apptest.Read[api.PassDetail](office.Get("/passes/" + kept.ID).Want(http.StatusOK)); got.State != "valid" || got.Vouched {
			t.Errorf("on standby its pass is %+v", got)
		}
		office.Get("/incidents/"+c.incident+"/passes/paper").Refused(http.StatusConflict, "pass.no_papers")
		if file := office.Get("/incidents/" + c.incident + "/toll-list").Want(http.StatusOK); bytes.Contains(file.Body, []byte(kept.Plate)) {
			t.Errorf("it stands on the list for toll stations: %s", file.Body)
		}
		toll(dropped).Refused(http.StatusConflict, "toll.not_vouched")
		for _, verb := range []string{"take_up", "match", "begin"} {
			do(verb, nil)
		}
		at("taken up again, nobody has signed")
		do("send_back", nil)
		at("sent back")
		do("correct", fields{"persons": []string{c.driver}, "vehicles": []fields{{"id": c.vehicles[0], "crew": 3}}})
		at("corrected")
		for _, verb := range []string{"match", "begin", "accept", "sign"} {
			do(verb, nil)
		}
		at("approved, with one of its vehicles", kept.Number)
	})
}

// However many write at once, a plate has one pass in an incident.
func TestOnePassPerPlateAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		codes := make([]int, 8)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() { codes[i] = office.Post("/passes", passFor(w, c, nil)).Status })
		}
		all.Wait()
		well := 0
		for _, code := range codes {
			switch code {
			case http.StatusCreated:
				well++
			case http.StatusUnprocessableEntity:
			default:
				t.Errorf("status %d", code)
			}
		}
		if sheet := apptest.Read[api.PassesOut](office.Get("/incidents/" + c.incident + "/passes").Want(http.StatusOK)); well != 1 || len(sheet.Items) != 1 {
			t.Errorf("%d passes were issued, %d are there", well, len(sheet.Items))
		}
	})
}
