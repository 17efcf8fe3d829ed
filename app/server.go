package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lianyuan/api"
	"lianyuan/platform/db"
	"lianyuan/platform/localca"
)

// Run serves until ctx ends. ready, when given, is told the address of the staff listener (or of the public one on a
// node without staff) once it takes requests.
func (a *App) Run(ctx context.Context, ready func(address string)) (err error) {
	conf, authority, err := a.tls()
	if err != nil {
		return err
	}
	if authority != nil {
		a.AuthorityPrint = Fingerprint(authority)
	}
	var servers []*http.Server
	failed := make(chan error, 2)
	first := ""
	start := func(listen string, h http.Handler) error {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrListen, err)
		}
		if first == "" {
			first = l.Addr().String()
		}
		s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)}
		servers = append(servers, s)
		if conf != nil {
			s.TLSConfig = conf.Clone()
			go func() { failed <- s.ServeTLS(l, "", "") }()
			return nil
		}
		go func() { failed <- s.Serve(l) }()
		return nil
	}
	if !a.cfg.PublicOnly {
		if err := start(a.cfg.Listen, a.staffHandler(authority)); err != nil {
			return err
		}
	}
	if a.cfg.ListenPublic != "" {
		if err := start(a.cfg.ListenPublic, a.publicHandler()); err != nil {
			return err
		}
	}
	if ready != nil {
		ready(first)
	}
	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	a.Live.Close()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWithin)
	defer cancel()
	for _, s := range servers {
		err = errors.Join(err, s.Shutdown(end))
	}
	return err
}

// Handler serves everything of the staff listener, for a server that somebody else runs.
func (a *App) Handler() http.Handler { return a.staffHandler(nil) }

// PublicHandler serves everything of the public listener; the staff API does not exist in it.
func (a *App) PublicHandler() http.Handler { return a.publicHandler() }

// tls is the certificate to serve with, nil for plain HTTP, and the local authority's certificate when there is one.
func (a *App) tls() (*tls.Config, []byte, error) {
	switch {
	case a.cfg.TLSLocal:
		here, err := net.InterfaceAddrs()
		if err != nil {
			return nil, nil, fmt.Errorf("addresses of this machine: %w", err)
		}
		cert, authority, err := localca.Certificate(a.cfg.Data+"/tls", append(localNames(here, a.cfg.Listen, a.cfg.ListenPublic), a.cfg.TLSNames...), a.cfg.Clock.Now())
		return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, authority, err
	case a.cfg.TLSCert != "":
		cert, err := tls.LoadX509KeyPair(a.cfg.TLSCert, a.cfg.TLSKey)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrCert, err)
		}
		return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, nil, nil
	}
	return nil, nil, nil
}

// localNames are by what phones and laptops reach this machine: its name, and the addresses that it listens on, all of its
// own when it listens on every one.
func localNames(here []net.Addr, listens ...string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if host, err := os.Hostname(); err == nil {
		names = append(names, host)
	}
	every := false
	for _, l := range listens {
		host, _, err := net.SplitHostPort(l)
		ip := net.ParseIP(host)
		switch {
		case err != nil:
		case host == "" || ip != nil && ip.IsUnspecified():
			every = true
		case ip != nil:
			names = append(names, host)
		}
	}
	for _, a := range here {
		if n, ok := a.(*net.IPNet); ok && every && n.IP.IsGlobalUnicast() {
			names = append(names, n.IP.String())
		}
	}
	return names
}

func (a *App) staffHandler(authority []byte) http.Handler {
	mux := http.NewServeMux()
	a.API.Staff(mux)
	a.health(mux)
	mux.Handle("GET /metrics", loopbackOnly(promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{})))
	pages := newPages(true, a.cfg.Demo)
	pages.routes(mux)
	if authority != nil {
		trustPages(mux, authority)
	}
	return a.secure(a.API.Handler(mux))
}

func (a *App) publicHandler() http.Handler {
	mux := http.NewServeMux()
	a.API.Public(mux)
	a.health(mux)
	newPages(false, a.cfg.Demo).routes(mux)
	return a.secure(a.API.Handler(mux))
}

