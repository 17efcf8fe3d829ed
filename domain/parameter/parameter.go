// Package parameter holds every threshold and deadline. None of them is a constant of the code, because provinces
// differ and rules change (S003-13).
//
// A value is set for a place and a time, with its source. The nearest one counts: village, town, county, city,
// province, nation. An upper level may lock its value; below a lock nothing else counts. Keys come from catalogue.tsv:
// what it gives is the nation's value until somebody sets another.
//
// When divisions change, a value stays with the division that it was set for. One that moves takes its own along, and leaves
// those of the district that it was in for those of the one it comes to. One that ends leaves nothing to its heirs: they have
// their own line above them, and two who share out a district might have inherited what neither decided. What lies at its path
// still, such as an incident under way, ends by the values that it began with, unless a level above locks another: at a
// division that has ended nobody sets one any more.
package parameter

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

//go:embed catalogue.tsv
var catalogue string

// Key is what a parameter is called, its shape and where its default comes from.
type Key struct {
	Name    string // "need.look_within"
	Default string // "" is unset
	Unit    string // min, person, ratio, list, level …
	Meaning string
	Source  string // a requirement id, a law, or "operational default"
	// Decides names the records that are decided by it and keep the value (Keep): something is opened, put off, marked or
	// refused for good. Empty where it only orders, marks while it is read, or bounds an input.
	Decides string
}

// Keys are the keys of the catalogue in its order.
func Keys() []Key { return keys() }

