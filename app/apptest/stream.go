package apptest

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// patience is how long a story waits for what must come.
const patience = 15 * time.Second

// Event is one server-sent event.
type Event struct {
	ID   string
	Name string
	Data string
}

// Map is the body of an event.
func (e Event) Map() map[string]any {
	var m map[string]any
	if json.Unmarshal([]byte(e.Data), &m) != nil {
		return nil
	}
	return m
}

// Str is a field of the body of an event.
func (e Event) Str(key string) string {
	s, _ := e.Map()[key].(string)
	return s
}

// Stream is an open live page.
type Stream struct {
	t      *testing.T
	events chan Event
	cancel context.CancelFunc
	Hello  Event
}

// Live opens the live page; lastID, when given, is the last event this page has seen. It returns after hello. A new page
// hears what comes after it: on PostgreSQL a change is settled some milliseconds after its answer, and would otherwise
// be heard by a page that was opened in between.
func (c *Client) Live(lastID string) *Stream {
	c.t.Helper()
	if lastID == "" {
		c.settled()
	}
	ctx, cancel := context.WithCancel(context.Background())
	req := c.request(ctx, http.MethodGet, "/api/v1/live", nil)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // the reader below closes it
	if err != nil {
		cancel()
		c.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		cancel()
		_ = resp.Body.Close()
		c.t.Fatalf("live: status %d", resp.StatusCode)
	}
	s := &Stream{t: c.t, events: make(chan Event, 1024), cancel: cancel}
	c.t.Cleanup(cancel)
	go func() {
		defer resp.Body.Close()
		defer close(s.events)
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		var e Event
		for lines.Scan() {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "id":
				e.ID = value
			case "event":
				e.Name = value
			case "data":
				e.Data = value
			case "":
				if e.Name != "" {
					s.events <- e
				}
				e = Event{}
			}
		}
	}()
	s.Hello = s.Next()
	if s.Hello.Name != "hello" {
		c.t.Fatalf("live: the first event is %v", s.Hello)
	}
	return s
}

// Next is the next event; it must come.
func (s *Stream) Next() Event {
	s.t.Helper()
	select {
	case e, ok := <-s.events:
		if !ok {
			s.t.Fatal("live: the stream ended")
		}
		return e
	case <-time.After(patience):
		s.t.Fatal("live: nothing came")
	}
	return Event{}
}

// Ended waits until the server has ended the stream; an event before that ends the test.
func (s *Stream) Ended() {
	s.t.Helper()
	select {
	case e, ok := <-s.events:
		if ok {
			s.t.Fatalf("live: %v after the end", e)
		}
	case <-time.After(patience):
		s.t.Fatal("live: the stream did not end")
	}
}

// Close leaves the page.
func (s *Stream) Close() { s.cancel() }

// Eventually asks again until ask says yes; it must come true.
func (w *World) Eventually(what string, ask func() bool) {
	w.T.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !ask() {
		select {
		case <-again.C:
		case <-deadline:
			w.T.Fatalf("it never came true: %s", what)
		}
	}
}

// LiveStatus asks for the live page and leaves at once.
func (c *Client) LiveStatus() *Answer {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	resp, err := c.http.Do(c.request(ctx, http.MethodGet, "/api/v1/live", nil))
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	a := &Answer{t: c.t, What: "GET /api/v1/live", Status: resp.StatusCode, Header: resp.Header}
	if resp.StatusCode != http.StatusOK {
		a.Body, err = io.ReadAll(resp.Body)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}
