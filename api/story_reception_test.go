package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/team"
)

// comer is a team that was ordered out to an incident.
type comer struct {
	crew
	incident, point string
	offer           api.OfferDetail
}

// orderedOut is a team of a neighbouring county with three people, a vehicle and a boat, ordered out.
func orderedOut(t *testing.T, w *apptest.World) comer {
	t.Helper()
	g, office := groundOf(t, w), w.As("office")
	c := comer{crew: muster(w, fields{"home": "500119"}), incident: g.incident}
	c.offer = offer(t, office, signup(w, c.crew, fields{"incident": g.incident, "needs": []string{g.need}, "equipment": []fields{{"key": "boat", "count": 2}}}))
	submit(office, c.offer.ID, g.need)
	agrees(office, c.offer.ID, 1, nil).Want(http.StatusOK)
	does(office, c.offer.ID, "accept", fields{"reason": "距离近"}).Want(http.StatusOK)
	c.offer = apptest.Read[api.OfferDetail](dispatched(w, office, c.offer.ID).Want(http.StatusOK))
	c.point = atDesk(office, c.incident).Points[0].ID
	return c
}

// desk is somebody who receives teams in 綦江区.
func desk(w *apptest.World) *apptest.Client {
	w.Account("desk", "顾长亭")
	w.Grant("desk", access.Grant{Role: access.Reception, Place: apptest.Qijiang})
	return w.As("desk")
}

func atDesk(by *apptest.Client, incident string) api.ReceptionDesk {
	return apptest.Read[api.ReceptionDesk](by.Get("/incidents/" + incident + "/reception").Want(http.StatusOK))
}

// arrival is a team at the desk, with all that its manifest says, and what the test changes.
func arrival(w *apptest.World, c comer, with fields) fields {
	return merge(fields{
		"id": newID(), "point": c.point, "offer": c.offer.ID, "persons": c.members, "vehicles": []string{c.car}, "items": []fields{{"kind": "boat", "count": 2}},
		"days": 3, "contact": fields{"name": "卢远航", "phone": "13800000022"}, "arrivedAt": w.Now(),
	}, with)
}

func received(by *apptest.Client, incident string, body fields) api.PartyDetail {
	return apptest.Read[api.PartyDetail](by.Post("/incidents/"+incident+"/parties", body).Want(http.StatusCreated))
}

func readParty(by *apptest.Client, id string) api.PartyDetail {
	return apptest.Read[api.PartyDetail](by.Get("/parties/" + id).Want(http.StatusOK))
}

func atParty(by *apptest.Client, id, verb string, with fields) *apptest.Answer {
	return by.Post("/parties/"+id+"/"+verb, merge(fields{"id": newID(), "version": 0}, with))
}

