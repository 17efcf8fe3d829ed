package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/pass"
)

// handover is an incident that 江北区 commands on its last evening, which 两江新区 takes over alone: a chain half signed and one
// not yet, a gate with a pass, a team on site that lacks something, a wave that is planned, an order of headquarters.
type handover struct {
	*apptest.World
	t                       *testing.T
	incident, other         string
	need                    string
	crew, second            crew
	lead                    *apptest.Client
	party                   api.PartyDetail
	mission                 api.MissionDetail
	half, unsigned          api.OfferDetail
	pass                    api.PassDetail
	gate                    fields
	support, wave, order    string
	last, heir, guard, city *apptest.Client
}

// unread are the kinds of what lies with 江北区 when it ends.
var unread = []string{"sign_waiting", "support_raised", "directive_given"}

func lastEveningOfJiangbei(t *testing.T, w *apptest.World) *handover {
	t.Helper()
	h := &handover{World: w, t: t}
	h.last, h.guard, h.city = bureau(w, "jiangbei", "/50/500105/"), guard(w, "gate", "/50/500105/"), w.As("office")
	found(t, h.last, jiangbei)
	h.city.Post("/parameters", fields{"id": newID(), "key": "dispatch.approval.same_county", "place": jiangbei, "value": "county + province", "source": "市局规定"}).Want(http.StatusNoContent)
	h.incident = flood(t, w, h.last, fields{"place": jiangbei, "places": []string{jiangbei}})
	h.other = flood(t, w, h.last, fields{"place": jiangbei, "places": []string{jiangbei}, "name": "江北滑坡"})
	for _, i := range []string{h.incident, h.other} {
		activate(h.last, i).Want(http.StatusOK)
	}
	r := ask(t, w, fields{"point": nil, "place": huaxin}).id
	h.need = verified(t, h.last, r, fields{"teams": 0, "equipment": []fields{}})
	h.last.Post("/incidents/"+h.incident+"/reports", fields{"id": newID(), "reports": []string{r}}).Want(http.StatusOK)
	publish(h.last, h.need, instruct(t, w, h.last, fields{"issuer": "江北区人民政府", "place": jiangbei})).Want(http.StatusOK)

	h.crew = muster(w, fields{"home": jiangbei, "name": "江北蓝天救援队"})
	h.lead = w.Leader("captain", h.crew.team)
	o := submit(h.last, offer(t, h.lead, signup(w, h.crew, fields{"needs": []string{h.need}})).ID, h.need)
	agrees(h.last, o.ID, 1, nil).Want(http.StatusOK)
	agrees(h.city, o.ID, 2, nil).Want(http.StatusOK)
	does(h.last, o.ID, "accept", fields{"reason": "力量不足"}).Want(http.StatusOK)
	h.pass = issued(h.last, passFor(w, cars{offer: o.ID, vehicles: []string{h.crew.car}, driver: h.crew.members[0]}, nil))
	dispatched(w, h.last, o.ID).Want(http.StatusOK)
	o = apptest.Read[api.OfferDetail](does(h.lead, o.ID, "acknowledge", nil).Want(http.StatusOK))
	h.party = received(h.last, h.incident, arrival(w, comer{crew: h.crew, incident: h.incident, point: atDesk(h.last, h.incident).Points[0].ID, offer: o}, nil))
	h.mission = tell(h.last, h.incident, task(w, h.party, fields{"need": h.need}))
	onMission(h.lead, h.mission.ID, "accept", nil).Want(http.StatusOK)
	onMission(h.lead, h.mission.ID, "set-out", nil).Want(http.StatusOK)

	h.second = muster(w, fields{"home": jiangbei, "name": "江北水上应急队"})
	h.half = submit(h.city, offer(t, h.city, signup(w, h.second, fields{"incident": h.incident, "needs": []string{h.need}})).ID, h.need)
	h.unsigned = submit(h.city, offer(t, h.city, signup(w, muster(w, fields{"home": jiangbei, "name": "江北山地救援队"}), fields{"incident": h.incident, "needs": []string{h.need}})).ID, h.need)
	agrees(h.last, h.half.ID, 1, nil).Want(http.StatusOK)
	h.gate = accessPoint(fields{"place": huaxin, "name": "华新街卡口"})
	h.last.Post("/incidents/"+h.incident+"/access-points", h.gate).Want(http.StatusOK)
	h.guard.Post("/passages", passageAt(w, fields{"place": nil, "point": h.gate["id"], "number": h.pass.Number, "plate": h.pass.Plate, "verdict": "go", "why": "in_window", "direction": "in"})).Want(http.StatusOK)
	h.guard.Post("/passages", passageAt(w, fields{"place": huaxin, "plate": "渝A·00091"})).Want(http.StatusOK) // of which of the two nobody says
	h.support = askSupport(h.lead, h.incident, h.crew.team, nil)
	wave := merge(wavePlan(w, h.incident, nil, h.party.ID), fields{"from": w.Now().Add(2 * time.Hour)})
	h.last.Post("/incidents/"+h.incident+"/withdrawals", wave).Want(http.StatusCreated)
	h.wave = wave["id"].(string)
	h.order = newID()
	directs(h.city, w, h.incident, fields{"id": h.order}).Want(http.StatusOK)
	for _, kind := range unread {
		hears(w, h.last, kind)
	}
	return h
}

