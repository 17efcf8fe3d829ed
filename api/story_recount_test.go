package api_test

import (
	"net/http"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/platform/db"
)

// doctor counts again what the board adds up: a sum that was changed behind our back is found, and which record it is.
func TestASumThatDoesNotFitIsFound(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		m := tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out", "arrive"} {
			missionAfter(office, m.ID, verb, nil)
		}
		missionAfter(office, m.ID, "progress", fields{"rescued": 2, "moved": 5})
		request := "/support/" + askSupport(office, s.incident, s.party.Team.ID, nil)
		office.Post(request+"/route", supportStep("route")).Want(http.StatusOK)
		office.Post(request+"/supply", supportStep("supply")).Want(http.StatusOK)

		change := func(sum string) {
			if err := w.App.DB.Update(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE ` + sum)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, sum := range []string{"mission SET rescued = rescued", "mission SET people = people", "mission SET vehicles = vehicles", "support_request SET supplied = supplied", "team SET members = members", "team SET core = core"} {
			change(sum + " + 1")
			if _, faults, err := w.App.RecountSums(t.Context()); err != nil || len(faults) == 0 {
				t.Errorf("%s: nothing is found, %v", sum, err)
			}
			change(sum + " - 1")
		}
		if n, faults, err := w.App.RecountSums(t.Context()); err != nil || len(faults) > 0 || n < 3 {
			t.Errorf("%d counted, %v, %v", n, faults, err)
		}
	})
}
