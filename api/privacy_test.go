package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"lianyuan/app"
	"lianyuan/app/apptest"
	"lianyuan/platform/db"
)

// planted are values that no one but the desk may ever read. None is real.
var planted = struct{ phones, names, words, numbers []string }{
	phones:  []string{"13800007711", "13800007722", "02385557733", "13800007744"},
	names:   []string{"欧阳栖迟", "令狐听雪"},
	numbers: []string{"990000196403050018", "E77112233"},
	words:   []string{"灶台上那只蓝壶", "屋后第三棵黄桷树", "我侄儿在坝上", "她只会说彝语", "请敲后窗两下", "核对了她的生肖"},
}

// What somebody in need says stands sealed: neither the database with its log, nor the journal, nor what the program
// logs, nor a backup, encrypted or not, holds a planted number, name, word or receipt in clear.
func TestNothingPersonalInClear(t *testing.T) {
	logs := &lockedBuffer{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		secrets := slices.Concat(planted.phones, planted.names, planted.words, planted.numbers)
		receipts := tellPlanted(t, w)
		for _, r := range receipts {
			secrets = append(secrets, r, strings.ReplaceAll(r, "-", ""))
		}
		kept := everythingKept(t, w)
		if !bytes.Contains(kept, []byte("沙溪路老人需转移")) || !bytes.Contains(kept, []byte("report.received")) {
			t.Fatal("the search does not even find what stands in clear")
		}
		rows, err := w.App.Journal.Read(context.Background(), 0, 10_000)
		if err != nil || len(rows) < 10 {
			t.Fatalf("%d journal rows, %v", len(rows), err)
		}
		var journal bytes.Buffer
		for _, r := range rows {
			journal.Write(r.Body)
			journal.WriteString(r.Reason + r.Subject + r.Actor + r.Verb)
		}
		sealed, rowsOf := backedUp(t, w)
		if !bytes.Contains(rowsOf, []byte("沙溪路老人需转移")) || bytes.Contains(sealed, []byte("沙溪路老人需转移")) {
			t.Fatal("the search does not read the backup, or the backup is not encrypted")
		}
		for _, s := range secrets {
			for where, text := range map[string][]byte{
				"the database": kept, "the journal": journal.Bytes(), "the log": logs.Bytes(), "the backup": sealed, "the backup, decrypted": rowsOf,
			} {
				if bytes.Contains(text, []byte(s)) {
					t.Errorf("%q stands in clear in %s", s, where)
				}
			}
		}
		if !bytes.Contains(logs.Bytes(), []byte("probe of the log")) {
			t.Error("the log was not captured")
		}
	})
}

