package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
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
	}
}
