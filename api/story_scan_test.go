package api_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/platform/db"
)

func scansOf(incident, decision string) string {
	return "/incidents/" + incident + "/decisions/" + decision + "/scans"
}

func attaches(c *apptest.Client, incident, decision, id, kind string, content []byte) *apptest.Answer {
	return c.Send(http.MethodPut, "/api/v1"+scansOf(incident, decision)+"/"+id, kind, content)
}

// pngOf is a picture of so many pixels each way.
func pngOf(side int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegOf(side int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var paperPDF = []byte("%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n")

// A decision that is recorded on somebody's behalf carries photos and scans of its paper: kept whole and sealed, the same
// twice once, no more and no larger than parameters say, and nothing that is not what it says. Whoever sees the incident reads
// them; who recorded the decision adds to it, and who records decisions of the incident.
func TestDecisionsCarryScans(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, inc := w.As("office"), running(t, w)
		said := onBehalf(w, fields{"about": "other", "words": "加大力量", "how": "phone", "reference": ""})
		office.Post("/incidents/"+inc+"/decisions", said).Want(http.StatusOK)
		decision := said["id"].(string)
		first, photo := newID(), jpegOf(40)
		attaches(office, inc, decision, first, "image/jpeg", photo).Want(http.StatusNoContent)
		attaches(office, inc, decision, first, "image/jpeg", photo).Want(http.StatusNoContent)
		attaches(office, inc, decision, first, "image/jpeg", jpegOf(41)).Refused(http.StatusConflict, "id_reused")
		attaches(office, inc, decision, newID(), "application/pdf", paperPDF).Want(http.StatusNoContent)
		attaches(office, inc, decision, newID(), "image/png; charset=binary", pngOf(5)).Want(http.StatusNoContent)

		for name, file := range map[string]struct {
			kind    string
			content []byte
		}{
			"a picture that says to be another": {"image/png", photo}, "a page": {"text/html", []byte("<script>alert(1)</script>")},
			"a page that says to be a picture": {"image/jpeg", []byte("<script>alert(1)</script>")}, "half a paper": {"application/pdf", paperPDF[:20]},
			"half a photo": {"image/jpeg", photo[:len(photo)/2]}, "the head of a picture": {"image/png", pngOf(40)[:33]},
			"a program": {"application/pdf", []byte("MZ\x90\x00%PDF-1.4 %%EOF")}, "nothing": {"image/png", nil}, "no type": {"image", photo},
		} {
			if a := attaches(office, inc, decision, newID(), file.kind, file.content); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		attaches(office, inc, decision, newID(), "image/png", photo).Want(http.StatusUnprocessableEntity).Names("body", "file_kind")
		script := bytes.Replace(paperPDF, []byte("/Catalog"), []byte("/Catalog /OpenAction <</S /JavaScript /JS (x)>>"), 1)
		attaches(office, inc, decision, newID(), "application/pdf", script).Want(http.StatusUnprocessableEntity).Names("body", "file_active")
		setting(office, "decision.scan_size", "9000").Want(http.StatusUnprocessableEntity).Names("body.value", "number_range")
		setting(office, "decision.scan_size", "1").Want(http.StatusNoContent)
		setting(office, "decision.scans_most", "4").Want(http.StatusNoContent)
		w.Settled()
		attaches(office, inc, decision, newID(), "image/jpeg", append(slices.Clone(photo), make([]byte, 2000)...)).Want(http.StatusUnprocessableEntity).Names("body", "file_size")
		attaches(office, inc, decision, newID(), "image/png", pngOf(6)).Want(http.StatusNoContent)
		attaches(office, inc, decision, newID(), "image/png", pngOf(7)).Refused(http.StatusConflict, "decision.scans_full")

		reader := w.As("qijiang")
		list := apptest.Read[api.PageOf[api.ScanOut]](reader.Get(scansOf(inc, decision)).Want(http.StatusOK)).Items
		if len(list) != 4 || list[0].ID != first || list[0].Kind != "image/jpeg" || list[0].Size != len(photo) || list[0].By != "秦可舟" || list[1].Kind != "application/pdf" {
			t.Fatalf("the scans: %+v", list)
		}
		got := reader.Get(scansOf(inc, decision) + "/" + first).Want(http.StatusOK)
		if !bytes.Equal(got.Body, photo) || got.Header.Get("Content-Type") != "image/jpeg" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("read back: %d bytes as %q, %v", len(got.Body), got.Header.Get("Content-Type"), got.Header)
		}
		d := readIncident(t, office, inc).Decisions
		if at := slices.IndexFunc(d, func(x api.DecisionOut) bool { return x.ID == decision }); at < 0 || d[at].Scans != 4 {
			t.Errorf("among the decisions: %+v", d)
		}
		var stored []byte
		if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
			return tx.Get(`SELECT content FROM decision_scan WHERE id = $1`, []any{first}, &stored)
		}); err != nil || bytes.Contains(stored, photo[:16]) {
			t.Errorf("it stands in clear: %v", err)
		}

		attaches(reader, inc, decision, newID(), "image/png", pngOf(8)).Refused(http.StatusForbidden, "forbidden")
		lead := w.Leader("captain", enrolTeam(office, nil))
		lead.Get(scansOf(inc, decision)).Refused(http.StatusNotFound, "not_found")
		lead.Get(scansOf(inc, decision)+"/"+first).Refused(http.StatusNotFound, "not_found")
		other := flood(t, w, nil)
		office.Get(scansOf(other, decision)+"/"+first).Refused(http.StatusNotFound, "not_found")
		w.Stranger().Get(scansOf(inc, decision)).Refused(http.StatusUnauthorized, "signed_out")
		attaches(w.Stranger(), inc, decision, newID(), "image/png", make([]byte, 300<<10)).Want(http.StatusRequestEntityTooLarge)
	})
}

