package place_test

import (
	"fmt"
	"testing"

	"lianyuan/domain/place"
)

func BenchmarkAt(b *testing.B) {
	tree := changed(b)
	for _, p := range [][2]float64{{106.65, 29.03}, {116.404, 39.915}, {106.63, 29.72}} {
		b.Run(fmt.Sprintf("%.2f,%.2f", p[0], p[1]), func(b *testing.B) {
			for b.Loop() {
				tree.At(p[0], p[1], after)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	tree := changed(b)
	for _, c := range []struct {
		query  string
		within place.Path
	}{
		{"綦江", "/"},
		{"镇", "/"},
		{"镇 綦江", "/"},
		{"镇 街 区 市", "/"},
		{"重庆市綦江区古南街道", "/"},
		{"村", "/50/500110/"},
		{"500110", "/"},
		{"镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇镇", "/50/"},
	} {
		b.Run(c.query, func(b *testing.B) {
			for b.Loop() {
				tree.Search(c.query, after, 20, c.within)
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	tree := changed(b)
	b.ReportAllocs()
	for b.Loop() {
		tree.Get("500112133", after)
	}
}

func BenchmarkWith(b *testing.B) {
	changes, zones := place.Chongqing2025()
	for b.Loop() {
		if _, err := place.Base().With(changes, zones); err != nil {
			b.Fatal(err)
		}
	}
}
