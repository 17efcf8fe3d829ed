package api_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

// A group that nobody knows and one that is not registered are never regularised; their people join a host team, with what
// they brought, and are counted there.
//
// proves: S000-13 S001-39
func TestPeopleOfAGroupThatCannotBeApprovedJoinAHost(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, d, c := w.As("office"), desk(w), orderedOut(t, w)
		host := received(d, c.incident, arrival(w, c, nil))
		unregistered := enrolTeam(office, fields{"name": "沙溪车友自发救援群", "legal": "never_registered", "level": "", "authority": ""})
		for blocked, x := range map[string]struct {
			code string
			who  fields
		}{
			"unknown_group":  {"reception.unknown_group", fields{"teamName": "乐游车友会", "extra": []fields{{"name": "孙望舒", "phone": "13700000001"}}}},
			"not_registered": {"team.not_registered", fields{"team": unregistered, "extra": []fields{{"name": "李闻笛", "phone": "13700000002"}}}},
		} {
			plate := map[string]string{"unknown_group": "渝B·00082", "not_registered": "渝B·00083"}[blocked]
			p := received(d, c.incident, merge(fields{
				"id": newID(), "point": c.point, "cars": []fields{{"plate": plate, "colour": "blue"}}, "items": []fields{{"kind": "boat", "count": 1}},
			}, x.who))
			if p.Blocked != blocked || !slices.Contains(readParty(office, p.ID).Actions, "join_host") || slices.Contains(p.Actions, "join_host") {
				t.Errorf("%s: blocked by %q, actions %v", blocked, p.Blocked, p.Actions)
			}
			atParty(office, p.ID, "regularise", keep()).Refused(http.StatusConflict, x.code)
			atParty(d, p.ID, "join-host", fields{"host": host.ID}).Refused(http.StatusForbidden, "forbidden")
			atParty(office, p.ID, "join-host", fields{"host": p.ID}).Want(http.StatusUnprocessableEntity).Names("body.host", "same")
			atParty(office, p.ID, "join-host", fields{"host": newID()}).Want(http.StatusUnprocessableEntity).Names("body.host", "unknown")
			move := fields{"id": newID(), "host": host.ID}
			before := readParty(office, host.ID)
			p = apptest.Read[api.PartyDetail](atParty(office, p.ID, "join-host", move).Want(http.StatusOK))
			atParty(office, p.ID, "join-host", move).Want(http.StatusOK)
			after := readParty(office, host.ID)
			if p.State != "checked_out" || p.People != 0 || p.Vehicles != 0 || p.Host == nil || p.Host.Number != host.Number || !p.HomeDue.IsZero() || len(p.Actions) != 1 {
				t.Errorf("the group: %+v, %v", p.PartyOut, p.Actions)
			}
			if after.People != before.People+1 || after.Vehicles != before.Vehicles+1 || after.Items[0].Came != before.Items[0].Came+1 || after.Extra != before.Extra {
				t.Errorf("the host: %+v", after.PartyOut)
			}
			atParty(office, p.ID, "undo-check-out", fields{"reason": "点错"}).Refused(http.StatusConflict, "reception.hosted")
			atParty(office, p.ID, "home", because("已回")).Refused(http.StatusConflict, "reception.hosted")
		}
		if n := apptest.Read[api.PartiesOut](d.Get("/incidents/" + c.incident + "/parties?state=all").Want(http.StatusOK)).Tally; n.Inside != 5 || n.Out != 0 || n.Unapproved != 0 {
			t.Errorf("on site: %+v", n)
		}
		inside := apptest.Read[api.InsideOut](d.Get("/incidents/" + c.incident + "/inside").Want(http.StatusOK))
		if !slices.ContainsFunc(inside.Items, func(x api.InsidePerson) bool {
			return x.Name == "李闻笛" && x.Party == host.ID && x.Kind == "walk_in"
		}) {
			t.Errorf("inside: %+v", inside.Items)
		}
		atParty(office, received(d, c.incident, fields{"id": newID(), "point": c.point, "teamName": "又一群", "extra": []fields{{"name": "甲", "phone": "13700000003"}}}).ID,
			"join-host", fields{"host": host.ID, "version": 99}).Refused(http.StatusConflict, "version_stale")
	})
}

