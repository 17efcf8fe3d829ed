package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

func TestBodiesAreBounded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		big := call(fields{"text": strings.Repeat("x", 140<<10)})
		w.As("qijiang").Post("/reports", big).Refused(http.StatusRequestEntityTooLarge, "body_too_large")
		w.As("qijiang").Send(http.MethodPost, "/api/v1/reports", "text/csv", []byte("a,b")).Refused(http.StatusUnsupportedMediaType, "media_type")
		w.As("office").Post("/needs/"+newID()+"/close", merge(because("办结"), fields{"version": 1, "secret": "余知秋"})).Want(http.StatusUnprocessableEntity).Names("body", "unknown_field")
	})
}

// What is left of a body that is too large is not taken for the next request on its connection: behind a front proxy that
// would be somebody else's.
func TestTheRestOfABodyIsNoRequest(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		server := httptest.NewServer(w.App.Handler())
		defer server.Close()
		hidden := strings.Repeat("GET /healthz HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 20<<10)
		for _, path := range []string{"/api/v1/public/receipts", "/api/v1/session", "/api/v1/public/reports", "/report", "/nowhere"} {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			body := strings.Repeat("x", 128<<10) + hidden
			go func() {
				_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body) // it is cut off
			}()
			from := bufio.NewReader(conn)
			first, err := http.ReadResponse(from, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, first.Body); err != nil {
				t.Fatal(err)
			}
			if line, err := from.ReadString('\n'); err == nil {
				t.Errorf("%s is answered twice: %s", path, line)
			}
			_ = first.Body.Close()
			_ = conn.Close()
		}
	})
}

func TestErrorsSpeakTheLanguageAskedFor(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		for _, tt := range []struct {
			accept string
			broken any
			want   string
		}{
			{"", fields{"receipt": "x"}, "填写有误"},
			{"zh-CN,en;q=0.5", fields{"receipt": "x"}, "填写有误"},
			{"en-GB,zh;q=0.5", fields{"receipt": "x"}, "some input is not right"},
			{"en", `{"receipt": 1}`, "some input is not right"},
			{"en", `{`, "some input is not right"},
			{"fr", fields{"receipt": "x"}, "填写有误"},
		} {
			p := apptest.Read[api.Problem](w.Public().With("Accept-Language", tt.accept).Post("/public/receipts", tt.broken))
			if p.Detail != tt.want || p.DetailZh != "填写有误" || p.DetailEn != "some input is not right" {
				t.Errorf("%q: %+v", tt.accept, p)
			}
			for _, e := range p.Errors {
				if (strings.HasPrefix(tt.accept, "en") && e.Message != e.MessageEn) || e.MessageZh == "" || e.MessageEn == "" {
					t.Errorf("%q: field %+v", tt.accept, e)
				}
			}
		}
		if p := w.Stranger().With("Accept-Language", "en").Get("/session").Refused(http.StatusUnauthorized, "signed_out"); p.Detail != "sign in first" {
			t.Errorf("signed out in English: %q", p.Detail)
		}
	})
}

func TestUnknownAddresses(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		for _, c := range []*apptest.Client{w.Public(), w.Stranger(), w.As("office")} {
			for _, path := range []string{"/api/", "/api/v1/nothing", "/api/v2/session", "/api/v1/reports/x/y/z"} {
				c.JSON(http.MethodGet, path, nil).Refused(http.StatusNotFound, "no_operation")
			}
			c.JSON(http.MethodPut, "/api/v1/session", fields{}).Refused(http.StatusNotFound, "no_operation")
		}
		for _, path := range []string{"/session", "/reports", "/needs", "/live", "/parameters", "/places?q=x", "/team/needs", "/sessions", "/lifecycles", "/instructions"} {
			w.Public().Get(path).Refused(http.StatusNotFound, "no_operation")
		}
		w.Public().JSON(http.MethodGet, "/metrics", nil).Want(http.StatusNotFound)
		w.Public().JSON(http.MethodGet, "/healthz", nil).Want(http.StatusOK)
		w.Stranger().JSON(http.MethodGet, "/readyz", nil).Want(http.StatusOK)
	})
}