// A team that was ordered out comes with one person fewer, a stranger and one boat too few. The desk, which sees what it
// expects, checks it in; the offer is on site; who is inside is one page; its leader sees the own team.
//
// proves: S004-79 S004-48
func TestReceptionOfATeam(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), orderedOut(t, w)
		d := desk(w)
		lead := w.Leader("captain", c.team)
		seen := atDesk(d, c.incident)
		if len(seen.Points) != 1 || seen.Points[0].Name != "接待报备点" || !seen.Works || seen.Leads || len(seen.Expected) != 1 {
			t.Fatalf("the desk: %+v", seen)
		}
		e := seen.Expected[0]
		if e.Number != c.offer.Number || e.Order != "DD-A0001" || len(e.Persons) != 3 || e.Persons[0].Name != "余知秋" || e.Late || !e.Approved || len(e.Vehicles) != 1 {
			t.Errorf("expected: %+v", e)
		}
		if hidden := atDesk(w.As("baozhang"), c.incident); hidden.Works || hidden.Expected[0].Persons[0].Name != "" {
			t.Errorf("the support group sees %+v", hidden.Expected[0].Persons)
		}
		w.As("nanchuan").Get("/incidents/"+c.incident+"/reception").Refused(http.StatusNotFound, "not_found")

		w.Clock.Advance(4 * time.Hour)
		if late := atDesk(d, c.incident).Expected[0]; !late.Late {
			t.Error("an hour after its time it is not late")
		}
		body := arrival(w, c, fields{
			"persons": c.members[:2], "extra": []fields{{"name": "赵临风", "phone": "13900000001"}}, "items": []fields{{"kind": "boat", "count": 1}}, "note": "一人途中发热返回",
		})
		page := lead.Live("")
		p := received(d, c.incident, body)
		if again := received(d, c.incident, body); again.ID != p.ID || again.Version != p.Version {
			t.Errorf("sent twice: %+v", again)
		}
		if p.Number != "DC-A0001" || p.State != "checked_in" || p.Unapproved || p.People != 3 || p.Came != 3 || p.Missing != 1 || p.Extra != 1 || p.Vehicles != 1 ||
			p.OfferState != "on_site" || p.Order != "DD-A0001" || p.OddClock {
			t.Fatalf("checked in: %+v", p.PartyOut)
		}
		if len(p.MissingPersons) != 1 || p.MissingPersons[0].Member != c.members[2] || p.Items[0].Listed != 2 || p.Items[0].Came != 1 || p.Persons[2].Name == "" {
			t.Errorf("the differences: %+v %+v", p.MissingPersons, p.Items)
		}
		if e := next(page, p.ID); e.Str("verb") != "party.checked_in" {
			t.Errorf("the team learns of %+v", e)
		}
		if len(atDesk(d, c.incident).Expected) != 0 {
			t.Error("who is here is expected still")
		}
		d.Post("/incidents/"+c.incident+"/parties", arrival(w, c, fields{"persons": c.members[2:], "vehicles": []string{}})).Refused(http.StatusConflict, "reception.already_here")

		for who, whole := range map[*apptest.Client]bool{d: true, office: true, w.As("zonghe"): false, lead: true} {
			x := readParty(who, p.ID)
			if x.Named != whole || (x.Persons[0].Name == "余知秋") != whole || (x.Contact == "卢远航") != whole {
				t.Errorf("names whole %v: %+v, %s", whole, x.Persons[0], x.Contact)
			}
		}
		bare := w.As("zonghe").Get("/incidents/"+c.incident+"/inside").Want(http.StatusOK).Without("余知秋", "赵临风", "13900000001")
		inside := apptest.Read[api.InsideOut](bare)
		if len(inside.Items) != 3 || inside.Items[0].Name != "余**" || inside.Items[0].Location != "接待报备点" || inside.Points[0].People != 3 || inside.Tally.Inside != 3 || inside.Tally.Idle != 3 {
			t.Errorf("inside: %+v", inside)
		}
		w.Clock.Advance(5 * time.Hour)
		if late := apptest.Read[api.InsideOut](d.Get("/incidents/" + c.incident + "/inside?free=true&party=" + p.ID).Want(http.StatusOK)); !late.Items[0].Idle || late.Items[0].Name != "余知秋" {
			t.Errorf("idle for five hours: %+v", late.Items[0])
		}
		file := takenOut(t, w, d, c.incident)
		if !bytes.Contains(file.Body, []byte("赵临风")) || bytes.Contains(file.Body, []byte("13900000001")) {
			t.Errorf("the file: %s", file.Body)
		}
		if !bytes.Contains(file.Body, []byte(",舟艇,")) || bytes.Contains(file.Body, []byte("boat")) || bytes.Contains(file.Body, []byte("演练")) {
			t.Errorf("the file: %s", file.Body)
		}
		own := apptest.Read[api.OwnSiteOut](lead.Get("/team/site").Want(http.StatusOK))
		if len(own.Parties) != 1 || own.Parties[0].People != 3 || len(own.Expected) != 0 {
			t.Errorf("the own team: %+v", own)
		}
		if n := readOffer(office, c.offer.ID); n.State != "on_site" || slices.Contains(n.Actions, "stand_down") || slices.Contains(n.Actions, "arrive") {
			t.Errorf("the offer is %s, %v", n.State, n.Actions)
		}
		who := apptest.Read[map[string]any](d.Post("/parties/"+p.ID+"/reveal", fields{"purpose": "核对联系人"}).Want(http.StatusOK))
		if who["phone"] != "13800000022" {
			t.Errorf("revealed %v", who)
		}
		d.Post("/parties/"+p.ID+"/reveal", fields{"purpose": " "}).Want(http.StatusUnprocessableEntity).Names("body.purpose", "missing")
		w.As("zonghe").Post("/parties/"+p.ID+"/reveal", fields{"purpose": "好奇"}).Refused(http.StatusForbidden, "forbidden")
	})
}