// health: /healthz says that the process lives, /readyz that it can read its database.
func (a *App) health(mux *http.ServeMux) {
	say := func(w http.ResponseWriter, status int, word string) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"status": word}) // the client went away: nobody is left to tell
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if _, err := a.Journal.Read(ctx, 0, 1); err != nil {
			say(w, http.StatusServiceUnavailable, "database")
			return
		}
		say(w, http.StatusOK, "ready")
	})
}

func (a *App) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	s := a.DB.Stats()
	counter := func(name, help string, read func() int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "lianyuan", Name: name, Help: help}, func() float64 { return float64(read()) }))
	}
	gauge := func(name, help string, read func() int64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "lianyuan", Name: name, Help: help}, func() float64 { return float64(read()) }))
	}
	counter("db_commits_total", "commits of the writer", s.Groups.Load)
	counter("db_updates_total", "updates in these commits", s.Updates.Load)
	counter("db_busy_microseconds_total", "time from BEGIN to durable", s.BusyMicro.Load)
	r.MustRegister(holds{&s.Held, prometheus.NewDesc("lianyuan_db_hold_seconds", "how long one update held the writer", nil, nil)})
	counter("db_long_holds_total", "updates that held the writer longer than 50 ms", s.Held.Long)
	counter("db_isolated_total", "groups run again with savepoints", s.Isolated.Load)
	counter("db_alone_total", "groups committed one by one", s.Alone.Load)
	counter("db_log_failures_total", "times that the log of SQLite could not be copied back", s.Unsaved.Load)
	counter("db_retries_total", "transactions run again after a deadlock", s.Retries.Load)
	gauge("journal_position", "last settled position", a.Journal.Position)
	gauge("live_pages", "open live pages", a.Live.Open)
	flood := a.API.Flood()
	gauge("public_reports_minute", "public reports in a minute over all nodes", func() int64 { return int64(a.API.Reports()) })
	gauge("proof_bits", "zero bits of the proof of work that the public form is asked for; 0 in calm", func() int64 {
		bits, err := a.API.ProofBits(0)
		if err != nil {
			return -1
		}
		return int64(bits)
	})
	counter("reports_proven_total", "reports that came in a flood with proof of work", flood.Proven.Load)
	counter("reports_unproven_total", "reports that came in a flood without it, taken and flagged", flood.Unproven.Load)
	return r
}

// holds are the holds of the writer as a histogram.
type holds struct {
	*db.Held
	desc *prometheus.Desc
}

// Describe and Collect are what Prometheus asks.
func (h holds) Describe(to chan<- *prometheus.Desc) { to <- h.desc }

// Collect answers the histogram as it is now.
func (h holds) Collect(to chan<- prometheus.Metric) {
	n, sum, upTo := h.Counts()
	steps := map[float64]uint64{}
	for i, step := range db.HeldSteps {
		steps[step.Seconds()] = uint64(upTo[i]) //nolint:gosec // a count
	}
	to <- prometheus.MustNewConstHistogram(h.desc, uint64(n), sum.Seconds(), steps) //nolint:gosec // a count
}

func loopbackOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r) || r.Header.Get("X-Forwarded-For") != "" { // what a proxy on this machine passes on comes from elsewhere
			missing(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// peerOf is who is at the other end of the connection; no address when that cannot be said.
func peerOf(r *http.Request) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr) // the zero address is nobody's
	return peer.Addr().Unmap()
}

func local(r *http.Request) bool { return peerOf(r).IsLoopback() }

// policy is the content security policy of every page: nothing but our own origin.
const policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; worker-src 'self' blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// secure sets what every answer carries. Without TLS of our own only the named proxies are served, and this machine.
func (a *App) secure(h http.Handler) http.Handler {
	plain := len(a.cfg.Proxies) > 0 && !a.cfg.TLSLocal && a.cfg.TLSCert == ""
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
		if plain && !local(r) && !api.Among(a.cfg.Proxies, peerOf(r)) {
			http.Error(w, "只受理前置代理转来的请求\nonly the proxy is served here", http.StatusForbidden)
			return
		}
		if a.cfg.overTLS() {
			head.Set("Strict-Transport-Security", "max-age=31536000")
		}
		h.ServeHTTP(w, r)
	})
}
