package fault_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// syncDelay is how long every fsync is made to wait.
const syncDelay = 300 * time.Millisecond

// tracer is strace beside the process group's leader, which stays the program itself, with an injected fault.
func tracer(fault string) []string {
	return []string{"strace", "-D", "-f", "-qq", "--seccomp-bpf", "-o", os.DevNull, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:" + fault}
}

// While fsync waits, nobody is answered before it has returned.
func TestNoAnswerBeforeFsync(t *testing.T) {
	withStrace(t, func(t *testing.T) {
		p := newPlace(t)
		n := p.serve(t) // makes the database, and shows how fast answers are without the fault
		if quick := fastest(answered(t, n.url, 3)); quick >= syncDelay {
			t.Fatalf("without the fault the fastest answer took %v: a delay of %v would prove nothing", quick, syncDelay)
		}
		n.stop(t)
		n = p.serveUnder(t, tracer("delay_enter="+strconv.Itoa(int(syncDelay.Microseconds())))...)
		slow := answered(t, n.url, 3)
		if quick := fastest(slow); quick < syncDelay {
			t.Errorf("an answer came %v after the report was sent, before an fsync of %v could return", quick, syncDelay)
		}
		n.kill()
		n = p.serve(t)
		(&load{acked: slow}).found(t, n.url)
		n.stop(t)
		p.doctor(t)
	})
}

// answered sends reports from eight writers at once, each after the answer to the one before.
func answered(t *testing.T, url string, each int) []report {
	t.Helper()
	const writers = 8
	l := &load{}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				r := newReport()
				a, err := send(ctx, url, &r)
				l.note(r, a, err)
			}
		})
	}
	all.Wait()
	if len(l.acked) != writers*each {
		t.Fatalf("%v", l)
	}
	return l.acked
}

func fastest(list []report) time.Duration {
	least := time.Hour
	for _, r := range list {
		least = min(least, r.took)
	}
	return least
}

// The check above can fail: a writer that does not wait for the disk is found out by the same delay.
func TestTheDelayFindsAWriterThatDoesNotWait(t *testing.T) {
	withStrace(t, func(t *testing.T) {
		for mode, waits := range map[string]bool{"OFF": false, "FULL": true} {
			command := append(tracer("delay_enter="+strconv.Itoa(int(syncDelay.Microseconds()))), os.Args[0])
			cmd := exec.Command(command[0], command[1:]...)
			cmd.Env = append(os.Environ(), laxEnv+"="+filepath.Join(t.TempDir(), "lax.db"), laxEnv+"_MODE="+mode)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			took, err := time.ParseDuration(string(bytes.TrimSpace(out)))
			if err != nil {
				t.Fatal(err)
			}
			if waited := took >= syncDelay; waited != waits {
				t.Errorf("synchronous=%s: a commit took %v, waited for the disk: %t", mode, took, waited)
			}
		}
	})
}

const laxEnv = "LIANYUAN_FAULT_LAX"

// laxWriter is this test binary in another role: it commits one row with the synchronous mode that it is told and
// prints how long that took.
func laxWriter(file string) int {
	d, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous("+os.Getenv(laxEnv+"_MODE")+")")
	if err != nil {
		return 1
	}
	defer d.Close()
	if _, err := d.Exec(`CREATE TABLE t (n INTEGER)`); err != nil {
		return 1
	}
	began := time.Now()
	if _, err := d.Exec(`INSERT INTO t VALUES (1)`); err != nil {
		return 1
	}
	_, _ = fmt.Fprintln(os.Stdout, time.Since(began))
	return 0
}

// While fsync fails nothing is acknowledged; afterwards everything that was acknowledged is there, and what was
// refused has broken nothing.
func TestNothingIsAcknowledgedWhileFsyncFails(t *testing.T) {
	withStrace(t, func(t *testing.T) {
		for name, when := range map[string]string{"from the start": "1+", "after a while": "40+"} {
			t.Run(name, func(t *testing.T) { fsyncFails(t, when) })
		}
	})
}

func fsyncFails(t *testing.T, when string) {
	t.Helper()
	p := newPlace(t)
	n := p.serve(t)
	good := &load{acked: answered(t, n.url, 3)}
	n.stop(t)
	n = p.serveUnder(t, tracer("error=EIO:when="+when)...)
	bad := &load{}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		bad.run(ctx, n.url, 16, false)
	}()
	until(t, 15*time.Second, func() error { // every thread counts its calls by itself: at the end none succeeds
		bad.mu.Lock()
		defer bad.mu.Unlock()
		if len(bad.refused) < 200 && !n.gone() {
			return fmt.Errorf("%d refused", len(bad.refused))
		}
		return nil
	})
	if !n.gone() {
		if res, err := client.Get(n.url + "/healthz"); err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
			t.Errorf("the node neither runs nor ended: %v", err)
		}
	}
	cancel()
	<-done
	if when == "1+" && len(bad.acked) > 0 {
		t.Errorf("%d reports were acknowledged while no fsync succeeded", len(bad.acked))
	}
	bad.onlyUnavailable(t)
	t.Log(bad)
	n.kill()
	n = p.serve(t)
	good.found(t, n.url)
	bad.found(t, n.url)
	whole(t, p.options())
	n.stop(t)
	p.doctor(t)
}
