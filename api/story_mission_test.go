package api_test

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/team"
)

// tasked is a team that is on site, ready to be given missions, with a published need.
type tasked struct {
	comer
	need  string
	party api.PartyDetail
}

func onTheSite(t *testing.T, w *apptest.World) tasked {
	t.Helper()
	c := orderedOut(t, w)
	return tasked{c, groundOf(t, w).need, received(w.As("office"), c.incident, arrival(w, c, nil))}
}

// people are the rows of those of a party who are inside.
func people(p api.PartyDetail) (ids []string) {
	for _, x := range p.Persons {
		ids = append(ids, x.ID)
	}
	return ids
}

// task is a mission as the group writes it, with what the test changes: two people and the vehicle of a team.
func task(w *apptest.World, p api.PartyDetail, with fields) fields {
	return merge(fields{
		"id": newID(), "party": p.ID, "persons": people(p)[:2], "goal": "转移一楼老人到集结点", "location": "文龙街道养老院", "hazards": "水深 0.8 米，注意高压箱变",
		"contact": "文龙街道办 023-00000130", "priority": 1, "until": w.Now().Add(3 * time.Hour),
	}, with)
}

func tell(by *apptest.Client, incident string, body fields) api.MissionDetail {
	return apptest.Read[api.MissionDetail](by.Post("/incidents/"+incident+"/missions", body).Want(http.StatusCreated))
}

func onMission(by *apptest.Client, id, verb string, with fields) *apptest.Answer {
	return by.Post("/missions/"+id+"/"+verb, merge(fields{"id": newID()}, with))
}

func missionAfter(by *apptest.Client, id, verb string, with fields) api.MissionDetail {
	return apptest.Read[api.MissionDetail](onMission(by, id, verb, with).Want(http.StatusOK))
}

func missionsOf(by *apptest.Client, incident, query string) api.MissionsOut {
	return apptest.Read[api.MissionsOut](by.Get("/incidents/" + incident + "/missions" + query).Want(http.StatusOK))
}

