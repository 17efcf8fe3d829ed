package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

func courseOf(c *apptest.Client, account, query string) []api.AccountRow {
	return apptest.Read[api.PageOf[api.AccountRow]](c.Get("/accounts/" + account + "/course" + query).Want(http.StatusOK)).Items
}

// The journal of an account is read by who answers for accounts: who did what to it and its grants, when, from what to what and why,
// newest first and page by page. The security administrator reads it, the auditor reads when the person signed in as well, nobody else
// reads anything. Of other accounts nothing is in it, nor what the person's paper says.
func TestTheCourseOfAnAccount(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		w.Account("second", "范知节")
		w.Grant("second", access.Grant{Role: access.SystemAdmin, Place: "/"})
		sec, auditor := w.As("secadmin"), w.As("auditor")
		invited := fields{"id": newID(), "login": "followed", "name": "陆知夏", "unit": "綦江区应急局"}
		id := invited["id"].(string)
		link := apptest.Read[api.LinkOut](sec.Post("/accounts", invited).Want(http.StatusCreated))
		_, token, _ := strings.Cut(link.Path, "#")
		number := inventNumber(serial())
		w.Stranger().Post("/enrolments", fields{"token": token, "password": apptest.Password, "identity": fields{"number": number}}).Want(http.StatusNoContent)
		grant := fields{"id": newID(), "role": "office", "place": "500110"}
		sec.Post("/accounts/"+id+"/grants", grant).Want(http.StatusNoContent)
		w.As("second").Post("/grants/"+grant["id"].(string)+"/confirm", nil).Want(http.StatusNoContent)
		sec.Post("/grants/"+grant["id"].(string)+"/revoke", fields{"reason": "岗位调整"}).Want(http.StatusNoContent)
		sec.Post("/accounts/"+w.ID("second")+"/grants", fields{"id": newID(), "role": "duty", "place": "500119"}).Want(http.StatusNoContent)
		w.Stranger().Post("/session", fields{"login": "followed", "password": apptest.Password}).Want(http.StatusOK)

		verbs := func(rows []api.AccountRow) (list []string) {
			for _, r := range rows {
				list = append(list, r.Verb)
			}
			return list
		}
		rows := courseOf(sec, id, "")
		want := []string{"grant.revoked", "grant.given", "grant.proposed", "account.enrolled", "account.identified", "account.created"}
		if got := verbs(rows); !slices.Equal(got, want) {
			t.Errorf("the security administrator reads %v", got)
		}
		first := rows[0]
		was, _ := first.Body.(map[string]any)["was"].(map[string]any)
		if first.Note != "岗位调整" || first.Who != "薛静安" || first.Grant == nil || first.Grant.Role != "office" || first.Grant.Place.Code != "500110" || was["state"] != "in_force" {
			t.Errorf("the end of a grant: %+v, %+v", first, first.Grant)
		}
		if rows[1].Who != "范知节" {
			t.Errorf("the second person is %q", rows[1].Who)
		}
		if all := verbs(courseOf(auditor, id, "")); all[0] != "session.opened" || len(all) != len(rows)+1 {
			t.Errorf("the auditor reads %v", all)
		}
		var paged []api.AccountRow
		for before := int64(0); ; before = paged[len(paged)-1].Seq {
			page := courseOf(sec, id, fmt.Sprintf("?limit=2&before=%d", before))
			if len(page) == 0 {
				break
			}
			paged = append(paged, page...)
		}
		if !slices.Equal(verbs(paged), verbs(rows)) {
			t.Errorf("page by page: %v", verbs(paged))
		}
		auditor.Get("/accounts/"+id+"/course").Want(http.StatusOK).Without(number, number[len(number)-4:], "綦江区应急局")
		sec.Get("/accounts/"+newID()+"/course").Refused(http.StatusNotFound, "not_found")
		w.As("second").Get("/accounts/"+id+"/course").Refused(http.StatusForbidden, "forbidden")
		for _, c := range []*apptest.Client{w.As("office"), w.As("qijiang")} {
			c.Get("/accounts/"+id+"/course").Refused(http.StatusNotFound, "not_found")
		}
		w.Stranger().Get("/accounts/"+id+"/course").Refused(http.StatusUnauthorized, "signed_out")
	})
}

// Whoever sees an instruction reads what happened to it: recorded, its file added, its paper filed under a number that it had not before.
func TestTheCourseOfAnInstruction(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group := w.As("zonghe")
		order := instruct(t, w, group, fields{"number": nil, "how": "phone", "place": "500110"})
		instruct(t, w, group, nil) // another one
		attachesPaper(group, order, newID(), "image/png", pngOf(3)).Want(http.StatusNoContent)
		w.As("office").Post("/instructions/"+order+"/papers", fields{"id": newID(), "number": "7 号", "dated": w.Now()}).Want(http.StatusOK)
		course := func(c *apptest.Client, query string) []api.CourseRow {
			return apptest.Read[api.PageOf[api.CourseRow]](c.Get("/instructions/" + order + "/course" + query).Want(http.StatusOK)).Items
		}
		rows := course(w.As("qijiang"), "")
		if len(rows) != 3 || rows[0].Verb != "instruction.filed" || rows[1].Verb != "instruction.scanned" || rows[2].Verb != "instruction.recorded" || rows[0].Who != "秦可舟" || rows[2].Who != "江若川" {
			t.Fatalf("the course: %+v", rows)
		}
		said := rows[0].Body.(map[string]any)
		if was, _ := said["was"].(map[string]any); said["number"] != "7 号" || was["number"] != "" {
			t.Errorf("the number: %v", said)
		}
		if older := course(group, fmt.Sprintf("?limit=2&before=%d", rows[1].Seq)); len(older) != 1 || older[0].Seq != rows[2].Seq {
			t.Errorf("before it: %+v", older)
		}
		w.As("nanchuan").Get("/instructions/"+order+"/course").Refused(http.StatusNotFound, "not_found")
		w.As("auditor").Get("/instructions/"+order+"/course").Refused(http.StatusNotFound, "not_found")
	})
}
