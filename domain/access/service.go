package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Limits of sessions, lock-out and links. They are parameters of the installation, and parameters rank above: the service is
// told of them by GoBy.
type Limits struct {
	SessionIdle   time.Duration // a session unused for so long ends
	SessionWhole  time.Duration // a session ends after so long in any case
	WrongBefore   int           // wrong passwords in a row before the account is locked
	LockedFor     time.Duration
	EnrolWithin   time.Duration // an enrolment link is good for so long
	StrangersKept time.Duration // a login that does not exist is remembered so long after its last try
}

// Config is how the program was started.
type Config struct {
	PasswordKiB uint32 // memory that hashing a password takes; 0: what RFC 9106 recommends. Less is for tests only
	NoFactors   bool   // roles demand no second factor: a demo world only
}

// Service holds the use cases of accounts, grants and sessions.
type Service struct {
	db     *db.DB
	places *place.Service
	keeper *seal.Keeper
	clock  clock.Clock
	config Config
	limits func(at time.Time) (Limits, error) // GoBy
	hasher hasher

	teamsOf func(tx *db.Tx, persons [][]byte) ([]string, error) // KnowMembers
	tiesOf  []func(tx *db.Tx, persons [][]byte) ([]Tie, error)

	mu        sync.Mutex
	setupCode string              // while the setup is open
	cache     map[[32]byte]cached // sessions by the hash of their token
	changed   int64               // how often the cache was cleared: what was read before must not come in after
}

type cached struct {
	actor Actor
	until time.Time
}

// cacheFor is how long a session is believed without asking the database: the time within which a revocation on
// another node must take effect is two seconds.
const cacheFor = time.Second

// New is the service. Changes heard from the journal clear its cache at once.
func New(d *db.DB, places *place.Service, k *seal.Keeper, c clock.Clock, started Config) *Service {
	return &Service{db: d, places: places, keeper: k, clock: c, config: started, hasher: newHasher(2, started.PasswordKiB), cache: map[[32]byte]cached{}}
}

// GoBy tells the service by which limits to go at a moment; it is asked from memory, whenever one counts. Called once, before
// the first request.
func (s *Service) GoBy(limits func(at time.Time) (Limits, error)) { s.limits = limits }

// Limits are those that count now.
func (s *Service) Limits() (Limits, error) { return s.limits(s.clock.Now()) }

// Heard is told of settled journal rows: a change to an account, a grant, a session, a place or the people of a team, on its
// roster, on site or in an offer, makes every cached session be read again.
func (s *Service) Heard(rows []journal.Row) {
	for _, r := range rows {
		if slices.Contains([]string{"account", "grant", "session", "place", "party", "offer"}, r.Kind) || strings.HasPrefix(r.Verb, "team.member") {
			s.forget()
			return
		}
	}
}

func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.cache)
	s.changed++
}

// The faults of signing in. Which of login and password was wrong is never said.
var (
	ErrLogin  = fault.New(fault.SignedOut, "login_failed", "账号或口令不正确", "the login or the password is not right")
	ErrLocked = fault.New(fault.Locked, "locked", "口令连续输错，账号已暂时锁定，请稍后再试", "too many wrong passwords; try again later")
)

// SignIn opens a session and returns its token, which the caller keeps secret. Fails with ErrLogin, ErrLocked,
// ErrCodeNeeded or ErrCode.
func (s *Service) SignIn(ctx context.Context, login, password, code, agent string) (token string, a Actor, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	var acc account
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		acc, err = accountByLogin(tx, login)
		return err
	})
	stored := acc.password
	if errors.Is(err, fault.ErrNotFound) {
		stored = s.hasher.decoy()
	} else if err != nil {
		return "", Actor{}, err
	}
	good, err := s.hasher.matches(ctx, stored, password)
	if err != nil {
		return "", Actor{}, err
	}
	now := s.clock.Now()
	if acc.id == "" {
		return "", Actor{}, s.stranger(ctx, login)
	}
	if now.Before(acc.lockedUntil) {
		return "", Actor{}, ErrLocked
	}
	if !good || !acc.active { // a disabled account answers like any wrong password
		return "", Actor{}, s.wrongPassword(ctx, acc.id)
	}
	if err := s.factor(ctx, acc, code); err != nil {
		if errors.Is(err, ErrCode) {
			return "", Actor{}, s.counted(ctx, acc.id, ErrCode)
		}
		return "", Actor{}, err
	}
	return s.open(ctx, acc, agent)
}

// wrongPassword counts, and locks the account when the count is full. The count is one row: two nodes count together.
func (s *Service) wrongPassword(ctx context.Context, account string) error {
	return s.counted(ctx, account, ErrLogin)
}

func (s *Service) counted(ctx context.Context, account string, wrong error) error {
	l, err := s.Limits()
	if err != nil {
		return err
	}
	answer := wrong
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		answer = wrong
		counted, err := tx.Exec(`UPDATE account SET wrong = wrong + 1 WHERE id = $1 AND locked_until <= $2`, account, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		if counted == 0 { // locked by others while this password was judged: nothing is said of it
			answer = ErrLocked
			return nil
		}
		locked, err := tx.Exec(`UPDATE account SET wrong = 0, locked_until = $1 WHERE id = $2 AND wrong >= $3`,
			clock.Micro(tx.Now.Add(l.LockedFor)), account, l.WrongBefore)
		if err != nil || locked == 0 {
			return err
		}
		answer = ErrLocked
		return journal.Append(tx, journal.Entry{
			Verb: "account.locked", Kind: "account", Subject: account,
			Place: string(place.Root), Scope: journal.Guard, Actor: account, Body: map[string]bool{"locked": true},
		}.Since(journal.Was{}.With("locked", false)))
	})
	return errors.Join(err, ifNil(err, answer))
}

