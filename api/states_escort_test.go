package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// escortOf is an escort as the support group asks for it, with what the test changes.
func escortOf(w *apptest.World, incident string, with fields) fields {
	units := apptest.Read[api.EscortsOut](w.As("office").Get("/incidents/" + incident + "/escorts").Want(http.StatusOK)).Units
	unit := ""
	if len(units) > 0 {
		unit = units[0].ID
	}
	return merge(fields{
		"id": newID(), "assembly": "綦江南收费站外广场", "assembleAt": w.Now().Add(5 * time.Hour), "origin": "綦江南收费站", "destination": "沱湾",
		"route": "G75 兰海高速—S303", "reason": "road_damaged", "unit": unit, "contact": "保障组值守 023-00000113",
	}, with)
}

// escortWords is what each verb of an escort says.
func escortWords(w *apptest.World, verb string) fields {
	said := fields{"id": newID(), "version": 0, "verb": verb}
	switch verb {
	case "arrange":
		merge(said, fields{
			"leads": "交巡警支队二大队", "plate": "渝A0001警", "duty": "值班室 023-00000122", "at": w.Now().Add(5 * time.Hour),
			"decision": onBehalf(w, fields{"decidedBy": "市公安局交巡警总队", "how": "phone", "reference": nil}),
		})
	case "refuse":
		merge(said, fields{"reason": "警力不足", "decision": onBehalf(w, fields{"decidedBy": "市公安局交巡警总队", "how": "phone", "reference": nil})})
	case "cancel":
		said["reason"] = "道路已恢复"
	}
	return said
}

func escortsInEveryState() map[string]func(*testing.T, *apptest.World) string {
	reach := map[string]func(*testing.T, *apptest.World) string{}
	for state, verbs := range map[string]string{
		"asked": "", "arranged": "arrange", "under_way": "arrange set_out", "done": "arrange set_out finish", "refused": "refuse", "cancelled": "cancel",
	} {
		reach[state] = func(t *testing.T, w *apptest.World) string {
			t.Helper()
			office := w.As("office")
			body := escortOf(w, groundOf(t, w).incident, fields{"passes": []string{strings.TrimPrefix(freshPass(t, w), "/passes/")}})
			office.Post("/incidents/"+groundOf(t, w).incident+"/escorts", body).Want(http.StatusCreated)
			path := "/escorts/" + body["id"].(string)
			for _, verb := range strings.Fields(verbs) {
				office.Post(path+"/step", escortWords(w, verb)).Want(http.StatusOK)
			}
			return path
		}
	}
	return reach
}

func escortVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	verbs := map[string]func(*testing.T, *apptest.World) (string, fields){}
	for _, verb := range []string{"arrange", "set_out", "finish", "refuse", "cancel"} {
		verbs[verb] = func(_ *testing.T, w *apptest.World) (string, fields) { return "/step", escortWords(w, verb) }
	}
	return verbs
}

// areaSaid is what is said of a service area, with what the test changes.
func areaSaid(w *apptest.World, with fields) fields {
	return merge(fields{"mark": 1_123_500, "offers": []string{"water", "fuel", "convoy_parking"}, "state": "open", "begins": w.Now(), "contact": "服务区值班 023-00000124"}, with)
}

// serviceArea is a service area as the support group publishes it.
func serviceArea(w *apptest.World, with fields) fields {
	return merge(areaSaid(w, fields{"id": newID(), "name": "綦江服务区", "road": "G75 兰海高速", "direction": "往贵阳方向"}), with)
}