// People without insurance stay, and go before they are signed for, when somebody answers for it; and nobody goes first
// but to save lives.
//
// proves: S004-42
func TestNobodyGoesUninsuredByAShorterWay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		c := crew{team: enrolTeam(office, fields{"home": "500119"})}
		c.members = []string{enlist(office, c.team), enlist(office, c.team)}
		o := submit(office, offer(t, office, signup(w, c, fields{"incident": inc, "needs": []string{need}, "vehicles": []fields{}, "persons": c.members[:1]})).ID, need)
		urgent := fields{"cause": "trapped", "reason": "人员被困屋顶"}
		does(office, o.ID, "deploy_first", fields{"cause": "convenient", "reason": "方便"}).Want(http.StatusUnprocessableEntity).Names("body.cause", "unknown")
		does(office, o.ID, "deploy_first", fields{"cause": "trapped", "reason": " "}).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		does(office, o.ID, "deploy_first", urgent).Want(http.StatusUnprocessableEntity).Names("body.waiver", "uninsured")
		o = apptest.Read[api.OfferDetail](does(office, o.ID, "deploy_first", merge(urgent, fields{"waiver": "市局统一投保"})).Want(http.StatusOK))
		if o.Cause != "trapped" || o.Urgent == nil || o.Waiver == nil || o.Waiver.Reason != "市局统一投保" {
			t.Errorf("deployed first: %q %+v %+v", o.Cause, o.Urgent, o.Waiver)
		}

		p := received(office, inc, fields{"id": newID(), "point": atDesk(office, inc).Points[0].ID, "team": c.team, "persons": c.members[1:], "extra": []fields{{"name": "甲", "phone": "13700000003"}}})
		if p.Bare != 2 || p.Blocked != "" {
			t.Errorf("on site: %d without insurance, %q", p.Bare, p.Blocked)
		}
		atParty(office, p.ID, "regularise", because("留用")).Want(http.StatusUnprocessableEntity).Names("body.waiver", "uninsured")
		insure(office, c.team, nil) // who is no member is not insured by it
		if p = readParty(office, p.ID); p.Bare != 1 {
			t.Errorf("of a group of two, %d are without insurance", p.Bare)
		}
		atParty(office, p.ID, "regularise", because("留用")).Want(http.StatusUnprocessableEntity).Names("body.waiver", "uninsured")
		p = apptest.Read[api.PartyDetail](atParty(office, p.ID, "regularise", keep()).Want(http.StatusOK))
		if p.State != "checked_in" || p.Waiver == nil || p.Waiver.Reason != "现场统一投保" || p.Waiver.By == "" {
			t.Errorf("kept: %+v", p.Waiver)
		}
	})
}

// both is somebody who works the coordination group's queue and leads a team.
func both(w *apptest.World, team string) *apptest.Client {
	w.Account("two-hats", "霍惊蛰")
	w.Grant("two-hats", access.Grant{Role: access.Office, Place: apptest.City})
	w.Grant("two-hats", access.Grant{Role: access.Leader, Team: team})
	return w.As("two-hats")
}