// A need becomes a mission of a team that is on site. Its leader takes it, says every step, reports people; the giver sends
// it back once, then confirms; people and vehicle are free, and the group hears that the need can be closed.
//
// proves: S004-56
func TestMissionFromNeedToConfirmation(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		page := lead.Live("")
		give := "/incidents/" + s.incident + "/missions"

		for field, change := range map[string]fields{
			"body.goal": {"goal": " "}, "body.location": {"location": ""}, "body.contact": {"contact": ""}, "body.priority": {"priority": 0},
			"body.until": {"until": w.Now()}, "body.persons": {"persons": []string{}}, "body.need": {"need": newID()}, "body.sector": {"sector": newID()},
			"body.party": {"party": newID()}, "body.persons[0]": {"persons": []string{newID()}}, "body.vehicles[0]": {"vehicles": []string{newID()}},
			"body.items[0]": {"items": []fields{{"kind": "boat", "count": 3}}},
		} {
			office.Post(give, task(w, s.party, change)).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		w.As("zonghe").Post(give, task(w, s.party, nil)).Refused(http.StatusForbidden, "forbidden")
		lead.Post(give, task(w, s.party, nil)).Refused(http.StatusNotFound, "not_found")
		body := task(w, s.party, fields{"need": s.need, "vehicles": []string{s.party.Rides[0].ID}, "items": []fields{{"kind": "boat", "count": 1}}})
		m := tell(office, s.incident, body)
		if again := tell(office, s.incident, body); again.Version != m.Version {
			t.Errorf("given twice: %+v", again)
		}
		if m.Number != "RW-A0001" || m.State != "given" || m.People != 2 || m.Vehicles != 1 || m.NeedRef == nil || m.NeedRef.State != "in_progress" || m.Late || m.Silent ||
			!m.Named || len(m.Persons) != 2 || m.Persons[0].Location != "文龙街道养老院" || m.Persons[0].Mission != m.ID || len(m.Rides) != 1 || m.Items[0].Count != 1 {
			t.Fatalf("given: %+v", m)
		}
		if e := next(page, m.ID); e.Str("verb") != "mission.given" {
			t.Errorf("the team learns of %+v", e)
		}
		w.As("zonghe").Get("/missions/" + m.ID).Want(http.StatusOK).Without(m.Persons[0].Name)
		w.As("nanchuan").Get("/missions/"+m.ID).Refused(http.StatusNotFound, "not_found")
		office.Post(give, task(w, s.party, fields{"persons": people(s.party)[1:], "vehicles": []string{s.party.Rides[0].ID}})).Want(http.StatusUnprocessableEntity).
			Names("body.persons[0]", "busy").Names("body.vehicles[0]", "busy")
		office.Post(give, task(w, s.party, fields{"persons": people(s.party)[2:], "items": []fields{{"kind": "boat", "count": 2}}})).Want(http.StatusUnprocessableEntity).Names("body.items[0]", "busy")

		onMission(lead, m.ID, "decline", nil).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		onMission(lead, m.ID, "cancel", fields{"reason": "x"}).Refused(http.StatusForbidden, "forbidden")
		onMission(lead, m.ID, "arrive", nil).Refused(http.StatusConflict, "transition")
		missionAfter(lead, m.ID, "accept", nil)
		onMission(lead, m.ID, "set-out", fields{"version": 1}).Refused(http.StatusConflict, "version_stale")
		w.Clock.Advance(10 * time.Minute)
		missionAfter(lead, m.ID, "set-out", nil)
		w.Clock.Advance(30 * time.Minute)
		missionAfter(office, m.ID, "arrive", nil) // the team phones
		missionAfter(lead, m.ID, "block", fields{"reason": "院门被淹"})
		missionAfter(lead, m.ID, "resume", nil)

		onMission(lead, m.ID, "progress", nil).Want(http.StatusUnprocessableEntity).Names("body.words", "missing")
		onMission(lead, m.ID, "progress", fields{"moved": -1}).Want(http.StatusUnprocessableEntity).Names("body.words", "missing")
		onMission(lead, m.ID, "progress", fields{"moved": -1, "words": "多报"}).Want(http.StatusUnprocessableEntity).Names("body.moved", "range")
		onMission(lead, m.ID, "finish", fields{"moved": -1, "words": "多报"}).Want(http.StatusUnprocessableEntity).Names("body.moved", "range")
		w.Clock.Advance(30 * time.Minute)
		said := fields{"id": newID(), "words": "全员平安", "moved": 28, "rescued": 2, "saidAt": w.Now().Add(-20 * time.Minute)}
		onMission(lead, m.ID, "progress", said).Want(http.StatusOK)
		m = missionAfter(lead, m.ID, "progress", said)
		if m.Moved != 28 || m.Rescued != 2 || len(m.Progress) != 1 || m.Progress[0].At.Sub(m.Progress[0].SaidAt) != 20*time.Minute || !m.HeardAt.Equal(m.Progress[0].SaidAt) {
			t.Fatalf("progress sent twice: %+v", m)
		}
		m = missionAfter(lead, m.ID, "finish", fields{"moved": 18, "treated": 1})
		if m.State != "done" || m.Moved != 46 || m.Treated != 1 || !slices.Equal(m.Actions, []string{"progress"}) {
			t.Errorf("done: %+v", m)
		}
		if m = missionAfter(office, m.ID, "return", fields{"reason": "二楼还有人"}); m.State != "on_scene" || m.Why != "二楼还有人" || !m.DoneAt.IsZero() {
			t.Errorf("sent back: %+v", m)
		}
		w.Clock.Advance(20 * time.Minute)
		missionAfter(lead, m.ID, "finish", nil)
		if tally := missionsOf(office, s.incident, "").Tally; tally.Done != 1 || tally.Moved != 46 || math.Abs(tally.Hours-2*80.0/60) > 1e-6 {
			t.Errorf("the tally: %+v", tally)
		}
		m = missionAfter(office, m.ID, "confirm", nil)
		if m.State != "confirmed" || !m.NeedDone || m.NeedRef.State != "in_progress" || m.Persons[0].Mission != "" || m.Persons[0].Location != "接待报备点" {
			t.Errorf("confirmed: %+v", m)
		}
		list := missionsOf(office, s.incident, "?state=ended")
		if len(list.Items) != 1 || list.Counts["confirmed"] != 1 || len(list.Closable) != 1 || list.Closable[0].ID != s.need || !list.Gives {
			t.Errorf("ended: %+v", list)
		}
		if step := apptest.Read[api.BoardOut](office.Get("/incidents/" + s.incident + "/board").Want(http.StatusOK)).Steps[5]; step.First == nil || step.First.N != 0 {
			t.Errorf("the sixth step: %+v", step)
		}
	})
}

