package api_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// writers is how many write in the same moment.
const writers = 6

// oneOf sends the same wish from several clients at once and looks that one of them got it, the others this refusal.
func oneOf(t *testing.T, what string, won, refused int, send func() int) {
	t.Helper()
	got := make([]int, writers)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i] = send() })
	}
	all.Wait()
	slices.Sort(got)
	want := append([]int{won}, slices.Repeat([]int{refused}, writers-1)...)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// However many write at once: one roster is worked on, a name stands for one open sector and one service area on a road, a
// unit has one row of its name, and what logistics lent stands once on the list of what comes back.
func TestNamesAreTakenOnceAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		incident := running(t, w)
		x := comes(t, w, incident, publishedNeed(t, w, nil), "金佛山救援队")
		path := "/incidents/" + incident

		oneOf(t, "rosters begun", http.StatusOK, http.StatusConflict, func() int { return saveRoster(office, incident, 0, three(nil)).Status })
		oneOf(t, "sectors of a name", http.StatusCreated, http.StatusUnprocessableEntity, func() int {
			return office.Post(path+"/sectors", fields{"id": newID(), "name": "北渡作业区", "place": "500110"}).Status
		})
		oneOf(t, "service areas of a name", http.StatusCreated, http.StatusUnprocessableEntity, func() int {
			return office.Post(path+"/service-areas", serviceArea(w, nil)).Status
		})

		request := askSupport(office, incident, x.team, fields{"category": "communication", "what": "卫星电话", "quantity": 2, "unit": "部"})
		office.Post("/support/"+request+"/route", supportStep("route")).Want(http.StatusOK)
		office.Post("/support/"+request+"/complete", because("")).Want(http.StatusOK)
		lent := func() fields {
			return fields{"id": newID(), "lines": []fields{{"id": newID(), "what": "卫星电话", "unit": "部", "lent": 2, "lender": "市通信管理局", "request": request}}}
		}
		oneOf(t, "lines of what was lent", http.StatusOK, http.StatusUnprocessableEntity, func() int { return office.Post(x.path("/handbacks"), lent()).Status })
	})
}

// Two places found their mechanisms with the same unit at once: it is one unit in both.
func TestOneUnitOfANameAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		unit := []fields{{"name": "应急局", "kind": "government", "role": "lead", "groups": []string{"general", "coordination", "support"}}}
		m := found(t, office, "50")
		oneOf(t, "writers of one mechanism", http.StatusOK, http.StatusConflict, func() int {
			return office.Post("/mechanisms/"+m+"/change", fields{"id": newID(), "reason": "增补", "version": 1, "says": mechanism(fields{"members": unit})}).Status
		})
		oneOf(t, "mechanisms of a place", http.StatusCreated, http.StatusConflict, func() int {
			return office.Post("/mechanisms", fields{"id": newID(), "place": "500110", "says": mechanism(fields{"members": append(slices.Clone(unit), fields{"name": "红十字会", "kind": "mass", "role": "member", "groups": []string{"support"}})})}).Status
		})
		units := map[string]string{}
		for _, of := range apptest.Read[api.PageOf[api.MechanismOut]](office.Get("/mechanisms").Want(http.StatusOK)).Items {
			for _, u := range apptest.Read[api.MechanismDetail](office.Get("/mechanisms/" + of.ID).Want(http.StatusOK)).Members {
				if before, ok := units[of.Place.Code+u.Name]; ok && before != u.Unit {
					t.Errorf("%s stands twice in %s", u.Name, of.Place.Code)
				}
				units[of.Place.Code+u.Name] = u.Unit
			}
		}
		if len(units) != 3 {
			t.Errorf("units: %v", units)
		}
	})
}
