package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

// jiangbei is the district that 两江新区 alone follows, huaxin a street of it.
const (
	jiangbei = "500105"
	huaxin   = "500105001"
	heirs    = "z500004"
)

// naming is a write that names a place: how it is sent for one, and under which field it is refused where the place has ended.
type naming struct {
	path  func(place string) string
	by    string
	field string
	body  func(place string) fields
}

// namings are the writes that begin something at the place they name, and what they are sent to.
func namings(w *apptest.World, incident, cityIncident, account string) map[string]naming {
	to := func(path string) func(string) string { return func(string) string { return path } }
	site := func(rest string) func(string) string { return to("/incidents/" + incident + rest) }
	return map[string]naming{
		"mechanism": {to("/mechanisms"), "jiangbei", "body.place", func(p string) fields { return fields{"place": p, "says": mechanism(nil)} }},
		"parameter": {to("/parameters"), "jiangbei", "body.place", func(p string) fields {
			return fields{"key": "need.look_within", "place": p, "value": "7", "source": "区局规定"}
		}},
		"signing desk": {func(p string) string { return "/signing-desks/" + p }, "jiangbei", "path.place", func(string) fields { return fields{"version": 0} }},
		"incident": {to("/incidents"), "jiangbei", "body.place", func(p string) fields {
			return merge(floodBody(w), fields{"place": p, "places": []string{p}})
		}},
		"incident of the city": {to("/incidents"), "office", "body.places", func(p string) fields { return merge(floodBody(w), fields{"places": []string{"500119", p}}) }},
		"places of an incident": {to("/incidents/" + cityIncident + "/change"), "office", "body.places", func(p string) fields {
			i := apptest.Read[api.IncidentDetail](w.As("office").Get("/incidents/" + cityIncident).Want(http.StatusOK))
			return fields{"version": i.Version, "reason": "险情扩大", "name": "嘉陵江洪水", "severity": 2, "places": []string{"500119", p}}
		}},
		"instruction": {to("/instructions"), "jiangbei", "body.place", func(p string) fields {
			return fields{"number": "江北府指〔2026〕3 号", "issuer": "江北区人民政府", "how": "paper", "issuedAt": w.Now(), "place": p}
		}},
		"grant": {to("/accounts/" + account + "/grants"), "secadmin", "body.place", func(p string) fields { return fields{"role": "gate", "place": p} }},
		"team": {to("/teams"), "jiangbei", "body.home", func(p string) fields {
			return merge(newTeam(nil), fields{"name": "观音桥救援队" + newID()[24:], "home": p})
		}},
		"team from elsewhere": {to("/teams"), "jiangbei", "body.home", func(p string) fields {
			return merge(newTeam(nil), fields{"name": "华蓥救援队" + newID()[24:], "home": "511681"})
		}},
		"site point": {site("/points"), "jiangbei", "body.place", func(p string) fields {
			return fields{"kind": "base", "name": "营地" + newID()[30:], "place": p, "version": 0}
		}},
		"sector": {site("/sectors"), "jiangbei", "body.place", func(p string) fields { return fields{"name": "作业区" + newID()[30:], "place": p} }},
		"zone": {site("/zones"), "jiangbei", "body.area", func(p string) fields {
			return cordon(w, fields{"name": "管制区" + newID()[30:], "area": fields{"places": []string{p}}})
		}},
		"access point": {site("/access-points"), "jiangbei", "body.place", func(p string) fields { return accessPoint(fields{"name": "卡口" + newID()[30:], "place": p}) }},
		"working group": {site("/working-groups"), "jiangbei", "body.place", func(p string) fields {
			return fields{"place": p, "head": "秦可舟", "task": "指导"}
		}},
	}
}

