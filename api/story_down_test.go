package api_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"lianyuan/app"
	"lianyuan/app/apptest"
)

// What waits stands in rows and not in a process: a deadline that passed while no node ran is told when one runs again,
// once, whichever of two nodes looks first and however often they look; and what was said before the end can be found.
func TestWhatPassesWhileDownIsToldOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, officer, deputy := w.As("office"), bureau(w, "officer", apptest.Qijiang), bureau(w, "deputy", apptest.Qijiang)
		inc := running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		officer.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("officer"), "deputy": w.ID("deputy")}).Want(http.StatusOK)
		submit(office, offer(t, office, signup(w, muster(w, nil), fields{"incident": inc, "needs": []string{need}})).ID, need)
		hears(w, officer, "sign_waiting")
		said := ask(t, w, fields{"text": "桥头的面馆里还有三个人"})
		w.Settled()

		w.Down(func() { w.Clock.Advance(31 * time.Minute) })

		nodes := []*app.App{w.App, w.Another()}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for range 3 {
					if err := nodes[i%2].Notices.Watch(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		hears(w, deputy, "sign_overdue")
		w.Down(func() { w.Clock.Advance(time.Minute) })
		if err := w.App.Notices.Watch(context.Background()); err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, n := range noticesOf(deputy).Items {
			if n.Kind == "sign_overdue" {
				told++
			}
		}
		if told != 1 {
			t.Errorf("the deadline was told %d times", told)
		}
		searchable(w)
		if found := queue(t, officer, "?stage=all&q="+url.QueryEscape("桥头的面馆")).Items; len(found) != 1 || found[0].ID != said.id {
			t.Errorf("what was said before the end: %v", idsOf(found))
		}
	})
}

// However many deadlines pass in the same moment, each is told.
func TestManyDeadlinesOfOneMoment(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, officer, deputy := w.As("office"), bureau(w, "officer", apptest.Qijiang), bureau(w, "deputy", apptest.Qijiang)
		inc := running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		officer.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("officer"), "deputy": w.ID("deputy")}).Want(http.StatusOK)
		const many = 53
		for range many {
			submit(office, offer(t, office, signup(w, muster(w, nil), fields{"incident": inc, "needs": []string{need}})).ID, need)
		}
		w.Clock.Advance(31 * time.Minute)
		if err := w.App.Notices.Watch(context.Background()); err != nil {
			t.Fatal(err)
		}
		if told := noticesOf(deputy).Unread; told != many {
			t.Errorf("%d of %d told", told, many)
		}
	})
}
