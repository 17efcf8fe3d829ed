package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// night is an incident that 渝北区 commands on its last evening: a team is on a mission, another waits for the signature of
// the district, a matter is on its way between two groups, and a question has no answer.
type night struct {
	*apptest.World
	t                      *testing.T
	incident, need         string
	crew                   crew
	lead                   *apptest.Client
	party                  api.PartyDetail
	mission                api.MissionDetail
	offer                  api.OfferDetail
	handover, question     string
	yubei, heir, neighbour *apptest.Client
}

// yubei is the district until midnight, renhe a street of it that 两江新区 gets.
const (
	yubei = "500112"
	renhe = "500112009"
)

func lastEvening(t *testing.T, w *apptest.World) *night {
	t.Helper()
	n := &night{World: w, t: t}
	n.yubei = bureau(w, "yubei", "/50/500112/")
	n.yubei.Post("/mechanisms", fields{"id": newID(), "place": yubei, "says": mechanism(fields{"name": "渝北区现场协调机制"})}).Want(http.StatusCreated)
	w.As("office").Post("/parameters", fields{"id": newID(), "key": "dispatch.approval.same_county", "place": yubei, "value": "county + province", "source": "市局规定"}).Want(http.StatusNoContent)
	n.incident = flood(t, w, n.yubei, fields{"place": yubei, "places": []string{yubei}})
	activate(n.yubei, n.incident).Want(http.StatusOK)
	r := ask(t, w, fields{"point": nil, "place": renhe}).id
	n.need = verified(t, n.yubei, r, fields{"teams": 0, "equipment": []fields{}})
	n.yubei.Post("/incidents/"+n.incident+"/reports", fields{"id": newID(), "reports": []string{r}}).Want(http.StatusOK)
	publish(n.yubei, n.need, instruct(t, w, n.yubei, fields{"issuer": "渝北区人民政府", "place": yubei})).Want(http.StatusOK)

	n.crew = muster(w, fields{"home": yubei, "name": "渝北蓝天救援队"})
	n.lead = w.Leader("captain", n.crew.team)
	o := submit(n.yubei, offer(t, n.lead, signup(w, n.crew, fields{"needs": []string{n.need}})).ID, n.need)
	agrees(n.yubei, o.ID, 1, nil).Want(http.StatusOK)
	agrees(w.As("office"), o.ID, 2, nil).Want(http.StatusOK)
	does(n.yubei, o.ID, "accept", fields{"reason": "力量不足"}).Want(http.StatusOK)
	dispatched(w, n.yubei, o.ID).Want(http.StatusOK)
	o = apptest.Read[api.OfferDetail](does(n.lead, o.ID, "acknowledge", nil).Want(http.StatusOK))
	at := comer{crew: n.crew, incident: n.incident, point: atDesk(n.yubei, n.incident).Points[0].ID, offer: o}
	n.party = received(n.yubei, n.incident, arrival(w, at, nil))
	n.mission = tell(n.yubei, n.incident, task(w, n.party, fields{"need": n.need}))
	for _, verb := range []string{"accept", "set-out", "arrive"} {
		onMission(n.lead, n.mission.ID, verb, nil).Want(http.StatusOK)
	}
	n.offer = submit(n.yubei, offer(t, n.yubei, signup(w, muster(w, fields{"home": yubei, "name": "渝北水上应急队"}), fields{"incident": n.incident, "needs": []string{n.need}})).ID, n.need)
	n.handover = newID()
	n.yubei.Post("/incidents/"+n.incident+"/handovers", fields{"id": n.handover, "from": "general", "to": "support", "itemKind": "matter", "matter": "送水"}).Want(http.StatusOK)
	q := question(fields{"team": n.crew.team, "situation": "on_site"})
	n.lead.Post("/incidents/"+n.incident+"/enquiries", q).Want(http.StatusCreated)
	n.question = q["id"].(string)
	return n
}

// midnight is the moment after: whoever took over has its office.
func (n *night) midnight() {
	n.t.Helper()
	n.Later(15 * time.Minute)
	n.heir, n.neighbour = liangjiang(n.t, n.World), bureau(n.World, "beibei", "/50/500109/")
	n.yubei, n.lead = n.As("yubei"), n.As("captain")
}

// In the night in which 渝北区 ends nothing of its incident is lost: what waits is told to whoever answers for it now, who
// signs, answers, takes over, takes in and closes; who held the office until then still may; the city sees it as before.
func TestNothingIsLostInTheNightOfAChange(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		changes(t, w)
		w.Later(24*time.Hour - 10*time.Minute)
		n := lastEvening(t, w)
		n.midnight()

		for who, c := range map[string]*apptest.Client{"两江新区": n.heir, "北碚区": n.neighbour, "渝北区": n.yubei} {
			if a, b := todo(c, "sign", ""), todo(c, "handovers", n.incident); a.Count != 1 || b.Count != 1 {
				t.Errorf("%s has to sign %d, to take %d", who, a.Count, b.Count)
			}
		}
		if x := todo(w.As("office"), "sign", ""); x.Count != 0 {
			t.Errorf("the city signs for the district: %+v", x)
		}
		n.waitingIsTold()
		n.workGoesOn()
		n.newComesIn()
		n.ends()
	})
}

