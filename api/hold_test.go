package api_test

import (
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// mostStatements is how many statements one Update may make, however much there is to do: a statement costs some tens of
// microseconds, and whoever waits for the writer should wait no longer than 50 ms.
const mostStatements = 1000

// volume is how much there is to do: little, or with LIANYUAN_VOLUME as many times as much. Times are told, never judged: they are
// the machine's.
func volume(t *testing.T, n int) int {
	t.Helper()
	times, err := strconv.Atoi(os.Getenv("LIANYUAN_VOLUME"))
	if err != nil {
		times = 1
	}
	return n * times
}

// held runs bulk work and holds that none of its Updates made too many statements.
func held(t *testing.T, w *apptest.World, what string, do func()) {
	t.Helper()
	w.App.DB.Stats().Held.Worst()
	before, start := w.App.DB.Stats().Held.Long(), time.Now()
	do()
	w.Settled()
	worst, statements := w.App.DB.Stats().Held.Worst()
	t.Logf("%s: the longest hold was %s, the most statements %d; %d held longer than 50 ms; in all %s", what, worst, statements, w.App.DB.Stats().Held.Long()-before, time.Since(start))
	if statements > mostStatements {
		t.Errorf("%s: %d statements in one update", what, statements)
	}
}

// callers are many who call at once.
func callers(t *testing.T, w *apptest.World, n int) (ids []string) {
	t.Helper()
	var all sync.WaitGroup
	var one sync.Mutex
	for range 16 {
		all.Go(func() {
			for range n / 16 {
				r := call(nil)
				w.Public().Post("/public/reports", r).Want(http.StatusCreated)
				one.Lock()
				ids = append(ids, r["id"].(string))
				one.Unlock()
			}
		})
	}
	all.Wait()
	return ids
}

// Bulk work holds the writer briefly: reports of an area join an incident, in slices; teams are ordered to withdraw and called
// back, at most a hundred in a wave. What many are told is tested in domain/notice.
func TestBulkHoldsTheWriterBriefly(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc, need := w.As("office"), running(t, w), publishedNeed(t, w, fields{"teams": 400})
		setFor(w, "need.report_rate_per_address", "100000000")
		setFor(w, "need.flood_reports_per_minute", "100000000")
		callers(t, w, volume(t, 160))
		held(t, w, "reports of an area join", func() {
			for more := true; more; {
				more = apptest.Read[api.JoinedOut](office.Post("/incidents/"+inc+"/reports", fields{"id": newID(), "area": "500110"}).Want(http.StatusOK)).More
			}
		})
		var parties []string
		for n := range min(volume(t, 30), 100) {
			parties = append(parties, comes(t, w, inc, need, "救援队"+strconv.Itoa(n)).party)
		}
		wave := planned(w, office, inc, parties...)
		held(t, w, "teams are ordered to leave", func() {
			office.Post("/withdrawals/"+wave.ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
		})
		held(t, w, "the wave is taken back", func() {
			office.Post("/withdrawals/"+wave.ID+"/cancel", because("险情反复")).Want(http.StatusOK)
		})
	})
}
