package api_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"lianyuan/api"
	"lianyuan/app"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
	"lianyuan/domain/destruction"
	"lianyuan/platform/db"
)

func destructions(c *apptest.Client) api.DestructionList {
	return apptest.Read[api.DestructionList](c.Get("/destructions").Want(http.StatusOK))
}

func tried(c *apptest.Client, scope string) api.LotHeld {
	return apptest.Read[api.LotHeld](c.Get("/destructions/count?scope=" + url.QueryEscape(scope)).Want(http.StatusOK))
}

func proposeDestruction(c *apptest.Client, scope string) *apptest.Answer {
	return c.Post("/destructions", fields{"id": newID(), "scope": scope, "reason": "响应已终止，期限届满"})
}

func holdBack(w *apptest.World, c *apptest.Client, scope string, with fields) *apptest.Answer {
	return c.Post("/holds", merge(fields{
		"id": newID(), "scope": scope, "purpose": "evaluation", "lawful": "突发事件应对法第八十五条", "necessary": "调查评估组正在复核受困人数", "secure": "仅两人可查，查阅留痕",
		"until": w.Now().AddDate(0, 3, 0),
	}, with))
}

func takeDestruction(c *apptest.Client, id, verb string, version int64, reason string) *apptest.Answer {
	return c.Post("/destructions/"+id+"/"+verb, fields{"id": newID(), "version": version, "reason": reason})
}

// secondOffice is another person of the office, who confirms.
func secondOffice(w *apptest.World) *apptest.Client {
	if w.ID("office2") == "" {
		w.Account("office2", "裴书白")
		w.Grant("office2", access.Grant{Role: access.Office, Place: apptest.City})
	}
	return w.As("office2")
}

// over is an incident with all that a caller may say in it, closed and with its response ended.
func over(t *testing.T, w *apptest.World) (incident string, told asked, need string) {
	t.Helper()
	office := w.As("office")
	incident = running(t, w)
	office.Post("/incidents/"+incident+"/responses", startOf(w, nil)).Want(http.StatusOK)
	told = ask(t, w, fields{"phone": planted.phones[0], "name": planted.names[0], "text": planted.words[0], "address": planted.words[1], "vulnerable": []string{"elder"}})
	other := ask(t, w, fields{"phone": planted.phones[1], "text": planted.words[0]})
	claim(w, told.receipt, "add", planted.words[2]).Want(http.StatusNoContent)
	look(t, office, told.id)
	office.Post("/reports/"+told.id+"/attempts", fields{"id": newID(), "method": "call_back", "result": "reached", "note": planted.words[3]}).Want(http.StatusOK)
	need = decide(t, office, told.id, fields{"outcome": "verified", "need": draft(nil), "message": planted.words[4], "note": planted.words[5]}).Need
	look(t, office, other.id)
	decide(t, office, other.id, fields{"outcome": "false"})
	office.Post("/incidents/"+incident+"/reports", fields{"id": newID(), "reports": []string{told.id, other.id}}).Want(http.StatusOK)
	order := instruct(t, w, office, fields{"incident": incident})
	attachesPaper(office, order, newID(), "application/pdf", paperPDF).Want(http.StatusNoContent)
	publish(office, need, order).Want(http.StatusOK)
	asks(office, incident, fields{"teamName": "沙溪车友群", "words": planted.words[2]}).Want(http.StatusCreated)
	searchable(w)
	office.Post("/incidents/"+incident+"/close", because("全部撤离")).Want(http.StatusOK)
	return incident, told, need
}

func endsResponse(t *testing.T, w *apptest.World, incident string) {
	t.Helper()
	office := w.As("office")
	for _, r := range readIncident(t, office, incident).Responses {
		office.Post("/incidents/"+incident+"/responses/"+r.ID+"/end", onBehalf(w, nil)).Want(http.StatusOK)
	}
}

// column reads one value of the database.
func stored(t *testing.T, w *apptest.World, query string, args ...any) (b []byte) {
	t.Helper()
	if err := w.App.DB.View(context.Background(), func(tx *db.Tx) error { return tx.Get(query, args, &b) }); err != nil {
		t.Fatal(err)
	}
	return b
}

