package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Enrolment is what a person is offered who opens an enrolment link.
type Enrolment struct {
	Account Account
	Roles   []Role // that wait for the account
	Secret  string // TOTP secret, base32
	URI     string // otpauth://…, for a QR code
	Factor  bool   // the roles demand a second factor
	Known   bool   // it is on record who is behind the account
	Judges  bool   // the roles decide about teams, and never about the own
}

// The faults of enrolling.
var (
	ErrLink       = fault.New(fault.NotFound, "link_invalid", "该链接无效、已使用或已过期，请向管理员重新索取", "this link is not valid, used or expired; ask for a new one")
	ErrCodeNeeded = fault.New(fault.SignedOut, "code_needed", "请输入动态口令", "enter the code of your authenticator")
	ErrCode       = fault.New(fault.SignedOut, "code_wrong", "动态口令不正确或已使用", "the code is wrong or was used already")
)

// newLink makes a single-use link for an account, in the caller's transaction, and returns its token.
func (s *Service) newLink(ctx context.Context, account, by string) (token string, write func(*db.Tx) error, err error) {
	l, err := s.Limits()
	if err != nil {
		return "", nil, err
	}
	raw := make([]byte, 24)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "联援", AccountName: account})
	if err != nil {
		return "", nil, err
	}
	link := id.New()
	sealed, err := s.seal(ctx, key.Secret(), "enrolment:"+link)
	if err != nil {
		return "", nil, err
	}
	return token, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE enrolment SET used_at = $1 WHERE account = $2 AND used_at = 0`, clock.Micro(tx.Now), account); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO enrolment (id, token_hash, account, factor, made_by, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			link, seal.TokenHash(token), account, sealed, by, clock.Micro(tx.Now), clock.Micro(tx.Now.Add(l.EnrolWithin)))
		return err
	}, nil
}

// seal seals a factor with the key of the accounts.
func (s *Service) seal(ctx context.Context, secret, row string) ([]byte, error) {
	key, err := s.keeper.For(ctx, "accounts")
	if err != nil {
		return nil, err
	}
	return key.Seal([]byte(secret), row)
}

type openLink struct {
	id, account string
	sealed      []byte
}

func linkByToken(tx *db.Tx, token string) (l openLink, err error) {
	err = tx.Get(`SELECT id, account, factor FROM enrolment WHERE token_hash = $1 AND used_at = 0 AND expires_at > $2`,
		[]any{seal.TokenHash(token), clock.Micro(tx.Now)}, &l.id, &l.account, &l.sealed)
	return l, err
}

// OpenLink shows what an enrolment link offers; ErrLink when it is used, expired or unknown.
func (s *Service) OpenLink(ctx context.Context, token string) (e Enrolment, err error) {
	var l openLink
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if l, err = linkByToken(tx, token); err != nil {
			return err
		}
		if err := tx.Get(`SELECT id, login, name, unit, identified_at > 0 FROM account WHERE id = $1 AND active`, []any{l.account}, &e.Account.ID, &e.Account.Login, &e.Account.Name, &e.Account.Unit, &e.Known); err != nil {
			return err
		}
		e.Roles, err = rolesWaiting(tx, l.account)
		return err
	})
	if errors.Is(err, fault.ErrNotFound) {
		return e, ErrLink
	}
	if err != nil {
		return e, err
	}
	secret, err := s.keeper.Open(ctx, l.sealed, "enrolment:"+l.id)
	if err != nil {
		return e, err
	}
	e.Secret = string(secret)
	e.URI = "otpauth://totp/%E8%81%94%E6%8F%B4:" + e.Account.Login + "?secret=" + e.Secret + "&issuer=%E8%81%94%E6%8F%B4"
	for _, r := range e.Roles {
		e.Factor, e.Judges = e.Factor || r.TakesFactor(), e.Judges || r.Judges()
	}
	return e, nil
}

func rolesWaiting(tx *db.Tx, account string) (list []Role, err error) {
	err = tx.Each(func(r db.Scanner) error {
		var role string
		err := r.Scan(&role)
		list = append(list, Role(role))
		return err
	}, `SELECT DISTINCT role FROM role_grant WHERE account = $1 AND revoked_at IS NULL ORDER BY role`, account)
	return list, err
}

// Enrol ends an enrolment: the person sets the own password, and proves with a code to have the factor. Without a role
// that demands one the factor is optional (code empty), and so is saying who one is (nil). All older sessions of the account
// end.
func (s *Service) Enrol(ctx context.Context, token, password, code string, who *Identity) error {
	if err := CheckPassword(password); err != nil {
		return err
	}
	offer, err := s.OpenLink(ctx, token)
	if err != nil {
		return err
	}
	code = strings.TrimSpace(code)
	if offer.Factor && code == "" {
		return fault.InvalidField("body.code", "code_missing", "该角色须绑定动态口令，请输入验证器上的 6 位数字", "this role takes an authenticator: enter its six digits")
	}
	if _, ok, err := stepOf(offer.Secret, code, s.clock.Now()); err != nil {
		return err
	} else if code != "" && !ok {
		return fault.InvalidField("body.code", "code_wrong", "动态口令不正确，请核对手机时间后重试", "the code is wrong; check the clock of the phone")
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	var factor []byte
	if code != "" {
		if factor, err = s.seal(ctx, offer.Secret, "account:"+offer.Account.ID+":factor"); err != nil {
			return err
		}
	}
	identify := func(*db.Tx, string, int64, string) error { return nil }
	if who != nil {
		if identify, err = s.identifying(ctx, offer.Account.ID, who); err != nil {
			return err
		}
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		l, err := linkByToken(tx, token)
		if err != nil {
			return err
		}
		used, err := tx.Exec(`UPDATE enrolment SET used_at = $1 WHERE id = $2 AND used_at = 0`, clock.Micro(tx.Now), l.id)
		if err != nil {
			return err
		}
		if used == 0 {
			return ErrLink
		}
		was, err := enrolled(tx, l.account)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE account SET password = $1, factor = $2, factor_step = 0, wrong = 0, locked_until = 0, version = version + 1 WHERE id = $3`,
			hash, factor, l.account); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE session SET ended_at = $1 WHERE account = $2 AND ended_at IS NULL`, clock.Micro(tx.Now), l.account); err != nil {
			return err
		}
		if err := identify(tx, l.account, 0, ""); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "account.enrolled", Kind: "account", Subject: l.account, Place: string(place.Root), Scope: journal.Guard, Actor: l.account,
			Body: map[string]bool{"enrolled": true, "factor": factor != nil, "locked": false},
		}.Since(was))
	})
	if errors.Is(err, fault.ErrNotFound) {
		return ErrLink
	}
	return err
}

// factor checks the code of an account that has a factor; a code counts once.
func (s *Service) factor(ctx context.Context, acc account, code string) error {
	if len(acc.factor) == 0 {
		return nil
	}
	code = strings.TrimSpace(code)
	if code == "" {
		return ErrCodeNeeded
	}
	secret, err := s.keeper.Open(ctx, acc.factor, "account:"+acc.id+":factor")
	if err != nil {
		return err
	}
	step, ok, err := stepOf(string(secret), code, s.clock.Now())
	if err != nil {
		return err
	}
	if !ok {
		return ErrCode
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		fresh, err := tx.Exec(`UPDATE account SET factor_step = $1 WHERE id = $2 AND factor_step < $1`, step, acc.id)
		if err == nil && fresh == 0 {
			return ErrCode
		}
		return err
	})
}

// stepOf is the time step that a code belongs to: the present one, or a neighbour, because clocks of phones differ
// (RFC 6238).
func stepOf(secret, code string, now time.Time) (step int64, ok bool, err error) {
	const period = 30
	for _, drift := range []time.Duration{0, -period * time.Second, period * time.Second} {
		at := now.Add(drift)
		want, err := totp.GenerateCode(secret, at)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / period, true, nil
		}
	}
	return 0, false, nil
}

// enrolled is what the journal says of an account before its person sets password and factor.
func enrolled(tx *db.Tx, account string) (journal.Was, error) {
	var password string
	var factor []byte
	var locked int64
	if err := tx.Get(`SELECT password, factor, locked_until FROM account WHERE id = $1`, []any{account}, &password, &factor, &locked); err != nil {
		return nil, err
	}
	return journal.Was{}.With("enrolled", password != "").With("factor", len(factor) > 0).With("locked", locked > clock.Micro(tx.Now)), nil
}
