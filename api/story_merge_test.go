package api_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

func into(report string) fields { return fields{"id": newID(), "version": 0, "into": report} }

// Two calls about one house: one leads, both callers learn what becomes of it, and a wrong merge is undone without
// anybody losing anything.
func TestStoryOfAMerge(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("zonghe")
		lead, second := ask(t, w, nil), ask(t, w, fields{"text": "河边二楼有人喊", "phone": phone2})
		if similar := readReport(t, desk, second.id).Similar; len(similar) != 1 || similar[0].Report.ID != lead.id {
			t.Fatalf("the other call is not shown beside this one: %+v", similar)
		}
		merged := apptest.Read[api.ReportDetail](desk.Post("/reports/"+second.id+"/merge", into(lead.id)).Want(http.StatusOK))
		if merged.Stage != "merged" || merged.MergedInto != lead.id {
			t.Errorf("%s into %q", merged.Stage, merged.MergedInto)
		}
		for _, r := range queue(t, desk, "").Items {
			if r.ID == second.id {
				t.Error("a merged report still waits in the queue")
			}
		}
		if followers := readReport(t, desk, lead.id).Merged; len(followers) != 1 || followers[0].ID != second.id {
			t.Errorf("the leading report does not show who follows: %+v", followers)
		}
		alone := readReport(t, desk, lead.id)
		third := ask(t, w, fields{"text": "对岸看见有人挥手", "phone": "13800000033"})
		desk.Post("/reports/"+third.id+"/merge", into(second.id)).Want(http.StatusOK)
		if now := readReport(t, desk, lead.id); now.Version <= alone.Version {
			t.Error("whoever has the leading report open does not see who joined by way of another")
		}
		if followers := readReport(t, desk, lead.id).Merged; len(followers) != 2 || followers[1].ID != third.id || followers[1].MergedInto != second.id {
			t.Errorf("the leading report does not show who follows by way of another: %+v", followers)
		}
		look(t, desk, lead.id)
		decide(t, desk, lead.id, fields{"outcome": "verified", "need": draft(nil), "message": "请留在二楼"})
		for _, receipt := range []string{lead.receipt, second.receipt} {
			if p := progress(t, w, receipt); p.Stage != "verified" || p.Message != "请留在二楼" {
				t.Errorf("a caller sees %s, %q", p.Stage, p.Message)
			}
		}
		claim(w, second.receipt, "add", "又来了两个人").Want(http.StatusNoContent)
		if first := queue(t, desk, "").Items[0]; first.ID != second.id || first.Claims != 1 {
			t.Errorf("what a merged caller adds is not on top: %+v", first)
		}
		open := readReport(t, desk, lead.id)
		desk.Post("/reports/"+second.id+"/unmerge", because("隔壁一栋，不是同一处")).Want(http.StatusOK)
		apart := readReport(t, desk, lead.id)
		if last := apart.History[len(apart.History)-1]; len(apart.Merged) != 0 || apart.Version <= open.Version || last.Verb != "report.parted" || last.Note != "隔壁一栋，不是同一处" {
			t.Errorf("whoever has the leading report open does not see that one was taken out: version %d after %d, %+v", apart.Version, open.Version, apart.History)
		}
		if p := progress(t, w, second.receipt); p.Stage != "verifying" || p.Message != "" {
			t.Errorf("after the merge was undone the caller sees %s, %q", p.Stage, p.Message)
		}
	})
}