// What callers said is destroyed when the response is over: not before its time, not while an assessment holds it, not by one
// person alone. Afterwards nobody reads it, here or in a copy whose keys are those of today, and every figure stands.
func TestPersonalDataAreDestroyedAfterTheResponse(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		office := w.As("office")
		incident, told, need := over(t, w)
		scope := "incident:" + incident
		sealed, wrapped := stored(t, w, `SELECT person FROM report WHERE id = $1`, told.id), stored(t, w, `SELECT wrapped FROM data_key WHERE scope = $1`, scope)
		figures := readSummary(office, incident).Figures
		copied := copyOf(t, w)

		// Not before the response is over, and the time after it.
		if lots := destructions(office).Lots; slices.ContainsFunc(lots, func(l api.LotOut) bool { return l.Scope == scope }) {
			t.Errorf("a response is in force, and the lot is shown: %+v", lots)
		}
		proposeDestruction(office, scope).Refused(http.StatusConflict, "destruction.not_due")
		endsResponse(t, w, incident)
		proposeDestruction(office, scope).Refused(http.StatusConflict, "destruction.not_due")
		w.Later(31 * 24 * time.Hour)
		office = w.As("office")

		// Something unsettled stands in the way: the need is still open.
		if h := tried(office, scope); h.Obstacle != "destruction.unsettled" || h.Reports != 2 || h.Open != 1 || h.Claims != 1 || h.Notes != 2 || h.Words != 1 || h.Points != 1 || h.Lot.State != "due" {
			t.Fatalf("tried: %+v", h)
		}
		proposeDestruction(office, scope).Refused(http.StatusConflict, "destruction.unsettled")
		closeNeedOf(t, w, incident, need)
		office = w.As("office")

		holds(t, w, scope)
		old, young := dumpOf(t, w, -time.Hour), dumpOf(t, w, time.Hour)
		confirmedByTwo(t, w, secondOffice(w), scope)
		var done api.DestructionOut
		w.Eventually("the lot is destroyed", func() bool {
			past := destructions(office).Past
			n := slices.IndexFunc(past, func(d api.DestructionOut) bool { return d.State == "done" })
			done = past[max(n, 0)]
			return n >= 0
		})
		if done.Gone != (api.GoneOut{Reports: 2, Texts: 7, Tokens: 4, Points: 1}) || done.By != "秦可舟" || done.DecidedBy != "裴书白" || done.Number == "" || keysOf(done.Used) != "destruction.keep_days" || done.Used[0].Value != "30" || done.Used[0].At.Before(done.At) {
			t.Errorf("what was destroyed: %+v", done)
		}
		nothingIsLeft(t, w, told, need, sealed, wrapped)
		w.Eventually("the copy from before an upgrade is deleted, for it holds the key", func() bool {
			_, err := os.Stat(old)
			return os.IsNotExist(err)
		})
		if _, err := os.Stat(young); err != nil {
			t.Error(err)
		}
		if now := readSummary(office, incident).Figures; figure(t, now, "needs.received") != figure(t, figures, "needs.received") {
			t.Error("the figures changed")
		}
		if rows := queue(t, office, "?stage=all&incident="+incident+"&figure=received").Items; len(rows) != 2 {
			t.Errorf("the figure leads to %d reports", len(rows))
		}
		proposeDestruction(office, scope).Refused(http.StatusNotFound, "destruction.no_lot")
		stillReads(t, office, incident)
		copied.readBack(t, w, told)
	})
}

// dumpOf is a file as an upgrade leaves it, written some time from now.
func dumpOf(t *testing.T, w *apptest.World, from time.Duration) string {
	t.Helper()
	path, at := filepath.Join(w.Config().Data, "before-schema-"+newID()+".dump.gz"), w.Now().Add(from)
	if err := errors.Join(os.WriteFile(path, []byte("rows"), 0o600), os.Chtimes(path, at, at)); err != nil {
		t.Fatal(err)
	}
	return path
}