func TestCrossSiteWritesAreRefused(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		desk := w.As("qijiang")
		r := ask(t, w, nil)
		for _, foreign := range []*apptest.Client{
			desk.With("Sec-Fetch-Site", "cross-site"), desk.With("Sec-Fetch-Site", "same-site"), desk.With("Origin", "https://example.org"),
		} {
			foreign.Post("/reports/"+r.id+"/look", nil).Refused(http.StatusForbidden, "cross_site")
			foreign.Form("/report", url.Values{"text": {"x"}}).Want(http.StatusForbidden)
			foreign.Get("/reports/" + r.id).Want(http.StatusOK) // reading changes nothing
		}
		desk.With("Sec-Fetch-Site", "same-origin").Post("/reports/"+r.id+"/look", nil).Want(http.StatusOK)
		desk.With("Sec-Fetch-Site", "none").Post("/reports/"+r.id+"/look", nil).Want(http.StatusOK)
	})
}

// Whose grant begins later is told when, and has nothing until then.
func TestGrantThatBeginsLater(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.Account("relief", "接班人")
		soon := w.Now().Add(2 * time.Hour).UTC().Truncate(time.Second)
		w.Grant("relief", access.Grant{Role: access.Duty, Place: apptest.Qijiang, NotBefore: soon.Add(time.Hour)})
		w.Grant("relief", access.Grant{Role: access.Duty, Place: apptest.Qijiang, NotBefore: soon})
		c := w.As("relief")
		me := func() api.Me { return apptest.Read[api.Me](c.Get("/session").Want(http.StatusOK)) }
		if got := me(); len(got.Grants) != 0 || len(got.Verbs) != 0 || !got.Begins.Equal(soon) {
			t.Errorf("before: %+v", got)
		}
		c.Get("/reports").Refused(http.StatusForbidden, "forbidden")
		w.Clock.Advance(150 * time.Minute)
		if got := me(); len(got.Grants) != 1 || !got.Begins.Equal(soon.Add(time.Hour)) {
			t.Errorf("after the first has begun: %+v", got)
		}
		c.Get("/reports").Want(http.StatusOK)
	})
}

func TestSessions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.As("qijiang")
		c := w.Stranger()
		a := c.With("User-Agent", "甲机").Post("/session", fields{"login": " QIJIANG ", "password": apptest.Password}).Want(http.StatusOK)
		cookie := a.Header.Get("Set-Cookie")
		for _, want := range []string{"ly_session=", "HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("the cookie %q has no %s", cookie, want)
			}
		}
		me := apptest.Read[api.Me](a)
		if me.Account.Name != "罗知远" || len(me.Grants) != 1 || me.Place.Path != string(apptest.Qijiang) || me.Demo {
			t.Errorf("me: %+v", me)
		}
		token, _, _ := strings.Cut(strings.TrimPrefix(cookie, "ly_session="), ";")
		if a.Without(token); len(token) < 40 {
			t.Errorf("the token has %d characters", len(token))
		}
		list := apptest.Read[api.PageOf[api.SessionOut]](c.Get("/sessions").Want(http.StatusOK)).Items
		if len(list) != 2 || list[0].Mine == list[1].Mine {
			t.Fatalf("sessions: %+v", list)
		}
		for _, s := range list {
			if !s.Mine {
				c.Delete("/sessions/" + s.ID).Want(http.StatusNoContent)
				c.Delete("/sessions/"+s.ID).Refused(http.StatusNotFound, "not_found")
			}
		}
		w.As("qijiang").Get("/session").Refused(http.StatusUnauthorized, "signed_out")
		other := apptest.Read[api.PageOf[api.SessionOut]](w.As("nanchuan").Get("/sessions").Want(http.StatusOK)).Items[0].ID
		c.Delete("/sessions/"+other).Refused(http.StatusNotFound, "not_found")
		w.As("nanchuan").Get("/session").Want(http.StatusOK)

		if gone := c.Delete("/session").Want(http.StatusOK).Header.Get("Set-Cookie"); !strings.Contains(gone, "Max-Age=0") {
			t.Errorf("signing out leaves the cookie: %q", gone)
		}
		c.Get("/session").Refused(http.StatusUnauthorized, "signed_out")
		c.With("Cookie", "ly_session="+token).Get("/session").Refused(http.StatusUnauthorized, "signed_out")

		idle := w.SignIn("qijiang", apptest.Password)
		w.Clock.Advance(11 * time.Hour)
		idle.Get("/session").Want(http.StatusOK)
		w.Clock.Advance(11 * time.Hour)
		idle.Get("/session").Want(http.StatusOK) // it was used in between
		w.Clock.Advance(13 * time.Hour)
		idle.Get("/session").Refused(http.StatusUnauthorized, "signed_out")
	})
}

