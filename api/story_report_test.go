package api_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// A person asks for help without an account; the duty desk of the county verifies it; it becomes a need; the receipt
// tells the stages and nothing else.
//
// proves: S004-75
func TestReportIsVerified(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		r := ask(t, w, nil)
		desk := w.As("qijiang")
		if p := progress(t, w, r.receipt); p.Stage != "received" || len(p.Steps) != 1 || p.Outcome != "" {
			t.Errorf("a fresh receipt shows %+v", p)
		}
		row := queue(t, desk, "").Items[0]
		if row.ID != r.id || row.Number != "" || row.Place.Path != string(apptest.Qijiang) || row.Severity != 2 || !row.LookedAt.IsZero() {
			t.Errorf("the queue shows %+v", row)
		}
		w.Clock.Advance(time.Minute)
		d := look(t, desk, r.id)
		if d.Stage != "verifying" || d.Number != "BG-A0001" || d.LookedBy != "罗知远" || !d.LookedAt.Equal(w.Now()) || d.PhoneMasked != "138****0001" || d.NameMasked != "余**" {
			t.Errorf("after the look: %+v", d)
		}
		attempt := fields{"id": newID(), "method": "call_back", "result": "reached", "note": "本人接听"}
		desk.Post("/reports/"+r.id+"/attempts", attempt).Want(http.StatusOK)
		d = apptest.Read[api.ReportDetail](desk.Post("/reports/"+r.id+"/attempts", attempt).Want(http.StatusOK))
		if len(d.Attempts) != 1 || d.Attempts[0].Note != "本人接听" || d.Attempts[0].By != "罗知远" {
			t.Errorf("the attempt sent twice is %+v", d.Attempts)
		}
		w.Clock.Advance(time.Minute)
		decision := fields{"id": newID(), "version": d.Version, "outcome": "verified", "need": draft(nil), "message": "请到二楼以上等候"}
		d = apptest.Read[api.ReportDetail](desk.Post("/reports/"+r.id+"/outcome", decision).Want(http.StatusOK))
		desk.Post("/reports/"+r.id+"/outcome", decision).Want(http.StatusOK)
		if d.Stage != "done" || d.Outcome != "verified" || d.Need == "" || !slices.Equal(d.Actions, []string{"look", "reopen"}) {
			t.Errorf("after the decision: %+v", d)
		}
		n := readNeed(t, w.As("zonghe"), d.Need)
		if n.Number != "XQ-A0001" || n.State != "open" || len(n.Reports) != 1 || n.Reports[0].ID != r.id || n.Place.Path != string(apptest.Qijiang) {
			t.Errorf("the need: %+v", n)
		}
		reportHistory(t, w, desk, r.id, "report.received", "report.taken_up", "report.attempted", "report.decided")
		answer := w.Public().Post("/public/receipts", fields{"receipt": r.receipt}).Want(http.StatusOK).
			Without(phone1, "余知秋", "沙溪路", "綦江", "一楼进水", "BG-", "XQ-", "罗知远", r.id, d.Need)
		p := apptest.Read[api.ProgressOut](answer)
		stages := []string{}
		for _, s := range p.Steps {
			stages = append(stages, s.Stage)
		}
		if p.Stage != "verified" || p.Message != "请到二楼以上等候" || !slices.Equal(stages, []string{"received", "verifying", "verified"}) {
			t.Errorf("the receipt shows %+v", p)
		}
	})
}

func TestReportEndsOtherwise(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		for _, outcome := range []string{"unreachable", "unverifiable", "false", "self_rescued", "passed_police", "passed_medical"} {
			r := ask(t, w, nil)
			look(t, desk, r.id)
			d := decide(t, desk, r.id, fields{"outcome": outcome, "note": "三次无人接听"})
			if d.Stage != "done" || d.Outcome != outcome || d.Need != "" {
				t.Errorf("%s: %+v", outcome, d)
			}
			if p := progress(t, w, r.receipt); p.Stage != "closed" || p.Outcome != outcome {
				t.Errorf("%s: the receipt shows %+v", outcome, p)
			}
		}
		if n := apptest.Read[api.PageOf[api.NeedOut]](w.As("zonghe").Get("/needs?state=all").Want(http.StatusOK)); len(n.Items) != 0 {
			t.Errorf("needs came of it: %+v", n.Items)
		}
		r := ask(t, w, nil)
		look(t, desk, r.id)
		desk.Post("/reports/"+r.id+"/outcome", fields{"id": newID(), "version": 0, "outcome": "verified"}).Want(http.StatusUnprocessableEntity).Names("body.need", "need_or_join")
	})
}

