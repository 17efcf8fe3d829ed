package api_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/platform/id"
)

// known is somebody of the office whose paper is on record.
func known(w *apptest.World, login, number string) *apptest.Client {
	w.Account(login, "霍惊蛰")
	w.Grant(login, access.Grant{Role: access.Office, Place: apptest.City})
	c := w.As(login)
	identifies(c, w.ID(login), number, "").Want(http.StatusNoContent)
	return c
}

func identifies(c *apptest.Client, account, number, why string) *apptest.Answer {
	return c.Post("/accounts/"+account+"/identity", fields{"id": newID(), "number": number, "why": why})
}

// account is somebody in the list of accounts.
func account(c *apptest.Client, query, login string) (h api.HolderOut, listed bool) {
	list := apptest.Read[api.PageOf[api.HolderOut]](c.Get("/accounts?limit=200" + query).Want(http.StatusOK)).Items
	i := slices.IndexFunc(list, func(h api.HolderOut) bool { return h.Login == login })
	if i < 0 {
		return h, false
	}
	return list[i], true
}

// A plain member of a team who holds an office is recognised by the paper, whichever kind of paper the register knows it as:
// neither signs nor accepts nor orders nor keeps nor sends nor provides. From the moment of leaving the team the person may.
func TestAMemberDoesNotDecideAboutTheOwnTeam(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		c, need, o := approving(t, w, nil)
		number := inventNumber(serial())
		own := known(w, "member-too", number)
		if f := relation(own, o.ID); !f.Good {
			t.Errorf("no member yet: %+v", f)
		}
		m := someone(fields{"number": number, "paper": "permanent_residence"})
		office.Post("/teams/"+c.team+"/members", m).Want(http.StatusCreated)
		w.Settled()
		refused := func(a *apptest.Answer) { t.Helper(); a.Refused(http.StatusForbidden, "own_team") }
		if f := relation(own, o.ID); f.Good || f.N != 0 {
			t.Errorf("a member: %+v", f)
		}
		urgent := fields{"cause": "trapped", "reason": "人员被困屋顶"}
		refused(agrees(own, o.ID, 1, fields{"waiver": "本人担保"}))
		refused(does(own, o.ID, "accept", fields{"reason": ""}))
		refused(does(own, o.ID, "deploy_first", urgent))
		refused(does(own, o.ID, "match", fields{"needs": []string{need}}))
		does(office, o.ID, "accept", fields{"reason": ""}).Want(http.StatusOK)
		does(office, o.ID, "deploy_first", urgent).Want(http.StatusOK)
		refused(dispatched(w, own, o.ID))
		point := atDesk(office, o.Incident).Points[0].ID
		p := received(office, o.Incident, fields{"id": newID(), "point": point, "team": c.team, "persons": c.members[:2]})
		refused(atParty(own, p.ID, "regularise", keep()))
		request := "/support/" + askSupport(office, o.Incident, c.team, nil)
		refused(own.Post(request+"/route", supportStep("route")))
		atParty(office, p.ID, "regularise", keep()).Want(http.StatusOK)
		p = readParty(office, p.ID)
		refused(own.Post("/incidents/"+o.Incident+"/missions", merge(task(w, p, nil), fields{"persons": people(p), "vehicles": []string{}})))

		office.Post("/members/"+m["id"].(string)+"/leave", because("迁居外地")).Want(http.StatusOK)
		w.Settled()
		if f := relation(own, o.ID); !f.Good {
			t.Errorf("who has left: %+v", f)
		}
		own.Post(request+"/route", supportStep("route")).Want(http.StatusOK)
	})
}

// relation is what an offer says of the tie between who reads it and the team.
func relation(c *apptest.Client, offer string) api.FactOut {
	list := readOffer(c, offer).Facts
	return list[slices.IndexFunc(list, func(f api.FactOut) bool { return f.Key == "relation" })]
}

