package access_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/seal"
)

const password = "a long enough password"

type installation struct {
	*access.Service
	clock *clock.Fake
	t     *testing.T
}

func fresh(t *testing.T, d *db.DB) installation {
	t.Helper()
	ctx := context.Background()
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	places, err := place.Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Now())
	s := access.New(d, places, seal.NewKeeper(d, master), c, access.Config{PasswordKiB: 64}) // these tests are not about the cost of guessing
	s.GoBy(func(time.Time) (access.Limits, error) {
		return access.Limits{
			SessionIdle: 12 * time.Hour, SessionWhole: 7 * 24 * time.Hour, WrongBefore: 5, LockedFor: 10 * time.Minute, EnrolWithin: 72 * time.Hour, StrangersKept: 30 * 24 * time.Hour,
		}, nil
	})
	return installation{s, c, t}
}

func three() []access.Administrator {
	return []access.Administrator{
		{Role: access.SystemAdmin, Login: "sys", Name: "温以恒"}, {Role: access.Security, Login: "sec", Name: "薛静安"}, {Role: access.Auditor, Login: "aud", Name: "孟怀瑾"},
	}
}

// setUp goes through the setup and returns the enrolment tokens.
func (i installation) setUp() []string {
	i.t.Helper()
	code, err := i.SetupCode(context.Background())
	if err != nil {
		i.t.Fatal(err)
	}
	tokens, err := i.Setup(context.Background(), strings.ToLower(code), three())
	if err != nil {
		i.t.Fatal(err)
	}
	return tokens
}

// enrol sets password and factor and returns the secret of the factor.
func (i installation) enrol(token string) string {
	i.t.Helper()
	e, err := i.OpenLink(context.Background(), token)
	if err != nil {
		i.t.Fatal(err)
	}
	code, err := totp.GenerateCode(e.Secret, i.clock.Now())
	if err != nil {
		i.t.Fatal(err)
	}
	if err := i.Enrol(context.Background(), token, password, code, nil); err != nil {
		i.t.Fatal(err)
	}
	return e.Secret
}

// signIn opens a session with the code of the clock's moment and returns a context of the actor.
func (i installation) signIn(login, secret string) context.Context {
	i.t.Helper()
	i.clock.Advance(30 * time.Second) // a code counts once
	code, err := totp.GenerateCode(secret, i.clock.Now())
	if err != nil {
		i.t.Fatal(err)
	}
	_, actor, err := i.SignIn(context.Background(), login, password, code, "test")
	if err != nil {
		i.t.Fatalf("%s: %v", login, err)
	}
	return access.With(context.Background(), actor)
}

func TestFirstStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i, ctx := fresh(t, d), context.Background()
		if open, err := i.SetupOpen(ctx); err != nil || open {
			t.Fatalf("open before a code was printed: %v", err)
		}
		if _, err := i.Setup(ctx, "", three()); !errors.Is(err, access.ErrSetupClosed) {
			t.Fatal(err)
		}
		code, err := i.SetupCode(ctx)
		if err != nil || code == "" {
			t.Fatal(err)
		}
		if _, err := i.Setup(ctx, "AAAA-AAAA-AAAA-AAAA", three()); !errors.Is(err, access.ErrSetupCode) {
			t.Errorf("a wrong code: %v", err)
		}
		same := three()
		same[1].Login = "sys"
		if _, err := i.Setup(ctx, code, same); fault.KindOf(err) != fault.Invalid {
			t.Errorf("one person in two offices: %v", err)
		}
		odd := three()
		odd[1].Login, odd[2].Name = "!", "\x07 "
		_, err = i.Setup(ctx, code, odd)
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 2 || f.Fields[0].Location != "body.administrators[1].login" || f.Fields[1].Location != "body.administrators[2].name" {
			t.Errorf("what is wrong with two of the three: %v", err)
		}
		tokens, err := i.Setup(ctx, code, three())
		if err != nil || len(tokens) != 3 {
			t.Fatal(err)
		}
		if _, err := i.Setup(ctx, code, three()); !errors.Is(err, access.ErrSetupClosed) {
			t.Errorf("a second setup: %v", err)
		}
		if code, err := i.SetupCode(ctx); err != nil || code != "" {
			t.Errorf("another code after the setup: %q, %v", code, err)
		}
		if err := i.Enrol(ctx, tokens[0], password, "", nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an administrator without a factor: %v", err)
		}
		secret := i.enrol(tokens[0])
		if err := i.Enrol(ctx, tokens[0], password, "000000", nil); !errors.Is(err, access.ErrLink) {
			t.Errorf("a link used twice: %v", err)
		}
		if _, _, err := i.SignIn(ctx, "sys", password, "", "test"); !errors.Is(err, access.ErrCodeNeeded) {
			t.Errorf("without the code: %v", err)
		}
		i.signIn("sys", secret)
		used, err := totp.GenerateCode(secret, i.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := i.SignIn(ctx, "sys", password, used, "test"); !errors.Is(err, access.ErrCode) {
			t.Errorf("a code used twice: %v", err)
		}
	})
}

func TestTwoSetupsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := fresh(t, d)
		code, err := i.SetupCode(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for n := range errs {
			wg.Go(func() { _, errs[n] = i.Setup(context.Background(), code, three()) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("one of two must win: %v, %v", errs[0], errs[1])
		}
	})
}

// Whoever lost the link before it was used gets a new one, which ends the old; an account that is in use is helped by the
// terminal, unless a role has come to demand a factor that it lacks.
func TestANewLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i, ctx := fresh(t, d), context.Background()
		tokens := i.setUp()
		sec := i.signIn("sec", i.enrol(tokens[1]))
		acc := access.Account{ID: id.New(), Login: "zong", Name: "江若川", Unit: "市应急局"}
		first, err := i.Invite(sec, acc)
		if err != nil {
			t.Fatal(err)
		}
		again, err := i.Invite(sec, acc) // the answer was lost
		if err != nil || again == first {
			t.Fatalf("the same invitation again: %v", err)
		}
		if _, err := i.OpenLink(ctx, first); !errors.Is(err, access.ErrLink) {
			t.Errorf("the link before: %v", err)
		}
		other := acc
		other.Name = "何听澜"
		if _, err := i.Invite(sec, other); !errors.Is(err, fault.ErrIDReused) {
			t.Errorf("another person under the same id: %v", err)
		}
		other.ID = id.New()
		if token, err := i.Invite(sec, other); !errors.Is(err, access.ErrLoginTaken) || token != "" {
			t.Errorf("another person under the same login: %q, %v", token, err)
		}
		third, login, err := i.Relink(sec, acc.ID)
		if err != nil || login != "zong" {
			t.Fatalf("%q, %v", login, err)
		}
		if err := i.Enrol(ctx, again, password, "", nil); !errors.Is(err, access.ErrLink) {
			t.Errorf("the link before: %v", err)
		}
		if err := i.Enrol(ctx, third, password, "", nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := i.Relink(sec, acc.ID); !errors.Is(err, access.ErrEnrolled) {
			t.Errorf("an account in use: %v", err)
		}
		if _, err := i.Invite(sec, acc); !errors.Is(err, access.ErrEnrolled) {
			t.Errorf("an account in use, invited again: %v", err)
		}
		g := access.Grant{ID: id.New(), Role: access.Office, Place: "/50/"}
		for range 2 {
			if err := i.Give(sec, acc.ID, g); err != nil {
				t.Fatalf("the same grant twice: %v", err)
			}
		}
		if err := i.Give(sec, acc.ID, access.Grant{ID: g.ID, Role: access.General, Place: "/50/"}); !errors.Is(err, fault.ErrIDReused) {
			t.Errorf("another grant under the same id: %v", err)
		}
		bound, _, err := i.Relink(sec, acc.ID)
		if err != nil {
			t.Fatalf("a role that demands a factor: %v", err)
		}
		i.enrol(bound)
		if _, _, err := i.Relink(sec, acc.ID); !errors.Is(err, access.ErrEnrolled) {
			t.Errorf("with the factor: %v", err)
		}
		self, err := access.From(sec)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := i.Relink(sec, self.Account); !errors.Is(err, access.ErrSelf) {
			t.Errorf("for oneself: %v", err)
		}
		if _, _, err := i.Relink(sec, id.New()); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("for nobody: %v", err)
		}
	})
}

