package fault_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A full disk refuses writes with a word, keeps what was acknowledged, answers readers, and takes writes again as soon
// as there is room, without a restart. Who may not mount a small disk here does so in a namespace of its own.
func TestFullDisk(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	if !mountSmall(t, disk, 64<<20) { // with the ballast gone a log that waits to be copied has room on a slow machine too
		inNamespace(t)
		return
	}
	t.Run("tmpfs", func(t *testing.T) {
		p := newPlace(t)
		p.data = filepath.Join(disk, "data")
		n := p.serve(t)
		l := &load{acked: answered(t, n.url, 5)}
		l.ackedN.Store(int64(len(l.acked)))
		ballast := filepath.Join(disk, "ballast")
		fill(t, disk, ballast, 2<<20)

		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			l.run(ctx, n.url, killWriters, true)
		}()
		until(t, 30*time.Second, func() error {
			l.mu.Lock()
			defer l.mu.Unlock()
			if len(l.refused) < 500 {
				return fmt.Errorf("%d refused, %d acknowledged", len(l.refused), len(l.acked))
			}
			return nil
		})
		if a, err := post(ctx, n.url+"/api/v1/public/receipts", fmt.Appendf(nil, `{"receipt":%q}`, l.first().receipt)); err != nil || a.Status != 200 {
			t.Errorf("a reader on the full disk: %+v, %v", a, err)
		}
		full := l.ackedN.Load()
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		until(t, 10*time.Second, l.more(full+200))
		cancel()
		<-done
		if len(l.open) > killWriters { // those under way at the end
			t.Errorf("%d requests had no answer", len(l.open))
		}
		l.onlyUnavailable(t)
		t.Log(l)
		n.kill()
		n = p.serve(t)
		l.found(t, n.url)
		whole(t, p.options())
		n.stop(t)
		p.doctor(t)
	})
}

// inNamespace runs the test again where this user is root and mounts are its own.
func inNamespace(t *testing.T) {
	t.Helper()
	if os.Getenv("LIANYUAN_NAMESPACE") != "" {
		t.Fatal("mounting a small disk is not allowed here, nor in a user namespace")
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	c.Env = append(os.Environ(), "LIANYUAN_NAMESPACE=1")
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Fatal(err)
	}
}

func (l *load) first() report {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.acked[0]
}

// mountSmall mounts a disk of the given size, in memory, until the test ends; it says whether it was allowed to.
func mountSmall(t *testing.T, dir string, size int) bool {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	if errors.Is(err, syscall.EPERM) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return true
}

// fill takes all room of a disk but so many bytes.
func fill(t *testing.T, disk, file string, leave int) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(disk, &s); err != nil {
		t.Fatal(err)
	}
	free := int(s.Bavail) * int(s.Bsize)
	if err := os.WriteFile(file, make([]byte, max(0, free-leave)), 0o600); err != nil {
		t.Fatal(err)
	}
}