// A mission that nobody answers is silent, then late; it is declined, given again, reassigned and cancelled, and the people
// of both teams are free whenever theirs has ended.
func TestMissionDeclinedReassignedCancelled(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		group := received(office, s.incident, fields{"id": newID(), "point": s.point, "team": enrolTeam(office, fields{"name": "桥河邻里互助队"}), "extra": []fields{{"name": "孙望舒"}, {"name": "李见山"}}})
		office.Post("/incidents/"+s.incident+"/missions", task(w, group, nil)).Refused(http.StatusConflict, "mission.party_not_ready")
		office.Post("/parties/"+group.ID+"/regularise", keep()).Want(http.StatusOK)

		m := tell(office, s.incident, task(w, s.party, nil))
		w.Clock.Advance(61 * time.Minute)
		if silent := missionsOf(office, s.incident, "?state=silent"); len(silent.Items) != 1 || !silent.Items[0].Silent || silent.Tally.Silent != 1 || silent.Tally.Late != 0 {
			t.Errorf("an hour without a word: %+v", silent)
		}
		w.Clock.Advance(2 * time.Hour)
		if late := missionsOf(office, s.incident, "?state=late"); len(late.Items) != 1 || !late.Items[0].Late || late.Tally.Late != 1 {
			t.Errorf("past its time: %+v", late)
		}
		m = missionAfter(lead, m.ID, "decline", fields{"reason": "冲锋舟故障"})
		if m.State != "declined" || m.Late || m.Silent || m.Persons[0].Mission != "" {
			t.Errorf("declined: %+v", m)
		}

		m = tell(office, s.incident, task(w, s.party, fields{"items": []fields{{"kind": "boat", "count": 2}}}))
		missionAfter(lead, m.ID, "accept", nil)
		board := apptest.Read[api.TaskBoard](office.Get("/incidents/" + s.incident + "/task-board").Want(http.StatusOK)).Items
		if len(board) != 2 || board[0].Party.ID != group.ID || board[0].Free != 2 || board[1].Free != 1 || len(board[1].Missions) != 1 || board[1].Stock[0].Taken != 2 || board[1].FreeVehicles != 1 {
			t.Errorf("the board: %+v", board)
		}
		other := fields{"reason": "路断，改由邻队", "party": group.ID, "persons": people(group), "successor": newID()}
		onMission(office, m.ID, "reassign", merge(maps.Clone(other), fields{"party": s.party.ID})).Want(http.StatusUnprocessableEntity).Names("body.party", "same")
		if was := missionAfter(office, m.ID, "reassign", other); was.State != "reassigned" || was.Why != "路断，改由邻队" || was.Successor.TeamName != "桥河邻里互助队" {
			t.Errorf("reassigned: %+v", was)
		}
		next := apptest.Read[api.MissionDetail](office.Get("/missions/" + other["successor"].(string)).Want(http.StatusOK))
		if next.State != "given" || next.Party != group.ID || next.Goal != m.Goal || next.Predecessor == nil || next.Predecessor.ID != m.ID || next.People != 2 || next.Team.ID != group.Team.ID {
			t.Errorf("the successor: %+v", next)
		}
		was := apptest.Read[api.MissionDetail](lead.Get("/missions/" + m.ID).Want(http.StatusOK))
		if was.State != "reassigned" || was.Successor == nil || was.Successor.ID != next.ID || was.Persons[0].Mission != "" {
			t.Errorf("reassigned: %+v", was)
		}
		lead.Get("/missions/"+next.ID).Refused(http.StatusNotFound, "not_found")
		for _, verb := range []string{"accept", "set-out", "arrive"} { // a group without a leader of its own phones
			missionAfter(office, next.ID, verb, nil)
		}
		if next = missionAfter(office, next.ID, "cancel", fields{"reason": "水已退"}); next.State != "cancelled" || next.Persons[0].Mission != "" {
			t.Errorf("cancelled: %+v", next)
		}
		own := apptest.Read[api.PageOf[api.MissionDetail]](lead.Get("/team/missions").Want(http.StatusOK)).Items
		if len(own) != 2 || slices.ContainsFunc(own, func(x api.MissionDetail) bool { return x.Team.ID != s.team }) {
			t.Errorf("the team sees %+v", own)
		}
	})
}

