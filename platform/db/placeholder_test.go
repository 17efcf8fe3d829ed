package db

import "testing"

func TestInOrder(t *testing.T) {
	for query, want := range map[string]string{
		`INSERT INTO t VALUES ($1, $2), ($3, $4)`: `INSERT INTO t VALUES (?, ?), (?, ?)`,
		`SELECT 1 FROM t`:                         `SELECT 1 FROM t`,
		`UPDATE t SET a = $1 WHERE id = $2`:       `UPDATE t SET a = ? WHERE id = ?`,
		`SELECT $1, $1`:                           `SELECT $1, $1`,
		`SELECT $2, $1`:                           `SELECT $2, $1`,
		`SELECT $1, $20`:                          `SELECT $1, $20`,
		`SELECT '$1', $1`:                         `SELECT '$1', $1`,
		`SELECT $1 -- $2`:                         `SELECT $1 -- $2`,
		`SELECT $1, ?`:                            `SELECT $1, ?`,
		`SELECT $name`:                            `SELECT $name`,
	} {
		if got := inOrder(query); got != want {
			t.Errorf("%s becomes %s, not %s", query, got, want)
		}
	}
}
