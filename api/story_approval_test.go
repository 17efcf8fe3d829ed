package api_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

// approving is an offer of a team of 南川区 that waits for the city.
func approving(t *testing.T, w *apptest.World, with fields) (c crew, need string, o api.OfferDetail) {
	t.Helper()
	office, inc := w.As("office"), running(t, w)
	c, need = muster(w, fields{"home": "500119", "name": "金佛山救援队"}), publishedNeed(t, w, nil)
	o = offer(t, office, signup(w, c, merge(fields{"incident": inc, "needs": []string{need}}, with)))
	return c, need, submit(office, o.ID, need)
}

// An offer that is returned is corrected and sent again: a new edition, the old one stays readable; a refused and a
// withdrawn one give their people back.
func TestOfferReturnedRefusedWithdrawn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		c, need, o := approving(t, w, nil)
		does(office, o.ID, "sign", fields{"station": 1, "result": "return"}).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		o = apptest.Read[api.OfferDetail](does(office, o.ID, "sign", fields{"station": 1, "result": "return", "reason": "人员与车辆不符"}).Want(http.StatusOK))
		if o.State != "returned" || o.Why != "人员与车辆不符" || o.Path[0].State != "returned" || o.Overdue {
			t.Errorf("returned: %+v", o.OfferOut)
		}
		again := signup(w, c, fields{"needs": []string{need}, "persons": c.members[:2], "days": 5, "vehicles": []fields{}})
		delete(again, "team")
		does(office, o.ID, "correct", merge(again, fields{"id": newID(), "version": 1})).Refused(http.StatusConflict, "version_stale")
		o = apptest.Read[api.OfferDetail](does(office, o.ID, "correct", merge(again, fields{"id": newID(), "version": o.Version})).Want(http.StatusOK))
		if o.State != "offered" || o.Edition != 2 || o.People != 2 || o.Vehicles != 0 || len(o.Editions) != 2 {
			t.Errorf("sent again: %+v", o.OfferOut)
		}
		if old := apptest.Read[api.OfferDetail](office.Get("/offers/" + o.ID + "?edition=1").Want(http.StatusOK)); len(old.Persons) != 3 || len(old.Cars) != 1 || old.Path[0].State != "returned" {
			t.Errorf("the first edition: %+v", old)
		}
		second := offer(t, office, signup(w, c, fields{"incident": o.Incident, "persons": c.members[2:]})) // who was left out is free
		office.Post("/offers", signup(w, c, fields{"incident": o.Incident, "vehicles": []fields{}})).
			Want(http.StatusUnprocessableEntity).Names("body.persons[0]", "taken").Names("body.persons[2]", "taken").Without(o.Number, second.Number, o.ID)

		submit(office, o.ID, need)
		o = apptest.Read[api.OfferDetail](does(office, o.ID, "sign", fields{"station": 1, "result": "refuse", "reason": "本地力量已够"}).Want(http.StatusOK))
		if o.State != "refused" || len(o.Actions) != 0 {
			t.Errorf("refused: %+v", o.OfferOut)
		}
		does(office, second.ID, "withdraw", fields{"reason": "车辆故障"}).Want(http.StatusOK)
		offer(t, office, signup(w, c, fields{"incident": o.Incident}))
	})
}

