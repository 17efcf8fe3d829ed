package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// Nothing that could be a cry for help is refused: what is odd is taken and flagged.
func TestEveryCryIsTaken(t *testing.T) {
	long := strings.Repeat("水", 10_001)
	for _, tt := range []struct {
		name string
		with fields
		flag string
		see  func(d api.ReportDetail) bool
	}{
		{"unknown kind", fields{"kind": "volcano"}, "", func(d api.ReportDetail) bool { return d.Kind == "other" }},
		{"unknown group", fields{"vulnerable": []string{"elder", "wizard"}}, "", func(d api.ReportDetail) bool { return slices.Equal(d.Vulnerable, []string{"elder"}) }},
		{"a field nobody knows", fields{"colour": "red"}, "", nil},
		{"long", fields{"text": long}, "text_cut", func(d api.ReportDetail) bool { return d.Text == strings.Repeat("水", 10_000) }},
		{"as long as may be", fields{"text": long[3:]}, "", func(d api.ReportDetail) bool { return d.Text == long[3:] }},
		{"emoji", fields{"text": "🆘👵🏽 水涨了 🌊"}, "", func(d api.ReportDetail) bool { return d.Text == "🆘👵🏽 水涨了 🌊" }},
		{"control characters", fields{"text": "二楼\x1b[31m\u202e三楼\r\n有人"}, "", func(d api.ReportDetail) bool { return d.Text == "二楼[31m三楼\n有人" }},
		{"0 byte", fields{"text": "一楼\x00二楼", "address": "\x00", "name": "\x00"}, "", func(d api.ReportDetail) bool { return d.Text == "一楼二楼" && d.Address == "" }},
		{"markup", fields{"text": "<script>alert(1)</script>"}, "", func(d api.ReportDetail) bool { return d.Text == "<script>alert(1)</script>" }},
		{"odd phone", fields{"phone": "儿子的：八八八"}, "odd_phone", nil},
		{"foreign phone", fields{"phone": "+1 202 555 0100"}, "odd_phone", nil},
		{"full-width phone", fields{"phone": "１３８ ００００ ０００１"}, "", func(d api.ReportDetail) bool { return d.PhoneMasked == "138****0001" }},
		{"no phone", fields{"phone": nil}, "no_phone", nil},
		{"point 0, 0", fields{"point": fields{"lon": 0, "lat": 0}}, "odd_place", func(d api.ReportDetail) bool { return d.Point == nil && d.Place.Path == string(apptest.City) }},
		{"point abroad", fields{"point": fields{"lon": 2.35, "lat": 48.86}}, "odd_place", func(d api.ReportDetail) bool { return d.Place.Path == string(apptest.City) && d.Point != nil }},
		{"point beyond the earth", fields{"point": fields{"lon": 1066512, "lat": 290281}}, "odd_place", func(d api.ReportDetail) bool { return d.Point == nil }},
		{"point and another place", fields{"place": "500119"}, "odd_place", func(d api.ReportDetail) bool { return d.Place.Path == string(apptest.Qijiang) }},
		{"unknown place", fields{"point": nil, "place": "999999"}, "odd_place", nil},
		{"0 byte in the place", fields{"point": nil, "place": "\x00"}, "odd_place", nil},
		{"no place", fields{"point": nil}, "no_place", nil},
		{"people -1", fields{"people": -1}, "odd_people", func(d api.ReportDetail) bool { return d.People == nil }},
		{"a million people", fields{"people": 1_000_000}, "odd_people", nil},
		{"a clock a year off", fields{"clientTime": apptest.Start.AddDate(-1, 0, 0)}, "odd_clock", func(d api.ReportDetail) bool { return d.ReceivedAt.Equal(apptest.Start) }},
		{"a clock in the year 9999", fields{"clientTime": "9999-12-31T23:59:59Z"}, "odd_clock", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, w *apptest.World) {
				c := call(tt.with)
				out := apptest.Read[api.ReceiptOut](w.Public().Post("/public/reports", c).Want(http.StatusCreated))
				d := readReport(t, w.As("zonghe"), c["id"].(string))
				if tt.flag != "" && !slices.Contains(out.Flags, tt.flag) {
					t.Errorf("flags %v, want %s", out.Flags, tt.flag)
				}
				if tt.flag == "" && len(out.Flags) != 0 {
					t.Errorf("flags %v, want none", out.Flags)
				}
				if !slices.Equal(d.Flags, out.Flags) || (tt.see != nil && !tt.see(d)) {
					t.Errorf("taken as %+v", d)
				}
				if p := progress(t, w, out.Receipt); p.Stage != "received" {
					t.Errorf("the receipt shows %+v", p)
				}
			})
		})
	}
}

func TestEmptyReportIsAskedOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		empty := fields{"id": newID(), "kind": "injured", "people": 3, "text": " \n", "name": "余知秋"}
		p := w.Public().Post("/public/reports", empty).Refused(http.StatusUnprocessableEntity, "ask_once_more")
		if !contains(p.Detail, "再次提交") {
			t.Errorf("the words: %s", p.Detail)
		}
		if rows := queue(t, w.As("zonghe"), "").Items; len(rows) != 0 {
			t.Error("a question has left a report behind")
		}
		empty["asked"] = true
		w.Public().Post("/public/reports", empty).Want(http.StatusCreated)
		if d := readReport(t, w.As("zonghe"), empty["id"].(string)); *d.People != 3 || !slices.Equal(d.Flags, []string{"no_phone", "no_place"}) {
			t.Errorf("taken as %+v", d)
		}
	})
}

// An address that sends too many is marked, never refused: a village may share one.
func TestFloodIsMarked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		for i := range 62 {
			out := apptest.Read[api.ReceiptOut](w.Public().Post("/public/reports", call(nil)).Want(http.StatusCreated))
			if got := slices.Contains(out.Flags, "quarantine"); got != (i >= 60) {
				t.Fatalf("report %d: flags %v", i+1, out.Flags)
			}
		}
		w.Clock.Advance(time.Minute)
		out := apptest.Read[api.ReceiptOut](w.Public().Post("/public/reports", call(nil)).Want(http.StatusCreated))
		if len(out.Flags) != 0 {
			t.Errorf("a minute later: %v", out.Flags)
		}
	})
}

func TestSameIDAgain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		c := call(nil)
		send := func() *apptest.Answer { return w.Public().Post("/public/reports", c) }
		first := apptest.Read[api.ReceiptOut](send().Want(http.StatusCreated))
		w.Clock.Advance(time.Minute)
		if again := apptest.Read[api.ReceiptOut](send().Want(http.StatusCreated)); again.Receipt != first.Receipt || !again.At.Equal(first.At) {
			t.Errorf("sent twice: %+v, then %+v", first, again)
		}
		c["text"] = "别的话"
		send().Refused(http.StatusConflict, "id_reused")
		send().Without(first.Receipt, "received", "一楼", phone1)
		c["text"] = "一楼进水，老人独居"
		w.As("qijiang").Post("/reports", c).Refused(http.StatusConflict, "id_reused")
		if rows := queue(t, w.As("qijiang"), "").Items; len(rows) != 1 || rows[0].Version != 1 {
			t.Errorf("the queue: %+v", rows)
		}
		r := c["id"].(string)
		look(t, w.As("qijiang"), r)
		command := newID()
		attempt := fields{"id": command, "method": "call_back", "result": "no_answer"}
		w.As("qijiang").Post("/reports/"+r+"/attempts", attempt).Want(http.StatusOK)
		w.As("zonghe").Post("/reports/"+r+"/attempts", attempt).Refused(http.StatusConflict, "id_reused")
		attempt["result"] = "reached"
		w.As("qijiang").Post("/reports/"+r+"/attempts", attempt).Refused(http.StatusConflict, "id_reused")
		w.As("qijiang").Post("/reports/"+r+"/outcome", fields{"id": command, "version": 0, "outcome": "false"}).Refused(http.StatusConflict, "id_reused")
		if d := readReport(t, w.As("qijiang"), r); len(d.Attempts) != 1 || d.Stage != "verifying" {
			t.Errorf("a refused command left something behind: %+v", d)
		}
		setting := fields{"id": newID(), "key": "need.look_again", "place": "500110", "value": "20", "source": "区局规定"}
		w.As("office").Post("/parameters", setting).Want(http.StatusNoContent)
		w.As("office").Post("/parameters", setting).Want(http.StatusNoContent)
		setting["value"] = "25"
		w.As("office").Post("/parameters", setting).Refused(http.StatusConflict, "id_reused")
	})
}