// In the night in which 江北区 ends, what was not read goes to whoever took over, who finishes all of it.
func TestTheNightInWhichJiangbeiEnds(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		changes(t, w)
		w.Later(24*time.Hour - 20*time.Minute)
		h := lastEveningOfJiangbei(t, w)
		w.Later(25 * time.Minute)
		h.last, h.lead, h.guard, h.city = w.As("jiangbei"), w.As("captain"), w.As("gate"), w.As("office")
		if list := outbox(h.city, h.incident, "phone").Phone; !slices.ContainsFunc(list, func(r api.RingOut) bool { return r.To == "审批jiangbei" }) {
			t.Errorf("while nobody has taken over: %+v", list)
		}
		h.heir = liangjiang(t, w)
		h.unreadIsPassedOn()
		h.gatesGoOn()
		h.isFinished()
	})
}

// unreadIsPassedOn is what 江北区 has not read: the heir has it, with the time to read it, and is phoned past that.
func (h *handover) unreadIsPassedOn() {
	h.t.Helper()
	waits := 0
	for _, kind := range unread {
		hears(h.World, h.heir, kind)
	}
	for _, x := range noticesOf(h.heir).Items {
		if x.Kind == "sign_waiting" {
			waits++
		}
	}
	if waits != 1 {
		h.t.Errorf("told %d times of what waits for a signature", waits)
	}
	rung := func(who string) bool {
		return slices.ContainsFunc(outbox(h.heir, h.incident, "phone").Phone, func(r api.RingOut) bool { return r.To == who })
	}
	h.Eventually("who sits there no more is not phoned", func() bool { return !rung("审批jiangbei") })
	if rung("贺明渡") {
		h.t.Error("who was told just now is to be phoned")
	}
	h.Clock.Advance(20 * time.Minute)
	if rung("审批jiangbei") || !rung("贺明渡") {
		h.t.Error("who took over and has not read is not phoned, or who sits there no more is")
	}
}

// gatesGoOn: guards of both know the gate and the pass, and what nobody could tell apart is counted for each incident it may
// belong to, also for one that the heir runs since, wherever the gate lay when it was noted.
func (h *handover) gatesGoOn() {
	h.t.Helper()
	fresh := guard(h.World, "gate2", "/50/z500004/")
	for who, c := range map[string]*apptest.Client{"江北区": h.guard, "两江新区": fresh} {
		list, _ := listed(h.t, c)
		if !slices.ContainsFunc(list.Points, func(p pass.ListedPoint) bool { return p.ID == h.gate["id"] }) ||
			!slices.ContainsFunc(list.Passes, func(p pass.ListedPass) bool { return p.Number == h.pass.Number }) || len(list.Incidents) != 2 {
			h.t.Errorf("the list of %s: %+v", who, list)
		}
	}
	fresh.Post("/passages", passageAt(h.World, fields{"place": huaxin, "plate": "渝A·00092"})).Want(http.StatusOK)
	third := flood(h.t, h.World, h.heir, fields{"place": heirs, "places": []string{heirs}, "name": "两江新区内涝"})
	activate(h.heir, third).Want(http.StatusOK)
	for _, i := range []string{h.incident, h.other, third} {
		if n := input(indicator(boardOf(h.heir, i), "congestion"), "unassigned"); n != "2" {
			h.t.Errorf("%s vehicles could belong to %s", n, i)
		}
		if rows := rowsAt(h.t, h.heir, "/passes?tab=log&figure=unassigned&incident="+i); len(rows) != 2 {
			h.t.Errorf("its page shows %+v", rows)
		}
	}
	fresh.Post("/passages", passageAt(h.World, fields{"place": huaxin, "plate": "渝A·00093", "incident": h.incident})).Want(http.StatusOK)
	h.heir.Post("/incidents/"+third+"/close", because("无险情")).Want(http.StatusOK)
}

