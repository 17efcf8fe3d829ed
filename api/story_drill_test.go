package api_test

import (
	"net/http"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// What belongs to a drill never stands among what is in earnest: not in the queue, the list of needs, the map, or what
// the public reads; and a cry for help that was taken for an exercise comes back whole.
func TestDrillStaysApart(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, desk := w.As("office"), w.As("zonghe")
		drill := flood(t, w, office, fields{"drill": true})
		flooded := flood(t, w, office, nil)
		found(t, office, "50")
		activate(office, drill).Want(http.StatusOK)
		activate(office, flooded).Want(http.StatusOK)

		// Written down in a drill, a call joins it at once; a place outside is refused, and the public names no incident.
		exercise := newID()
		desk.Post("/reports", fields{"id": exercise, "kind": "trapped_water", "text": "演练：河边 2 人", "point": fields{"lon": 106.56, "lat": 28.95}, "incident": drill}).Want(http.StatusCreated)
		desk.Post("/reports", fields{"id": newID(), "text": "x", "place": "500110", "incident": newID()}).Refused(http.StatusNotFound, "not_found")
		earnest := newID()
		w.Public().Post("/public/reports", fields{"id": earnest, "text": "真的", "place": "500110", "incident": drill}).Want(http.StatusCreated)
		reports := func(query string, want ...string) {
			t.Helper()
			got := map[string]bool{}
			page := apptest.Read[api.ReportList](desk.Get("/reports?stage=all" + query).Want(http.StatusOK))
			for _, r := range page.Items {
				got[r.ID] = r.Drill == (r.ID == exercise)
			}
			if len(got) != len(want) {
				t.Fatalf("%q lists %v, want %v", query, got, want)
			}
			for _, id := range want {
				if !got[id] {
					t.Errorf("%q does not list %s rightly: %v", query, id, got)
				}
			}
		}
		reports("", earnest)
		reports("&incident="+drill, exercise)

		need := readNeed(t, desk, verified(t, desk, exercise, nil))
		needs := func(query string, want int) {
			t.Helper()
			page := apptest.Read[api.PageOf[api.NeedOut]](seek(desk, "/needs?state=all"+query).Want(http.StatusOK))
			shown := apptest.Read[api.NeedMap](desk.Get("/needs/map?state=all&west=73&south=3&east=136&north=54&zoom=3" + query).Want(http.StatusOK))
			if len(page.Items) != want || page.Counts["open"] != want || shown.Total != want {
				t.Errorf("%q: %d needs, counted %d, %d on the map, want %d", query, len(page.Items), page.Counts["open"], shown.Total, want)
			}
		}
		needs("", 0)
		needs("&incident="+drill, 1)
		if page := apptest.Read[api.PageOf[api.NeedOut]](seek(desk, "/needs?state=all&q="+need.Number).Want(http.StatusOK)); len(page.Items) != 0 {
			t.Errorf("found by its number among what is in earnest: %+v", page.Items)
		}
		if page := apptest.Read[api.PageOf[api.NeedOut]](seek(desk, "/needs?state=all&incident="+drill+"&q="+need.Number).Want(http.StatusOK)); len(page.Items) != 1 {
			t.Errorf("not found by its number in the drill: %+v", page.Items)
		}
		needs("&incident="+flooded, 0)

		// It was in earnest after all: it is moved, and its need with it.
		office.Post("/incidents/"+flooded+"/reports", fields{"id": newID(), "reports": []string{exercise}}).Want(http.StatusOK)
		needs("", 1)
		needs("&incident="+drill, 0)
		needs("&incident="+flooded, 1)
	})
}

// The list of people inside leaves the system as a file: in a drill every row of it says so.
func TestWhoIsInsideADrillIsMarked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		drill := flood(t, w, office, fields{"drill": true})
		found(t, office, "50")
		activate(office, drill).Want(http.StatusOK)
		office.Post("/incidents/"+drill+"/parties", fields{
			"id": newID(), "point": pointOf(w, drill), "teamName": "参演队", "extra": []fields{{"name": "余知秋", "phone": phone2}, {"name": "丁一苇"}}, "contact": fields{"name": "余知秋", "phone": phone2}, "days": 1, "arrivedAt": w.Now(),
		}).Want(http.StatusCreated)
		english := office.With("Accept-Language", "en").Post("/incidents/"+drill+"/inside/export", fields{"id": newID(), "purpose": "点名"}).Want(http.StatusOK)
		if lines := strings.Split(strings.TrimSpace(string(english.Body)), "\r\n"); !strings.HasPrefix(lines[0], "\ufeffName,Team,") || !strings.HasSuffix(lines[0], ",Remark") || !strings.HasSuffix(lines[1], ",No,Drill") || !strings.Contains(lines[1], ",Member,") {
			t.Errorf("in English: %q", lines)
		}
		file := office.Post("/incidents/"+drill+"/inside/export", fields{"id": newID(), "purpose": "点名"}).Want(http.StatusOK)
		lines := strings.Split(strings.TrimSpace(string(file.Body)), "\r\n")
		if len(lines) != 3 || !strings.HasSuffix(lines[1], ",演练") || !strings.HasSuffix(lines[2], ",演练") {
			t.Errorf("the file: %s", file.Body)
		}
	})
}