var keys = func() func() []Key {
	var list []Key
	for line := range strings.Lines(catalogue) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 6 || strings.HasPrefix(line, "#") {
			continue
		}
		list = append(list, Key{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return func() []Key { return list }
}()

var byName = sync.OnceValue(func() map[string]Key {
	m := map[string]Key{}
	for _, k := range keys() {
		m[k.Name] = k
	}
	return m
})

// Setting is a value set for a place and a time.
type Setting struct {
	ID      string
	Key     string
	Place   place.Path
	Value   string
	From    time.Time // zero in Set: at once
	Until   time.Time // zero: until another is set
	Locked  bool      // nothing below counts
	Source  string
	SetBy   string
	Version int64
}

// Used is a value as a rule found it; store it with the decision.
type Used struct {
	Key    string     `json:"key"`
	Value  string     `json:"value"`
	Place  place.Path `json:"place"` // where it was set
	Source string     `json:"source"`
}

// Service answers from memory and hears of changes through the journal.
type Service struct {
	db       *db.DB
	places   *place.Service
	settings atomic.Pointer[map[string][]Setting]
	loading  sync.Mutex // one reload at a time: what was read first must not be kept last
	checks   map[string]func(value string) error
}

// Open reads all settings.
func Open(ctx context.Context, d *db.DB, places *place.Service) (*Service, error) {
	s := &Service{db: d, places: places, checks: map[string]func(string) error{}}
	return s, s.Reload(ctx)
}

// Check has the values of a key looked at before they are set, by the context that reads them. It is called while the
// services are made, before any value is set.
func (s *Service) Check(key string, proper func(value string) error) { s.checks[key] = proper }

// Between is a check for a whole number from least to most.
func Between(least, most int) func(value string) error {
	return func(value string) error {
		if n, err := strconv.Atoi(value); err != nil || n < least || n > most {
			return fault.InvalidField("body.value", "number_range", fmt.Sprintf("应填写 %d 至 %d 的整数", least, most), fmt.Sprintf("a whole number from %d to %d is expected", least, most))
		}
		return nil
	}
}

// Reload reads all settings again.
func (s *Service) Reload(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	byKey := map[string][]Setting{}
	err := s.db.View(ctx, func(tx *db.Tx) error {
		clear(byKey)
		return tx.Each(func(r db.Scanner) error {
			var x Setting
			var path string
			var from, until int64
			err := r.Scan(&x.ID, &x.Key, &path, &x.Value, &from, &until, &x.Locked, &x.Source, &x.SetBy, &x.Version)
			x.Place, x.From, x.Until = place.Path(path), clock.FromMicro(from), clock.FromMicro(until)
			byKey[x.Key] = append(byKey[x.Key], x)
			return err
		}, `SELECT id, key, place, value, valid_from, valid_until, locked, source, set_by, version FROM parameter ORDER BY key, valid_from, id`)
	})
	if err != nil {
		return fmt.Errorf("parameters: %w", err)
	}
	s.settings.Store(&byKey)
	return nil
}

// For is the value of a key that counts at a place and time. An unknown key is a defect and an internal fault; a key
// without a value answers an empty one.
func (s *Service) For(p place.Path, key string, at time.Time) (Used, error) {
	k, ok := byName()[key]
	if !ok {
		return Used{}, fault.Wrap(fmt.Errorf("no parameter %q", key), "parameter")
	}
	used := Used{Key: key, Value: k.Default, Place: place.Root, Source: k.Source}
	// Sorted by beginning: of one place what began last counts.
	line := lineOf(p)
	levels := make([]*Setting, len(line))
	list := (*s.settings.Load())[key]
	for i, x := range list {
		if n := line.level(x.Place); n >= 0 && !at.Before(x.From) && (x.Until.IsZero() || at.Before(x.Until)) {
			levels[n] = &list[i]
		}
	}
	for _, x := range levels {
		if x == nil {
			continue
		}
		used.Value, used.Place, used.Source = x.Value, x.Place, x.Source
		if x.Locked {
			break
		}
	}
	return used, nil
}

// line are the divisions from the nation down to a place.
type line []place.Code

func lineOf(p place.Path) line { return append(line{place.NationCode}, p.Codes()...) }

// level is where the division of a path stands in the line, under whichever path; -1 when it does not.
func (l line) level(p place.Path) int { return slices.Index(l, p.Code()) }

// Next is the value that will count at a place after a moment, and from when; false when nothing is to change.
func (s *Service) Next(p place.Path, key string, after time.Time) (u Used, from time.Time, changes bool, err error) {
	now, err := s.For(p, key, after)
	if err != nil {
		return u, from, false, err
	}
	var turns []time.Time
	line := lineOf(p)
	for _, x := range (*s.settings.Load())[key] {
		for _, at := range []time.Time{x.From, x.Until} {
			if line.level(x.Place) >= 0 && at.After(after) {
				turns = append(turns, at)
			}
		}
	}
	slices.SortFunc(turns, time.Time.Compare)
	for _, at := range turns {
		if u, err = s.For(p, key, at); err != nil || u.Value != now.Value || u.Place != now.Place {
			return u, at, err == nil, err
		}
	}
	return Used{}, time.Time{}, false, nil
}

// Minutes is a value as a duration; an error when it is unset or no number.
func (s *Service) Minutes(p place.Path, key string, at time.Time) (time.Duration, Used, error) {
	u, err := s.For(p, key, at)
	if err != nil {
		return 0, u, err
	}
	n, err := strconv.ParseFloat(u.Value, 64)
	if err != nil {
		return 0, u, fault.Wrap(fmt.Errorf("%s = %q is no number", key, u.Value), "parameter")
	}
	return time.Duration(n * float64(time.Minute)), u, nil
}

// Number is a value as a number.
func (s *Service) Number(p place.Path, key string, at time.Time) (float64, Used, error) {
	u, err := s.For(p, key, at)
	if err != nil {
		return 0, u, err
	}
	n, err := strconv.ParseFloat(u.Value, 64)
	if err != nil {
		return 0, u, fault.Wrap(fmt.Errorf("%s = %q is no number", key, u.Value), "parameter")
	}
	return n, u, nil
}

// Days is a value in days as a duration.
func (s *Service) Days(p place.Path, key string, at time.Time) (time.Duration, Used, error) {
	n, u, err := s.Number(p, key, at)
	return time.Duration(n * float64(24*time.Hour)), u, err
}

// ErrLockedAbove says that an upper level has locked the value.
var ErrLockedAbove = fault.New(fault.Conflict, "parameter_locked", "上级已锁定该参数，本级不能更改", "a level above has locked this value")

const (
	// maxNumber bounds a number: what is more is a slip, and as minutes would be no time.
	maxNumber = 1e8
	maxValue  = 200 // bytes; of a value that somebody looks at more
	maxLong   = 4000
	maxSource = 400
)

// proper says what is wrong with a setting, if something is.
func (s *Service) proper(x Setting, k Key) error {
	most, check := maxValue, s.checks[x.Key]
	if check != nil {
		most = maxLong
	}
	switch {
	case strings.TrimSpace(x.Source) == "":
		return fault.InvalidField("body.source", "source_missing", "请注明依据", "say where the value comes from")
	case len(x.Value) > most || len(x.Source) > maxSource:
		return fault.InvalidField("body.value", "too_long", "内容过长", "too long")
	case !x.Until.IsZero() && !x.Until.After(x.From):
		return fault.InvalidField("body.until", "range", "停用时间应晚于启用时间", "it must end after it begins")
	}
	if n, err := strconv.ParseFloat(k.Default, 64); err == nil && n >= 0 {
		if v, err := strconv.ParseFloat(x.Value, 64); err != nil || !(v >= 0 && v <= maxNumber) { // NaN is neither
			return fault.InvalidField("body.value", "number_expected", "应填写不小于 0 的数字", "a number of 0 or more is expected")
		}
	}
	if check != nil {
		return check(x.Value)
	}
	return nil
}

// Set records a value for a place with its source, from now on or from a later time, until another is set or until a time.
// The actor must hold parameter.set there. The same setting twice is one; of two at once one may be told that its version
// is stale.
func (s *Service) Set(ctx context.Context, x Setting) error {
	actor, err := access.Require(ctx, access.ParamSet, x.Place)
	if err != nil {
		return err
	}
	k, ok := byName()[x.Key]
	if !ok {
		return fault.ErrNotFound
	}
	x.From, x.Until, x.SetBy = x.From.UTC().Truncate(time.Microsecond), x.Until.UTC().Truncate(time.Microsecond), actor.Account
	if err := s.proper(x, k); err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if again, err := again(tx, x); again || err != nil {
			return err
		}
		if err := s.places.Tree().RefuseEnded(x.Place, tx.Now, "body.place"); err != nil {
			return err
		}
		return s.write(tx, x)
	})
	if db.IsUnique(err) { // of two at once: the same command, or another that set the value
		return s.db.View(ctx, func(tx *db.Tx) error {
			again, err := again(tx, x)
			if again || err != nil {
				return err
			}
			var now string
			if err := tx.Get(`SELECT coalesce((SELECT value FROM parameter WHERE key = $1 AND place = $2 AND valid_until = 0), '')`, []any{x.Key, string(x.Place)}, &now); err != nil {
				return err
			}
			return fault.ErrVersionStale.WithCurrent(map[string]any{"value": now})
		})
	}
	if err != nil {
		return err
	}
	return s.Reload(ctx)
}

