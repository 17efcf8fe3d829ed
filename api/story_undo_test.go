package api_test

import (
	"net/http"
	"reflect"
	"slices"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// A desk counts the wrong team out and takes it back with a reason: its people are inside as before, the figures say so,
// its leader learns of it. Who was checked in with another team meanwhile is named, and the check-out stands.
func TestACheckOutIsUndone(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, counter := w.As("office"), desk(w)
		inc, need := running(t, w), publishedNeed(t, w, fields{"teams": 3, "equipment": []fields{{"key": "boat", "count": 9}}})
		x, other := comes(t, w, inc, need, "金佛山救援队"), comes(t, w, inc, need, "大观救援队")
		lead := w.Leader("captain", x.team)
		wave := planned(w, office, inc, x.party)
		office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		figures := func() api.FiguresOut {
			return apptest.Read[api.FiguresOut](office.Get("/incidents/" + inc + "/figures").Want(http.StatusOK))
		}
		before := figures()
		inside := sheetOf(counter, x)
		out := apptest.Read[api.DepartureSheet](counter.Post(x.path("/check-out"), counted(inside, nil)).Want(http.StatusOK))
		if !slices.Contains(out.Actions, "undo_check_out") || len(out.Left) != 4 || out.Left[3].Kind != "vehicle" {
			t.Fatalf("counted out: %+v", out)
		}

		undo := because("点错队伍")
		lead.Post(x.path("/undo-check-out"), undo).Refused(http.StatusForbidden, "forbidden")
		counter.Post(x.path("/undo-check-out"), because("")).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		page := lead.Live("")
		for range 2 {
			if sh := apptest.Read[api.DepartureSheet](counter.Post(x.path("/undo-check-out"), undo).Want(http.StatusOK)); sh.State != "leaving" || sh.People != 3 || sh.Vehicles != 1 || len(sh.Left) != 0 {
				t.Errorf("inside again: %+v", sh)
			}
		}
		if e := next(page, x.party); e.Str("verb") != "party.check_out_undone" {
			t.Errorf("the leader learns of %+v", e)
		}
		if after := figures(); !reflect.DeepEqual(after.Blocks, before.Blocks) || !reflect.DeepEqual(after.Teams, before.Teams) {
			t.Errorf("the figures: %+v\n%+v", before, after)
		}
		if d := apptest.Read[api.WaveDetail](office.Get("/withdrawals/" + wave.ID).Want(http.StatusOK)); d.State != "ordered" || d.Left != 0 {
			t.Errorf("the wave: %+v", d)
		}
		if h := apptest.Read[api.PartyDetail](office.Get(x.path("")).Want(http.StatusOK)).History; h[len(h)-1].Note != "点错队伍" && h[0].Note != "点错队伍" {
			t.Errorf("the history: %+v", h)
		}

		// Counted out once more, and one of them comes back with another team.
		sh := apptest.Read[api.DepartureSheet](counter.Post(x.path("/check-out"), counted(sheetOf(counter, x), nil)).Want(http.StatusOK))
		counter.Post(other.path("/join"), fields{"id": newID(), "version": 0, "extra": []fields{{"name": "余知秋", "phone": phone2}}, "cars": []fields{{"plate": sh.Left[3].Name, "colour": inside.Rides[0].Colour}}, "arrivedAt": w.Now()}).Want(http.StatusOK)
		p := counter.Post(x.path("/undo-check-out"), because("点错队伍")).Refused(http.StatusConflict, "reception.elsewhere")
		if len(p.Errors) != 1 || p.Errors[0].Location != "body.vehicles."+sh.Left[3].ID || p.Errors[0].Code != "inside" {
			t.Errorf("who is elsewhere: %+v", p.Errors)
		}
		if now := sheetOf(counter, x); now.State != "checked_out" || now.People != 0 {
			t.Errorf("half undone: %+v", now)
		}
	})
}
