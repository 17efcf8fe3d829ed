package fault_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianyuan/platform/id"
)

// client keeps its connections; 127.0.0.1 is all it ever talks to.
var client = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 256},
}

// report is a cry for help as it was sent, and what came back.
type report struct {
	id      string
	body    []byte
	receipt string
	sent    time.Time
	took    time.Duration
}

// answer is what a node says.
type answer struct {
	Status  int
	Code    string `json:"code"`
	Receipt string `json:"receipt"`
	Stage   string `json:"stage"`
	Flags   []string
}

var serial atomic.Int64

// newReport is an invented call from Qijiang.
func newReport() report {
	n := serial.Add(1)
	r := report{id: id.New()}
	r.body, _ = json.Marshal(map[string]any{ // strings and numbers only: cannot fail
		"id": r.id, "kind": "trapped_water", "text": fmt.Sprintf("一楼进水，老人上不了楼，第 %d 户", n), "place": "500110", "people": 1 + n%7,
		"phone": fmt.Sprintf("1380000%04d", n%10000), "vulnerable": []string{"elder"},
	})
	return r
}

// post sends a JSON body; an error means that nobody answered.
func post(ctx context.Context, url string, body []byte) (a answer, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	a.Status = res.StatusCode
	return a, json.NewDecoder(res.Body).Decode(&a)
}

// send posts a report.
func send(ctx context.Context, url string, r *report) (answer, error) {
	r.sent = time.Now()
	a, err := post(ctx, url+"/api/v1/public/reports", r.body)
	r.took = time.Since(r.sent)
	r.receipt = a.Receipt
	return a, err
}

// load is what many writers sent and what became of it.
type load struct {
	mu      sync.Mutex
	acked   []report
	open    []report // nobody answered: kept or not
	refused []report
	codes   map[string]int // of the refusals
	ackedN  atomic.Int64
}

func (l *load) note(r report, a answer, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.open = append(l.open, r)
	case a.Status == http.StatusCreated:
		l.acked = append(l.acked, r)
		l.ackedN.Add(1)
	default:
		if l.codes == nil {
			l.codes = map[string]int{}
		}
		l.codes[fmt.Sprintf("%d %s", a.Status, a.Code)]++
		l.refused = append(l.refused, r)
	}
}

// run lets writers send reports until ctx ends, or until nobody answers them any more when stay is not set. A writer
// that was refused waits a little, as a phone would.
func (l *load) run(ctx context.Context, url string, writers int, stay bool) {
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for ctx.Err() == nil {
				r := newReport()
				a, err := send(ctx, url, &r)
				l.note(r, a, err)
				if err != nil && !stay {
					return
				}
				if err != nil || a.Status != http.StatusCreated {
					select {
					case <-ctx.Done():
					case <-time.After(20 * time.Millisecond):
					}
				}
			}
		})
	}
	all.Wait()
}

// onlyUnavailable fails the test when a refusal was anything but 503 with a code.
func (l *load) onlyUnavailable(t *testing.T) {
	t.Helper()
	for code, n := range l.codes {
		if code != "503 db_unavailable" {
			t.Errorf("%d refusals were %q, want 503 with db_unavailable", n, code)
		}
	}
}

func (l *load) String() string {
	return fmt.Sprintf("%d acknowledged, %d without an answer, refused %v", len(l.acked), len(l.open), maps.Clone(l.codes))
}

// found fails the test unless every acknowledged report is there: its receipt answers, and the same sent again is the
// same report with the same receipt. What was refused or never answered can be sent again too.
func (l *load) found(t *testing.T, url string) {
	t.Helper()
	type job struct {
		report
		acked bool
	}
	jobs := make(chan job)
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for j := range jobs {
				if j.acked {
					receipt, _ := json.Marshal(map[string]string{"receipt": j.receipt}) // a map of strings cannot fail
					if a, err := post(ctx, url+"/api/v1/public/receipts", receipt); err != nil || a.Status != http.StatusOK || a.Stage != "received" {
						t.Errorf("acknowledged report %s is not there: %+v, %v", j.id, a, err)
					}
				}
				again := j.report
				a, err := send(ctx, url, &again)
				if err != nil || a.Status != http.StatusCreated || (j.acked && a.Receipt != j.receipt) {
					t.Errorf("report %s (acknowledged: %t) sent again: %+v, %v; the first receipt was %s", j.id, j.acked, a, err, j.receipt)
				}
			}
		})
	}
	feed := func(list []report, acked bool) {
		for _, r := range list {
			select {
			case jobs <- job{r, acked}:
			case <-ctx.Done():
				return
			}
		}
	}
	feed(l.acked, true)
	feed(l.open, false)
	feed(l.refused, false)
	close(jobs)
	all.Wait()
	if ctx.Err() != nil {
		t.Error("looking for the reports took too long")
	}
}

// more answers nil once more than so many reports are acknowledged.
func (l *load) more(than int64) func() error {
	return func() error {
		if n := l.ackedN.Load(); n <= than {
			return fmt.Errorf("%d reports acknowledged", n)
		}
		return nil
	}
}
