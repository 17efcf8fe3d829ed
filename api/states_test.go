package api_test

import (
	"cmp"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/domain/deployment"
	"lianyuan/domain/destruction"
	"lianyuan/domain/enquiry"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/notice"
	"lianyuan/domain/pass"
	"lianyuan/domain/reception"
	"lianyuan/domain/situation"
	"lianyuan/domain/support"
	"lianyuan/domain/team"
	"lianyuan/platform/lifecycle"
)

// now stands for the version that the record has at the moment.
const now = "now"

// machine is a life cycle, with how a record is brought into each state and what each verb sends.
type machine struct {
	*lifecycle.Machine
	field string                                                           // of the answer that holds the state
	as    string                                                           // who says the verbs; zonghe when empty
	view  func(answer map[string]any) map[string]any                       // the record in the answer, where it is not the answer itself
	does  map[string]func(w *apptest.World, path string) error             // verb → what nobody may ask for: it follows from something else
	reach map[string]func(t *testing.T, w *apptest.World) string           // state → path of a fresh record in it
	verbs map[string]func(t *testing.T, w *apptest.World) (string, fields) // verb → rest of the path, body
}

// machines are all life cycles. A state or a verb that is added to a table and not here fails the test.
var machines = []machine{
	{
		Machine: incident.Incidents, field: "state", as: "office",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"recorded": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				found(t, w.As("office"), "50")
				return "/incidents/" + flood(t, w, nil)
			},
			"active": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				return "/incidents/" + running(t, w)
			},
			"withdrawing": incidentAfter("withdraw"),
			"closed":      incidentAfter("close"),
			"dropped": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				path := "/incidents/" + flood(t, w, nil)
				w.As("office").Post(path+"/drop", because("达不到条件")).Want(http.StatusOK)
				return path
			},
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"activate": func(*testing.T, *apptest.World) (string, fields) {
				return "/activate", merge(because("灾情严重"), fields{"basis": "渝减办〔2022〕5号"})
			},
			"drop":     func(*testing.T, *apptest.World) (string, fields) { return "/drop", because("达不到条件") },
			"withdraw": func(*testing.T, *apptest.World) (string, fields) { return "/withdraw", because("任务完成") },
			"resume":   func(*testing.T, *apptest.World) (string, fields) { return "/resume", because("险情反复") },
			"close":    func(*testing.T, *apptest.World) (string, fields) { return "/close", because("全部撤离") },
			"reopen": func(_ *testing.T, w *apptest.World) (string, fields) {
				return "/reopen", fields{"version": 0, "reason": "险情反复", "decision": onBehalf(w, nil)}
			},
		},
	},
	{
		Machine: incident.Rosters, field: "state", as: "office",
		view: func(answer map[string]any) map[string]any {
			if open, ok := answer["open"].(map[string]any); ok {
				return open
			}
			return answer["inForce"].(map[string]any)
		},
		reach: map[string]func(*testing.T, *apptest.World) string{
			"draft":     rosterAfter("draft"),
			"submitted": rosterAfter("submitted"),
			"returned":  rosterAfter("returned"),
			"approved":  rosterAfter("approved"),
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"save": func(*testing.T, *apptest.World) (string, fields) {
				return "/roster", fields{"id": newID(), "version": now, "persons": three(nil)}
			},
			"submit": func(*testing.T, *apptest.World) (string, fields) {
				return "/roster/submit", fields{"id": newID(), "version": now}
			},
			"approve": func(_ *testing.T, w *apptest.World) (string, fields) {
				return "/roster/approve", onBehalf(w, fields{"version": now})
			},
			"return": func(_ *testing.T, w *apptest.World) (string, fields) {
				return "/roster/return", onBehalf(w, fields{"version": now})
			},
		},
	},
	{
		Machine: incident.Handovers, field: "state", as: "office",
		view: func(answer map[string]any) map[string]any { return answer["items"].([]any)[0].(map[string]any) },
		reach: map[string]func(*testing.T, *apptest.World) string{
			"sent":     handoverAfter(),
			"taken":    handoverAfter("take"),
			"returned": handoverAfter("return"),
			"done":     handoverAfter("take", "finish"),
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"take":   func(*testing.T, *apptest.World) (string, fields) { return "/{id}/take", because("") },
			"return": func(*testing.T, *apptest.World) (string, fields) { return "/{id}/return", because("不属本组") },
			"finish": func(*testing.T, *apptest.World) (string, fields) { return "/{id}/finish", because("") },
		},
	},
	{
		Machine: incident.Errands, field: "state", as: "office",
		view: func(answer map[string]any) map[string]any {
			d := answer["items"].([]any)[0].(map[string]any)
			return merge(d["groups"].([]any)[0].(map[string]any), fields{"id": d["id"]})
		},
		reach: map[string]func(*testing.T, *apptest.World) string{
			"sent":  directiveAfter(),
			"taken": directiveAfter("take"),
			"done":  directiveAfter("report"),
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"take": func(*testing.T, *apptest.World) (string, fields) {
				return "/{id}/coordination/take", fields{"id": newID(), "version": 0}
			},
			"report": func(*testing.T, *apptest.World) (string, fields) {
				return "/{id}/coordination/report", fields{"id": newID(), "version": 0, "words": "已通知各队暂缓出发"}
			},
		},
	},
	{
		Machine: enquiry.Enquiries, field: "state", as: "office",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"asked":    enquiryAfter(),
			"answered": enquiryAfter("answer"),
			"settled":  enquiryAfter("answer", "settle"),
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"answer": func(*testing.T, *apptest.World) (string, fields) {
				return "/answer", enquiryStep("从綦江南收费站下道")
			},
			"ask_again": func(*testing.T, *apptest.World) (string, fields) {
				return "/ask-again", enquiryStep("下道后走哪条路")
			},
			"settle": func(*testing.T, *apptest.World) (string, fields) { return "/settle", enquiryStep("") },
		},
	},
	{
		Machine: support.Requests, field: "state", as: "office",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"raised":    supportAfter(),
			"routed":    supportAfter("route"),
			"supplying": supportAfter("route", "supply"),
			"delivered": supportAfter("route", "complete"),
			"confirmed": supportAfter("route", "complete", "confirm"),
			"cancelled": supportAfter("cancel"),
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"route":    func(*testing.T, *apptest.World) (string, fields) { return "/route", supportStep("route") },
			"return":   func(*testing.T, *apptest.World) (string, fields) { return "/return", supportStep("return") },
			"supply":   func(*testing.T, *apptest.World) (string, fields) { return "/supply", supportStep("supply") },
			"complete": func(*testing.T, *apptest.World) (string, fields) { return "/complete", supportStep("complete") },
			"confirm":  func(*testing.T, *apptest.World) (string, fields) { return "/confirm", supportStep("confirm") },
			"dispute":  func(*testing.T, *apptest.World) (string, fields) { return "/dispute", supportStep("dispute") },
			"miss":     func(*testing.T, *apptest.World) (string, fields) { return "/miss", supportStep("miss") },
			"cancel":   func(*testing.T, *apptest.World) (string, fields) { return "/cancel", supportStep("cancel") },
		},
	},
	{
		Machine: situation.Summaries, field: "state", as: "office",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"draft":     summaryAfter(),
			"submitted": summaryAfter("submit"),
			"returned":  summaryAfter("submit", "return"),
			"approved":  summaryAfter("submit", "approve"),
			"issued":    summaryAfter("submit", "approve", "issue"),
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"write": func(*testing.T, *apptest.World) (string, fields) {
				return "/sections", fields{"id": newID(), "section": "situation", "version": 1, "words": "雨后"}
			},
			"submit": summaryVerb("submit"), "approve": summaryVerb("approve"), "return": summaryVerb("return"), "issue": summaryVerb("issue"), "revise": summaryVerb("revise"),
		},
	},
	{
		Machine: need.Reports, field: "stage",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"received": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				return "/reports/" + ask(t, w, nil).id
			},
			"verifying": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				r := ask(t, w, nil)
				look(t, w.As("zonghe"), r.id)
				return "/reports/" + r.id
			},
			"merged": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				r := ask(t, w, nil)
				w.As("zonghe").Post("/reports/"+r.id+"/merge", fields{"id": newID(), "version": 0, "into": ask(t, w, nil).id}).Want(http.StatusOK)
				return "/reports/" + r.id
			},
			"done": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				r := ask(t, w, nil)
				look(t, w.As("zonghe"), r.id)
				decide(t, w.As("zonghe"), r.id, fields{"outcome": "unreachable"})
				return "/reports/" + r.id
			},
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"look": func(*testing.T, *apptest.World) (string, fields) { return "/look", nil },
			"attempt": func(*testing.T, *apptest.World) (string, fields) {
				return "/attempts", fields{"id": newID(), "method": "drone", "result": "confirmed"}
			},
			"decide": func(*testing.T, *apptest.World) (string, fields) {
				return "/outcome", fields{"id": newID(), "version": 0, "outcome": "false"}
			},
			"reopen": func(*testing.T, *apptest.World) (string, fields) { return "/reopen", because("再核") },
			"merge": func(t *testing.T, w *apptest.World) (string, fields) {
				t.Helper()
				return "/merge", fields{"id": newID(), "version": 0, "into": ask(t, w, nil).id}
			},
			"unmerge": func(*testing.T, *apptest.World) (string, fields) { return "/unmerge", because("两处") },
		},
	},
	{
		Machine: need.Needs, field: "state",
		does: map[string]func(*apptest.World, string) error{"match": working("match"), "start": working("start"), "release": working("release"), "pause": working("pause")},
		reach: map[string]func(*testing.T, *apptest.World) string{
			"open":        openNeed,
			"matched":     func(t *testing.T, w *apptest.World) string { t.Helper(); return workedNeed(t, w, "match") },
			"in_progress": func(t *testing.T, w *apptest.World) string { t.Helper(); return workedNeed(t, w, "match", "start") },
			"published": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				path := openNeed(t, w)
				publish(w.As("zonghe"), strings.TrimPrefix(path, "/needs/"), instruct(t, w, w.As("zonghe"), nil)).Want(http.StatusOK)
				return path
			},
			"closed": func(t *testing.T, w *apptest.World) string {
				t.Helper()
				path := openNeed(t, w)
				w.As("zonghe").Post(path+"/close", because("重复")).Want(http.StatusOK)
				return path
			},
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"publish": func(t *testing.T, w *apptest.World) (string, fields) {
				t.Helper()
				return "/publish", fields{"id": newID(), "version": 0, "instruction": instruct(t, w, w.As("zonghe"), nil), "audience": []string{"teams"}}
			},
			"correct": func(*testing.T, *apptest.World) (string, fields) {
				return "/correct", fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(nil)}
			},
			"withdraw": func(*testing.T, *apptest.World) (string, fields) { return "/withdraw", because("地点有误") },
			"close":    func(*testing.T, *apptest.World) (string, fields) { return "/close", because("已转移") },
		},
	},
	{
		Machine: deployment.Offers, field: "state", as: "office",
		does:  offersOnSite(),
		reach: offersInEveryState(),
		verbs: offerVerbs(),
	},
	{
		Machine: reception.Parties, field: "state", as: "office",
		does:  partyMoves(),
		reach: partiesInEveryState(),
		verbs: partyVerbs(),
	},
	{
		Machine: reception.Withdrawals, field: "state", as: "office",
		does:  map[string]func(*apptest.World, string) error{"finish": lastOut, "resume": backIn},
		reach: wavesInEveryState(),
		verbs: waveVerbs(),
	},
	{
		Machine: mission.Missions, field: "state", as: "office",
		reach: missionsInEveryState(),
		verbs: missionVerbs(),
	},
	{
		Machine: pass.Passes, field: "state", as: "office",
		does:  map[string]func(*apptest.World, string) error{"use": goHome},
		reach: passesInEveryState(),
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"revoke": func(*testing.T, *apptest.World) (string, fields) { return "/revoke", because("改派") },
		},
	},
	{Machine: pass.Escorts, field: "state", as: "office", reach: escortsInEveryState(), verbs: escortVerbs()},
	{Machine: pass.Tolls, field: "toll", as: "office", reach: tollsInEveryState(), verbs: tollVerbs()},
	{
		Machine: team.Legals, field: "legal",
		reach: teamsInEveryState(),
		verbs: legalVerbs(),
	},
	{
		Machine: team.Memberships, field: "state",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"active": func(_ *testing.T, w *apptest.World) string {
				return "/members/" + enlist(w.As("office"), w.Team(team.Team{Name: "水上应急队", Place: apptest.Qijiang}))
			},
			"left": func(_ *testing.T, w *apptest.World) string {
				m := "/members/" + enlist(w.As("office"), w.Team(team.Team{Name: "水上应急队", Place: apptest.Qijiang}))
				w.As("office").Post(m+"/leave", because("迁居")).Want(http.StatusOK)
				return m
			},
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"change": func(*testing.T, *apptest.World) (string, fields) {
				return "/change", fields{"id": newID(), "version": 0, "name": "余知秋", "core": true}
			},
			"leave": func(*testing.T, *apptest.World) (string, fields) { return "/leave", because("迁居") },
		},
	},
	{
		Machine: equipment.Fleet, field: "state",
		reach: map[string]func(*testing.T, *apptest.World) string{
			"active": func(_ *testing.T, w *apptest.World) string {
				return "/vehicles/" + drive(w.As("office"), w.Team(team.Team{Name: "水上应急队", Place: apptest.Qijiang}))
			},
			"retired": func(_ *testing.T, w *apptest.World) string {
				v := "/vehicles/" + drive(w.As("office"), w.Team(team.Team{Name: "水上应急队", Place: apptest.Qijiang}))
				w.As("office").Post(v+"/retire", because("报废")).Want(http.StatusOK)
				return v
			},
		},
		verbs: map[string]func(*testing.T, *apptest.World) (string, fields){
			"change": func(*testing.T, *apptest.World) (string, fields) { return "/change", car(fields{"version": 0}) },
			"retire": func(*testing.T, *apptest.World) (string, fields) { return "/retire", because("报废") },
		},
	},
}

