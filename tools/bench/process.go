package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a server under measurement. It is ended by its own pid.
type process struct {
	cmd     *exec.Cmd
	address string
	healthy time.Duration // from exec to the first 200 of /healthz
	log     *bytes.Buffer
	ended   chan error
}

// startWithin is how long a server may take to say where it listens.
const startWithin = 10 * time.Minute // a world of 200,000 needs is made first

// start runs a command that prints "… listens on http://ADDRESS" and waits until it does.
func start(ctx context.Context, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, name, args...), log: &bytes.Buffer{}, ended: make(chan error, 1)}
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(os.Interrupt) }
	p.cmd.WaitDelay = 10 * time.Second
	p.cmd.Stderr = p.log
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if _, a, ok := strings.Cut(lines.Text(), "listens on http://"); ok {
				address <- a
			}
		}
		_, _ = io.Copy(io.Discard, stdout)
		p.ended <- p.cmd.Wait()
	}()
	select {
	case p.address = <-address:
		return p, nil
	case err := <-p.ended:
		return nil, fmt.Errorf("%s ended: %w: %s", filepath.Base(name), err, p.log.String())
	case <-time.After(startWithin):
		return nil, errors.Join(fmt.Errorf("%s does not listen", filepath.Base(name)), p.stop())
	}
}

// serve starts the product and waits until it is healthy.
func serve(ctx context.Context, p plan, verb, dir string, args ...string) (*process, error) {
	return serveUnder(ctx, nil, p, verb, dir, args...)
}

// serveUnder is serve under a tracer that keeps the pid of what it traces.
func serveUnder(ctx context.Context, tracer []string, p plan, verb, dir string, args ...string) (*process, error) {
	line := append(append([]string{}, tracer...), p.binary, verb, "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--free-rates")
	line = append(line, args...)
	began := time.Now()
	s, err := start(ctx, line[0], line[1:]...)
	if err != nil {
		return nil, err
	}
	for time.Since(began) < startWithin {
		if status, _, err := get(ctx, s.address, "/healthz"); err == nil && status == 200 {
			s.healthy = time.Since(began)
			return s, nil
		}
		time.Sleep(time.Millisecond)
	}
	return nil, errors.Join(errors.New("not healthy"), s.stop())
}

// stop asks the process to end and insists after a while.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return nil //nolint:nilerr // it has ended already
	}
	select {
	case err := <-p.ended:
		return err
	case <-time.After(15 * time.Second):
		return errors.Join(errors.New("it did not end in time"), p.cmd.Process.Kill())
	}
}

// rss is the resident memory in bytes.
func (p *process) rss() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb * 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}

// metric is one value of /metrics.
func (p *process) metric(ctx context.Context, name string) (float64, error) {
	status, body, err := get(ctx, p.address, "/metrics")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(rest), 64)
		}
	}
	return 0, fmt.Errorf("/metrics answers %d without %s", status, name)
}

// cpu is the processor time that the process has taken.
func (p *process) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return 0, errors.New("no times in /proc/PID/stat")
	}
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * (time.Second / 100), err // Linux counts in hundredths of a second
}
