package localca_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianyuan/platform/localca"
)

var day = time.Date(2026, time.June, 18, 0, 0, 0, 0, time.UTC)

// trusts says whether a phone that trusts the authority believes the certificate for a name at a time.
func trusts(t *testing.T, dir string, names []string, name string, made, at time.Time) (serial string, authority []byte, err error) {
	t.Helper()
	cert, authority, err := localca.Certificate(dir, names, made)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatal("the authority is no certificate")
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if leaf.NotAfter.Sub(leaf.NotBefore) > 398*24*time.Hour {
		t.Errorf("good for %s: browsers refuse that", leaf.NotAfter.Sub(leaf.NotBefore))
	}
	_, err = leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool, CurrentTime: at})
	return leaf.SerialNumber.String(), authority, err
}

func TestCertificate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	names := []string{"localhost", "127.0.0.1", "zhihuibu.example"}
	first, authority, err := trusts(t, dir, names, "zhihuibu.example", day, day)
	if err != nil {
		t.Errorf("the name is not trusted: %v", err)
	}
	for name, good := range map[string]bool{"127.0.0.1": true, "localhost": true, "other.example": false, "10.0.0.1": false} {
		if _, _, err := trusts(t, dir, names, name, day, day); (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
	again, sameAuthority, err := trusts(t, dir, names, "localhost", day.AddDate(0, 0, 300), day.AddDate(0, 0, 300))
	if err != nil || again != first || !bytes.Equal(authority, sameAuthority) {
		t.Errorf("after a restart: certificate %s for %s, %v", again, first, err)
	}
	renewed, sameAuthority, err := trusts(t, dir, names, "localhost", day.AddDate(0, 0, 340), day.AddDate(0, 0, 500))
	if err != nil || renewed == first || !bytes.Equal(authority, sameAuthority) {
		t.Errorf("before it ends it is renewed, under the same authority: %v", err)
	}
	more, _, err := trusts(t, dir, append(names, "10.0.0.1"), "10.0.0.1", day.AddDate(0, 0, 341), day.AddDate(0, 0, 341))
	if err != nil || more == renewed {
		t.Errorf("a further address: %v", err)
	}
}

func TestKeysAreForTheOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	if _, _, err := localca.Certificate(dir, []string{"localhost"}, day); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"authority.key", "server.key"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

func TestDamagedFilesAreAnError(t *testing.T) {
	for _, name := range []string{"authority.crt", "authority.key", "server.crt"} {
		dir := t.TempDir()
		if _, _, err := localca.Certificate(dir, []string{"localhost"}, day); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half a file"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := localca.Certificate(dir, []string{"localhost"}, day); err == nil {
			t.Errorf("%s is damaged and nobody says so", name)
		}
	}
}