func ifNil(err, answer error) error {
	if err == nil {
		return answer
	}
	return nil
}

func (s *Service) open(ctx context.Context, acc account, agent string) (token string, a Actor, err error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", Actor{}, err
	}
	l, err := s.Limits()
	if err != nil {
		return "", Actor{}, err
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	session := id.New()
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.needsFactor(tx, acc); err != nil {
			return err
		}
		free, err := tx.Exec(`UPDATE account SET wrong = 0 WHERE id = $1 AND active AND locked_until <= $2`, acc.id, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		if free == 0 { // locked or disabled by others while the password was judged
			return ErrLocked
		}
		if err := insertSession(tx, session, acc.id, seal.TokenHash(token), agent, tx.Now.Add(l.SessionWhole)); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "session.opened", Kind: "session", Subject: session,
			Place: string(place.Root), Scope: journal.Guard, Actor: acc.id,
		})
	})
	if err != nil {
		return "", Actor{}, err
	}
	a, err = s.Resume(ctx, token)
	return token, a, err
}

// ErrFactorNeeded says that a role of the account demands a factor that it does not have.
var ErrFactorNeeded = fault.New(fault.Forbidden, "factor_needed", "您的角色须绑定动态口令，请向安全管理员索取绑定链接", "your role takes an authenticator; ask the security administrator for a link")

func (s *Service) needsFactor(tx *db.Tx, acc account) error {
	if s.config.NoFactors || len(acc.factor) > 0 {
		return nil
	}
	held, err := rolesWaiting(tx, acc.id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(held, Role.TakesFactor) {
		return ErrFactorNeeded
	}
	return nil
}

// Resume is the actor of a session token; ErrSignedOut when the session is over.
func (s *Service) Resume(ctx context.Context, token string) (Actor, error) {
	hash := sha256.Sum256([]byte(token)) // the memory holds no token
	now := s.clock.Now()
	s.mu.Lock()
	c, ok := s.cache[hash]
	changed := s.changed
	s.mu.Unlock()
	if ok && now.Before(c.until) {
		c.actor.At = now // grants are judged at the moment of the request
		return c.actor, nil
	}
	l, err := s.limits(now)
	if err != nil {
		return Actor{}, err
	}
	var a Actor
	var seen time.Time
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		if a, seen, err = actorOf(tx, seal.TokenHash(token), now, l.SessionIdle); err != nil {
			return err
		}
		return s.membership(tx, &a)
	})
	a = s.located(a)
	if errors.Is(err, fault.ErrNotFound) {
		return Actor{}, fault.ErrSignedOut
	}
	if err != nil {
		return Actor{}, err
	}
	if now.Sub(seen) > l.SessionIdle/50 { // keep the session alive without a write for every request
		if err := s.db.Update(ctx, func(tx *db.Tx) error { return touchSession(tx, a.Session) }); err != nil {
			return Actor{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cache) > 20000 {
		clear(s.cache)
	}
	if s.changed == changed {
		s.cache[hash] = cached{a, now.Add(cacheFor)}
	}
	return a, nil
}

// located fills in what the place of each grant stands for at the actor's moment.
func (s *Service) located(a Actor) Actor {
	for i := range a.Grants {
		if g := &a.Grants[i]; g.Place != "" {
			g.Sees = s.places.Tree().Scope(g.Place.Code(), a.At)
		}
	}
	return a
}

// ErrNoSession says that a page has no session, or one without any right.
var ErrNoSession = fault.ErrSignedOut

// Names are the names of accounts by their ids; ids that are no account are left out.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	known := map[string]string{}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" || id == Public || id == "system" })
	if len(ids) == 0 {
		return known, nil
	}
	err := s.db.View(ctx, func(tx *db.Tx) error { return namesOf(tx, ids, known) })
	return known, err
}

// Session is an open session, as its owner sees it.
type Session struct {
	ID      string
	Agent   string
	Opened  time.Time
	Seen    time.Time
	Expires time.Time
	Mine    bool // the one that asks
}

// Sessions are the open sessions of the actor, newest first.
func (s *Service) Sessions(ctx context.Context) (list []Session, err error) {
	a, err := From(ctx)
	if err != nil {
		return nil, err
	}
	l, err := s.Limits()
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		list, err = sessionsOf(tx, a.Account, tx.Now.Add(-l.SessionIdle))
		return err
	})
	for i := range list {
		list[i].Mine = list[i].ID == a.Session
	}
	return list, err
}

// EndSession ends one of the actor's own sessions; not found when it is not one of them.
func (s *Service) EndSession(ctx context.Context, session string) error {
	a, err := From(ctx)
	if err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		ended, err := endSession(tx, session, a.Account)
		if err != nil {
			return err
		}
		if ended == 0 {
			return fault.ErrNotFound
		}
		return journal.Append(tx, journal.Entry{
			Verb: "session.ended", Kind: "session", Subject: session,
			Place: string(place.Root), Scope: journal.Guard, Actor: a.Account,
		})
	})
	if err == nil {
		s.forget()
	}
	return err
}
