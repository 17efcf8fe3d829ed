package notice_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"lianyuan/domain/notice"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/sms"
)

func (w *world) posts() int {
	w.t.Helper()
	n, err := w.on[0].PostOnce(context.Background())
	w.must(err)
	return n
}

// A short message that is on the phone needs no call; one that was only taken over does, when nobody reads it.
func TestSentAndDelivered(t *testing.T) {
	for status, ring := range map[string]int{sms.Delivered: 0, sms.Sent: 1} {
		g := newGateway(func(int) (int, string) { return 200, `{"status":"` + status + `"}` })
		each(t, g.sender, func(w *world) {
			w.happens("pass.revoked", id.New(), w.flood)
			w.follows(0)
			if n := w.posts(); n != 1 || w.posts() != 0 {
				t.Errorf("%d messages", n)
			}
			if g.last.To != phone || g.last.Sign != "市应急局" || g.last.Text != "綦江暴雨：通行证 TX-A0001 已撤销，不得继续使用。" {
				t.Errorf("sent %+v", g.last)
			}
			shelf := map[string]string{sms.Delivered: "arrived", sms.Sent: "waiting"}[status]
			if o := w.outbox(w.flood, shelf); len(o.Lines) == 0 || !o.Gate {
				t.Errorf("%s: %+v", status, o)
			}
			w.clock.Advance(10 * time.Minute)
			if o := w.outbox(w.flood, "phone"); len(o.Rings) != ring {
				t.Errorf("%s: to be phoned %+v", status, o.Rings)
			}
		})
	}
}

// What was only taken over becomes what the gateway says later, once, and only when it proves to be the gateway.
func TestReceiptsThatComeLater(t *testing.T) {
	g := newGateway(func(int) (int, string) { return 200, `{"status":"sent"}` })
	each(t, g.sender, func(w *world) {
		ctx := context.Background()
		for status, shelf := range map[string]string{sms.Delivered: "arrived", sms.Refused: "failed"} {
			in := w.incident(false)
			w.happens("pass.revoked", id.New(), in)
			w.follows(0)
			if w.posts() != 1 {
				t.Fatal("nothing was handed over")
			}
			lines := func() (n int) {
				for _, l := range w.outbox(in, shelf).Lines {
					if l.Channel == notice.SMS {
						n++
					}
				}
				return n
			}
			for _, token := range []string{"", "another"} {
				if err := w.on[0].Receipt(ctx, token, g.last.ID, status); fault.KindOf(err) != fault.NotFound {
					t.Errorf("with the token %q: %v", token, err)
				}
			}
			if err := w.on[0].Receipt(ctx, gatewayToken, g.last.ID, sms.Sent); fault.KindOf(err) != fault.Invalid {
				t.Errorf("a status that says nothing: %v", err)
			}
			if n := lines(); n != 0 {
				t.Fatalf("%d before the receipt", n)
			}
			other := map[string]string{sms.Delivered: sms.Refused, sms.Refused: sms.Delivered}[status]
			for _, says := range []string{status, status, other} {
				w.must(w.on[1].Receipt(ctx, gatewayToken, g.last.ID, says))
			}
			if n := lines(); n != 1 {
				t.Errorf("%s: %d on the shelf %s", status, n, shelf)
			}
			w.clock.Advance(10 * time.Minute)
			if n := len(w.outbox(in, "phone").Rings); (n == 0) != (status == sms.Delivered) {
				t.Errorf("%s: %d to be phoned", status, n)
			}
		}
		if err := w.on[0].Receipt(ctx, gatewayToken, id.New(), sms.Delivered); fault.KindOf(err) != fault.NotFound {
			t.Errorf("of nothing: %v", err)
		}
	})
}

