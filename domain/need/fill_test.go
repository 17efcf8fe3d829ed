package need_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/journal"
)

// follows opens the journal of a database, as app does, and waits for what was written.
func follows(tb testing.TB, d *db.DB) (j *journal.Journal, settles func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(cancel)
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		tb.Fatal(err)
	}
	if j, err = journal.Open(ctx, d, "node", journal.Signer{KeyID: "key", Private: private}); err != nil {
		tb.Fatal(err)
	}
	return j, func() {
		tb.Helper()
		var written int64
		if err := d.View(ctx, func(tx *db.Tx) error { return tx.Get(`SELECT count(*) FROM journal`, nil, &written) }); err != nil {
			tb.Fatal(err)
		}
		deadline := time.After(time.Minute)
		again := time.NewTicker(5 * time.Millisecond)
		defer again.Stop()
		for j.Position() < written {
			select {
			case <-again.C:
			case <-deadline:
				tb.Fatal("the journal did not settle")
			}
		}
	}
}

func (n *nodes) found(t *testing.T, query string) []string {
	t.Helper()
	page, err := n.on[0].Queue(n.ctx, need.Filter{Stage: "all", Query: query, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range page.Items {
		ids = append(ids, r.ID)
	}
	return ids
}

// Two nodes fill at once, and each report is filled once; a node that stops in between loses nothing: the next one goes on
// where the cursor stands, and does again what did not commit.
func TestFilledOnceByTwoNodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, settles := follows(t, d)
		n := newNodes(t, d)
		const many = 130
		long := strings.Repeat("桥下积水很深", 2000) // cut, and still more than is written at once
		for i := range many {
			text := fmt.Sprintf("门牌%04d号", i)
			if i%40 == 7 {
				text += long
			}
			if _, err := n.on[i%2].Report(n.ctx, call(text)); err != nil {
				t.Fatal(err)
			}
		}
		settles()
		var first int64
		if more, err := n.on[0].Fill(n.ctx, j, &first); err != nil || !more {
			t.Fatalf("the first step: more %t, %v", more, err)
		}
		if filled := n.count(t, `SELECT count(*) FROM report_pair`); filled == 0 || filled == many {
			t.Fatalf("%d filled in one step", filled)
		}
		stopped, stop := context.WithCancel(n.ctx)
		stop()
		if more, err := n.on[0].Fill(stopped, j, &first); err == nil && more {
			t.Error("a node that stops goes on")
		}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				var seen int64
				for range 30 {
					if _, err := n.on[i%2].Fill(n.ctx, j, &seen); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if filled := n.count(t, `SELECT count(*) FROM report_pair`); filled != many {
			t.Errorf("%d of %d filled", filled, many)
		}
		if phones := n.count(t, `SELECT count(*) FROM report_token`); phones != many {
			t.Errorf("%d of %d numbers", phones, many)
		}
		for _, i := range []int{0, 7, 64, many - 1} {
			if ids := n.found(t, fmt.Sprintf("门牌%04d号", i)); len(ids) != 1 {
				t.Errorf("the report %d is found %d times", i, len(ids))
			}
		}
		if ids := n.found(t, "积水很深"); len(ids) != 4 {
			t.Errorf("the long ones: %d", len(ids))
		}
		var seen int64
		if more, err := n.on[1].Fill(n.ctx, j, &seen); err != nil || more {
			t.Errorf("there is still more: %t, %v", more, err)
		}
	})
}

// The hashes carry their key and algorithm; when the key is another one, everything is filled anew and found again.
func TestAnotherKeyFillsAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j, settles := follows(t, d)
		fills := func(n *nodes) {
			t.Helper()
			settles()
			for seen, more := int64(0), true; more; {
				var err error
				if more, err = n.on[0].Fill(n.ctx, j, &seen); err != nil {
					t.Fatal(err)
				}
			}
		}
		n := newNodes(t, d)
		for i := range 50 {
			if _, err := n.on[0].Report(n.ctx, call(fmt.Sprintf("门牌%04d号", i))); err != nil {
				t.Fatal(err)
			}
		}
		fills(n)
		if err := d.Update(n.ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM data_key WHERE scope = 'search'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		next := newNodes(t, d)
		if ids := next.found(t, "门牌0033号"); len(ids) != 0 {
			t.Fatalf("the new key finds what was filled with the old one: %v", ids)
		}
		fills(next)
		if ids := next.found(t, "门牌0033号"); len(ids) != 1 {
			t.Errorf("found %d times", len(ids))
		}
		if keys := next.count(t, `SELECT count(DISTINCT key) FROM report_pair WHERE algorithm = 1`); keys != 1 {
			t.Errorf("%d keys", keys)
		}
	})
}

// benchReports is how many reports a benchmark works among: LIANYUAN_BENCH_REPORTS, 20000 without it.
func benchReports() int {
	if n, err := strconv.Atoi(os.Getenv("LIANYUAN_BENCH_REPORTS")); err == nil {
		return n
	}
	return 20000
}

// reported takes many reports, from sixteen callers at a time; made makes each from said, its number and four things people say.
func (n *nodes) reported(b *testing.B, many int, made func(i int, said string) need.Call) {
	b.Helper()
	said := []string{"一楼进水，老人独居，有人被困", "道路塌方，车辆受阻，有人被困", "缺水断粮，三天没有吃的，有人被困", "房屋开裂，不敢进去，有人被困"}
	var all sync.WaitGroup
	for w := range 16 {
		all.Go(func() {
			for i := w; i < many; i += 16 {
				if _, err := n.on[0].Report(n.ctx, made(i, fmt.Sprintf("%s，沙溪路%d号，%d楼", said[i%4], i%977, i%31))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// filled fills what the reports are found by.
func (n *nodes) filled(b *testing.B, j *journal.Journal) {
	b.Helper()
	for seen, more := int64(0), true; more; {
		var err error
		if more, err = n.on[0].Fill(n.ctx, j, &seen); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFind searches among benchReports, a common word in each.
func BenchmarkFind(b *testing.B) {
	many := benchReports()
	dbtest.EachBench(b, func(b *testing.B, d *db.DB) {
		b.Helper()
		j, settles := follows(b, d)
		n := newNodes(b, d)
		n.reported(b, many, func(i int, said string) need.Call {
			c := call(said)
			if i%20000 == 77 {
				c.Text += "，在老人民小学操场"
			}
			c.Place = []place.Code{"500110", "500119", "500101"}[i%3]
			return c
		})
		settles()
		began := time.Now()
		n.filled(b, j)
		b.Logf("%d reports filled in %s", many, time.Since(began).Round(time.Millisecond))
		for name, f := range map[string]need.Filter{
			"rare": {Stage: "all", Query: "老人民小学"}, "common": {Stage: "waiting", Query: "有人被困"}, "common here": {Stage: "all", Query: "有人被困", Place: "/50/500119/"},
			"none": {Stage: "all", Query: "没有这样的话"}, "two": {Stage: "all", Query: "沙溪路976号 塌方"}, "every pair, no words": {Stage: "all", Query: "困沙溪路进水"},
			"done": {Stage: "done", Query: "有人被困"}, "number": {Stage: "all", Query: "13800000009"},
		} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if _, err := n.on[0].Queue(n.ctx, f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
