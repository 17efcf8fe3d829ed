package db_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"lianyuan/platform/db"
)

// Whoever sends again with the same id is helped by an error that says that the database is to blame, and by no other.
func TestWhatADatabaseIsToBlameFor(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{fmt.Errorf("query: %w", io.ErrUnexpectedEOF), true}, // killed in the middle of an answer
		{&pgconn.PgError{Code: "57P01"}, true},
		{&pgconn.PgError{Code: "23505"}, false},
		{io.EOF, false},
		{errors.New("a rule"), false},
	} {
		if got := db.Unavailable(c.err); got != c.want {
			t.Errorf("%v: %t", c.err, got)
		}
	}
}
