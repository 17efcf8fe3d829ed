package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// newTeam is a team as an officer writes it, with what the test changes.
func newTeam(with fields) fields {
	return merge(fields{
		"id": newID(), "name": "渝峡水域救援队", "home": "500110", "legal": "registered", "kind": "non_enterprise", "lon": 106.65, "lat": 29.02, "people": 30,
		"level": "county", "authority": "綦江区民政局", "supervisor": "綦江区应急管理局", "skills": []fields{{"key": "water", "grade": 2}},
		"contact": fields{"name": "卢远航", "phone": "138-0000-0021"},
	}, with)
}

func enrolTeam(c *apptest.Client, with fields) string {
	t := newTeam(with)
	c.Post("/teams", t).Want(http.StatusCreated)
	return t["id"].(string)
}

// inventNumber is a resident number of nobody: there is no area 990000.
var invented struct {
	sync.Mutex
	n int
}

func serial() int {
	invented.Lock()
	defer invented.Unlock()
	invented.n++
	return invented.n
}

func inventNumber(n int) string {
	body := fmt.Sprintf("990000%04d%02d%02d%03d", 1950+n/1000%60, 1+n%12, 1+n%28, n%1000)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

// someone is a person who belongs to no team yet, with what the test changes.
func someone(with fields) fields {
	return merge(fields{
		"id": newID(), "name": "余知秋", "phone": "13800000022", "paper": "resident_id", "number": inventNumber(serial()), "post": "boat",
	}, with)
}

func enlist(c *apptest.Client, of string) string {
	m := someone(nil)
	c.Post("/teams/"+of+"/members", m).Want(http.StatusCreated)
	return m["id"].(string)
}

func car(with fields) fields {
	return merge(fields{"id": newID(), "plate": fmt.Sprintf("渝A·%05d", serial()), "colour": "blue", "kind": "personnel", "seats": 7}, with)
}

func drive(c *apptest.Client, of string) string {
	v := car(nil)
	c.Post("/teams/"+of+"/vehicles", v).Want(http.StatusCreated)
	return v["id"].(string)
}

func insurance(with fields) fields {
	return merge(fields{
		"id": newID(), "insurer": "某财产保险公司", "number": "PL-0001", "from": apptest.Start.Add(-time.Hour), "to": apptest.Start.AddDate(1, 0, 0), "everyone": true,
	}, with)
}

func insure(c *apptest.Client, of string, with fields) string {
	p := insurance(with)
	c.Post("/teams/"+of+"/policies", p).Want(http.StatusCreated)
	return p["id"].(string)
}

func readTeam(t *testing.T, c *apptest.Client, id string) api.TeamDetail {
	t.Helper()
	return apptest.Read[api.TeamDetail](c.Get("/teams/" + id).Want(http.StatusOK))
}

func teamsOf(c *apptest.Client, query string) (names []string, page api.PageOf[api.TeamRow]) {
	page = apptest.Read[api.PageOf[api.TeamRow]](seek(c, "/teams"+query).Want(http.StatusOK))
	for _, x := range page.Items {
		names = append(names, x.Name)
	}
	return names, page
}

// A team comes on record, is corrected, goes through its legal life (S000-13), and everything is told in its history; its
// leader has no part in the status.
func TestTeamOnRecord(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		body := newTeam(fields{"legal": "never_registered", "level": nil, "authority": nil, "aliases": []string{"ARK 方舟", "水上先锋"}})
		id := body["id"].(string)
		office.Post("/teams", body).Want(http.StatusCreated)
		office.Post("/teams", body).Want(http.StatusCreated)
		office.Post("/teams", merge(body, fields{"name": "另一支队"})).Refused(http.StatusConflict, "id_reused")
		d := readTeam(t, office, id)
		if d.Legal != "never_registered" || d.Approvable || d.Contact.Phone != "138****0021" || d.Contact.Name != "卢远航" || !slices.Equal(d.Actions, []string{"prepare", "register"}) {
			t.Errorf("on record: %+v", d)
		}
		step := func(verb string, with fields) *apptest.Answer {
			return office.Post("/teams/"+id+"/legal", merge(fields{"id": newID(), "version": 0, "verb": verb, "reason": "民政局函告"}, with))
		}
		step("prepare", nil).Want(http.StatusOK)
		step("apply", nil).Want(http.StatusOK)
		step("register", nil).Want(http.StatusUnprocessableEntity).Names("body.level", "unknown").Names("body.authority", "missing")
		step("register", fields{"level": "county", "authority": "綦江区民政局", "uscc": "52320100MJ00000IXK"}).Want(http.StatusUnprocessableEntity).Names("body.uscc", "uscc_shape")
		step("register", fields{"level": "county", "authority": "綦江区民政局", "uscc": "52320100mj000000xk", "version": 99}).Refused(http.StatusConflict, "version_stale")
		d = apptest.Read[api.TeamDetail](step("register", fields{"level": "county", "authority": "綦江区民政局", "uscc": "52320100mj000000xk"}).Want(http.StatusOK))
		if d.Legal != "registered" || !d.Approvable || d.USCC != "52320100MJ000000XK" || d.Level != "county" {
			t.Errorf("registered: %+v", d)
		}
		step("suspend", fields{"reason": ""}).Want(http.StatusUnprocessableEntity).Names("body.reason", "missing")
		step("suspend", nil).Want(http.StatusOK)
		if d := readTeam(t, office, id); d.Approvable {
			t.Errorf("suspended and approvable: %+v", d)
		}
		lead := w.Leader("own-leader", id)
		if mine := apptest.Read[api.TeamDetail](lead.Get("/team").Want(http.StatusOK)); mine.ID != id || len(mine.Actions) != 0 || mine.Keeps || !mine.Edits {
			t.Errorf("the leader sees %+v", mine)
		}
		lead.Post("/teams/"+id+"/legal", fields{"id": newID(), "version": 0, "verb": "resume", "reason": "x"}).Refused(http.StatusForbidden, "forbidden")
		lead.Post("/teams/"+id+"/change", newTeam(fields{"version": 0, "legal": nil})).Refused(http.StatusForbidden, "forbidden")
		lead.Get("/teams").Refused(http.StatusForbidden, "forbidden")

		change := newTeam(fields{"version": d.Version + 1, "legal": nil, "name": "渝峡救援队", "contact": nil, "uscc": "91350211M0000XUF46"})
		office.Post("/teams/"+id+"/change", change).Want(http.StatusUnprocessableEntity).Names("body.usccReason", "uscc_check")
		d = apptest.Read[api.TeamDetail](office.Post("/teams/"+id+"/change", merge(change, fields{"usccReason": "证书即如此"})).Want(http.StatusOK))
		if d.Name != "渝峡救援队" || d.Contact.Phone != "138****0021" || d.USCCReason != "证书即如此" || d.Legal != "suspended" {
			t.Errorf("changed: %+v", d)
		}
		if c := apptest.Read[api.ContactOut](office.Post("/teams/"+id+"/reveal", fields{"purpose": "联系出队"}).Want(http.StatusOK)); c.Phone != "13800000021" {
			t.Errorf("revealed: %+v", c)
		}
		history(w, []string{"team.registered", "team.legal_prepare", "team.legal_apply", "team.legal_register", "team.legal_suspend", "team.changed", "team.contact_revealed"},
			func() []api.History { return readTeam(t, office, id).History })
		office.Post("/teams", newTeam(fields{"uscc": "91350211M0000XUF46", "usccReason": "x"})).Want(http.StatusUnprocessableEntity).Names("body.uscc", "uscc_taken")
	})
}

