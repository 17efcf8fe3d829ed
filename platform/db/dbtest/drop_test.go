package dbtest_test

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"lianyuan/platform/db/dbtest"
)

// The end of a test waits until its database is left, and ends nobody's connection.
func TestTheEndOfATestEndsNoConnection(t *testing.T) {
	server := os.Getenv("LIANYUAN_TEST_PG")
	if server == "" {
		return // as everywhere: dbtest fails without a server when CI is set
	}
	ctx := context.Background()
	ends, left := make(chan struct{}), make(chan error, 1)
	t.Run("a test that ends while somebody works", func(t *testing.T) {
		c, err := pgx.Connect(ctx, dbtest.NewPostgres(t, server))
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			<-ends // the test has ended: its database is being dropped
			_, err := c.Exec(ctx, `SELECT pg_sleep(1)`)
			if err == nil {
				err = c.Close(ctx)
			}
			left <- err
		}()
		t.Cleanup(func() { close(ends) }) // runs before the database is dropped
	})
	if err := <-left; err != nil {
		t.Errorf("its connection was ended: %v", err)
	}
}
