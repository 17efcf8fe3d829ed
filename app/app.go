// Package app builds everything in the order of the ranks and runs it. It is the only package that may import all.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"lianyuan/api"
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
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/id"
	"lianyuan/platform/journal"
	"lianyuan/platform/live"
	"lianyuan/platform/node"
	"lianyuan/platform/proof"
	"lianyuan/platform/rate"
	"lianyuan/platform/seal"
	"lianyuan/platform/sms"
)

// App is an open installation.
type App struct {
	cfg     Config
	DB      *db.DB
	Journal *journal.Journal
	Keeper  *seal.Keeper
	Live    *live.Hub

	Places       *place.Service
	Access       *access.Service
	Parameters   *parameter.Service
	Orgs         *org.Service
	Teams        *team.Service
	Equipment    *equipment.Service
	Incidents    *incident.Service
	Needs        *need.Service
	Enquiries    *enquiry.Service
	Deployments  *deployment.Service
	Passes       *pass.Service
	Receptions   *reception.Service
	Missions     *mission.Service
	Support      *support.Service
	Notices      *notice.Service
	Situation    *situation.Service
	Destructions *destruction.Service

	API    *api.API
	stop   context.CancelFunc
	Letter string
	Fresh  bool // this is the first start of the installation
	// MasterMade is the file of a master key that was made just now: the operator must keep a copy of it.
	MasterMade string
	// Dumped is the file with the data as an older program left them, when they were brought up to date just now.
	Dumped string
	// AuthorityPrint is the fingerprint of the local authority, known when it serves; people compare it with what /trust shows.
	AuthorityPrint string
}

// The refusals of a data directory.
var (
	ErrLetter   = errors.New("--letter is another one than the numbers of this installation have had from the beginning")
	ErrDemoData = errors.New("this is a demo directory: run `lianyuan demo`, or choose another --data")
	ErrNoData   = errors.New("there is no installation here")
	ErrHalfDemo = errors.New("the making of this demo world was interrupted: empty its database and run `lianyuan demo` again")
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
	if cfg.Existing {
		if err := there(cfg); err != nil {
			return nil, err
		}
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
	a.DB, err = db.Open(ctx, db.Options{File: file(cfg), URL: cfg.DatabaseURL, Clock: cfg.Clock, Conns: cfg.Conns})
	if err != nil {
		return a, err
	}
	var self string
	var signer journal.Signer
	err = a.DB.Alone(ctx, func() (err error) {
		self, signer, err = a.found(ctx)
		return err
	})
	if err != nil {
		return a, err
	}
	if a.Journal, err = journal.Open(run, a.DB, self, signer); err != nil {
		return a, err
	}
	if err := a.restored(ctx, self); err != nil {
		return a, err
	}
	return a, a.build(run)
}

// restored tells the journal, at the first start, that this node was restored and from which.
func (a *App) restored(ctx context.Context, self string) error {
	if a.cfg.Existing { // who only looks
		return nil
	}
	return a.DB.Update(ctx, func(tx *db.Tx) error {
		was, err := node.Untold(tx)
		if err != nil || was == "" {
			return err
		}
		return journal.Append(tx, journal.Entry{
			Verb: "node.restored", Kind: "node", Subject: self, Version: 1, Place: string(place.Root), Scope: journal.Guard, Actor: "system",
			Body: map[string]string{"from": was, "letter": a.Letter},
		})
	})
}

// base makes what an installation is without its keys, or finds it: schema and instance.
func (a *App) base(ctx context.Context) (node string, err error) {
	if err := a.upgrade(ctx); err != nil {
		return "", err
	}
	return a.instance(ctx)
}

// found makes what every installation has once, or finds it: schema, instance, keys. One node at a time.
func (a *App) found(ctx context.Context) (node string, s journal.Signer, err error) {
	if node, err = a.base(ctx); err != nil {
		return "", s, err
	}
	master, err := a.master(ctx)
	if err != nil {
		return "", s, err
	}
	a.Keeper = seal.NewKeeper(a.DB, master)
	if _, err := a.Keeper.Wrapped(ctx); err != nil {
		return "", s, err
	}
	s.KeyID, s.Private, err = a.Keeper.Signing(ctx, "journal")
	return node, s, err
}

// build makes the services, lowest rank first, and tells them of what others change.
func (a *App) build(ctx context.Context) error {
	for _, part := range []func(context.Context) error{a.register, a.coordination, a.site, a.notices, a.listen} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// register makes what is kept in ordinary times: places, parameters, persons, organisations, teams and what they own.
func (a *App) register(ctx context.Context) (err error) {
	if a.Places, err = place.Open(ctx, a.DB); err != nil {
		return err
	}
	if a.Parameters, err = parameter.Open(ctx, a.DB, a.Places); err != nil {
		return err
	}
	a.Access = access.New(a.DB, a.Places, a.Keeper, a.cfg.Clock, access.Config{NoFactors: a.cfg.Demo || a.cfg.NoFactors, PasswordKiB: a.cfg.PasswordKiB})
	a.goBy()
	a.Parameters.Check(org.PerUnit, org.CheckPerUnit)
	if a.Orgs, err = org.New(ctx, a.DB, a.cfg.Clock, a.Places, a.Keeper); err != nil {
		return err
	}
	if a.Teams, err = team.New(ctx, team.Deps{DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Keeper: a.Keeper}); err != nil {
		return err
	}
	a.Access.KnowMembers(team.Having)
	a.Access.KnowTies(deployment.Naming, reception.Having)
	a.Equipment, err = equipment.New(ctx, a.DB, a.Keeper)
	return err
}

// home is the path of the place that runs this installation.
func (a *App) home() place.Path {
	home, _ := a.Places.Tree().Get(place.Code(a.cfg.Home), a.cfg.Clock.Now())
	return home.Path
}

// coordination makes what leads to an order: incidents, needs, enquiries, support, deployments.
func (a *App) coordination(ctx context.Context) (err error) {
	a.Incidents, err = incident.New(ctx, incident.Deps{DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Keeper: a.Keeper, Letter: a.Letter})
	if err != nil {
		return err
	}
	a.Needs, err = need.New(ctx, need.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Keeper: a.Keeper, Home: a.home(), Letter: a.Letter,
	})
	if err != nil {
		return err
	}
	if a.Enquiries, err = enquiry.New(ctx, a.DB, a.Parameters, a.Keeper, a.Letter); err != nil {
		return err
	}
	if a.Support, err = support.New(ctx, a.DB, a.cfg.Clock, a.Keeper, a.Letter); err != nil {
		return err
	}
	a.Deployments, err = deployment.New(ctx, deployment.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Teams: a.Teams, Needs: a.Needs, Keeper: a.Keeper,
		Home: a.home(), Letter: a.Letter,
	})
	a.Support.KnowParts(deployment.Approved, reception.Stands)
	return err
}

