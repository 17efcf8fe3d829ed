package api_test

import (
	"net/http"
	"testing"

	"lianyuan/app/apptest"
)

// missionAfterSteps is a mission of a group of its own, after some verbs.
func missionAfterSteps(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		g, office := groundOf(t, w), w.As("office")
		p := received(office, g.incident, fields{"id": newID(), "point": atDesk(office, g.incident).Points[0].ID, "team": g.team, "extra": []fields{{"name": "孙望舒", "apart": true}, {"name": "李见山", "apart": true}}})
		office.Post("/parties/"+p.ID+"/regularise", keep()).Want(http.StatusOK)
		path := "/missions/" + tell(office, g.incident, task(w, p, nil)).ID
		for _, verb := range verbs {
			rest, body := missionVerbs()[verb](t, w)
			office.Post(path+rest, body).Want(http.StatusOK)
		}
		return path
	}
}

func missionsInEveryState() map[string]func(*testing.T, *apptest.World) string {
	return map[string]func(*testing.T, *apptest.World) string{
		"given": missionAfterSteps(), "accepted": missionAfterSteps("accept"), "under_way": missionAfterSteps("accept", "set_out"),
		"on_scene": missionAfterSteps("accept", "set_out", "arrive"), "blocked": missionAfterSteps("accept", "set_out", "arrive", "block"),
		"done": missionAfterSteps("accept", "set_out", "arrive", "finish"), "confirmed": missionAfterSteps("accept", "set_out", "arrive", "finish", "confirm"),
		"declined": missionAfterSteps("decline"), "cancelled": missionAfterSteps("cancel"), "reassigned": missionAfterSteps("reassign"),
	}
}

func missionVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	verbs := map[string]func(*testing.T, *apptest.World) (string, fields){}
	for verb, with := range map[string]fields{
		"accept": {}, "decline": {"reason": "无船"}, "set_out": {}, "arrive": {}, "progress": {"moved": 2}, "block": {"reason": "路断"}, "resume": {}, "finish": {},
		"confirm": {}, "correct": {"reason": "多写一个 0", "moved": 2}, "return": {"reason": "未完"}, "cancel": {"reason": "水退"},
	} {
		path := "/" + verb
		if verb == "set_out" {
			path = "/set-out"
		}
		verbs[verb] = func(*testing.T, *apptest.World) (string, fields) {
			body := fields{"id": newID()}
			for k, v := range with {
				body[k] = v
			}
			return path, body
		}
	}
	verbs["reassign"] = func(t *testing.T, w *apptest.World) (string, fields) {
		t.Helper()
		g, office := groundOf(t, w), w.As("office")
		p := received(office, g.incident, fields{"id": newID(), "point": atDesk(office, g.incident).Points[0].ID, "team": g.team, "extra": []fields{{"name": "何汀", "apart": true}}})
		office.Post("/parties/"+p.ID+"/regularise", keep()).Want(http.StatusOK)
		return "/reassign", fields{"id": newID(), "reason": "改派", "successor": newID(), "party": p.ID, "persons": people(p)}
	}
	return verbs
}