func TestLockOut(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.As("qijiang")
		try := func(login, password string) *apptest.Answer {
			return w.Stranger().Post("/session", fields{"login": login, "password": password})
		}
		for range 4 {
			try("qijiang", "wrong-password-1").Refused(http.StatusUnauthorized, "login_failed")
		}
		try("qijiang", apptest.Password).Want(http.StatusOK) // the count starts again
		for range 4 {
			try("qijiang", "wrong-password-1").Refused(http.StatusUnauthorized, "login_failed")
		}
		try("qijiang", "wrong-password-1").Refused(http.StatusLocked, "locked")
		try("qijiang", apptest.Password).Refused(http.StatusLocked, "locked")
		for range 4 { // a login that does not exist answers alike
			try("nanchuan-no-such", "wrong-password-1").Refused(http.StatusUnauthorized, "login_failed")
		}
		try("nanchuan-no-such", "wrong-password-1").Refused(http.StatusLocked, "locked")
		try("nanchuan-no-such", "wrong-password-2").Refused(http.StatusLocked, "locked")
		w.As("qijiang").Get("/session").Want(http.StatusOK) // who is signed in stays so
		w.Clock.Advance(10*time.Minute - time.Second)
		try("qijiang", apptest.Password).Refused(http.StatusLocked, "locked")
		w.Clock.Advance(2 * time.Second)
		try("qijiang", apptest.Password).Want(http.StatusOK)
		try("nanchuan-no-such", "wrong-password-1").Refused(http.StatusUnauthorized, "login_failed")

		w.Clock.Advance(time.Minute)
		for i := range 60 {
			try(fmt.Sprint("nobody-", i), "wrong-password-1").Refused(http.StatusUnauthorized, "login_failed")
		}
		try("qijiang", apptest.Password).Refused(http.StatusTooManyRequests, "too_many")
		w.Clock.Advance(time.Minute)
		try("qijiang", apptest.Password).Want(http.StatusOK)
	})
}

