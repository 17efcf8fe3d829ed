package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
)

// Setup is open on the first start only, for whoever can read the code in the server's terminal. It names the three
// administrators, gives each a single-use enrolment link, and closes for good.

// SetupCode opens the setup and returns the code to print in the terminal; "" when the setup is closed. Every start
// draws a new code.
func (s *Service) SetupCode(ctx context.Context) (string, error) {
	closed, err := s.setupClosed(ctx)
	if err != nil || closed {
		return "", err
	}
	raw := make([]byte, 10)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	code := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setupCode = code
	return code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:], nil
}

func (s *Service) setupClosed(ctx context.Context) (closed bool, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		var n int
		err := tx.Get(`SELECT count(*) FROM setup`, nil, &n)
		closed = n > 0
		return err
	})
	return closed, err
}

// SetupOpen says whether the setup waits for its code.
func (s *Service) SetupOpen(ctx context.Context) (bool, error) {
	closed, err := s.setupClosed(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	return !closed && s.setupCode != "", err
}

// The faults of the setup.
var (
	ErrSetupClosed = fault.New(fault.NotFound, "setup_closed", "初始设置已完成", "the setup is done")
	ErrSetupCode   = fault.New(fault.Forbidden, "setup_code", "设置码不正确，请查看服务器终端", "this is not the code in the server's terminal")
)

// Administrator is one of the three people that the setup names.
type Administrator struct {
	Role  Role
	Login string
	Name  string
	Unit  string
}

// Setup names the system, security and audit administrators, three people, and returns an enrolment token for each,
// in the order given. It closes the setup: a second call fails with ErrSetupClosed.
func (s *Service) Setup(ctx context.Context, code string, three []Administrator) (tokens []string, err error) {
	open, err := s.SetupOpen(ctx)
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, ErrSetupClosed
	}
	s.mu.Lock()
	want := s.setupCode
	s.mu.Unlock()
	typed := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	if subtle.ConstantTimeCompare([]byte(typed), []byte(want)) != 1 {
		return nil, ErrSetupCode
	}
	if err := checkThree(three); err != nil {
		return nil, err
	}
	var wrong []fault.Field
	accounts := make([]Account, len(three))
	for i, a := range three {
		accounts[i] = Account{ID: id.New(), Login: a.Login, Name: a.Name, Unit: a.Unit}
		wrong = append(wrong, accounts[i].proper(fmt.Sprintf("administrators[%d].", i))...)
	}
	if f := fault.Invalids(wrong...); f != nil {
		return nil, f
	}
	var writes []func(*db.Tx) error
	for i, acc := range accounts {
		token, link, err := s.newLink(ctx, acc.ID, "setup")
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
		writes = append(writes, func(tx *db.Tx) error { return s.firstAdministrator(tx, acc, three[i].Role, link) })
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO setup (id, closed_at) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrSetupClosed
		}
		for _, w := range writes {
			if err := w(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.setupCode = ""
	s.mu.Unlock()
	return tokens, nil
}

// firstAdministrator writes one of the three: there is no one yet who could grant or confirm.
func (s *Service) firstAdministrator(tx *db.Tx, acc Account, role Role, link func(*db.Tx) error) error {
	n, err := insertAccount(tx, acc, "")
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrLoginTaken
	}
	g := Grant{ID: id.New(), Role: role, Place: place.Root, NotBefore: tx.Now}
	if err := insertGrant(tx, acc.ID, g, "setup", "setup"); err != nil {
		return err
	}
	if err := link(tx); err != nil {
		return err
	}
	if err := journal.Append(tx, journal.Entry{
		Verb: "account.created", Kind: "account", Subject: acc.ID, Version: 1, Place: string(place.Root), Scope: journal.Guard,
		Actor: "setup", Body: map[string]string{"login": acc.Login},
	}); err != nil {
		return err
	}
	return journal.Append(tx, grantEntry("given", "in_force", g.ID, acc.ID, g, "setup"))
}

func checkThree(three []Administrator) error {
	seen := map[Role]bool{}
	logins := map[string]bool{}
	for _, a := range three {
		seen[a.Role] = true
		logins[strings.ToLower(strings.TrimSpace(a.Login))] = true
	}
	if len(three) != 3 || len(logins) != 3 || !seen[SystemAdmin] || !seen[Security] || !seen[Auditor] {
		return fault.InvalidField("body.administrators", "three_people", "系统、安全、审计管理员须为三个不同的人", "the system, security and audit administrators are three people")
	}
	return nil
}

// Recover makes a new enrolment link for an account whose password or factor is lost. It is a command of the server's
// terminal only, and journalled as such.
func (s *Service) Recover(ctx context.Context, login string) (token string, err error) {
	var acc account
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		acc, err = accountByLogin(tx, strings.ToLower(strings.TrimSpace(login)))
		return err
	})
	if err != nil {
		return "", err
	}
	token, write, err := s.newLink(ctx, acc.id, "terminal")
	if err != nil {
		return "", err
	}
	return token, s.db.Update(ctx, func(tx *db.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "account.recovered", Kind: "account", Subject: acc.id, Place: string(place.Root), Scope: journal.Guard, Actor: "terminal",
		})
	})
}
