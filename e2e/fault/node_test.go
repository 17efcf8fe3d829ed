package fault_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"lianyuan/platform/db"
)

// node is one running lianyuan, in a process group of its own.
type node struct {
	url   string
	pid   int // of the server itself, also under strace
	log   string
	ended chan struct{}
}

// place is where an installation keeps its data.
type place struct {
	data, url, master string
}

func newPlace(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	return place{data: filepath.Join(dir, "data"), master: filepath.Join(dir, "master-key")}
}

func (p place) args(verb string, more ...string) []string {
	args := []string{verb, "--data", p.data, "--master-key", p.master}
	if p.url != "" {
		args = append(args, "--database-url", p.url)
	}
	return append(args, more...)
}

// options are how the test itself opens the database.
func (p place) options() db.Options {
	return db.Options{File: filepath.Join(p.data, "lianyuan.db"), URL: p.url}
}

// serve starts a node without limits per address.
func (p place) serve(t *testing.T) *node {
	t.Helper()
	return p.serveUnder(t)
}

// serveUnder starts a node under another command, such as strace.
func (p place) serveUnder(t *testing.T, wrap ...string) *node {
	t.Helper()
	n, err := start(t, append(append(wrap, binary), p.args("serve", "--listen", "127.0.0.1:0", "--free-rates")...))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// doctor runs the command and fails the test when it finds a fault.
func (p place) doctor(t *testing.T) {
	t.Helper()
	out, err := exec.Command(binary, p.args("doctor")...).CombinedOutput()
	if err != nil || !strings.Contains(string(out), " 0 faults") {
		t.Errorf("doctor: %v\n%s", err, out)
	}
}

var listens = regexp.MustCompile(`listens on (http://\S+)`)

// start runs a command and waits until it says where it listens.
func start(t *testing.T, command []string) (*node, error) {
	t.Helper()
	logFile, err := os.CreateTemp(t.TempDir(), "node-*.log")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	n := &node{pid: cmd.Process.Pid, log: logFile.Name(), ended: make(chan struct{})}
	go func() {
		defer close(n.ended)
		_ = cmd.Wait() // how it ended is in its log
		_ = logFile.Close()
	}()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s:\n%s", strings.Join(command, " "), n.tail())
		}
		n.kill()
	})
	return n, poll(60*time.Second, func() error {
		if m := listens.FindStringSubmatch(n.said()); m != nil {
			n.url = m[1]
			return nil
		}
		if n.gone() {
			n.url = "http://127.0.0.1:1"
			return nil
		}
		return errors.New("it does not listen")
	})
}

// startOrEnd is start for a node that may refuse to run: the error says what it wrote.
func startOrEnd(t *testing.T, command []string) (*node, error) {
	t.Helper()
	n, err := start(t, command)
	if err == nil && n.gone() {
		err = fmt.Errorf("it ended: %s", n.tail())
	}
	return n, err
}

func (n *node) said() string {
	b, err := os.ReadFile(n.log)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// tail is the end of what the node wrote.
func (n *node) tail() string {
	lines := strings.Split(strings.TrimSpace(n.said()), "\n")
	return strings.Join(lines[max(0, len(lines)-25):], "\n")
}

func (n *node) gone() bool {
	select {
	case <-n.ended:
		return true
	default:
		return false
	}
}

// signal reaches the node, or its group, as long as it lives: the number of one that has ended may by now be that of somebody
// else, such as a connection of PostgreSQL that another test works on.
func (n *node) signal(pid int, s syscall.Signal) {
	if !n.gone() {
		_ = syscall.Kill(pid, s) // it may end in this moment
	}
}

// kill ends the node at once, as a power cut would, with whatever traces it.
func (n *node) kill() {
	n.signal(-n.pid, syscall.SIGKILL)
	<-n.ended
}

// freeze stops the node without ending it, as a paused virtual machine.
func (n *node) freeze(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(n.pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

func (n *node) thaw(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(n.pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// stop asks the node to end and waits for it.
func (n *node) stop(t *testing.T) {
	t.Helper()
	n.signal(n.pid, syscall.SIGTERM)
	select {
	case <-n.ended:
	case <-time.After(15 * time.Second):
		t.Errorf("it did not end by itself")
		n.kill()
	}
}
