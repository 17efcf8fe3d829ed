package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
)

// onlyReport is the one report that stands in the queue.
func onlyReport(t *testing.T, w *apptest.World) api.ReportDetail {
	t.Helper()
	rows := queue(t, w.As("zonghe"), "").Items
	if len(rows) != 1 {
		t.Fatalf("%d reports in the queue, want 1", len(rows))
	}
	return readReport(t, w.As("zonghe"), rows[0].ID)
}

// Whatever comes as a cry for help is taken: what cannot be read is flagged, and kept as it came.
func TestWhatCannotBeReadIsKept(t *testing.T) {
	const report = "0199a000-0000-7000-8000-000000000001"
	body := func(with string) string {
		return `{"id":"` + report + `","text":"一楼进水","phone":"` + phone1 + `",` + with + `}`
	}
	for _, tt := range []struct {
		name, kind, body string
		flags            []string
		see              func(d api.ReportDetail) bool
	}{
		{"people in words", "", body(`"people":"3"`), []string{"no_place"}, func(d api.ReportDetail) bool { return *d.People == 3 && d.Unread == "" && d.ID == report }},
		{"people full-width", "", body(`"people":"３"`), []string{"no_place"}, func(d api.ReportDetail) bool { return *d.People == 3 }},
		{"half a person", "", body(`"people":2.5`), []string{"odd_people", "unread", "no_place"}, func(d api.ReportDetail) bool { return d.People == nil && d.Unread == "people: 2.5" }},
		{"people unknown", "", body(`"people":"三四个"`), []string{"odd_people", "unread", "no_place"}, func(d api.ReportDetail) bool { return d.Unread == "people: 三四个" }},
		{"people beyond counting", "", body(`"people":1e99`), []string{"odd_people", "unread", "no_place"}, nil},
		{"an odd clock", "", body(`"clientTime":"刚才"`), []string{"odd_clock", "unread", "no_place"}, func(d api.ReportDetail) bool { return d.Unread == "clientTime: 刚才" }},
		{"a clock in numbers", "", body(`"clientTime":1718669400`), []string{"odd_clock", "unread", "no_place"}, nil},
		{"no clock", "", body(`"clientTime":""`), []string{"no_place"}, nil},
		{"a phone in digits", "", `{"id":"` + report + `","text":7,"phone":` + phone2 + `}`, []string{"no_place"}, func(d api.ReportDetail) bool { return d.Text == "7" && d.PhoneMasked == "138****0002" }},
		{"groups in one word", "", body(`"vulnerable":"elder、sick"`), []string{"unread", "no_place"}, func(d api.ReportDetail) bool { return slices.Equal(d.Vulnerable, []string{"elder", "sick"}) }},
		{"groups of all sorts", "", body(`"vulnerable":["elder",5]`), []string{"unread", "no_place"}, func(d api.ReportDetail) bool {
			return slices.Equal(d.Vulnerable, []string{"elder"}) && d.Unread == "vulnerable: 5"
		}},
		{"a point in words", "", body(`"point":{"lon":"106.6512","lat":"29.0281"}`), []string{"unread"}, func(d api.ReportDetail) bool { return d.Point != nil && d.Place.Path == string(apptest.Qijiang) }},
		{"a point with an odd clock", "", body(`"point":{"lon":106.6512,"lat":29.0281,"at":"早上"}`), []string{"unread"}, func(d api.ReportDetail) bool { return d.Point != nil && d.Point.Lat == 29.0281 }},
		{"no point at all", "", body(`"point":"桥头"`), []string{"odd_place", "unread", "no_place"}, func(d api.ReportDetail) bool { return d.Unread == `point: "桥头"` }},
		{"an odd id", "", `{"id":"A-17","text":"一楼进水","phone":"` + phone1 + `"}`, []string{"unread", "no_place"}, func(d api.ReportDetail) bool { return d.Unread == "id: A-17" && len(d.ID) == 36 }},
		{"an id of no kind", "", `{"id":17,"text":"一楼进水","phone":"` + phone1 + `"}`, []string{"unread", "no_place"}, nil},
		{"no id", "", `{"text":"一楼进水","phone":"` + phone1 + `"}`, []string{"no_place"}, nil},
		{"plain text", "text/plain", "沙溪路一楼进水，电话" + phone1, []string{"no_phone", "unread", "no_place"}, func(d api.ReportDetail) bool { return d.Text == "沙溪路一楼进水，电话"+phone1 }},
		{"JSON under another name", "text/plain", body(`"people":2`), []string{"no_place"}, func(d api.ReportDetail) bool { return d.ID == report && *d.People == 2 }},
		{"a form", "application/x-www-form-urlencoded", url.Values{"text": {"一楼进水 100%"}, "people": {"4"}, "phone": {phone1}}.Encode(), []string{"no_place"}, func(d api.ReportDetail) bool { return *d.People == 4 && d.Text == "一楼进水 100%" }},
		{"no JSON", "", `{'text': '救命'}`, []string{"no_phone", "unread", "no_place"}, func(d api.ReportDetail) bool { return d.Text == `{'text': '救命'}` }},
		{"a list", "", `["救命"]`, []string{"no_phone", "unread", "no_place"}, nil},
		{"broken off in a word", "", `{"id":"` + report + `","phone":"` + phone1 + `","vulnerable":["sick"],"text":"二楼有\u4`, []string{"no_place"}, func(d api.ReportDetail) bool {
			return d.ID == report && d.Text == "二楼有" && len(d.Vulnerable) == 1
		}},
		{"broken off in a name", "", `{"phone":"` + phone1 + `","text":"二楼有人","add`, []string{"unread", "no_place"}, func(d api.ReportDetail) bool { return d.Text == "二楼有人" && d.Unread == `…: "add` }},
		{"two in one", "", `{"text":"二楼有人","phone":"` + phone1 + `"}{"text":"x"}`, []string{"no_phone", "unread", "no_place"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, w *apptest.World) {
				kind := tt.kind
				if kind == "" {
					kind = "application/json"
				}
				send := func() api.ReceiptOut {
					return apptest.Read[api.ReceiptOut](w.Public().Send(http.MethodPost, "/api/v1/public/reports", kind, []byte(tt.body)).Want(http.StatusCreated))
				}
				out := send()
				d := onlyReport(t, w)
				if !slices.Equal(out.Flags, tt.flags) || !slices.Equal(d.Flags, out.Flags) || (tt.see != nil && !tt.see(d)) {
					t.Errorf("flags %v, want %v; taken as %+v", out.Flags, tt.flags, d)
				}
				w.Clock.Advance(time.Second)
				if again := send(); again.Receipt != out.Receipt {
					t.Errorf("sent again it is another report: %s, %s", out.Receipt, again.Receipt)
				}
			})
		})
	}
}

