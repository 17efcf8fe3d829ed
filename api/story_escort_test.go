package api_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/pass"
)

func escortsOf(c *apptest.Client, incident string) api.EscortsOut {
	return apptest.Read[api.EscortsOut](c.Get("/incidents/" + incident + "/escorts").Want(http.StatusOK))
}

// The support group asks the police to lead the vehicles of a team; the to-do says so when the time comes near and nothing
// is arranged; the answer is recorded on their behalf, with who decided; the leader is told and sees where to be, the gate
// sees that the vehicle comes led; a pass that is revoked leaves the convoy, for all to see.
//
// proves: S004-55
func TestThePoliceLeadAConvoy(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 3)
		lead, gate := w.Leader("captain", c.team), guard(w, "gate", apptest.Qijiang)
		stranger := w.Leader("stranger", enrolTeam(office, fields{"name": "合川救援队"}))
		var passes []string
		var numbers []string
		for i := range 3 {
			p := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[i]}))
			passes, numbers = append(passes, p.ID), append(numbers, p.Number)
		}
		if l := escortsOf(office, c.incident); !l.Asks || len(l.Free) != 3 || len(l.Units) == 0 || len(l.Items) != 0 {
			t.Fatalf("before: %+v", l)
		}
		ask := func(with fields) *apptest.Answer {
			return office.Post("/incidents/"+c.incident+"/escorts", escortOf(w, c.incident, merge(fields{"passes": passes[:2]}, with)))
		}
		ask(fields{"contact": "139 0000 0001"}).Want(http.StatusUnprocessableEntity).Names("body.contact", "personal")
		ask(fields{"assembleAt": w.Now().Add(-time.Hour)}).Want(http.StatusUnprocessableEntity).Names("body.assembleAt", "range")
		ask(fields{"unit": newID()}).Want(http.StatusUnprocessableEntity).Names("body.unit", "unknown")
		ask(fields{"passes": []string{}}).Want(http.StatusUnprocessableEntity).Names("body.passes", "missing")
		ask(fields{"passes": []string{newID()}}).Want(http.StatusUnprocessableEntity).Names("body.passes", "not_in_force")
		w.As("xietiao").Post("/incidents/"+c.incident+"/escorts", escortOf(w, c.incident, fields{"passes": passes[:2]})).Refused(http.StatusForbidden, "forbidden")
		stranger.Get("/incidents/"+c.incident+"/escorts").Refused(http.StatusNotFound, "not_found")

		twice := fields{"id": newID()}
		e := apptest.Read[api.EscortDetail](ask(twice).Want(http.StatusCreated))
		if again := apptest.Read[api.EscortDetail](ask(twice).Want(http.StatusCreated)); again.Number != e.Number || again.Version != e.Version {
			t.Errorf("the same twice: %+v", again)
		}
		if e.Number != "HS-A0001" || e.State != "asked" || len(e.Vehicles) != 2 || e.Here != 2 || e.Near || !slices.Equal(e.Actions, []string{"arrange", "refuse", "cancel"}) {
			t.Fatalf("asked for: %+v", e)
		}
		ask(fields{"passes": passes[1:]}).Want(http.StatusUnprocessableEntity).Names("body.passes", "in_escort").
			Says(e.Vehicles[slices.IndexFunc(e.Vehicles, func(v api.EscortedPass) bool { return v.Pass == passes[1] })].Plate)
		if l := escortsOf(office, c.incident); len(l.Items) != 1 || len(l.Free) != 1 || l.Free[0].ID != passes[2] {
			t.Errorf("who is free: %+v", l.Free)
		}
		hears(w, lead, "escort_asked")

		if x := todo(office, "escorts", c.incident); x.Count != 0 {
			t.Errorf("to do five hours before: %+v", x)
		}
		w.Clock.Advance(3*time.Hour + time.Minute)
		if x := todo(office, "escorts", c.incident); x.Count != 1 || x.Late != 0 || x.Page != "/passes?tab=escorts" {
			t.Errorf("to do two hours before: %+v", x)
		}
		if l := escortsOf(office, c.incident); !l.Items[0].Near {
			t.Error("the escort does not stand out two hours before")
		}
		step := stepOf(office, "passage", c.incident)
		if step.Second == nil || step.Second.Key != "escorts_asked" || step.Second.N != 1 || step.Late == nil || step.Late.N != 1 {
			t.Errorf("the step of transport says %+v", step)
		}
		w.Clock.Advance(2 * time.Hour)
		if x := todo(office, "escorts", c.incident); x.Late != 1 {
			t.Errorf("to do when it should have gathered: %+v", x)
		}

		on := "/escorts/" + e.ID
		lead.Post(on+"/step", escortWords(w, "cancel")).Refused(http.StatusForbidden, "forbidden")
		stranger.Get(on).Refused(http.StatusNotFound, "not_found")
		stranger.Post(on+"/step", escortWords(w, "cancel")).Refused(http.StatusNotFound, "not_found")
		office.Post(on+"/step", merge(escortWords(w, "arrange"), fields{"duty": "13900000001"})).Want(http.StatusUnprocessableEntity).Names("body.duty", "personal")
		office.Post(on+"/step", merge(escortWords(w, "arrange"), fields{"decision": nil})).Want(http.StatusUnprocessableEntity).Names("body.decision", "missing")
		office.Post(on+"/step", merge(escortWords(w, "arrange"), fields{"version": 7})).Refused(http.StatusConflict, "version_stale")
		got := apptest.Read[api.EscortDetail](office.Post(on+"/step", escortWords(w, "arrange")).Want(http.StatusOK))
		if got.State != "arranged" || got.Leads != "交巡警支队二大队" || got.PolicePlate != "渝A0001警" || got.Answer == nil || got.Answer.DecidedBy != "市公安局交巡警总队" ||
			got.Answer.How != "phone" || got.Answer.By != "秦可舟" || len(got.History) != 2 {
			t.Errorf("arranged: %+v", got)
		}
		if n := hears(w, lead, "escort_arranged"); !n.Urgent || !contains(n.Text, e.Number) {
			t.Errorf("the leader hears %+v", n)
		}
		mine := escortsOf(lead, c.incident)
		if len(mine.Items) != 1 || mine.Items[0].Assembly == "" || mine.Items[0].Duty == "" || len(mine.Items[0].Vehicles) != 2 || len(mine.Items[0].Actions) != 0 ||
			mine.Items[0].Answer != nil || mine.Asks || len(mine.Free) != 0 {
			t.Errorf("the leader sees %+v", mine)
		}
		if list, _ := listed(t, gate); !slices.ContainsFunc(list.Passes, ledBy(numbers[0], e.Number)) || slices.ContainsFunc(list.Passes, ledBy(numbers[2], e.Number)) {
			t.Errorf("the gate knows %+v", list.Passes)
		}

		office.Post("/passes/"+passes[0]+"/revoke", because("车辆故障")).Want(http.StatusOK)
		left := apptest.Read[api.EscortDetail](office.Get(on).Want(http.StatusOK))
		gone := slices.IndexFunc(left.Vehicles, func(v api.EscortedPass) bool { return v.Pass == passes[0] })
		if left.Here != 1 || left.Version <= got.Version || left.Vehicles[gone].LeftWhy != "revoked" || left.Vehicles[gone].LeftAt.IsZero() {
			t.Errorf("after a pass was revoked: %+v", left)
		}
		office.Post("/passes/"+passes[1]+"/return", fields{"id": newID(), "version": 0, "from": w.Now(), "to": w.Now().Add(96 * time.Hour)}).Want(http.StatusCreated)
		swapped := apptest.Read[api.EscortDetail](office.Get(on).Want(http.StatusOK))
		if swapped.Here != 1 || len(swapped.Vehicles) != 3 {
			t.Errorf("after a pass was given anew: %+v", swapped)
		}
		office.Post(on+"/step", escortWords(w, "set_out")).Want(http.StatusOK)
		office.Post(on+"/step", escortWords(w, "finish")).Want(http.StatusOK)
		if l := escortsOf(office, c.incident); len(l.Free) != 2 || l.Items[0].State != "done" {
			t.Errorf("after it arrived: %+v", l)
		}
	})
}

