package app

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/id"
)

// A session that was open when the backup was made is not open in what is restored from it: it may have been ended since, with the
// device that held it. What is moved keeps its sessions.
func TestNobodyIsSignedInAfterARestore(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		ctx, at := t.Context(), clock.NewFake(time.Date(2026, time.June, 18, 0, 30, 0, 0, time.UTC))
		install := func(o db.Options) Config {
			return Config{Data: filepath.Join(t.TempDir(), "data"), DatabaseURL: o.URL, Home: "50", Conns: o.Conns, PasswordKiB: 64, NoFactors: true, Clock: at}
		}
		cfg := install(o)
		a := opened(t, cfg)
		desk := a.as("secadmin", access.Grant{Role: access.Security, Place: place.Root})(ctx)
		link := must(a.Access.Invite(desk, access.Account{ID: id.New(), Login: "zhiban", Name: "罗知远", Unit: "綦江区应急局"}))(t)
		if err := a.Access.Enrol(ctx, link, DemoPassword, "", nil); err != nil {
			t.Fatal(err)
		}
		token, _, err := a.Access.SignIn(ctx, "zhiban", DemoPassword, "", "browser")
		if err != nil {
			t.Fatal(err)
		}
		closed(t, a)

		file, keys := filepath.Join(t.TempDir(), "of.age"), filepath.Join(t.TempDir(), "keys.age")
		key := must(age.GenerateX25519Identity())(t)
		copied, moved := install(db.Options{}), install(db.Options{})
		copied.MasterKey, moved.MasterKey = a.masterFile(), a.masterFile()
		from, to, other := must(OpenData(ctx, cfg))(t), must(OpenEmpty(ctx, copied))(t), must(OpenEmpty(ctx, moved))(t)
		must(Backup(ctx, from, file, keys, key.Recipient()))(t)
		must(Restore(ctx, to, file, keys, "", key))(t)
		must(Move(ctx, from, other))(t)
		if err := errors.Join(from.Close(), to.Close(), other.Close()); err != nil {
			t.Fatal(err)
		}
		b, c := opened(t, copied), opened(t, moved)
		defer closed(t, b)
		defer closed(t, c)
		if _, err := b.Access.Resume(ctx, token); err == nil {
			t.Error("the session goes on in the copy")
		}
		if _, err := c.Access.Resume(ctx, token); err != nil {
			t.Errorf("what was moved: %v", err)
		}
		if _, _, err := b.Access.SignIn(ctx, "zhiban", DemoPassword, "", "browser"); err != nil {
			t.Errorf("signing in again: %v", err)
		}
	})
}