// takenOut is who is inside as a file for the desk: it takes a purpose, which the journal keeps with how many it named; who is told
// the names masked gets them masked in the file too.
func takenOut(t *testing.T, w *apptest.World, d *apptest.Client, incident string) *apptest.Answer {
	t.Helper()
	office, path := w.As("office"), "/incidents/"+incident+"/inside/export"
	d.Post(path, fields{"id": newID(), "purpose": " "}).Want(http.StatusUnprocessableEntity).Names("body.purpose", "missing")
	d.Post(path, fields{"id": newID(), "purpose": "点名", "figure": "nonsense"}).Want(http.StatusUnprocessableEntity)
	body := fields{"id": newID(), "purpose": "夜间点名"}
	file := d.Post(path, body).Want(http.StatusOK)
	d.Post(path, body).Want(http.StatusOK)
	w.As("zonghe").Post(path, fields{"id": newID(), "purpose": "报送专报"}).Want(http.StatusOK).Without("余知秋", "赵临风")
	if busy := d.Post(path, fields{"id": newID(), "purpose": "点名", "task": "busy"}).Want(http.StatusOK); bytes.Count(busy.Body, []byte("\r\n")) != 1 {
		t.Errorf("nobody has a mission: %s", busy.Body)
	}
	var kept []string
	for _, x := range apptest.Read[api.PageOf[api.CourseRow]](office.Get("/incidents/" + incident + "/course").Want(http.StatusOK)).Items {
		if x.Verb == "incident.people_exported" {
			kept = append(kept, x.Note)
		}
	}
	if slices.Sort(kept); !slices.Equal(kept, []string{"夜间点名", "报送专报", "点名"}) {
		t.Errorf("the journal keeps %v", kept)
	}
	return file
}

