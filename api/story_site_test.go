package api_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/pass"
	"lianyuan/platform/db"
)

// cordon is a controlled zone as somebody writes it, with what the test changes.
func cordon(w *apptest.World, with fields) fields {
	return merge(fields{
		"id": newID(), "name": "沱湾警戒区", "kind": "cordon", "area": fields{"lon": 106.65, "lat": 29.02, "radius": 800}, "rule": "持令人员和车辆",
		"setBy": "綦江区防汛抗旱指挥部", "begins": w.Now(),
	}, with)
}

func accessPoint(with fields) fields {
	return merge(fields{"id": newID(), "name": "北渡站卡口", "place": "500110", "lon": 106.64, "lat": 29.03}, with)
}

func siteOf(c *apptest.Client, incident string) api.SiteOut {
	return apptest.Read[api.SiteOut](c.Get("/incidents/" + incident + "/site").Want(http.StatusOK))
}

// An authority sets a zone, an access point guards it, the gate chooses it from its signed list, what is noted there
// belongs to it and is counted in and out; the zone is lifted, the point is closed, and what happened stays.
//
// proves: S000-32
func TestSiteOrderFromZoneToLog(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 1)
		p, path := issued(office, passFor(w, c, nil)), "/incidents/"+c.incident
		gate := guard(w, "gate", apptest.Qijiang)
		zone, point := cordon(w, nil), accessPoint(nil)
		w.As("xietiao").Post(path+"/zones", zone).Refused(http.StatusForbidden, "forbidden")
		office.Post(path+"/zones", zone).Want(http.StatusOK)
		office.Post(path+"/zones", zone).Want(http.StatusOK)
		office.Post(path+"/zones", cordon(w, nil)).Want(http.StatusUnprocessableEntity).Names("body.name", "taken")
		point["zone"] = zone["id"]
		office.Post(path+"/access-points", point).Want(http.StatusOK)
		site := siteOf(gate, c.incident)
		if len(site.Zones) != 1 || !site.Zones[0].InForce || site.Zones[0].Area.Radius != 800 || len(site.Points) != 1 || site.Points[0].Zone != zone["id"] || site.Edits {
			t.Fatalf("the gate sees %+v", site)
		}
		list, _ := listed(t, gate)
		if len(list.Points) != 1 || list.Points[0].ID != point["id"] || list.Points[0].Zone != "沱湾警戒区" || list.Points[0].Place != "500110" {
			t.Fatalf("the list of the gate: %+v", list.Points)
		}

		note := func(with fields) *apptest.Answer {
			return gate.Post("/passages", merge(fields{
				"id": newID(), "point": point["id"], "number": p.Number, "plate": p.Plate, "colour": "blue", "verdict": "go", "why": "in_window", "direction": "in", "at": w.Now(),
			}, with))
		}
		note(nil).Want(http.StatusOK)
		note(fields{"direction": "out", "at": w.Now().Add(time.Minute)}).Want(http.StatusOK)
		note(fields{"number": "", "plate": "渝B·00082", "verdict": "stop", "why": "no_pass", "direction": "refused", "at": w.Now().Add(2 * time.Minute)}).Want(http.StatusOK)
		note(fields{"point": newID()}).Refused(http.StatusNotFound, "not_found")
		guard(w, "far", "/50/500119/").Post("/passages", fields{"id": newID(), "point": point["id"], "plate": "渝B00082", "verdict": "stop", "direction": "refused", "at": w.Now()}).
			Refused(http.StatusNotFound, "not_found")
		if got := siteOf(office, c.incident).Points[0].Went; got != (api.WentOut{In: 1, Out: 1, Refused: 1}) {
			t.Errorf("the point counts %+v", got)
		}
		hours(t, w, c.incident, pass.GateHour{All: 2, NoPass: 1})
		checkLog(t, w, gate, path, point["id"].(string))

		office.Post(path+"/zones/"+zone["id"].(string)+"/lift", fields{"id": newID(), "version": 1, "reason": "险情解除"}).Want(http.StatusOK)
		office.Post(path+"/zones/"+zone["id"].(string)+"/lift", because("险情解除")).Refused(http.StatusConflict, "zone.lifted")
		office.Post(path+"/access-points/"+point["id"].(string)+"/close", fields{"id": newID(), "version": 7, "reason": "撤卡"}).Refused(http.StatusConflict, "version_stale")
		office.Post(path+"/access-points/"+point["id"].(string)+"/close", because("撤卡")).Want(http.StatusOK)
		note(fields{"direction": "in", "at": w.Now().Add(-time.Minute)}).Want(http.StatusOK) // it was noted before, and comes late
		site = siteOf(office, c.incident)
		if z, x := site.Zones[0], site.Points[0]; z.InForce || z.Lifted == nil || z.Lifted.Reason != "险情解除" || x.Closed == nil || x.Went.In != 2 {
			t.Errorf("afterwards: %+v %+v", z, x)
		}
		if after, _ := listed(t, gate); len(after.Points) != 0 || after.No <= list.No {
			t.Errorf("the list still has %+v", after.Points)
		}
		office.Post(path+"/zones", cordon(w, nil)).Want(http.StatusOK) // the name is free again
	})
}