// Without an id the same words of one address are one report while a phone tries again, and another later.
func TestReportWithoutID(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		send := func(text string) string {
			return apptest.Read[api.ReceiptOut](w.Public().Post("/public/reports", fields{"text": text, "phone": phone1}).Want(http.StatusCreated)).Receipt
		}
		first := send("救命")
		if send("救命") != first {
			t.Error("tried again at once, it is another report")
		}
		if send("救命！") == first {
			t.Error("other words got the receipt of the first")
		}
		w.Clock.Advance(11 * time.Minute)
		if send("救命") == first {
			t.Error("a cry later on was taken for the first")
		}
		if rows := queue(t, w.As("zonghe"), "").Items; len(rows) != 3 {
			t.Errorf("%d reports, want 3", len(rows))
		}
	})
}

// Of what is too long the beginning is taken, with or without scripts.
func TestTooLongIsCut(t *testing.T) {
	long := strings.Repeat("水涨了", 60<<10)
	for _, tt := range []struct {
		name string
		send func(w *apptest.World) *apptest.Answer
	}{
		{"page", func(w *apptest.World) *apptest.Answer {
			return w.Public().Post("/public/reports", call(fields{"zzz": long}))
		}},
		{"form", func(w *apptest.World) *apptest.Answer {
			return w.Public().Form("/report", url.Values{"phone": {phone1}, "text": {long}})
		}},
		{"text", func(w *apptest.World) *apptest.Answer {
			body, _ := json.Marshal(fields{"phone": phone1, "text": long})
			return w.Public().Send(http.MethodPost, "/api/v1/public/reports", "application/json", body)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, w *apptest.World) {
				a := tt.send(w).Want(http.StatusCreated)
				d := onlyReport(t, w)
				if !slices.Contains(d.Flags, "cut") || d.PhoneMasked != "138****0001" || d.Text == "" {
					t.Errorf("taken as %v %q %.40q", d.Flags, d.PhoneMasked, d.Text)
				}
				if tt.name == "form" && !strings.Contains(string(a.Body), "只收到前面部分") {
					t.Errorf("the page does not say it: %s", a.Body)
				}
			})
		})
	}
}

// The pages without scripts speak the language that the browser asks for, their problems too.
func TestPagesWithoutScriptsSpeakBoth(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		english := w.Public().With("Accept-Language", "en-GB,en;q=0.9")
		has := func(a *apptest.Answer, words ...string) {
			t.Helper()
			page := string(a.Body)
			for _, word := range words {
				if !strings.Contains(page, word) {
					t.Errorf("the page has no %q: %s", word, page)
				}
			}
			if han := strings.NewReplacer(">中文<", "").Replace(page); strings.IndexFunc(han, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) >= 0 {
				t.Errorf("Chinese on an English page: %s", page)
			}
		}
		has(english.Form("/report", url.Values{"kind": {"injured"}}).Want(http.StatusUnprocessableEntity), `lang="en"`, "Ask for help", "Please say where you are", "What happened")
		receipt := receiptIn(t, english.Form("/report", url.Values{"text": {"water on the first floor"}}).Want(http.StatusCreated))
		has(english.Form("/receipt", url.Values{"receipt": {receipt}}).Want(http.StatusOK), "Received, waiting to be verified", "Updated")
		has(english.Form("/receipt", url.Values{"receipt": {"0000-0000-0000-0"}}).Want(http.StatusNotFound), "There is no such receipt code")
		has(english.JSON(http.MethodGet, "/published", nil).Want(http.StatusOK), "Needs published")
		if page := string(w.Public().JSON(http.MethodGet, "/published?lang=zh", nil).Body); !strings.Contains(page, "已发布的救援需求") {
			t.Errorf("in Chinese: %s", page)
		}
	})
}