func papersOf(instruction string) string { return "/instructions/" + instruction + "/scans" }

func attachesPaper(c *apptest.Client, instruction, id, kind string, content []byte) *apptest.Answer {
	return c.Send(http.MethodPut, "/api/v1"+papersOf(instruction)+"/"+id, kind, content)
}

// An instruction carries photos and scans of its paper, when it is recorded and when the paper of an oral one comes: the same
// twice once, no more and no larger than parameters say, nothing that is not what it says, sealed under the key of its place,
// whether it covers one incident or none. Whoever sees the instruction reads them; who records instructions there adds to it.
//
// proves: S004-76
func TestInstructionsCarryScans(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, office, inc := w.As("zonghe"), w.As("office"), running(t, w)
		order := instruct(t, w, group, fields{"number": nil, "how": "phone", "issuer": "市政府值班领导", "place": "50"})
		first, photo := newID(), jpegOf(40)
		attachesPaper(group, order, first, "image/jpeg", photo).Want(http.StatusNoContent)
		attachesPaper(group, order, first, "image/jpeg", photo).Want(http.StatusNoContent)
		attachesPaper(group, order, first, "image/jpeg", jpegOf(41)).Refused(http.StatusConflict, "id_reused")
		group.Post("/instructions/"+order+"/papers", fields{"id": newID(), "number": "渝府应急〔2024〕7 号", "dated": w.Now()}).Want(http.StatusOK)
		attachesPaper(office, order, newID(), "application/pdf", paperPDF).Want(http.StatusNoContent)
		attachesPaper(group, order, newID(), "image/jpeg", []byte("<script>alert(1)</script>")).Want(http.StatusUnprocessableEntity).Names("body", "file_kind")
		setting(office, "decision.scan_size", "1").Want(http.StatusNoContent)
		setting(office, "decision.scans_most", "2").Want(http.StatusNoContent)
		w.Settled()
		attachesPaper(group, order, newID(), "image/jpeg", append(slices.Clone(photo), make([]byte, 2000)...)).Want(http.StatusUnprocessableEntity).Names("body", "file_size")
		attachesPaper(group, order, newID(), "image/png", pngOf(7)).Refused(http.StatusConflict, "instruction.scans_full")

		reader := w.As("qijiang") // the city's instruction covers the county
		list := apptest.Read[api.PageOf[api.ScanOut]](reader.Get(papersOf(order)).Want(http.StatusOK)).Items
		if len(list) != 2 || list[0].ID != first || list[0].Kind != "image/jpeg" || list[0].Size != len(photo) || list[0].By != "江若川" || list[1].Kind != "application/pdf" || list[1].By != "秦可舟" {
			t.Fatalf("the scans: %+v", list)
		}
		got := reader.Get(papersOf(order) + "/" + first).Want(http.StatusOK)
		if !bytes.Equal(got.Body, photo) || got.Header.Get("Content-Type") != "image/jpeg" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("read back: %d bytes as %q, %v", len(got.Body), got.Header.Get("Content-Type"), got.Header)
		}
		all := apptest.Read[api.PageOf[api.Instruction]](reader.Get("/instructions").Want(http.StatusOK)).Items
		if len(all) != 1 || all[0].Scans != 2 || len(all[0].Actions) != 0 {
			t.Errorf("among the instructions: %+v", all)
		}
		if own := apptest.Read[api.PageOf[api.Instruction]](group.Get("/instructions").Want(http.StatusOK)).Items; !slices.Equal(own[0].Actions, []string{"file"}) {
			t.Errorf("who records them is offered %v", own[0].Actions)
		}
		if kept := stored(t, w, `SELECT content FROM instruction_scan WHERE id = $1`, first); bytes.Contains(kept, photo[:16]) {
			t.Error("it stands in clear")
		}

		attachesPaper(reader, order, newID(), "image/png", pngOf(8)).Refused(http.StatusForbidden, "forbidden")
		county := instruct(t, w, group, fields{"incident": inc})
		attachesPaper(group, county, newID(), "image/png", pngOf(9)).Want(http.StatusNoContent)
		for of, scope := range map[string]string{order: "instruction:/50/", county: "instruction:/50/500110/"} {
			if got := keyUnder(t, w, of); got != scope {
				t.Errorf("the scan stands under the key of %q, and should under that of %q", got, scope)
			}
		}
		elsewhere := w.As("nanchuan")
		elsewhere.Get(papersOf(county)).Refused(http.StatusNotFound, "not_found")
		elsewhere.Get(papersOf(county)+"/"+first).Refused(http.StatusNotFound, "not_found")
		attachesPaper(elsewhere, county, newID(), "image/png", pngOf(8)).Refused(http.StatusNotFound, "not_found")
		office.Get(papersOf(county)+"/"+first).Refused(http.StatusNotFound, "not_found") // of another instruction
		lead := w.Leader("captain", enrolTeam(office, nil))
		lead.Get(papersOf(order)+"/"+first).Refused(http.StatusNotFound, "not_found")
		w.Stranger().Get(papersOf(order)).Refused(http.StatusUnauthorized, "signed_out")
		attachesPaper(w.Stranger(), order, newID(), "image/png", make([]byte, 300<<10)).Want(http.StatusRequestEntityTooLarge)
	})
}

