package api_test

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func verbsOf(history []api.History) (verbs []string) {
	for _, h := range history {
		verbs = append(verbs, h.Verb)
	}
	return verbs
}

// When the last mission of a need ends undone, the need goes back to where it was, with a row in its history, and waits for
// the coordination group, which is led to exactly that mission.
//
// proves: S004-56
func TestNeedGoesBackWithItsLastMission(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		give := func(who []string) api.MissionDetail {
			return tell(office, s.incident, task(w, s.party, fields{"need": s.need, "persons": who}))
		}
		one, two := give(people(s.party)[:1]), give(people(s.party)[1:2])
		missionAfter(office, one.ID, "cancel", fields{"reason": "道路中断"})
		if n := readNeed(t, office, s.need); n.State != "in_progress" {
			t.Errorf("another mission goes on: %s", n.State)
		}
		if x := todo(office, "needs_undone", s.incident); x.Count != 0 {
			t.Errorf("nothing is undone yet: %+v", x)
		}
		missionAfter(lead, two.ID, "decline", fields{"reason": "装备不符"})
		n := readNeed(t, office, s.need)
		if n.State != "published" || !slices.Contains(verbsOf(n.History), "need.released") {
			t.Errorf("its last mission was declined: %s %v", n.State, verbsOf(n.History))
		}
		waits := todo(office, "needs_undone", s.incident)
		if rows := rowsAt(t, office, waits.Page); waits.Count != 1 || len(rows) != 1 || rows[0]["id"] != two.ID {
			t.Errorf("the to-do %+v leads to %v", waits, rows)
		}
		three := give(people(s.party)[:1])
		if n := readNeed(t, office, s.need); n.State != "in_progress" || todo(office, "needs_undone", s.incident).Count != 0 {
			t.Errorf("given again: %s", n.State)
		}
		for _, verb := range []string{"accept", "set-out", "arrive", "finish"} {
			missionAfter(lead, three.ID, verb, nil)
		}
		missionAfter(office, three.ID, "confirm", nil)
		four := give(people(s.party)[:1])
		missionAfter(office, four.ID, "cancel", fields{"reason": "不再需要"})
		if n := readNeed(t, office, s.need); n.State != "in_progress" {
			t.Errorf("a mission of it is done: %s", n.State)
		}
	})
}

// A need that has enough teams goes back to matched, not to published.
func TestNeedGoesBackToMatched(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		incident, office := running(t, w), w.As("office")
		need := publishedNeed(t, w, nil)
		office.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{readNeed(t, office, need).Reports[0].ID}}).Want(http.StatusOK)
		x := comes(t, w, incident, need, "南川水上队")
		if n := readNeed(t, office, need); n.State != "matched" {
			t.Fatalf("one team is enough: %s", n.State)
		}
		m := tell(office, incident, task(w, readParty(office, x.party), fields{"need": need}))
		if n := readNeed(t, office, need); n.State != "in_progress" {
			t.Fatalf("given: %s", n.State)
		}
		missionAfter(office, m.ID, "cancel", fields{"reason": "道路中断"})
		if n := readNeed(t, office, need); n.State != "matched" || !slices.Contains(verbsOf(n.History), "need.paused") {
			t.Errorf("cancelled: %s %v", n.State, verbsOf(n.History))
		}
	})
}

// Who leaves the site hurt leaves the mission, which counts its people and their hours right and keeps the trace.
func TestHurtPersonLeavesTheMission(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		m := tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out"} {
			missionAfter(office, m.ID, verb, nil)
		}
		w.Clock.Advance(time.Hour)
		hurt := fields{"presence": people(s.party)[0], "why": "injured"}
		atParty(office, s.party.ID, "person-out", hurt).Want(http.StatusOK)
		w.Clock.Advance(time.Hour)
		got := apptest.Read[api.MissionDetail](office.Get("/missions/" + m.ID).Want(http.StatusOK))
		if got.People != 1 || len(got.Persons) != 1 || got.Persons[0].ID != people(s.party)[1] || !slices.Contains(verbsOf(got.History), "mission.person_left") {
			t.Errorf("one of two was hurt: %d people, %v", got.People, verbsOf(got.History))
		}
		if tally := missionsOf(office, s.incident, "").Tally; math.Abs(tally.Hours-3) > 1e-6 {
			t.Errorf("one hour of the one and two of the other are %v", tally.Hours)
		}
		if b := boardOf(office, s.incident); len(b.Where) != 2 || b.Force.Inside != 2 {
			t.Errorf("who is where: %+v", b.Where)
		}
		missionAfter(office, m.ID, "arrive", nil)
		missionAfter(office, m.ID, "finish", nil)
		missionAfter(office, m.ID, "confirm", nil)
		w.Sound()
	})
}

