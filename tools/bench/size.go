package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

const megabyte = 1 << 20

// size measures the binary, how soon it is healthy and what it takes when nothing happens.
func size(ctx context.Context, p plan, r *report) error {
	r.say("size: a first start, %d later starts, %s idle", p.starts, p.idle)
	info, err := os.Stat(p.binary)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r.atMost("binary", float64(info.Size())/megabyte, "MB", 60)
	s, err := serve(ctx, p, "serve", dir)
	if err != nil {
		return err
	}
	r.atMost("healthy after the very first start", float64(s.healthy.Microseconds())/1000, "ms", 1000)
	if err := s.stop(); err != nil {
		return err
	}
	var later []float64
	for i := range p.starts {
		if s, err = serve(ctx, p, "serve", dir); err != nil {
			return err
		}
		later = append(later, float64(s.healthy.Microseconds())/1000)
		if i == p.starts-1 {
			break
		}
		if err := s.stop(); err != nil {
			return err
		}
	}
	r.atMost(fmt.Sprintf("healthy after a later start, median of %d", p.starts), median(later), "ms", 300)
	select {
	case <-time.After(p.idle):
	case <-ctx.Done():
	}
	rss, err := s.rss()
	if err != nil {
		return err
	}
	r.atMost(fmt.Sprintf("resident memory after %s idle", p.idle), rss/megabyte, "MB", 80)
	return s.stop()
}