// Who belongs to a team decides nothing about it: not whether it is taken, ordered out, or may stay, and gives it no
// mission and confirms none. As its leader, or on behalf of it, the person still does what is the team's.
func TestNobodyDecidesAboutTheOwnTeam(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		c, need, o := approving(t, w, nil)
		own := both(w, c.team)
		refused := func(a *apptest.Answer) { t.Helper(); a.Refused(http.StatusForbidden, "own_team") }
		if n := readOffer(own, o.ID); slices.ContainsFunc(n.Actions, func(v string) bool { return v != "withdraw" }) {
			t.Errorf("for the own team one may %v", n.Actions)
		}
		urgent := fields{"cause": "trapped", "reason": "人员被困屋顶"}
		refused(does(own, o.ID, "accept", fields{"reason": ""}))
		refused(does(own, o.ID, "deploy_first", urgent))
		refused(does(own, o.ID, "match", fields{"needs": []string{need}}))
		does(office, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		does(office, o.ID, "deploy_first", urgent).Want(http.StatusOK)
		refused(dispatched(w, own, o.ID))
		refused(does(own, o.ID, "stand_down", fields{"reason": "不去了"}))

		point := atDesk(office, o.Incident).Points[0].ID
		p := received(own, o.Incident, fields{"id": newID(), "point": point, "team": c.team, "persons": c.members})
		refused(atParty(own, p.ID, "regularise", keep()))
		refused(atParty(own, p.ID, "turn-back", fields{"reason": "无资质"}))
		unknown := received(office, o.Incident, fields{"id": newID(), "point": point, "teamName": "某队", "extra": []fields{{"name": "甲", "phone": "13700000003"}}})
		dispatched(w, office, o.ID).Want(http.StatusOK)
		refused(atParty(own, unknown.ID, "regularise", merge(keep(), fields{"offer": o.ID})))
		if n := readParty(own, p.ID); slices.Contains(n.Actions, "regularise") || slices.Contains(n.Actions, "turn_back") {
			t.Errorf("about the own team one may %v", n.Actions)
		}
	})
}

// What was deployed first is signed for also when the team is home, or was stood down, and when the incident is closed: it
// stands among the open offers, and among those unsigned, until then.
func TestSignedForWhenTheTeamIsHome(t *testing.T) {
	for _, end := range []string{"finish", "stand_down"} {
		for _, result := range []string{"agree", "refuse"} {
			t.Run(end+" "+result, func(t *testing.T) {
				apptest.Each(t, func(t *testing.T, w *apptest.World) {
					office := w.As("office")
					_, _, o := approving(t, w, nil)
					path := "/offers/" + o.ID
					does(office, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
					does(office, o.ID, "deploy_first", fields{"cause": "trapped", "reason": "人员被困屋顶"}).Want(http.StatusOK)
					dispatched(w, office, o.ID).Want(http.StatusOK)
					if end == "finish" {
						for _, verb := range []string{"arrive", "finish"} {
							if err := offersOnSite()[verb](w, path); err != nil {
								t.Fatal(err)
							}
						}
					} else {
						does(office, o.ID, "stand_down", fields{"reason": "险情解除"}).Want(http.StatusOK)
					}
					for _, verb := range []string{"withdraw", "close"} {
						office.Post("/incidents/"+o.Incident+"/"+verb, because("险情解除")).Want(http.StatusOK)
					}
					w.Clock.Advance(2 * time.Hour)
					listed := func(query string) int {
						return len(apptest.Read[api.PageOf[api.OfferOut]](office.Get("/offers?incident=" + o.Incident + query).Want(http.StatusOK)).Items)
					}
					if n := readOffer(office, o.ID); !n.Unsigned || !n.Overdue || n.SignsAs != "officer" || !slices.Equal(n.Actions, []string{"agree", "refuse"}) {
						t.Errorf("over and unsigned: %+v, %v", n.OfferOut, n.Actions)
					}
					if listed("&state=open") != 1 || listed("&figure=unsigned") != 1 || listed("&overdue=true") != 1 || todo(office, "sign", "").Count != 1 {
						t.Error("it is not listed as unsigned")
					}
					does(office, o.ID, "sign", fields{"station": 1, "result": result, "reason": "补记"}).Want(http.StatusOK)
					n := readOffer(office, o.ID)
					if n.Unsigned || n.Overdue || n.State != map[string]string{"finish": "finished", "stand_down": "stood_down"}[end] || n.Path[0].Reason != "补记" || len(n.Actions) != 0 {
						t.Errorf("signed after: %+v, %v", n.OfferOut, n.Actions)
					}
					if listed("&state=open") != 0 || todo(office, "sign", "").Count != 0 {
						t.Error("it waits still")
					}
					does(office, o.ID, "sign", fields{"station": 1, "result": "agree"}).Refused(http.StatusConflict, "deployment.station_not_open")
				})
			})
		}
	}
}

// What was delivered is confirmed or disputed by the team that asked, or for it by the coordination group; never by the
// support group, nor by who wrote it down, whatever else they may do.
//
// proves: S004-57
func TestWhoDeliversDoesNotConfirm(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, support := w.As("office"), w.As("baozhang")
		incident, of := running(t, w), enrolTeam(office, nil)
		approveRoster(t, w, office, incident)
		path := "/support/" + askSupport(office, incident, of, nil)
		support.Post(path+"/route", supportStep("route")).Want(http.StatusOK)
		support.Post(path+"/complete", because("")).Want(http.StatusOK)
		for _, verb := range []string{"confirm", "dispute", "miss"} {
			support.Post(path+"/"+verb, supportStep(verb)).Refused(http.StatusForbidden, "handover.not_your_group")
		}
		if n := apptest.Read[api.SupportDetail](support.Get(path).Want(http.StatusOK)); len(n.Actions) != 0 {
			t.Errorf("who delivered may %v", n.Actions)
		}
		r := apptest.Read[api.SupportDetail](w.As("xietiao").Post(path+"/dispute", supportStep("dispute")).Want(http.StatusOK))
		if r.State != "supplying" || r.Settled == nil || !r.Settled.OnBehalf || r.Settled.By == "" {
			t.Errorf("disputed for the team: %+v", r.Settled)
		}
		office.Post(path+"/complete", because("")).Want(http.StatusOK)
		office.Post(path+"/confirm", because("")).Refused(http.StatusForbidden, "support.own_delivery")
		own := both(w, of)
		own.Post(path+"/complete", because("")).Refused(http.StatusForbidden, "own_team")
		r = apptest.Read[api.SupportDetail](own.Post(path+"/confirm", because("")).Want(http.StatusOK))
		if r.State != "confirmed" || r.Settled.OnBehalf {
			t.Errorf("confirmed by the team: %+v", r.Settled)
		}
	})
}

