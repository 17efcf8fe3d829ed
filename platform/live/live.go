// Package live shows settled changes to open pages, over server-sent events.
//
// Every page gets the changes that its viewer may see, in the order of their positions, and can go on after a lost
// connection where it stopped (Last-Event-ID). Viewers with the same rights form a class: a change is judged and
// encoded once for a class, not once for a page.
//
//	hello {position, now}        the stream stands here
//	change {…}                   a record changed and the viewer may see it
//	gone {kind, id}              a record left the viewer's sight
//	reset {}                     too much was missed: read the lists again
//	beat {}                      nothing else came; its id is how far the journal is told, so that whoever comes back is
//	                             not told again of what was not for its eyes
//	bye {reason}                 the viewer's rights ended
package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/journal"
)

// Verdict is what a viewer learns of a change.
type Verdict int

// The verdicts.
const (
	Nothing Verdict = iota
	Change
	Gone
)

// Viewer is who looks.
type Viewer struct {
	Account string
	Class   string    // equal classes see the same
	Until   time.Time // when the rights must be judged again; zero: when they change
	Sees    func(*journal.Row) Verdict
	// Own says whether a row that the class does not see is for this viewer alone; nil: none is. It is asked for each page.
	Own func(*journal.Row) bool
}

// verdict is what the viewer learns of a row, as one of the class or alone.
func (v Viewer) verdict(r *journal.Row) Verdict {
	if seen := v.Sees(r); seen != Nothing || v.Own == nil || !v.Own(r) {
		return seen
	}
	return Change
}

// Judge finds out who looks, now; an error ends the stream.
type Judge func(ctx context.Context) (Viewer, error)

// Concerns says whose rights a change touches: an account id, "" for nobody's.
type Concerns func(*journal.Row) string

// Hub holds the open pages of this node.
type Hub struct {
	journal  *journal.Journal
	concerns Concerns
	clock    clock.Clock

	mu      sync.Mutex
	pages   map[*page]struct{}
	told    int64 // the last position that was handed on
	closing chan struct{}
	shut    sync.Once
	open    atomic.Int64
}

const (
	heartbeat = 15 * time.Second       // so that proxies keep the connection
	replay    = 2000                   // changes that an open page may be behind, and that are replayed to one that comes back
	soonest   = 100 * time.Millisecond // between two judgements, should the clocks differ
	retryAtMS = 1000                   // how soon a browser comes back
)

// New is a hub that follows the journal.
func New(j *journal.Journal, c Concerns, now clock.Clock) *Hub {
	h := &Hub{journal: j, concerns: c, clock: now, pages: map[*page]struct{}{}, closing: make(chan struct{})}
	j.Listen(h.heard)
	return h
}

// page is one open stream. What is below the hub's lock changes only under it.
type page struct {
	after   int64         // changes up to here are not sent
	more    chan struct{} // something waits
	recheck chan struct{}

	// Below the hub's lock. Changes come in bursts: when a node that gave the positions is gone, the next one gives those of
	// a second at once, and a page in good order must not be cut off by it.
	viewer  Viewer
	waiting [][]byte
	lost    bool // it fell behind: it must resume
}

// hand puts a change behind what waits.
func (p *page) hand(b []byte) {
	if len(p.waiting) == replay {
		p.lost = true
		p.waiting = nil
	} else {
		p.waiting = append(p.waiting, b)
	}
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// Open is how many pages are open.
func (h *Hub) Open() int64 { return h.open.Load() }

// Close ends all streams; browsers come back by themselves, to another node or after the restart.
func (h *Hub) Close() { h.shut.Do(func() { close(h.closing) }) }

// heard is the hub's listener. It encodes each row once for each class and hands it on without waiting.
func (h *Hub) heard(rows []journal.Row) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(rows) > 0 {
		h.told = rows[len(rows)-1].Position
	}
	for i := range rows {
		r := &rows[i]
		concerned := h.concerns(r)
		byClass := map[string][]byte{}
		var own []byte
		for p := range h.pages {
			if concerned != "" && p.viewer.Account == concerned {
				select {
				case p.recheck <- struct{}{}:
				default:
				}
			}
			if r.Position <= p.after || p.lost {
				continue
			}
			b, ok := byClass[p.viewer.Class]
			if !ok {
				b = encode(r, p.viewer.Sees(r))
				byClass[p.viewer.Class] = b
			}
			if b == nil && p.viewer.Own != nil && p.viewer.Own(r) {
				if own == nil {
					own = encode(r, Change)
				}
				b = own
			}
			if b == nil {
				continue
			}
			p.hand(b)
		}
	}
}

// change is the body of a change event.
type change struct {
	Position int64           `json:"position"`
	Verb     string          `json:"verb"`
	Kind     string          `json:"kind"`
	ID       string          `json:"id"`
	Place    string          `json:"place"`
	Version  int64           `json:"version"`
	At       time.Time       `json:"at"`
	By       string          `json:"by"`
	Row      json.RawMessage `json:"row"`
}

type gone struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

func encode(r *journal.Row, v Verdict) []byte {
	var name string
	var body any
	switch v {
	case Nothing:
		return nil
	case Change:
		name = "change"
		body = change{r.Position, r.Verb, r.Kind, r.Subject, r.Place, r.Version, r.At, r.Actor, r.Body}
	case Gone:
		name = "gone"
		body = gone{r.Kind, r.Subject}
	}
	return frame(name, r.Position, body)
}