// Where enough have come an offer goes to standby and says so; a coordinator takes it up with a reason. Offers that wait
// go to standby in the moment in which enough are approved.
func TestStandbyWhereEnoughHaveCome(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		_, need, first := approving(t, w, fields{"equipment": []fields{{"key": "boat", "count": 2}}})
		waiting := offer(t, office, signup(w, muster(w, fields{"name": "黔江峡谷救援队"}), fields{"needs": []string{need}}))
		third := muster(w, fields{"name": "合川救援队"})
		lead := w.Leader("third-captain", third.team)
		if n := forTeam(t, lead, "")[0]; n.Wanted.Enough || n.Wanted.Teams == nil || *n.Wanted.Teams != 1 || n.Wanted.Equipment[0].Count != 1 {
			t.Errorf("still wanted: %+v", n.Wanted)
		} else if l := n.Wanted.Lines[0]; l.Kind != "team" || l.Committed != 0 || l.Offered != 2 || *l.Missing != 1 {
			t.Errorf("what comes before anybody is approved: %+v", n.Wanted.Lines)
		}
		saturated := func() bool {
			return apptest.Read[api.PlanOut](lead.Post("/offer-preview", fields{"team": third.team, "needs": []string{need}}).Want(http.StatusOK)).Saturated
		}
		if saturated() {
			t.Error("the preview says that enough have come before anybody is approved")
		}
		agrees(office, first.ID, 1, nil).Want(http.StatusOK)
		if n := forTeam(t, lead, "")[0]; !n.Wanted.Enough || *n.Wanted.Teams != 0 || n.State != "matched" {
			t.Errorf("still wanted when enough come: %+v", n.Wanted)
		} else if l := n.Wanted.Lines[0]; l.Committed != 1 || l.Offered != 0 || *l.Missing != 0 {
			t.Errorf("what comes when enough are approved: %+v", n.Wanted.Lines)
		}
		if !saturated() {
			t.Error("the preview does not say that the offer would go to standby")
		}
		if o := readOffer(office, waiting.ID); o.State != "standby" || o.Why != "saturated" || len(o.Rivals) != 1 || o.Rivals[0].ID != first.ID {
			t.Errorf("who waited: %+v", o.OfferOut)
		}
		late := offer(t, lead, signup(w, third, fields{"needs": []string{need}}))
		if late.State != "standby" || late.Why != "saturated" || len(late.Rivals) != 0 {
			t.Errorf("who came late: %+v", late.OfferOut)
		}
		does(office, late.ID, "take_up", fields{"reason": ""}).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		does(office, late.ID, "take_up", fields{"reason": "夜间轮换"}).Want(http.StatusOK)
		does(office, late.ID, "match", fields{"needs": []string{need}}).Want(http.StatusOK)
		does(office, waiting.ID, "match", fields{"needs": []string{need}}).Refused(http.StatusConflict, "transition")
		does(office, first.ID, "stand_down", fields{"reason": "改派"}).Want(http.StatusOK)
		if n := forTeam(t, lead, "")[0]; n.Wanted.Enough || n.State != "published" {
			t.Errorf("when the first was stood down: %+v", n.Wanted)
		}
	})
}

// To save lives a team is ordered out first and signed for after; it stays marked until it is, overdue after a while.
func TestDeployFirstSignAfter(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		_, _, o := approving(t, w, nil)
		does(office, o.ID, "accept", nil).Want(http.StatusUnprocessableEntity)
		does(office, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		dispatched(w, office, o.ID).Refused(http.StatusConflict, "deployment.unsigned")
		does(office, o.ID, "deploy_first", fields{"cause": "trapped", "reason": "水位上涨，人员被困屋顶"}).Want(http.StatusOK)
		o = apptest.Read[api.OfferDetail](dispatched(w, office, o.ID).Want(http.StatusOK))
		if o.State != "ordered" || !o.Unsigned || !o.Order.Unsigned || o.Overdue || o.Urgent == nil || o.Due.Sub(w.Now()) != time.Hour {
			t.Errorf("ordered out first: %+v", o.OfferOut)
		}
		w.Clock.Advance(61 * time.Minute)
		list := apptest.Read[api.PageOf[api.OfferOut]](office.Get("/offers?overdue=true").Want(http.StatusOK))
		if len(list.Items) != 1 || !list.Items[0].Overdue || !list.Items[0].Unsigned || list.Items[0].Waits != "重庆市应急管理局" {
			t.Errorf("overdue: %+v", list.Items)
		}
		o = apptest.Read[api.OfferDetail](agrees(office, o.ID, 1, nil).Want(http.StatusOK))
		if o.State != "ordered" || o.Unsigned || o.Overdue || o.Path[0].Late != 31 {
			t.Errorf("signed after: %+v %+v", o.OfferOut, o.Path)
		}
	})
}