func TestReportIsReopened(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		r := ask(t, w, nil)
		look(t, desk, r.id)
		d := decide(t, desk, r.id, fields{"outcome": "unreachable"})
		desk.Post("/reports/"+r.id+"/reopen", because("")).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		stale := because("回拨成功")
		stale["version"] = d.Version - 1
		p := desk.Post("/reports/"+r.id+"/reopen", stale).Refused(http.StatusConflict, "version_stale")
		if now, _ := p.Current.(map[string]any); now["stage"] != "done" || now["version"] != float64(d.Version) {
			t.Errorf("a stale version is answered with %v", p.Current)
		}
		d = apptest.Read[api.ReportDetail](desk.Post("/reports/"+r.id+"/reopen", because("回拨成功")).Want(http.StatusOK))
		if d.Stage != "verifying" || d.Outcome != "" {
			t.Errorf("reopened: %+v", d)
		}
		if h := reportHistory(t, w, desk, r.id, "report.received", "report.taken_up", "report.decided", "report.reopened"); h[3].Note != "回拨成功" {
			t.Errorf("history %+v", h)
		}
		if p := progress(t, w, r.receipt); p.Stage != "verifying" || p.Outcome != "" {
			t.Errorf("the receipt shows %+v", p)
		}
		if rows := queue(t, desk, "?stage=verifying"); len(rows.Items) != 1 {
			t.Errorf("it is not back in the queue: %+v", rows)
		}
	})
}

// A report that carries a published need cannot be taken back under it: the need is withdrawn first.
func TestReopenLeavesNoNeedWithoutReport(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		first, second := ask(t, w, nil), ask(t, w, fields{"phone": phone2})
		need := verified(t, group, first.id, nil)
		look(t, group, second.id)
		decide(t, group, second.id, fields{"outcome": "verified", "join": need})
		publish(group, need, instruct(t, w, group, nil)).Want(http.StatusOK)

		group.Post("/reports/"+first.id+"/reopen", because("疑为误报")).Want(http.StatusOK)
		group.Post("/reports/"+second.id+"/reopen", because("疑为误报")).Refused(http.StatusConflict, "report.carries_published")
		group.Post("/needs/"+need+"/withdraw", because("疑为误报")).Want(http.StatusOK)
		group.Post("/reports/"+second.id+"/reopen", because("疑为误报")).Want(http.StatusOK)
		publish(group, need, instruct(t, w, group, nil)).Refused(http.StatusConflict, "need.not_verified")
	})
}

// What a caller adds goes to the top of the queue and closes nothing.
func TestClaimsComeFirstAndCloseNothing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		oldest := ask(t, w, nil)
		w.Clock.Advance(time.Minute)
		safe := ask(t, w, fields{"phone": phone2})
		w.Clock.Advance(time.Minute)
		done := ask(t, w, nil)
		look(t, desk, done.id)
		decide(t, desk, done.id, fields{"outcome": "unreachable"})

		w.Clock.Advance(time.Minute)
		claim(w, safe.receipt, "safe", "").Want(http.StatusNoContent)
		w.Clock.Advance(time.Minute)
		claim(w, done.receipt, "add", "电话进水，改打这个").Want(http.StatusNoContent)
		rows := queue(t, desk, "").Items
		if want := []string{safe.id, done.id, oldest.id}; !slices.Equal(idsOf(rows), want) {
			t.Fatalf("the queue is %v, want %v", idsOf(rows), want)
		}
		if rows[0].Stage != "received" || !rows[0].SafeClaim || rows[0].Claims != 1 {
			t.Errorf("a claim of safety did more than it may: %+v", rows[0])
		}
		if p := progress(t, w, safe.receipt); p.Stage != "received" {
			t.Errorf("the receipt shows %+v", p)
		}
		d := look(t, desk, done.id)
		if d.Stage != "done" || d.Claims != 0 || len(d.ClaimList) != 1 || d.ClaimList[0].Text != "电话进水，改打这个" {
			t.Errorf("the claim was read: %+v", d)
		}
		if rows := queue(t, desk, "").Items; slices.Contains(idsOf(rows), done.id) {
			t.Error("a decided report whose claim was read still waits")
		}
		p := progress(t, w, done.receipt)
		if !slices.IsSortedFunc(p.Steps, func(a, b api.StepOut) int { return a.At.Compare(b.At) }) {
			t.Errorf("the steps of the receipt are out of order: %+v", p.Steps)
		}
		claim(w, safe.receipt, "add", "  ").Want(http.StatusUnprocessableEntity).Names("body.text", "text_missing")
		claim(w, safe.receipt, "over", "x").Want(http.StatusUnprocessableEntity)
		same := fields{"receipt": safe.receipt, "id": newID(), "kind": "add", "text": "水退了"}
		w.Public().Post("/public/receipts/claims", same).Want(http.StatusNoContent)
		w.Public().Post("/public/receipts/claims", same).Want(http.StatusNoContent)
		if d := readReport(t, desk, safe.id); d.Claims != 2 {
			t.Errorf("%d claims, want 2: the same id twice is one", d.Claims)
		}
		same["text"] = "水又涨了"
		w.Public().Post("/public/receipts/claims", same).Refused(http.StatusConflict, "id_reused")
	})
}