// Who is behind an account is said once by the person, or by the security administrator, who corrects it with a reason; the
// number stands sealed and is masked; a person has one account; and of whoever decides about teams without it the auditor is
// told, and so is the page of a decision.
func TestWhoIsBehindAnAccount(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		_, _, o := approving(t, w, nil)
		xietiao, sec, auditor := w.As("xietiao"), w.As("secadmin"), w.As("auditor")
		number, other := inventNumber(serial()), inventNumber(serial())
		if f := relation(xietiao, o.ID); f.Good || f.N != 1 {
			t.Errorf("nobody knows whether the coordinator is a member: %+v", f)
		}
		unknown := todo(auditor, "unidentified", "").Count
		if h, listed := account(auditor, "&unknown=true", "xietiao"); !listed || !h.Judges || h.Identity != nil || unknown == 0 || todo(sec, "unidentified", "").Count != unknown {
			t.Errorf("the auditor is told of %d: %+v", unknown, h)
		}
		if _, listed := account(auditor, "&unknown=true", "auditor"); listed || todo(xietiao, "unidentified", "").Count != 0 {
			t.Error("who decides about no team is told of, or tells")
		}
		at := w.ID("xietiao")
		identifies(xietiao, at, "12", "").Want(http.StatusUnprocessableEntity).Names("body.number", "number_length")
		identifies(xietiao, at, "340524198013010019", "").Want(http.StatusUnprocessableEntity).Names("body.number", "number_shape")
		identifies(xietiao, at, "340524198001010019", "").Want(http.StatusUnprocessableEntity).Names("body.reason", "number_check")
		identifies(xietiao, w.ID("office"), number, "").Refused(http.StatusNotFound, "not_found")
		command := fields{"id": newID(), "number": number}
		xietiao.Post("/accounts/"+at+"/identity", command).Want(http.StatusNoContent)
		xietiao.Post("/accounts/"+at+"/identity", command).Want(http.StatusNoContent)
		xietiao.Post("/accounts/"+at+"/identity", merge(command, fields{"number": other})).Refused(http.StatusConflict, "id_reused")
		identifies(xietiao, at, other, "写错了").Refused(http.StatusConflict, "account_identified")
		identifies(sec, w.ID("office"), number, "").Want(http.StatusUnprocessableEntity).Names("body.number", "person_taken")
		identifies(sec, at, other, "").Want(http.StatusUnprocessableEntity).Names("body.why", "missing")
		identifies(sec, at, other, "与证件核对有误").Want(http.StatusNoContent)
		h, listed := account(auditor, "", "xietiao")
		if !listed || h.Identity == nil || h.Identity.By != "薛静安" || h.Identity.NumberMasked != other[:4]+"**********"+other[14:] || !h.Judges {
			t.Errorf("on record: %+v", h.Identity)
		}
		if n := todo(auditor, "unidentified", "").Count; n != unknown-1 {
			t.Errorf("the auditor is told of %d, before of %d", n, unknown)
		}
		if f := relation(xietiao, o.ID); !f.Good {
			t.Errorf("known and no member: %+v", f)
		}
		if me := apptest.Read[api.Me](xietiao.Get("/session").Want(http.StatusOK)); !me.Known || !me.Judges {
			t.Errorf("of oneself: %+v", me)
		}
		identifies(sec, w.ID("office"), number, "").Want(http.StatusNoContent) // free again
	})
}

// With the link of an invitation a person says who it is; a number of another account is refused and the link stays good.
func TestEnrollingSaysWho(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		taken, number := inventNumber(serial()), inventNumber(serial())
		known(w, "first-one", taken)
		account := access.Account{ID: id.New(), Login: "newcomer", Name: "陆知夏"}
		token, err := w.App.Access.Invite(w.System(), account)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.App.Access.Give(w.System(), account.ID, access.Grant{ID: id.New(), Role: access.Coordination, Place: apptest.City}); err != nil {
			t.Fatal(err)
		}
		anyone := w.Stranger()
		if e := apptest.Read[api.EnrolmentOut](anyone.Post("/enrolments/read", fields{"token": token}).Want(http.StatusOK)); e.Known || !e.Judges {
			t.Errorf("offered: %+v", e)
		}
		body := fields{"token": token, "password": apptest.Password}
		anyone.Post("/enrolments", merge(body, fields{"identity": fields{"number": taken}})).Want(http.StatusUnprocessableEntity).Names("body.number", "person_taken")
		anyone.Post("/enrolments", merge(body, fields{"identity": fields{"number": number}})).Want(http.StatusNoContent)
		if me := apptest.Read[api.Me](w.SignIn("newcomer", apptest.Password).Get("/session").Want(http.StatusOK)); !me.Known {
			t.Errorf("enrolled: %+v", me)
		}
		again, err := w.App.Access.Recover(context.Background(), "newcomer")
		if err != nil {
			t.Fatal(err)
		}
		if e := apptest.Read[api.EnrolmentOut](anyone.Post("/enrolments/read", fields{"token": again}).Want(http.StatusOK)); !e.Known {
			t.Errorf("offered again: %+v", e)
		}
		anyone.Post("/enrolments", merge(body, fields{"token": again, "identity": fields{"number": inventNumber(serial())}})).Refused(http.StatusConflict, "account_identified")
		anyone.Post("/enrolments", fields{"token": again, "password": apptest.Password}).Want(http.StatusNoContent)
	})
}
