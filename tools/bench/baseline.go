package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"
)

// baseline is the least that could be done with a report: a bare net/http handler that appends the body to a file and
// answers 201 after fdatasync, one for all that wait.
func baseline(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("baseline", flag.ContinueOnError)
	file := flags.String("file", "", "where the bodies go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	f, err := os.OpenFile(*file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	a := &appender{file: f, jobs: make(chan appendJob, 1024)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.run()
	}()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: a, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	_, _ = fmt.Fprintf(out, "baseline listens on http://%s\n", l.Addr())
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	close(a.jobs)
	<-ended
	return f.Close()
}

// appender appends in groups.
type appender struct {
	file *os.File
	jobs chan appendJob
}

type appendJob struct {
	body []byte
	done chan error
}

var bodies = sync.Pool{New: func() any { return &appendJob{body: make([]byte, 0, 1024), done: make(chan error, 1)} }}

func (a *appender) run() {
	var group []appendJob
	var text []byte
	for first := range a.jobs {
		group = append(group[:0], first)
		text = append(text[:0], first.body...)
	fill:
		for {
			select {
			case j, ok := <-a.jobs:
				if !ok {
					break fill
				}
				group, text = append(group, j), append(text, j.body...)
			default:
				break fill
			}
		}
		_, err := a.file.Write(text)
		if err == nil {
			err = syscall.Fdatasync(int(a.file.Fd()))
		}
		for _, j := range group {
			j.done <- err
		}
	}
}

// ServeHTTP answers when the body is durable.
func (a *appender) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	j := bodies.Get().(*appendJob) //nolint:forcetypeassert // only these are in it
	defer bodies.Put(j)
	n := int(min(max(r.ContentLength, 0), 128<<10))
	if cap(j.body) < n {
		j.body = make([]byte, n)
	}
	j.body = j.body[:n]
	if _, err := io.ReadFull(r.Body, j.body); err != nil {
		http.Error(w, "short body", http.StatusBadRequest)
		return
	}
	a.jobs <- *j
	if err := <-j.done; err != nil {
		http.Error(w, "not saved", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusCreated)
}