// site makes what happens on the way and on site: passes, reception, missions, and the picture of it all.
func (a *App) site(ctx context.Context) (err error) {
	a.Passes, err = pass.New(ctx, pass.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Offers: a.Deployments, Keeper: a.Keeper, Letter: a.Letter,
	})
	if err != nil {
		return err
	}
	a.Receptions, err = reception.New(ctx, reception.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Teams: a.Teams, Offers: a.Deployments, Keeper: a.Keeper, Letter: a.Letter,
	})
	if err != nil {
		return err
	}
	a.Incidents.GuardClosing(reception.Clear)
	a.Incidents.OnActivation(a.Receptions.FirstPoint)
	a.Missions, err = mission.New(ctx, mission.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Needs: a.Needs, Offers: a.Deployments, Receptions: a.Receptions, Keeper: a.Keeper, Letter: a.Letter,
	})
	if err != nil {
		return err
	}
	a.Incidents.GuardClosing(mission.Over)
	a.Incidents.KnowRecords(map[string]incident.Owner{
		"need": need.IncidentOf, "report": need.IncidentOfReport, "offer": deployment.IncidentOf, "pass": pass.IncidentOf, "mission": mission.IncidentOf,
		"support": support.IncidentOf,
	})
	a.Destructions, err = destruction.New(ctx, destruction.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Parameters: a.Parameters, Needs: a.Needs, Keeper: a.Keeper, Letter: a.Letter, Forgot: a.forgetDumps,
	})
	if err != nil {
		return err
	}
	a.Incidents.GuardReopening(destruction.Reopenable)
	a.Situation, err = situation.New(ctx, situation.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Keeper: a.Keeper, Access: a.Access, Incidents: a.Incidents, Offers: a.Deployments, Parameters: a.Parameters, Destructions: a.Destructions,
	})
	return err
}

