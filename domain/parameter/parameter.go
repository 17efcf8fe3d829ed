// Package parameter holds every threshold and deadline. None of them is a constant of the code, because provinces
// differ and rules change (S003-13).
//
// A value is set for a place and a time, with its source. The nearest one counts: village, town, county, city,
// province, nation. An upper level may lock its value; below a lock nothing else counts. Keys come from catalogue.tsv:
// what it gives is the nation's value until somebody sets another.
package parameter

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
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
}

// Keys are the keys of the catalogue in its order.
func Keys() []Key { return keys() }

var keys = func() func() []Key {
	var list []Key
	for line := range strings.Lines(catalogue) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 5 || strings.HasPrefix(line, "#") {
			continue
		}
		list = append(list, Key{f[0], f[1], f[2], f[3], f[4]})
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
	From    time.Time
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
	settings atomic.Pointer[map[string][]Setting]
	loading  sync.Mutex // one reload at a time: what was read first must not be kept last
}

// Open reads all settings.
func Open(ctx context.Context, d *db.DB) (*Service, error) {
	s := &Service{db: d}
	return s, s.Reload(ctx)
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
		}, `SELECT id, key, place, value, valid_from, valid_until, locked, source, set_by, version FROM parameter ORDER BY key, place, valid_from, id`)
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
	var nearest, lock *Setting
	for _, x := range (*s.settings.Load())[key] {
		if !x.Place.Contains(p) || at.Before(x.From) || (!x.Until.IsZero() && !at.Before(x.Until)) {
			continue
		}
		if nearest == nil || len(x.Place) >= len(nearest.Place) {
			nearest = &x
		}
		if x.Locked && (lock == nil || len(x.Place) < len(lock.Place)) {
			lock = &x
		}
	}
	if lock != nil {
		nearest = lock
	}
	if nearest != nil {
		used.Value, used.Place, used.Source = nearest.Value, nearest.Place, nearest.Source
	}
	return used, nil
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

// ErrLockedAbove says that an upper level has locked the value.
var ErrLockedAbove = fault.New(fault.Conflict, "parameter_locked", "上级已锁定该参数，本级不能更改", "a level above has locked this value")

// maxNumber bounds a number: what is more is a slip, and as minutes would be no time.
const maxNumber = 1e8

// Set records a value for a place from now on, with its source. The actor must hold parameter.set there. The same
// setting twice is one; of two at once one may be told that its version is stale.
func (s *Service) Set(ctx context.Context, x Setting) error {
	actor, err := access.Require(ctx, access.ParamSet, x.Place)
	if err != nil {
		return err
	}
	k, ok := byName()[x.Key]
	switch {
	case !ok:
		return fault.ErrNotFound
	case strings.TrimSpace(x.Source) == "":
		return fault.InvalidField("body.source", "source_missing", "请注明依据", "say where the value comes from")
	case len(x.Value) > 200 || len(x.Source) > 400:
		return fault.InvalidField("body.value", "too_long", "内容过长", "too long")
	}
	if n, err := strconv.ParseFloat(k.Default, 64); err == nil && n >= 0 {
		if v, err := strconv.ParseFloat(x.Value, 64); err != nil || !(v >= 0 && v <= maxNumber) { // NaN is neither
			return fault.InvalidField("body.value", "number_expected", "应填写不小于 0 的数字", "a number of 0 or more is expected")
		}
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		var locks int
		if err := tx.Get(`SELECT count(*) FROM parameter WHERE key = $1 AND locked AND place <> $2 AND substr($2, 1, length(place)) = place AND (valid_until = 0 OR valid_until > $3)`, []any{x.Key, string(x.Place), clock.Micro(tx.Now)}, &locks); err != nil {
			return err
		}
		if locks > 0 {
			return ErrLockedAbove
		}
		now := clock.Micro(tx.Now)
		// Of two who set it at once, the one that began first may come second: a value never ends before it began.
		if _, err := tx.Exec(`UPDATE parameter SET valid_until = CASE WHEN valid_from > $1 THEN valid_from ELSE $1 END
			WHERE key = $2 AND place = $3 AND valid_until = 0`, now, x.Key, string(x.Place)); err != nil {
			return err
		}
		if err := tx.Get(`SELECT coalesce(max(valid_until), $1) FROM parameter WHERE key = $2 AND place = $3`, []any{now, x.Key, string(x.Place)}, &now); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO parameter (id, key, place, value, valid_from, valid_until, locked, source, set_by, version)
			VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, 1)`, x.ID, x.Key, string(x.Place), x.Value, now, x.Locked, x.Source, actor.Account); err != nil {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "parameter.set", Kind: "parameter", Subject: x.ID, Version: 1, Place: string(x.Place), Scope: journal.Desk,
			Actor: actor.Account, Reason: x.Source, Body: map[string]any{"key": x.Key, "value": x.Value, "locked": x.Locked},
		})
	})
	if db.IsUnique(err) {
		return s.again(ctx, x, actor.Account)
	}
	if err != nil {
		return err
	}
	return s.Reload(ctx)
}

// again answers a setting that came too late: nil when it is the same command a second time, ErrIDReused when its id
// was used for another, ErrVersionStale when somebody else set the value in the same moment.
func (s *Service) again(ctx context.Context, x Setting, by string) error {
	var before Setting
	var path, now string
	err := s.db.View(ctx, func(tx *db.Tx) error {
		if err := tx.Get(`SELECT coalesce((SELECT value FROM parameter WHERE key = $1 AND place = $2 AND valid_until = 0), '')`, []any{x.Key, string(x.Place)}, &now); err != nil {
			return err
		}
		return tx.Get(`SELECT key, place, value, locked, source, set_by FROM parameter WHERE id = $1`, []any{x.ID},
			&before.Key, &path, &before.Value, &before.Locked, &before.Source, &before.SetBy)
	})
	switch {
	case errors.Is(err, fault.ErrNotFound):
		return fault.ErrVersionStale.WithCurrent(map[string]any{"value": now})
	case err != nil:
		return err
	}
	before.ID, before.Place = x.ID, place.Path(path)
	if before != (Setting{ID: x.ID, Key: x.Key, Place: x.Place, Value: x.Value, Locked: x.Locked, Source: x.Source, SetBy: by}) {
		return fault.ErrIDReused
	}
	return nil
}
