package api_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/situation"
	"lianyuan/platform/document/pdftest"
)

func readSummary(c *apptest.Client, incident string) api.SummaryOut {
	return apptest.Read[api.SummaryOut](c.Get("/incidents/" + incident + "/summary").Want(http.StatusOK))
}

func section(c *apptest.Client, incident, key string, version int64, words string) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/summary/sections", fields{"id": newID(), "section": key, "version": version, "words": words})
}

func addendum(c *apptest.Client, incident string, with fields) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/summary/addenda", merge(fields{"id": newID(), "about": "other", "words": "另有 2 人自行返回"}, with))
}

func export(c *apptest.Client, incident, format, purpose string) *apptest.Answer {
	return c.Post("/incidents/"+incident+"/summary/export", fields{"id": newID(), "format": format, "purpose": purpose})
}

// figure is a number of a summary; -1 when it is not known.
func figure(t *testing.T, f api.FiguresOut, key string) int64 {
	t.Helper()
	for _, b := range f.Blocks {
		for _, x := range b.Figures {
			switch {
			case x.Key != key:
			case x.Value == nil:
				return -1
			default:
				return *x.Value
			}
		}
	}
	t.Fatalf("there is no figure %s", key)
	return 0
}

// worked is an incident in which a need was published and corrected, a team signed up, and logistics asked for.
func worked(t *testing.T, w *apptest.World) (incident, team string) {
	t.Helper()
	office := w.As("office")
	incident = running(t, w)
	approveRoster(t, w, office, incident)
	reports := []asked{ask(t, w, nil), ask(t, w, nil), ask(t, w, nil)}
	need := verified(t, office, reports[0].id, nil)
	look(t, office, reports[1].id)
	decide(t, office, reports[1].id, fields{"outcome": "false"})
	office.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{reports[0].id, reports[1].id, reports[2].id}}).Want(http.StatusOK)
	w.Clock.Advance(10 * time.Minute)
	publish(office, need, instruct(t, w, office, nil)).Want(http.StatusOK)
	office.Post("/needs/"+need+"/correct", fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(nil)}).Want(http.StatusOK)
	c := muster(w, fields{"home": "500110"})
	offer(t, office, signup(w, c, fields{"incident": incident, "needs": []string{need}}))
	askSupport(office, incident, c.team, nil)
	request := askSupport(office, incident, c.team, fields{"category": "living"})
	for _, verb := range []string{"route", "complete"} {
		stores(w).Post("/support/"+request+"/"+verb, supportStep(verb)).Want(http.StatusOK)
	}
	office.Post("/support/"+request+"/confirm", supportStep("confirm")).Want(http.StatusOK)
	return incident, c.team
}

