package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/place"
)

// cast are the people of the whole story, each with the own part and no other.
type cast struct {
	*testing.T
	*apptest.World
	office, general, coordination, support, desk, gate *apptest.Client
	incident, need                                     string
	receipts                                           []string // of those who called
}

// One incident through all nine steps, by those whose part each is: the public reports, 综合组 verifies and publishes under
// an instruction, teams from the city and from another province sign up, their authorities sign, passes are issued and
// checked at a gate, they are received, given missions, supplied, counted out, and are home; the summary is written, the
// incident closed.
//
// Each team finds the five services, while it applies and on site: consultation, passage, check-in, missions, supply. The
// upper level sees each need of the county from the first report to its end.
//
// proves: S004-12 S004-26
func TestOneIncidentThroughNineSteps(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c := &cast{T: t, World: w, office: w.As("office"), general: w.As("zonghe"), coordination: w.As("xietiao"), support: w.As("baozhang"), desk: desk(w), gate: guard(w, "kakou", apptest.Qijiang)}
		c.begins()
		teams := []struct {
			login, name, home string
			sign              func(offer string)
		}{
			{"near", "山城水上应急队", "500119", c.signedByTheCity},
			{"far", "习水娄山应急救援队", xishui, c.signedElsewhere},
		}
		for _, x := range teams {
			c.comesAndGoes(x.login, x.name, x.home, x.sign)
		}
		c.ends(len(teams))
	})
}

// begins is steps 1 and 2.
func (c *cast) begins() {
	province := func(n api.NeedDetail) bool { return n.Place.Path == string(apptest.Qijiang) }
	c.incident = running(c.T, c.World)
	approveRoster(c.T, c.World, c.office, c.incident)
	r, again := ask(c.T, c.World, nil), ask(c.T, c.World, nil)
	c.receipts = []string{r.receipt, again.receipt}
	look(c.T, c.As("qijiang"), r.id)
	c.office.Get("/reports/" + r.id).Want(http.StatusOK) // the county has it, the city sees it
	c.need = verified(c.T, c.general, r.id, fields{"teams": 2})
	c.general.Post("/reports/"+again.id+"/merge", fields{"id": newID(), "version": 0, "into": r.id}).Want(http.StatusOK)
	if n := c.read(); n.State != "open" || !province(n) {
		c.Fatalf("the city sees the need of the county: %+v", n)
	}
	publish(c.general, c.need, instruct(c.T, c.World, c.general, nil)).Want(http.StatusOK)
	if n := c.read(); n.State != "published" {
		c.Fatalf("published: %+v", n)
	}
	c.general.Post("/incidents/"+c.incident+"/reports", fields{"id": newID(), "reports": []string{r.id}}).Want(http.StatusOK)
}

func (c *cast) read() api.NeedDetail {
	c.Helper()
	return apptest.Read[api.NeedDetail](c.office.Get("/needs/" + c.need).Want(http.StatusOK))
}

// asksTheDesk is the service of consultation: a question and its answer.
func (c *cast) asksTheDesk(lead *apptest.Client, team, situation string) {
	c.Helper()
	q := question(fields{"team": team, "situation": situation})
	lead.Post("/incidents/"+c.incident+"/enquiries", q).Want(http.StatusCreated)
	c.support.Post("/enquiries/"+q["id"].(string)+"/answer", enquiryStep("从綦江南收费站下道，报备点在出口右侧")).Want(http.StatusOK)
	lead.Post("/enquiries/"+q["id"].(string)+"/settle", enquiryStep("")).Want(http.StatusOK)
}

func (c *cast) signedByTheCity(offer string) {
	agrees(bureau(c.World, "shiju", place.Path("/50/")), offer, 1, nil).Want(http.StatusOK)
}

func (c *cast) signedElsewhere(offer string) {
	for station, by := range []string{"贵州省应急管理厅值班室", "应急管理部值班室"} {
		does(c.coordination, offer, "sign-for", fields{"station": station + 1, "result": "agree", "decision": fields{
			"id": newID(), "decidedBy": by, "how": "system", "reference": "XT-2026-000118", "decidedAt": c.Now(),
		}}).Want(http.StatusOK)
	}
}

