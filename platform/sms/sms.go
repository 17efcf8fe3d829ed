// Package sms hands short messages to a gateway over HTTP. It knows nothing of what they are about.
//
// A gateway is an address of the operator's choice: there are as many interfaces as carriers, so this package speaks one
// plain one, and a few lines before a carrier's own translate it (docs/operate/sms.md). A number and a text stand in the
// body of the request and nowhere else: no error and no log holds them.
package sms

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lianyuan/platform/seal"
)

// Message is one short message. ID is the same when a message is sent again: a gateway that has it already sends nothing.
type Message struct {
	ID   string `json:"id"`
	To   string `json:"to"`
	Sign string `json:"sign"`
	Text string `json:"text"`
}

// The answers of a gateway.
const (
	Sent      = "sent"      // taken over; a receipt may say later whether it arrived
	Delivered = "delivered" // on the phone
	Refused   = "refused"   // never will be: a wrong number, a word that is not allowed
)

// Sender sends short messages. An error means that it is not known whether the message went out: it may be sent again
// under the same id.
type Sender interface {
	Send(ctx context.Context, m Message) (status string, err error)
	Proves(token string) (bool, error)
}

// Config says where the gateway is.
type Config struct {
	URL       string // "" for no gateway
	TokenFile string // file of the bearer token, read anew for every message; "" for none
	Sign      string // that every message begins with
}

// Timeout bounds one request to the gateway.
const Timeout = 10 * time.Second

// Gateway is a Sender over HTTP.
type Gateway struct {
	cfg    Config
	client *http.Client
}

// ErrAddress says that the gateway is not named by an address.
var ErrAddress = errors.New("--sms-url is no address")

// ErrPlain says that a token and numbers would go over the network in the clear.
var ErrPlain = errors.New("--sms-url: plain HTTP is for loopback only, use https")

// New is a gateway; it is not asked yet.
func New(cfg Config) (*Gateway, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, ErrAddress
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, ErrPlain
	}
	g := &Gateway{cfg: cfg, client: &http.Client{
		Timeout: Timeout,
		// A token that is sent on to another host is a token given away.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	_, err = g.token()
	return g, err
}

func (g *Gateway) token() (string, error) {
	if g.cfg.TokenFile == "" {
		return "", nil
	}
	b, err := seal.ReadSecret(g.cfg.TokenFile)
	if err != nil {
		return "", fmt.Errorf("--sms-token-file: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// Proves says whether whoever brings a receipt is the gateway: it knows the token of ours. Without a token nobody is.
func (g *Gateway) Proves(token string) (bool, error) {
	ours, err := g.token()
	return err == nil && ours != "" && subtle.ConstantTimeCompare([]byte(ours), []byte(token)) == 1, err
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

// Send hands a message to the gateway. 4xx is a refusal, but for 401, 403, 408 and 429, which are about us and not about the
// message.
func (g *Gateway) Send(ctx context.Context, m Message) (string, error) {
	m.Sign = g.cfg.Sign
	body, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	token, err := g.token()
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.cfg.URL, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := g.client.Do(req)
	if err != nil {
		// Carriers have keys in the address: what failed is said without it.
		if where, ok := errors.AsType[*url.Error](err); ok {
			err = where.Err
		}
		return "", fmt.Errorf("sms gateway: %w", err)
	}
	defer resp.Body.Close()
	switch code := resp.StatusCode; {
	case code >= 400 && code < 500 && code != http.StatusUnauthorized && code != http.StatusForbidden && code != http.StatusRequestTimeout && code != http.StatusTooManyRequests:
		return Refused, nil
	case code < 200 || code > 299:
		return "", fmt.Errorf("sms gateway: status %d", code)
	}
	var answer struct {
		Status string `json:"status"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&answer); err != nil {
		return "", errors.New("sms gateway: the answer is no JSON")
	}
	switch answer.Status {
	case Sent, Delivered, Refused:
		return answer.Status, nil
	}
	return "", errors.New("sms gateway: the answer has no status that we know")
}