// A mission is confirmed by its giver, or by another of the group who stands in, as is on record; who belongs to the team
// neither gives nor confirms nor ends it.
//
// proves: S004-56
func TestWhoDidTheMissionDoesNotConfirmIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		own := both(w, s.team)
		refused := func(a *apptest.Answer) { t.Helper(); a.Refused(http.StatusForbidden, "own_team") }
		refused(own.Post("/incidents/"+s.incident+"/missions", task(w, s.party, nil)))
		m := tell(office, s.incident, task(w, s.party, nil))
		refused(onMission(own, m.ID, "cancel", fields{"reason": "不去了"}))
		for _, verb := range []string{"accept", "set-out", "arrive", "finish"} {
			missionAfter(own, m.ID, verb, nil)
		}
		refused(onMission(own, m.ID, "confirm", nil))
		refused(onMission(own, m.ID, "return", fields{"reason": "再看看"}))
		if done := missionAfter(stores(w), m.ID, "confirm", nil); done.State != "confirmed" || !done.StandsIn || done.ConfirmedBy != "仓小满" {
			t.Errorf("confirmed by %q, standing in: %v", done.ConfirmedBy, done.StandsIn)
		}
		m = tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out", "arrive", "finish"} {
			missionAfter(own, m.ID, verb, nil)
		}
		if done := missionAfter(office, m.ID, "confirm", nil); done.StandsIn || done.ConfirmedBy != "秦可舟" {
			t.Errorf("confirmed by its giver: %q, %v", done.ConfirmedBy, done.StandsIn)
		}
	})
}