// comesAndGoes is steps 3 to 8 for one team.
func (c *cast) comesAndGoes(login, name, home string, sign func(offer string)) {
	c.Helper()
	crew := muster(c.World, fields{"home": home, "name": name})
	lead := c.Leader(login, crew.team)
	c.asksTheDesk(lead, crew.team, "applying")

	// 3 and 4: signed up, matched, accepted, signed for, ordered out
	o := offer(c.T, lead, signup(c.World, crew, fields{"needs": []string{c.need}, "equipment": []fields{{"key": "boat", "count": 2}}}))
	submit(c.coordination, o.ID, c.need)
	does(c.coordination, o.ID, "accept", fields{"reason": "力量不足"}).Want(http.StatusOK)
	sign(o.ID)
	dispatched(c.World, c.coordination, o.ID).Want(http.StatusOK)
	does(lead, o.ID, "acknowledge", nil).Want(http.StatusOK)

	// 5: a pass, read at a gate
	ride := issued(c.support, passFor(c.World, cars{offer: o.ID, vehicles: []string{crew.car}}, fields{"driver": crew.members[0]}))
	c.gate.Post("/passages", fields{"id": newID(), "place": "500110", "gate": "綦江南", "number": ride.Number, "plate": ride.Plate, "colour": ride.Colour, "verdict": "go", "direction": "in", "listNo": 1, "at": c.Now()}).Want(http.StatusOK)

	// 6: received, and given a mission
	point := atDesk(c.desk, c.incident).Points[0].ID
	party := received(c.desk, c.incident, arrival(c.World, comer{crew: crew, incident: c.incident, point: point, offer: o}, nil))
	c.asksTheDesk(lead, crew.team, "on_site")
	m := tell(c.coordination, c.incident, task(c.World, party, fields{"need": c.need}))
	for _, verb := range []string{"accept", "set-out", "arrive"} {
		onMission(lead, m.ID, verb, nil).Want(http.StatusOK)
	}
	if n := c.read(); n.State != "in_progress" {
		c.Errorf("%s works on the need: %+v", name, n)
	}
	onMission(lead, m.ID, "progress", fields{"words": "转移一楼老人", "moved": 2, "saidAt": c.Now()}).Want(http.StatusOK)
	onMission(lead, m.ID, "finish", nil).Want(http.StatusOK)
	onMission(c.coordination, m.ID, "confirm", nil).Want(http.StatusOK)

	// 7: supplied
	r := askSupport(lead, c.incident, crew.team, nil)
	for _, verb := range []string{"route", "complete"} {
		c.support.Post("/support/"+r+"/"+verb, supportStep(verb)).Want(http.StatusOK)
	}
	lead.Post("/support/"+r+"/confirm", supportStep("confirm")).Want(http.StatusOK)

	// 8: a wave, counted out, home
	wave := wavePlan(c.World, c.incident, nil, party.ID)
	c.coordination.Post("/incidents/"+c.incident+"/withdrawals", wave).Want(http.StatusCreated)
	c.coordination.Post("/withdrawals/"+wave["id"].(string)+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	lead.Post("/parties/"+party.ID+"/take-order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	sheet := apptest.Read[api.DepartureSheet](c.desk.Get("/parties/" + party.ID + "/departure").Want(http.StatusOK))
	c.desk.Post("/parties/"+party.ID+"/check-out", counted(sheet, nil)).Want(http.StatusOK)
	c.Clock.Advance(4 * time.Hour)
	lead.Post("/parties/"+party.ID+"/home", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	if p := readParty(c.office, party.ID); p.State != "home_safe" {
		c.Errorf("%s: %+v", name, p.PartyOut)
	}
	if back := readOffer(c.office, o.ID); back.State != "finished" {
		c.Errorf("the offer of %s is %s", name, back.State)
	}
}

// ends is step 9: the need is closed by a person, the figures agree, the incident is closed and its summary written.
func (c *cast) ends(teams int) {
	c.Helper()
	c.general.Post("/needs/"+c.need+"/close", because("人员全部转移")).Want(http.StatusOK)
	if n := c.read(); n.State != "closed" {
		c.Errorf("closed: %+v", n)
	}
	for _, code := range c.receipts {
		p := apptest.Read[api.ProgressOut](c.Public().Post("/public/receipts", fields{"receipt": code}).Want(http.StatusOK))
		reached := make([]string, len(p.Steps))
		for i, s := range p.Steps {
			reached[i] = s.Stage
		}
		if want := []string{"received", "verifying", "verified", "on_the_way", "closed"}; !slices.Equal(reached, want) {
			c.Errorf("the caller sees %v, want %v", reached, want)
		}
	}
	c.office.Post("/incidents/"+c.incident+"/close", because("全部撤离")).Want(http.StatusOK)
	f := apptest.Read[api.FiguresOut](c.general.Get("/incidents/" + c.incident + "/figures").Want(http.StatusOK))
	if !f.Frozen || len(f.Teams) != teams {
		c.Errorf("the figures: frozen %t, %d teams", f.Frozen, len(f.Teams))
	}
	section(c.general, c.incident, "situation", 0, "暴雨致城区内涝，两支队伍到场参与转移。").Want(http.StatusOK)
	board := apptest.Read[api.BoardOut](c.office.Get("/incidents/" + c.incident + "/board").Want(http.StatusOK))
	for _, s := range board.Steps {
		if s.First == nil {
			c.Errorf("step %d has not begun: %s", s.No, s.Why)
		}
	}
}
