package need_test

import (
	"testing"

	"lianyuan/domain/need"
	"lianyuan/domain/place"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// BenchmarkQueue opens the lists of the duty desk with benchReports, nearly all of them of one county.
func BenchmarkQueue(b *testing.B) {
	dbtest.EachBench(b, func(b *testing.B, d *db.DB) {
		b.Helper()
		n := newNodes(b, d)
		n.reported(b, benchReports(), func(i int, said string) need.Call {
			c := call(said)
			if c.Place = "500110"; i < 20 {
				c.Place = "500101"
			}
			return c
		})
		for _, x := range []struct {
			name  string
			stage string
			at    place.Path
		}{{"waiting", "waiting", ""}, {"waiting in another county", "waiting", "/50/500101/"}, {"all", "all", ""}, {"all in another county", "all", "/50/500101/"}, {"done", "done", ""}} {
			b.Run(x.name, func(b *testing.B) {
				for b.Loop() {
					if _, err := n.on[0].Queue(n.ctx, need.Filter{Stage: x.stage, Place: x.at, Limit: 50}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