// A figure that was wrong is corrected while the mission runs, with words that say why; what a phone kept without signal
// counts also when the task has meanwhile been given to another team. What was confirmed the team corrects no more.
func TestMissionFiguresCorrectedAndLate(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		group := received(office, s.incident, fields{"id": newID(), "point": s.point, "team": enrolTeam(office, fields{"name": "桥河邻里互助队"}), "extra": []fields{{"name": "孙望舒"}}})
		office.Post("/parties/"+group.ID+"/regularise", keep()).Want(http.StatusOK)
		m := tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out", "arrive"} {
			missionAfter(lead, m.ID, verb, nil)
		}
		missionAfter(lead, m.ID, "progress", fields{"moved": 280, "words": "养老院一楼"})
		m = missionAfter(lead, m.ID, "progress", fields{"moved": -252, "words": "上次多写一个 0，实际 28 人"})
		if m.Moved != 28 || len(m.Progress) != 2 {
			t.Errorf("corrected: %+v", m)
		}
		w.Clock.Advance(20 * time.Minute)
		offline := fields{"id": newID(), "moved": 6, "words": "二楼", "saidAt": w.Now().Add(-10 * time.Minute)}
		missionAfter(office, m.ID, "reassign", fields{"reason": "联系不上", "party": group.ID, "persons": people(group), "successor": newID()})
		for range 2 {
			m = missionAfter(lead, m.ID, "progress", offline)
		}
		if m.State != "reassigned" || m.Why != "联系不上" || m.Moved != 34 || m.Silent || !slices.Equal(m.Actions, []string{"progress"}) {
			t.Errorf("said late: %+v", m)
		}
		if tally := missionsOf(office, s.incident, "").Tally; tally.Moved != 34 || tally.Running != 1 {
			t.Errorf("the tally: %+v", tally)
		}
		m = tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out", "arrive", "finish"} {
			missionAfter(lead, m.ID, verb, nil)
		}
		if m = missionAfter(lead, m.ID, "progress", fields{"rescued": 2}); m.State != "done" || m.Rescued != 2 || m.DoneAt.IsZero() {
			t.Errorf("said after it was done: %+v", m)
		}
		missionAfter(office, m.ID, "confirm", nil)
		onMission(lead, m.ID, "progress", fields{"rescued": 1}).Refused(http.StatusConflict, "transition")
	})
}