// A team from elsewhere has its record with the office that put it there and its home where it is.
func TestTeamFromElsewhere(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		away := enrolTeam(office, fields{"name": "习水山岳救援队", "home": "520330"})
		here := enrolTeam(office, nil)
		if d := readTeam(t, office, away); !d.Outside || d.Home.Code != "520330" {
			t.Errorf("from elsewhere: %+v", d)
		}
		if d := readTeam(t, office, here); d.Outside {
			t.Errorf("from here: %+v", d)
		}
		if names, _ := teamsOf(office, "?place=52"); !slices.Equal(names, []string{"习水山岳救援队"}) {
			t.Errorf("of the other province: %v", names)
		}
		if names, _ := teamsOf(office, "?place=500110"); !slices.Equal(names, []string{"渝峡水域救援队"}) {
			t.Errorf("of the county: %v", names)
		}
		w.Account("qj-office", "某人")
		w.Grant("qj-office", accessOffice(apptest.Qijiang))
		if names, _ := teamsOf(w.As("qj-office"), ""); !slices.Equal(names, []string{"渝峡水域救援队"}) {
			t.Errorf("a county sees %v", names)
		}
		w.As("qj-office").Get("/teams/"+away).Refused(http.StatusNotFound, "not_found")
	})
}

// The list: words of names and aliases, credit code, speciality with grade, equipment that works, status, nearest first,
// in pages that neither lose nor repeat a team.
//
// proves: S004-60
func TestTeamList(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		ark := enrolTeam(office, fields{"name": "方舟（ARK）应急救援队", "aliases": []string{"Ark Rescue"}, "uscc": "52320100MJ000000XK", "lon": 106.51, "lat": 29.50, "home": "500107"})
		enrolTeam(office, fields{"name": "綦江山岳救援队", "skills": []fields{{"key": "mountain", "grade": 3}, {"key": "water"}}, "lon": 106.66, "lat": 29.03})
		enrolTeam(office, fields{"name": "南川应急医疗队", "legal": "suspended", "skills": []fields{{"key": "medical"}}, "home": "500119", "lon": 107.1, "lat": 29.15})
		office.Post("/teams/"+ark+"/equipment", fields{"id": newID(), "version": 0, "kind": "drone", "count": 3, "usable": 0}).Want(http.StatusOK)
		for query, want := range map[string]string{
			"?q=ark":                      "方舟（ARK）应急救援队",
			"?q=ＡＲＫ rescue":               "方舟（ARK）应急救援队",
			"?q=舟":                        "方舟（ARK）应急救援队",
			"?q=52320100mj":               "方舟（ARK）应急救援队",
			"?q=山岳 綦江":                    "綦江山岳救援队",
			"?q=没有这支":                     "",
			"?q=100%25":                   "",
			"?skill=water&grade=2":        "方舟（ARK）应急救援队",
			"?skill=water":                "方舟（ARK）应急救援队 綦江山岳救援队",
			"?legal=suspended":            "南川应急医疗队",
			"?equipment=drone":            "",
			"?lon=106.65&lat=29.02&q=救援队": "綦江山岳救援队 方舟（ARK）应急救援队",
			"?lon=106.65&lat=29.02&within=10&legal=all": "綦江山岳救援队",
		} {
			if names, _ := teamsOf(office, strings.ReplaceAll(query, " ", "%20")); strings.Join(names, " ") != want {
				t.Errorf("%s: %v, want %s", query, names, want)
			}
		}
		office.Post("/teams/"+ark+"/equipment", fields{"id": newID(), "version": 1, "kind": "drone", "count": 3, "usable": 2}).Want(http.StatusOK)
		if names, page := teamsOf(office, "?equipment=drone"); len(names) != 1 || page.Items[0].Equipment[0] != (api.ItemOut{Key: "drone", Count: 2}) || page.Counts["registered"] != 2 {
			t.Errorf("with a drone that works: %+v", page)
		}
		for i := range 20 {
			enrolTeam(office, fields{"name": fmt.Sprintf("巴渝%02d队", i), "lon": 106 + float64(i%7)/10})
		}
		for _, query := range []string{"?limit=4", "?limit=4&lon=106.65&lat=29.02", "?limit=4&q=队", "?limit=23"} {
			seen, cursor := map[string]bool{}, ""
			for n := 0; n == 0 || cursor != ""; n++ {
				_, page := teamsOf(office, query+"&cursor="+cursor)
				for _, x := range page.Items {
					if seen[x.ID] {
						t.Errorf("%s: %s twice", query, x.Name)
					}
					seen[x.ID] = true
				}
				cursor = page.Next
			}
			if len(seen) != 23 {
				t.Errorf("%s: %d teams of 23", query, len(seen))
			}
		}
		office.Get("/teams?cursor=nonsense").Want(http.StatusUnprocessableEntity).Names("query.cursor", "cursor_invalid")
	})
}
