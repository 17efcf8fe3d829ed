package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// conn is a keep-alive HTTP/1.1 connection that knows just enough to read answers with a Content-Length: net/http as a
// client would take as much of the two cores as the server.
type conn struct {
	c   net.Conn
	buf []byte
}

// stall is how long one answer may take before the connection counts as failed.
const stall = 15 * time.Second

// dial connects; from is the loopback address to connect from, empty for any.
func dial(ctx context.Context, address, from string) (*conn, error) {
	d := net.Dialer{Timeout: stall}
	if from != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{c: c, buf: make([]byte, 4096)}, nil
}

func (c *conn) close() { _ = c.c.Close() }

var (
	headEnd       = []byte("\r\n\r\n")
	contentLength = []byte("\nContent-Length: ")
)

var errAnswer = errors.New("not an answer this client can read")

// do sends a request and reads the whole answer; body is good until the next call.
func (c *conn) do(request []byte) (status int, body []byte, err error) {
	if err := c.c.SetDeadline(time.Now().Add(stall)); err != nil {
		return 0, nil, err
	}
	if _, err := c.c.Write(request); err != nil {
		return 0, nil, err
	}
	n, end := 0, -1
	for end < 0 {
		if n == len(c.buf) {
			return 0, nil, errAnswer
		}
		m, err := c.c.Read(c.buf[n:])
		if err != nil {
			return 0, nil, err
		}
		n += m
		end = bytes.Index(c.buf[:n], headEnd)
	}
	status, length, err := readHead(c.buf[:end+2])
	if err != nil {
		return 0, nil, err
	}
	if bytes.Contains(c.buf[:end+2], inChunks) {
		body, err := c.rest(n, end+len(headEnd))
		return status, body, err
	}
	whole := end + len(headEnd) + length
	if whole > len(c.buf) {
		c.buf = append(c.buf, make([]byte, whole-len(c.buf))...)
	}
	for n < whole {
		m, err := c.c.Read(c.buf[n:whole])
		if err != nil {
			return 0, nil, err
		}
		n += m
	}
	return status, c.buf[end+len(headEnd) : whole], nil
}

var (
	inChunks = []byte("\nTransfer-Encoding: chunked\r\n")
	lastOf   = []byte("\r\n0\r\n\r\n") // the last chunk; it stands in no JSON
)

// rest reads an answer of JSON that comes in chunks to its end; the body still has their marks in it.
func (c *conn) rest(n, from int) ([]byte, error) {
	for !bytes.HasSuffix(c.buf[from:n], lastOf) {
		if n == len(c.buf) {
			c.buf = append(c.buf, make([]byte, len(c.buf))...)
		}
		m, err := c.c.Read(c.buf[n:])
		if err != nil {
			return nil, err
		}
		n += m
	}
	return c.buf[from:n], nil
}

// readHead reads the status and the length of the body; without a Content-Length there is no body.
func readHead(head []byte) (status, length int, err error) {
	if len(head) < 12 {
		return 0, 0, errAnswer
	}
	if status, err = strconv.Atoi(string(head[9:12])); err != nil {
		return 0, 0, fmt.Errorf("%w: %w", errAnswer, err)
	}
	i := bytes.Index(head, contentLength)
	if i < 0 {
		return status, 0, nil
	}
	digits, _, _ := bytes.Cut(head[i+len(contentLength):], []byte("\r"))
	length, err = strconv.Atoi(string(digits))
	return status, length, err
}

// get is one GET outside the load.
func get(ctx context.Context, address, path string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	r.Close = true
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer a.Body.Close()
	body, err = io.ReadAll(a.Body)
	return a.StatusCode, body, err
}
