package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrNoMaster says that there is no proper master key where it was looked for.
var ErrNoMaster = errors.New("master key")

// MasterFromFile reads the master key, 64 hexadecimal digits, from a file that others cannot read. When the file does
// not exist and create is set, it makes one; the operator must keep a copy of it apart from the backups.
func MasterFromFile(path string, create bool) (m *Master, made bool, err error) {
	text, err := ReadSecret(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		raw := make([]byte, keyLen)
		if _, err := rand.Read(raw); err != nil {
			return nil, false, err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, false, err
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, false, err
		}
		_, err = fmt.Fprintln(f, hex.EncodeToString(raw))
		if err := errors.Join(err, f.Sync(), f.Close(), SyncDir(filepath.Dir(path))); err != nil {
			return nil, false, err
		}
		m, err = NewMaster(raw)
		return m, true, err
	}
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrNoMaster, err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(text) > 4*keyLen {
		return nil, false, fmt.Errorf("%w: %s does not hold %d hexadecimal digits", ErrNoMaster, path, 2*keyLen)
	}
	m, err = NewMaster(raw)
	return m, false, err
}

// maxSecret bounds a file that holds a key, a passphrase or a token: 64 KiB, far more than any of them.
const maxSecret = 64 << 10

// ErrLong says that a file is too large to hold a secret: a device that never ends, or another file.
var ErrLong = errors.New("this file is too large to hold a key, passphrase or token")

// ReadSecret reads a file that holds a key, a passphrase or a token, whatever file was named.
func ReadSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err == nil && len(text) > maxSecret {
		err = fmt.Errorf("%s: %w", path, ErrLong)
	}
	return text, err
}

// SyncDir makes the name of a new file as durable as what stands in it: data sealed under a key that a power cut took
// away could never be read. Windows has no such call and writes names through.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
