package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"maps"

	"lianyuan/platform/db"
	"lianyuan/platform/fault"
)

// Report is what Verify found.
type Report struct {
	Rows   int64           // rows of the chain
	Signed int64           // links whose signature was checked
	Faults []fault.Finding // what does not fit, at most mostFaults of them
}

// mostFaults is how many faults are told: a chain that broke early would break everywhere.
const mostFaults = 20

// Verify walks the whole chain: positions without a gap, every link over its row, every signature by its key. A key
// that is not in signing_key is known only to the journal that is open now.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	public, _ := j.signer.Private.Public().(ed25519.PublicKey)
	return Verify(ctx, j.db, map[string]ed25519.PublicKey{j.signer.KeyID: public})
}

// Verify is the same without a journal: it reads and does nothing else, beside whatever process writes. known are keys besides
// those in signing_key.
func Verify(ctx context.Context, d *db.DB, known map[string]ed25519.PublicKey) (Report, error) {
	var r Report
	link, position := []byte{hashSHA256}, int64(0)
	for {
		var n int
		err := d.View(ctx, func(tx *db.Tx) error {
			n = 0
			keys, err := publicKeys(tx)
			if err != nil {
				return err
			}
			maps.Copy(keys, known)
			return tx.Each(func(s db.Scanner) error {
				n++
				return r.check(s, keys, &position, &link)
			}, `SELECT s.position, s.seq, j.at, j.actor, j.verb, j.kind, j.subject, j.version, j.place, j.scope, j.incident, j.reason, j.body, j.origin, `+originSeq+`,
				s.link, s.signature, s.key_id FROM settled s JOIN journal j ON j.seq = s.seq WHERE s.position > $1 ORDER BY s.position LIMIT 5000`, position)
		})
		if err != nil || len(r.Faults) >= mostFaults {
			return r, err
		}
		if n == 0 {
			return r, r.end(ctx, d, position)
		}
	}
}

// end looks whether the rows end where their positions do: no link tells of a row that was taken away behind the last one.
func (r *Report) end(ctx context.Context, d *db.DB, last int64) error {
	var gone int64
	err := d.View(ctx, func(tx *db.Tx) error {
		return tx.Get(`SELECT count(*) FROM settled s WHERE s.position > $1 AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.seq = s.seq)`, []any{last}, &gone)
	})
	if gone > 0 {
		r.fault("第 %d 号之后：缺 %d 行", "behind position %d: %d rows are gone", last, gone)
	}
	return err
}

func (r *Report) check(s db.Scanner, keys map[string]ed25519.PublicKey, position *int64, link *[]byte) error {
	var row Row
	var stored, sig []byte
	var key sql.NullString
	if err := scanRow(withExtra{s, []any{&stored, &sig, &key}}, &row); err != nil {
		return err
	}
	r.Rows++
	if row.Position != *position+1 {
		r.fault("第 %d 号之前是第 %d 号，编号不连续", "position %d follows %d", row.Position, *position)
	}
	if !fits(stored, *link, &row) {
		r.fault("第 %d 号：链与内容不符", "position %d: the link does not fit the row", row.Position)
	}
	if len(sig) > 0 {
		public, ok := keys[key.String]
		if !ok || sig[0] != signEd25519 || !ed25519.Verify(public, stored, sig[1:]) {
			r.fault("第 %d 号：签名无效", "position %d: the signature is not good", row.Position)
		}
		r.Signed++
	}
	*position, *link = row.Position, stored
	return nil
}

// fits says whether a link is the one of its row, by the algorithm that it names.
func fits(stored, before []byte, r *Row) bool {
	return len(stored) > 0 && (stored[0] == hashSHA256 || stored[0] == hashOrigin) && bytes.Equal(chain(stored[0], before, r), stored)
}

func (r *Report) fault(zh, en string, values ...any) {
	if len(r.Faults) < mostFaults {
		r.Faults = append(r.Faults, fault.Found(zh, en, values...))
	}
}

func publicKeys(tx *db.Tx) (map[string]ed25519.PublicKey, error) {
	keys := map[string]ed25519.PublicKey{}
	err := tx.Each(func(s db.Scanner) error {
		var id string
		var public []byte
		if err := s.Scan(&id, &public); err != nil {
			return err
		}
		if len(public) != ed25519.PublicKeySize {
			return errors.New("a public key has the wrong length")
		}
		keys[id] = public
		return nil
	}, `SELECT id, public FROM signing_key WHERE purpose = 'journal'`)
	return keys, err
}

// withExtra scans further columns after those that scanRow knows.
type withExtra struct {
	db.Scanner
	extra []any
}

func (w withExtra) Scan(dest ...any) error { return w.Scanner.Scan(append(dest, w.extra...)...) }