// write records a setting. The past is not set: decisions were taken with the values of then.
func (s *Service) write(tx *db.Tx, x Setting) error {
	before, err := s.For(x.Place, x.Key, tx.Now)
	if err != nil {
		return err
	}
	now := clock.Micro(tx.Now)
	from, until := max(clock.Micro(x.From), now), clock.Micro(x.Until)
	if !x.From.IsZero() && from != clock.Micro(x.From) {
		return fault.InvalidField("body.from", "past", "启用时间不能早于现在", "it cannot begin in the past")
	}
	if until != 0 && until <= now {
		return fault.InvalidField("body.until", "past", "停用时间不能早于现在", "it cannot end in the past")
	}
	if err := locked(tx, x, from, until); err != nil {
		return err
	}
	if until == 0 {
		var err error
		if from, until, err = follow(tx, x, from); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`INSERT INTO parameter (id, key, place, value, valid_from, valid_until, locked, source, set_by, version, asked_from, asked_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11)`, x.ID, x.Key, string(x.Place), x.Value, from, until, x.Locked, x.Source, x.SetBy,
		clock.Micro(x.From), clock.Micro(x.Until)); err != nil {
		return err
	}
	return journal.Append(tx, journal.Entry{
		Verb: "parameter.set", Kind: "parameter", Subject: x.ID, Version: 1, Place: string(x.Place), Scope: journal.Desk, Actor: x.SetBy, Reason: x.Source,
		Body: map[string]any{"key": x.Key, "value": x.Value, "locked": x.Locked, "from": clock.FromMicro(from), "until": clock.FromMicro(until)},
	}.Since(journal.Was{}.With("value", before.Value)))
}

// locked says whether a level above has locked the value in some of the time from one moment until another, 0 without end.
func locked(tx *db.Tx, x Setting, from, until int64) error {
	if until == 0 {
		until = math.MaxInt64
	}
	above := lineOf(x.Place.Parent())
	locks := false
	err := tx.Each(func(sc db.Scanner) error {
		var path string
		err := sc.Scan(&path)
		locks = locks || above.level(place.Path(path)) >= 0
		return err
	}, `SELECT place FROM parameter WHERE key = $1 AND locked AND (valid_until = 0 OR valid_until > $2) AND valid_from < $3`, x.Key, from, until)
	if err == nil && locks && x.Place != place.Root {
		err = ErrLockedAbove
	}
	return err
}

// follow makes room for a value without end: it ends the one before, or ends itself where a later one was set to begin. A
// value that counts for a time stands above both, whoever begins last counts.
func follow(tx *db.Tx, x Setting, from int64) (begins, ends int64, err error) {
	if err := tx.Get(`SELECT coalesce(min(valid_from), 0) FROM parameter WHERE key = $1 AND place = $2 AND valid_until = 0 AND asked_from > $3`,
		[]any{x.Key, string(x.Place), from}, &ends); err != nil || ends != 0 {
		return from, ends, err
	}
	// Of two who set it at once, the one that began first may come second: a value never ends before it began.
	if _, err := tx.Exec(`UPDATE parameter SET valid_until = CASE WHEN valid_from > $1 THEN valid_from ELSE $1 END
		WHERE key = $2 AND place = $3 AND valid_until = 0`, from, x.Key, string(x.Place)); err != nil {
		return from, 0, err
	}
	err = tx.Get(`SELECT coalesce(max(valid_until), 0) FROM parameter WHERE key = $1 AND place = $2 AND asked_until = 0`, []any{x.Key, string(x.Place)}, &begins)
	return max(from, begins), 0, err
}

// again says whether a setting was recorded before; ErrIDReused when its id was used for another.
func again(tx *db.Tx, x Setting) (bool, error) {
	before := Setting{ID: x.ID}
	var path string
	var from, until int64
	err := tx.Get(`SELECT key, place, value, locked, source, set_by, asked_from, asked_until FROM parameter WHERE id = $1`, []any{x.ID},
		&before.Key, &path, &before.Value, &before.Locked, &before.Source, &before.SetBy, &from, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	before.Place, before.From, before.Until = place.Path(path), clock.FromMicro(from), clock.FromMicro(until)
	if before.Place.Code() == x.Place.Code() { // it may have moved since
		before.Place = x.Place
	}
	if before != x {
		return false, fault.ErrIDReused
	}
	return true, nil
}
