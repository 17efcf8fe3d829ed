package api_test

import (
	"net/http"
	"strings"
	"testing"

	"lianyuan/app/apptest"
)

// ownTeam holds that somebody is refused for belonging to the team.
func ownTeam(t *testing.T, a *apptest.Answer) {
	t.Helper()
	a.Refused(http.StatusForbidden, "own_team")
}

// Whoever joined a team on site is bound to it in this incident without being on its roster, also after having left: neither
// gives it a mission nor decides what it asks for. Who was written down by mistake was never with it.
func TestAVolunteerDoesNotDecideAboutTheHostTeam(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c, office, d := orderedOut(t, w), w.As("office"), desk(w)
		p := received(d, c.incident, arrival(w, c, fields{"persons": c.members, "vehicles": []string{}}))
		joined, mistaken := inventNumber(serial()), inventNumber(serial())
		own, other := known(w, "volunteer", joined), known(w, "namesake", mistaken)
		request := "/support/" + askSupport(office, c.incident, c.team, nil)
		give := func(by *apptest.Client) *apptest.Answer {
			return by.Post("/incidents/"+c.incident+"/missions", task(w, readParty(office, p.ID), fields{"persons": people(p)[:1]}))
		}
		row := func(name string) string {
			for _, x := range readParty(d, p.ID).Persons {
				if x.Name == name {
					return x.ID
				}
			}
			t.Fatalf("%s is not there", name)
			return ""
		}
		if f := relation(own, c.offer.ID); !f.Good {
			t.Errorf("before joining: %+v", f)
		}
		for name, number := range map[string]string{"霍惊蛰": joined, "霍春分": mistaken} {
			atParty(d, p.ID, "walk-in", fields{"person": fields{"name": name, "number": number, "post": "会驾船"}}).Want(http.StatusOK)
		}
		w.Settled()
		for _, by := range []*apptest.Client{own, other} {
			ownTeam(t, give(by))
			ownTeam(t, by.Post(request+"/route", supportStep("route")))
			if f := relation(by, c.offer.ID); f.Good || f.N != 0 {
				t.Errorf("joined: %+v", f)
			}
		}
		atParty(d, p.ID, "person-out", fields{"presence": row("霍惊蛰"), "why": "rotated"}).Want(http.StatusOK)
		atParty(d, p.ID, "person-out", fields{"presence": row("霍春分"), "why": "mistaken", "note": "登记有误"}).Want(http.StatusOK)
		w.Settled()
		ownTeam(t, give(own))
		ownTeam(t, own.Post(request+"/route", supportStep("route")))
		give(other).Want(http.StatusCreated)
		other.Post(request+"/route", supportStep("route")).Want(http.StatusOK)
	})
}

// Nobody decides about a group that they came with, though the register knows neither it nor them in it, nor about the team
// that took its people in. Another group is another matter.
func TestNobodyDecidesAboutTheGroupTheyCameWith(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c, office, d := orderedOut(t, w), w.As("office"), desk(w)
		host := received(d, c.incident, arrival(w, c, fields{"persons": c.members, "vehicles": []string{}}))
		number := inventNumber(serial())
		own := known(w, "came-along", number)
		group := func(name string, extra ...fields) string {
			return received(d, c.incident, fields{"id": newID(), "point": c.point, "teamName": name, "extra": extra, "arrivedAt": w.Now()}).ID
		}
		mine := group("沙溪车友自发救援群", fields{"name": "霍惊蛰", "number": number})
		strange := group("古剑山徒步群", fields{"name": "孙望舒"})
		w.Settled()
		why := fields{"reason": "无水域资质"}
		ownTeam(t, atParty(own, mine, "turn-back", why))
		ownTeam(t, atParty(own, mine, "join-host", fields{"host": host.ID}))
		atParty(own, strange, "turn-back", why).Want(http.StatusOK)
		give := func(by *apptest.Client) *apptest.Answer {
			return by.Post("/incidents/"+c.incident+"/missions", task(w, host, fields{"persons": people(host)[:1]}))
		}
		atParty(office, mine, "join-host", fields{"host": host.ID}).Want(http.StatusOK)
		w.Settled()
		ownTeam(t, give(own))
		give(office).Want(http.StatusCreated)
	})
}

// An offer binds the people it names, also who has left the team meanwhile and whom a later edition leaves out, and binds
// nobody in another incident.
func TestNobodyDecidesAboutAnOfferThatNamesThem(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		c, need := muster(w, fields{"home": "500119", "name": "金佛山救援队"}), publishedNeed(t, w, nil)
		number := inventNumber(serial())
		own := known(w, "named", number)
		m := someone(fields{"number": number})
		office.Post("/teams/"+c.team+"/members", m).Want(http.StatusCreated)
		named := m["id"].(string)
		insure(office, c.team, nil)
		o := offer(t, office, signup(w, c, fields{"incident": inc, "needs": []string{need}, "persons": append([]string{named}, c.members...)}))
		submit(office, o.ID, need)
		does(office, o.ID, "sign", fields{"station": 1, "result": "return", "reason": "一人另有任务"}).Want(http.StatusOK)
		again := signup(w, c, fields{"needs": []string{need}, "version": 0})
		delete(again, "team")
		does(office, o.ID, "correct", again).Want(http.StatusOK)
		office.Post("/members/"+named+"/leave", because("迁居外地")).Want(http.StatusOK)
		submit(office, o.ID, need)
		w.Settled()
		ownTeam(t, agrees(own, o.ID, 1, fields{"waiver": "本人担保"}))
		ownTeam(t, does(own, o.ID, "accept", fields{"reason": ""}))
		agrees(office, o.ID, 1, nil).Want(http.StatusOK)

		fresh := enlist(office, c.team)
		insure(office, c.team, nil)
		next := offer(t, office, signup(w, c, fields{"incident": running(t, w), "persons": []string{fresh}, "vehicles": []fields{}}))
		if f := relation(own, next.ID); !f.Good {
			t.Errorf("in another incident: %+v", f)
		}
	})
}

// A name, a plate or a number that somebody looks for travels in a header: what stands in an address is not looked for, and a
// header that cannot be read is refused.
func TestNoAddressHoldsWhatIsLookedFor(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c, office := orderedOut(t, w), w.As("office")
		found := func(a *apptest.Answer) (n int) {
			for _, rows := range []string{"items", "waiting", "expected"} {
				list, _ := a.Want(http.StatusOK).Map()[rows].([]any)
				n += len(list)
			}
			return n
		}
		for _, path := range []string{"/needs?state=all&", "/teams?", "/team-names?", "/incidents/" + c.incident + "/passes?"} {
			if all, none := found(office.Get(path+"q=no-such-one")), found(seek(office, path+"q=no-such-one")); all == 0 || none != 0 {
				t.Errorf("%s: %d by the address, %d by the header", path, all, none)
			}
		}
		at := "/incidents/" + c.incident + "/arrivals?"
		office.Get(at+"q="+c.offer.Number).Want(http.StatusUnprocessableEntity).Names("header.Search", "missing")
		if n := found(seek(office, at+"q="+c.offer.Number)); n != 1 {
			t.Errorf("%d arrive under the number", n)
		}
		office.With("Search", strings.Repeat("x", 301)).Get(at).Want(http.StatusUnprocessableEntity).Names("header.Search", "too_long")
		for _, path := range []string{"/needs", "/teams", "/team-names", "/incidents/" + c.incident + "/passes", at} {
			office.With("Search", "a%00b").Get(path).Want(http.StatusUnprocessableEntity).Names("header.Search", "shape")
		}
	})
}