// tellPlanted tells a story with every planted value in it, errors included, and returns the receipts.
func tellPlanted(t *testing.T, w *apptest.World) (receipts []string) {
	t.Helper()
	slog.Info("probe of the log")
	desk := w.As("zonghe")
	first := ask(t, w, fields{"phone": planted.phones[0], "name": planted.names[0], "text": planted.words[0], "address": planted.words[1]})
	second := ask(t, w, fields{"phone": planted.phones[1], "name": planted.names[1], "text": planted.words[0], "address": planted.words[1]})
	w.Public().Form("/report", url.Values{"phone": {planted.phones[2]}, "text": {planted.words[0]}}).Want(http.StatusCreated)
	desk.Post("/reports", call(fields{"phone": planted.phones[3], "name": planted.names[0], "text": planted.words[1]})).Want(http.StatusCreated)
	claim(w, first.receipt, "add", planted.words[2]+planted.phones[1]).Want(http.StatusNoContent)

	look(t, desk, first.id)
	desk.Post("/reports/"+first.id+"/attempts", fields{"id": newID(), "method": "call_back", "result": "reached", "note": planted.words[3] + planted.phones[0]}).Want(http.StatusOK)
	desk.Post("/reports/"+first.id+"/reveal", fields{"purpose": "回拨"}).Want(http.StatusOK)
	d := decide(t, desk, first.id, fields{"outcome": "verified", "need": draft(nil), "message": planted.words[4], "note": planted.words[5]})
	publish(desk, d.Need, instruct(t, w, desk, nil)).Want(http.StatusOK)
	office := w.As("office")
	of := enrolTeam(office, fields{"contact": fields{"name": planted.names[1], "phone": planted.phones[2]}})
	office.Post("/teams/"+of+"/members", someone(fields{"name": planted.names[0], "phone": planted.phones[0], "number": planted.numbers[0]})).Want(http.StatusCreated)
	identifies(w.As("xietiao"), w.ID("xietiao"), planted.numbers[0], "").Want(http.StatusNoContent)
	office.Post("/teams/"+of+"/members", someone(fields{"name": planted.names[0], "number": planted.numbers[0]})).Want(http.StatusUnprocessableEntity)
	office.Post("/teams/"+of+"/members", someone(fields{"paper": "passport", "number": planted.numbers[1]})).Want(http.StatusCreated)
	desk.Post("/reports/"+second.id+"/merge", fields{"id": newID(), "version": 0, "into": first.id}).Want(http.StatusOK)
	searchable(w)
	for _, p := range slices.Concat(planted.phones, planted.names, planted.words[:3]) {
		if len(queue(t, desk, "?stage=all&q="+url.QueryEscape(p)).Items) == 0 {
			t.Errorf("no report is found by %q", p)
		}
	}
	flood := running(t, w)
	group := received(office, flood, fields{
		"id": newID(), "point": atDesk(office, flood).Points[0].ID, "team": of, "contact": fields{"name": planted.names[0], "phone": planted.phones[2]},
		"extra": []fields{{"name": planted.names[0], "phone": planted.phones[0], "number": planted.numbers[0]}, {"name": planted.names[1], "phone": planted.phones[1]}},
	})
	atParty(office, group.ID, "regularise", fields{"reason": "留用", "waiver": "现场统一投保"}).Want(http.StatusOK)
	atParty(office, group.ID, "walk-in", fields{"person": fields{"name": planted.names[1], "number": planted.numbers[1]}}).Want(http.StatusOK)
	office.Post("/parties/"+group.ID+"/reveal", fields{"purpose": "核对"}).Want(http.StatusOK)
	progress(t, w, first.receipt)
	w.Public().Form("/receipt", url.Values{"receipt": {first.receipt}}).Want(http.StatusOK)

	again := call(fields{"id": first.id, "phone": planted.phones[2]})
	w.Public().Post("/public/reports", again).Want(http.StatusConflict)
	w.Public().Post("/public/reports", `{"id": "`+planted.phones[0]+`", "people": "`+planted.names[0]+`"}`)
	w.Public().Post("/public/receipts", fields{"receipt": planted.phones[0]})
	w.Stranger().Post("/session", fields{"login": planted.phones[0], "password": planted.words[0]})
	desk.Post("/reports/"+first.id+"/outcome", fields{"id": newID(), "version": 0, "outcome": "false", "note": planted.words[5]})
	desk.Get("/reports?cursor=" + planted.phones[0])
	return []string{first.receipt, second.receipt}
}

// everythingKept is all that the database holds: the files of SQLite as they lie there, every column of PostgreSQL.
func everythingKept(t *testing.T, w *apptest.World) []byte {
	t.Helper()
	var all bytes.Buffer
	if w.File != "" {
		err := filepath.WalkDir(filepath.Dir(w.File), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all.Bytes()
	}
	err := w.App.DB.View(context.Background(), func(tx *db.Tx) error {
		var columns [][3]string
		err := tx.Each(func(s db.Scanner) error {
			var c [3]string
			err := s.Scan(&c[0], &c[1], &c[2])
			columns = append(columns, c)
			return err
		}, `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`)
		if err != nil {
			return err
		}
		for _, c := range columns {
			value := `convert_to("` + c[1] + `"::text, 'UTF8')`
			if c[2] == "bytea" {
				value = `"` + c[1] + `"`
			}
			err := tx.Each(func(s db.Scanner) error {
				var v []byte
				err := s.Scan(&v)
				all.Write(append(v, '\n'))
				return err
			}, `SELECT `+value+` FROM "`+c[0]+`"`)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// backedUp is a backup as it lies on a disk, and what whoever has its key reads in it: every value, bytes as they are.
func backedUp(t *testing.T, w *apptest.World) (sealed, rows []byte) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "of.age")
	if _, err := app.Backup(t.Context(), w.App.DB, path, path+".keys", key.Recipient()); err != nil {
		t.Fatal(err)
	}
	if sealed, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	open, err := age.Decrypt(bytes.NewReader(sealed), key)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := gzip.NewReader(open)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for each := json.NewDecoder(stream); ; {
		var line struct{ Row []any }
		if err := each.Decode(&line); errors.Is(err, io.EOF) {
			return sealed, all.Bytes()
		} else if err != nil {
			t.Fatal(err)
		}
		for _, v := range line.Row {
			if in, ok := v.(map[string]any); ok { // bytes stand in base64, which would hide what is in them
				text, err := base64.StdEncoding.DecodeString(in["bytes"].(string)) //nolint:forcetypeassert // nothing else is an object
				if err != nil {
					t.Fatal(err)
				}
				v = string(text)
			}
			fmt.Fprintln(&all, v)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) Bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}
