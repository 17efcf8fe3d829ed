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

// tongjing is a town of 渝北区 until midnight, and of 北碚区 afterwards.
const tongjing = "500112133"

// A town goes over from 渝北区 to 北碚区 with reports and needs in it: 北碚区 finds them under the name of the town, in its lists, counts
// and map, verifies and publishes; the town goes on; 两江新区, which gets the rest of the district, sees none of it.
func TestATownThatMovesTakesItsReportsAlong(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		changes(t, w)
		w.Later(24*time.Hour - 10*time.Minute)
		yubeiOffice := bureau(w, "yubei", "/50/500112/")
		found(t, yubeiOffice, yubei)
		w.Account("town", "石望川")
		w.Grant("town", access.Grant{Role: access.General, Place: "/50/500112/500112133/"})
		open, waiting := ask(t, w, fields{"point": nil, "place": tongjing}), ask(t, w, fields{"point": nil, "place": tongjing, "phone": phone2, "text": "二楼被困，水位上涨"})
		need := verified(t, yubeiOffice, open.id, nil)
		old := instruct(t, w, yubeiOffice, fields{"issuer": "渝北区人民政府", "place": yubei})
		yubeiOffice.Post("/needs/"+need+"/publish", fields{"id": newID(), "version": 0, "instruction": old, "audience": []string{"teams", "public"}}).Want(http.StatusOK)
		incident := flood(t, w, yubeiOffice, fields{"place": yubei, "places": []string{tongjing}})
		activate(yubeiOffice, incident).Want(http.StatusOK)

		w.Later(15 * time.Minute)
		beibei, heir, town := bureau(w, "beibei", "/50/500109/"), liangjiang(t, w), w.As("town")
		found(t, beibei, "500109")
		late := ask(t, w, fields{"point": nil, "place": tongjing, "phone": phone2, "text": "屋顶待援"})
		if r := readReport(t, beibei, late.id); r.Place.Path != "/50/500109/500112133/" {
			t.Errorf("a report after midnight lies at %s", r.Place.Path)
		} else if !slices.ContainsFunc(r.Similar, func(x api.SimilarOut) bool { return x.Report.ID == waiting.id }) {
			t.Errorf("beside it stands %+v, and not the call from the same phone before", r.Similar)
		}
		for who, c := range map[string]*apptest.Client{"北碚区": beibei, "统景镇": town, "重庆市": w.As("office")} {
			list := queue(t, c, "?place="+tongjing)
			got := idsOf(list.Items)
			if n := list.Counts["received"]; n != 2 {
				t.Errorf("%s counts %v", who, list.Counts)
			}
			for _, r := range []asked{waiting, late} {
				if !slices.Contains(got, r.id) {
					t.Errorf("%s misses a report of the town: %v", who, got)
				}
			}
			needs := apptest.Read[api.PageOf[api.NeedOut]](c.Get("/needs?state=all&place=" + tongjing).Want(http.StatusOK)).Items
			if len(needs) != 1 || needs[0].ID != need {
				t.Errorf("%s finds %d needs in the town", who, len(needs))
			}
			if p := readNeed(t, c, need).Place; p.Name != "统景镇" {
				t.Errorf("%s: the need lies at %+v", who, p)
			}
		}
		if got := idsOf(queue(t, beibei, "?place=500109").Items); !slices.Contains(got, waiting.id) || !slices.Contains(got, late.id) {
			t.Errorf("in the new district: %v", got)
		}
		if got := idsOf(queue(t, heir, "").Items); len(got) != 0 {
			t.Errorf("两江新区 sees %v", got)
		}
		heir.Get("/reports/"+waiting.id).Refused(http.StatusNotFound, "not_found")

		// What is left is worked on: by the town and by the new district, under its instruction, in the incident that runs.
		second := verified(t, town, waiting.id, nil)
		publish(beibei, second, instruct(t, w, beibei, fields{"issuer": "北碚区人民政府", "place": "500109"})).Want(http.StatusOK)
		out := apptest.Read[api.JoinedOut](beibei.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "area": tongjing}).Want(http.StatusOK))
		if out.Joined != 3 {
			t.Errorf("%d joined the incident", out.Joined)
		}
		for _, code := range []string{tongjing, "500109"} {
			if list := apptest.Read[api.PublicNeeds](w.Public().Get("/public/needs?place=" + code).Want(http.StatusOK)).Items; len(list) != 1 {
				t.Errorf("published to everybody at %s: %+v", code, list)
			}
		}
	})
}