// Past its deadline the deputy signs, past a second one the level above; never before.
func TestDeputyAndEscalation(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, officer, deputy, third := w.As("office"), bureau(w, "officer", apptest.Qijiang), bureau(w, "deputy", apptest.Qijiang), bureau(w, "third", apptest.Qijiang)
		running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		officer.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("officer"), "deputy": w.ID("officer")}).Want(http.StatusUnprocessableEntity).Names("body.deputy", "not_holder")
		officer.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("office")}).Want(http.StatusUnprocessableEntity).Names("body.officer", "not_holder")
		office.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("officer")}).Refused(http.StatusForbidden, "forbidden")
		officer.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("officer"), "deputy": w.ID("deputy")}).Want(http.StatusOK)
		submitted := func() string {
			return submit(office, offer(t, office, signup(w, muster(w, nil), fields{"needs": []string{need}})).ID, need).ID
		}
		one, two := submitted(), submitted()
		if p := readOffer(office, one).Path[0]; p.Officer != "审批officer" || p.Deputy != "审批deputy" {
			t.Errorf("the path names: %+v", p)
		}
		agrees(deputy, one, 1, nil).Refused(http.StatusConflict, "deployment.not_overdue")
		agrees(third, one, 1, nil).Refused(http.StatusForbidden, "deployment.not_signer")
		w.Clock.Advance(31 * time.Minute)
		if p := readOffer(deputy, one); p.Path[0].State != "overdue" || !p.Overdue || p.SignsAs != "deputy" {
			t.Errorf("overdue: %+v", p.Path)
		}
		agrees(office, two, 1, nil).Refused(http.StatusConflict, "deployment.not_overdue")
		if p := apptest.Read[api.OfferDetail](agrees(deputy, one, 1, nil).Want(http.StatusOK)).Path[0]; p.Acted != "deputy" || p.Late != 1 {
			t.Errorf("the deputy signed: %+v", p)
		}
		w.Clock.Advance(30 * time.Minute)
		if p := apptest.Read[api.OfferDetail](agrees(office, two, 1, nil).Want(http.StatusOK)).Path[0]; p.Acted != "above" || p.Late != 31 || p.By != "秦可舟" {
			t.Errorf("the level above signed: %+v", p)
		}
	})
}

// A group that is not registered cannot be approved, not even to save lives; people without insurance go when somebody
// answers for it; nobody approves the own team.
//
// proves: S000-13 S004-42
func TestWhoCannotBeApproved(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		group := muster(w, fields{"name": "志愿者群", "legal": "never_registered", "level": "", "authority": "", "home": "500119"})
		o := offer(t, office, signup(w, group, fields{"incident": inc, "needs": []string{need}}))
		if f := o.Facts[0]; f.Key != "registered" || f.Good {
			t.Errorf("the facts: %+v", o.Facts)
		}
		does(office, o.ID, "match", fields{"needs": []string{need}}).Want(http.StatusOK)
		does(office, o.ID, "begin", nil).Refused(http.StatusConflict, "team.not_registered")

		c := crew{team: enrolTeam(office, fields{"home": "500119"})}
		c.members = []string{enlist(office, c.team), enlist(office, c.team)}
		bare := submit(office, offer(t, office, signup(w, c, fields{"incident": inc, "needs": []string{need}, "vehicles": []fields{}})).ID, need)
		if f := bare.Facts[1]; f.Key != "insured" || f.Good || f.N != 2 || bare.Persons[0].Insured {
			t.Errorf("the facts: %+v", bare.Facts)
		}
		agrees(office, bare.ID, 1, nil).Want(http.StatusUnprocessableEntity).Names("body.waiver", "uninsured")

		w.Account("two-posts", "某人")
		w.Grant("two-posts", access.Grant{Role: access.Office, Place: apptest.City})
		w.Grant("two-posts", access.Grant{Role: access.Leader, Team: c.team})
		both := w.As("two-posts")
		if f := readOffer(both, bare.ID); f.SignsAs != "" || f.Facts[5].Good {
			t.Errorf("who leads the team: %+v", f.Facts)
		}
		agrees(both, bare.ID, 1, fields{"waiver": "本人担保"}).Refused(http.StatusForbidden, "own_team")
		o = apptest.Read[api.OfferDetail](agrees(office, bare.ID, 1, fields{"waiver": "市局统一投保，次日生效"}).Want(http.StatusOK))
		if o.State != "approved" || o.Waiver == nil || o.Waiver.By != "秦可舟" {
			t.Errorf("with a waiver: %+v", o.Waiver)
		}
	})
}

