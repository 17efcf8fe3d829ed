package incident

import (
	"lianyuan/platform/db"
)

// Guard is what a context above knows that stands in the way of closing an incident: nil, or a conflict that says what and
// how many. It is asked in the transaction that closes.
type Guard func(tx *db.Tx, incident string) error

// GuardClosing has guards asked before an incident is closed, in this order. Not while the service works.
func (s *Service) GuardClosing(g ...Guard) { s.guards = append(s.guards, g...) }

// clear asks every guard.
func (s *Service) clear(tx *db.Tx, incident string) error {
	for _, g := range s.guards {
		if err := g(tx, incident); err != nil {
			return err
		}
	}
	return nil
}

// HoldOpen says that nobody closes the incident until this transaction ends. For contexts above whose guard looks for what
// is written in it. A conflict when the mechanism does not run.
func HoldOpen(tx *db.Tx, incident string) error {
	n, err := tx.Exec(`UPDATE incident SET version = version WHERE id = $1 AND state IN ('active', 'withdrawing')`, incident)
	if err == nil && n == 0 {
		return ErrNotOpen
	}
	return err
}