// A person is in one place however the desk writes them down: by paper or by phone, with +86 and blanks or without. Who shows
// neither is known by the name, and a second of that name takes somebody who has made sure; two who show papers may share
// a phone.
//
// proves: S004-79
func TestOnePlaceHoweverAPersonIsWrittenDown(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		d, c := desk(w), orderedOut(t, w)
		host := received(d, c.incident, arrival(w, c, nil))
		comes := func(person fields) *apptest.Answer {
			return atParty(d, host.ID, "join", fields{"extra": []fields{person}})
		}
		twice := func(code string, person fields) {
			t.Helper()
			comes(person).Want(http.StatusUnprocessableEntity).Names("body.extra[0]", code)
		}
		number, other := inventNumber(serial()), inventNumber(serial())
		comes(fields{"name": "孙望舒", "phone": "+86 137 0000 0001"}).Want(http.StatusOK)
		twice("inside", fields{"name": "孙望舒", "phone": "13700000001"})
		twice("inside", fields{"name": "孙望舒", "phone": "86-13700000001"})
		twice("same_phone", fields{"name": "孙望舒", "phone": "13700000001", "number": number})

		comes(fields{"name": "李闻笛", "phone": "13700000002", "number": number}).Want(http.StatusOK)
		twice("inside", fields{"name": "李闻笛", "number": number})
		twice("same_phone", fields{"name": "李闻笛", "phone": "+8613700000002"})
		comes(fields{"name": "李闻笛之妻", "phone": "13700000002", "number": other}).Want(http.StatusOK)
		comes(fields{"name": "李闻笛之子", "phone": "13700000002", "apart": true}).Want(http.StatusOK)

		comes(fields{"name": "陈岸"}).Want(http.StatusOK)
		twice("namesake", fields{"name": "陈岸"})
		comes(fields{"name": "陈岸", "apart": true}).Want(http.StatusOK)
		walk := func(person fields) *apptest.Answer { return atParty(d, host.ID, "walk-in", fields{"person": person}) }
		walk(fields{"name": "何汀"}).Want(http.StatusUnprocessableEntity).Names("body.person.phone", "missing")
		walk(fields{"name": "孙望舒", "phone": "137 0000 0001"}).Want(http.StatusUnprocessableEntity).Names("body.person", "inside")
		p := apptest.Read[api.PartyDetail](walk(fields{"name": "何汀", "apart": true}).Want(http.StatusOK))
		known := map[string]int{}
		for _, x := range p.Persons {
			known[x.Known]++
		}
		if known["paper"] != 5 || known["phone"] != 1 || known["name"] != 1 || known["apart"] != 3 || p.People != 10 {
			t.Errorf("%d people are known by %v", p.People, known)
		}

		// the register knows the phone of a member, and the paper that is no resident card
		office := w.As("office")
		team := enrolTeam(office, nil)
		office.Post("/teams/"+team+"/members", someone(fields{"name": "吴越", "phone": "13700000004"})).Want(http.StatusCreated)
		office.Post("/teams/"+team+"/members", someone(fields{"name": "郑行", "phone": "", "paper": "passport", "number": "E12345678"})).Want(http.StatusCreated)
		q := received(d, c.incident, fields{"id": newID(), "point": c.point, "team": team, "extra": []fields{{"name": "吴越", "phone": "+8613700000004"}, {"name": "郑行", "number": "e12345678"}}})
		if q.Persons[0].Member == "" || q.Persons[1].Member == "" || q.Persons[0].Known != "paper" {
			t.Errorf("members: %+v", q.Persons)
		}

		// who is on the register comes after somebody who gave the same phone and no paper: the desk looks, and says so
		late := newID()
		office.Post("/teams/"+team+"/members", someone(fields{"id": late, "name": "周砚", "phone": "13700000001"})).Want(http.StatusCreated)
		joins := func(with fields) *apptest.Answer {
			return atParty(d, q.ID, "join", merge(fields{"persons": []string{late}}, with))
		}
		joins(nil).Want(http.StatusUnprocessableEntity).Names("body.persons[0]", "same_phone")
		joins(fields{"apart": []string{late}}).Want(http.StatusOK)
	})
}

