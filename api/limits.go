package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

type addressKey struct{}

// addressFrom is the client's address, for limits only; it is never stored.
func addressFrom(ctx context.Context) string {
	a, _ := ctx.Value(addressKey{}).(string)
	return a
}

// addressOf is where a request came from. Of a request that one of our proxies passed on it is the last address in
// X-Forwarded-For that is no proxy of ours; from anybody else that header is worth nothing.
func (a *API) addressOf(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at := peer.Addr().Unmap()
	if !Among(a.s.Proxies, at) {
		return at.String()
	}
	named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(named) {
		before, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			break // whoever wrote it, nothing before it can be believed
		}
		if at = before.Unmap(); !Among(a.s.Proxies, at) {
			break
		}
	}
	return at.String()
}

// Among says whether an address lies in one of the ranges.
func Among(ranges []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return p.Contains(a.Unmap().WithZone("")) })
}
