package api

import (
	"context"
	"net"
	"net/http"
	"strings"
)

type addressKey struct{}

// addressFrom is the client's address, for limits only; it is never stored.
func addressFrom(ctx context.Context) string {
	a, _ := ctx.Value(addressKey{}).(string)
	return a
}

func (a *API) addressOf(r *http.Request) string {
	if a.s.TrustProxy {
		if f := r.Header.Get("X-Forwarded-For"); f != "" {
			parts := strings.Split(f, ",")
			return strings.TrimSpace(parts[len(parts)-1]) // the last one is what our own proxy saw
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