// stepOf is one of the nine steps of an incident.
func stepOf(c *apptest.Client, key, incident string) (step api.NineOut) {
	for _, s := range boardOf(c, incident).Steps {
		if s.Key == key {
			step = s
		}
	}
	return step
}

// ledBy says of a pass on the list of a gate whether it has a number and is led by an escort.
func ledBy(number, escort string) func(pass.ListedPass) bool {
	return func(p pass.ListedPass) bool {
		return p.Number == number && p.Escort.Number == escort && p.Escort.Plate == "渝A0001警"
	}
}

// What the police cannot lead is refused with who said so, and its vehicles may ask again.
func TestARefusedEscortFreesItsVehicles(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		lead := w.Leader("captain", c.team)
		p := issued(office, passFor(w, c, nil))
		var e api.EscortDetail
		for range 2 {
			e = apptest.Read[api.EscortDetail](office.Post("/incidents/"+c.incident+"/escorts", escortOf(w, c.incident, fields{"passes": []string{p.ID}})).Want(http.StatusCreated))
			office.Post("/escorts/"+e.ID+"/step", merge(escortWords(w, "refuse"), fields{"reason": ""})).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
			office.Post("/escorts/"+e.ID+"/step", escortWords(w, "refuse")).Want(http.StatusOK)
		}
		hears(w, lead, "escort_off")
		e = apptest.Read[api.EscortDetail](lead.Get("/escorts/" + e.ID).Want(http.StatusOK))
		if e.State != "refused" || e.Why != "警力不足" || len(e.History) != 0 {
			t.Errorf("the leader reads %+v", e)
		}
		office.Post("/passes/"+p.ID+"/revoke", because("改派")).Want(http.StatusOK)
		if after := apptest.Read[api.EscortDetail](office.Get("/escorts/" + e.ID).Want(http.StatusOK)); after.Vehicles[0].LeftWhy != "" || after.Version != e.Version {
			t.Errorf("a pass leaves an escort that is over: %+v", after)
		}
		empty := issued(office, passFor(w, c, nil))
		e = apptest.Read[api.EscortDetail](office.Post("/incidents/"+c.incident+"/escorts", escortOf(w, c.incident, fields{"passes": []string{empty.ID}})).Want(http.StatusCreated))
		office.Post("/passes/"+empty.ID+"/revoke", because("改派")).Want(http.StatusOK)
		office.Post("/escorts/"+e.ID+"/step", escortWords(w, "arrange")).Refused(http.StatusConflict, "escort.empty")
		office.Post("/escorts/"+e.ID+"/step", escortWords(w, "cancel")).Want(http.StatusOK)
	})
}

