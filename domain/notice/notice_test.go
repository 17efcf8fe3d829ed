package notice_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/domain/notice"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

func TestTheTableIsSound(t *testing.T) {
	if err := notice.Deliveries.Check(); err != nil {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, k := range notice.Kinds {
		if seen[k.Key] || k.To == nil || k.Zh == "" || k.En == "" || !strings.HasPrefix(k.Page, "/") {
			t.Errorf("%s is twice, or has no addressee, words or page", k.Key)
		}
		seen[k.Key] = true
		if slices.ContainsFunc(k.Ends, func(v string) bool { return slices.Contains(k.Verbs, v) }) && k.Key != "sign_waiting" {
			t.Errorf("%s is ended by what tells it", k.Key)
		}
	}
}

// A change tells the leader in the application and by short message; reading it ends the search for the reader.
func TestToldReadAndOver(t *testing.T) {
	each(t, nil, func(w *world) {
		pass := id.New()
		w.happens("pass.revoked", pass, w.flood)
		w.follows(0)
		list, unread, err := w.on[1].Mine(w.as(w.lead), false, 50)
		w.must(err)
		if unread != 1 || len(list) != 1 || list[0].Words.Zh != "綦江暴雨：通行证 TX-A0001 已撤销，不得继续使用。" || !list[0].Urgent || list[0].State != "delivered" {
			t.Fatalf("told: %d, %+v", unread, list)
		}
		if o := w.outbox(w.flood, "failed"); len(o.Lines) != 1 || o.Lines[0].Why != notice.NoGateway || o.Lines[0].Name != "山城水上应急队" || o.Lines[0].Resends || o.Gate || o.Counts["arrived"] != 1 {
			t.Errorf("without a gateway: %+v", o)
		}
		if o := w.outbox(w.flood, "phone"); len(o.Rings) != 0 {
			t.Errorf("to be phoned at once: %+v", o.Rings)
		}
		w.clock.Advance(10 * time.Minute)
		if o := w.outbox(w.flood, "phone"); len(o.Rings) != 1 || o.Counts["phone"] != 1 || o.Rings[0].SMS != "held" {
			t.Errorf("to be phoned when nobody read it: %+v", o)
		}
		w.must(w.on[0].Read(w.as("somebody else"), []string{list[0].ID}))
		if _, unread, _ = w.on[0].Mine(w.as(w.lead), false, 50); unread != 1 {
			t.Error("somebody else read it")
		}
		for range 2 { // again changes nothing
			w.must(w.on[0].Read(w.as(w.lead), []string{list[0].ID, id.New()}))
		}
		if o := w.outbox(w.flood, "phone"); len(o.Rings) != 0 {
			t.Errorf("to be phoned when it was read: %+v", o.Rings)
		}
		if _, err := w.on[0].Outbox(w.as(w.lead), w.flood, "phone", 10); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the leader sees the outbox: %v", err)
		}
	})
}

// What a notice asks for is done: nobody phones, read or not.
func TestAnsweredWithoutReading(t *testing.T) {
	each(t, nil, func(w *world) {
		offer := id.New()
		w.happens("offer.ordered", offer, w.flood)
		w.happens("offer.acknowledged", offer, w.flood)
		w.follows(0)
		w.clock.Advance(time.Hour)
		if o := w.outbox(w.flood, "phone"); len(o.Rings) != 0 {
			t.Errorf("still to be phoned: %+v", o.Rings)
		}
	})
}

// A phone call that reaches nobody leaves the addressee in the list, one that does takes it out; the journal knows.
func TestPhoned(t *testing.T) {
	each(t, nil, func(w *world) {
		w.happens("pass.revoked", id.New(), w.flood)
		w.follows(0)
		w.clock.Advance(10 * time.Minute)
		ring := w.outbox(w.flood, "phone").Rings[0]
		if err := w.on[0].Called(w.office, id.New(), ring.ID, "maybe"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an outcome that is none: %v", err)
		}
		if err := w.on[0].Called(w.as(w.lead), id.New(), ring.ID, "reached"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the leader writes down a call: %v", err)
		}
		w.must(w.on[0].Called(w.office, id.New(), ring.ID, "no_answer"))
		if o := w.outbox(w.flood, "phone"); len(o.Rings) != 1 || o.Rings[0].Outcome != "no_answer" || o.Rings[0].CalledBy != "staff" {
			t.Errorf("nobody answered: %+v", o.Rings)
		}
		command := id.New()
		for range 2 {
			w.must(w.on[0].Called(w.office, command, ring.ID, "reached"))
		}
		if err := w.on[0].Called(w.office, command, ring.ID, "passed_on"); !errors.Is(err, fault.ErrIDReused) {
			t.Errorf("the same command with other words: %v", err)
		}
		if o := w.outbox(w.flood, "phone"); len(o.Rings) != 0 {
			t.Errorf("reached: %+v", o.Rings)
		}
		var calls int
		w.must(w.db.View(context.Background(), func(tx *db.Tx) error {
			return tx.Get(`SELECT count(*) FROM journal WHERE verb = 'notice.called' AND reason = ''`, nil, &calls)
		}))
		if calls != 2 {
			t.Errorf("%d calls in the journal", calls)
		}
	})
}

// Whatever node follows, at once or after another, every change tells once.
func TestToldOnceByTwoNodesAtOnce(t *testing.T) {
	each(t, nil, func(w *world) {
		const changes = 120
		for range changes {
			w.happens("pass.revoked", id.New(), w.flood)
		}
		w.settles()
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for range 6 {
					if _, err := w.on[i%2].Follow(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		w.follows(1)
		if _, unread, err := w.on[0].Mine(w.as(w.lead), false, 200); err != nil || unread != changes {
			t.Errorf("%d told of %d, %v", unread, changes, err)
		}
	})
}

// The numbers of what the journal holds: no name, no number, no words.
func TestNothingPersonalInTheJournal(t *testing.T) {
	g := newGateway(func(int) (int, string) { return 200, `{"status":"delivered"}` })
	each(t, g.sender, func(w *world) {
		w.happens("pass.revoked", id.New(), w.flood)
		w.follows(0)
		_, err := w.on[0].PostOnce(context.Background())
		w.must(err)
		var n int
		w.must(w.db.View(context.Background(), func(tx *db.Tx) error {
			return tx.Get(`SELECT count(*) FROM journal WHERE kind = 'notice' AND (body LIKE '%138000%' OR body LIKE '%卢远航%' OR body LIKE '%TX-A%')`, nil, &n)
		}))
		if n != 0 {
			t.Errorf("%d rows hold more than ids", n)
		}
	})
}