// teamsInEveryState are teams that came into the register with each legal status.
func teamsInEveryState() map[string]func(*testing.T, *apptest.World) string {
	reach := map[string]func(*testing.T, *apptest.World) string{}
	for _, s := range team.Legals.States {
		reach[s.Key] = func(_ *testing.T, w *apptest.World) string {
			return "/teams/" + w.Team(team.Team{Name: "水上应急队", Place: apptest.Qijiang, Legal: s.Key})
		}
	}
	return reach
}

func legalVerbs() map[string]func(*testing.T, *apptest.World) (string, fields) {
	verbs := map[string]func(*testing.T, *apptest.World) (string, fields){}
	for _, m := range team.Legals.Moves {
		verbs[m.Verb] = func(*testing.T, *apptest.World) (string, fields) {
			return "/legal", fields{"id": newID(), "version": 0, "verb": m.Verb, "reason": "民政局函告", "level": "county", "authority": "綦江区民政局"}
		}
	}
	return verbs
}

func openNeed(t *testing.T, w *apptest.World) string {
	t.Helper()
	return "/needs/" + verified(t, w.As("zonghe"), ask(t, w, nil).id, nil)
}

// Every verb in every state: what the table allows leads where the table says; everything else is a conflict that names
// what is possible, and changes nothing. Each life cycle has a world of its own.
func TestEveryVerbInEveryState(t *testing.T) {
	for _, m := range machines {
		t.Run(strings.ReplaceAll(m.Name, " ", "_"), func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, w *apptest.World) { everyVerb(t, w, m) })
		})
	}
}