// A mission that a team neither accepts nor declines stands among the unanswered orders once the limit has passed.
func TestUnacceptedMissionIsAnUnansweredOrder(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		m := tell(office, s.incident, task(w, s.party, nil))
		w.Clock.Advance(15 * time.Minute)
		if o := boardOf(office, s.incident).Orders; o.Unaccepted != 0 {
			t.Errorf("within the limit: %+v", o)
		}
		w.Clock.Advance(time.Minute)
		o := boardOf(office, s.incident).Orders
		if o.Unaccepted != 1 || len(o.Missions) != 1 || o.Missions[0].Mission != m.ID || o.Missions[0].People != 2 || o.Missions[0].Number != m.Number {
			t.Errorf("past the limit: %+v", o)
		}
		if rows := rowsAt(t, office, "/missions?figure=unaccepted&incident="+s.incident); len(rows) != 1 || rows[0]["id"] != m.ID {
			t.Errorf("its page shows %v", rows)
		}
		if duty := boardOf(w.As("qijiang"), s.incident).Orders; duty.Unaccepted != 1 || len(duty.Missions) != 0 {
			t.Errorf("a duty desk that may not see missions: %+v", duty)
		}
		setParameter(office, "mission.accept_within", "30")
		if o := boardOf(office, s.incident).Orders; o.Unaccepted != 0 {
			t.Errorf("the city has set 30 minutes: %+v", o)
		}
		setParameter(office, "mission.accept_within", "10")
		missionAfter(w.Leader("captain", s.team), m.ID, "accept", nil)
		if o := boardOf(office, s.incident).Orders; o.Unaccepted != 0 || len(o.Missions) != 0 {
			t.Errorf("accepted: %+v", o)
		}
	})
}

// Candidates for a need stand by their distance, the nearest first; where a point is missing it is not known, and last.
func TestCandidatesByDistance(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		incident, office := running(t, w), w.As("office")
		report := ask(t, w, fields{"point": fields{"lon": 106.65, "lat": 29.03, "source": "gps", "accuracy": 20}})
		need := verified(t, w.As("zonghe"), report.id, fields{"teams": 9})
		publish(w.As("zonghe"), need, instruct(t, w, w.As("zonghe"), nil)).Want(http.StatusOK)
		for _, x := range []struct {
			name     string
			lon, lat float64
		}{{"甲队", 0, 0}, {"乙队", 106.65, 30.03}, {"丙队", 106.65, 29.13}} {
			with := fields{"name": x.name, "home": "500119", "lon": x.lon, "lat": x.lat}
			offer(t, office, signup(w, muster(w, with), fields{"incident": incident, "needs": []string{need}}))
		}
		own := offer(t, office, signup(w, muster(w, fields{"name": "丁队", "home": "500119", "lon": 106.66, "lat": 29.03}), fields{"incident": incident, "needs": []string{need}}))
		o := readOffer(office, own.ID)
		if len(o.Rivals) != 3 || o.Rivals[0].TeamName != "丙队" || o.Rivals[1].TeamName != "乙队" || o.Rivals[2].TeamName != "甲队" {
			t.Fatalf("nearest first: %+v", o.Rivals)
		}
		for i, km := range []float64{11.1, 111.2} {
			if m := o.Rivals[i].Metres; m == nil || math.Abs(float64(*m)/1000-km) > 0.3 {
				t.Errorf("%s is %v away", o.Rivals[i].TeamName, m)
			}
		}
		if o.Rivals[2].Metres != nil || len(o.Matches) != 1 || o.Matches[0].Metres == nil || *o.Matches[0].Metres > 1100 {
			t.Errorf("unknown %v, own %+v", o.Rivals[2].Metres, o.Matches)
		}
	})
}

// A passage counts in one incident: of its access point, its pass, or as the guard chose; without any of them only where
// one incident alone runs at the place. Otherwise nobody guesses, and the board says how many belong to none.
//
// proves: S004-07
func TestPassagesBelongToOneIncident(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		one, gate := c.incident, guard(w, "gate", apptest.Qijiang)
		p := issued(office, passFor(w, c, nil))
		noted := func(with fields) { gate.Post("/passages", passageAt(w, with)).Want(http.StatusOK) }
		says := func(incident, congestion, unassigned string) {
			t.Helper()
			i := indicator(boardOf(office, incident), "congestion")
			if got := measured(boardOf(office, incident), "congestion"); got != congestion || input(i, "unassigned") != unassigned {
				t.Errorf("%s, %s unassigned; want %s, %s", got, input(i, "unassigned"), congestion, unassigned)
			}
			if unassigned != "no such input" && len(rowsAt(t, office, "/passes?tab=log&figure=unassigned&incident="+incident)) == 0 {
				t.Error("its page shows none")
			}
		}
		noted(nil) // only one incident runs here
		says(one, "1! 1/1 ", "no such input")
		drill := flood(t, w, office, fields{"drill": true})
		activate(office, drill).Want(http.StatusOK)
		noted(fields{"plate": "渝B·00083"}) // a drill takes nothing
		says(one, "1! 2/2 ", "no such input")

		two := flood(t, w, office, fields{"name": "綦江西部山洪"})
		activate(office, two).Want(http.StatusOK)
		noted(fields{"plate": "渝B·00084"})
		noted(fields{"plate": "渝B·00085"})
		says(one, "1! 2/2 ", "2")
		says(two, "? 0/0 unassigned", "2")
		noted(fields{"plate": "渝B·00086", "incident": two})
		says(two, "1! 1/1 ", "2")
		noted(fields{"number": p.Number, "plate": p.Plate, "verdict": "go", "direction": "in", "why": "", "incident": two}) // the pass says it
		says(one, "0.667! 2/3 ", "2")
		says(two, "1! 1/1 ", "2")
		gate.Post("/passages", passageAt(w, fields{"incident": newID()})).Want(http.StatusUnprocessableEntity).Names("body.incident", "unknown")
		if list, _ := listed(t, gate); len(list.Incidents) != 3 || slices.Index([]string{one, drill, two}, list.Incidents[0].ID) < 0 || len(list.Incidents[0].Places) == 0 {
			t.Errorf("the guard chooses among %+v", list.Incidents)
		}
	})
}