// From the first figures to the paper and back: the groups write, nothing is submitted before the incident is closed, late
// facts stand beside what is frozen, headquarters returns and approves, the paper is issued; headquarters reopens, work
// goes on, and what was issued stays as it was.
//
// proves: S004-49 S004-59
func TestSummaryFromFiguresToPaper(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, general, coordination, support := w.As("office"), w.As("zonghe"), w.As("xietiao"), w.As("baozhang")
		incident, team := worked(t, w)
		path := "/incidents/" + incident + "/summary"
		s := readSummary(general, incident)
		for key, want := range map[string]int64{
			"needs.received": 3, "needs.verified": 1, "needs.false": 1, "needs.undecided": 1, "needs.published": 1, "needs.corrected": 1, "needs.withdrawn": 0,
			"offers.all": 1, "offers.teams": 1, "offers.approval_median": -1, "support.asked": 2, "support.met": 1, "support.met.living": 1, "support.asked.fuel": 1,
			"missions.given": 0, "times.to_publish": 10, "times.to_arrival": -1, "site.people": 0,
		} {
			if got := figure(t, s.Figures, key); got != want {
				t.Errorf("%s is %d, want %d", key, got, want)
			}
		}
		if s.Figures.Frozen || s.State != "draft" || s.Version != 0 {
			t.Errorf("before anything was written: %+v", s)
		}
		boardAgrees(t, office, incident, s.Figures)

		// Who may not see it finds nothing; who may not write is refused.
		w.As("qijiang").Get(path).Refused(http.StatusNotFound, "not_found")
		section(support, incident, "situation", 0, "雨").Refused(http.StatusForbidden, "forbidden")
		addendum(support, incident, nil).Refused(http.StatusConflict, "summary.not_closed")

		// Two who write the same section do not overwrite each other.
		section(general, incident, "situation", 0, "6月18日凌晨起持续强降雨。").Want(http.StatusOK)
		section(coordination, incident, "situation", 0, "另一稿").Refused(http.StatusConflict, "version_stale")
		section(coordination, incident, "practice", 0, "统一调度，按需派遣。").Want(http.StatusOK)
		section(general, incident, "none", 0, "x").Want(http.StatusUnprocessableEntity).Names("body.section", "unknown")
		section(general, incident, "problems", 0, strings.Repeat("长", 8001)).Want(http.StatusUnprocessableEntity).Names("body.words", "too_long")
		general.Post(path+"/submit", fields{"id": newID(), "version": 0}).Refused(http.StatusConflict, "version_stale")
		general.Post(path+"/submit", fields{"id": newID(), "version": readSummary(general, incident).Version}).Refused(http.StatusConflict, "summary.not_frozen")

		office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
		support.Post("/incidents/"+incident+"/support", supportBody(team, nil)).Refused(http.StatusConflict, "incident_closed")
		general.Post(path+"/submit", fields{"id": newID(), "version": readSummary(general, incident).Version}).Refused(http.StatusConflict, "summary.blank")
		frozenFigures := readSummary(general, incident).Figures
		lateFacts(t, w, incident)
		if now := readSummary(general, incident).Figures; !now.Frozen || figure(t, now, "needs.undecided") != figure(t, frozenFigures, "needs.undecided") || !now.At.Equal(frozenFigures.At) {
			t.Errorf("the frozen figures changed: %+v", now)
		}

		writeAll(general, incident, "综合组写：")
		general.Post(path+"/submit", fields{"id": newID(), "version": readSummary(general, incident).Version}).Want(http.StatusOK)
		section(general, incident, "next", 1, "再改").Refused(http.StatusConflict, "transition")
		general.Post(path+"/approve", onBehalf(w, fields{"version": 0})).Refused(http.StatusForbidden, "forbidden")
		office.Post(path+"/return", onBehalf(w, fields{"version": 0, "how": "phone", "reference": nil, "words": "补充问题"})).Want(http.StatusOK)
		writeAll(coordination, incident, "协调组改：")
		coordination.Post(path+"/submit", fields{"id": newID(), "version": readSummary(coordination, incident).Version}).Want(http.StatusOK)
		if n := todo(office, "summary_decide", incident); n.Count != 1 || n.Page != "/summary" {
			t.Errorf("the office has to record what headquarters decides: %+v", n)
		}
		approved := apptest.Read[api.SummaryOut](office.Post(path+"/approve", onBehalf(w, fields{"version": 0})).Want(http.StatusOK))
		if approved.Decision == nil || approved.Decision.About != "summary" || approved.Decision.DecidedBy != "市级现场抢险救援指挥部" {
			t.Errorf("approved: %+v", approved.Decision)
		}
		if a, b := todo(office, "summary_decide", incident), todo(office, "summary_issue", incident); a.Count != 0 || b.Count != 1 {
			t.Errorf("and to issue it: %+v, %+v", a, b)
		}
		office.Post(path+"/issue", fields{"id": newID(), "version": approved.Version - 1, "paper": "x"}).Refused(http.StatusConflict, "version_stale")
		office.Post(path+"/issue", fields{"id": newID(), "version": approved.Version, "paper": "渝应急〔2026〕18号"}).Want(http.StatusOK)

		reopened(t, w, incident, team)
	})
}

// boardAgrees looks that the nine steps and the figures say the same.
func boardAgrees(t *testing.T, c *apptest.Client, incident string, f api.FiguresOut) {
	t.Helper()
	for _, s := range apptest.Read[api.BoardOut](c.Get("/incidents/" + incident + "/board").Want(http.StatusOK)).Steps {
		switch {
		case s.Key == "publish" && int64(s.Third.N) != figure(t, f, "needs.shown"),
			s.Key == "publish" && (int64(s.First.N) != figure(t, f, "needs.undecided") || int64(s.Second.N) != figure(t, f, "needs.open")),
			s.Key == "support" && int64(s.Second.N) != figure(t, f, "support.met"),
			s.Key == "summary" && s.Why != "nothing_yet":
			t.Errorf("the board says %+v", s)
		}
	}
}