func everyVerb(t *testing.T, w *apptest.World, m machine) {
	t.Helper()
	verbs := []string{}
	for _, mv := range m.Moves {
		if !slices.Contains(verbs, mv.Verb) {
			verbs = append(verbs, mv.Verb)
		}
	}
	for _, s := range m.States {
		reach, ok := m.reach[s.Key]
		if !ok {
			t.Errorf("%s: nobody brings a record into %q", m.Name, s.Key)
			continue
		}
		grounds.Delete(w) // an offer is read with all the others for its need: each state has a need of its own
		refused := ""
		for _, verb := range verbs {
			if do := m.does[verb]; do != nil {
				path := reach(t, w)
				to, want := m.To(s.Key, verb)
				since := w.Rows()
				got := do(w, path)
				if want != nil {
					to = s.Key
				}
				if after := w.As("office").Get(path).Want(http.StatusOK).Map(); after[m.field] != to || (got == nil) != (want == nil) {
					t.Errorf("%s: %s from %s leads to %v (%v), want %s", m.Name, verb, s.Key, after[m.field], got, to)
				}
				m.journalled(t, w, since, s.Key, to)
				continue
			}
			say, ok := m.verbs[verb]
			if !ok {
				t.Errorf("%s: nobody says %q", m.Name, verb)
				continue
			}
			to, err := m.To(s.Key, verb)
			path := refused // what is refused leaves the record as it was: one serves all refusals
			if err == nil || path == "" {
				path = reach(t, w)
			}
			if err != nil {
				refused = path
			}
			rest, body := say(t, w)
			who, view := w.As(cmp.Or(m.as, "office")), m.view
			if view == nil {
				view = func(answer map[string]any) map[string]any { return answer }
			}
			before := view(who.Get(path).Want(http.StatusOK).Map())
			if body["version"] == now {
				body["version"] = before["version"]
				if s.Key == "approved" {
					body["version"] = 0 // a new edition begins
				}
			}
			if id, ok := before["id"].(string); ok {
				rest = strings.ReplaceAll(rest, "{id}", id)
			}
			if at, ok := before["version"]; ok && err == nil && body["version"] != nil {
				old := maps.Clone(body)
				old["version"] = apptest.Stale
				current, _ := who.Post(path+rest, old).Refused(http.StatusConflict, "version_stale").Current.(map[string]any)
				own := m.Name == "summary" && verb == "write" || m.Name == "roster" && verb == "save" && s.Key == "approved" // of a section; of an edition that is none yet
				if _, says := current["version"]; !says || current["version"] != at && !own {
					t.Errorf("%s: %s from %s with an old version answers %v, and %v stands there", m.Name, verb, s.Key, current, at)
				}
			}
			since := w.Rows()
			a := who.Post(path+rest, body)
			after := view(who.Get(path).Want(http.StatusOK).Map())
			if err == nil {
				if a.Want(http.StatusOK); view(a.Map())[m.field] != to || after[m.field] != to {
					t.Errorf("%s: %s from %s leads to %v, want %s", m.Name, verb, s.Key, after[m.field], to)
				}
				m.journalled(t, w, since, s.Key, to)
				continue
			}
			possible := []string{}
			for _, mv := range m.Possible(s.Key) {
				possible = append(possible, mv.Verb)
			}
			if p := a.Refused(http.StatusConflict, "transition"); !slices.Equal(p.Possible, possible) {
				t.Errorf("%s: %s from %s: possible %v, want %v", m.Name, verb, s.Key, p.Possible, possible)
			}
			if after[m.field] != s.Key || after["version"] != before["version"] {
				t.Errorf("%s: %s from %s was refused and changed the record", m.Name, verb, s.Key)
			}
		}
	}
}

