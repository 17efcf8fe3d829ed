package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/place"
)

func accessOffice(p place.Path) access.Grant { return access.Grant{Role: access.Office, Place: p} }

func roster(c *apptest.Client, of, query string) api.RosterOut {
	return apptest.Read[api.RosterOut](c.Get("/teams/" + of + "/members" + query).Want(http.StatusOK))
}

func stock(c *apptest.Client, of string) api.StockOut {
	return apptest.Read[api.StockOut](c.Get("/teams/" + of + "/equipment").Want(http.StatusOK))
}

// A leader keeps the people of the own team: adds, changes, takes off, once each; numbers are masked and revealed for a
// purpose; the same person in two teams is one person.
func TestLeaderKeepsTheRoster(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		own, other := enrolTeam(office, nil), enrolTeam(office, fields{"name": "缙云山岳救援队"})
		lead := w.Leader("own-leader", own)
		m := someone(fields{"number": "34052419800101001X", "core": true})
		lead.Post("/teams/"+own+"/members", m).Want(http.StatusCreated)
		lead.Post("/teams/"+own+"/members", m).Want(http.StatusCreated).Without("34052419800101001X", "13800000022")
		lead.Post("/teams/"+own+"/members", merge(m, fields{"name": "某人"})).Refused(http.StatusConflict, "id_reused")
		lead.Post("/teams/"+own+"/members", someone(fields{"number": "34052419800101001x"})).Want(http.StatusUnprocessableEntity).Names("body.number", "member_taken")
		lead.Post("/teams/"+own+"/members", someone(fields{"number": "340524198001010019"})).Want(http.StatusUnprocessableEntity).Names("body.reason", "number_check")
		lead.Post("/teams/"+own+"/members", someone(fields{"number": "340524198013010019"})).Want(http.StatusUnprocessableEntity).Names("body.number", "number_shape")
		lead.Post("/teams/"+own+"/members", someone(fields{"number": "340524198001010019", "reason": "证件即如此"})).Want(http.StatusCreated)
		lead.Post("/teams/"+own+"/members", someone(fields{"paper": "passport", "number": "E 1234 5678", "phone": "12"})).Want(http.StatusUnprocessableEntity).Names("body.phone", "phone_invalid")
		lead.Post("/teams/"+own+"/members", someone(fields{"name": " ", "post": "cook"})).Want(http.StatusUnprocessableEntity).Names("body.name", "missing").Names("body.post", "unknown")
		lead.Post("/teams/"+other+"/members", someone(nil)).Refused(http.StatusNotFound, "not_found")

		list := roster(lead, own, "")
		if len(list.Items) != 2 || !list.Edits || list.Items[0].Name != "余知秋" || list.Items[0].NumberMasked != "3405**********001X" || list.Items[0].PhoneMasked != "138****0022" {
			t.Fatalf("the roster: %+v", list)
		}
		if d := readTeam(t, lead, own); d.Members != 2 || d.Core != 1 {
			t.Errorf("counted: %+v", d.TeamRow)
		}
		office.Post("/teams/"+other+"/members", someone(fields{"number": "34052419800101001X"})).Want(http.StatusCreated)
		if also := roster(office, own, "").Items[0].Also; len(also) != 1 || also[0].ID != other {
			t.Errorf("one person in two teams: %+v", also)
		}
		if also := roster(lead, own, "").Items[0].Also; len(also) != 0 {
			t.Errorf("a leader sees another team: %+v", also)
		}
		id := m["id"].(string)
		changed := apptest.Read[api.MemberOut](lead.Post("/members/"+id+"/change", fields{"id": newID(), "version": 1, "name": "余知秋", "post": "medical"}).Want(http.StatusOK))
		if changed.Post != "medical" || changed.Core || changed.PhoneMasked != "138****0022" || changed.Version != 2 {
			t.Errorf("changed: %+v", changed)
		}
		lead.Post("/members/"+id+"/change", fields{"id": newID(), "version": 1, "name": "余知秋"}).Refused(http.StatusConflict, "version_stale")
		lead.Post("/members/"+id+"/reveal", fields{"purpose": ""}).Want(http.StatusUnprocessableEntity).Names("body.purpose", "missing")
		if p := apptest.Read[api.PersonOut](lead.Post("/members/"+id+"/reveal", fields{"purpose": "核对身份"}).Want(http.StatusOK)); p.Number != "34052419800101001X" || p.Phone != "13800000022" {
			t.Errorf("revealed: %+v", p)
		}
		w.As("zonghe").Post("/members/"+id+"/reveal", fields{"purpose": "核对身份"}).Refused(http.StatusForbidden, "forbidden")
		w.As("zonghe").Post("/members/"+id+"/leave", because("x")).Refused(http.StatusForbidden, "forbidden")
		w.As("qijiang").Get("/members/"+id).Refused(http.StatusNotFound, "not_found")
		lead.Post("/members/"+id+"/leave", because("迁居外地")).Want(http.StatusOK)
		if d := readTeam(t, lead, own); d.Members != 1 || d.Core != 0 {
			t.Errorf("counted after leaving: %+v", d.TeamRow)
		}
		lead.Post("/teams/"+own+"/members", someone(fields{"number": "34052419800101001X"})).Want(http.StatusCreated)
		if all := roster(lead, own, "?state=all"); len(all.Items) != 3 {
			t.Errorf("who left stays on record: %+v", all)
		}
		history(w, []string{
			"team.registered", "team.member_added", "team.member_added", "team.member_changed", "team.member_revealed", "team.member_left", "team.member_added",
		}, func() []api.History { return readTeam(t, office, own).History })
	})
}

