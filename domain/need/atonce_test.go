package need_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/seal"
)

// nodes are two services on one database, as two nodes have them: everything that one of them knows and the other does
// not stands in the database or nowhere.
type nodes struct {
	db  *db.DB
	on  [2]*need.Service
	ctx context.Context //nolint:containedctx // a member of the general group, for every call
}

func newNodes(tb testing.TB, d *db.DB) *nodes {
	tb.Helper()
	ctx := context.Background()
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		tb.Fatal(err)
	}
	n := &nodes{db: d}
	for i := range n.on {
		places, err := place.Open(ctx, d)
		if err != nil {
			tb.Fatal(err)
		}
		params, err := parameter.Open(ctx, d, places)
		if err != nil {
			tb.Fatal(err)
		}
		n.on[i], err = need.New(ctx, need.Deps{
			DB: d, Clock: clock.System{}, Places: places, Parameters: params, Keeper: seal.NewKeeper(d, master), Home: "/50/", Letter: "A",
		})
		if err != nil {
			tb.Fatal(err)
		}
		now := clock.System{}.Now()
		n.ctx = access.With(ctx, access.Actor{Account: "staff", At: now, Grants: []access.Grant{
			{Role: access.General, Place: "/50/", Sees: places.Tree().Scope("50", now)},
		}})
	}
	return n
}

// atOnce calls fn n times in the same moment, by turns on the two nodes, and returns the errors.
func (n *nodes) atOnce(times int, fn func(s *need.Service, i int) error) []error {
	errs := make([]error, times)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() {
			<-start
			errs[i] = fn(n.on[i%2], i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func (n *nodes) count(t *testing.T, query string, args ...any) (c int) {
	t.Helper()
	err := n.db.View(context.Background(), func(tx *db.Tx) error { return tx.Get(query, args, &c) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func call(text string) need.Call {
	return need.Call{ID: id.New(), Kind: need.TrappedWater, Text: text, Place: "500110", Phone: "13800000001", Channel: "web"}
}

func (n *nodes) report(t *testing.T) string {
	t.Helper()
	c := call("一楼进水")
	if _, err := n.on[0].Report(n.ctx, c); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// taken is a report that somebody has looked at: its version is 2.
func (n *nodes) taken(t *testing.T) string {
	t.Helper()
	r := n.report(t)
	if err := n.on[0].Look(n.ctx, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// only counts the calls that went well; every other must have failed with one of the given faults.
func only(t *testing.T, errs []error, others ...error) (well int) {
	t.Helper()
	for _, err := range errs {
		known := err == nil
		if known {
			well++
		}
		for _, o := range others {
			known = known || errors.Is(err, o)
		}
		if !known {
			t.Errorf("got %v", err)
		}
	}
	return well
}

const rounds = 20

func TestOneReportIDTwoTexts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		for range rounds {
			c := call("")
			errs := n.atOnce(2, func(s *need.Service, i int) error {
				mine := c
				mine.Text = fmt.Sprint("第", i, "种说法")
				_, err := s.Report(context.Background(), mine)
				return err
			})
			if well := only(t, errs, fault.ErrIDReused); well != 1 {
				t.Errorf("%d of two reports with one id were taken", well)
			}
		}
		if got := n.count(t, `SELECT count(*) FROM report`); got != rounds {
			t.Errorf("%d reports, want %d", got, rounds)
		}
	})
}

func TestOneReportSentTwiceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		for range rounds {
			c := call("一楼进水")
			var receipts [4]id.Receipt
			errs := n.atOnce(len(receipts), func(s *need.Service, i int) error {
				r, err := s.Report(context.Background(), c)
				receipts[i] = r.Code
				return err
			})
			if well := only(t, errs); well != len(receipts) {
				t.Errorf("%d of %d were answered", well, len(receipts))
			}
			for _, r := range receipts {
				if r != receipts[0] {
					t.Errorf("receipts %v", receipts)
				}
			}
		}
		if got := n.count(t, `SELECT count(*) FROM report`); got != rounds {
			t.Errorf("%d reports, want %d", got, rounds)
		}
	})
}

// Very many reports in one moment, each sent three times and once more with other words: they are written together, nobody
// is refused for what another sent, and every receipt is that of its own report.
func TestReportsOfOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		const different, times = 60, 4
		ids, receipts := make([]string, different), make([][times]id.Receipt, different)
		for i := range ids {
			ids[i] = id.New()
		}
		errs := n.atOnce(different*times, func(s *need.Service, i int) error {
			c := call("一楼进水")
			c.ID = ids[i%different]
			if i/different == times-1 {
				c.Text = "二楼进水"
			}
			r, err := s.Report(context.Background(), c)
			receipts[i%different][i/different] = r.Code
			return err
		})
		only(t, errs, fault.ErrIDReused)
		if got := n.count(t, `SELECT count(*) FROM report`); got != different {
			t.Errorf("%d reports, want %d", got, different)
		}
		for i, of := range receipts {
			var code id.Receipt
			well := 0
			for _, r := range of {
				if r != "" {
					code = r
					well++
				}
			}
			if well != times-1 && well != 1 { // those of the first words that came, whichever they were
				t.Errorf("%d of %d were answered", well, times)
			}
			c := need.Claim{ID: id.New(), Kind: "add", Text: "水还在涨"}
			if err := n.on[0].Add(context.Background(), code, c); err != nil {
				t.Fatal(err)
			}
			if n.count(t, `SELECT count(*) FROM report_claim WHERE id = $1 AND report = $2`, c.ID, ids[i]) != 1 {
				t.Error("a receipt leads to another report")
			}
		}
		if d.Stats().Alone.Load() != 0 {
			t.Errorf("%d groups were taken apart", d.Stats().Alone.Load())
		}
	})
}

func TestNumbersAreNeverGivenTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		const reports = 200
		var ids []string
		for range reports {
			ids = append(ids, n.report(t))
		}
		errs := n.atOnce(reports, func(s *need.Service, i int) error { return s.Look(n.ctx, ids[i]) })
		if well := only(t, errs); well != reports {
			t.Errorf("%d of %d looks went well", well, reports)
		}
		if got := n.count(t, `SELECT count(DISTINCT number) FROM report WHERE number <> ''`); got != reports {
			t.Errorf("%d different numbers for %d reports", got, reports)
		}
	})
}

// Looks of staff and claims of the caller on one report, all at once: none fails because of another, one number is
// given, and no claim is lost.
func TestLooksAndClaimsOnOneReportAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		c := call("一楼进水")
		r, err := n.on[0].Report(n.ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		const times = 24
		errs := n.atOnce(times, func(s *need.Service, i int) error {
			if i%3 == 0 {
				return s.Look(n.ctx, c.ID)
			}
			return s.Add(context.Background(), r.Code, need.Claim{ID: id.New(), Kind: "safe", Text: strconv.Itoa(i)})
		})
		if well := only(t, errs); well != times {
			t.Errorf("%d of %d went well", well, times)
		}
		if got := n.count(t, `SELECT count(*) FROM report_claim WHERE report = $1`, c.ID); got != times*2/3 {
			t.Errorf("%d claims, want %d", got, times*2/3)
		}
		if got := n.count(t, `SELECT version FROM report WHERE id = $1`, c.ID); got != times+1 {
			t.Errorf("version %d, want %d", got, times+1)
		}
		if got := n.count(t, `SELECT coalesce(sum(n), 0) FROM counter`); got != 1 {
			t.Errorf("%d numbers were drawn for one report", got)
		}
	})
}

func TestOneCommandTwiceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		for range rounds {
			r := n.taken(t)
			a := need.Attempt{ID: id.New(), Method: "call_back", Result: "reached", Note: "已通话"}
			if well := only(t, n.atOnce(4, func(s *need.Service, _ int) error { return s.Attempt(n.ctx, r, a) })); well != 4 {
				t.Errorf("%d of 4 were answered like the first", well)
			}
			if got := n.count(t, `SELECT count(*) FROM report_attempt WHERE report = $1`, r); got != 1 {
				t.Errorf("%d attempts", got)
			}
			if got := n.count(t, `SELECT version FROM report WHERE id = $1`, r); got != 3 {
				t.Errorf("version %d, want 3", got)
			}
			b := need.Attempt{ID: id.New(), Method: "call_back", Result: "no_answer"}
			errs := n.atOnce(2, func(s *need.Service, i int) error {
				mine := b
				mine.Note = fmt.Sprint("第", i, "种说法")
				return s.Attempt(n.ctx, r, mine)
			})
			if well := only(t, errs, fault.ErrIDReused); well != 1 {
				t.Errorf("%d of two commands with one id went well", well)
			}
		}
	})
}

func TestTwoDecisionsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		for range rounds {
			r := n.taken(t)
			errs := n.atOnce(2, func(s *need.Service, i int) error {
				decision := need.Decision{ID: id.New(), Version: 2, Outcome: "false"}
				if i == 0 {
					decision.Outcome, decision.New = "verified", &need.Draft{Title: "老人需转移"}
				}
				return s.Decide(n.ctx, r, decision)
			})
			if well := only(t, errs, fault.ErrVersionStale, fault.Transition()); well != 1 {
				t.Errorf("%d of two decisions went well", well)
			}
			if got, want := n.count(t, `SELECT count(*) FROM need WHERE id IN (SELECT need FROM report WHERE id = $1)`, r),
				n.count(t, `SELECT count(*) FROM report WHERE id = $1 AND outcome = 'verified'`, r); got != want {
				t.Errorf("%d needs for a report with %d verifications", got, want)
			}
		}
		if got, want := n.count(t, `SELECT count(*) FROM need`), n.count(t, `SELECT count(*) FROM report WHERE outcome = 'verified'`); got != want {
			t.Errorf("%d needs of %d verified reports", got, want)
		}
	})
}

// Two who publish one need at once, each under an instruction of its own: one of them does.
func TestTwoPublicationsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNodes(t, d)
		var orders [2]string
		for i := range orders {
			orders[i] = id.New()
			err := n.on[0].Record(n.ctx, need.Instruction{
				ID: orders[i], Number: fmt.Sprint("演练指〔2026〕", i, "号"), Issuer: "綦江区人民政府", How: "paper", IssuedAt: clock.System{}.Now().Add(-time.Hour), Place: "/50/500110/",
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for range rounds {
			r, made := n.taken(t), id.New()
			if err := n.on[0].Decide(n.ctx, r, need.Decision{ID: id.New(), NewID: made, Outcome: "verified", New: &need.Draft{Title: "老人需转移"}}); err != nil {
				t.Fatal(err)
			}
			errs := n.atOnce(2, func(s *need.Service, i int) error {
				return s.Publish(n.ctx, made, need.Publication{ID: id.New(), Version: 1, Instruction: orders[i], Audience: []string{"teams"}})
			})
			if well := only(t, errs, fault.ErrVersionStale, fault.Transition()); well != 1 {
				t.Errorf("%d of two publications went well", well)
			}
		}
		if got := n.count(t, `SELECT count(*) FROM need WHERE state = 'published' AND version = 2`); got != rounds {
			t.Errorf("%d needs published once, want %d", got, rounds)
		}
	})
}