// Those who come later join, people leave early and come back, a wrong row is taken back; a person is nowhere twice.
func TestPeopleOfATeamComeAndGo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c, d := orderedOut(t, w), desk(w)
		p := received(d, c.incident, arrival(w, c, fields{"persons": c.members[:1], "vehicles": []string{}, "extra": []fields{{"name": "钱一舟", "phone": "13900000009"}}}))
		p = apptest.Read[api.PartyDetail](atParty(d, p.ID, "join", fields{"persons": c.members[1:], "vehicles": []string{c.car}}).Want(http.StatusOK))
		if p.People != 4 || p.Missing != 0 || p.Extra != 1 || p.Vehicles != 1 || len(p.MissingVehicles) != 0 {
			t.Errorf("the second echelon: %+v", p.PartyOut)
		}
		atParty(d, p.ID, "join", nil).Want(http.StatusUnprocessableEntity).Names("body.persons", "missing")
		atParty(d, p.ID, "join", fields{"persons": c.members[:1]}).Want(http.StatusUnprocessableEntity).Names("body.persons[0]", "inside")
		atParty(d, p.ID, "join", fields{"persons": []string{newID()}}).Want(http.StatusUnprocessableEntity).Names("body.persons[0]", "not_member")

		of := func(p api.PartyDetail, name string) api.PresenceOut {
			return p.Persons[slices.IndexFunc(p.Persons, func(x api.PresenceOut) bool { return x.Name == name && x.OutAt.IsZero() })]
		}
		hurt := of(p, "余知秋")
		atParty(d, p.ID, "person-out", fields{"presence": hurt.ID, "why": "bored"}).Want(http.StatusUnprocessableEntity).Names("body.why", "unknown")
		p = apptest.Read[api.PartyDetail](atParty(d, p.ID, "person-out", fields{"presence": hurt.ID, "why": "hospital", "note": "送区人民医院"}).Want(http.StatusOK))
		if p.People != 3 || p.Came != 4 || p.Missing != 0 {
			t.Errorf("one in hospital: %+v", p.PartyOut)
		}
		atParty(d, p.ID, "person-out", fields{"presence": hurt.ID, "why": "rotated"}).Want(http.StatusUnprocessableEntity).Names("body.presence", "not_inside")
		p = apptest.Read[api.PartyDetail](atParty(d, p.ID, "person-back", fields{"presence": hurt.ID}).Want(http.StatusOK))
		atParty(d, p.ID, "person-back", fields{"presence": hurt.ID}).Want(http.StatusUnprocessableEntity).Names("body.presence", "inside")
		if p.People != 4 || p.Came != 4 || len(p.Persons) != 5 {
			t.Errorf("and back: %+v", p.PartyOut)
		}
		wrong := of(p, "钱一舟")
		atParty(d, p.ID, "person-out", fields{"presence": wrong.ID, "why": "mistaken"}).Want(http.StatusUnprocessableEntity).Names("body.note", "missing")
		p = apptest.Read[api.PartyDetail](atParty(d, p.ID, "person-out", fields{"presence": wrong.ID, "why": "mistaken", "note": "重复登记"}).Want(http.StatusOK))
		if p.People != 3 || p.Came != 3 || p.Extra != 0 {
			t.Errorf("a mistake taken back: %+v", p.PartyOut)
		}
		p = apptest.Read[api.PartyDetail](atParty(d, p.ID, "ride-out", fields{"ride": p.Rides[0].ID}).Want(http.StatusOK))
		atParty(d, p.ID, "ride-out", fields{"ride": p.Rides[0].ID}).Want(http.StatusUnprocessableEntity).Names("body.ride", "not_inside")
		if p.Vehicles != 0 || p.Rides[0].OutAt.IsZero() {
			t.Errorf("the vehicle left: %+v", p.Rides)
		}

		atParty(d, p.ID, "walk-in", fields{"person": fields{"name": "周问渠"}}).Want(http.StatusUnprocessableEntity).Names("body.person.phone", "missing")
		p = apptest.Read[api.PartyDetail](atParty(d, p.ID, "walk-in", fields{"person": fields{"name": "周问渠", "phone": "139 0000 0009", "post": "会驾船"}}).Want(http.StatusOK))
		if x := of(p, "周问渠"); p.People != 4 || p.Extra != 0 || x.Kind != "walk_in" || x.Post != "会驾船" {
			t.Errorf("a volunteer joined: %+v", p.PartyOut)
		}
		atParty(d, p.ID, "walk-in", merge(fields{"version": p.Version - 1}, fields{"person": fields{"name": "周问渠", "phone": "13900000010"}})).Refused(http.StatusConflict, "version_stale")
		if h := p.History; len(h) == 0 {
			t.Error("no history")
		}
		board := d.Get("/parties/" + p.ID).Want(http.StatusOK)
		board.Without("13900000009", "13800000022")
	})
}