// What begins is refused at a district that has ended, with the day and who took over; what was said before it ended and is
// sent again is answered as it was, at the district and at a street that has another path by now; what goes on goes on.
func TestNothingBeginsAtAPlaceThatHasEnded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		found(t, w.As("office"), "50")
		bureau(w, "jiangbei", "/50/500105/")
		incident := flood(t, w, w.As("jiangbei"), fields{"place": jiangbei, "places": []string{jiangbei}})
		activate(w.As("jiangbei"), incident).Want(http.StatusOK)
		cityIncident := flood(t, w, nil, fields{"places": []string{"500119"}})
		account := w.Account("gatekeeper", "凌若水")
		w.Account("second", "范知节")
		w.Grant("second", access.Grant{Role: access.SystemAdmin, Place: "/"})
		proposed, confirmed := newID(), newID()
		for _, id := range []string{proposed, confirmed} {
			w.As("secadmin").Post("/accounts/"+account+"/grants", fields{"id": id, "role": "office", "place": jiangbei}).Want(http.StatusNoContent)
		}
		w.As("second").Post("/grants/"+confirmed+"/confirm", nil).Want(http.StatusNoContent)
		lapses := newID()
		w.As("secadmin").Post("/accounts/"+account+"/grants", fields{"id": lapses, "role": "office", "place": "500119", "notAfter": w.Now().Add(time.Minute)}).Want(http.StatusNoContent)
		if n := todo(w.As("second"), "grants", "").Count; n != 2 {
			t.Errorf("%d grants wait for the second person, not 2", n)
		}
		elsewhere := newTeam(nil)
		w.As("office").Post("/teams", elsewhere).Want(http.StatusCreated)

		type sent struct {
			naming
			place string
			body  fields
			said  int
		}
		before := map[string]sent{}
		all := namings(w, incident, cityIncident, account)
		for name, x := range all {
			for _, at := range []string{jiangbei, huaxin} {
				if name == "signing desk" && at == huaxin {
					continue // only who sits at a place names who signs there
				}
				s := sent{naming: x, place: at, body: merge(x.body(at), fields{"id": newID()})}
				if at == huaxin && x.by == "jiangbei" {
					s.by = "office" // a street that moves leaves the eyes of its old district
				}
				a := w.As(s.by).Post(x.path(at), s.body)
				if s.said = a.Status; s.said >= 300 {
					t.Fatalf("%s at %s before: %d %s", name, at, a.Status, a.Body)
				}
				before[name+" at "+at] = s
			}
		}
		after()
		for name, s := range before {
			if a := w.As(s.by).Post(s.path(s.place), s.body); a.Status != s.said {
				t.Errorf("%s, sent again: %d %s", name, a.Status, a.Body)
			}
		}
		for name, x := range all {
			p := w.As(x.by).Post(x.path(jiangbei), merge(x.body(jiangbei), fields{"id": newID()})).Want(http.StatusUnprocessableEntity).Names(x.field, "place_ended")
			if f := apptest.Read[api.Problem](p).Errors; len(f) != 1 || f[0].MessageZh != w.Now().In(beijing).Add(-time.Hour).Format("江北区已于2006年1月2日撤销，由两江新区承接；新办事项请选择承接地区") ||
				f[0].MessageEn != w.Now().In(beijing).Add(-time.Hour).Format("江北区 ended on 2 January 2006; 两江新区 took over: choose one of them for what is new") {
				t.Errorf("%s: %+v", name, f)
			}
		}
		w.As("second").Post("/grants/"+confirmed+"/confirm", nil).Want(http.StatusNoContent)
		w.As("second").Post("/grants/"+proposed+"/confirm", nil).Want(http.StatusUnprocessableEntity).Names("path.id", "place_ended")
		w.As("second").Post("/grants/"+lapses+"/confirm", nil).Refused(http.StatusConflict, "grant_lapsed")
		if n := todo(w.As("second"), "grants", "").Count; n != 0 {
			t.Errorf("%d grants wait for the second person, who can confirm none", n)
		}
		w.As("office").Post("/teams/"+elsewhere["id"].(string)+"/change", newTeam(fields{"version": 0, "legal": nil, "home": jiangbei})).
			Want(http.StatusUnprocessableEntity).Names("body.home", "place_ended")
		// On site the heirs can be named, whole or by a street: the incident is theirs.
		heir := liangjiang(t, w)
		for _, name := range []string{"site point", "sector", "zone", "access point"} {
			for _, at := range []string{heirs, huaxin} {
				if a := heir.Post(all[name].path(at), merge(all[name].body(at), fields{"id": newID()})); a.Status >= 300 {
					t.Errorf("%s at %s: %d %s", name, at, a.Status, a.Body)
				}
			}
		}
		whatGoesOn(t, w, incident)
	})
}

