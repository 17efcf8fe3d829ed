package live

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/journal"
)

// busy is a page that says when its first change arrives and takes it when the test lets it. It leaves after the last.
type busy struct {
	*httptest.ResponseRecorder
	first, last   []byte
	arrives, take chan struct{}
	leave         func()
}

func (b *busy) Write(text []byte) (int, error) {
	if bytes.Equal(text, b.first) {
		close(b.arrives)
		<-b.take
	}
	if bytes.Equal(text, b.last) {
		defer b.leave()
	}
	return b.ResponseRecorder.Write(text)
}

// changes are rows with these positions.
func changes(from, to int64) (rows []journal.Row) {
	for p := from; p <= to; p++ {
		rows = append(rows, journal.Row{Position: p, Entry: journal.Entry{Verb: "report.received", Kind: "report"}, Body: []byte("{}")})
	}
	return rows
}

// A burst, such as the changes of a second in which nobody gave positions, reaches a page that is busy with the one before
// it, whole and in order. A page that is further behind than is replayed is ended; it resumes.
func TestABurstCutsNoPage(t *testing.T) {
	for _, tt := range []struct {
		burst int64
		whole bool
	}{{replay, true}, {replay + 1, false}} {
		t.Run(strconv.FormatInt(tt.burst, 10), func(t *testing.T) {
			h := New(new(journal.Journal), func(*journal.Row) string { return "" }, clock.System{})
			all := changes(1, 1+tt.burst)
			ctx, leave := context.WithTimeout(t.Context(), 15*time.Second)
			defer leave()
			page := &busy{httptest.NewRecorder(), encode(&all[0], Change), encode(&all[len(all)-1], Change), make(chan struct{}), make(chan struct{}), leave}
			judged, ended := make(chan struct{}, 8), make(chan error, 1)
			go func() {
				ended <- h.Serve(page, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), func(context.Context) (Viewer, error) {
					judged <- struct{}{}
					return Viewer{Class: "all", Sees: func(*journal.Row) Verdict { return Change }}, nil
				})
			}()
			<-judged
			<-judged // the second time it is among the pages
			h.heard(all[:1])
			<-page.arrives
			h.heard(all[1:])
			close(page.take)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			var want []byte
			for i := range all {
				want = append(want, encode(&all[i], Change)...)
			}
			if whole := bytes.HasSuffix(page.Body.Bytes(), want); whole != tt.whole {
				t.Errorf("the page has all %d changes in order: %t, want %t", len(all), whole, tt.whole)
			}
		})
	}
}

// The beat carries how far the journal is told, but never past what still waits for the page.
func TestTheBeatTakesThePlaceAlong(t *testing.T) {
	h := New(new(journal.Journal), func(*journal.Row) string { return "" }, clock.System{})
	sees := func(kind string) *page {
		p := &page{after: 1, more: make(chan struct{}, 1), viewer: Viewer{Class: kind, Sees: func(r *journal.Row) Verdict {
			if r.Kind == kind {
				return Change
			}
			return Nothing
		}}}
		h.pages[p] = struct{}{}
		return p
	}
	quiet, busy := sees("need"), sees("report")
	beat := func(p *page) string {
		out := httptest.NewRecorder()
		if err := h.beat(out, p); err != nil {
			t.Fatal(err)
		}
		return out.Body.String()
	}
	if got := beat(quiet); got != "id: 1\nevent: beat\ndata: {}\n\n" {
		t.Errorf("before anything was told: %q", got)
	}
	h.heard(changes(2, 9))
	if got := beat(quiet); got != "id: 9\nevent: beat\ndata: {}\n\n" {
		t.Errorf("a page that saw none of it: %q", got)
	}
	if got := beat(busy); got != "event: beat\ndata: {}\n\n" {
		t.Errorf("a page for which something waits: %q", got)
	}
	if err := h.write(httptest.NewRecorder(), busy); err != nil {
		t.Fatal(err)
	}
	if got := beat(busy); got != "id: 9\nevent: beat\ndata: {}\n\n" {
		t.Errorf("a page that has all: %q", got)
	}
}
