package api_test

import (
	"net/http"
	"testing"
	"time"

	"lianyuan/app/apptest"
	"lianyuan/domain/pass"
	"lianyuan/platform/db"
)

// passageAt is a vehicle at a gate of 綦江区 as a guard notes it, with what the test changes.
func passageAt(w *apptest.World, with fields) fields {
	return merge(fields{
		"id": newID(), "place": "500110", "gate": "北渡站卡口", "plate": "渝B·00082", "colour": "blue", "verdict": "stop", "why": "no_pass", "direction": "refused", "at": w.Now(),
	}, with)
}

// What gates noted is counted by the hour: a vehicle once, for the worst that was said of it; one without a pass counts
// for the incident at the place of the gate.
func TestVehiclesAtGatesByTheHour(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c := approvedCars(t, w, 1)
		p := issued(w.As("office"), passFor(w, c, nil))
		hour := w.Now().Truncate(time.Hour).Add(time.Hour)
		w.Clock.Advance(hour.Sub(w.Now()) + 10*time.Minute)
		gate := guard(w, "gate", apptest.Qijiang)
		note := func(at time.Duration, with fields) {
			t.Helper()
			gate.Post("/passages", passageAt(w, merge(fields{"at": hour.Add(at)}, with))).Want(http.StatusOK)
		}
		good := fields{"number": p.Number, "plate": p.Plate, "verdict": "go", "why": "in_window", "direction": "in"}
		note(0, good)
		note(5*time.Minute, nil)
		note(6*time.Minute, fields{"verdict": "unknown", "why": "list_old", "direction": "in"}) // the same car, let in by hand
		note(7*time.Minute, fields{"plate": "渝B·00083", "why": "too_early"})
		note(8*time.Minute, fields{"plate": "渝B·00084", "why": "not_listed", "verdict": "unknown"})
		note(9*time.Minute, fields{"plate": "", "why": "forged"})
		note(9*time.Minute, fields{"plate": "", "why": "revoked"})
		note(59*time.Minute, fields{"plate": "渝B·00085", "why": "lapsed"})
		note(60*time.Minute, merge(good, fields{"direction": "out", "why": "in_window"}))
		note(3*time.Hour, nil) // after what is asked for
		var got []pass.GateHour
		if err := w.App.DB.View(t.Context(), func(tx *db.Tx) (err error) {
			got, err = pass.GateHours(tx, c.incident, hour.Add(-time.Minute), hour.Add(2*time.Hour))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want := []pass.GateHour{
			{From: hour.Add(-time.Hour)}, {From: hour, All: 7, NoPass: 3, Outside: 2, Unknown: 1}, {From: hour.Add(time.Hour), All: 1},
		}
		if len(got) != len(want) {
			t.Fatalf("the hours are %+v", got)
		}
		for i := range want {
			if !got[i].From.Equal(want[i].From) {
				t.Errorf("hour %d begins at %s", i, got[i].From)
			}
			got[i].From = want[i].From
			if got[i] != want[i] {
				t.Errorf("hour %d: %+v, want %+v", i, got[i], want[i])
			}
		}
	})
}