// A mission that nobody is left in, because who did it was hurt, is ended by the group: until then its team is not counted
// out and the incident not closed, or its need would be in progress with nobody there.
//
// proves: S004-82
func TestNobodyLeavesAMissionBehind(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		m := tell(office, s.incident, task(w, s.party, fields{"need": s.need, "persons": people(s.party)[:1]}))
		atParty(office, s.party.ID, "person-out", fields{"presence": people(s.party)[0], "why": "hospital"}).Want(http.StatusOK)
		wave := planned(w, office, s.incident, s.party.ID)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		x := onSite{incident: s.incident, party: s.party.ID}
		p := office.Post(x.path("/check-out"), counted(sheetOf(office, x), nil)).Refused(http.StatusConflict, "mission.runs")
		if now, ok := p.Current.(map[string]any); !ok || !slices.Equal(now["missions"].([]any), []any{m.Number}) {
			t.Errorf("what keeps it here: %+v", p.Current)
		}
		if n := readNeed(t, office, s.need); n.State != "in_progress" {
			t.Errorf("the need is %s", n.State)
		}
		missionAfter(office, m.ID, "cancel", fields{"reason": "人员受伤"})
		if n := readNeed(t, office, s.need); n.State == "in_progress" {
			t.Error("nobody works on the need")
		}
		office.Post(x.path("/check-out"), counted(sheetOf(office, x), nil)).Want(http.StatusOK)
		office.Post("/incidents/"+s.incident+"/close", because("任务完成")).Want(http.StatusOK)
	})
}

// All of a team leave hurt, one by one: their mission keeps the incident open until somebody has ended it.
//
// proves: S004-49
func TestNoMissionRunsInAClosedIncident(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		m := tell(office, s.incident, task(w, s.party, nil))
		for _, who := range people(s.party) {
			atParty(office, s.party.ID, "person-out", fields{"presence": who, "why": "injured"}).Want(http.StatusOK)
		}
		office.Post("/incidents/"+s.incident+"/close", because("任务完成")).Refused(http.StatusConflict, "mission.runs")
		missionAfter(office, m.ID, "cancel", fields{"reason": "人员受伤"})
		office.Post("/incidents/"+s.incident+"/close", because("任务完成")).Want(http.StatusOK)
		if f := apptest.Read[api.FiguresOut](office.Get("/incidents/" + s.incident + "/figures").Want(http.StatusOK)); figure(t, f, "missions.running") != 0 {
			t.Errorf("missions that run in a closed incident: %d", figure(t, f, "missions.running"))
		}
	})
}

// What was done is answered as done, however late it is sent again: the answer was lost, and the time that it named has
// passed, or the incident was closed, meanwhile.
func TestSentAgainLate(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		mission := task(w, s.party, nil)
		m := tell(office, s.incident, mission)
		plan := wavePlan(w, s.incident, nil, s.party.ID)
		office.Post("/incidents/"+s.incident+"/withdrawals", plan).Want(http.StatusCreated)
		request := supportBody(s.team, nil)
		lead.Post("/incidents/"+s.incident+"/support", request).Want(http.StatusCreated)
		c := muster(w, nil)
		sent := signup(w, c, fields{"incident": s.incident, "needs": []string{}})
		offered := offer(t, office, sent)
		w.Clock.Advance(7 * time.Hour)
		if again := offer(t, office, sent); again.ID != offered.ID {
			t.Errorf("signed up twice: %+v", again)
		}
		if again := tell(office, s.incident, mission); again.ID != m.ID || again.Version != m.Version {
			t.Errorf("given twice: %+v", again)
		}
		office.Post("/incidents/"+s.incident+"/missions", task(w, s.party, fields{"until": w.Now()})).Want(http.StatusUnprocessableEntity).Names("body.until", "range")
		office.Post("/incidents/"+s.incident+"/withdrawals", plan).Want(http.StatusCreated)
		missionAfter(office, m.ID, "cancel", fields{"reason": "收队"})
		for _, who := range people(s.party) {
			atParty(office, s.party.ID, "person-out", fields{"presence": who, "why": "rotated"}).Want(http.StatusOK)
		}
		office.Post("/incidents/"+s.incident+"/close", because("任务完成")).Want(http.StatusOK)
		lead.Post("/incidents/"+s.incident+"/support", request).Want(http.StatusCreated)
	})
}
