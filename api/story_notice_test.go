package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func noticesOf(c *apptest.Client) api.NoticesOut {
	return apptest.Read[api.NoticesOut](c.Get("/me/notices").Want(http.StatusOK))
}

// hears waits until somebody is told of a kind, and is that notice.
func hears(w *apptest.World, c *apptest.Client, kind string) (n api.NoticeOut) {
	w.T.Helper()
	w.Eventually("somebody is told "+kind, func() bool {
		for _, x := range noticesOf(c).Items {
			if x.Kind == kind && !x.Read {
				n = x
				return true
			}
		}
		return false
	})
	return n
}

func outbox(c *apptest.Client, incident, shelf string) api.OutboxOut {
	return apptest.Read[api.OutboxOut](c.Get("/incidents/" + incident + "/outbox?state=" + shelf).Want(http.StatusOK))
}

// todo is what waits for somebody under a key, within an incident when one is named.
func todo(c *apptest.Client, key, incident string) (x api.TodoOut) {
	for _, x := range apptest.Read[api.TodosOut](c.Get("/me/todo").Want(http.StatusOK)).Items {
		if x.Key == key && (incident == "" || x.Incident == incident) {
			return x
		}
	}
	return x
}

// A team that is ordered out hears of it at once, with the numbers of the mechanism. Who does not read is phoned, and the
// call is written down; who answers is not searched for any more. The numbers that are published later reach the team too.
//
// proves: S004-50
func TestLeaderIsToldUntilSomebodyKnows(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc, need := w.As("office"), running(t, w), publishedNeed(t, w, nil)
		c := muster(w, fields{"home": "500119", "name": "金佛山救援队"})
		lead, other := w.Leader("captain", c.team), w.Leader("other-captain", muster(w, fields{"name": "合川救援队"}).team)
		o := submit(office, offer(t, lead, signup(w, c, fields{"incident": inc, "needs": []string{need}})).ID, need)
		agrees(office, o.ID, 1, nil).Want(http.StatusOK)
		if n := hears(w, lead, "offer_approved"); !contains(n.Text, o.Number) || !contains(n.TextEn, o.Number) || n.Page != "/myoffers?id="+o.ID {
			t.Errorf("approved: %+v", n)
		}
		does(office, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		page := lead.Live("")
		dispatched(w, office, o.ID).Want(http.StatusOK)
		for e := page.Next(); e.Str("kind") != "notice"; e = page.Next() {
			if e.Name != "change" {
				t.Fatalf("the page of the leader: %+v", e)
			}
		}
		if n := todo(desk(w), "coming", inc); n.Count != 1 || n.Page != "/reception" {
			t.Errorf("the reception desk expects %+v", n)
		}
		ordered := hears(w, lead, "offer_ordered")
		if !ordered.Urgent || !contains(ordered.Text, "DD-A0001") || !contains(ordered.Text, mechanism(nil)["phone"].(string)) {
			t.Errorf("ordered out: %+v", ordered)
		}
		if n := todo(lead, "order_acknowledge", ""); n.Count != 1 || n.Page != "/myoffers" {
			t.Errorf("the leader has to do %+v", n)
		}
		if n := noticesOf(other); n.Unread != 0 || len(n.Items) != 0 {
			t.Errorf("another team hears %+v", n)
		}
		lead.Get("/incidents/"+inc+"/outbox").Refused(http.StatusNotFound, "not_found")

		w.Clock.Advance(11 * time.Minute)
		box := outbox(office, inc, "phone")
		if box.Gateway || !box.Calls || box.Counts["phone"] != 1 || len(box.Phone) != 1 || box.Phone[0].To != "金佛山救援队" || box.Phone[0].Why != "no_gateway" {
			t.Fatalf("to be phoned: %+v", box)
		}
		box.Phone[0].Text = ""
		if n := todo(office, "phone", inc); n.Count != 1 || n.Late != 1 {
			t.Errorf("the office has to do %+v", n)
		}
		ring := "/outbox/phone/" + box.Phone[0].ID + "/call"
		office.Post(ring, fields{"id": newID(), "outcome": "perhaps"}).Want(http.StatusUnprocessableEntity).Names("body.outcome", "unknown")
		lead.Post(ring, fields{"id": newID(), "outcome": "reached"}).Refused(http.StatusNotFound, "not_found")
		office.Post(ring, fields{"id": newID(), "outcome": "no_answer"}).Want(http.StatusNoContent)
		if x := outbox(office, inc, "phone").Phone; len(x) != 1 || x[0].Outcome != "no_answer" || x[0].By != "秦可舟" {
			t.Errorf("nobody answered: %+v", x)
		}
		does(lead, o.ID, "acknowledge", nil).Want(http.StatusOK)
		w.Eventually("who answered is not phoned", func() bool { return len(outbox(office, inc, "phone").Phone) == 0 })

		office.Post("/incidents/"+inc+"/contacts", fields{"id": newID(), "contacts": []fields{{"name": "协调组值守", "number": "023-00000112", "public": true}}}).Want(http.StatusOK)
		told := hears(w, lead, "contacts_published")
		if !contains(told.Text, "协调组值守 023-00000112") {
			t.Errorf("the numbers: %+v", told)
		}
		w.Clock.Advance(11 * time.Minute)
		office.Post("/outbox/phone/"+outbox(office, inc, "phone").Phone[0].ID+"/call", fields{"id": newID(), "outcome": "reached"}).Want(http.StatusNoContent)
		if x := outbox(office, inc, "phone").Phone; len(x) != 0 {
			t.Errorf("who was reached: %+v", x)
		}
		held := outbox(office, inc, "failed").Items
		if len(held) != 3 || held[0].State != "held" || held[0].Why != "no_gateway" || len(held[0].Actions) != 0 {
			t.Errorf("the visible outbox without a gateway: %+v", held)
		}
		office.Post("/outbox/"+held[0].ID+"/resend", fields{"id": newID(), "version": 0}).Refused(http.StatusConflict, "notice.never_sends")

		before := noticesOf(lead).Unread
		after := apptest.Read[api.NoticesOut](lead.Post("/me/notices/read", fields{"notices": []string{told.ID, ordered.ID}}).Want(http.StatusOK))
		again := apptest.Read[api.NoticesOut](lead.Post("/me/notices/read", fields{"notices": []string{told.ID}}).Want(http.StatusOK))
		if after.Unread != before-2 || again.Unread != after.Unread {
			t.Errorf("%d unread, then %d and %d", before, after.Unread, again.Unread)
		}
	})
}