// isFinished is all that was begun, by those who took over.
func (h *handover) isFinished() {
	h.t.Helper()
	o := apptest.Read[api.OfferDetail](agrees(h.heir, h.unsigned.ID, 1, nil).Want(http.StatusOK))
	if s := o.Path[0]; s.By != "贺明渡" || s.Acted != "officer" || o.State != "approving" {
		h.t.Errorf("signed by who took over: %+v", s)
	}
	if s := readOffer(h.heir, h.half.ID).Path[0]; s.By != "审批jiangbei" {
		h.t.Errorf("what was signed before stands: %+v", s)
	}
	for _, id := range []string{h.half.ID, h.unsigned.ID} {
		agrees(h.city, id, 2, nil).Want(http.StatusOK)
		does(h.heir, id, "accept", fields{"reason": "力量不足"}).Want(http.StatusOK)
	}
	p := issued(h.heir, passFor(h.World, cars{offer: h.half.ID, vehicles: []string{h.second.car}, driver: h.second.members[0]}, nil))
	h.heir.Post("/passes/"+p.ID+"/revoke", because("险情解除")).Want(http.StatusOK)
	for _, id := range []string{h.half.ID, h.unsigned.ID} {
		does(h.heir, id, "stand_down", fields{"reason": "险情解除"}).Want(http.StatusOK)
	}
	for _, verb := range []string{"take", "report"} {
		h.heir.Post("/incidents/"+h.incident+"/directives/"+h.order+"/coordination/"+verb, fields{"id": newID(), "version": 0, "words": "已办"}).Want(http.StatusOK)
	}
	for _, verb := range []string{"route", "complete"} {
		h.heir.Post("/support/"+h.support+"/"+verb, supportStep(verb)).Want(http.StatusOK)
	}
	h.lead.Post("/support/"+h.support+"/confirm", supportStep("confirm")).Want(http.StatusOK)
	for _, verb := range []string{"arrive", "finish"} {
		onMission(h.lead, h.mission.ID, verb, nil).Want(http.StatusOK)
	}
	onMission(h.heir, h.mission.ID, "confirm", nil).Want(http.StatusOK)
	h.heir.Post("/withdrawals/"+h.wave+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	h.lead.Post("/parties/"+h.party.ID+"/take-order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	sheet := apptest.Read[api.DepartureSheet](h.heir.Get("/parties/" + h.party.ID + "/departure").Want(http.StatusOK))
	h.heir.Post("/parties/"+h.party.ID+"/check-out", counted(sheet, nil)).Want(http.StatusOK)
	h.lead.Post("/parties/"+h.party.ID+"/home", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	h.heir.Post("/needs/"+h.need+"/close", because("人员全部转移")).Want(http.StatusOK)
	for _, i := range []string{h.incident, h.other} {
		h.heir.Post("/incidents/"+i+"/close", because("全部撤离")).Want(http.StatusOK)
	}
	if f := apptest.Read[api.FiguresOut](h.last.Get("/incidents/" + h.incident + "/figures").Want(http.StatusOK)); !f.Frozen || len(f.Teams) != 1 {
		h.t.Errorf("the figures: frozen %t, %d teams", f.Frozen, len(f.Teams))
	}
}