// After the confirmation it turns out to have been 28, not 280. The group that gave the mission puts it right, with a reason: history
// says both and why, board, summary and doctor follow, and the leader is told both. Once the incident is closed the figures are frozen.
func TestConfirmedFiguresArePutRight(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		m := tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out", "arrive"} {
			missionAfter(lead, m.ID, verb, nil)
		}
		onMission(office, m.ID, "correct", fields{"version": 4, "moved": -1, "reason": "多写"}).Refused(http.StatusConflict, "transition")
		missionAfter(lead, m.ID, "finish", fields{"moved": 280, "treated": 1})
		m = missionAfter(office, m.ID, "confirm", nil)
		if !slices.Equal(m.Actions, []string{"correct"}) {
			t.Errorf("of a confirmed mission the group may %v", m.Actions)
		}

		right := fields{"id": newID(), "version": m.Version, "moved": -252, "reason": "多写一个 0，经养老院核对为 28 人"}
		for field, change := range map[string]fields{"body.reason": {"reason": " "}, "body.moved": {"moved": -281}, "body.rescued": {"rescued": 100_001}} {
			onMission(office, m.ID, "correct", merge(maps.Clone(right), merge(fields{"id": newID()}, change))).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		onMission(office, m.ID, "correct", merge(maps.Clone(right), fields{"moved": 0})).Want(http.StatusUnprocessableEntity).Names("body.moved", "same")
		onMission(lead, m.ID, "correct", right).Refused(http.StatusForbidden, "forbidden")
		onMission(w.As("zonghe"), m.ID, "correct", right).Refused(http.StatusForbidden, "forbidden")
		onMission(w.As("nanchuan"), m.ID, "correct", right).Refused(http.StatusNotFound, "not_found")
		onMission(office, m.ID, "correct", merge(maps.Clone(right), fields{"version": m.Version - 1})).Refused(http.StatusConflict, "version_stale")

		w.Clock.Advance(30 * time.Minute)
		was, heard := m.Version, m.HeardAt
		for range 2 {
			m = missionAfter(office, m.ID, "correct", right)
		}
		if m.State != "confirmed" || m.Moved != 28 || m.Treated != 1 || m.Version != was+1 || !m.HeardAt.Equal(heard) || m.Silent || len(m.Progress) != 2 ||
			m.Progress[0].Moved != -252 || m.Progress[0].Words != right["reason"] {
			t.Errorf("corrected: %+v", m)
		}
		last := len(m.History) - 1
		if told := m.History[last]; told.Who != m.Progress[0].By || told.Verb != "mission.corrected" || told.Note != right["reason"] || told.SumsBefore == nil || *told.SumsBefore != (api.MissionSums{Moved: 280, Treated: 1}) ||
			told.SumsAfter == nil || *told.SumsAfter != (api.MissionSums{Moved: 28, Treated: 1}) || m.History[last-1].SumsBefore != nil {
			t.Errorf("the history: %+v", told)
		}
		onMission(office, m.ID, "correct", merge(maps.Clone(right), fields{"moved": 2})).Refused(http.StatusConflict, "id_reused")
		if n := hears(w, lead, "mission_corrected"); !contains(n.Text, "280") || !contains(n.Text, "转移 28 人") || !contains(n.Text, "救治 1 人") || !contains(n.TextEn, "280 moved") {
			t.Errorf("the leader is told %+v", n)
		}
		if own := apptest.Read[api.PageOf[api.MissionDetail]](lead.Get("/team/missions").Want(http.StatusOK)).Items; own[0].Moved != 28 || own[0].History[last].SumsBefore.Moved != 280 || len(own[0].Actions) != 0 {
			t.Errorf("the leader reads %+v", own)
		}
		if tally := missionsOf(office, s.incident, "").Tally; tally.Moved != 28 {
			t.Errorf("the tally: %+v", tally)
		}
		if f := readSummary(office, s.incident).Figures; figure(t, f, "missions.moved") != 28 || figure(t, f, "missions.treated") != 1 {
			t.Errorf("the summary: %+v", f)
		}
		if _, faults, err := w.App.RecountSums(t.Context()); err != nil || len(faults) > 0 {
			t.Errorf("doctor: %v, %v", faults, err)
		}

		wave := planned(w, office, s.incident, s.party.ID)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		sheet := apptest.Read[api.DepartureSheet](office.Get("/parties/" + s.party.ID + "/departure").Want(http.StatusOK))
		office.Post("/parties/"+s.party.ID+"/check-out", counted(sheet, nil)).Want(http.StatusOK)
		office.Post("/incidents/"+s.incident+"/close", because("全部撤离")).Want(http.StatusOK)
		onMission(office, m.ID, "correct", fields{"version": m.Version, "moved": 1, "reason": "又报 1 人"}).Refused(http.StatusConflict, "incident_closed")
		if m = apptest.Read[api.MissionDetail](office.Get("/missions/" + m.ID).Want(http.StatusOK)); m.Moved != 28 || len(m.Actions) != 0 {
			t.Errorf("frozen: %+v", m)
		}
	})
}

