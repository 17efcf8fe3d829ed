package sms_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianyuan/platform/sms"
)

const number = "13800000001"

func gateway(t *testing.T, answer http.HandlerFunc) *sms.Gateway {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret-of-the-gateway\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	g, err := sms.New(sms.Config{URL: server.URL, TokenFile: token, Sign: "市应急局"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGatewayAnswers(t *testing.T) {
	for _, x := range []struct {
		what, body, want string
		code             int
		fails            bool
	}{
		{"taken over", `{"status":"sent"}`, sms.Sent, 200, false},
		{"on the phone", `{"status":"delivered"}`, sms.Delivered, 202, false},
		{"refused in words", `{"status":"refused","code":"black_list"}`, sms.Refused, 200, false},
		{"refused by its status", ``, sms.Refused, 422, false},
		{"a wrong token is ours to mend", ``, "", 401, true},
		{"too many", ``, "", 429, true},
		{"out of order", ``, "", 503, true},
		{"sent elsewhere", ``, "", 302, true},
		{"no JSON", `ok`, "", 200, true},
		{"another status", `{"status":"queued for tomorrow"}`, "", 200, true},
	} {
		var got sms.Message
		var auth string
		g := gateway(t, func(w http.ResponseWriter, r *http.Request) {
			auth = r.Header.Get("Authorization")
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Error(err)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(x.code)
			_, _ = w.Write([]byte(x.body))
		})
		status, err := g.Send(t.Context(), sms.Message{ID: "one", To: number, Text: "请受令"})
		if status != x.want || (err != nil) != x.fails {
			t.Errorf("%s: %q, %v", x.what, status, err)
		}
		if err != nil && strings.Contains(err.Error(), number) {
			t.Errorf("%s: the number stands in the error", x.what)
		}
		if auth != "Bearer secret-of-the-gateway" || got != (sms.Message{ID: "one", To: number, Sign: "市应急局", Text: "请受令"}) {
			t.Errorf("%s: asked with %q, %+v", x.what, auth, got)
		}
	}
}

// A gateway that does not answer is given up, and its error holds no number.
func TestGatewayIsSilent(t *testing.T) {
	stop := make(chan struct{})
	g := gateway(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	})
	defer close(stop)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := g.Send(ctx, sms.Message{ID: "one", To: number}); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), number) {
		t.Errorf("a silent gateway: %v", err)
	}
}

// A key in the address of a gateway stands in no error, whatever becomes of the request.
func TestTheAddressIsInNoError(t *testing.T) {
	for what, answer := range map[string]http.HandlerFunc{
		"the connection is cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"sent elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere?key=secret-in-the-address", http.StatusTemporaryRedirect)
		},
		"a page": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
	} {
		server := httptest.NewServer(answer)
		g, err := sms.New(sms.Config{URL: server.URL + "/send?key=secret-in-the-address"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Send(t.Context(), sms.Message{ID: "one", To: number}); err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), number) {
			t.Errorf("%s: %v", what, err)
		}
		server.Close()
	}
}

func TestGatewayAddresses(t *testing.T) {
	for url, fine := range map[string]bool{
		"https://sms.example/send": true, "http://127.0.0.1:9/send": true, "http://localhost:9": true,
		"http://sms.example/send": false, "ftp://sms.example": false, "sms": false, "": false,
	} {
		if _, err := sms.New(sms.Config{URL: url}); (err == nil) != fine {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := sms.New(sms.Config{URL: "https://sms.example", TokenFile: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("a token file that is missing")
	}
}
