package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// Every Update that is kept is counted by how long it held the writer, with its statements; what is refused is not.
func TestHoldsAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, held := context.Background(), &d.Stats().Held
		held.Worst()
		before, _, _ := held.Counts()
		write := func(times int, fail error) error {
			return d.Update(ctx, func(tx *db.Tx) error {
				for n := range times {
					if _, err := tx.Exec(`INSERT INTO follower (name, position) VALUES ($1, 0) ON CONFLICT (name) DO UPDATE SET position = $2`, "held", n); err != nil {
						return err
					}
				}
				return fail
			})
		}
		if err := errors.Join(write(3, nil), write(7, nil)); err != nil {
			t.Fatal(err)
		}
		if err := write(9, errors.New("no")); err == nil {
			t.Fatal("it was kept")
		}
		n, sum, upTo := held.Counts()
		if took, statements := held.Worst(); n-before != 2 || statements != 7 || took <= 0 || sum < took {
			t.Errorf("%d holds of %s, the worst %s with %d statements", n-before, sum, took, statements)
		}
		if took, statements := held.Worst(); took != 0 || statements != 0 {
			t.Errorf("asked again: %s, %d", took, statements)
		}
		for i := 1; i < len(upTo); i++ {
			if upTo[i] < upTo[i-1] || upTo[i] > n {
				t.Errorf("steps %v of %d", upTo, n)
			}
		}
		if len(upTo) != len(db.HeldSteps) || db.HeldSteps[5] != 50*time.Millisecond {
			t.Errorf("%d steps", len(upTo))
		}
	})
}