// Who comes without approval is received, so that it is known who is inside, and regularised or turned back by the
// coordination group; a desk does not decide that.
//
// proves: S001-39
func TestSelfDeployedTeams(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, d := w.As("office"), desk(w)
		c := orderedOut(t, w)
		group := fields{
			"id": newID(), "point": c.point, "teamName": "沙溪车友自发救援群", "extra": []fields{{"name": "孙望舒"}, {"name": "李闻笛", "phone": "13700000001"}},
			"cars": []fields{{"plate": "渝B·00082", "colour": "blue"}}, "arrivedAt": w.Now().Add(9 * time.Hour),
		}
		p := received(d, c.incident, group)
		if p.State != "self_deployed" || !p.Unapproved || p.People != 2 || p.Missing != 0 || p.Extra != 0 || !p.OddClock || p.Team.ID != "" {
			t.Fatalf("received: %+v", p.PartyOut)
		}
		twice := merge(group, fields{"id": newID()})
		a := d.Post("/incidents/"+c.incident+"/parties", twice).Want(http.StatusUnprocessableEntity)
		a.Names("body.extra[1]", "inside")
		a.Names("body.cars[0]", "inside")
		atParty(d, p.ID, "walk-in", fields{"person": fields{"name": "周问渠", "phone": "13900000010"}}).Refused(http.StatusConflict, "reception.no_host")
		atParty(d, p.ID, "turn-back", fields{"reason": "无资质"}).Refused(http.StatusForbidden, "forbidden")
		atParty(w.As("xietiao"), p.ID, "turn-back", fields{"reason": "无资质"}).Refused(http.StatusConflict, "roster.awaits_approval")
		atParty(office, p.ID, "turn-back", fields{"reason": " "}).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		back := apptest.Read[api.PartyDetail](atParty(office, p.ID, "turn-back", fields{"reason": "无水域资质，交由镇街安排返回"}).Want(http.StatusOK))
		if back.State != "turned_back" || back.Why == "" || back.People != 2 {
			t.Errorf("turned back: %+v", back.PartyOut)
		}
		atParty(office, p.ID, "regularise", fields{"reason": "x"}).Refused(http.StatusConflict, "transition")

		// another team's offer is no approval; the own one is, once it is approved
		m := muster(w, fields{"home": "500119", "name": "金佛山救援队"})
		o := offer(t, office, signup(w, m, fields{"incident": c.incident, "needs": []string{groundOf(t, w).need}, "vehicles": []fields{}}))
		q := received(d, c.incident, fields{"id": newID(), "point": c.point, "offer": o.ID, "persons": m.members[:2]})
		if q.State != "self_deployed" || q.Missing != 1 || q.OfferState != "offered" || q.Team.Name != "金佛山救援队" {
			t.Fatalf("came before it was approved: %+v", q.PartyOut)
		}
		atParty(office, q.ID, "regularise", fields{"offer": c.offer.ID}).Want(http.StatusUnprocessableEntity).Names("body.offer", "not_approved")
		atParty(office, q.ID, "regularise", fields{"offer": o.ID}).Want(http.StatusUnprocessableEntity).Names("body.offer", "not_approved")
		submit(office, o.ID, groundOf(t, w).need)
		agrees(office, o.ID, 1, nil).Want(http.StatusOK)
		q = apptest.Read[api.PartyDetail](atParty(office, q.ID, "regularise", fields{"offer": o.ID}).Want(http.StatusOK))
		if q.State != "checked_in" || !q.Unapproved || q.OfferState != "on_site" || q.Missing != 1 || !q.Persons[0].Listed {
			t.Errorf("regularised: %+v", q.PartyOut)
		}

		// by decision; the register knows the team by its name only
		known := w.Team(team.Team{Name: "渝峡水域救援队", Place: apptest.Qijiang, Legal: "registered", Level: "county", Authority: "綦江区民政局"})
		number := inventNumber(serial())
		office.Post("/teams/"+known+"/members", someone(fields{"name": "吴越", "number": number})).Want(http.StatusCreated)
		r := received(d, c.incident, fields{"id": newID(), "point": c.point, "team": known, "extra": []fields{{"name": "吴越", "number": strings.ToLower(number)}}})
		if r.Team.Name != "渝峡水域救援队" || r.Persons[0].Member == "" {
			t.Errorf("a person whom the register knows: %+v", r.Persons)
		}
		atParty(office, r.ID, "regularise", nil).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		insure(office, known, nil)
		r = apptest.Read[api.PartyDetail](atParty(office, r.ID, "regularise", fields{"reason": "指挥部口头同意留用"}).Want(http.StatusOK))
		if r.State != "checked_in" || !r.Unapproved || r.Why == "" {
			t.Errorf("by decision: %+v", r.PartyOut)
		}
		list := apptest.Read[api.PartiesOut](d.Get("/incidents/" + c.incident + "/parties?state=unapproved").Want(http.StatusOK))
		if len(list.Items) != 1 || list.Counts["checked_in"] != 2 || list.Tally.EnRoute != 1 || list.Tally.Unapproved != 0 || list.Tally.Leaving != 1 || list.Tally.Teams != 3 {
			t.Errorf("the list: %+v %+v", list.Counts, list.Tally)
		}
	})
}