func TestMergesThatMakeNoSense(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("zonghe")
		a, b, c := ask(t, w, nil), ask(t, w, nil), ask(t, w, nil)
		elsewhere := ask(t, w, fields{"point": inNanchuan, "address": "金山镇"})
		desk.Post("/reports/"+a.id+"/merge", into(a.id)).Refused(http.StatusConflict, "merge_self")
		desk.Post("/reports/"+a.id+"/merge", into(newID())).Refused(http.StatusUnprocessableEntity, "invalid")
		w.As("qijiang").Post("/reports/"+a.id+"/merge", into(elsewhere.id)).Refused(http.StatusUnprocessableEntity, "invalid")
		desk.Post("/reports/"+a.id+"/merge", into(b.id)).Want(http.StatusOK)
		desk.Post("/reports/"+b.id+"/merge", into(c.id)).Want(http.StatusOK)
		desk.Post("/reports/"+c.id+"/merge", into(a.id)).Refused(http.StatusConflict, "merge_self")
		look(t, desk, c.id)
		decide(t, desk, c.id, fields{"outcome": "false"})
		if p := progress(t, w, a.receipt); p.Outcome != "false" {
			t.Errorf("the last of a chain leads them all; the first caller sees %q", p.Outcome)
		}
	})
}

// Two officers merge two reports at once, each into the other: one is refused, and no circle is left.
func TestTwoMergesAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		one, other := w.As("zonghe"), w.As("qijiang")
		for range 5 {
			a, b := ask(t, w, nil), ask(t, w, nil)
			var wg sync.WaitGroup
			answers := make([]*apptest.Answer, 2)
			wg.Go(func() { answers[0] = one.Post("/reports/"+a.id+"/merge", into(b.id)) })
			wg.Go(func() { answers[1] = other.Post("/reports/"+b.id+"/merge", into(a.id)) })
			wg.Wait()
			if (answers[0].Status == http.StatusOK) == (answers[1].Status == http.StatusOK) {
				t.Errorf("one of two must be refused: %d %s, %d %s", answers[0].Status, answers[0].Body, answers[1].Status, answers[1].Body)
			}
		}
	})
}

// Two pairs are merged, and at once each leading report is merged into the follower of the other pair: one is refused. No
// circle is left in which nobody leads and which no queue shows.
func TestTwoMergesOfChainsAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		one, other := w.As("zonghe"), w.As("qijiang")
		for range 8 {
			a, b, c, d := ask(t, w, nil), ask(t, w, nil), ask(t, w, nil), ask(t, w, nil)
			one.Post("/reports/"+a.id+"/merge", into(b.id)).Want(http.StatusOK)
			one.Post("/reports/"+c.id+"/merge", into(d.id)).Want(http.StatusOK)
			look(t, one, b.id) // they have their numbers: nothing makes one merge wait for the other but the rule
			look(t, one, d.id)
			var wg sync.WaitGroup
			answers := make([]*apptest.Answer, 2)
			wg.Go(func() { answers[0] = one.Post("/reports/"+b.id+"/merge", into(c.id)) })
			wg.Go(func() { answers[1] = other.Post("/reports/"+d.id+"/merge", into(a.id)) })
			wg.Wait()
			if (answers[0].Status == http.StatusOK) == (answers[1].Status == http.StatusOK) {
				t.Errorf("one of two must be refused: %d %s, %d %s", answers[0].Status, answers[0].Body, answers[1].Status, answers[1].Body)
			}
			if p := progress(t, w, a.receipt); p.Stage == "" {
				t.Errorf("a receipt shows %+v", p)
			}
		}
	})
}

// Whose call comes after the leading one was taken up reads no stage from before the call.
func TestStagesOfAMergedCallBeginWithIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("zonghe")
		lead := ask(t, w, nil)
		verified(t, desk, lead.id, nil)
		w.Clock.Advance(30 * time.Minute)
		late := ask(t, w, nil)
		called := w.Now()
		desk.Post("/reports/"+late.id+"/merge", into(lead.id)).Want(http.StatusOK)
		p := progress(t, w, late.receipt)
		for _, x := range p.Steps {
			if x.At.Before(called) {
				t.Errorf("%s at %v, before the call at %v", x.Stage, x.At, called)
			}
		}
		if p.Stage != "verified" || p.UpdatedAt.Before(called) {
			t.Errorf("shown as %s of %v", p.Stage, p.UpdatedAt)
		}
	})
}
