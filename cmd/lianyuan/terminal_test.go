package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"lianyuan/app"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

const terminalGolden = "terminal.golden"

// terminal is what stands on the terminal of whoever installs, line by line, with what differs each time left out.
type terminal struct {
	t    *testing.T
	dir  string
	at   []string // where the installation is
	said strings.Builder
}

// screen is written to by one goroutine and read by another; it calls listening when the server says that it is up.
type screen struct {
	mu        sync.Mutex
	text      bytes.Buffer
	listening func()
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes.Contains(p, []byte("listens on")) {
		s.listening()
	}
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// types carries a command out and keeps what it says. A server is stopped when it is up.
func (x *terminal) types(state, verb string, flags ...string) {
	x.t.Helper()
	ctx, stop := context.WithCancel(x.t.Context())
	defer stop()
	out := &screen{listening: stop}
	err := entered(ctx, x.t, out, append(append([]string{verb}, x.at...), flags...)...)
	if err != nil {
		say(out, err)
	}
	x.said.WriteString("## " + state + "\n\n" + out.String() + "\n")
}

var differs = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`[A-Z0-9]{4}(-[A-Z0-9]{4}){3}`), "CODE"},
	{regexp.MustCompile(`\b[0-9a-f]{16}\b`), "KEY"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "ADDRESS"},
}

func (x *terminal) text() string {
	text := strings.ReplaceAll(x.said.String(), x.dir, "DIR")
	for _, d := range differs {
		text = d.find.ReplaceAllString(text, d.put)
	}
	return text
}

// does changes the data behind the program's back.
func (x *terminal) does(o db.Options, query string) {
	x.t.Helper()
	d := must(db.Open(x.t.Context(), o))(x.t)
	err := d.Update(x.t.Context(), func(tx *db.Tx) error {
		n, err := tx.Exec(query)
		if err == nil && n == 0 {
			x.t.Errorf("%s changed nothing", query)
		}
		return err
	})
	if err := d.Close(); err != nil {
		x.t.Error(err)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

// What an installation says of itself, from the first start to what is wrong with it, in Chinese and below it in English.
// UPDATE_GOLDEN=1 writes it anew; read the diff.
func TestWhatTheTerminalSays(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		x := &terminal{t: t, dir: t.TempDir()}
		in := func(name string) string { return filepath.Join(x.dir, name) }
		for name, digit := range map[string]string{"old": "1", "other": "3"} {
			if err := os.WriteFile(in(name), []byte(strings.Repeat(digit, 64)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		x.at = []string{"--data", in("fresh")}
		x.types("first start", "serve", "--listen", "127.0.0.1:0")

		if o.URL == "" {
			o.File = filepath.Join(in("data"), "lianyuan.db")
		}
		x.at = []string{"--data", in("data"), "--master-key", in("old")}
		if o.URL != "" {
			x.at = append(x.at, "--database-url", o.URL)
		}
		x.types("first start with a master key of one's own", "serve", "--listen", "127.0.0.1:0")
		x.types("a new look-up key", "rekey")
		settled(t, o, in("data"), in("old"), 1)
		x.types("a new key of passes", "passkey")
		settled(t, o, in("data"), in("old"), 2)
		x.types("a new key of passes, because the one before was copied", "passkey", "--revoke")
		settled(t, o, in("data"), in("old"), 3)
		x.types("as it should be", "doctor")
		x.does(o, `INSERT INTO tally (kind, place, incident, key, slot, n) VALUES ('need', '/50/', '', 'open.3.other', 0, 2)`)
		x.types("a count that does not fit", "doctor")
		x.does(o, `DELETE FROM tally`)
		x.does(o, `UPDATE journal SET actor = 'somebody' WHERE verb = 'key.turned'`)
		x.types("a journal that was changed", "doctor")
		x.does(o, `UPDATE journal SET actor = 'system' WHERE verb = 'key.turned'`)
		x.types("a new master key", "rekey", "--new-master-key", in("other"))
		settled(t, o, in("data"), in("other"), 4)
		x.types("the master key of before", "doctor")
		x.types("under the new master key", "doctor", "--master-key", in("other"))
		x.does(o, `UPDATE data_key SET master = '81d05acb63f3' WHERE scope = 'lookup:2'`)
		x.types("a change of the master key that was interrupted", "doctor")
		golden(t, x.text())
		inBoth(t, x.text())
	})
}

// settled waits until what was written has its positions in the journal.
func settled(t *testing.T, o db.Options, data, master string, position int64) {
	t.Helper()
	a := must(app.Open(t.Context(), app.Config{Data: data, DatabaseURL: o.URL, MasterKey: master, Home: "50", Existing: true, Clock: clock.System{}}))(t)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for deadline := time.After(20 * time.Second); a.Journal.Position() < position; {
		select {
		case <-deadline:
			t.Fatal("the journal does not settle")
		case <-again.C:
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(terminalGolden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(must(os.ReadFile(terminalGolden))(t)); got != want {
		t.Errorf("%s differs: run `make golden` and read the diff; it says\n%s", terminalGolden, got)
	}
}

// inBoth holds that below each line in Chinese stands one in English. What an error itself says comes before them.
func inBoth(t *testing.T, text string) {
	t.Helper()
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	said := false // the line before was Chinese
	for line := range strings.Lines(text) {
		switch {
		case han(line) && said:
			t.Errorf("no English below the line before %q", line)
		case line == "\n" || strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "lianyuan: "):
			if said {
				t.Errorf("no English before %q", line)
			}
		case !han(line) && !said:
			t.Errorf("no Chinese above %q", line)
		}
		said = han(line)
	}
}