// A station that does not sign after a team is on site is on record; the team stays until it is ordered to leave.
func TestNotSignedAfterArrival(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		c, _, o := approving(t, w, nil)
		does(office, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		does(office, o.ID, "deploy_first", fields{"cause": "trapped", "reason": "水位上涨"}).Want(http.StatusOK)
		dispatched(w, office, o.ID).Want(http.StatusOK)
		ride := issued(office, passFor(w, cars{offer: o.ID, vehicles: []string{c.car}}, fields{"driver": ""}))
		p := received(desk(w), o.Incident, fields{"id": newID(), "point": atDesk(office, o.Incident).Points[0].ID, "offer": o.ID, "persons": c.members})
		if p.State != "checked_in" || p.Unapproved {
			t.Fatalf("deployed first: %+v", p.PartyOut)
		}
		if n := readOffer(office, o.ID); n.State != "on_site" || !n.Unsigned || n.Waits == "" || n.Due.IsZero() {
			t.Errorf("the offer still waits for its signature: %+v", n.OfferOut)
		}
		does(office, o.ID, "sign", fields{"station": 1, "result": "refuse", "reason": "人员资质不符"}).Want(http.StatusOK)
		n := readOffer(office, o.ID)
		if n.State != "on_site" || n.Why != "人员资质不符" || !n.Due.IsZero() || n.Path[0].State != "refused" {
			t.Errorf("refused on site: %+v", n.OfferOut)
		}
		if p = readParty(office, p.ID); p.State != "checked_in" || p.Refused != "人员资质不符" || p.People != 3 {
			t.Errorf("the team: %+v, %s", p.PartyOut, p.Refused)
		}
		if list, _ := listed(t, guard(w, "gate", apptest.Qijiang)); len(list.Passes) != 1 || list.Passes[0].Number != ride.Number {
			t.Errorf("the way home: %+v", list)
		}
		does(office, o.ID, "stand_down", fields{"reason": "撤回"}).Refused(http.StatusConflict, "transition")
	})
}

// A desk sends again what was received, though the register has changed meanwhile: it is one arrival all the same.
func TestReceptionSentAgainLater(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), orderedOut(t, w)
		d := desk(w)
		body := arrival(w, c, nil)
		first := received(d, c.incident, body)
		late := fields{"id": newID(), "version": 0, "extra": []fields{{"name": "甲", "phone": "13500000001"}}}
		d.Post("/parties/"+first.ID+"/join", late).Want(http.StatusOK)
		office.Post("/members/"+c.members[0]+"/leave", because("迁居")).Want(http.StatusOK)
		again := received(d, c.incident, body)
		d.Post("/parties/"+first.ID+"/join", late).Want(http.StatusOK)
		if again.ID != first.ID || again.People != 4 {
			t.Errorf("sent again: %+v", again.PartyOut)
		}
		office.Post("/incidents/"+c.incident+"/parties", body).Refused(http.StatusConflict, "id_reused")
	})
}