// What an offer says is checked row by row; the same command twice is one offer.
func TestManifestIsChecked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		c, other := muster(w, nil), muster(w, fields{"name": "另一支队伍"})
		for field, x := range map[string]fields{
			"body.persons":          {"persons": []string{}},
			"body.persons[1]":       {"persons": []string{c.members[0], other.members[0]}},
			"body.vehicles[0]":      {"vehicles": []fields{{"id": other.car, "crew": 2}}},
			"body.vehicles[0].crew": {"vehicles": []fields{{"id": c.car, "crew": 8}}},
			"body.equipment[0]":     {"equipment": []fields{{"key": "boat", "count": 4}}},
			"body.days":             {"days": 0},
			"body.eta":              {"eta": w.Now().Add(-2 * time.Hour)},
			"body.origin":           {"origin": " "},
			"body.needs":            {"needs": []string{verified(t, w.As("zonghe"), ask(t, w, nil).id, nil)}},
			"body.incident":         {"incident": nil},
		} {
			office.Post("/offers", signup(w, c, merge(fields{"incident": inc}, x))).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		office.Post("/offers", signup(w, c, fields{"incident": newID()})).Refused(http.StatusNotFound, "not_found")
		lead := w.Leader("captain-c", c.team)
		lead.Post("/offers", signup(w, other, fields{"incident": inc})).Refused(http.StatusNotFound, "not_found")
		body := signup(w, c, fields{"incident": inc})
		o := offer(t, lead, body)
		office.Post("/offers", body).Refused(http.StatusConflict, "id_reused")
		lead.Post("/offers", merge(body, fields{"days": 4})).Refused(http.StatusConflict, "id_reused")
		if mine := apptest.Read[api.PageOf[api.OfferOut]](lead.Get("/offers").Want(http.StatusOK)); len(mine.Items) != 1 || mine.Items[0].ID != o.ID {
			t.Errorf("my offers: %+v", mine)
		}
	})
}

// Of two who name the same person, or the same person in two teams, or the same vehicle, one succeeds.
func TestOnePersonOneOfferAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		c, twin := muster(w, nil), enrolTeam(office, fields{"name": "另一支队伍"})
		number := inventNumber(serial())
		for _, team := range []string{c.team, twin} {
			m := someone(fields{"number": number})
			office.Post("/teams/"+team+"/members", m).Want(http.StatusCreated)
			c.members = append(c.members, m["id"].(string))
		}
		same, inTwin := c.members[:4], c.members[4]
		for range 4 {
			bodies := []fields{
				signup(w, c, fields{"incident": inc, "persons": same}),
				signup(w, c, fields{"incident": inc, "persons": []string{same[3], same[1], same[0], same[2]}}),
				signup(w, c, fields{"incident": inc, "team": twin, "persons": []string{inTwin}, "vehicles": []fields{}}),
			}
			answers := make([]*apptest.Answer, len(bodies))
			var all sync.WaitGroup
			for i, b := range bodies {
				all.Go(func() { answers[i] = office.Post("/offers", b) })
			}
			all.Wait()
			taken := []string{}
			for i, a := range answers {
				if a.Status == http.StatusCreated {
					taken = append(taken, bodies[i]["id"].(string))
				} else {
					a.Refused(http.StatusUnprocessableEntity, "invalid")
				}
			}
			if len(taken) != 1 {
				t.Fatalf("%d offers took the same person", len(taken))
			}
			does(office, taken[0], "withdraw", fields{"reason": "再试"}).Want(http.StatusOK)
		}
	})
}