// Two who add at once are both heard: a claim is never refused because somebody else wrote.
func TestClaimsAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		r := ask(t, w, nil)
		const n = 12
		answers := make([]*apptest.Answer, n)
		phone := w.Public()
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				answers[i] = phone.Post("/public/receipts/claims", fields{"receipt": r.receipt, "id": newID(), "kind": "add", "text": "还在涨"})
			})
		}
		all.Wait()
		for _, a := range answers {
			if a.Status != http.StatusNoContent {
				t.Errorf("a claim was answered %d %s", a.Status, a.Body)
			}
		}
		if d := readReport(t, w.As("qijiang"), r.id); d.Claims != n || len(d.ClaimList) != n {
			t.Errorf("%d claims counted, %d kept, want %d", d.Claims, len(d.ClaimList), n)
		}
	})
}

func TestSecondReportJoinsNeed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		first := ask(t, w, nil)
		w.Clock.Advance(2 * time.Minute)
		second := ask(t, w, fields{"point": fields{"lon": 106.6514, "lat": 29.0283, "source": "map"}})
		far := ask(t, w, fields{"phone": phone2, "point": fields{"lon": 106.7330, "lat": 28.8720, "source": "gps"}})
		d := readReport(t, desk, second.id)
		if len(d.Similar) != 1 || d.Similar[0].Report.ID != first.id {
			t.Fatalf("similar: %+v", d.Similar)
		}
		signs := map[string]float64{}
		for _, r := range d.Similar[0].Reasons {
			signs[r.Key] = r.Value
		}
		if _, phone := signs["same_phone"]; !phone || signs["near"] < 10 || signs["near"] > 60 || signs["soon"] != 120 {
			t.Errorf("reasons %v", signs)
		}
		need := verified(t, desk, first.id, nil)
		look(t, desk, second.id)
		if d := decide(t, desk, second.id, fields{"outcome": "verified", "join": need}); d.Need != need {
			t.Errorf("joined %q, want %q", d.Need, need)
		}
		n := readNeed(t, desk, need)
		if len(n.Reports) != 2 {
			t.Errorf("the need answers %d reports", len(n.Reports))
		}
		look(t, desk, far.id)
		body := fields{"id": newID(), "version": 0, "outcome": "verified", "join": newID()}
		desk.Post("/reports/"+far.id+"/outcome", body).Want(http.StatusUnprocessableEntity).Names("body.join", "need_unknown")
		w.As("office").Post("/needs/"+need+"/close", because("已转移")).Want(http.StatusOK)
		body = fields{"id": newID(), "version": 0, "outcome": "verified", "join": need}
		desk.Post("/reports/"+far.id+"/outcome", body).Want(http.StatusUnprocessableEntity).Names("body.join", "need_closed")
		if p := progress(t, w, second.receipt); p.Stage != "closed" || p.Outcome != "" {
			t.Errorf("the receipt of a joined report shows %+v", p)
		}
	})
}

