package main

import (
	"context"
	"errors"
	"io"

	"lianyuan/app"
	"lianyuan/platform/fault"
)

type doctorCmd struct{ where }

// What doctor can find.
var (
	errChain   = errors.New("the journal does not fit")
	errCounts  = errors.New("the counts do not fit")
	errParties = errors.New("the parties do not count themselves right")
)

// Run verifies the chain, counts again and tells what it found; it fails when anything is wrong. That every key stands under
// the master key is seen when the installation is opened.
func (c *doctorCmd) Run(ctx context.Context, out io.Writer) error {
	return withInstallation(ctx, c.where, func(a *app.App) error {
		keys, err := a.Keeper.Wrapped(ctx)
		if err != nil {
			return err
		}
		tell(out, fault.Found("主密钥：%s，包裹 %d 个密钥", "master key: %s, wraps %d keys", a.Keeper.MasterID(), keys))
		chain, err := a.Journal.Verify(ctx)
		if err != nil {
			return err
		}
		tell(out, fault.Found("日志链：%d 行，%d 个签名，%d 处不符", "journal: %d rows, %d signatures, %d faults", chain.Rows, chain.Signed, len(chain.Faults)))
		list(out, chain.Faults)
		counts, wrong, err := a.Needs.Recount(ctx)
		if err != nil {
			return err
		}
		tell(out, fault.Found("需求计数：%d 项，%d 处不符", "counts: %d kept, %d faults", counts, len(wrong)))
		list(out, wrong)
		parties, misfits, err := a.RecountParties(ctx)
		if err != nil {
			return err
		}
		tell(out, fault.Found("进场队伍：%d 支，%d 处不符", "parties: %d counted, %d faults", parties, len(misfits)))
		list(out, misfits)
		switch {
		case len(chain.Faults) > 0:
			return errChain
		case len(wrong) > 0:
			return errCounts
		case len(misfits) > 0:
			return errParties
		}
		tell(out, fault.Found("各项相符", "all is well"))
		return nil
	})
}