// A need that is corrected or withdrawn reaches the teams whose live offer names it, and nobody else.
func TestCorrectionReachesWhoSignedUp(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc, need := w.As("office"), running(t, w), publishedNeed(t, w, nil)
		c, gone := muster(w, nil), muster(w, fields{"name": "合川救援队"})
		lead, left := w.Leader("captain", c.team), w.Leader("left", gone.team)
		offer(t, lead, signup(w, c, fields{"incident": inc, "needs": []string{need}}))
		over := offer(t, left, signup(w, gone, fields{"incident": inc, "needs": []string{need}}))
		does(left, over.ID, "withdraw", fields{"reason": "车辆故障"}).Want(http.StatusOK)
		office.Post("/needs/"+need+"/withdraw", because("情况已解除")).Want(http.StatusOK)
		if n := hears(w, lead, "need_withdrawn"); !n.Urgent || !contains(n.Text, readNeed(t, office, need).Number) || strings.Contains(n.Text, "情况已解除") {
			t.Errorf("withdrawn: %+v", n)
		}
		if n := noticesOf(left); len(n.Items) != 0 {
			t.Errorf("who has withdrawn hears %+v", n)
		}
	})
}

// Whoever has read a need hears of its correction and withdrawal, without an offer too; who has not, does not.
func TestCorrectionReachesWhoReadIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, need := w.As("office"), publishedNeed(t, w, nil)
		reader, other := w.Leader("reader", muster(w, nil).team), w.Leader("other", muster(w, fields{"name": "合川救援队"}).team)
		number := readNeed(t, office, need).Number
		for range 2 {
			if list := forTeam(t, reader, ""); len(list) != 1 {
				t.Fatalf("the team sees %+v", list)
			}
		}
		w.Clock.Advance(time.Minute)
		office.Post("/needs/"+need+"/correct", fields{"id": newID(), "version": 0, "reason": "人数有误", "changes": draft(nil)}).Want(http.StatusOK)
		if n := hears(w, reader, "need_read_corrected"); !contains(n.Text, number) || strings.Contains(n.Text, "人数有误") {
			t.Errorf("corrected: %+v", n)
		}
		office.Post("/needs/"+need+"/withdraw", because("情况已解除")).Want(http.StatusOK)
		if n := hears(w, reader, "need_read_withdrawn"); !contains(n.Text, number) {
			t.Errorf("withdrawn: %+v", n)
		}
		if n := noticesOf(other); len(n.Items) != 0 {
			t.Errorf("who has not read it hears %+v", n)
		}
	})
}

