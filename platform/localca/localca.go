// Package localca makes a certificate authority that one installation trusts, for a tent without internet: phones and
// laptops that accept its certificate once reach the pages over TLS, which cameras, offline storage and passwords need.
package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// How long certificates are good for. Browsers refuse server certificates of more than 398 days.
const (
	authorityYears = 10
	serverDays     = 390
	renewBefore    = 60 * 24 * time.Hour
)

// Certificate is the server's certificate for the given host names and addresses, made or renewed as needed in dir,
// and the authority's own certificate (PEM) that devices are asked to trust.
func Certificate(dir string, names []string, now time.Time) (cert tls.Certificate, authority []byte, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return cert, nil, err
	}
	caCert, caKey, authority, err := ensureAuthority(dir, now)
	if err != nil {
		return cert, nil, fmt.Errorf("local authority: %w", err)
	}
	cert, err = tls.LoadX509KeyPair(filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key"))
	if err == nil && covers(cert.Leaf, names, now) {
		return cert, authority, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cert, nil, fmt.Errorf("local certificate: %w", err)
	}
	if err := issue(dir, caCert, caKey, names, now); err != nil {
		return cert, nil, fmt.Errorf("local certificate: %w", err)
	}
	cert, err = tls.LoadX509KeyPair(filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key"))
	return cert, authority, err
}

func covers(leaf *x509.Certificate, names []string, now time.Time) bool {
	if leaf == nil || now.Add(renewBefore).After(leaf.NotAfter) {
		return false
	}
	return !slices.ContainsFunc(names, func(n string) bool { return leaf.VerifyHostname(n) != nil })
}

func ensureAuthority(dir string, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, []byte, error) {
	crt, key := filepath.Join(dir, "authority.crt"), filepath.Join(dir, "authority.key")
	if _, err := os.Stat(crt); errors.Is(err, fs.ErrNotExist) {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, nil, nil, err
		}
		t := &x509.Certificate{
			SerialNumber: serial(), Subject: pkix.Name{CommonName: "Lianyuan local authority " + now.Format("2006-01-02")},
			NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(authorityYears, 0, 0), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		der, err := x509.CreateCertificate(rand.Reader, t, t, private.Public(), private)
		if err != nil {
			return nil, nil, nil, err
		}
		if err := errors.Join(writeKey(key, private), writePEM(crt, "CERTIFICATE", der, 0o644)); err != nil {
			return nil, nil, nil, err
		}
	}
	pair, err := tls.LoadX509KeyPair(crt, key)
	if err != nil {
		return nil, nil, nil, err
	}
	private, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, nil, errors.New("the authority's key is of another kind")
	}
	text, err := os.ReadFile(crt)
	return pair.Leaf, private, text, err
}

func issue(dir string, ca *x509.Certificate, caKey *ecdsa.PrivateKey, names []string, now time.Time) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Lianyuan"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, serverDays),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, ca, private.Public(), caKey)
	if err != nil {
		return err
	}
	return errors.Join(writeKey(filepath.Join(dir, "server.key"), private), writePEM(filepath.Join(dir, "server.crt"), "CERTIFICATE", der, 0o644))
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand never fails on a supported system
	}
	return n
}

func writeKey(path string, k *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return err
	}
	return writePEM(path, "PRIVATE KEY", der, 0o600)
}

func writePEM(path, kind string, der []byte, mode fs.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
