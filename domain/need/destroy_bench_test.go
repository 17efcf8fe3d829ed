package need_test

import (
	"testing"
	"time"

	"lianyuan/domain/need"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// BenchmarkDestroy destroys a lot of benchReports, eight in a transaction as destruction does, and says how long one of these held
// the writer at most, and how many statements it made.
func BenchmarkDestroy(b *testing.B) {
	const slice = 8
	dbtest.EachBench(b, func(b *testing.B, d *db.DB) {
		b.Helper()
		j, settles := follows(b, d)
		n := newNodes(b, d)
		n.reported(b, benchReports(), func(_ int, said string) need.Call {
			c := call(said)
			c.Place = "500110"
			return c
		})
		settles()
		n.filled(b, j)
		var lot need.Lot
		if err := d.View(n.ctx, func(tx *db.Tx) error {
			return tx.Get(`SELECT scope, id FROM data_key WHERE scope LIKE 'report:%'`, nil, &lot.Scope, &lot.Key)
		}); err != nil {
			b.Fatal(err)
		}
		lot.Place, _, _ = need.LotOf(lot.Scope)
		d.Stats().Held.Worst()
		var after string
		var left []string
		for b.Loop() {
			if len(left) < slice {
				if err := d.View(n.ctx, func(tx *db.Tx) (err error) {
					left, err = need.Left(tx, lot, after, 500*slice)
					return err
				}); err != nil || len(left) < slice {
					b.Fatalf("%d reports left, %v", len(left), err)
				}
				after = left[len(left)-1]
			}
			if err := d.Update(n.ctx, func(tx *db.Tx) error {
				_, err := n.on[0].Destroy(tx, lot, left[:slice], "somebody")
				return err
			}); err != nil {
				b.Fatal(err)
			}
			left = left[slice:]
		}
		worst, statements := d.Stats().Held.Worst()
		b.ReportMetric(float64(worst)/float64(time.Millisecond), "ms-worst")
		b.ReportMetric(float64(statements), "statements")
	})
}
