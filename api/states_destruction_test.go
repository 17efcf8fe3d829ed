package api_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/destruction"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
)

// dueMonth is the scope of a month whose only report was decided, long after it; another call makes that of a later month.
func dueMonth(t *testing.T, w *apptest.World) string {
	t.Helper()
	r := ask(t, w, nil)
	scope := "report:" + string(apptest.Qijiang) + ":" + w.Now().Format("2006-01")
	look(t, w.As("office"), r.id)
	decide(t, w.As("office"), r.id, fields{"outcome": "false"})
	w.Later(62 * 24 * time.Hour)
	return scope
}

// actIn is a destruction of a lot that is due, brought into a state.
func actIn(t *testing.T, w *apptest.World, state string) (id string, version int64) {
	t.Helper()
	scope := dueMonth(t, w)
	proposeDestruction(w.As("office"), scope).Want(http.StatusOK)
	act := *tried(w.As("office"), scope).Lot.Open
	switch state {
	case "refused":
		takeDestruction(secondOffice(w), act.ID, "refuse", act.Version, "再核").Want(http.StatusOK)
	case "done":
		takeDestruction(secondOffice(w), act.ID, "confirm", act.Version, "").Want(http.StatusOK)
		w.Eventually("it is destroyed", func() bool { return theAct(w, act.ID).State == "done" })
	case "running": // as another node works on it, and will for long
		if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE destruction SET state = 'running', worker = 'other', lease_until = $1, version = version + 1 WHERE id = $2`, clock.Micro(tx.Now.AddDate(9, 0, 0)), act.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return act.ID, theAct(w, act.ID).Version
}

func theAct(w *apptest.World, id string) api.DestructionOut {
	past := destructions(w.As("office")).Past
	return past[slices.IndexFunc(past, func(d api.DestructionOut) bool { return d.ID == id })]
}

// Every verb in every state of the act: what the table allows happens, everything else says what is possible.
func TestEveryVerbOfADestruction(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		for _, s := range destruction.Destructions.States {
			for _, verb := range []string{"confirm", "refuse"} {
				id, version := actIn(t, w, s.Key)
				since := w.Rows()
				a := takeDestruction(secondOffice(w), id, verb, version, "再核")
				if to, err := destruction.Destructions.To(s.Key, verb); err == nil {
					a.Want(http.StatusOK)
					if now := theAct(w, id).State; now != to && now != "done" {
						t.Errorf("%s from %s leads to %s", verb, s.Key, now)
					}
					apart[0].journalled(t, w, since, s.Key, to)
					if to == "running" {
						w.Eventually("it is destroyed", func() bool { return theAct(w, id).State == "done" })
						apart[0].journalled(t, w, since, to, "done")
					}
					continue
				}
				a.Refused(http.StatusConflict, "transition")
				if now := theAct(w, id); now.State != s.Key || now.Version != version {
					t.Errorf("%s from %s was refused and changed it: %+v", verb, s.Key, now)
				}
			}
		}
	})
}

// A hold is lifted once, and the journal says that it was in force.
func TestEveryVerbOfAHold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		scope := dueMonth(t, w)
		holdBack(w, w.As("office"), scope, nil).Want(http.StatusOK)
		h := tried(w.As("office"), scope).Lot.Holds[0]
		lift := func() *apptest.Answer {
			return w.As("office").Post("/holds/"+h.ID+"/lift", fields{"id": newID(), "version": h.Version, "reason": "评估已完成"})
		}
		since := w.Rows()
		lift().Want(http.StatusOK)
		apart[1].journalled(t, w, since, "in_force", "lifted")
		since = w.Rows()
		lift().Refused(http.StatusConflict, "transition")
		if told := w.Said(since); len(told) != 0 {
			t.Errorf("refused and journalled: %v", told)
		}
	})
}

// Of many who propose the same lot at once one does, and of two who decide about it at once.
func TestOneDestructionOfALotAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		scope := dueMonth(t, w)
		office, second := w.As("office"), secondOffice(w)
		atOnce := func(ask ...func() *apptest.Answer) int {
			var done atomic.Int64
			var all sync.WaitGroup
			for _, do := range ask {
				all.Go(func() {
					if a := do(); a.Status == http.StatusOK {
						done.Add(1)
					} else {
						a.Want(http.StatusConflict)
					}
				})
			}
			all.Wait()
			return int(done.Load())
		}
		one, other := func() *apptest.Answer { return proposeDestruction(office, scope) }, func() *apptest.Answer { return proposeDestruction(second, scope) }
		if n := atOnce(one, other, one, other, one, other); n != 1 {
			t.Fatalf("%d proposed it", n)
		}
		act := *tried(office, scope).Lot.Open
		judge := second
		if act.By != "秦可舟" {
			judge = office
		}
		confirm := func() *apptest.Answer { return takeDestruction(judge, act.ID, "confirm", act.Version, "") }
		refuse := func() *apptest.Answer { return takeDestruction(judge, act.ID, "refuse", act.Version, "再核") }
		if n := atOnce(confirm, refuse, confirm, refuse); n != 1 {
			t.Fatalf("%d decided it", n)
		}
	})
}

// A command sent again long after is answered as it was first, also when what it was about has been destroyed meanwhile.
func TestStepsOfADestructionSentAgainAfterIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		scope := dueMonth(t, w)
		office, second := w.As("office"), secondOffice(w)
		held, refused, proposed, confirmed := newID(), newID(), newID(), newID()
		until := w.Now().AddDate(0, 3, 0)
		hold := func() *apptest.Answer { return holdBack(w, office, scope, fields{"id": held, "until": until}) }
		propose := func(id string) *apptest.Answer {
			return office.Post("/destructions", fields{"id": id, "scope": scope, "reason": "期限届满"})
		}
		take := func(act, id, verb string) *apptest.Answer {
			return second.Post("/destructions/"+act+"/"+verb, fields{"id": id, "version": 1, "reason": "再核"})
		}
		hold().Want(http.StatusOK)
		office.Post("/holds/"+held+"/lift", fields{"id": newID(), "version": 1, "reason": "评估已结束"}).Want(http.StatusOK)
		first := newID()
		propose(first).Want(http.StatusOK)
		take(first, refused, "refuse").Want(http.StatusOK)
		propose(proposed).Want(http.StatusOK)
		take(proposed, confirmed, "confirm").Want(http.StatusOK)
		w.Eventually("it is destroyed", func() bool { return theAct(w, proposed).State == "done" })

		hold().Want(http.StatusOK)
		propose(first).Want(http.StatusOK)
		take(first, refused, "refuse").Want(http.StatusOK)
		propose(proposed).Want(http.StatusOK)
		take(proposed, confirmed, "confirm").Want(http.StatusOK)
		propose(newID()).Refused(http.StatusNotFound, "destruction.no_lot")
		holdBack(w, office, scope, nil).Refused(http.StatusNotFound, "destruction.no_lot")
		office.Get("/destructions/count?scope="+url.QueryEscape(scope)).Refused(http.StatusNotFound, "destruction.no_lot")
		if n := len(destructions(office).Past); n != 2 {
			t.Errorf("%d acts", n)
		}
	})
}
