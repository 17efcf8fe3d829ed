package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"lianyuan/api"
	"lianyuan/app"
	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
	"lianyuan/platform/live"
	"lianyuan/platform/sms"
)

// where are the flags that say where an installation keeps its data.
type where struct {
	Data             directory `required:"" env:"LIANYUAN_DATA" help:"Directory of the data."`
	DatabaseURL      string    `env:"LIANYUAN_DATABASE_URL" help:"postgres://… for PostgreSQL; SQLite inside --data when absent."`
	MasterKey        string    `type:"path" env:"LIANYUAN_MASTER_KEY" help:"File of the key that seals personal data; beside --data when absent. Keep a copy apart from the backups."`
	MasterKeyCommand string    `env:"LIANYUAN_MASTER_KEY_COMMAND" help:"Program that prints that key, instead of a file, with its arguments. No shell reads it; words part at spaces."`
	Home             string    `default:"50" env:"LIANYUAN_HOME" help:"Division code whose duty desk takes reports that name no place."`
}

// directory is the path of a directory that was named. Nothing, of a variable that is not set, names none: never the one where
// somebody stands.
type directory string

// Decode takes a path from the command line or the environment.
func (d *directory) Decode(ctx *kong.DecodeContext) error {
	var path string
	if err := ctx.Scan.PopValueInto("directory", &path); err != nil {
		return err
	}
	if strings.TrimSpace(path) == "" {
		return errors.New("no directory is named")
	}
	*d = directory(kong.ExpandPath(path))
	return nil
}

// listen are the flags that say how it is reached.
type listen struct {
	ListenPublic string   `env:"LIANYUAN_LISTEN_PUBLIC" help:"Serve the public operations alone on this address too."`
	TLSCert      string   `type:"path" help:"Certificate file (PEM)."`
	TLSKey       string   `type:"path" help:"Key file (PEM) of --tls-cert."`
	TLS          string   `enum:",local" default:"" help:"local: make an own authority in --data and a page /trust to trust it."`
	TLSName      []string `help:"A further host name or address for the local certificate."`
	Proxy        []proxy  `help:"Address or range of a proxy of ours that speaks TLS and sets X-Forwarded-For: plain HTTP is spoken with it alone."`
	FreeRates    bool     `hidden:"" help:"No limits per address; loopback only, for load tests."`
	Conns        int      `hidden:"" help:"Connections of the database pool."`
}

// proxy is a range of addresses; one address alone is a range of one.
type proxy struct{ netip.Prefix }

// UnmarshalText reads 10.0.0.5 and 10.0.0.0/24.
func (p *proxy) UnmarshalText(text []byte) error {
	if a, err := netip.ParseAddr(string(text)); err == nil {
		p.Prefix = netip.PrefixFrom(a, a.BitLen())
		return nil
	}
	return p.Prefix.UnmarshalText(text)
}

func ranges(list []proxy) (all []netip.Prefix) {
	for _, p := range list {
		all = append(all, p.Prefix)
	}
	return all
}

func config(w where, l listen, address string) app.Config {
	return app.Config{
		Data: string(w.Data), DatabaseURL: w.DatabaseURL, MasterKey: w.MasterKey, MasterKeyRun: w.MasterKeyCommand, Home: w.Home, Listen: address, ListenPublic: l.ListenPublic,
		TLSCert: l.TLSCert, TLSKey: l.TLSKey, TLSLocal: l.TLS == "local", TLSNames: l.TLSName, Proxies: ranges(l.Proxy),
		FreeRates: l.FreeRates, Conns: l.Conns,
	}
}

type serveCmd struct {
	where
	listen
	Listen     string `default:"127.0.0.1:8080" env:"LIANYUAN_LISTEN" help:"Address of the staff listener."`
	Letter     string `env:"LIANYUAN_LETTER" help:"Letter of this installation in the numbers it gives, A to Z; said at the first start, A when absent."`
	PublicOnly bool   `help:"No staff listener on this node; needs --listen-public."`

	SMSURL       string `name:"sms-url" env:"LIANYUAN_SMS_URL" help:"Gateway of short messages (https). Without one they stay in the outbox."`
	SMSTokenFile string `name:"sms-token-file" type:"path" env:"LIANYUAN_SMS_TOKEN_FILE" help:"File of the gateway's bearer token."`
	SMSSign      string `name:"sms-sign" env:"LIANYUAN_SMS_SIGN" help:"Signature of the short messages, such as 市应急局."`
}

var errNoPublic = errors.New("--public-only needs --listen-public")

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, out io.Writer) error {
	if c.PublicOnly && c.ListenPublic == "" {
		return errNoPublic
	}
	cfg := config(c.where, c.listen, c.Listen)
	cfg.PublicOnly, cfg.Letter = c.PublicOnly, c.Letter
	cfg.SMS = sms.Config{URL: c.SMSURL, TokenFile: c.SMSTokenFile, Sign: c.SMSSign}
	return run(ctx, cfg, out, func(a *app.App) error {
		code, err := a.Access.SetupCode(ctx)
		if err == nil && code != "" && !c.PublicOnly {
			tell(out, fault.Found("首次设置码：%s（在浏览器中打开 /app/setup，登记三名管理员）", "setup code: %s (open /app/setup and name the three administrators)", code))
		}
		return err
	})
}

