package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// setting sets a parameter for Chongqing.
func setting(by *apptest.Client, key, value string) *apptest.Answer {
	return by.Post("/parameters", fields{"id": newID(), "key": key, "place": "50", "value": value, "source": "市级方案"})
}

// The groups that a mechanism forms on activation are a parameter: only they have seats, and only they need people before
// the roster is submitted. What counted on activation goes on counting.
//
// proves: S004-21
func TestGroupsFormedOnActivation(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		found(t, office, "50")
		setting(office, "coord.groups", "综合/宣传").Want(http.StatusUnprocessableEntity).Names("body.value", "unknown")
		setting(office, "coord.groups", "保障/综合").Want(http.StatusNoContent)
		incident := flood(t, w, office, nil)
		activate(office, incident).Want(http.StatusOK)
		w.Clock.Advance(time.Minute)
		setting(office, "coord.groups", "综合/协调/保障").Want(http.StatusNoContent)
		if i := readIncident(t, office, incident); len(i.Seats) == 0 || slices.ContainsFunc(i.Seats, func(s api.SeatOut) bool { return s.Group == "coordination" }) {
			t.Errorf("the seats are %+v", i.Seats)
		}
		people := slices.DeleteFunc(three(nil), func(p fields) bool { return p["group"] == "coordination" })
		saveRoster(office, incident, 0, people[:1]).Want(http.StatusOK)
		version := func() int64 { return readIncident(t, office, incident).Open.Version }
		submit := func() *apptest.Answer {
			return submitRoster(office, incident, version())
		}
		submit().Refused(http.StatusConflict, "roster.group_empty")
		saveRoster(office, incident, version(), people).Want(http.StatusOK)
		submit().Want(http.StatusOK)
	})
}

// From how many teams on a working group of the upper level is suggested is a parameter; unset, it suggests none.
//
// proves: S004-46
func TestTeamsSuggestAWorkingGroup(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		setting(office, "coord.escalation.teams", "若干").Want(http.StatusUnprocessableEntity).Names("body.value", "number_expected")
		setting(office, "coord.escalation.teams", "1").Want(http.StatusNoContent)
		if got := readIncident(t, office, c.incident).Escalate; len(got) != 0 {
			t.Errorf("before any team was sent: %v", got)
		}
		office.Post("/offers/"+c.offer+"/order", offerWords(t, w, "order")).Want(http.StatusOK)
		if got := readIncident(t, office, c.incident).Escalate; !slices.Equal(got, []string{"coord.escalation.teams=1"}) {
			t.Errorf("with one team sent: %v", got)
		}
		w.Clock.Advance(time.Minute)
		setting(office, "coord.escalation.teams", "2").Want(http.StatusNoContent)
		if got := readIncident(t, office, c.incident).Escalate; len(got) != 0 {
			t.Errorf("below the number: %v", got)
		}
	})
}

// A unit names one liaison officer; where a place asks for none, none is missing.
//
// proves: S004-19
func TestLiaisonPerUnit(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		id := found(t, office, "50")
		missing := func() int {
			return apptest.Read[api.MechanismDetail](office.Get("/mechanisms/" + id).Want(http.StatusOK)).Without
		}
		if missing() == 0 {
			t.Fatal("no unit lacks an officer")
		}
		setting(office, "coord.liaison_per_unit", "2").Want(http.StatusUnprocessableEntity).Names("body.value", "unknown")
		setting(office, "coord.liaison_per_unit", "0").Want(http.StatusNoContent)
		if n := missing(); n != 0 {
			t.Errorf("%d units lack an officer where none is asked for", n)
		}
	})
}

// How long a pass and a wave of withdrawal may last, how many passes are downloaded at once, and how often somebody tries to
// sign in are parameters.
//
// proves: S003-13
func TestLimitsAreParameters(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 2)
		for _, v := range c.vehicles {
			issued(office, passFor(w, c, fields{"vehicle": v, "outTo": w.Now().Add(20 * time.Minute), "backTo": w.Now().Add(30 * time.Minute)}))
		}
		papers := func() *apptest.Answer { return office.Get("/incidents/" + c.incident + "/passes/paper") }
		papers().Want(http.StatusOK)
		setting(office, "pass.papers_most", "0").Want(http.StatusUnprocessableEntity).Names("body.value", "range")
		setting(office, "pass.papers_most", "1").Want(http.StatusNoContent)
		papers().Refused(http.StatusConflict, "pass.many_papers")
		setting(office, "pass.papers_per_minute", "2").Want(http.StatusNoContent)
		papers().Want(http.StatusTooManyRequests)

		w.Clock.Advance(time.Hour)
		setting(office, "pass.window_most", "1.5").Want(http.StatusNoContent)
		office.Post("/passes", passFor(w, c, nil)).Want(http.StatusUnprocessableEntity).Names("body.backTo", "too_long")
		p := issued(office, passFor(w, c, fields{"backTo": w.Now().Add(30 * time.Hour)}))
		back := fields{"id": newID(), "version": 0, "from": w.Now(), "to": w.Now().Add(37 * time.Hour)}
		office.Post("/passes/"+p.ID+"/return", back).Want(http.StatusUnprocessableEntity).Names("body.to", "too_long")

		plan := fields{
			"id": newID(), "parties": []string{newID()}, "reason": "任务完成", "point": newID(), "from": w.Now(), "to": w.Now().Add(30 * time.Hour), "route": "渝黔高速", "contact": "023-00000110",
		}
		setting(office, "reception.wave_window_most", "1").Want(http.StatusNoContent)
		office.Post("/incidents/"+c.incident+"/withdrawals", plan).Want(http.StatusUnprocessableEntity).Names("body.to", "too_long")

		setting(office, "access.tries_per_minute", "1").Want(http.StatusNoContent)
		wrong := fields{"login": "nobody", "password": "wrong"}
		office.Post("/session", wrong)
		office.Post("/session", wrong).Want(http.StatusTooManyRequests)
	})
}
