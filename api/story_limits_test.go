package api_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"lianyuan/app"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// How long a session lives, how many wrong passwords lock an account and for how long, and how long a link is good for are
// parameters: a change counts at once, on every node, and nothing is set beyond reason.
//
// proves: S003-13
func TestLimitsOfSigningInAreParameters(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		ctx, office, second := context.Background(), w.As("office"), w.Another()
		w.Account("newcomer", "陆知夏")
		limits := func(a *app.App) access.Limits {
			l, err := a.Access.Limits()
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		want := access.Limits{
			SessionIdle: 12 * time.Hour, SessionWhole: 7 * 24 * time.Hour, WrongBefore: 5, LockedFor: 10 * time.Minute, EnrolWithin: 72 * time.Hour, StrangersKept: 30 * 24 * time.Hour,
		}
		if l := limits(w.App); l != want {
			t.Errorf("by default %+v", l)
		}
		for key, bad := range map[string]string{
			"access.session_idle": "0", "access.session_whole": "400", "access.wrong_passwords": "1", "access.locked_for": "x", "access.enrol_within": "0", "access.strangers_kept": "-1",
		} {
			setting(office, key, bad).Want(http.StatusUnprocessableEntity)
		}
		for key, value := range map[string]string{
			"access.session_idle": "30", "access.session_whole": "1", "access.wrong_passwords": "3", "access.locked_for": "20", "access.enrol_within": "1", "access.strangers_kept": "2",
		} {
			setting(office, key, value).Want(http.StatusNoContent)
		}
		want = access.Limits{SessionIdle: 30 * time.Minute, SessionWhole: 24 * time.Hour, WrongBefore: 3, LockedFor: 20 * time.Minute, EnrolWithin: 24 * time.Hour, StrangersKept: 48 * time.Hour}
		for _, node := range []*app.App{w.App, second} {
			w.Eventually("a node goes by the new limits", func() bool { return limits(node) == want })
		}

		c := w.SignIn("newcomer", apptest.Password)
		if cookie := c.Post("/session", fields{"login": "newcomer", "password": apptest.Password}).Want(http.StatusOK).Header.Get("Set-Cookie"); !contains(cookie, "Max-Age=86400") {
			t.Errorf("the cookie: %s", cookie)
		}
		w.Clock.Advance(31 * time.Minute)
		c.Get("/session").Refused(http.StatusUnauthorized, "signed_out")

		for _, login := range []string{"newcomer", "nobody-at-all"} { // from outside they look alike
			try := func(code string) {
				t.Helper()
				var said *fault.Error
				if _, _, err := second.Access.SignIn(ctx, login, "not the password", "", "test"); !errors.As(err, &said) || said.Code != code {
					t.Errorf("%s: %v, want %s", login, err, code)
				}
			}
			try("login_failed")
			try("login_failed")
			try("locked")
			w.Clock.Advance(19 * time.Minute)
			try("locked")
			w.Clock.Advance(2 * time.Minute)
			try("login_failed")
		}

		account := access.Account{ID: id.New(), Login: "late-comer", Name: "方以宁"}
		token, err := w.App.Access.Invite(w.System(), account)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(25 * time.Hour)
		w.Stranger().Post("/enrolments/read", fields{"token": token}).Refused(http.StatusNotFound, "link_invalid")
	})
}
