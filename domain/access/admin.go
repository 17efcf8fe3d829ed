package access

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// Account is a person who may sign in.
type Account struct {
	ID    string
	Login string // lower case
	Name  string
	Unit  string
}

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,39}$`)

func (a Account) check() error {
	var wrong []fault.Field
	if !loginShape.MatchString(a.Login) {
		wrong = append(wrong, fault.Field{Location: "body.login", Code: "login_shape", Zh: "账号为 3 至 40 位小写字母、数字、点或横线", En: "a login has 3 to 40 lower-case letters, digits, dots or dashes"})
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(a.Name)); n == 0 || n > 40 {
		wrong = append(wrong, fault.Field{Location: "body.name", Code: "name_length", Zh: "姓名为 1 至 40 字", En: "a name has 1 to 40 characters"})
	}
	if utf8.RuneCountInString(a.Unit) > 80 {
		wrong = append(wrong, fault.Field{Location: "body.unit", Code: "unit_length", Zh: "单位不超过 80 字", En: "a unit has at most 80 characters"})
	}
	if f := fault.Invalids(wrong...); f != nil {
		return f
	}
	return nil
}

// ErrLoginTaken says that the login is another account's.
var ErrLoginTaken = fault.New(fault.Conflict, "login_taken", "该账号已存在", "this login is taken")

// CreateAccount makes an account without any grant: it can sign in and see nothing. For the security administrator.
func (s *Service) CreateAccount(ctx context.Context, a Account, password string) error {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return err
	}
	a.Login = strings.ToLower(strings.TrimSpace(a.Login))
	if err := a.check(); err != nil {
		return err
	}
	if err := CheckPassword(password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := insertAccount(tx, a, hash)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrLoginTaken
		}
		return journal.Append(tx, journal.Entry{
			Verb: "account.created", Kind: "account", Subject: a.ID, Version: 1, Place: string(place.Root), Scope: journal.Guard,
			Actor: actor.Account, Body: map[string]string{"login": a.Login},
		})
	})
}

// ErrSelf says that nobody grants to himself.
var ErrSelf = fault.New(fault.Forbidden, "grant_self", "不能给自己授权", "nobody grants to themself")

// Give grants a role. Nobody grants to himself, and a grant has either a place or a team.
func (s *Service) Give(ctx context.Context, account string, g Grant) error {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return err
	}
	switch {
	case account == actor.Account:
		return ErrSelf
	case !g.Role.Valid():
		return fault.InvalidField("body.role", "role_unknown", "没有这个角色", "there is no such role")
	case (g.Place == "") == (g.Team == ""), (g.Role == Leader) != (g.Team != ""):
		return fault.InvalidField("body.place", "grant_bound", "队长授权绑定队伍，其他角色绑定辖区", "a leader is bound to a team, every other role to a place")
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if g.NotBefore.IsZero() {
			g.NotBefore = tx.Now
		}
		if err := insertGrant(tx, account, g, actor.Account); err != nil {
			return err
		}
		return journal.Append(tx, grantEntry("grant.given", g.ID, account, g, actor.Account))
	})
}

// Revoke ends a grant at once: open pages of the holder close within two seconds.
func (s *Service) Revoke(ctx context.Context, grant, reason string) error {
	actor, err := Require(ctx, AccountGrant, place.Root)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		account, path, err := holderOf(tx, grant)
		if err != nil {
			return err
		}
		if _, err := revokeGrant(tx, grant, actor.Account); err != nil {
			return err
		}
		e := grantEntry("grant.revoked", grant, account, Grant{Place: path}, actor.Account)
		e.Reason = reason
		return journal.Append(tx, e)
	})
}

func grantEntry(verb, grant, account string, g Grant, actor string) journal.Entry {
	return journal.Entry{
		Verb: verb, Kind: "grant", Subject: grant, Version: 1, Place: string(place.Root), Scope: journal.Guard, Actor: actor,
		Body: map[string]string{"account": account, "role": string(g.Role), "place": string(g.Place), "team": g.Team},
	}
}
