package app

import (
	"context"
	"errors"
	"fmt"

	"lianyuan/domain/mission"
	"lianyuan/domain/need"
	"lianyuan/domain/reception"
	"lianyuan/domain/support"
	"lianyuan/domain/team"
	"lianyuan/migrations"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Inspection is what an installation is found to be. Findings that are empty: all is well.
type Inspection struct {
	Master  string // id of the master key in use
	Keys    int    // that it wraps
	Journal journal.Report
	Counts  int // of needs
	Wrong   []fault.Finding
	Parties int
	Misfits []fault.Finding
	Sums    int // of teams, missions and requests
	Astray  []fault.Finding
	Missing []fault.Finding
}

// ErrOtherSchema says that the data are not of this program.
var ErrOtherSchema = errors.New("the data are of another version of the program")

// Inspect looks at an installation. Another process may be serving it: nothing is made, brought up to date or written, and
// nothing of it runs here.
func Inspect(ctx context.Context, cfg Config) (i Inspection, err error) {
	cfg.Existing = true
	if err := cfg.check(); err != nil {
		return i, err
	}
	a := &App{cfg: cfg, stop: func() {}}
	if a.DB, err = OpenData(ctx, cfg); err != nil {
		return i, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.current(ctx); err != nil {
		return i, err
	}
	master, err := a.master(ctx)
	if err != nil {
		return i, err
	}
	i.Master = master.ID
	if i.Keys, err = seal.NewKeeper(a.DB, master).Wrapped(ctx); err != nil {
		return i, err
	}
	if i.Journal, err = journal.Verify(ctx, a.DB, nil); err != nil {
		return i, err
	}
	if i.Counts, i.Wrong, err = need.Recount(ctx, a.DB); err != nil {
		return i, err
	}
	if i.Parties, i.Misfits, err = a.RecountParties(ctx); err != nil {
		return i, err
	}
	if i.Sums, i.Astray, err = a.RecountSums(ctx); err != nil {
		return i, err
	}
	missing, err := migrations.Missing(ctx, a.DB)
	for _, name := range missing {
		i.Missing = append(i.Missing, fault.Found("缺索引 %s", "index %s is gone", name))
	}
	return i, err
}

// current refuses data of another schema than that of this program.
func (a *App) current(ctx context.Context) error {
	have, err := schemaOf(ctx, a.DB)
	if err != nil {
		return err
	}
	if want, err := migrations.Latest(); err != nil || have != want {
		return errors.Join(err, fmt.Errorf("%w: schema %d, this one has %d", ErrOtherSchema, have, want))
	}
	return nil
}

// RecountParties says what teams on site count otherwise than their rows do; empty: all is well.
func (a *App) RecountParties(ctx context.Context) (parties int, faults []fault.Finding, err error) {
	err = a.DB.View(ctx, func(tx *db.Tx) error {
		parties, faults, err = reception.Recount(tx)
		return err
	})
	return parties, faults, err
}

// RecountSums says which teams, missions and requests count otherwise than their rows do; empty: all is well.
func (a *App) RecountSums(ctx context.Context) (sums int, faults []fault.Finding, err error) {
	err = a.DB.View(ctx, func(tx *db.Tx) error {
		sums, faults = 0, nil
		for _, recount := range []func(*db.Tx) (int, []fault.Finding, error){team.Recount, mission.Recount, support.Recount} {
			n, wrong, err := recount(tx)
			if err != nil {
				return err
			}
			sums, faults = sums+n, append(faults, wrong...)
		}
		return nil
	})
	return sums, faults, err
}