// closeNeedOf closes a need of a closed incident: headquarters reopens it for that.
func closeNeedOf(t *testing.T, w *apptest.World, incident, need string) {
	t.Helper()
	office := w.As("office")
	office.Post("/incidents/"+incident+"/reopen", fields{"version": 0, "reason": "收尾", "decision": onBehalf(w, nil)}).Want(http.StatusOK)
	office.Post("/needs/"+need+"/close", because("已办结")).Want(http.StatusOK)
	office.Post("/incidents/"+incident+"/close", because("收尾完毕")).Want(http.StatusOK)
	proposeDestruction(office, "incident:"+incident).Refused(http.StatusConflict, "destruction.not_due")
	w.Later(31 * 24 * time.Hour)
}

// holds keeps the lot after an assessment, and lets it go again.
func holds(t *testing.T, w *apptest.World, scope string) {
	t.Helper()
	office := w.As("office")
	holdBack(w, office, scope, fields{"purpose": "curiosity", "necessary": " "}).Want(http.StatusUnprocessableEntity).Names("body.purpose", "unknown").Names("body.necessary", "missing")
	holdBack(w, office, scope, fields{"until": w.Now().AddDate(2, 0, 0)}).Want(http.StatusUnprocessableEntity).Names("body.until", "range")
	holdBack(w, w.As("zonghe"), scope, nil).Refused(http.StatusNotFound, "not_found")
	one := newID()
	holdBack(w, office, scope, fields{"id": one}).Want(http.StatusOK)
	holdBack(w, office, scope, fields{"id": one}).Want(http.StatusOK) // sent twice is one
	proposeDestruction(office, scope).Refused(http.StatusConflict, "destruction.held")
	h := tried(office, scope)
	if h.Lot.State != "held" || len(h.Lot.Holds) != 1 || h.Obstacle != "destruction.held" || todo(office, "destroy", "").Count != 1 {
		t.Errorf("held: %+v", h.Lot)
	}
	lift := func(version int64) *apptest.Answer {
		return office.Post("/holds/"+h.Lot.Holds[0].ID+"/lift", fields{"id": newID(), "version": version, "reason": "评估已结束"})
	}
	lift(7).Refused(http.StatusConflict, "version_stale")
	lift(1).Want(http.StatusOK)
	lift(2).Refused(http.StatusConflict, "transition")
}

func confirmedByTwo(t *testing.T, w *apptest.World, second *apptest.Client, scope string) {
	t.Helper()
	office := w.As("office")
	if n := todo(office, "destroy", ""); n.Count != 2 || n.Page != "/destruction" {
		t.Errorf("the office is reminded of the incident, and of the month in which its reports came in: %+v", n)
	}
	proposeDestruction(w.As("qijiang"), scope).Refused(http.StatusNotFound, "not_found")
	proposeDestruction(office, scope).Want(http.StatusOK)
	proposeDestruction(office, scope).Refused(http.StatusConflict, "destruction.under_way")
	act := *tried(office, scope).Lot.Open
	takeDestruction(second, act.ID, "refuse", act.Version, "先核对").Want(http.StatusOK)
	takeDestruction(second, act.ID, "confirm", act.Version+1, "").Refused(http.StatusConflict, "transition")
	proposeDestruction(office, scope).Want(http.StatusOK)
	act = *tried(office, scope).Lot.Open
	if len(act.Actions) != 0 || todo(office, "destroy_confirm", "").Count != 0 || todo(second, "destroy_confirm", "").Count != 1 {
		t.Errorf("who confirms: %+v", act)
	}
	takeDestruction(office, act.ID, "confirm", act.Version, "").Refused(http.StatusForbidden, "second_person")
	takeDestruction(w.As("zonghe"), act.ID, "confirm", act.Version, "").Refused(http.StatusNotFound, "not_found")
	takeDestruction(second, act.ID, "confirm", 9, "").Refused(http.StatusConflict, "version_stale")
	takeDestruction(second, act.ID, "confirm", act.Version, "").Want(http.StatusOK)
}

