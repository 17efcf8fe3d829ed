package access

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/input"
	"lianyuan/platform/journal"
	"lianyuan/platform/once"
)

// Account is a person who may sign in.
type Account struct {
	ID    string
	Login string // lower case
	Name  string
	Unit  string
}

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,39}$`)

// proper brings what a person wrote of an account into the form in which it is kept, and says what is wrong; at is where it stands
// below the body.
func (a *Account) proper(at string) []fault.Field {
	var c input.Check
	a.Login = strings.ToLower(strings.TrimSpace(a.Login))
	c.Bad(!loginShape.MatchString(a.Login), at+"login", "login_shape", "账号为 3 至 40 位小写字母、数字、点或横线", "a login has 3 to 40 lower-case letters, digits, dots or dashes")
	c.Line(&a.Name, at+"name", 40, true)
	c.Line(&a.Unit, at+"unit", 80, false)
	return c.Wrong()
}

// The faults of accounts.
var (
	ErrLoginTaken = fault.New(fault.Conflict, "login_taken", "该账号已存在", "this login is taken")
	// ErrEnrolled: a link would take the account over.
	ErrEnrolled = fault.New(fault.Conflict, "account_enrolled", "该账号已启用；遗失口令或动态口令的，由管理员在服务器终端办理", "this account is in use; who lost password or authenticator is helped in the server's terminal")
)

// Invite makes an account without any grant and returns the token of its enrolment link: the person sets the own
// password and factor with it. For the security administrator; the token is shown once. The same invitation again is the
// same account with a new link, and the link before opens nothing any more; from somebody else it is refused. Fails with
// ErrLoginTaken, fault.ErrIDReused.
func (s *Service) Invite(ctx context.Context, a Account) (token string, err error) {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return "", err
	}
	if f := fault.Invalids(a.proper("")...); f != nil {
		return "", f
	}
	key, err := s.keeper.Lookup(ctx)
	if err != nil {
		return "", err
	}
	token, link, err := s.newLink(ctx, a.ID, actor.Account)
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		again, err := once.NewLog(key).Again(tx, a.ID, actor.Account, "account.invite", a.ID, a)
		switch {
		case err != nil:
			return err
		case again:
			return relink(tx, a.ID, actor.Account, link)
		}
		n, err := insertAccount(tx, a, "")
		switch {
		case err != nil:
			return err
		case n == 0:
			return taken(tx, a.ID)
		}
		if err := link(tx); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "account.created", Kind: "account", Subject: a.ID, Version: 1, Place: string(place.Root), Scope: journal.Guard,
			Actor: actor.Account, Body: map[string]string{"login": a.Login},
		})
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// taken says what of a new account another one has: the id or the login.
func taken(tx *db.Tx, account string) error {
	var n int
	if err := tx.Get(`SELECT count(*) FROM account WHERE id = $1`, []any{account}, &n); err != nil {
		return err
	}
	if n > 0 {
		return fault.ErrIDReused
	}
	return ErrLoginTaken
}

// Relink makes a new enrolment link for somebody who could not use the one before in time, or whose role has come to demand
// a factor that the account lacks. The link before opens nothing any more. Fails with ErrEnrolled for everybody else:
// recovery is a command of the terminal.
func (s *Service) Relink(ctx context.Context, account string) (token, login string, err error) {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return "", "", err
	}
	if account == actor.Account {
		return "", "", ErrSelf
	}
	token, link, err := s.newLink(ctx, account, actor.Account)
	if err != nil {
		return "", "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if err := tx.Get(`SELECT login FROM account WHERE id = $1 AND active`, []any{account}, &login); err != nil {
			return err
		}
		return relink(tx, account, actor.Account, link)
	})
	if err != nil {
		return "", "", err
	}
	return token, login, nil
}

func relink(tx *db.Tx, account, by string, link func(*db.Tx) error) error {
	var password string
	var factor []byte
	if err := tx.Get(`SELECT password, factor FROM account WHERE id = $1`, []any{account}, &password, &factor); err != nil {
		return err
	}
	roles, err := rolesWaiting(tx, account)
	if err != nil {
		return err
	}
	lacks := len(factor) == 0 && slices.ContainsFunc(roles, Role.TakesFactor)
	if password != "" && !lacks {
		return ErrEnrolled
	}
	if err := link(tx); err != nil {
		return err
	}
	return journal.Append(tx, journal.Entry{
		Verb: "account.linked", Kind: "account", Subject: account, Place: string(place.Root), Scope: journal.Guard, Actor: by,
		Body: map[string]bool{"enrolled": password != ""},
	})
}

// The faults of granting.
var (
	ErrSelf       = fault.New(fault.Forbidden, "grant_self", "不能给自己授权，也不能确认给自己的授权", "nobody grants to themself")
	ErrSecond     = fault.New(fault.Forbidden, "second_person", "须由另一人确认", "another person must confirm this")
	errLapsed     = fault.New(fault.Conflict, "grant_lapsed", "授权期限已过，无法确认；请重新授权", "the period of this grant has passed: grant anew")
	ErrTwoOffices = fault.New(fault.Conflict, "two_administrators", "同一人不能兼任两种管理员", "nobody holds two administrators' roles")
)

// Give grants a role. Nobody grants to themself; a grant has a place, a team or an incident; an administrator's or
// approver's role waits until a second person confirms it.
func (s *Service) Give(ctx context.Context, account string, g Grant) error {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return err
	}
	if account == actor.Account {
		return ErrSelf
	}
	if err := g.check(); err != nil {
		return err
	}
	confirmed := actor.Account
	if g.Role.TakesTwo() {
		confirmed = ""
	}
	key, err := s.keeper.Lookup(ctx)
	if err != nil {
		return err
	}
	said := g
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		g := said
		again, err := once.NewLog(key).Again(tx, g.ID, actor.Account, "grant.give", account, g)
		if again || err != nil {
			return err
		}
		var known int
		if err := tx.Get(`SELECT count(*) FROM account WHERE id = $1`, []any{account}, &known); err != nil {
			return err
		}
		if known == 0 {
			return fault.ErrNotFound
		}
		if err := s.places.Tree().RefuseEnded(g.Place, tx.Now, "body.place"); err != nil {
			return err
		}
		if g.NotBefore.IsZero() {
			g.NotBefore = tx.Now
		}
		if !g.NotAfter.IsZero() && !g.NotAfter.After(tx.Now) {
			return fault.InvalidField("body.notAfter", "past", "失效时间已过", "it would have ended already")
		}
		if err := insertGrant(tx, account, g, actor.Account, confirmed); err != nil {
			return err
		}
		verb, state := "given", "in_force"
		if confirmed == "" {
			verb, state = "proposed", "proposed"
		}
		return journal.Append(tx, grantEntry(verb, state, g.ID, account, g, actor.Account))
	})
	if db.IsUnique(err) {
		return ErrTwoOffices
	}
	s.forget()
	return err
}

func (g Grant) check() error {
	bound := 0
	for _, on := range []bool{g.Place != "", g.Team != "", g.Incident != ""} {
		if on {
			bound++
		}
	}
	switch {
	case !g.Role.Valid():
		return fault.InvalidField("body.role", "role_unknown", "没有这个角色", "there is no such role")
	case bound != 1, (g.Role == Leader) != (g.Team != ""):
		return fault.InvalidField("body.place", "grant_bound", "队长授权绑定队伍，其他角色绑定辖区或事件", "a leader is bound to a team, every other role to a place or an incident")
	case !g.NotAfter.IsZero() && !g.NotAfter.After(g.NotBefore):
		return fault.InvalidField("body.notAfter", "before_begin", "失效时间早于生效时间", "it ends before it begins")
	}
	return nil
}

// Confirm is the second person behind a grant that takes one: neither who proposed it nor who receives it.
func (s *Service) Confirm(ctx context.Context, grant string) error {
	actor, err := Require(ctx, AccountConfirm, place.Root)
	if err != nil {
		return err
	}
	defer s.forget()
	return s.db.Update(ctx, func(tx *db.Tx) error {
		account, by, g, err := grantByID(tx, grant)
		switch {
		case err != nil:
			return err
		case account == actor.Account:
			return ErrSelf
		case by == actor.Account:
			return ErrSecond
		}
		n, err := tx.Exec(`UPDATE role_grant SET confirmed_by = $1, confirmed_at = $2 WHERE id = $3 AND confirmed_at = 0 AND revoked_at IS NULL`,
			actor.Account, clock.Micro(tx.Now), grant)
		if err != nil || n == 0 {
			return err
		}
		if !g.NotAfter.IsZero() && !g.NotAfter.After(tx.Now) {
			return errLapsed
		}
		if err := s.places.Tree().RefuseEnded(g.Place, tx.Now, "path.id"); err != nil {
			return err
		}
		return journal.Append(tx, grantEntry("given", "in_force", grant, account, g, actor.Account).Since(grantWas("proposed")))
	})
}

// ToConfirm are the grants that wait for a second person and that this account may be: neither who proposed nor who
// receives them. What has lapsed meanwhile, or is bound to a place that has ended, cannot be confirmed any more: it waits for who
// gives grants, to take it back. For contexts above.
func (s *Service) ToConfirm(tx *db.Tx, account string) (n int, err error) {
	tree := s.places.Tree()
	err = tx.Each(func(sc db.Scanner) error {
		var at string
		err := sc.Scan(&at)
		if tree.Ended(place.Path(at), tx.Now).IsZero() {
			n++
		}
		return err
	}, `SELECT place FROM role_grant
		WHERE confirmed_at = 0 AND revoked_at IS NULL AND (not_after = 0 OR not_after > $2) AND granted_by <> $1 AND account <> $1`, account, clock.Micro(tx.Now))
	return n, err
}

// Revoke ends a grant at once: open pages of the holder close within two seconds.
func (s *Service) Revoke(ctx context.Context, grant, reason string) error {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > 400 {
		return fault.InvalidField("body.reason", "missing", "请填写原因，不超过 400 字", "give a reason of at most 400 characters")
	}
	defer s.forget()
	return s.db.Update(ctx, func(tx *db.Tx) error {
		account, _, g, err := grantByID(tx, grant)
		if err != nil {
			return err
		}
		var confirmed int64
		if err := tx.Get(`SELECT confirmed_at FROM role_grant WHERE id = $1`, []any{grant}, &confirmed); err != nil {
			return err
		}
		was := grantWas("in_force")
		if confirmed == 0 {
			was = grantWas("proposed")
		}
		if n, err := revokeGrant(tx, grant, actor.Account); err != nil || n == 0 { // somebody revoked it at the same time
			return err
		}
		e := grantEntry("revoked", "revoked", grant, account, g, actor.Account).Since(was)
		e.Reason = reason
		return journal.Append(tx, e)
	})
}

// Holder is an account with its grants, as administrators see it.
type Holder struct {
	Account
	Enrolled bool
	Factor   bool
	Locked   bool
	Identity Identified // zero: not on record
	Grants   []HeldGrant

	paper []byte
}

// HeldGrant is a grant that is not revoked; Confirmed is false while it waits for the second person.
type HeldGrant struct {
	Grant
	GivenBy   string // account id
	Confirmed bool
}

// HolderFilter says which accounts a list shows.
type HolderFilter struct {
	Query   string // a part of login, name or unit
	Unknown bool   // only who may decide about teams and of whom it is not known which they belong to
	Ended   bool   // only who holds a grant at a place that has ended
	After   string // login
	Limit   int
}

// Holders lists accounts by login.
func (s *Service) Holders(ctx context.Context, f HolderFilter) (list []Holder, err error) {
	if _, err := Require(ctx, AccountSee, place.Root); err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		list, err = holders(tx, s.places.Tree(), f)
		return err
	})
	for i := range list {
		h := &list[i]
		if err != nil || h.paper == nil {
			continue
		}
		var plain []byte
		var who Identity
		if plain, err = s.keeper.Open(ctx, h.paper, "account:"+h.ID+":paper"); err == nil {
			err = json.Unmarshal(plain, &who)
		}
		h.Identity.Number = who.Number
	}
	return list, err
}

// grantEntry is what the journal says of a grant that is proposed, in_force or revoked.
func grantEntry(verb, state, grant, account string, g Grant, actor string) journal.Entry {
	return journal.Entry{
		Verb: "grant." + verb, Kind: "grant", Subject: grant, Version: 1, Place: string(place.Root), Scope: journal.Guard, Actor: actor,
		Body: grantSaid{account, g.Role, g.Place, g.Team, g.Incident, state},
	}
}

// grantWas is the state of a grant before a change.
func grantWas(state string) journal.Was { return journal.Was{}.With("state", state) }
