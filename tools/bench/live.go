package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// live measures how soon changes are on open pages, and what many open pages take.
func live(ctx context.Context, p plan, r *report) (err error) {
	dir, err := os.MkdirTemp("", "lianyuan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	accounts := filepath.Join(dir, "accounts.json")
	s, err := serve(ctx, p, "demo", dir, "--print-accounts", accounts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	cookie, err := signIn(ctx, s.address, accounts)
	if err != nil {
		return err
	}
	before, err := s.rss()
	if err != nil {
		return err
	}
	few, err := livePages(ctx, p, r, s, cookie, 500, 20)
	if err != nil {
		return err
	}
	const at = "500 live pages, 20 changes/s: "
	r.atMost(at+"change to page p50, its fsync included", quantile(few.fromChange, 0.5), "ms", 10)
	r.atMost(at+"change to page p99, its fsync included", quantile(few.fromChange, 0.99), "ms", 40)
	r.add(at+"answer to page p99", quantile(few.fromAnswer, 0.99), "ms")
	many, err := livePages(ctx, p, r, s, cookie, p.many, 2)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%d live pages, 2 changes/s: ", p.many)
	r.add(name+"change to page p50", quantile(many.fromChange, 0.5), "ms")
	r.atMost(name+"change to page p99", quantile(many.fromChange, 0.99), "ms", 400)
	r.atMost(name+"server memory per page", (many.rss-before)/float64(p.many)/1024, "KB", 40)
	return nil
}

// signIn opens a session of the coordination office and gives its cookie.
func signIn(ctx context.Context, address, accounts string) (string, error) {
	b, err := os.ReadFile(accounts)
	if err != nil {
		return "", err
	}
	var list []struct{ Login, Password, Role string }
	if err := json.Unmarshal(b, &list); err != nil {
		return "", err
	}
	for _, a := range list {
		if a.Role != "office" {
			continue
		}
		body, err := json.Marshal(map[string]string{"login": a.Login, "password": a.Password})
		if err != nil {
			return "", err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/api/v1/session", bytes.NewReader(body))
		if err != nil {
			return "", err
		}
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		for _, c := range answer.Cookies() {
			return c.Name + "=" + c.Value, nil
		}
		return "", fmt.Errorf("sign-in answers %d without a cookie", answer.StatusCode)
	}
	return "", errors.New("the demo has no account of the role office")
}

// seen is what a run of live pages measured.
type seen struct {
	fromChange, fromAnswer []time.Duration // sorted; one for each page and change
	rss                    float64         // of the server, at the end
}

// change is one report of the run: when it was answered, and its time as the pages were told.
type change struct {
	answered time.Time
	at       atomic.Int64 // microseconds, 0 until a page has read it
}

// livePages opens pages, sends changes, waits until every page has read every change, and closes the pages.
func livePages(ctx context.Context, p plan, r *report, s *process, cookie string, pages, rate int) (seen, error) {
	r.say("live: %d pages, %d changes a second, %s", pages, rate, p.liveFor)
	changes := make([]change, int(p.liveFor.Seconds()*float64(rate)))
	run := [2]byte{byte(rand.UintN(256)), byte(rand.UintN(256))}
	open, err := openPages(ctx, p, s.address, cookie, pages, &run, changes)
	defer func() {
		for _, page := range open {
			page.close()
		}
	}()
	if err != nil {
		return seen{}, err
	}
	if err := sendChanges(ctx, s.address, run, rate, changes); err != nil {
		return seen{}, err
	}
	expected := int64(pages * len(changes))
	for wait := time.Now().Add(stall); time.Now().Before(wait) && arrived(open) < expected; {
		time.Sleep(20 * time.Millisecond)
	}
	rss, err := s.rss()
	if err != nil {
		return seen{}, err
	}
	if n := arrived(open); n != expected {
		return seen{}, fmt.Errorf("%d of %d changes arrived", n, expected)
	}
	out := seen{rss: rss}
	for _, page := range open {
		page.mu.Lock()
		for _, a := range page.arrivals {
			c := &changes[a.change]
			out.fromChange = append(out.fromChange, a.when.Sub(time.UnixMicro(c.at.Load())))
			out.fromAnswer = append(out.fromAnswer, a.when.Sub(c.answered))
		}
		page.mu.Unlock()
	}
	slices.Sort(out.fromChange)
	slices.Sort(out.fromAnswer)
	return out, nil
}

func arrived(pages []*livePage) (n int64) {
	for _, p := range pages {
		n += p.count.Load()
	}
	return n
}

// sendChanges reports at a fixed rate, one after the other.
func sendChanges(ctx context.Context, address string, run [2]byte, rate int, changes []change) error {
	c, err := dial(ctx, address, "")
	if err != nil {
		return err
	}
	defer c.close()
	call := newCaller(address, run, 1)
	start := time.Now()
	for i := range changes {
		select {
		case <-time.After(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(rate)))):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := send(c, call.request(uint32(i))); err != nil {
			return err
		}
		changes[i].answered = time.Now()
	}
	return nil
}

// livePage is one open stream.
type livePage struct {
	*conn
	count    atomic.Int64
	mu       sync.Mutex
	arrivals []arrival
}

type arrival struct {
	change int
	when   time.Time
}

// openPages opens the streams, some at once, from several loopback addresses so that the ports suffice.
func openPages(ctx context.Context, p plan, address, cookie string, pages int, run *[2]byte, changes []change) ([]*livePage, error) {
	all := make([]*livePage, pages)
	errs := make([]error, pages)
	slots := make(chan struct{}, p.dialAtTop)
	var wg sync.WaitGroup
	for i := range all {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			c, err := dial(ctx, address, fmt.Sprintf("127.0.0.%d", 1+i%8))
			if err != nil {
				errs[i] = err
				return
			}
			c.buf = make([]byte, 1024)
			all[i] = &livePage{conn: c}
			errs[i] = all[i].hello(address, cookie)
		})
	}
	wg.Wait()
	all = slices.DeleteFunc(all, func(p *livePage) bool { return p == nil })
	if err := errors.Join(errs...); err != nil {
		return all, err
	}
	for _, page := range all {
		go page.read(*run, changes)
	}
	return all, nil
}