// What stands on the site is put right where it is, also after the place has ended, and is not moved to one that has; nor is a
// mission sent there. What nobody names lies in what is under way.
func TestNothingOnSiteMovesToAPlaceThatHasEnded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		office := w.As("office")
		s := onTheSite(t, w)
		i := apptest.Read[api.IncidentDetail](office.Get("/incidents/" + s.incident).Want(http.StatusOK))
		office.Post("/incidents/"+s.incident+"/change", fields{
			"id": newID(), "version": i.Version, "reason": "险情扩大", "name": i.Name, "severity": i.Severity, "places": []string{i.Places[0].Code, jiangbei, "500109"},
		}).Want(http.StatusOK)
		point := func(place string, with fields) fields {
			return merge(fields{"id": newID(), "kind": "base", "name": "营地" + place, "place": place, "version": 0}, with)
		}
		sector := func(place string, with fields) fields {
			return merge(fields{"id": newID(), "name": "作业区" + place, "place": place}, with)
		}
		stands := map[string]fields{}
		for _, at := range []string{jiangbei, "500109"} {
			p, x := point(at, nil), sector(at, nil)
			office.Post("/incidents/"+s.incident+"/points", p).Want(http.StatusCreated)
			office.Post("/incidents/"+s.incident+"/sectors", x).Want(http.StatusCreated)
			stands["/points/"+p["id"].(string)], stands["/sectors/"+x["id"].(string)] = p, x
		}
		said := task(w, s.party, fields{"place": jiangbei, "until": w.Now().Add(72 * time.Hour)})
		missionAfter(office, tell(office, s.incident, said).ID, "cancel", fields{"reason": "水退"})
		after()
		office = w.As("office")
		for path, x := range stands {
			stays := x["place"] == jiangbei
			a := office.Post(path+"/change", merge(x, fields{"id": newID(), "version": 1, "place": jiangbei, "name": x["name"].(string) + "改"}))
			if stays {
				a.Want(http.StatusOK)
			} else {
				a.Want(http.StatusUnprocessableEntity).Names("body.place", "place_ended")
			}
		}
		give := "/incidents/" + s.incident + "/missions"
		office.Post(give, said).Want(http.StatusCreated) // sent again
		office.Post(give, task(w, s.party, fields{"place": jiangbei})).Want(http.StatusUnprocessableEntity).Names("body.place", "place_ended")
		tell(office, s.incident, task(w, s.party, fields{"place": heirs}))
	})
}

var beijing = time.FixedZone("", 8*60*60)

