// Package api is all of HTTP: it decodes what came in, calls one use case and shapes the answer. It decides nothing.
//
// There are two sets of operations. The public ones need no account: take a report, follow a receipt. The staff ones
// need a session. A node may serve the public ones alone on a listener of their own; the staff API does not exist there.
package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"lianyuan/domain/access"
	"lianyuan/domain/deployment"
	"lianyuan/domain/destruction"
	"lianyuan/domain/enquiry"
	"lianyuan/domain/equipment"
	"lianyuan/domain/incident"
	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/notice"
	"lianyuan/domain/org"
	"lianyuan/domain/parameter"
	"lianyuan/domain/pass"
	"lianyuan/domain/place"
	"lianyuan/domain/reception"
	"lianyuan/domain/situation"
	"lianyuan/domain/support"
	"lianyuan/domain/team"
	"lianyuan/platform/clock"
	"lianyuan/platform/live"
	"lianyuan/platform/proof"
	"lianyuan/platform/rate"
)

// Services are the use cases behind the operations.
type Services struct {
	Places       *place.Service
	Access       *access.Service
	Parameters   *parameter.Service
	Orgs         *org.Service
	Teams        *team.Service
	Equipment    *equipment.Service
	Incidents    *incident.Service
	Needs        *need.Service
	Deployments  *deployment.Service
	Passes       *pass.Service
	Receptions   *reception.Service
	Missions     *mission.Service
	Support      *support.Service
	Enquiries    *enquiry.Service
	Notices      *notice.Service
	Situation    *situation.Service
	Destructions *destruction.Service
	Live         *live.Hub
	Clock        clock.Clock
	Demo         bool
	Home         place.Path
	// Proxies are the addresses whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// SecureCookie marks the session cookie for TLS only.
	SecureCookie bool
	// Rates are the limits per address; nil: its own, shared with no other node.
	Rates *rate.Limits
	// Challenges are what a flood asks of the public form.
	Challenges *proof.Challenges
}

// API serves the operations.
type API struct {
	s      Services
	limits *rate.Limits
	flood  FloodStats
	spec   *huma.OpenAPI
	seen   atomic.Pointer[namedPlaces]
}

// speakProblems makes huma answer in our shape. It is one setting for the whole program.
var speakProblems = sync.OnceFunc(func() {
	huma.NewError = newProblem
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		p := newProblem(status, msg, errs...)
		if q, ok := p.(*Problem); ok && ctx != nil {
			q.speak(languageOf(ctx.Header("Accept-Language")))
		}
		return p
	}
})

// New is the API over services.
func New(s Services) *API {
	speakProblems()
	return &API{s: s, limits: cmp.Or(s.Rates, rate.New(s.Clock, false))}
}

// Public adds the operations that need no account.
func (a *API) Public(mux *http.ServeMux) {
	publicFace.build(func(s huma.Registry) {
		h := a.huma(mux, s)
		a.reportPublic(h)
		a.published(h, mux)
	})
	mux.HandleFunc("GET /plain.css", plainStyle)
	mux.HandleFunc("POST /report", a.plainReport)
	mux.HandleFunc("POST /receipt", a.plainReceipt)
	a.unknown(mux)
}

// Staff adds all operations, the public ones too.
func (a *API) Staff(mux *http.ServeMux) {
	staffFace.build(func(s huma.Registry) { a.staff(a.huma(mux, s), mux) })
	mux.HandleFunc("GET /plain.css", plainStyle)
	mux.HandleFunc("POST /report", a.plainReport)
	mux.HandleFunc("POST /receipt", a.plainReceipt)
	mux.HandleFunc("GET /api/v1/live", a.live)
	a.unknown(mux)
}

func (a *API) staff(h huma.API, mux *http.ServeMux) {
	a.reportPublic(h)
	a.published(h, mux)
	a.session(h)
	a.accounts(h)
	a.orgs(h)
	a.incidents(h)
	a.supports(h)
	a.enquiries(h)
	a.situations(h)
	a.summaries(h)
	a.notices(h)
	a.todos(h)
	a.boards(h)
	a.reports(h)
	a.needs(h)
	a.offers(h)
	a.passes(h)
	a.receptions(h)
	a.missions(h)
	a.withdrawals(h)
	a.teams(h)
	a.members(h)
	a.equipment(h)
	a.places(h)
	a.parameters(h)
	a.destructions(h)
	a.lifecycles(h)
	a.seeks(h)
}

// Spec is the OpenAPI document of all operations.
func (a *API) Spec() *huma.OpenAPI { return a.spec }

func (a *API) huma(mux *http.ServeMux, schemas huma.Registry) huma.API {
	cfg := huma.DefaultConfig("联援 Lianyuan", "1")
	cfg.OpenAPIPath = "/api/openapi"
	cfg.DocsPath = ""    // huma's page loads scripts from elsewhere
	cfg.SchemasPath = "" // no $schema links in answers
	cfg.CreateHooks = nil
	cfg.Components.Schemas = schemas
	cfg.Info.Description = "On-site coordination of social emergency forces. Errors follow RFC 9457, with a stable code and a message in Chinese and English."
	h := humago.New(mux, cfg)
	a.spec = h.OpenAPI()
	return h
}

// unknown answers addresses under /api/ that do not exist, in the shape of every other error.
func (a *API) unknown(mux *http.ServeMux) {
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, toHTTP(r.Context(), errNoOperation))
	})
}

// Handler wraps the operations with what all requests need: a language, the actor of the session, no cross-site
// writes, and an answer even when a handler has a defect.
func (a *API) Handler(mux http.Handler) http.Handler {
	sites := http.NewCrossOriginProtection()
	sites.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, toHTTP(r.Context(), errCrossSite))
	}))
	guarded := sites.Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // the request's own context
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // net/http's own sentinel, by identity
					panic(p)
				}
				slog.ErrorContext(r.Context(), "a handler panicked", slog.Any("panic", p), slog.String("path", r.URL.Path))
				writeProblem(w, r, toHTTP(r.Context(), errPanic))
			}
		}()
		ctx := withLanguage(r.Context(), languageOf(r.Header.Get("Accept-Language")))
		ctx = context.WithValue(ctx, addressKey{}, a.addressOf(r))
		if c, err := r.Cookie(cookieName); err == nil && c.Value != "" {
			actor, err := a.s.Access.Resume(ctx, c.Value)
			if err == nil {
				ctx = access.With(ctx, actor)
			} else if !isSignedOut(err) {
				writeProblem(w, r, toHTTP(ctx, err))
				return
			}
		}
		a.challenge(w, r)
		// The bound stands in a copy. In its own request net/http must find its own body: by that it knows that some of it was
		// left unread, and ends the connection rather than take the rest for the next request.
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, carries(r))
		guarded.ServeHTTP(w, r)
	})
}

// maxBody bounds what one request may carry: a report of 10,000 characters, four bytes each, and its frame.
const maxBody = 128 << 10

// carries is what this request may carry: staff send scans, everybody else no more than words.
func carries(r *http.Request) int64 {
	if _, err := access.From(r.Context()); err == nil && r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/scans/") {
		return incident.ScanMost
	}
	return maxBody
}

// op is an operation of the given id, method and path under /api/v1.
func op(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, DefaultStatus: status,
		MaxBodyBytes: maxBody, Errors: []int{400, 401, 403, 404, 409, 413, 422, 429, 500, 503},
	}
}