// A gateway that is out of order is asked again after a while, not before.
func TestOutOfOrderThenSent(t *testing.T) {
	var g *gateway
	open := func(t *testing.T) sms.Sender {
		t.Helper()
		g = newGateway(func(try int) (int, string) {
			if try < 3 {
				return 503, ""
			}
			return 200, `{"status":"sent"}`
		})
		return g.sender(t)
	}
	each(t, open, func(w *world) {
		w.happens("pass.revoked", id.New(), w.flood)
		w.follows(0)
		for _, x := range []struct {
			wait time.Duration
			sent int
		}{{0, 1}, {9 * time.Second, 0}, {time.Second, 1}, {19 * time.Second, 0}, {time.Second, 1}, {time.Hour, 0}} {
			w.clock.Advance(x.wait)
			if n := w.posts(); n != x.sent {
				t.Errorf("after %s more: %d messages, want %d", x.wait, n, x.sent)
			}
		}
		if o := w.outbox(w.flood, "waiting"); len(o.Lines) != 1 || o.Lines[0].State != "sent" || o.Lines[0].Tries != 3 {
			t.Errorf("after three tries: %+v", o.Lines)
		}
	})
}

// After notice.sms_tries it is given up; a person may send it again.
func TestGivenUpAndSentAgain(t *testing.T) {
	var g *gateway
	fine := false
	open := func(t *testing.T) sms.Sender {
		t.Helper()
		fine = false
		g = newGateway(func(int) (int, string) {
			if fine {
				return 200, `{"status":"delivered"}`
			}
			return 500, ""
		})
		return g.sender(t)
	}
	each(t, open, func(w *world) {
		w.happens("pass.revoked", id.New(), w.flood)
		w.follows(0)
		for range 8 {
			w.posts()
			w.clock.Advance(time.Hour)
		}
		line := w.outbox(w.flood, "failed").Lines[0]
		if g.total() != 5 || line.Why != notice.GaveUp || !line.Resends {
			t.Fatalf("%d tries, %+v", g.total(), line)
		}
		kept, err := w.params.Kept(context.Background(), line.Notice)
		if k := kept[line.Notice]; err != nil || len(k) != 2 || k[0].Key != "notice.sms_tries" || k[0].Value != "5" || k[0].Part != line.ID || k[1].Key != "notice.read_within" {
			t.Errorf("kept: %+v, %v", k, err)
		}
		if err := w.on[0].Resend(w.office, id.New(), line.ID, line.Version-1); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an old version: %v", err)
		}
		fine = true
		command := id.New()
		for range 2 {
			w.must(w.on[0].Resend(w.office, command, line.ID, line.Version))
		}
		w.posts()
		if o := w.outbox(w.flood, "arrived"); o.Counts["failed"] != 0 || len(o.Lines) != 2 {
			t.Errorf("sent again: %+v", o)
		}
		if err := w.on[0].Resend(w.office, id.New(), line.ID, 0); fault.KindOf(err) != fault.Conflict {
			t.Errorf("what has arrived is sent again: %v", err)
		}
	})
}

// What the gateway refuses, and a team without a number, is not tried again.
func TestRefusedAndNoNumber(t *testing.T) {
	g := newGateway(func(int) (int, string) { return 422, "" })
	each(t, g.sender, func(w *world) {
		w.happens("pass.revoked", id.New(), w.flood)
		w.team = w.register("没有电话的队", "")
		w.happens("pass.revoked", id.New(), w.flood)
		w.follows(0)
		w.posts()
		w.clock.Advance(time.Hour)
		if n := w.posts(); n != 0 {
			t.Errorf("%d tried again", n)
		}
		why := map[string]bool{}
		for _, l := range w.outbox(w.flood, "failed").Lines {
			why[l.Why] = true
		}
		if !why[notice.Refused] || !why[notice.NoNumber] || len(w.outbox(w.flood, "phone").Rings) != 2 {
			t.Errorf("failed for %v", why)
		}
	})
}

// A drill never sends, and says so; it is not sent again either.
func TestDrillNeverSends(t *testing.T) {
	g := newGateway(func(int) (int, string) { return 200, `{"status":"sent"}` })
	each(t, g.sender, func(w *world) {
		drill := w.incident(true)
		w.happens("pass.revoked", id.New(), drill)
		w.follows(0)
		w.posts()
		o := w.outbox(drill, "failed")
		if g.total() != 0 || len(o.Lines) != 1 || o.Lines[0].State != "held" || o.Lines[0].Why != notice.Drill || o.Lines[0].Words.Zh != "【演练】綦江暴雨：通行证 TX-A0001 已撤销，不得继续使用。" {
			t.Errorf("%d sent, %+v", g.total(), o.Lines)
		}
		if err := w.on[0].Resend(w.office, id.New(), o.Lines[0].ID, 0); fault.KindOf(err) != fault.Conflict {
			t.Errorf("sent again: %v", err)
		}
	})
}