// lateFacts adds what was learned after closing: a cry for help that is verified changes no frozen figure.
func lateFacts(t *testing.T, w *apptest.World, incident string) {
	t.Helper()
	support := w.As("baozhang")
	office := w.As("office")
	for _, r := range queue(t, office, "?stage=received&limit=50").Items {
		look(t, office, r.ID)
		decide(t, office, r.ID, fields{"outcome": "self_rescued"})
	}
	addendum(support, incident, fields{"about": "figure", "item": "site.nobody", "value": 5}).Want(http.StatusUnprocessableEntity).Names("body.item", "unknown")
	addendum(support, incident, fields{"about": "need", "item": "XQ-A0001", "value": 5}).Want(http.StatusUnprocessableEntity).Names("body.value", "not_figure")
	addendum(support, incident, fields{"words": ""}).Want(http.StatusUnprocessableEntity).Names("body.words", "missing")
	late := fields{"id": newID(), "about": "figure", "item": "support.met", "value": 2, "words": "油料当晚送到，次日补记"}
	for range 2 {
		addendum(support, incident, late).Want(http.StatusOK)
	}
	s := readSummary(office, incident)
	if len(s.Addenda) != 1 {
		t.Fatalf("addenda: %+v", s.Addenda)
	}
	if a := s.Addenda[0]; a.What != "全部到位" || a.Before != "1" || a.After != "2" || a.By != "邓明川" {
		t.Errorf("the addendum: %+v", a)
	}
	addendum(w.As("xietiao"), incident, late).Refused(http.StatusConflict, "id_reused")
}

// reopened has headquarters reopen the incident: writing goes on, and what was issued stays as it was.
func reopened(t *testing.T, w *apptest.World, incident, team string) {
	t.Helper()
	office, general := w.As("office"), w.As("zonghe")
	addendum(w.As("baozhang"), incident, fields{"about": "figure", "item": "support.asked", "value": 4, "words": "另有 2 份口头申请"}).Want(http.StatusOK)
	was := readSummary(office, incident)
	office.Post("/incidents/"+incident+"/reopen", fields{"version": 0, "reason": "险情反复", "decision": onBehalf(w, nil)}).Want(http.StatusOK)
	askSupport(office, incident, team, nil)
	now := readSummary(office, incident)
	if now.State != "issued" || now.Closed || len(now.Reopenings) != 1 || figure(t, now.Figures, "support.asked") != 2 || now.Figures.Closing != 1 {
		t.Errorf("what was issued changed: %+v", now)
	}
	if live := apptest.Read[api.FiguresOut](office.Get("/incidents/" + incident + "/figures").Want(http.StatusOK)); live.Frozen || figure(t, live, "support.asked") != 3 {
		t.Errorf("the figures of a reopened incident: %+v", live)
	}
	office.Post("/incidents/"+incident+"/close", because("再次撤离")).Want(http.StatusOK)
	revised := apptest.Read[api.SummaryOut](general.Post("/incidents/"+incident+"/summary/revise", because("补充第二阶段")).Want(http.StatusOK))
	if revised.State != "draft" || revised.Edition != 2 || revised.Paper != "" || figure(t, revised.Figures, "support.asked") != 3 || len(revised.Closings) != 2 {
		t.Errorf("the next edition: %+v", revised)
	}
	if a := revised.Addenda; len(a) != 2 || a[0].Before != "1" || a[0].After != "2" || a[1].Before != "2" || a[1].After != "4" {
		t.Errorf("what was added to the first closing: %+v", a)
	}
	if was.Paper != "渝应急〔2026〕18号" || was.Issued.IsZero() {
		t.Errorf("issued as %+v", was)
	}
}

