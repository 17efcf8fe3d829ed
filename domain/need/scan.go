package need

import (
	"context"
	"fmt"

	"lianyuan/domain/access"
	"lianyuan/domain/incident"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
)

// scanScope is the scope under which the scans of an instruction stand sealed: that of its place, whether it covers one incident or
// none. It is none of the scopes that are lots (LotsWithin, IncidentScope): what a government ordered is archive, and stays when the
// personal data of the response are destroyed.
func (i Instruction) scanScope() string { return "instruction:" + string(i.Place) }

// AttachScan keeps a photo or scan of the paper of an instruction; said is the type that the file came with. For whoever records
// instructions at its place, when it is recorded or when the paper comes. The same scan twice is one.
func (s *Service) AttachScan(ctx context.Context, instruction string, x incident.Scan, said string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var i Instruction
	if err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		i, err = recordable(tx, actor, instruction)
		return err
	}); err != nil {
		return err
	}
	most, err := x.Proper(ctx, s.params, i.Place, said, s.clock.Now())
	if err != nil {
		return err
	}
	sealed, err := x.Seal(ctx, s.keeper, i.scanScope())
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		// The row is taken first: of two who attach at once the second counts what the first has attached.
		if _, err := tx.Exec(`UPDATE instruction SET version = version WHERE id = $1`, instruction); err != nil {
			return err
		}
		i, err := recordable(tx, actor, instruction)
		if err != nil {
			return err
		}
		if again, err := s.again(tx, command{id: x.ID, verb: "attach", said: x.Digest()}, actor.Account, instruction); again || err != nil {
			return err
		}
		if i.Scans >= most {
			return fault.New(fault.Conflict, "instruction.scans_full", fmt.Sprintf("一项指令最多附 %d 个文件", most), fmt.Sprintf("an instruction has at most %d files", most))
		}
		if _, err := tx.Exec(`INSERT INTO instruction_scan (id, instruction, kind, size, content, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			x.ID, instruction, x.Kind, x.Size, sealed, actor.Account, clock.Micro(tx.Now)); err != nil {
			return err
		}
		i.Version++
		if _, err := tx.Exec(`UPDATE instruction SET version = $1 WHERE id = $2`, i.Version, instruction); err != nil {
			return err
		}
		return journal.Append(tx, i.entry("scanned", actor.Account))
	})
}

// recordable is an instruction that the actor may record papers of.
func recordable(tx *db.Tx, a access.Actor, instruction string) (Instruction, error) {
	i, err := seenInstruction(tx, a, instruction)
	if err == nil && !i.Recordable(a) {
		err = fault.ErrForbidden
	}
	return i, err
}

// seenInstruction is an instruction that the actor sees.
func seenInstruction(tx *db.Tx, a access.Actor, instruction string) (Instruction, error) {
	i, err := instructionByID(tx, instruction)
	if err == nil && !i.seen(a.Spans(access.OrderSee)) {
		err = fault.ErrNotFound
	}
	return i, err
}

// Scans are those of an instruction, the first one first, without their content: for whoever sees the instruction.
func (s *Service) Scans(ctx context.Context, instruction string) (list []incident.Scan, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if _, err := seenInstruction(tx, actor, instruction); err != nil {
			return err
		}
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			var x incident.Scan
			var at int64
			err := sc.Scan(&x.ID, &x.Kind, &x.Size, &x.By, &at)
			x.At = clock.FromMicro(at)
			list = append(list, x)
			return err
		}, `SELECT id, kind, size, by, at FROM instruction_scan WHERE instruction = $1 ORDER BY at, id LIMIT 100`, instruction)
	})
	return list, err
}

// Scan is one of an instruction with its content, for whoever sees the instruction.
func (s *Service) Scan(ctx context.Context, instruction, scan string) (x incident.Scan, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return x, err
	}
	var sealed []byte
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if _, err := seenInstruction(tx, actor, instruction); err != nil {
			return err
		}
		return tx.Get(`SELECT id, kind, size, content FROM instruction_scan WHERE id = $1 AND instruction = $2`, []any{scan, instruction}, &x.ID, &x.Kind, &x.Size, &sealed)
	})
	if err == nil {
		err = x.Open(ctx, s.keeper, sealed)
	}
	return x, err
}
