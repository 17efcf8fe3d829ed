package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// row is what a list says of one record.
type row = map[string]any

// listing is the operation behind a page, with the key under which its answer holds the rows.
type listing struct{ path, rows string }

// listings are the pages that figures lead to; what they are asked for stands in their address.
var listings = map[string]listing{
	"/needs": {"/reports", "items"}, "/publish": {"/needs", "items"}, "/offers": {"/offers", "items"},
	"/reception": {"/incidents/{id}/parties", "items"}, "/inside": {"/incidents/{id}/inside", "items"}, "/missions": {"/incidents/{id}/missions", "items"},
	"/support": {"/incidents/{id}/support", "items"}, "/withdrawal": {"/incidents/{id}/withdrawals", "waves"},
	"/passes": {"/incidents/{id}/passes", "items"},
}

// rowsAt are the rows that a page shows, by the filter in its address.
func rowsAt(t *testing.T, c *apptest.Client, page string) []row {
	t.Helper()
	u, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	of, known := listings[u.Path]
	q := u.Query()
	incident := q.Get("incident")
	if !known || incident == "" {
		t.Fatalf("%s is no list of an incident", page)
	}
	if q.Get("tab") == "log" {
		of.path = "/incidents/{id}/passages"
		q.Del("tab")
	} else if q.Get("state") == "waiting" {
		of.rows = "waiting"
	}
	if u.Path != "/withdrawal" && u.Path != "/inside" && u.Path != "/passes" {
		q.Set("limit", "200")
	}
	var list []row
	for _, x := range c.Get(strings.Replace(of.path, "{id}", incident, 1) + "?" + q.Encode()).Want(http.StatusOK).Map()[of.rows].([]any) {
		if one := x.(row); u.Path != "/passes" || of.rows == "waiting" || (agree(one, q, "state") && agree(one, q, "toll")) {
			list = append(list, one)
		}
	}
	return list
}

// agree says whether a row has what an address asks for, if it does.
func agree(one row, q url.Values, key string) bool { return !q.Has(key) || one[key] == q.Get(key) }

// sum adds up what rows say under a key.
func sum(key string) func([]row) int64 {
	return func(rows []row) (n int64) {
		for _, r := range rows {
			v, _ := r[key].(float64)
			n += int64(v)
		}
		return n
	}
}

// different counts the different things that rows name.
func different(name func(row) any) func([]row) int64 {
	return func(rows []row) int64 {
		seen := map[any]bool{}
		for _, r := range rows {
			seen[name(r)] = true
		}
		return int64(len(seen))
	}
}

func teamOf(r row) any {
	if id := r["team"].(row)["id"]; id != nil && id != "" {
		return id
	}
	return r["id"]
}

// measures are the figures that are more than how many rows there are.
var measures = map[string]func([]row) int64{
	"offers.teams": different(func(r row) any { return r["team"] }), "offers.people": sum("people"), "site.teams": different(teamOf),
	"site.unapproved_people": sum("came"), "site.absent": sum("missing"), "site.extra": sum("extra"),
	"missions.rescued": sum("rescued"), "missions.moved": sum("moved"), "missions.treated": sum("treated"),
}

// columns are the figures that the table of teams breaks down, by its column.
var columns = map[string]string{
	"site.equipment": "equipment", "site.hours": "onSite", "site.idle_hours": "idle", "missions.hours": "hours", "site.vehicles": "vehicles",
}

// noRows are the figures whose number no list of rows can be, each with what its link shows instead and why.
var noRows = map[string]string{
	"offers.approval_median": "the median of the signed offers, which it leads to",
	"times.to_publish":       "a span that ends with the need it leads to", "times.to_arrival": "a span that ends with the party it leads to",
	"times.to_scene": "a span that ends with the mission it leads to",
}

// moments are the figures that say when the one row they lead to happened, by the key of the row.
var moments = map[string]string{
	"times.first_report": "receivedAt", "times.first_published": "", "times.first_arrival": "arrivedAt", "times.first_scene": "onSceneAt",
}

// handedBack counts the lines on the hand-back lists of the parties that a figure leads to.
func handedBack(c *apptest.Client, key string, rows []row) (n int64) {
	for _, r := range rows {
		for _, l := range apptest.Read[api.DepartureSheet](c.Get("/parties/" + r["id"].(string) + "/departure").Want(http.StatusOK)).Lines {
			switch {
			case key == "withdrawal.lent", key == "withdrawal.back" && l.Recorded && l.Back+l.Used >= l.Lent:
				n++
			case key == "withdrawal.damaged":
				n += int64(l.Damaged + l.Lost)
			}
		}
	}
	return n
}

