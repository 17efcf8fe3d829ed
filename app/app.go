// Package app builds everything in the order of the ranks and runs it. It is the only package that may import all.
package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"lianyuan/api"
	"lianyuan/domain/access"
	"lianyuan/domain/need"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/domain/team"
	"lianyuan/migrations"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/live"
	"lianyuan/platform/seal"
)

// App is an open installation.
type App struct {
	cfg     Config
	DB      *db.DB
	Journal *journal.Journal
	Keeper  *seal.Keeper
	Live    *live.Hub

	Places     *place.Service
	Access     *access.Service
	Parameters *parameter.Service
	Teams      *team.Service
	Needs      *need.Service

	API    *api.API
	stop   context.CancelFunc
	Letter string
	Fresh  bool // this is the first start of the installation
	// MasterMade is the file of a master key that was made just now: the operator must keep a copy of it.
	MasterMade string
}

// The refusals of a data directory.
var (
	ErrDemoData = errors.New("this is a demo directory: run `lianyuan demo`, or choose another --data")
	ErrRealData = errors.New("this is no demo directory: run `lianyuan serve`, or choose another --data")
)

// Open opens the database, brings it up to date and builds the services. Close it.
func Open(ctx context.Context, cfg Config) (a *App, err error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, err
	}
	a = &App{cfg: cfg}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	a.DB, err = db.Open(ctx, db.Options{File: filepath.Join(cfg.Data, "lianyuan.db"), URL: cfg.DatabaseURL, Clock: cfg.Clock, Conns: cfg.Conns})
	if err != nil {
		return a, err
	}
	if _, err := migrations.Up(ctx, a.DB); err != nil {
		return a, err
	}
	node, err := a.instance(ctx)
	if err != nil {
		return a, err
	}
	master, made, err := seal.MasterFromFile(a.masterFile(), a.Fresh || cfg.Demo)
	if err != nil {
		return a, err
	}
	if made {
		a.MasterMade = a.masterFile()
	}
	a.Keeper = seal.NewKeeper(a.DB, master)
	keyID, private, err := a.Keeper.Signing(ctx, "journal")
	if err != nil {
		return a, err
	}
	if a.Journal, err = journal.Open(run, a.DB, node, journal.Signer{KeyID: keyID, Private: private}); err != nil {
		return a, err
	}
	return a, a.build(run)
}

// masterFile is where the master key is: beside the data directory and never inside, so that a copy of the data holds
// no key.
func (a *App) masterFile() string {
	if a.cfg.MasterKey != "" {
		return a.cfg.MasterKey
	}
	return filepath.Clean(a.cfg.Data) + ".master-key"
}

// build makes the services, lowest rank first, and tells them of what others change.
func (a *App) build(ctx context.Context) (err error) {
	if a.Places, err = place.Open(ctx, a.DB); err != nil {
		return err
	}
	if a.Parameters, err = parameter.Open(ctx, a.DB); err != nil {
		return err
	}
	home, _ := a.Places.Tree().Get(place.Code(a.cfg.Home), a.cfg.Clock.Now())
	limits := access.DefaultLimits
	limits.PasswordKiB = a.cfg.PasswordKiB
	a.Access = access.New(a.DB, a.Places, a.cfg.Clock, limits)
	a.Teams = team.New(a.DB)
	a.Needs, err = need.New(ctx, need.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Keeper: a.Keeper, Home: home.Path, Letter: a.Letter,
	})
	if err != nil {
		return err
	}
	a.Journal.Listen(a.Access.Heard)
	a.Live = live.New(a.Journal, api.Concerned, a.cfg.Clock)
	a.Journal.Listen(a.reload(ctx))
	go a.Needs.Follow(ctx, a.Journal)
	a.API = api.New(api.Services{
		Places: a.Places, Access: a.Access, Parameters: a.Parameters, Teams: a.Teams, Needs: a.Needs, Live: a.Live, Clock: a.cfg.Clock,
		Demo: a.cfg.Demo, Home: home.Path, TrustProxy: a.cfg.BehindProxy, SecureCookie: a.cfg.TLSLocal || a.cfg.TLSCert != "", FreeRates: a.cfg.FreeRates,
	})
	return nil
}

// reload reads again what is kept in memory when another node has changed it.
func (a *App) reload(ctx context.Context) func([]journal.Row) {
	return func(rows []journal.Row) {
		for _, r := range rows {
			var load func(context.Context) error
			switch r.Kind {
			case "place":
				load = a.Places.Reload
			case "parameter":
				load = a.Parameters.Reload
			default:
				continue
			}
			go func() {
				if err := load(ctx); err != nil && ctx.Err() == nil {
					slog.ErrorContext(ctx, "reload failed", slog.String("kind", r.Kind), slog.Any("error", err))
				}
			}()
		}
	}
}

// instance reads what this installation is, or writes it on the first start.
func (a *App) instance(ctx context.Context) (node string, err error) {
	fresh := id.New()
	var demo bool
	err = a.DB.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO instance (id, node, letter, demo, created_at) VALUES (1, $1, 'A', $2, $3) ON CONFLICT (id) DO NOTHING`,
			fresh, a.cfg.Demo, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		a.Fresh = n == 1
		return tx.Get(`SELECT node, letter, demo FROM instance WHERE id = 1`, nil, &node, &a.Letter, &demo)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows) || err != nil:
		return "", fmt.Errorf("instance: %w", err)
	case demo && !a.cfg.Demo:
		return "", ErrDemoData
	case !demo && a.cfg.Demo:
		return "", ErrRealData
	}
	return node, nil
}

// Close stops what runs in the background and closes the database.
func (a *App) Close() error {
	if a.Live != nil {
		a.Live.Close()
	}
	a.stop()
	if a.DB == nil {
		return nil
	}
	return a.DB.Close()
}

// shutdownWithin is how long requests under way may take to end.
const shutdownWithin = 5 * time.Second