func nothingIsLeft(t *testing.T, w *apptest.World, told asked, need string, sealed, wrapped []byte) {
	t.Helper()
	office := w.As("office")
	r := apptest.Read[api.ReportDetail](office.Get("/reports/" + told.id).Want(http.StatusOK))
	if r.Destroyed.IsZero() || r.Text+r.Address+r.PhoneMasked+r.NameMasked+r.Message != "" || r.Point != nil || len(r.Vulnerable) != 0 || len(r.Actions) != 0 || r.Outcome != "verified" {
		t.Errorf("the report: %+v", r)
	}
	for _, c := range r.ClaimList {
		if c.Text != "" {
			t.Errorf("a claim: %+v", c)
		}
	}
	office.Post("/reports/"+told.id+"/reopen", because("再核")).Refused(http.StatusConflict, "report_destroyed")
	if n := apptest.Read[api.NeedDetail](office.Get("/needs/" + need).Want(http.StatusOK)); n.Point != nil || n.Address != "" {
		t.Errorf("the need: %+v, %q", n.Point, n.Address)
	}
	w.Public().Post("/public/receipts", fields{"receipt": told.receipt}).Refused(http.StatusNotFound, "receipt_unknown")
	for _, q := range []string{planted.phones[0], planted.names[0], planted.words[0], planted.words[2], told.receipt} {
		if found := queue(t, office, "?stage=all&q="+url.QueryEscape(q)).Items; len(found) != 0 {
			t.Errorf("found by %q", q)
		}
	}
	kept := everythingKept(t, w)
	for what, bytesOf := range map[string][]byte{"what the caller said, sealed": sealed, "its key, wrapped": wrapped} {
		if bytes.Contains(kept, bytesOf) || bytes.Contains(kept, []byte(hex.EncodeToString(bytesOf))) {
			t.Errorf("%s is still in the database", what)
		}
	}
	other := w.Another() // a node that had the key in memory, or may make one
	ctx := access.With(context.Background(), access.Actor{Account: "o", At: w.Now(), Grants: []access.Grant{{Role: access.Office, Place: apptest.City, Sees: other.Places.Tree().Scope("50", w.Now())}}})
	if d, err := other.Needs.Get(ctx, told.id); err != nil || d.Person.Text != "" {
		t.Errorf("on another node: %+v, %v", d.Person, err)
	}
}

// stillReads holds that the paper of the instruction for an incident is archive: it stands when its lot was destroyed.
func stillReads(t *testing.T, c *apptest.Client, incident string) {
	t.Helper()
	list := apptest.Read[api.PageOf[api.Instruction]](c.Get("/instructions").Want(http.StatusOK)).Items
	at := slices.IndexFunc(list, func(i api.Instruction) bool { return i.Incident == incident })
	if at < 0 {
		t.Fatalf("no instruction of the incident: %+v", list)
	}
	scans := apptest.Read[api.PageOf[api.ScanOut]](c.Get(papersOf(list[at].ID)).Want(http.StatusOK)).Items
	if got := c.Get(papersOf(list[at].ID) + "/" + scans[0].ID).Want(http.StatusOK); !bytes.Equal(got.Body, paperPDF) {
		t.Errorf("%d bytes of its scan", len(got.Body))
	}
}

// copied is a backup that was made before a destruction.
type backup struct {
	rows, dir string
	key       *age.X25519Identity
}

func copyOf(t *testing.T, w *apptest.World) backup {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	b := backup{dir: t.TempDir(), key: key}
	b.rows = filepath.Join(b.dir, "before.age")
	if _, err := app.Backup(t.Context(), w.App.DB, b.rows, filepath.Join(b.dir, "keys.age"), key.Recipient()); err != nil {
		t.Fatal(err)
	}
	return b
}