// The officer hears that an approval waits, the deputy when it is overdue; when it is signed neither is searched for.
func TestSignersAreTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, officer, deputy := w.As("office"), bureau(w, "officer", apptest.Qijiang), bureau(w, "deputy", apptest.Qijiang)
		inc := running(t, w)
		need := publishedNeed(t, w, fields{"teams": 0, "equipment": []fields{}})
		officer.Post("/signing-desks/500110", fields{"id": newID(), "version": 0, "officer": w.ID("officer"), "deputy": w.ID("deputy")}).Want(http.StatusOK)
		o := submit(office, offer(t, office, signup(w, muster(w, nil), fields{"incident": inc, "needs": []string{need}})).ID, need)
		if n := hears(w, officer, "sign_waiting"); !contains(n.Text, o.Number) || !contains(n.Text, "06-18") {
			t.Errorf("waits: %+v", n)
		}
		if a, b := todo(officer, "sign", ""), todo(deputy, "sign", ""); a.Count != 1 || a.Late != 0 || b.Count != 0 {
			t.Errorf("to sign: %+v %+v", a, b)
		}
		if n := noticesOf(deputy); len(n.Items) != 0 {
			t.Errorf("the deputy hears too early: %+v", n)
		}
		w.Clock.Advance(31 * time.Minute)
		hears(w, deputy, "sign_overdue")
		if a, b := todo(officer, "sign", ""), todo(deputy, "sign", ""); a.Late != 1 || b.Count != 1 || b.Late != 1 {
			t.Errorf("overdue: %+v %+v", a, b)
		}
		w.Clock.Advance(11 * time.Minute)
		if n := outbox(office, inc, "phone").Counts["phone"]; n != 1 { // the deputy alone: the officer had the time
			t.Errorf("%d to be phoned", n)
		}
		agrees(deputy, o.ID, 1, nil).Want(http.StatusOK)
		w.Eventually("nobody is phoned when it is signed", func() bool { return outbox(office, inc, "phone").Counts["phone"] == 0 })
	})
}

// Groups hear of what is handed over to them; until the roster is approved the office does. The to-do counts the same.
func TestGroupsAreTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		support := w.As("baozhang")
		saveRoster(office, inc, 0, three(nil)).Want(http.StatusOK)
		submitRoster(office, inc, 1).Want(http.StatusOK)
		if n := todo(office, "roster", inc); n.Count != 1 || n.Page != "/incident/"+inc+"?tab=roster" {
			t.Errorf("a roster before headquarters: %+v", n)
		}
		if n := todo(support, "roster", inc); n.Count != 0 {
			t.Errorf("a group decides: %+v", n)
		}
		office.Post("/incidents/"+inc+"/roster/approve", onBehalf(w, fields{"version": 2, "how": "phone", "reference": nil})).Want(http.StatusOK)
		hears(w, support, "roster_approved")
		if n := todo(office, "papers", inc); n.Count != 1 {
			t.Errorf("a paper that is awaited: %+v", n)
		}
		h := newID()
		w.As("zonghe").Post("/incidents/"+inc+"/handovers", fields{"id": h, "from": "general", "to": "support", "itemKind": "matter", "matter": "送水"}).Want(http.StatusOK)
		if n := hears(w, support, "handover_sent"); strings.Contains(n.Text, "送水") {
			t.Errorf("the words of people are in a notice: %+v", n)
		}
		if a, b := todo(support, "handovers", inc), todo(w.As("xietiao"), "handovers", inc); a.Count != 1 || b.Count != 0 {
			t.Errorf("to be taken: %+v %+v", a, b)
		}
		support.Post("/incidents/"+inc+"/handovers/"+h+"/take", because("")).Want(http.StatusOK)
		if n := todo(support, "handovers", inc); n.Count != 0 {
			t.Errorf("taken: %+v", n)
		}
		desk := w.As("qijiang")
		ask(t, w, nil)
		if n := todo(desk, "reports", ""); n.Count != 1 || n.Late != 0 {
			t.Errorf("a report waits: %+v", n)
		}
		w.Clock.Advance(11 * time.Minute)
		if n := todo(desk, "reports", ""); n.Late != 1 {
			t.Errorf("nobody looked at it: %+v", n)
		}
		if n := todo(w.As("nanchuan"), "reports", ""); n.Count != 0 {
			t.Errorf("another district has to do %+v", n)
		}
	})
}
