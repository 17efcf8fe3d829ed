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
	errIndexes = errors.New("indexes are gone")
	errSums    = errors.New("teams, missions or requests do not add up")
)

// Run verifies the chain, counts again and tells what it found; it fails when anything is wrong. It only reads, so that it may
// run beside a server.
func (c *doctorCmd) Run(ctx context.Context, out io.Writer) error {
	found, err := app.Inspect(ctx, config(c.where, listen{}, "127.0.0.1:0"))
	if err != nil {
		return err
	}
	chain := found.Journal
	tell(out, fault.Found("主密钥：%s，包裹 %d 个密钥", "master key: %s, wraps %d keys", found.Master, found.Keys))
	tell(out, fault.Found("日志链：%d 行，%d 个签名，%d 处不符", "journal: %d rows, %d signatures, %d faults", chain.Rows, chain.Signed, len(chain.Faults)))
	list(out, chain.Faults)
	tell(out, fault.Found("需求计数：%d 项，%d 处不符", "counts: %d kept, %d faults", found.Counts, len(found.Wrong)))
	list(out, found.Wrong)
	tell(out, fault.Found("进场队伍：%d 支，%d 处不符", "parties: %d counted, %d faults", found.Parties, len(found.Misfits)))
	list(out, found.Misfits)
	tell(out, fault.Found("队伍、任务和后勤申请：%d 项，%d 处不符", "teams, missions, requests: %d counted, %d faults", found.Sums, len(found.Astray)))
	list(out, found.Astray)
	tell(out, fault.Found("索引：缺 %d 个", "indexes: %d gone", len(found.Missing)))
	list(out, found.Missing)
	switch {
	case len(chain.Faults) > 0:
		return errChain
	case len(found.Wrong) > 0:
		return errCounts
	case len(found.Misfits) > 0:
		return errParties
	case len(found.Astray) > 0:
		return errSums
	case len(found.Missing) > 0:
		return errIndexes
	}
	tell(out, fault.Found("各项相符", "all is well"))
	return nil
}