// docs/states.md draws what the tables say. UPDATE_GOLDEN=1 draws it anew.
func TestStatesAreDrawn(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Life cycles\n\nDrawn from the tables beside the types; `make golden` draws them anew.\n")
	all := []*lifecycle.Machine{}
	for _, m := range machines {
		all = append(all, m.Machine)
	}
	all = append(all, notice.Deliveries)                           // nobody says its verbs but one: domain/notice tests it
	all = append(all, destruction.Destructions, destruction.Holds) // long after all others: states_destruction_test.go says their verbs
	for _, m := range all {
		if err := m.Check(); err != nil {
			t.Error(err)
		}
		b.WriteString("\n## " + m.Name + "\n\n| state | 中文 | English |\n|---|---|---|\n")
		for _, s := range m.States {
			b.WriteString("| `" + s.Key + "` | " + s.Zh + " | " + s.En + " |\n")
		}
		b.WriteString("\n```\n" + m.Drawing() + "```\n")
	}
	golden(t, "../docs/states.md", b.String())
}

// golden compares with a file; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs: run `make golden` and read the diff\n%s", file, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		switch {
		case i >= len(g):
			return "missing: " + w[i]
		case i >= len(w):
			return "new: " + g[i]
		case g[i] != w[i]:
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return ""
}