// Staff write down what a caller says on the telephone; the caller has a receipt all the same.
func TestReportTakenByStaff(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		c := call(fields{"text": "来电：桥断了", "point": nil, "place": "500110001"})
		out := apptest.Read[api.ReceiptOut](desk.Post("/reports", c).Want(http.StatusCreated))
		d := readReport(t, desk, c["id"].(string))
		if d.Channel != "staff" || d.Place.Path != string(apptest.Gunan) {
			t.Errorf("taken: %+v", d)
		}
		if h := reportHistory(t, w, desk, d.ID, "report.received"); h[0].Who != "罗知远" {
			t.Errorf("history %+v", h)
		}
		if p := progress(t, w, out.Receipt); p.Stage != "received" {
			t.Errorf("the receipt shows %+v", p)
		}
		w.Public().Post("/public/reports", c).Refused(http.StatusConflict, "id_reused")
		w.As("xietiao").Post("/reports", call(nil)).Refused(http.StatusForbidden, "forbidden")
		w.Stranger().Post("/reports", call(nil)).Refused(http.StatusUnauthorized, "signed_out")
	})
}

// A number is masked until somebody says what for, and the journal keeps that.
func TestRevealIsRecorded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		r := ask(t, w, nil)
		desk := w.As("qijiang")
		desk.Get("/reports/"+r.id).Want(http.StatusOK).Without(phone1, "余知秋")
		desk.Post("/reports/"+r.id+"/reveal", fields{"purpose": " "}).Want(http.StatusUnprocessableEntity).Names("body.purpose", "missing")
		shown := desk.Post("/reports/"+r.id+"/reveal", fields{"purpose": "回拨核实"}).Want(http.StatusOK).Map()
		if shown["phone"] != phone1 || shown["name"] != "余知秋" {
			t.Errorf("revealed %v", shown)
		}
		if h := reportHistory(t, w, desk, r.id, "report.received", "report.revealed"); h[1].Note != "回拨核实" || h[1].Who != "罗知远" {
			t.Errorf("history %+v", h)
		}
		w.As("xietiao").Post("/reports/"+r.id+"/reveal", fields{"purpose": "看看"}).Refused(http.StatusForbidden, "forbidden")
		w.As("nanchuan").Post("/reports/"+r.id+"/reveal", fields{"purpose": "看看"}).Refused(http.StatusNotFound, "not_found")
	})
}

// Reports of one matter are merged and taken out again; everyone's receipt goes on telling, and nobody sees another
// county's report through one of their own.
func TestReportsAreMerged(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, desk := w.As("zonghe"), w.As("qijiang")
		lead, twin, theirs := ask(t, w, nil), ask(t, w, nil), ask(t, w, fields{"point": inNanchuan, "text": "隔壁县的话"})
		merge := func(c *apptest.Client, from, into string) *apptest.Answer {
			return c.Post("/reports/"+from+"/merge", fields{"id": newID(), "version": 0, "into": into})
		}
		merge(desk, lead.id, lead.id).Refused(http.StatusConflict, "merge_self")
		merge(desk, twin.id, theirs.id).Want(http.StatusUnprocessableEntity).Names("body.into", "report_unknown")
		merge(desk, theirs.id, lead.id).Refused(http.StatusNotFound, "not_found")
		merge(desk, twin.id, lead.id).Want(http.StatusOK)
		merge(group, theirs.id, lead.id).Want(http.StatusOK)
		merge(desk, lead.id, twin.id).Refused(http.StatusConflict, "merge_self")

		if d := readReport(t, group, lead.id); len(d.Merged) != 2 {
			t.Errorf("the city sees %d merged reports, want 2", len(d.Merged))
		}
		d := readReport(t, desk, lead.id)
		if len(d.Merged) != 1 || d.Merged[0].ID != twin.id {
			t.Errorf("a county sees merged reports %v, want its own only", idsOf(d.Merged))
		}
		desk.Get("/reports/" + lead.id).Without("隔壁县的话")

		look(t, desk, lead.id)
		decide(t, desk, lead.id, fields{"outcome": "self_rescued"})
		for _, r := range []asked{lead, twin, theirs} {
			if p := progress(t, w, r.receipt); p.Stage != "closed" || p.Outcome != "self_rescued" {
				t.Errorf("the receipt shows %+v", p)
			}
		}
		desk.Post("/reports/"+twin.id+"/unmerge", because("两处不同")).Want(http.StatusOK)
		if d := readReport(t, desk, twin.id); d.Stage != "verifying" || d.MergedInto != "" {
			t.Errorf("taken out again: %+v", d)
		}
		if p := progress(t, w, twin.receipt); p.Stage != "verifying" || p.Outcome != "" {
			t.Errorf("the receipt shows %+v", p)
		}
	})
}
