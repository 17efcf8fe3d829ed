package app

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
)

// Plain HTTP outside this machine is spoken with the named proxy alone, and what it passes on goes out as over TLS.
func TestOnlyTheProxyIsServedInPlain(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	behind := &App{cfg: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")}}}
	own := &App{cfg: Config{Proxies: behind.cfg.Proxies, TLSLocal: true}}
	alone := &App{}
	for _, c := range []struct {
		of     *App
		peer   string
		status int
		strict bool
	}{
		{behind, "10.0.0.5:4000", http.StatusOK, true},
		{behind, "127.0.0.1:4000", http.StatusOK, true},
		{behind, "[::1]:4000", http.StatusOK, true},
		{behind, "10.0.0.6:4000", http.StatusForbidden, false},
		{behind, "nobody", http.StatusForbidden, false},
		{own, "10.0.0.6:4000", http.StatusOK, true}, // it speaks TLS itself
		{alone, "127.0.0.1:4000", http.StatusOK, false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		w := httptest.NewRecorder()
		c.of.secure(page).ServeHTTP(w, r)
		if w.Code != c.status || (w.Header().Get("Strict-Transport-Security") != "") != c.strict {
			t.Errorf("%s: %d, %v", c.peer, w.Code, w.Header())
		}
		if w.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%s is answered without the policy", c.peer)
		}
	}
}

// The figures are for this machine, and for nobody whom a proxy on it passes on.
func TestTheFiguresStayOnThisMachine(t *testing.T) {
	page := loopbackOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	for _, c := range []struct {
		peer, from string
		status     int
	}{
		{"127.0.0.1:4000", "", http.StatusOK},
		{"127.0.0.1:4000", "203.0.113.7", http.StatusNotFound},
		{"10.0.0.5:4000", "", http.StatusNotFound},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		r.RemoteAddr = c.peer
		if c.from != "" {
			r.Header.Set("X-Forwarded-For", c.from)
		}
		w := httptest.NewRecorder()
		page.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s for %q: %d", c.peer, c.from, w.Code)
		}
	}
}

// A phone in the tent types the address of the laptop: the certificate is good for it.
func TestTheLocalCertificateNamesEveryAddressListenedOn(t *testing.T) {
	here := []net.Addr{
		&net.IPNet{IP: net.ParseIP("192.0.2.7"), Mask: net.CIDRMask(24, 32)}, &net.IPNet{IP: net.ParseIP("127.0.0.1"), Mask: net.CIDRMask(8, 32)},
		&net.IPNet{IP: net.ParseIP("fe80::1"), Mask: net.CIDRMask(64, 128)}, &net.IPNet{IP: net.ParseIP("2001:db8::7"), Mask: net.CIDRMask(64, 128)},
	}
	for listen, want := range map[string][2][]string{
		"0.0.0.0:8443":   {{"192.0.2.7", "2001:db8::7", "127.0.0.1", "localhost"}, {"fe80::1"}},
		":8443":          {{"192.0.2.7"}, nil},
		"192.0.2.9:8443": {{"192.0.2.9"}, {"192.0.2.7"}},
		"127.0.0.1:8443": {{"127.0.0.1"}, {"192.0.2.7"}},
	} {
		names := localNames(here, "", listen)
		for _, n := range want[0] {
			if !slices.Contains(names, n) {
				t.Errorf("%s: %v lacks %s", listen, names, n)
			}
		}
		for _, n := range want[1] {
			if slices.Contains(names, n) {
				t.Errorf("%s: %v names %s", listen, names, n)
			}
		}
	}
}