func TestReceiptsCannotBeTriedOut(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		r := ask(t, w, nil)
		say := func(code string) *apptest.Answer { return w.Public().Post("/public/receipts", fields{"receipt": code}) }
		spoken := strings.ToLower(strings.NewReplacer("-", " ", "0", "O", "1", "l").Replace(r.receipt))
		say(spoken).Want(http.StatusOK)
		last := r.receipt[len(r.receipt)-1:]
		other := "7"
		if last == other {
			other = "8"
		}
		say(strings.TrimSuffix(r.receipt, last)+other).Want(http.StatusUnprocessableEntity).Names("body.receipt", "receipt_invalid")
		for _, bad := range []string{"", "x", r.receipt + "0", strings.Repeat("0", 5000)} {
			say(bad).Want(http.StatusUnprocessableEntity).Names("body.receipt", "receipt_invalid")
		}
		say("0000-0000-0000-0").Refused(http.StatusNotFound, "receipt_unknown")
		claim(w, "0000-0000-0000-0", "safe", "").Refused(http.StatusNotFound, "receipt_unknown")
		for range 12 {
			say("0000-0000-0000-0").Refused(http.StatusNotFound, "receipt_unknown")
		}
		say(r.receipt).Refused(http.StatusTooManyRequests, "too_many")
		claim(w, "0000-0000-0000-0", "safe", "").Refused(http.StatusTooManyRequests, "too_many")
		claim(w, r.receipt, "safe", "").Want(http.StatusNoContent) // whoever has a receipt is heard
		ask(t, w, nil)                                             // asking for help goes on
		w.Clock.Advance(time.Minute)
		say(r.receipt).Want(http.StatusOK)
	})
}

// The public form works without scripts, and shows what was typed as text only.
func TestPlainForm(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		const script = `<script>alert(1)</script>"'`
		a := w.Public().Form("/report", url.Values{"kind": {script}, "people": {"many"}, "vulnerable": {script}, "name": {script}}).Want(http.StatusUnprocessableEntity)
		a.Without("<script>")
		if kind := a.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" || !strings.Contains(string(a.Body), "再次提交") || !strings.Contains(a.Header.Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("asked once more: %s %s", kind, a.Body)
		}
		_, rest, _ := strings.Cut(string(a.Body), `name="id" value="`)
		report, _, _ := strings.Cut(rest, `"`)
		form := url.Values{"id": {report}, "asked": {"1"}, "kind": {"injured"}, "people": {"2"}, "vulnerable": {"elder", "sick"}, "text": {script}, "address": {"古南街道"}, "phone": {phone1}}
		receipt := receiptIn(t, w.Public().Form("/report", form).Want(http.StatusCreated).Without("<script>"))
		d := readReport(t, w.As("zonghe"), report)
		if d.Channel != "form" || d.Text != script || *d.People != 2 || len(d.Vulnerable) != 2 {
			t.Errorf("taken as %+v", d)
		}
		if again := receiptIn(t, w.Public().Form("/report", form).Want(http.StatusCreated)); again != receipt {
			t.Errorf("sent twice: receipts %s and %s", receipt, again)
		}
		form.Set("text", "又有两人受伤") // went back and wrote something else: a cry for help all the same
		if other := receiptIn(t, w.Public().Form("/report", form).Want(http.StatusCreated)); other == receipt {
			t.Error("other words got the receipt of the first")
		}
		form.Set("id", "not an id")
		receiptIn(t, w.Public().Form("/report", form).Want(http.StatusCreated))

		look(t, w.As("zonghe"), report)
		decide(t, w.As("zonghe"), report, fields{"outcome": "passed_medical", "message": script})
		page := w.Public().Form("/receipt", url.Values{"receipt": {receipt}}).Want(http.StatusOK).Without("<script>", phone1, "古南")
		if !strings.Contains(string(page.Body), "已办结") || !strings.Contains(string(page.Body), "06-18 08:30") {
			t.Errorf("the receipt: %s", page.Body)
		}
		w.Public().Form("/receipt", url.Values{"receipt": {script}}).Want(http.StatusUnprocessableEntity).Without("<script>", "alert(")
		w.Public().Form("/receipt", url.Values{"receipt": {"0000-0000-0000-0"}}).Want(http.StatusNotFound)
	})
}

func receiptIn(t *testing.T, a *apptest.Answer) string {
	t.Helper()
	_, rest, _ := strings.Cut(string(a.Body), `class="receipt">`)
	receipt, _, found := strings.Cut(rest, "<")
	if !found || len(receipt) != 16 {
		t.Fatalf("no receipt on the page: %s", a.Body)
	}
	return receipt
}
