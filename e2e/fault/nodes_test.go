package fault_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
)

// two are two places of one database, with one master key.
func two(t *testing.T, server string) (a, b place) {
	t.Helper()
	a = newPlace(t)
	a.url = dbtest.NewPostgres(t, server)
	b = a
	b.data = filepath.Join(t.TempDir(), "data")
	return a, b
}

func (p place) demo(t *testing.T) (*node, error) {
	t.Helper()
	return startOrEnd(t, append([]string{binary}, p.args("demo", "--listen", "127.0.0.1:0", "--free-rates", "--print-accounts", filepath.Join(t.TempDir(), "accounts"))...))
}

func (p place) mustDemo(t *testing.T) *node {
	t.Helper()
	n, err := p.demo(t)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Two nodes that start in the same moment on an empty database make one installation of it: one schema, one instance,
// one set of keys, one demo world.
func TestTwoNodesStartAtOnce(t *testing.T) {
	withPostgres(t, func(t *testing.T, server string) {
		for round := range 2 {
			p, q := two(t, server)
			var nodes [2]*node
			var errs [2]error
			var both sync.WaitGroup
			for i, x := range []place{p, q} {
				both.Go(func() { nodes[i], errs[i] = x.demo(t) })
			}
			both.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			for _, n := range nodes {
				mustSignIn(t, n.url, "office")
				n.kill()
			}
			inspect(t, p.options(), onlyOne)
			p.doctor(t)
		}
	})
}

// onlyOne looks for what two nodes may have made twice.
func onlyOne(p db.Pool) error {
	var errs []error
	for query, want := range map[string]int{
		`SELECT count(*) FROM instance`:                                      1,
		`SELECT count(*) - count(DISTINCT purpose) FROM signing_key`:         0,
		`SELECT count(*) FROM data_key WHERE scope = 'lookup:1'`:             1,
		`SELECT count(*) - count(DISTINCT version_id) FROM goose_db_version`: 0,
		`SELECT count(*) FROM journal WHERE verb = 'place.imported'`:         1,
		`SELECT count(*) - count(DISTINCT name) FROM team`:                   0,
		`SELECT count(*) - count(DISTINCT name) FROM account`:                0,
		`SELECT count(*) - count(DISTINCT title) FROM need`:                  0,
		`SELECT count(*) - count(DISTINCT number) FROM need`:                 0,
		`SELECT count(*) - count(DISTINCT (key, place)) FROM parameter`:      0,
	} {
		var n int
		if err := p.QueryRow(query).Scan(&n); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", query, err))
		} else if n != want {
			errs = append(errs, fmt.Errorf("%s: %d, want %d", query, n, want))
		}
	}
	return errors.Join(errs...)
}

// What is done on one node is true on the other within two seconds.
func TestTwoNodesAreOneSystem(t *testing.T) {
	withPostgres(t, func(t *testing.T, server string) {
		p, q := two(t, server)
		a, b := p.mustDemo(t), q.mustDemo(t)
		t.Run("a report shows on the other node", func(t *testing.T) {
			page := listen(t, b.url, mustSignIn(t, b.url, "zonghe"))
			for range 20 {
				r := sendOne(t, a.url)
				e := page.next(t, "report", func(e event) bool { return e.name == "change" && e.id == r.id })
				if d := e.at.Sub(r.sent); d > soon {
					t.Errorf("it took %v", d)
				}
			}
		})
		t.Run("a session holds and ends on both", func(t *testing.T) { sessionOnBoth(t, a, b) })
		t.Run("wrong passwords count together", func(t *testing.T) { lockOutOnBoth(t, a, b) })
		t.Run("a parameter counts on both", func(t *testing.T) { parameterOnBoth(t, a, b) })
	})
}

func sendOne(t *testing.T, url string) report {
	t.Helper()
	r := newReport()
	if a, err := send(context.Background(), url, &r); err != nil || a.Status != http.StatusCreated {
		t.Fatalf("%+v, %v", a, err)
	}
	return r
}

func sessionOnBoth(t *testing.T, a, b *node) {
	t.Helper()
	for range 5 {
		c := mustSignIn(t, a.url, "xietiao")
		page := listen(t, b.url, c)
		if status, err := as(c, http.MethodGet, b.url+"/api/v1/session", nil, nil); err != nil || status != 200 {
			t.Fatalf("on the other node: %d, %v", status, err)
		}
		busy, rest := context.WithCancel(context.Background())
		var asking sync.WaitGroup
		for range 4 { // the session is in use all the while
			asking.Go(func() {
				for busy.Err() == nil {
					_, _ = as(c, http.MethodGet, b.url+"/api/v1/session", nil, nil) // what it says is asked below
				}
			})
		}
		ended := time.Now()
		if status, err := as(c, http.MethodDelete, a.url+"/api/v1/session", nil, nil); err != nil || status != 200 {
			t.Fatalf("sign out: %d, %v", status, err)
		}
		if err := page.endsWithin(soon); err != nil {
			t.Error(err)
		}
		until(t, soon-time.Since(ended), func() error {
			status, err := as(c, http.MethodGet, b.url+"/api/v1/session", nil, nil)
			if err != nil || status != http.StatusUnauthorized {
				return fmt.Errorf("%d, %w", status, err)
			}
			return nil
		})
		rest()
		asking.Wait()
	}
}

