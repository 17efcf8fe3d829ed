package seal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lianyuan/platform/db"
)

// ErrMixed says that some keys stand under another master key than the rest: a change of it was interrupted, or rows of
// before it were restored beside keys of after it. Nothing is served until Rewrap has ended it.
var ErrMixed = errors.New("seal: the keys stand under more than one master key, for a change of it was interrupted or a backup is from before it")

// ErrSameMaster says that the new master key is the one that wraps already.
var ErrSameMaster = errors.New("seal: the new master key is the present one")

// Wrapped is how many keys the master key wraps: all there are, or ErrMaster when none of them is its own, and ErrMixed
// when only some are.
func (k *Keeper) Wrapped(ctx context.Context) (keys int, err error) {
	under, err := k.under(ctx)
	if err != nil || len(under) == 0 {
		return 0, err
	}
	n, mine := under[k.master.ID]
	switch {
	case len(under) > 1:
		return 0, fmt.Errorf("%w: %s", ErrMixed, names(under))
	case !mine:
		return 0, fmt.Errorf("%w (key %s, data %s)", ErrMaster, k.master.ID, names(under))
	}
	return n, nil
}

// under is how many keys each master key wraps.
func (k *Keeper) under(ctx context.Context) (keys map[string]int, err error) {
	err = k.db.View(ctx, func(tx *db.Tx) error {
		keys = map[string]int{}
		return tx.Each(func(s db.Scanner) error {
			var master string
			var n int
			err := s.Scan(&master, &n)
			keys[master] = n
			return err
		}, `SELECT master, count(*) FROM (SELECT master FROM data_key UNION ALL SELECT master FROM signing_key) k GROUP BY master`)
	})
	return keys, err
}

func names(under map[string]int) string {
	var list []string
	for master := range under {
		list = append(list, master)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// Changing says what a change to another master key finds: whether one was begun already, which only the same new key can
// end. ErrMixed when keys stand under a third one.
func (k *Keeper) Changing(ctx context.Context, to *Master) (begun bool, err error) {
	under, err := k.under(ctx)
	if err != nil {
		return false, err
	}
	if to != nil && to.ID == k.master.ID {
		return false, ErrSameMaster
	}
	all := names(under)
	if under[k.master.ID] == 0 {
		return false, fmt.Errorf("%w (key %s, data %s)", ErrMaster, k.master.ID, all)
	}
	delete(under, k.master.ID)
	begun = len(under) > 0
	if to != nil {
		delete(under, to.ID)
		if len(under) > 0 {
			return begun, fmt.Errorf("%w: %s", ErrMixed, all)
		}
	}
	return begun, nil
}

// Rewrap wraps every key anew under another master key; what the keys seal, sign and hash stays as it is. Nobody may serve
// the data meanwhile. Data keys go first, in slices; the signing keys last, in one transaction with finish, so that a change
// has either been told or can be begun again with the same two master keys. It returns how many keys this run has wrapped.
func (k *Keeper) Rewrap(ctx context.Context, to *Master, finish func(tx *db.Tx, keys int) error) (keys int, err error) {
	if _, err := k.Changing(ctx, to); err != nil {
		return 0, err
	}
	for after := ""; ; {
		var slice []wrappedKey
		err := k.db.Update(ctx, func(tx *db.Tx) (err error) {
			if slice, err = wrappedBy(tx, "data_key", k.master, after, turnAtOnce); err != nil {
				return err
			}
			return k.rewrap(tx, "data_key", slice, to)
		})
		if err != nil {
			return keys, fmt.Errorf("rewrap data keys: %w", err)
		}
		if keys += len(slice); len(slice) == 0 {
			break
		}
		after = slice[len(slice)-1].id
	}
	if err := k.db.Scrub(ctx, "data_key"); err != nil { // whoever has the old key finds no old wrapping in a copy of the files
		return keys, fmt.Errorf("rewrap: %w", err)
	}
	signing := 0
	err = k.db.Update(ctx, func(tx *db.Tx) error {
		list, err := wrappedBy(tx, "signing_key", k.master, "", allAtOnce)
		if err != nil {
			return err
		}
		signing = len(list)
		if err := k.rewrap(tx, "signing_key", list, to); err != nil {
			return err
		}
		return finish(tx, keys+signing)
	})
	if err != nil {
		return keys, fmt.Errorf("rewrap signing keys: %w", err)
	}
	return keys + signing, k.db.Scrub(ctx, "signing_key")
}

// allAtOnce is more signing keys than an installation can have: one for each purpose, and those that were retired.
const allAtOnce = 10_000

type wrappedKey struct {
	id      string
	wrapped []byte
}

func wrappedBy(tx *db.Tx, table string, m *Master, after string, limit int) (list []wrappedKey, err error) {
	err = tx.Each(func(s db.Scanner) error {
		var key wrappedKey
		err := s.Scan(&key.id, &key.wrapped)
		list = append(list, key)
		return err
	}, `SELECT id, wrapped FROM `+table+` WHERE master = $1 AND id > $2 ORDER BY id LIMIT $3`, m.ID, after, limit)
	return list, err
}

func (k *Keeper) rewrap(tx *db.Tx, table string, list []wrappedKey, to *Master) error {
	for _, key := range list {
		raw, err := k.master.unwrap(key.wrapped, key.id, k.master.ID)
		if err != nil {
			return err
		}
		wrapped, err := to.wrap(raw, key.id)
		clear(raw)
		if err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE `+table+` SET master = $1, wrapped = $2 WHERE id = $3 AND master = $4`, to.ID, wrapped, key.id, k.master.ID)
		if err == nil && n != 1 {
			err = errors.New("seal: a key was changed by somebody else")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