// hello asks for the stream and reads up to its first event.
func (p *livePage) hello(address, cookie string) error {
	if err := p.c.SetDeadline(time.Now().Add(stall)); err != nil {
		return err
	}
	if _, err := p.c.Write(append(appendHead(nil, "GET", "/api/v1/live", address, cookie), "\r\n"...)); err != nil {
		return err
	}
	var head []byte
	for {
		n, err := p.c.Read(p.buf)
		if err != nil {
			return err
		}
		head = append(head, p.buf[:n]...)
		if !bytes.HasPrefix(head, []byte("HTTP/1.1 200")) {
			return fmt.Errorf("a live page was answered %.200s", head)
		}
		if i := bytes.Index(head, []byte("event: hello")); i >= 0 && bytes.Contains(head[i:], []byte("\n\n")) {
			return p.c.SetDeadline(time.Time{})
		}
	}
}

// read takes the events until the connection is closed. An event is looked for in the text as it comes: a chunk of the
// transfer encoding holds whole events as long as one fits into the server's buffer, and these do.
func (p *livePage) read(run [2]byte, changes []change) {
	held := 0
	for {
		if held == len(p.buf) {
			p.buf = append(p.buf, make([]byte, len(p.buf))...)
		}
		n, err := p.c.Read(p.buf[held:])
		if err != nil {
			return
		}
		when := time.Now()
		held += n
		for {
			event, rest, ok := bytes.Cut(p.buf[:held], []byte("\n\n"))
			if !ok {
				break
			}
			p.take(event, when, run, changes)
			held = copy(p.buf, rest)
		}
	}
}

// take notes a change of this run.
func (p *livePage) take(event []byte, when time.Time, run [2]byte, changes []change) {
	if !bytes.Contains(event, []byte(`"verb":"report.received"`)) {
		return
	}
	id := field(event, `"id":"`)
	if len(id) != 36 {
		return
	}
	var tail [6]byte
	if _, err := hex.Decode(tail[:], id[24:]); err != nil || [2]byte(tail[:2]) != run {
		return
	}
	n := int(tail[2])<<24 | int(tail[3])<<16 | int(tail[4])<<8 | int(tail[5])
	if n >= len(changes) {
		return
	}
	if changes[n].at.Load() == 0 {
		if at, err := time.Parse(time.RFC3339Nano, string(field(event, `"at":"`))); err == nil {
			changes[n].at.Store(at.UnixMicro())
		}
	}
	p.mu.Lock()
	p.arrivals = append(p.arrivals, arrival{n, when})
	p.mu.Unlock()
	p.count.Add(1)
}

// field is the text after a key, up to the next quotation mark.
func field(event []byte, key string) []byte {
	_, rest, _ := bytes.Cut(event, []byte(key))
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return value
}