// Two nodes that look at once hand every message over once.
func TestTwoNodesSendOnceAtOnce(t *testing.T) {
	var g *gateway
	open := func(t *testing.T) sms.Sender {
		t.Helper()
		g = newGateway(func(int) (int, string) { return 200, `{"status":"sent"}` })
		return g.sender(t)
	}
	each(t, open, func(w *world) {
		const messages = 30
		for range messages {
			w.happens("pass.revoked", id.New(), w.flood)
		}
		w.follows(0)
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				for range 8 {
					if _, err := w.on[i%2].PostOnce(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for w.posts() > 0 { // what lost the race for a lease is still due
		}
		if g.total() != messages || len(g.asked) != messages {
			t.Errorf("%d handed over, %d of them different, want %d", g.total(), len(g.asked), messages)
		}
	})
}

// A node that stopped while it held a message gives it up when its lease ends: another hands it over under the same id.
func TestLeaseOfANodeThatStopped(t *testing.T) {
	stop, cancel := context.WithCancel(context.Background())
	var g *gateway
	open := func(t *testing.T) sms.Sender {
		t.Helper()
		stop, cancel = context.WithCancel(context.Background())
		g = newGateway(func(try int) (int, string) {
			if try == 1 {
				cancel()
			}
			return 200, `{"status":"sent"}`
		})
		return g.sender(t)
	}
	each(t, open, func(w *world) {
		w.happens("pass.revoked", id.New(), w.flood)
		w.follows(0)
		if _, err := w.on[0].PostOnce(stop); err == nil {
			t.Fatal("the node did not stop")
		}
		if n := w.posts(); n != 0 {
			t.Errorf("%d handed over under another's lease", n)
		}
		w.clock.Advance(time.Minute)
		if n := w.posts(); n != 1 || len(g.asked) != 1 {
			t.Errorf("%d handed over, %d ids", n, len(g.asked))
		}
	})
	cancel()
}

// What a person may say of a delivery leads where the table says, from every state.
func TestSendAgainFromEveryState(t *testing.T) {
	var answer string
	var g *gateway
	open := func(t *testing.T) sms.Sender {
		t.Helper()
		g = newGateway(func(int) (int, string) { return 200, `{"status":"` + answer + `"}` })
		return g.sender(t)
	}
	each(t, open, func(w *world) {
		for state, reach := range map[string]func(){
			"queued":    func() {},
			"sent":      func() { answer = sms.Sent; w.posts() },
			"delivered": func() { answer = sms.Delivered; w.posts() },
			"failed":    func() { answer = sms.Refused; w.posts() },
		} {
			in := w.incident(false)
			w.happens("pass.revoked", id.New(), in)
			w.follows(0)
			reach()
			at := map[string]string{"queued": "waiting", "sent": "waiting", "delivered": "arrived", "failed": "failed"}[state]
			var line notice.Line
			for _, l := range w.outbox(in, at).Lines {
				if l.Channel == notice.SMS {
					line = l
				}
			}
			if line.State != state {
				t.Fatalf("brought into %q, want %q", line.State, state)
			}
			to, want := notice.Deliveries.To(state, "resend")
			err := w.on[0].Resend(w.office, id.New(), line.ID, 0)
			after, readErr := w.on[0].Line(w.office, line.ID)
			w.must(readErr)
			if (err == nil) != (want == nil) || (err == nil && after.State != to) || (err != nil && (after.State != state || after.Version != line.Version)) {
				t.Errorf("send again from %s leads to %s (%v), want %s (%v)", state, after.State, err, to, want)
			}
			answer = sms.Sent
			w.posts() // leaves nothing queued for the next state
		}
	})
}