// What a desk must write down, and where: points of the incident, rows that name themselves; a search by numbers.
func TestReceptionDesk(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, d := w.As("office"), desk(w)
		c := orderedOut(t, w)
		for field, with := range map[string]fields{
			"body.persons": {"persons": []string{}}, "body.point": {"point": newID()}, "body.offer": {"offer": newID()}, "body.days": {"days": 91},
			"body.persons[1]": {"persons": []string{c.members[0], c.members[0]}}, "body.extra[0].name": {"extra": []fields{{"name": ""}}},
			"body.extra[0].phone": {"extra": []fields{{"name": "赵", "phone": "电话"}}}, "body.cars[0].colour": {"cars": []fields{{"plate": "渝B·00082", "colour": "pink"}}},
			"body.vehicles[0]": {"vehicles": []string{newID()}}, "body.items[0]": {"items": []fields{{"kind": "spaceship", "count": 1}}},
		} {
			d.Post("/incidents/"+c.incident+"/parties", arrival(w, c, with)).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		w.As("zonghe").Post("/incidents/"+c.incident+"/parties", arrival(w, c, nil)).Refused(http.StatusForbidden, "forbidden")
		guard(w, "gate", apptest.Qijiang).Post("/incidents/"+c.incident+"/parties", arrival(w, c, nil)).Refused(http.StatusNotFound, "not_found")

		find := func(q string) api.FoundOut {
			return apptest.Read[api.FoundOut](seek(d, "/incidents/"+c.incident+"/arrivals?q="+q).Want(http.StatusOK))
		}
		pass := issued(office, fields{
			"id": newID(), "offer": c.offer.ID, "vehicle": c.car, "purpose": "rescue", "crew": 3, "route": "渝黔高速", "outFrom": w.Now(), "outTo": w.Now().Add(time.Hour),
			"backFrom": w.Now(), "backTo": w.Now().Add(48 * time.Hour),
		})
		for _, q := range []string{c.offer.Number, strings.ToLower(c.offer.Order.Number), pass.Number, pass.Plate, pass.Code, c.offer.TeamName} {
			if f := find(url.QueryEscape(q)); len(f.Expected) != 1 || f.Expected[0].Offer != c.offer.ID {
				t.Errorf("%s leads to %+v", q, f)
			}
		}
		if f := find("DD-A9999"); len(f.Expected)+len(f.Parties) != 0 {
			t.Errorf("nothing leads to %+v", f)
		}
		p := received(d, c.incident, arrival(w, c, nil))
		if f := find(url.QueryEscape(pass.Code)); len(f.Expected) != 0 || len(f.Parties) != 1 || f.Parties[0].ID != p.ID {
			t.Errorf("who is here: %+v", f)
		}

		staging := newID()
		point := func(with fields) fields {
			return merge(fields{"id": staging, "kind": "staging", "name": "北渡集结区", "place": "500110001", "contact": "023-00000110", "where": fields{"lon": 106.65, "lat": 29.02}}, with)
		}
		add := "/incidents/" + c.incident + "/points"
		d.Post(add, point(nil)).Refused(http.StatusForbidden, "forbidden")
		office.Post(add, point(fields{"place": xishui})).Want(http.StatusUnprocessableEntity).Names("body.place", "outside")
		office.Post(add, point(fields{"kind": "bar"})).Want(http.StatusUnprocessableEntity).Names("body.kind", "unknown")
		office.Post(add, point(nil)).Want(http.StatusCreated)
		got := apptest.Read[api.ReceptionDesk](office.Post(add, point(nil)).Want(http.StatusCreated))
		if len(got.Points) != 2 || got.Points[1].Name != "北渡集结区" || got.Points[1].Where == nil || got.Points[1].Where.Lon != 106.65 {
			t.Errorf("points: %+v", got.Points)
		}
		at := "/points/" + staging
		office.Post(at+"/change", point(fields{"id": newID(), "version": 9})).Refused(http.StatusConflict, "version_stale")
		got = apptest.Read[api.ReceptionDesk](office.Post(at+"/change", point(fields{"id": newID(), "version": 1, "name": "北渡驻地", "kind": "base"})).Want(http.StatusOK))
		if got.Points[1].Name != "北渡驻地" || got.Points[1].Version != 2 {
			t.Errorf("changed: %+v", got.Points)
		}
		office.Post("/points/"+c.point+"/close", because("撤点")).Refused(http.StatusConflict, "point.people_there")
		office.Post(at+"/close", because("水退")).Want(http.StatusOK)
		office.Post(at+"/close", because("水退")).Refused(http.StatusConflict, "transition")
	})
}

// Of two desks that receive the same team at once, and two that let the same person in, one does.
func TestReceptionAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c, d := orderedOut(t, w), desk(w)
		all := func(say func(n int) *apptest.Answer) (well int) {
			codes := make([]int, 6)
			var wait sync.WaitGroup
			for n := range codes {
				wait.Go(func() { codes[n] = say(n).Status })
			}
			wait.Wait()
			for _, code := range codes {
				switch code {
				case http.StatusCreated, http.StatusOK:
					well++
				case http.StatusConflict, http.StatusUnprocessableEntity:
				default:
					t.Errorf("status %d", code)
				}
			}
			return well
		}
		if well := all(func(int) *apptest.Answer {
			return d.Post("/incidents/"+c.incident+"/parties", arrival(w, c, nil))
		}); well != 1 {
			t.Errorf("a team was received %d times", well)
		}
		other := received(d, c.incident, fields{"id": newID(), "point": c.point, "teamName": "车友群", "extra": []fields{{"name": "甲"}}})
		if well := all(func(n int) *apptest.Answer {
			return atParty(d, other.ID, "join", fields{"extra": []fields{{"name": "乙", "phone": "13500000001"}}})
		}); well != 1 {
			t.Errorf("a person came in %d times", well)
		}
		if p := readParty(d, other.ID); p.People != 2 {
			t.Errorf("%d are inside", p.People)
		}
	})
}
