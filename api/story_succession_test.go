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

// changes has 江北区 and 渝北区 end tomorrow as they did in November 2025, and is the moment after.
func changes(t *testing.T, w *apptest.World) (after func()) {
	t.Helper()
	end := w.Now().Add(24 * time.Hour)
	changes, zones := place.Chongqing2025()
	for i := range changes {
		changes[i].At = end
	}
	for i := range zones {
		if !zones[i].To.IsZero() {
			zones[i].To = end
		}
	}
	if err := w.App.Places.Import(w.System(), "chongqing-2025-11", changes, zones); err != nil {
		t.Fatal(err)
	}
	return func() { w.Later(25 * time.Hour) }
}

// liangjiang is the office of the district that took over, with its mechanism.
func liangjiang(t *testing.T, w *apptest.World) *apptest.Client {
	t.Helper()
	w.Account("liangjiang", "贺明渡")
	w.Grant("liangjiang", access.Grant{Role: access.Office, Place: "/50/z500004/"})
	office := w.As("liangjiang")
	office.Post("/mechanisms", fields{"id": newID(), "place": "z500004", "says": mechanism(fields{"name": "两江新区现场协调机制", "phone": "023-60000004"})}).Want(http.StatusCreated)
	return office
}

// What a district that ended has left is worked on by the one that took over: its government's instruction publishes it, its
// incident takes it in, and callers are given its number.
func TestWhoTookOverWorksOnWhatWasLeft(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		street, district := ask(t, w, fields{"point": nil, "place": "500105001"}), ask(t, w, fields{"point": nil, "place": "500105"})
		after()
		office := liangjiang(t, w)
		need := verified(t, office, street.id, nil)
		if n := readNeed(t, office, need); n.Place.Path != "/50/500105/500105001/" {
			t.Errorf("yesterday's record lies at %s", n.Place.Path)
		}
		instruction := instruct(t, w, office, fields{"issuer": "两江新区管理委员会", "place": "z500004"})
		elsewhere := instruct(t, w, w.As("office"), nil)
		publish(w.As("office"), need, elsewhere).Refused(http.StatusConflict, "need.instruction_not_covering")
		publish(office, need, instruction).Want(http.StatusOK)

		numbers := func(list []api.Contact) bool {
			return slices.ContainsFunc(list, func(c api.Contact) bool { return c.Phone == "023-60000004" })
		}
		if p := progress(t, w, district.receipt); !numbers(p.Contact) {
			t.Errorf("a caller of the old district is given %+v", p.Contact)
		}
		if list := apptest.Read[api.PageOf[api.Contact]](w.Public().Get("/public/contacts?place=500105").Want(http.StatusOK)).Items; !numbers(list) {
			t.Errorf("who asks for the old district is given %+v", list)
		}

		incident := flood(t, w, office, fields{"place": "z500004", "places": []string{"z500004"}})
		activate(office, incident).Want(http.StatusOK)
		// Before its report has joined: who asks for the need is led to the incident of who took over, and comes where it lies now.
		c := muster(w, fields{"home": "500119", "name": "金佛山救援队"})
		lead := w.Leader("captain", c.team)
		plan := apptest.Read[api.PlanOut](lead.Post("/offer-preview", fields{"team": c.team, "needs": []string{need}}).Want(http.StatusOK))
		o := offer(t, lead, signup(w, c, fields{"needs": []string{need}}))
		if plan.Case != "cross_county" || o.Incident != incident || o.Destination.Path != "/50/z500004/500105001/" {
			t.Errorf("%s: an offer to %s, at %s", plan.Case, o.Incident, o.Destination.Path)
		}
		if o = submit(office, o.ID, need); o.State != "approving" {
			t.Errorf("submitted: %s", o.State)
		}
		elsewhereToo := flood(t, w, w.As("office"), fields{"place": "50", "places": []string{"500119"}})
		found(t, w.As("office"), "50")
		activate(w.As("office"), elsewhereToo).Want(http.StatusOK)
		w.As("office").Post("/offers", signup(w, muster(w, nil), fields{"incident": elsewhereToo, "needs": []string{need}})).Want(http.StatusUnprocessableEntity).Names("body.needs", "not_published")

		out := apptest.Read[api.JoinedOut](office.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{street.id, district.id}}).Want(http.StatusOK))
		if out.Joined != 2 {
			t.Errorf("%d joined", out.Joined)
		}
	})
}

// Who still says 江北区 after it ended is heard by the district that took over; nobody is granted a role there any more.
func TestAnEndedDistrictTakesNothingNew(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		secadmin := w.As("secadmin")
		account := w.Account("jiangbei", "凌若水")
		grant := func(code string) *apptest.Answer {
			return secadmin.Post("/accounts/"+account+"/grants", fields{"id": newID(), "role": "duty", "place": code})
		}
		grant("500105").Want(http.StatusNoContent)
		secadmin.Post("/accounts/"+account+"/grants", fields{"id": newID(), "role": "duty", "place": "500110", "notAfter": w.Now().Add(-time.Second)}).
			Want(http.StatusUnprocessableEntity).Names("body.notAfter", "past")
		after()
		secadmin = w.As("secadmin")
		grant("500105").Want(http.StatusUnprocessableEntity).Names("body.place", "place_ended")
		grant("000000").Want(http.StatusUnprocessableEntity).Names("body.place", "place_unknown")
		office := liangjiang(t, w)
		for code, want := range map[string]string{"500105": "/50/z500004/", "500105001": "/50/z500004/500105001/", "500112": "/50/500112/"} {
			if r := readReport(t, office, ask(t, w, fields{"point": nil, "place": code}).id); r.Place.Path != want || len(r.Flags) != 0 {
				t.Errorf("a report to %s is at %s, flags %v; want %s", code, r.Place.Path, r.Flags, want)
			}
		}
	})
}

