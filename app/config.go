package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/sms"
)

// Config is what an installation runs with.
type Config struct {
	Data         string // directory of the SQLite file and the local authority
	DatabaseURL  string // postgres://… ; then Data holds only the local authority
	MasterKey    string // file of the key that wraps all others; outside Data
	MasterKeyRun string // command that prints that key instead, in words without quotes; no shell reads it
	Home         string // division code whose duty desk takes reports that name no place
	Letter       string // in the numbers that this installation gives, A to Z, said when it is made; "": A, or as it was made
	Listen       string
	ListenPublic string // serves the public operations alone; "" for none
	PublicOnly   bool   // no staff listener on this node
	TLSCert      string
	TLSKey       string
	TLSLocal     bool
	TLSNames     []string       // further host names for the local certificate
	Proxies      []netip.Prefix // who speaks TLS for us: plain HTTP is spoken with them, and their X-Forwarded-For is believed
	SMS          sms.Config     // gateway of short messages; none without an address
	Demo         bool
	Existing     bool // only open what is there, demo or not; for commands of the terminal
	FreeRates    bool // no limits per address, for a load generator on this machine
	Conns        int
	Clock        clock.Clock
	PasswordKiB  uint32 // access.Limits.PasswordKiB; no flag sets it
	NoFactors    bool   // access.Limits.NoFactors; no flag sets it
}

// What cannot run.
var (
	ErrNoDivision = errors.New("--home is no division code")
	ErrNoLetter   = errors.New("--letter is none of A to Z")
	ErrTwoMasters = errors.New("--master-key and --master-key-command exclude each other")
	ErrHalfPair   = errors.New("--tls-cert and --tls-key go together")
	ErrTwoCerts   = errors.New("--tls local and --tls-cert exclude each other")
	ErrNoGateway  = errors.New("--sms-token-file without --sms-url")
	ErrPlain      = errors.New("plain HTTP beyond this machine: use --tls local, --tls-cert with --tls-key, or --proxy")
	ErrNoAddress  = errors.New("no address to listen on")
	ErrListen     = errors.New("cannot listen")
	ErrCert       = errors.New("--tls-cert")
	ErrFreeRates  = errors.New("--free-rates is for loopback only")
)

// check refuses what cannot run safely.
func (c Config) check() error {
	if c.Data == "" {
		return errors.New("--data is needed")
	}
	if _, ok := place.Base().Get(place.Code(c.Home), clock.System{}.Now()); !ok {
		return fmt.Errorf("%w: %q", ErrNoDivision, c.Home)
	}
	if err := c.checkLetter(); err != nil {
		return err
	}
	if c.MasterKey != "" && c.MasterKeyRun != "" {
		return ErrTwoMasters
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return ErrHalfPair
	}
	if c.TLSLocal && c.TLSCert != "" {
		return ErrTwoCerts
	}
	if c.SMS.URL == "" && c.SMS.TokenFile != "" {
		return ErrNoGateway
	}
	for _, l := range []string{c.Listen, c.ListenPublic} {
		if l != "" && !isAddress(l) {
			return fmt.Errorf("%w: %q", ErrNoAddress, l)
		}
		if l == "" || c.TLSLocal || c.TLSCert != "" || len(c.Proxies) > 0 {
			continue
		}
		if loopback, err := isLoopback(l); err != nil || !loopback {
			return errors.Join(err, fmt.Errorf("%w: %s", ErrPlain, l))
		}
	}
	if c.FreeRates {
		if loopback, err := isLoopback(c.Listen); err != nil || !loopback {
			return errors.Join(err, ErrFreeRates)
		}
	}
	return nil
}

// overTLS says that browsers reach it over TLS, its own or that of a proxy.
func (c Config) overTLS() bool { return c.TLSLocal || c.TLSCert != "" || len(c.Proxies) > 0 }

// isAddress says whether it has a port that exists; whether the host is one of this machine is seen when it listens.
func isAddress(listen string) bool {
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func isLoopback(listen string) (bool, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false, err
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback()), nil
}

func (c Config) checkLetter() error {
	if c.Letter != "" && (len(c.Letter) != 1 || c.Letter < "A" || c.Letter > "Z") {
		return fmt.Errorf("%w: %q", ErrNoLetter, c.Letter)
	}
	return nil
}
