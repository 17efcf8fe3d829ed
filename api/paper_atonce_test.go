package api_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/platform/db"
)

// Two papers of one instruction at once: who comes second is told what stands there. On SQLite the second waits for the
// first and then sees it.
func TestTwoPapersAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		order := instruct(t, w, group, fields{"number": nil, "how": "phone", "issuer": "市政府值班领导", "place": "50"})
		held, release, said := make(chan struct{}), make(chan struct{}), sync.Once{}
		var all sync.WaitGroup
		all.Go(func() { // a paper that is not committed yet
			if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE instruction SET version = version + 1 WHERE id = $1`, order)
				said.Do(func() { close(held) })
				<-release
				return err
			}); err != nil {
				t.Error(err)
			}
		})
		<-held
		answer := make(chan *apptest.Answer, 1)
		all.Go(func() {
			answer <- group.Post("/instructions/"+order+"/papers", fields{"id": newID(), "number": "7 号", "dated": w.Now()})
		})
		if w.App.DB.Engine() == db.Postgres {
			w.Eventually("the second waits for the first", func() (waits bool) {
				if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
					return tx.Get(`SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database())`, nil, &waits)
				}); err != nil {
					t.Error(err)
				}
				return waits
			})
		}
		close(release)
		all.Wait()
		a := <-answer
		if w.App.DB.Engine() == db.SQLite {
			a.Want(http.StatusOK)
			return
		}
		if now, _ := a.Refused(http.StatusConflict, "version_stale").Current.(map[string]any); now["version"] != 2.0 {
			t.Errorf("who came second is told %v", now)
		}
		if err := w.App.DB.Update(context.Background(), func(tx *db.Tx) error { // the first was none, and the world is whole again
			_, err := tx.Exec(`UPDATE instruction SET version = version - 1 WHERE id = $1`, order)
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