// However many ask at once, a pass is in one escort that is not over; and a pass that is revoked meanwhile is in none.
func TestOneEscortPerPassAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 2)
		var passes []string
		for i := range 2 {
			passes = append(passes, issued(office, passFor(w, c, fields{"vehicle": c.vehicles[i]})).ID)
		}
		codes := make([]int, 8)
		var all sync.WaitGroup
		for i := range codes {
			both := slices.Clone(passes)
			if i%2 == 1 {
				slices.Reverse(both)
			}
			body := escortOf(w, c.incident, fields{"passes": both})
			all.Go(func() { codes[i] = office.Post("/incidents/"+c.incident+"/escorts", body).Status })
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
		l := escortsOf(office, c.incident)
		if well != 1 || len(l.Items) != 1 || l.Items[0].Here != 2 {
			t.Fatalf("%d escorts were asked for, %d are there", well, len(l.Items))
		}
		office.Post("/escorts/"+l.Items[0].ID+"/step", escortWords(w, "cancel")).Want(http.StatusOK)

		body := escortOf(w, c.incident, fields{"passes": passes})
		all.Go(func() { office.Post("/incidents/"+c.incident+"/escorts", body) })
		all.Go(func() { office.Post("/passes/"+passes[0]+"/revoke", because("改派")).Want(http.StatusOK) })
		all.Wait()
		for _, e := range escortsOf(office, c.incident).Items {
			for _, v := range e.Vehicles {
				if v.Pass == passes[0] && e.State == "asked" && v.LeftAt.IsZero() {
					t.Errorf("a revoked pass travels in %+v", e)
				}
			}
		}
	})
}