func TestGrants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := fresh(t, d)
		tokens := i.setUp()
		sys, sec := i.signIn("sys", i.enrol(tokens[0])), i.signIn("sec", i.enrol(tokens[1]))
		secretary := access.Account{ID: id.New(), Login: "zong", Name: "江若川", Unit: "市应急局"}
		token, err := i.Invite(sec, secretary)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := i.Invite(sys, access.Account{ID: id.New(), Login: "x-y-z", Name: "甲"}); err == nil {
			t.Error("the system administrator made an account")
		}
		self, err := access.From(sec)
		if err != nil {
			t.Fatal(err)
		}
		if err := i.Give(sec, self.Account, access.Grant{ID: id.New(), Role: access.General, Place: "/50/"}); !errors.Is(err, access.ErrSelf) {
			t.Errorf("a grant to oneself: %v", err)
		}
		office := access.Grant{ID: id.New(), Role: access.Office, Place: "/50/"}
		if err := i.Give(sec, secretary.ID, office); err != nil {
			t.Fatal(err)
		}
		if err := i.Confirm(sec, office.ID); !errors.Is(err, access.ErrSecond) {
			t.Errorf("confirmed by who proposed it: %v", err)
		}
		secret := i.enrol(token)
		if a, _ := access.From(i.signIn("zong", secret)); a.May(access.NeedPublish, "/50/500110/") {
			t.Error("a grant counts before it is confirmed")
		}
		if err := i.Confirm(sys, office.ID); err != nil {
			t.Fatal(err)
		}
		if a, _ := access.From(i.signIn("zong", secret)); !a.May(access.NeedPublish, "/50/500110/") || a.May(access.NeedPublish, "/52/520112/") {
			t.Error("a confirmed grant counts at its place and nowhere else")
		}
		first := access.Grant{ID: id.New(), Role: access.SystemAdmin, Place: place.Root}
		if err := i.Give(sec, secretary.ID, first); err != nil {
			t.Fatal(err)
		}
		if err := i.Give(sec, secretary.ID, access.Grant{ID: id.New(), Role: access.Auditor, Place: place.Root}); !errors.Is(err, access.ErrTwoOffices) {
			t.Errorf("two administrators' roles: %v", err)
		}
		if err := i.Revoke(sec, office.ID, "轮岗"); err != nil {
			t.Fatal(err)
		}
		if a, _ := access.From(i.signIn("zong", secret)); a.May(access.NeedPublish, "/50/") {
			t.Error("a revoked grant counts")
		}
	})
}

func TestWithoutAFactorAnApproverCannotSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := fresh(t, d)
		sec := i.signIn("sec", i.enrol(i.setUp()[1]))
		acc := access.Account{ID: id.New(), Login: "plain", Name: "柳如砚"}
		token, err := i.Invite(sec, acc)
		if err != nil {
			t.Fatal(err)
		}
		if err := i.Enrol(context.Background(), token, password, "", nil); err != nil {
			t.Fatal(err) // no role demands a factor yet
		}
		if err := i.Give(sec, acc.ID, access.Grant{ID: id.New(), Role: access.Office, Place: "/50/"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := i.SignIn(context.Background(), "plain", password, "", "test"); !errors.Is(err, access.ErrFactorNeeded) {
			t.Errorf("signed in: %v", err)
		}
	})
}

func TestRecovery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := fresh(t, d)
		old := i.enrol(i.setUp()[1])
		i.signIn("sec", old)
		token, err := i.Recover(context.Background(), "sec")
		if err != nil {
			t.Fatal(err)
		}
		renewed := i.enrol(token)
		code, err := totp.GenerateCode(old, i.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := i.SignIn(context.Background(), "sec", password, code, "test"); !errors.Is(err, access.ErrCode) {
			t.Errorf("the lost factor still counts: %v", err)
		}
		i.signIn("sec", renewed)
		if _, err := i.Recover(context.Background(), "nobody"); !errors.Is(err, fault.ErrNotFound) {
			t.Error(err)
		}
	})
}