// leadsToRows asks of every figure of an incident whether the page it leads to shows what it counts.
func leadsToRows(t *testing.T, c *apptest.Client, f api.FiguresOut) {
	t.Helper()
	total := map[string]int64{
		"equipment": int64(f.Total.Equipment), "onSite": f.Total.OnSite, "idle": f.Total.Idle, "hours": f.Total.Hours, "vehicles": int64(f.Total.Vehicles),
	}
	for _, b := range f.Blocks {
		for _, x := range b.Figures {
			if x.Page == "" {
				t.Errorf("%s leads nowhere", x.Key)
				continue
			}
			if column, ok := columns[x.Key]; ok {
				if !strings.HasSuffix(x.Page, "#teams") || total[column] != *x.Value {
					t.Errorf("%s is %d, and the teams come to %d at %s", x.Key, *x.Value, total[column], x.Page)
				}
				continue
			}
			rows := rowsAt(t, c, x.Page)
			if key, ok := moments[x.Key]; ok {
				if (x.Why == "") != (len(rows) == 1) || (x.Why == "" && key != "" && !sameMoment(rows[0][key], x.At)) {
					t.Errorf("%s is %s, its row %v", x.Key, x.At, rows)
				}
				continue
			}
			if why := noRows[x.Key]; why != "" {
				continue
			}
			got := int64(len(rows))
			if measure := measures[x.Key]; measure != nil {
				got = measure(rows)
			} else if x.Key == "withdrawal.lent" || x.Key == "withdrawal.back" || x.Key == "withdrawal.damaged" {
				got = handedBack(c, x.Key, rows)
			}
			if x.Value == nil || *x.Value != got {
				t.Errorf("%s is %v, and %s shows %d", x.Key, x.Value, x.Page, got)
			}
		}
	}
}

func sameMoment(said any, at time.Time) bool {
	text, _ := said.(string)
	got, err := time.Parse(time.RFC3339Nano, text)
	return err == nil && got.Truncate(time.Second).Equal(at.Truncate(time.Second))
}

// boardLeadsToRows asks the same of every count of the nine steps, of the inputs of the four indicators, and of the orders.
func boardLeadsToRows(t *testing.T, c *apptest.Client, incident string) {
	t.Helper()
	b := boardOf(c, incident)
	whole := apptest.Read[api.IncidentDetail](c.Get("/incidents/" + incident).Want(http.StatusOK))
	for _, s := range b.Steps {
		for _, x := range []*api.CountOut{s.First, s.Second, s.Third, s.Late} {
			switch {
			case x == nil:
			case s.Key == "activate": // a roster is a page of its own
				if x.Path != "/incident/"+incident+"?tab=roster" || (x.Key == "persons" && whole.InForce != nil && x.N != len(whole.InForce.Persons)) {
					t.Errorf("step %s: %+v", s.Key, x)
				}
			case s.Key == "summary": // so are the sections and the addenda of a summary
				if !strings.HasPrefix(x.Path, "/summary/"+incident+"#") {
					t.Errorf("step %s: %+v", s.Key, x)
				}
			case x.Path == "" || len(rowsAt(t, c, x.Path)) != x.N:
				t.Errorf("step %s counts %d %s, and %q shows otherwise", s.Key, x.N, x.Key, x.Path)
			}
		}
	}
	for _, i := range b.Indicators {
		for _, x := range i.Inputs {
			switch {
			case x.Key == "idle_limit" && x.Path == "": // a parameter
			case x.Key == "hours" || x.Key == "hours_without": // of teams, in the table of teams
				if x.Path != "/summary/"+incident+"#teams" {
					t.Errorf("%s of %s leads to %q", x.Key, i.Key, x.Path)
				}
			case x.Key == "median_minutes": // the amended needs are what it is the median of
				if !strings.HasPrefix(x.Path, "/publish?figure=amended&") {
					t.Errorf("%s leads to %q", x.Key, x.Path)
				}
			case x.Path == "" || (x.N != nil && len(rowsAt(t, c, x.Path)) != int(*x.N)) || (x.N == nil && len(rowsAt(t, c, x.Path)) != 0):
				t.Errorf("%s of %s is %v, and %q shows otherwise", x.Key, i.Key, x.N, x.Path)
			}
		}
	}
	if i := indicator(b, "disorder"); i.Value != nil && *i.Trend[len(i.Trend)-1].Value != *i.Value {
		t.Errorf("the trend of %s ends elsewhere: %+v", i.Key, i)
	}
	for figure, n := range map[string]int{"given": b.Orders.Given, "answered": b.Orders.Taken, "unanswered": len(b.Orders.Waiting)} {
		if got := len(rowsAt(t, c, "/offers?figure="+figure+"&incident="+incident)); got != n {
			t.Errorf("%d orders %s, and the list shows %d", n, figure, got)
		}
	}
	for page, n := range map[string]int{
		"/inside?figure=inside": b.Force.Inside, "/inside?figure=free": b.Force.Idle, "/inside?figure=busy": b.Force.Inside - b.Force.Idle,
		"/reception?figure=inside": b.Force.Teams, "/reception?figure=self_deployed": b.Force.Unapproved, "/reception?figure=leaving": b.Force.Leaving,
		"/missions?figure=unaccepted": b.Orders.Unaccepted,
	} {
		if got := len(rowsAt(t, c, page+"&incident="+incident)); got != n {
			t.Errorf("the board says %d, and %s shows %d", n, page, got)
		}
	}
	for _, x := range b.Where {
		got := 0
		switch x.Kind {
		case "point":
			got = len(rowsAt(t, c, "/inside?figure=free&point="+x.ID+"&incident="+incident))
		case "sector":
			got = int(sum("people")(rowsAt(t, c, "/missions?state=live&sector="+x.ID+"&incident="+incident)))
		case "mission":
			got = int(sum("people")(rowsAt(t, c, "/missions?figure=elsewhere&incident="+incident)))
		}
		if got != x.People {
			t.Errorf("%d people at %s %s, and its page shows %d", x.People, x.Kind, x.Name, got)
		}
	}
}