// lockOutOnBoth tries more passwords at once than are allowed: no more than the limit are judged, wherever they come.
func lockOutOnBoth(t *testing.T, a, b *node) {
	t.Helper()
	for i, want := range []int{401, 401, 401, 401, 423} {
		url := []string{a.url, b.url}[i%2]
		if status, _, err := signIn(url, "nanchuan", "wrong password"); err != nil || status != want {
			t.Errorf("try %d: %d, %v, want %d", i+1, status, err, want)
		}
	}
	for _, n := range []*node{a, b} {
		if status, c, err := signIn(n.url, "nanchuan", demoPassword); err != nil || status != http.StatusLocked || c != nil {
			t.Errorf("the right password on a locked account: %d, %v", status, err)
		}
	}
	var mu sync.Mutex
	var said []int
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			status, _, err := signIn([]string{a.url, b.url}[i%2], "qijiang", "wrong password")
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			said = append(said, status)
		})
	}
	all.Wait()
	if judged := len(said) - count(said, http.StatusLocked); judged > 4 {
		t.Errorf("%d passwords were judged at once, the limit locks at the fifth: %v", judged, said)
	}
}

func count(list []int, what int) (n int) {
	for _, x := range list {
		if x == what {
			n++
		}
	}
	return n
}

func parameterOnBoth(t *testing.T, a, b *node) {
	t.Helper()
	onA, onB := mustSignIn(t, a.url, "office"), mustSignIn(t, b.url, "office")
	for _, value := range []string{"7", "11", "13", "17"} {
		status, err := as(onA, http.MethodPost, a.url+"/api/v1/parameters", map[string]any{
			"id": id.New(), "key": "need.look_within", "place": "50", "value": value, "source": "演练规定",
		}, nil)
		if err != nil || status != http.StatusNoContent {
			t.Fatalf("set: %d, %v", status, err)
		}
		until(t, soon, func() error {
			var list struct {
				Items []struct{ Key, Value string }
			}
			if status, err := as(onB, http.MethodGet, b.url+"/api/v1/parameters?place=50", nil, &list); err != nil || status != 200 {
				return fmt.Errorf("%d, %w", status, err)
			}
			for _, x := range list.Items {
				if x.Key == "need.look_within" && x.Value != value {
					return fmt.Errorf("%s is %s, want %s", x.Key, x.Value, value)
				}
			}
			return nil
		})
	}
}

// Killing either node loses nothing: what it had acknowledged is read through the other, whose pages go on within two
// seconds, in the order of positions and without a gap, whoever gave the positions before.
func TestKillEitherNode(t *testing.T) {
	withPostgres(t, func(t *testing.T, server string) {
		p, q := two(t, server)
		nodes := []*node{p.mustDemo(t), q.mustDemo(t)}
		places := []place{p, q}
		all := &load{}
		for round := range 4 {
			dies, stays := nodes[round%2], nodes[1-round%2]
			page := listen(t, stays.url, mustSignIn(t, stays.url, "zonghe"))
			l := &load{}
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			done := make(chan struct{})
			go func() {
				defer close(done)
				l.run(ctx, dies.url, 16, false)
			}()
			until(t, 10*time.Second, l.more(20))
			wait(between(50*time.Millisecond, 500*time.Millisecond))
			dies.kill()
			r := sendOne(t, stays.url) // shown once somebody gives positions again
			<-done
			cancel()
			page.sees(t, soon, append(slices.Clone(l.acked), r))
			all.acked = append(append(all.acked, l.acked...), r)
			all.open = append(all.open, l.open...)
			nodes[round%2] = places[round%2].mustDemo(t)
		}
		t.Log(all)
		for _, n := range nodes {
			all.found(t, n.url)
		}
		whole(t, p.options())
		filled(t, p.options())
		for _, n := range nodes {
			n.stop(t)
		}
		p.doctor(t)
	})
}

// filled says that everything that was reported can be found, once a node that runs has caught up, whoever was killed while
// it filled.
func filled(t *testing.T, o db.Options) {
	t.Helper()
	inspect(t, o, func(p db.Pool) error {
		return poll(60*time.Second, func() error {
			var open int
			err := p.QueryRow(`SELECT count(*) FROM (SELECT id FROM report EXCEPT SELECT report FROM report_pair) AS x`).Scan(&open)
			if err == nil && open > 0 {
				err = fmt.Errorf("%d reports cannot be found", open)
			}
			return err
		})
	})
}

// A node that hangs (a paused machine, a swapped-out process) while it gives the positions, or in the middle of writes
// that keep others' rows from being settled, holds up nobody for long, and does no harm when it wakes.
func TestFrozenNodeIsReplaced(t *testing.T) {
	withPostgres(t, func(t *testing.T, server string) {
		p, q := two(t, server)
		a, b := p.mustDemo(t), q.mustDemo(t)
		for _, x := range [][2]*node{{a, b}, {b, a}} { // one of the two gives the positions
			frozen, stays := x[0], x[1]
			page := listen(t, stays.url, mustSignIn(t, stays.url, "zonghe"))
			l := &load{}
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			done := make(chan struct{})
			go func() {
				defer close(done)
				l.run(ctx, frozen.url, 8, false)
			}()
			until(t, 10*time.Second, l.more(10))
			frozen.freeze(t)
			r := sendOne(t, stays.url)
			page.sees(t, 5*soon, []report{r})
			cancel()
			frozen.thaw(t)
			<-done
			var late report
			until(t, 5*soon, func() error { // its writes from before were given up; new ones are taken
				late = newReport()
				if a, err := send(context.Background(), frozen.url, &late); err != nil || a.Status != http.StatusCreated {
					return fmt.Errorf("%+v, %w", a, err)
				}
				return nil
			})
			page.sees(t, soon, []report{late})
			l.onlyUnavailable(t)
			l.found(t, stays.url)
		}
		whole(t, p.options())
		a.stop(t)
		b.stop(t)
		p.doctor(t)
	})
}