// A leader's page hears of its own team's offers and of no other's.
func TestOfferOnLivePages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		c, other := muster(w, nil), muster(w, fields{"name": "另一支队伍"})
		own, elsewhere := w.Leader("own", c.team).Live(""), w.Leader("elsewhere", other.team).Live("")
		defer own.Close()
		defer elsewhere.Close()
		o := offer(t, office, signup(w, c, fields{"incident": inc}))
		if e := own.Next(); e.Str("id") != o.ID || e.Str("kind") != "offer" {
			t.Errorf("the own page hears %s", e.Data)
		}
		mine := offer(t, office, signup(w, other, fields{"incident": inc}))
		if e := elsewhere.Next(); e.Str("id") != mine.ID {
			t.Errorf("a leader's page hears %s, want the own team's offer alone", e.Data)
		}
	})
}

// Who holds the office of a place names its officer and deputy from those who hold it, and takes the names back: then
// whoever holds the office signs again. Others see who signs, and nobody to choose from.
func TestWhoSignsIsNamed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		officer, clerk := bureau(w, "officer", apptest.Qijiang), bureau(w, "deputy", apptest.Qijiang)
		const desk = "/signing-desks/500110"
		read := func(c *apptest.Client) api.DeskOut {
			t.Helper()
			return apptest.Read[api.DeskOut](c.Get(desk).Want(http.StatusOK))
		}
		if d := read(officer); d.Officer != "" || !d.Sets || len(d.Holders) != 2 || d.Holders[0].Name != "审批deputy" || d.Authority != "綦江区应急管理局" {
			t.Fatalf("nobody is named: %+v", d)
		}
		names := fields{"id": newID(), "version": 0, "officer": w.ID("officer"), "deputy": w.ID("deputy")}
		officer.Post(desk, names).Want(http.StatusOK)
		officer.Post(desk, names).Want(http.StatusOK)
		if d := read(w.As("office")); d.OfficerName != "审批officer" || d.DeputyName != "审批deputy" || d.Sets || len(d.Holders) != 0 || d.Version != 1 {
			t.Errorf("as the city sees it: %+v", d)
		}
		clerk.Post(desk, fields{"id": newID(), "version": 2, "officer": w.ID("deputy")}).Refused(http.StatusConflict, "version_stale")
		clerk.Post(desk, fields{"id": newID(), "version": 1, "deputy": w.ID("deputy")}).Want(http.StatusUnprocessableEntity).Names("body.officer", "not_holder")
		clerk.Post(desk, fields{"id": newID(), "version": 1}).Want(http.StatusOK)
		if d := read(clerk); d.Officer != "" || d.Deputy != "" || d.Version != 2 {
			t.Errorf("the names were taken back: %+v", d)
		}
	})
}

// Of those who name the signers at once, with what they saw, one does.
func TestSignersAreNamedAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		officer := bureau(w, "officer", apptest.Qijiang)
		const desk = "/signing-desks/500110"
		officer.Post(desk, fields{"id": newID(), "version": 0, "officer": w.ID("officer")}).Want(http.StatusOK)
		codes := make([]int, 6)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() { codes[i] = officer.Post(desk, fields{"id": newID(), "version": 1}).Status })
		}
		all.Wait()
		slices.Sort(codes)
		if want := []int{200, 409, 409, 409, 409, 409}; !slices.Equal(codes, want) {
			t.Errorf("the answers are %v", codes)
		}
	})
}