// Every figure of the whole story leads to exactly its rows: on the board and the big screen, in the list of figures, which
// paper and workbook share, and the inputs of the four indicators.
//
// proves: S004-07 S004-38 S004-59
func TestEveryFigureLeadsToItsRows(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c := &cast{T: t, World: w, office: w.As("office"), general: w.As("zonghe"), coordination: w.As("xietiao"), support: w.As("baozhang"), desk: desk(w), gate: guard(w, "kakou", apptest.Qijiang)}
		c.begins()
		boardLeadsToRows(t, c.office, c.incident)
		c.comesAndGoes("near", "山城水上应急队", "500119", c.signedByTheCity)
		c.inTheMiddle()
		boardLeadsToRows(t, c.office, c.incident)
		leadsToRows(t, c.office, apptest.Read[api.FiguresOut](c.general.Get("/incidents/"+c.incident+"/figures").Want(http.StatusOK)))
		for _, page := range []string{"/needs", "/publish", "/offers", "/reception", "/inside", "/missions", "/support", "/withdrawal", "/passes?tab=log"} {
			u, _ := url.Parse(page)
			of := listings[u.Path]
			if u.RawQuery != "" {
				of.path = "/incidents/{id}/passages"
			}
			c.office.Get(strings.Replace(of.path, "{id}", c.incident, 1)+"?figure=nothing&incident="+c.incident).Want(http.StatusUnprocessableEntity).Names("query.figure", "figure_unknown")
		}
	})
}

