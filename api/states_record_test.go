package api_test

import (
	"net/http"
	"testing"

	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/platform/id"
)

// wrote holds that the newest row after since in which a field is said says what it is and what it was; nothing of a before is
// said when was is nil.
func wrote(t *testing.T, w *apptest.World, since int64, field string, now, was any) {
	t.Helper()
	list := w.Said(since)
	for i := len(list) - 1; i >= 0; i-- {
		got, said := list[i][field]
		if !said {
			continue
		}
		before, _ := list[i]["was"].(map[string]any)
		if got != now || before[field] != was {
			t.Errorf("%s is %v and was %v, and should be %v and have been %v", field, got, before[field], now, was)
		}
		return
	}
	t.Errorf("nobody says %s: %v", field, list)
}

// What an account, a grant and an instruction were before stands in the journal beside what they are, without a name, a
// number of a paper or a secret.
func TestTheJournalSaysWhatAccountsGrantsAndInstructionsWere(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.Account("second", "范知节")
		w.Grant("second", access.Grant{Role: access.SystemAdmin, Place: "/"})
		sec, second := w.As("secadmin"), w.As("second")
		since := w.Rows()
		at := func(field string, now, was any) { t.Helper(); wrote(t, w, since, field, now, was); since = w.Rows() }

		invited := access.Account{ID: id.New(), Login: "journalled", Name: "陆知夏"}
		token, err := w.App.Access.Invite(w.System(), invited)
		if err != nil {
			t.Fatal(err)
		}
		number, other := inventNumber(serial()), inventNumber(serial())
		w.Stranger().Post("/enrolments", fields{"token": token, "password": apptest.Password, "identity": fields{"number": number}}).Want(http.StatusNoContent)
		wrote(t, w, since, "identified", true, false)
		at("enrolled", true, false)
		identifies(sec, invited.ID, other, "与证件核对有误").Want(http.StatusNoContent)
		at("identified", true, nil) // it was identified before

		give := func(role string) string {
			g := fields{"id": newID(), "role": role, "place": "500000"}
			sec.Post("/accounts/"+invited.ID+"/grants", g).Want(http.StatusNoContent)
			return g["id"].(string)
		}
		revoke := func(grant string) {
			sec.Post("/grants/"+grant+"/revoke", fields{"reason": "岗位调整"}).Want(http.StatusNoContent)
		}
		two := give("office")
		at("state", "proposed", nil)
		second.Post("/grants/"+two+"/confirm", nil).Want(http.StatusNoContent)
		at("state", "in_force", "proposed")
		revoke(two)
		at("state", "revoked", "in_force")
		waits := give("office")
		since = w.Rows()
		revoke(waits)
		at("state", "revoked", "proposed")
		one := give("duty")
		at("state", "in_force", nil)
		revoke(one)
		at("state", "revoked", "in_force")

		for range 12 {
			w.Stranger().Post("/session", fields{"login": "journalled", "password": "wrong-" + newID()})
		}
		at("locked", true, false)
		again, err := w.App.Access.Recover(t.Context(), "journalled")
		if err != nil {
			t.Fatal(err)
		}
		w.Stranger().Post("/enrolments", fields{"token": again, "password": apptest.Password}).Want(http.StatusNoContent)
		wrote(t, w, since, "enrolled", true, nil)
		at("locked", false, true)

		i := instruct(t, w, w.As("zonghe"), fields{"how": "phone", "number": ""})
		at("number", "", nil)
		w.As("zonghe").Post("/instructions/"+i+"/papers", fields{"id": newID(), "number": "渝减办〔2022〕7号", "dated": w.Now()}).Want(http.StatusOK)
		at("number", "渝减办〔2022〕7号", "")
	})
}