// The group keeps sectors: each has its name once, an outline that is one, and stays open while a mission runs in it.
//
// proves: S004-80
// A team on a mission asks for what it needs: the request names the mission, and the mission the request, to whoever may
// see both.
func TestSupportOfAMission(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		lead := w.Leader("captain", s.team)
		other := w.Leader("other", w.Team(team.Team{Name: "金佛山岳队", Place: apptest.Nanchuan}))
		m := tell(office, s.incident, task(w, s.party, nil))
		ask := "/incidents/" + s.incident + "/support"
		lead.Post(ask, supportBody(s.team, fields{"mission": newID()})).Want(http.StatusUnprocessableEntity).Names("body.mission", "unknown")
		office.Post(ask, supportBody(apptest.Read[api.Me](other.Get("/session").Want(http.StatusOK)).Grants[0].Team, fields{"mission": m.ID})).
			Want(http.StatusUnprocessableEntity).Names("body.mission", "unknown")
		body := supportBody(s.team, fields{"mission": m.ID})
		for range 2 {
			r := apptest.Read[api.SupportDetail](lead.Post(ask, body).Want(http.StatusCreated))
			if r.Mission == nil || r.Mission.Number != m.Number {
				t.Fatalf("asked: %+v", r)
			}
		}
		for _, c := range []*apptest.Client{lead, office} {
			got := apptest.Read[api.MissionDetail](c.Get("/missions/" + m.ID).Want(http.StatusOK))
			if len(got.Support) != 1 || got.Support[0].ID != body["id"] || got.Support[0].State != "raised" {
				t.Errorf("the mission: %+v", got.Support)
			}
		}
		if own := apptest.Read[api.PageOf[api.MissionDetail]](lead.Get("/team/missions").Want(http.StatusOK)).Items; len(own[0].Support) != 1 {
			t.Errorf("the phone: %+v", own)
		}
		other.Get("/support/"+body["id"].(string)).Refused(http.StatusNotFound, "not_found")
	})
}