// keyUnder is the scope whose key the first scan of an instruction stands under.
func keyUnder(t *testing.T, w *apptest.World, instruction string) string {
	t.Helper()
	content := stored(t, w, `SELECT content FROM instruction_scan WHERE instruction = $1 ORDER BY at, id LIMIT 1`, instruction)
	key, err := uuid.FromBytes(content[1:17]) // a sealed value names its key
	if err != nil {
		t.Fatal(err)
	}
	return string(stored(t, w, `SELECT scope FROM data_key WHERE id = $1`, key.String()))
}

// Two who attach the last file that an instruction may have: the second is told that it is full, and nothing is lost or counted
// twice.
func TestTwoAttachToAnInstruction(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		group, office := w.As("zonghe"), w.As("office")
		order := instruct(t, w, group, nil)
		setting(office, "decision.scans_most", "1").Want(http.StatusNoContent)
		w.Settled()
		answers := make(chan *apptest.Answer, 2)
		for _, c := range []*apptest.Client{group, office} {
			go func() { answers <- attachesPaper(c, order, newID(), "image/png", pngOf(3)) }()
		}
		one, two := <-answers, <-answers
		if one.Status == two.Status || one.Status+two.Status != http.StatusNoContent+http.StatusConflict {
			t.Errorf("answered %d and %d: %s %s", one.Status, two.Status, one.Body, two.Body)
		}
		if list := apptest.Read[api.PageOf[api.ScanOut]](group.Get(papersOf(order)).Want(http.StatusOK)).Items; len(list) != 1 {
			t.Errorf("%d scans of one", len(list))
		}
	})
}

// Who recorded a decision of others without recording decisions of the incident, as the coordination group writes down what an
// authority elsewhere has signed, attaches its paper; nobody else of the group does.
func TestWhoRecordedAttaches(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office, group, inc := w.As("office"), w.As("xietiao"), running(t, w)
		need, c := publishedNeed(t, w, nil), muster(w, fields{"home": xishui, "name": "习水娄山应急救援队"})
		o := submit(office, offer(t, office, signup(w, c, fields{"incident": inc, "needs": []string{need}})).ID, need)
		approveRoster(t, w, office, inc)
		decision := newID()
		does(group, o.ID, "sign-for", fields{"station": 1, "result": "agree", "decision": fields{
			"id": decision, "decidedBy": "贵州省应急管理厅值班室", "how": "phone", "decidedAt": w.Now(),
		}}).Want(http.StatusOK)
		attaches(group, inc, decision, newID(), "image/png", pngOf(3)).Want(http.StatusNoContent)
		attaches(w.As("zonghe"), inc, decision, newID(), "image/png", pngOf(4)).Refused(http.StatusForbidden, "forbidden")
		attaches(office, inc, decision, newID(), "image/png", pngOf(5)).Want(http.StatusNoContent)
	})
}
