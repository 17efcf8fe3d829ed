package fault_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lianyuan/platform/db/dbtest"
)

const script = "../../scripts/postgres.sh"

// cluster is a PostgreSQL of the test's own, which it may kill.
type cluster struct{ dir, server string }

func newCluster(t *testing.T) *cluster {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "lianyuan-fault-pg.") //nolint:usetesting // user postgres must be able to enter it
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{dir: dir}
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err == nil {
			c.do(t, "stop")
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	c.server = strings.TrimPrefix(strings.TrimSpace(c.do(t, "start")), "PG=")
	return c
}

// do runs one verb of the script. The server it starts keeps the script's standard error, so that goes to a file.
func (c *cluster) do(t *testing.T, verb string) string {
	t.Helper()
	said, err := os.CreateTemp(t.TempDir(), "postgres-*.log")
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd := exec.Command(script, verb, c.dir)
	cmd.Stderr = said
	out, err := cmd.Output()
	if err != nil {
		words, _ := os.ReadFile(said.Name()) // best effort
		t.Fatalf("postgres.sh %s: %v\n%s", verb, err, words)
	}
	return string(out)
}

// delayed makes every fsync of the cluster wait, in the processes that are there and in those to come, until the test
// ends.
func (c *cluster) delayed(t *testing.T) {
	t.Helper()
	pm := c.postmaster(t)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pm, pm))
	if err != nil {
		t.Fatal(err)
	}
	pids := append([]string{strconv.Itoa(pm)}, strings.Fields(string(children))...)
	args := []string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=" + strconv.Itoa(int(syncDelay.Microseconds()))}
	for _, p := range pids {
		args = append(args, "-p", p)
	}
	cmd := exec.Command("strace", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it lets go of the cluster
		_ = cmd.Wait()                          // and ends by that signal
	})
	until(t, 10*time.Second, func() error {
		for _, p := range pids {
			status, err := os.ReadFile("/proc/" + p + "/status")
			if err == nil && strings.Contains(string(status), "TracerPid:\t0\n") { // one that has ended needs no tracer
				return errors.New("not every process of the cluster is traced")
			}
		}
		return nil
	})
}

// kill ends the postmaster with kill -9, by the pid it wrote down.
func (c *cluster) kill(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(c.postmaster(t), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// postmaster is the pid that the postmaster wrote down.
func (c *cluster) postmaster(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid < 2 {
		t.Fatalf("postmaster.pid says %q", first)
	}
	return pid
}

const clusterRounds = 3

// PostgreSQL is killed under load, several times, and recovers each time; the node stays up, refuses meanwhile and goes
// on by itself, and every report that it acknowledged is there.
func TestKillPostgresUnderLoad(t *testing.T) {
	withPostgres(t, func(t *testing.T, _ string) {
		c := newCluster(t)
		p := newPlace(t)
		p.url = dbtest.NewPostgres(t, c.server)
		n := p.serve(t)
		l := &load{}
		ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			l.run(ctx, n.url, 16, true)
		}()
		for range clusterRounds {
			until(t, 20*time.Second, l.more(l.ackedN.Load()+20))
			wait(between(20*time.Millisecond, 500*time.Millisecond))
			c.kill(t)
			until(t, 20*time.Second, func() error { // the dead database is noticed
				if a, err := send(ctx, n.url, new(newReport())); err != nil || a.Status != 503 {
					return fmt.Errorf("%+v, %w", a, err)
				}
				return nil
			})
			if a, err := client.Get(n.url + "/healthz"); err != nil || a.Body.Close() != nil || a.StatusCode != http.StatusOK {
				t.Errorf("the node does not live without its database: %v", err)
			}
			c.do(t, "again")
		}
		until(t, 20*time.Second, l.more(l.ackedN.Load()+20))
		cancel()
		<-done
		l.onlyUnavailable(t)
		t.Log(l)
		l.found(t, n.url)
		whole(t, p.options()) // settled by the node that went through it all
		n.stop(t)
		p.doctor(t)
	})
}

// On PostgreSQL too nobody is answered before the fsync of the database has returned.
func TestNoAnswerBeforeFsyncOfPostgres(t *testing.T) {
	withPostgres(t, func(t *testing.T, _ string) {
		withStrace(t, func(t *testing.T) {
			c := newCluster(t)
			p := newPlace(t)
			p.url = dbtest.NewPostgres(t, c.server)
			n := p.serve(t)
			if quick := fastest(answered(t, n.url, 3)); quick >= syncDelay {
				t.Fatalf("without the fault the fastest answer took %v: a delay of %v would prove nothing", quick, syncDelay)
			}
			c.delayed(t)
			if quick := fastest(answered(t, n.url, 3)); quick < syncDelay {
				t.Errorf("an answer came %v after the report was sent, before an fsync of %v could return", quick, syncDelay)
			}
		})
	})
}