// waitingIsTold is what waited at the district: overdue a quarter of an hour later.
func (n *night) waitingIsTold() {
	n.t.Helper()
	n.Clock.Advance(30 * time.Minute)
	for _, c := range []*apptest.Client{n.heir, n.neighbour, n.yubei} {
		hears(n.World, c, "sign_overdue")
	}
	if counts := outbox(n.heir, n.incident, "phone").Counts; counts["phone"] == 0 {
		n.t.Errorf("to be phoned: %+v", counts)
	}
	if waiting := readOffer(n.neighbour, n.offer.ID).Path; !slices.Equal(waiting[0].Heirs, []string{"两江新区应急管理局", "北碚区应急管理局"}) || waiting[1].Heirs != nil {
		n.t.Errorf("who signs instead: %+v", waiting)
	}
	o := apptest.Read[api.OfferDetail](agrees(n.heir, n.offer.ID, 1, nil).Want(http.StatusOK))
	if s := o.Path[0]; s.By != "贺明渡" || s.Acted != "officer" || s.Heirs != nil || o.State != "approving" {
		n.t.Errorf("signed by who took over: %+v", s)
	}
	agrees(n.neighbour, n.offer.ID, 1, nil).Refused(http.StatusConflict, "deployment.station_not_open")
	agrees(n.As("office"), n.offer.ID, 2, nil).Want(http.StatusOK)
	does(n.heir, n.offer.ID, "accept", fields{"reason": "力量不足"}).Want(http.StatusOK)
}

// workGoesOn is what runs: each step is told to who took over, and done by them.
func (n *night) workGoesOn() {
	n.t.Helper()
	n.heir.Post("/incidents/"+n.incident+"/handovers/"+n.handover+"/take", because("")).Want(http.StatusOK)
	n.heir.Post("/enquiries/"+n.question+"/answer", enquiryStep("在接待报备点登记后领取")).Want(http.StatusOK)
	n.lead.Post("/incidents/"+n.incident+"/enquiries", question(fields{"team": n.crew.team, "situation": "on_site"})).Want(http.StatusCreated)
	hears(n.World, n.heir, "enquiry_asked")
	r := askSupport(n.lead, n.incident, n.crew.team, nil)
	hears(n.World, n.heir, "support_raised")
	for _, verb := range []string{"route", "complete"} {
		n.heir.Post("/support/"+r+"/"+verb, supportStep(verb)).Want(http.StatusOK)
	}
	n.lead.Post("/support/"+r+"/confirm", supportStep("confirm")).Want(http.StatusOK)
	onMission(n.lead, n.mission.ID, "finish", nil).Want(http.StatusOK)
	hears(n.World, n.heir, "mission_done")
	hears(n.World, n.yubei, "mission_done")
	onMission(n.heir, n.mission.ID, "confirm", nil).Want(http.StatusOK)
	if b := apptest.Read[api.BoardOut](n.As("office").Get("/incidents/" + n.incident + "/board").Want(http.StatusOK)); len(b.Steps) != 9 {
		n.t.Errorf("the city sees %+v", b)
	}
}

// newComesIn is who calls afterwards: the street has another path by now, and lies in the incident all the same.
func (n *night) newComesIn() {
	n.t.Helper()
	late := ask(n.t, n.World, fields{"point": nil, "place": renhe})
	if r := readReport(n.t, n.heir, late.id); r.Place.Path != "/50/z500004/500112009/" {
		n.t.Errorf("a report after midnight lies at %s", r.Place.Path)
	}
	if p := apptest.Read[api.JoinedOut](n.heir.Post("/incidents/"+n.incident+"/reports", fields{"id": newID(), "reports": []string{late.id}}).Want(http.StatusOK)); p.Joined != 1 {
		n.t.Errorf("%d joined", p.Joined)
	}
	look(n.t, n.heir, late.id)
	decide(n.t, n.heir, late.id, fields{"outcome": "false", "note": "误报"})
	elsewhere := ask(n.t, n.World, fields{"point": nil, "place": "500109001"}) // a street that 北碚区 has always had
	n.neighbour.Post("/incidents/"+n.incident+"/reports", fields{"id": newID(), "reports": []string{elsewhere.id}}).Want(http.StatusUnprocessableEntity)
}

// ends is the way out: a wave, home, closed, the summary.
func (n *night) ends() {
	n.t.Helper()
	does(n.heir, n.offer.ID, "stand_down", fields{"reason": "险情解除"}).Want(http.StatusOK)
	wave := wavePlan(n.World, n.incident, nil, n.party.ID)
	n.heir.Post("/incidents/"+n.incident+"/withdrawals", wave).Want(http.StatusCreated)
	n.heir.Post("/withdrawals/"+wave["id"].(string)+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	n.lead.Post("/parties/"+n.party.ID+"/take-order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	sheet := apptest.Read[api.DepartureSheet](n.heir.Get("/parties/" + n.party.ID + "/departure").Want(http.StatusOK))
	n.heir.Post("/parties/"+n.party.ID+"/check-out", counted(sheet, nil)).Want(http.StatusOK)
	n.lead.Post("/parties/"+n.party.ID+"/home", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	n.heir.Post("/needs/"+n.need+"/close", because("人员全部转移")).Want(http.StatusOK)
	n.heir.Post("/incidents/"+n.incident+"/close", because("全部撤离")).Want(http.StatusOK)
	f := apptest.Read[api.FiguresOut](n.heir.Get("/incidents/" + n.incident + "/figures").Want(http.StatusOK))
	if !f.Frozen || len(f.Teams) != 1 {
		n.t.Errorf("the figures: frozen %t, %d teams", f.Frozen, len(f.Teams))
	}
	writeAll(n.heir, n.incident, "")
	if s := readSummary(n.As("office"), n.incident); len(s.Sections) == 0 || s.Sections[0].Words == "" {
		n.t.Errorf("the city reads %+v", s.Sections)
	}
}
