package team

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"lianyuan/domain/access"
	"lianyuan/domain/place"
	"lianyuan/migrations"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/geo"
	"lianyuan/platform/id"
	"lianyuan/platform/seal"
)

// The list over a register of the country: 100,000 teams, of which the actor sees all. No filter may read them all.
func BenchmarkList(b *testing.B) {
	s, ctx := country(b, 100_000)
	near := &geo.Point{Lon: 106.65, Lat: 29.02}
	for name, f := range map[string]Filter{
		"all":                {},
		"county":             {Place: "/50/500110/"},
		"status":             {Legal: "suspended"},
		"common word":        {Query: "救援队"},
		"rare word":          {Query: "0777"},
		"no such word":       {Query: "没有这支"},
		"two common words":   {Query: "救援 巴渝"},
		"common skill":       {Skill: "water", Grade: 2},
		"rare skill":         {Skill: "diving"},
		"equipment":          {Equipment: "excavator"},
		"credit code":        {Query: "52320100MJ"},
		"near":               {Near: near, Within: 80_000},
		"near, as far as it": {Near: near, Skill: "water"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.List(ctx, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// country is a service over n invented teams; one in a hundred dives, one in a hundred is suspended.
func country(b *testing.B, n int) (*Service, context.Context) {
	b.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{File: filepath.Join(b.TempDir(), "bench.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := migrations.Up(ctx, d); err != nil {
		b.Fatal(err)
	}
	master, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		b.Fatal(err)
	}
	places, err := place.Open(ctx, d)
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(ctx, Deps{DB: d, Clock: clock.System{}, Places: places, Keeper: seal.NewKeeper(d, master)})
	if err != nil {
		b.Fatal(err)
	}
	now := clock.System{}.Now()
	var counties []place.Path
	for _, p := range places.Tree().Children("cn", now) {
		for _, c := range places.Tree().Children(p.Code, now) {
			counties = append(counties, c.Path)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < n; from += 200 {
		err := d.Update(ctx, func(tx *db.Tx) error {
			for i := from; i < from+200; i++ {
				t := invented(r, i, counties[i%len(counties)])
				if _, err := insert(tx, t); err != nil {
					return err
				}
				if err := able(tx, t, "equipment", t.Equipment, true); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return s, access.With(ctx, access.Actor{Account: "staff", At: now, Grants: []access.Grant{{Role: access.Office, Place: place.Root, Sees: places.Tree().Scope("cn", now)}}})
}

func invented(r *rand.Rand, i int, home place.Path) Team {
	t := Team{
		ID: id.New(), Name: fmt.Sprintf("%s%s救援队%04d", []string{"巴渝", "乌江", "嘉陵", "缙云", "华蓥"}[i%5], []string{"水域", "山岳", "破拆"}[i%3], i%10_000), Place: home, Home: home,
		Lon: 85 + 40*r.Float64(), Lat: 20 + 25*r.Float64(), Kind: "other", Legal: "registered", Skills: []Skill{{Key: []string{"water", "mountain", "collapse"}[i%3], Grade: i % 4}},
		Equipment: []Item{{Key: "boat", Count: 2}}, Version: 1,
	}
	if i%100 == 0 {
		t.Legal, t.Skills, t.Equipment = "suspended", append(t.Skills, Skill{Key: "diving"}), append(t.Equipment, Item{Key: "excavator", Count: 1})
	}
	return t
}
