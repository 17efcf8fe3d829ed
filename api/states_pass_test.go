package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"lianyuan/app/apptest"
)

var errNotUsedUp = errors.New("the passage did not use the pass up")

// goHome is the passage out on the way back.
func goHome(w *apptest.World, path string) error {
	office := w.As("office")
	p := office.Get(path).Want(http.StatusOK).Map()
	a := office.Post("/passages", fields{
		"id": newID(), "place": "500110", "gate": "北渡站卡口", "number": p["number"], "verdict": "go", "direction": "out", "at": w.Now(),
	}).Want(http.StatusOK)
	if a.Map()["used"] != true {
		return errNotUsedUp
	}
	return nil
}

func freshPass(t *testing.T, w *apptest.World) string {
	t.Helper()
	return "/passes/" + issued(w.As("office"), passFor(w, approvedCars(t, w, 1), nil)).ID
}

func passesInEveryState() map[string]func(*testing.T, *apptest.World) string {
	return map[string]func(*testing.T, *apptest.World) string{
		"valid": freshPass,
		"used": func(t *testing.T, w *apptest.World) string {
			t.Helper()
			path := freshPass(t, w)
			if err := goHome(w, path); err != nil {
				t.Fatal(err)
			}
			return path
		},
		"revoked": func(t *testing.T, w *apptest.World) string {
			t.Helper()
			path := freshPass(t, w)
			w.As("office").Post(path+"/revoke", because("改派")).Want(http.StatusOK)
			return path
		},
	}
}

// tollWords is what each verb of the exemption says.
func tollWords(w *apptest.World, verb string) fields {
	return fields{
		"id": newID(), "version": 0, "verb": verb, "level": "province", "by": "市应急管理局", "at": w.Now(), "paper": "函 8 号", "receipt": "JT-0001", "reason": "情况有变",
	}
}

func tollsInEveryState() map[string]func(*testing.T, *apptest.World) string {
	reach := map[string]func(*testing.T, *apptest.World) string{}
	for state, verbs := range map[string]string{
		"not_asked": "", "asked": "ask", "on_list": "ask list", "refused": "ask refuse", "charged": "ask list charge",
		"refund_asked": "ask list charge claim", "refunded": "ask list charge claim refund",
	} {
		reach[state] = func(t *testing.T, w *apptest.World) string {
			t.Helper()
			path := freshPass(t, w)
			w.As("office").Post("/incidents/"+groundOf(t, w).incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
			for _, verb := range strings.Fields(verbs) {
				w.As("office").Post(path+"/toll", tollWords(w, verb)).Want(http.StatusOK)
			}
			return path
		}
	}
	return reach
}

func tollVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	verbs := map[string]func(*testing.T, *apptest.World) (string, fields){}
	for _, verb := range []string{"ask", "list", "refuse", "charge", "claim", "refund"} {
		verbs[verb] = func(_ *testing.T, w *apptest.World) (string, fields) { return "/toll", tollWords(w, verb) }
	}
	return verbs
}
