package api_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"

	"lianyuan/app/apptest"
)

// noted is what people at desks and on the scene write down; each names somebody. None is real.
var noted = map[string]string{
	"check-in": "领队慕容枕石腿伤未愈", "rotated": "司徒望舒接其母入院", "missing": "最后由公冶听泉在桥头看见", "vehicle": "车交由濮阳观澜看管", "item": "一艘借与钟离拾薪",
	"lent": "由闻人煮雪落水遗失", "home": "濮阳观澜之父来电报平安", "progress": "转出澹台疏影一家三口", "supply": "交给皇甫采薇签收", "asked": "宇文折柳能否同车", "answered": "宇文折柳可随车",
}

// Notes that name people stand sealed wherever they are written on site, the journal knows none of them, and whoever may
// read them reads them as they were written (ADR 20).
func TestNotesFromTheSiteStandSealed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		pages := writeNotes(t, w)
		kept := everythingKept(t, w)
		rows, err := w.App.Journal.Read(context.Background(), 0, 10_000)
		if err != nil || len(rows) < 10 {
			t.Fatalf("%d journal rows, %v", len(rows), err)
		}
		var journal bytes.Buffer
		for _, r := range rows {
			journal.Write(r.Body)
			journal.WriteString(r.Reason)
		}
		for what, words := range noted {
			if bytes.Contains(kept, []byte(words)) || bytes.Contains(journal.Bytes(), []byte(words)) {
				t.Errorf("%s stands in clear", what)
			}
			if pages[what] == "" { // of a vehicle that is gone, no page says more than that it is
				continue
			}
			if page := w.As("office").Get(pages[what]).Want(http.StatusOK); !bytes.Contains(page.Body, []byte(words)) {
				t.Errorf("%s is not read any more: %s", what, page.Body)
			}
		}
	})
}

// writeNotes writes every note down, and is where each is read.
func writeNotes(t *testing.T, w *apptest.World) map[string]string {
	t.Helper()
	office := w.As("office")
	inc, need := running(t, w), publishedNeed(t, w, nil)
	guests := received(office, inc, fields{
		"id": newID(), "point": pointOf(w, inc), "teamName": "车友群", "contact": fields{"name": "余知秋", "phone": phone2}, "extra": []fields{{"name": "余知秋", "phone": phone2}}, "note": noted["check-in"],
	})
	x := comes(t, w, inc, need, "金佛山救援队")

	m := tell(office, inc, task(w, readParty(office, x.party), nil))
	missionAfter(office, m.ID, "accept", nil)
	missionAfter(office, m.ID, "set-out", nil)
	missionAfter(office, m.ID, "progress", fields{"words": noted["progress"]})
	missionAfter(office, m.ID, "cancel", fields{"reason": "改由他队"})

	request := askSupport(office, inc, x.team, nil)
	office.Post("/support/"+request+"/route", supportStep("route")).Want(http.StatusOK)
	office.Post("/support/"+request+"/supply", merge(because(noted["supply"]), fields{"quantity": 20})).Want(http.StatusOK)
	enquiry := newID()
	asks(office, inc, fields{"id": enquiry, "teamName": "车友群", "words": noted["asked"]}).Want(http.StatusCreated)
	office.Post("/enquiries/"+enquiry+"/answer", enquiryStep(noted["answered"])).Want(http.StatusOK)

	office.Post("/withdrawals/"+planned(w, office, inc, x.party).ID+"/order", fields{"id": newID(), "version": 0}).Want(http.StatusOK)
	line := newID()
	office.Post(x.path("/handbacks"), fields{"id": newID(), "lines": []fields{{"id": line, "what": "卫星电话", "unit": "部", "lent": 1, "lender": "市商务委"}}}).Want(http.StatusOK)
	office.Post(x.path("/handbacks/"+line+"/record"), fields{"id": newID(), "version": 1, "back": 0, "damaged": 0, "lost": 1, "note": noted["lent"]}).Want(http.StatusOK)
	sh := sheetOf(office, x)
	heads := counted(sh, nil)["heads"].([]fields)
	heads[0] = fields{"id": sh.Heads[0].ID, "why": "rotated", "note": noted["rotated"]}
	heads[1] = fields{"id": sh.Heads[1].ID, "why": "missing", "note": noted["missing"]}
	office.Post(x.path("/check-out"), counted(sh, fields{
		"heads": heads, "vehicles": []fields{{"id": sh.Rides[0].ID, "with": false, "note": noted["vehicle"]}}, "items": []fields{{"kind": "boat", "out": 1, "note": noted["item"]}},
	})).Want(http.StatusOK)
	sheet := office.Get(x.path("/departure")).Want(http.StatusOK)
	if !bytes.Contains(sheet.Body, []byte(noted["missing"])) {
		t.Errorf("who is missing: %s", sheet.Body)
	}

	atParty(office, guests.ID, "turn-back", fields{"reason": "力量已足"}).Want(http.StatusOK)
	away := onSite{incident: inc, party: guests.ID}
	office.Post(away.path("/check-out"), counted(sheetOf(office, away), nil)).Want(http.StatusOK)
	office.Post(away.path("/home"), because(noted["home"])).Want(http.StatusOK)
	return map[string]string{
		"check-in": "/parties/" + guests.ID, "home": "/parties/" + guests.ID, "rotated": "/parties/" + x.party, "missing": x.path("/departure"),
		"item": x.path("/departure"), "lent": x.path("/departure"), "progress": "/missions/" + m.ID, "supply": "/support/" + request, "asked": "/enquiries/" + enquiry, "answered": "/enquiries/" + enquiry,
	}
}