// readBack restores the copy with the keys of today: what was destroyed meanwhile is unreadable at once, and is destroyed again.
func (b backup) readBack(t *testing.T, w *apptest.World, told asked) {
	t.Helper()
	ctx, keys := t.Context(), filepath.Join(b.dir, "keys.age")
	if _, err := app.Backup(ctx, w.App.DB, filepath.Join(b.dir, "after.age"), keys, b.key.Recipient()); err != nil {
		t.Fatal(err)
	}
	was := w.Config()
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "data"), Home: "50", Clock: w.Clock, PasswordKiB: 64, NoFactors: true, MasterKey: filepath.Clean(was.Data) + ".master-key"}
	d, err := app.OpenEmpty(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Restore(ctx, d, b.rows, keys, "", b.key); err != nil {
		t.Fatal(err)
	}
	var keysOf, held int
	if err := d.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT (SELECT count(*) FROM data_key WHERE scope LIKE 'incident:%'), (SELECT count(*) FROM report WHERE length(person) > 0)`, nil, &keysOf, &held)
	}); err != nil || keysOf != 0 || held != 2 {
		t.Fatalf("the copy has %d keys of incidents and %d sealed reports, %v", keysOf, held, err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	w.Eventually("the copy is destroyed again", func() bool {
		var left int
		if err := a.DB.View(ctx, func(tx *db.Tx) error {
			return tx.Get(`SELECT (SELECT count(*) FROM report WHERE length(person) > 0) + (SELECT count(*) FROM destruction WHERE state = 'running')`, nil, &left)
		}); err != nil {
			t.Fatal(err)
		}
		return left == 0
	})
	actor := access.Actor{Account: "o", At: w.Now(), Grants: []access.Grant{{Role: access.Office, Place: apptest.City, Sees: a.Places.Tree().Scope("50", w.Now())}}}
	if r, err := a.Needs.Get(access.With(ctx, actor), told.id); err != nil || r.Person.Text != "" || r.Destroyed.IsZero() {
		t.Errorf("read back: %+v, %v", r.Report, err)
	}
	if o, err := a.Destructions.Overview(access.With(ctx, actor)); err != nil || len(o.Past) == 0 || destruction.Cause(o.Past[0].Reason) != "destroyed_again" {
		t.Errorf("what the copy says of it: %+v, %v", o.Past, err)
	}
	if v, err := a.Journal.Verify(ctx); err != nil || len(v.Faults) > 0 {
		t.Errorf("the chain of the copy: %+v, %v", v, err)
	}
}

// Reports that joined no incident are destroyed by county and month; those of the month after, and of another county, stay.
func TestReportsWithoutIncidentAreDestroyedByMonth(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		june := ask(t, w, fields{"phone": planted.phones[0], "text": planted.words[0]})
		elsewhere := ask(t, w, fields{"place": "500119", "point": nil})
		w.Later(14 * 24 * time.Hour)
		july := ask(t, w, nil)
		w.Later(31 * 24 * time.Hour)
		office, second := w.As("office"), secondOffice(w)
		scope := "report:/50/500110/:2026-06"
		if h := tried(office, scope); h.Reports != 1 || h.Undecided != 1 || h.Lot.Month != "2026-06" || h.Obstacle != "destruction.unsettled" {
			t.Fatalf("tried: %+v", h)
		}
		look(t, office, june.id)
		decide(t, office, june.id, fields{"outcome": "self_rescued"})
		proposeDestruction(office, scope).Want(http.StatusOK)
		act := *tried(office, scope).Lot.Open
		takeDestruction(second, act.ID, "confirm", act.Version, "").Want(http.StatusOK)
		w.Eventually("the month is destroyed", func() bool { return destructions(office).Past[0].State == "done" })
		for id, gone := range map[string]bool{june.id: true, july.id: false, elsewhere.id: false} {
			if r := apptest.Read[api.ReportDetail](office.Get("/reports/" + id).Want(http.StatusOK)); r.Destroyed.IsZero() == gone || (r.Text == "") != gone {
				t.Errorf("%s: destroyed at %s, %q", id, r.Destroyed, r.Text)
			}
		}
	})
}