// listen starts what follows the journal, and the API over all services.
func (a *App) listen(ctx context.Context) error {
	a.Journal.Listen(a.Access.Heard)
	a.Journal.Listen(a.Needs.Heard)
	a.Journal.Listen(a.Notices.Heard)
	a.Journal.Listen(a.Destructions.Heard)
	a.Live = live.New(a.Journal, api.Concerned, a.cfg.Clock)
	a.Journal.Listen(a.reload(ctx))
	go a.Needs.Follow(ctx, a.Journal)
	if err := a.DB.Alone(ctx, func() error { return a.Destructions.Resume(ctx) }); err != nil {
		return err
	}
	go a.Destructions.Run(ctx)
	go a.Notices.Run(ctx)
	go a.Notices.Post(ctx)
	rates := rate.New(a.cfg.Clock, a.cfg.FreeRates)
	key, err := a.Keeper.Lookup(ctx)
	if err != nil {
		return err
	}
	if a.DB.Engine() == db.Postgres && !a.cfg.FreeRates { // there may be other nodes
		go rates.Share(ctx, a.DB, key)
	}
	a.API = api.New(api.Services{
		Places: a.Places, Access: a.Access, Parameters: a.Parameters, Orgs: a.Orgs, Teams: a.Teams, Equipment: a.Equipment, Incidents: a.Incidents,
		Needs: a.Needs, Enquiries: a.Enquiries, Deployments: a.Deployments, Passes: a.Passes, Receptions: a.Receptions, Missions: a.Missions,
		Support: a.Support, Notices: a.Notices, Situation: a.Situation, Destructions: a.Destructions, Live: a.Live, Clock: a.cfg.Clock,
		Demo: a.cfg.Demo, Home: a.home(), Proxies: a.cfg.Proxies, SecureCookie: a.cfg.overTLS(), Rates: rates, Challenges: proof.New(key),
	})
	return nil
}

// notices makes the port by which people are told; with a gateway for short messages when one is configured.
func (a *App) notices(ctx context.Context) (err error) {
	var sender sms.Sender
	if a.cfg.SMS.URL != "" {
		if sender, err = sms.New(a.cfg.SMS); err != nil {
			return err
		}
	}
	a.Notices, err = notice.New(ctx, notice.Deps{
		DB: a.DB, Clock: a.cfg.Clock, Places: a.Places, Parameters: a.Parameters, Teams: a.Teams, Offers: a.Deployments, Journal: a.Journal, Keeper: a.Keeper, Sender: sender,
		Demo: a.cfg.Demo, Later: a.cfg.Demo,
	})
	return err
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
			go again(ctx, r.Kind, load)
		}
	}
}

// again loads until it succeeds: a node that missed a change would go by the old value until the next one.
func again(ctx context.Context, kind string, load func(context.Context) error) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		err := load(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		slog.ErrorContext(ctx, "reload failed", slog.String("kind", kind), slog.Any("error", err))
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// instance reads what this installation is, or writes it on the first start.
func (a *App) instance(ctx context.Context) (node string, err error) {
	fresh := id.New()
	var demo bool
	err = a.DB.Update(ctx, func(tx *db.Tx) error {
		if a.cfg.Existing {
			return tx.Get(`SELECT node, letter, demo FROM instance WHERE id = 1`, nil, &node, &a.Letter, &demo)
		}
		n, err := tx.Exec(`INSERT INTO instance (id, node, letter, demo, unfinished, created_at) VALUES (1, $1, $4, $2, $2, $3) ON CONFLICT (id) DO NOTHING`,
			fresh, a.cfg.Demo, clock.Micro(tx.Now), cmp.Or(a.cfg.Letter, "A"))
		if err != nil {
			return err
		}
		a.Fresh = n == 1
		return tx.Get(`SELECT node, letter, demo FROM instance WHERE id = 1`, nil, &node, &a.Letter, &demo)
	})
	switch {
	case errors.Is(err, fault.ErrNotFound):
		return "", ErrNoData
	case err != nil:
		return "", fmt.Errorf("instance: %w", err)
	case a.cfg.Existing:
		return node, nil
	case a.cfg.Letter != "" && a.cfg.Letter != a.Letter:
		return "", fmt.Errorf("%w: %s", ErrLetter, a.Letter)
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
