package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	var sorted []time.Duration
	for i := range 100 {
		sorted = append(sorted, time.Duration(i+1)*time.Millisecond)
	}
	for q, want := range map[float64]float64{0.5: 50, 0.99: 99, 1: 100} {
		if got := quantile(sorted, q); got != want {
			t.Errorf("quantile %v is %v, not %v", q, got, want)
		}
	}
	if got := median([]float64{3, 1, 2}); got != 2 {
		t.Errorf("median is %v", got)
	}
}

// A request is what it says: its length fits, its body is JSON, its id is a UUIDv7 with the run and the number in it.
func TestRequest(t *testing.T) {
	c := newCaller("127.0.0.1:1", [2]byte{0xab, 0xcd}, 1)
	for n := range uint32(50) {
		head, body, ok := bytes.Cut(c.request(n), headEnd)
		if _, length, err := readHead(append([]byte("HTTP/1.1 200\n"), head...)); err != nil || !ok || length != len(body) {
			t.Fatalf("length %d for %d bytes: %v", length, len(body), err)
		}
		var b struct {
			ID   string
			Text string
		}
		if err := json.Unmarshal(body, &b); err != nil {
			t.Fatal(err)
		}
		if len(b.ID) != 36 || b.ID[14] != '7' || !strings.HasPrefix(b.ID[24:], "abcd") || b.Text == "" {
			t.Fatalf("body %+v", b)
		}
	}
}

// Both loads against the bare handler: everything is answered, and what was answered is in the file.
func TestLoadsOnBaseline(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	file := filepath.Join(t.TempDir(), "bodies")
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- baseline(ctx, []string{"-file", file}, in) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, address, _ := strings.Cut(strings.TrimSpace(line), "http://")
	c, err := closed(ctx, address, 4, 0, 200*time.Millisecond)
	if err != nil || c.failure() != nil || len(c.took) == 0 {
		t.Errorf("closed: %d answers, %v, %v", len(c.took), err, c.failure())
	}
	o, err := open(ctx, address, 4, 200, 250*time.Millisecond)
	if err != nil || o.failure() != nil || len(o.took) != 50 {
		t.Errorf("open: %d answers, %v, %v", len(o.took), err, o.failure())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b, []byte(`{"id":"`)); n < len(c.took)+len(o.took) {
		t.Errorf("%d bodies for %d answers", n, len(c.took)+len(o.took))
	}
}

func TestSyncsInTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "counts")
	table := `% time     seconds  usecs/call     calls    errors syscall
 99.00    1.000000        1000       700           fdatasync
  1.00    0.010000        1000        10         1 fsync
100.00    1.010000        1422       710         1 total
`
	if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := syncsIn(t.Context(), file); err != nil || n != 710 {
		t.Errorf("%v %v", n, err)
	}
}

func TestTakeChange(t *testing.T) {
	changes := make([]change, 3)
	p := &livePage{}
	p.take([]byte("id: 9\nevent: change\ndata: "+`{"position":9,"verb":"report.received","kind":"report","id":"0190aaaa-bbbb-7ccc-8ddd-abcd00000002","at":"2026-06-18T01:02:03.000004Z"}`),
		time.Now(), [2]byte{0xab, 0xcd}, changes)
	if p.count.Load() != 1 || changes[2].at.Load() != time.Date(2026, 6, 18, 1, 2, 3, 4000, time.UTC).UnixMicro() {
		t.Errorf("%d taken, at %d", p.count.Load(), changes[2].at.Load())
	}
}

// A long answer comes in chunks; it is read to its end, and the connection can be used again.
func TestAnswersInChunks(t *testing.T) {
	long := `{"items":"` + strings.Repeat("需求", 20000) + `"}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long) }))
	defer s.Close()
	address := strings.TrimPrefix(s.URL, "http://")
	c, err := dial(t.Context(), address, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for range 3 {
		status, body, err := c.do(append(appendHead(nil, "GET", "/", address, ""), "\r\n"...))
		if err != nil || status != 200 || len(body) < len(long) || !bytes.Contains(body, []byte(`{"items":"`)) {
			t.Fatalf("%d, %d bytes, %v", status, len(body), err)
		}
	}
}

// What is asked is well formed, and the same in every run.
func TestQuestions(t *testing.T) {
	one, same := questions{many: 100, rand: rand.New(rand.NewPCG(1, 2))}, questions{many: 100, rand: rand.New(rand.NewPCG(1, 2))}
	for range 200 {
		for i, ask := range []func() question{one.filtered, one.box, one.common, one.words, one.number} {
			asked := ask()
			line := string(asked.append([]byte(asked.path)))
			if _, err := url.Parse("/api/v1" + asked.path); err != nil || strings.ContainsAny(strings.Replace(strings.TrimSuffix(line, "\r\n"), "Search: ", "", 1), " \r\n") {
				t.Fatalf("%q: %v", line, err)
			}
			if again := []func() question{same.filtered, same.box, same.common, same.words, same.number}[i](); again != asked {
				t.Fatalf("%q, then %q", asked, again)
			}
		}
	}
}
