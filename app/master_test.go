package app

import (
	"path/filepath"
	"testing"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// An installation whose key a program gives opens what the key sealed, and leaves no file of the key beside the data.
func TestTheMasterKeyComesFromACommand(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		at := clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))
		cfg := Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: at, MasterKey: filepath.Join(t.TempDir(), "safe")}
		report := lived(t, cfg)
		cfg.MasterKeyRun = "cat " + cfg.MasterKey
		if a, err := Open(t.Context(), cfg); err == nil {
			closed(t, a)
			t.Fatal("a file and a command were both taken")
		}
		cfg.MasterKey = ""
		goesOn(t, cfg, report, 0)

		cfg.MasterKeyRun = "cat " + filepath.Join(cfg.Data, "no such file")
		if a, err := Open(t.Context(), cfg); err == nil {
			closed(t, a)
			t.Fatal("it started without the key")
		}
		left, err := filepath.Glob(cfg.Data + ".master-key*")
		if err != nil || len(left) > 0 {
			t.Errorf("a key was made although a command gives it: %v, %v", left, err)
		}
	})
}