// Many members come in pages that neither lose nor repeat one.
func TestRosterPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		own := enrolTeam(office, nil)
		for range 7 {
			enlist(office, own)
		}
		seen, cursor := map[string]bool{}, ""
		for n := 0; n == 0 || cursor != ""; n++ {
			page := roster(office, own, "?limit=3&cursor="+cursor)
			for _, m := range page.Items {
				seen[m.ID] = true
			}
			cursor = page.Next
		}
		if len(seen) != 7 {
			t.Errorf("%d of 7", len(seen))
		}
		office.Get("/teams/"+own+"/members?cursor=nonsense").Want(http.StatusUnprocessableEntity).Names("query.cursor", "cursor_invalid")
	})
}

// Who is not insured is named; nothing else follows from it here.
func TestInsurance(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		own, other := enrolTeam(office, nil), enrolTeam(office, nil)
		lead := w.Leader("own-leader", own)
		one, two, stranger := enlist(lead, own), enlist(lead, own), enlist(office, other)
		cover := func() api.CoverOut {
			return apptest.Read[api.CoverOut](lead.Get("/teams/" + own + "/policies").Want(http.StatusOK))
		}
		if c := cover(); len(c.Items) != 0 || len(c.Uncovered) != 2 {
			t.Errorf("without insurance: %+v", c)
		}
		for field, with := range map[string]fields{
			"body.insurer": {"insurer": ""}, "body.to": {"to": apptest.Start.Add(-2 * time.Hour)}, "body.members": {"everyone": false},
		} {
			lead.Post("/teams/"+own+"/policies", insurance(with)).Want(http.StatusUnprocessableEntity).Names(field, "")
		}
		lead.Post("/teams/"+own+"/policies", insurance(fields{"everyone": false, "members": []string{one, stranger}})).Want(http.StatusUnprocessableEntity).Names("body.members", "member_unknown")
		p := insure(lead, own, fields{"everyone": false, "members": []string{one}})
		if c := cover(); len(c.Items) != 1 || !slices.Equal(c.Uncovered, []string{two}) || !c.Items[0].InForce {
			t.Errorf("one insured: %+v", c)
		}
		lead.Post("/teams/"+other+"/policies/"+p+"/change", insurance(fields{"version": 1})).Refused(http.StatusNotFound, "not_found")
		lead.Post("/teams/"+own+"/policies/"+p+"/change", insurance(fields{"version": 1, "number": "PL-0002"})).Want(http.StatusOK)
		lead.Post("/teams/"+own+"/policies/"+p+"/change", insurance(fields{"version": 1})).Refused(http.StatusConflict, "version_stale")
		if c := cover(); len(c.Uncovered) != 0 || c.Items[0].Number != "PL-0002" || c.Items[0].Version != 2 {
			t.Errorf("everyone insured: %+v", c)
		}
		w.Clock.Advance(366 * 24 * time.Hour)
		fresh := w.SignIn("own-leader", apptest.Password)
		if c := apptest.Read[api.CoverOut](fresh.Get("/teams/" + own + "/policies").Want(http.StatusOK)); len(c.Uncovered) != 2 || c.Items[0].InForce {
			t.Errorf("lapsed: %+v", c)
		}
	})
}