// What is said of a service area reaches the teams that travel, and nobody else; a correction keeps what was said before and
// is told; what is withdrawn or over is gone from their page.
//
// proves: S004-55
func TestTeamsThatTravelReadOfServiceAreas(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		lead := w.Leader("captain", c.team)
		other := w.Leader("other", enrolTeam(office, fields{"name": "合川救援队"}))
		on := "/incidents/" + c.incident + "/service-areas"
		areas := func(by *apptest.Client) api.ServiceAreasOut {
			return apptest.Read[api.ServiceAreasOut](by.Get(on).Want(http.StatusOK))
		}
		office.Post(on, serviceArea(w, fields{"state": "closed"})).Want(http.StatusUnprocessableEntity).Names("body.words", "missing")
		office.Post(on, serviceArea(w, fields{"offers": []string{"opera"}})).Want(http.StatusUnprocessableEntity).Names("body.offers", "unknown")
		office.Post(on, serviceArea(w, fields{"contact": "王某 13900000001"})).Want(http.StatusUnprocessableEntity).Names("body.contact", "personal")
		far := serviceArea(w, nil)
		office.Post(on, far).Want(http.StatusCreated)
		office.Post(on, far).Want(http.StatusCreated)
		office.Post(on, serviceArea(w, nil)).Want(http.StatusUnprocessableEntity).Names("body.name", "taken")
		office.Post(on, serviceArea(w, fields{"name": "安稳服务区", "mark": 1_100_000})).Want(http.StatusCreated)
		w.As("xietiao").Post(on, serviceArea(w, fields{"name": "東溪服务区"})).Refused(http.StatusForbidden, "forbidden")
		lead.Post(on, serviceArea(w, fields{"name": "東溪服务区"})).Refused(http.StatusNotFound, "not_found")
		other.Get(on).Refused(http.StatusNotFound, "not_found")
		hears(w, lead, "service_area_published")
		if n := noticesOf(other); len(n.Items) != 0 {
			t.Errorf("a team that does not travel hears %+v", n)
		}
		mine := areas(lead)
		if len(mine.Items) != 2 || mine.Edits || mine.Items[0].Name != "安稳服务区" || mine.Items[1].Mark != 1_123_500 ||
			!slices.Equal(mine.Items[1].Offers, []string{"fuel", "water", "convoy_parking"}) || mine.Items[0].By != "" {
			t.Errorf("the leader reads %+v", mine)
		}

		id := far["id"].(string)
		correct := func(with fields) *apptest.Answer {
			return office.Post(on+"/"+id+"/correct", merge(areaSaid(w, fields{"id": newID(), "version": 1, "state": "limited", "words": "只加柴油"}), with))
		}
		correct(nil).Want(http.StatusOK)
		correct(nil).Refused(http.StatusConflict, "version_stale")
		hears(w, lead, "service_area_changed")
		if now := areas(lead).Items[1]; now.State != "limited" || now.Words != "只加柴油" || now.Edition != 2 || len(now.Earlier) != 0 {
			t.Errorf("corrected: %+v", now)
		}
		if now := areas(office).Items[1]; len(now.Earlier) != 1 || now.Earlier[0].State != "open" || now.By != "秦可舟" {
			t.Errorf("the support group keeps %+v", now)
		}
		office.Post(on+"/"+id+"/withdraw", because("")).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		office.Post(on+"/"+id+"/withdraw", because("停电")).Want(http.StatusOK)
		office.Post(on+"/"+id+"/withdraw", because("停电")).Refused(http.StatusConflict, "service_area.withdrawn")
		short := serviceArea(w, fields{"ends": w.Now().Add(time.Hour)})
		office.Post(on, short).Want(http.StatusCreated) // the name is free again
		if n := len(areas(lead).Items); n != 2 {
			t.Errorf("the leader reads %d", n)
		}
		w.Clock.Advance(time.Hour)
		if now := areas(lead); len(now.Items) != 1 || now.Items[0].Name != "安稳服务区" {
			t.Errorf("what is over is still there: %+v", now)
		}
		if now := areas(office); len(now.Items) != 3 {
			t.Errorf("the support group sees %d", len(now.Items))
		}
	})
}

