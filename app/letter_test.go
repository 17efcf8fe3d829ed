package app

import (
	"errors"
	"path/filepath"
	"testing"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
)

// Two installations that meet one day must not have given the same number: each has a letter from its first start on.
func TestAnInstallationKeepsItsLetter(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		cfg := Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: clock.System{}, Letter: "T"}
		records := func(a *App) string {
			t.Helper()
			now := a.cfg.Clock.Now()
			ctx := access.With(t.Context(), access.Actor{Account: "office", Name: "秦可舟", At: now, Grants: []access.Grant{{Role: access.Office, Place: "/50/", Sees: a.Places.Tree().Scope("50", now)}}})
			i := incident.Incident{ID: id.New(), Name: "暴雨洪涝", Class: "natural", Severity: 2, Place: "/50/", Places: []place.Path{"/50/500110/"}, HQ: "市级现场抢险救援指挥部", Commander: "秦可舟", Began: now}
			if err := a.Incidents.Record(ctx, i); err != nil {
				t.Fatal(err)
			}
			var number string
			if err := a.DB.View(ctx, func(tx *db.Tx) error {
				return tx.Get(`SELECT number FROM incident WHERE id = $1`, []any{i.ID}, &number)
			}); err != nil {
				t.Fatal(err)
			}
			return number
		}
		a, err := Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if n := records(a); n != "SJ-T0001" {
			t.Errorf("the first number is %s", n)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		cfg.Letter = "U"
		if _, err := Open(t.Context(), cfg); !errors.Is(err, ErrLetter) {
			t.Errorf("another letter: %v", err)
		}
		cfg.Letter = "t"
		if _, err := Open(t.Context(), cfg); err == nil {
			t.Error("a letter that is none was taken")
		}
		cfg.Letter = ""
		if a, err = Open(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		if n := records(a); n != "SJ-T0002" {
			t.Errorf("the second number is %s", n)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