// The paper has the layout of official papers and every figure; the workbook has the same; the journal says who took them.
//
// proves: S004-83
func TestSummaryLeavesAsPaperAndWorkbook(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		incident, _ := worked(t, w)
		writeAll(w.As("zonghe"), incident, "写在总结里的")
		office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
		lateFacts(t, w, incident)
		for _, verb := range []string{"submit", "approve", "issue"} {
			words := summaryWords(w, verb)
			words["version"] = readSummary(office, incident).Version
			office.Post("/incidents/"+incident+"/summary/"+verb, words).Want(http.StatusOK)
		}
		export(office, incident, "docx", "").Want(http.StatusUnprocessableEntity).Names("body.purpose", "missing")
		export(office, incident, "pdf", "报送").Want(http.StatusUnprocessableEntity).Names("body.format", "unknown")
		s := readSummary(office, incident)
		onPaper(t, s, export(office, incident, "docx", "报送指挥部").Want(http.StatusOK).Body)
		inWorkbook(t, s, export(office, incident, "xlsx", "报送指挥部").Want(http.StatusOK).Body)
		last := readSummary(office, incident).History
		if h := last[len(last)-1]; h.Verb != "summary.exported" || h.Note != "报送指挥部" || h.Who != "秦可舟" {
			t.Errorf("the journal says %+v", h)
		}
	})
}

func onPaper(t *testing.T, s api.SummaryOut, file []byte) {
	t.Helper()
	p := pdftest.Print(t, file)
	text := p.Packed()
	want := []string{
		"渝应急〔2026〕18号", "社会应急力量参与应急处置情况总结", "一、基本情况", "二、主要数据", "三、主要做法", "四、存在问题", "五、下步建议", "六、补记",
		"写在总结里的下步建议", "油料当晚送到，次日补记", "市级现场抢险救援指挥部", "—1—", "—2—", "印发",
	}
	for i, b := range s.Figures.Blocks {
		want = append(want, "（"+[]string{"一", "二", "三", "四", "五", "六", "七", "八"}[i]+"）"+b.Label)
		for _, f := range b.Figures {
			value := map[string]string{"earlier": "不适用"}[f.Why]
			if value == "" {
				value = "未知"
			}
			switch {
			case f.Value != nil:
				value = strconv.FormatInt(*f.Value, 10)
			case !f.At.IsZero():
				value = f.At.In(time.FixedZone("CST", 8*3600)).Format("2006-01-0215:04")
			}
			want = append(want, f.Label+value+f.UnitZh)
		}
	}
	for _, x := range want {
		if !strings.Contains(text, x) {
			t.Errorf("%q does not stand on the paper", x)
		}
	}
	if strings.Contains(text, "草稿") || strings.Contains(text, "演练") {
		t.Error("an issued paper is marked")
	}
	const mm = 72 / 25.4
	for n, page := range p.Pages {
		if page.Width < 594 || page.Width > 597 || page.Height < 840 || page.Height > 843 {
			t.Errorf("page %d is no A4: %.0f × %.0f", n+1, page.Width, page.Height)
		}
		for _, word := range page.Words {
			if word.XMin < 28*mm-2 || word.XMax > (210-26)*mm+2 || word.YMin < 37*mm-8 {
				t.Errorf("page %d: %q stands outside the margins", n+1, word.Text)
			}
		}
	}
}

func inWorkbook(t *testing.T, s api.SummaryOut, file []byte) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("统计数字")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range rows {
		if len(r) >= 3 {
			found[r[0]+" "+r[1]] = r[2]
		}
	}
	for _, b := range s.Figures.Blocks {
		for _, x := range b.Figures {
			want := ""
			if x.Value != nil {
				want = strconv.FormatInt(*x.Value, 10)
			}
			if got, ok := found[b.Label+" "+x.Label]; !ok || got != want {
				t.Errorf("%s is %q in the workbook, want %q", x.Key, got, want)
			}
		}
	}
	if late, err := f.GetRows("补记"); err != nil || len(late) < 3 {
		t.Errorf("the late facts: %v, %v", late, err)
	}
}