// Of desks that let the same person in at once, one by the paper and one by the phone, one does.
func TestOnePlaceAtOnceByPaperAndByPhone(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		d, c := desk(w), orderedOut(t, w)
		host := received(d, c.incident, arrival(w, c, nil))
		for n := range 4 {
			phone := "1370000010" + string(rune('0'+n))
			ways := []fields{{"name": "孙望舒", "phone": phone}, {"name": "孙望舒", "phone": "+86" + phone, "number": inventNumber(serial())}}
			codes := make([]int, len(ways))
			var all sync.WaitGroup
			for i, person := range ways {
				all.Go(func() { codes[i] = atParty(d, host.ID, "join", fields{"extra": []fields{person}}).Status })
			}
			all.Wait()
			slices.Sort(codes)
			if !slices.Equal(codes, []int{http.StatusOK, http.StatusUnprocessableEntity}) {
				t.Errorf("the answers are %v", codes)
			}
		}
	})
}

// When an approval is overdue twice the level above hears of it and has it to do. What an authority decides that does not
// sign here waits for the coordination group, which hears of it when its turn comes.
//
// proves: S001-38
func TestEscalationReachesThoseAbove(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, officer := w.As("office"), bureau(w, "officer", apptest.Qijiang)
		inc := running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		o := submit(office, offer(t, office, signup(w, muster(w, nil), fields{"incident": inc, "needs": []string{need}})).ID, need)
		hears(w, officer, "sign_waiting")
		w.Clock.Advance(31 * time.Minute)
		hears(w, officer, "sign_overdue")
		if n := todo(office, "sign_above", ""); n.Count != 0 {
			t.Errorf("too early above: %+v", n)
		}
		w.Clock.Advance(30 * time.Minute)
		if n := hears(w, office, "sign_escalated"); !contains(n.Text, o.Number) {
			t.Errorf("above: %+v", n)
		}
		if n := todo(office, "sign_above", ""); n.Count != 1 || n.Late != 1 {
			t.Errorf("to do above: %+v", n)
		}
		if n := todo(officer, "sign_above", ""); n.Count != 0 {
			t.Errorf("the station itself: %+v", n)
		}
		agrees(office, o.ID, 1, nil).Want(http.StatusOK)
		if n := todo(office, "sign_above", ""); n.Count != 0 {
			t.Errorf("when it is signed: %+v", n)
		}

		approveRoster(t, w, office, inc)
		group := w.As("xietiao")
		far := submit(office, offer(t, office, signup(w, muster(w, fields{"home": xishui, "name": "习水娄山应急救援队"}), fields{"incident": inc, "needs": []string{need}})).ID, need)
		if n := hears(w, group, "sign_waiting"); !contains(n.Text, far.Number) {
			t.Errorf("to record: %+v", n)
		}
		if n := todo(group, "sign_record", inc); n.Count != 1 || n.Late != 0 {
			t.Errorf("to do: %+v", n)
		}
		w.Clock.Advance(3 * time.Hour)
		hears(w, group, "sign_overdue")
		if n := todo(group, "sign_record", inc); n.Late != 1 {
			t.Errorf("late: %+v", n)
		}
		for station := range 2 {
			does(group, far.ID, "sign-for", fields{"station": station + 1, "result": "agree", "decision": fields{
				"id": newID(), "decidedBy": "值班室", "how": "system", "decidedAt": w.Now(), "reference": "XT-1",
			}}).Want(http.StatusOK)
		}
		if n := todo(group, "sign_record", inc); n.Count != 0 {
			t.Errorf("recorded: %+v", n)
		}
	})
}