// hours is what the gates of an incident noted in the hour that runs.
func hours(t *testing.T, w *apptest.World, incident string, want pass.GateHour) {
	t.Helper()
	want.From = w.Now().Truncate(time.Hour)
	var got []pass.GateHour
	if err := w.App.DB.View(t.Context(), func(tx *db.Tx) (err error) {
		got, err = pass.GateHours(tx, incident, want.From, want.From.Add(time.Hour))
		return err
	}); err != nil || len(got) != 1 || !got[0].From.Equal(want.From) {
		t.Fatalf("the hour is %+v, %v", got, err)
	}
	if got[0].From = want.From; got[0] != want {
		t.Errorf("the hour is %+v, want %+v", got[0], want)
	}
}

// checkLog reads the log by pages: the newest first, none twice; a place elsewhere sees none of it.
func checkLog(t *testing.T, w *apptest.World, gate *apptest.Client, path, point string) {
	t.Helper()
	var seen []string
	for cursor := ""; ; {
		page := apptest.Read[api.PageOf[api.LogRow]](gate.Get(path + "/passages?limit=2&point=" + point + "&cursor=" + cursor).Want(http.StatusOK))
		for _, row := range page.Items {
			seen = append(seen, row.Direction+" "+row.Plate)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 3 || seen[0] != "refused 渝B·00082" || seen[2][:3] != "in " {
		t.Errorf("the log reads %q", seen)
	}
	gate.Get(path+"/passages?cursor=x").Want(http.StatusUnprocessableEntity).Names("query.cursor", "cursor_invalid")
	guard(w, "abroad", "/50/500102/").Get(path+"/passages").Refused(http.StatusNotFound, "not_found")
	guard(w, "abroad2", "/50/500102/").Get(path+"/site").Refused(http.StatusNotFound, "not_found")
}

// What is wrong with a zone or an access point is named.
func TestSiteOrderRefusesWhatIsWrong(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, path := w.As("office"), "/incidents/"+groundOf(t, w).incident
		bad := func(with fields, field, code string) {
			t.Helper()
			office.Post(path+"/zones", cordon(w, with)).Want(http.StatusUnprocessableEntity).Names("body."+field, code)
		}
		bad(fields{"name": " "}, "name", "missing")
		bad(fields{"kind": "wall"}, "kind", "unknown")
		bad(fields{"setBy": ""}, "setBy", "missing")
		bad(fields{"area": fields{}}, "area", "missing")
		bad(fields{"area": fields{"ring": [][]float64{{106, 29}, {106.1, 29}}}}, "area", "range")
		bad(fields{"area": fields{"ring": [][]float64{{106, 29}, {106.1, 29}, {999, 29}}}}, "area", "range")
		bad(fields{"area": fields{"ring": [][]float64{{106.6, 29}, {106.7, 29.1}, {106.7, 29}, {106.6, 29.1}}}}, "area", "crossed")
		bad(fields{"area": fields{"radius": 800, "lon": 106.6, "lat": 29.0, "places": []string{"500110"}}}, "area", "missing")
		bad(fields{"area": fields{"places": []string{"500102"}}}, "area", "elsewhere")
		bad(fields{"ends": w.Now().Add(-time.Minute)}, "ends", "range")
		for _, area := range []fields{{"places": []string{"500110"}}, {"ring": [][]float64{{106.6, 29}, {106.7, 29}, {107.39, 29.7}, {106.6, 29}}}} {
			office.Post(path+"/zones", cordon(w, fields{"name": newID(), "area": area, "ends": w.Now().Add(time.Hour)})).Want(http.StatusOK)
		}
		w.Clock.Advance(2 * time.Hour)
		if z := siteOf(office, path[len("/incidents/"):]).Zones; len(z) != 2 || z[0].InForce || len(z[0].Area.Places) != 1 || len(z[1].Area.Ring) != 3 || z[1].Outside != 1 {
			t.Errorf("the zones after their time: %+v", z)
		}
		for field, with := range map[string]fields{"name": {"name": ""}, "point": {"lon": 0, "lat": 0}, "place": {"place": "500102"}, "zone": {"zone": newID()}} {
			office.Post(path+"/access-points", accessPoint(with)).Want(http.StatusUnprocessableEntity).Names("body."+field, "")
		}
	})
}

// However many write at once, a name stands for one zone in force and one open access point, and one lifts it.
func TestSiteOrderAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, path := w.As("office"), "/incidents/"+groundOf(t, w).incident
		atOnce := func(send func() int) (codes []int) {
			codes = make([]int, 6)
			var all sync.WaitGroup
			for i := range codes {
				all.Go(func() { codes[i] = send() })
			}
			all.Wait()
			slices.Sort(codes)
			return codes
		}
		if got, want := atOnce(func() int { return office.Post(path+"/zones", cordon(w, nil)).Status }), []int{200, 422, 422, 422, 422, 422}; !slices.Equal(got, want) {
			t.Errorf("zones: %v", got)
		}
		if got, want := atOnce(func() int { return office.Post(path+"/access-points", accessPoint(nil)).Status }), []int{200, 422, 422, 422, 422, 422}; !slices.Equal(got, want) {
			t.Errorf("access points: %v", got)
		}
		zone := siteOf(office, path[len("/incidents/"):]).Zones[0].ID
		if got, want := atOnce(func() int { return office.Post(path+"/zones/"+zone+"/lift", because("解除")).Status }), []int{200, 409, 409, 409, 409, 409}; !slices.Equal(got, want) {
			t.Errorf("lifted: %v", got)
		}
	})
}