// What is wrong is named by its place and never repeated: somebody's number may stand in the wrong field.
func TestErrorsNeverEchoInput(t *testing.T) {
	const identity = "500222199001011234"
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		r := ask(t, w, nil)
		secret := identity + " " + phone2
		office := w.As("office")
		for _, tt := range []struct {
			who    *apptest.Client
			method string
			path   string
			body   any
		}{
			{w.Public(), http.MethodPost, "/public/reports", `{"id": "` + newID() + `", "people": "` + secret + `"}`},
			{w.Public(), http.MethodPost, "/public/reports", `{"id": "` + secret + `", "text": "x"}`},
			{w.Public(), http.MethodPost, "/public/reports", `{"id": 1, "text": "` + secret},
			{w.Public(), http.MethodPost, "/public/reports", `["` + secret + `"]`},
			{w.Public(), http.MethodPost, "/public/reports", secret},
			{w.Public(), http.MethodPost, "/public/reports", fields{"id": newID(), "point": fields{"lon": secret, "lat": 29}}},
			{w.Public(), http.MethodPost, "/public/reports", fields{"id": newID(), "clientTime": secret}},
			{w.Public(), http.MethodPost, "/public/receipts", fields{"receipt": secret}},
			{w.Public(), http.MethodPost, "/public/receipts", fields{"receipt": r.receipt, secret: secret}},
			{w.Public(), http.MethodPost, "/public/receipts/claims", fields{"receipt": r.receipt, "id": secret, "kind": "add", "text": "x"}},
			{w.Public(), http.MethodPost, "/public/receipts/claims", fields{"receipt": r.receipt, "id": newID(), "kind": secret}},
			{w.Public(), http.MethodGet, "/public/place?lon=" + identity + "&lat=x" + phone2, nil},
			{w.Stranger(), http.MethodPost, "/session", fields{"login": secret, "password": secret}},
			{w.Stranger(), http.MethodPost, "/session", fields{"login": strings.Repeat(secret, 9), "password": []string{secret}}},
			{office, http.MethodGet, "/reports?place=" + identity, nil},
			{office, http.MethodGet, "/reports?stage=" + identity, nil},
			{office, http.MethodGet, "/reports?limit=" + identity, nil},
			{office, http.MethodGet, "/reports?cursor=" + identity + phone2, nil},
			{office, http.MethodGet, "/reports/" + identity, nil},
			{office, http.MethodGet, "/needs/" + phone2, nil},
			{office, http.MethodPost, "/reports/" + r.id + "/attempts", fields{"id": newID(), "method": secret, "result": secret}},
			{office, http.MethodPost, "/reports/" + r.id + "/outcome", fields{"id": newID(), "version": secret, "outcome": secret}},
			{office, http.MethodPost, "/instructions", fields{"id": newID(), "issuer": "x", "how": secret, "issuedAt": w.Now(), "place": secret}},
			{office, http.MethodPost, "/parameters", fields{"id": newID(), "key": secret, "place": "50", "value": "1", "source": "x"}},
			{office, http.MethodPost, "/parameters", fields{"id": newID(), "key": "need.look_within", "place": "50", "value": secret, "source": "x"}},
			{office, http.MethodGet, "/places/" + identity[:12], nil},
			{office, http.MethodGet, "/" + identity, nil},
		} {
			a := tt.who.JSON(tt.method, "/api/v1"+tt.path, tt.body)
			if tt.path == "/public/reports" && a.Status == http.StatusCreated { // a cry for help is taken as it comes
				a.Without(identity, identity[:12], phone2)
				continue
			}
			if a.Status < 400 || a.Status >= 500 || a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s: %d %s", tt.method, tt.path, a.Status, a.Header.Get("Content-Type"))
			}
			a.Without(identity, identity[:12], phone2)
		}
	})
}

// What is missing is named, field by field.
func TestMissingFieldsAreNamed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.As("office").Post("/teams", fields{"id": newID()}).Want(http.StatusUnprocessableEntity).Names("body.name", "shape").Names("body.home", "shape")
	})
}

// A village may share one address: whoever has a receipt adds to it however many do, and only codes that are none are counted.
func TestClaimsOfAVillageAreTaken(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		r := ask(t, w, nil)
		claim := func(code string) *apptest.Answer {
			return w.Public().Post("/public/receipts/claims", fields{"id": newID(), "receipt": code, "kind": "add", "text": "水又涨了"})
		}
		for range 30 {
			claim(r.receipt).Want(http.StatusNoContent)
		}
		last := 0
		for range 30 {
			last = claim("0000-0000-0000-0").Status
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("the thirtieth code that is none: %d", last)
		}
		claim(r.receipt).Want(http.StatusNoContent)
	})
}

// A 0 byte or broken text in any place of a request is bad input, not a defect, on either database.
func TestZeroBytesAreBadInput(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		r := ask(t, w, nil)
		look(t, office, r.id)
		d := decide(t, office, r.id, fields{"outcome": "verified", "need": draft(nil)})
		for _, a := range []*apptest.Answer{
			office.With("Search", "%00").Get("/reports?stage=all"), office.With("Search", "%ff%fe").Get("/reports?stage=all"), office.Get("/reports?cursor=MSAA"), office.With("Search", "%00").Get("/needs"), office.With("Search", "%00").Get("/teams"), office.With("Search", "%00").Get("/team-names"), office.Get("/needs?cursor=MSAxIAA"),
			office.Get("/places?q=%00"), office.Get("/places/%00"), office.Delete("/sessions/%00"), office.Delete("/sessions/%ff"),
			w.Stranger().Post("/session", fields{"login": "a\x00b", "password": "x"}),
			office.Post("/parameters", fields{"id": newID(), "key": "coord.groups", "place": "50", "value": "a\x00b", "source": "c\x00d"}),
			office.Post("/parameters", fields{"id": newID(), "key": "\x00", "place": "50", "value": "1", "source": "x"}),
			office.Post("/instructions", fields{"id": newID(), "issuer": "\x00", "how": "phone", "issuedAt": w.Now(), "place": "50\x00"}),
			publish(office, d.Need, "\x00"),
			office.Post("/reports/"+r.id+"/reveal", fields{"purpose": "a\x00b"}),
			w.Public().Post("/public/receipts", fields{"receipt": "\x00"}),
		} {
			if a.Status >= 500 {
				t.Errorf("%s: %d %s", a.What, a.Status, a.Body)
			}
		}
	})
}
