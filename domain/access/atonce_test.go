package access_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lianyuan/domain/access"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
)

// errAfter is the refusal of whoever comes after somebody else.
var errAfter = errors.New("on record already")

// atOnce calls in the same moment and says how many succeeded; all others must fail as said.
func atOnce(t *testing.T, n int, refused error, fn func(i int) error) (well int) {
	t.Helper()
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = fn(i) })
	}
	all.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			well++
		case !errors.Is(err, refused):
			t.Errorf("refused with %v, want %v", err, refused)
		}
	}
	return well
}

// However many write at once, on two nodes: a login is one person's, nobody comes to hold two administrators' roles, a link
// is used once and a code of the authenticator counts once.
func TestAccountsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := fresh(t, d)
		tokens := i.setUp()
		sec := i.signIn("sec", i.enrol(tokens[1]))
		nodes := []installation{i, fresh(t, d)}

		links, ids := make([]string, 6), make([]string, 6)
		if n := atOnce(t, 6, access.ErrLoginTaken, func(k int) (err error) {
			ids[k] = id.New()
			links[k], err = nodes[k%2].Invite(sec, access.Account{ID: ids[k], Login: "zong", Name: "江若川", Unit: "市应急局"})
			return err
		}); n != 1 {
			t.Fatalf("%d accounts with one login", n)
		}
		var link, account string
		for k := range links {
			if links[k] != "" {
				link, account = links[k], ids[k]
			}
		}

		roles := []access.Role{access.SystemAdmin, access.Auditor, access.Security}
		if n := atOnce(t, 6, access.ErrTwoOffices, func(k int) error {
			return nodes[k%2].Give(sec, account, access.Grant{ID: id.New(), Role: roles[k%3], Place: "/"})
		}); n != 1 {
			t.Errorf("one person was named administrator %d times", n)
		}

		e, err := i.OpenLink(context.Background(), link)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(e.Secret, i.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if n := atOnce(t, 4, access.ErrLink, func(k int) error {
			return nodes[k%2].Enrol(context.Background(), link, password, code, nil)
		}); n != 1 {
			t.Errorf("a link was used %d times", n)
		}
		i.clock.Advance(time.Minute)
		if code, err = totp.GenerateCode(e.Secret, i.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if n := atOnce(t, 4, access.ErrCode, func(int) error {
			_, _, err := i.SignIn(context.Background(), "zong", password, code, "test")
			return err
		}); n != 1 {
			t.Errorf("a code counted %d times", n)
		}
	})
}

// However many accounts are said at once, on two nodes, to be one person: one is; and of those who say at once who one account
// is, one is heard.
func TestOnePersonOneAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := fresh(t, d)
		sec := i.signIn("sec", i.enrol(i.setUp()[1]))
		nodes, accounts := []installation{i, fresh(t, d)}, make([]string, 4)
		for k := range accounts {
			accounts[k] = id.New()
			if _, err := i.Invite(sec, access.Account{ID: accounts[k], Login: fmt.Sprintf("person-%d", k), Name: "江若川"}); err != nil {
				t.Fatal(err)
			}
		}
		if n := atOnce(t, 4, access.ErrPersonTaken, func(k int) error {
			return nodes[k%2].Identify(sec, id.New(), accounts[k], access.Identity{Number: "34052419800101001X"}, "")
		}); n != 1 {
			t.Errorf("%d accounts of one person", n)
		}
		free := accounts[0]
		list, err := i.Holders(sec, access.HolderFilter{Query: "person-", Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			if h.Identity.At.IsZero() {
				free = h.ID
			}
		}
		// who comes after the first finds it on record: nothing is replaced without a reason
		if n := atOnce(t, 4, errAfter, func(k int) error {
			err := nodes[k%2].Identify(sec, id.New(), free, access.Identity{Number: fmt.Sprintf("E%07d", k)}, "")
			if errors.Is(err, access.ErrIdentified) || fault.KindOf(err) == fault.Invalid {
				return errAfter
			}
			return err
		}); n != 1 {
			t.Errorf("%d said who one account is", n)
		}
	})
}
