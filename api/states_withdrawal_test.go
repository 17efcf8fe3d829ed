package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

var errRefused = errors.New("it was refused")

// said is nil when the office may say it.
func said(w *apptest.World, path string, body fields) error {
	if w.As("office").Post(path, body).Status != http.StatusOK {
		return errRefused
	}
	return nil
}

// countOut counts a party out: everybody is there.
func countOut(w *apptest.World, path string) error {
	return said(w, path+"/check-out", counted(apptest.Read[api.DepartureSheet](w.As("office").Get(path+"/departure").Want(http.StatusOK)), nil))
}

// orderOut orders a party to leave in a wave of its own.
func orderOut(w *apptest.World, path string) error {
	office := w.As("office")
	incident, _ := office.Get(path).Want(http.StatusOK).Map()["incident"].(string)
	a := office.Post("/incidents/"+incident+"/withdrawals", wavePlan(w, incident, nil, strings.TrimPrefix(path, "/parties/")))
	if a.Status != http.StatusCreated {
		return errRefused
	}
	return said(w, "/withdrawals/"+apptest.Read[api.WaveDetail](a).ID+"/order", fields{"id": newID(), "version": 0})
}

// lastOut counts out the party of a wave, which ends with it.
func lastOut(w *apptest.World, path string) error {
	d := apptest.Read[api.WaveDetail](w.As("office").Get(path).Want(http.StatusOK))
	return countOut(w, "/parties/"+d.Parties[0].ID)
}

// backIn takes the check-out of the party of a wave back, which goes on with it.
func backIn(w *apptest.World, path string) error {
	d := apptest.Read[api.WaveDetail](w.As("office").Get(path).Want(http.StatusOK))
	return said(w, "/parties/"+d.Parties[0].ID+"/undo-check-out", because("点错队伍"))
}

// waveAfter is a wave of one party, after some verbs.
func waveAfter(verbs ...string) func(*testing.T, *apptest.World) string {
	return func(t *testing.T, w *apptest.World) string {
		t.Helper()
		party := strings.TrimPrefix(partyAfter("regularise")(t, w), "/parties/")
		path := "/withdrawals/" + planned(w, w.As("office"), groundOf(t, w).incident, party).ID
		for _, verb := range verbs {
			var err error
			if verb == "finish" {
				err = lastOut(w, path)
			} else {
				body := because("上游来水")
				if verb == "order" {
					delete(body, "reason")
				}
				err = said(w, path+"/"+verb, body)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
}

func wavesInEveryState() map[string]func(*testing.T, *apptest.World) string {
	return map[string]func(*testing.T, *apptest.World) string{
		"planned": waveAfter(), "ordered": waveAfter("order"), "done": waveAfter("order", "finish"), "cancelled": waveAfter("cancel"),
	}
}

func waveVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	return map[string]func(*testing.T, *apptest.World) (string, fields){
		"change": func(t *testing.T, w *apptest.World) (string, fields) {
			t.Helper()
			return "/change", wavePlan(w, groundOf(t, w).incident, nil, strings.TrimPrefix(partyAfter("regularise")(t, w), "/parties/"))
		},
		"order": func(*testing.T, *apptest.World) (string, fields) {
			return "/order", fields{"id": newID(), "version": 0}
		},
		"cancel": func(*testing.T, *apptest.World) (string, fields) { return "/cancel", because("上游来水") },
	}
}
