package journal_test

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
	"lianyuan/platform/journal"
)

// Rows of some verbs are found however far they lie apart, on both sides of where a window of the reading ends.
func TestReadVerbsFarApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		j, rows := open(t, d)
		const last = 1300
		rare := []int64{1, 511, 512, 513, 1024, 1025, last}
		if err := d.Update(ctx, func(tx *db.Tx) error {
			for n := int64(1); n <= last; n++ {
				e := entry(strconv.FormatInt(n, 10))
				if slices.Contains(rare, n) {
					e.Verb = "thing.found"
				}
				if err := journal.Append(tx, e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		rows(last)
		for _, c := range []struct {
			after, until int64
			limit        int
			want         []int64
		}{
			{0, last, 100, rare},
			{0, last, 4, rare[:4]},
			{1, 1024, 100, rare[1:5]},
			{513, last, 1, rare[4:5]},
			{513, 1023, 100, nil},
			{last, last, 100, nil},
		} {
			found, err := j.ReadVerbs(ctx, c.after, c.until, []string{"thing.found"}, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, r := range found {
				got = append(got, r.Position)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("after %d until %d, at most %d: %v, want %v", c.after, c.until, c.limit, got, c.want)
			}
		}
	})
}