// whatGoesOn at a place that has ended: what is of it already is read, put right and finished, and a cry for help is heard.
func whatGoesOn(t *testing.T, w *apptest.World, incident string) {
	t.Helper()
	last := w.As("jiangbei")
	for _, path := range []string{"/mechanisms", "/parameters?place=" + jiangbei, "/signing-desks/" + jiangbei, "/incidents/" + incident, "/incidents/" + incident + "/site"} {
		last.Get(path).Want(http.StatusOK)
	}
	if d := apptest.Read[api.DeskOut](last.Get("/signing-desks/" + jiangbei).Want(http.StatusOK)); d.Sets {
		t.Error("the page of the signing desk offers to name somebody")
	}
	for _, m := range apptest.Read[api.PageOf[api.MechanismOut]](last.Get("/mechanisms").Want(http.StatusOK)).Items {
		if m.Place.Code != jiangbei {
			continue
		}
		d := apptest.Read[api.MechanismDetail](last.Get("/mechanisms/" + m.ID).Want(http.StatusOK))
		if d.MayEdit {
			t.Error("the page of the mechanism offers to change it")
		}
		if d.Ended.IsZero() || len(d.Heirs) != 1 {
			t.Errorf("the page of the mechanism does not say why: ended %s, heirs %v", d.Ended, d.Heirs)
		}
		last.Post("/mechanisms/"+m.ID+"/change", merge(because("人员调整"), fields{"version": m.Version, "says": mechanism(nil)})).Want(http.StatusUnprocessableEntity).Names("path.id", "place_ended")
		last.Post("/mechanisms/"+m.ID+"/liaisons", fields{"id": newID(), "unit": d.Members[0].Unit, "name": "阮青禾", "phone": phone1}).
			Want(http.StatusUnprocessableEntity).Names("path.id", "place_ended")
	}
	i := apptest.Read[api.IncidentDetail](last.Get("/incidents/" + incident).Want(http.StatusOK))
	last.Post("/incidents/"+incident+"/change", fields{
		"id": newID(), "version": i.Version, "reason": "险情扩大", "name": i.Name, "severity": 1, "places": []string{jiangbei},
	}).Want(http.StatusOK)
	w.As("office").Post("/reports", call(fields{"place": jiangbei, "point": nil})).Want(http.StatusCreated)
	guard(w, "gate", "/50/z500004/").Post("/passages", passageAt(w, fields{"place": jiangbei})).Want(http.StatusOK)
}

// What was recorded before and begins afterwards begins with those who took over: the mechanism that is activated is theirs, and so is
// the first signature of a team at home there.
func TestWhatBeginsAfterwardsBeginsWithTheHeirs(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		last := bureau(w, "jiangbei", "/50/500105/")
		found(t, last, jiangbei)
		incident := flood(t, w, last, fields{"place": jiangbei, "places": []string{jiangbei}})
		r := ask(t, w, fields{"point": nil, "place": huaxin}).id
		need := verified(t, last, r, fields{"teams": 0, "equipment": []fields{}})
		given := instruct(t, w, last, fields{"issuer": "江北区人民政府", "place": jiangbei})
		c := muster(w, fields{"home": jiangbei})
		w.Leader("captain", c.team)
		after()
		activate(w.As("office"), incident).Refused(http.StatusConflict, "mechanism.none") // that of 江北区 ended with it
		heir := liangjiang(t, w)
		i := apptest.Read[api.IncidentDetail](activate(heir, incident).Want(http.StatusOK))
		if !slices.ContainsFunc(i.Contacts, func(c api.ContactDesk) bool { return c.Number == "023-60000004" }) {
			t.Errorf("the numbers of the incident: %+v", i.Contacts)
		}
		heir.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{r}}).Want(http.StatusOK)
		publish(heir, need, given).Want(http.StatusOK) // what its government ordered still holds for what was left to be done
		late := verified(t, heir, ask(t, w, fields{"point": nil, "place": huaxin}).id, nil)
		publish(heir, late, given).Refused(http.StatusConflict, "need.instruction_not_covering")
		publish(heir, late, instruct(t, w, heir, fields{"issuer": "两江新区管理委员会", "place": heirs})).Want(http.StatusOK)
		heir.Post("/instructions/"+given+"/papers", fields{"id": newID(), "number": "江北府指〔2026〕4 号", "dated": w.Now()}).Want(http.StatusOK)
		plan := apptest.Read[api.PlanOut](w.As("captain").Post("/offer-preview", fields{"team": c.team, "needs": []string{need}}).Want(http.StatusOK))
		if len(plan.Path) != 1 || plan.Case != "same_county" || plan.Path[0].Authority != "两江新区应急管理局" {
			t.Errorf("the chain of a team at home there: %s %+v", plan.Case, plan.Path)
		}
	})
}
