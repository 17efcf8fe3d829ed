package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lianyuan/api"
)

// Client is one browser: it keeps its cookies.
type Client struct {
	t       *testing.T
	base    string
	http    *http.Client
	world   *World
	settled func() // waits until the node has heard of all that was written
	// versions are those that were read for a command, by path and id.
	versions *sync.Map
	// Header is sent with every request.
	Header http.Header
}

// Answer is what came back.
type Answer struct {
	t      *testing.T
	What   string // method and path, for messages
	Status int
	Header http.Header
	Body   []byte
}

// With is the same browser that also sends a header.
func (c *Client) With(key, value string) *Client {
	copied := *c
	copied.Header = c.Header.Clone()
	if copied.Header == nil {
		copied.Header = http.Header{}
	}
	copied.Header.Set(key, value)
	return &copied
}

// Through is the same browser, whose requests go through something.
func (c *Client) Through(trip Trip) *Client {
	copied, browser := *c, *c.http
	browser.Transport = trip
	copied.http = &browser
	return &copied
}

// Trip sends a request.
type Trip func(*http.Request) (*http.Response, error)

// RoundTrip makes a trip what a browser sends with.
func (t Trip) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// Get reads a path below /api/v1.
func (c *Client) Get(path string) *Answer { return c.JSON(http.MethodGet, "/api/v1"+path, nil) }

// Post sends a body as JSON to a path below /api/v1. Where an operation demands a version and the body says 0, it is sent with
// the version that stands there, as by a page that has just read it.
func (c *Client) Post(path string, body any) *Answer {
	c.t.Helper()
	a := c.JSON(http.MethodPost, "/api/v1"+path, body)
	said, ok := body.(map[string]any)
	if !ok || a.Status != http.StatusUnprocessableEntity || !slices.ContainsFunc(Read[api.Problem](a).Errors, func(e api.ProblemField) bool { return e.Location == "body.version" }) || (said["version"] != nil && said["version"] != 0) {
		return a
	}
	command := fmt.Sprint(path, " ", said["id"])
	if _, again := c.versions.Load(command); !again { // the same command once more is the same words
		told := maps.Clone(said)
		told["version"] = Stale
		a = c.JSON(http.MethodPost, "/api/v1"+path, told)
		if a.Status != http.StatusConflict || Read[api.Problem](a).Code != "version_stale" {
			return a // it is refused whatever stands there
		}
		now, ok := Read[api.Problem](a).Current.(map[string]any)["version"]
		if !ok {
			c.t.Fatalf("%s is stale and does not say what stands there: %s", a.What, a.Body)
		}
		c.versions.Store(command, now)
	}
	told := maps.Clone(said)
	told["version"], _ = c.versions.Load(command)
	return c.JSON(http.MethodPost, "/api/v1"+path, told)
}

// Stale is a version that no record has.
const Stale = 1 << 40

// Delete deletes a path below /api/v1.
func (c *Client) Delete(path string) *Answer {
	return c.JSON(http.MethodDelete, "/api/v1"+path, nil)
}

// JSON sends a body as JSON; a string is sent as it is.
func (c *Client) JSON(method, path string, body any) *Answer {
	c.t.Helper()
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			c.t.Fatal(err)
		}
	}
	return c.Send(method, path, "application/json", text)
}

// Form sends a form as a page without scripts does.
func (c *Client) Form(path string, form url.Values) *Answer {
	c.t.Helper()
	return c.Send(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// Send sends bytes.
func (c *Client) Send(method, path, contentType string, body []byte) *Answer {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req := c.request(ctx, method, path, body)
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := &Answer{t: c.t, What: method + " " + path, Status: resp.StatusCode, Header: resp.Header, Body: read}
	c.overheard(method, path, contentType, body, a)
	return a
}

func (c *Client) request(ctx context.Context, method, path string, body []byte) *http.Request {
	c.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for k, v := range c.Header {
		req.Header[k] = v
	}
	return req
}

// Want ends the test when the status is another.
func (a *Answer) Want(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.What, a.Status, status, a.Body)
	}
	return a
}

// Refused ends the test when the answer is not a problem with this status and code.
func (a *Answer) Refused(status int, code string) api.Problem {
	a.t.Helper()
	a.Want(status)
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
		a.t.Fatalf("%s: content type %q, want a problem: %s", a.What, kind, a.Body)
	}
	p := Read[api.Problem](a)
	if p.Code != code || p.DetailZh == "" || p.DetailEn == "" {
		a.t.Fatalf("%s: code %q, want %q with words in both languages: %s", a.What, p.Code, code, a.Body)
	}
	return p
}

// Names says whether the problem names a field and what is wrong with it.
func (a *Answer) Names(location, code string) *Answer {
	a.t.Helper()
	for _, e := range Read[api.Problem](a).Errors {
		if e.Location == location && (e.Code == code || code == "") {
			return a
		}
	}
	a.t.Fatalf("%s: no error %s at %s: %s", a.What, code, location, a.Body)
	return a
}

// Says ends the test when one of the words does not stand in the answer.
func (a *Answer) Says(words ...string) *Answer {
	a.t.Helper()
	for _, w := range words {
		if !strings.Contains(string(a.Body), w) {
			a.t.Fatalf("%s: %q does not stand in the answer: %s", a.What, w, a.Body)
		}
	}
	return a
}

// Without ends the test when any of the words stands in the answer.
func (a *Answer) Without(words ...string) *Answer {
	a.t.Helper()
	for _, w := range words {
		if strings.Contains(string(a.Body), w) {
			a.t.Fatalf("%s: %q stands in the answer: %s", a.What, w, a.Body)
		}
	}
	return a
}

// Read decodes an answer.
func Read[T any](a *Answer) (v T) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, &v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.What, err, a.Body)
	}
	return v
}

// Map decodes an answer without a type.
func (a *Answer) Map() map[string]any {
	a.t.Helper()
	return Read[map[string]any](a)
}