// The list of passes is filtered where it is read: by how a pass stands, by its toll, by plate, number or team.
func TestPassesAreFiltered(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 4)
		lead := w.Leader("captain", c.team)
		lasting := issued(office, passFor(w, c, nil))
		gone := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1]}))
		short := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[2], "outTo": w.Now().Add(time.Hour), "backTo": w.Now().Add(2 * time.Hour)}))
		office.Post("/passes/"+gone.ID+"/revoke", because("改派")).Want(http.StatusOK)
		office.Post("/incidents/"+c.incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
		office.Post("/passes/"+lasting.ID+"/toll", tollWords(w, "ask")).Want(http.StatusOK)
		w.Clock.Advance(3 * time.Hour)
		for query, want := range map[string][]string{
			"": {lasting.ID, gone.ID, short.ID}, "state=valid": {lasting.ID}, "state=lapsed": {short.ID}, "state=revoked": {gone.ID}, "state=used": {}, "state=waiting": {},
			"toll=asked": {lasting.ID}, "toll=not_asked": {gone.ID, short.ID}, "q=" + lasting.Plate: {lasting.ID}, "q=" + short.Number: {short.ID}, "q=%25": {},
			"state=valid&toll=not_asked": {}, "q=" + lasting.TeamName: {lasting.ID, gone.ID, short.ID},
		} {
			sheet := apptest.Read[api.PassesOut](seek(office, "/incidents/"+c.incident+"/passes?"+query).Want(http.StatusOK))
			var got []string
			for _, p := range sheet.Items {
				got = append(got, p.ID)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || sheet.Total != 6 { // three passes, and three vehicles without one in force
				t.Errorf("%q: %d passes of %d, want %d", query, len(got), sheet.Total, len(want))
			}
		}
		for query, want := range map[string]int{"state=waiting": 3, "state=valid": 0, "toll=asked": 0, "q=无此车": 0, "q=" + lasting.TeamName: 3} {
			if n := len(apptest.Read[api.PassesOut](seek(office, "/incidents/"+c.incident+"/passes?"+query).Want(http.StatusOK)).Waiting); n != want {
				t.Errorf("%q: %d vehicles wait, want %d", query, n, want)
			}
		}
		if mine := apptest.Read[api.PassesOut](lead.Get("/incidents/" + c.incident + "/passes?state=used").Want(http.StatusOK)); len(mine.Items) != 0 || mine.Total != 6 { // its own vehicles that wait among them
			t.Errorf("the leader: %+v", mine)
		}
		office.Get("/incidents/" + c.incident + "/passes?state=lost").Want(http.StatusUnprocessableEntity)
	})
}