func frame(name string, position int64, body any) []byte {
	b, err := json.Marshal(body)
	if err != nil {
		return nil // the rows of the journal are JSON already
	}
	out := make([]byte, 0, len(b)+64)
	if position > 0 {
		out = append(strconv.AppendInt(append(out, "id: "...), position, 10), '\n')
	}
	out = append(append(append(out, "event: "...), name...), "\ndata: "...)
	return append(append(out, b...), "\n\n"...)
}

// Serve streams to one page until it goes away, its rights end or the hub closes.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, judge Judge) error {
	ctx := r.Context()
	viewer, err := judge(ctx)
	if err != nil {
		return err
	}
	out := http.NewResponseController(w)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	p := &page{viewer: viewer, more: make(chan struct{}, 1), recheck: make(chan struct{}, 1)}
	p.recheck <- struct{}{} // the rights may end between the judgement above and the registration below
	since, resumed := resumeFrom(r)
	h.mu.Lock()
	p.after = h.journal.Position()
	h.pages[p] = struct{}{}
	h.mu.Unlock()
	h.open.Add(1)
	defer h.open.Add(-1)
	defer h.leave(p)
	if err := h.greet(ctx, w, p, since, resumed); err != nil {
		return nil // the page went away
	}
	if err := out.Flush(); err != nil {
		return nil // the page went away
	}
	h.stream(ctx, w, out, p, judge)
	return nil
}

func resumeFrom(r *http.Request) (int64, bool) {
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.URL.Query().Get("since")
	}
	n, err := strconv.ParseInt(last, 10, 64)
	return n, err == nil && n >= 0
}

// greet says where the stream stands and makes up for what the page missed.
func (h *Hub) greet(ctx context.Context, w http.ResponseWriter, p *page, since int64, resumed bool) error {
	hello := map[string]any{"position": p.after, "now": h.clock.Now()} // the page sets its clock by it
	if _, err := w.Write(append([]byte("retry: "+strconv.Itoa(retryAtMS)+"\n"), frame("hello", 0, hello)...)); err != nil {
		return err
	}
	if !resumed || since >= p.after {
		return nil
	}
	rows, err := h.journal.Read(ctx, since, replay+1)
	if err != nil {
		return err
	}
	if len(rows) > replay {
		_, err := w.Write(frame("reset", p.after, struct{}{}))
		return err
	}
	for i := range rows {
		if rows[i].Position > p.after {
			break
		}
		if b := encode(&rows[i], p.viewer.verdict(&rows[i])); b != nil {
			if _, err := w.Write(b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *Hub) stream(ctx context.Context, w http.ResponseWriter, out *http.ResponseController, p *page, judge Judge) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	ends := time.NewTimer(h.nextJudgement(p.viewer))
	defer ends.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-h.closing:
			return
		case <-beat.C:
			err = h.beat(w, p)
		case <-p.recheck:
			err = h.rejudge(ctx, w, p, judge, ends)
		case <-ends.C:
			err = h.rejudge(ctx, w, p, judge, ends)
		case <-p.more:
			err = h.write(w, p)
		}
		if flushErr := out.Flush(); err != nil || flushErr != nil {
			return
		}
	}
}

// errBehind ends a stream; the browser resumes where it stopped.
var errBehind = errors.New("the page fell behind")

// write sends all that waits in one go.
func (h *Hub) write(w http.ResponseWriter, p *page) error {
	h.mu.Lock()
	waiting, lost := p.waiting, p.lost
	p.waiting = nil
	h.mu.Unlock()
	if lost {
		return errBehind
	}
	for _, b := range waiting {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// beat keeps the connection open. It takes the page's place in the journal along where nothing waits for the page: one that
// sees little would otherwise come back with the position of long ago, and all pages of a quiet team would read anew.
func (h *Hub) beat(w http.ResponseWriter, p *page) error {
	h.mu.Lock()
	at := max(p.after, h.told)
	if len(p.waiting) > 0 || p.lost {
		at = 0
	}
	h.mu.Unlock()
	_, err := w.Write(frame("beat", at, struct{}{}))
	return err
}

// Position is where the journal stands on this node. Who reads after it was asked, and has a stream from there, misses nothing.
func (h *Hub) Position() int64 { return h.journal.Position() }

// nextJudgement is how long the viewer's rights are good for, as far as is known now.
func (h *Hub) nextJudgement(v Viewer) time.Duration {
	if v.Until.IsZero() {
		return 24 * time.Hour
	}
	return max(v.Until.Sub(h.clock.Now()), soonest)
}

var errBye = errors.New("the viewer's rights ended")

// rejudge asks again who looks. With other rights the lists must be read anew; without any the stream ends.
func (h *Hub) rejudge(ctx context.Context, w http.ResponseWriter, p *page, judge Judge, ends *time.Timer) error {
	v, err := judge(ctx)
	if err != nil {
		_, writeErr := w.Write(frame("bye", 0, map[string]string{"reason": "rights_ended"}))
		return errors.Join(errBye, writeErr)
	}
	h.mu.Lock()
	changed := v.Class != p.viewer.Class
	p.viewer = v
	h.mu.Unlock()
	ends.Reset(h.nextJudgement(v))
	if changed {
		_, err = w.Write(frame("reset", 0, struct{}{}))
	}
	return err
}

func (h *Hub) leave(p *page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pages, p)
}
