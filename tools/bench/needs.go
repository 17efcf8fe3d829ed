package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// needs measures lists, map and search over many open needs: a demo world, filled by the domain's bulk path before it is served.
func needs(ctx context.Context, p plan, r *report) (err error) {
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	accounts := filepath.Join(dir, "accounts.json")
	r.say("needs: %d are entered before the server listens", p.needs)
	s, err := serve(ctx, p, "demo", dir, "--print-accounts", accounts, "--needs", strconv.Itoa(p.needs))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r.add(fmt.Sprintf("%d needs: entered, slices of 50", p.needs), float64(p.needs)/s.healthy.Seconds(), "1/s")
	if size, err := sizeOf(filepath.Join(dir, "data")); err == nil {
		r.add(fmt.Sprintf("%d needs: the data directory", p.needs), size/megabyte, "MB")
	}
	cookie, err := signIn(ctx, s.address, accounts)
	if err != nil {
		return err
	}
	board, err := boardOf(ctx, s.address, cookie)
	if err != nil {
		return err
	}
	q := questions{many: p.needs, rand: rand.New(rand.NewPCG(1, 2))}
	for _, part := range []struct {
		name        string
		connections int
		rate        float64 // to be reached; 0: none is set
		p50, p99    float64
		ask         func() question
	}{
		{"first page without filter", 16, 2000, 0, 30, q.whole},
		{"first page of any filter", 16, 2000, 0, 30, q.filtered},
		{"map box", 4, 0, 30, 150, q.box},
		{"search, a word in a fifth", 4, 0, 30, 150, q.common},
		{"search, any words and filters", 4, 0, 30, 150, q.words},
		{"a number, whole", 4, 0, 30, 150, q.number},
		{"board of their incident", 4, 0, 15, 150, func() question { return question{path: board} }},
	} {
		asked := make([]question, 2000)
		for i := range asked {
			asked[i] = part.ask()
		}
		if err := needsPart(ctx, p, r, s, cookie, part.name, part.connections, part.rate, part.p50, part.p99, asked); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	rss, err := s.rss()
	r.add("server memory after all of this", rss/megabyte, "MB")
	return err
}

func needsPart(ctx context.Context, p plan, r *report, s *process, cookie, name string, connections int, rate, p50, p99 float64, asked []question) error {
	r.say("needs: %s, %d connections, %s", name, connections, p.round)
	cpu, err := s.cpu()
	if err != nil {
		return err
	}
	l, err := reads(ctx, s.address, cookie, connections, p.warm, p.round, asked)
	if err := errors.Join(err, l.failure()); err != nil {
		return err
	}
	now, err := s.cpu()
	if err != nil {
		return err
	}
	name = fmt.Sprintf("%d needs, %s, %d connections: ", p.needs, name, connections)
	if rate > 0 {
		r.atLeast(name+"answers", l.rate(), "1/s", rate)
		r.add(name+"p50", quantile(l.took, 0.5), "ms")
	} else {
		r.add(name+"answers", l.rate(), "1/s")
		r.atMost(name+"p50", quantile(l.took, 0.5), "ms", p50)
	}
	r.atMost(name+"p99", quantile(l.took, 0.99), "ms", p99)
	r.add(name+"processor time of the server each", float64((now-cpu).Microseconds())/float64(l.sent), "µs")
	return nil
}

// reads asks from every connection as soon as its last answer came, as closed does with reports.
func reads(ctx context.Context, address, cookie string, connections int, warm, length time.Duration, asked []question) (result, error) {
	from := time.Now().Add(warm)
	until := from.Add(length)
	var mu sync.Mutex
	next := 0
	r, err := workers(ctx, address, connections, func(c *conn, _ *caller) (took []time.Duration, sent int, failed error) {
		var request []byte
		for ; ctx.Err() == nil; sent++ {
			mu.Lock()
			q := asked[next%len(asked)]
			next++
			mu.Unlock()
			request = append(q.append(appendHead(request[:0], "GET", "/api/v1"+q.path, address, cookie)), "\r\n"...)
			start := time.Now()
			if start.After(until) {
				break
			}
			status, body, err := c.do(request)
			if err == nil && status != 200 {
				err = fmt.Errorf("%s answered %d: %.300s", q.path, status, body)
			}
			if err != nil {
				return took, sent, err
			}
			if end := time.Now(); start.After(from) && end.Before(until) {
				took = append(took, end.Sub(start))
			}
		}
		return took, sent, ctx.Err()
	})
	r.length = length
	return r, err
}

// question is what is read of the API, and what is looked for there.
type question struct{ path, search string }

// append writes what is looked for into the head of a request: it stands in no address.
func (q question) append(head []byte) []byte {
	if q.search == "" {
		return head
	}
	return fmt.Appendf(head, "Search: %s\r\n", url.PathEscape(q.search))
}

// questions makes what is asked, the same in every run.
type questions struct {
	many int
	rand *rand.Rand
}

// commonWord stands in a fifth of the needs.
const commonWord = "被困"

var (
	kindsEntered = []string{"trapped_water", "injured", "missing", "no_water_food", "house_danger", "other"}
	countyCodes  = []string{"500101", "500102", "500103", "500107", "500110", "500113", "500116", "500119", "500151", "500230"}
	townCodes    = []string{"500110001", "500110101", "500119001", "500110002", "500119002", "500110102"}
	placeNames   = []string{"綦江", "南川区", "古南街道", "万州", "涪陵区", "永川"}
)

func (q questions) one(words []string) string { return words[q.rand.IntN(len(words))] }

func (q questions) whole() question { return question{path: "/needs"} }

// filtered chooses by any combination: state, a place of any level, severity, kind, audience; half of each are empty.
func (q questions) filtered() question {
	v := url.Values{}
	set := func(key string, of []string) {
		if q.rand.IntN(2) == 0 {
			v.Set(key, q.one(of))
		}
	}
	set("state", []string{"open", "open", "published", "closed", "all"})
	switch q.rand.IntN(4) {
	case 0:
		v.Set("place", "50")
	case 1:
		v.Set("place", q.one(countyCodes))
	case 2:
		v.Set("place", q.one(townCodes))
	}
	set("severity", []string{"1", "2", "3", "4"})
	set("kind", kindsEntered)
	if q.rand.IntN(8) == 0 {
		v.Set("audience", q.one([]string{"teams", "public"}))
	}
	return question{path: "/needs?" + v.Encode()}
}

// box is a view of some scale somewhere, half of them with a filter.
func (q questions) box() question {
	zoom := 6 + 8*q.rand.Float64()
	at := middles[q.rand.IntN(len(middles))]
	half := 360 / float64(int(1)<<int(zoom)) * 1.5 // three tiles wide
	v := url.Values{"zoom": {fmt.Sprintf("%.1f", zoom)}}
	for key, deg := range map[string]float64{"west": at[0] - half, "east": at[0] + half, "south": at[1] - half/2, "north": at[1] + half/2} {
		v.Set(key, fmt.Sprintf("%.5f", deg))
	}
	switch q.rand.IntN(6) {
	case 0:
		v.Set("kind", q.one(kindsEntered))
	case 1:
		v.Set("severity", "1")
	case 2:
		v.Set("place", q.one(countyCodes))
	}
	return question{path: "/needs/map?" + v.Encode()}
}

func (q questions) common() question { return question{"/needs", commonWord} }

func (q questions) words() question {
	word := q.one(append([]string{commonWord, "担架", "一楼进水", "桥洞"}, placeNames...))
	v := url.Values{}
	switch q.rand.IntN(4) {
	case 0:
		v.Set("place", q.one(countyCodes))
	case 1:
		v.Set("place", q.one(townCodes))
	case 2:
		v.Set("severity", "1")
	}
	return question{"/needs?" + v.Encode(), word}
}

func (q questions) number() question {
	return question{"/needs", fmt.Sprintf("XQ-A%04d", 1+q.rand.IntN(q.many))}
}

// boardOf is the board of the incident to which the needs belong: the newest that runs in earnest.
func boardOf(ctx context.Context, address, cookie string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/api/v1/incidents?state=active", nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var page struct {
		Items []struct {
			ID    string
			Drill bool
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil {
		return "", err
	}
	for _, i := range page.Items {
		if !i.Drill {
			return "/incidents/" + i.ID + "/board", nil
		}
	}
	return "", errors.New("no incident runs in the demo")
}

func sizeOf(dir string) (bytes float64, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			bytes += float64(info.Size())
		}
	}
	return bytes, err
}