func TestSectors(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		id := newID()
		sector := func(with fields) fields {
			return merge(fields{
				"id": id, "name": "A 区（文龙沿江）", "place": "500110001", "hazards": "沿江道路塌陷", "contact": "023-00000131",
				"outline": []fields{{"lon": 106.64, "lat": 29.02}, {"lon": 106.67, "lat": 29.02}, {"lon": 106.67, "lat": 29.04}},
			}, with)
		}
		add := "/incidents/" + s.incident + "/sectors"
		list := func(a *apptest.Answer) []api.SectorOut {
			return apptest.Read[api.PageOf[api.SectorOut]](a.Want(a.Status)).Items
		}
		w.As("zonghe").Post(add, sector(nil)).Refused(http.StatusForbidden, "forbidden")
		office.Post(add, sector(fields{"outline": []fields{{"lon": 106.64, "lat": 29.02}}})).Want(http.StatusUnprocessableEntity).Names("body.outline", "ring")
		office.Post(add, sector(fields{"place": xishui})).Want(http.StatusUnprocessableEntity).Names("body.place", "outside")
		office.Post(add, sector(nil)).Want(http.StatusCreated)
		if got := list(office.Post(add, sector(nil)).Want(http.StatusCreated)); len(got) != 1 || got[0].Name != "A 区（文龙沿江）" || len(got[0].Outline) != 3 {
			t.Fatalf("sectors: %+v", got)
		}
		office.Post(add, sector(fields{"id": newID()})).Want(http.StatusUnprocessableEntity).Names("body.name", "taken")
		crossed := []fields{{"lon": 106.64, "lat": 29.02}, {"lon": 106.67, "lat": 29.04}, {"lon": 106.67, "lat": 29.02}, {"lon": 106.64, "lat": 29.04}}
		office.Post(add, sector(fields{"id": newID(), "name": "C 区", "outline": crossed})).Want(http.StatusUnprocessableEntity).Names("body.outline", "ring")
		office.Post(add, sector(fields{"id": newID(), "name": "B 区"})).Want(http.StatusCreated)
		at := "/sectors/" + id
		far := []fields{{"lon": 106.64, "lat": 29.02}, {"lon": 107.39, "lat": 29.70}, {"lon": 106.67, "lat": 29.04}} // 涪陵
		if got := list(office.Post(at+"/change", sector(fields{"id": newID(), "version": 1, "outline": far})).Want(http.StatusOK)); got[0].Outside != 1 || got[1].Outside != 0 {
			t.Errorf("a corner beyond the incident is a warning: %+v", got)
		}
		office.Post(at+"/change", sector(fields{"id": newID(), "version": 2, "name": "B 区"})).Want(http.StatusUnprocessableEntity).Names("body.name", "taken")
		office.Post(at+"/change", sector(fields{"id": newID(), "version": 9})).Refused(http.StatusConflict, "version_stale")
		office.Post(at+"/change", sector(fields{"id": newID(), "version": 2, "name": "甲区", "outline": []fields{}})).Want(http.StatusOK)

		m := tell(office, s.incident, task(w, s.party, fields{"sector": id, "location": ""}))
		if m.SectorName != "甲区" || m.Location != "甲区" || m.Place.Code != "500110001" {
			t.Errorf("in the sector: %+v", m)
		}
		if got := list(w.As("baozhang").Get(add).Want(http.StatusOK)); got[0].Missions != 1 || got[0].People != 2 {
			t.Errorf("what runs there: %+v", got[0])
		}
		office.Post(at+"/close", because("水退")).Refused(http.StatusConflict, "sector.missions_there")
		missionAfter(office, m.ID, "cancel", fields{"reason": "水退"})
		if got := list(office.Post(at+"/close", because("水退")).Want(http.StatusOK)); got[1].Open || got[1].ID != id {
			t.Errorf("closed: %+v", got)
		}
		office.Post("/incidents/"+s.incident+"/missions", task(w, s.party, fields{"sector": id})).Want(http.StatusUnprocessableEntity).Names("body.sector", "unknown")
	})
}

// Of those who give the same people, or the last boats, to several missions at once, one does.
func TestOneMissionPerPersonAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
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
		give := "/incidents/" + s.incident + "/missions"
		if well := all(func(int) *apptest.Answer {
			return office.Post(give, task(w, s.party, fields{"persons": people(s.party)[:1], "need": s.need}))
		}); well != 1 {
			t.Errorf("a person has %d missions", well)
		}
		m := missionsOf(office, s.incident, "").Items
		if len(m) != 1 || readParty(office, s.party.ID).Busy != 1 {
			t.Fatalf("missions: %+v", m)
		}
		missionAfter(office, m[0].ID, "accept", nil)
		if well := all(func(int) *apptest.Answer { return onMission(office, m[0].ID, "set-out", fields{"version": 2}) }); well != 1 {
			t.Errorf("a team set out %d times", well)
		}
		boats := []fields{{"kind": "boat", "count": 2}}
		if well := all(func(n int) *apptest.Answer {
			return office.Post(give, task(w, s.party, fields{"persons": people(s.party)[1+n%2:][:1], "items": boats}))
		}); well != 1 {
			t.Errorf("two boats went to %d missions", well)
		}
	})
}
