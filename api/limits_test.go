package api

import (
	"net/http"
	"net/netip"
	"testing"
)

// What a request says of its way is believed as far as our own proxies have written it.
func TestAddressBehindProxies(t *testing.T) {
	a := New(Services{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00::1/128")}})
	for _, c := range []struct {
		peer, header, want string
	}{
		{"192.0.2.7:1000", "", "192.0.2.7"},
		{"192.0.2.7:1000", "198.51.100.9", "192.0.2.7"},                          // no proxy of ours
		{"10.0.0.5:1000", "198.51.100.9", "198.51.100.9"},                        // what it saw
		{"10.0.0.5:1000", "203.0.113.1, 198.51.100.9", "198.51.100.9"},           // what the client claims stands before it
		{"10.0.0.5:1000", "203.0.113.1, 198.51.100.9, 10.0.0.6", "198.51.100.9"}, // through two of ours
		{"10.0.0.5:1000", "", "10.0.0.5"},                                        // it says nothing
		{"10.0.0.5:1000", "203.0.113.1, unknown, 10.0.0.6", "10.0.0.6"},          // what cannot be read ends the way
		{"[::ffff:10.0.0.5]:1000", "::ffff:198.51.100.9", "198.51.100.9"},        // IPv4 written as IPv6
		{"[fd00::1]:1000", "2001:db8::9", "2001:db8::9"},
		{"[fd00::2]:1000", "2001:db8::9", "fd00::2"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{}}
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := a.addressOf(r); got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.peer, c.header, got, c.want)
		}
	}
}
