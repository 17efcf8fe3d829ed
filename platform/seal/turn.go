package seal

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"lianyuan/platform/db"
)

// Column is where look-up hashes stand by which rows are found or are unique. A hash that is only compared with what
// comes again (Lookup.Same) goes on under the key that it names, and is none of these.
type Column struct {
	Table string
	ID    []string // its primary key
	Hash  string
	Where string // which rows hold one; "": all
}

const turnAtOnce = 200 // rows of one transaction

// Turn makes a new look-up key the present one and hashes what stands in the columns once more under it. Nobody may serve
// the data meanwhile. When it was interrupted, the same again goes on where it ended; Lookup refuses until then. It
// returns how many rows have changed.
func (k *Keeper) Turn(ctx context.Context, columns []Column) (rows int, err error) {
	scopes, err := k.lookupScopes(ctx)
	if err != nil {
		return 0, err
	}
	if !strings.HasSuffix(scopes[len(scopes)-1], pending) {
		scopes = append(scopes, scopeOf(len(scopes)+1)+pending)
	}
	l := &Lookup{}
	for _, scope := range scopes {
		key, err := k.For(ctx, scope)
		if err != nil {
			return 0, err
		}
		l.keys = append(l.keys, key)
	}
	last := l.keys[len(l.keys)-1]
	if slices.ContainsFunc(l.keys[:len(l.keys)-1], func(old *Key) bool { return bytes.Equal(old.mark(), last.mark()) }) {
		return 0, fmt.Errorf("seal: two look-up keys end alike: delete data key %s, and turn again", last.ID)
	}
	for _, c := range columns {
		n, err := k.turn(ctx, l, c)
		if rows += n; err != nil {
			return rows, fmt.Errorf("turn %s.%s: %w", c.Table, c.Hash, err)
		}
	}
	now := strings.TrimSuffix(last.Scope, pending)
	err = k.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE data_key SET scope = $1 WHERE scope = $2`, now, last.Scope)
		return err
	})
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.byScope, last.Scope)
	k.lookup = nil
	return rows, err
}

// turn walks one column in the order of its rows. A hash that is part of the primary key moves its row, maybe before what
// is still to come: there it is found turned.
func (k *Keeper) turn(ctx context.Context, l *Lookup, c Column) (changed int, err error) {
	var after []any
	for {
		rows, err := k.page(ctx, c, after)
		if err != nil || len(rows) == 0 {
			return changed, err
		}
		n := 0
		err = k.db.Update(ctx, func(tx *db.Tx) error {
			n = 0
			for _, r := range rows {
				did, err := c.write(tx, l, r)
				if err != nil {
					return err
				}
				n += did
			}
			return nil
		})
		if changed += n; err != nil {
			return changed, err
		}
		after = rows[len(rows)-1][1:]
	}
}

// page is the next rows of a column: the hash, then the primary key.
func (k *Keeper) page(ctx context.Context, c Column, after []any) (rows [][]any, err error) {
	ids := strings.Join(c.ID, ", ")
	query := `SELECT ` + c.Hash + `, ` + ids + ` FROM ` + c.Table
	var conds []string
	if c.Where != "" {
		conds = append(conds, c.Where)
	}
	if after != nil {
		conds = append(conds, `(`+ids+`) > (`+db.List(1, len(c.ID))+`)`)
	}
	if len(conds) > 0 {
		query += ` WHERE ` + strings.Join(conds, ` AND `)
	}
	query += fmt.Sprintf(` ORDER BY %s LIMIT %d`, ids, turnAtOnce)
	err = k.db.View(ctx, func(tx *db.Tx) error {
		rows = rows[:0]
		return tx.Each(func(s db.Scanner) error {
			row, to := make([]any, 1+len(c.ID)), make([]any, 1+len(c.ID))
			for i := range row {
				to[i] = &row[i]
			}
			err := s.Scan(to...)
			rows = append(rows, row)
			return err
		}, query, after...)
	})
	return rows, err
}

func (c Column) write(tx *db.Tx, l *Lookup, row []any) (int, error) {
	var turned any
	switch kept := row[0].(type) {
	case []byte:
		now, err := l.turned(kept)
		if err != nil || bytes.Equal(now, kept) {
			return 0, err
		}
		turned = now
	case string:
		raw, err := hex.DecodeString(kept)
		if err != nil {
			return 0, err
		}
		now, err := l.turned(raw)
		if err != nil || bytes.Equal(now, raw) {
			return 0, err
		}
		turned = hex.EncodeToString(now)
	default:
		return 0, errors.New("seal: a column of look-up hashes is neither text nor bytes")
	}
	args := []any{turned}
	conds := make([]string, len(c.ID))
	for i, id := range c.ID {
		args = append(args, row[1+i])
		conds[i] = fmt.Sprintf("%s = $%d", id, len(args))
	}
	n, err := tx.Exec(`UPDATE `+c.Table+` SET `+c.Hash+` = $1 WHERE `+strings.Join(conds, ` AND `), args...)
	return int(n), err
}

// Recheck looks at rows that were loaded beside keys that may be newer: when any stands under an older look-up key, the
// present one is pending, and Turn hashes them once more.
func Recheck(tx *db.Tx, columns []Column) error {
	keys, err := lookupKeys(tx)
	if err != nil || len(keys) < 2 || strings.HasSuffix(keys[len(keys)-1].scope, pending) {
		return err
	}
	last := keys[len(keys)-1]
	key, err := uuid.Parse(last.id)
	if err != nil {
		return err
	}
	for _, c := range columns {
		old, err := c.old(tx, markOf(key, last.scope))
		if err != nil {
			return err
		}
		if old {
			_, err := tx.Exec(`UPDATE data_key SET scope = $1 WHERE id = $2`, last.scope+pending, last.id)
			return err
		}
	}
	return nil
}

// old says whether any hash of a column does not begin with a mark.
func (c Column) old(tx *db.Tx, mark []byte) (old bool, err error) {
	var one, begin any
	rows := c.Table + ` WHERE ` + cmp.Or(c.Where, `1 = 1`)
	err = tx.Get(`SELECT `+c.Hash+` FROM `+rows+` LIMIT 1`, nil, &one)
	length := len(mark)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	begin = mark
	if _, text := one.(string); text {
		begin, length = hex.EncodeToString(mark), 2*length
	}
	err = tx.Get(fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %s AND substr(%s, 1, %d) <> $1)`, rows, c.Hash, length), []any{begin}, &old)
	return old, err
}