// A plate with its colour is on one car, whoever has it; special plates are taken as written; counts keep a version.
func TestVehiclesAndEquipment(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		own, other := enrolTeam(office, nil), enrolTeam(office, nil)
		lead := w.Leader("own-leader", own)
		v := car(fields{"plate": "渝a·D0017", "colour": "yellow", "kind": "boat_trailer", "load": "冲锋舟 2 艘"})
		lead.Post("/teams/"+own+"/vehicles", v).Want(http.StatusCreated)
		lead.Post("/teams/"+own+"/vehicles", v).Want(http.StatusCreated)
		got := stock(lead, own)
		if len(got.Vehicles) != 1 || got.Vehicles[0].Shown != "渝A·D0017" || *got.Vehicles[0].TollColour != 1 || !got.Edits {
			t.Fatalf("one vehicle: %+v", got)
		}
		office.Post("/teams/"+other+"/vehicles", car(fields{"plate": "渝AD0017", "colour": "yellow"})).Want(http.StatusUnprocessableEntity).Names("body.plate", "plate_taken").Without(own, "渝峡")
		office.Post("/teams/"+other+"/vehicles", car(fields{"plate": "渝AD0017", "colour": "blue"})).Want(http.StatusCreated)
		for plate, code := range map[string]string{"": "missing", "AA12345": "plate_shape", "渝AI2345": "plate_shape", "渝A123": "plate_shape"} {
			lead.Post("/teams/"+own+"/vehicles", car(fields{"plate": plate})).Want(http.StatusUnprocessableEntity).Names("body.plate", code)
		}
		for plate, colour := range map[string]string{"渝AD0018": "gradient_green", "渝AD00181": "blue", "渝A12345D": "gradient_green", "渝A1234挂": "blue"} {
			lead.Post("/teams/"+own+"/vehicles", car(fields{"plate": plate, "colour": colour})).Want(http.StatusUnprocessableEntity).Names("body.colour", "colour_shape")
		}
		lead.Post("/teams/"+own+"/vehicles", car(fields{"plate": "渝AD00182", "colour": "blue", "special": true})).Want(http.StatusCreated)
		lead.Post("/teams/"+own+"/vehicles", car(fields{"plate": "渝X 1234 应急", "special": true, "colour": "white"})).Want(http.StatusCreated)
		lead.Post("/teams/"+other+"/vehicles", car(nil)).Refused(http.StatusNotFound, "not_found")
		id := v["id"].(string)
		office.Post("/vehicles/"+id+"/change", merge(car(nil), fields{"plate": "渝AD0017", "colour": "blue", "version": 1})).Want(http.StatusUnprocessableEntity).Names("body.plate", "plate_taken")
		lead.Post("/vehicles/"+id+"/change", car(fields{"plate": "渝AD00171", "colour": "gradient_green", "version": 1})).Want(http.StatusOK)
		lead.Post("/vehicles/"+id+"/change", car(fields{"version": 1})).Refused(http.StatusConflict, "version_stale")
		lead.Post("/vehicles/"+id+"/retire", because("报废")).Want(http.StatusOK)
		lead.Post("/teams/"+own+"/vehicles", car(fields{"plate": "渝AD00171", "colour": "gradient_green"})).Want(http.StatusCreated)

		count := func(version, n, usable int) *apptest.Answer {
			return lead.Post("/teams/"+own+"/equipment", fields{"id": newID(), "version": version, "kind": "boat", "count": n, "usable": usable})
		}
		count(0, 3, 4).Want(http.StatusUnprocessableEntity).Names("body.usable", "number_invalid")
		count(0, 3, 2).Want(http.StatusOK)
		count(0, 5, 5).Refused(http.StatusConflict, "version_stale")
		count(1, 0, 0).Want(http.StatusOK)
		if got := stock(lead, own); len(got.Equipment) != 0 || len(readTeam(t, lead, own).Equipment) != 0 {
			t.Errorf("none left: %+v", got)
		}
		count(0, 4, 4).Want(http.StatusOK)
		if got := readTeam(t, lead, own); len(got.Equipment) != 1 || got.Equipment[0].Count != 4 {
			t.Errorf("again some: %+v", got.Equipment)
		}
	})
}
