package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/clock"
	"lianyuan/platform/document/pdftest"
)

// A pass is saved as PDF by whoever reads it, in the language asked for, the driver named to whom the page names them;
// all valid passes of an incident come in one file, as far as one may see them.
//
// proves: S004-55
func TestPassesOnPaper(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, c := w.As("office"), approvedCars(t, w, 3)
		lead, other := w.Leader("captain", c.team), w.Leader("stranger", enrolTeam(office, fields{"home": "500119", "name": "德隆救援队"}))
		gate := guard(w, "gate", apptest.Qijiang)
		all, of := "/incidents/"+c.incident+"/passes/paper", func(p api.PassDetail) string { return "/passes/" + p.ID + "/paper" }
		office.Get(all).Refused(http.StatusConflict, "pass.no_papers")
		one, two := issued(office, passFor(w, c, nil)), issued(office, passFor(w, c, fields{"vehicle": c.vehicles[1], "driver": ""}))
		revoked := issued(office, passFor(w, c, fields{"vehicle": c.vehicles[2]}))
		office.Post("/passes/"+revoked.ID+"/revoke", fields{"id": newID(), "version": revoked.Version, "reason": "改派"}).Want(http.StatusOK)

		got := office.Get(of(one)).Want(http.StatusOK)
		if kind := got.Header.Get("Content-Type"); kind != "application/pdf" || !bytes.HasPrefix(got.Body, []byte("%PDF-")) {
			t.Fatalf("it is %s: %.20q", kind, got.Body)
		}
		if name := got.Header.Get("Content-Disposition"); !strings.HasPrefix(name, `attachment; filename="`+one.Number+`.pdf"; filename*=UTF-8''`+one.Number+`-%E6%B8%9D`) {
			t.Errorf("it is saved as %s", name)
		}
		paper := pdftest.Read(t, got.Body)
		for _, want := range []string{one.Number, one.Plate, "蓝牌", one.OutFrom.In(clock.Beijing).Format("2006-01-0215:04") + "至", "余知秋", "有效", "未申请", "南川—綦江，渝黔高速"} {
			if !strings.Contains(paper.Drawn, want) {
				t.Errorf("%q does not stand on it: %s", want, paper.Drawn)
			}
		}
		if len(paper.Pages) != 1 || !bytes.Equal(got.Body, office.Get(of(one)).Want(http.StatusOK).Body) {
			t.Errorf("%d pages, or not the same twice", len(paper.Pages))
		}
		if english := pdftest.Read(t, office.With("Accept-Language", "en").Get(of(one)).Want(http.StatusOK).Body); !strings.Contains(english.Drawn, "Mayenter") {
			t.Errorf("in English: %s", english.Drawn)
		}
		for by, named := range map[*apptest.Client]bool{lead: true, gate: false} {
			if sheet := pdftest.Read(t, by.Get(of(one)).Want(http.StatusOK).Body); strings.Contains(sheet.Drawn, "余知秋") != named || !strings.Contains(sheet.Drawn, one.Number) {
				t.Errorf("the driver should be named: %v, on %s", named, sheet.Drawn)
			}
		}
		if dead := pdftest.Read(t, office.Get(of(revoked)).Want(http.StatusOK).Body); !strings.Contains(dead.Drawn, "已撤销") || strings.Contains(dead.Drawn, "有效") {
			t.Errorf("the revoked one says %s", dead.Drawn)
		}

		for _, by := range []*apptest.Client{office, lead} {
			sheets := by.Get(all).Want(http.StatusOK)
			list := pdftest.Read(t, sheets.Body)
			if len(list.Pages) != 2 || !strings.Contains(list.Drawn, one.Number) || !strings.Contains(list.Drawn, two.Number) || strings.Contains(list.Drawn, revoked.Number) {
				t.Errorf("%d pages: %s", len(list.Pages), list.Drawn)
			}
		}
		if list := pdftest.Read(t, office.Get(all+"?team="+c.team+"&offer="+c.offer).Want(http.StatusOK).Body); len(list.Pages) != 2 {
			t.Errorf("of its team: %d pages", len(list.Pages))
		}
		office.Get(all+"?team="+newID()).Refused(http.StatusConflict, "pass.no_papers")
		office.Get(all+"?offer="+newID()).Refused(http.StatusConflict, "pass.no_papers")
		other.Get(of(one)).Refused(http.StatusNotFound, "not_found")
		other.Get(all).Refused(http.StatusNotFound, "not_found")
		office.Get("/passes/"+newID()+"/paper").Refused(http.StatusNotFound, "not_found")
		w.Stranger().Get(of(one)).Refused(http.StatusUnauthorized, "signed_out")

		w.Clock.Advance(one.BackTo.Sub(w.Now()) + time.Second)
		office = w.SignIn("office", apptest.Password)
		if late := pdftest.Read(t, office.Get(of(one)).Want(http.StatusOK).Body); !strings.Contains(late.Drawn, "已过期") {
			t.Errorf("the one that has run out says %s", late.Drawn)
		}
		office.Get(all).Refused(http.StatusConflict, "pass.no_papers")
	})
}

// One account has sheets drawn so often in a minute and no more; another is not held up by it, nor the next minute.
func TestPapersAreLimited(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, all := w.As("office"), "/incidents/"+newID()+"/passes/paper"
		for range 6 {
			office.Get(all).Refused(http.StatusNotFound, "not_found")
		}
		office.Get(all).Refused(http.StatusTooManyRequests, "too_many")
		w.As("zonghe").Get(all).Refused(http.StatusNotFound, "not_found")
	})
}
