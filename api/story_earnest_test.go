package api_test

import (
	"net/http"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// exercised writes a call down in a drill and is its report.
func exercised(desk *apptest.Client, drill string) string {
	c := call(fields{"incident": drill})
	desk.Post("/reports", c).Want(http.StatusCreated)
	return c["id"].(string)
}

// A cry for help never follows an exercise, and nothing in earnest is founded on one: neither by merging, nor by a need
// that answers both, nor by an area that is taken into a drill at one stroke.
func TestNoCryFollowsADrill(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, desk := w.As("office"), w.As("zonghe")
		found(t, office, "50")
		drill := flood(t, w, office, fields{"drill": true})
		activate(office, drill).Want(http.StatusOK)
		exercise, cry := exercised(desk, drill), ask(t, w, nil)

		desk.Post("/reports/"+cry.id+"/merge", into(exercise)).Want(http.StatusUnprocessableEntity).Names("body.into", "drill")
		desk.Post("/reports/"+exercise+"/merge", into(cry.id)).Want(http.StatusUnprocessableEntity).Names("body.into", "drill")
		rehearsed, other := verified(t, desk, exercise, nil), exercised(desk, drill)
		joins := func(report, need string) {
			t.Helper()
			look(t, desk, report)
			desk.Post("/reports/"+report+"/outcome", fields{"id": newID(), "version": 0, "outcome": "verified", "join": need}).
				Want(http.StatusUnprocessableEntity).Names("body.join", "drill")
		}
		joins(cry.id, rehearsed)
		joins(other, verified(t, desk, ask(t, w, nil).id, nil))
		office.Post("/incidents/"+drill+"/reports", fields{"id": newID(), "area": "500110"}).Want(http.StatusUnprocessableEntity).Names("body.area", "drill")
		if r := readReport(t, desk, cry.id); r.Drill || r.Stage != "verifying" {
			t.Errorf("the cry for help: drill %t, %s", r.Drill, r.Stage)
		}
	})
}

// A drill works on nothing in earnest: neither an offer nor a mission of it names such a need, and who signs up for the need
// alone comes to no drill.
func TestADrillWorksOnNothingInEarnest(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		found(t, office, "50")
		drill := flood(t, w, office, fields{"drill": true})
		activate(office, drill).Want(http.StatusOK)
		need, c := publishedNeed(t, w, nil), muster(w, nil)
		lead := w.Leader("captain", c.team)

		lead.Post("/offers", signup(w, c, fields{"incident": drill, "needs": []string{need}})).Want(http.StatusUnprocessableEntity).Names("body.needs", "not_published")
		lead.Post("/offers", signup(w, c, fields{"needs": []string{need}})).Want(http.StatusUnprocessableEntity).Names("body.incident", "missing")
		earnest := flood(t, w, office, nil)
		activate(office, earnest).Want(http.StatusOK)
		if o := offer(t, lead, signup(w, c, fields{"needs": []string{need}})); o.Incident != earnest {
			t.Errorf("signed up for %s", o.Incident)
		}
	})
}

// What proves to be in earnest comes out of the drill whole: with who was merged into it and who stands behind the same need;
// and what the exercise had published is published no more.
func TestADrillLetsGoOfItWhole(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, desk := w.As("office"), w.As("zonghe")
		found(t, office, "50")
		drill, earnest := flood(t, w, office, fields{"drill": true}), flood(t, w, office, nil)
		activate(office, drill).Want(http.StatusOK)
		activate(office, earnest).Want(http.StatusOK)

		first, second, third := exercised(desk, drill), exercised(desk, drill), exercised(desk, drill)
		need := verified(t, desk, first, nil)
		look(t, desk, second)
		decide(t, desk, second, fields{"outcome": "verified", "join": need})
		desk.Post("/reports/"+third+"/merge", into(second)).Want(http.StatusOK)
		publish(office, need, instruct(t, w, desk, fields{"incident": drill})).Want(http.StatusOK)
		lead := leader(t, w)
		if list := forTeam(t, lead, ""); len(list) != 1 || !list[0].Drill {
			t.Fatalf("in the drill teams see %+v", list)
		}

		command := newID()
		out := apptest.Read[api.JoinedOut](office.Post("/incidents/"+earnest+"/reports", fields{"id": command, "reports": []string{first}}).Want(http.StatusOK))
		if out.Joined != 3 {
			t.Errorf("%d came out of the drill", out.Joined)
		}
		again := func(by *apptest.Client, reports ...string) *apptest.Answer {
			return by.Post("/incidents/"+earnest+"/reports", fields{"id": command, "reports": reports})
		}
		again(office, first).Want(http.StatusOK)
		again(office, second).Refused(http.StatusConflict, "id_reused")
		again(desk, first).Refused(http.StatusConflict, "id_reused")
		for _, id := range []string{first, second, third} {
			if r := readReport(t, desk, id); r.Drill || r.Incident != earnest {
				t.Errorf("left in the drill: %t, %s", r.Drill, r.Incident)
			}
		}
		n := readNeed(t, desk, need)
		if n.State != "open" || n.Drill || n.Incident != earnest || n.Corrections != 0 || len(n.Audience) != 0 {
			t.Errorf("the need: %s, drill %t, %d corrections, to %v", n.State, n.Drill, n.Corrections, n.Audience)
		}
		if list := forTeam(t, lead, ""); len(list) != 0 {
			t.Errorf("the order of an exercise publishes in earnest: %+v", list)
		}
		needHistory(t, w, desk, need, "need.opened", "need.published", "need.withdrawn", "need.joined")
		publish(office, need, instruct(t, w, desk, nil)).Want(http.StatusOK)
	})
}

// While teams work on a need in the exercise its report stays there; once the need is closed it comes out.
func TestADrillKeepsWhatTeamsWorkOn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, desk := w.As("office"), w.As("zonghe")
		found(t, office, "50")
		drill, earnest := flood(t, w, office, fields{"drill": true}), flood(t, w, office, nil)
		activate(office, drill).Want(http.StatusOK)
		activate(office, earnest).Want(http.StatusOK)
		report := exercised(desk, drill)
		need := verified(t, desk, report, nil)
		publish(office, need, instruct(t, w, desk, fields{"incident": drill})).Want(http.StatusOK)
		if err := working("match")(w, "/needs/"+need); err != nil {
			t.Fatal(err)
		}
		comes := func() *apptest.Answer {
			return office.Post("/incidents/"+earnest+"/reports", fields{"id": newID(), "reports": []string{report}})
		}
		comes().Refused(http.StatusConflict, "need.exercised")
		if r := readReport(t, desk, report); !r.Drill || r.Incident != drill {
			t.Errorf("refused, and the report is at %s, drill %t", r.Incident, r.Drill)
		}
		office.Post("/needs/"+need+"/close", because("演练结束")).Want(http.StatusOK)
		comes().Want(http.StatusOK)
		if n := readNeed(t, desk, need); n.State != "closed" || n.Drill || n.Incident != earnest {
			t.Errorf("the need: %s, drill %t, of %s", n.State, n.Drill, n.Incident)
		}
	})
}
