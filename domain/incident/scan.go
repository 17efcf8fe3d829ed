package incident

import (
	"context"
	"crypto/sha256"
	"fmt"
	"mime"
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
	"lianyuan/domain/place"
	"lianyuan/platform/clock"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/journal"
	"lianyuan/platform/seal"
)

// Scan is a photo or scan of the paper behind a decision that was recorded on somebody's behalf, or of another paper that contexts
// above keep alike. It stands sealed: a paper may name people and their numbers. Nothing replaces it; another one stands beside it.
type Scan struct {
	ID   string
	Kind string // image/jpeg, image/png, application/pdf
	Size int    // bytes
	By   string
	At   time.Time

	Content []byte // of one that is read
}

// The parameters of scans.
const (
	scanSize  = "decision.scan_size"
	scansMost = "decision.scans_most"
)

// ScanMost is the most bytes that a scan may have whatever the parameter says: what one request may carry.
const ScanMost = 8 << 20

// Attach keeps a scan of the paper of a decision; said is the type that the file came with. For whoever records decisions in
// the incident, and whoever recorded this one. The same scan twice is one.
func (s *Service) Attach(ctx context.Context, incident, decision string, x Scan, said string) error {
	actor, err := access.From(ctx)
	if err != nil {
		return err
	}
	var i Incident
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		i, _, err = attachable(tx, actor, incident, decision)
		return err
	})
	if err != nil {
		return err
	}
	most, err := x.Proper(ctx, s.params, i.Place, said, s.clock.Now())
	if err != nil {
		return err
	}
	sealed, err := x.Seal(ctx, s.keeper, "decision:"+incident)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := hold(tx, incident); err != nil {
			return err
		}
		i, d, err := attachable(tx, actor, incident, decision)
		if err != nil {
			return err
		}
		if again, err := s.once.Again(tx, x.ID, actor.Account, "attach", decision, x.Digest()); again || err != nil {
			return err
		}
		if d.Scans >= most {
			return fault.New(fault.Conflict, "decision.scans_full", fmt.Sprintf("一项决定最多附 %d 个文件", most), fmt.Sprintf("a decision has at most %d files", most))
		}
		if _, err := tx.Exec(`INSERT INTO decision_scan (id, decision, kind, size, content, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			x.ID, decision, x.Kind, x.Size, sealed, actor.Account, clock.Micro(tx.Now)); err != nil {
			return err
		}
		i.Version++
		if err := updateIncident(tx, i); err != nil {
			return err
		}
		return journal.Append(tx, entry(i, "decision_scanned", actor.Account, ""))
	})
}

// Proper looks whether a file is what it says, and no larger than a place allows; most is how many such files one paper there
// has. For the contexts above whose papers are kept as those of decisions are.
func (x *Scan) Proper(ctx context.Context, params *parameter.Service, at place.Path, said string, now time.Time) (most int, err error) {
	kib, _, err := params.Number(at, scanSize, now)
	if err != nil {
		return 0, err
	}
	if x.Size = len(x.Content); x.Size > min(int(kib)<<10, ScanMost) {
		return 0, fault.InvalidField("body", "file_size", fmt.Sprintf("文件不超过 %d KB", int(kib)), fmt.Sprintf("a file has at most %d KB", int(kib)))
	}
	said, _, err = mime.ParseMediaType(said)
	if err != nil {
		return 0, ErrScanKind
	}
	if x.Kind, err = kindOf(ctx, x.Content); err != nil {
		return 0, err
	}
	if x.Kind != said {
		return 0, ErrScanKind
	}
	files, _, err := params.Number(at, scansMost, now)
	return int(files), err
}

// Digest is what the content is known by when the same command comes again.
func (x *Scan) Digest() []byte {
	sum := sha256.Sum256(x.Content)
	return sum[:]
}

// Seal is the content sealed under the key of a scope, as it is stored. Call it outside Update.
func (x *Scan) Seal(ctx context.Context, keeper *seal.Keeper, scope string) ([]byte, error) {
	key, err := keeper.For(ctx, scope)
	if err != nil {
		return nil, err
	}
	return key.Seal(x.Content, "scan:"+x.ID)
}

// Open reads the content as it was stored.
func (x *Scan) Open(ctx context.Context, keeper *seal.Keeper, sealed []byte) (err error) {
	x.Content, err = keeper.Open(ctx, sealed, "scan:"+x.ID)
	return err
}

// attachable is a decision that the actor may add a scan to.
func attachable(tx *db.Tx, a access.Actor, incident, decision string) (i Incident, d Decision, err error) {
	if i, d, err = seenDecision(tx, a, incident, decision); err == nil && !i.may(a, access.IncidentDecide) && d.By != a.Account {
		err = fault.ErrForbidden
	}
	return i, d, err
}

// seenDecision is a decision of an incident that the actor sees.
func seenDecision(tx *db.Tx, a access.Actor, incident, decision string) (i Incident, d Decision, err error) {
	if i, err = ByID(tx, incident); err != nil {
		return i, d, err
	}
	if !i.Seen(a) {
		return i, d, fault.ErrNotFound
	}
	d, err = decisionByID(tx, incident, decision)
	return i, d, err
}

// Scans are those of a decision, the first one first, without their content: for whoever sees the incident.
func (s *Service) Scans(ctx context.Context, incident, decision string) (list []Scan, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if _, _, err := seenDecision(tx, actor, incident, decision); err != nil {
			return err
		}
		list = nil
		return tx.Each(func(sc db.Scanner) error {
			var x Scan
			var at int64
			err := sc.Scan(&x.ID, &x.Kind, &x.Size, &x.By, &at)
			x.At = clock.FromMicro(at)
			list = append(list, x)
			return err
		}, `SELECT id, kind, size, by, at FROM decision_scan WHERE decision = $1 ORDER BY at, id LIMIT 100`, decision)
	})
	return list, err
}

// Scan is one of a decision with its content, for whoever sees the incident.
func (s *Service) Scan(ctx context.Context, incident, decision, scan string) (x Scan, err error) {
	actor, err := access.From(ctx)
	if err != nil {
		return x, err
	}
	var sealed []byte
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if _, _, err := seenDecision(tx, actor, incident, decision); err != nil {
			return err
		}
		return tx.Get(`SELECT id, kind, size, content FROM decision_scan WHERE id = $1 AND decision = $2`, []any{scan, decision}, &x.ID, &x.Kind, &x.Size, &sealed)
	})
	if err == nil {
		err = x.Open(ctx, s.keeper, sealed)
	}
	return x, err
}