// Whoever took over with others sees the records that name the ended district alone, in every list and count.
func TestEachHeirSeesWhatNamesTheEndedDistrictAlone(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		alone, town := ask(t, w, fields{"point": nil, "place": "500112"}), ask(t, w, fields{"point": nil, "place": "500112133"}) // 渝北区; 统景镇, which goes to 北碚区
		after()
		w.Account("beibei", "温如岚")
		w.Grant("beibei", access.Grant{Role: access.Office, Place: "/50/500109/"})
		beibei, heir := w.As("beibei"), liangjiang(t, w)
		for _, c := range []struct {
			who  *apptest.Client
			want []string
		}{{beibei, []string{alone.id, town.id}}, {heir, []string{alone.id}}} {
			got := idsOf(queue(t, c.who, "").Items)
			slices.Sort(got)
			if slices.Sort(c.want); !slices.Equal(got, c.want) {
				t.Errorf("in the queue %v, want %v", got, c.want)
			}
			for _, path := range []string{"/needs", "/needs/map?state=all&west=73&south=3&east=136&north=54&zoom=3", "/teams", "/instructions", "/incidents", "/mechanisms", "/me/todo", "/places?q=统景"} {
				if a := c.who.Get(path); a.Status != http.StatusOK {
					t.Errorf("%s: %d %s", a.What, a.Status, a.Body)
				}
			}
		}
	})
}

// A grant at a place that ended goes on until somebody revokes it, for what stood there and nothing new. Its holder and the
// security administrator are told, and a list says whose such grants are; of a street that moved nothing is said.
func TestGrantsAtEndedPlacesAreTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		after := changes(t, w)
		bureau(w, "yubei", "/50/500112/")
		w.Account("renhe", "方见山")
		w.Grant("renhe", access.Grant{Role: access.Duty, Place: "/50/500112/" + renhe + "/"})
		w.Account("village", "石望川")
		w.Grant("village", access.Grant{Role: access.Duty, Place: "/50/500112/", NotAfter: w.Now().Add(time.Hour)}) // has run out by then
		if list := apptest.Read[api.PageOf[api.HolderOut]](w.As("secadmin").Get("/accounts?ended=true").Want(http.StatusOK)).Items; len(list) != 0 {
			t.Errorf("before: %+v", list)
		}
		alone, body := ask(t, w, fields{"point": nil, "place": "500112"}), floodBody(w)
		after()
		secadmin, last, moved := w.As("secadmin"), w.As("yubei"), w.As("renhe")
		list := apptest.Read[api.PageOf[api.HolderOut]](secadmin.Get("/accounts?ended=true").Want(http.StatusOK)).Items
		if len(list) != 1 || list[0].Login != "yubei" || len(list[0].Grants) != 1 || list[0].Grants[0].Ended.IsZero() || len(list[0].Grants[0].Heirs) != 2 {
			t.Errorf("at ended places: %+v", list)
		}
		if n := todo(secadmin, "ended", ""); n.Count != 1 || n.Page != "/accounts?ended=1" {
			t.Errorf("the security administrator is told %+v", n)
		}
		if a, b := todo(last, "grant_ended", "").Count, todo(moved, "grant_ended", "").Count; a != 1 || b != 0 || todo(last, "ended", "").Count != 0 {
			t.Errorf("the holder is told of %d, who holds a street that moved of %d", a, b)
		}
		me := apptest.Read[api.Me](last.Get("/session").Want(http.StatusOK))
		if g := me.Grants[0]; g.Ended.IsZero() || len(g.Heirs) != 2 || g.Heirs[0].Name != "两江新区" || g.Heirs[1].Name != "北碚区" {
			t.Errorf("of oneself: %+v", g)
		}
		look(t, last, alone.id) // what stood there is worked on
		last.Post("/incidents", merge(body, fields{"place": yubei, "places": []string{yubei}})).Want(http.StatusUnprocessableEntity).Names("body.place", "place_ended")
		order := fields{"id": newID(), "number": "渝北府指〔2026〕9 号", "issuer": "渝北区人民政府", "how": "paper", "issuedAt": w.Now(), "place": yubei}
		last.Post("/instructions", order).Want(http.StatusUnprocessableEntity).Names("body.place", "place_ended")
		last.Post("/instructions", merge(order, fields{"issuedAt": w.Now().Add(-2 * time.Hour)})).Want(http.StatusCreated)
		late := ask(t, w, fields{"point": nil, "place": renhe})
		last.Get("/reports/"+late.id).Refused(http.StatusNotFound, "not_found") // what is new is another's
		look(t, moved, late.id)

		secadmin.Post("/grants/"+list[0].Grants[0].ID+"/revoke", fields{"reason": "区划调整"}).Want(http.StatusNoContent)
		if n := todo(secadmin, "ended", ""); n.Count != 0 {
			t.Errorf("revoked: %+v", n)
		}
	})
}