type demoCmd struct {
	where
	listen
	Listen        string `default:"127.0.0.1:8080" help:"Address to listen on."`
	PrintAccounts string `type:"path" help:"Also write the accounts to this file, as JSON."`
	Needs         int    `hidden:"" help:"Enter so many open needs more into a fresh world, for load tests."`
}

// Run makes the demo world on the first start and serves it.
func (c *demoCmd) Run(ctx context.Context, out io.Writer) error {
	cfg := config(c.where, c.listen, c.Listen)
	cfg.Demo, cfg.Clock = true, &clock.Shifted{}
	return run(ctx, cfg, out, func(a *app.App) error {
		err := a.DB.Alone(ctx, func() error { // another node waits until the world is made
			return a.MakeDemo(ctx, func(ctx context.Context) error { return a.EnterMany(ctx, c.Needs) })
		})
		if err != nil {
			return err
		}
		if c.PrintAccounts != "" {
			b, err := json.MarshalIndent(app.DemoAccounts(), "", "  ") //nolint:gosec // the passwords of an invented world
			if err != nil {
				return err
			}
			if err := os.WriteFile(c.PrintAccounts, b, 0o600); err != nil {
				return err
			}
		}
		printAccounts(out)
		return nil
	})
}

func printAccounts(w io.Writer) {
	tell(w, fault.Found("演示账号（口令均为 %s）：", "accounts of the demo (the password of all is %s):", app.DemoPassword))
	for _, a := range app.DemoAccounts() {
		_, _ = fmt.Fprintf(w, "  %-10s %s (%s)\n", a.Login, a.Label, strings.ReplaceAll(a.Role, "_", " "))
	}
}

// run opens the installation, prepares it and serves.
func run(ctx context.Context, cfg app.Config, out io.Writer, prepare func(*app.App) error) (err error) {
	release, err := app.Claim(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	err = open(ctx, cfg, out, prepare)
	if !errors.Is(err, app.ErrHalfDemo) {
		return err
	}
	dropped, failed := app.DropHalfDemo(cfg)
	if !dropped {
		return errors.Join(err, failed)
	}
	tell(out, fault.Found("演示数据上次未生成完毕，现重新生成", "the making of this demo world was interrupted: it is made anew"))
	return open(ctx, cfg, out, prepare)
}

func open(ctx context.Context, cfg app.Config, out io.Writer, prepare func(*app.App) error) (err error) {
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if a.MasterMade != "" {
		tellMasterMade(out, a.MasterMade)
	}
	if a.Dumped != "" {
		tell(out, fault.Found("数据已升级到本版本；升级前的数据备份在 %s（未加密，按数据库同等保管）", "the data were brought up to this version; as they were before they stand in %s (not encrypted: treat it like the database)", a.Dumped))
	}
	if prepare != nil {
		if err := prepare(a); err != nil {
			return err
		}
	}
	scheme := "http"
	if cfg.TLSLocal || cfg.TLSCert != "" {
		scheme = "https"
	}
	return a.Run(ctx, func(address string) {
		if a.AuthorityPrint != "" {
			tell(out, fault.Found("本机证书指纹（SHA-256，安装前与 /trust 页面核对）：%s", "fingerprint of the local certificate (SHA-256, compare with the page /trust before it is installed): %s", a.AuthorityPrint))
		}
		tell(out, fault.Found("联援 %s 已启动：%s://%s", "lianyuan %s listens on %s://%s", version, scheme, address))
	})
}

// withInstallation opens what is there, demo or not, without serving it.
func withInstallation(ctx context.Context, w where, fn func(*app.App) error) error {
	cfg := config(w, listen{}, "127.0.0.1:0")
	cfg.Existing = true
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close())
}

var errNoLogin = errors.New("there is no account of that login")

type recoverCmd struct {
	where
	Login string `required:"" help:"The account's login."`
}

// Run prints the link; the account's sessions end when it is used. It writes, so no server may have a SQLite file meanwhile:
// each process keeps in memory where the journal ends.
func (c *recoverCmd) Run(ctx context.Context, out io.Writer) error {
	return claimed(ctx, c.where, true, func() error {
		return withInstallation(ctx, c.where, func(a *app.App) error {
			token, err := a.Access.Recover(ctx, c.Login)
			if errors.Is(err, fault.ErrNotFound) {
				return errNoLogin
			}
			if err == nil {
				tell(out, fault.Found("请在浏览器中本系统的地址后接以下路径打开，逾期失效（参数 access.enrol_within）：/app/enrol#%s", "open it in a browser behind the address of this system; it expires (access.enrol_within): /app/enrol#%s", token))
			}
			return err
		})
	})
}

type openapiCmd struct{}

// Run prints the document; no database is needed.
func (c *openapiCmd) Run(out io.Writer) error {
	a := api.New(api.Services{Clock: clock.System{}, Live: &live.Hub{}})
	a.Staff(http.NewServeMux())
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(a.Spec())
}