// inTheMiddle leaves one of everything that a figure counts: a false and a merged report, a withdrawn need, offers in
// several states, a team at work and one that came of itself, a hurt person, passages of all kinds, requests, a planned wave.
func (c *cast) inTheMiddle() {
	c.Helper()
	path := "/incidents/" + c.incident
	reports := []asked{ask(c.T, c.World, nil), ask(c.T, c.World, nil), ask(c.T, c.World, nil)}
	look(c.T, c.general, reports[0].id)
	decide(c.T, c.general, reports[0].id, fields{"outcome": "false"})
	gone := verified(c.T, c.general, reports[1].id, nil)
	c.general.Post(path+"/reports", fields{"id": newID(), "reports": []string{reports[0].id, reports[1].id, reports[2].id}}).Want(http.StatusOK)
	publish(c.general, gone, instruct(c.T, c.World, c.general, nil)).Want(http.StatusOK)
	c.general.Post("/needs/"+gone+"/correct", fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(nil)}).Want(http.StatusOK)
	c.general.Post("/needs/"+gone+"/withdraw", because("重复")).Want(http.StatusOK)
	lateNeed := verified(c.T, c.general, reports[2].id, fields{"teams": 5})
	publish(c.general, lateNeed, instruct(c.T, c.World, c.general, nil)).Want(http.StatusOK)
	c.general.Post("/needs/"+lateNeed+"/correct", fields{"id": newID(), "version": 0, "reason": "人数", "changes": draft(fields{"teams": 5})}).Want(http.StatusOK)

	waits := muster(c.World, fields{"home": "500119", "name": "南川蓝天分队"})
	offer(c.T, c.office, signup(c.World, waits, fields{"incident": c.incident, "needs": []string{lateNeed}}))
	taken := muster(c.World, fields{"home": "500119", "name": "南川山地分队"})
	back := offer(c.T, c.office, signup(c.World, taken, fields{"incident": c.incident, "needs": []string{lateNeed}}))
	does(c.office, back.ID, "withdraw", fields{"reason": "另有任务"}).Want(http.StatusOK)
	silent := muster(c.World, fields{"home": "500119", "name": "南川金佛山队"})
	first := offer(c.T, c.office, signup(c.World, silent, fields{"incident": c.incident, "needs": []string{lateNeed}}))
	submit(c.coordination, first.ID, lateNeed)
	does(c.coordination, first.ID, "deploy_first", fields{"cause": "trapped", "reason": "水位上涨"}).Want(http.StatusOK)
	does(c.coordination, first.ID, "accept", fields{"reason": "力量不足"}).Want(http.StatusOK)
	dispatched(c.World, c.coordination, first.ID).Want(http.StatusOK)

	// On site: a team at work, of which one is hurt, with a mission that it has not answered; one that came of itself.
	here := comes(c.T, c.World, c.incident, lateNeed, "綦江桥河队")
	party := readParty(c.office, here.party)
	x := tell(c.coordination, c.incident, task(c.World, party, fields{"need": lateNeed}))
	lead := c.Leader("here", here.team)
	for _, verb := range []string{"accept", "set-out", "arrive"} {
		onMission(lead, x.ID, verb, nil).Want(http.StatusOK)
	}
	onMission(lead, x.ID, "progress", fields{"words": "转移", "moved": 3, "rescued": 1, "saidAt": c.Now()}).Want(http.StatusOK)
	c.Clock.Advance(30 * time.Minute)
	atParty(c.office, here.party, "person-out", fields{"presence": people(party)[0], "why": "injured"}).Want(http.StatusOK)
	tell(c.coordination, c.incident, task(c.World, party, fields{"persons": people(party)[2:]}))
	received(c.desk, c.incident, fields{"id": newID(), "point": pointOf(c.World, c.incident), "teamName": "沙溪车友会", "extra": []fields{{"name": "白石桥"}, {"name": "李见山"}}, "arrivedAt": c.Now()})
	c.Clock.Advance(5 * time.Hour)
	c.office, c.general, c.coordination = c.SignIn("office", apptest.Password), c.SignIn("zonghe", apptest.Password), c.SignIn("xietiao", apptest.Password)
	c.gate, c.desk, c.support = c.SignIn("kakou", apptest.Password), c.SignIn("desk", apptest.Password), c.SignIn("baozhang", apptest.Password)

	for _, with := range []fields{nil, {"plate": "渝B·00083", "why": "too_early"}, {"plate": "渝B·00084", "verdict": "unknown", "why": "not_listed", "direction": "in"}, {"plate": "渝B·00082", "why": "no_pass"}} {
		c.gate.Post("/passages", passageAt(c.World, with)).Want(http.StatusOK)
	}
	asked := askSupport(c.office, c.incident, here.team, fields{"category": "living"})
	c.support.Post("/support/"+asked+"/cancel", supportStep("cancel"))
	line := newID()
	c.desk.Post(here.path("/handbacks"), fields{"id": newID(), "lines": []fields{{"id": line, "what": "卫星电话", "unit": "部", "lent": 2, "lender": "市商务委"}, {"id": newID(), "what": "帐篷", "unit": "顶", "lent": 1, "lender": "市应急局"}}}).Want(http.StatusOK)
	c.desk.Post(here.path("/handbacks/"+line+"/record"), fields{"id": newID(), "version": 1, "back": 1, "damaged": 0, "lost": 1, "note": "落水"}).Want(http.StatusOK)
	planned(c.World, c.coordination, c.incident, here.party)
}
