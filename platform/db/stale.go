package db

import (
	"strings"

	"lianyuan/platform/fault"
)

// Stale is what a compare-and-set answers that found another version: fault.ErrVersionStale with what stands there now, its
// version and the columns that are named. On PostgreSQL that is what the other has committed meanwhile.
func (tx *Tx) Stale(table, key, id string, columns ...string) error {
	columns = append([]string{"version"}, columns...)
	values, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		to[i] = &values[i]
	}
	if err := tx.Get(`SELECT `+strings.Join(columns, ", ")+` FROM `+table+` WHERE `+key+` = $1`, []any{id}, to...); err != nil {
		return err
	}
	now := map[string]any{}
	for i, c := range columns {
		now[c] = values[i]
	}
	return fault.ErrVersionStale.WithCurrent(now)
}