// What a team did on site stands in its row, in the sum and in the figures, and all three say the same.
//
// proves: S004-38 S004-83
func TestFiguresOfTeamsAndMissions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s, office := onTheSite(t, w), w.As("office")
		m := tell(office, s.incident, task(w, s.party, nil))
		for _, verb := range []string{"accept", "set-out", "arrive"} {
			missionAfter(office, m.ID, verb, nil)
		}
		missionAfter(office, m.ID, "progress", fields{"words": "转出 3 人", "rescued": 3, "moved": 2, "treated": 1})
		w.Clock.Advance(2 * time.Hour)
		missionAfter(office, m.ID, "finish", nil)
		missionAfter(office, m.ID, "confirm", nil)
		f := readSummary(office, s.incident).Figures
		for key, want := range map[string]int64{
			"site.teams": 1, "site.people": int64(len(s.party.Persons)), "site.vehicles": int64(s.party.Vehicles), "missions.given": 1, "missions.confirmed": 1,
			"missions.running": 0, "missions.rescued": 3, "missions.moved": 2, "missions.treated": 1, "missions.hours": 4, "site.inside": int64(len(s.party.Persons)),
		} {
			if got := figure(t, f, key); got != want {
				t.Errorf("%s is %d, want %d", key, got, want)
			}
		}
		if len(f.Teams) != 1 || f.Teams[0].Rescued != 3 || f.Teams[0].Hours != 4 || f.Teams[0].Confirmed != 1 || f.Teams[0].Party != s.party.ID {
			t.Fatalf("the teams: %+v", f.Teams)
		}
		if all := f.Total; int64(all.Rescued) != figure(t, f, "missions.rescued") || int64(all.People) != figure(t, f, "site.people") || all.Hours != figure(t, f, "missions.hours") {
			t.Errorf("the sum: %+v", all)
		}
	})
}

// A drill is marked on every page, and so is a draft.
func TestSummaryOfADrillIsMarked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		found(t, office, "50")
		drill := flood(t, w, office, fields{"drill": true})
		export(office, drill, "docx", "复盘").Want(http.StatusOK)
		activate(office, drill).Want(http.StatusOK)
		p := pdftest.Print(t, export(office, drill, "docx", "复盘").Want(http.StatusOK).Body)
		if marks := strings.Count(p.Packed(), "演练草稿"); marks != len(p.Pages) || !strings.Contains(p.Packed(), "（演练）") {
			t.Errorf("%d marks on %d pages", marks, len(p.Pages))
		}
	})
}

// Two who write the same section at once: one is kept, the other is told.
func TestOneSectionAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		incident := running(t, w)
		office := w.As("office")
		const writers = 6
		var group sync.WaitGroup
		status := make([]int, writers)
		for i := range writers {
			group.Go(func() { status[i] = section(office, incident, "situation", 0, "第"+strconv.Itoa(i)+"稿").Status })
		}
		group.Wait()
		kept := 0
		for _, s := range status {
			switch s {
			case http.StatusOK:
				kept++
			case http.StatusConflict:
			default:
				t.Errorf("status %d", s)
			}
		}
		if kept != 1 || readSummary(office, incident).Sections[0].Version != 1 {
			t.Errorf("%d of %d were kept", kept, writers)
		}
	})
}

// Work and closing at once: what was written before the figures were frozen is in them, and nothing comes after.
func TestNothingSlipsBehindClosing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		for range 3 {
			incident, team := worked(t, w)
			const writers = 8
			var group sync.WaitGroup
			wrote := make([]bool, writers)
			for i := range writers {
				group.Go(func() {
					if i == writers/2 {
						office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
						return
					}
					a := office.Post("/incidents/"+incident+"/support", supportBody(team, nil))
					if wrote[i] = a.Status == http.StatusCreated; !wrote[i] {
						a.Refused(http.StatusConflict, "incident_closed")
					}
				})
			}
			group.Wait()
			want := int64(2)
			for _, x := range wrote {
				if x {
					want++
				}
			}
			if got := figure(t, readSummary(office, incident).Figures, "support.asked"); got != want {
				t.Errorf("%d requests were written, %d are in the frozen figures", want, got)
			}
		}
	})
}

// Every figure has words in both languages, a unit, a block and a page.
func TestFiguresAreWhole(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		s := readSummary(w.As("office"), running(t, w))
		seen := map[string]bool{}
		for _, b := range s.Figures.Blocks {
			if len(b.Figures) == 0 || b.LabelEn == "" {
				t.Errorf("block %s is empty", b.Key)
			}
			for _, f := range b.Figures {
				if _, known := situation.Units[f.Unit]; !known || seen[f.Key] || f.Label == "" || f.LabelEn == "" || !strings.HasPrefix(f.Page, "/") {
					t.Errorf("the figure %+v is not whole", f)
				}
				seen[f.Key] = true
			}
		}
	})
}
