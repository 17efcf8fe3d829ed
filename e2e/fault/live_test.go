package fault_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// soon is within what time a change on one node must be on the pages of the other.
const soon = 2 * time.Second

// demoPassword is the same for every account of the demo world.
const demoPassword = "lianyuan-demo-2026"

// signIn tries to open a session and says with what status and session it ended.
func signIn(url, login, password string) (int, *http.Cookie, error) {
	body, _ := json.Marshal(map[string]string{"login": login, "password": password}) // a map of strings cannot fail
	res, err := client.Post(url+"/api/v1/session", "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if c.Name == "ly_session" && c.Value != "" {
			return res.StatusCode, c, nil
		}
	}
	return res.StatusCode, nil, nil
}

func mustSignIn(t *testing.T, url, login string) *http.Cookie {
	t.Helper()
	status, c, err := signIn(url, login, demoPassword)
	if err != nil || c == nil {
		t.Fatalf("sign in as %s: %d, %v", login, status, err)
	}
	return c
}

// as sends a request in a session and reads the answer's JSON into out, when there is room for it.
func as(c *http.Cookie, method, url string, in, out any) (int, error) {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return 0, err
		}
	}
	req, err := http.NewRequest(method, url, &body)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(c)
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if out == nil {
		return res.StatusCode, nil
	}
	return res.StatusCode, json.NewDecoder(res.Body).Decode(out)
}

// event is one server-sent event.
type event struct {
	name     string
	position int64
	id       string // of the record
	at       time.Time
}

// stream is an open page.
type stream struct {
	events chan event
	closed chan struct{}
}

// listen opens a page on a node and reads it until it is closed or the test ends.
func listen(t *testing.T, url string, c *http.Cookie) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(c)
	res, err := (&http.Client{}).Do(req) //nolint:bodyclose // no time limit: it stays open until its reader below ends
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("open a page: %v, %v", res, err)
	}
	s := &stream{events: make(chan event, 1<<16), closed: make(chan struct{})}
	go func() {
		defer close(s.closed)
		defer res.Body.Close()
		s.read(bufio.NewScanner(res.Body))
	}()
	s.next(t, "hello", func(e event) bool { return e.name == "hello" })
	return s
}

func (s *stream) read(lines *bufio.Scanner) {
	var e event
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "id":
			e.position, _ = strconv.ParseInt(value, 10, 64) // 0 would be found as an order that is wrong
		case "event":
			e.name = value
		case "data":
			var body struct {
				ID string `json:"id"`
			}
			_ = json.Unmarshal([]byte(value), &body) // no id: no record
			e.id = body.ID
		case "":
			if e.name != "" {
				e.at = time.Now()
				s.events <- e
			}
			e = event{}
		}
	}
}

// next waits for an event within two seconds and returns it.
func (s *stream) next(t *testing.T, what string, is func(event) bool) event {
	t.Helper()
	deadline := time.After(soon)
	for {
		select {
		case e := <-s.events:
			if is(e) {
				return e
			}
		case <-deadline:
			t.Fatalf("no %s within %v", what, soon)
		}
	}
}

// sees waits until the page has shown every one of the records, in the order of their positions and none twice.
func (s *stream) sees(t *testing.T, within time.Duration, list []report) {
	t.Helper()
	missing := map[string]bool{}
	for _, r := range list {
		missing[r.id] = true
	}
	last := int64(0)
	deadline := time.After(within)
	for len(missing) > 0 {
		select {
		case e := <-s.events:
			if e.name != "change" {
				t.Fatalf("the page got %q", e.name)
			}
			if e.position <= last {
				t.Fatalf("position %d after %d", e.position, last)
			}
			last = e.position
			delete(missing, e.id)
		case <-s.closed:
			t.Fatalf("the page was closed, %d changes missing", len(missing))
		case <-deadline:
			t.Fatalf("%d of %d changes missing after %v", len(missing), len(list), within)
		}
	}
}

// endsWithin waits until the node has closed the page.
func (s *stream) endsWithin(d time.Duration) error {
	select {
	case <-s.closed:
		return nil
	case <-time.After(d):
		return fmt.Errorf("the page is still open after %v", d)
	}
}