// Of a closed incident what was decided about a report stays decided: it is neither taken up again nor taken out of the one it
// was merged into. What was not decided is decided still, and a new cry for help is taken.
//
// proves: S004-49
func TestDecidedReportsOfAClosedIncidentStay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		decided, follows, open := ask(t, w, nil), ask(t, w, fields{"phone": phone2}), ask(t, w, fields{"text": "桥头还有人"})
		join := func(reports ...string) {
			office.Post("/incidents/"+inc+"/reports", fields{"id": newID(), "reports": reports}).Want(http.StatusOK)
		}
		join(decided.id, follows.id, open.id)
		look(t, office, open.id)
		look(t, office, decided.id)
		office.Post("/reports/"+follows.id+"/merge", into(decided.id)).Want(http.StatusOK)
		decide(t, office, decided.id, fields{"outcome": "false"})
		may := func(report string) []string { return readReport(t, office, report).Actions }
		if !slices.Contains(may(decided.id), "reopen") || !slices.Contains(may(follows.id), "unmerge") {
			t.Errorf("while it runs: %v, %v", may(decided.id), may(follows.id))
		}
		for _, verb := range []string{"withdraw", "close"} {
			office.Post("/incidents/"+inc+"/"+verb, because("险情解除")).Want(http.StatusOK)
		}
		office.Post("/reports/"+decided.id+"/reopen", because("有新情况")).Refused(http.StatusConflict, "incident_closed")
		office.Post("/reports/"+follows.id+"/unmerge", because("不是一事")).Refused(http.StatusConflict, "incident_closed")
		if slices.Contains(may(decided.id), "reopen") || slices.Contains(may(follows.id), "unmerge") {
			t.Errorf("when it is closed: %v, %v", may(decided.id), may(follows.id))
		}
		decide(t, office, open.id, fields{"outcome": "verified", "need": draft(nil)})
		fresh := ask(t, w, fields{"text": "又有人被困"})
		look(t, office, fresh.id)
		decide(t, office, fresh.id, fields{"outcome": "verified", "need": draft(nil)})
	})
}

// What cannot be done in the present state says which state that is and what is possible; what is stale says what stands
// there now.
func TestConflictsSayHowThingsAre(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, g := w.As("office"), groundOf(t, w)
		party := strings.TrimPrefix(partyAfter("turn_back", "check_out")(t, w), "/parties/")
		for _, verb := range []string{"join", "person-back"} {
			body := map[string]fields{"join": {"extra": []fields{{"name": "某人"}}}, "person-back": {"presence": readParty(office, party).Persons[0].ID}}[verb]
			p := atParty(office, party, verb, body).Refused(http.StatusConflict, "transition")
			now, _ := p.Current.(map[string]any)
			if !slices.Equal(p.Possible, []string{"undo_check_out", "arrive_home"}) || now["state"] != "checked_out" {
				t.Errorf("%s: possible %v, now %v", verb, p.Possible, p.Current)
			}
		}
		item := func(version int) *apptest.Answer {
			return office.Post("/teams/"+g.team+"/equipment", fields{"id": newID(), "kind": "boat", "count": 3, "usable": 2, "version": version})
		}
		item(0).Want(http.StatusOK)
		if now, _ := item(9).Refused(http.StatusConflict, "version_stale").Current.(map[string]any); now["version"] != 1.0 || now["usable"] != 2.0 {
			t.Errorf("what stands there now: %v", now)
		}
		point := atDesk(office, g.incident).Points[0]
		office.Post("/incidents/"+g.incident+"/points", fields{"id": newID(), "kind": "base", "name": "营地", "place": "500110", "version": 0}).Want(http.StatusCreated)
		other := atDesk(office, g.incident).Points[1]
		office.Post("/points/"+other.ID+"/close", because("撤点")).Want(http.StatusOK)
		if now, _ := office.Post("/points/"+other.ID+"/close", because("撤点")).Refused(http.StatusConflict, "transition").Current.(map[string]any); now["open"] != false {
			t.Errorf("a closed point beside %s: %v", point.Name, now)
		}
	})
}
